"""Puts changes into hunks: the lines around them, a heading that says where they are, and the words that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec.structs import replace

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


class Line(Value, gc=False, omit_defaults=True):
    """One line of a hunk; what has nothing to say is left out, which is a third of an answer with many lines."""

    kind: Literal["context", "added", "deleted"]
    text: str
    """Without its line feed; a carriage return is kept, so that a change of line ends can be seen."""
    marks: tuple[tuple[int, int], ...] = ()
    """What differs in it, from and to in UTF-16 code units; left out where the line as a whole does."""
    no_newline: bool = False
    """True where the file ends here without a line feed; left out elsewhere."""


class Hunk(Value, gc=False):
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
        old: the lines of the old text, as :func:`lines_of` gives them.
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
        # What stands above the hunk before was looked at for that one.
        above = next(filter(pattern.match, reversed(old[looked : extent.start])), None)
        heading = heading if above is None else above.strip()[:_LONGEST_HEADING]
        looked = max(looked, extent.start)
        lines = _lines(extent, old, new, words=words)
        if extent.end == len(old):
            lines = [_without_end(line) if line.text.endswith("\n") else line for line in lines]
        found.append(_hunk(number, extent, len(new), lines, heading))
    return tuple(found)


def added_in(hunks: Sequence[Hunk]) -> int:
    """Counts the lines that hunks add."""
    return sum([len(hunk.lines) - hunk.old_lines for hunk in hunks])


def deleted_in(hunks: Sequence[Hunk]) -> int:
    """Counts the lines that hunks delete."""
    return sum([len(hunk.lines) - hunk.new_lines for hunk in hunks])


def cell_lines(source: str) -> list[str]:
    """Takes a cell's source apart; there the last line is one like the others."""
    return source.split("\n") if source else []


def lines_of(text: str) -> list[str]:
    """Takes a file's text apart at its line feeds, and only there; the lines come without them.

    A last line that has none is given one, so that it equals no other line.
    """
    lines = text.split("\n")
    if lines[-1]:
        lines[-1] += "\n"
    else:
        lines.pop()
    return lines


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
    for old_from, old_to, new_from, new_to in extent.changes:
        shown += [Line(kind="context", text=line) for line in old[place:old_from]]
        gone, came = old[old_from:old_to], new[new_from:new_to]
        if words and gone and came:
            lefts, rights = mark_words(_bare(gone), _bare(came))
            shown += _marked("deleted", gone, lefts)
            shown += _marked("added", came, rights)
        elif len(gone) == len(came) == 1:
            shown.append(Line(kind="deleted", text=gone[0]))
            shown.append(Line(kind="added", text=came[0]))
        else:
            shown += [Line(kind="deleted", text=line) for line in gone]
            shown += [Line(kind="added", text=line) for line in came]
        place = old_to
    shown += [Line(kind="context", text=line) for line in old[place : extent.end]]
    return shown


def _marked(kind: Literal["added", "deleted"], lines: Sequence[str], marks: Sequence[Sequence[Mark]]) -> list[Line]:
    return [Line(kind=kind, text=line, marks=tuple(found)) for line, found in zip(lines, marks, strict=True)]


def _bare(lines: Sequence[str]) -> list[str]:
    return [line.removesuffix("\n") for line in lines]


def _without_end(line: Line) -> Line:
    return replace(line, text=line.text[:-1], no_newline=True)
