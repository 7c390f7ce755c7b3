"""Reads AMD's GPUs through AMD's own library, where its Python package (``amdsmi``) is installed beside this one.

It belongs to the ROCm of a machine, so it is no dependency of ours, and is imported only where AMD's driver is loaded.
Its surprises: to import it may print, or fail with whatever error, where its library is missing; a figure that it lacks
is a word (``N/A``) or the greatest number there is; watts are microwatts in some of its versions, and older ones lack
members of its enumerations and list handles instead of processes.
"""

from __future__ import annotations

import contextlib
import io
import math
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from jupyter_mlgit.environment.gpus import Gpu
from jupyter_mlgit.environment.nvml import FUNCTION_NOT_FOUND, NO_PERMISSION, NOT_SUPPORTED, Note, NotTold
from jupyter_mlgit.values import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from typing_extensions import Self

_T = TypeVar("_T")

DRIVER: Final = Path("/dev/kfd")
"""What AMD's driver for computing makes."""

_UNKNOWN: Final = frozenset({0xFFFF, 0xFFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF})
_MOST_WATTS: Final = 100_000
_NUMBERS: Final = {2: NOT_SUPPORTED, 3: NOT_SUPPORTED, 10: NO_PERMISSION, 40: NOT_SUPPORTED}
"""AMD's error (amdsmi_status_t) → NVIDIA's of the same meaning."""

_POWER: Final = ("current_socket_power", "average_socket_power", "socket_power")
_LEFT_OUT: Final = {
    "slowedBy": "AMD's library takes too long to tell.",
    "retired": "It is not asked of AMD's library.",
    "faults": "It is a report of NVIDIA's driver.",
}


class NoAmd(Exception):
    """AMD's library cannot be used here; its words say why."""


class Amd:
    """AMD's library, as long as it is in use."""

    def __init__(self) -> None:
        """Does nothing yet."""
        self.library: ModuleType | None = None

    def __enter__(self) -> Self:
        """Opens the library.

        Raises:
            NoAmd: if it is not installed, or does not work.
        """
        try:
            # What it prints must not come into an answer in JSON.
            with contextlib.redirect_stdout(io.StringIO()):
                import amdsmi

                amdsmi.amdsmi_init()
        except ImportError as error:
            raise NoAmd(
                "To see what AMD's GPUs do, install ROCm's Python package amdsmi beside this extension."
            ) from error
        except Exception as error:  # a package whose library is missing fails in every way
            raise NoAmd(f"AMD's library (amdsmi) cannot be used ({type(error).__name__}).") from error
        self.library = amdsmi
        return self

    def __exit__(self, *exception: object) -> None:
        """Closes it."""
        library, self.library = self.library, None
        if library is not None:
            with contextlib.suppress(Exception):
                library.amdsmi_shut_down()

    def ask(self, function: str, *arguments: Any) -> Any:  # noqa: ANN401 -- whatever the function gives
        """Calls a function of the library.

        Args:
            function: its name, without what all of them begin with.
            arguments: what it takes.

        Raises:
            NotTold: if it does not tell.
        """
        known = getattr(self.library, f"amdsmi_{function}", None)
        if known is None:
            raise NotTold(FUNCTION_NOT_FOUND)
        try:
            return known(*arguments)
        except Exception as error:  # the binding itself has faults, too: one figure must not cost the others
            number = getattr(error, "err_code", None)
            if not isinstance(number, int):
                raise NotTold(FUNCTION_NOT_FOUND) from error
            raise NotTold(_NUMBERS.get(number, -number)) from error

    def member(self, name: str) -> Any:  # noqa: ANN401 -- whatever the library's is
        """Gives a member of one of the library's enumerations.

        Args:
            name: that of both, without what all of them begin with, such as ``ClkType.GFX``.

        Raises:
            NotTold: if this version of the library lacks it.
        """
        try:
            return attrgetter(f"AmdSmi{name}")(self.library)
        except AttributeError as error:
            raise NotTold(FUNCTION_NOT_FOUND) from error


def read_amd(amd: Amd, first: int) -> Iterator[tuple[Gpu, Any]]:
    """Yields AMD's GPUs, each with the library's handle.

    Args:
        amd: the library, open.
        first: the number of the first of them among all GPUs.

    Raises:
        NotTold: if not even their number can be had.
    """
    for index, device in enumerate(_listed(amd.ask("get_processor_handles")), first):
        yield _read(amd, device, index), device


def processes_of(amd: Amd, device: Any) -> list[tuple[int, int | None]]:  # noqa: ANN401 -- a handle of the library's
    """Gives the numbers of the processes that compute on a GPU, each with the bytes that it holds.

    Raises:
        NotTold: if it does not tell.
    """
    return [_process(one) for one in _listed(amd.ask("get_gpu_process_list", device))]


def driver_of(amd: Amd, device: Any) -> str | None:  # noqa: ANN401 -- a handle of the library's
    """Gives the version of AMD's driver; None where it does not tell."""
    return _Answers(amd, device).words("driver", "get_gpu_driver_info", "driver_version")


