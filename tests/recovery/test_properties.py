"""Tests by random sequences of git commands that nothing which git still has and any log names is missed or misnamed.

The default run is short and always the same; ``MLGIT_EXAMPLES=2000`` makes it long and new each time.
"""

from __future__ import annotations

import os
import random
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as some

from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.problems import BadName, BranchExists, BranchNotFound, TipGone
from jupyter_mlgit.recovery.deleted_branches import DeletedRequest, find_deleted_branches
from jupyter_mlgit.recovery.restore import RestoreRequest, restore_deleted_branch
from jupyter_mlgit.recovery.timeline import TimelineRequest, read_timeline
from tests.recovery.verdicts import context, listed, opened
from tests.recovery.wanderings import NAMES, Step, Wandering

LONG = os.environ.get("MLGIT_EXAMPLES")
NUMBER = some.integers(0, 60)
STEPS = some.lists(some.tuples(NUMBER, NUMBER, NUMBER, NUMBER), min_size=15, max_size=40)


def examples(count: int) -> settings:
    """Gives how often a test is tried."""
    phases = (Phase.explicit, Phase.generate, Phase.shrink)
    return settings(max_examples=int(LONG) if LONG else count, derandomize=not LONG, database=None, phases=phases)


def demand_truth(wandering: Wandering) -> None:
    """Demands that every row is true, and that no name is missing that the logs tell of."""
    story = wandering.main
    rows = listed(story)
    for row in rows:
        held = wandering.held[row.name or ""]
        assert {row.tip, *(earlier.tip for earlier in row.earlier)} <= held, f"{row.name} was never there"
    deleted = {row.name: row for row in rows if row.kind == "deleted"}
    for name, last in wandering.last.items():
        traces = [trace for trace in wandering.traces(name) if story.exists(trace.tip)]
        if not traces:
            continue
        assert name in deleted, f"{name} is missing"
        if traces[-1].tip == last:
            assert deleted[name].tip == last, f"{name} was last at {last}"


@examples(35)
@given(steps=STEPS, stopped=some.booleans())
def test_every_deleted_branch_is_listed_with_its_last_tip(steps: list[Step], *, stopped: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        wandering = Wandering(Path(folder) / "work", stopped=stopped)
        wandering.go(steps)
        demand_truth(wandering)


@examples(12)
@given(steps=STEPS)
def test_what_was_watched_outlives_everything(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        wandering = Wandering(Path(folder) / "work")
        story = wandering.main
        with opened(story) as repo:
            observe(repo, context(story))
            wandering.go(steps, after_each=lambda: observe(repo, context(story)))
        story.expire_all()
        for name, tips in wandering.held.items():
            for tip in tips:
                assert story.exists(tip), f"{tip} of {name} is gone"
        deleted = {row.name: row for row in listed(story) if row.kind == "deleted"}
        for name, last in wandering.last.items():
            assert deleted[name].tip == last
            assert deleted[name].pinned


@examples(12)
@given(steps=STEPS, seed=some.integers(0, 2**32))
def test_damaged_logs_crash_nothing(steps: list[Step], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- the damage is to be the same in each run
    with tempfile.TemporaryDirectory() as folder:
        wandering = Wandering(Path(folder) / "work")
        wandering.go(steps)
        story = wandering.main
        for path in [path for path in (story.common_dir / "logs").rglob("*") if path.is_file()]:
            path.write_bytes(damaged(path.read_bytes(), chance))
        with opened(story) as repo:
            rows = find_deleted_branches(repo, DeletedRequest(all=True), context(story)).branches
            for ref in ("HEAD", "main", *NAMES):
                with suppress(BranchNotFound):
                    read_timeline(repo, TimelineRequest(ref=ref), context(story))
            for row in rows:
                with suppress(TipGone, BranchExists, BadName):
                    restore_deleted_branch(repo, RestoreRequest(branch=row.id, dry_run=True), context(story))


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Gives a log's content with bytes changed, lines lost, doubled, exchanged, and its end cut off."""
    lines = content.splitlines(keepends=True)
    for _ in range(chance.randint(1, 6)):
        kind, index = chance.randrange(5), chance.randrange(len(lines) or 1)
        if not lines:
            return b"\xff\0\n"
        if kind == 0:
            lines.pop(index)
        elif kind == 1:
            lines.insert(index, chance.choice(lines))
        elif kind == 2:
            other = chance.randrange(len(lines))
            lines[index], lines[other] = lines[other], lines[index]
        else:
            line = bytearray(lines[index])
            for _ in range(chance.randint(1, 4)):
                line[chance.randrange(len(line))] = chance.choice(b"\0\xff\n\t 0af/.'~^:")
            lines[index] = bytes(line)
    data = b"".join(lines)
    return data[: chance.randrange(len(data))] if data and chance.random() < 0.3 else data
