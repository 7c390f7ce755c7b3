"""Makes one source of evidence after another unreadable: the rest is still listed, and it is said that some is not."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.journal.context import Settings
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.recovery.deleted_branches import DeletedRequest, find_deleted_branches
from jupyter_mlgit.recovery.timeline import TimelineRequest, read_timeline
from tests.recovery.verdicts import context, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.scenario import Scenario

LIMIT = 120
"""Seconds after which a reader counts as held up for ever."""


@pytest.fixture(autouse=True)
def limited() -> Iterator[None]:
    """Ends a test that waits for what never comes."""

    def end(*_: Any) -> None:
        raise AssertionError(f"held up for {LIMIT} seconds")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(LIMIT)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    """Gives a repository that knows of each lost branch from another source, and of ``pinned`` from a pin."""
    story = scenario.commit("base").remote().push()
    story.branch("pinned").commit("p1").checkout("main")
    look(story)
    story.delete_branch("pinned")
    look(story)
    story.worktree_add("linked", "-b", "of-linked").inside("linked").commit("l1").checkout("--detach", "main")
    story.delete_branch("of-linked")
    story.branch("own").commit("o1").checkout("main")
    log = (story.common_dir / "logs/refs/heads/own").read_bytes()
    story.delete_branch("own")
    story.branch("config").commit("c1").push().checkout("main")
    story.git("update-ref", "-d", "refs/heads/config")
    story.git("reflog", "expire", "--expire=all", "HEAD")
    (story.common_dir / "logs/refs/heads/own").write_bytes(log)
    story.branch("of-head").commit("h1").checkout("main").delete_branch("of-head")
    return story.branch("alive").commit("a1").checkout("main")


def look(story: Scenario, **settings: Any) -> None:
    story.clock.tick()
    with opened(story) as repo:
        observe(repo, context(story, settings=Settings(**settings)))


def found(story: Scenario) -> tuple[set[str | None], int]:
    """Gives the names that can be restored, and how much could not be read."""
    with opened(story) as repo:
        rows = find_deleted_branches(repo, DeletedRequest(), context(story))
    return {row.name for row in rows.branches if row.kind == "deleted" and row.state == "recoverable"}, rows.skipped


ALL = {"pinned", "of-linked", "own", "config", "of-head"}


def in_place_of(path: Path, make: Callable[[Path], object]) -> None:
    """Puts something else where a file stands."""
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    make(path)


def with_(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))


LONG = b"a" * 40 + b" " + b"b" * 40 + b" A <a> 1760000000 +0000\tcommit: " + b"x" * 10_000_000 + b"\n"

HARMS: dict[str, tuple[Callable[[Path], object], set[str], bool]] = {
    "HEAD's log with zero bytes": (
        lambda git: with_(git / "logs/HEAD", lambda text: b"\0" * 5000 + b"\n" + text + b"\0\0\n"), set(), True
    ),
    "HEAD's log with a line of ten megabytes": (
        lambda git: with_(git / "logs/HEAD", lambda text: LONG + text), set(), False
    ),
    "HEAD's log with ten megabytes of one damaged line": (
        lambda git: with_(git / "logs/HEAD", lambda text: text + b"x" * 10_000_000), set(), True
    ),
    "HEAD's log a folder": (lambda git: in_place_of(git / "logs/HEAD", lambda path: path.mkdir()), {"of-head"}, True),
    "HEAD's log a link in a circle": (
        lambda git: in_place_of(git / "logs/HEAD", lambda path: path.symlink_to("HEAD")), {"of-head"}, True
    ),
    "a linked worktree's log a folder": (
        lambda git: in_place_of(git / "worktrees/linked/logs/HEAD", lambda path: path.mkdir()), {"of-linked"}, True
    ),
    "a linked worktree's HEAD empty": (
        lambda git: (git / "worktrees/linked/HEAD").write_bytes(b""), set(), False
    ),
    "a branch's own log garbage": (
        lambda git: (git / "logs/refs/heads/own").write_bytes(b"\xff\0garbage"), {"own"}, True
    ),
    "a log called like no ref": (
        lambda git: (git / "logs/refs/heads/..bad name").write_bytes(b"\xff\0garbage"), set(), True
    ),
    "HEAD's log a pipe": (lambda git: in_place_of(git / "logs/HEAD", os.mkfifo), {"of-head"}, True),
    "a branch's own log a pipe": (lambda git: in_place_of(git / "logs/refs/heads/own", os.mkfifo), {"own"}, True),
    "the log of acts a pipe": (lambda git: in_place_of(git / "mlgit/operations.jsonl", os.mkfifo), set(), False),
    "pins a pipe": (lambda git: in_place_of(git / "mlgit/pins.jsonl", os.mkfifo), {"pinned"}, False),
    "FETCH_HEAD a folder": (lambda git: in_place_of(git / "FETCH_HEAD", lambda path: path.mkdir()), set(), False),
    "FETCH_HEAD a pipe": (lambda git: in_place_of(git / "FETCH_HEAD", os.mkfifo), set(), False),
    "pins garbage": (lambda git: (git / "mlgit/pins.jsonl").write_bytes(b"\0\xff\n{}\n[]\n"), {"pinned"}, False),
    "pins a folder": (
        lambda git: in_place_of(git / "mlgit/pins.jsonl", lambda path: path.mkdir()), {"pinned"}, False
    ),
    "our folder a file": (
        lambda git: in_place_of((git / "mlgit").replace(git / "old").with_name("mlgit"), Path.touch), {"pinned"}, False
    ),
    "a ref of zero bytes": (lambda git: (git / "refs/heads/alive").write_bytes(b""), set(), False),
    "a ref of garbage": (lambda git: (git / "refs/heads/alive").write_bytes(b"\0" * 41), set(), False),
    "a ref that is a link in a circle": (
        lambda git: (git / "refs/heads/circle").symlink_to("circle"), set(), False
    ),
    "HEAD empty": (lambda git: (git / "HEAD").write_bytes(b""), set(), False),
    "packed-refs garbage": (lambda git: (git / "packed-refs").write_bytes(b"\0\xffgarbage"), set(), False),
    "packed-refs a folder": (
        lambda git: in_place_of(git / "packed-refs", lambda path: path.mkdir()), set(), False
    ),
    "shallow garbage": (lambda git: (git / "shallow").write_bytes(b"\0\xffgarbage\n"), set(), False),
    "grafts garbage": (
        lambda git: in_place_of(git / "info/grafts", lambda path: path.write_bytes(b"\0\xff zzz\n")), set(), False
    ),
}  # fmt: skip


@pytest.mark.parametrize(("harm", "lost", "said"), HARMS.values(), ids=HARMS)
def test_the_rest_is_listed(story: Scenario, harm: Callable[[Path], object], lost: set[str], *, said: bool) -> None:
    assert found(story) == (ALL, 0)
    git = story.common_dir
    harm(git)
    names, skipped = found(story)
    assert names - {"alive"} >= ALL - lost
    assert names <= ALL | {"alive"}
    assert bool(skipped) is said
    with opened(story) as repo:
        timeline = read_timeline(repo, TimelineRequest(), context(story))
        assert read_timeline(repo, TimelineRequest(ref="alive"), context(story)).entries
    assert timeline.entries or "of-head" in lost


PIPES = [
    "mlgit/hook.log",
    "mlgit/hook.log.taken",
    "mlgit/observed.json",
    "mlgit/expiring",
    "mlgit/unfinished.json",
    "FETCH_HEAD",
]


@pytest.mark.parametrize("name", PIPES)
def test_looking_is_not_held_up_by_a_planted_pipe(story: Scenario, name: str) -> None:
    look(story)
    tip = story.tip("alive")
    in_place_of(story.common_dir / name, os.mkfifo)
    story.clock.tick(10 * 86_400)
    look(story, pin_days=1)
    story.delete_branch("alive")
    look(story, pin_days=1)
    names, _ = found(story)
    assert names >= ALL
    story.expire_all()
    assert story.exists(tip) or name == "mlgit/observed.json"
