"""Shows GPUs of every kind, each figure on its own missing with its reason: the command on a library of the test's."""

from __future__ import annotations

import os
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.cli.environment_text import show_gpus
from jupyter_mlgit.cli.screen import Screen
from jupyter_mlgit.environment.holding import IN_A_CONTAINER
from jupyter_mlgit.environment.machine import nothing, read_machine
from jupyter_mlgit.environment.nvml import LIBRARY_NOT_FOUND, NotTold, Nvml, no_nvml
from jupyter_mlgit.environment.processes import Processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FIGURES = {
    "nvmlDeviceGetUUID": ["uuid"],
    "nvmlDeviceGetName": ["name"],
    "nvmlDeviceGetUtilizationRates": ["utilization"],
    "nvmlDeviceGetTemperature": ["temperature"],
    "nvmlDeviceGetPowerUsage": ["power"],
    "nvmlDeviceGetEnforcedPowerLimit": ["powerLimit"],
    "nvmlDeviceGetClockInfo": ["clock"],
    "nvmlDeviceGetMaxClockInfo": ["clockLimit"],
    "nvmlDeviceGetCurrentClocksEventReasons": ["slowedBy"],
    "nvmlDeviceGetTotalEccErrors": ["memoryErrors", "correctedErrors"],
    "nvmlDeviceGetCudaComputeCapability": ["capability"],
    "nvmlDeviceGetRemappedRows": ["retired"],
    "nvmlDeviceGetRetiredPages": ["retired"],
    "nvmlDeviceGetPciInfo": ["faults"],
}


def reasons(gpu: dict[str, Any]) -> dict[str, str]:
    return {note["figure"]: note["reason"] for note in gpu["notes"]}


def without_faults(gpu: dict[str, Any]) -> dict[str, Any]:
    """Takes out what hangs on whether Linux' log may be read here."""
    assert (gpu.pop("faultsSince") is None) == (gpu.pop("faults") is None)
    gpu["notes"] = [note for note in gpu["notes"] if note["figure"] != "faults"]
    return gpu


def test_every_figure(gpu: Callable[..., Any]) -> None:
    told = gpu("count=2 1:nvmlDeviceGetTemperature=3")
    assert (told["available"], told["reason"], told["notes"]) == (True, None, [])
    assert (told["driver"], told["cudaDriver"]) == ("550.54.14", "12.4")
    first, second = map(without_faults, told["gpus"])
    assert first == {
        "maker": "nvidia",
        "index": 0,
        "slice": None,
        "uuid": "GPU-0",
        "name": "NVIDIA Stub 24GB",
        "state": "ok",
        "memoryUsed": 18 * 2**30,
        "memoryTotal": 24 * 2**30,
        "unified": False,
        "utilization": 41,
        "temperature": 63,
        "power": 212.5,
        "powerLimit": 300.0,
        "clock": 1410,
        "clockLimit": 1980,
        "slowedBy": [],
        "memoryErrors": 0,
        "correctedErrors": 0,
        "retired": 0,
        "retiring": "no",
        "capability": "9.0",
        "slices": False,
        "notes": [],
    }
    assert second["temperature"] is None
    assert reasons(second) == {"temperature": "This GPU does not report it."}


@pytest.mark.parametrize("error", [3, 4, 13, 999, 17])
def test_a_figure_that_is_missing_is_null_and_leaves_the_others(gpu: Callable[..., Any], error: int) -> None:
    whole = gpu()["gpus"][0]
    told = gpu(" ".join(f"{function}={error}" for function in FIGURES))["gpus"][0]
    missing = {one for some in FIGURES.values() for one in some}
    missing -= {"slowedBy"} if error == 13 else set()  # an older function knows
    assert {name for name, value in told.items() if value is None} == missing | {"slice", "retiring", "faultsSince"}
    assert set(reasons(told)) == missing
    assert all(told[name] == whole[name] for name in ("memoryUsed", "memoryTotal", "state"))


