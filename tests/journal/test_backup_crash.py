"""Lets backups and their restoring fail, and be killed, at the changes of the disk: no byte of anybody's is lost."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.plan import is_interrupted
from jupyter_mlgit.journal.undo import UndoRequest, undo
from jupyter_mlgit.journal.unfinished import RecoverRequest, settle_unfinished
from jupyter_mlgit.problems import Problem
from jupyter_mlgit.recovery.backup_restore import BackupRestoreRequest, restore_backup
from jupyter_mlgit.recovery.backups import newest_first
from jupyter_mlgit.recovery.snapshot import BackupRequest, back_up_now
from tests.git.test_file_change import begun, conflict, dirty, in_the_way
from tests.git.twins import opened
from tests.journal.crashing import (
    ALL,
    Trial,
    begin,
    fail_everywhere,
    here_and_there,
    kill_everywhere,
    kill_settling,
    without_waiting,
)
from tests.journal.faults import Fault, injected, killed_at
from tests.scenario import Clock, Scenario

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jupyter_mlgit.git.repository import Repository

STATES: list[Callable[[Scenario], None]] = [dirty, in_the_way, conflict]


@pytest.fixture(autouse=True)
def _disk(monkeypatch: pytest.MonkeyPatch) -> None:
    without_waiting(monkeypatch)


def saving(repo: Repository, context: Context) -> None:
    back_up_now(repo, BackupRequest(), context)


def restoring(repo: Repository, context: Context) -> None:
    restore_backup(repo, BackupRestoreRequest(id=newest_first(repo)[-1].id), context)


def take_back(repo: Repository, context: Context) -> None:
    undo(repo, UndoRequest(), context)


def wrecked(state: Callable[[Scenario], None], s: Scenario) -> None:
    """Has a backup, and other work in the same files since."""
    state(begun(s))
    with opened(s.path) as repo:
        saving(repo, Context(now=s.clock.now))
    s.clock.tick()
    s.git("reset", "--quiet", "--hard")
    s.write({"edited": "other work\n", "both": "staged anew\n", "deleted": "changed\n", "mine": "untracked anew\n"})
    s.git("add", "both")


@pytest.mark.parametrize("state", STATES)
def test_restoring_loses_nothing_at_any_instant(tmp_path: Path, state: Callable[[Scenario], None]) -> None:
    begin(Scenario(tmp_path / "template"), lambda s: wrecked(state, s))
    template = Scenario(tmp_path / "template", clock=Clock(2_000_000_000))
    trial = Trial(template, restoring, take_back)
    start = STATES.index(state)
    if ALL:
        kill_settling(trial, 12, start)
        kill_everywhere(trial)
        fail_everywhere(trial, lasting=False, start=start)
        fail_everywhere(trial, lasting=True, start=start + 2)
    else:
        here_and_there(trial, 12, start)
        kill_settling(trial, 1, start)


def test_a_backup_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    story = Scenario(tmp_path / "template")
    begin(story, lambda s: dirty(begun(s)))
    place = tmp_path / "tried"

    def attempt() -> None:
        with opened(place / "repo") as repo:
            saving(repo, Context(now=story.clock.now + 60))

    def anew() -> Scenario:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(story.root, place, symlinks=True)
        return Scenario(place)

    def look(s: Scenario) -> int:
        """Settles where something is to be settled, and gives how many whole backups there are."""
        with opened(s.path) as repo:
            if is_interrupted(repo):
                settle_unfinished(repo, RecoverRequest(finish=True), Context(now=story.clock.now + 90))
            found = newest_first(repo)
        s.fsck()
        for one in found:
            s.git("stash", "show", "--include-untracked", one.commit.decode())
        return len(found)

    for killing in (True, False):
        anew()
        with injected(Fault(at=0, killing=killing)) as fault:
            attempt()
        calls = fault.calls
        before = anew().git("status", "--porcelain=v2", "-uall")
        for number in range(1, calls + 1, 1 if ALL else 5):
            tried = anew()
            if killing:
                assert killed_at(number, attempt)
            else:
                try:
                    with injected(Fault(at=number)):
                        attempt()
                except Problem:
                    assert look(tried) == 0
            assert tried.git("status", "--porcelain=v2", "-uall") == before
            assert look(tried) <= 1
            attempt()
            assert look(tried) == 1
