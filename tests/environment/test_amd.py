"""Shows AMD's GPUs where AMD's package is installed: a stub of it. No GPU of AMD's was at hand."""

from __future__ import annotations

import ctypes
import importlib
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.cli.environment_text import show_gpus
from jupyter_mlgit.cli.screen import Screen
from jupyter_mlgit.environment import amd, poller
from jupyter_mlgit.environment.amd import Amd
from jupyter_mlgit.environment.machine import of_nvidia, with_amd
from jupyter_mlgit.environment.nvml import FUNCTION_NOT_FOUND, NOT_SUPPORTED, NotTold
from jupyter_mlgit.environment.poller import read_once
from tests.environment.samples import GPU, PROCESS, gpus
from tests.environment.test_machine import OfTheHost

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.environment.gpus import Gpu
    from jupyter_mlgit.environment.machine import Gpus
    from jupyter_mlgit.environment.processes import Processes

STAGED = Path(__file__).with_name("staged")
NOT_REPORTED = NotTold(NOT_SUPPORTED).reason
TOO_OLD = NotTold(FUNCTION_NOT_FOUND).reason


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """Gives AMD's package, on a machine with AMD's driver and none of NVIDIA's."""
    monkeypatch.syspath_prepend(str(STAGED))
    monkeypatch.setattr(amd, "DRIVER", tmp_path)
    found = importlib.import_module("amdsmi")
    yield found
    sys.modules.pop("amdsmi", None)


def read() -> Gpus:
    with Amd() as opened:
        return with_amd(gpus(), opened, None)


def one() -> tuple[Gpu, dict[str, str]]:
    (found,) = read().gpus
    return found, {note.figure: note.reason for note in found.notes}


def test_every_figure_that_it_has(library: Any) -> None:
    gpu, reasons = one()
    assert (gpu.maker, gpu.index, gpu.name, gpu.uuid) == (
        "amd", 0, "AMD Instinct MI300X", library.USUAL["get_gpu_device_uuid"],
    )  # fmt: skip
    assert (gpu.memory_used, gpu.memory_total, gpu.utilization, gpu.temperature) == (20 * 2**30, 192 * 2**30, 37, 61)
    assert (gpu.power, gpu.power_limit, gpu.clock, gpu.clock_limit) == (410, 750, 1320, 2100)
    assert (gpu.memory_errors, gpu.corrected_errors) == (0, 4)
    assert set(reasons) == {"capability", "slowedBy", "retired", "faults"}
    assert "gfx942" in reasons["capability"]
    assert read().amd_driver == "6.12.12"


FIGURES = {
    "get_gpu_device_uuid": {"uuid": "uuid"},
    "get_gpu_asic_info": {"name": "name", "capability": "capability"},
    "get_gpu_memory_usage": {"memory": "memory_used"},
    "get_gpu_memory_total": {"memory": "memory_used"},
    "get_gpu_activity": {"utilization": "utilization"},
    "get_temp_metric": {"temperature": "temperature"},
    "get_power_info": {"power": "power", "powerLimit": "power_limit"},
    "get_clock_info": {"clock": "clock", "clockLimit": "clock_limit"},
    "get_gpu_total_ecc_count": {"memoryErrors": "memory_errors", "correctedErrors": "corrected_errors"},
}


@pytest.mark.parametrize("function", FIGURES)
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"error": 2}, NOT_REPORTED),
        ({"error": 10}, "The driver tells it to administrators only."),
        ({"error": 30}, "The driver gives no answer (amdsmi error 30)."),
        (None, "This version of the driver cannot tell it."),
        ("N/A", NOT_REPORTED),
    ],
)
def test_a_figure_that_is_missing_is_null_with_its_reason(
    library: Any, monkeypatch: pytest.MonkeyPatch, function: str, answer: Any, reason: str
) -> None:
    whole, before = one()
    if answer is None:
        monkeypatch.delitem(library.TELLS, function)
    else:
        usual = library.USUAL[function]
        word = dict.fromkeys(usual, "N/A") if isinstance(usual, dict) else "N/A"
        monkeypatch.setitem(library.TELLS, function, word if answer == "N/A" else answer)
    gpu, reasons = one()
    assert {name: reasons[name] for name in FIGURES[function]} == dict.fromkeys(FIGURES[function], reason)
    assert all(getattr(gpu, field) is None for field in FIGURES[function].values())
    others = {name for fields in FIGURES.values() for name in fields.values()} - set(FIGURES[function].values())
    assert all(getattr(gpu, field) == getattr(whole, field) for field in others)
    assert set(reasons) == set(before) | set(FIGURES[function])


