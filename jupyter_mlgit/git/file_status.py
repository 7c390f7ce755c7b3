"""Says whether a working file is what the index has; reads it only where its times and size leave that open.

A file whose size has changed is changed, and one that is as old, as large and the same inode as the index remembers is
not. Between them its bytes decide, after what git does on their way in (``cleaning.py``). A file that only a program
could clean counts as changed, and is marked as not known: it is never taken for clean, and nothing is started.

What was read is remembered by the file's times, size and inode, unless it was written a moment ago, when it could be
written once more without any of them changing.
"""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import time
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from jupyter_mlgit.git import platforms
from jupyter_mlgit.git.cleaning import LARGEST, PLAIN, Steps, pointer_for
from jupyter_mlgit.git.submodules import head_of
from jupyter_mlgit.git.tree_changes import GITLINK, SYMLINK

if TYPE_CHECKING:
    from jupyter_mlgit.git.cleaning import Cleaning
    from jupyter_mlgit.git.repository import Repository

HEAD = struct.Struct(">LLLLLLLLLL")
"""Times, device, inode, mode, owner and size, as an entry of the index begins."""

_REGULAR = 0o100000
_SETTLED = 3 * 10**9
"""Nanoseconds after which a file's times tell whether it was written again; some file systems count in two seconds."""

_BLOCK = 2**20
_SECOND = 10**9


class Look(NamedTuple):
    """In what a working file differs from the index."""

    change: str
    """As git's letters: ``M``, ``D``, ``T``, and ``A`` for one of which only the name is in the index."""
    mode: int
    """What it would be staged with; 0 where it is gone."""
    unknown: bool = False
    """Whether only a program that is not started could tell that it differs."""


GONE = Look("D", 0)


class Remembered(NamedTuple):
    """What a file was found to hold, for as long as it looks the same."""

    staged: bytes
    times: tuple[int, ...]
    steps: Steps
    name: bytes | None
    unknown: bool


