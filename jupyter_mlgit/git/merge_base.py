"""Finds merge bases, and tells whether one commit is an ancestor of another.

The walk paints what each side reaches and goes from descendants to ancestors, as git's ``paint_down_to_common`` does:
a commit with both colours is a common ancestor, and all below it are common ancestors that are not the best.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Final

from jupyter_mlgit.git.commit_table import DAY, EXACT, NUMBER

if TYPE_CHECKING:
    from jupyter_mlgit.git.commit_table import CommitTable

_ONE: Final = 1
_OTHER: Final = 2
_BOTH: Final = 3
_STALE: Final = 4


def find_merge_bases(table: CommitTable, one: int, other: int) -> list[int]:
    """Gives the best common ancestors of two commits, the newest first."""
    if one == other:
        return [one]
    parents, rank = table.parents, table.rank
    colour = {one: _ONE, other: _OTHER}
    table.load(one)
    table.load(other)
    heap = [rank[one], rank[other]]
    heapify(heap)
    open_ends = {one, other}
    found: set[int] = set()
    while heap and open_ends:
        number = heappop(heap) & NUMBER
        open_ends.discard(number)
        paint = colour[number]
        if paint == _BOTH:
            found.add(number)
            paint |= _STALE
        for parent in parents[number] or ():
            before = colour.get(parent, 0)
            if before | paint == before:
                continue
            after = colour[parent] = before | paint
            if parents[parent] is None:
                table.load(parent)
            heappush(heap, rank[parent])
            if after & _STALE:
                open_ends.discard(parent)
            else:
                open_ends.add(parent)
    best = [number for number in found if not colour[number] & _STALE and number not in table.missing]
    if len(best) > 1:
        # Only wrong clocks leave one base above another; with generation numbers this drops nothing.
        best = [it for it in best if not any(it != above and reaches(table, above, it) for above in best)]
    return sorted(best, key=table.time, reverse=True)


def reaches(table: CommitTable, descendant: int, ancestor: int) -> bool:
    """Tells whether ``ancestor`` is ``descendant`` itself or one of its ancestors."""
    parents, rank = table.parents, table.rank
    table.load(ancestor)
    limit = rank[ancestor] if rank[ancestor] > EXACT else rank[ancestor] + DAY
    stack, seen = [descendant], {descendant}
    while stack:
        number = stack.pop()
        if number == ancestor:
            return True
        for parent in table.load(number):
            if parent not in seen:
                seen.add(parent)
                if parents[parent] is None:
                    table.load(parent)
                if rank[parent] <= limit:
                    stack.append(parent)
    return False
