"""Writes one file's part of a patch as git does, for ``git apply`` (git-diff(1), "Generating patch text with -p").

Names of objects are given in full, so that what isn't text can be applied as well. What is text is decided as git does
without attributes; a text that is too long to be compared line by line is written like what is none.
"""

from __future__ import annotations

import re
import zlib
from base64 import b85encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_mlgit.git.delta import make_delta
from jupyter_mlgit.textdiff.unified import unified

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_TEXT = 10 * 2**20
"""Bytes of a text that is compared line by line."""

_KIND = 0o170000
_FIRST_BYTES = 8000
_LINE = 52
_GROUPS = 65
_SHORT = 26

_ESCAPES = {7: b"\\a", 8: b"\\b", 9: b"\\t", 10: b"\\n", 11: b"\\v", 12: b"\\f", 13: b"\\r", 34: b'\\"', 92: b"\\\\"}
_SPECIAL = re.compile(rb'[\x00-\x1f\x7f"\\]')
_SPECIAL_OR_HIGH = re.compile(rb'[\x00-\x1f\x7f"\\\x80-\xff]')


@dataclass(frozen=True)
class Side:
    """A file on one side of a patch."""

    path: bytes
    mode: int
    oid: bytes
    content: bytes


def file_patch(
    old: Side | None, new: Side | None, *, likeness: int = 0, quote_high: bool = True, by_mail: bool = False
) -> Iterator[bytes]:
    """Yields the patch of one file; nothing if it is the same on both sides.

    Args:
        old: the file as it was; None if it was not there.
        new: the file as it is; None if it is gone.
        likeness: of a renamed file, in percent.
        quote_high: whether bytes beyond ASCII are escaped in names (``core.quotePath``).
        by_mail: whether it becomes part of a message, which can't hold a zero byte.
    """
    if old is not None and new is not None and old.mode & _KIND != new.mode & _KIND:
        yield from file_patch(old, None, quote_high=quote_high, by_mail=by_mail)
        yield from file_patch(None, new, quote_high=quote_high, by_mail=by_mail)
        return
    if old == new:
        return
    one = old or new
    other = new or old
    if one is None or other is None:
        return
    left, right = (
        quoted(side + path, quote_high=quote_high) for side, path in ((b"a/", one.path), (b"b/", other.path))
    )
    yield b"diff --git %s %s\n" % (left, right)
    yield from _changed_mode(old, new)
    if one.path != other.path:
        names = (quoted(path, quote_high=quote_high) for path in (one.path, other.path))
        yield b"similarity index %d%%\nrename from %s\nrename to %s\n" % (likeness, next(names), next(names))
    if old is not None and new is not None and old.oid == new.oid:
        return
    nothing = b"0" * len(one.oid)
    yield b"index %s..%s" % (old.oid if old else nothing, new.oid if new else nothing)
    mode: int = one.mode
    yield b" %06o\n" % mode if old and new and old.mode == new.mode else b"\n"
    before, after = old.content if old else b"", new.content if new else b""
    if any(_is_binary(content, by_mail=by_mail) for content in (before, after)):
        yield b"GIT binary patch\n"
        yield from _binary(before, after)
        yield from _binary(after, before)
    elif before or after:
        yield b"--- %s\n" % (_with_tab(left, one.path) if old else b"/dev/null")
        yield b"+++ %s\n" % (_with_tab(right, other.path) if new else b"/dev/null")
        yield from unified(before, after)


def _is_binary(content: bytes, *, by_mail: bool) -> bool:
    return len(content) > LARGEST_TEXT or content.find(b"\0", 0, None if by_mail else _FIRST_BYTES) >= 0


def quoted(name: bytes, *, quote_high: bool) -> bytes:
    """Writes a name as git does: in quotes and with escapes if it holds what could be taken for something else."""
    special = _SPECIAL_OR_HIGH if quote_high else _SPECIAL
    if not special.search(name):
        return name
    return b'"%s"' % special.sub(lambda found: _ESCAPES.get(found[0][0], b"\\%03o" % found[0][0]), name)


def _with_tab(shown: bytes, path: bytes) -> bytes:
    """Ends a name that holds a space, so that nobody takes what follows the space for a time."""
    return shown + b"\t" if b" " in path else shown


def _changed_mode(old: Side | None, new: Side | None) -> Iterator[bytes]:
    if old is None and new is not None:
        yield b"new file mode %06o\n" % new.mode
    elif new is None and old is not None:
        yield b"deleted file mode %06o\n" % old.mode
    elif old is not None and new is not None and old.mode != new.mode:
        yield b"old mode %06o\nnew mode %06o\n" % (old.mode, new.mode)


def _binary(old: bytes, new: bytes) -> Iterator[bytes]:
    """Yields how ``new`` comes about: as it is, or from ``old`` where that is shorter."""
    kind, size, packed = b"literal", len(new), zlib.compress(new)
    if old and new:
        delta = make_delta(old, new)
        # A delta that is longer than what it makes is one that git does not take.
        if len(delta) < len(new):
            shorter = zlib.compress(delta)
            if len(shorter) < len(packed):
                kind, size, packed = b"delta", len(delta), shorter
    yield b"%s %d\n" % (kind, size)
    written = b85encode(packed, pad=True)
    for number in range((len(packed) + _LINE - 1) // _LINE):
        length = min(_LINE, len(packed) - number * _LINE)
        mark = ord("A") + length - 1 if length <= _SHORT else ord("a") + length - _SHORT - 1
        yield b"%c%s\n" % (mark, written[number * _GROUPS : (number + 1) * _GROUPS])
    yield b"\n"
