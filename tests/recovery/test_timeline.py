"""Tests that the timeline tells what git's own log tells: page by page, a rebase as one entry, damage passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from jupyter_mlgit.history.branches import BranchCreateRequest, create_branch
from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.history.switch import SwitchRequest, switch_branch
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.undo import UndoRequest, undo
from jupyter_mlgit.problems import BadRequest, BranchNotFound
from jupyter_mlgit.recovery.timeline import Timeline, TimelineRequest, read_timeline
from tests.recovery.verdicts import context, opened

if TYPE_CHECKING:
    from tests.scenario import Scenario


def timeline(story: Scenario, **words: Any) -> Timeline:
    """Reads a page."""
    with opened(story) as repo:
        return read_timeline(repo, TimelineRequest(**words), context(story))


def logged(story: Scenario, ref: str) -> list[tuple[str, str]]:
    """Gives what git shows of a log: commit and words, newest first."""
    lines = story.git("reflog", "show", "--format=%H %gs", ref).splitlines()
    return [(line[:40], line[41:]) for line in lines]


def test_head(story: Scenario) -> None:
    story.branch("x").commit("b").amend("c").checkout("main").merge("x").reset("HEAD~1").commit("d")
    page = timeline(story)
    assert [(entry.new, entry.message) for entry in page.entries] == logged(story, "HEAD")
    assert (page.next, page.skipped) == (None, 0)
    assert [entry.action for entry in page.entries] == [
        "commit", "reset", "merge", "checkout", "amend", "commit", "checkout", "commit"
    ]  # fmt: skip
    assert {entry.ref for entry in page.entries} == {"HEAD"}
    assert page.entries[-1].old is None
    assert page.entries[0].old == page.entries[1].new
    assert page.entries[-1].when == "2025-10-09T10:54:20+02:00"
    assert [entry.steps for entry in page.entries] == [[]] * 8


@pytest.mark.parametrize("size", [1, 3, 4, 100])
def test_pages_join_to_the_whole(story: Scenario, size: int) -> None:
    for number in range(6):
        story.commit(f"c{number}")
    story.branch("x").commit("d").checkout("main").commit("e").rebase("main", "x")
    whole = timeline(story, n=1000).entries
    pages, after = [], None
    for _ in range(20):
        page = timeline(story, n=size, after=after)
        assert len(page.entries) == size or page.next is None
        pages += page.entries
        after = page.next
        if after is None:
            break
    assert pages == whole
    assert after is None


def test_rebase_is_one_entry(story: Scenario) -> None:
    story.branch("x").commit("b").commit("c")
    before = story.tip()
    story.checkout("main").commit("d").checkout("x").rebase("main")
    newest, *rest = timeline(story).entries
    assert (newest.action, newest.message) == ("rebase", "rebase (finish): returning to refs/heads/x")
    assert (newest.old, newest.new) == (before, story.tip())
    assert [step.message for step in newest.steps] == [
        "rebase (start): checkout main", "rebase (pick): b", "rebase (pick): c",
        "rebase (finish): returning to refs/heads/x",
    ]  # fmt: skip
    assert "rebase" not in {entry.action for entry in rest}


def test_two_rebases_are_two_entries(story: Scenario) -> None:
    story.branch("x").commit("b").checkout("main").commit("c").checkout("x").rebase("main").rebase("-i", "--root")
    actions = [(entry.action, len(entry.steps)) for entry in timeline(story).entries]
    assert [action for action, _ in actions[:3]] == ["rebase", "rebase", "checkout"]
    assert all(steps > 1 for _, steps in actions[:2])


def test_commits_made_while_a_rebase_had_stopped_belong_to_it(story: Scenario) -> None:
    story.branch("x").commit("b").commit("c")
    edit = {"GIT_SEQUENCE_EDITOR": "sed -i 1s/pick/edit/"}
    story.git("rebase", "-i", "main", env=edit)
    story.amend("b, better").commit("between")
    assert [entry.action for entry in timeline(story).entries][:3] == ["commit", "amend", "rebase"]
    story.git("rebase", "--continue")
    newest, *rest = timeline(story).entries
    assert (newest.action, newest.new) == ("rebase", story.tip())
    messages = [step.message for step in newest.steps]
    assert messages[0].startswith("rebase (start)")
    assert "commit (amend): b, better" in messages
    assert "commit: between" in messages
    assert [entry.action for entry in rest] == ["commit", "commit", "checkout", "commit"]


def test_finish_whose_beginning_has_expired(story: Scenario) -> None:
    story.branch("x").commit("b").checkout("main").commit("c").checkout("x").rebase("main")
    log = story.git_dir / "logs" / "HEAD"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(line for line in lines if b"(start)" not in line))
    newest, after, *_ = timeline(story).entries
    assert [step.message for step in newest.steps] == ["rebase (pick): b", "rebase (finish): returning to refs/heads/x"]
    assert after.action == "checkout"


def test_rebase_that_was_aborted_is_one_entry(story: Scenario) -> None:
    story.branch("x").commit("b", {"f": "1"}).checkout("main").commit("c", {"f": "2"}).checkout("x")
    assert story.try_git("rebase", "main").returncode
    under_way = timeline(story).entries[0]
    assert under_way.action == "rebase"
    story.git("rebase", "--abort")
    newest = timeline(story).entries[0]
    assert newest.message == "rebase (abort): returning to refs/heads/x"
    assert newest.old == newest.new == story.tip()
    assert len(newest.steps) == 2


def test_pull_with_rebase_is_one_entry(story: Scenario) -> None:
    story.remote().push().branch("x").commit("b").checkout("main").commit("c").push().checkout("x")
    story.git("pull", "--rebase", "--quiet", "origin", "main")
    newest = timeline(story).entries[0]
    assert (newest.action, len(newest.steps)) == ("pull", 3)


@pytest.mark.parametrize("name", ["x", "refs/heads/x", "heads/x"])
def test_branch(story: Scenario, name: str) -> None:
    story.branch("x").commit("b").checkout("main").commit("c").rebase("main", "x").rename_branch("x", "y")
    story.rename_branch("y", "x")
    page = timeline(story, ref=name)
    assert [(entry.new, entry.message) for entry in page.entries] == logged(story, "x")
    assert {entry.ref for entry in page.entries} == {"x"}
    assert [entry.action for entry in page.entries] == ["rename", "rename", "rebase", "commit", "branch"]


def test_remote_branch(story: Scenario) -> None:
    story.remote().push().commit("b").push()
    assert [entry.new for entry in timeline(story, ref="origin/main").entries] == [
        story.tip("main"), story.tip("main~1")
    ]  # fmt: skip


def test_stash(story: Scenario) -> None:
    story.write({"base.txt": "1"}).stash("one").write({"base.txt": "2"}).stash("two")
    assert [entry.message for entry in timeline(story, ref="stash").entries] == ["On main: two", "On main: one"]


def test_branch_named_like_a_tag_or_head(story: Scenario) -> None:
    story.branch("v1").commit("b").checkout("main").tag("v1")
    assert timeline(story, ref="v1").entries[0].message == "commit: b"


def test_log_of_a_branch_that_is_gone(story: Scenario) -> None:
    story.branch("x").commit("b").checkout("main")
    log = (story.common_dir / "logs/refs/heads/x").read_bytes()
    story.delete_branch("x")
    (story.common_dir / "logs/refs/heads/x").write_bytes(log)
    assert [entry.message for entry in timeline(story, ref="x").entries] == [
        "commit: b", "branch: Created from HEAD"
    ]  # fmt: skip


def test_head_of_the_worktree_that_is_asked(story: Scenario) -> None:
    story.worktree_add("linked", "-b", "x")
    linked = story.inside("linked").commit("there")
    assert [(entry.new, entry.message) for entry in timeline(linked).entries] == logged(linked, "HEAD")
    assert "there" not in timeline(story).entries[0].message


def test_what_we_did_is_named_by_its_operation(story: Scenario) -> None:
    with opened(story) as repo:
        done = create_branch(repo, BranchCreateRequest(name="x"), context(story))
    entries = timeline(story, ref="x").entries
    assert [(entry.operation, entry.message) for entry in entries] == [(done.operation, "branch: Created from main")]
    assert timeline(story).entries[0].operation is None


def test_each_move_of_head_is_named_by_its_own_act(story: Scenario) -> None:
    story.branch("x").commit("b").checkout("main")
    with opened(story) as repo:
        observe(repo, context(story))
    story.checkout("x").checkout("main").checkout("x")
    with opened(story) as repo:
        story.clock.tick()
        told = [record.id for record in observe(repo, context(story))]
        story.clock.tick()
        ours = switch_branch(repo, SwitchRequest(name="main"), context(story)).operation
        story.clock.tick()
        undo(repo, UndoRequest(), context(story))
    undoing, *moves = timeline(story).entries[:5]
    assert [entry.operation for entry in moves] == [ours, *reversed(told)]
    assert len(told) == 3
    assert undoing.operation not in {None, *told, ours}
    assert timeline(story, n=1, after=timeline(story, n=2).next).entries == moves[1:2]


def test_what_moved_the_branch_under_head_is_named_once(story: Scenario) -> None:
    with opened(story) as repo:
        observe(repo, context(story))
    story.commit("in the terminal")
    with opened(story) as repo:
        story.clock.tick()
        told = [record.id for record in observe(repo, context(story))]
        story.clock.tick()
        ours = reset(repo, ResetRequest(rev="HEAD~1", hard=True), context(story)).operation
        story.clock.tick()
        undone = undo(repo, UndoRequest(), context(story)).operation
    for ref in ("HEAD", "main"):
        assert [entry.operation for entry in timeline(story, ref=ref).entries[:3]] == [undone, ours, *told]


def test_unborn(scenario: Scenario) -> None:
    assert msgspec.to_builtins(timeline(scenario)) == {"entries": [], "skipped": 0, "next": None}


@pytest.mark.parametrize("name", ["nothing", "../HEAD", "../../config", "", "x\0", "refs/heads/../../config", "@"])
def test_unknown_ref(story: Scenario, name: str) -> None:
    with pytest.raises(BranchNotFound):
        timeline(story, ref=name)


@pytest.mark.parametrize("after", ["x", "-1", "99", "1.5", "", "²", "9" * 5000])
def test_place_that_is_none(story: Scenario, after: str) -> None:
    with pytest.raises(BadRequest):
        timeline(story, after=after)


def test_malformed_lines_are_counted_and_passed_over(story: Scenario) -> None:
    story.commit("b")
    log = story.git_dir / "logs" / "HEAD"
    good = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"\0\xff\n" + good[0] + b"half a li\n" + good[1] + b"0000 0000 x\n")
    page = timeline(story)
    assert [entry.message for entry in page.entries] == ["commit: b", "commit (initial): base"]
    assert page.skipped == 3


def test_lines_without_words_or_with_odd_ones(story: Scenario) -> None:
    story.git("update-ref", "HEAD", story.tip())
    story.git("update-ref", "-m", "made by \u202ehand", "refs/heads/x", "HEAD")
    log = story.common_dir / "logs/refs/heads/x"
    log.write_bytes(log.read_bytes().replace(b"made by", b"made\xffby"))
    entry = timeline(story, ref="x").entries[0]
    assert (entry.action, entry.message) == ("update", "made\ufffdby \u202ehand")
    log.write_bytes(log.read_bytes().replace(b"+0200", b"+9999").replace(b"> 17", b"> 99999999999999917"))
    assert timeline(story, ref="x").entries[0].when
