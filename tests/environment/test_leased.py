"""A watch is kept up by looks alone, and a driver that hangs holds up the first of them only."""

from __future__ import annotations

import threading
import time

import pytest

from jupyter_mlgit.environment import leased
from jupyter_mlgit.environment.leased import Leased


class Watch(Leased):
    """One that reads what the test lets it read."""

    def __init__(self, lease: float = 60.0) -> None:
        """Reads at once, until the test says otherwise."""
        super().__init__("mlgit-test", lease)
        self.answers = threading.Event()
        self.answers.set()
        self.readings = 0

    def work(self) -> None:
        """Reads again and again."""
        while self.goes_on():
            self.answers.wait()
            with self.changed:
                self.readings += 1
                self.fresh = True
                self.changed.notify_all()
            self.rest(0.01)

    def look(self) -> int:
        """Looks."""
        with self.changed:
            self.watch_on()
            return self.readings


def ended(watch: Watch) -> bool:
    deadline = time.monotonic() + 60
    while watch.watching and time.monotonic() < deadline:
        time.sleep(0.001)
    return not [one for one in threading.enumerate() if one.name == "mlgit-test"]


def test_nothing_runs_before_the_first_look_and_after_the_last() -> None:
    watch = Watch(lease=0.05)
    assert not watch.watching
    assert watch.look() >= 1
    assert ended(watch)
    before = watch.readings
    assert watch.look() > before
    assert ended(watch)


def test_who_looks_again_is_not_kept_waiting_by_a_driver_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leased, "PATIENCE", 0.05)
    watch = Watch()
    watch.answers.clear()
    assert watch.look() == 0
    monkeypatch.setattr(watch.changed, "wait_for", lambda done, left: done() or left == 0.0 or pytest.fail("waits"))
    assert watch.look() == 0
    monkeypatch.undo()
    watch.answers.set()
    watch.stop()
    assert ended(watch)


def test_the_end_of_the_server_ends_it_for_good() -> None:
    watch = Watch()
    watch.look()
    watch.stop()
    assert ended(watch)
    assert watch.look() == watch.readings
    assert not watch.watching


def test_a_fault_leaves_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    monkeypatch.setattr(threading, "excepthook", seen.append)
    watch = Watch()
    monkeypatch.setattr(watch, "rest", lambda _: 1 / 0)
    watch.look()
    assert ended(watch)
    assert len(seen) == 1
