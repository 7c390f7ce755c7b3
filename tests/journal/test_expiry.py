"""Lets backups grow old: they go with their steps, and the operations say why they can no longer be undone."""

from __future__ import annotations

import errno
import os
import signal
from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest

from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.journal.context import Context, Settings
from jupyter_mlgit.journal.expiry import expire
from jupyter_mlgit.journal.operations import Operation, OperationsRequest, list_operations
from jupyter_mlgit.journal.pins import DAY
from jupyter_mlgit.journal.plan import is_interrupted
from jupyter_mlgit.journal.undo import UndoRequest, undo
from jupyter_mlgit.problems import NoUndo, ReadOnly
from jupyter_mlgit.recovery.retention import RetentionRequest, read_retention
from tests.git.twins import opened

if TYPE_CHECKING:
    from tests.scenario import Scenario


def context(s: Scenario) -> Context:
    return Context(now=s.clock.now, settings=Settings(pin_days=15))


def reset_hard(s: Scenario, content: str, rev: str = "HEAD") -> str:
    s.write({"base.txt": content})
    with opened(s.path) as repo:
        return reset(repo, ResetRequest(rev=rev, hard=True), context(s)).operation or ""


def look(s: Scenario) -> None:
    with opened(s.path) as repo:
        expire(repo, context(s))


def kept(s: Scenario) -> set[str]:
    refs = s.git("for-each-ref", "--format=%(refname:lstrip=3)", "refs/mlgit/backup/").split()
    steps = {path.name.split(".")[0] for path in (s.common_dir / "mlgit/files").iterdir()}
    return {*refs, *steps}


def interrupted(s: Scenario) -> bool:
    with opened(s.path) as repo:
        return is_interrupted(repo)


def operations(s: Scenario) -> dict[str, Operation]:
    with opened(s.path) as repo:
        return {one.id: one for one in list_operations(repo, OperationsRequest(), context(s)).operations}


def test_soft_reset_keeps_nothing_that_could_grow_old(scenario: Scenario) -> None:
    scenario.commit("base", {"base.txt": "1\n"}).commit("more", {"base.txt": "2\n"})
    second = scenario.git("rev-parse", "HEAD").strip()
    scenario.write({"base.txt": "3\n"}).git("add", "base.txt")
    scenario.write({"base.txt": "4\n"})
    with opened(scenario.path) as repo:
        done = reset(repo, ResetRequest(rev="HEAD~1", soft=True), context(scenario)).operation or ""
    assert not (scenario.common_dir / "mlgit/files").exists()
    for _ in range(3):
        scenario.clock.tick(20 * DAY)
        look(scenario)
    before = scenario.git("diff"), scenario.git("diff", "--cached", second)
    with opened(scenario.path) as repo:
        undo(repo, UndoRequest(id=done), context(scenario))
    assert scenario.git("rev-parse", "HEAD").strip() == second
    assert (scenario.git("diff"), scenario.git("diff", "--cached")) == before


def test_backups_go_when_their_days_are_over(scenario: Scenario) -> None:
    scenario.commit("base", {"base.txt": "1\n"})
    old = reset_hard(scenario, "three days of work\n")
    scenario.clock.tick(10 * DAY)
    new = reset_hard(scenario, "another\n")
    scenario.clock.tick(6 * DAY)
    look(scenario)
    assert kept(scenario) == {old, new}, "one look may be by a clock that is wrong for a moment"
    scenario.clock.tick(2 * DAY)
    look(scenario)
    assert kept(scenario) == {new}
    found = operations(scenario)
    assert found[new].undoable
    assert not found[old].undoable
    assert "no longer kept" in (found[old].reason or "")
    with opened(scenario.path) as repo:
        assert read_retention(repo, RetentionRequest(), context(scenario)).backups == 1
        with pytest.raises(NoUndo, match="no longer kept"):
            undo(repo, UndoRequest(id=old), context(scenario))
        undo(repo, UndoRequest(id=new), context(scenario))
    assert (scenario.path / "base.txt").read_text() == "another\n"


def test_what_an_act_has_kept_that_never_began_goes_as_well(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario.commit("base", {"base.txt": "1\n"})
    child = os.fork()
    if child == 0:
        monkeypatch.setattr("jupyter_mlgit.journal.acts.write", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        reset_hard(scenario, "work\n")
        os._exit(1)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    assert not interrupted(scenario)
    assert (scenario.path / "base.txt").read_text() == "work\n"
    assert len(kept(scenario)) == 1
    for path in (scenario.common_dir / "mlgit/files").iterdir():
        os.utime(path, (scenario.clock.now, scenario.clock.now))
    for days in (16, 2):
        assert len(kept(scenario)) == 1
        scenario.clock.tick(days * DAY)
        look(scenario)
    assert kept(scenario) == set()
    scenario.fsck()


def test_a_full_disk_leaves_nothing_to_settle_before_the_act_has_begun(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario.commit("base", {"base.txt": "1\n"})
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with monkeypatch.context() as patch:
        for name in ("acts.write", "backup.forget_backups"):
            patch.setattr(f"jupyter_mlgit.journal.{name}", Mock(side_effect=full))
        with pytest.raises(ReadOnly):
            reset_hard(scenario, "work\n")
    assert not interrupted(scenario)
    assert not operations(scenario)
    reset_hard(scenario, "work\n")


def test_an_act_that_is_cut_off_once_it_is_logged_is_not_the_terminals(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Undo would bring back the branch then, and not the files."""
    scenario.commit("base", {"base.txt": "1\n"}).commit("second")
    reset_hard(scenario, "first\n")
    with monkeypatch.context() as patch:
        patch.setattr("jupyter_mlgit.journal.acts.remember_act", Mock(side_effect=OSError))
        reset_hard(scenario, "work\n", "HEAD~1")
    assert (scenario.common_dir / "mlgit/unfinished.json").exists()
    with opened(scenario.path) as repo:
        undo(repo, UndoRequest(), context(scenario))
    assert (scenario.path / "base.txt").read_text() == "work\n"
    assert [one.kind for one in operations(scenario).values()] == ["undo", "reset", "reset"]
    assert not (scenario.common_dir / "mlgit/unfinished.json").exists()
