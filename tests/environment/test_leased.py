"""A watch is kept up by looks alone, and a driver that hangs holds up the first of them only."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.environment import leased, poller
from jupyter_mlgit.environment.kernel_watch import KernelWatch
from jupyter_mlgit.environment.leased import Leased
from jupyter_mlgit.environment.poller import Poller
from tests.environment.samples import GPU, gpus

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_mlgit.environment.machine import Gpus

PATIENCE = 60.0


class Watch(Leased):
    """One that reads what the test lets it read."""

    def __init__(self, lease: float = 60.0) -> None:
        """Reads at once, until the test says otherwise."""
        super().__init__("mlgit-test", lease)
        self.answers = threading.Event()
        self.answers.set()
        self.cleaned = threading.Event()
        self.cleaned.set()
        self.cleaning = threading.Event()
        self.threads: list[int] = []
        self.readings = 0

    def work(self) -> None:
        """Reads again and again, and cleans up when nobody looks any more."""
        self.threads.append(threading.get_ident())
        while self.goes_on():
            assert self.answers.wait(PATIENCE)
            with self.changed:
                self.readings += 1
                self.fresh = True
                self.changed.notify_all()
            self.rest(0.01)
        self.cleaning.set()
        assert self.cleaned.wait(PATIENCE)

    def look(self) -> int:
        """Looks."""
        with self.changed:
            self.watch_on()
            return self.readings


def ended(watch: Leased) -> bool:
    with watch.changed:
        watch.changed.wait_for(lambda: watch._thread is None, PATIENCE)  # noqa: SLF001 -- it is told of by that
    for one in threading.enumerate():
        if one.name == "mlgit-test":
            one.join(PATIENCE)
    return not watch.watching


def test_nothing_runs_before_the_first_look_and_after_the_last() -> None:
    watch = Watch(lease=0.05)
    assert not watch.watching
    assert watch.look() >= 1
    assert ended(watch)
    before = watch.readings
    assert watch.look() > before
    assert ended(watch)


def test_a_look_while_it_ends_begins_no_second_thread() -> None:
    watch = Watch(lease=0.05)
    watch.cleaned.clear()
    watch.look()
    assert watch.cleaning.wait(PATIENCE)
    before, seen = watch.readings, list[int]()
    late = threading.Thread(target=lambda: seen.append(watch.look()))
    watch._lease = 60.0  # noqa: SLF001 -- the next look shall keep it up
    with watch.changed:
        watch.until += 60  # as that look does first
    late.start()
    watch.cleaned.set()
    late.join(PATIENCE)
    assert seen[0] > before
    assert watch.threads[0] == watch.threads[1]
    assert len([one for one in threading.enumerate() if one.name == "mlgit-test"]) == 1
    watch.stop()
    assert ended(watch)


def test_who_looks_again_is_not_kept_waiting_by_a_driver_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leased, "PATIENCE", 0.05)
    watch = Watch()
    watch.answers.clear()
    assert watch.look() == 0
    monkeypatch.setattr(leased, "PATIENCE", 0.0)
    monkeypatch.setattr(watch.changed, "wait_for", lambda done, left: done() or left == 0.0 or pytest.fail("waits"))
    assert watch.look() == 0
    monkeypatch.setattr(threading.Thread, "join", lambda *_: pytest.fail("waits"))
    watch.stop()
    monkeypatch.undo()
    watch.answers.set()
    assert ended(watch)


def test_the_end_of_the_server_ends_it_for_good() -> None:
    watch = Watch()
    watch.look()
    watch.stop()
    assert ended(watch)
    assert watch.look() == watch.readings
    assert not watch.watching


class Reader:
    """The driver, as the test has it."""

    def __init__(self, read: Callable[[], Gpus]) -> None:
        """Takes what reads."""
        self.read = read

    def close(self) -> None:
        """Does nothing."""


def test_figures_are_not_shown_on_when_the_driver_hangs_later(monkeypatch: pytest.MonkeyPatch) -> None:
    hangs, goes_on, asked = threading.Event(), threading.Event(), threading.Event()

    def read() -> Gpus:
        if hangs.is_set():
            asked.set()
            assert goes_on.wait(PATIENCE)
        return gpus(GPU())

    monkeypatch.setattr(poller, "Reader", lambda _: Reader(read))
    watch = Poller(lambda: None, pause=0.01, lease=60.0)
    assert watch.look().found.available
    hangs.set()
    assert asked.wait(PATIENCE)
    monkeypatch.setattr(leased, "PATIENCE", 0.0)
    reason = watch.look().found.reason
    assert (reason and reason.message) == "NVIDIA's driver has not answered within 20 seconds."
    assert watch.newest() is None
    monkeypatch.undo()
    hangs.clear()
    goes_on.set()
    assert watch.look(anew=True).found.available
    watch.stop()
    assert ended(watch)


def test_what_an_earlier_watch_has_read_is_not_shown_by_a_later_one(monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on = threading.Event()
    goes_on.set()

    def read() -> Gpus:
        assert goes_on.wait(PATIENCE)
        return gpus(GPU())

    monkeypatch.setattr(poller, "Reader", lambda _: Reader(read))
    watch = Poller(lambda: None, pause=0.01, lease=0.05)
    assert watch.look().found.available
    assert ended(watch)
    goes_on.clear()
    monkeypatch.setattr(leased, "PATIENCE", 0.05)
    watch._lease = 60.0  # noqa: SLF001 -- a test should not last
    assert not watch.look().found.available
    goes_on.set()
    watch.stop()
    assert ended(watch)


def test_a_fault_of_ours_is_told_as_such_logged_once_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(leased, "FAULT_PAUSE", 0.001)
    tries, works = list[int](), threading.Event()

    def read() -> Gpus:
        tries.append(1)
        if not works.is_set():
            raise ZeroDivisionError
        return gpus(GPU())

    monkeypatch.setattr(poller, "Reader", lambda _: Reader(read))
    watch = Poller(lambda: None, pause=0.001, lease=60.0)
    reason = watch.look().found.reason
    assert (reason and reason.code) == "fault"
    while len(tries) < 3:
        watch.look(anew=True)
    works.set()
    while not watch.look(anew=True).found.available:
        pass
    watch.stop()
    assert ended(watch)
    assert len(caplog.records) == 1


def test_a_fault_among_the_kernels_leaves_no_line_open(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(leased, "FAULT_PAUSE", 60.0)
    watch = KernelWatch(lambda: None, lambda: next(iter([])), lease=60.0)
    assert watch.look() == []
    assert watch._waker is not None  # noqa: SLF001 -- nobody else sees it
    assert watch._waker.fileno() == -1  # noqa: SLF001 -- the same
    watch.stop()
    assert ended(watch)
    assert len(caplog.records) == 1
