"""Reads objects: commits, trees and blobs, loose, packed or borrowed from an alternate.

The one surprise: a running ``git gc`` may replace packs under an open store, so an object that is not found is
looked for once more after the list of packs has been read again.
"""

from __future__ import annotations

import hashlib
import re
import struct
import threading
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, NewType

from dulwich.errors import ApplyDeltaError, ChecksumMismatch, FileFormatException
from dulwich.object_format import get_object_format
from dulwich.object_store import DiskObjectStore
from dulwich.objects import ObjectID, RawObjectID

from jupyter_mlgit.problems import DamagedRepository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST = 512 * 2**20
"""Bytes of a loose object that is read whole."""

Oid = NewType("Oid", bytes)
"""An object's name as git prints it: 40 or 64 lower-case hexadecimal digits in ASCII."""

LONGEST_TIME = 18
"""Digits of a time stamp that is believed; a longer one is nobody's clock."""

KINDS: Final = {1: b"commit", 2: b"tree", 3: b"blob", 4: b"tag"}

_DAMAGE: Final = (
    # dulwich tells of damage by whatever its parser stumbled on.
    AssertionError, ValueError, OSError, zlib.error, EOFError, struct.error, FileFormatException, ChecksumMismatch,
    ApplyDeltaError,
)  # fmt: skip


class MissingObject(KeyError):
    """An object that is named somewhere is not in the repository."""

    def __init__(self, oid: bytes) -> None:
        """Keeps the name of what is missing."""
        super().__init__(oid)
        self.oid = oid


@dataclass(frozen=True)
class Signature:
    """Who and when, as a commit's author or committer line says it."""

    name: bytes
    email: bytes
    time: int
    """Seconds since the epoch, UTC."""
    zone: int
    """Minutes east of UTC."""


@dataclass(frozen=True)
class Commit:
    """A commit, decoded from its raw form."""

    id: Oid
    tree: Oid
    parents: tuple[Oid, ...]
    author: Signature
    committer: Signature
    message: bytes

    @property
    def subject(self) -> bytes:
        """The message's first paragraph on one line, as git's ``%s`` gives it."""
        paragraph = self.message.lstrip(b"\n").split(b"\n\n", 1)[0]
        return b" ".join(line.strip() for line in paragraph.splitlines() if line.strip())


class TreeEntry(NamedTuple):
    """One name in a tree."""

    name: bytes
    mode: int
    oid: Oid


def parse_signature(line: bytes) -> Signature:
    """Decodes ``Name <email> seconds zone``; what is missing or malformed becomes empty or zero."""
    person, closed, stamp = line.rpartition(b">")
    name, _, email = (person if closed else line).partition(b"<")
    seconds, _, offset = stamp.strip().partition(b" ")
    time = int(seconds) if seconds.removeprefix(b"-").isdigit() and len(seconds) <= LONGEST_TIME else 0
    zone = 0
    if len(offset) == 5 and offset[1:].isdigit():  # noqa: PLR2004 -- sign, two digits of hours, two of minutes
        minutes = int(offset[1:3]) * 60 + int(offset[3:5])
        zone = -minutes if offset.startswith(b"-") else minutes
    return Signature(name.strip(), email, time, zone)


def parse_commit(oid: Oid, data: bytes) -> Commit:
    """Decodes a raw commit.

    Raises:
        DamagedRepository: if it has no tree line.
    """
    head, _, message = data.partition(b"\n\n")
    tree = b""
    parents: list[Oid] = []
    author = committer = Signature(b"", b"", 0, 0)
    for line in head.split(b"\n"):
        key, _, value = line.partition(b" ")
        if key == b"tree" and not tree:
            tree = value
        elif key == b"parent":
            parents.append(Oid(value))
        elif key == b"author":
            author = parse_signature(value)
        elif key == b"committer":
            committer = parse_signature(value)
    if not tree:
        raise damaged_object(oid)
    return Commit(oid, Oid(tree), tuple(parents), author, committer, message)


def damaged_object(oid: bytes) -> DamagedRepository:
    """Makes the problem for an object whose content is not what its kind promises."""
    return DamagedRepository(
        f"The object {oid.decode('ascii', 'replace')} of this repository is damaged.",
        "Run 'git fsck' in a terminal to see what else is damaged, and fetch it again from a remote or a backup.",
    )


