"""Damages HEAD, packed-refs and single refs: what is left is shown with the reason, and no act writes over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from jupyter_mlgit.history.branches import (
    BranchCreateRequest,
    BranchDeleteRequest,
    BranchesRequest,
    BranchRenameRequest,
    create_branch,
    delete_branch,
    list_branches,
    rename_branch,
)
from jupyter_mlgit.history.status import StatusRequest, read_status
from jupyter_mlgit.history.switch import SwitchRequest, switch_branch
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.undo import UndoRequest, undo
from jupyter_mlgit.problems import DamagedRepository
from jupyter_mlgit.recovery.deleted_branches import DeletedRequest, find_deleted_branches
from jupyter_mlgit.recovery.restore import RestoreRequest, restore_deleted_branch
from jupyter_mlgit.recovery.timeline import TimelineRequest, read_timeline
from tests.git.twins import opened, ours
from tests.recovery.verdicts import context, folder_digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.scenario import Scenario


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    """Gives a repository with a packed branch, a loose one, and ``lost``, which was deleted."""
    scenario.commit("one").branch("packed").commit("two").git("pack-refs", "--all")
    return scenario.checkout("main").branch("loose", at="main").branch("lost").commit("three").delete_branch("lost")


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "HEAD empty": (lambda git: (git / "HEAD").write_text(""), "HEAD"),
    "HEAD nonsense": (lambda git: (git / "HEAD").write_text("ref: \x1b[31m/../../etc/passwd"), "HEAD"),
    "HEAD short": (lambda git: (git / "HEAD").write_text("1234567\n"), "HEAD"),
    "HEAD binary": (lambda git: (git / "HEAD").write_bytes(b"\xff\0\xfe" * 99), "HEAD"),
    "HEAD out of the repository": (lambda git: (git / "HEAD").write_text("ref: refs/heads/../../../x\n"), "HEAD"),
    "packed-refs nonsense": (lambda git: insert(git / "packed-refs", b"nonsense\n"), "packed-refs"),
    "packed-refs binary": (lambda git: insert(git / "packed-refs", bytes(range(256)) + b"\n"), "packed-refs"),
    "packed-refs cut off": (lambda git: append(git / "packed-refs", b"1" * 40 + b" refs/heads/cut"), "packed-refs"),
    "packed-refs out of the repository": (
        lambda git: insert(git / "packed-refs", b"1" * 40 + b" refs/heads/../../config\n"), "packed-refs"
    ),
    "packed-refs with a short id": (
        lambda git: insert(git / "packed-refs", b"1" * 39 + b" refs/heads/short\n"), "packed-refs"
    ),
}  # fmt: skip


def insert(path: Path, line: bytes) -> None:
    """Puts a line behind the first one."""
    first, _, rest = path.read_bytes().partition(b"\n")
    path.write_bytes(first + b"\n" + line + rest)


def append(path: Path, content: bytes) -> None:
    path.write_bytes(path.read_bytes() + content)


damaged = pytest.mark.parametrize(("damage", "names"), DAMAGE.values(), ids=DAMAGE)


@damaged
def test_what_is_left_is_shown_with_the_reason(story: Scenario, damage: Callable[[Path], object], names: str) -> None:
    git_dir = story.git_dir
    tips = story.branches()
    damage(git_dir)
    listed = ours(story, list_branches, BranchesRequest()).branches
    assert {one.name: one.tip for one in listed} == tips
    deleted = ours(story, find_deleted_branches, DeletedRequest()).branches
    assert [(one.name, one.state, one.subject) for one in deleted] == [("lost", "recoverable", "three")]
    for ref in ("HEAD", "packed", "loose"):
        assert ours(story, read_timeline, TimelineRequest(ref=ref)).entries
    assert names in (ours(story, read_status, StatusRequest()).read_only or "")


ACTS: list[tuple[Callable[..., Any], Any]] = [
    (create_branch, BranchCreateRequest(name="new", start="main")),
    (delete_branch, BranchDeleteRequest(name="loose")),
    (rename_branch, BranchRenameRequest(old="loose", new="new")),
    (switch_branch, SwitchRequest(name="loose")),
    (restore_deleted_branch, RestoreRequest(branch="lost")),
]


@damaged
def test_acts_are_refused_with_the_reason(story: Scenario, damage: Callable[[Path], object], names: str) -> None:
    git_dir = story.git_dir
    damage(git_dir)
    before = folder_digest(git_dir)
    for verb, request in ACTS:
        for one in (request, msgspec.structs.replace(request, dry_run=True)):
            with pytest.raises(DamagedRepository) as caught:
                ours(story, verb, one)
            assert names in caught.value.message
            assert caught.value.hint
    assert folder_digest(git_dir) == before


@damaged
def test_what_cannot_be_read_is_not_taken_for_deleted(
    story: Scenario, damage: Callable[[Path], object], names: str
) -> None:
    """The observer would pin every packed branch and write that the terminal has deleted it."""
    path = story.git_dir / names
    content = path.read_bytes()
    with opened(story.path) as repo:
        observe(repo, context(story))
        damage(story.common_dir)
        if names == "packed-refs":
            path.write_bytes(path.read_bytes().replace(b" refs/heads/packed\n", b"\n"))
        before = folder_digest(repo.common_dir)
        assert observe(repo, context(story)) == []
        assert folder_digest(repo.common_dir) == before
        path.write_bytes(content)
        assert observe(repo, context(story)) == []
        assert repo.read_only is None


def test_packed_name_that_is_not_valid_is_passed_over_as_by_git(story: Scenario) -> None:
    """Older gits and other programs have let such names pass."""
    insert(story.git_dir / "packed-refs", story.tip("main").encode() + b" refs/heads/a..b\n")
    with opened(story.path) as repo:
        assert repo.read_only is None
        assert b"refs/heads/a..b" not in repo.refs.all()
    ours(story, delete_branch, BranchDeleteRequest(name="packed"))
    assert sorted(story.branches()) == ["loose", "main"]
    assert b" refs/heads/a..b\n" in (story.git_dir / "packed-refs").read_bytes()


@pytest.mark.parametrize("content", [b"", b"\0" * 41], ids=["empty", "zeros"])
@pytest.mark.parametrize("current", [True, False], ids=["checked out", "at rest"])
def test_branch_that_a_power_cut_has_emptied_comes_back(story: Scenario, content: bytes, *, current: bool) -> None:
    story.checkout("loose").commit("four").write({"four.txt": "edited since"})
    tip = story.tip()
    if not current:
        story.checkout("--", "four.txt").checkout("main")
    log = (story.git_dir / "logs/refs/heads/loose").read_bytes()
    (story.git_dir / "refs/heads/loose").write_bytes(content)
    assert story.try_git("log", "-1", "loose").returncode != 0
    rows = ours(story, find_deleted_branches, DeletedRequest()).branches
    assert ("loose", tip, "recoverable") in [(one.name, one.tip, one.state) for one in rows]
    assert [one.name for one in ours(story, list_branches, BranchesRequest()).branches] == ["main", "packed"]
    ours(story, restore_deleted_branch, RestoreRequest(branch="loose"))
    assert story.tip("loose") == tip
    assert story.current() == ("loose" if current else "main")
    assert (story.git_dir / "logs/refs/heads/loose").read_bytes().startswith(log)
    if current:
        assert story.git("status", "--porcelain") == " M four.txt"
    story.fsck()


@pytest.mark.parametrize("rest", ["cut off", "zeros", "a commit that was not written"])
def test_emptied_branch_comes_back_at_the_last_good_line_of_its_log(story: Scenario, rest: str) -> None:
    """A power cut seldom takes the ref alone: what was written last is half there in the log, or its commit is gone."""
    story.checkout("loose").commit("four").commit("five").checkout("main")
    good, last = story.tip("loose~1"), story.tip("loose")
    for name in ("logs/refs/heads/loose", "logs/HEAD"):
        lines = (story.git_dir / name).read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if last.encode() not in line]
        broken = {"cut off": lines[-1][:60], "zeros": bytes(180), "a commit that was not written": lines[-1]}[rest]
        (story.git_dir / name).write_bytes(b"".join(kept) + broken)
    (story.git_dir / "objects" / last[:2] / last[2:]).unlink()
    (story.git_dir / "refs/heads/loose").write_bytes(b"")
    rows = ours(story, find_deleted_branches, DeletedRequest()).branches
    assert ("loose", good, "recoverable") in [(one.name, one.tip, one.state) for one in rows]
    done = ours(story, restore_deleted_branch, RestoreRequest(branch="loose"))
    assert (done.branch, done.tip) == ("loose", good)
    assert story.tip("loose") == good
    ours(story, undo, UndoRequest())
    assert "loose" not in story.branches()
    assert "loose" in [one.name for one in ours(story, find_deleted_branches, DeletedRequest()).branches]
