"""Holds branch acts against the real git on a twin: refs, packed refs, both logs, HEAD and settings, byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git.log_changes import RefUpdate
from jupyter_mlgit.git.objects import Oid
from jupyter_mlgit.git.ref_transaction import RefTransaction, free_name
from jupyter_mlgit.history.branches import (
    BranchCreateRequest,
    BranchDeleteRequest,
    BranchRenameRequest,
    create_branch,
    delete_branch,
    rename_branch,
)
from jupyter_mlgit.problems import BranchExists, Locked, StateChanged
from tests.git.twins import compare, opened, ours, require_alike
from tests.scenario import Scenario
from tests.snapshots import difference, taken

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def story(tmp_path: Path) -> Scenario:
    """Gives a repository with branches of every kind of storage, one of them checked out in a linked worktree."""
    return built(Scenario(tmp_path / "work"))


def built(one: Scenario) -> Scenario:
    one.commit("base").remote().push()
    one.branch("packed").commit("p1").checkout("main").branch("exp/deep/packed", at="packed")
    one.git("pack-refs", "--all")
    one.branch("both", at="main").branch("merged", at="main")
    one.git("pack-refs", "--all")
    one.checkout("both").commit("b1").commit("b2")
    one.checkout("-b", "loose").commit("l1").push()
    one.branch("a/b/c").commit("c1")
    one.git("config", "branch.loose.description", "the one with a long story\nin two lines")
    one.tag("v1").checkout("main").commit("m1")
    return one.worktree_add("tree", "-b", "elsewhere")


CREATES: dict[str, tuple[str, str]] = {
    "from HEAD": ("new", "main"),
    "in new folders": ("new/with/folders", "loose"),
    "beside another in its folder": ("a/b/d", "v1"),
    "from a remote branch": ("tracking", "origin/main"),
    "from a remote branch with a slash in front": ("x/tracking", "refs/remotes/origin/loose"),
    "from an abbreviated commit": ("short", "main~1"),
    "non-ASCII": ("études/λ-3e4", "main"),
}


@pytest.mark.parametrize(("name", "start"), CREATES.values(), ids=CREATES)
def test_creating_is_what_git_does(story: Scenario, name: str, start: str) -> None:
    twin = story.twin()
    ours(story, create_branch, BranchCreateRequest(name=name, start=start))
    twin.clock.tick()
    twin.git("branch", "--quiet", name, start)
    compare(story, twin)


@pytest.mark.parametrize("name", ["packed", "exp/deep/packed", "both", "loose", "a/b/c", "merged"])
def test_deleting_is_what_git_does(story: Scenario, name: str) -> None:
    twin = story.twin()
    tip = story.tip(name)
    ours(story, delete_branch, BranchDeleteRequest(name=name))
    twin.clock.tick()
    twin.git("branch", "--quiet", "-D", name)
    compare(story, twin)
    assert story.tip(f"refs/mlgit/pins/{tip}") == tip


RENAMES: dict[str, tuple[str, str, str]] = {
    "one at rest": ("", "loose", "renamed"),
    "one with settings in two lines": ("", "loose", "x/y/z"),
    "one that is packed": ("", "packed", "unpacked"),
    "one packed deep down": ("", "exp/deep/packed", "exp/packed"),
    "one packed and loose": ("", "both", "a/both"),
    "out of a folder": ("", "a/b/c", "c"),
    "into a folder of its own name": ("", "loose", "loose/one"),
    "packed into a folder of its own name": ("", "packed", "packed/a/b"),
    "out of its folder in place of it": ("", "a/b/c", "a"),
    "the current one": ("loose", "loose", "renamed"),
    "the current one into a folder of its own name": ("both", "both", "both/one"),
    "the current one out of its folder": ("a/b/c", "a/b/c", "a/b"),
    "one that another worktree has": ("", "elsewhere", "somewhere"),
}


@pytest.mark.parametrize(("current", "old", "new"), RENAMES.values(), ids=RENAMES)
def test_renaming_is_what_git_does(story: Scenario, current: str, old: str, new: str) -> None:
    if current:
        story.checkout(current)
    twin = story.twin()
    ours(story, rename_branch, BranchRenameRequest(old=old, new=new))
    twin.clock.tick()
    twin.git("branch", "-m", old, new)
    compare(story, twin)


def test_longer_object_names_are_no_different(tmp_path: Path) -> None:
    root = tmp_path / "work"
    Scenario(root, "origin.git", bare=True, object_format="sha256")
    story = built(Scenario(root, object_format="sha256"))
    twin = story.twin()
    ours(story, create_branch, BranchCreateRequest(name="new/one", start="origin/main"))
    ours(story, delete_branch, BranchDeleteRequest(name="exp/deep/packed"))
    ours(story, rename_branch, BranchRenameRequest(old="both", new="both/deep"))
    ours(story, rename_branch, BranchRenameRequest(old="main", new="trunk"))
    for words in (
        ("--quiet", "new/one", "origin/main"),
        ("--quiet", "-D", "exp/deep/packed"),
        ("-m", "both", "both/deep"),
        ("-m", "main", "trunk"),
    ):
        twin.clock.tick()
        twin.git("branch", *words)
    compare(story, twin)


def test_renaming_over_another_is_what_git_does(story: Scenario) -> None:
    story.git("config", "--remove-section", "branch.loose")
    victim = story.tip("a/b/c")
    twin = story.twin()
    ours(story, rename_branch, BranchRenameRequest(old="loose", new="a/b/c", force=True))
    twin.clock.tick()
    twin.git("branch", "-M", "loose", "a/b/c")
    compare(story, twin)
    assert story.tip(f"refs/mlgit/pins/{victim}") == victim


def test_moving_is_what_git_does(story: Scenario) -> None:
    lost = story.tip("both")
    twin = story.twin()
    ours(story, create_branch, BranchCreateRequest(name="both", start="main", force=True))
    twin.clock.tick()
    twin.git("branch", "--quiet", "--force", "both", "main")
    compare(story, twin)
    assert story.tip(f"refs/mlgit/pins/{lost}") == lost


@pytest.mark.parametrize("setting", ["always", "false", "0", "true", None])
@pytest.mark.parametrize("bare", [False, True])
def test_logs_are_kept_where_git_keeps_them(tmp_path: Path, setting: str | None, *, bare: bool) -> None:
    source = Scenario(tmp_path / "work").commit("one").branch("old").commit("two")
    story = source.clone("copy.git", "--bare") if bare else source
    if setting is not None:
        story.git("config", "core.logAllRefUpdates", setting)
    story.git("reflog", "expire", "--expire=now", "--all")
    if not bare:
        for log in (story.git_dir / "logs/refs/heads/old", story.git_dir / "logs/HEAD"):
            log.unlink()
    twin = story.twin()
    twin.path = twin.root / story.path.name
    ours(story, create_branch, BranchCreateRequest(name="new", start="main"))
    ours(story, rename_branch, BranchRenameRequest(old="old", new="older"))
    twin.clock.tick()
    twin.git("branch", "new", "main")
    twin.clock.tick()
    twin.git("branch", "-m", "old", "older")
    compare(story, twin, after=("branch", "-D", "new"))


def test_renaming_where_each_worktree_stands(story: Scenario) -> None:
    """The worktree that acts is a linked one; the main one has the branch checked out."""
    story.checkout("loose")
    twin = story.twin()
    tree, twins_tree = story.inside("tree"), twin.inside("tree")
    ours(tree, rename_branch, BranchRenameRequest(old="loose", new="renamed"))
    twins_tree.clock.tick()
    twins_tree.git("branch", "-m", "loose", "renamed")
    compare(story, twin)


def test_unborn_branch_gets_its_first_commit(story: Scenario) -> None:
    story.checkout("--orphan", "first")
    twin = story.twin()
    ours(story, create_branch, BranchCreateRequest(name="first", start="main"))
    twin.clock.tick()
    twin.git("branch", "--quiet", "first", "main")
    require_alike(story, twin)


def transact(story: Scenario, *updates: RefUpdate, before_commit: Callable[[], Any] = lambda: None) -> None:
    with opened(story.path) as repo, RefTransaction(repo, updates, story.clock.now) as transaction:
        before_commit()
        transaction.commit()


def oid(story: Scenario, revision: str) -> Oid:
    return Oid(story.tip(revision).encode())


def test_nothing_changes_where_one_ref_is_not_as_seen(story: Scenario) -> None:
    before = taken(story.common_dir)
    main, loose = oid(story, "main"), oid(story, "loose")
    with pytest.raises(StateChanged):
        transact(
            story,
            RefUpdate(b"refs/heads/new/one", None, main, b"branch: Created from main"),
            RefUpdate(b"refs/heads/both", loose, main, b"branch: Reset to main"),
        )
    with pytest.raises(StateChanged):
        transact(story, RefUpdate(b"refs/heads/packed", loose, None))
    assert not difference(before, taken(story.common_dir))


@pytest.mark.parametrize("name", ["packed", "exp/deep/packed"])
def test_packed_refs_that_are_kept_elsewhere_stay_there(story: Scenario, name: str) -> None:
    packed, real = story.git_dir / "packed-refs", story.root / "kept-elsewhere"
    packed.rename(real)
    packed.symlink_to("../../kept-elsewhere")
    twin = story.twin()
    ours(story, delete_branch, BranchDeleteRequest(name=name))
    twin.clock.tick()
    twin.git("branch", "--quiet", "-D", name)
    assert packed.is_symlink()
    assert f"refs/heads/{name}\n" not in real.read_text()
    assert real.read_text() == (twin.root / "kept-elsewhere").read_text()
    compare(story, twin)
    assert not list(story.root.glob("*.lock"))


@pytest.mark.parametrize("name", ["packed", "packed/x", "a", "a/b", "exp/deep", "both/x/y"])
def test_name_in_the_way_is_refused(story: Scenario, name: str) -> None:
    before = taken(story.common_dir)
    with pytest.raises(BranchExists):
        transact(story, RefUpdate(f"refs/heads/{name}".encode(), None, oid(story, "main"), b"x"))
    assert not difference(before, taken(story.common_dir))
    with opened(story.path) as repo:
        free = free_name(set(repo.refs.all()), f"refs/heads/{name}".encode()).decode().removeprefix("refs/heads/")
    story.git("branch", free)


def test_refs_are_locked_for_git_until_the_end(story: Scenario) -> None:
    def git_is_kept_out() -> None:
        for words in (("update-ref", "refs/heads/new", "main"), ("branch", "-D", "packed")):
            done = story.try_git(*words)
            assert done.returncode != 0
            assert ".lock" in done.stderr

    transact(
        story,
        RefUpdate(b"refs/heads/new", None, oid(story, "main"), b"branch: Created from main"),
        RefUpdate(b"refs/heads/packed", oid(story, "packed"), None),
        before_commit=git_is_kept_out,
    )
    assert "packed" not in story.branches()
    assert story.tip("new") == story.tip("main")


def test_foreign_lock_is_named_and_left(story: Scenario) -> None:
    lock = story.git_dir / "refs/heads/loose.lock"
    lock.write_text("")
    before = taken(story.common_dir)
    with pytest.raises(Locked) as caught:
        transact(
            story,
            RefUpdate(b"refs/heads/aa", None, oid(story, "main"), b"x"),
            RefUpdate(b"refs/heads/loose", oid(story, "loose"), None),
        )
    assert caught.value.details["path"] == str(lock)
    assert not difference(before, taken(story.common_dir))


def test_empty_folders_give_way(story: Scenario) -> None:
    for base in ("refs/heads", "logs/refs/heads"):
        (story.git_dir / base / "new/with/folders").mkdir(parents=True)
    twin = story.twin()
    ours(story, create_branch, BranchCreateRequest(name="new", start="main"))
    twin.clock.tick()
    twin.git("branch", "new", "main")
    compare(story, twin)


def test_packed_ref_goes_where_an_empty_folder_stands(story: Scenario) -> None:
    (story.git_dir / "refs/heads/packed").mkdir()
    tip = oid(story, "packed")
    transact(story, RefUpdate(b"refs/heads/packed", tip, None))
    assert "packed" not in story.branches()
    story.git("branch", "packed/x", "main")


def test_group_may_write_where_git_lets_it(tmp_path: Path) -> None:
    Scenario(tmp_path / "work").git(
        "init", "--quiet", "--initial-branch=main", "--shared=group", str(tmp_path / "work/shared")
    )
    story = Scenario(tmp_path / "work", "shared").commit("one")
    ours(story, create_branch, BranchCreateRequest(name="new/one", start="main"))
    for name in ("refs/heads/new", "logs/refs/heads/new", "mlgit"):
        mode = (story.git_dir / name).stat().st_mode
        assert mode & 0o2070 == 0o2070, name
    for name in ("refs/heads/new/one", "logs/refs/heads/new/one", "mlgit/operations.jsonl"):
        assert (story.git_dir / name).stat().st_mode & 0o060 == 0o060, name
