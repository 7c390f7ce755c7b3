"""Tests what merges, rebases, renamings and leftovers tell of branches that are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.recovery.verdicts import listed, names, row_of
from tests.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path


def test_deleted_and_merged_by_fast_forward(story: Scenario) -> None:
    story.branch("x").commit("b")
    tip = story.tip()
    story.checkout("main").merge("x").delete_branch("x", force=False)
    row = row_of(story, "x")
    assert (row.tip, row.commits, row.unique_commits, row.notebooks) == (tip, 0, 0, [])


def test_went_on_after_it_was_merged(story: Scenario) -> None:
    story.branch("x").commit("b").checkout("main").merge("x", "--no-ff").checkout("x").commit("after")
    tip = story.tip()
    story.delete_branch("x")
    row = row_of(story, "x")
    assert (row.tip, row.evidence, row.unique_commits) == (tip, "left", 1)


def test_merge_of_a_branch_that_then_loses_the_merge(story: Scenario) -> None:
    story.branch("x").commit("b").checkout("main").commit("c").merge("x").reset("HEAD~1")
    row = row_of(story, "main", "overwritten")
    assert story.git("log", "-1", "--format=%s", row.tip) == "Merge branch 'x'"
    assert names(listed(story)) == []


@pytest.mark.parametrize("main_moved", [False, True])
def test_octopus(story: Scenario, *, main_moved: bool) -> None:
    tips = {}
    for name in ("a", "b", "c"):
        tips[name] = story.branch(name).commit(f"on {name}").tip()
        story.checkout("main")
    if main_moved:
        story.commit("c")
    story.git("reflog", "expire", "--expire=all", "--rewrite", "HEAD")
    story.merge("a", "b", "c")
    for name in tips:
        story.delete_branch(name, force=False)
    rows = {row.name: row for row in listed(story)}
    assert {name: row.tip for name, row in rows.items()} == tips
    assert {row.evidence for row in rows.values()} == {"merged"}
    assert {row.unique_commits for row in rows.values()} == {0}


def test_concluded_conflict(story: Scenario) -> None:
    story.branch("x").commit("theirs", {"f": "theirs"})
    tip = story.tip()
    story.checkout("main").commit("ours", {"f": "ours"})
    story.git("reflog", "expire", "--expire=all", "HEAD")
    story.clock.tick()
    assert story.try_git("merge", "x").returncode == 1
    story.write({"f": "both"})
    story.git("commit", "--all", "--no-edit", "--quiet")
    story.delete_branch("x", force=False)
    row = row_of(story, "x")
    assert (row.tip, row.evidence) == (tip, "merged")
    assert "Merge branch 'x'" in row.why


def test_branch_of_somebody_else_that_was_pulled_is_not_ours(story: Scenario, tmp_path: Path) -> None:
    story.remote().push()
    other = Scenario(tmp_path / "work", "origin.git", clock=story.clock).clone("other")
    other.branch("topic").commit("theirs", {"f": "theirs"}).push("origin", "topic")
    story.commit("ours", {"f": "ours"})
    story.clock.tick()
    assert story.try_git("pull", "--no-rebase", "origin", "topic").returncode == 1
    story.write({"f": "both"})
    story.git("commit", "--all", "--no-edit", "--quiet")
    assert listed(story) == []


@pytest.mark.parametrize("words", [["main"], ["--interactive", "--force-rebase", "main"], ["--apply", "main"]])
def test_rebased_in_place(story: Scenario, words: list[str]) -> None:
    story.branch("x").commit("b").commit("b2")
    before = story.tip()
    story.checkout("main").commit("c").checkout("x").rebase(*words)
    after = story.tip()
    assert before != after
    assert row_of(story, "x", "overwritten").tip == before
    story.delete_branch("x")
    row = row_of(story, "x")
    assert (row.tip, row.unique_commits) == (after, 2)
    assert [earlier.tip for earlier in row.earlier] == [before]


def test_pull_with_rebase(story: Scenario) -> None:
    story.remote().push()
    story.branch("x").commit("b")
    before = story.tip()
    story.checkout("main").commit("c").push().checkout("x")
    story.clock.tick()
    story.git("pull", "--rebase", "--quiet", "origin", "main")
    after = story.tip()
    story.delete_branch("x")
    row = row_of(story, "x")
    assert (row.tip, [earlier.tip for earlier in row.earlier]) == (after, [before])


def test_rebase_that_was_aborted(story: Scenario) -> None:
    story.branch("x").commit("b", {"f": "1"})
    tip = story.tip()
    story.checkout("main").commit("c", {"f": "2"}).checkout("x")
    story.clock.tick()
    assert story.try_git("rebase", "main").returncode
    story.git("rebase", "--abort")
    assert listed(story) == []
    story.delete_branch("x")
    row = row_of(story, "x")
    assert (row.tip, row.evidence, row.earlier) == (tip, "left", [])


def test_rebase_that_was_abandoned(story: Scenario) -> None:
    story.branch("x").commit("b", {"f": "1"})
    tip = story.tip()
    story.checkout("main").commit("c", {"f": "2"}).checkout("x")
    assert story.try_git("rebase", "main").returncode
    story.git("rebase", "--quit")
    story.checkout("--force", "main").delete_branch("x")
    assert row_of(story, "x").tip == tip


def test_rebase_under_way(story: Scenario) -> None:
    story.branch("x").commit("b", {"f": "1"}).branch("y").commit("other").checkout("main")
    story.commit("c", {"f": "2"}).checkout("x")
    assert story.try_git("rebase", "main").returncode
    story.delete_branch("y")
    assert names(listed(story)) == ["y"]


def test_chain_of_renamings(story: Scenario) -> None:
    story.branch("a").commit("b").rename_branch("a", "b").rename_branch("b", "c").checkout("main")
    story.rename_branch("c", "d")
    tip = story.tip("d")
    assert listed(story) == []
    story.checkout("d").checkout("main").delete_branch("d")
    # The last renaming was told by d's own log alone, which went with it: so c may have been a branch beside d.
    assert [(row.name, row.tip) for row in listed(story)] == [("d", tip), ("c", tip)]


def test_renamed_away_and_made_again(story: Scenario) -> None:
    story.branch("a").commit("first").rename_branch("a", "b").checkout("main").branch("a").commit("second")
    tip = story.tip()
    story.delete_branch("a")
    assert names(listed(story)) == ["a"]
    assert row_of(story, "a").tip == tip


def test_renamed_while_not_current_and_deleted(story: Scenario) -> None:
    story.branch("a").commit("b")
    tip = story.tip()
    story.checkout("main").rename_branch("a", "b").delete_branch("b")
    assert {row.tip for row in listed(story)} == {tip}


def test_renamed_in_a_linked_worktree(story: Scenario) -> None:
    story.worktree_add("linked", "-b", "a")
    linked = story.inside("linked").commit("b")
    tip = linked.tip()
    story.rename_branch("a", "b")
    assert listed(story) == []
    linked.checkout("--detach")
    story.delete_branch("b")
    assert names(listed(story)) == ["b"]
    assert row_of(story, "b").tip == tip


def test_orphaned_settings(story: Scenario) -> None:
    story.remote().push().branch("x").commit("b").push()
    tip = story.tip()
    story.checkout("main")
    story.git("update-ref", "-d", "refs/heads/x")
    story.git("reflog", "expire", "--expire=all", "HEAD")
    row = row_of(story, "x")
    assert (row.tip, row.evidence, row.upstream, row.pushed) == (tip, "config", "origin/x", True)


def test_other_branch_was_made_from_it(story: Scenario) -> None:
    story.branch("x").commit("b")
    tip = story.tip()
    story.checkout("main").branch("y", "x").delete_branch("x")
    story.git("reflog", "expire", "--expire=all", "HEAD")
    row = row_of(story, "x")
    assert (row.tip, row.evidence, row.unique_commits) == (tip, "created-from", 0)


def test_fetched_by_name(story: Scenario, tmp_path: Path) -> None:
    story.remote().push()
    other = Scenario(tmp_path / "work", "origin.git", clock=story.clock).clone("other")
    other.branch("topic").commit("theirs").push("origin", "topic")
    tip = other.tip()
    story.fetch(str(tmp_path / "work" / "origin.git"), "topic")
    row = row_of(story, "topic")
    assert (row.tip, row.evidence, row.pushed) == (tip, "fetched", False)
    story.fetch()
    assert listed(story) == []


def test_log_that_was_left_behind(story: Scenario) -> None:
    story.branch("x").commit("b")
    tip = story.tip()
    log = (story.common_dir / "logs/refs/heads/x").read_bytes()
    story.delete_branch("x")
    story.git("reflog", "expire", "--expire=all", "HEAD")
    (story.common_dir / "logs/refs/heads/x").write_bytes(log)
    row = row_of(story, "x")
    assert (row.tip, row.evidence) == (tip, "left")


def test_bisect_and_stash_make_no_branches(story: Scenario) -> None:
    for number in range(4):
        story.commit(f"c{number}")
    story.git("bisect", "start", "HEAD", "HEAD~4")
    story.git("bisect", "good")
    story.git("bisect", "reset")
    story.write({"f": "1"}).stash()
    story.git("stash", "pop", "--quiet")
    story.git("stash", "branch", "kept") if story.git("stash", "list") else story.checkout("-b", "kept")
    assert listed(story) == []
