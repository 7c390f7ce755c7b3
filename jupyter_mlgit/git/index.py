"""Reads and writes git's index, versions 2 to 4 (gitformat-index(5)).

Extensions that only speed git up are dropped when entries change, since they would be stale; those that git must
understand (split and sparse index) are refused before anything is touched.
"""

from __future__ import annotations

import hashlib
import os
import struct
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from jupyter_mlgit.git.objects import Oid
from jupyter_mlgit.problems import DamagedRepository, UnsupportedRepository

if TYPE_CHECKING:
    from pathlib import Path

_FIXED = struct.Struct(">10L")
_KEPT_EXTENSIONS = (b"REUC",)

EXTENDED = 0x4000
EXTENDED_KNOWN = 0x6000
STAGE = 0x3000
ASSUME_VALID = 0x8000
SKIP_WORKTREE = 0x4000
INTENT_TO_ADD = 0x2000
_NAME_MASK = 0x0FFF


@dataclass(frozen=True)
class Stat:
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


@dataclass(frozen=True)
class IndexEntry:
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


@dataclass
class Index:
    """All entries, in git's order."""

    version: int
    entries: list[IndexEntry]
    kept: list[tuple[bytes, bytes]]
    """Extensions that stay true when entries change."""
    mtime_ns: int
    """When the file was written."""

    def may_hide_edits(self, entry: IndexEntry) -> bool:
        """Tells whether a file could have changed after this entry was made without its times and size showing it.

        git looks into such a file itself, but only as long as the index is no younger than the file
        (git's Documentation/technical/racy-git.txt); whoever writes the index anew must not keep the entry's stat.
        Whole seconds are compared, as a git that is built without nanoseconds does.
        """
        return entry.stat != UNKNOWN and entry.stat.mtime[0] >= self.mtime_ns // 10**9


def read_index(path: Path, hex_length: int) -> Index:
    """Reads an index; a missing one is empty.

    Raises:
        DamagedRepository: if it is cut off, or its checksum is wrong.
        UnsupportedRepository: for a split or sparse index, or another version.
    """
    size = hex_length // 2
    try:
        with path.open("rb") as stream:
            mtime_ns = os.fstat(stream.fileno()).st_mtime_ns
            data = stream.read()
    except FileNotFoundError:
        return Index(2, [], [], 0)
    digest = hashlib.sha1 if size == 20 else hashlib.sha256  # noqa: PLR2004 -- git's format
    body, checksum = data[:-size], data[-size:]
    if len(data) < 12 + size or data[:4] != b"DIRC":
        raise _damaged(path)
    if checksum.strip(b"\0") and digest(body).digest() != checksum:
        raise _damaged(path)
    version, count = struct.unpack_from(">LL", data, 4)
    if version not in (2, 3, 4):
        raise UnsupportedRepository(
            f"The index has version {version}, which is not known here.", "Use git itself in a terminal."
        )
    try:
        entries, position = _entries(body, version, count, size)
        kept = _extensions(body, position)
        _require_order(entries)
    except (struct.error, IndexError, ValueError) as error:
        raise _damaged(path) from error
    return Index(version, entries, kept, mtime_ns)


def write_index(index: Index, hex_length: int) -> bytes:
    """Gives an index's bytes; version 4 is written as 3, which every git reads."""
    size = hex_length // 2
    entries = sorted(index.entries, key=lambda one: (one.path, one.stage))
    version = 3 if any(one.extended for one in entries) else 2
    parts = [b"DIRC" + struct.pack(">LL", version, len(entries))]
    for one in entries:
        flags = (one.flags & (ASSUME_VALID | STAGE)) | min(len(one.path), _NAME_MASK)
        if one.extended:
            flags |= EXTENDED
        stat = one.stat
        fixed = _FIXED.pack(*stat.ctime, *stat.mtime, stat.dev, stat.ino, one.mode, stat.uid, stat.gid, stat.size)
        head = fixed + bytes.fromhex(one.oid.decode()) + struct.pack(">H", flags)
        if one.extended:
            head += struct.pack(">H", one.extended)
        padding = 8 - (len(head) + len(one.path)) % 8
        parts.append(head + one.path + b"\0" * padding)
    for name, content in index.kept:
        parts.append(name + struct.pack(">L", len(content)) + content)
    body = b"".join(parts)
    digest = hashlib.sha1 if size == 20 else hashlib.sha256  # noqa: PLR2004 -- git's format
    return body + digest(body).digest()


