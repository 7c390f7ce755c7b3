"""Tells how large an object is by its head alone; a file of gigabytes is not read for that (gitformat-pack(5))."""

from __future__ import annotations

import contextlib
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from dulwich.objects import ObjectID, hex_to_sha
from dulwich.pack import PackFileDisappeared

from jupyter_mlgit.git.large_objects import loose_object, packed_object, read_number

if TYPE_CHECKING:
    from jupyter_mlgit.git.objects import Objects

_NAME_DELTA = 7
_HEAD = 4096
"""Bytes that are read of a delta; the numbers that it begins with are far shorter."""


def object_size(objects: Objects, oid: bytes) -> int | None:
    """Gives the bytes of an object's content; None where it is not there, is borrowed or cannot be read."""
    found = _size(objects, oid)
    if found is None:
        objects.refresh()  # a "git gc" may have put it into another pack
        found = _size(objects, oid)
    return found


def _size(objects: Objects, oid: bytes) -> int | None:
    loose = loose_object(objects.directory / oid[:2].decode() / oid[2:].decode())
    if loose is not None:
        return loose.size
    sha = hex_to_sha(ObjectID(oid))
    for pack in list(objects.store.packs):
        with contextlib.suppress(
            OSError, ValueError, KeyError, IndexError, AssertionError, zlib.error, PackFileDisappeared
        ):
            offset, path = pack.index.object_offset(sha), Path(pack.data.path)
            head = pack.data._contents[offset : offset + _HEAD]  # type: ignore[index]  # noqa: SLF001 -- no public way
            whole = packed_object(path, offset, head)
            return _delta_size(head, len(sha)) if whole is None else whole.size
    return None


def _delta_size(head: bytes, digest_size: int) -> int:
    _, at = read_number(head, 0, first_bits=4)
    if head[0] >> 4 & 7 == _NAME_DELTA:
        at += digest_size
    else:
        _, at = read_number(head, at)
    # A delta begins with the sizes of what it is based on and of what it makes.
    delta = zlib.decompressobj().decompress(head[at:], 64)
    _, at = read_number(delta, 0)
    return read_number(delta, at)[0]
