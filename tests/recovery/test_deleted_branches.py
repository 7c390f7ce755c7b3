"""Tests each way in which a branch goes, as git itself makes it happen: name, tip, evidence and every figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.recovery.verdicts import listed, names, row_of
from tests.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path


def unlogged_commit(story: Scenario, subject: str, *parents: str) -> str:
    """Makes a commit that no log knows of, as another program would."""
    story.clock.tick()
    words = [word for parent in parents or ("main",) for word in ("-p", parent)]
    return story.git("commit-tree", "-m", subject, *words, "main^{tree}")


def test_left_and_deleted(story: Scenario) -> None:
    story.branch("x").commit("b").commit("c", {"train.ipynb": "{}"})
    tip = story.tip()
    story.delete_branch("x")
    row = row_of(story, "x")
    assert (row.tip, row.evidence, row.kind, row.state) == (tip, "left", "deleted", "recoverable")
    assert (row.commits, row.unique_commits, row.notebooks, row.pushed) == (2, 2, ["train.ipynb"], None)
    assert (row.subject, row.author, row.pinned, row.earlier) == ("c", "Ada Example", False, [])
    assert row.last_seen == "2025-10-09T10:58:20+02:00"
    assert "moving from x to main" in row.why


def test_made_at_a_commit_and_deleted_leaves_no_name(story: Scenario) -> None:
    tip = unlogged_commit(story, "dangling")
    story.branch("x", tip).delete_branch("x")
    assert listed(story) == []
    row = row_of(story, None, "lost", everything=True)
    assert (row.tip, row.evidence, row.unique_commits) == (tip, "dangling", 1)


@pytest.mark.parametrize("how", ["branch -f", "fetch"])
def test_advanced_after_it_was_left_is_as_last_seen(story: Scenario, how: str) -> None:
    story.branch("x").commit("seen")
    seen = story.tip()
    story.checkout("main")
    later = unlogged_commit(story, "unseen", seen)
    if how == "fetch":
        story.branch("y", later).fetch("--no-write-fetch-head", ".", "y:x").delete_branch("y")
    else:
        story.move_branch("x", later)
    assert story.tip("x") == later
    story.delete_branch("x")
    row = row_of(story, "x")
    assert (row.tip, row.evidence) == (seen, "left")
    lost = row_of(story, None, "lost", everything=True)
    assert lost.tip == later
    assert "x" in lost.why


def test_of_a_linked_worktree(story: Scenario) -> None:
    story.worktree_add("linked", "-b", "x")
    linked = story.inside("linked").commit("b")
    tip = linked.tip()
    linked.checkout("--detach")
    story.delete_branch("x")
    row = row_of(story, "x")
    assert (row.tip, row.evidence, row.commits) == (tip, "left", 1)
    assert row_of(linked, "x").tip == tip


def test_of_a_linked_worktree_that_is_removed_has_no_name_left(story: Scenario) -> None:
    story.worktree_add("linked", "-b", "x")
    tip = story.inside("linked").commit("b").tip()
    story.worktree_remove("linked").delete_branch("x")
    assert names(listed(story)) == []
    assert row_of(story, None, "lost", everything=True).tip == tip


def test_removed_from_under_a_linked_worktree(story: Scenario) -> None:
    story.worktree_add("linked", "-b", "x")
    tip = story.inside("linked").commit("b").tip()
    story.git("update-ref", "-d", "refs/heads/x")
    row = row_of(story, "x")
    assert (row.tip, row.evidence) == (tip, "left")


def test_rebased_from_elsewhere_and_then_left(story: Scenario) -> None:
    story.branch("x").commit("b").checkout("main").commit("c")
    story.rebase("main", "x")
    tip = story.tip()
    story.delete_branch("x")
    row = row_of(story, "x")
    assert (row.tip, row.evidence, row.unique_commits) == (tip, "left", 1)
    assert len(row.earlier) == 1
    assert row.earlier[0].subject == "b"


def test_rebased_from_elsewhere_and_never_left_by_checkout(story: Scenario) -> None:
    story.branch("x").commit("b").checkout("main").commit("c")
    story.rebase("main", "x")
    tip = story.tip()
    story.git("symbolic-ref", "HEAD", "refs/heads/main")
    story.delete_branch("x")
    row = row_of(story, "x")
    assert (row.tip, row.evidence) == (tip, "rebased")


def test_renamed_while_current_then_deleted(story: Scenario) -> None:
    story.branch("a").commit("b").rename_branch("a", "b")
    tip = story.tip()
    story.delete_branch("b")
    assert names(listed(story)) == ["b"]
    row = row_of(story, "b")
    assert (row.tip, row.evidence) == (tip, "left")


def test_renamed_while_current_and_never_left_by_checkout(story: Scenario) -> None:
    story.branch("a").commit("b").rename_branch("a", "b")
    tip = story.tip()
    story.git("symbolic-ref", "HEAD", "refs/heads/main")
    story.delete_branch("b")
    assert names(listed(story)) == ["b"]
    row = row_of(story, "b")
    assert (row.tip, row.evidence) == (tip, "renamed")


def test_renamed_over_a_victim(story: Scenario) -> None:
    story.branch("victim").commit("theirs")
    lost = story.tip()
    story.checkout("main").branch("x").commit("ours").rename_branch("x", "victim", force=True)
    row = row_of(story, "victim", "overwritten")
    assert (row.tip, row.evidence, row.unique_commits) == (lost, "left", 1)
    assert names(listed(story)) == []


def test_checked_out_anew_over_itself(story: Scenario) -> None:
    story.branch("x").commit("b")
    lost = story.tip()
    story.checkout("main").checkout("-B", "x", "main")
    row = row_of(story, "x", "overwritten")
    assert (row.tip, row.evidence) == (lost, "left")
    story.delete_branch("x")
    # Deleted now: its last tip was main's, and what it lost before is the earlier version.
    row = row_of(story, "x")
    assert row.tip == story.tip("main")
    assert [earlier.tip for earlier in row.earlier] == [lost]


def test_merged_by_fast_forward_without_ever_being_checked_out(story: Scenario) -> None:
    tip = unlogged_commit(story, "b")
    story.branch("x", tip).merge("x").delete_branch("x", force=False)
    row = row_of(story, "x")
    assert (row.tip, row.evidence) == (tip, "merged")
    assert (row.commits, row.unique_commits) == (0, 0)


def test_merged_by_a_merge_commit_without_ever_being_checked_out(story: Scenario) -> None:
    tip = unlogged_commit(story, "b")
    story.branch("x", tip).commit("c").merge("x", "--no-ff").delete_branch("x", force=False)
    row = row_of(story, "x")
    assert (row.tip, row.evidence, row.unique_commits) == (tip, "merged", 0)


def test_removed_while_current(story: Scenario) -> None:
    story.remote().push().branch("x").commit("b")
    tip = story.tip()
    story.git("config", "branch.x.remote", "origin")
    story.git("config", "branch.x.merge", "refs/heads/main")
    story.git("update-ref", "-d", "refs/heads/x")
    row = row_of(story, "x")
    assert (row.tip, row.evidence, row.upstream) == (tip, "left", "origin/main")
    story.git("symbolic-ref", "HEAD", "refs/heads/main")
    assert row_of(story, "x").tip == tip


def test_remote_branch_that_was_looked_at(story: Scenario) -> None:
    story.remote().push().branch("topic").commit("b").push("origin", "topic")
    tip = story.tip()
    story.checkout("main").checkout("origin/topic").checkout("main")
    story.git("reflog", "delete", "--rewrite", "HEAD@{2}")
    story.delete_branch("topic").push("origin", "--delete", "topic")
    row = row_of(story, "origin/topic")
    assert (row.tip, row.evidence, row.pushed) == (tip, "left", False)


def test_remote_branch_that_was_never_looked_at_leaves_nothing(story: Scenario, tmp_path: Path) -> None:
    story.remote().push()
    other = Scenario(tmp_path / "work", "origin.git", clock=story.clock).clone("other")
    other.branch("topic").commit("b").push("origin", "topic")
    story.fetch().push("origin", "--delete", "topic")
    assert story.try_git("rev-parse", "--verify", "origin/topic").returncode
    assert [row.name for row in listed(story) if row.evidence != "fetched"] == []


def test_pushed_branch_says_so(story: Scenario) -> None:
    story.remote().push().branch("x").commit("b").push()
    tip = story.tip()
    story.delete_branch("x")
    row = row_of(story, "x")
    assert (row.tip, row.pushed, row.unique_commits, row.commits) == (tip, True, 0, 1)


def test_unpushed_branch_of_a_repository_with_a_remote(story: Scenario) -> None:
    story.remote().push().branch("x").commit("b").push().commit("c").delete_branch("x")
    row = row_of(story, "x")
    assert (row.pushed, row.unique_commits, row.commits) == (False, 1, 2)


def test_newest_comes_first_and_gone_ones_last(story: Scenario) -> None:
    for name in ("one", "two", "three"):
        story.checkout("main").branch(name).commit(f"on {name}")
    story.checkout("main")
    for name in ("three", "one", "two"):
        story.delete_branch(name)
    assert names(listed(story)) == ["three", "two", "one"]


def test_nothing_is_listed_where_nothing_was_lost(story: Scenario) -> None:
    story.branch("x").commit("b").checkout("main").commit("c").merge("x", "--no-ff").tag("v1").checkout("v1")
    story.checkout("main").checkout("-")
    assert listed(story) == []
    assert listed(story, everything=True) == []