def test_people_are_told_why_a_figure_is_missing(spoken: Callable[[str], str]) -> None:
    told = spoken("nvmlDeviceGetTemperature=3 nvmlDeviceGetTotalEccErrors=3 nvmlDeviceGetPowerUsage=4")
    assert "    n/a: temperature, memory errors, corrected memory errors. This GPU does not report it.\n" in told
    assert "    n/a: power. The driver tells it to administrators only.\n" in told


@pytest.mark.parametrize(
    ("error", "code", "word"),
    [
        (9, "driver-not-loaded", "modprobe"),
        (18, "versions-differ", "Restart"),
        (999, "unknown-error", "container"),
        (17, "nvml-error", "nvidia-smi"),
    ],
)
def test_a_library_that_does_not_start_says_why(gpu: Callable[..., Any], error: int, code: str, word: str) -> None:
    told = gpu(f"nvmlInit={error}")
    assert (told["available"], told["gpus"], told["driver"]) == (False, [], None)
    assert told["reason"]["code"] == code
    assert word in f"{told['reason']['fix']} {told['reason']['command']}"


def test_no_library_at_all(gpu: Callable[..., Any], tmp_path: Path) -> None:
    assert gpu(library=tmp_path)["reason"]["code"] == "no-library"


BUS = "sys/bus/pci/devices/0000:01:00.0"


@pytest.mark.parametrize(
    ("files", "message", "command"),
    [
        ({}, "There is no NVIDIA driver on this machine.", None),
        ({f"{BUS}/vendor": "0x8086"}, "This machine has no NVIDIA GPU.", None),
        ({f"{BUS}/vendor": "0x1002", f"{BUS}/class": "0x030000"},
         "This machine has no GPU of NVIDIA's, and one of AMD's.", None),
        ({f"{BUS}/vendor": "0x10de", f"{BUS}/class": "0x030200"}, "NVIDIA's driver is not installed.", None),
        ({"proc/version": "5.15-microsoft-WSL2"}, "Below Windows (WSL) the driver is", "wsl --shutdown"),
        ({"run/.containerenv": ""}, "This container was started without a GPU.", "docker run --gpus all …"),
        ({"run/.containerenv": "", "dev/dri/renderD128": ""},
         "This container was started without a GPU.", "docker run --gpus all …"),
        ({"run/.containerenv": "", "dev/kfd": "", "dev/dri/renderD128": ""},
         "This container has AMD's GPUs, and none of NVIDIA's.", None),
        ({"run/.containerenv": "", "dev/nvidia0": ""}, "This container has the GPU's devices", "utility …"),
    ],
)  # fmt: skip
def test_why_there_is_no_library_is_said_in_one_verdict(
    tmp_path: Path, files: dict[str, str], message: str, command: str | None
) -> None:
    (tmp_path / "proc/self/ns").mkdir(parents=True)
    (tmp_path / "proc/self/ns/pid").symlink_to("pid:[4026532198]")
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    reason = nothing(no_nvml(LIBRARY_NOT_FOUND), tmp_path).reason
    assert reason is not None
    assert reason.message.startswith(message)
    assert (reason.command or "").endswith(command or "")
    assert (reason.command is None) == (command is None)
    assert reason.fix is None or "AMD" not in message


def test_a_driver_without_a_gpu(gpu: Callable[..., Any]) -> None:
    told = gpu("count=0")
    assert (told["available"], told["reason"]["code"], told["driver"]) == (False, "no-gpu", "550.54.14")


def test_one_that_is_lost_leaves_the_others(gpu: Callable[..., Any]) -> None:
    told = gpu("count=3 0:nvmlDeviceGetHandleByIndex=15 1:nvmlDeviceGetMemoryInfo=15")
    assert [one["state"] for one in told["gpus"]] == ["lost", "lost", "ok"]
    assert told["available"]
    assert told["gpus"][1]["memoryUsed"] is None
    assert not gpu("nvmlDeviceGetHandleByIndex=4")["available"]
    assert gpu("nvmlDeviceGetHandleByIndex=4")["gpus"][0]["state"] == "no-access"


