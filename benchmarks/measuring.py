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
    """Something we do and the git command line does too."""

    name: str
    ours: Callable[[], float]
    """Does it once and gives the seconds that count."""
    git: Callable[[], float]
    goal: float | None = None
    """How many times git's time we allow ourselves."""


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
    for _ in range(rounds):
        git.append(comparison.git())
        ours.append(comparison.ours())
    mine, theirs = statistics.median(ours), statistics.median(git)
    ratio = mine / theirs
    measured = f"{ratio:6.2f} x   ours {1000 * mine:8.1f} ms   git {1000 * theirs:8.1f} ms"
    if comparison.goal is None:
        return Row(comparison.name, measured, "", None)
    return Row(comparison.name, measured, f"≤ {comparison.goal} x", ratio <= comparison.goal)


def show(row: Row) -> str:
    """Gives a row as a line of text."""
    mark = {None: " ", True: "✓", False: "✗"}[row.good]
    return f"  {mark} {row.name:<44} {row.measured:<54} {row.goal}".rstrip()
