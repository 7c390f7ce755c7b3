"""Counts the points at which acts were killed or failed, over all processes that run tests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Tally:
    """How many points were tried in this run, and passed."""

    points: int = 0
    passed: int = 0

    def add(self, other: Tally) -> None:
        """Adds what another process has counted."""
        self.points += other.points
        self.passed += other.passed


TALLY = Tally()
