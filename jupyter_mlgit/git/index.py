"""Reads and writes git's index, versions 2 to 4 (gitformat-index(5)).

An entry is kept as its name and the bytes before it, its *head*; it is taken apart only when somebody asks. So reading
20,000 of them takes some milliseconds, and writing leaves what nobody has changed as it was, bit for bit.

What is written back: the notes of resolved conflicts (``REUC``), and the folders' trees (``TREE``) as far as no entry
below them has changed. What is dropped: the untracked cache (``UNTR``) and the file system monitor's marks (``FSMN``),
which git itself has to take down together with the folders it has seen, and the tables for reading in parallel
(``EOIE``, ``IEOT``), which hold positions in the file. A split index is put together, and written whole; git splits it
again if it is told to (``core.splitIndex``). A sparse index, whose entries are folders, is refused.
"""

from __future__ import annotations

import hashlib
import os
import struct
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.git.cache_tree import CachedTree, encode_cache_tree, parse_cache_tree, parse_root, without
from jupyter_mlgit.git.index_entries import encoded, in_order, packed, repacked, require_order, spliced
from jupyter_mlgit.git.index_trees import IndexTrees
from jupyter_mlgit.git.objects import Oid
from jupyter_mlgit.git.split_index import merged
from jupyter_mlgit.problems import DamagedRepository, UnsupportedRepository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from jupyter_mlgit.git.index_entries import Packed, Record

FIXED = struct.Struct(">10L")
_KEPT_EXTENSIONS = (b"REUC",)
_MOST_PLACES = 8
"""Places that are tried where an extension could begin; a file may have its name."""

EXTENDED = 0x4000
STAGE = 0x3000
ASSUME_VALID = 0x8000
SKIP_WORKTREE = 0x4000
INTENT_TO_ADD = 0x2000
_NAME_MASK = 0x0FFF
_STAT_END = FIXED.size
_MODE = slice(24, 28)


