"""Moves overwritten branches back, as ``git branch --force`` would; nothing that they were at is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import BadRequest, BadRevision, BranchCheckedOut, BranchNotFound
from jupyter_mlgit.recovery.restore import Restored, RestoreRequest, restore_deleted_branch
from tests.git.twins import compare, ours
from tests.recovery.verdicts import folder_digest, listed, names, row_of

if TYPE_CHECKING:
    from tests.scenario import Scenario


@pytest.fixture
def moved(story: Scenario) -> Scenario:
    """Gives a repository in which ``x`` of two commits was pointed at other work, that nothing else has."""
    story.branch("x").commit("b").commit("c").switch("main").branch("side").commit("elsewhere").switch("main")
    return story.move_branch("x", "side").delete_branch("side")


def move_back(story: Scenario, branch: str, **words: Any) -> Restored:
    done: Restored = ours(story, restore_deleted_branch, RestoreRequest(branch=branch, move=True, **words))
    return done


def test_as_git_branch_force_does(moved: Scenario) -> None:
    row = row_of(moved, "x", "overwritten")
    twin = moved.twin()
    done = move_back(moved, "x")
    assert (done.branch, done.tip, done.created, done.commits) == ("x", row.tip, False, 2)
    assert done.moved_from == twin.tip("x")
    twin.clock.now = moved.clock.now
    twin.git("branch", "--force", "x", row.tip)
    compare(moved, twin)
    assert moved.git("reflog", "-1", "--format=%gs", "x") == f"branch: Reset to {row.tip}"


def test_where_it_was_is_pinned_and_listed(moved: Scenario) -> None:
    left = moved.tip("x")
    move_back(moved, row_of(moved, "x", "overwritten").id)
    moved.expire_all()
    row = row_of(moved, "x", "overwritten")
    assert (row.tip, row.pinned) == (left, True)
    move_back(moved, "x")
    assert moved.tip("x") == left


def test_undo_and_redo(moved: Scenario) -> None:
    before = moved.branches()
    tip = move_back(moved, "x").tip
    ours(moved, undo, UndoRequest())
    assert moved.branches() == before
    assert row_of(moved, "x", "overwritten").tip == tip
    ours(moved, redo, RedoRequest())
    assert moved.tip("x") == tip
    moved.fsck()


def test_twice_changes_nothing(moved: Scenario) -> None:
    wanted = row_of(moved, "x", "overwritten").id
    move_back(moved, wanted)
    tip = moved.tip("x")
    again = move_back(moved, wanted)
    assert (again.branch, again.tip, again.moved_from, again.operation) == ("x", tip, None, None)
    assert moved.tip("x") == tip


@pytest.mark.parametrize("where", ["here", "in another worktree", "in a rebase"])
def test_refused_where_somebody_works_on_it(moved: Scenario, where: str) -> None:
    if where == "here":
        moved.switch("x")
    elif where == "in another worktree":
        moved.worktree_add("linked", "x")
    else:
        moved.switch("x").write({"elsewhere.txt": "conflict"})
        moved.git("commit", "--quiet", "--all", "--message", "mine")
        moved.branch("other", "main").switch("other").commit("theirs", {"elsewhere.txt": "theirs"})
        assert moved.try_git("rebase", "other", "x").returncode
    row = row_of(moved, "x", "overwritten")
    assert row.in_use is not None
    assert "being rebased" in row.in_use if where == "in a rebase" else "checked out" in row.in_use
    before = folder_digest(moved.common_dir, without=("mlgit",))
    assert moved.try_git("branch", "--force", "x", row.tip).returncode, "git refuses it as well"
    with pytest.raises(BranchCheckedOut) as raised:
        move_back(moved, row.id)
    assert raised.value.message == row.in_use
    assert folder_digest(moved.common_dir, without=("mlgit",)) == before


def test_nobody_works_on_it(moved: Scenario) -> None:
    assert row_of(moved, "x", "overwritten").in_use is None


def test_to_an_earlier_version(story: Scenario) -> None:
    story.branch("x").commit("first")
    first = story.tip()
    story.reset("main").commit("second").switch("main").move_branch("x", "main")
    assert move_back(story, "x", at=first[:12]).tip == first
    assert story.tip("x") == first
    assert "x" in names(listed(story), "overwritten")


def test_dry_run_changes_nothing(moved: Scenario) -> None:
    row = row_of(moved, "x", "overwritten")
    before = folder_digest(moved.common_dir)
    done = move_back(moved, "x", dry_run=True)
    assert (done.tip, done.moved_from, done.operation) == (row.tip, moved.tip("x"), None)
    assert folder_digest(moved.common_dir) == before


def test_a_deleted_branch_is_not_moved(story: Scenario) -> None:
    story.branch("x").commit("b").delete_branch("x")
    with pytest.raises(BadRequest, match="'x' is not an overwritten branch"):
        move_back(story, "x")


@pytest.mark.parametrize("words", [{"as_": "y"}, {"switch": True}, {"stash": True}])
def test_goes_with_no_other_option(moved: Scenario, words: dict[str, Any]) -> None:
    with pytest.raises(BadRequest, match="goes with no other option"):
        move_back(moved, "x", **words)


def test_what_another_branch_holds_meanwhile_is_not_passed_for_moved(moved: Scenario) -> None:
    ours(moved, restore_deleted_branch, RestoreRequest(branch="x", as_="foo"))
    for words in ({}, {"at": moved.tip("foo")}, {"at": moved.tip("main")}):
        for dry_run in (False, True):
            before = moved.branches()
            with pytest.raises(BadRequest, match="'x' was not moved") as raised:
                move_back(moved, "x", dry_run=dry_run, **words)
            assert "git branch --force x" in (raised.value.hint or "")
            assert moved.branches() == before


def test_a_branch_that_never_moved_is_not_passed_for_moved(moved: Scenario) -> None:
    with pytest.raises(BadRequest, match="'main' was not moved"):
        move_back(moved, "main")


@pytest.mark.parametrize("held", [False, True])
def test_only_to_a_commit_that_it_held(moved: Scenario, *, held: bool) -> None:
    moved.branch("apart", "main").switch("apart").commit("unrelated").switch("main")
    if held:
        ours(moved, restore_deleted_branch, RestoreRequest(branch="x", as_="foo"))
    before = moved.branches()
    for at in ("apart", "0123456789abcdef0123456789abcdef01234567", "nonsense"):
        with pytest.raises((BadRequest, BadRevision)):
            move_back(moved, "x", at=at)
        with pytest.raises((BranchNotFound, BadRevision)):
            ours(moved, restore_deleted_branch, RestoreRequest(branch="x", at=at))
    assert moved.branches() == before


def test_to_where_it_is_changes_nothing(moved: Scenario) -> None:
    ours(moved, restore_deleted_branch, RestoreRequest(branch="x", as_="foo"))
    done = move_back(moved, "x", at=moved.tip("x"))
    assert (done.tip, done.moved_from, done.operation) == (moved.tip("x"), None, None)
