"""Writes what differs between two texts in the form that patches have; bytes go in and the same bytes come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.textdiff.hunks import CONTEXT, compare_lines, groups_of, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_NO_END = b"\n\\ No newline at end of file\n"


def unified(old: bytes, new: bytes, context: int = CONTEXT) -> Iterator[bytes]:
    """Yields hunks of lines with ``-``, ``+`` or a space before them.

    Args:
        old: the old text, in any encoding in which a line feed is one byte.
        new: the new text.
        context: unchanged lines on either side.
    """
    # Each byte stands for itself in Latin-1, so this takes every text apart and puts it together again.
    one, other = lines_of(old.decode("latin-1")), lines_of(new.decode("latin-1"))
    for group in groups_of(compare_lines(one, other), context):
        before = min(context, group[0].old_from)
        after = min(context, len(one) - group[-1].old_to)
        start, end = group[0].old_from - before, group[-1].old_to + after
        place = start
        shown: list[bytes] = []
        for change in group:
            shown += (_line(" ", line) for line in one[place : change.old_from])
            shown += (_line("-", line) for line in one[change.old_from : change.old_to])
            shown += (_line("+", line) for line in other[change.new_from : change.new_to])
            place = change.old_to
        shown += (_line(" ", line) for line in one[place:end])
        new_start, new_end = group[0].new_from - before, group[-1].new_to + after
        yield b"@@ -%s +%s @@\n" % (_range(start, end), _range(new_start, new_end))
        yield b"".join(shown)


def _line(mark: str, line: str) -> bytes:
    written = (mark + line).encode("latin-1")
    return written[:-1] + _NO_END if written.endswith(b"\n") else written + b"\n"


def _range(start: int, end: int) -> bytes:
    length = end - start
    first = start + 1 if length else start
    return b"%d" % first if length == 1 else b"%d,%d" % (first, length)
