"""Moves runs of added or deleted lines to where a person would have put them.

Where the line before a run is the same as its last one, the run may as well begin one line higher: an added function
can be shown with its own first line or with the next function's. A run that can reach its neighbour is joined to it;
otherwise it begins where the text is indented least, after a blank line if there is one, as git's indent heuristic
does (git-diff(1), ``--indent-heuristic``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.textdiff.myers import Change

if TYPE_CHECKING:
    from collections.abc import Sequence

FURTHEST = 100
"""Lines that a run is moved at most; beyond that it is in a long repetition, where no place is better."""

_TAB = 8
_AFTER_BLANK = 3
_BLANK_START = 4


def slide(changes: Sequence[Change], old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """Gives changes that say the same with other runs.

    Args:
        changes: what :func:`~jupyter_mlgit.textdiff.myers.find_changes` gives.
        old: the lines of the old text.
        new: the lines of the new text.
    """
    found: list[Change] = []
    for number, change in enumerate(changes):
        if change.old_from < change.old_to and change.new_from < change.new_to:
            found.append(change)
            continue
        after = changes[number + 1].old_from if number + 1 < len(changes) else len(old)
        lines = new if change.old_from == change.old_to else old
        first, last = change[2:] if lines is new else change[:2]
        before = found[-1] if found else Change(0, 0, 0, 0)
        room = min(change.old_from - before.old_to, FURTHEST)
        up = _steps_up(lines, first, last, room)
        if found and up == change.old_from - before.old_to:
            found[-1] = _joined(before, _moved(change, -up))
            continue
        down = _steps_down(lines, first, last, min(after - change.old_to, FURTHEST))
        if not up and not down:
            found.append(change)
            continue
        best = min(range(-up, down + 1), key=lambda step: (_cost(lines, first + step, last + step), -step))
        found.append(_moved(change, best))
    return found


def _steps_up(lines: Sequence[str], first: int, last: int, room: int) -> int:
    steps = 0
    while steps < room and lines[first - 1 - steps] == lines[last - 1 - steps]:
        steps += 1
    return steps


def _steps_down(lines: Sequence[str], first: int, last: int, room: int) -> int:
    steps = 0
    while steps < room and lines[first + steps] == lines[last + steps]:
        steps += 1
    return steps


def _moved(change: Change, steps: int) -> Change:
    return Change(*(place + steps for place in change))


def _joined(one: Change, other: Change) -> Change:
    return Change(one.old_from, other.old_to, one.new_from, other.new_to)


def _cost(lines: Sequence[str], first: int, last: int) -> int:
    """Says how odd it looks to begin a run at ``first`` and to go on unchanged at ``last``."""
    cost = _indent(lines, first) + _indent(lines, last)
    for place in (first, last):
        if place == 0 or place == len(lines) or not lines[place - 1].strip():
            cost -= _AFTER_BLANK
        if place < len(lines) and not lines[place].strip():
            cost += _BLANK_START
    return cost


def _indent(lines: Sequence[str], place: int) -> int:
    """Gives how far the next line that isn't blank is indented, in columns; 0 at the end."""
    for line in lines[place : place + FURTHEST]:
        if line.strip():
            text = line.expandtabs(_TAB)
            return len(text) - len(text.lstrip(" "))
    return 0
