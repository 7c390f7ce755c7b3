"""Switches over work that is in the way, once it is backed up: git on a twin, where it is moved away, is the judge.

Whatever was in the way comes back with one undo, edited as edited and staged as staged, and goes again with a redo.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.journal.operations import OperationsRequest, list_operations
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import BadRequest, WouldOverwrite
from jupyter_mlgit.recovery.backup_restore import BackupRestoreRequest, restore_backup
from tests.history.pictures import everything, picture, same_zone, switched, without_logs
from tests.history.test_two_way import PATH, branches, states
from tests.journal.carried import act, carried
from tests.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_mlgit.history.switch import Switched

zone = pytest.fixture(autouse=True)(same_zone)

STATES = [(one[0], one[1]) for one in ("12", "32", "33", "3-", "3l", "1d", "-3", "-d")]
"""The index and the working file, as in the two-tree merge."""


def taken_over(s: Scenario, **asked: Any) -> Switched:
    """Switches to ``x`` once what is in the way is backed up."""
    return switched(s, "x", back_up=True, **asked)


def back_and_forth(s: Scenario, was: dict[str, Any], after: dict[str, Any]) -> None:
    """Undoes and redoes the switch; it is one act."""
    act(s, undo, UndoRequest())
    assert without_logs(s) == was
    act(s, redo, RedoRequest())
    assert without_logs(s) == {name: part for name, part in after.items() if name != "logs"}
    s.fsck()


def git_once_it_is_away(s: Scenario, pair: str, index: str, disk: str) -> None:
    """Switches as git does once what is in the way is moved away; it comes back where nothing takes its place."""
    away = s.root / "away"
    if os.path.lexists(s.path / PATH):
        shutil.move(s.path / PATH, away)
    s.git("reset", "--quiet", "--hard")
    s.git("switch", "--quiet", "x")
    if pair[1] == index or (pair[1] == "-" and disk == "d"):
        (s.path / PATH).unlink(missing_ok=True)
        shutil.move(away, s.path / PATH)


def is_refused(s: Scenario) -> bool:
    """Tells whether a switch is refused, and then offered once what is in the way is backed up."""
    try:
        switched(s, "x", dry_run=True)
    except WouldOverwrite as refusal:
        return bool(refusal.details["backUp"]) and "--back-up" in refusal.hint
    return False


@pytest.mark.parametrize("pair", ["-1", "1-", "12", "1d", "d1"])
def test_goes_where_git_goes_and_back_with_all_of_it(pair: str, tmp_path: Path) -> None:
    template = branches(tmp_path / "template", pair)
    aside = 0
    for index, disk in STATES:
        copy = template.twin()
        copy.root.rename(tmp_path / f"{index}{disk}")
        ours = Scenario(tmp_path / f"{index}{disk}", copy.path.name, clock=copy.clock)
        states(ours, index, disk)
        if not is_refused(ours):
            continue
        theirs = ours.twin()
        ours.clock.tick()
        theirs.clock.tick()
        was, before = without_logs(ours), everything(ours.root)
        told = taken_over(ours, dry_run=True)
        assert everything(ours.root) == before
        done = taken_over(ours)
        assert (done.files, done.set_aside) == (told.files, told.set_aside)
        git_once_it_is_away(theirs, pair, index, disk)
        assert without_logs(ours) == without_logs(theirs)
        back_and_forth(ours, was, picture(ours))
        aside += 1
    assert aside


def test_edits_elsewhere_come_along_and_what_was_in_the_way_can_be_restored(scenario: Scenario) -> None:
    story = carried(scenario)
    story.write({"a": "staged\n"}).git("add", "a")
    story.write({"a": "edited\n", "new/c": "three days\n"})
    with pytest.raises(WouldOverwrite) as refusal:
        switched(story, "x")
    assert refusal.value.details == {"files": ["a", "new/c"], "backUp": True}
    was = without_logs(story)
    done = taken_over(story)
    assert done.set_aside == ["a", "new/c"]
    assert done.backup is not None
    assert {one.path for one in done.files if one.effect == "kept"} == {"same", "staged"}
    assert (story.path / "same").read_text() == "edited\n"
    assert (story.path / "a").read_text() == "2\n"
    assert story.git("show", f"{done.backup}:a") == "edited"
    assert story.git("show", f"{done.backup}^2:a") == "staged"
    back_and_forth(story, was, picture(story))
    switched(story, "main")
    act(story, restore_backup, BackupRestoreRequest(id=done.operation or ""))
    assert without_logs(story) == was
    (_, _, switch, *_) = act(story, list_operations, OperationsRequest()).operations
    assert not switch.undoable


def test_what_is_there_already_is_not_written_and_undo_asks_nothing_of_it(scenario: Scenario) -> None:
    story = scenario.commit("base").branch("x").commit("other", {"new": "1\n"}).checkout("main").write({"new": "1\n"})
    number = (story.path / "new").stat().st_ino
    assert taken_over(story).files == []
    assert (story.path / "new").stat().st_ino == number
    assert story.git("status", "--porcelain") == ""
    story.write({"new": "mine\n"})
    act(story, undo, UndoRequest())
    assert story.git("status", "--porcelain") == "?? new"
    assert (story.path / "new").read_text() == "mine\n"


@pytest.mark.parametrize("words", [("stash", "apply", "--quiet"), ("merge", "--quiet", "--squash", "y")])
def test_what_git_noted_for_the_next_commit_stays_behind(scenario: Scenario, words: tuple[str, ...]) -> None:
    story = (
        scenario.commit("base", {"a": "1\n"}).branch("x").branch("y").commit("theirs", {"b": "1\n"}).checkout("main")
    )
    story.write({"a": "mine\n"}).stash("mine").git(*words)
    twin = story.twin()
    for one in (story, twin):
        one.clock.tick()
    was = notes(story)
    assert was
    switched(story, "x")
    twin.git("switch", "--quiet", "x")
    assert notes(story) == notes(twin) == {}
    assert picture(story) == picture(twin)
    act(story, undo, UndoRequest())
    assert notes(story) == was


def notes(s: Scenario) -> dict[str, bytes]:
    found = [s.git_dir / name for name in ("AUTO_MERGE", "SQUASH_MSG", "MERGE_MSG")]
    return {one.name: one.read_bytes() for one in found if one.exists()}


def test_what_came_into_the_way_after_it_was_named_is_not_gone_over(scenario: Scenario) -> None:
    story = carried(scenario)
    story.write({"a": "edited\n"})
    with pytest.raises(WouldOverwrite) as refusal:
        switched(story, "x")
    named = refusal.value.details["files"]
    assert named == ["a"]
    story.write({"new/c": "since then\n"})
    before = everything(story.root)
    for dry_run in (True, False):
        with pytest.raises(WouldOverwrite, match="new/c") as again:
            taken_over(story, in_the_way=named, dry_run=dry_run)
        assert again.value.details == {"files": ["a", "new/c"], "backUp": True}
        assert everything(story.root) == before
    was = without_logs(story)
    assert taken_over(story, in_the_way=["a", "new/c"]).set_aside == ["a", "new/c"]
    back_and_forth(story, was, picture(story))
    act(story, undo, UndoRequest())
    (story.path / "new/c").unlink()
    assert taken_over(story, in_the_way=["a", "new/c"]).set_aside == ["a"]


def test_what_is_named_is_all_that_is_gone_over(scenario: Scenario) -> None:
    """A folder in a file's place is named by what it holds."""
    story = scenario.commit("base", {"d": "1\n"}).branch("x").commit("other", {"d": "2\n"}).checkout("main")
    (story.path / "d").unlink()
    story.write({"d/mine": "work\n"})
    with pytest.raises(WouldOverwrite) as refusal:
        switched(story, "x")
    named = refusal.value.details["files"]
    assert "d/mine" in named
    assert set(taken_over(story, in_the_way=named).set_aside) <= set(named)


