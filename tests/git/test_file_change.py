"""Plans and carries out resets of every kind on twins: what git makes of the one, we make of the other."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.file_change import carry_out
from jupyter_mlgit.git.file_plan import Planner
from jupyter_mlgit.git.index_changes import index_changes
from jupyter_mlgit.git.locked_index import LockedIndex
from jupyter_mlgit.git.objects import Oid
from jupyter_mlgit.git.reset_plan import plan_hard, plan_mixed
from tests.git.twins import opened
from tests.history.pictures import working_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenario import Scenario


def clean(s: Scenario) -> None:
    """Has nothing but commits."""


def dirty(s: Scenario) -> None:
    """Has edits, staged ones and not, of every kind."""
    s.write({"edited": "mine\n", "staged": "mine\n", "both": "staged\n", "new/staged": "n\n"})
    s.git("add", "staged", "both", "new")
    s.write({"both": "and edited\n", "mine": "untracked\n"})
    (s.path / "deleted").unlink()
    s.git("rm", "-q", "--cached", "uncached")
    s.git("rm", "-q", "removed")
    (s.path / "program").chmod(0o755)
    (s.path / "link").unlink()
    (s.path / "link").symlink_to("elsewhere")
    (s.path / "turned").unlink()
    (s.path / "turned").symlink_to("edited")


def in_the_way(s: Scenario) -> None:
    """Has files and folders where the commit has others."""
    shutil.rmtree(s.path / "folder")
    s.write({"folder": "a file now\n"})
    (s.path / "turned").unlink()
    s.write({"turned/deep/mine": "work\n", "old": "untracked\n", "gone/now": "x\n"})


def conflict(s: Scenario) -> None:
    """Is in the middle of a merge."""
    s.checkout("-q", "side")
    s.try_git("merge", "main")


STATES = [clean, dirty, in_the_way, conflict]
TARGETS = ["HEAD", "HEAD~1", "side", "main"]


def begun(s: Scenario) -> Scenario:
    names = ["edited", "staged", "both", "deleted", "uncached", "removed", "program", "turned", "old", "gone/deep/file"]
    s.write(dict.fromkeys(names, "1\n")).write({"folder/one": "1\n", "folder/two": "1\n"})
    (s.path / "link").symlink_to("edited")
    s.commit("first").branch("side").write({"both": "side\n", "only/here": "s\n"})
    (s.path / "program").chmod(0o755)
    s.commit("side").checkout("main")
    s.git("rm", "-q", "old", "-r", "gone")
    return s.commit("second", {"both": "2\n", "edited": "2\n", "folder/three": "2\n"})


def entries(s: Scenario) -> str:
    return s.git("ls-files", "--stage")


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("mode", ["--mixed", "--hard"])
def test_reset_makes_what_git_makes(
    scenario: Scenario, mode: str, state: Callable[[Scenario], None], target: str
) -> None:
    state(begun(scenario))
    twin = scenario.twin()
    target = scenario.tip(target)
    with opened(scenario.path) as repo, LockedIndex(repo) as index:
        planner = Planner(repo, index)
        coming = index_changes(index.index, repo.objects, repo.objects.commit(target.encode()).tree)
        if mode == "--hard":
            plan_hard(planner, coming, index.paths)
        else:
            plan_mixed(planner, coming)
        plan = planner.finish(go_over=True)
        carry_out(repo, index, plan.steps, plan.seen)
    scenario.git("update-ref", "--no-deref", "HEAD", target)
    twin.git("update-ref", "--no-deref", "HEAD", target)
    twin.git("reset", "-q", mode, target)
    assert entries(scenario) == entries(twin)
    assert working_files(scenario.path) == working_files(twin.path)
    assert scenario.git("status", "--porcelain=v2") == twin.git("status", "--porcelain=v2")
    assert scenario.git("diff-files", "--name-only") == twin.git("diff-files", "--name-only")
    scenario.fsck()
    assert not list(scenario.path.rglob(".mlgit-*"))


def test_a_tree_that_the_index_knows_is_passed_over(scenario: Scenario) -> None:
    begun(scenario).git("read-tree", "HEAD")
    with opened(scenario.path) as repo, LockedIndex(repo) as index:
        tree = Oid(scenario.git("rev-parse", "HEAD^{tree}").encode())
        assert index.index.cache_tree is not None
        assert index_changes(index.index, repo.objects, tree) == {}
        assert set(index_changes(index.index, repo.objects, None)) == set(index.paths)
