"""Reads objects: commits, trees and blobs, loose, packed or borrowed from an alternate.

The one surprise: a running ``git gc`` may replace packs under an open store, so an object that is not found is
looked for once more after the list of packs has been read again. And what dulwich cannot decode is read by our own
means, since git itself does not mind a commit with an odd time stamp or header.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import struct
import threading
import zlib
from binascii import hexlify, unhexlify
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from dulwich.errors import ApplyDeltaError, ChecksumMismatch, FileFormatException
from dulwich.object_format import get_object_format
from dulwich.object_store import DiskObjectStore
from dulwich.objects import RawObjectID
from dulwich.pack import Pack, PackFileDisappeared

from jupyter_mlgit.git.alternates import alternate_folders
from jupyter_mlgit.git.commits import Commit, Oid, Signature, damaged_object, parse_commit, parse_signature
from jupyter_mlgit.git.large_objects import KINDS, LARGE, StoredObject, loose_object, packed_object
from jupyter_mlgit.problems import DamagedRepository

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "Commit", "MissingObject", "Objects", "Oid", "Signature", "TreeEntry", "damaged_object", "parse_commit",
    "parse_signature",
]  # fmt: skip

LARGEST = 512 * 2**20
"""Bytes of a loose object that is read whole."""

_SMALL: Final = 2**16
_KEPT: Final = 2**23
"""Bytes of an object that may be kept, and of all that are."""

_MODES: Final = {b"%o" % mode: mode for mode in (0o100644, 0o100755, 0o120000, 0o160000, 0o40000)}
_NAME: Final = re.compile(rb"[0-9a-f]+\Z")
_PARTS: Final = {size: re.compile(rb"(?s)[0-7]{1,6} [^\0/]+\0.{%d}" % size) for size in (20, 32)}
_DAMAGE: Final = (
    # dulwich tells of damage by whatever its parser stumbled on.
    AssertionError, ValueError, IndexError, TypeError, OverflowError, NotImplementedError, RecursionError, OSError,
    zlib.error, EOFError, struct.error, FileFormatException, ChecksumMismatch, ApplyDeltaError,
    PackFileDisappeared,
)  # fmt: skip


class MissingObject(KeyError):
    """An object that is named somewhere is not in the repository."""

    def __init__(self, oid: bytes) -> None:
        """Keeps the name of what is missing."""
        super().__init__(oid)
        self.oid = oid

    def __str__(self) -> str:
        """Gives words; those of a KeyError are the bare key."""
        return f"the object {self.oid.decode('ascii', 'replace')} is missing"


class TreeEntry(NamedTuple):
    """One name in a tree."""

    name: bytes
    mode: int
    oid: Oid


def split_tree(content: bytes, size: int) -> list[bytes]:
    """Gives the entries of a tree as they are stored, without what cannot be read; names have ``size`` bytes."""
    return _PARTS[size].findall(content)


class Objects:
    """The object store of one repository; safe to use from several threads."""

    def __init__(self, directory: Path, object_format: str) -> None:
        """Opens ``directory`` (the repository's ``objects`` folder) without reading anything yet."""
        self.directory = directory
        self.format = get_object_format(object_format)
        self.hex_length: int = self.format.hex_length
        self._entry = re.compile(rb"(?s)([0-7]{1,6}) ([^\0]*)\0(.{%d})" % (self.hex_length // 2))
        # dulwich's own way of reading the configuration stumbles over numbers such as 512m, and takes
        # core.bigFileThreshold for the largest object that may be read at all.
        self.store = DiskObjectStore(str(directory), object_format=self.format, fsync_object_files=True)
        self._folder = str(directory)
        self._stores = [self.store]
        self._borrowed: list[Path] | None = None
        self._listed = False
        self._packs: list[tuple[Path, Pack]] = []
        """Those with what was read last come first, as in git: what belongs together was mostly packed together."""
        self._lock = threading.RLock()
        self._commits: dict[bytes, Commit] = {}
        self._kept: dict[bytes, bytes] = {}
        """Small objects that :meth:`kind` or :meth:`small` was asked for: their content is wanted next, or again."""
        self._kept_size = 0

    def contains(self, oid: bytes) -> bool:
        """Tells whether the object is there and can be read."""
        try:
            return self.kind(oid) is not None
        except DamagedRepository:
            return False

    def is_on_disk(self, oid: bytes) -> bool:
        """Tells whether the object is there now; a pack that gc has removed under us does not count."""
        self.refresh()
        return self.contains(oid)

    def own_file(self, oid: bytes) -> Path | None:
        """Gives the file, loose or a pack, that holds an object in the store of its own; None for a borrowed one."""
        loose = self.directory / oid[:2].decode() / oid[2:].decode()
        if loose.exists():
            return loose
        with self._lock:
            for name, pack in list(self.store._pack_cache.items()):  # noqa: SLF001 -- the same
                with contextlib.suppress(*_DAMAGE, KeyError):
                    pack.index.object_offset(RawObjectID(bytes.fromhex(oid.decode())))
                    return self.directory / "pack" / f"{name}.pack"
        return None

    def kind(self, oid: bytes) -> bytes | None:
        """Gives ``b"commit"``, ``b"tree"``, ``b"blob"`` or ``b"tag"``, or None when the object is missing."""
        # Whoever asks relies on its being readable.
        large = self._large(oid, verified=True)
        if large is not None:
            return large.kind
        found = self._find(oid)
        if found is None:
            return None
        self._keep(oid, found[1])
        return KINDS.get(found[0])

    def blocks(self, oid: bytes) -> Iterator[bytes]:
        """Yields an object's content in pieces, so that a large one is never held as a whole.

        Raises:
            MissingObject: if it is not there.
            DamagedRepository: if it cannot be read, perhaps not before the last piece.
        """
        kept = self._kept.get(oid)
        large = self._large(oid) if kept is None else None
        if kept is not None:
            yield kept
        elif large is None:
            yield self.raw(oid)[1]
        else:
            yield from self._blocks(oid, large)

    def raw(self, oid: bytes, *, keep: bool = False) -> tuple[bytes, bytes]:
        """Gives an object's kind and content.

        Args:
            oid: its name.
            keep: whether it is kept for :meth:`small`, if it is that.

        Raises:
            MissingObject: if it is not there.
            DamagedRepository: if it is there and cannot be read.
        """
        found = self._find(oid)
        if found is None:
            raise MissingObject(oid)
        if keep:
            self._keep(oid, found[1])
        return KINDS.get(found[0], b"unknown"), found[1]

    def small(self, oid: bytes) -> bytes | None:
        """Gives the content of a small object that is loose or was read before; None for others, there or not.

        A difference is asked for again with each edit, and its old side is what it was.
        """
        known = self._kept.get(oid)
        if known is not None:
            return known
        if len(oid) != self.hex_length or not _NAME.match(oid):
            return None
        name = oid.decode()
        try:
            with open(f"{self._folder}/{name[:2]}/{name[2:]}", "rb", buffering=0) as stream:  # noqa: PTH123 -- quicker
                squeezed = stream.read(_SMALL)
            inflate = zlib.decompressobj()
            head, _, content = inflate.decompress(squeezed, LARGE).partition(b"\0")
        except (OSError, zlib.error):
            return None
        kind, _, size = head.partition(b" ")
        if not inflate.eof or kind not in KINDS.values() or size != b"%d" % len(content):
            return None
        self._keep(oid, content)
        return content

    def commit(self, oid: bytes) -> Commit:
        """Gives a commit.

        Raises:
            MissingObject: if there is no such commit.
            DamagedRepository: if it cannot be decoded.
        """
        known = self._commits.get(oid)
        if known is not None:
            return known
        kind, data = self.raw(oid)
        if kind != b"commit":
            raise MissingObject(oid)
        commit = parse_commit(Oid(oid), data)
        if len(self._commits) > 20_000:  # noqa: PLR2004 -- some 20 MB; the page of a log needs far less
            self._commits.clear()
        self._commits[oid] = commit
        return commit

    def peel(self, oid: bytes) -> tuple[bytes, Oid]:
        """Follows tags to what they name; gives its kind and name.

        Raises:
            MissingObject: if the chain ends in an object that is not there.
        """
        for _ in range(100):
            kind, data = self.raw(oid)
            if kind != b"tag":
                return kind, Oid(oid)
            oid = data.split(b"\n", 1)[0].removeprefix(b"object ")
        raise damaged_object(oid)

    def tree_parts(self, oid: bytes) -> list[bytes]:
        """Gives a tree's entries as they are stored; nobody has looked whether a name is there twice.

        Raises:
            MissingObject: if there is no such tree.
            DamagedRepository: if it cannot be decoded.
        """
        data = self._tree_content(oid)
        parts = split_tree(data, self.hex_length // 2)
        if sum(map(len, parts)) != len(data):
            raise damaged_object(oid)
        return parts

    def tree(self, oid: bytes) -> list[TreeEntry]:
        """Gives a tree's entries in git's order.

        Raises:
            MissingObject: if there is no such tree.
            DamagedRepository: if it cannot be decoded.
        """
        data = self._tree_content(oid)
        found = self._entry.findall(data)
        names = [name for _, name, _ in found]
        read = sum(map(len, names)) + sum([len(mode) for mode, _, _ in found])
        if read + (2 + self.hex_length // 2) * len(found) != len(data):
            raise damaged_object(oid)
        if len(set(names)) < len(names) or b"" in names or b"/" in b"\0".join(names):
            # Such a tree is made by hand, to have one of two checks see one file and the other another.
            raise damaged_object(oid)
        modes = [_MODES.get(mode) or int(mode, 8) for mode, _, _ in found]
        # A reset of many files reads thousands of trees, and this is where its time goes.
        return list(map(TreeEntry._make, zip(names, modes, [hexlify(raw) for _, _, raw in found], strict=True)))

    def _tree_content(self, oid: bytes) -> bytes:
        kind, data = self.raw(oid)
        if kind != b"tree":
            raise MissingObject(oid)
        return data

    def with_prefix(self, prefix: bytes) -> Iterator[Oid]:
        """Yields the names that begin with ``prefix`` (at least four hexadecimal digits)."""
        with self._lock:
            self._borrow()
            yield from {Oid(name) for name in self.store.iter_prefix(prefix)}

    def stamp(self) -> tuple[int, ...]:
        """Gives what changes when packs or folders of loose objects come or go, as with ``git gc``."""
        found = []
        for directory in (self.directory, self.directory / "pack"):
            try:
                found.append(directory.stat().st_mtime_ns)
            except OSError:
                found.append(0)
        return tuple(found)

    def places(self) -> list[Path]:
        """Gives this ``objects`` folder and those that it borrows from."""
        with self._lock:
            self._borrow()
            return [self.directory, *(self._borrowed or ())]

    def refresh(self) -> None:
        """Reads the lists of packs and lenders again, as after a ``git gc`` or a fetch."""
        with self._lock:
            self._listed = True
            self._borrow(anew=True)
            for store in self._stores:
                with contextlib.suppress(OSError):  # packs that may not be listed are none
                    store._update_pack_cache()  # noqa: SLF001 -- dulwich has no public way to ask for this
            self._list_packs()

    def _list_packs(self) -> None:
        """Takes over the packs that dulwich knows, those that were known before in their order."""
        there = {id(pack) for store in self._stores for pack in store._pack_cache.values()}  # noqa: SLF001 -- the same
        if there == {id(pack) for _, pack in self._packs}:
            return
        found = {
            Path(store.pack_dir) / f"{base}.pack": pack
            for store in self._stores
            for base, pack in store._pack_cache.items()  # noqa: SLF001 -- the same
        }
        known = [path for path, pack in self._packs if found.get(path) is pack]
        self._packs = [(path, found.pop(path)) for path in known]
        self._packs += found.items()

    def close(self) -> None:
        """Lets go of the open packs."""
        with self._lock:
            self._kept, self._kept_size = {}, 0
            self._packs = []
            for store in self._stores:
                store.close()

    def _keep(self, oid: bytes, content: bytes) -> None:
        with self._lock:
            if len(content) <= _SMALL and oid not in self._kept:
                if self._kept_size + len(content) > _KEPT:
                    self._kept, self._kept_size = {}, 0
                self._kept[oid] = content
                self._kept_size += len(content)

    def _borrow(self, *, anew: bool = False) -> None:
        """Hands dulwich the folders of lenders, as ``alternates.py`` finds them."""
        if self._borrowed is not None and not anew:
            return
        folders = alternate_folders(self.directory)
        if folders == self._borrowed:
            return
        for store in self._stores[1:]:
            store.close()
        lenders = [DiskObjectStore(str(folder), object_format=self.format) for folder in folders]
        for lender in lenders:
            lender._alternates = []  # noqa: SLF001 -- the list is flat already
        self.store._alternates = list(lenders)  # noqa: SLF001 -- the same
        self._stores = [self.store, *lenders]
        self._borrowed = folders

    def _large(self, oid: bytes, *, verified: bool = False) -> StoredObject | None:
        """Gives the copy of a large object that is read in pieces; None for what is read at once.

        Of several copies it is one that is sound: by the time that damage shows, the first pieces are in use.
        """
        if len(oid) != self.hex_length or not _NAME.match(oid):
            return None
        for _ in (1, 2):
            copies = self._copies(oid)
            large = [copy for copy in copies if copy is not None and copy.size >= LARGE]
            if not large:
                return None
            if len(copies) == 1 and not verified:
                return large[0]
            for copy in large:
                if copy.is_sound(oid):
                    return copy
            if len(large) < len(copies):
                return None  # a delta is left
            self.refresh()  # a "git gc" may have moved it meanwhile
        raise damaged_object(oid)

    def _copies(self, oid: bytes) -> list[StoredObject | None]:
        """Gives copies of an object, those in packs first, as git looks for them; None for a delta.

        They are all of them, unless there is one which shows that the object is small.
        """
        copies: list[StoredObject | None] = []
        with self._lock:
            if not self._listed:
                self.refresh()
            name = RawObjectID(bytes.fromhex(oid.decode()))
            for path, pack in self._packs:
                with contextlib.suppress(KeyError, *_DAMAGE):
                    offset = pack.index.object_offset(name)
                    head = pack.data._contents[offset : offset + 16]  # type: ignore[index]  # noqa: SLF001
                    found = packed_object(path, offset, head)
                    if found is not None and found.size < LARGE:
                        return [found]
                    copies.append(found)
            for folder in self.places():
                loose = loose_object(folder / oid[:2].decode() / oid[2:].decode())
                if loose is not None:
                    copies.append(loose)
        return copies

    def _blocks(self, oid: bytes, large: StoredObject) -> Iterator[bytes]:
        given = 0
        try:
            for block in large.blocks(oid):
                given += len(block)
                yield block
        except FileNotFoundError:
            # A "git gc" has packed it meanwhile; what was given already is the same there.
            yield self.raw(oid)[1][given:]
        except (OSError, ValueError, zlib.error) as error:
            raise damaged_object(oid) from error

    def _find(self, oid: bytes) -> tuple[int, bytes] | None:
        if len(oid) != self.hex_length or not _NAME.match(oid):
            return None  # a commit may name anything as its parent
        with self._lock:
            if not self._listed:
                self.refresh()
            for attempt in (1, 2):
                found, damaged = self._packed(oid)
                try:
                    found = found or self._loose(oid)
                except DamagedRepository:
                    damaged = True
                if found is not None:
                    return found
                if attempt == 1:
                    # A "git gc" may have moved it meanwhile.
                    self.refresh()
                    self._drop_damaged_packs()
                elif damaged:
                    raise damaged_object(oid)
        return None

    def _packed(self, oid: bytes) -> tuple[tuple[int, bytes] | None, bool]:
        """Looks in the packs, for a sound copy where one is damaged, as git does; tells whether one was."""
        name, damaged = RawObjectID(unhexlify(oid)), False
        for place, (_, pack) in enumerate(self._packs):
            try:
                found = pack.get_raw(name)
            except KeyError:
                continue
            except _DAMAGE:
                # The error itself is let go: its frames hold parts of the pack, which could then not be closed.
                damaged = True
                continue
            if place:
                self._packs.insert(0, self._packs.pop(place))
            return found, damaged
        return None, damaged

    def _loose(self, oid: bytes) -> tuple[int, bytes] | None:
        """Reads a loose object by its bytes; dulwich refuses commits that it cannot decode, and git does not."""
        for folder in self.places():
            path = folder / oid[:2].decode() / oid[2:].decode()
            try:
                with path.open("rb") as stream:
                    inflate = zlib.decompressobj()
                    content = inflate.decompress(stream.read(), LARGEST)
            except FileNotFoundError:
                continue
            except (OSError, ValueError, zlib.error) as error:
                raise damaged_object(oid) from error
            header, _, body = content.partition(b"\0")
            kind, _, size = header.partition(b" ")
            number = {name: number for number, name in KINDS.items()}.get(kind)
            digest = hashlib.sha1 if self.hex_length == 40 else hashlib.sha256  # noqa: PLR2004 -- git's names
            if number is None or size != b"%d" % len(body) or digest(content).hexdigest().encode() != oid:
                raise damaged_object(oid)
            return number, body
        return None

    def _drop_damaged_packs(self) -> None:
        """Forgets the packs whose index cannot be read, as git passes over them."""
        for store in self._stores:
            packs = store._pack_cache  # noqa: SLF001 -- dulwich has no public way
            for name, pack in list(packs.items()):
                try:
                    pack.index.object_offset(RawObjectID(b"\0" * (self.hex_length // 2)))
                except KeyError:
                    continue
                except _DAMAGE:
                    del packs[name]
                    with contextlib.suppress(*_DAMAGE):
                        pack.close()
        self._list_packs()