def test_files_are_named_only_with_a_backup(scenario: Scenario) -> None:
    with pytest.raises(BadRequest):
        switched(carried(scenario), "x", in_the_way=["a"])


def test_with_nothing_in_the_way_it_is_a_switch(scenario: Scenario) -> None:
    story = carried(scenario)
    twin = story.twin()
    story.clock.tick()
    twin.clock.tick()
    done = taken_over(story)
    twin.git("switch", "--quiet", "x")
    assert (done.set_aside, done.backup) == ([], None)
    assert picture(story) == picture(twin)


def test_a_staged_file_where_a_folder_has_to_go(scenario: Scenario) -> None:
    story = scenario.commit("base", {"d/p": "1\n"}).branch("x").commit("other", {"d/p": "2\n"}).checkout("main")
    story.git("rm", "--quiet", "-r", "d")
    story.write({"d": "mine\n"}).git("add", "d")
    twin = story.twin()
    for one in (story, twin):
        one.clock.tick()
    was = without_logs(story)
    assert set(taken_over(story).set_aside) == {"d", "d/p"}
    twin.git("reset", "--quiet", "--hard")
    twin.git("switch", "--quiet", "x")
    assert without_logs(story) == without_logs(twin)
    back_and_forth(story, was, picture(story))


@pytest.mark.parametrize("what", ["a repository", "a large file", "a submodule", "conflicts"])
def test_what_cannot_be_backed_up_is_not_gone_over(
    scenario: Scenario, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = branches(scenario.root / "story", "-1")
    if what == "a repository":
        Scenario(story.path / "d", "p").commit("inner", {"file": "1\n"})
    elif what == "a large file":
        monkeypatch.setattr("jupyter_mlgit.git.file_plan.LARGEST_BACKUP", 3)
        story.write({PATH: "large\n"})
    elif what == "a submodule":
        inner = Scenario(story.path / "d", "p").commit("inner", {"file": "1\n"})
        story.git("update-index", "--add", "--cacheinfo", f"160000,{inner.tip()},{PATH}")
        story.git("commit", "--quiet", "--message", "with a submodule")
    else:
        story.write({"other": "mine\n"})
        blob = story.git("hash-object", "-w", "other")
        story.git("update-index", "--index-info", stdin=f"100644 {blob} 1\tother\n100644 {blob} 2\tother\n")
    before = everything(story.root)
    for back_up in (False, True):
        with pytest.raises(WouldOverwrite) as refusal:
            switched(story, "x", back_up=back_up)
        assert "backUp" not in refusal.value.details
    assert everything(story.root) == before


def test_what_a_running_program_writes_to_stays_in_the_way(scenario: Scenario) -> None:
    s = scenario.commit("base").branch("x").commit("other", {"train.log": "theirs\n"}).checkout("main")
    s.write({"train.log": "epoch 1\n"})
    before = picture(s)
    with (s.path / "train.log").open("a"):
        with pytest.raises(WouldOverwrite, match="A running program has"):
            taken_over(s)
        assert picture(s) == before
    taken_over(s)
    assert (s.path / "train.log").read_text() == "theirs\n"
    act(s, undo, UndoRequest())
    assert (s.path / "train.log").read_text() == "epoch 1\n"