def test_memory_of_the_machine_is_told_as_such(gpu: Callable[..., Any]) -> None:
    told = gpu("nvmlDeviceGetMemoryInfo=3")["gpus"][0]
    assert told["unified"]
    assert 0 < told["memoryUsed"] < told["memoryTotal"]
    assert "memory" not in reasons(told)
    told = gpu("nvmlDeviceGetMemoryInfo=999")["gpus"][0]
    assert (told["unified"], told["memoryUsed"], told["memoryTotal"]) == (False, None, None)


def test_slices_stand_below_their_gpu(gpu: Callable[..., Any]) -> None:
    told = gpu(f"count=2 slices=2 100:pid0={os.getpid()}")
    assert [(one["index"], one["slice"], one["slices"]) for one in told["gpus"]] == [
        (0, None, True),
        (0, 0, None),
        (0, 2, None),
        (1, None, True),
        (1, 0, None),
        (1, 2, None),
    ]
    part = told["gpus"][1]
    assert (part["uuid"], part["memoryTotal"], part["utilization"]) == ("MIG-100", 6 * 2**30, None)
    assert reasons(part)["utilization"] == "The driver tells it for the whole GPU only."
    assert [(one["gpu"], one["slice"]) for one in told["processes"]] == [(0, 0)]


def test_an_old_driver_is_asked_in_the_old_way(gpu: Callable[..., Any], old_driver: Path) -> None:
    told = gpu(f"pid0={os.getpid()} nvmlDeviceGetMemoryInfo_v2=13", library=old_driver)
    assert told["gpus"][0]["slowedBy"] == ["heat"]
    assert told["gpus"][0]["memoryUsed"] == 18 * 2**30 + 2**29
    assert len(told["processes"]) == 1


@pytest.mark.parametrize(
    ("stub", "retired", "retiring"),
    [
        ("rows=3", 3, "no"),
        ("rows=3 waits=1", 3, "waiting"),
        ("waits=1 failed=1", 0, "failed"),
        ("nvmlDeviceGetRemappedRows=3 singles=2 doubles=5", 7, "no"),
        ("nvmlDeviceGetRemappedRows=3 singles=2 waits=1", 2, "waiting"),
        ("nvmlDeviceGetRemappedRows=3 nvmlDeviceGetRetiredPagesPendingStatus=4", 0, None),
        ("nvmlDeviceGetRemappedRows=4 singles=2", None, None),
    ],
)
def test_what_of_its_memory_is_out_of_use(gpu: Callable[..., Any], stub: str, retired: int, retiring: str) -> None:
    told = gpu(f"{stub} corrected=9")["gpus"][0]
    assert (told["retired"], told["retiring"]) == (retired, retiring)
    assert (told["memoryErrors"], told["correctedErrors"]) == (0, 9)


def test_what_slows_it_down(gpu: Callable[..., Any]) -> None:
    assert gpu(f"reasons={0x04 | 0x20 | 0x40 | 0x80}")["gpus"][0]["slowedBy"] == ["heat", "power-brake", "power-limit"]


