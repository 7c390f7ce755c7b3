"""Plants links, symbolic refs, deep folders and long names: nothing outside is written, and nothing crashes."""

from __future__ import annotations

import contextlib
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git.refs import LONGEST, LONGEST_PART, is_valid_name
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
from jupyter_mlgit.history.switch import SwitchRequest, switch_branch
from jupyter_mlgit.problems import BadName, BranchExists, BranchNotFound, Problem, UnsupportedRepository
from jupyter_mlgit.recovery.deleted_branches import DeletedRequest, find_deleted_branches
from jupyter_mlgit.recovery.restore import RestoreRequest, restore_deleted_branch
from jupyter_mlgit.recovery.timeline import TimelineRequest, read_timeline
from tests.git.twins import compare, opened, ours
from tests.recovery.verdicts import folder_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.scenario import Scenario

DEEP = 2000


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    return scenario.commit("one").branch("dir/x").commit("two").checkout("main").branch("y", at="main")


ACTS: dict[str, tuple[Callable[..., Any], Any]] = {
    "create": (create_branch, BranchCreateRequest(name="dir/new", start="main")),
    "move": (create_branch, BranchCreateRequest(name="dir/x", start="main", force=True)),
    "delete": (delete_branch, BranchDeleteRequest(name="dir/x", force=True)),
    "rename away": (rename_branch, BranchRenameRequest(old="dir/x", new="z")),
    "rename into": (rename_branch, BranchRenameRequest(old="y", new="dir/y")),
}


@pytest.mark.parametrize("base", ["refs/heads", "logs/refs/heads"])
@pytest.mark.parametrize(("verb", "request_"), ACTS.values(), ids=ACTS)
def test_folder_that_leads_out_of_the_repository_is_not_written_to(
    story: Scenario, base: str, verb: Callable[..., Any], request_: object
) -> None:
    outside = story.root / "outside"
    (story.git_dir / base / "dir").rename(outside)
    (story.git_dir / base / "dir").symlink_to(outside)
    before = folder_digest(outside)
    refs, head = story.git("for-each-ref"), (story.git_dir / "HEAD").read_bytes()
    with pytest.raises((UnsupportedRepository, BranchNotFound)):
        ours(story, verb, request_)
    assert folder_digest(outside) == before
    assert [line for line in story.git("for-each-ref").splitlines() if "refs/mlgit/" not in line] == refs.splitlines()
    assert (story.git_dir / "HEAD").read_bytes() == head


def test_ref_that_is_itself_a_link_never_changes_what_it_leads_to(story: Scenario) -> None:
    outside = story.root / "outside"
    tip = story.tip("y")
    outside.write_text(f"{tip}\n")
    (story.git_dir / "refs/heads/y").unlink()
    (story.git_dir / "refs/heads/y").symlink_to(outside)
    for verb, request in (
        (create_branch, BranchCreateRequest(name="y", start="dir/x", force=True)),
        (delete_branch, BranchDeleteRequest(name="y", force=True)),
    ):
        with contextlib.suppress(Problem):
            ours(story, verb, request)
        assert outside.read_text() == f"{tip}\n"


@pytest.mark.parametrize("target", ["refs/heads/y", "refs/heads/nothing", "refs/heads/link"])
def test_ref_that_only_stands_for_another_is_left_to_git(story: Scenario, target: str) -> None:
    (story.git_dir / "refs/heads/link").write_text(f"ref: {target}\n")
    before = {name: (story.git_dir / name).read_bytes() for name in ("refs/heads/link", "refs/heads/y", "HEAD")}
    acts: list[tuple[Callable[..., Any], Any]] = [
        (create_branch, BranchCreateRequest(name="link", start="dir/x", force=True)),
        (delete_branch, BranchDeleteRequest(name="link", force=True)),
        (rename_branch, BranchRenameRequest(old="link", new="z")),
        (rename_branch, BranchRenameRequest(old="dir/x", new="link", force=True)),
    ]
    for verb, request in acts:
        with pytest.raises((UnsupportedRepository, BranchNotFound, BranchExists)):
            ours(story, verb, request)
        assert {name: (story.git_dir / name).read_bytes() for name in before} == before
    listed = ours(story, list_branches, BranchesRequest()).branches
    assert {"main", "y", "dir/x"} <= {one.name for one in listed}


