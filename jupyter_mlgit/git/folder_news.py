"""Hears from Linux which names in some folders have changed (inotify(7)), whenever somebody asks for it.

The kernel queues a notice before the call that made the change returns. Who reads the queue first and looks afterwards
therefore misses nothing that was done before, however fast: no thread, no delay. A folder is followed from before it is
listed; what comes into being in between is in the list, and what comes later in the queue.

Whatever casts doubt on that (a full queue, a folder that was moved, a file system that came in between) gives None for
*anything may have changed*; where a folder cannot be followed at all, :attr:`FolderNews.is_deaf` says so for good.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
import weakref
from pathlib import Path

_MODIFY, _ATTRIB, _CLOSE_WRITE, _MOVED_FROM, _MOVED_TO = 0x2, 0x4, 0x8, 0x40, 0x80
_CREATE, _DELETE, _DELETE_SELF, _MOVE_SELF = 0x100, 0x200, 0x400, 0x800
_UNMOUNT, _OVERFLOW, _IGNORED = 0x2000, 0x4000, 0x8000
_ONLY_FOLDER, _NO_LINK, _IS_FOLDER = 0x1000000, 0x2000000, 0x40000000

_CHANGES = _MODIFY | _ATTRIB | _CLOSE_WRITE | _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE
_WANTED = _CHANGES | _DELETE_SELF | _MOVE_SELF | _ONLY_FOLDER | _NO_LINK
_NOTICE = struct.Struct("iIII")
_MOST = 2**16
_GONE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)

_MOUNTS = Path("/proc/self/mountinfo")
_LIMIT = Path("/proc/sys/fs/inotify/max_user_watches")
_SHARE = 4
"""What part of the folders that all programs of a person may follow together is taken for one repository."""


class FolderNews:
    """The folders below one top that are followed; use it in one thread at a time."""

    def __init__(self, top: bytes) -> None:
        """Follows nothing yet.

        Args:
            top: the folder, as an absolute path.
        """
        self._top = top
        self._queue: int | None = None
        self._closing: weakref.finalize[..., FolderNews] | None = None
        self._folders: dict[int, bytes] = {}
        """Watch → the folder's name below the top."""
        self._place: tuple[bytes, int, int] | None = None
        self._most = 0
        self._is_doubtful = True
        self.is_deaf = sys.platform != "linux"
        """Whether nothing can be told here, now or later."""

    def changed(self) -> set[bytes] | None:
        """Gives the names, below the top, that have changed since the last time; folders stand for all that is in them.

        None says that anything may have changed, as the first time. Then nothing is followed until :meth:`follow` is
        called for each folder again.
        """
        found = None if self._is_doubtful or self.is_deaf else self._read()
        if found is None or self._identity() != self._place:
            self._begin()
            return None
        return found

    def follow(self, folder: bytes) -> None:
        """Follows a folder; to be called before it is listed.

        Args:
            folder: its name below the top; empty for the top itself.
        """
        if self._queue is None or self.is_deaf:
            return
        if len(self._folders) >= self._most:
            self.is_deaf = True
            return
        path = self._top + b"/" + folder if folder else self._top
        watch = _libc().inotify_add_watch(self._queue, path, _WANTED)
        if watch < 0:
            # One that has just gone is told of by the folder above it; any other could change unheard.
            self.is_deaf = ctypes.get_errno() not in _GONE
            return
        try:
            status = os.lstat(path)
        except OSError:
            self._is_doubtful = True
            return
        if self._place is not None and status.st_dev != self._place[1]:
            self.is_deaf = True  # another file system, which may be a remote one
        if self._folders.setdefault(watch, folder) != folder:
            self._is_doubtful = True  # it was moved, or is there twice

    def doubt(self) -> None:
        """Lets the next answer be that anything may have changed, as when a look was not brought to its end."""
        self._is_doubtful = True

    def close(self) -> None:
        """Follows nothing any more."""
        if self._closing is not None:
            self._closing()
        self._queue, self._closing = None, None
        self._folders = {}

    def _begin(self) -> None:
        self.close()
        if self.is_deaf:
            return
        self._place = self._identity()
        self._most = _most()
        queue = _libc().inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC) if self._place is not None else -1
        if queue < 0:
            self.is_deaf = True
            return
        self._queue, self._is_doubtful = queue, False
        self._closing = weakref.finalize(self, os.close, queue)

    def _identity(self) -> tuple[bytes, int, int] | None:
        """Gives what changes when another folder comes to lie here, or a file system is mounted: nobody tells of that.

        None where it cannot be known.
        """
        try:
            status = os.lstat(self._top)
            return _MOUNTS.read_bytes(), status.st_dev, status.st_ino
        except OSError:
            return None

    def _read(self) -> set[bytes] | None:
        assert self._queue is not None  # noqa: S101 -- begun, or else doubtful
        found: set[bytes] = set()
        is_known = True
        while True:
            try:
                content = os.read(self._queue, _MOST)
            except BlockingIOError:
                return found if is_known else None
            place = 0
            while place < len(content):
                watch, mask, _, length = _NOTICE.unpack_from(content, place)
                name = content[place + _NOTICE.size : place + _NOTICE.size + length].rstrip(b"\0")
                place += _NOTICE.size + length
                is_known = self._take(watch, mask, name, found) and is_known

    def _take(self, watch: int, mask: int, name: bytes, found: set[bytes]) -> bool:
        """Takes one notice; gives whether the names still say everything."""
        if mask & (_OVERFLOW | _UNMOUNT | _MOVE_SELF):
            return False
        folder = self._folders.get(watch)
        if mask & (_IGNORED | _DELETE_SELF):
            # The folder above it tells of that; the top has none.
            self._folders.pop(watch, None)
            return folder != b""
        if folder is None or not (folder or name):
            return False
        if mask & _IS_FOLDER and mask & (_MOVED_FROM | _MOVED_TO):
            return False  # all that is below it has another name now
        found.add(folder + b"/" + name if folder and name else folder or name)
        return True


def _most() -> int:
    """Gives how many folders may be followed."""
    try:
        return int(_LIMIT.read_bytes()) // _SHARE
    except (OSError, ValueError):
        return 0


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