@pytest.mark.parametrize(
    ("stub", "lines"),
    [
        (
            "",
            [
                "Driver 550.54.14, CUDA up to 12.4",
                "GPU 0 NVIDIA Stub 24GB",
                "    18.0 GB / 24.0 GB · 41 % · 63 °C · 212 / 300 W · 1410 / 1980 MHz",
            ],
        ),
        (
            "used=23552 reasons=64 errors=2 waits=1 nvmlDeviceGetTemperature=3",
            [
                "Driver 550.54.14, CUDA up to 12.4",
                "GPU 0 NVIDIA Stub 24GB",
                "    ! 23.0 GB / 24.0 GB · 41 % · n/a · 212 / 300 W · 1410 / 1980 MHz",
                "    ! slowed down by heat",
                "    ! 2 memory errors that could not be corrected",
                "    ! a row of its memory waits to be taken out of use: reset the GPU when it is free",
                "    n/a: temperature. This GPU does not report it.",
            ],
        ),
        (
            "slices=1 nvmlDeviceGetUtilizationRates=3",
            [
                "Driver 550.54.14, CUDA up to 12.4",
                "GPU 0 NVIDIA Stub 24GB",
                "    18.0 GB / 24.0 GB",
                "    cut into slices (MIG): only these can be used",
                "  Slice 0.0 NVIDIA Stub MIG 1g.6gb",
                "    ! 18.0 GB / 6.0 GB",
            ],
        ),
        (
            "nvmlDeviceGetHandleByIndex=15",
            ["Driver 550.54.14, CUDA up to 12.4", "GPU 0 n/a: no longer answers: restart the machine"],
        ),
        (
            "nvmlInit=9",
            ["NVIDIA's driver is installed and not loaded.", "→ Load it. ", "     sudo modprobe nvidia"],
        ),
    ],
)
def test_it_is_told_to_people(spoken: Callable[[str], str], stub: str, lines: list[str]) -> None:
    told = [line for line in spoken(stub).splitlines() if "reported faults" not in line]
    assert [one[: len(line)] for one, line in zip(told, lines, strict=True)] == lines


class Fake(Nvml):
    """Has one GPU, and on it the processes of the test."""

    def __init__(self, held: list[tuple[int, int | None]]) -> None:
        super().__init__()
        self.held = [SimpleNamespace(pid=pid, usedGpuMemory=memory) for pid, memory in held]

    def ask(self, function: str, *_: Any) -> Any:
        """Answers what the list of processes needs."""
        if function == "nvmlDeviceGetComputeRunningProcesses":
            return self.held
        if function == "nvmlDeviceGetCount":
            return 1
        if function == "nvmlDeviceGetHandleByIndex":
            return "device"
        raise NotTold(3)


class OfTheHost(Processes):
    """Finds the driver's numbers to be those of this machine, whatever the tests run in."""

    def are_ours(self) -> bool:
        """Believes it."""
        return True


WAITS = "import sys; sys.stdin.read()"


