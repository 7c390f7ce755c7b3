"""Asks the kernels that run in a server what torch holds in them, in one thread and only while somebody looks.

The server says which kernels there are and which of them are idle. One that computes is asked as soon as it has been
idle once while somebody looked; until then nothing can be brought in without disturbing it.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections import deque
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


class Talk:
    """What is said between us and one kernel process."""

    def __init__(self, line: KernelLine, ends: deque[Ended]) -> None:
        """Begins on a line that is open.

        Args:
            line: to the kernel.
            ends: what was held at the ends of cells, as far as somebody has looked before.
        """
        self.line = line
        self.report: Report | None = None
        self.at = 0.0
        self.ends = ends
        self.late = False
        self._asked_at = 0.0
        self._unreadable = False
        self._controls: bool | None = None
        """Whether the control channel answers; None as long as it has not been tried."""
        self._due = True
        """Whether something is to be brought in when the kernel is idle."""
        self._ended, self._covers = True, False
        """Whether a cell has ended since it was asked last, and before the question that is on its way."""
        self._count: int | None = None
        """How many cells had been run at the end that was noted last."""

    def go_on(self, state: str) -> None:
        """Asks, where that can be done now."""
        line = self.line
        if line.asked is not None:
            return
        if line.installed and self._controls is not False:
            line.ask()
        elif state == "idle" and self._due:
            line.install()
            self._due = False
        else:
            return
        self._covers, self._ended = self._ended, False
        self._asked_at = time.monotonic()

    def hear(self) -> bool:
        """Takes in what has come; tells whether it is news."""
        asked, was_installed = self.line.asked, self.line.installed
        heard = self.line.hear()
        if heard.report is not None:
            self._keep(heard.report, by_control=was_installed)
        elif asked is not None and self.line.asked is None:
            self._draw_conclusion(heard, by_control=was_installed)
        if heard.cell_ended:
            self._due = self._ended = True
        if self._ended:
            self.go_on("idle" if heard.cell_ended else "unknown")
        return heard.report is not None

    def silence(self, kernel: ServerKernel) -> Silence | None:
        """Says why there is no answer, or none of now."""
        by_control = self.line.installed and self._controls is not False
        if self.line.asked is not None and time.monotonic() - self._asked_at > PATIENCE:
            return "busy" if kernel.state == "busy" and not by_control else "no-answer"
        if self._unreadable:
            return "unreadable"
        if kernel.state == "busy" and not by_control:
            return "busy"
        if self.report is None:
            return "not-asked"
        return "no-torch" if self.report.version is None else None

    def _draw_conclusion(self, heard: Heard, *, by_control: bool) -> None:
        """Learns from an answer that is none."""
        if by_control and self._controls is None:
            self._controls = False  # it has just been brought in, so the channel knows no such question
            return
        # Restarted or at a breakpoint, or its cells have been aborted; what cannot be read waits for the next cell.
        self._unreadable = heard.unreadable
        self._due = not heard.unreadable

    def _keep(self, report: Report, *, by_control: bool) -> None:
        before, self.report, self.at = self.report, report, time.time()
        self._unreadable = False
        if by_control:
            self._controls = True
        if before is not None and before.initialized and report.initialized:
            self.late |= before.variable != report.variable
        # Not by the report before: that may have been asked for in the cell, and have been given behind its end.
        if self._covers and (report.count != self._count or not self.ends):
            self._count = report.count
            allocated = sum(one.allocated for one in report.devices)
            self.ends.append(Ended(self.at, allocated, sum(one.reserved for one in report.devices)))


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
        self._ends: dict[tuple[str, int | None], deque[Ended]] = {}
        self._known: list[Known] = []
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
                self._ends = {key: ends for key, ends in self._ends.items() if key in self._talks}
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
                self._talks[key] = Talk(line, self._ends.setdefault(key, deque(maxlen=ENDS)))

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
        if changed:
            self._tell()

    def _say(self, kernel: ServerKernel) -> Known:
        talk = self._talks.get((kernel.id, kernel.pid))
        if talk is None:
            silence: Silence = "not-python" if kernel.connection is not None else "remote"
            return Known(kernel, None, 0.0, silence, (), late=False)
        return Known(kernel, talk.report, talk.at, talk.silence(kernel), tuple(talk.ends), late=talk.late)
