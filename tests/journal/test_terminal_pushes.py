"""Lets the terminal push, pop and apply stashes: Undo moves the edits back, edited as edited and staged as staged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import NoUndo, UnfinishedOperation, WouldOverwrite
from jupyter_mlgit.recovery.timeline import TimelineRequest, read_timeline
from tests.git.twins import ours
from tests.history.pictures import everything
from tests.journal.test_terminal_stashes import look, operations, pictured, stashes

if TYPE_CHECKING:
    from tests.scenario import Scenario

NAMES = ["both", "staged", "edited", "removed", "unstaged", "program"]
PUSH = ("stash", "push", "--quiet", "--message", "m")


def edited(s: Scenario) -> Scenario:
    """Makes edits of every kind, once somebody has looked, with a stash on the list already."""
    s.commit("base", {**dict.fromkeys(NAMES, "1\n"), "same": "1\n", ".gitignore": "*.log\n"}).branch("x")
    s.checkout("main").write({"same": "earlier\n"}).stash("earlier")
    look(s)
    s.write({"both": "staged\n", "staged": "staged\n", "new": "new\n", "deep/newer": "new\n"})
    s.git("add", ".")
    s.git("rm", "--quiet", "--cached", "removed")
    s.write({"both": "edited\n", "edited": "edited\n", "deep/newer": "edited\n"})
    for name in ("removed", "unstaged"):
        (s.path / name).unlink()
    (s.path / "program").chmod(0o755)
    s.write({"mine": "untracked\n", "run.log": "ignored\n"})
    s.git("status")
    return s


def pushed(s: Scenario, *more: str) -> list[str]:
    """Pushes in the terminal; gives what is told of it."""
    s.clock.tick()
    s.git(*PUSH, *more)
    return look(s)


def popped(s: Scenario, *more: str) -> list[str]:
    """Pops in the terminal; gives what is told of it."""
    s.clock.tick()
    s.git("stash", "pop", "--quiet", *more)
    return look(s)


def back_and_forth(s: Scenario, was: dict[str, Any], now: dict[str, Any], acts: int = 1) -> None:
    """Undoes and redoes the newest acts, twice."""
    newest = operations(s)[:acts]
    assert [one.moves_files for one in newest] == [True] * acts
    for _ in range(2):
        foreseen = ours(s, undo, UndoRequest(before=newest[-1].id, dry_run=True))
        assert pictured(s) == now
        done = ours(s, undo, UndoRequest(before=newest[-1].id))
        assert (done.files, done.index, done.refs) == (foreseen.files, foreseen.index, foreseen.refs)
        assert pictured(s) == was
        s.fsck()
        assert look(s) == []
        ours(s, redo, RedoRequest(to=newest[0].id))
        assert pictured(s) == now
        s.fsck()
        assert look(s) == []


def without_head(one: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in one.items() if name != "head"}


@pytest.mark.parametrize(
    "words",
    [(), ("--include-untracked",), ("--all",), ("--keep-index",), ("--", "both", "new"), ("--staged",)],
    ids=lambda words: " ".join(words) or "plain",
)
def test_what_was_pushed_comes_back_as_it_was(scenario: Scenario, words: tuple[str, ...]) -> None:
    story = edited(scenario)
    if words == ("--staged",):
        # What is edited on top of what is staged stays behind, and would be in the way.
        story.git("stash", "push", "--quiet", "--", "both", "deep/newer")
        story.git("stash", "drop", "--quiet")
        look(story)
    was = pictured(story)
    assert pushed(story, *words) == ["Stash changes: On main: m"]
    now = pictured(story)
    act = operations(story)[0]
    assert (act.kind, act.source, act.undoable) == ("stash-push", "terminal", True)
    # git's own line in HEAD's log stays; all else is as it was.
    was["head"] = now["head"]
    back_and_forth(story, was, now)


@pytest.mark.parametrize("words", [(), ("--index",)], ids=["plain", "--index"])
def test_what_was_popped_goes_back_on_the_list(scenario: Scenario, words: tuple[str, ...]) -> None:
    story = edited(scenario)
    pushed(story, "--include-untracked")
    was = pictured(story)
    assert popped(story, *words) == ["Pop stash: On main: m"]
    assert operations(story)[0].kind == "stash-pop"
    now = pictured(story)
    was["head"] = now["head"]  # with --index git writes a line there
    back_and_forth(story, was, now)


LINES = "".join(f"{number}\n" for number in range(12))


def kept(s: Scenario) -> Scenario:
    """Pushes with what is staged kept, in files with edits of which some are staged; nothing else is on the list."""
    s.commit("base", {**dict.fromkeys(["both", "staged", "edited", "removed"], LINES), "same": "1\n"})
    look(s)
    s.write({"both": f"staged\n{LINES}", "staged": f"staged\n{LINES}", "new": "new\n"}).git("add", ".")
    s.git("rm", "--quiet", "removed")
    s.write({"both": f"staged\n{LINES}edited\n", "edited": f"{LINES}edited\n", "mine": "untracked\n"})
    assert pushed(s, "--keep-index", "--include-untracked") == ["Stash changes: On main: m"]
    return s


@pytest.mark.parametrize("words", [(), ("--index",)], ids=["plain", "--index"])
def test_a_pop_goes_back_to_what_the_push_had_kept(scenario: Scenario, words: tuple[str, ...]) -> None:
    story = kept(scenario)
    was = pictured(story)
    assert (story.path / "both").read_text() == f"staged\n{LINES}"
    assert popped(story, *words) == ["Pop stash: On main: m"]
    now = pictured(story)
    assert (story.path / "both").read_text() == f"staged\n{LINES}edited\n"
    back_and_forth(story, was, now)


def test_a_pop_leaves_alone_what_a_push_of_some_paths_had_left(scenario: Scenario) -> None:
    s = scenario.commit("base", {"a": "1\n", "b": "1\n", "c": "1\n"})
    look(s)
    s.write({"b": "staged\n", "c": "staged\n"}).git("add", ".")
    s.write({"a": "edited\n", "c": "more\n"})
    pushed(s, "--", "a")
    was = pictured(s)
    assert popped(s) == ["Pop stash: On main: m"]
    back_and_forth(s, was, pictured(s))


def test_a_drop_after_a_push_that_kept_what_is_staged(scenario: Scenario) -> None:
    story = kept(scenario)
    was = pictured(story)
    story.stash_drop()
    assert look(story) == ["Drop stash: On main: m"]
    ours(story, undo, UndoRequest())
    assert pictured(story) == was


def test_where_all_was_kept_a_pop_changes_nothing_and_neither_does_its_undo(scenario: Scenario) -> None:
    s = scenario.commit("base", {"a": "1\n"})
    look(s)
    s.write({"a": "staged\n"}).git("add", "a")
    pushed(s, "--keep-index")
    was = pictured(s)
    assert popped(s) == ["Drop or pop stash: On main: m"]
    ours(s, undo, UndoRequest())
    assert pictured(s) == was


def test_what_was_kept_and_then_reset_is_guessed_at_by_nobody(scenario: Scenario) -> None:
    story = kept(scenario).reset("HEAD", "--hard")
    assert popped(story, "--index") == ["Drop or pop stash: On main: m"]
    files = pictured(story)["files"]
    ours(story, undo, UndoRequest())
    assert (len(stashes(story)), pictured(story)["files"]) == (1, files)


def two(s: Scenario) -> dict[str, Any]:
    """Pushes twice, edits of different files; gives the picture."""
    s.commit("base", {"a": "1\n", "b": "1\n"})
    s.write({"a": "mine\n", "new": "mine\n"}).stash("one")
    s.write({"b": "mine\n"}).stash("two")
    look(s)
    return pictured(s)


def test_two_pops_that_empty_the_list_are_two_acts(scenario: Scenario) -> None:
    was = two(scenario)
    scenario.git("stash", "pop", "--quiet")
    assert popped(scenario) == ["Pop stash: On main: two", "Pop stash: On main: one"]
    now = pictured(scenario)
    back_and_forth(scenario, was, now, acts=2)
    ours(scenario, undo, UndoRequest())
    assert (scenario.path / "a").read_text() == "1\n"
    assert (scenario.path / "b").read_text() == "mine\n"
    assert len(stashes(scenario)) == 1


def test_a_pop_and_a_drop_that_empty_the_list_are_told_apart(scenario: Scenario) -> None:
    was = two(scenario)
    scenario.stash_drop()
    assert popped(scenario) == ["Drop stash: On main: two", "Pop stash: On main: one"]
    now = pictured(scenario)
    pop, drop = (one.id for one in operations(scenario)[:2])
    for _ in range(2):
        ours(scenario, undo, UndoRequest(before=drop))
        assert pictured(scenario) == was
        ours(scenario, redo, RedoRequest(to=pop))
        assert pictured(scenario) == now


def test_a_list_that_was_emptied_nobody_knows_how(scenario: Scenario) -> None:
    two(scenario)
    there = stashes(scenario)
    scenario.git("stash", "pop", "--quiet")
    scenario.git("stash", "pop", "--quiet")
    scenario.write({"a": "since\n", "b": "since\n"})
    assert look(scenario) == ["Empty the stash list (2 stashes)"]
    files = pictured(scenario)["files"]
    ours(scenario, undo, UndoRequest())
    assert (stashes(scenario), pictured(scenario)["files"]) == (there, files)


def test_a_pop_onto_another_branch(scenario: Scenario) -> None:
    story = edited(scenario)
    pushed(story, "--include-untracked")
    was = pictured(story)
    story.checkout("x")
    assert popped(story) == ["Switch to x", "Pop stash: On main: m"]
    ours(story, undo, UndoRequest())
    assert pictured(story)["list"] == was["list"]
    ours(story, undo, UndoRequest())
    assert without_head(pictured(story)) == without_head(was)


def test_apply_is_no_act_and_with_a_drop_it_is_a_pop(scenario: Scenario) -> None:
    story = edited(scenario)
    pushed(story, "--include-untracked")
    was = pictured(story)
    story.git("stash", "apply", "--quiet")
    assert look(story) == []
    story.stash_drop()
    assert look(story) == ["Pop stash: On main: m"]
    ours(story, undo, UndoRequest())
    assert pictured(story) == was


def test_a_pop_that_stops_at_a_conflict_keeps_the_stash_and_is_no_act(scenario: Scenario) -> None:
    story = edited(scenario)
    pushed(story, "--include-untracked")
    story.commit("meanwhile", {"both": "theirs\n"})
    look(story)
    before = stashes(story)
    assert story.try_git("stash", "pop", "--quiet").returncode
    assert look(story) == []
    assert stashes(story) == before
    unmoved = everything(story.root)
    with pytest.raises((NoUndo, WouldOverwrite, UnfinishedOperation)):
        ours(story, undo, UndoRequest(id=next(one.id for one in operations(story) if one.kind == "stash-push")))
    assert everything(story.root) == unmoved


def test_a_pop_that_merged_cannot_be_told_from_a_drop(scenario: Scenario) -> None:
    lines = [f"{number}\n" for number in range(20)]
    story = scenario.commit("base", {"a": "".join(lines)})
    look(story)
    story.write({"a": "".join(["mine\n", *lines])}).stash("m")
    story.commit("meanwhile", {"a": "".join([*lines, "theirs\n"])})
    look(story)
    before = stashes(story)
    assert popped(story) == ["Drop or pop stash: On main: m"]
    files = pictured(story)["files"]
    ours(story, undo, UndoRequest())
    assert (stashes(story), pictured(story)["files"]) == (before, files)


def test_several_acts_between_two_looks_stand_in_their_order(scenario: Scenario) -> None:
    story = edited(scenario)
    was = pictured(story)
    story.git(*PUSH, "--include-untracked")
    story.commit("in between", {}).checkout("x")
    assert look(story) == ["Stash changes: On main: m", "Commit: in between on main", "Switch to x"]
    push = operations(story)[2]
    ours(story, undo, UndoRequest(before=push.id))
    found = pictured(story)
    assert (found["index"], found["status"], found["list"], found["refs"]) == (
        was["index"], was["status"], was["list"], was["refs"]
    )  # fmt: skip


def test_where_something_else_is_checked_out_it_waits(scenario: Scenario) -> None:
    story = edited(scenario)
    pushed(story)
    story.commit("since")
    push = next(one for one in operations(story) if one.kind == "stash-push")
    assert (push.undoable, push.reason) == (False, "Something else has been checked out or committed since.")


def test_edits_since_are_in_the_way(scenario: Scenario) -> None:
    story = edited(scenario)
    pushed(story, "--include-untracked")
    story.write({"both": "since\n", "mine": "since\n"})
    before = everything(story.root)
    with pytest.raises(WouldOverwrite) as refusal:
        ours(story, undo, UndoRequest())
    assert refusal.value.details["files"] == ["both", "mine"]
    assert everything(story.root) == before


def test_each_worktree_has_its_own_edits(scenario: Scenario) -> None:
    story = scenario.commit("base", {"a": "1\n"}).worktree_add("linked", "-b", "x")
    linked = story.inside("linked")
    look(story)
    linked.write({"a": "there\n"}).stash("there")
    assert look(story) == ["Stash changes: On x: there"]
    assert operations(story)[0].reason == "It changed the files of another worktree. Undo it there."
    ours(linked, undo, UndoRequest(id=operations(linked)[0].id))
    assert ((linked.path / "a").read_text(), stashes(story)) == ("there\n", [])
    assert (story.path / "a").read_text() == "1\n"


def test_what_was_put_on_the_list_by_hand_moved_no_edits(scenario: Scenario) -> None:
    story = scenario.commit("base", {"a": "1\n"}).write({"a": "mine\n"})
    look(story)
    stash = story.git("stash", "create")
    story.clock.tick()
    story.git("stash", "store", "--message", "On main: kept", stash)
    assert look(story) == ["Put on the stash list: On main: kept"]
    act = operations(story)[0]
    assert (act.undoable, act.moves_files) == (True, False)
    ours(story, undo, UndoRequest())
    assert (stashes(story), (story.path / "a").read_text()) == ([], "mine\n")
    story.expire_all()
    assert story.exists(stash)


def test_the_timeline_names_a_push_and_no_reset(scenario: Scenario) -> None:
    story = edited(scenario)
    story.reset("HEAD", "--mixed")
    pushed(story, "--include-untracked")
    story.reset("HEAD", "--hard")
    look(story)
    page = ours(story, read_timeline, TimelineRequest(n=3)).entries
    push = next(one.id for one in operations(story) if one.kind == "stash-push")
    assert [(one.action, one.message, one.operation) for one in page] == [
        ("reset", "reset: moving to HEAD", None),
        ("stash", "On main: m", push),
        ("reset", "reset: moving to HEAD", None),
    ]


def test_what_is_committed_by_now_is_no_edit_of_a_stash_that_is_dropped(scenario: Scenario) -> None:
    s = scenario.commit("base", {"both": "1\n", "same": "1\n"})
    look(s)
    s.write({"both": "mine\n", "new": "mine\n"}).git("add", "both")
    pushed(s, "--include-untracked")
    s.git("stash", "apply", "--quiet", "--index")
    s.commit("kept")
    look(s)
    s.clock.tick()
    s.git("stash", "drop", "--quiet")
    (title,) = look(s)
    assert title.startswith("Drop or pop stash: ")
    was = pictured(s)
    ours(s, undo, UndoRequest())
    assert len(stashes(s)) == 1
    assert (s.path / "both").read_text() == "mine\n"
    assert (s.path / "new").read_text() == "mine\n"
    assert s.git("status", "--porcelain") == ""
    ours(s, redo, RedoRequest())
    assert pictured(s) == was


def test_what_was_committed_after_an_undo_is_not_pushed_again(scenario: Scenario) -> None:
    s = scenario.commit("base", {"both": "1\n"})
    look(s)
    s.write({"both": "mine\n"})
    pushed(s)
    ours(s, undo, UndoRequest())
    s.commit("kept", {})
    look(s)
    was = pictured(s)
    with pytest.raises(NoUndo):
        ours(s, redo, RedoRequest())
    assert pictured(s) == was


def test_a_commit_on_the_list_that_is_no_stash_keeps_nobody(scenario: Scenario) -> None:
    s = scenario.commit("base", {"both": "1\n"})
    s.git("update-ref", "--create-reflog", "-m", "odd", "refs/stash", "HEAD")
    look(s)
    s.git("stash", "clear")
    (title,) = look(s)
    assert title.startswith("Drop or pop stash")
