"""Takes the index's list of entries apart into names and heads, and puts it together again (gitformat-index(5)).

This is the innermost loop of reading an index, 20,000 times in a large repository: hence one loop with few steps, and
a second one for version 4, whose names are written as differences.
"""

from __future__ import annotations

import struct
from itertools import islice
from operator import lt

from jupyter_mlgit.problems import UnsupportedRepository

Record = tuple[bytes, bytes]
"""An entry's name, and its head: stat data, mode, object name and flags."""

_STAT = 40
_EXTENDED = 0x40
_STAGE = 0x30
_EXTENDED_KNOWN = 0x6000


def records(body: bytes, version: int, size: int) -> tuple[list[Record], int]:
    """Gives all entries and where the extensions begin.

    Args:
        body: the file without its checksum.
        version: 2 to 4.
        size: the bytes of an object's name.

    Raises:
        ValueError, IndexError: if it is cut off.
        UnsupportedRepository: if an entry is marked in a way that is not known.
    """
    (count,) = struct.unpack_from(">L", body, 8)
    if count * (_STAT + size + 2) > len(body):
        raise ValueError(count)
    reader = _compressed if version == 4 else _padded  # noqa: PLR2004 -- names are compressed against the one before
    names, heads, position = reader(body, count, size)
    if position > len(body):
        raise ValueError(position)
    return list(zip(names, heads, strict=True)), position


def _padded(body: bytes, count: int, size: int) -> tuple[list[bytes], list[bytes], int]:
    names: list[bytes] = []
    heads: list[bytes] = []
    add_name, add_head, find = names.append, heads.append, body.index
    length, flags = _STAT + size + 2, _STAT + size
    position = 12
    for _ in range(count):
        start = position + length
        if body[position + flags] & _EXTENDED:
            _require_known(body, start)
            start += 2
        end = find(b"\0", start)
        add_head(body[position:start])
        add_name(body[start:end])
        position += (end - position + 8) & -8
    return names, heads, position


def _compressed(body: bytes, count: int, size: int) -> tuple[list[bytes], list[bytes], int]:
    names: list[bytes] = []
    heads: list[bytes] = []
    position = 12
    previous = b""
    for _ in range(count):
        start = position + _STAT + size + 2
        if body[position + _STAT + size] & _EXTENDED:
            _require_known(body, start)
            start += 2
        heads.append(body[position:start])
        cut, start = _number(body, start)
        if cut > len(previous):
            raise ValueError(cut)
        end = body.index(b"\0", start)
        previous = previous[: len(previous) - cut] + body[start:end]
        names.append(previous)
        position = end + 1
    return names, heads, position


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


def require_order(found: list[Record], size: int) -> None:
    """Checks that the entries stand by name and stage, none of them twice.

    Raises:
        ValueError: if they don't, or if one has no name.
    """
    names = [one[0] for one in found]
    if names and not names[0]:
        raise ValueError(names)
    if all(map(lt, names, islice(names, 1, None))):
        return
    flags = _STAT + size
    keys = [(name, head[flags] & _STAGE) for name, head in found]
    if not all(map(lt, keys, islice(keys, 1, None))):
        raise ValueError(names)


def in_order(found: list[Record], size: int) -> list[Record]:
    """Gives entries in git's order."""
    flags = _STAT + size
    return sorted(found, key=lambda one: (one[0], one[1][flags] & _STAGE))


def encoded(found: list[Record], size: int) -> bytes:
    """Gives the header and the entries, in the oldest version that can say it."""
    flags = _STAT + size
    version = 3 if any(head[flags] & _EXTENDED for _, head in found) else 2
    parts = [b"DIRC" + struct.pack(">LL", version, len(found))]
    padding = [b"\0" * (8 - rest) for rest in range(8)]
    parts += [head + name + padding[len(head) + len(name) & 7] for name, head in found]
    return b"".join(parts)
