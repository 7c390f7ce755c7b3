"""Tests that what is pinned by hand survives every clean-up, and that Unpin and Undo take exactly that back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.history.branches import BranchDeleteRequest, delete_branch
from jupyter_mlgit.journal.context import Settings
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.operations import OperationsRequest, list_operations
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import BadRequest, BranchNotFound, TipGone
from jupyter_mlgit.recovery.pinning import Pinned, PinRequest, Unpinned, UnpinRequest, pin_deleted, unpin_deleted
from jupyter_mlgit.recovery.restore import RestoreRequest, restore_deleted_branch
from tests.git.twins import ours
from tests.recovery.verdicts import context, folder_digest, listed, opened, row_of

if TYPE_CHECKING:
    from tests.scenario import Scenario


@pytest.fixture
def lost(story: Scenario) -> Scenario:
    """Gives a repository that has lost ``a``, ``b`` and a stash, and nothing is pinned."""
    story.branch("a").commit("a1").delete_branch("a").branch("b").commit("b1").delete_branch("b")
    return story.write({"base.txt": "changed"}).stash("idea").stash_drop()


def pin(story: Scenario, **words: Any) -> Pinned:
    done: Pinned = ours(story, pin_deleted, PinRequest(**words))
    return done


def unpin(story: Scenario, branch: str, **words: Any) -> Unpinned:
    done: Unpinned = ours(story, unpin_deleted, UnpinRequest(branch=branch, **words))
    return done


def pins(story: Scenario) -> list[str]:
    """Gives the commits that git itself sees a pin of."""
    return story.git("for-each-ref", "--format=%(objectname)", "refs/mlgit/pins").split()


def test_pinned_on_request(lost: Scenario) -> None:
    tip = row_of(lost, "a").tip
    done: Pinned = ours(lost, pin_deleted, PinRequest(branch="a"), settings=Settings(pin_days=7))
    assert ([one.tip for one in done.pinned], done.days) == ([tip], 7)
    lost.expire_all()
    row = row_of(lost, "a")
    assert (row.tip, row.pinned, row.evidence) == (tip, True, "pinned")
    with opened(lost) as repo:
        assert restore_deleted_branch(repo, RestoreRequest(branch="a"), context(lost)).tip == tip


def test_all_at_once_is_one_operation_and_one_undo(lost: Scenario) -> None:
    done = pin(lost, all=True)
    assert {one.name for one in done.pinned} == {"a", "b"}
    assert all(row.pinned for row in listed(lost))
    assert [row.pinned for row in listed(lost, everything=True) if row.kind == "stash"] == [False]
    (act,) = ours(lost, list_operations, OperationsRequest()).operations
    assert (act.title, act.undoable) == ("Pin all that is listed (2)", True)
    ours(lost, undo, UndoRequest())
    assert pins(lost) == []
    assert not any(row.pinned for row in listed(lost))
    ours(lost, redo, RedoRequest())
    lost.expire_all()
    assert {row.name: row.state for row in listed(lost)} == {"a": "recoverable", "b": "recoverable"}
    lost.fsck()


def test_all_with_what_has_no_name(lost: Scenario) -> None:
    done = pin(lost, all=True, lost=True)
    assert len(done.pinned) == 3
    lost.expire_all()
    assert {row.kind for row in listed(lost, everything=True)} == {"deleted", "stash"}


def test_nothing_left_to_pin_is_no_operation(lost: Scenario) -> None:
    pin(lost, all=True)
    again = pin(lost, all=True)
    assert (again.pinned, again.operation) == ([], None)
    assert len(ours(lost, list_operations, OperationsRequest()).operations) == 1


def test_one_commit_under_two_names_is_pinned_once(story: Scenario) -> None:
    story.branch("x").commit("x1").branch("y").switch("x").switch("y").switch("main")
    story.delete_branch("x").delete_branch("y")
    tip = row_of(story, "x").tip
    assert {one.name for one in pin(story, all=True).pinned} == {"x", "y"}
    assert pins(story) == [tip]


def test_unpinned_can_be_cleaned_up_and_is_safe_again_after_undo(lost: Scenario) -> None:
    pin(lost, branch="a")
    done = unpin(lost, "a")
    assert (done.name, done.unpinned, done.kept_by, done.unique_commits) == ("a", True, [], 1)
    assert pins(lost) == []
    assert not row_of(lost, "a").pinned
    ours(lost, undo, UndoRequest(id=done.operation))
    lost.expire_all()
    assert row_of(lost, "a").state == "recoverable"
    ours(lost, redo, RedoRequest())
    lost.expire_all()
    assert row_of(lost, "a").state == "gone"


def test_unpinned_is_not_pinned_again_by_the_next_look(lost: Scenario) -> None:
    ours(lost, lambda repo, _, here: observe(repo, here), None)
    lost.branch("c").commit("c1").delete_branch("c")
    ours(lost, lambda repo, _, here: observe(repo, here), None)
    assert row_of(lost, "c").pinned
    unpin(lost, "c")
    lost.commit("meanwhile").branch("d").commit("d1").switch("main")
    assert ours(lost, lambda repo, _, here: observe(repo, here), None)
    assert not row_of(lost, "c").pinned


def test_pinning_by_hand_leaves_nothing_for_the_next_look(lost: Scenario) -> None:
    ours(lost, lambda repo, _, here: observe(repo, here), None)
    for act in (pin, unpin):
        act(lost, branch="a")
        before = folder_digest(lost.common_dir, without=("mlgit/lock",))
        assert ours(lost, lambda repo, _, here: observe(repo, here), None) == []
        assert folder_digest(lost.common_dir, without=("mlgit/lock",)) == before


def test_unpinning_notes_no_loss(lost: Scenario) -> None:
    pin(lost, branch="a")
    notes = (lost.common_dir / "mlgit/pins.jsonl").read_bytes()
    unpin(lost, "a")
    assert (lost.common_dir / "mlgit/pins.jsonl").read_bytes() == notes


def test_kept_by_the_pin_of_another(story: Scenario) -> None:
    story.branch("low").commit("one").branch("high").commit("two").switch("main")
    story.delete_branch("high").delete_branch("low")
    pin(story, branch="high")
    assert row_of(story, "low").pinned
    done = unpin(story, "low")
    assert (done.unpinned, done.kept_by, done.operation) == (False, ["high"], None)
    assert row_of(story, "low").pinned


def test_what_was_deleted_here_can_be_unpinned_and_still_be_undone(story: Scenario) -> None:
    story.branch("x").commit("x1").switch("main")
    tip = story.tip("x")
    deleted = ours(story, delete_branch, BranchDeleteRequest(name="x"))
    unpin(story, "x")
    ours(story, undo, UndoRequest(id=deleted.operation))
    assert story.tip("x") == tip
    story.fsck()


def test_pinned_again_stays_longer(lost: Scenario) -> None:
    pin(lost, branch="a")
    lost.clock.tick(80 * 86_400)
    assert pin(lost, branch="a").operation is None
    for _ in range(2):  # pins go only when they are found too old on two days
        lost.clock.tick(20 * 86_400)
        ours(lost, lambda repo, _, here: observe(repo, here), None)
    assert row_of(lost, "a").pinned


def test_dry_run_changes_nothing(lost: Scenario) -> None:
    pin(lost, branch="b")
    before = folder_digest(lost.common_dir)
    assert [one.name for one in pin(lost, all=True, dry_run=True).pinned] == ["a"]
    assert unpin(lost, "b", dry_run=True).unpinned
    assert folder_digest(lost.common_dir) == before


@pytest.mark.parametrize("words", [{}, {"branch": "a", "all": True}, {"branch": "a", "lost": True}])
def test_asked_for_neither_or_both(lost: Scenario, words: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        pin(lost, **words)


def test_what_is_not_there(lost: Scenario) -> None:
    for act in (lambda: pin(lost, branch="nothing"), lambda: unpin(lost, "nothing")):
        with pytest.raises(BranchNotFound):
            act()


def test_what_is_gone_is_left_out_of_all_and_refused_by_name(lost: Scenario) -> None:
    log = (lost.git_dir / "logs" / "HEAD").read_bytes()
    pin(lost, branch="b")
    lost.expire_all()
    (lost.git_dir / "logs" / "HEAD").write_bytes(log)
    assert pin(lost, all=True).pinned == []
    with pytest.raises(TipGone):
        pin(lost, branch="a")