def _entries(body: bytes, version: int, count: int, size: int) -> tuple[list[IndexEntry], int]:
    entries: list[IndexEntry] = []
    position = 12
    previous = b""
    for _ in range(count):
        start = position
        fields = _FIXED.unpack_from(body, position)
        position += _FIXED.size
        oid = Oid(body[position : position + size].hex().encode())
        position += size
        (flags,) = struct.unpack_from(">H", body, position)
        position += 2
        extended = 0
        if flags & EXTENDED:
            (extended,) = struct.unpack_from(">H", body, position)
            position += 2
            if extended & ~EXTENDED_KNOWN:
                raise UnsupportedRepository(
                    "The index marks files in a way that is not known here.", "Use git itself in a terminal."
                )
        if version == 4:  # noqa: PLR2004 -- names are compressed against the one before
            cut, position = _offset(body, position)
            if cut > len(previous):
                raise ValueError(cut)
            end = body.index(b"\0", position)
            path = previous[: len(previous) - cut] + body[position:end]
            position = end + 1
        else:
            end = body.index(b"\0", position)
            path = body[position:end]
            position = start + ((end - start + 8) & ~7)
        previous = path
        ctime, mtime = (fields[0], fields[1]), (fields[2], fields[3])
        stat = Stat(ctime, mtime, fields[4], fields[5], fields[7], fields[8], fields[9])
        entries.append(IndexEntry(path, fields[6], oid, stat, flags & (ASSUME_VALID | STAGE), extended))
    if position > len(body):
        raise ValueError(position)
    return entries, position


def _require_order(entries: list[IndexEntry]) -> None:
    """Checks that no name stands twice; a split index, which is refused before, has names that are empty."""
    for one, other in pairwise((entry.path, entry.stage) for entry in entries):
        if one >= other:
            raise ValueError(other)


def _offset(body: bytes, position: int) -> tuple[int, int]:
    """Reads a pack-style variable-length number."""
    byte = body[position]
    value = byte & 0x7F
    while byte & 0x80:
        position += 1
        byte = body[position]
        value = ((value + 1) << 7) | (byte & 0x7F)
    return value, position + 1


def _extensions(body: bytes, position: int) -> list[tuple[bytes, bytes]]:
    kept = []
    while position + 8 <= len(body):
        name = body[position : position + 4]
        (length,) = struct.unpack_from(">L", body, position + 4)
        content = body[position + 8 : position + 8 + length]
        position += 8 + length
        if position > len(body):
            raise ValueError(name)
        if name in (b"link", b"sdir"):
            kind = "split" if name == b"link" else "sparse"
            raise UnsupportedRepository(
                f"This repository has a {kind} index, which cannot be changed here.",
                "Use git itself for this act"
                + (", or run 'git update-index --no-split-index'." if kind == "split" else "."),
            )
        if name in _KEPT_EXTENSIONS:
            kept.append((name, content))
        elif name[:1].islower():
            raise UnsupportedRepository(
                f"The index has the extension {name.decode('ascii', 'replace')}, which is not known here.",
                "Use git itself in a terminal.",
            )
    return kept


def _damaged(path: Path) -> DamagedRepository:
    return DamagedRepository(
        f"{path} is damaged: it is cut off or its checksum is wrong.",
        "Move it away and run 'git reset' to make it anew; your files stay as they are.",
    )
