"""Lets a job write a file while an act is cut off, or fails and is taken back: the backup has what it held before."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.cli.journal_text import show_unfinished
from jupyter_mlgit.cli.screen import Screen
from jupyter_mlgit.git import file_plan, folder
from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.unfinished import RecoverRequest, Unfinished, settle_unfinished
from jupyter_mlgit.problems import StateChanged
from jupyter_mlgit.recovery.backup_restore import BackupRestoreRequest, restore_backup
from jupyter_mlgit.recovery.backups import BackupsRequest, list_backups
from tests.git.twins import opened

if TYPE_CHECKING:
    from tests.scenario import Scenario

WORK = "header\nthree days of work\n"


def at_work(s: Scenario) -> Scenario:
    return s.commit("base", {"a.csv": "header\n", "b": "1\n"}).write({"a.csv": WORK, "b": "edited\n"})


def reset_hard(s: Scenario, rev: str = "HEAD") -> None:
    with opened(s.path) as repo:
        reset(repo, ResetRequest(rev=rev, hard=True), Context(now=s.clock.now))


def die_at(s: Scenario, monkeypatch: pytest.MonkeyPatch, name: str, *, nth: int = 1, rev: str = "HEAD") -> None:
    """Lets another process begin the act and end there, as a power cut would."""
    child = os.fork()
    if child == 0:
        real, calls = getattr(folder, name), itertools.count(1)
        monkeypatch.setattr(folder, name, lambda *given: os._exit(137) if next(calls) == nth else real(*given))
        reset_hard(s, rev)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 137


def settle(s: Scenario, *, finish: bool) -> Unfinished:
    with opened(s.path) as repo:
        request = RecoverRequest(finish=finish, roll_back=not finish)
        return settle_unfinished(repo, request, Context(now=s.clock.now))


def bring_back(s: Scenario, backup: str, *paths: str) -> None:
    with opened(s.path) as repo:
        restore_backup(repo, BackupRestoreRequest(id=backup, paths=list(paths)), Context(now=s.clock.now))


def half_over_a_log(s: Scenario, monkeypatch: pytest.MonkeyPatch, log: str) -> None:
    """Has a log that nobody tracks, or what a reset has put in its place, which was cut off at the file ``m``."""
    s.commit("base", {log: "theirs\n", "m": "1\n"})
    s.git("rm", "--quiet", log)
    s.commit("without").write({log: WORK, "m": "edited\n"})
    die_at(s, monkeypatch, "place", nth=1 + (log < "m"), rev="HEAD~1")


@pytest.mark.parametrize(
    ("log", "finish", "held"), [("a.log", False, "theirs\n"), ("z.log", True, WORK), ("z.log", False, WORK)]
)
def test_a_log_that_is_written_to_by_now_stays(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch, log: str, *, finish: bool, held: str
) -> None:
    """A training that runs for days must not hold up what is to be settled, nor lose a line by it."""
    half_over_a_log(scenario, monkeypatch, log)
    is_left = finish or held != WORK
    with (scenario.path / log).open("a") as training:
        done = settle(scenario, finish=finish)
        assert done.files == ([log] if is_left else [])
        training.write("row 4\n")
    assert (scenario.path / log).read_text() == held + "row 4\n"
    assert (scenario.path / "m").read_text() == ("1\n" if finish else "edited\n")
    assert not list(scenario.path.glob(".mlgit-*"))
    if is_left:
        assert done.backup is not None
        bring_back(scenario, done.backup, log)
        assert (scenario.path / log).read_text() == WORK
    scenario.fsck()


@pytest.mark.parametrize("finish", [False, True])
def test_what_was_moved_aside_and_is_still_written_to_stays(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch, *, finish: bool
) -> None:
    at_work(scenario)
    with (scenario.path / "a.csv").open("a") as training:
        die_at(scenario, monkeypatch, "place")
        done = settle(scenario, finish=finish)
        training.write("row 4\n")
    (aside,) = scenario.path.glob(".mlgit-*")
    assert done.files == [aside.name]
    assert aside.read_text() == WORK + "row 4\n"
    assert (scenario.path / "a.csv").read_text() == ("header\n" if finish else WORK)


@pytest.mark.parametrize("finish", [False, True])
def test_a_large_file_that_was_moved_aside_stops_nothing(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch, *, finish: bool
) -> None:
    monkeypatch.setattr(file_plan, "LARGEST_BACKUP", 3)
    at_work(scenario)
    die_at(scenario, monkeypatch, "place")
    assert settle(scenario, finish=finish).files == []
    assert (scenario.path / "a.csv").read_text() == ("header\n" if finish else WORK)
    assert not list(scenario.path.glob(".mlgit-*"))


@pytest.mark.parametrize("finish", [False, True])
def test_written_while_it_was_moved_aside(scenario: Scenario, monkeypatch: pytest.MonkeyPatch, *, finish: bool) -> None:
    at_work(scenario)
    die_at(scenario, monkeypatch, "place")
    with (scenario.path / "a.csv").open("a") as stream:
        stream.write("row 4\n")
    done = settle(scenario, finish=finish)
    assert done.files == ["a.csv"]
    assert (scenario.path / "a.csv").read_text() == "row 4\n"
    assert not list(scenario.path.glob(".mlgit-*"))
    screen = Screen(colour=False)
    show_unfinished(screen, done)
    assert "left as they are: a.csv" in screen.text()
    assert done.backup is not None
    assert f"backup-restore {done.backup}" in screen.text()
    scenario.gc("--quiet", "--prune=now")
    bring_back(scenario, done.backup, "a.csv")
    assert (scenario.path / "a.csv").read_text() == WORK
    scenario.fsck()


def test_nothing_is_kept_where_everything_went_back(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    at_work(scenario)
    die_at(scenario, monkeypatch, "place")
    done = settle(scenario, finish=False)
    assert (done.files, done.backup) == ([], None)
    assert (scenario.path / "a.csv").read_text() == WORK
    assert not scenario.git("for-each-ref", "refs/mlgit/backup")


def test_written_just_after_us_and_the_act_fails(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    at_work(scenario)
    real = folder.Folder.put

    def putting(self: folder.Folder, staged: Any, expected: Any) -> Any:
        if staged.path == b"b":
            for name in ("a.csv", "b"):
                with (scenario.path / name).open("a") as stream:
                    stream.write("row 4\n")
        return real(self, staged, expected)

    monkeypatch.setattr(folder.Folder, "put", putting)
    with pytest.raises(StateChanged, match="b was written by another program") as told:
        reset_hard(scenario)
    assert told.value.message.endswith("What a.csv, b held before is in a backup.")
    assert told.value.details == {"left": ["a.csv", "b"]}
    monkeypatch.undo()
    assert (scenario.path / "b").read_text() == "edited\nrow 4\n"
    scenario.gc("--quiet", "--prune=now")
    with opened(scenario.path) as repo:
        (found,) = list_backups(repo, BackupsRequest(), Context(now=scenario.clock.now)).backups
    bring_back(scenario, found.id, "a.csv")
    assert (scenario.path / "a.csv").read_text() == WORK
