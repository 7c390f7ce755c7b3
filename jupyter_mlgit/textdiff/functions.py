"""Says which lines begin a function, class or section, and lets hunks grow to the whole of one (``git diff -W``).

What is grown to is what xdiff grows to (``xdl_emit_diff`` with ``XDL_EMIT_FUNCCONTEXT``): upwards to the line that
begins the function and what stands on it without a blank line between, such as decorators; downwards to where the next
one begins, without the blank lines before that. Two hunks with no beginning between them become one.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_mlgit.textdiff.myers import Change

# Nearly all lines are none of these, which their first letter tells soonest.
_PYTHON = re.compile(r"[ \t]*(?=[acd])(?:class|(?:async[ \t]+)?def)[ \t]")
_MARKDOWN = re.compile(r" {0,3}#{1,6}[ \t]|<[hH][1-6]")
_PLAIN = re.compile(r"[^\W\d]|\$")


class Extent(NamedTuple):
    """Changes that are shown together, and from where to where in the old text."""

    changes: list[Change]
    start: int
    end: int


def beginnings(name: str) -> re.Pattern[str]:
    """Gives what a line looks like that begins something, by the ending of the file's name."""
    if name.endswith((".py", ".pyi", ".pyx")):
        return _PYTHON
    return _MARKDOWN if name.endswith(".md") else _PLAIN


def by_lines(groups: Sequence[list[Change]], old: Sequence[str], context: int) -> list[Extent]:
    """Gives each group of changes some unchanged lines on either side."""
    return [
        Extent(group, max(0, group[0].old_from - context), min(len(old), group[-1].old_to + context))
        for group in groups
    ]


def by_functions(
    groups: Sequence[list[Change]], old: Sequence[str], new: Sequence[str], context: int, pattern: re.Pattern[str]
) -> list[Extent]:
    """Gives each group of changes the whole functions that it is in, and joins those that are in the same one."""
    begins = [place for place, line in enumerate(old) if pattern.match(line)]
    found: list[Extent] = []
    pending = list(groups)[::-1]
    while pending:
        changes = list(pending.pop())
        start = _start(changes[0], old, new, context, pattern)
        end = _end(changes[-1], old, context, begins)
        while pending:
            after = min(pending[-1][0].old_from, len(old) - 1)
            if after - context > end and _begins_between(begins, end, after):
                break
            group = pending.pop()
            changes.append(group[0])
            if len(group) > 1:
                pending.append(group[1:])
            end = _end(changes[-1], old, context, begins)
        found.append(Extent(changes, start, end))
    return found


def _start(change: Change, old: Sequence[str], new: Sequence[str], context: int, pattern: re.Pattern[str]) -> int:
    start = max(0, change.old_from - context)
    place = change.old_from
    if place >= len(old):
        # What was added at the end needs nothing around it if a whole function was.
        if any(pattern.match(line) for line in new[change.new_from :]):
            return start
        place = len(old) - 1
    while place > 0 and not pattern.match(old[place]):
        place -= 1
    while place > 0 and old[place - 1].strip() and not pattern.match(old[place - 1]):
        place -= 1
    return min(start, max(place, 0))


def _end(change: Change, old: Sequence[str], context: int, begins: Sequence[int]) -> int:
    end = min(len(old), change.old_to + context)
    number = bisect_left(begins, change.old_to)
    if number == len(begins):
        return len(old)
    place = begins[number]
    while place > 0 and not old[place - 1].strip():
        place -= 1
    return max(end, place)


def _begins_between(begins: Sequence[int], above: int, last: int) -> bool:
    number = bisect_right(begins, above)
    return number < len(begins) and begins[number] <= last
