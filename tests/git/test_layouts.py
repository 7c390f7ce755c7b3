"""Lists, loses, restores and undoes in every layout of a repository; what a layout cannot do is refused by its code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.repository import open_repository
from jupyter_mlgit.history.branches import BranchDeleteRequest, BranchesRequest, delete_branch, list_branches
from jupyter_mlgit.history.switch import SwitchRequest, switch_branch
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import UnsupportedRepository
from jupyter_mlgit.recovery.deleted_branches import DeletedRequest, find_deleted_branches
from jupyter_mlgit.recovery.restore import RestoreRequest, restore_deleted_branch
from jupyter_mlgit.recovery.timeline import TimelineRequest, read_timeline
from tests.git.twins import ours
from tests.scenario import Scenario
from tests.snapshots import difference, taken

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def two_branches(story: Scenario) -> Scenario:
    return story.commit("one").commit("two").branch("x").commit("three").checkout("main")


def borrowing(root: Path) -> Scenario:
    lender = two_branches(Scenario(root)).gc()
    lender.git("clone", "--quiet", "--shared", "--no-checkout", str(lender.path), str(root / "borrower"))
    return lender.inside("borrower").checkout("main").branch("x", at="origin/x")


def linked(root: Path) -> Scenario:
    return two_branches(Scenario(root)).worktree_add("linked", "-b", "side").inside("linked")


def bare_with_logs(root: Path) -> Scenario:
    bare = two_branches(Scenario(root)).clone("copy.git", "--bare")
    tip = bare.tip("x")
    bare.move_branch("x", "x~1").git("config", "core.logAllRefUpdates", "true")
    bare.git("update-ref", "-m", "push", "refs/heads/x", tip)
    return bare


def submodule(root: Path) -> Scenario:
    inner = two_branches(Scenario(root, "inner"))
    outer = Scenario(root, clock=inner.clock).commit("outer")
    outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.path), "sub")
    return outer.inside("repo/sub").branch("x", at="origin/x")


LAYOUTS: dict[str, Callable[[Path], Scenario]] = {
    "plain": lambda root: two_branches(Scenario(root)),
    "packed": lambda root: two_branches(Scenario(root)).gc(),
    "borrowing": borrowing,
    "linked": linked,
    "main of linked": lambda root: linked(root).inside("repo"),
    "bare": lambda root: two_branches(Scenario(root)).clone("copy.git", "--bare"),
    "bare with logs": bare_with_logs,
    "shallow": lambda root: (
        two_branches(Scenario(root)).clone("copy", "--depth=2", "--no-single-branch").branch("x", at="origin/x")
    ),
    "sha256": lambda root: two_branches(Scenario(root, object_format="sha256")),
    "detached": lambda root: two_branches(Scenario(root)).checkout("--detach"),
    "detached in a linked one": lambda root: linked(root).checkout("--detach"),
    "unborn": lambda root: two_branches(Scenario(root)).checkout("--orphan", "empty"),
    "submodule": submodule,
}

layouts = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)


@pytest.fixture
def story(layout: Callable[[Path], Scenario], tmp_path: Path) -> Scenario:
    return layout(tmp_path / "work")


@layouts
def test_branches_are_gits(story: Scenario) -> None:
    branches = ours(story, list_branches, BranchesRequest()).branches
    assert {one.name: one.tip for one in branches} == story.branches()
    current = story.current()
    assert [one.name for one in branches if one.current] == [name for name in story.branches() if name == current]
    assert {one.name: one.subject for one in branches} == {
        name: story.git("log", "-1", "--format=%s", tip) for name, tip in story.branches().items()
    }


@layouts
@pytest.mark.parametrize("ref", ["HEAD", "x"])
def test_timeline_is_gits(story: Scenario, ref: str) -> None:
    entries = ours(story, read_timeline, TimelineRequest(ref=ref)).entries
    if ref == "HEAD" and story.try_git("rev-parse", "--verify", "HEAD").returncode:
        story.checkout("main")  # git shows no log of a HEAD that has no commit
        entries = [*ours(story, read_timeline, TimelineRequest(n=1)).entries, *entries]
    lines = story.try_git("log", "--walk-reflogs", "--format=%H %gs", ref).stdout.splitlines()
    assert [f"{one.new} {one.message}" for one in entries] == lines


@layouts
def test_deleted_branch_is_found_restored_undone_and_redone(story: Scenario) -> None:
    tip, others = story.tip("x"), {name: tip for name, tip in story.branches().items() if name != "x"}
    head = (story.git_dir / "HEAD").read_bytes()
    ours(story, delete_branch, BranchDeleteRequest(name="x"))
    assert story.branches() == others
    story.gc("--prune=now")
    (row,) = [one for one in ours(story, find_deleted_branches, DeletedRequest()).branches if one.name == "x"]
    assert (row.tip, row.state, row.pinned, row.subject) == (tip, "recoverable", True, "three")
    assert ours(story, restore_deleted_branch, RestoreRequest(branch="x")).tip == tip
    assert story.branches() == {**others, "x": tip}
    ours(story, undo, UndoRequest())
    assert story.branches() == others
    ours(story, redo, RedoRequest())
    assert story.branches() == {**others, "x": tip}
    assert (story.git_dir / "HEAD").read_bytes() == head
    story.fsck()


@layouts
def test_switching_is_done_or_refused(story: Scenario) -> None:
    if story.git("rev-parse", "--is-bare-repository") == "true":
        before = taken(story.common_dir)
        with pytest.raises(UnsupportedRepository) as caught:
            ours(story, switch_branch, SwitchRequest(name="x"))
        assert caught.value.code == "unsupported-repository"
        assert "worktree" in caught.value.hint
        assert not difference(before, taken(story.common_dir))
        return
    ours(story, switch_branch, SwitchRequest(name="x"))
    assert story.current() == "x"
    assert story.git("status", "--porcelain") == ""


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_repository_without_a_commit_has_nothing_and_says_so(tmp_path: Path, object_format: str, *, bare: bool) -> None:
    story = Scenario(tmp_path / "work", bare=bare, object_format=object_format)
    assert ours(story, list_branches, BranchesRequest()).branches == []
    assert ours(story, find_deleted_branches, DeletedRequest(all=True)).branches == []
    assert ours(story, read_timeline, TimelineRequest()).entries == []


def as_reftable(story: Scenario) -> Scenario:
    """Gives a repository the form that ``git init --ref-format=reftable`` makes; few gits have it yet."""
    git_dir = story.git_dir
    (git_dir / "reftable").mkdir()
    (git_dir / "reftable/tables.list").write_text("0x000000000001-0x000000000002-5ca40caf.ref\n")
    (git_dir / "HEAD").write_text("ref: refs/heads/.invalid\n")
    for path in sorted((git_dir / "refs").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (git_dir / "refs/heads").write_text("this repository uses the reftable format\n")
    with (git_dir / "config").open("a") as stream:
        stream.write("[core]\n\trepositoryformatversion = 1\n[extensions]\n\trefStorage = reftable\n")
    return story


def test_refs_in_tables_are_refused_with_the_way_to_files(scenario: Scenario) -> None:
    """Read as files, such a repository would have no branch at all, and all of them deleted."""
    story = two_branches(scenario).worktree_add("linked", "-b", "side")
    git_dir = as_reftable(story).path / ".git"
    before = taken(git_dir)
    for place in (story.path, story.root / "linked"):
        with pytest.raises(UnsupportedRepository) as caught:
            open_repository(place)
        assert caught.value.code == "unsupported-repository"
        assert "reftable" in caught.value.message
        assert "git refs migrate --ref-format=files" in caught.value.hint
    assert not difference(before, taken(git_dir))
