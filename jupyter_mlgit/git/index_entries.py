"""Takes the index's list of entries apart into names and heads, and puts it together again (gitformat-index(5)).

This is the innermost loop of reading an index, 20,000 times in a large repository: hence it only notes each name and
where its entry begins. Version 4, whose names are written as differences, is written anew as version 2 or 3 first.
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from itertools import accumulate, islice
from operator import lt
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.problems import UnsupportedRepository

if TYPE_CHECKING:
    from collections.abc import Mapping

Record = tuple[bytes, bytes]
"""An entry's name, and its head: stat data, mode, object name and flags."""

OID = 40
"""Where in an entry the object's name begins."""

_EXTENDED = 0x40
_STAGE = 0x30
_SPECIAL = 0xF0
_EXTENDED_KNOWN = 0x6000


class Packed(NamedTuple):
    """The entries as they stand in a file of version 2 or 3."""

    body: bytes
    names: list[bytes]
    places: list[int]
    """Where each entry begins."""
    special: list[int]
    """The numbers of those that are marked, or in a conflict."""
    size: int
    """Bytes of an object's name."""
    end: int
    """Where the extensions begin."""

    def head(self, place: int) -> bytes:
        """Gives what stands before the name of the entry that begins there."""
        flags = place + OID + self.size
        return self.body[place : flags + (4 if self.body[flags] & _EXTENDED else 2)]

    def records(self) -> list[Record]:
        """Gives each entry's name and head."""
        body, length = self.body, OID + self.size + 2
        if not self.special:
            return [(name, body[place : place + length]) for name, place in zip(self.names, self.places, strict=True)]
        return [(name, self.head(place)) for name, place in zip(self.names, self.places, strict=True)]


def packed(body: bytes, version: int, size: int) -> tuple[Packed, int]:
    """Gives all entries, and where in the body the extensions begin.

    Args:
        body: the file without its checksum.
        version: 2 to 4.
        size: the bytes of an object's name.

    Raises:
        ValueError, IndexError: if it is cut off.
        UnsupportedRepository: if an entry is marked in a way that is not known.
    """
    (count,) = struct.unpack_from(">L", body, 8)
    if count * (OID + size + 2) > len(body):
        raise ValueError(count)
    if version == 4:  # noqa: PLR2004 -- names are compressed against the one before
        found, end = _compressed(body, count, size)
        if end > len(body):
            raise ValueError(end)
        return repacked(found, size), end
    made = _padded(body, count, size)
    if made.end > len(body):
        raise ValueError(made.end)
    return made, made.end


def repacked(found: list[Record], size: int) -> Packed:
    """Gives entries as they would stand in a file."""
    *places, end = accumulate((len(head) + len(name) + 8 & -8 for name, head in found), initial=12)
    special = [number for number, (_, head) in enumerate(found) if head[OID + size] & _SPECIAL]
    return Packed(encoded(found, size), [name for name, _ in found], places, special, size, end)


def _padded(body: bytes, count: int, size: int) -> Packed:
    names: list[bytes] = []
    places: list[int] = []
    special: list[int] = []
    add_name, add_place, find = names.append, places.append, body.index
    length, flags, last = OID + size + 2, OID + size, OID + size + 1
    place = 12
    for _ in range(count):
        start = place + length
        if body[place + flags]:  # a mark, a conflict, or a name that is longer than the other byte can say
            if body[place + flags] & _SPECIAL:
                special.append(len(names))
            if body[place + flags] & _EXTENDED:
                _require_known(body, start)
                start += 2
            end = find(b"\0", start)
        else:
            end = start + body[place + last]
        add_name(body[start:end])
        add_place(place)
        place += (end - place + 8) & -8
    return Packed(body, names, places, special, size, place)


def _compressed(body: bytes, count: int, size: int) -> tuple[list[Record], int]:
    found: list[Record] = []
    position = 12
    previous = b""
    for _ in range(count):
        start = position + OID + size + 2
        if body[position + OID + size] & _EXTENDED:
            _require_known(body, start)
            start += 2
        head = body[position:start]
        cut, start = _number(body, start)
        if cut > len(previous):
            raise ValueError(cut)
        end = body.index(b"\0", start)
        previous = previous[: len(previous) - cut] + body[start:end]
        found.append((previous, head))
        position = end + 1
    return found, position


def _number(body: bytes, position: int) -> tuple[int, int]:
    """Reads a pack-style variable-length number."""
    byte = body[position]
    value = byte & 0x7F
    while byte & 0x80:
        position += 1
        byte = body[position]
        value = ((value + 1) << 7) | (byte & 0x7F)
    return value, position + 1


def _require_known(body: bytes, position: int) -> None:
    (extended,) = struct.unpack_from(">H", body, position)
    if extended & ~_EXTENDED_KNOWN:
        raise UnsupportedRepository(
            "The index marks files in a way that is not known here.", "Use git itself in a terminal."
        )


def require_order(found: Packed) -> None:
    """Checks that the entries stand by name and stage, none of them twice.

    Raises:
        ValueError: if they don't, or if one has no name, or one that cannot be a file's.
    """
    names = found.names
    if names and (not names[0] or b"\0" in b"".join(names)):
        raise ValueError(names)
    if all(map(lt, names, islice(names, 1, None))):
        return
    flags = OID + found.size
    keys = [(name, found.body[place + flags] & _STAGE) for name, place in zip(names, found.places, strict=True)]
    if not all(map(lt, keys, islice(keys, 1, None))):
        raise ValueError(names)


def in_order(found: list[Record], size: int) -> list[Record]:
    """Gives entries in git's order."""
    flags = OID + size
    return sorted(found, key=lambda one: (one[0], one[1][flags] & _STAGE))


def spliced(old: Packed, new: Mapping[bytes, list[bytes]]) -> tuple[bytes, dict[bytes, bytes]]:
    """Gives the header and the entries with others under some names; see :func:`encoded`.

    Args:
        old: the entries so far.
        new: name → its heads, in the order of their stages; none takes all of a name out.

    Returns:
        the bytes, and name → its head so far, in a conflict that of the last stage.
    """
    body, names, places, flags = old.body, old.names, old.places, OID + old.size
    starts, gone = [*places, old.end], {}
    parts, begin, count = [b""], 12, len(names)
    for path in sorted(new):
        number = bisect_left(names, path)
        parts.append(body[begin : starts[number]])
        while number < len(names) and names[number] == path:
            gone[path] = old.head(places[number])
            number += 1
            count -= 1
        begin = starts[number]
        parts += [_padded_entry(head, path) for head in new[path]]
        count += len(new[path])
    parts.append(body[begin : old.end])
    extended = any(head[flags] & _EXTENDED for heads in new.values() for head in heads) or any(
        body[places[number] + flags] & _EXTENDED and names[number] not in new for number in old.special
    )
    parts[0] = b"DIRC" + struct.pack(">LL", 3 if extended else 2, count)
    return b"".join(parts), gone


def _padded_entry(head: bytes, name: bytes) -> bytes:
    return head + name + b"\0" * (8 - (len(head) + len(name) & 7))


def encoded(found: list[Record], size: int) -> bytes:
    """Gives the header and the entries, in the oldest version that can say it."""
    flags = OID + size
    version = 3 if any(head[flags] & _EXTENDED for _, head in found) else 2
    parts = [b"DIRC" + struct.pack(">LL", version, len(found))]
    padding = [b"\0" * (8 - rest) for rest in range(8)]
    parts += [head + name + padding[len(head) + len(name) & 7] for name, head in found]
    return b"".join(parts)
