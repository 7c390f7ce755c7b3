"""Lets branches come and go between two looks, so that only the logs have seen them; they are pinned all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.journal.seen import read_seen
from tests.git.twins import opened
from tests.journal.test_observed import look, pinned, pins
from tests.recovery.verdicts import listed, row_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenario import Scenario


def gone(story: Scenario, subject: str = "s1") -> str:
    """Makes a branch, commits to it and deletes it; gives its tip."""
    story.branch("short").commit(subject)
    tip = story.tip()
    story.delete_branch("short")
    return tip


def test_refs_are_as_before_and_only_the_log_is_longer(story: Scenario) -> None:
    look(story)
    with opened(story.path) as repo:
        before = read_seen(repo)
    tip = gone(story)
    assert look(story) == [
        "Create branch short and switch to it", "Commit: s1 on short", "Switch to main", "Delete branch short"
    ]  # fmt: skip
    with opened(story.path) as repo:
        after = read_seen(repo)
    assert before is not None
    assert after is not None
    assert (before.refs, before.sections) == (after.refs, after.sections)
    assert before.logs != after.logs
    (pin,) = pins(story)
    assert (pin.tip, pin.name, pin.reason) == (tip, "refs/heads/short", "deleted")
    story.expire_all()
    row = row_of(story, "short")
    assert (row.tip, row.evidence, row.state) == (tip, "pinned", "recoverable")
    assert look(story) == []
    assert len(pins(story)) == 1


WAYS: dict[str, Callable[[Scenario], str]] = {
    "committed twice and reset in between": lambda s: (
        s.branch("short").commit("s1").commit("s2").tip(), s.reset("HEAD~2"), s.delete_branch("short")
    )[0],
    "rebased": lambda s: (
        s.branch("short").commit("s1").checkout("main").commit("m2").checkout("short").rebase("main").tip(),
        s.delete_branch("short"),
    )[0],
    "amended": lambda s: (s.branch("short").commit("s1").amend("better").tip(), s.delete_branch("short"))[0],
    "renamed and then deleted": lambda s: (
        s.branch("short").commit("s1").rename_branch("short", "other").tip(), s.delete_branch("other")
    )[0],
    "removed from under HEAD": lambda s: (
        s.branch("short").commit("s1").tip(),
        s.git("update-ref", "-d", "refs/heads/short"),
        s.git("symbolic-ref", "HEAD", "refs/heads/main"),
        s.git("reset", "--hard", "--quiet"),
    )[0],
    "in a linked worktree that stays": lambda s: (
        s.worktree_add("linked", "-b", "short").inside("linked").commit("s1").tip(),
        s.inside("linked").checkout("--detach", "main"),
        s.delete_branch("short"),
    )[0],
    "overwritten by checkout -B": lambda s: (
        s.branch("short").commit("s1").tip(), s.checkout("-B", "short", "main"), s.delete_branch("short")
    )[0],
    "merged, and the merge thrown away": lambda s: (
        s.branch("short").commit("s1").tip(), s.checkout("main").merge("short", "--no-ff").reset("HEAD~1"),
        s.delete_branch("short"),
    )[0],
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_tip_that_no_look_saw_is_pinned(story: Scenario, way: Callable[[Scenario], str]) -> None:
    look(story)
    tip = way(story)
    look(story)
    story.expire_all()
    assert story.exists(tip)
    rows = listed(story)
    assert tip in {row.tip for row in rows} | {earlier.tip for row in rows for earlier in row.earlier}
    story.fsck()


def test_moments_of_a_branch_that_lives_are_pinned_too(story: Scenario) -> None:
    look(story)
    story.checkout("exp/one").commit("moment")
    moment = story.tip()
    story.reset("HEAD~1").checkout("main")
    look(story)
    assert pinned(story) == {moment}
    story.expire_all()
    assert row_of(story, "exp/one", "overwritten").tip == moment


def test_each_generation_between_the_same_looks_is_pinned(story: Scenario) -> None:
    look(story)
    tips = [gone(story, f"generation {number}") for number in range(3)]
    look(story)
    assert pinned(story) == set(tips)
    story.expire_all()
    row = row_of(story, "short")
    assert [row.tip, *(earlier.tip for earlier in row.earlier)] == tips[::-1]


def test_what_was_lost_before_the_last_look_is_not_pinned_anew(story: Scenario) -> None:
    gone(story, "long ago")
    look(story)
    story.clock.tick(3600)
    story.branch("other", at="main").commit("m2")
    look(story)
    gone(story, "just now")
    look(story)
    assert len(pinned(story)) == 1


def test_first_look_of_all_pins_nothing(story: Scenario) -> None:
    """What went before anybody looked is listed from the logs; pinning it is the person's to ask for."""
    tip = gone(story)
    assert look(story) == []
    assert not pinned(story)
    assert row_of(story, "short").tip == tip


def test_log_that_was_expired_meanwhile_still_counts_by_what_is_left(story: Scenario) -> None:
    """A shorter log is another log: its size differs, and what it says since the last look is read."""
    look(story)
    story.git("reflog", "expire", "--expire=all", "--all")
    tip = gone(story)
    look(story)
    assert tip in pinned(story)
