"""Holds our status against ``git status`` after each of many random steps.

We look at everything anew, at what has changed, and at what the system tells of changes.

The default run is short and always the same; ``MLGIT_EXAMPLES=200`` makes it long and new each time.
"""

from __future__ import annotations

import os
import random
import secrets
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.repository import open_repository
from jupyter_mlgit.git.status import StatusCache
from tests.git.status_judge import by_git, ours
from tests.git.status_steps import NAMES, Worker
from tests.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

LONG = os.environ.get("MLGIT_EXAMPLES")
RUNS = int(LONG) if LONG else 4
STEPS = 30


def require_same(mine: list[str], git: list[str], how: str, told: list[str]) -> None:
    """Demands the same lines in the same order."""
    if mine != git:
        lines = [f"  ours {line}" for line in mine if line not in git]
        lines += [f"  git  {line}" for line in git if line not in mine]
        pytest.fail("\n".join([how, *(lines or [f"  {mine}", f"  {git}"]), "after", *told]), pytrace=False)


def same(scenario: Scenario, *caches: StatusCache, changed: list[str], told: list[str]) -> None:
    """Demands that every cache tells what git tells."""
    kept, folders, watching = caches
    expected = by_git(scenario)
    names = [os.fsencode(name) for name in changed]
    require_same(ours(kept.refresh(names)), expected, "by what has changed", told)
    require_same(ours(kept.full()), expected, "looked at anew", told)
    require_same(ours(watching.now()), expected, "as the system tells", told)
    require_same(ours(folders.refresh(names)), by_git(scenario, "--untracked-files=normal"), "folders as one", told)


@pytest.mark.parametrize("seed", range(RUNS))
def test_same_as_git_after_each_step(tmp_path: Path, seed: int) -> None:
    number = secrets.randbits(40) if LONG else seed
    chosen = random.Random(number)  # noqa: S311 -- luck, not secrets
    scenario = Scenario(tmp_path)
    files = [name for name in NAMES if not any(other.startswith(name + "/") for other in NAMES)]
    if chosen.random() < 0.9:
        scenario.commit("base", {name: chosen.choice(["1\n", "one\ntwo\nthree\nfour\n"]) for name in files[:10]})
    repo = open_repository(scenario.path)
    kept, folders, watching = (StatusCache(repo, most=most) for most in (None, 0, None))
    watching.watch()
    worker = Worker(scenario, chosen)
    worker.told.append(f"seed {number}")
    for _ in range(STEPS):
        changed = worker.step()
        same(scenario, kept, folders, watching, changed=changed, told=worker.told)
    repo.close()
