"""Times two ways of doing the same thing, in turns, and prints how many times as long ours takes."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Comparison:
    """Something we do and the git command line, or another program, does too."""

    name: str
    ours: Callable[[], float]
    """Does it once and gives the seconds that count."""
    git: Callable[[], float]
    goal: float | None = None
    """How many times git's time we allow ourselves."""
    peer: str = "git"
    """What the other side is."""
    within: float | None = None
    """How many seconds we allow ourselves besides."""
    rounds: int | None = None
    """How often at most it is worth measuring; the other side takes long."""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    measured: str
    goal: str
    good: bool | None


def seconds(work: Callable[[], object]) -> float:
    """Runs it once and gives the seconds it took."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def compare(comparison: Comparison, rounds: int) -> Row:
    """Runs both sides ``rounds`` times in turns, so that what else the machine does falls on both."""
    ours, git = [], []
    for _ in range(min(rounds, comparison.rounds or rounds)):
        git.append(comparison.git())
        ours.append(comparison.ours())
    mine, theirs = statistics.median(ours), statistics.median(git)
    ratio = mine / theirs
    digits = 2 if ratio >= 0.1 else 4  # noqa: PLR2004 -- below, two would say nothing
    measured = f"{ratio:6.{digits}f} x   ours {1000 * mine:8.1f} ms   {comparison.peer} {1000 * theirs:8.1f} ms"
    if comparison.goal is None:
        return Row(comparison.name, measured, "", None)
    goal, good = f"≤ {comparison.goal} x", ratio <= comparison.goal
    if comparison.within is not None:
        goal, good = f"{goal}, ≤ {1000 * comparison.within:.0f} ms", good and mine <= comparison.within
    return Row(comparison.name, measured, goal, good)


def show(row: Row) -> str:
    """Gives a row as a line of text."""
    mark = {None: " ", True: "✓", False: "✗"}[row.good]
    return f"  {mark} {row.name:<44} {row.measured:<54} {row.goal}".rstrip()