@pytest.fixture
def family() -> Iterator[dict[str, int]]:
    """Gives a kernel, a worker that it has started, what an earlier kernel has left, and a program of no kernel."""
    script = (
        "import subprocess, sys\n"
        f"one = subprocess.Popen([sys.executable, '-c', {WAITS!r}], stdin=subprocess.PIPE)\n"
        "print(one.pid, flush=True)\n"
        "sys.stdin.read()"
    )
    environment = {**os.environ, "JPY_SESSION_NAME": "/srv/train.ipynb"}
    plain = {name: value for name, value in os.environ.items() if name != "JPY_SESSION_NAME"}
    kernel_file = "/run/kernel-2f1c9d3e-0000-4000-8000-1234567890ab.json"
    started = [
        subprocess.Popen([sys.executable, "-c", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=where)
        for words, where in (
            ([script, "-f", kernel_file], environment),
            ([WAITS], {**environment, "JPY_SESSION_NAME": "/srv/old-experiment.ipynb"}),
            ([WAITS], plain),
        )
    ]
    try:
        assert started[0].stdout is not None
        worker = int(started[0].stdout.readline())
        kernel, left, alone = (one.pid for one in started)
        yield {"kernel": kernel, "worker": worker, "left": left, "alone": alone}
    finally:
        for one in started:
            one.communicate()


def test_who_holds_it(family: dict[str, int]) -> None:
    held = [(family["kernel"], 3), (family["worker"], 2), (family["left"], 1), (family["alone"], None), (2**22 + 1, 9)]
    told = read_machine(Fake(held), OfTheHost()).processes
    assert [one.memory for one in told] == [9, 3, 2, 1, None]
    lost, kernel, worker, left, alone = told
    assert (lost.owner, lost.pid, lost.command) == ("unknown", None, None)
    assert (kernel.notebook, kernel.kernel, kernel.kernel_pid) == (
        "/srv/train.ipynb",
        "2f1c9d3e-0000-4000-8000-1234567890ab",
        family["kernel"],
    )
    assert (worker.pid, worker.notebook, worker.kernel_pid) == (family["worker"], kernel.notebook, family["kernel"])
    assert (left.notebook, left.kernel, left.owner) == ("/srv/old-experiment.ipynb", None, "you")
    assert (alone.notebook, alone.kernel, alone.owner) == (None, None, "you")
    assert WAITS in (alone.command or "")


def test_nothing_of_another_users_is_shown(family: dict[str, int]) -> None:
    told = read_machine(Fake([(pid, 1) for pid in family.values()]), OfTheHost(user=os.getuid() + 1)).processes
    shown = {(one.owner, one.pid, one.command, one.notebook, one.kernel, one.kernel_pid) for one in told}
    assert shown == {("another-user", None, None, None, None, None)}
    assert [one.memory for one in told] == [1] * 4


def test_in_a_container_nobody_is_guessed(family: dict[str, int], tmp_path: Path) -> None:
    (tmp_path / "self/ns").mkdir(parents=True)
    (tmp_path / "self/ns/pid").symlink_to("pid:[4026532198]")
    told = read_machine(Fake([(pid, 1) for pid in family.values()]), Processes(tmp_path))
    assert {(one.owner, one.pid) for one in told.processes} == {("unknown", None)}
    assert [note.reason for note in told.notes if note.figure == "processes"] == [IN_A_CONTAINER]
    (tmp_path / "self/ns/pid").unlink()
    (tmp_path / "self/ns/pid").symlink_to("pid:[4026531836]")
    assert Processes(tmp_path).are_ours()


def test_in_a_container_a_number_like_that_of_a_kernel_that_computes_is_no_proof(tmp_path: Path) -> None:
    """It may be the host's, of somebody else; the kernel would be shut down for what it does not hold."""
    (tmp_path / "self/ns").mkdir(parents=True)
    (tmp_path / "self/ns/pid").symlink_to("pid:[4026532198]")
    (tmp_path / "11").mkdir()
    (tmp_path / "11/status").write_text("Name:\tpython\nPPid:\t1\nUid:\t7\t7\n")
    (tmp_path / "11/cmdline").write_bytes(b"python\0-f\0/run/kernel-2f1c9d3e-0000-4000-8000-1234567890ab.json")
    (tmp_path / "11/maps").write_text("7f00-7f01 r-xp 0 fe:00 9 /usr/lib/libcuda.so.550.54\n")
    told = read_machine(Fake([(11, 5), (12, 4)]), Processes(tmp_path, user=7))
    assert [(one.owner, one.pid, one.kernel, one.memory) for one in told.processes] == [
        ("unknown", None, None, 5),
        ("unknown", None, None, 4),
    ]
    assert [note.figure for note in told.notes].count("processes") == 1


def test_processes_are_told_to_people(family: dict[str, int]) -> None:
    held = [(family["kernel"], 3 * 2**30), (family["worker"], 2**30), (family["left"], 2**29), (family["alone"], None)]
    screen = Screen(colour=False)
    show_gpus(screen, read_machine(Fake([*held, (2**22 + 1, 2**20)]), OfTheHost()))
    told = screen.text().splitlines()
    assert told[3:7] == [
        "      3.0 GB  /srv/train.ipynb",
        f"      1.0 GB  /srv/train.ipynb, by process {family['worker']}",
        "      512 MB  /srv/old-experiment.ipynb (its kernel has ended; this process is left)",
        "        1 MB  a process that cannot be named from here",
    ]
    assert told[7].startswith(f"         n/a  process {family['alone']}: {sys.executable} -c")
