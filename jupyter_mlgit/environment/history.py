"""Keeps what the GPUs and their holders did in the last minutes, so that a panel opened anew has its line at once.

Figures stand in columns, one number per reading; a reading in which somebody was not there, or a figure could not be
had, is null in its column and never left out.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_mlgit.environment.machine import GpuProcess, Gpus

SPAN = 600.0
"""Seconds that are kept."""

MOST = 600
"""Readings that are kept at most."""

HOLDERS = 64
"""Holders of whom a line is told; those that hold least are left out."""


class GpuLine(Value):
    """What one GPU or slice did, reading by reading."""

    gpu: int
    slice: int | None
    utilization: list[int | None]
    """Percent."""
    memory_used: list[int | None]
    """Bytes."""
    temperature: list[int | None]
    """Degrees Celsius."""
    power: list[float | None]
    """Watts."""


class HolderLine(Value):
    """What one holder had on a GPU, all of its processes together."""

    gpu: int
    slice: int | None
    kernel: str | None
    """The kernel's id; null for what a kernel has left behind, and for other programs."""
    notebook: str | None
    pid: int | None
    """The process, where it belongs to no kernel and no notebook."""
    memory: list[int | None]
    """Bytes."""


class History(Value):
    """The last minutes."""

    first: int
    """The number of the first reading here; they are counted on, so that whoever has some asks for those behind."""
    ages: list[float]
    """How many seconds before ``readAt`` each reading was made, the oldest first."""
    gpus: list[GpuLine]
    holders: list[HolderLine]


class Holding(NamedTuple):
    """Who holds memory, and where."""

    gpu: int
    slice: int | None
    kernel: str | None
    notebook: str | None
    pid: int | None


class _Figures(NamedTuple):
    utilization: int | None
    memory_used: int | None
    temperature: int | None
    power: float | None


class _Reading(NamedTuple):
    at: float
    gpus: dict[tuple[int, int | None], _Figures]
    held: dict[Holding, int | None]


_NOTHING = _Figures(None, None, None, None)


def holding(process: GpuProcess) -> Holding | None:
    """Says who holds what a process has; None for somebody else's and for one that cannot be named."""
    if process.kernel is not None:
        return Holding(process.gpu, process.slice, process.kernel, process.notebook, None)
    if process.notebook is not None:
        return Holding(process.gpu, process.slice, None, process.notebook, None)
    return None if process.pid is None else Holding(process.gpu, process.slice, None, None, process.pid)


class Ring:
    """The readings of the last minutes, counted from the first that was ever made."""

    def __init__(self) -> None:
        """Begins empty."""
        self._kept: deque[_Reading] = deque(maxlen=MOST)
        self.count = 0
        """How many readings there have been."""

    def add(self, at: float, found: Gpus) -> None:
        """Keeps a reading.

        Args:
            at: seconds by a clock that is never set.
            found: what was read.
        """
        held: dict[Holding, int | None] = {}
        for one in found.processes:
            who = holding(one)
            if who is not None:
                before = held.get(who)
                held[who] = before if one.memory is None else one.memory + (before or 0)
        gpus = {
            (gpu.index, gpu.slice): _Figures(gpu.utilization, gpu.memory_used, gpu.temperature, gpu.power)
            for gpu in found.gpus
        }
        self._kept.append(_Reading(at, gpus, held))
        self.count += 1
        while self._kept[0].at < at - SPAN:
            self._kept.popleft()

    def since(self, after: int | None, now: float) -> History:
        """Gives the readings behind the one of that number; all of them where it is None, long gone or not of ours."""
        oldest = self.count - len(self._kept) + 1
        first = oldest if after is None or after > self.count else max(oldest, after + 1)
        readings = list(self._kept)[first - oldest :]
        return History(
            first=first,
            ages=[round(now - one.at, 1) for one in readings],
            gpus=[_gpu_line(key, readings) for key in sorted(_keys(readings), key=_order)],
            holders=[_holder_line(who, readings) for who in _holders(readings)],
        )


def _keys(readings: Sequence[_Reading]) -> set[tuple[int, int | None]]:
    return {key for one in readings for key in one.gpus}


def _order(key: tuple[int, int | None]) -> tuple[int, int]:
    return key[0], -1 if key[1] is None else key[1]


def _gpu_line(key: tuple[int, int | None], readings: Sequence[_Reading]) -> GpuLine:
    figures = [one.gpus.get(key, _NOTHING) for one in readings]
    return GpuLine(
        gpu=key[0],
        slice=key[1],
        utilization=[one.utilization for one in figures],
        memory_used=[one.memory_used for one in figures],
        temperature=[one.temperature for one in figures],
        power=[one.power for one in figures],
    )


def _holders(readings: Sequence[_Reading]) -> list[Holding]:
    most: dict[Holding, int] = {}
    for reading in readings:
        for who, memory in reading.held.items():
            most[who] = max(most.get(who, 0), memory or 0)
    return sorted(most, key=lambda who: -most[who])[:HOLDERS]


def _holder_line(who: Holding, readings: Sequence[_Reading]) -> HolderLine:
    return HolderLine(
        gpu=who.gpu,
        slice=who.slice,
        kernel=who.kernel,
        notebook=who.notebook,
        pid=who.pid,
        memory=[one.held.get(who) for one in readings],
    )
