"""Nothing that a running program writes to goes: what it writes later would be in no file and in no backup."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git import platforms
from jupyter_mlgit.history.discard import DiscardRequest, discard
from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import WouldOverwrite
from jupyter_mlgit.recovery.backup_restore import BackupRestoreRequest, restore_backup
from jupyter_mlgit.recovery.snapshot import BackupRequest, back_up_now
from tests.history.pictures import everything, switched, without_logs
from tests.journal.carried import act

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context
    from tests.scenario import Scenario

    Act = Callable[..., Any]


def look(repo: Repository, _: None, context: Context) -> None:
    observe(repo, context)


def act_on(s: Scenario, verb: Callable[..., Any], request: type, **asked: Any) -> Act:
    return lambda **more: act(s, verb, request(**asked, **more))


def hard_reset(s: Scenario, tracked: str, log: str) -> Act:
    """Has a log that nobody tracks where the commit before has a file."""
    s.commit("base").commit("with it", {tracked: "theirs\n"})
    s.git("rm", "--quiet", "-r", ".")
    s.commit("without").write({log: "epoch 1\n"})
    return act_on(s, reset, ResetRequest, rev="HEAD~1", hard=True)


def discard_all(s: Scenario, *paths: str) -> Act:
    """Has a folder with a log in it where a file was."""
    s.commit("base", {"runs": "theirs\n"})
    (s.path / "runs").unlink()
    s.write({"runs/train.log": "epoch 1\n", "runs/notes": "mine\n"})
    return act_on(s, discard, DiscardRequest, paths=list(paths), new=True)


def switch_over_ignored(s: Scenario) -> Act:
    s.commit("base", {".gitignore": "*.log\n"}).branch("x").write({"train.log": "theirs\n"})
    s.git("add", "--force", "train.log")
    s.commit("other").checkout("main").write({"train.log": "epoch 1\n"})
    return partial(switched, s, "x")


def restore(s: Scenario) -> Act:
    s.commit("base").write({"train.log": "earlier\n"})
    backup = act(s, back_up_now, BackupRequest()).id
    s.write({"train.log": "epoch 1\n"})
    return act_on(s, restore_backup, BackupRestoreRequest, id=backup)


def undo_restore(s: Scenario) -> Act:
    """Has the log from a backup, and a program that goes on with it."""
    backup = restore(s)
    (s.path / "train.log").unlink()
    backup()
    return act_on(s, undo, UndoRequest)


def redo_discard(s: Scenario) -> Act:
    s.commit("base").write({"train.log": "epoch 1\n"})
    act(s, discard, DiscardRequest(paths=["train.log"], new=True))
    act(s, undo, UndoRequest())
    return act_on(s, redo, RedoRequest)


def reset_staged(s: Scenario) -> Act:
    """Has a log that is staged and was never committed: it goes like any new file."""
    s.commit("base").write({"train.log": "epoch 1\n"}).git("add", "train.log")
    return act_on(s, reset, ResetRequest, hard=True)


def undo_stash(s: Scenario) -> Act:
    """Has the log from a stash that the terminal has popped."""
    s.commit("base").write({"train.log": "epoch 1\n"}).stash("mine")
    act(s, look, None)
    s.git("stash", "pop", "--quiet")
    act(s, look, None)
    return act_on(s, undo, UndoRequest)


CASES: dict[str, tuple[Callable[[Scenario], Act], str, type[UndoRequest | RedoRequest]]] = {
    "hard reset": (lambda s: hard_reset(s, "train.log", "train.log"), "train.log", UndoRequest),
    "hard reset, in a folder": (lambda s: hard_reset(s, "runs", "runs/train.log"), "runs/train.log", UndoRequest),
    "hard reset, where a folder comes": (lambda s: hard_reset(s, "runs/a", "runs"), "runs", UndoRequest),
    "discard": (lambda s: discard_all(s, "."), "runs/train.log", UndoRequest),
    "discard a folder's file": (lambda s: discard_all(s, "runs"), "runs/train.log", UndoRequest),
    "hard reset of what was only staged": (reset_staged, "train.log", UndoRequest),
    "switch": (switch_over_ignored, "train.log", UndoRequest),
    "restore": (restore, "train.log", UndoRequest),
    "undo": (undo_restore, "train.log", RedoRequest),
    "redo": (redo_discard, "train.log", UndoRequest),
    "undo of a stash": (undo_stash, "train.log", RedoRequest),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_named_and_nothing_changes(scenario: Scenario, case: str) -> None:
    begun, log, back = CASES[case]
    acting = begun(scenario)
    was, before = without_logs(scenario), everything(scenario.root)
    held = (scenario.path / log).read_text()
    with (scenario.path / log).open("a") as training:
        for asked in ({"dry_run": True}, {}):
            with pytest.raises(WouldOverwrite, match=f"has {log} open to write to it: .+, process ") as refusal:
                acting(**asked)
            assert refusal.value.details == {"files": [log]}
        assert everything(scenario.root) == before
        training.write("epoch 2\n")
    (scenario.path / log).write_text(held)
    acting()
    assert without_logs(scenario) != was
    act(scenario, undo if back is UndoRequest else redo, back())
    assert without_logs(scenario) == was
    scenario.fsck()


def test_open_files_are_looked_at_once_and_only_for_what_would_be_lost(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    real = platforms.writers_of

    def looking(wanted: Any) -> Any:
        if wanted:
            looks.append(len(wanted))
        return real(wanted)

    monkeypatch.setattr(platforms, "writers_of", looking)
    scenario.commit("base", {"a": "1\n"}).commit("more", {"a": "2\n"}).write({"a": "mine\n", "x/1": "1\n", "2": "2\n"})
    act(scenario, reset, ResetRequest(rev="HEAD~1", hard=True))
    assert looks == []
    act(scenario, discard, DiscardRequest(paths=["."], new=True))
    assert looks == [2]
