"""Says which cell of one notebook is which cell of another.

What is certain comes first: the same cells at both ends, then sources that stand once on each side, then runs of the
same sources between them. An id counts only where it isn't a bare number and the sources have something in common: the
default of nbstripout writes ids anew as "0", "1", …, and whoever trusts those reports every cell after an inserted one
as changed. What is left between two matched cells is matched by likeness, in order. What kept its order is the
longest increasing run; the rest was moved.

Likeness is the part of the words that two sources share (Dice's coefficient), so that a reformatted cell is the same
cell; of very short sources, the part of the pairs of characters.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from heapq import nlargest
from typing import TYPE_CHECKING, NamedTuple, Protocol

from jupyter_mlgit.textdiff.increasing import longest_increasing
from jupyter_mlgit.textdiff.myers import find_changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ALIKE = 0.5
"""Likeness from which on two cells between the same neighbours are one."""

ALONE = 0.3
"""The same where there is only one cell on each side."""

FAR = 0.75
"""The same where the cells are not between the same neighbours."""

RELATED = 0.2
"""Likeness that an id needs beside it."""

_FEW_WORDS = 5
_MOST_PAIRS = 2_500
"""Pairs of a gap that are all compared; in a larger one only those that share a rare word."""
_RARE = 20
_CANDIDATES = 5
_SHORT = 12
"""Characters of a source below which it is not looked for elsewhere; ``plt.show()`` is nobody's."""
_PART = 8
"""Words that a part needs to be known as one: one cell of a split, or what was left of a shortened one."""
_OTHER_KIND = 0.8
"""What likeness counts for where one is code and the other is text."""

_WORD = re.compile(r"\w+")


class Comparable(Protocol):
    """What is looked at of a cell."""

    @property
    def kind(self) -> str:
        """Its type: ``code``, ``markdown`` or ``raw``."""

    @property
    def source(self) -> str:
        """Its text."""

    @property
    def id(self) -> str | None:
        """Its id; None in older notebooks."""


class Pair(NamedTuple):
    """A cell that is on both sides, by its places from 0."""

    old: int
    new: int
    moved: bool


class Matching(NamedTuple):
    """Every cell of either side stands in one of the three."""

    pairs: list[Pair]
    """By the new place."""
    deleted: list[int]
    added: list[int]


def match_cells(old: Sequence[Comparable], new: Sequence[Comparable]) -> Matching:
    """Matches the cells of two notebooks.

    Args:
        old: the cells of the old notebook.
        new: the cells of the new one.
    """
    matcher = _Matcher(old, new)
    matcher.same_ends()
    matcher.same_source()
    matcher.same_runs()
    matcher.same_id()
    matcher.alike_between()
    matcher.alike_anywhere()
    kept = set(matcher.kept())
    by_new = sorted((right, left) for left, right in matcher.found.items())
    return Matching(
        [Pair(left, right, (left, right) not in kept) for right, left in by_new],
        [place for place in range(len(old)) if place not in matcher.found],
        [place for place in range(len(new)) if place not in matcher.taken],
    )


def likeness(one: str, other: str) -> float:
    """Gives how much two sources have in common, from 0 to 1."""
    return _Words(one).likeness(_Words(other))


