"""Puts changes into hunks: the lines around them, a heading that says where they are, and the words that differ."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Literal

from jupyter_mlgit.textdiff.functions import beginnings, by_functions, by_lines
from jupyter_mlgit.textdiff.myers import Change, find_changes
from jupyter_mlgit.textdiff.sliding import slide
from jupyter_mlgit.textdiff.words import mark_words
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jupyter_mlgit.textdiff.functions import Extent
    from jupyter_mlgit.textdiff.words import Mark

CONTEXT = 3
"""Unchanged lines that are shown on either side, as git shows them."""

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
    functions: bool = False,
    words: bool = True,
) -> tuple[Hunk, ...]:
    """Gives the hunks of two texts.

    Args:
        old: the lines of the old text, each with its line feed if the text is a file's.
        new: the lines of the new text.
        name: the file's name, whose ending says what a heading looks like.
        context: unchanged lines on either side.
        functions: whether a hunk shows the whole of each function, class or section that something changed in.
        words: whether the words that differ are marked.
    """
    groups = list(groups_of(compare_lines(old, new), context))
    pattern, heading, looked = beginnings(name), "", 0
    extents = by_functions(groups, old, new, context, pattern) if functions else by_lines(groups, old, context)
    found: list[Hunk] = []
    for number, extent in enumerate(extents, 1):
        start = extent.start
        # What stands above the hunk before was looked at for that one.
        heading = next((old[at] for at in range(start - 1, looked - 1, -1) if pattern.match(old[at])), heading)
        looked = max(looked, start)
        lines = _lines(extent, old, new, words=words)
        found.append(_hunk(number, extent, len(new), lines, heading.strip()[:_LONGEST_HEADING]))
    return tuple(found)


def cell_lines(source: str) -> list[str]:
    """Takes a cell's source apart; there the last line is one like the others."""
    return [line + "\n" for line in source.split("\n")] if source else []


def lines_of(text: str) -> list[str]:
    """Takes a file's text apart at its line feeds, and only there; each line keeps its own."""
    return list(StringIO(text, newline="\n"))


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


def _hunk(number: int, extent: Extent, new_size: int, lines: list[Line], heading: str) -> Hunk:
    changes, start, end = extent
    new_start = changes[0].new_from - (changes[0].old_from - start)
    new_end = min(new_size, changes[-1].new_to + end - changes[-1].old_to)
    return Hunk(
        n=number,
        old_start=start + 1 if end > start else start,
        old_lines=end - start,
        new_start=new_start + 1 if new_end > new_start else new_start,
        new_lines=new_end - new_start,
        heading=heading,
        lines=tuple(lines),
    )


def _lines(extent: Extent, old: Sequence[str], new: Sequence[str], *, words: bool) -> list[Line]:
    shown: list[Line] = []
    place = extent.start
    for change in extent.changes:
        shown += _all("context", old[place : change.old_from])
        gone, came = old[change.old_from : change.old_to], new[change.new_from : change.new_to]
        if words and gone and came:
            left, right = mark_words(_bare(gone), _bare(came))
            shown += [_line("deleted", line, marks) for line, marks in zip(gone, left, strict=True)]
            shown += [_line("added", line, marks) for line, marks in zip(came, right, strict=True)]
        else:
            shown += _all("deleted", gone)
            shown += _all("added", came)
        place = change.old_to
    return shown + _all("context", old[place : extent.end])


def _all(kind: Literal["context", "added", "deleted"], lines: Sequence[str]) -> list[Line]:
    return [_line(kind, line, ()) for line in lines]


def _bare(lines: Sequence[str]) -> list[str]:
    return [line.removesuffix("\n") for line in lines]


def _line(kind: Literal["context", "added", "deleted"], line: str, marks: Sequence[Mark]) -> Line:
    return Line(kind=kind, text=line.removesuffix("\n"), marks=tuple(marks), no_newline=not line.endswith("\n"))
