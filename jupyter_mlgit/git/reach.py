"""Knows what a set of tips reaches, and walks only as far down as the questions need.

Tips' ancestors are visited from the youngest generation on. To learn whether a commit is reached, the walk goes down
to that commit's generation and stops; the next question goes on from there. So 50 questions about branches that
forked in the last thousand commits cost one walk over a thousand commits, whatever the number of tips.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from jupyter_mlgit.git.commit_table import DAY, EXACT, NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_mlgit.git.commit_table import CommitTable
    from jupyter_mlgit.git.graph import CommitGraph


class Reach:
    """The growing set of what some tips reach. Keep it as long as the tips are the same."""

    def __init__(self, graph: CommitGraph, tips: Iterable[bytes]) -> None:
        """Begins with the tips; made by :meth:`CommitGraph.reachable_from`."""
        self._graph = graph
        self._tips = tuple(tips)
        self._frontier: Frontier | None = None

    def contains(self, oid: bytes) -> bool:
        """Tells whether one of the tips is this commit or has it as an ancestor; a missing commit is never reached."""

        def work(table: CommitTable) -> bool:
            number = self._graph.settled(table, oid)
            return number is not None and self._at(table).has(number)

        return self._graph.answer(work)

    def unique(self, tip: bytes, limit: int | None = None) -> list[bytes]:
        """Gives the commits of ``git rev-list tip --not <tips>``, newest first.

        Args:
            tip: the commit to begin with; tags are followed, and a missing one gives an empty list.
            limit: how many to give at most.
        """

        def work(table: CommitTable) -> list[bytes]:
            number = self._graph.settled(table, tip)
            if number is None:
                return []
            return [table.oid(found) for found in _newest_unique(table, self._at(table), number, limit)]

        return self._graph.answer(work)

    def count_unique(self, tip: bytes) -> int:
        """Gives what ``git rev-list --count tip --not <tips>`` prints; 0 for a missing commit."""

        def work(table: CommitTable) -> int:
            number = self._graph.settled(table, tip)
            if number is None:
                return 0
            return sum(found not in table.missing for found in _unique(table, self._at(table), number))

        return self._graph.answer(work)

    def gaps(self, tip: bytes) -> list[bytes]:
        """Gives the commits that ``tip`` leads to, that no tip of ours reaches, and that are not there.

        A branch can be brought back only when there are none. The object store itself is asked about each commit.
        """

        def work(table: CommitTable) -> list[bytes]:
            number = self._graph.settled(table, tip)
            if number is None:
                return [tip]
            names = [table.oid(found) for found in _unique(table, self._at(table), number)]
            return [name for name in names if self._graph.is_missing(name)]

        return self._graph.answer(work)

    def _at(self, table: CommitTable) -> Frontier:
        if self._frontier is None or self._frontier.table is not table:
            tips = [self._graph.settled(table, tip) for tip in self._tips]
            self._frontier = Frontier(table, [tip for tip in tips if tip is not None])
        return self._frontier


class Frontier:
    """The state of one walk: what has been seen, and a heap of what has not been looked into."""

    def __init__(self, table: CommitTable, tips: list[int]) -> None:
        """Begins at the tips, which are loaded."""
        self.table = table
        self.seen = set(tips)
        self._heap = [table.rank[tip] for tip in self.seen]
        heapify(self._heap)

    def has(self, number: int) -> bool:
        """Tells whether the commit is reached; walks down as far as this takes."""
        if number in self.seen:
            return True
        rank = self.table.rank[number]
        limit = rank if rank > EXACT else rank + DAY
        if self._heap and self._heap[0] <= limit:
            self._walk(limit)
        return number in self.seen

    def _walk(self, limit: int) -> None:
        heap, seen = self._heap, self.seen
        parents, rank, load = self.table.parents, self.table.rank, self.table.load
        while heap and heap[0] <= limit:
            for parent in parents[heappop(heap) & NUMBER] or ():
                if parent not in seen:
                    seen.add(parent)
                    if parents[parent] is None:
                        load(parent)
                    heappush(heap, rank[parent])


def everything_below(table: CommitTable, tips: Iterable[int]) -> set[int]:
    """Gives the tips and all their ancestors, in no order."""
    seen = set(tips)
    stack = list(seen)
    parents, load = table.parents, table.load
    while stack:
        number = stack.pop()
        for parent in parents[number] or load(number):
            if parent not in seen:
                seen.add(parent)
                stack.append(parent)
    return seen


def _unique(table: CommitTable, frontier: Frontier, tip: int) -> list[int]:
    if not frontier.seen:
        return list(everything_below(table, [tip]))
    found, stack, met = [], [tip], {tip}
    while stack:
        number = stack.pop()
        known = table.load(number)
        if frontier.has(number):
            continue
        found.append(number)
        for parent in known:
            if parent not in met:
                met.add(parent)
                stack.append(parent)
    return found


def _newest_unique(table: CommitTable, frontier: Frontier, tip: int, limit: int | None) -> list[int]:
    found: list[int] = []
    heap, met = [(-table.time(tip), 0, tip)], {tip}
    while heap and (limit is None or len(found) < limit):
        _, _, number = heappop(heap)
        if frontier.has(number):
            continue
        if number not in table.missing:
            found.append(number)
        for parent in table.load(number):
            if parent not in met:
                # The second item keeps git's order among equal times: first met, first out.
                heappush(heap, (-table.time(parent), len(met), parent))
                met.add(parent)
    return found
