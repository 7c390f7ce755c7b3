"""Pins each kind of row by hand: in the list nothing changes but that it is pinned, until all else is forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
import pytest

from jupyter_mlgit.recovery.deleted_branches import DeletedBranch, DeletedRequest, find_deleted_branches
from jupyter_mlgit.recovery.pinning import PinRequest, pin_deleted
from jupyter_mlgit.recovery.restore import PreviewRequest, preview_deleted_branch
from tests.git.twins import ours
from tests.recovery.verdicts import context, listed, opened
from tests.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def story(tmp_path: Path) -> Scenario:
    """Gives a repository that has lost one thing by each kind of evidence, in this order."""
    story = Scenario(tmp_path / "work").commit("base").remote().push()
    other = Scenario(tmp_path / "work", "origin.git", clock=story.clock).clone("other")
    other.branch("fetched").commit("theirs").push("origin", "fetched")
    story.fetch(str(tmp_path / "work/origin.git"), "fetched")
    story.branch("config").commit("c1").push().checkout("main")
    story.git("update-ref", "-d", "refs/heads/config")
    story.branch("topic").commit("t1").push("origin", "topic").checkout("main").delete_branch("topic")
    story.branch("source").commit("s1").checkout("main").branch("made", "source").delete_branch("source")
    story.git("reflog", "expire", "--expire=all", "HEAD")
    story.clock.tick()
    unlogged = story.git("commit-tree", "-m", "merged", "-p", "main", "main^{tree}")
    story.branch("merged", unlogged).merge("merged", "--no-ff").delete_branch("merged")
    story.checkout("origin/topic").checkout("main").push("origin", "--delete", "topic")
    story.branch("renamed").commit("r1").rename_branch("renamed", "renamed-2")
    story.git("symbolic-ref", "HEAD", "refs/heads/main")
    story.reset("main").delete_branch("renamed-2")
    story.branch("rebased").commit("b1").checkout("main").commit("m1").rebase("main", "rebased")
    story.git("symbolic-ref", "HEAD", "refs/heads/main")
    story.reset("main").delete_branch("rebased")
    story.branch("left").commit("l1").delete_branch("left").branch("left").commit("l2").delete_branch("left")
    story.branch("moved").commit("v1").checkout("main").move_branch("moved", "main")
    story.checkout("--detach").commit("aside").checkout("main")
    return story.write({"base.txt": "changed"}).stash("idea").stash_drop()


KINDS = {"left", "rebased", "renamed", "merged", "created-from", "config", "fetched", "dangling"}


def unpinned(rows: list[DeletedBranch]) -> list[DeletedBranch]:
    """Gives the rows as they were without any pin; what has no name and is pinned has that for its only evidence."""
    bare = [msgspec.structs.replace(row, pinned=False) for row in rows]
    return [msgspec.structs.replace(row, evidence="dangling") if row.evidence == "pinned" else row for row in bare]


def test_list_is_the_same_whatever_is_pinned(story: Scenario) -> None:
    before = listed(story, everything=True)
    assert {row.evidence for row in before} == KINDS
    assert {row.kind for row in before} == {"deleted", "overwritten", "lost", "stash"}
    for row in before:
        ours(story, pin_deleted, PinRequest(branch=row.id))
        now = listed(story, everything=True)
        assert unpinned(now) == unpinned(before), f"after pinning {row.name}"
        assert [one.pinned for one in now if one.id == row.id] == [True]
    assert all(row.pinned for row in listed(story, everything=True))


def test_it_comes_back_under_the_same_name_whether_it_is_pinned_or_not(story: Scenario) -> None:
    def offered() -> dict[str, tuple[str, str]]:
        with opened(story) as repo:
            rows = find_deleted_branches(repo, DeletedRequest(all=True), context(story)).branches
            requests = [PreviewRequest(branch=row.id) for row in rows]
            shown = [preview_deleted_branch(repo, request, context(story)) for request in requests]
        return {preview.branch.id: (preview.name, preview.tip) for preview in shown}

    before = offered()
    assert {"topic", "left", "config"} <= {name for name, _ in before.values()}
    ours(story, pin_deleted, PinRequest(all=True, lost=True))
    assert offered() == before


def test_when_everything_else_is_forgotten_the_pins_tell_names_and_order(story: Scenario) -> None:
    before = [row for row in listed(story) if row.kind == "deleted"]
    ours(story, pin_deleted, PinRequest(all=True))
    (story.git_dir / "FETCH_HEAD").unlink()
    story.expire_all()
    after = [row for row in listed(story) if row.kind == "deleted"]
    assert [(row.name, row.tip) for row in after] == [(row.name, row.tip) for row in before]
    assert {row.state for row in after} == {"recoverable"}
    assert {row.evidence for row in after} <= {"pinned", "config"}
    for was, now in zip(before, after, strict=True):
        # A pin keeps the moment, not the zone that the log had it in.
        moments = [row.last_seen and datetime.fromisoformat(row.last_seen) for row in (was, now)]
        assert moments[0] == moments[1], was.name
