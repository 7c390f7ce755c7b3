"""Backs up what a hard reset would take; the real git finds every byte of it again."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.file_plan import FilePlan, Planner
from jupyter_mlgit.git.index_changes import index_changes
from jupyter_mlgit.git.locked_index import LockedIndex
from jupyter_mlgit.git.reset_plan import plan_hard
from jupyter_mlgit.journal.backup import back_up
from jupyter_mlgit.problems import StateChanged
from tests.git.test_file_change import begun, clean, conflict, dirty, in_the_way
from tests.git.twins import opened
from tests.history.pictures import working_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenario import Scenario

NOW = 1_700_000_000


def planned(s: Scenario, revision: str) -> FilePlan:
    with opened(s.path) as repo, LockedIndex(repo) as index:
        planner = Planner(repo, index)
        tree = repo.objects.commit(s.tip(revision).encode()).tree
        plan_hard(planner, index_changes(index.index, repo.objects, tree), index.paths)
        return planner.finish(go_over=True)


def kept(s: Scenario, plan: FilePlan) -> str | None:
    with opened(s.path) as repo, LockedIndex(repo) as index:
        commit = back_up(repo, plan, Planner(repo, index).top, "Hard reset to x", NOW).commit
    if commit is not None:
        s.git("update-ref", "refs/mlgit/backup/x", commit.decode())
    return None if commit is None else commit.decode()


@pytest.mark.parametrize("state", [dirty, in_the_way, conflict])
def test_every_byte_outlives_the_reset_and_gc(scenario: Scenario, state: Callable[[Scenario], None]) -> None:
    state(begun(scenario))
    target = scenario.tip("side")
    plan = planned(scenario, target)
    going = {one.path: one.file[0].oid for one in plan.steps if one.file is not None and one.file[0] is not None}
    staged = {one.oid for step in plan.steps if step.index is not None for one in step.index[0]}
    assert kept(scenario, plan) is not None
    scenario.git("reset", "-q", "--hard", target)
    scenario.expire_all()
    scenario.gc("--prune=now", "--quiet")
    for oid in {*going.values(), *staged}:
        assert scenario.exists(oid.decode()), oid
    scenario.fsck()


def test_nothing_is_kept_where_nothing_would_be_lost(scenario: Scenario) -> None:
    clean(begun(scenario))
    assert kept(scenario, planned(scenario, "side")) is None


def test_git_stash_applies_it(scenario: Scenario) -> None:
    dirty(begun(scenario))
    before, entries = working_files(scenario.path), scenario.git("ls-files", "--stage")
    commit = kept(scenario, planned(scenario, "HEAD"))
    assert commit is not None
    scenario.git("reset", "-q", "--hard")
    scenario.git("stash", "apply", "--quiet", "--index", commit)
    assert scenario.git("ls-files", "--stage") == entries
    after = working_files(scenario.path)
    assert {name: after.get(name) for name in before} == before


def test_an_untracked_file_in_the_way_is_in_the_third_parent(scenario: Scenario) -> None:
    in_the_way(begun(scenario))
    commit = kept(scenario, planned(scenario, "side"))
    assert commit is not None
    words = ["git", "show", f"{commit}^3:old"]
    assert subprocess.run(words, cwd=scenario.path, capture_output=True, check=True).stdout == b"untracked\n"
    assert scenario.git("log", "-1", "--format=%s", commit) == "Before: Hard reset to x"


def test_a_file_that_is_saved_meanwhile_stops_it(scenario: Scenario) -> None:
    dirty(begun(scenario))
    plan = planned(scenario, "HEAD")
    objects = sorted((scenario.git_dir / "objects").rglob("*"))
    scenario.write({"edited": "saved just now\n"})
    with pytest.raises(StateChanged, match="edited"):
        kept(scenario, plan)
    assert sorted((scenario.git_dir / "objects").rglob("*")) == objects
