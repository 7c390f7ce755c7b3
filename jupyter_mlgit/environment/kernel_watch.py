"""Asks the kernels that run in a server what torch holds in them, in one thread and only while somebody looks.

The server says which kernels there are and which of them are idle. One that computes is asked as soon as it has been
idle once while somebody looked; until then nothing can be brought in without disturbing it.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from jupyter_mlgit.environment.leased import LEASE, Leased

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import zmq

    from jupyter_mlgit.environment.kernel_line import Heard, KernelLine, Report

PAUSE = 3.0
"""Seconds between two rounds; the end of a cell is followed at once."""

ENDS = 64
"""Cell ends that are remembered of each kernel."""

PATIENCE = 10.0
"""Seconds after which a kernel that was asked counts as one that does not answer."""

FIRST = 1.0
"""Seconds that the first look waits for the kernels' answers."""

GATHER = 0.5
"""Seconds between two events; what is heard meanwhile is told of by one."""

AT_ONCE = 100
"""Kernels that are asked; a server that runs more has other troubles."""

Silence = Literal["not-asked", "busy", "no-torch", "not-python", "remote", "no-answer", "unreadable"]


class ServerKernel(NamedTuple):
    """A kernel as its server knows it."""

    id: str
    name: str
    display_name: str | None
    language: str | None
    path: str | None
    kind: str | None
    pid: int | None
    state: str
    connection: dict[str, Any] | None
    """Where it is reached; None for one that is started elsewhere."""


class Ended(NamedTuple):
    """What was held when a cell had ended."""

    at: float
    allocated: int
    reserved: int


class Known(NamedTuple):
    """What is known of a kernel."""

    kernel: ServerKernel
    report: Report | None
    at: float
    """When that was said, in seconds since the epoch."""
    silence: Silence | None
    """Why that is missing or old."""
    ends: tuple[Ended, ...]
    late: bool
    """Whether ``CUDA_VISIBLE_DEVICES`` was changed after CUDA had been initialized, as was seen."""


@dataclass
class Remembered:
    """What is remembered of a kernel process while nobody looks."""

    ends: deque[Ended] = field(default_factory=lambda: deque(maxlen=ENDS))
    count: int | None = None
    """How many cells had been run at the end that was noted last."""
    installed: bool = False
    """Whether that has been brought in which answers; to ask where it is not would leave an error in the kernel."""
    controls: bool | None = None
    """Whether the control channel answers; None as long as it has not been tried."""
    late: bool = False


class Talk:
    """What is said between us and one kernel process."""

    def __init__(self, line: KernelLine, remembered: Remembered) -> None:
        """Begins on a line that is open.

        Args:
            line: to the kernel.
            remembered: what is known from before.
        """
        self.line = line
        self.report: Report | None = None
        self.at = 0.0
        self.of = remembered
        self._asked_at = 0.0
        self._patience = PATIENCE
        self._silent = False
        """Whether it has left us without an answer."""
        self._unreadable = False
        self._due = not self._by_control
        """Whether something is to be brought in when the kernel is idle."""
        self._ended, self._covers = True, False
        """Whether a cell has ended since it was asked last, and before the question that is on its way."""

    def go_on(self, state: str) -> None:
        """Asks, where that can be done now."""
        line = self.line
        if line.asked is not None:
            if state != "idle" or time.monotonic() - self._asked_at <= self._patience:
                return
            # The question is lost. One that is stopped finds all of them when it goes on, so they get fewer and fewer.
            line.asked, self._due, self._silent = None, True, True
            self._patience *= 2
        sent = False
        if state == "idle" and self._due:
            sent = line.install()
            self._due = not sent
        elif self._by_control and not line.stopped:
            sent = line.ask()
        if sent:
            self._covers, self._ended = self._ended, False
            self._asked_at = time.monotonic()

    def hear(self) -> bool:
        """Takes in what has come; tells whether it is news."""
        heard = self.line.hear()
        if heard.answered:
            self._silent, self._patience = False, PATIENCE
        if heard.report is not None:
            self._keep(heard.report, by_control=heard.by_control)
        elif heard.answered:
            self._draw_conclusion(heard)
        if heard.cell_ended:
            self._ended = True
            self._due |= not self._by_control
        if self._ended:
            self.go_on("idle" if heard.cell_ended else "unknown")
        return heard.report is not None

    def silence(self, kernel: ServerKernel) -> Silence | None:
        """Says why there is no answer, or none of now."""
        asks = self._by_control and not self.line.stopped
        late = self.line.asked is not None and time.monotonic() - self._asked_at > PATIENCE
        if late or self._silent:
            return "busy" if kernel.state == "busy" and not asks else "no-answer"
        if self._unreadable:
            return "unreadable"
        if kernel.state == "busy" and not asks:
            return "busy"
        if self.report is None:
            return "not-asked"
        return "no-torch" if self.report.version is None else None

    @property
    def _by_control(self) -> bool:
        return self.of.installed and self.of.controls is not False

    def _draw_conclusion(self, heard: Heard) -> None:
        """Learns from an answer that is none."""
        if heard.by_control and self.of.controls is None:
            self.of.controls = False  # it has just been brought in, so the channel knows no such question
            return
        # Restarted or at a breakpoint, or its cells have been aborted; what cannot be read waits for the next cell.
        self._unreadable = heard.unreadable
        self._due = not heard.unreadable

    def _keep(self, report: Report, *, by_control: bool) -> None:
        before, self.report, self.at = self.report, report, time.time()
        self._unreadable = False
        self.of.installed = True
        if by_control:
            self.of.controls = True
        if before is not None and before.initialized and report.initialized:
            self.of.late |= before.variable != report.variable
        # Not by the report before: that may have been asked for in the cell, and have been given behind its end.
        if self._covers and (report.count != self.of.count or not self.of.ends):
            self.of.count = report.count
            allocated = sum(one.allocated for one in report.devices)
            self.of.ends.append(Ended(self.at, allocated, sum(one.reserved for one in report.devices)))


