"""A thread that works only while somebody looks: each look prolongs it, and some seconds after the last one it ends."""

from __future__ import annotations

import logging
import threading
import time

LEASE = 20.0
"""Seconds for which one look keeps a watch up."""

PATIENCE = 20.0
"""Seconds that a reading may take; to wake a GPU takes some."""

MERCY = 5.0
"""Seconds in which the thread has to end when the server does."""

FAULT_PAUSE = 15.0
"""Seconds between two attempts where the first has failed by a fault."""

_log = logging.getLogger(__name__)


class Leased:
    """The lease and its thread, of which there is never more than one: a look while it ends has it begin anew.

    What a subclass shares with the thread is guarded by ``changed``.
    """

    def __init__(self, name: str, lease: float) -> None:
        """Starts nothing yet.

        Args:
            name: the thread's.
            lease: seconds for which one look keeps it up.
        """
        self.changed = threading.Condition()
        self.fresh = False
        """Whether there is a reading of this watch; an older one is old news to whoever looks now."""
        self.stopped = False
        self.until = 0.0
        self._waiting = 0
        self._name = name
        self._lease = lease
        self._reading_since: float | None = None
        """When the thread has begun what it is at; None while it rests."""
        self._faulty = False
        self._thread: threading.Thread | None = None

    @property
    def watching(self) -> bool:
        """Tells whether there is a thread."""
        with self.changed:
            return self._thread is not None

    @property
    def current(self) -> bool:
        """Tells whether the newest reading is one of this watch, and of now; ``changed`` is held."""
        return self._thread is not None and self.fresh and self._left() > 0

    def stop(self) -> None:
        """Ends the watch for good; a thread that waits for a driver which hangs is left to the end of the process."""
        with self.changed:
            hangs = self._left() == 0
            self.stopped, thread = True, self._thread
            self.changed.notify_all()
        self.wake()
        if thread is not None and not hangs:
            thread.join(MERCY)

    def watch_on(self, *, anew: bool = False) -> None:
        """Prolongs the watch, begins it where it has ended, and waits for a reading; ``changed`` is held.

        Args:
            anew: waits for the next one, also where there is one.
        """
        if self._thread is None and not self.stopped:
            self._reading_since = time.monotonic()
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        if anew:
            self.fresh = False
            self.changed.notify_all()
        # Once for all who look: each that waited for a driver which hangs would hold up a thread of the server's.
        self._waiting += 1
        try:
            self.changed.wait_for(lambda: self.fresh or self.stopped, self._left())
        finally:
            self._waiting -= 1
            self.until = time.monotonic() + self._lease

    def goes_on(self) -> bool:
        """Tells whether somebody still looks, and that the thread is at work from now on."""
        with self.changed:
            self._reading_since = time.monotonic()
            wanted = self._wanted()
            self.fresh = self.fresh and wanted
            return wanted

    def rest(self, pause: float) -> None:
        """Waits for so many seconds, until somebody wants a new reading, or until the watch ends."""
        end = time.monotonic() + pause
        with self.changed:
            self.at_rest()
            while not self.stopped and self.fresh and (left := min(end, self.until) - time.monotonic()) > 0:
                self.changed.wait(left)

    def at_rest(self) -> None:
        """Notes that the thread waits for nothing that may hang."""
        self._reading_since = None

    def work(self) -> None:
        """Is the thread; goes on while :meth:`goes_on`."""
        raise NotImplementedError

    def wake(self) -> None:
        """Wakes the thread where it waits for something else than :meth:`rest`."""

    def failed(self) -> None:
        """Notes that :meth:`work` has ended by a fault: nothing is known; ``changed`` is held."""

    def _left(self) -> float:
        """Gives the seconds that are left to what the thread is at."""
        since = self._reading_since
        return PATIENCE if since is None else max(0.0, since + PATIENCE - time.monotonic())

    def _wanted(self) -> bool:
        return not self.stopped and (self._waiting > 0 or time.monotonic() < self.until)

    def _run(self) -> None:
        while True:
            try:
                self.work()
                self._faulty = False
            except Exception:  # noqa: BLE001 -- a fault of ours must not be told as one of the driver's, nor in every round
                if not self._faulty:
                    _log.exception("mlgit: the watch %s has failed", self._name)
                self._faulty = True
                with self.changed:
                    self.failed()
                    self.fresh = True
                    self.changed.notify_all()
                self.rest(FAULT_PAUSE)
            with self.changed:
                self.fresh = False
                self._reading_since = time.monotonic()
                if not self._wanted():
                    self._thread = None
                    self.changed.notify_all()
                    return
