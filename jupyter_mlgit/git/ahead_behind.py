"""Counts by how many commits branches are ahead of and behind others, for any number of pairs in one walk.

Every commit carries two sets of bits: bit k of the one says that the left side of pair k reaches it, bit k of the other
says so of the right side. A commit whose two sets are equal tells nothing apart, nor does anything below it; the walk
ends when only such commits are left to look at. (git 2.41 and later do likewise in ``ahead_behind``.)
"""

from __future__ import annotations

from collections import Counter
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from jupyter_mlgit.git.commit_table import DAY, EXACT, NUMBER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_mlgit.git.commit_table import CommitTable


def count_ahead_behind(table: CommitTable, pairs: Sequence[tuple[int | None, int | None]]) -> list[tuple[int, int]]:
    """Counts the commits that only the left and only the right of each pair reaches.

    Args:
        table: the commits.
        pairs: numbers of commits; None stands for no commit at all.
    """
    width = len(pairs)
    bits: dict[int, int] = {}
    for place, sides in enumerate(pairs):
        for shift, number in zip((place, place + width), sides, strict=True):
            if number is not None:
                bits[number] = bits.get(number, 0) | 1 << shift
    _walk(table, bits, width)
    return _tally(table, bits, width)


def _walk(table: CommitTable, bits: dict[int, int], width: int) -> None:
    """Hands the bits down: the low ``width`` bits are those of the left sides, the next those of the right sides.

    Args:
        table: the commits.
        bits: those of the commits to begin with; takes those of all that are visited.
        width: the number of pairs.
    """
    parents, rank, low = table.parents, table.rank, (1 << width) - 1
    for number in bits:
        table.load(number)
    heap = [rank[number] for number in bits]
    heapify(heap)
    telling = {number for number, both in bits.items() if both >> width != both & low}
    last = 0
    while heap and (telling or (last < EXACT and heap[0] <= last + DAY)):
        key = heappop(heap)
        number = key & NUMBER
        if number in telling:
            telling.discard(number)
            last = max(last, key)
        mine = bits[number]
        for parent in parents[number] or ():
            before = bits.get(parent)
            if before is None:
                if parents[parent] is None:
                    table.load(parent)
                after = mine
            else:
                after = before | mine
                if after == before:
                    continue
            bits[parent] = after
            heappush(heap, rank[parent])
            if after >> width != after & low:
                telling.add(parent)
            else:
                telling.discard(parent)


def _tally(table: CommitTable, bits: dict[int, int], width: int) -> list[tuple[int, int]]:
    low = (1 << width) - 1
    counts = [0] * (2 * width)
    # Along a branch the bits stay the same, so there are far fewer different sets than commits.
    for both, commits in Counter(bits[number] for number in bits.keys() - table.missing).items():
        left, right = both & low, both >> width
        rest = left & ~right | (right & ~left) << width
        while rest:
            lowest = rest & -rest
            counts[lowest.bit_length() - 1] += commits
            rest ^= lowest
    return list(zip(counts[:width], counts[width:], strict=True))
