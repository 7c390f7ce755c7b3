"""Hears of GPUs' faults (Xid): from what NVIDIA's driver wrote into Linux' own log, or from the driver's events.

The log holds what was before somebody looked, and most people may not read it. A line of it may name a process of
somebody else's: nothing of it is kept but the number, the time and the GPU's place on the bus. Events come only while
somebody listens; for them no CUDA context is needed.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from jupyter_mlgit.environment.nvml import GPU_IS_LOST, NotTold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_mlgit.environment.figures import Device
    from jupyter_mlgit.environment.nvml import Nvml

_XID = re.compile(rb"NVRM: Xid \(PCI:([0-9a-fA-F:.]{4,16})\): (\d{1,4})\b")
_WHEN = re.compile(rb"\d{1,4},\d{1,20},(\d{1,18}),")
"""Before each record: its priority, its number, and when it was written, in microseconds since Linux was started."""

SPAN = 86_400
"""Seconds after which a fault is no longer told of."""

_LARGEST = 2**20
_RECORDS = 20_000
"""Records of the kernel's log that are looked at; it holds a few thousand."""

_DEVICE = (1, 11)
"""The major and minor number of the log's device (devices.txt in Linux)."""

_EVENT_OF_XID = 8
_EVENTS = 64
"""Events that are taken in at once."""

_MOST = 16
"""Numbers that are kept of one GPU."""

NO_LOG = "You may not read Linux' log."

Since = Literal["day", "look"]

CATALOGUE: dict[int, tuple[str, str]] = {
    48: ("its memory had an error that could not be corrected", "Reset the GPU or restart the machine."),
    62: ("its own processor stopped", "Restart the machine."),
    63: ("a row of its memory was taken out of use", "Reset the GPU when it is free, so that the row is replaced."),
    64: ("a row of its memory could not be taken out of use", "Reset the GPU; if it comes back, have it replaced."),
    74: ("a link to another GPU (NVLink) failed", "Reset the GPUs; if it comes back, have the link looked at."),
    79: ("it has fallen off the bus", "Restart the machine; if it comes back, look at power, heat and seating."),
    92: ("its memory had many errors that were corrected", "Watch it; if there are more, have it looked at."),
    94: ("its memory had an error that ended one program", "Start that program again; reset the GPU when it is free."),
    95: ("its memory had an error that ended all programs", "Reset the GPU or restart the machine."),
    119: ("the driver's part on the GPU (GSP) no longer answers", "Reset the GPU or restart the machine."),
    120: ("the driver's part on the GPU (GSP) failed", "Reset the GPU or restart the machine."),
}
"""Number → what it means, what to do (NVIDIA's catalogue of Xid errors); the others mostly are a program's fault."""


class Xid(NamedTuple):
    """One entry of the driver's in the log."""

    number: int
    place: str
    """Of the GPU, on the bus."""


class Told(NamedTuple):
    """What is known of the faults of one GPU."""

    numbers: Sequence[int] | None
    """The oldest first; None where nothing can be known, for a reason."""
    since: Since | None
    reason: str = ""


class _Seen(NamedTuple):
    at: float
    """Seconds since Linux was started."""
    xid: Xid


