"""Puts dropped stashes back on the stash list, and lets the real git take them from there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import BadRequest
from jupyter_mlgit.recovery.restore import Restored, RestoreRequest, restore_deleted_branch
from tests.git.twins import ours, require_alike
from tests.recovery.verdicts import folder_digest, listed
from tests.snapshots import difference, meaning, taken

if TYPE_CHECKING:
    from tests.scenario import Scenario


def dropped(story: Scenario) -> str:
    """Gives the id of the one row of a dropped stash."""
    (row,) = [row for row in listed(story, everything=True) if row.kind == "stash"]
    return row.id


def put_back(story: Scenario, wanted: str, **words: Any) -> Restored:
    done: Restored = ours(story, restore_deleted_branch, RestoreRequest(branch=wanted, stash=True, **words))
    return done


def refs_and_logs(story: Scenario) -> dict[str, bytes | None]:
    return meaning(taken(story.common_dir))


@pytest.fixture(params=[0, 1, 2])
def story_with_stashes(story: Scenario, request: pytest.FixtureRequest) -> Scenario:
    """Gives a repository with so many stashes on the list; one was dropped from it, with an untracked file."""
    for number in range(request.param):
        story.write({"base.txt": f"stash {number}"}).stash(f"kept {number}")
    story.write({"base.txt": "the idea", "new.txt": "untracked"}).stash("the idea")
    return story.stash_drop()


def test_as_git_stash_store_does(story_with_stashes: Scenario) -> None:
    story = story_with_stashes
    wanted = dropped(story)
    twin = story.twin()
    done = put_back(story, wanted)
    assert (done.branch, done.created, done.stashed) == ("stash@{0}", True, True)
    twin.clock.now = story.clock.now
    twin.git("stash", "store", "--message", "On main: the idea", done.tip)
    require_alike(story, twin)
    assert story.git("stash", "list").splitlines()[0] == "stash@{0}: On main: the idea"
    story.fsck()
    assert story.branches() == twin.branches()


def test_git_takes_it_from_there(story_with_stashes: Scenario) -> None:
    story = story_with_stashes
    left = story.git("stash", "list").splitlines()
    put_back(story, dropped(story))
    assert not [row for row in listed(story, everything=True) if row.kind == "stash"]
    story.git("stash", "pop")
    assert (story.path / "base.txt").read_text() == "the idea"
    assert (story.path / "new.txt").read_text() == "untracked"
    assert story.git("stash", "list").splitlines() == left


def test_undone_the_list_is_as_it_was_and_redone_it_is_back(story_with_stashes: Scenario) -> None:
    story = story_with_stashes
    wanted = dropped(story)
    before = refs_and_logs(story)
    tip = put_back(story, wanted).tip
    after = refs_and_logs(story)
    ours(story, undo, UndoRequest())
    assert not difference(before, refs_and_logs(story))
    assert dropped(story) == wanted
    ours(story, redo, RedoRequest())
    assert not difference(after, refs_and_logs(story))
    ours(story, undo, UndoRequest(id=None))
    story.expire_all()
    assert story.exists(tip), "what was put back and taken away again is kept"


def test_twice_says_where_it_is(story_with_stashes: Scenario) -> None:
    story = story_with_stashes
    wanted = dropped(story)
    put_back(story, wanted)
    again = put_back(story, wanted)
    assert (again.branch, again.created, again.operation) == ("stash@{0}", False, None)
    for wanted_by_tip in (again.tip, again.tip[:7]):
        assert put_back(story, wanted_by_tip) == again
    story.write({"base.txt": "more"}).stash("more")
    assert put_back(story, wanted).branch == "stash@{1}"


def test_dropped_again_in_the_terminal_it_is_kept(story_with_stashes: Scenario) -> None:
    story = story_with_stashes
    ours(story, lambda repo, _, here: observe(repo, here), None)
    tip = put_back(story, dropped(story)).tip
    story.stash_drop()
    ours(story, lambda repo, _, here: observe(repo, here), None)
    story.expire_all()
    assert story.exists(tip)


def test_what_is_on_the_list_is_not_listed_as_dropped(story: Scenario) -> None:
    for number in range(3):
        story.write({"base.txt": f"stash {number}"}).stash(f"kept {number}")
    assert not [row for row in listed(story, everything=True) if row.kind == "stash"]


def test_dry_run_changes_nothing(story_with_stashes: Scenario) -> None:
    story = story_with_stashes
    wanted = dropped(story)
    before = folder_digest(story.common_dir)
    done = put_back(story, wanted, dry_run=True)
    assert (done.branch, done.created, done.operation) == ("stash@{0}", True, None)
    assert folder_digest(story.common_dir) == before


def test_a_branch_is_no_stash(story: Scenario) -> None:
    story.branch("x").commit("b").delete_branch("x")
    with pytest.raises(BadRequest, match="'x' is not a dropped stash"):
        put_back(story, "x")


@pytest.mark.parametrize("words", [{"as_": "y"}, {"switch": True}, {"move": True}, {"at": "HEAD"}])
def test_goes_with_no_other_option(story: Scenario, words: dict[str, Any]) -> None:
    story.write({"base.txt": "changed"}).stash().stash_drop()
    with pytest.raises(BadRequest, match="--stash"):
        put_back(story, dropped(story), **words)


def test_in_a_linked_worktree(story: Scenario) -> None:
    story.worktree_add("linked", "-b", "other")
    story.write({"base.txt": "changed"}).stash("mine").stash_drop()
    linked = story.inside("linked")
    put_back(linked, dropped(linked))
    assert story.git("stash", "list") == "stash@{0}: On main: mine"
