"""Finds what differs between two sequences: few, short changes (Myers, "An O(ND) Difference Algorithm", 1986).

What is the same at both ends is set aside first, then whatever stands on one side only: it can't be matched. The rest
is halved at the middle of a shortest path of edits (section 4b of the paper), which takes memory in proportion to the
length. Long texts are first cut at lines that stand once on each side and kept their order (patience diff), and where
a path would still be longer than :data:`PATIENCE`, the search settles for the point that it got furthest to: texts
that have little in common would otherwise take time by the square.
"""

from __future__ import annotations

from collections import Counter
from itertools import compress, count, islice
from operator import add, ne
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.textdiff.increasing import longest_increasing

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

PATIENCE = 256
"""Edits from either end after which the shortest path is no longer looked for."""

BUDGET = 300
"""Cuts without a shortest path after which the rest is taken for replaced: ones and zeros have no end of them."""

NEAR = 16
"""Lines within which two texts are looked for to meet again, while all that differs is plain."""

LONG = 2000
"""Lines, of both sides together, from which on a text is cut at what stands in it once."""


class Change(NamedTuple):
    """A run of lines that was replaced; one of the two may be empty."""

    old_from: int
    old_to: int
    new_from: int
    new_to: int


def find_changes(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Change]:
    """Gives what has to be replaced to make ``new`` of ``old``, in order; between two changes something is the same.

    Args:
        old: lines, words or whatever can be compared.
        new: the same on the other side.
    """
    changes = _in_step(old, new)
    return _looked_up(old, new) if changes is None else changes


def _looked_up(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Change]:
    """Sets aside what is the same at both ends or stands on one side only, and looks for the shortest path."""
    start = _same_at_start(old, new)
    end = _same_at_end(old, new, start)
    one, other = old[start : len(old) - end], new[start : len(new) - end]
    if not one or not other:
        return [Change(start, start + len(one), start, start + len(other))] if one or other else []
    there, here = set(one), set(other)
    # A mark says that a line stands on the other side too.
    lefts, rights = bytearray(map(here.__contains__, one)), bytearray(map(there.__contains__, other))
    first, second = list(compress(one, lefts)), list(compress(other, rights))
    if first == second:
        return _as_changes(lefts, rights, start)  # all that is on both sides kept its order, as after most edits
    numbers = {line: number for number, line in enumerate(there)}
    left_places, right_places = list(compress(range(len(one)), lefts)), list(compress(range(len(other)), rights))
    lefts, rights = bytearray(len(one)), bytearray(len(other))
    for left, right in _matches([numbers[line] for line in first], [numbers[line] for line in second]):
        lefts[left_places[left]] = rights[right_places[right]] = 1
    return _as_changes(lefts, rights, start)


def _in_step(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Change] | None:
    """Goes down both sides at once and passes over what differs; gives None where that may be more than need be.

    As long as nothing goes in one place that comes in another, no more could have stayed: what is on both sides, as
    often as it is on both, is the same then. Most edits are so, and nothing has to be looked up for them.
    """
    found: list[Change] = []
    gone: set[Hashable] = set()
    came: set[Hashable] = set()
    lefts, rights = iter(old), iter(new)
    ahead = behind = 0
    last_left, last_right = len(old) - 2, len(new) - 2
    for pair in compress(count(), map(ne, lefts, rights)):
        left, right = pair + ahead, pair + behind
        if left < last_left and right < last_right and old[left + 1] == new[right + 1]:
            is_one = old[left + 2] == new[right + 2]
        else:
            is_one = old[left + 1 : left + 3] == new[right + 1 : right + 3]
        if is_one:  # One line for one is what most edits are.
            found.append(Change(left, left + 1, right, right + 1))
            gone.add(old[left])
            came.add(new[right])
            continue
        met = _meeting(old, new, left, right)
        if met is None:
            return None
        inside = _between(old, new, (left, right), met)
        for old_from, old_to, new_from, new_to in inside:
            gone.update(old[old_from:old_to])
            came.update(new[new_from:new_to])
        found += inside
        # Both have given one that differs, and need not give what has met.
        more, others = met[0] - left, met[1] - right
        next(islice(lefts, more, more), None)
        next(islice(rights, others, others), None)
        ahead, behind = ahead + more, behind + others
    pairs = min(len(old) - ahead, len(new) - behind)
    if pairs + ahead < len(old) or pairs + behind < len(new):
        found.append(Change(pairs + ahead, len(old), pairs + behind, len(new)))
        gone.update(old[pairs + ahead :])
        came.update(new[pairs + behind :])
    return found if gone.isdisjoint(came) else None


def _between(
    old: Sequence[Hashable], new: Sequence[Hashable], start: tuple[int, int], end: tuple[int, int]
) -> list[Change]:
    """Gives what differs between two places."""
    one, other = old[start[0] : end[0]], new[start[1] : end[1]]
    if set(one).isdisjoint(other):
        return [Change(start[0], end[0], start[1], end[1])]
    moves = (start[0], start[0], start[1], start[1])
    return [Change(*map(add, change, moves)) for change in _looked_up(one, other)]


