"""Walks at random through edits, git and the product's acts: git's twin, and earlier moments, say what must come of it.

The default run is short and always the same; ``MLGIT_EXAMPLES=2000`` makes it long, 10,000 steps, and new each time.
A failure tells its number, and ``MLGIT_SEED`` begins with a number that is known.
"""

from __future__ import annotations

import os
import random
import secrets
from typing import TYPE_CHECKING

import pytest

from tests.history.pictures import same_zone
from tests.journal.random_acts import Walk
from tests.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

LONG = os.environ.get("MLGIT_EXAMPLES")
STEPS = 50
RUNS = int(LONG) * 5 // STEPS if LONG else 10
FIRST = int(os.environ.get("MLGIT_SEED") or (secrets.randbits(40) if LONG else 0))

zone = pytest.fixture(autouse=True)(same_zone)


@pytest.mark.parametrize("run", range(RUNS))
def test_nothing_is_unexplained(tmp_path: Path, run: int) -> None:
    number = FIRST + run
    walk = Walk(Scenario(tmp_path / "work"), random.Random(number))  # noqa: S311 -- luck, not secrets
    walk.told.append(f"seed {number}")
    for _ in range(STEPS):
        walk.step()
    for one in (walk.ours, walk.twin):
        one.fsck()
    assert not list(walk.ours.git_dir.rglob("*.lock"))
