"""Puts a split index together: what changed lies in ``index``, everything else in ``sharedindex.<name>``.

Two bitmaps say which of the shared entries are gone and which are replaced by the first entries of ``index``, whose
names are left empty there (gitformat-index(5), "Split index"). What is written here is whole again; git splits it anew
when it likes to.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    Record = tuple[bytes, bytes]

MOST_BITS = 2**26
"""Entries that are believed."""


def merged(shared: list[Record], own: list[Record], link: bytes, flags_at: int) -> list[Record]:
    """Gives all entries as name and head, not yet in order.

    Args:
        shared: those of the shared index.
        own: those of the index itself.
        link: the two bitmaps, without the shared index's name.
        flags_at: where in a head the flags stand; their last twelve bits say how long the name is.

    Raises:
        ValueError: if they don't fit together.
    """
    gone: set[int] = set()
    replaced: list[int] = []
    if link:
        bits, position = _bits(link, 0)
        gone = set(bits)
        replaced, position = _bits(link, position)
        if position != len(link):
            raise ValueError(position)
    if len(replaced) > len(own) or any(number >= len(shared) for number in (*gone, *replaced)):
        raise ValueError(link)
    found: dict[int, Record] = dict(enumerate(shared))
    for number, (name, head) in zip(replaced, own, strict=False):
        if name or number in gone:
            raise ValueError(number)
        path, _ = shared[number]
        (flags,) = struct.unpack_from(">H", head, flags_at)
        length = struct.pack(">H", (flags & 0xF000) | min(len(path), 0x0FFF))
        found[number] = (path, head[:flags_at] + length + head[flags_at + 2 :])
    for number in gone:
        del found[number]
    added = own[len(replaced) :]
    if any(not name for name, _ in added):
        raise ValueError(added)
    names = {(name, head[flags_at] & 0x30) for name, head in added}
    return [one for one in found.values() if (one[0], one[1][flags_at] & 0x30) not in names] + added


def _bits(content: bytes, position: int) -> tuple[list[int], int]:
    """Reads an EWAH bitmap: runs of equal words, each followed by words that are written out."""
    count, words = struct.unpack_from(">LL", content, position)
    if count > MOST_BITS:
        raise ValueError(count)
    buffer = struct.unpack_from(f">{words}Q", content, position + 8)
    return list(_set_bits(buffer, count)), position + 8 + 8 * words + 4


def _set_bits(buffer: tuple[int, ...], count: int) -> Iterator[int]:
    at, bit = 0, 0
    while at < len(buffer):
        run = buffer[at]
        equal, literal = (run >> 1) & 0xFFFFFFFF, run >> 33
        if run & 1:
            yield from range(bit, min(bit + 64 * equal, count))
        bit += 64 * equal
        for word in buffer[at + 1 : at + 1 + literal]:
            yield from (bit + place for place in range(64) if word >> place & 1)
            bit += 64
        at += 1 + literal
        if bit > count + 64:
            raise ValueError(bit)
