"""What NVIDIA's driver wrote into Linux' log is read without waiting; no more of it is told than number and place.

Where the log may not be read, faults are heard of by the driver's events, from a library of the test's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.environment import xids
from jupyter_mlgit.environment.nvml import NotTold, Nvml
from jupyter_mlgit.environment.xids import NO_LOG, FaultWatch, KernelLog, Told, Xid, read_xids

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LOG = b"""\
6,100,9000000,-;usb 1-1: new device
4,101,9500000,-;NVRM: Xid (PCI:0000:01:00): 94, pid='4711', name=somebodys-secret, Contained: SM
4,102,100000000000,-;NVRM: Xid (PCI:0000:C1:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.
4,103,100000000001,-;NVRM: Xid (PCI:0000:C1:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.
4,104,100000000002,-;NVRM: Xid (PCI:not hex): 79
"""


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Gives a function that says how long ago Linux was started, as its log counts."""
    return lambda seconds: monkeypatch.setattr(xids, "clock", lambda: seconds)


@pytest.fixture
def root(tmp_path: Path, started: Callable[[float], None]) -> Path:
    """Gives a machine with a log, started just now."""
    started(0)
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/kmsg").write_bytes(LOG)
    return tmp_path


def test_each_fault_once(root: Path) -> None:
    assert read_xids(root) == [Xid(94, "0000:01:00"), Xid(79, "0000:c1:00")]


def test_what_was_long_ago_is_over(root: Path, started: Callable[[float], None]) -> None:
    started(100010.5)
    assert read_xids(root) == [Xid(79, "0000:c1:00")]


def test_a_log_that_is_not_there_or_not_for_us(root: Path) -> None:
    (root / "dev/kmsg").unlink()
    assert read_xids(root) == []
    (root / "dev/kmsg").mkdir()
    assert read_xids(root) == []


def test_what_stands_in_the_place_of_the_log_is_not_believed(root: Path) -> None:
    """In some containers it is a pipe that nobody writes to, or leads to where nothing is."""
    (root / "dev/kmsg").unlink()
    os.mkfifo(root / "dev/kmsg")
    assert not KernelLog(root).open()
    (root / "dev/kmsg").unlink()
    (root / "dev/kmsg").symlink_to(os.devnull)
    assert not KernelLog(root).open()
    assert FaultWatch(OnTheBus(), root).of(1, 1) == Told([], "look")


def test_time_is_that_of_the_log() -> None:
    """The log's clock stands still while the machine is suspended, other than /proc/uptime."""
    assert time.monotonic() <= xids.clock() <= time.monotonic()


def test_each_reading_gives_what_is_new(root: Path) -> None:
    log = KernelLog(root)
    assert log.open()
    assert [one.xid.number for one in log.read()] == [94, 79, 79]
    assert log.read() == []
    with (root / "dev/kmsg").open("ab") as file:
        file.write(b"4,105,100000000003,-;NVRM: Xid (PCI:0000:01:00): 48, pid=1\n")
    assert [one.xid for one in log.read()] == [Xid(48, "0000:01:00")]
    log.close()
    assert log.read() == []


class OnTheBus(Nvml):
    """Has GPUs at these places, and events as the test says."""

    def __init__(self, refused: dict[str, int] | None = None) -> None:
        super().__init__()
        self.refused = refused or {}
        self.events: list[tuple[int, int]] = []
        self.asked: list[str] = []

    def ask(self, function: str, *arguments: Any) -> Any:
        """Answers what hearing of faults needs; a device is its number on the bus."""
        self.asked.append(function)
        if function in self.refused:
            raise NotTold(self.refused[function])
        if function == "nvmlDeviceGetPciInfo":
            return SimpleNamespace(domain=0, bus=arguments[0], device=0)
        if function == "nvmlEventSetWait":
            if not self.events:
                raise NotTold(10)
            device, number = self.events.pop(0)
            return SimpleNamespace(device=device, eventData=number)
        return "set"


def test_each_gpu_has_its_own_of_the_last_day(root: Path, started: Callable[[float], None]) -> None:
    started(100010.5)
    nvml = OnTheBus()
    watch = FaultWatch(nvml, root)
    watch.take_in()
    assert watch.of(0, 0x01) == Told([], "day")
    assert watch.of(1, 0xC1) == Told([79], "day")
    with (root / "dev/kmsg").open("ab") as file:
        file.write(b"4,105,100000000003,-;NVRM: Xid (PCI:0000:01:00.0): 31, pid=1\n")
    watch.take_in()
    assert watch.of(0, 0x01) == Told([31], "day")
    watch.close()
    assert "nvmlEventSetCreate" not in nvml.asked


def test_where_the_log_may_not_be_read_events_are_heard_from_then_on(tmp_path: Path) -> None:
    nvml = OnTheBus()
    watch = FaultWatch(nvml, tmp_path)
    watch.take_in()
    assert [watch.of(one, one) for one in (1, 2)] == [Told([], "look")] * 2
    nvml.events = [(2, 79), (2, 79), (1, 31)]
    watch.take_in()
    assert [watch.of(one, one) for one in (1, 2)] == [Told([31], "look"), Told([79], "look")]
    assert nvml.asked.count("nvmlDeviceRegisterEvents") == 2
    watch.close()
    assert nvml.asked[-1] == "nvmlEventSetFree"


def test_one_that_falls_off_the_bus_is_told_of_still(tmp_path: Path) -> None:
    nvml = OnTheBus()
    watch = FaultWatch(nvml, tmp_path)
    before = [watch.of(one, one) for one in (1, 2)]
    assert before == [Told([], "look")] * 2
    nvml.events = [(2, 79), (1, 31)]
    nvml.refused = {"nvmlDeviceGetPciInfo": 15}
    watch.take_in()
    assert [watch.of(1, 1), watch.of(2, 2), watch.of(2, None)] == [Told([31], "look"), *[Told([79], "look")] * 2]
    assert watch.of(3, None) == Told(None, None, NotTold(15).reason)
    assert nvml.asked.count("nvmlDeviceRegisterEvents") == 2


@pytest.mark.parametrize(
    ("refused", "reason"),
    [
        ("nvmlEventSetCreate", NO_LOG),
        ("nvmlDeviceRegisterEvents", f"{NO_LOG} This GPU does not report it."),
        ("nvmlDeviceGetPciInfo", "This GPU does not report it."),
    ],
)
def test_where_neither_is_to_be_had_the_reason_is_told(tmp_path: Path, refused: str, reason: str) -> None:
    watch = FaultWatch(OnTheBus({refused: 3}), tmp_path)
    watch.take_in()
    assert watch.of(1, 1) == Told(None, None, reason)


def test_who_looks_once_does_not_listen(tmp_path: Path) -> None:
    nvml = OnTheBus()
    assert FaultWatch(nvml, tmp_path, listens=False).of(1, 1) == Told(None, None, NO_LOG)
    assert nvml.asked == ["nvmlDeviceGetPciInfo"]


@pytest.mark.parametrize("lost", ["", "0:nvmlDeviceGetHandleByIndex=15", "0:nvmlDeviceGetPciInfo=15"])
def test_events_of_a_library(driver: Path, tmp_path: Path, lost: str) -> None:
    """The binding's own structures, on a library that tells of one fault after somebody has begun to listen."""
    script = (
        "import json, sys, pathlib\n"
        "from jupyter_mlgit.environment.machine import read_machine\n"
        "from jupyter_mlgit.environment.nvml import Nvml\n"
        "from jupyter_mlgit.environment.xids import FaultWatch\n"
        "words, root = map(pathlib.Path, sys.argv[1:3])\n"
        "words.write_text('count=2 xids=5')\n"
        "with Nvml() as nvml:\n"
        "    watch = FaultWatch(nvml, root)\n"
        "    told = lambda: [[one.number for one in gpu.faults] for gpu in read_machine(nvml, None, watch).gpus]\n"
        "    before = told()\n"
        "    words.write_text('count=2 xids=6 ' + sys.argv[3])\n"
        "    print(json.dumps([before, told()]))\n"
    )
    environment = {**os.environ, "LD_LIBRARY_PATH": str(driver), "NVML_STUB_FILE": str(tmp_path / "words")}
    command = [sys.executable, "-c", script, str(tmp_path / "words"), str(tmp_path / "root"), lost]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    assert json.loads(done.stdout) == [[[], []], [[79], []]]
