"""Writes one pack of new objects, as they come, and its index (gitformat-pack(5)).

Nothing is compared and no deltas are made: the next ``git gc`` does that better. How many objects there are is known
only at the end, so the head is written anew and the checksum taken then, as git itself does when it fetches.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

from dulwich.pack import write_pack_index_v2

from jupyter_mlgit.git.durable import begun_in, make_folder, sync_directory
from jupyter_mlgit.git.large_objects import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from jupyter_mlgit.git.objects import Oid

_NUMBERS = {name: number for number, name in KINDS.items()}
_BLOCK = 2**20
_OURS = b"jupyter_mlgit, until a ref names what is new\n"


class _Entry(NamedTuple):
    name: bytes
    offset: int
    crc: int


class PackWriter:
    """One pack under way."""

    def __init__(self, directory: Path, hex_length: int) -> None:
        """Makes a temporary file.

        Args:
            directory: the repository's ``objects/pack``.
            hex_length: 40 or 64.

        Raises:
            OSError: if it cannot be made.
        """
        make_folder(directory)
        self._directory = directory
        self._digest = hashlib.sha1 if hex_length == 40 else hashlib.sha256  # noqa: PLR2004 -- git's names
        self._path, self._index = begun_in(directory), begun_in(directory)
        self._placed: Path | None = None
        self._entries: list[_Entry] = []
        self._crc = 0
        self._stream = self._path.open("xb+")
        try:
            self._stream.write(b"PACK" + struct.pack(">LL", 2, 0))
        except BaseException:
            self.abort()
            raise

    def add(self, kind: bytes, size: int, squeezed: Iterable[bytes]) -> int:
        """Writes one object; gives where it begins, for :meth:`keep` or :meth:`drop`."""
        offset = self._stream.tell()
        self._crc = 0
        self._write(_head(_NUMBERS[kind], size))
        for block in squeezed:
            self._write(block)
        return offset

    def keep(self, oid: Oid, offset: int) -> None:
        """Makes the object that was written last a part of the pack."""
        self._entries.append(_Entry(bytes.fromhex(oid.decode()), offset, self._crc))

    def drop(self, offset: int) -> None:
        """Takes the object that was written last out again."""
        self._stream.seek(offset)
        self._stream.truncate()

    def finish(self) -> None:
        """Makes the pack and its index durable and gives them their names; an empty one goes.

        Raises:
            OSError: if they cannot be written.
        """
        if not self._entries:
            self.abort()
            return
        self._stream.seek(8)
        self._stream.write(struct.pack(">L", len(self._entries)))
        self._stream.seek(0)
        digest = self._digest()
        while block := self._stream.read(_BLOCK):
            digest.update(block)
        self._stream.write(digest.digest())
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()
        index = self._index
        with index.open("xb") as stream:
            write_pack_index_v2(stream, sorted(self._entries), digest.digest())
            stream.flush()
            os.fsync(stream.fileno())
        for path in (self._path, index):
            path.chmod(0o444)
        final = self._directory / f"pack-{digest.hexdigest()}.pack"
        self._path.replace(final)
        self._placed = final
        # A "git repack" that has looked at the refs already would drop what no ref names yet.
        final.with_suffix(".keep").write_bytes(_OURS)
        # A pack counts from the moment its index is there.
        index.replace(final.with_suffix(".idx"))
        sync_directory(self._directory)

    def abort(self) -> None:
        """Leaves nothing behind."""
        with contextlib.suppress(OSError):  # what Python still holds may not fit on the disk
            self._stream.close()
        left = [self._path, self._index]
        if self._placed is not None and not self._placed.with_suffix(".idx").exists():
            left += [self._placed, self._placed.with_suffix(".keep")]
        for path in left:
            with contextlib.suppress(OSError):
                path.unlink()

    def _write(self, data: bytes) -> None:
        self._crc = zlib.crc32(data, self._crc)
        self._stream.write(data)


def release_packs(directory: Path) -> None:
    """Lets git have the packs that were kept from it; what they hold is named by refs now, or by nothing any more.

    Args:
        directory: the repository's ``objects/pack``; no other act of ours is under way there.
    """
    for path in directory.glob("pack-*.keep"):
        with contextlib.suppress(OSError):
            if path.read_bytes() == _OURS:
                path.unlink()


def _head(number: int, size: int) -> bytes:
    """Writes an object's kind and size: four bits, then seven at a time."""
    byte = number << 4 | size & 0x0F
    size >>= 4
    found = bytearray()
    while size:
        found.append(byte | 0x80)
        byte = size & 0x7F
        size >>= 7
    found.append(byte)
    return bytes(found)
