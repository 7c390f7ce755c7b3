"""Tells how large an object is by its header alone; a file of gigabytes is not read for that (gitformat-pack(5))."""

from __future__ import annotations

import contextlib
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from dulwich.objects import ObjectID, hex_to_sha

if TYPE_CHECKING:
    from jupyter_mlgit.git.objects import Objects

_OFFSET_DELTA, _NAME_DELTA = 6, 7
_HEADER = 4096
"""Bytes that are read; the header of an object, and the beginning of a delta, are far shorter."""


def object_size(objects: Objects, oid: bytes) -> int | None:
    """Gives the bytes of an object's content; None where it is not there, is borrowed or cannot be read."""
    with contextlib.suppress(OSError, ValueError, IndexError, AssertionError, zlib.error):
        loose = objects.directory / oid[:2].decode() / oid[2:].decode()
        try:
            with loose.open("rb") as stream:
                begun = zlib.decompressobj().decompress(stream.read(_HEADER), 64)
            return int(begun.partition(b"\0")[0].rpartition(b" ")[2])
        except FileNotFoundError:
            return _packed_size(objects, oid)
    return None


def _packed_size(objects: Objects, oid: bytes) -> int | None:
    sha = hex_to_sha(ObjectID(oid))
    for pack in list(objects.store.packs):
        try:
            offset = pack.index.object_offset(sha)
        except KeyError:
            continue
        with Path(pack.data.path).open("rb") as stream:
            stream.seek(offset)
            return _size_in(stream.read(_HEADER), len(sha))
    return None


def _size_in(head: bytes, digest_size: int) -> int:
    kind = head[0] >> 4 & 7
    size, at = _number(head, 0, first_bits=4)
    if kind not in (_OFFSET_DELTA, _NAME_DELTA):
        return size
    if kind == _NAME_DELTA:
        at += digest_size
    else:
        while head[at] & 0x80:
            at += 1
        at += 1
    # A delta begins with the sizes of what it is based on and of what it makes.
    delta = zlib.decompressobj().decompress(head[at:], 64)
    _, at = _number(delta, 0)
    return _number(delta, at)[0]


def _number(content: bytes, at: int, first_bits: int = 7) -> tuple[int, int]:
    """Reads a number of seven bits a byte, the lowest first; gives where it ends, too."""
    value, shift = content[at] & (1 << first_bits) - 1, first_bits
    while content[at] & 0x80:
        at += 1
        value |= (content[at] & 0x7F) << shift
        shift += 7
    return value, at + 1
