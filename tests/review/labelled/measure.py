"""Counts how often the warnings are right about a labelled set."""

from __future__ import annotations

from dataclasses import dataclass, field

from jupyter_mlgit.review.warnings import ReviewWarning, find_cell_warnings, find_warnings
from tests.review.labelled import Pair, read_pairs


@dataclass
class Figures:
    """What was named rightly, wrongly, and not at all; a rule counts once for each pair."""

    pairs: int = 0
    harmless: int = 0
    right: int = 0
    wrong: int = 0
    missed: int = 0
    mistakes: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Of the rules named, the share that is right."""
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        """Of the rules that should be named, the share that is."""
        return self.right / max(self.right + self.missed, 1)

    def __str__(self) -> str:
        """One line for a person."""
        return (
            f"{self.pairs} pairs, {self.harmless} of them harmless: precision {self.precision:.3f}"
            f" ({self.wrong} wrong), recall {self.recall:.3f} ({self.missed} missed)"
        )


def measure(name: str) -> Figures:
    """Runs over one of the sets."""
    figures = Figures()
    for pair in read_pairs(name):
        told = warnings_of(pair)
        named = {warning.rule for warning in told}
        figures.pairs += 1
        figures.harmless += pair.harmless
        hits = [rules for rules in pair.expected if rules & named]
        figures.right += len(hits)
        figures.missed += len(pair.expected) - len(hits)
        wrong = named - pair.allowed - frozenset().union(*pair.expected)
        figures.wrong += len(wrong)
        if wrong or len(hits) < len(pair.expected):
            said = "; ".join(f"[{warning.rule}] {warning.message}" for warning in told) or "nothing"
            wanted = ", ".join("/".join(sorted(rules)) for rules in pair.expected) or "nothing"
            figures.mistakes.append(f"{pair.path}: {pair.title}: wanted {wanted}, told {said}")
    return figures


def warnings_of(pair: Pair) -> tuple[ReviewWarning, ...]:
    """Gives what is said about a pair."""
    if pair.path.endswith(".ipynb"):
        return find_cell_warnings(pair.path, _cells(pair.old), _cells(pair.new))
    return find_warnings(pair.path, pair.old, pair.new)


def _cells(text: str) -> list[tuple[int, str]]:
    return list(enumerate(text.rstrip("\n").split("\n%%%%\n")))