def _meeting(old: Sequence[Hashable], new: Sequence[Hashable], left: int, right: int) -> tuple[int, int] | None:
    """Gives where two sides that differ are the same again; None where that is not near."""
    near = new[right : right + NEAR]
    for place in range(left, min(left + NEAR, len(old))):
        if old[place] in near:
            other = right + near.index(old[place])
            # A blank line alone is met by chance.
            if old[place + 1 : place + 2] == new[other + 1 : other + 2]:
                return place, other
    return (len(old), len(new)) if len(old) <= left + NEAR and len(new) <= right + NEAR else None


def _as_changes(lefts: bytearray, rights: bytearray, offset: int) -> list[Change]:
    """Turns marks on the lines of both sides into changes; the lines with a mark match one by one."""
    found: list[Change] = []
    left = right = 0
    left_size, right_size = len(lefts), len(rights)
    while left < left_size or right < right_size:
        # A mark behind the end stands for what follows there.
        left_to, right_to = lefts.find(1, left), rights.find(1, right)
        left_to, right_to = left_to if left_to >= 0 else left_size, right_to if right_to >= 0 else right_size
        if left_to > left or right_to > right:
            found.append(Change(left + offset, left_to + offset, right + offset, right_to + offset))
        left, right = lefts.find(0, left_to), rights.find(0, right_to)
        same = min((left if left >= 0 else left_size) - left_to, (right if right >= 0 else right_size) - right_to)
        left, right = left_to + same, right_to + same
    return found


def _matches(old: list[int], new: list[int]) -> list[tuple[int, int]]:
    """Gives the places that match, in no particular order."""
    found: list[tuple[int, int]] = []
    budget = BUDGET
    pending = [(0, len(old), 0, len(new))]
    while pending:
        left, left_to, right, right_to = pending.pop()
        one, other = old[left:left_to], new[right:right_to]
        start = _same_at_start(one, other)
        end = _same_at_end(one, other, start)
        found += [(left + step, right + step) for step in range(start)]
        found += [(left_to - 1 - step, right_to - 1 - step) for step in range(end)]
        left, left_to, right, right_to = left + start, left_to - end, right + start, right_to - end
        if left == left_to or right == right_to:
            continue
        one, other = old[left:left_to], new[right:right_to]
        cuts = _anchors(one, other) if len(one) + len(other) > LONG else []
        if not cuts and budget:
            *cut, gave_up = _split(one, other)
            cuts, budget = [(cut[0], cut[1])], budget - gave_up
        if not cuts:
            continue
        cuts.append((len(one), len(other)))
        x = y = 0
        for x_to, y_to in cuts:
            pending.append((left + x, left + x_to, right + y, right + y_to))
            x, y = x_to, y_to
    return found


def _anchors(old: list[int], new: list[int]) -> list[tuple[int, int]]:
    """Gives the places of what stands once on each side, as far as it kept its order."""
    counts, others = Counter(old), Counter(new)
    places = {line: place for place, line in enumerate(new) if others[line] == 1}
    once = [(place, places[line]) for place, line in enumerate(old) if counts[line] == 1 and line in places]
    return [once[place] for place in longest_increasing([right for _, right in once])]


def _split(old: list[int], new: list[int]) -> tuple[int, int, bool]:
    """Gives a point on a shortest path of edits, or one far along a path and True; neither corner.

    Both ends differ, which is what makes sure that the point lies between the corners.
    """
    n, m = len(old), len(new)
    delta = n - m
    odd = delta & 1
    size = min(n + m + 2, PATIENCE + 3)
    forward, backward = [-1] * (2 * size + 1), [-1] * (2 * size + 1)
    forward[size + 1] = backward[size + 1] = 0
    low = high = 0
    for distance in range((n + m + 1) // 2 + 1):
        low, high = -distance + 2 * max(0, distance - m), distance - 2 * max(0, distance - n)
        for k in range(low, high + 1, 2):
            here = size + k
            down, across = forward[here + 1], forward[here - 1] + 1
            x = down if k == -distance or (k != distance and across <= down) else across
            y = x - k
            while x < n and y < m and old[x] == new[y]:
                x += 1
                y += 1
            forward[here] = x
            if odd and -distance < delta - k < distance and x + backward[size + delta - k] >= n:
                return x, y, False
        for k in range(low, high + 1, 2):
            here = size + k
            down, across = backward[here + 1], backward[here - 1] + 1
            x = down if k == -distance or (k != distance and across <= down) else across
            y = x - k
            while x < n and y < m and old[n - 1 - x] == new[m - 1 - y]:
                x += 1
                y += 1
            backward[here] = x
            if not odd and -distance <= delta - k <= distance and x + forward[size + delta - k] >= n:
                return n - x, m - y, False
        if distance >= PATIENCE:
            break
    # Paths may run past an edge; those that did are no good as a cut.
    inside = [(x, x - k) for k in range(low, high + 1, 2) if (x := forward[size + k]) <= n and x - k <= m]
    return *max(inside, key=sum), True


def _same_at_start(old: Sequence[Hashable], new: Sequence[Hashable]) -> int:
    return next(compress(count(), map(ne, old, new)), min(len(old), len(new)))


def _same_at_end(old: Sequence[Hashable], new: Sequence[Hashable], start: int) -> int:
    room = min(len(old), len(new)) - start
    return min(room, next(compress(count(), map(ne, reversed(old), reversed(new))), room))
