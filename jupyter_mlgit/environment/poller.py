"""Reads the GPUs again and again in one thread, only while somebody looks.

Every look prolongs the watch; some seconds after the last one the thread ends by itself, with the library closed and
nothing left that costs anything. The library stays open between two readings, because to open it wakes a GPU that
sleeps; it is opened anew after an error that a driver gives when it was taken away, and when the system's list of GPUs
has changed, as the library knows only those that there were when it was opened.
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from jupyter_mlgit.environment import amd
from jupyter_mlgit.environment.amd import Amd, NoAmd
from jupyter_mlgit.environment.history import History, Ring
from jupyter_mlgit.environment.leased import LEASE, PATIENCE, Leased
from jupyter_mlgit.environment.machine import Gpus, nothing, read_machine, with_amd
from jupyter_mlgit.environment.nvml import NoNvml, Note, Nvml
from jupyter_mlgit.environment.processes import Processes
from jupyter_mlgit.environment.xids import FaultWatch

if TYPE_CHECKING:
    from collections.abc import Callable

PAUSE = 3.0
"""Seconds between two readings."""

PROCESSES_PAUSE = 5.0
"""Seconds after which it is asked again who holds what: the driver is slow to tell."""

NONE_PAUSE = 15.0
"""Seconds between two readings where there is no driver or no GPU."""

_DRIVERS_LIST = Path("/proc/driver/nvidia/gpus")

_NO_ANSWER = NoNvml(
    "nvml-error",
    f"NVIDIA's driver has not answered within {PATIENCE:.0f} seconds.",
    "See whether NVIDIA's own program answers in a terminal; if not, restart the machine:",
    "nvidia-smi",
)

_FAULT = NoNvml(
    "fault",
    "The GPUs could not be read by a fault of this extension.",
    "It is tried again by itself; the server's log says what went wrong.",
)


class View(NamedTuple):
    """What one look sees."""

    number: int
    at: float
    """Seconds since the epoch."""
    pause: float
    found: Gpus
    history: History


class Poller(Leased):
    """The watch over the GPUs of one server. Its methods may be called in any thread."""

    def __init__(
        self,
        tell: Callable[[], None],
        *,
        pause: float = PAUSE,
        lease: float = LEASE,
        processes: Callable[[], Processes] = Processes,
    ) -> None:
        """Takes what it works with; nothing is read before somebody looks.

        Args:
            tell: is called in the thread after each reading that is news.
            pause: seconds between two readings.
            lease: seconds for which one look keeps the watch up.
            processes: gives what tells whose a process is.
        """
        super().__init__("mlgit-gpus", lease)
        self._tell = tell
        self._pause = pause
        self._processes = processes
        self._ring = Ring()
        self._last: tuple[float, float, Gpus] | None = None

    def look(self, after: int | None = None, *, anew: bool = False) -> View:
        """Gives the newest reading and those behind ``after``.

        Args:
            after: the number of the last reading that the asker has.
            anew: waits for the next one; otherwise only for the first one of a watch that just begins.
        """
        with self.changed:
            self.watch_on(anew=anew)
            at, wall, found = time.monotonic(), time.time(), nothing(_NO_ANSWER)
            if self._last is not None and self.current:
                at, wall, found = self._last
            return View(self._ring.count, wall, self._pause_after(found), found, self._ring.since(after, at))

    def newest(self) -> tuple[float, Gpus] | None:
        """Gives the newest reading and when it was made, by ``time.monotonic``; None where nobody looks. Waits not."""
        with self.changed:
            return None if self._last is None or not self.current else (self._last[0], self._last[2])

    def work(self) -> None:
        """Reads again and again."""
        reader = Reader(self._processes)
        try:
            while self.goes_on():
                before = self._last
                at, found = time.monotonic(), reader.read()
                with self.changed:
                    self._ring.add(at, found)
                    self._keep(at, found)
                if found.gpus or before is None or before[2] != found:
                    self._tell()
                self.rest(self._pause_after(found))
        finally:
            reader.end()

    def failed(self) -> None:
        """Tells of a fault of ours instead of figures."""
        self._keep(time.monotonic(), nothing(_FAULT))

    def _keep(self, at: float, found: Gpus) -> None:
        self._last = (at, time.time(), found)
        self.fresh = True
        self.changed.notify_all()

    def _pause_after(self, found: Gpus) -> float:
        return self._pause if found.gpus else max(self._pause, NONE_PAUSE)


class Reader:
    """The libraries, open from one reading to the next."""

    def __init__(self, processes: Callable[[], Processes], *, listens: bool = True) -> None:
        self._processes = processes
        self._listens = listens
        self._faults: FaultWatch | None = None
        self._heard: FaultWatch | None = None
        """What was heard of faults until the library was closed, of the GPUs that are there still."""
        self._amd: Amd | None = None
        self._no_amd: tuple[float, NoAmd] | None = None
        """When AMD's library was tried last, and why it does not work."""
        self._no_nvml: tuple[float, NoNvml] | None = None
        """The same of NVIDIA's library."""
        self._open = contextlib.ExitStack()
        self._open_amd = contextlib.ExitStack()
        self._nvml: Nvml | None = None
        self._opened = 0.0
        self._listed: frozenset[str] = frozenset()
        self._held: tuple[float, Gpus] | None = None

    def read(self) -> Gpus:
        """Reads once, and opens the libraries first where that is needed."""
        listed = _listed()
        if listed != self._listed:
            self.close()
            self._heard = None
        self._listed = listed
        now, held = time.monotonic(), self._held
        asked = held is None or now - held[0] >= PROCESSES_PAUSE
        processes = self._processes() if asked else None
        found = self._of_nvidia(processes)
        lost = not found.available or any(gpu.state == "lost" for gpu in found.gpus)
        if amd.DRIVER.exists():
            found = self._with_amd(found, processes)
        if held is not None and not asked and found.gpus:
            notes = [one for one in held[1].notes if one.figure == "processes"]
            found = msgspec.structs.replace(found, processes=held[1].processes, notes=[*found.notes, *notes])
        else:
            self._held = (now, found) if found.gpus else None
        if self._nvml is not None and lost and now - self._opened >= NONE_PAUSE:
            self.close()
        return found

    def _of_nvidia(self, processes: Processes | None) -> Gpus:
        if self._nvml is None:
            now = time.monotonic()
            # Where there are no others, it is seldom read, and whoever looks anew may have mended it.
            others = self._held is not None
            if others and self._no_nvml is not None and now - self._no_nvml[0] < NONE_PAUSE:
                return nothing(self._no_nvml[1])
            try:
                self._nvml, self._opened, self._no_nvml = self._open.enter_context(Nvml()), now, None
            except NoNvml as error:
                self._no_nvml = (now, error)
                return nothing(error)
            self._faults = FaultWatch(self._nvml, listens=self._listens, before=self._heard)
            self._open.callback(self._faults.close)
        return read_machine(self._nvml, processes, self._faults)

    def _with_amd(self, found: Gpus, processes: Processes | None) -> Gpus:
        now = time.monotonic()
        if self._amd is None and (self._no_amd is None or now - self._no_amd[0] >= NONE_PAUSE):
            try:
                self._amd, self._no_amd = self._open_amd.enter_context(Amd()), None
            except NoAmd as error:
                self._no_amd = (now, error)
        if self._amd is not None:
            return with_amd(found, self._amd, processes)
        note = Note(figure="amd", reason=str(self._no_amd[1]) if self._no_amd else "")
        return msgspec.structs.replace(found, notes=[*found.notes, note])

    def close(self) -> None:
        """Closes NVIDIA's library."""
        self._heard = self._faults or self._heard
        self._nvml, self._faults, self._held = None, None, None
        self._open.close()

    def end(self) -> None:
        """Closes both."""
        self.close()
        self._amd = None
        self._open_amd.close()


def read_once() -> Gpus:
    """Reads everything once, with the library opened and closed for that."""
    reader = Reader(Processes, listens=False)
    try:
        return reader.read()
    finally:
        reader.end()


def _listed() -> frozenset[str]:
    """Names the GPUs that the system knows, without asking the driver; empty where it does not tell."""
    try:
        return frozenset(one.name for one in _DRIVERS_LIST.iterdir())
    except OSError:
        return frozenset()
