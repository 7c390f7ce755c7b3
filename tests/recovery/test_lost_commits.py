"""Tests that commits without a name are found on request, and dropped stashes as what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.recovery.snapshot import BackupRequest, back_up_now
from tests.recovery.verdicts import context, listed, names, opened, row_of

if TYPE_CHECKING:
    from tests.scenario import Scenario


def stash(story: Scenario, content: str) -> str:
    """Puts a change away and gives the stash's commit."""
    story.write({"base.txt": content}).stash(content)
    return story.tip("stash@{0}")


def test_stash_that_stands_is_not_lost(story: Scenario) -> None:
    stash(story, "one")
    assert listed(story, everything=True) == []


def test_dropped_stash(story: Scenario) -> None:
    kept, dropped = stash(story, "kept"), stash(story, "dropped")
    story.stash_drop()
    assert listed(story) == []
    row = row_of(story, None, "stash", everything=True)
    assert (row.tip, row.subject, row.evidence) == (dropped, "On main: dropped", "dangling")
    assert row.tip != kept
    assert len(listed(story, everything=True)) == 1


def test_dropped_older_stash(story: Scenario) -> None:
    dropped, kept = stash(story, "dropped"), stash(story, "kept")
    story.stash_drop("stash@{1}")
    assert kept != dropped
    assert row_of(story, None, "stash", everything=True).tip == dropped


def test_stash_with_untracked_files_is_one_row(story: Scenario) -> None:
    story.write({"base.txt": "changed", "new.ipynb": "{}"}).stash("both")
    dropped = story.tip("stash@{0}")
    assert len(story.git("rev-list", "--parents", "-n", "1", dropped).split()) == 4
    story.stash_drop()
    assert [(row.kind, row.tip) for row in listed(story, everything=True)] == [("stash", dropped)]


def test_cleared_stashes(story: Scenario) -> None:
    dropped = {stash(story, str(number)) for number in range(3)}
    story.git("stash", "clear")
    rows = listed(story, everything=True)
    assert {row.tip for row in rows} == dropped
    assert {row.kind for row in rows} == {"stash"}
    assert [row.subject for row in rows] == ["On main: 2", "On main: 1", "On main: 0"]


def test_popped_stash_is_still_found(story: Scenario) -> None:
    popped = stash(story, "one")
    story.git("stash", "pop", "--quiet")
    assert row_of(story, None, "stash", everything=True).tip == popped


def test_stash_made_without_words(story: Scenario) -> None:
    story.write({"base.txt": "changed"})
    story.git("stash", "--quiet")
    dropped = story.tip("stash@{0}")
    story.stash_drop()
    row = row_of(story, None, "stash", everything=True)
    assert (row.tip, (row.subject or "")[:12]) == (dropped, "WIP on main:")


def test_work_on_a_detached_head(story: Scenario) -> None:
    story.checkout("--detach").commit("one").commit("two", {"a.ipynb": "{}"})
    tip = story.tip()
    assert listed(story, everything=True) == []
    story.checkout("main")
    assert listed(story) == []
    row = row_of(story, None, "lost", everything=True)
    assert (row.tip, row.evidence, row.unique_commits, row.notebooks) == (tip, "left", 2, ["a.ipynb"])
    assert row.last_seen is not None


def test_work_on_a_detached_head_of_a_linked_worktree(story: Scenario) -> None:
    story.worktree_add("linked", "--detach")
    tip = story.inside("linked").commit("aside").tip()
    assert listed(story, everything=True) == []
    story.worktree_remove("linked")
    assert row_of(story, None, "lost", everything=True).tip == tip


def test_branch_made_at_a_commit_and_deleted(story: Scenario) -> None:
    story.clock.tick()
    tip = story.git("commit-tree", "-m", "made elsewhere", "-p", "main", "main^{tree}")
    story.branch("x", tip).delete_branch("x")
    assert names(listed(story)) == []
    row = row_of(story, None, "lost", everything=True)
    assert (row.tip, row.evidence, row.subject) == (tip, "dangling", "made elsewhere")


def test_only_tips_are_listed(story: Scenario) -> None:
    story.checkout("--detach")
    for number in range(4):
        story.commit(f"c{number}")
    tip = story.tip()
    story.checkout("HEAD~2").commit("fork")
    fork = story.tip()
    story.checkout("main")
    assert {row.tip for row in listed(story, everything=True)} == {tip, fork}


def test_what_a_named_row_holds_is_not_listed_again(story: Scenario) -> None:
    story.branch("x").commit("b").commit("c").delete_branch("x")
    assert [row.kind for row in listed(story, everything=True)] == ["deleted"]


def test_after_everything_is_forgotten(story: Scenario) -> None:
    stash(story, "one")
    story.git("stash", "clear")
    story.branch("x").commit("b").delete_branch("x").expire_all()
    assert listed(story, everything=True) == []


def test_packed_lost_commits(story: Scenario) -> None:
    story.branch("x").commit("b")
    tip = story.tip()
    story.delete_branch("x")
    story.git("repack", "-a", "-d", "-q", "--keep-unreachable")
    story.git("reflog", "expire", "--expire=now", "--all")
    assert row_of(story, None, "lost", everything=True).tip == tip


def test_backup_stands_among_the_backups_and_hides_no_commit(story: Scenario) -> None:
    story.git("switch", "--quiet", "--detach")
    lost = story.commit("on no branch").tip("HEAD")
    story.write({"base.txt": "not committed"})
    with opened(story) as repo:
        reset(repo, ResetRequest(rev="main", hard=True), context(story))
    story.git("update-ref", "-d", f"refs/mlgit/pins/{lost}")
    assert story.git("for-each-ref", "--format=%(refname)", "refs/mlgit/backup/")
    assert [(row.kind, row.tip) for row in listed(story, everything=True)] == [("lost", lost)]


def test_backup_from_before_the_first_commit_is_no_lost_work(scenario: Scenario) -> None:
    scenario.write({"a.txt": "first"}).git("add", "a.txt")
    with opened(scenario) as repo:
        back_up_now(repo, BackupRequest(), context(scenario))
    scenario.git("commit", "--quiet", "--message", "first")
    assert listed(scenario, everything=True) == []