def test_numbers_that_mean_nothing_and_microwatts(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    power = {"current_socket_power": 0xFFFFFFFF, "average_socket_power": 95, "power_limit": 300_000_000}
    monkeypatch.setitem(library.TELLS, "get_power_info", power)
    monkeypatch.setitem(library.TELLS, "get_temp_metric", {"hotspot": 0xFFFF, "edge": 48})
    gpu, reasons = one()
    assert (gpu.power, gpu.power_limit, gpu.temperature) == (95, 300, 48)
    assert "temperature" not in reasons


def test_their_number_cannot_be_had(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(library.TELLS, "get_processor_handles", {"error": 10})
    found = read()
    assert [(note.figure, note.reason) for note in found.notes] == [
        ("amd", "The driver tells it to administrators only.")
    ]


def test_who_holds_the_memory(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    held = [
        {"pid": os.getpid(), "memory_usage": {"vram_mem": 5 * 2**30}},
        {"pid": 2**22 + 1, "memory_usage": {"vram_mem": "N/A"}},
    ]
    monkeypatch.setitem(library.TELLS, "get_gpu_process_list", held)
    with Amd() as opened:
        told = with_amd(gpus(GPU()), opened, OfTheHost()).processes
    assert [(one.gpu, one.pid, one.memory, one.owner) for one in told] == [
        (1, os.getpid(), 5 * 2**30, "you"),
        (1, None, None, "unknown"),
    ]
    monkeypatch.setitem(library.TELLS, "get_gpu_process_list", {"error": 2})
    with Amd() as opened:
        found = with_amd(gpus(GPU()), opened, OfTheHost())
    assert [note.reason for note in found.notes] == [f"GPU 1: {NOT_REPORTED}"]


@pytest.mark.parametrize(
    ("held", "told", "notes"),
    [
        ([{"pid": 3, "memory_usage": "N/A"}], [(1, None)], []),
        ([{"pid": 3}], [(1, None)], []),
        ([ctypes.c_uint32(3)], [], [f"GPU 1: {TOO_OLD}"]),
        ([{"pid": "N/A", "memory_usage": {"vram_mem": 5}}], [], [f"GPU 1: {TOO_OLD}"]),
        ("N/A", [], [f"GPU 1: {NOT_REPORTED}"]),
    ],
)
def test_processes_that_are_told_in_another_way_cost_nothing_else(
    library: Any, monkeypatch: pytest.MonkeyPatch, held: Any, told: list[Any], notes: list[str]
) -> None:
    monkeypatch.setitem(library.TELLS, "get_gpu_process_list", held)
    with Amd() as opened:
        found = with_amd(gpus(GPU(), PROCESS()), opened, OfTheHost())
    assert [one.maker for one in found.gpus] == ["nvidia", "amd"]
    assert [(one.gpu, one.memory) for one in found.processes] == [(0, 1024), *told]
    assert [note.reason for note in found.notes] == notes


@pytest.mark.parametrize(
    ("kind", "lacks", "missing"),
    [
        ("TemperatureType", {"EDGE": "edge"}, set()),
        ("TemperatureType", {}, {"temperature"}),
        ("TemperatureMetric", {}, {"temperature"}),
        ("MemoryType", {}, {"memory"}),
        ("ClkType", {}, {"clock", "clockLimit"}),
    ],
)
def test_a_library_without_a_member_of_its_enumerations_tells_the_rest(
    library: Any, monkeypatch: pytest.MonkeyPatch, kind: str, lacks: dict[str, str], missing: set[str]
) -> None:
    _, before = one()
    monkeypatch.setattr(library, f"AmdSmi{kind}", SimpleNamespace(**lacks))
    gpu, reasons = one()
    assert set(reasons) - set(before) == missing
    assert {reasons[figure] for figure in missing} <= {TOO_OLD}
    assert gpu.temperature == (None if "temperature" in missing else 55 if lacks else 61)


@pytest.mark.parametrize(
    ("answer", "power"), [(float("nan"), None), (float("inf"), None), ([410], None), (410.5, 410.5)]
)
def test_a_number_that_is_none_costs_nothing_else(
    library: Any, monkeypatch: pytest.MonkeyPatch, answer: Any, power: float | None
) -> None:
    monkeypatch.setitem(library.TELLS, "get_power_info", {"current_socket_power": answer, "power_limit": 750})
    monkeypatch.setitem(library.TELLS, "get_gpu_activity", {"gfx_activity": answer})
    gpu, _ = one()
    assert (gpu.power, gpu.power_limit, gpu.utilization) == (power, 750, None if power is None else 410)


@pytest.mark.parametrize("handles", ["N/A", None, 1])
def test_handles_that_are_no_list_leave_nvidias(library: Any, monkeypatch: pytest.MonkeyPatch, handles: Any) -> None:
    monkeypatch.setitem(library.TELLS, "get_processor_handles", handles)
    with Amd() as opened:
        found = with_amd(gpus(GPU()), opened, None)
    assert [one.maker for one in found.gpus] == ["nvidia"]
    assert [(note.figure, note.reason) for note in found.notes] == [("amd", NOT_REPORTED)]


def test_beside_one_of_nvidias(library: Any) -> None:
    del library
    with Amd() as opened:
        found = with_amd(gpus(GPU()), opened, None)
    assert [(one.maker, one.index) for one in found.gpus] == [("nvidia", 0), ("amd", 1)]
    # What is asked of CUDA has nothing to do with it.
    assert [one.maker for one in of_nvidia(found).gpus] == ["nvidia"]


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Has AMD's driver, and no library of NVIDIA's whatever this machine has."""
    monkeypatch.setattr(amd, "DRIVER", tmp_path)
    monkeypatch.setattr("jupyter_mlgit.environment.poller.Nvml.__enter__", _no_library)


def _no_library(_: object) -> None:
    from jupyter_mlgit.environment.nvml import LIBRARY_NOT_FOUND, no_nvml

    raise no_nvml(LIBRARY_NOT_FOUND)


@pytest.mark.usefixtures("alone")
def test_without_nvidias_library_the_pauses_are_kept(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    now, asked = [0.0], []
    tried = attempts(monkeypatch, now)

    def processes() -> Processes:
        asked.append(now[0])
        return OfTheHost()

    monkeypatch.setitem(library.TELLS, "get_gpu_process_list", [{"pid": os.getpid()}])
    monkeypatch.setattr(poller, "time", SimpleNamespace(monotonic=lambda: now[0]))
    reader = poller.Reader(processes)
    for now[0] in (100, 103, 106, 109, 116):
        assert [one.pid for one in reader.read().processes] == [os.getpid()]
    reader.end()
    assert (tried, asked) == ([100, 116], [100, 106, 116])


def test_without_any_gpu_a_look_tries_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(amd, "DRIVER", tmp_path / "none")
    tried = attempts(monkeypatch, [1])
    reader = poller.Reader(OfTheHost)
    assert not any(reader.read().available for _ in range(2))
    assert tried == [1, 1]


def attempts(monkeypatch: pytest.MonkeyPatch, now: list[float]) -> list[float]:
    """Has no library of NVIDIA's, and gives when it was tried."""
    tried: list[float] = []

    def look(_: object) -> None:
        tried.append(now[0])
        _no_library(_)

    monkeypatch.setattr("jupyter_mlgit.environment.poller.Nvml.__enter__", look)
    return tried


@pytest.mark.usefixtures("alone")
def test_it_is_read_where_there_is_none_of_nvidias_and_closed_again(library: Any) -> None:
    library.CALLS.clear()
    found = read_once()
    assert (found.available, found.reason, [one.maker for one in found.gpus]) == (True, None, ["amd"])
    assert library.CALLS == ["init", "shut_down"]
    screen = Screen(colour=False)
    show_gpus(screen, found)
    told = screen.text().splitlines()
    assert told[:3] == [
        "AMD's driver 6.12.12",
        "GPU 0 AMD Instinct MI300X",
        "    20.0 GB / 192.0 GB · 37 % · 61 °C · 410 / 750 W · 1320 / 2100 MHz",
    ]


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("raise ImportError", "To see what AMD's GPUs do, install ROCm's Python package amdsmi beside this extension."),
        ("print('no library')\n{}['libamd_smi.so']", "AMD's library (amdsmi) cannot be used (KeyError)."),
    ],
)
def test_a_package_that_is_missing_or_broken_says_so_and_prints_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: str, reason: str
) -> None:
    (tmp_path / "amdsmi.py").write_text(lines)
    monkeypatch.syspath_prepend(str(tmp_path))
    found = read_once()
    assert not found.available
    assert [note.reason for note in found.notes if note.figure == "amd"] == [reason]
    assert capsys.readouterr().out == ""


def test_without_amds_driver_it_is_never_imported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "amdsmi.py").write_text("raise AssertionError")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(amd, "DRIVER", tmp_path / "none")
    assert all(note.figure != "amd" for note in read_once().notes)
    assert "amdsmi" not in sys.modules
