"""Lets people act, save and work in a terminal all at once: nothing that was acknowledged to any of them is lost.

The default run is short; ``MLGIT_EXAMPLES=2000`` lets it go on for minutes.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import time
from typing import TYPE_CHECKING

from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.plan import is_interrupted
from jupyter_mlgit.journal.records import read_records
from tests.git.twins import opened
from tests.journal.busy_people import FILES, Report, act, save, work_in_the_terminal

if TYPE_CHECKING:
    from tests.scenario import Scenario

LONG = os.environ.get("MLGIT_EXAMPLES")
ACTS = int(LONG) // 10 if LONG else 12  # of each actor; a number of seconds would be none at all on a slow machine
GIVE_UP = 3000 if LONG else 150  # seconds; long before that, the test would be of no use
ACTORS, EDITORS = 2, 2


def lost(story: Scenario, wanted: set[str]) -> list[str]:
    """Gives the contents that no ref holds, no log and no index."""
    listed = story.git("rev-list", "--objects", "--all", "--reflog", "--indexed-objects").splitlines()
    held = {line.split(" ")[0] for line in listed}
    return sorted(one for one in wanted if blob(one) not in held)


def blob(content: str) -> str:
    data = content.encode()
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def test_nothing_that_was_acknowledged_is_lost(story: Scenario) -> None:
    for seed in range(ACTORS, ACTORS + EDITORS):
        story.write({f"e{seed}/{number}": "begun\n" for number in range(FILES // 2)})
    story.write({".gitignore": "*.log\n"}).commit("files of editors", {})
    with opened(story.path) as repo:
        observe(repo, Context(now=time.time()))
    spawn = multiprocessing.get_context("spawn")
    results, is_over = spawn.Queue(), spawn.Event()
    actors = [spawn.Process(target=act, args=(story.path, seed, ACTS, GIVE_UP, results)) for seed in range(ACTORS)]
    seeds = range(ACTORS, ACTORS + EDITORS)
    editors = [spawn.Process(target=save, args=(story.path, seed, is_over, results)) for seed in seeds]
    for one in [*actors, *editors]:
        one.start()
    reports: list[Report] = []

    def have_acted() -> bool:
        while not results.empty():
            reports.append(results.get())
        return not any(one.is_alive() for one in actors)

    commits = work_in_the_terminal(story.path, have_acted)
    is_over.set()
    while len(reports) < ACTORS + EDITORS:
        reports.append(results.get(timeout=GIVE_UP))
    for one in [*actors, *editors]:
        one.join(GIVE_UP)
    assert [report.failed for report in reports] == [[]] * len(reports)
    assert [report.done for report in reports if not report.last] == [ACTS] * ACTORS
    with opened(story.path) as repo:
        assert not is_interrupted(repo)
        observe(repo, Context(now=time.time()))
        ids = [record.id for record in read_records(repo)]
    assert len(ids) == len(set(ids))
    held = set(story.git("rev-list", "--all", "--reflog").split())
    assert [commit for commit in commits if commit not in held] == []
    missing = {
        content
        for report in reports
        for name, content in report.last.items()
        if not (story.path / name).is_file() or (story.path / name).read_text() != content
    }
    assert lost(story, missing) == []
    story.fsck()
    story.git("write-tree")
    assert not list(story.git_dir.rglob("*.lock"))
