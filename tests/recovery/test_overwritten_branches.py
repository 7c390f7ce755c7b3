"""Tests that a branch which lives, and whose earlier tip nothing reaches any more, is found as overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.recovery.verdicts import listed, names, row_of

if TYPE_CHECKING:
    from tests.scenario import Scenario


@pytest.fixture
def advanced(story: Scenario) -> Scenario:
    """Gives a repository with ``x`` checked out, one commit ahead of main."""
    return story.branch("x").commit("b", {"train.ipynb": "{}"})


def test_hard_reset(advanced: Scenario) -> None:
    lost = advanced.tip()
    advanced.reset("HEAD~1")
    row = row_of(advanced, "x", "overwritten")
    assert (row.tip, row.evidence, row.unique_commits, row.commits) == (lost, "left", 1, 1)
    assert row.notebooks == ["train.ipynb"]
    assert "reset: moving to HEAD~1" in row.why


def test_hard_reset_of_main(story: Scenario) -> None:
    story.commit("b").commit("c")
    lost = story.tip()
    story.reset("HEAD~2")
    assert row_of(story, "main", "overwritten").tip == lost


def test_forced_branch(advanced: Scenario) -> None:
    lost = advanced.tip()
    advanced.checkout("main").move_branch("x", "main")
    assert row_of(advanced, "x", "overwritten").tip == lost


def test_forced_branch_that_was_never_checked_out(story: Scenario) -> None:
    story.checkout("--detach").commit("b").branch("x", "HEAD")
    lost = story.tip()
    story.checkout("main").move_branch("x", "main")
    assert row_of(story, "x", "overwritten").tip == lost


def test_checkout_with_capital_b(advanced: Scenario) -> None:
    lost = advanced.tip()
    advanced.checkout("main").checkout("-B", "x")
    assert row_of(advanced, "x", "overwritten").tip == lost
    advanced.commit("other")
    other = advanced.tip()
    advanced.checkout("-B", "x", "main")
    row = row_of(advanced, "x", "overwritten")
    assert (row.tip, [earlier.tip for earlier in row.earlier]) == (other, [lost])


def test_renamed_over_it(advanced: Scenario) -> None:
    lost = advanced.tip()
    advanced.checkout("main").branch("y").commit("y").checkout("main").rename_branch("y", "x", force=True)
    row = row_of(advanced, "x", "overwritten")
    assert row.tip == lost
    assert names(listed(advanced)) == []


def test_copied_over_it(advanced: Scenario) -> None:
    lost = advanced.tip()
    advanced.checkout("main").branch("y").commit("y").checkout("main")
    advanced.git("branch", "-C", "y", "x")
    assert row_of(advanced, "x", "overwritten").tip == lost


def test_rebase(advanced: Scenario) -> None:
    lost = advanced.tip()
    advanced.checkout("main").commit("c").checkout("x").rebase("main")
    row = row_of(advanced, "x", "overwritten")
    assert (row.tip, row.evidence) == (lost, "rebased")


def test_amend_only_on_request(advanced: Scenario) -> None:
    draft = advanced.tip()
    advanced.amend("final")
    assert listed(advanced) == []
    assert row_of(advanced, "x", "overwritten", everything=True).tip == draft


def test_amended_and_then_reset(advanced: Scenario) -> None:
    draft = advanced.tip()
    advanced.amend("final")
    final = advanced.tip()
    advanced.reset("HEAD~1")
    row = row_of(advanced, "x", "overwritten")
    assert (row.tip, [earlier.tip for earlier in row.earlier]) == (final, [])
    row = row_of(advanced, "x", "overwritten", everything=True)
    assert (row.tip, [earlier.tip for earlier in row.earlier]) == (final, [draft])


def test_update_ref(advanced: Scenario) -> None:
    lost = advanced.tip()
    advanced.checkout("main")
    advanced.git("update-ref", "refs/heads/x", "main")
    assert row_of(advanced, "x", "overwritten").tip == lost


@pytest.mark.parametrize("holder", ["branch", "tag", "remote"])
def test_not_while_something_else_reaches_it(advanced: Scenario, holder: str) -> None:
    lost = advanced.tip()
    if holder == "branch":
        advanced.branch("kept", "x")
    elif holder == "tag":
        advanced.tag("kept")
    else:
        advanced.remote().push("origin", "x:kept")
    advanced.reset("HEAD~1")
    assert listed(advanced) == []
    if holder == "branch":
        advanced.delete_branch("kept")
        assert row_of(advanced, "x", "overwritten").tip == lost


def test_not_when_it_only_went_back_and_forth(advanced: Scenario) -> None:
    lost = advanced.tip()
    advanced.reset("HEAD~1").reset(lost)
    assert listed(advanced) == []
    advanced.reset("HEAD~1").merge(lost)
    assert listed(advanced) == []


def test_commits_of_a_detached_head_are_nobody_s(advanced: Scenario) -> None:
    advanced.checkout("--detach").commit("aside").commit("more").reset("HEAD~1").checkout("main")
    assert listed(advanced) == []


def test_only_the_last_of_a_line_is_listed(advanced: Scenario) -> None:
    advanced.commit("c").commit("d")
    lost = advanced.tip()
    advanced.reset("HEAD~1").reset("HEAD~1").reset("main")
    row = row_of(advanced, "x", "overwritten")
    assert (row.tip, row.earlier, row.unique_commits) == (lost, [], 3)