class Objects:
    """The object store of one repository; safe to use from several threads."""

    def __init__(self, directory: Path, object_format: str) -> None:
        """Opens ``directory`` (the repository's ``objects`` folder) without reading anything yet."""
        self.directory = directory
        self.format = get_object_format(object_format)
        self.hex_length: int = self.format.hex_length
        self._entry = re.compile(rb"([0-7]{1,6}) ([^\0]*)\0([\s\S]{%d})" % (self.hex_length // 2))
        # dulwich's own way of reading the configuration stumbles over numbers such as 512m, and takes
        # core.bigFileThreshold for the largest object that may be read at all.
        self.store = DiskObjectStore(str(directory), object_format=self.format, fsync_object_files=True)
        self._lock = threading.RLock()
        self._commits: dict[bytes, Commit] = {}

    def contains(self, oid: bytes) -> bool:
        """Tells whether the object is there and can be read."""
        try:
            return self._find(oid) is not None
        except DamagedRepository:
            return False

    def is_on_disk(self, oid: bytes) -> bool:
        """Tells whether the object is there now; a pack that gc has removed under us does not count."""
        self.refresh()
        return self.contains(oid)

    def kind(self, oid: bytes) -> bytes | None:
        """Gives ``b"commit"``, ``b"tree"``, ``b"blob"`` or ``b"tag"``, or None when the object is missing."""
        found = self._find(oid)
        return KINDS.get(found[0]) if found else None

    def raw(self, oid: bytes) -> tuple[bytes, bytes]:
        """Gives an object's kind and content.

        Raises:
            MissingObject: if it is not there.
            DamagedRepository: if it is there and cannot be read.
        """
        found = self._find(oid)
        if found is None:
            raise MissingObject(oid)
        return KINDS.get(found[0], b"unknown"), found[1]

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

    def tree(self, oid: bytes) -> list[TreeEntry]:
        """Gives a tree's entries in git's order.

        Raises:
            MissingObject: if there is no such tree.
            DamagedRepository: if it cannot be decoded.
        """
        kind, data = self.raw(oid)
        if kind != b"tree":
            raise MissingObject(oid)
        found = self._entry.findall(data)
        entries = [TreeEntry(name, int(mode, 8), Oid(raw.hex().encode())) for mode, name, raw in found]
        if sum(len(mode) + len(name) for mode, name, _ in found) + (2 + self.hex_length // 2) * len(found) != len(data):
            raise damaged_object(oid)
        names = {entry.name for entry in entries}
        if len(names) < len(entries) or b"" in names or any(b"/" in one for one in names):
            # Such a tree is made by hand, to have one of two checks see one file and the other another.
            raise damaged_object(oid)
        return entries

    def with_prefix(self, prefix: bytes) -> Iterator[Oid]:
        """Yields the names that begin with ``prefix`` (at least four hexadecimal digits)."""
        with self._lock:
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

    def refresh(self) -> None:
        """Reads the list of packs again, as after a ``git gc`` or a fetch."""
        with self._lock:
            self.store._update_pack_cache()  # noqa: SLF001 -- dulwich has no public way to ask for this

    def close(self) -> None:
        """Lets go of the open packs."""
        with self._lock:
            self.store.close()

    def _find(self, oid: bytes) -> tuple[int, bytes] | None:
        if len(oid) != self.hex_length:
            return None
        with self._lock:
            for attempt in (1, 2):
                try:
                    return self.store.get_raw(ObjectID(oid))
                except KeyError:
                    if attempt == 1:
                        self.refresh()
                    else:
                        return self._loose(oid)
                except _DAMAGE as error:
                    if attempt == 1 and self._drop_damaged_packs():
                        continue
                    raise damaged_object(oid) from error
        return None

    def _loose(self, oid: bytes) -> tuple[int, bytes] | None:
        """Reads a loose object by its bytes; dulwich passes over commits that it cannot decode, and git does not."""
        path = self.directory / oid[:2].decode() / oid[2:].decode()
        try:
            with path.open("rb") as stream:
                inflate = zlib.decompressobj()
                content = inflate.decompress(stream.read(), LARGEST)
        except FileNotFoundError:
            return None
        except (OSError, zlib.error) as error:
            raise damaged_object(oid) from error
        header, _, body = content.partition(b"\0")
        kind, _, size = header.partition(b" ")
        number = {name: number for number, name in KINDS.items()}.get(kind)
        digest = hashlib.sha1 if self.hex_length == 40 else hashlib.sha256  # noqa: PLR2004 -- git's names
        if number is None or size != b"%d" % len(body) or digest(content).hexdigest().encode() != oid:
            raise damaged_object(oid)
        return number, body

    def _drop_damaged_packs(self) -> bool:
        """Closes the packs whose index cannot be read, as git passes over them; tells whether there were any."""
        dropped = False
        for name, pack in list(self.store._pack_cache.items()):  # noqa: SLF001 -- dulwich has no public way
            try:
                pack.index.object_offset(RawObjectID(b"\0" * (self.hex_length // 2)))
            except KeyError:
                continue
            except (AssertionError, ValueError, OSError, EOFError, struct.error):
                del self.store._pack_cache[name]  # noqa: SLF001 -- the same
                dropped = True
        return dropped
