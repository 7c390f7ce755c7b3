"""A thread that works only while somebody looks: each look prolongs it, and some seconds after the last one it ends."""

from __future__ import annotations

import threading
import time

LEASE = 20.0
"""Seconds for which one look keeps a watch up."""

PATIENCE = 20.0
"""Seconds that a watch has for its first reading; to wake a GPU takes some."""

MERCY = 5.0
"""Seconds in which the thread has to end when the server does."""


class Leased:
    """The lease and its thread. What a subclass shares with it is guarded by ``changed``."""

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
        self._name = name
        self._lease = lease
        self._begun = 0.0
        self._thread: threading.Thread | None = None

    @property
    def watching(self) -> bool:
        """Tells whether the thread is at work."""
        with self.changed:
            return self.at_work

    @property
    def at_work(self) -> bool:
        """The same where ``changed`` is held."""
        return self._thread is not None

    def stop(self) -> None:
        """Ends the watch for good; a thread that waits for a driver which hangs is left to the end of the process."""
        with self.changed:
            self.stopped, thread = True, self._thread
            self.changed.notify_all()
        self.wake()
        if thread is not None:
            thread.join(MERCY)

    def watch_on(self) -> None:
        """Prolongs the watch, begins it where it has ended, and waits for its first reading; ``changed`` is held."""
        self.until = time.monotonic() + self._lease
        if self._thread is None and not self.stopped:
            self.fresh = False
            self._begun = time.monotonic()
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        # Once for all who look: each that waited for a driver which hangs would hold up a thread of the server's.
        left = max(0.0, self._begun + PATIENCE - time.monotonic())
        self.changed.wait_for(lambda: self.fresh or self.stopped, left)

    def goes_on(self) -> bool:
        """Tells whether somebody still looks; when nobody does, the thread is given up in the same breath."""
        with self.changed:
            if not self.stopped and time.monotonic() < self.until:
                return True
            self._thread = None
            return False

    def rest(self, pause: float) -> None:
        """Waits for so many seconds, or until the watch ends."""
        end = time.monotonic() + pause
        with self.changed:
            while not self.stopped and (left := min(end, self.until) - time.monotonic()) > 0:
                self.changed.wait(left)

    def work(self) -> None:
        """Is the thread; goes on while :meth:`goes_on`."""
        raise NotImplementedError

    def wake(self) -> None:
        """Wakes the thread where it waits for something else than :meth:`rest`."""

    def _run(self) -> None:
        try:
            self.work()
        finally:
            with self.changed:
                # By a fault it ends without having given itself up; who waits for it must not wait on.
                if self._thread is threading.current_thread():
                    self._thread = None
                self.fresh = True
                self.changed.notify_all()