class _Answers:
    """What one GPU tells, and why the rest is missing."""

    def __init__(self, amd: Amd, device: Any) -> None:  # noqa: ANN401 -- a handle of the library's
        self.notes: list[Note] = []
        self._amd = amd
        self._device = device

    def number(self, figure: str, function: str, *keys: str, of: tuple[str, ...] = ()) -> float | None:
        """Asks for a number: for what the function gives, or the first that it knows under one of these keys.

        Args:
            figure: what the note is about, where there is none.
            function: of the library, without what all of them begin with.
            keys: in what it gives.
            of: the members of enumerations that it takes behind the device.
        """
        return self._first(figure, [_known(one) for one in self._values(figure, function, keys, of)])

    def words(self, figure: str, function: str, *keys: str) -> str | None:
        """Asks for words in the same way."""
        found = self._values(figure, function, keys, ())
        return self._first(figure, [one if isinstance(one, str) and one not in ("", "N/A") else None for one in found])

    def leave_out(self, **reasons: str) -> None:
        """Notes that these are not asked for."""
        self.notes += [Note(figure=figure, reason=reason) for figure, reason in reasons.items()]

    def _first(self, figure: str, found: list[_T | None]) -> _T | None:
        value = next((one for one in found if one is not None), None)
        if value is None and found:
            self.leave_out(**{figure: NotTold(NOT_SUPPORTED).reason})
        return value

    def _values(self, figure: str, function: str, keys: tuple[str, ...], of: tuple[str, ...]) -> list[Any]:
        try:
            found = self._amd.ask(function, self._device, *map(self._amd.member, of))
        except NotTold as error:
            self.leave_out(**{figure: error.reason})
            return []
        return [found.get(key) for key in keys] if keys and isinstance(found, dict) else [found]


def _read(amd: Amd, device: Any, index: int) -> Gpu:  # noqa: ANN401 -- a handle of the library's
    ask = _Answers(amd, device)
    memory, clock = ("MemoryType.VRAM",), ("ClkType.GFX",)
    used = ask.number("memory", "get_gpu_memory_usage", of=memory)
    total = None if used is None else ask.number("memory", "get_gpu_memory_total", of=memory)
    chip = ask.words("capability", "get_gpu_asic_info", "target_graphics_version")
    if chip is not None:
        ask.leave_out(capability=f"It is a measure of NVIDIA's; this GPU is a {visible(chip)}.")
    ask.leave_out(**_LEFT_OUT)
    return Gpu(
        maker="amd",
        index=index,
        slice=None,
        uuid=ask.words("uuid", "get_gpu_device_uuid"),
        name=ask.words("name", "get_gpu_asic_info", "market_name"),
        state="ok",
        memory_used=None if used is None or total is None else int(used),
        memory_total=None if total is None else int(total),
        unified=False,
        utilization=_whole(ask.number("utilization", "get_gpu_activity", "gfx_activity")),
        temperature=_whole(_heat(ask)),
        power=_watts(ask.number("power", "get_power_info", *_POWER)),
        power_limit=_watts(ask.number("powerLimit", "get_power_info", "power_limit")),
        clock=_whole(ask.number("clock", "get_clock_info", "clk", "cur_clk", of=clock)),
        clock_limit=_whole(ask.number("clockLimit", "get_clock_info", "max_clk", of=clock)),
        slowed_by=None,
        memory_errors=_whole(ask.number("memoryErrors", "get_gpu_total_ecc_count", "uncorrectable_count")),
        corrected_errors=_whole(ask.number("correctedErrors", "get_gpu_total_ecc_count", "correctable_count")),
        retired=None,
        retiring=None,
        faults=None,
        faults_since=None,
        capability=None,
        slices=False,
        notes=ask.notes,
    )


def _heat(ask: _Answers) -> float | None:
    """Asks for the hottest spot, or where that is not measured for the edge."""
    now = "TemperatureMetric.CURRENT"
    heat = ask.number("temperature", "get_temp_metric", of=("TemperatureType.HOTSPOT", now))
    if heat is None:
        ask.notes.pop()
        heat = ask.number("temperature", "get_temp_metric", of=("TemperatureType.EDGE", now))
    return heat


def _listed(found: object) -> list[Any]:
    """Gives what is listed.

    Raises:
        NotTold: if it is no list.
    """
    if not isinstance(found, (list, tuple)):
        raise NotTold(NOT_SUPPORTED)
    return list(found)


def _process(told: object) -> tuple[int, int | None]:
    """Gives the number of a process, and the bytes that it holds.

    Raises:
        NotTold: if it has no number.
    """
    pid = _known(told.get("pid")) if isinstance(told, dict) else None
    if not isinstance(told, dict) or pid is None:
        raise NotTold(FUNCTION_NOT_FOUND)
    memory = told.get("memory_usage")
    return int(pid), _whole(_known(memory.get("vram_mem")) if isinstance(memory, dict) else None)


def _known(value: object) -> float | None:
    """Gives a number; None for what stands where there is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value in _UNKNOWN or not math.isfinite(value):
        return None
    return value


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _watts(value: float | None) -> float | None:
    """Gives watts; what no GPU could draw is microwatts."""
    return value if value is None or value < _MOST_WATTS else value / 1e6
