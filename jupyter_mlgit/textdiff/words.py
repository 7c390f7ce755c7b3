"""Marks the words that differ inside lines that were replaced."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jupyter_mlgit.textdiff.myers import find_changes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Mark = tuple[int, int]
"""From and to within a line, in UTF-16 code units as JavaScript counts."""

LONGEST = 20_000
"""Characters of a block, both sides together, up to which words are compared; what both begin and end with is free."""

_WORDS = re.compile(r"\d(?:[\w.]|(?<=[eE])[+-](?=\d))*|\w+|[^\S\n]+|.", re.DOTALL)
_ALIKE = 0.3
"""Part of the words that must be left; below that the whole lines are what differs."""


def mark_words(old: Sequence[str], new: Sequence[str]) -> tuple[list[list[Mark]], list[list[Mark]]]:
    """Says for each line of two blocks, of which one replaced the other, what differs in it.

    Args:
        old: the deleted lines.
        new: the added lines.

    Returns:
        A list of marks for each old line and for each new one; all are empty where hardly a word was left.
    """
    nothing: tuple[list[list[Mark]], list[list[Mark]]] = ([[] for _ in old], [[] for _ in new])
    one, other = "\n".join(old), "\n".join(new)
    if not old or not new:
        return nothing
    head, tail = _common_ends(one, other) if len(one) + len(other) > LONGEST else (0, 0)
    if len(one) + len(other) - 2 * (head + tail) > LONGEST:
        return nothing
    lefts, rights = (_WORDS.findall(text, head, len(text) - tail) for text in (one, other))
    changes = find_changes(lefts, rights)
    gone = _spans(lefts, [(change.old_from, change.old_to) for change in changes], head)
    came = _spans(rights, [(change.new_from, change.new_to) for change in changes], head)
    total, changed = _weight(one) + _weight(other), sum(_weight(one[a:b]) for a, b in gone)
    changed += sum(_weight(other[a:b]) for a, b in came)
    if total == 0 or (total - changed) / total < _ALIKE:
        return nothing
    return _by_line(old, one, gone), _by_line(new, other, came)


def _common_ends(one: str, other: str) -> tuple[int, int]:
    """Counts the characters that two texts begin and end with alike, back to where no word is cut."""
    head = _common(min(len(one), len(other)), lambda length: one[:length] == other[:length])
    while head and _in_word(one[head - 1]):
        head -= 1
    room = min(len(one), len(other)) - head
    tail = _common(room, lambda length: one[len(one) - length :] == other[len(other) - length :])
    while tail and _in_word(one[-tail]):
        tail -= 1
    return head, tail


def _in_word(character: str) -> bool:
    return character.isalnum() or character in "_.+-"


def _common(most: int, alike: Callable[[int], bool]) -> int:
    """Gives the greatest length up to which two texts are alike."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if alike(middle) else (low, middle - 1)
    return low


def _spans(words: Sequence[str], runs: Sequence[tuple[int, int]], start: int) -> list[tuple[int, int]]:
    """Turns runs of words into runs of characters; joins two that only a blank keeps apart."""
    starts = [start]
    for word in words:
        starts.append(starts[-1] + len(word))
    found: list[tuple[int, int]] = []
    last = -2
    for first, end in runs:
        if first == end:
            continue
        if found and first == last + 1 and words[last].isspace() and words[last] != "\n":
            found[-1] = (found[-1][0], starts[end])
        else:
            found.append((starts[first], starts[end]))
        last = end
    return found


def _weight(text: str) -> int:
    return sum(not character.isspace() for character in text)


def _by_line(lines: Sequence[str], text: str, spans: Sequence[tuple[int, int]]) -> list[list[Mark]]:
    found: list[list[Mark]] = []
    start = 0
    pending = list(spans)
    for line in lines:
        end = start + len(line)
        marks: list[Mark] = []
        while pending and pending[0][0] <= end:
            first, last = pending[0]
            low, high = max(first, start), min(last, end)
            if low < high:
                marks.append((_units(text[start:low]), _units(text[start:high])))
            if last > end:
                break
            pending.pop(0)
        found.append(marks)
        start = end + 1
    return found


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