def nested(folder: Path, depth: int, content: bytes) -> None:
    """Makes folders deeper than one path can name, and a file in each hundredth."""
    here = os.open(folder, os.O_RDONLY)
    for number in range(depth):
        os.mkdir(b"d", dir_fd=here)
        below = os.open(b"d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
        if number % 100 == 0:
            with os.fdopen(os.open(b"ref", os.O_WRONLY | os.O_CREAT, dir_fd=here), "wb") as stream:
                stream.write(content)
    os.close(here)


@pytest.fixture
def _leaves_nothing(story: Scenario) -> Iterator[None]:
    """Removes folders that are too deep for the way in which pytest removes them."""
    yield
    subprocess.run(["rm", "-rf", str(story.root)], check=True)


@pytest.mark.usefixtures("_leaves_nothing")
@pytest.mark.parametrize("base", ["refs/heads", "refs/tags", "logs/refs/heads"])
def test_folders_without_end_hold_nobody_up(story: Scenario, base: str) -> None:
    story.checkout("dir/x").delete_branch("dir/x")
    (story.git_dir / base).mkdir(parents=True, exist_ok=True)
    nested(story.git_dir / base, DEEP, story.tip("y").encode() + b"\n")
    with opened(story.path) as repo:
        found = [name for name in repo.refs.all() if name.startswith(b"refs/heads/d/") or b"/tags/d/" in name]
    assert bool(found) is base.startswith("refs/")
    rows = ours(story, find_deleted_branches, DeletedRequest(all=True)).branches
    assert "dir/x" in [row.name for row in rows]
    ours(story, restore_deleted_branch, RestoreRequest(branch="dir/x"))
    ours(story, delete_branch, BranchDeleteRequest(name="y", force=True))
    assert not (story.git_dir / "refs/heads/y").exists()


def longest_name() -> str:
    """Gives the longest name that we make, of as many folders as it holds."""
    return "/".join(["d"] * ((LONGEST - len("refs/heads/") + 1) // 2))


@pytest.mark.parametrize("name", [longest_name(), "é" * (LONGEST_PART // 2), "x/" + "p" * LONGEST_PART])
def test_longest_names_are_made_renamed_and_deleted_as_by_git(story: Scenario, name: str) -> None:
    twin = story.twin()
    ours(story, create_branch, BranchCreateRequest(name=name, start="main"))
    ours(story, rename_branch, BranchRenameRequest(old=name, new="short"))
    ours(story, rename_branch, BranchRenameRequest(old="short", new=name))
    for words in ((name, "main"), ("-m", name, "short"), ("-m", "short", name)):
        twin.clock.tick()
        twin.git("branch", *words)
    compare(story, twin)
    tip = story.tip(name)
    ours(story, delete_branch, BranchDeleteRequest(name=name))
    assert name not in story.branches()
    ours(story, restore_deleted_branch, RestoreRequest(branch=name))
    assert story.tip(name) == tip


TOO_LONG = {
    "one part": "p" * (LONGEST_PART + 1),
    "one part of many bytes": "é" * (LONGEST_PART // 2 + 1),
    "a part of 256": "x/" + "p" * 256,
    "many parts": longest_name() + "/d",
    "more than a path": "d/" * 3000 + "d",
    "a megabyte": "p" * 2**20,
}


@pytest.mark.parametrize("name", TOO_LONG.values(), ids=TOO_LONG)
def test_longer_names_are_bad_names(story: Scenario, name: str) -> None:
    before = folder_digest(story.git_dir, without=["mlgit"])
    acts: list[tuple[Callable[..., Any], Any]] = [
        (create_branch, BranchCreateRequest(name=name, start="main")),
        (create_branch, BranchCreateRequest(name=name, start="main", dry_run=True)),
        (rename_branch, BranchRenameRequest(old="y", new=name)),
        (restore_deleted_branch, RestoreRequest(branch=story.tip("main"), as_=name)),
    ]
    for verb, request in acts:
        with pytest.raises((BadName, BranchNotFound)) as caught:
            ours(story, verb, request)
        assert len(caught.value.message) < 300
    for verb, request in (
        (delete_branch, BranchDeleteRequest(name=name)),
        (switch_branch, SwitchRequest(name=name)),
        (rename_branch, BranchRenameRequest(old=name, new="z")),
        (read_timeline, TimelineRequest(ref=name)),
        (create_branch, BranchCreateRequest(name="z", start=name)),
    ):
        with pytest.raises(Problem):
            ours(story, verb, request)
    assert folder_digest(story.git_dir, without=["mlgit"]) == before


def test_name_longer_than_a_file_can_have_is_not_asked_for() -> None:
    assert is_valid_name(b"refs/heads/" + b"p" * 250)
    assert not is_valid_name(b"refs/heads/" + b"p" * 251)
    assert not is_valid_name(b"refs/heads/" + b"p/" * 2000 + b"p")


@pytest.mark.parametrize("length", [LONGEST_PART + 1, 250])
def test_name_that_git_could_make_comes_back(story: Scenario, length: int) -> None:
    """We make no such name, but what git has made is neither hidden nor lost."""
    name = "p" * length
    story.branch(name).commit("three")
    tip = story.tip()
    story.checkout("main")
    ours(story, delete_branch, BranchDeleteRequest(name=name))
    ours(story, restore_deleted_branch, RestoreRequest(branch=name))
    assert story.tip(name) == tip


@pytest.mark.parametrize("name", [chr(0xD800), f"a{chr(0xDFFF)}b", chr(0xDCE9), "nul\0", "", "\n"], ids=ascii)
def test_name_that_is_no_text_is_told(story: Scenario, name: str) -> None:
    acts: list[tuple[Callable[..., Any], Any]] = [
        (create_branch, BranchCreateRequest(name=name, start="main")),
        (delete_branch, BranchDeleteRequest(name=name)),
        (rename_branch, BranchRenameRequest(old=name, new="z")),
        (rename_branch, BranchRenameRequest(old="y", new=name)),
        (create_branch, BranchCreateRequest(name="z", start=name)),
    ]
    for verb, request in acts:
        with pytest.raises(Problem):
            ours(story, verb, request)
    assert sorted(story.branches()) == ["dir/x", "main", "y"]