class Stat(NamedTuple):
    """What the index remembers of a file, to see without reading it whether it has changed."""

    ctime: tuple[int, int]
    mtime: tuple[int, int]
    dev: int
    ino: int
    uid: int
    gid: int
    size: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stat:
        """Takes what ``lstat`` says, cut to the index's 32 bits."""
        return cls(
            (int(status.st_ctime_ns // 10**9) & 0xFFFFFFFF, status.st_ctime_ns % 10**9),
            (int(status.st_mtime_ns // 10**9) & 0xFFFFFFFF, status.st_mtime_ns % 10**9),
            status.st_dev & 0xFFFFFFFF,
            status.st_ino & 0xFFFFFFFF,
            status.st_uid & 0xFFFFFFFF,
            status.st_gid & 0xFFFFFFFF,
            status.st_size & 0xFFFFFFFF,
        )


UNKNOWN = Stat((0, 0), (0, 0), 0, 0, 0, 0, 0)
"""Matches no file, so that git looks at the content."""


class IndexEntry(NamedTuple):
    """One file in the index."""

    path: bytes
    mode: int
    oid: Oid
    stat: Stat
    flags: int = 0
    """Assume-valid and the stage, as git stores them; the name's length is computed."""
    extended: int = 0
    """Skip-worktree and intent-to-add."""

    @property
    def stage(self) -> int:
        """0, or 1 to 3 in a conflict."""
        return (self.flags & STAGE) >> 12


class Index:
    """All entries, in git's order; never changed, but replaced by another one."""

    def __init__(
        self,
        version: int,
        entries: Iterable[IndexEntry],
        kept: list[tuple[bytes, bytes]],
        mtime_ns: int,
        cache_tree: CachedTree | None = None,
    ) -> None:
        """Takes the entries in any order.

        Args:
            version: the format's.
            entries: all of them.
            kept: extensions that stay true when entries change.
            mtime_ns: when the file was written; 0 for one that is not.
            cache_tree: the folders' trees, where they are known, of just these entries.
        """
        self.version = version
        self.kept = kept
        self.mtime_ns = mtime_ns
        self._cache_tree = cache_tree
        self._written_tree: tuple[bytes, int] | None = None
        self._entries: list[IndexEntry] | None = sorted(entries, key=lambda one: (one.path, one.stage))
        self._packed: Packed | None = None
        self._body: tuple[bytes, int] | None = None
        self._folders: IndexTrees | None = None

    @classmethod
    def of_packed(cls, like: Index, found: Packed, written_tree: tuple[bytes, int] | None) -> Index:
        """Makes one of what stands in a file; the trees are read from its extension when somebody asks for them."""
        made = cls(like.version, (), like.kept, like.mtime_ns)
        made._entries, made._packed, made._written_tree = None, found, written_tree
        return made

    @classmethod
    def of_body(cls, like: Index, body: bytes, size: int, cache_tree: CachedTree | None) -> Index:
        """Makes one of a header and entries; they are read when somebody asks for them.

        Args:
            like: what has the same extensions.
            body: version 2 or 3, without extensions.
            size: the bytes of an object's name.
            cache_tree: the folders' trees.
        """
        made = cls(like.version, (), like.kept, like.mtime_ns, cache_tree)
        made._entries, made._body = None, (body, size)
        return made

    @property
    def tree(self) -> bytes | None:
        """The name of the tree that all entries make, in hexadecimal digits; None when it is not known."""
        root = self._cache_tree if self._written_tree is None else parse_root(*self._written_tree)
        return None if root is None or root.count < 0 else root.oid

    @property
    def cache_tree(self) -> CachedTree | None:
        """The folders' trees, as far as they are known."""
        if self._written_tree is not None:
            self._cache_tree = parse_cache_tree(*self._written_tree)
            self._written_tree = None
        return self._cache_tree

    @property
    def entries(self) -> list[IndexEntry]:
        """The entries, taken apart."""
        if self._entries is None:
            self._entries = [decode_entry(path, head) for path, head in self.records]
        return self._entries

    @property
    def records(self) -> list[Record]:
        """Each entry's name, and its head as it stands in the file."""
        found = self._stored()
        return [(one.path, encode_entry(one)) for one in self._entries or ()] if found is None else found.records()

    def packed(self, size: int) -> Packed:
        """Gives the entries as they stand in a file.

        Args:
            size: the bytes of an object's name.
        """
        found = self._stored()
        if found is None:
            found = self._packed = repacked(self.records, size)
        return found

    def folders(self, size: int) -> IndexTrees:
        """Gives its folders; see :meth:`packed`."""
        if self._folders is None:
            self._folders = IndexTrees(self.packed(size), self.cache_tree)
        return self._folders

    def body(self, size: int) -> bytes:
        """Gives the header and the entries in the oldest version that can say it; see :meth:`packed`."""
        return encoded(self.records, size) if self._body is None else self._body[0]

    def _stored(self) -> Packed | None:
        if self._packed is None and self._body is not None:
            body, size = self._body
            self._packed, _ = packed(body, body[7], size)
        return self._packed

    def changed(self, updates: Mapping[bytes, IndexEntry | list[IndexEntry] | None]) -> Index:
        """Gives the index with other entries under some names; the bytes between them are taken as they are.

        Args:
            updates: name → its entry, or the stages of a conflict in order; None takes all of a name out.
        """
        stages = {
            path: entry if isinstance(entry, list) else [] if entry is None else [entry]
            for path, entry in updates.items()
        }
        new = {path: [encode_entry(one) for one in found] for path, found in stages.items()}
        size = self._size(one for found in stages.values() for one in found)
        if size is None:
            return self
        body, old = spliced(self.packed(size), new)
        tree = self.cache_tree
        if tree is not None:
            last = {path: heads[-1] if heads else None for path, heads in new.items()}
            tree = without(tree, (path for path in last if _content(old.get(path)) != _content(last[path])))
        return Index.of_body(self, body, size, tree)

    def _size(self, others: Iterable[IndexEntry]) -> int | None:
        """Gives the bytes of an object's name; None where there is none."""
        found = self._stored()
        if found is not None:
            return found.size
        return next((len(one.oid) // 2 for one in (*(self._entries or ()), *others)), None)

    def may_hide_edits(self, entry: IndexEntry) -> bool:
        """Tells whether a file could have changed after this entry was made without its times and size showing it.

        git looks into such a file itself, but only as long as the index is no younger than the file
        (git's Documentation/technical/racy-git.txt); whoever writes the index anew must not keep the entry's stat.
        Whole seconds are compared, as a git that is built without nanoseconds does.
        """
        return entry.stat != UNKNOWN and entry.stat.mtime[0] >= self.mtime_ns // 10**9

    def smudged(self, is_clean: Callable[[IndexEntry], bool] | None = None) -> Index:
        """Gives the index as it may be written anew: an entry that may hide an edit loses its size, as in git.

        Args:
            is_clean: says of such an entry whether its file really has the same content; by default none has.
        """
        second = (self.mtime_ns // 10**9).to_bytes(5, "big")[1:]
        size = self._size(())
        if size is None:
            return self
        found = self.packed(size)
        names, places, body = found.names, found.places, found.body
        young = {names[number] for number, at in enumerate(places) if body[at + 8 : at + 12] >= second}
        lost: dict[bytes, IndexEntry | list[IndexEntry] | None] = {}
        for path in young:
            numbers = range(bisect_left(names, path), bisect_right(names, path))
            stages = [decode_entry(path, found.head(places[number])) for number in numbers]
            doubtful = [one for one in stages if self.may_hide_edits(one) and not (is_clean and is_clean(one))]
            if doubtful:
                lost[path] = [
                    one._replace(stat=one.stat._replace(size=0)) if one in doubtful else one for one in stages
                ]
        return self.changed(lost) if lost else self


def decode_entry(path: bytes, head: bytes) -> IndexEntry:
    """Takes an entry apart."""
    at = _flags_at(head)
    seconds, nanos, written, fraction, dev, ino, mode, uid, gid, size = FIXED.unpack_from(head)
    stat = Stat((seconds, nanos), (written, fraction), dev, ino, uid, gid, size)
    flags = head[at] << 8 & (ASSUME_VALID | STAGE)
    extended = head[at + 2] << 8 | head[at + 3] if head[at] & 0x40 else 0
    return IndexEntry(path, mode, Oid(head[_STAT_END:at].hex().encode()), stat, flags, extended)


def encode_entry(entry: IndexEntry) -> bytes:
    """Gives what stands before the name."""
    stat = entry.stat
    flags = (entry.flags & (ASSUME_VALID | STAGE)) | min(len(entry.path), _NAME_MASK)
    if entry.extended:
        flags |= EXTENDED
    fixed = FIXED.pack(*stat.ctime, *stat.mtime, stat.dev, stat.ino, entry.mode, stat.uid, stat.gid, stat.size)
    head = fixed + bytes.fromhex(entry.oid.decode()) + struct.pack(">H", flags)
    return head + struct.pack(">H", entry.extended) if entry.extended else head


def _flags_at(head: bytes) -> int:
    """Finds the flags: behind 20 bytes of a name, or 32."""
    return _STAT_END + (20 if len(head) < _STAT_END + 32 else 32)


def _content(head: bytes | None) -> object:
    """Gives what a tree is made of; None where an entry is in no tree, which keeps its folder's tree unknown."""
    if head is None:
        return None
    return head[_MODE], head[_STAT_END : _flags_at(head)], head[_flags_at(head)] & 0x70, head[_flags_at(head) + 2 :]


def read_index(path: Path, hex_length: int) -> Index:
    """Reads an index; a missing one is empty.

    Raises:
        DamagedRepository: if it is cut off, or its checksum is wrong.
        UnsupportedRepository: for a sparse index, or another version.
    """
    try:
        with path.open("rb") as stream:
            mtime_ns = os.fstat(stream.fileno()).st_mtime_ns
            data = stream.read()
    except FileNotFoundError:
        return Index(2, [], [], 0)
    return parse_index(path, data, hex_length, mtime_ns)


def parse_index(path: Path, data: bytes, hex_length: int, mtime_ns: int) -> Index:
    """Reads an index's bytes; see :func:`read_index`."""
    size = hex_length // 2
    version, body = _checked(path, data, size)
    try:
        found, end = packed(body, version, size)
        extensions = _extensions(body, end)
        link = extensions.pop(b"link", None)
        if link is not None and any(link[:size]):
            shared = _shared(path, link[:size].hex(), size)
            found = repacked(in_order(merged(shared, found.records(), link[size:], _STAT_END + size), size), size)
        require_order(found)
        tree = extensions.pop(b"TREE", None)
    except (struct.error, IndexError, ValueError) as error:
        raise _damaged(path) from error
    like = Index(version, (), list(extensions.items()), mtime_ns)
    return Index.of_packed(like, found, None if tree is None else (tree, size))


def makes_a_tree(path: Path, hex_length: int) -> bool:
    """Tells, from the end of the file alone, that all entries make one tree, so that none is in conflict.

    git keeps the top folder's tree only for an index without conflicts, and forgets it with any change of an entry
    (git's cache-tree.c). It must also count as many entries as there are, lest another program was less careful.

    Returns:
        False where that is not known; the entries then have to be looked at.
    """
    size = hex_length // 2
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return False
    end, place = len(data) - size, len(data)
    for _ in range(_MOST_PLACES):
        place = data.rfind(b"TREE", 12, place)
        if place < 0 or data[:4] != b"DIRC":
            return False
        found = list(_chain(data, place, end))
        if found and found[-1][2] == end and all(name[:1].isupper() for name, _, _ in found):
            root = parse_root(data[place + 8 : found[0][2]], size)
            return root is not None and root.count == int.from_bytes(data[8:12], "big")
    return False


def _chain(data: bytes, place: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yields the extensions from a place on: name, where its content begins, and where it ends."""
    while place + 8 <= end:
        begin = place + 8
        after = begin + int.from_bytes(data[place + 4 : begin], "big")
        yield data[place : place + 4], begin, after
        place = after


def write_index(index: Index, hex_length: int) -> bytes:
    """Gives an index's bytes; version 4 is written as 3, which every git reads."""
    size = hex_length // 2
    parts = [index.body(size)]
    extensions = list(index.kept)
    if index.cache_tree is not None:
        extensions.insert(0, (b"TREE", encode_cache_tree(index.cache_tree)))
    parts += [name + struct.pack(">L", len(content)) + content for name, content in extensions]
    body = b"".join(parts)
    return body + _digest(size)(body).digest()


def _digest(size: int) -> Callable[..., hashlib._Hash]:
    return hashlib.sha1 if size == 20 else hashlib.sha256  # noqa: PLR2004 -- git's format


def _checked(path: Path, data: bytes, size: int) -> tuple[int, bytes]:
    """Gives the version, and everything but the checksum."""
    body, checksum = data[:-size], data[-size:]
    if len(data) < 12 + size or data[:4] != b"DIRC":
        raise _damaged(path)
    # With index.skipHash git writes zeros instead.
    if checksum.strip(b"\0") and _digest(size)(body).digest() != checksum:
        raise _damaged(path)
    (version,) = struct.unpack_from(">L", data, 4)
    if version not in (2, 3, 4):
        raise UnsupportedRepository(
            f"The index has version {version}, which is not known here.", "Use git itself in a terminal."
        )
    return version, body


def _shared(path: Path, name: str, size: int) -> list[Record]:
    """Reads the entries of the shared index."""
    place = path.parent / f"sharedindex.{name}"
    try:
        data = place.read_bytes()
    except OSError as error:
        raise _damaged(place) from error
    version, body = _checked(place, data, size)
    if data[-size:].hex() != name:
        raise _damaged(place)
    return packed(body, version, size)[0].records()


def _extensions(body: bytes, position: int) -> dict[bytes, bytes]:
    found = {}
    while position + 8 <= len(body):
        name = body[position : position + 4]
        (length,) = struct.unpack_from(">L", body, position + 4)
        content = body[position + 8 : position + 8 + length]
        position += 8 + length
        if position > len(body):
            raise ValueError(name)
        if name == b"sdir":
            raise UnsupportedRepository(
                "This repository has a sparse index, which cannot be read here.",
                "Use git itself, or run 'git sparse-checkout reapply --no-sparse-index'.",
            )
        if name in (*_KEPT_EXTENSIONS, b"TREE", b"link"):
            found[name] = content
        elif name[:1].islower():
            raise UnsupportedRepository(
                f"The index has the extension {name.decode('ascii', 'replace')}, which is not known here.",
                "Use git itself in a terminal.",
            )
    return found


def _damaged(path: Path) -> DamagedRepository:
    return DamagedRepository(
        f"{path} is damaged: it is cut off or its checksum is wrong.",
        "Move it away and run 'git reset' to make it anew; your files stay as they are.",
    )
