"""Makes repositories with tangled histories, and a plain model of them to judge by."""

from __future__ import annotations

import os
import random
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

Dates = Literal["rising", "equal", "skewed"]

BEGIN = 1_700_000_000


def seeded(seed: object) -> random.Random:
    """Gives random numbers that are the same in every run."""
    return random.Random(str(seed))  # noqa: S311 -- nothing is kept secret with them


def git(path: Path, *arguments: str, given: bytes | None = None, now: int | None = None) -> bytes:
    """Runs the real git and gives what it prints."""
    environment = None if now is None else {**os.environ, "GIT_TEST_DATE_NOW": str(now)}
    done = subprocess.run(
        ["git", "-C", str(path), *arguments], input=given, capture_output=True, check=False, env=environment
    )
    if done.returncode:
        raise AssertionError(f"git {' '.join(arguments)}: {done.stderr.decode()}")
    return done.stdout


@dataclass
class History:
    """A repository and what is known of its commits, oldest first."""

    path: Path
    oids: list[bytes]
    parents: dict[bytes, tuple[bytes, ...]]

    def below(self, *tips: bytes) -> set[bytes]:
        """Gives the tips and all of their ancestors."""
        seen, waiting = set[bytes](), list(tips)
        while waiting:
            oid = waiting.pop()
            if oid not in seen:
                seen.add(oid)
                waiting += self.parents.get(oid, ())
        return seen


def make_history(
    path: Path, rng: random.Random, commits: int, dates: Dates = "rising", object_format: str = "sha1"
) -> History:
    """Makes a repository whose commits have none to five parents among the earlier ones.

    Every commit is named by a ref below ``refs/all/``; ``main`` is the last one.

    Args:
        path: where to; it must not exist.
        rng: decides the shape.
        commits: how many.
        dates: whether a child is younger than its parents, all are equally old, or clocks are wrong by years.
        object_format: ``sha1`` or ``sha256``.
    """
    path.mkdir(parents=True)
    git(path, "init", "-q", "-b", "main", f"--object-format={object_format}")
    git(path, "config", "fastimport.unpackLimit", "1")
    git(path, "config", "commitGraph.generationVersion", str(rng.choice((1, 2))))
    pieces: list[str] = []
    for mark in range(1, commits + 1):
        when = BEGIN + {"rising": 60 * mark, "equal": 0, "skewed": rng.randrange(10**8)}[dates]
        near = list(range(max(1, mark - 12), mark))
        width = 0 if rng.random() < 0.03 else rng.choice((1, 1, 1, 1, 2, 2, 3, 5))
        parents = rng.sample(near, min(width, len(near)))
        pieces.append(
            f"reset refs/all/{mark}\ncommit refs/all/{mark}\nmark :{mark}\n"
            f"committer Ada <ada@example.org> {when} +0000\ndata {len(str(mark))}\n{mark}\n"
        )
        pieces += [f"{'merge' if place else 'from'} :{parent}\n" for place, parent in enumerate(parents)]
    pieces.append(f"reset refs/heads/main\nfrom :{commits}\n\n")
    git(path, "fast-import", "--quiet", given="".join(pieces).encode())
    return read_history(path)


def read_history(path: Path) -> History:
    """Asks git for all commits of a repository and their parents as they are now."""
    lines = git(path, "log", "--all", "--no-decorate", "--format=%H %P", "--reverse", "--topo-order").splitlines()
    rows = [line.split() for line in lines]
    return History(path, [row[0] for row in rows], {row[0]: tuple(row[1:]) for row in rows})