class FileStatus:
    """Compares working files with the index's entries."""

    def __init__(self, repo: Repository, top: bytes, cleaning: Cleaning, remembered: dict[bytes, Remembered]) -> None:
        """Reads the settings that say how far a file's times can be trusted.

        Args:
            repo: the repository.
            top: the working tree.
            cleaning: what git does to a file on its way in.
            remembered: what was read before, and is kept for the next time.
        """
        flag = repo.config.flag
        self._top = top
        self._hex_length = repo.hex_length
        self._size = repo.hex_length // 2
        self._cleaning = cleaning
        self._remembered = remembered
        self._digest = hashlib.sha1 if self._size == 20 else hashlib.sha256  # noqa: PLR2004 -- git's names
        self._empty = self._named(b"")
        self.trusts_mode = flag("core", "fileMode", default=True)
        self._has_links = flag("core", "symlinks", default=True)
        self._trusts_inode = (repo.config.get("core", "checkStat") or b"default").lower() != b"minimal"
        self._trusts_ctime = self._trusts_inode and flag("core", "trustCtime", default=True)
        self._ignores_submodules = (repo.config.get("diff", "ignoreSubmodules") or b"").lower() == b"all"

    def look(self, path: bytes, head: bytes, status: os.stat_result, index_second: int) -> Look | None:
        """Compares one file.

        Args:
            path: its name below the top.
            head: what stands before its name in the index.
            status: what ``lstat`` says.
            index_second: when the index was written, in whole seconds; a file as young may hide an edit.

        Returns:
            None if it is what the index has.
        """
        fields = HEAD.unpack_from(head)
        mode, found = fields[6], status.st_mode
        if mode == GITLINK:
            return self._submodule(path, head, found)
        if stat.S_ISDIR(found):
            return Look("T", GITLINK) if head_of(self._top + b"/" + path, self._hex_length) else GONE
        new = self._mode(mode, found)
        as_file = stat.S_ISREG(found) and (mode & 0o170000 == _REGULAR or not self._has_links)
        if not as_file and not (mode == SYMLINK and stat.S_ISLNK(found)):
            return Look("T" if mode & 0o170000 != new & 0o170000 else "M", new)
        if new != mode:
            return Look("M", new)
        size = fields[9]
        if size and size != status.st_size & 0xFFFFFFFF:
            return Look("M", new)
        same = size == status.st_size & 0xFFFFFFFF and self._same_times(fields, status)
        oid = head[40 : 40 + self._size]
        if same and size == 0 and oid != self._empty:
            same = False  # git takes the size away from an entry that may hide an edit
        if same and not 0 < index_second <= fields[2]:
            return None
        return self._by_content(path, oid, new, status)

    def _submodule(self, path: bytes, head: bytes, found: int) -> Look | None:
        if self._ignores_submodules:
            return None
        if not stat.S_ISDIR(found):
            return Look("T", self._mode(GITLINK, found))
        at = head_of(self._top + b"/" + path, self._hex_length)
        return None if at is None or bytes.fromhex(at.decode()) == head[40 : 40 + self._size] else Look("M", GITLINK)

    def _mode(self, mode: int, found: int) -> int:
        """Gives the mode that git would stage a file with."""
        if stat.S_ISLNK(found):
            return SYMLINK
        if stat.S_ISREG(found):
            if not self._has_links and mode == SYMLINK:
                return mode
            if not self.trusts_mode:
                return mode if mode & 0o170000 == _REGULAR else 0o100644
        return 0o100755 if found & 0o100 else 0o100644

    def look_at_new(self, path: bytes, head: bytes, status: os.stat_result) -> Look:
        """Looks at a file of which only the name is in the index (``git add --intent-to-add``)."""
        if not stat.S_ISDIR(status.st_mode):
            return Look("A", self._mode(0, status.st_mode))
        is_module = HEAD.unpack_from(head)[6] == GITLINK or head_of(self._top + b"/" + path, self._hex_length)
        return Look("A", GITLINK) if is_module else GONE

    def _same_times(self, fields: tuple[int, ...], status: os.stat_result) -> bool:
        if not _same_time(fields[2], fields[3], status.st_mtime_ns, exact=self._trusts_inode):
            return False
        if self._trusts_ctime and not _same_time(fields[0], fields[1], status.st_ctime_ns, exact=True):
            return False
        return not self._trusts_inode or fields[5] == status.st_ino & 0xFFFFFFFF

    def _by_content(self, path: bytes, oid: bytes, mode: int, status: os.stat_result) -> Look | None:
        steps = PLAIN if stat.S_ISLNK(status.st_mode) else self._cleaning.steps(path)
        times = (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino, status.st_dev)
        known = self._remembered.get(path)
        if known is not None and known[:3] == (oid, times, steps):
            name, unknown = known.name, known.unknown
        else:
            now = time.time_ns()
            name, unknown = self._name_of(path, status, steps)
            if max(status.st_mtime_ns, status.st_ctime_ns) < now - _SETTLED:
                self._remembered[path] = Remembered(oid, times, steps, name, unknown)
        return None if name == oid else Look("M", mode, unknown)

    def name_of(self, path: bytes, status: os.stat_result) -> bytes | None:
        """Gives the name that a file would be staged under, as bytes; None where it cannot be read."""
        return self._name_of(path, status, self._cleaning.steps(path))[0]

    def _name_of(self, path: bytes, status: os.stat_result, steps: Steps) -> tuple[bytes | None, bool]:
        """Gives the name, and whether it is only a guess."""
        try:
            if stat.S_ISLNK(status.st_mode):
                return self._named(self._target(path)), False
            with self._open(path) as stream:
                size = os.fstat(stream.fileno()).st_size
                if steps.only_checksum:
                    return self._named(pointer_for(iter(partial(stream.read, _BLOCK), b""))), False
                if steps == PLAIN or size > LARGEST:
                    digest, read = self._digest(b"blob %d\0" % size), 0
                    while block := stream.read(_BLOCK):
                        digest.update(block)
                        read += len(block)
                    return digest.digest() if read == size else None, False
                content = stream.read()
        except OSError:
            return None, False
        cleaned = self._cleaning.clean(path, content, steps)
        # Cleaning twice is cleaning once: what is stored already is what would be stored.
        return self._named(content if cleaned is None else cleaned), cleaned is None

    def _target(self, path: bytes) -> bytes:
        return os.readlink(self._top + b"/" + path)  # noqa: PTH115 -- names are bytes

    def _open(self, path: bytes) -> BinaryIO:
        # Without waiting: what was a file a moment ago may be a pipe now.
        flags = os.O_RDONLY | platforms.NO_FOLLOW | platforms.NO_WAIT
        return os.fdopen(os.open(self._top + b"/" + path, flags), "rb")

    def content(self, path: bytes, status: os.stat_result) -> bytes | None:
        """Gives what git would stage of a file; None where that is not known."""
        try:
            if stat.S_ISLNK(status.st_mode):
                return self._target(path)
            with self._open(path) as stream:
                content = stream.read(LARGEST)
        except OSError:
            return None
        return self.cleaned(path, content)

    def cleaned(self, path: bytes, content: bytes) -> bytes | None:
        """Gives what git would stage of a file with this content; None where that is not known."""
        return self._cleaning.clean(path, content, self._cleaning.steps(path))

    def _named(self, content: bytes) -> bytes:
        return self._digest(b"blob %d\0" % len(content) + content).digest()


def _same_time(seconds: int, nanos: int, found: int, *, exact: bool) -> bool:
    """Compares with what the index remembers, which may know whole seconds only."""
    if seconds != found // _SECOND & 0xFFFFFFFF:
        return False
    return not exact or nanos in (0, found % _SECOND)
