"""Lets six processes of ours and a busy terminal act on one repository: nothing that was acknowledged is lost."""

from __future__ import annotations

import multiprocessing
import random
import subprocess
import time
from typing import TYPE_CHECKING, Any

from jupyter_mlgit.git.repository import open_repository
from jupyter_mlgit.history.branches import BranchCreateRequest, BranchDeleteRequest, create_branch, delete_branch
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.records import read_records
from jupyter_mlgit.problems import Problem
from jupyter_mlgit.recovery.restore import RestoreRequest, restore_deleted_branch
from tests.git.twins import opened
from tests.scenario import isolated_environment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.process import BaseProcess
    from pathlib import Path

    from tests.scenario import Scenario

WORKERS = 6
ACTS = 20  # of each worker; a number of seconds would be none at all on a slow machine
GIVE_UP = 120  # seconds; long before that, the test would be of no use

# A commit that git could not make since a lock was held is none; only what was acknowledged counts.
TERMINAL = (
    ("commit", "--quiet", "--allow-empty", "--message", "work"),
    ("branch", "--quiet", "t{number}", "main~1"),
    ("branch", "--quiet", "-D", "t{earlier}"),
    ("branch", "--quiet", "-m", "t{number}", "u{number}"),
    ("pack-refs", "--all"),
    ("gc", "--quiet", "--prune=now"),
)


def act(path: Path, worker: int, results: Any) -> None:
    """Makes, deletes and restores branches of its own; reports what each acknowledged act left behind."""
    rng = random.Random(worker)  # noqa: S311 -- nothing is kept secret with it
    here: dict[str, str | None] = {}
    acknowledged, failed = [], []
    done, until = 0, time.monotonic() + GIVE_UP
    while done < ACTS and time.monotonic() < until:
        name = f"w{worker}/{rng.randrange(4)}"
        try:
            repo = open_repository(path)
            try:
                context = Context(now=time.time())
                if here.get(name):
                    gone = delete_branch(repo, BranchDeleteRequest(name=name), context)
                    here[name] = None
                    acknowledged.append(gone.tip)
                elif name in here and rng.random() < 0.7:
                    restored = restore_deleted_branch(repo, RestoreRequest(branch=name), context)
                    here[name] = restored.tip
                else:
                    here[name] = create_branch(repo, BranchCreateRequest(name=name), context).tip
                done += 1
            finally:
                repo.close()
        except Problem:  # refused, as when a lock is held
            continue
        except Exception as error:  # noqa: BLE001 -- the parent judges
            failed.append(repr(error))
    results.put((here, acknowledged, done, failed))


def work_in_the_terminal(story: Scenario, workers: Sequence[BaseProcess]) -> list[str]:
    """Runs git without pause while others are at work; gives the commits that it has acknowledged."""
    environment = isolated_environment(story.clock)
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        environment.pop(name)
    commits, number = [], 0
    while any(worker.is_alive() for worker in workers):
        number += 1
        words = TERMINAL[number % len(TERMINAL)]
        line = [word.format(number=number // len(TERMINAL), earlier=number // len(TERMINAL) - 3) for word in words]
        done = subprocess.run(["git", *line], cwd=story.path, env=environment, capture_output=True, check=False)
        if line[0] == "commit" and done.returncode == 0:
            commits.append(story.tip("HEAD"))
    return commits


def test_nothing_that_was_acknowledged_is_lost(story: Scenario) -> None:
    with opened(story.path) as repo:
        observe(repo, Context(now=time.time()))
    spawn = multiprocessing.get_context("spawn")
    results = spawn.Queue()
    workers = [spawn.Process(target=act, args=(story.path, number, results)) for number in range(WORKERS)]
    for worker in workers:
        worker.start()
    commits = work_in_the_terminal(story, workers)
    reports = [results.get(timeout=GIVE_UP) for _ in workers]
    for worker in workers:
        worker.join(GIVE_UP)
    assert [(done, failed) for *_, done, failed in reports] == [(ACTS, [])] * WORKERS
    branches = story.branches()
    for here, acknowledged, _, _ in reports:
        for name, tip in here.items():
            assert branches.get(name) == tip, name
        for tip in acknowledged:
            assert story.exists(tip)
    held = set(story.git("rev-list", "--all").split())
    assert [commit for commit in commits if commit not in held] == []
    story.fsck()
    story.git("reflog")
    story.git("checkout", "-q", "exp/one")
    assert not list(story.git_dir.rglob("*.lock"))
    assert not list(story.git_dir.glob("mlgit/locks/*"))
    with opened(story.path) as repo:
        ids = [record.id for record in read_records(repo)]
    assert len(ids) == len(set(ids))
