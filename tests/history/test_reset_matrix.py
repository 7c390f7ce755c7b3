"""Resets and discards every combination of disk, index, HEAD and target at once, with git on a twin as the judge."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.status import StatusCache
from jupyter_mlgit.history.discard import DiscardRequest, discard
from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import UnfinishedOperation
from tests.git.status_judge import by_git
from tests.git.status_judge import ours as told
from tests.git.twins import opened, ours
from tests.history import matrix
from tests.history.matrix import differing, grid, seen, whole
from tests.history.pictures import everything, same_zone
from tests.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

zone = pytest.fixture(autouse=True)(same_zone)

AXES = {
    "plain": (matrix.DISK, matrix.STAGED, matrix.COMMITTED, matrix.TARGETS),
    "conflict": ("-13xldi", matrix.STAGES, "-1", matrix.TARGETS),
}


@pytest.fixture(scope="module", params=AXES)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Gives the combinations, to be copied."""
    return grid(Scenario(tmp_path_factory.mktemp("matrix") / "work"), *AXES[request.param])


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flushes nothing to the disk: that is tried elsewhere, and here are hundreds of files."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


def copied(built: Scenario, root: Path) -> Scenario:
    twin = built.twin()
    twin.root.rename(root)
    twin = Scenario(root, clock=twin.clock)
    twin.try_git("update-index", "-q", "--refresh")
    return twin


@pytest.mark.parametrize(("mode", "rev"), [("soft", "x"), ("mixed", "x"), ("hard", "x"), ("hard", "HEAD")])
def test_reset_is_gits(built: Scenario, tmp_path: Path, mode: str, rev: str) -> None:
    s = copied(built, tmp_path / "ours")
    twin, before, request = s.twin(), seen(s), ResetRequest(rev=rev, **{mode: True})
    twin.clock.tick()
    theirs = twin.try_git("reset", "--quiet", f"--{mode}", rev)
    if theirs.returncode:
        untouched = everything(s.root)
        with pytest.raises(UnfinishedOperation):
            ours(s, reset, request)
        assert everything(s.root) == untouched
        return
    ours(s, reset, request)
    after = whole(s)
    assert not differing(after, whole(twin))
    ours(s, undo, UndoRequest())
    assert not differing(seen(s), before)
    ours(s, redo, RedoRequest())
    assert not differing(seen(s), seen(twin))
    s.fsck()


def test_discard_is_gits(built: Scenario, tmp_path: Path) -> None:
    s = copied(built, tmp_path / "ours")
    twin, before = s.twin(), seen(s)
    tracked = s.git("ls-files", "--full-name", "-z").rstrip("\0").split("\0")
    # Submodules are left to git, which needs a look into them.
    paths = [path for path in dict.fromkeys(tracked) if path[2:3] != matrix.MODULE]
    done = ours(s, discard, DiscardRequest(paths=paths))
    twin.clock.tick()
    twin.git("restore", "--ignore-unmerged", "--pathspec-from-file=-", stdin="\n".join(paths))
    conflicts = s.git("diff", "--name-only", "--diff-filter=U").splitlines()
    assert sorted(one.path for one in done.refused) == sorted(conflicts)
    assert not differing(whole(s), whole(twin))
    if done.operation:
        ours(s, undo, UndoRequest())
        assert not differing(seen(s), before)


def test_status_is_gits(built: Scenario) -> None:
    with opened(built.path) as repo:
        mine = told(StatusCache(repo, most=None).full())
    git = by_git(built)
    assert not differing({"status": mine}, {"status": git})
