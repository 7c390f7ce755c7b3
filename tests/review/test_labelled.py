"""How often the warnings are right: one set that they were tuned on, two that were written before the first run."""

from __future__ import annotations

import pytest

from tests.review.labelled import read_pairs
from tests.review.labelled.measure import measure

SETS = ("tuning", "held_out", "second_held_out")


@pytest.mark.parametrize("name", SETS)
def test_warnings_are_right(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    figures = measure(name)
    with capsys.disabled():
        print(f"\n{name}: {figures}")  # noqa: T201 -- the figures are what is asked for
    assert figures.precision >= 0.9, "\n".join(figures.mistakes)
    assert figures.recall >= 0.9, "\n".join(figures.mistakes)


def test_held_out_sets_are_large_enough() -> None:
    pairs = [*read_pairs("held_out"), *read_pairs("second_held_out")]
    assert sum(pair.harmless for pair in pairs) >= 30
    assert sum(not pair.harmless for pair in pairs) >= 30
    assert all(pair.old != pair.new for pair in pairs)
