"""What has to be replaced: it makes the new text of the old one, and no more than that."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from jupyter_mlgit.textdiff import myers
from jupyter_mlgit.textdiff.increasing import longest_increasing
from jupyter_mlgit.textdiff.myers import Change, find_changes

SHORT = some.lists(some.integers(0, 5), max_size=14)
LONG = some.lists(some.integers(0, 40), max_size=60)


def applied(old: list[Any], new: list[Any], changes: list[Change]) -> list[Any]:
    """Makes the new side of the old one, by what the changes say."""
    made, place = [], 0
    for change in changes:
        made += old[place : change.old_from] + new[change.new_from : change.new_to]
        place = change.old_to
    return made + old[place:]


def longest_common(old: list[Any], new: list[Any]) -> int:
    """Gives the length of a longest common subsequence, by the textbook's table."""
    above = [0] * (len(new) + 1)
    for one in old:
        row = [0]
        for place, other in enumerate(new):
            row.append(above[place] + 1 if one == other else max(above[place + 1], row[-1]))
        above = row
    return above[-1]


@settings(max_examples=300, derandomize=True, database=None)
@given(old=SHORT, new=SHORT)
def test_as_few_lines_as_possible(old: list[int], new: list[int]) -> None:
    changes = find_changes(old, new)
    assert applied(old, new, changes) == new
    assert sum(change.old_to - change.old_from for change in changes) == len(old) - longest_common(old, new)


@settings(max_examples=150, derandomize=True, database=None)
@given(old=LONG, new=LONG, patience=some.sampled_from([1, 3, 256]), long=some.sampled_from([4, 2000]))
def test_right_where_the_shortest_path_is_given_up(old: list[int], new: list[int], patience: int, long: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(myers, "PATIENCE", patience)
        patch.setattr(myers, "LONG", long)
        changes = find_changes(old, new)
    assert applied(old, new, changes) == new
    assert all(one.old_to < other.old_from for one, other in pairwise(changes))


def test_nothing_differs_in_the_same_text() -> None:
    assert find_changes("abc", "abc") == []
    assert find_changes("", "") == []


def test_texts_without_anything_in_common_are_one_change() -> None:
    assert find_changes("abc", "xy") == [Change(0, 3, 0, 2)]


def test_a_long_text_of_which_half_changed_takes_few_changes() -> None:
    old = [number % 700 for number in range(4000)]
    new = [number if number % 3 else -number for number in old]
    changes = find_changes(old, new)
    assert applied(old, new, changes) == new
    common = sum(block.size for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks())
    assert len(old) - sum(change.old_to - change.old_from for change in changes) >= 0.9 * common


def test_plain_edits_take_no_lookup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(myers, "_looked_up", pytest.fail)
    old = list(range(100))
    new = [-1, *old[:10], -2, *old[11:30], -3, -4, -5, *old[30:50], *old[58:70], -6, -7, *old[75:99], -8]
    changes = find_changes(old, new)
    assert applied(old, new, changes) == new
    assert sum(change.old_to - change.old_from for change in changes) == len(old) - longest_common(old, new) == 15


@pytest.mark.parametrize(("old", "new"), [("abcdefgh", "bcdaefgh"), ("xaabcdef", "aabcxdef"), ("abcXdefY", "YabcdXef")])
def test_what_goes_here_and_comes_there_is_looked_up(old: str, new: str) -> None:
    changes = find_changes(old, new)
    assert applied(list(old), list(new), changes) == list(new)
    kept = len(old) - sum(change.old_to - change.old_from for change in changes)
    assert kept == longest_common(list(old), list(new))


def test_without_an_end_of_repetitions_the_rest_is_replaced() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(myers, "PATIENCE", 2)
        patch.setattr(myers, "BUDGET", 3)
        old, new = [number * number % 7 % 2 for number in range(400)], [number * 3 % 5 % 2 for number in range(400)]
        assert applied(old, new, find_changes(old, new)) == new


@settings(max_examples=200, derandomize=True, database=None)
@given(numbers=some.lists(some.integers(0, 12), max_size=12))
def test_longest_increasing(numbers: list[int]) -> None:
    places = longest_increasing(numbers)
    assert places == sorted(set(places))
    taken = [numbers[place] for place in places]
    assert taken == sorted(set(taken))
    best = [1] * len(numbers)
    for place, number in enumerate(numbers):
        best[place] = 1 + max((best[before] for before in range(place) if numbers[before] < number), default=0)
    assert len(taken) == max(best, default=0)