class _Matcher:
    """What has been matched so far."""

    def __init__(self, old: Sequence[Comparable], new: Sequence[Comparable]) -> None:
        self.found: dict[int, int] = {}
        self.taken: set[int] = set()
        self._old, self._new = old, new
        self._keys = [(cell.kind, cell.source) for cell in old]
        self._others = [(cell.kind, cell.source) for cell in new]
        numbers: dict[tuple[str, str], int] = {}
        # The same number for the same kind and source, which is compared and looked up many times.
        self._lefts = [numbers.setdefault(key, len(numbers)) for key in self._keys]
        self._rights = [numbers.setdefault(key, len(numbers)) for key in self._others]
        self._words: dict[str, _Words] = {}
        self._kept: list[tuple[int, int]] = []
        self._kept_of = 0

    def same_ends(self) -> None:
        """Matches what is the same at both ends."""
        lefts, rights = self._lefts, self._rights
        size = min(len(lefts), len(rights))
        start = 0
        while start < size and lefts[start] == rights[start]:
            self._pair(start, start)
            start += 1
        end = 1
        while end <= size - start and lefts[-end] == rights[-end]:
            self._pair(len(lefts) - end, len(rights) - end)
            end += 1

    def same_source(self) -> None:
        """Matches sources that stand once on each side; short ones only where they kept their order."""
        lefts, rights = self._left_old(), self._left_new()
        counts = Counter([self._lefts[place] for place in lefts])
        others = Counter([self._rights[place] for place in rights])
        places = {number: place for place in rights if others[number := self._rights[place]] == 1}
        once = [
            (place, places[number])
            for place in lefts
            if (number := self._lefts[place]) in places and counts[number] == 1
        ]
        kept = set(longest_increasing([right for _, right in once]))
        for number, (left, right) in enumerate(once):
            if number in kept or len(self._keys[left][1]) >= _SHORT:
                self._pair(left, right)

    def same_runs(self) -> None:
        """Matches sources that stand there several times, such as empty cells, between the same neighbours."""
        for lefts, rights in self._gaps():
            one, other = [self._lefts[place] for place in lefts], [self._rights[place] for place in rights]
            left = right = 0
            for change in [*find_changes(one, other), None]:
                until = change.old_from if change else len(one)
                for step in range(until - left):
                    self._pair(lefts[left + step], rights[right + step])
                if change:
                    left, right = change.old_to, change.new_to

    def same_id(self) -> None:
        """Matches ids that mean something."""
        ids = _once((self._old[place].id, place) for place in self._left_old())
        others = _once((self._new[place].id, place) for place in self._left_new())
        for name, left in ids.items():
            right = others.get(name)
            if right is not None and self._likeness(left, right) >= RELATED:
                self._pair(left, right)

    def alike_between(self) -> None:
        """Matches what is alike between two matched cells, in order; each time the gaps are smaller."""
        before = -1
        while before < len(self.found):
            before = len(self.found)
            for lefts, rights in self._gaps():
                self._alike_in(lefts, rights)

    def _alike_in(self, lefts: list[int], rights: list[int]) -> None:
        alone = len(lefts) == len(rights) == 1
        likely = [
            (left, right, score)
            for left, right in self._likely(lefts, rights)
            if (score := self._likeness(left, right)) >= (ALONE if alone else ALIKE)
        ]
        for left, right in _heaviest_increasing(likely):
            self._pair(left, right)

    def alike_anywhere(self) -> None:
        """Matches what was both moved and edited, the most alike first."""
        lefts = [place for place in self._left_old() if len(self._of(self._keys[place][1]).words) > _FEW_WORDS]
        rights = [place for place in self._left_new() if len(self._of(self._others[place][1]).words) > _FEW_WORDS]
        likely = [
            (score, left, right)
            for left, right in self._likely(lefts, rights)
            if (score := self._likeness(left, right)) >= FAR
        ]
        for _, left, right in sorted(likely, key=lambda one: (-one[0], one[1:])):
            if left not in self.found and right not in self.taken:
                self._pair(left, right)

    def _pair(self, left: int, right: int) -> None:
        self.found[left] = right
        self.taken.add(right)

    def _left_old(self) -> list[int]:
        return [place for place in range(len(self._keys)) if place not in self.found]

    def _left_new(self) -> list[int]:
        return [place for place in range(len(self._others)) if place not in self.taken]

    def kept(self) -> list[tuple[int, int]]:
        """Gives what is matched and kept its order."""
        if self._kept_of != len(self.found):
            matched = sorted(self.found.items())
            self._kept = [matched[place] for place in longest_increasing([right for _, right in matched])]
            self._kept_of = len(matched)
        return self._kept

    def _gaps(self) -> Iterator[tuple[list[int], list[int]]]:
        """Yields what is unmatched on both sides between two cells that kept their order."""
        left = right = 0
        for left_to, right_to in [*self.kept(), (len(self._keys), len(self._others))]:
            if left < left_to and right < right_to:
                lefts = [place for place in range(left, left_to) if place not in self.found]
                rights = [place for place in range(right, right_to) if place not in self.taken]
                if lefts and rights:
                    yield lefts, rights
            left, right = left_to + 1, right_to + 1

    def _likely(self, lefts: list[int], rights: list[int]) -> Iterator[tuple[int, int]]:
        """Yields the pairs that are worth comparing."""
        if len(lefts) * len(rights) <= _MOST_PAIRS:
            yield from ((left, right) for left in lefts for right in rights)
            return
        holders: dict[str, list[int]] = defaultdict(list)
        for right in rights:
            for word in self._of(self._others[right][1]).words:
                holders[word].append(right)
        for left in lefts:
            shared: Counter[int] = Counter()
            for word in self._of(self._keys[left][1]).words:
                if len(holder := holders.get(word, ())) <= _RARE:
                    shared.update(holder)
            yield from ((left, right) for right in nlargest(_CANDIDATES, shared, key=lambda one: (shared[one], -one)))

    def _likeness(self, left: int, right: int) -> float:
        (kind, source), (other_kind, other) = self._keys[left], self._others[right]
        found = self._of(source).likeness(self._of(other))
        return found if kind == other_kind else found * _OTHER_KIND

    def _of(self, source: str) -> _Words:
        if source not in self._words:
            self._words[source] = _Words(source)
        return self._words[source]


