"""Renames branches in every way while somebody looks; later, when all logs have expired, none is listed as deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.history.branches import BranchRenameRequest, rename_branch
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.pins import read_pins
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from tests.git.twins import ours
from tests.recovery.verdicts import context, listed, names, opened, row_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenario import Scenario


def look(story: Scenario) -> None:
    story.clock.tick()
    with opened(story) as repo:
        observe(repo, context(story))


def reasons(story: Scenario) -> dict[str, str]:
    with opened(story) as repo:
        return {(one.name or "").removeprefix("refs/heads/"): one.reason for one in read_pins(repo)}


def by_us(story: Scenario, old: str, new: str) -> Scenario:
    ours(story, rename_branch, BranchRenameRequest(old=old, new=new))
    return story


RENAMINGS: dict[str, Callable[[Scenario], object]] = {
    "by git": lambda s: s.rename_branch("a", "b"),
    "by git while current": lambda s: s.checkout("a").rename_branch("a", "b").checkout("main"),
    "by git, packed": lambda s: s.git("pack-refs", "--all") or s.rename_branch("a", "b"),
    "by us": lambda s: by_us(s, "a", "b"),
    "by us while current": lambda s: by_us(s.checkout("a"), "a", "b").checkout("main"),
    "in two steps": lambda s: s.rename_branch("a", "c").rename_branch("c", "b"),
    "and then went on": lambda s: s.rename_branch("a", "b").checkout("b").commit("b2").checkout("main"),
    "in two steps, going on after each": (
        lambda s: s.rename_branch("a", "c").checkout("c").commit("c2").rename_branch("c", "b").commit("b2")
        .checkout("main")
    ),
    "to a folder of its own name": lambda s: s.rename_branch("a", "a-").rename_branch("a-", "b"),
}  # fmt: skip


@pytest.mark.parametrize("rename", RENAMINGS.values(), ids=RENAMINGS)
def test_what_got_another_name_is_not_lost(story: Scenario, rename: Callable[[Scenario], object]) -> None:
    story.branch("a").commit("a1").checkout("main")
    tip = story.tip("a")
    look(story)
    rename(story)
    look(story)
    assert listed(story) == []
    story.expire_all()
    look(story)
    assert listed(story, everything=True) == []
    assert reasons(story).get("a", "renamed") == "renamed"
    assert story.exists(tip)
    # Deleted under its new name it is one row, and its old name none.
    story.delete_branch("b")
    look(story)
    story.expire_all()
    assert names(listed(story)) == ["b"]


def test_renaming_of_ours_that_is_undone_and_done_again_loses_no_name(story: Scenario) -> None:
    story.branch("a").commit("a1").checkout("main")
    look(story)
    by_us(story, "a", "b")
    ours(story, undo, UndoRequest())
    story.expire_all()
    assert listed(story, everything=True) == []
    ours(story, redo, RedoRequest())
    story.expire_all()
    look(story)
    assert listed(story, everything=True) == []


def test_renamed_there_and_back_and_then_deleted_is_listed(story: Scenario) -> None:
    story.branch("a").commit("a1").rename_branch("a", "b").rename_branch("b", "a")
    tip = story.tip("a")
    story.delete_branch("a")
    assert row_of(story, "a").tip == tip
    story.branch("a").commit("a2").checkout("main").rename_branch("a", "b").rename_branch("b", "a")
    tip = story.tip("a")
    look(story)
    story.delete_branch("a")
    look(story)
    story.expire_all()
    assert row_of(story, "a").tip == tip


def test_old_renaming_hides_nothing_that_is_deleted_later(story: Scenario) -> None:
    story.branch("a").commit("a1").rename_branch("a", "b").checkout("main")
    look(story)
    story.branch("a").commit("other").checkout("main")
    tip = story.tip("a")
    look(story)
    story.checkout("b").merge("a").delete_branch("a")
    look(story)
    story.expire_all()
    assert row_of(story, "a").tip == tip


def test_what_the_new_name_lost_at_once_is_listed(story: Scenario) -> None:
    """Renamed and thrown away between two looks: the commits are no longer under any name."""
    story.branch("a").commit("a1")
    tip = story.tip("a")
    look(story)
    story.rename_branch("a", "b").reset("main")
    look(story)
    story.expire_all()
    assert story.exists(tip)
    assert tip in {row.tip for row in listed(story)}


def test_old_name_that_lives_and_goes_again_is_its_own(story: Scenario) -> None:
    story.branch("a").commit("a1").checkout("main")
    look(story)
    story.rename_branch("a", "b")
    look(story)
    story.branch("a").commit("other")
    tip = story.tip("a")
    look(story)
    story.delete_branch("a")
    look(story)
    story.expire_all()
    row = row_of(story, "a")
    assert (row.tip, row.earlier) == (tip, [])
    assert names(listed(story)) == ["a"]


def test_renamed_over_another_only_the_victim_is_listed(story: Scenario) -> None:
    story.branch("victim").commit("theirs").checkout("main").branch("a").commit("a1").checkout("main")
    lost = story.tip("victim")
    look(story)
    story.rename_branch("a", "victim", force=True)
    look(story)
    story.expire_all()
    assert names(listed(story)) == []
    assert row_of(story, "victim", "overwritten").tip == lost


def test_copied_branch_leaves_the_old_name_alone(story: Scenario) -> None:
    story.branch("a").commit("a1").checkout("main")
    tip = story.tip("a")
    look(story)
    story.git("branch", "-c", "a", "b")
    story.delete_branch("a")
    look(story)
    story.expire_all()
    assert row_of(story, "a").tip == tip
