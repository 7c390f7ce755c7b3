"""Turns git's file name patterns into regular expressions that never take long, whoever wrote them.

A pattern comes from a repository and so from anybody; translated star by star, one with many stars takes minutes to
fail (each star multiplies the attempts). Between two stars the first place that fits is as good as any later one, so
once found it is kept: a lookahead that captures, followed by what it has captured, cannot be tried again.
"""

from __future__ import annotations

import re

from dulwich.wildmatch import MalformedPattern, translate_bracket_expression

NEVER = b"(?!)"
"""Matches nothing: what git makes of a pattern that it cannot read."""


class _Groups:
    """Numbers the groups of one regular expression, so that patterns can stand side by side in it."""

    def __init__(self, prefix: bytes) -> None:
        self._prefix = prefix
        self._count = 0

    def once(self, expression: bytes) -> bytes:
        """Wraps an expression so that, once matched, no other way to match it is tried."""
        self._count += 1
        name = b"%s_%d" % (self._prefix, self._count)
        return b"(?=(?P<%s>%s))(?P=%s)" % (name, expression, name)


def translate(pattern: bytes, prefix: bytes = b"w") -> bytes:
    """Gives the regular expression, without anchors, for a pattern that is matched against a whole path.

    Args:
        pattern: as wildmatch() of git takes it with ``WM_PATHNAME``: a star stays within a folder.
        prefix: begins the names of its groups.
    """
    try:
        segments = _segments(pattern)
    except MalformedPattern:
        return NEVER
    groups = _Groups(prefix)
    parts: list[list[bytes]] = [[]]
    for number, segment in enumerate(segments):
        if segment is None and number < len(segments) - 1:
            if parts[-1] or len(parts) == 1:
                parts.append([])
        elif segment is None:
            parts[-1].append(b"[\\s\\S]*")
        else:
            parts[-1].append(_segment(segment, groups))
    first, *others = parts
    made = b"/".join(first)
    for number, part in enumerate(others):
        inside = b"/".join(part)
        made += b"/" if number == 0 and first else b""
        if number < len(others) - 1:
            made += groups.once(b"(?:[^/]+/)*?" + inside + b"/")
        else:
            made += b"(?:[^/]+/)*" + inside
    return made


def translate_name(pattern: bytes, prefix: bytes = b"w") -> bytes:
    """Gives the regular expression for a pattern without a slash, which is matched against a file's own name."""
    try:
        (segment,) = _segments(pattern, whole=False)
    except (MalformedPattern, ValueError):
        return NEVER
    return NEVER if segment is None else _segment(segment, _Groups(prefix))


def _segments(pattern: bytes, *, whole: bool = True) -> list[list[bytes | None] | None]:
    """Splits at slashes; a segment is a list of what matches one character each, None for any number of them.

    A segment of nothing but two stars or more is None itself.
    """
    found: list[list[bytes | None] | None] = []
    here: list[bytes | None] = []
    stars, place = 0, 0
    while place < len(pattern):
        one = pattern[place : place + 1]
        place += 1
        if one == b"\\":
            one = pattern[place : place + 1]
            place += 1
            if not one:
                raise MalformedPattern(pattern)
            token: bytes | None = re.escape(one)
        elif one == b"[":
            place, token = translate_bracket_expression(pattern, place)
        else:
            token = {b"*": None, b"?": b"[^/]"}.get(one, re.escape(one))
        if token == b"/" and whole:
            found.append(None if stars > 1 and here == [None] else here)
            here, stars = [], 0
        elif token is None:
            stars += 1
            here += [] if here[-1:] == [None] else [None]
        else:
            here.append(token)
    found.append(None if whole and stars > 1 and here == [None] else here)
    return found


def _segment(tokens: list[bytes | None], groups: _Groups) -> bytes:
    """Gives the expression for the name of one folder or file."""
    chunks = [b""]
    for token in tokens:
        if token is None:
            chunks.append(b"")
        else:
            chunks[-1] += token
    first, *others = chunks
    made = first
    for number, chunk in enumerate(others):
        if number < len(others) - 1:
            made += groups.once(b"[^/]*?" + chunk)
        else:
            made += b"[^/]*" + chunk
    return made