class _Words:
    """The words of a source; the second of a kind is another word than the first."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.words = _numbered(_WORD.findall(source))
        self._pairs: frozenset[str] | None = None

    def likeness(self, other: _Words) -> float:
        if self._source == other._source:
            return 1.0
        one, two = self.words, other.words
        few, many = sorted((len(one), len(two)))
        if few < _FEW_WORDS:
            one, two = self._character_pairs(), other._character_pairs()
            return 2 * len(one & two) / (len(one) + len(two)) if one and two else 0.0
        common = len(one & two)
        alike = 2 * common / (few + many)
        # All of a part is there, and it is no small part: one cell was made of two, or two of one.
        is_part = few >= _PART and common >= 0.9 * few and 4 * few >= many
        return max(alike, ALIKE) if is_part else alike

    def _character_pairs(self) -> frozenset[str]:
        if self._pairs is None:
            text = "".join(self._source.split())
            self._pairs = _numbered([text[place : place + 2] for place in range(max(1, len(text) - 1))] if text else [])
        return self._pairs


def _numbered(words: list[str]) -> frozenset[str]:
    found = set(words)
    if len(found) < len(words):
        seen: Counter[str] = Counter()
        for word in words:
            if seen[word]:
                found.add(f"{word} {seen[word]}")
            seen[word] += 1
    return frozenset(found)


def _once(named: Iterable[tuple[str | None, int]]) -> dict[str, int]:
    """Gives the place of each id that isn't a bare number and that only one cell has."""
    found: dict[str, int] = {}
    for name, place in named:
        if name and not name.isdigit():
            found[name] = -1 if name in found else place
    return {name: place for name, place in found.items() if place >= 0}


def _heaviest_increasing(pairs: list[tuple[int, int, float]]) -> list[tuple[int, int]]:
    """Gives pairs whose places increase on both sides, with the largest sum of weights."""
    ends: list[int] = []
    best: list[tuple[float, int]] = []
    before: list[int] = []
    # Of one left place only one may be taken: what comes first must not stand before the others.
    for number, (_, right, weight) in enumerate(ordered := sorted(pairs, key=lambda one: (one[0], -one[1]))):
        place = bisect_left(ends, right)
        total, last = best[place - 1] if place else (0.0, -1)
        before.append(last)
        total += weight
        if place < len(ends) and ends[place] == right:
            if best[place][0] >= total:
                continue
            best[place] = (total, number)
        else:
            if place and best[place - 1][0] >= total:
                continue
            ends.insert(place, right)
            best.insert(place, (total, number))
        # Ends further on that weigh no more are never better.
        beyond = place + 1
        while beyond < len(ends) and best[beyond][0] <= total:
            del ends[beyond], best[beyond]
    found: list[tuple[int, int]] = []
    number = best[-1][1] if best else -1
    while number >= 0:
        found.append(ordered[number][:2])
        number = before[number]
    return found[::-1]