class KernelWatch(Leased):
    """The watch over the kernels of one server. Its methods may be called in any thread."""

    def __init__(
        self,
        tell: Callable[[], None],
        kernels: Callable[[], Sequence[ServerKernel]],
        *,
        pause: float = PAUSE,
        lease: float = LEASE,
    ) -> None:
        """Takes what it works with; nobody is asked before somebody looks.

        Args:
            tell: is called in the thread when a kernel has said something, or there are others than before.
            kernels: gives the server's kernels; is called in the thread.
            pause: seconds between two rounds.
            lease: seconds for which one look keeps the watch up.
        """
        super().__init__("mlgit-kernels", lease)
        self._tell = tell
        self._kernels = kernels
        self._pause = pause
        self._talks: dict[tuple[str, int | None], Talk] = {}
        self._remembered: dict[tuple[str, int | None], Remembered] = {}
        self._known: list[Known] = []
        self._untold, self._told_at = False, -GATHER
        self._waker: socket.socket | None = None

    def look(self) -> list[Known]:
        """Gives what is known of each kernel; waits for the first round of a watch that just begins."""
        with self.changed:
            self.watch_on()
            return list(self._known)

    def wake(self) -> None:
        """Has the thread look at once."""
        waker = self._waker
        if waker is not None:
            with contextlib.suppress(OSError):
                waker.send(b".")

    def work(self) -> None:
        """Goes round again and again."""
        import zmq

        with contextlib.ExitStack() as opened:
            woken, self._waker = map(opened.enter_context, socket.socketpair())
            context: zmq.Context[Any] = zmq.Context()
            # It closes each line that is still open, whatever else has failed.
            opened.callback(context.destroy, linger=0)
            # The lines of an earlier watch are closed.
            self._talks = {}
            while self.goes_on():
                kernels = list(self._kernels())[:AT_ONCE]
                self._take_up(kernels, context)
                self._remembered = {key: of for key, of in self._remembered.items() if key in self._talks}
                for kernel in kernels:
                    talk = self._talks.get((kernel.id, kernel.pid))
                    if talk is not None:
                        talk.go_on(kernel.state)
                if not self.fresh:
                    # Whoever looks for the first time is given answers, where they come at once.
                    self._listen(kernels, woken, FIRST, until_answered=True)
                self._publish(kernels)
                self._listen(kernels, woken, self._pause)

    def failed(self) -> None:
        """Says that no kernel has answered: what was known may be wrong by now."""
        self._known = [one._replace(silence="no-answer") for one in self._known]

    def _take_up(self, kernels: Sequence[ServerKernel], context: zmq.Context[Any]) -> None:
        """Opens a line to each kernel that is new, and closes those to kernels that are gone."""
        from jupyter_mlgit.environment.kernel_line import KernelLine

        wanted = {
            (one.id, one.pid): one.connection
            for one in kernels
            if one.connection is not None and one.language == "python"
        }
        for key in self._talks.keys() - wanted.keys():
            self._talks.pop(key).line.close()
        for key in wanted.keys() - self._talks.keys():
            # A kernel that is being started, or ends at this moment, may have no port yet, or no more.
            with contextlib.suppress(Exception):
                line = KernelLine(context, wanted[key] or {})
                self._talks[key] = Talk(line, self._remembered.setdefault(key, Remembered()))

    def _listen(
        self, kernels: Sequence[ServerKernel], woken: socket.socket, pause: float, *, until_answered: bool = False
    ) -> None:
        """Takes in what comes until the next round is due, or until every kernel that was asked has answered."""
        import zmq

        self.at_rest()
        poller = zmq.Poller()
        poller.register(woken, zmq.POLLIN)
        for talk in self._talks.values():
            for one in talk.line.sockets:
                poller.register(one, zmq.POLLIN)
        end = time.monotonic() + pause
        while not self.stopped and (left := min(end, self.until) - time.monotonic()) > 0:
            if until_answered and all(one.line.asked is None for one in self._talks.values()):
                return
            self._tell_on()
            left = min(left, GATHER) if self._untold else left
            ready = dict(poller.poll(int(left * 1000) + 1))
            if woken.fileno() in ready:
                return
            rang = [talk for talk in self._talks.values() if any(one in ready for one in talk.line.sockets)]
            if sum(talk.hear() for talk in rang) and not until_answered:
                self._publish(kernels)

    def _publish(self, kernels: Sequence[ServerKernel]) -> None:
        known = [self._say(one) for one in kernels]
        with self.changed:
            changed = [one._replace(at=0) for one in known] != [one._replace(at=0) for one in self._known]
            self._known, self.fresh = known, True
            self.changed.notify_all()
        self._untold |= changed
        self._tell_on()

    def _tell_on(self) -> None:
        """Tells what has not been told, as soon as it is time: quick cells would make an event each."""
        if self._untold and time.monotonic() - self._told_at >= GATHER:
            self._untold, self._told_at = False, time.monotonic()
            self._tell()

    def _say(self, kernel: ServerKernel) -> Known:
        talk = self._talks.get((kernel.id, kernel.pid))
        if talk is None:
            silence: Silence = "not-asked" if kernel.language in ("python", None) else "not-python"
            return Known(kernel, None, 0.0, "remote" if kernel.connection is None else silence, (), late=False)
        return Known(kernel, talk.report, talk.at, talk.silence(kernel), tuple(talk.of.ends), late=talk.of.late)
