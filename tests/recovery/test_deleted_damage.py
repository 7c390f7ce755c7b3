"""Tests finding in repositories of every kind, and in those that are damaged, expired or emptied."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.recovery.deleted_branches import DeletedRequest, find_deleted_branches
from tests.recovery.verdicts import context, listed, names, opened, row_of, skipped
from tests.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path


def delete_x(story: Scenario) -> str:
    """Loses a branch ``x`` of two commits and gives its tip."""
    story.branch("x").commit("b").commit("c", {"train.ipynb": "{}"})
    tip = story.tip()
    story.delete_branch("x")
    return tip


def test_unborn(scenario: Scenario) -> None:
    assert listed(scenario, everything=True) == []


def test_unborn_again(story: Scenario) -> None:
    tip = story.tip()
    story.git("update-ref", "-d", "refs/heads/main")
    row = row_of(story, "main")
    assert (row.tip, row.commits, row.unique_commits) == (tip, 1, 1)


def test_detached(story: Scenario) -> None:
    tip = delete_x(story)
    story.checkout("--detach").commit("aside")
    assert row_of(story, "x").tip == tip
    assert names(listed(story, everything=True), "lost") == []


def test_bare(story: Scenario, tmp_path: Path) -> None:
    story.branch("x").commit("b").checkout("main")
    story.git("clone", "--quiet", "--bare", str(story.path), str(tmp_path / "work" / "bare.git"))
    bare = Scenario(tmp_path / "work", "bare.git", clock=story.clock)
    assert listed(bare) == []
    tip = bare.tip("x")
    bare.git("branch", "-D", "x")
    assert listed(bare) == []
    assert row_of(bare, None, "lost", everything=True).tip == tip
    bare.git("config", "core.logAllRefUpdates", "true")
    bare.git("symbolic-ref", "HEAD", "refs/heads/y")
    bare.git("update-ref", "refs/heads/y", tip)
    bare.git("update-ref", "-d", "refs/heads/y")
    assert row_of(bare, "y").tip == tip


def test_sha256(tmp_path: Path) -> None:
    story = Scenario(tmp_path / "work", object_format="sha256").commit("base")
    tip = delete_x(story)
    assert len(tip) == 64
    row = row_of(story, "x")
    assert (row.tip, row.evidence, row.unique_commits) == (tip, "left", 2)
    story.checkout("--detach").commit("aside").checkout("main")
    assert len(listed(story, everything=True)) == 2


def test_packed(story: Scenario) -> None:
    story.branch("kept").commit("k").checkout("main")
    story.branch("x").commit("b")
    tip = story.tip()
    story.checkout("main")
    story.git("pack-refs", "--all")
    story.gc()
    assert listed(story) == []
    story.delete_branch("x")
    assert row_of(story, "x").tip == tip
    story.gc()
    assert row_of(story, "x").tip == tip


def test_shallow_clone(story: Scenario) -> None:
    clone = story.commit("c").commit("d").clone("clone", "--depth=1")
    tip = delete_x(clone)
    row = row_of(clone, "x")
    assert (row.tip, row.state, row.unique_commits) == (tip, "recoverable", 2)


def test_malformed_lines_are_skipped_and_counted(story: Scenario) -> None:
    tip = delete_x(story)
    log = story.git_dir / "logs" / "HEAD"
    lines = log.read_bytes().splitlines(keepends=True)
    garbage = [
        b"garbage\n",
        b"\xff\xfe\0\n",
        b"0" * 40 + b" " + b"z" * 40 + b" A <a> 1 +0000\tcommit: x\n",
        b"a" * 40 + b" " + b"b" * 41 + b" A <a> 1 +0000\tx\n",
        b"a" * 40 + b" " + b"b" * 40 + b" no stamp\n",
    ]
    log.write_bytes(b"".join(garbage[:3] + lines[:2] + garbage[3:] + lines[2:]) + b"cut off in the mid")
    assert row_of(story, "x").tip == tip
    assert skipped(story) == 6


def test_time_stamps_that_no_calendar_has(story: Scenario) -> None:
    tip = delete_x(story)
    log = story.git_dir / "logs" / "HEAD"
    text = log.read_bytes().replace(b"> 1760000360 ", b"> 99999999999999999999 ").replace(b" +0200", b" +9999")
    log.write_bytes(text)
    assert row_of(story, "x").tip == tip


def test_clock_that_was_put_back(story: Scenario) -> None:
    story.branch("x").commit("old")
    story.clock.tick(-86_400)
    story.commit("new")
    tip = story.tip()
    story.delete_branch("x")
    assert row_of(story, "x").tip == tip


def test_empty_ref_with_a_log(story: Scenario) -> None:
    story.branch("x").commit("b")
    tip = story.tip()
    story.checkout("main")
    (story.common_dir / "refs/heads/x").write_bytes(b"")
    with opened(story) as repo:
        repo.refs.all()
        assert repo.refs.broken == {b"refs/heads/x"}
    assert listed_in_damaged(story) == [("x", tip, "recoverable")]


def test_ref_to_a_commit_that_is_not_there(story: Scenario) -> None:
    story.branch("x").commit("b")
    story.commit("c")
    tip = story.tip()
    story.checkout("main")
    (story.common_dir / "objects" / tip[:2] / tip[2:]).unlink()
    assert listed_in_damaged(story) == []
    story.git("update-ref", "-d", "refs/heads/x")
    row = row_of(story, "x")
    assert (row.tip, row.state) == (tip, "gone")


def test_expired_log_leaves_no_name_and_the_commits(story: Scenario) -> None:
    tip = delete_x(story)
    story.git("reflog", "expire", "--expire=now", "--all")
    assert listed(story) == []
    assert row_of(story, None, "lost", everything=True).tip == tip


def test_unreachable_entries_expired(story: Scenario) -> None:
    delete_x(story)
    story.commit("d")
    story.git("reflog", "expire", "--expire=never", "--expire-unreachable=now", "--all")
    assert listed(story) == []


def test_collected_tip_is_gone_or_absent(story: Scenario) -> None:
    delete_x(story)
    log = (story.git_dir / "logs" / "HEAD").read_bytes()
    story.expire_all()
    assert listed(story, everything=True) == []
    (story.git_dir / "logs" / "HEAD").write_bytes(log)
    row = row_of(story, "x")
    assert (row.state, row.commits, row.unique_commits, row.subject) == ("gone", None, None, None)
    assert (row.notebooks, row.pushed, row.pinned) == ([], None, False)


def test_newest_version_gone_and_an_earlier_one_left(story: Scenario) -> None:
    story.branch("x").commit("first")
    first = story.tip()
    story.reset("main").commit("second")
    second = story.tip()
    story.delete_branch("x")
    (story.common_dir / "objects" / second[:2] / second[2:]).unlink()
    row = row_of(story, "x")
    assert (row.tip, row.state) == (first, "recoverable")


@pytest.mark.parametrize("what", ["parent", "tree"])
def test_partly_missing_branch_is_gone(story: Scenario, what: str) -> None:
    tip = delete_x(story)
    missing = story.tip(f"{tip}~1" if what == "parent" else f"{tip}^{{tree}}")
    (story.common_dir / "objects" / missing[:2] / missing[2:]).unlink()
    row = row_of(story, "x")
    assert (row.tip, row.state) == (tip, "gone")


@pytest.mark.parametrize("content", [b"", b"no object", None])
@pytest.mark.parametrize("what", ["", "~1", "^{tree}"])
def test_damaged_object(story: Scenario, what: str, content: bytes | None) -> None:
    story.branch("y").commit("sound").checkout("main")
    tip = delete_x(story)
    story.delete_branch("y")
    damaged = story.tip(f"{tip}{what}")
    path = story.common_dir / "objects" / damaged[:2] / damaged[2:]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:40] if content is None else content)
    found = {name: (tip, state) for name, tip, state in listed_in_damaged(story)}
    assert found == {"x": (tip, "gone"), "y": (found["y"][0], "recoverable")}
    assert listed_in_damaged(story, everything=True)


def test_log_that_is_a_folder(story: Scenario) -> None:
    delete_x(story)
    (story.git_dir / "logs" / "HEAD").unlink()
    (story.git_dir / "logs" / "HEAD").mkdir()
    assert listed(story) == []


def test_without_any_log(story: Scenario) -> None:
    story.git("config", "core.logAllRefUpdates", "false")
    shutil.rmtree(story.git_dir / "logs")
    tip = delete_x(story)
    assert listed(story) == []
    assert row_of(story, None, "lost", everything=True).tip == tip


def listed_in_damaged(story: Scenario, *, everything: bool = False) -> list[tuple[str | None, str, str]]:
    """Lists name, tip and state without asking git, which refuses to count in a damaged repository."""
    with opened(story) as repo:
        rows = find_deleted_branches(repo, DeletedRequest(all=everything), context(story)).branches
    return [(row.name, row.tip, row.state) for row in rows]
