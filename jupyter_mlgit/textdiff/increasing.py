"""Finds the longest run of numbers that increase: what kept its order while the rest was moved."""

from __future__ import annotations

from bisect import bisect_left
from itertools import islice
from operator import lt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def longest_increasing(numbers: Sequence[int]) -> list[int]:
    """Gives the places of a longest strictly increasing subsequence, in order (Fredman 1975: n log n comparisons).

    Args:
        numbers: for each thing in its old order, its place in the new one.
    """
    if all(map(lt, numbers, islice(numbers, 1, None))):
        return list(range(len(numbers)))
    smallest: list[int] = []
    places: list[int] = []
    before: list[int] = []
    greatest = last = -1
    for place, number in enumerate(numbers):
        if number > greatest or last < 0:
            before.append(last)
            smallest.append(number)
            places.append(place)
            greatest, last = number, place
        else:
            length = bisect_left(smallest, number)
            before.append(places[length - 1] if length else -1)
            smallest[length], places[length] = number, place
            greatest, last = smallest[-1], places[-1]
    found: list[int] = []
    place = places[-1] if places else -1
    while place >= 0:
        found.append(place)
        place = before[place]
    return found[::-1]
