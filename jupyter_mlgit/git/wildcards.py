"""Tells whether git's wildcards fit a path (gitignore(5), PATTERN FORMAT; wildmatch.c with WM_PATHNAME).

A planted configuration may hold any pattern, and trying all ways of one with thirty stars would take for ever. So all
ways are followed at once: after each piece of the pattern it is known at which places of the text one may stand, and
the whole takes no more steps than the pattern's length times the text's.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import TypeAlias

Places: TypeAlias = set[int]
Step: TypeAlias = Callable[[bytes, Places], Places]

LONGEST, LONGEST_TEXT = 1024, 4096
"""Bytes of a pattern and of a text beyond which nothing fits; no path is longer, and no person's pattern."""

_SLASH = ord("/")
_CLASSES = {
    b"alnum": b"A-Za-z0-9", b"alpha": b"A-Za-z", b"blank": b" \\t", b"cntrl": b"\\x00-\\x1f\\x7f", b"digit": b"0-9",
    b"graph": b"!-~", b"lower": b"a-z", b"print": b" -~", b"punct": b"!-/:-@\\[-`{-~", b"space": b" \\t-\\r",
    b"upper": b"A-Z", b"xdigit": b"0-9A-Fa-f",
}  # fmt: skip
_STARS = re.compile(rb"\*+")
_MEMBER = re.compile(rb"\[:([^]]*?):\]|(?:\\([\s\S])|([\s\S]))(?:-(?!\])(?:\\([\s\S])|([^\\])))?")


class _NeverError(ValueError):
    """A pattern that fits nothing."""


def matches(pattern: str, text: str, *, ignoring_case: bool = False) -> bool:
    """Tells whether a pattern fits: ``*`` stays within a folder, ``**`` between slashes doesn't."""
    wanted, given = os.fsencode(pattern), os.fsencode(text)
    if len(wanted) > LONGEST or len(given) > LONGEST_TEXT:
        return False
    if ignoring_case:
        given = given.lower()
    places: Places = {0}
    try:
        for step in _steps(wanted, ignoring_case=ignoring_case):
            places = step(given, places)
            if not places:
                return False
    except _NeverError:
        return False
    return len(given) in places


def _steps(pattern: bytes, *, ignoring_case: bool) -> list[Step]:
    steps: list[Step] = []
    here = 0
    while here < len(pattern):
        stars = _STARS.match(pattern, here)
        if stars:
            starts = here == 0 or pattern[here - 1] == _SLASH
            here = stars.end()
            rest = pattern[here : here + 2]
            whole = starts and len(stars[0]) > 1 and (rest[:1] in (b"", b"/") or rest == b"\\/")
            if whole and rest[:1] == b"/":
                steps.append(_folders)
                here += 1
            else:
                steps.append(_anything if whole else _name)
        elif pattern[here] == ord("["):
            members, here = _bracket(pattern, here + 1, ignoring_case=ignoring_case)
            steps.append(_one_of(members))
        elif pattern[here] == ord("?"):
            steps.append(_one_of(frozenset(range(256))))
            here += 1
        else:
            here += pattern[here] == ord("\\")
            if here >= len(pattern):
                raise _NeverError
            letter = pattern[here : here + 1]
            steps.append(_letter(letter.lower() if ignoring_case else letter))
            here += 1
    return steps


def _letter(letter: bytes) -> Step:
    return lambda text, places: {place + 1 for place in places if text[place : place + 1] == letter}


def _one_of(members: frozenset[int]) -> Step:
    """Takes one byte; a slash is never one of a set."""
    members -= {_SLASH}
    return lambda text, places: {place + 1 for place in places if place < len(text) and text[place] in members}


def _name(text: bytes, places: Places) -> Places:
    """Takes any part of one folder's or file's name."""
    found: Places = set()
    for place in range(len(text) + 1):
        if place in places or (place - 1 in found and text[place - 1] != _SLASH):
            found.add(place)
    return found


def _anything(text: bytes, places: Places) -> Places:
    return set(range(min(places), len(text) + 1))


def _folders(text: bytes, places: Places) -> Places:
    """Takes nothing, or whatever ends with a slash."""
    first = min(places)
    return places | {place + 1 for place in range(first, len(text)) if text[place] == _SLASH}


def _bracket(pattern: bytes, here: int, *, ignoring_case: bool) -> tuple[frozenset[int], int]:
    """Gives the bytes of a set and the place behind it.

    Raises:
        _NeverError: if it has no end, or names a class that there is not.
    """
    negated = pattern[here : here + 1] in (b"!", b"^")
    here += negated
    members: set[int] = set()
    first = True
    while first or pattern[here : here + 1] != b"]":
        first = False
        found = _MEMBER.match(pattern, here)
        if found is None or found.end() >= len(pattern):
            raise _NeverError
        here = found.end()
        name, *ends = found.groups()
        if name is not None:
            if name not in _CLASSES:
                raise _NeverError
            members |= {byte for byte in range(256) if re.match(b"[" + _CLASSES[name] + b"]", bytes([byte]))}
            continue
        low = ends[0] or ends[1]
        high = ends[2] or ends[3] or low
        members |= set(range(low[0], high[0] + 1))
    if ignoring_case:
        members |= {byte for letter in members for byte in (*bytes([letter]).lower(), *bytes([letter]).upper())}
    return frozenset(set(range(256)) - members if negated else members), here + 1
