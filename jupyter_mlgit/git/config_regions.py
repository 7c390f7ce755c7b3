"""Tells where a section stands in a configuration file, and keeps its very bytes so that they can come back.

A section may stand in several places; each is a region: its header, its variables, the comments between them and the
blank lines behind. A region remembers what stood around it by a digest and not by the text, which may hold a token;
it goes back to where it was when the file before or behind that place is still the same, and to the end otherwise.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_mlgit.git.config_syntax import Header, Variable, line_rest, parse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Name = tuple[bytes, "bytes | None"]
"""Section, in lower case, and subsection."""

_REST_OF_LINE = re.compile(rb"[ \t]*[#;][^\n]*(?:\n|\Z)")


@dataclass(frozen=True)
class Region:
    """One place of a section, as it was when it was cut out."""

    text: bytes
    start: int
    """Where it stood, with the other regions of the same act left out."""
    before: str
    """A digest of what stood before it."""
    rest: int
    """Bytes that stood behind it."""
    after: str
    """A digest of those."""


def cut(text: bytes, names: Collection[Name]) -> tuple[bytes, dict[Name, list[Region]]]:
    """Takes all regions of these sections out.

    Returns:
        what is left, and each section's regions in their order.

    Raises:
        ConfigSyntaxError: if the file cannot be parsed.
    """
    headers, variables = parse(text)
    found: list[tuple[Name, int, bytes]] = []
    left, position = b"", 0
    for header in headers:
        name = (header.section, header.subsection)
        if name in names:
            start, _, end = region(text, header, variables)
            start = max(start, position)
            left += text[position:start]
            found.append((name, len(left), text[start:end]))
            position = end
    left += text[position:]
    regions: dict[Name, list[Region]] = {}
    for name, start, content in found:
        rest = len(left) - start
        regions.setdefault(name, []).append(Region(content, start, _digest(left[:start]), rest, _digest(left[start:])))
    return left, regions


def put_back(text: bytes, regions: Iterable[Region]) -> bytes:
    """Puts regions where they stood, as far as that place can still be told."""
    places = [(_place(text, one), one) for one in regions]
    new, position = b"", 0
    for place, one in sorted(places, key=lambda pair: pair[0]):
        new += text[position:place]
        position = place
        if _digest(text[:place]) == one.before and _digest(text[place:]) == one.after:
            new += one.text
        else:
            new = ended(new) + (ended(one.text) if text[place:] else one.text)
    return new + text[position:]


def headers_of(regions: Iterable[Region]) -> list[bytes]:
    """Gives the headers of regions as they are written."""
    return [one.text[header.start : header.end] for one in regions for header in parse(one.text)[0][:1]]


def matching(headers: list[Header], section: bytes, subsection: bytes | None) -> list[Header]:
    """Gives the headers of one section."""
    return [one for one in headers if (one.section, one.subsection) == (section.lower(), subsection)]


def region(text: bytes, header: Header, variables: list[Variable]) -> tuple[int, int, int]:
    """Gives where a section begins, where its last variable ends, and where the blank lines behind it end.

    Comments behind the last variable belong to what follows.
    """
    start = header.start
    if begins_line(text, start):
        start = text.rfind(b"\n", 0, start) + 1
    own = [one.end for one in variables if one.header == header]
    end = own[-1] if own else line_rest(text, header.end)
    comment = _REST_OF_LINE.match(text, header.end) if not own else None
    if comment is not None:
        end = comment.end()
    blank_end = end
    while line_rest(text, blank_end) > blank_end:
        blank_end = line_rest(text, blank_end)
    return start, end, blank_end


def begins_line(text: bytes, position: int) -> bool:
    """Tells whether nothing but blanks stands before this place in its line."""
    return not text[text.rfind(b"\n", 0, position) + 1 : position].strip(b" \t")


def ended(text: bytes) -> bytes:
    """Ends the last line; behind a backslash one line end would only continue it."""
    if not text or text.endswith(b"\n"):
        return text
    return text + (b"\n\n" if text.endswith(b"\\") else b"\n")


def _place(text: bytes, one: Region) -> int:
    if _digest(text[: one.start]) == one.before:
        return one.start
    place = len(text) - one.rest
    return place if place >= 0 and _digest(text[place:]) == one.after else len(text)


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()[:32]
