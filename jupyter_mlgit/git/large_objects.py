"""Reads a large object block by block, so that a checkpoint of some gigabytes never lies in memory as a whole.

This works for loose objects and for those that a pack holds as they are; git itself makes no deltas of what is larger
than ``core.bigFileThreshold``, 512 MiB (git-config(1)).
"""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGE: Final = 16 * 2**20
"""Bytes from which on an object is read in blocks; below that, reading it at once is faster."""

KINDS: Final = {1: b"commit", 2: b"tree", 3: b"blob", 4: b"tag"}
_BLOCK: Final = 2**20


class StoredObject(NamedTuple):
    """Where the compressed bytes of an object lie, and what they are to be."""

    path: Path
    offset: int
    skipped: int
    """Bytes of the object's own head, which only loose objects have."""
    kind: bytes
    size: int

    def blocks(self, oid: bytes) -> Iterator[bytes]:
        """Yields the content, and checks it against its name at the end.

        Raises:
            ValueError: if it is not what its name says.
            zlib.error: if it is damaged.
            OSError: if it cannot be read, or has gone.
        """
        digest = hashlib.sha1() if len(oid) == 40 else hashlib.sha256()  # noqa: PLR2004, S324 -- git's names
        digest.update(b"%s %d\0" % (self.kind, self.size))
        count = -self.skipped
        for block in _inflated(self.path, self.offset):
            content = block[-count:] if count < 0 else block
            count += len(block)
            digest.update(content)
            yield content
        if count != self.size or digest.hexdigest().encode() != oid:
            raise ValueError(oid)

    def is_sound(self, oid: bytes) -> bool:
        """Tells whether it is there, and is what its name says."""
        try:
            for _ in self.blocks(oid):
                pass
        except (OSError, ValueError, zlib.error):
            return False
        return True


def loose_object(path: Path) -> StoredObject | None:
    """Gives a loose object by its head; None where there is none that can be read.

    Args:
        path: the object's file.
    """
    try:
        with path.open("rb") as stream:
            start = zlib.decompressobj().decompress(stream.read(128), 64)
    except (OSError, zlib.error):
        return None
    head, end, _ = start.partition(b"\0")
    kind, _, size = head.partition(b" ")
    if not end or kind not in KINDS.values() or not size.isdigit():
        return None
    return StoredObject(path, 0, len(head) + 1, kind, int(size))


def packed_object(path: Path, offset: int, head: bytes) -> StoredObject | None:
    """Gives an object of a pack by its head; None for a delta, and where it cannot be read.

    Args:
        path: the pack.
        offset: where the object begins, as the pack's index says.
        head: the first bytes there, 16 where there are so many.
    """
    try:
        size, used = read_number(head, 0, first_bits=4)
    except IndexError:
        return None
    kind = KINDS.get(head[0] >> 4 & 7)
    return None if kind is None else StoredObject(path, offset + used, 0, kind, size)


def read_number(content: bytes, at: int, *, first_bits: int = 7) -> tuple[int, int]:
    """Reads a number of seven bits a byte, the lowest first; gives where it ends, too (gitformat-pack(5)).

    Args:
        content: what it stands in.
        at: where it begins.
        first_bits: how many bits of the first byte belong to it.

    Raises:
        IndexError: if it has no end.
    """
    value, shift = content[at] & (1 << first_bits) - 1, first_bits
    while content[at] & 0x80:
        at += 1
        value |= (content[at] & 0x7F) << shift
        shift += 7
    return value, at + 1


def _inflated(path: Path, offset: int) -> Iterator[bytes]:
    inflate = zlib.decompressobj()
    with path.open("rb") as stream:
        stream.seek(offset)
        while not inflate.eof:
            squeezed = inflate.unconsumed_tail or stream.read(_BLOCK)
            if not squeezed:
                raise zlib.error("the object ends too early")
            block = inflate.decompress(squeezed, _BLOCK)
            if block:
                yield block
