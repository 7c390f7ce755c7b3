"""Keeps what the GPUs and their holders did in the last minutes, so that a panel opened anew has its line at once.

Figures stand in columns, one number per reading; a reading in which somebody was not there, or a figure could not be
had, is null in its column and never left out.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jupyter_mlgit.environment.holding import GpuProcess
    from jupyter_mlgit.environment.machine import Gpus

SPAN = 600.0
"""Seconds that are kept."""

MOST = 600
"""Readings that are kept at most."""

HOLDERS = 64
"""Holders of whom a line is told; those that hold least are left out."""

_Key = str | tuple[int, int | None]
"""What a GPU or slice is known by: the driver's name of it, or its index where there is none."""


class GpuLine(Value):
    """What one GPU or slice did, reading by reading."""

    gpu: int
    """Its index, as it was last; others move up when one has gone."""
    slice: int | None
    uuid: str | None
    """The driver's name of it, by which its readings are known; null where it does not tell."""
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
    uuid: str | None
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


class Place(NamedTuple):
    """A GPU or slice, as it is called at one moment."""

    gpu: int
    slice: int | None
    uuid: str | None

    @property
    def key(self) -> _Key:
        """What it is known by from one reading to the next."""
        return self.uuid or (self.gpu, self.slice)


class Holding(NamedTuple):
    """Who holds memory, and where."""

    place: _Key
    """The key of the place."""
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
    places: dict[_Key, Place]
    gpus: dict[_Key, _Figures]
    held: dict[Holding, int | None]


_NOTHING = _Figures(None, None, None, None)


def holding(process: GpuProcess, place: _Key) -> Holding | None:
    """Says who holds what a process has; None for somebody else's and for one that cannot be named."""
    if process.kernel is not None:
        return Holding(place, process.kernel, process.notebook, None)
    if process.notebook is not None:
        return Holding(place, None, process.notebook, None)
    return None if process.pid is None else Holding(place, None, None, process.pid)


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
        by_index = {(gpu.index, gpu.slice): Place(gpu.index, gpu.slice, gpu.uuid) for gpu in found.gpus}
        places = {place.key: place for place in by_index.values()}
        held: dict[Holding, int | None] = {}
        for one in found.processes:
            place = by_index.get((one.gpu, one.slice), Place(one.gpu, one.slice, None))
            places.setdefault(place.key, place)
            who = holding(one, place.key)
            if who is not None:
                before = held.get(who, 0)
                # Where one of its processes is not told of, neither is their sum.
                held[who] = None if one.memory is None or before is None else one.memory + before
        gpus = {
            by_index[gpu.index, gpu.slice].key: _Figures(gpu.utilization, gpu.memory_used, gpu.temperature, gpu.power)
            for gpu in found.gpus
        }
        self._kept.append(_Reading(at, places, gpus, held))
        self.count += 1
        while self._kept[0].at < at - SPAN:
            self._kept.popleft()

    def since(self, after: int | None, now: float) -> History:
        """Gives the readings behind the one of that number; all of them where it is None, long gone or not of ours."""
        oldest = self.count - len(self._kept) + 1
        first = oldest if after is None or after > self.count else max(oldest, after + 1)
        readings = list(self._kept)[first - oldest :]
        places = {key: place for one in readings for key, place in one.places.items()}
        return History(
            first=first,
            ages=[round(now - one.at, 1) for one in readings],
            gpus=[_gpu_line(place, readings) for place in sorted(_seen(readings, places), key=_order)],
            holders=[_holder_line(who, places[who.place], readings) for who in _holders(readings)],
        )


def _seen(readings: Sequence[_Reading], places: Mapping[_Key, Place]) -> list[Place]:
    return [places[key] for key in {key: None for one in readings for key in one.gpus}]


def _order(place: Place) -> tuple[int, int]:
    return place.gpu, -1 if place.slice is None else place.slice


def _gpu_line(place: Place, readings: Sequence[_Reading]) -> GpuLine:
    figures = [one.gpus.get(place.key, _NOTHING) for one in readings]
    return GpuLine(
        gpu=place.gpu,
        slice=place.slice,
        uuid=place.uuid,
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


def _holder_line(who: Holding, place: Place, readings: Sequence[_Reading]) -> HolderLine:
    return HolderLine(
        gpu=place.gpu,
        slice=place.slice,
        uuid=place.uuid,
        kernel=who.kernel,
        notebook=who.notebook,
        pid=who.pid,
        memory=[one.held.get(who) for one in readings],
    )
