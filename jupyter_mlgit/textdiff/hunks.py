"""Puts changes into hunks: the lines around them, a heading that says where they are, and the words that differ."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from jupyter_mlgit.textdiff.myers import Change, find_changes
from jupyter_mlgit.textdiff.sliding import slide
from jupyter_mlgit.textdiff.words import mark_words
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jupyter_mlgit.textdiff.words import Mark

CONTEXT = 3
"""Unchanged lines that are shown on either side, as git shows them."""

_PYTHON = re.compile(r"[ \t]*(?:class|(?:async[ \t]+)?def)[ \t]")
_MARKDOWN = re.compile(r"#{1,6}[ \t]|<[hH][1-6]")
_PLAIN = re.compile(r"[^\W\d]|\$")
_LONGEST_HEADING = 80


class Line(Value):
    """One line of a hunk."""

    kind: Literal["context", "added", "deleted"]
    text: str
    """Without its line feed; a carriage return is kept, so that a change of line ends can be seen."""
    marks: tuple[tuple[int, int], ...] = ()
    """What differs in it, from and to in UTF-16 code units; nothing where the line as a whole does."""
    no_newline: bool = False
    """Whether the file ends here without a line feed."""


class Hunk(Value):
    """A part of a text that differs, with the lines around it."""

    n: int
    """Its number in this file or cell, from 1."""
    old_start: int
    """Line of the old text, from 1; where no line is meant, the one before, as in a patch."""
    old_lines: int
    new_start: int
    new_lines: int
    heading: str
    """The function, class or section that it begins in; empty where there is none."""
    lines: tuple[Line, ...]


def compare_lines(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """Gives what differs between two texts, where a person would say that it does."""
    return slide(find_changes(old, new), old, new)


def hunks_of(
    old: Sequence[str],
    new: Sequence[str],
    *,
    name: str = "",
    context: int = CONTEXT,
    changes: Sequence[Change] | None = None,
) -> tuple[Hunk, ...]:
    """Gives the hunks of two texts.

    Args:
        old: the lines of the old text, each with its line feed if the text is a file's.
        new: the lines of the new text.
        name: the file's name, whose ending says what a heading looks like.
        context: unchanged lines on either side.
        changes: what differs, if it is known already.
    """
    changes = compare_lines(old, new) if changes is None else changes
    found: list[Hunk] = []
    pattern, heading, looked = _heading_of(name), "", 0
    for number, group in enumerate(groups_of(changes, context), 1):
        start = max(0, group[0].old_from - context)
        # What stands above the hunk before was looked at for that one.
        heading = next((old[at] for at in range(start - 1, looked - 1, -1) if pattern.match(old[at])), heading)
        looked = max(looked, start)
        found.append(_hunk(number, group, old, new, context, heading.strip()[:_LONGEST_HEADING]))
    return tuple(found)


def cell_lines(source: str) -> list[str]:
    """Takes a cell's source apart; there the last line is one like the others."""
    return [line + "\n" for line in source.split("\n")] if source else []


def lines_of(text: str) -> list[str]:
    """Takes a file's text apart at its line feeds, and only there; each line keeps its own."""
    lines = text.split("\n")
    last = lines.pop()
    return [line + "\n" for line in lines] + ([last] if last else [])


def groups_of(changes: Sequence[Change], context: int) -> Iterator[list[Change]]:
    """Puts changes together that are so near to each other that the lines around them meet."""
    group: list[Change] = []
    for change in changes:
        if group and change.old_from - group[-1].old_to > 2 * context:
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _hunk(number: int, group: list[Change], old: Sequence[str], new: Sequence[str], context: int, heading: str) -> Hunk:
    before = min(context, group[0].old_from)
    after = min(context, len(old) - group[-1].old_to)
    start, end = group[0].old_from - before, group[-1].old_to + after
    new_start, new_end = group[0].new_from - before, group[-1].new_to + after
    shown: list[Line] = []
    place = start
    for change in group:
        shown += _context(old[place : change.old_from])
        shown += _replaced(old[change.old_from : change.old_to], new[change.new_from : change.new_to])
        place = change.old_to
    shown += _context(old[place:end])
    return Hunk(
        n=number,
        old_start=start + 1 if end > start else start,
        old_lines=end - start,
        new_start=new_start + 1 if new_end > new_start else new_start,
        new_lines=new_end - new_start,
        heading=heading,
        lines=tuple(shown),
    )


def _context(lines: Sequence[str]) -> list[Line]:
    return [_line("context", line, ()) for line in lines]


def _replaced(old: Sequence[str], new: Sequence[str]) -> list[Line]:
    left, right = mark_words([line.removesuffix("\n") for line in old], [line.removesuffix("\n") for line in new])
    gone = [_line("deleted", line, marks) for line, marks in zip(old, left, strict=True)]
    return gone + [_line("added", line, marks) for line, marks in zip(new, right, strict=True)]


def _line(kind: Literal["context", "added", "deleted"], line: str, marks: Sequence[Mark]) -> Line:
    return Line(kind=kind, text=line.removesuffix("\n"), marks=tuple(marks), no_newline=not line.endswith("\n"))


def _heading_of(name: str) -> re.Pattern[str]:
    if name.endswith((".py", ".pyi", ".pyx")):
        return _PYTHON
    return _MARKDOWN if name.endswith(".md") else _PLAIN
