"""Takes switches back and does them again, and leaves detached and unborn HEADs, in every kind of worktree."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.history.branches import BranchDeleteRequest, delete_branch
from jupyter_mlgit.journal.operations import OperationsRequest, list_operations
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import (
    BranchCheckedOut,
    BranchNotFound,
    NoUndo,
    UnfinishedOperation,
    UnsupportedRepository,
    WouldOverwrite,
)
from jupyter_mlgit.recovery.restore import RestoreRequest, restore_deleted_branch
from tests.history.pictures import everything, picture, same_zone, switched
from tests.journal.carried import act, carried

if TYPE_CHECKING:
    from tests.scenario import Scenario

zone = pytest.fixture(autouse=True)(same_zone)


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    """Gives ``main`` and ``x``, with work on ``main`` that a switch carries along."""
    return carried(scenario)


def test_undo_and_redo_are_switches_of_their_own(story: Scenario) -> None:
    twin = story.twin()
    before = picture(story)
    for verb, request, name in (
        (None, None, "x"),
        (undo, UndoRequest(), "main"),
        (redo, RedoRequest(), "x"),
        (undo, UndoRequest(), "main"),
    ):
        story.clock.tick()
        twin.clock.tick()
        twin.git("switch", "--quiet", name)
        if verb is None:
            switched(story, name)
        else:
            done = act(story, verb, request)
            assert [one.title for one in done.operations] == ["Switch to x"]
        assert picture(story) == picture(twin)
    after = picture(story)
    assert {**after, "logs": 0} == {**before, "logs": 0}


def test_what_cannot_be_undone_says_why(story: Scenario) -> None:
    switched(story, "x")
    for spoil, mend in (
        (lambda: story.commit("since"), lambda: story.reset("HEAD~1", "--soft")),
        (lambda: story.git("checkout", "--quiet", "--detach"), lambda: story.git("checkout", "--quiet", "x")),
        (lambda: story.move_branch("main", "x"), lambda: story.move_branch("main", "x~1")),
    ):
        spoil()
        listed = act(story, list_operations, OperationsRequest()).operations
        switch = next(one for one in listed if one.kind == "switch")
        assert not switch.undoable
        before = everything(story.root)
        with pytest.raises(NoUndo):
            act(story, undo, UndoRequest(id=switch.id))
        assert everything(story.root) == before
        mend()


def test_undo_never_goes_over_work(story: Scenario) -> None:
    switched(story, "x")
    story.write({"new/c": "three days\n"})
    before = everything(story.root)
    with pytest.raises(WouldOverwrite) as refusal:
        act(story, undo, UndoRequest())
    assert refusal.value.details == {"files": ["new/c"]}
    assert everything(story.root) == before


@pytest.mark.parametrize("how", ["merging", "elsewhere"])
def test_undo_heeds_what_a_switch_heeds(story: Scenario, how: str) -> None:
    switched(story, "x")
    if how == "merging":
        story.git("reset", "--quiet", "--hard")
        story.branch("y", at="main").git("worktree", "add", "--quiet", str(story.root / "linked"), "y")
        story.inside("linked").commit("on y")
        story.merge("y", "--no-commit", "--no-ff")
    else:
        story.worktree_add("linked", "main")
    before = everything(story.root)
    with pytest.raises(UnfinishedOperation if how == "merging" else BranchCheckedOut):
        act(story, undo, UndoRequest())
    assert everything(story.root) == before


def test_commits_that_only_a_detached_head_had_are_kept(story: Scenario) -> None:
    story.checkout("--detach").commit("nameless", {"only": "here\n"})
    nameless = story.tip()
    switched(story, "x")
    story.expire_all()
    assert story.exists(nameless)
    act(story, undo, UndoRequest())
    assert (story.tip(), story.current()) == (nameless, None)
    assert story.git("status", "--porcelain") == ""


def test_from_an_unborn_branch_and_back(story: Scenario) -> None:
    story.checkout("--orphan", "empty")
    story.git("rm", "-r", "--quiet", "--force", ".")
    story.write({"staged": "1\n", "mine": "mine\n"}).git("add", "mine")
    twin = story.twin()
    before = picture(story)
    with pytest.raises(WouldOverwrite):
        switched(story, "x")
    for one in (story, twin):
        one.path.joinpath("staged").unlink()
        one.clock.tick()
    switched(story, "x")
    twin.git("switch", "--quiet", "x")
    assert picture(story) == picture(twin)
    act(story, undo, UndoRequest())
    after = picture(story)
    assert (after["head"], after["index"], set(after["files"])) == (before["head"], before["index"], {"mine"})
    act(story, redo, RedoRequest())
    assert picture(story)["files"] == picture(twin)["files"]


def test_in_a_linked_worktree(story: Scenario) -> None:
    story.worktree_add("linked", "-b", "y", "main")
    twin = story.twin()
    ours, theirs = story.inside("linked"), twin.inside("linked")
    main = everything(story.path)
    ours.clock.tick()
    theirs.clock.tick()
    switched(ours, "x")
    theirs.git("switch", "--quiet", "x")
    assert picture(ours) == picture(theirs)
    act(ours, undo, UndoRequest())
    assert ours.current() == "y"
    assert {name: main[name] for name in main if "/.git/" not in name} == {
        name: digest for name, digest in everything(story.path).items() if "/.git/" not in name
    }


@pytest.mark.parametrize("how", ["checked out", "rebasing", "bisecting"])
def test_a_branch_of_another_worktree_is_refused(story: Scenario, how: str) -> None:
    story.stash().branch("busy").commit("1").commit("2").commit("3").checkout("main")
    story.worktree_add("linked", "busy")
    linked = story.inside("linked")
    if how == "rebasing":
        linked.try_git("rebase", "x", "--exec", "false")
    elif how == "bisecting":
        linked.git("bisect", "start", "HEAD", "HEAD~3")
    before = everything(story.root)
    assert story.try_git("switch", "busy").returncode
    with pytest.raises(BranchCheckedOut):
        switched(story, "busy")
    assert everything(story.root) == before


def test_no_working_files_no_switch(scenario: Scenario) -> None:
    scenario.commit("base").branch("x", at="main")
    bare = scenario.clone("bare", "--bare")
    with pytest.raises(UnsupportedRepository):
        switched(bare, "x")
    with pytest.raises(BranchNotFound):
        switched(scenario, "nowhere")
    assert switched(scenario, "main").operation is None


def test_restoring_and_checking_out_at_once(story: Scenario) -> None:
    act(story, delete_branch, BranchDeleteRequest(name="x", force=True))
    before = picture(story)
    story.write({"new/c": "mine\n"})
    with pytest.raises(WouldOverwrite):
        act(story, restore_deleted_branch, RestoreRequest(branch="x", switch=True))
    shutil.rmtree(story.path / "new")
    assert picture(story) == before
    done = act(story, restore_deleted_branch, RestoreRequest(branch="x", switch=True))
    assert done.switched
    assert story.current() == "x"
    assert story.git("status", "--porcelain") == " M same\nM  staged\n?? mine"
    again = act(story, restore_deleted_branch, RestoreRequest(branch="x", switch=True))
    assert not again.created
    for _ in range(2):
        act(story, undo, UndoRequest())
    assert {**picture(story), "logs": 0} == {**before, "logs": 0}
