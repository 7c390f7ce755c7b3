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


class LargeObject(NamedTuple):
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


def large_loose(path: Path) -> LargeObject | None:
    """Gives a loose object if it is a large one; None also where there is none that can be read.

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
    if not end or kind not in KINDS.values() or not size.isdigit() or int(size) < LARGE:
        return None
    return LargeObject(path, 0, len(head) + 1, kind, int(size))


def large_packed(path: Path, offset: int) -> LargeObject | None:
    """Gives an object of a pack if it is a large one and no delta; None also where it cannot be read.

    Args:
        path: the pack.
        offset: where the object begins, as the pack's index says.
    """
    try:
        with path.open("rb") as stream:
            stream.seek(offset)
            head = stream.read(16)
    except OSError:
        return None
    if not head:
        return None
    # Kind and size: four bits of the size, then seven at a time (gitformat-pack(5)).
    size, shift, used = head[0] & 0x0F, 4, 1
    while head[used - 1] & 0x80 and used < len(head):
        size |= (head[used] & 0x7F) << shift
        shift, used = shift + 7, used + 1
    kind = KINDS.get(head[0] >> 4 & 7)
    return None if kind is None or size < LARGE else LargeObject(path, offset + used, 0, kind, size)


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