class KernelLog:
    """Linux' log; each reading gives what is new. Nothing is waited for."""

    def __init__(self, root: Path = Path("/")) -> None:
        """Takes the folder in which the machine's files lie."""
        self._root = root
        self._file: int | None = None

    def open(self) -> bool:
        """Opens it; tells whether it may be read. In a container something else may stand in its place."""
        with contextlib.suppress(OSError):
            self._file = os.open(self._root / "dev/kmsg", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            if not _is_log(os.fstat(self._file)):
                self.close()
        return self._file is not None

    def close(self) -> None:
        """Closes it."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def read(self) -> list[_Seen]:
        """Gives what has been written of GPUs since it was read last."""
        now = clock()
        found = []
        for line in b"\n".join(self._records()).splitlines():
            match, when = _XID.search(line), _WHEN.match(line)
            if match is not None:
                at = now if when is None else int(when[1]) / 1e6
                found.append(_Seen(at, Xid(int(match[2]), match[1].decode("ascii").lower())))
        return found

    def _records(self) -> list[bytes]:
        """Reads on; each read of the device gives one record (dev-kmsg in Linux' ABI)."""
        records: list[bytes] = []
        if self._file is None:
            return records
        one_each = stat.S_ISCHR(os.fstat(self._file).st_mode)
        for _ in range(_RECORDS if one_each else 1):
            try:
                record = os.read(self._file, 8192 if one_each else _LARGEST)
            except BrokenPipeError:  # it was overwritten before it was read; the next one is there
                continue
            except OSError:
                break
            if not record:
                break
            records.append(record)
        return records


def read_xids(root: Path) -> list[Xid]:
    """Gives what the driver wrote in the last day, the oldest first and each once; nothing where it cannot be read."""
    log = KernelLog(root)
    if not log.open():
        return []
    try:
        oldest = clock() - SPAN
        return list(dict.fromkeys(one.xid for one in log.read() if one.at >= oldest))
    finally:
        log.close()


def clock() -> float:
    """Gives the seconds since Linux was started as the log counts them: without those in which it was suspended."""
    return time.monotonic()


def _is_log(found: os.stat_result) -> bool:
    """Tells whether it is Linux' log, or a file, as tests have it."""
    return stat.S_ISREG(found.st_mode) or (stat.S_ISCHR(found.st_mode) and found.st_rdev == os.makedev(*_DEVICE))


class FaultWatch:
    """What is known of each GPU's faults while the library is open: by the log, or else by events from now on."""

    def __init__(
        self, nvml: Nvml, root: Path = Path("/"), *, listens: bool = True, before: FaultWatch | None = None
    ) -> None:
        """Opens the log.

        Args:
            nvml: the library, open.
            root: the folder in which the machine's files lie.
            listens: whether events are of use; who looks only once would hear of none.
            before: the watch until the library was opened anew, on the same GPUs.
        """
        self._nvml = nvml
        self._log = KernelLog(root)
        self._reads = self._log.open()
        # The log tells all of it anew.
        self.seen: list[_Seen] = [] if before is None or self._reads else before.seen
        self._set: object = None
        self._followed: dict[str, NotTold | None] = {}
        """The places of GPUs whose events come, and why those of others do not."""
        self.places: dict[int, str] = {} if before is None else before.places
        """Those of GPUs by their number; one that has fallen off the bus tells its own no more."""
        self._handles: dict[int | None, str] = {}
        """The same by the library's handle, as an event has it."""
        if not self._reads and listens:
            with contextlib.suppress(NotTold):
                self._set = nvml.ask("nvmlEventSetCreate")

    def take_in(self) -> None:
        """Hears what is new."""
        now = clock()
        new = self._log.read() if self._reads else self._events(now)
        self.seen = [one for one in [*self.seen, *new] if one.at >= now - SPAN]

    def of(self, index: int, device: Device | None) -> Told:
        """Says what is known of a GPU.

        Args:
            index: its number.
            device: its handle; None where it cannot be had any more.
        """
        try:
            place = self._place(index, device)
        except NotTold as error:
            return Told(None, None, error.reason)
        numbers = list(dict.fromkeys(one.xid.number for one in self.seen if _same(one.xid.place, place)))[-_MOST:]
        if self._reads:
            return Told(numbers, "day")
        if self._set is None:
            return Told(None, None, NO_LOG)
        if place not in self._followed and device is not None:
            self._followed[place] = self._follow(device)
        why = self._followed.get(place)
        return Told(numbers, "look") if why is None else Told(None, None, f"{NO_LOG} {why.reason}")

    def close(self) -> None:
        """Hears no more."""
        self._log.close()
        if self._set is not None:
            with contextlib.suppress(NotTold):
                self._nvml.ask("nvmlEventSetFree", self._set)
            self._set = None

    def _follow(self, device: Device) -> NotTold | None:
        try:
            self._nvml.ask("nvmlDeviceRegisterEvents", device, _EVENT_OF_XID, self._set)
        except NotTold as error:
            return error
        return None

    def _events(self, now: float) -> list[_Seen]:
        found: list[_Seen] = []
        if self._set is None or not self._followed:
            return found
        for _ in range(_EVENTS):
            try:
                event = self._nvml.ask("nvmlEventSetWait", self._set, 0)
            except NotTold:  # when there are no more, it has waited in vain, for no time at all
                break
            place = self._handles.get(_address(event.device))
            if place is not None:
                found.append(_Seen(now, Xid(int(event.eventData), place)))
        return found

    def _place(self, index: int, device: Device | None) -> str:
        """Gives the place of a GPU, or where it was when it still told.

        Raises:
            NotTold: if it never has.
        """
        reason = NotTold(GPU_IS_LOST)
        if device is not None:
            try:
                bus = self._nvml.ask("nvmlDeviceGetPciInfo", device)
            except NotTold as error:
                reason = error
            else:
                place = f"{bus.domain:04x}:{bus.bus:02x}:{bus.device:02x}"
                self.places[index] = self._handles[_address(device)] = place
        if index not in self.places:
            raise reason
        return self.places[index]


def _address(device: Device) -> int | None:
    """Gives what a handle points to: the binding makes a new one for each event."""
    return ctypes.cast(device, ctypes.c_void_p).value


def _same(told: str, place: str) -> bool:
    """Tells whether a place is that of a GPU; what stands behind a point is a part of it."""
    return told.partition(".")[0].rjust(len(place), "0") == place
