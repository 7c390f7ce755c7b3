"""Reads and writes files below one folder and never outside it, whatever links lie on the way.

Every folder on the path is opened from the one above it without following links, so that a link planted between the
check and the write leads nowhere (CVE-2021-21300). A file is written beside its place and made durable; the one that
it replaces is moved aside and looked at once more before it goes, so that what another program has saved since the
check is put back instead of lost.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import stat
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from jupyter_mlgit.git import platforms
from jupyter_mlgit.git.durable import AT_ONCE, sync_all
from jupyter_mlgit.git.open_folder import (
    LEFT,
    aside,
    begin_file,
    beside,
    changed,
    is_same,
    open_to_read,
    place,
    remove_folders,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_BLOCK = 2**20
_DEEPEST = 32
"""Folders whose way is kept open."""
_FOLDER = os.O_RDONLY | platforms.DIRECTORY


class OnDisk(NamedTuple):
    """What stands under a name."""

    status: os.stat_result
    oid: bytes | None
    """The name that git would give its bytes; None for what is neither a file nor a link."""

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return stat.S_ISDIR(self.status.st_mode)


class Staged(NamedTuple):
    """A file that is written and has not got its place."""

    path: bytes
    name: bytes
    """What it is called meanwhile, in its own folder."""
    status: os.stat_result
    descriptor: int
    """Open until it is durable; -1 for a link."""


def folders_above(path: bytes) -> list[bytes]:
    """Gives the names of all folders that a path lies in, the top one left out."""
    parts = path.split(b"/")
    return [b"/".join(parts[:count]) for count in range(1, len(parts))]


class Folder:
    """A worktree's top folder."""

    def __init__(self, path: Path, hex_length: int) -> None:
        """Names the folder and says how long this repository's object names are."""
        self.path = path
        self._top = os.fsencode(path)
        self._digest = hashlib.sha1 if hex_length == 40 else hashlib.sha256  # noqa: PLR2004 -- git's names
        self._stood_in: set[platforms.Identity] | None = None
        self._walking = False
        self._opened: list[tuple[bytes, int]] = []
        """While walking: the folders on the way to the last file, the top one first, with their descriptors."""

    @contextlib.contextmanager
    def walking(self) -> Iterator[None]:
        """Keeps the way to the last file open for the block, since the next one often lies beside it.

        For a loop over many files, by one thread, which holds no folder from one call to the next. A folder that is
        moved away meanwhile is still the one that was found under its name; what is written there stays
        in it, and the index then says that the file differs.
        """
        if self._walking:
            yield
            return
        self._walking = True
        try:
            yield
        finally:
            self._walking = False
            self._close_after(0)

    def read(self, path: bytes) -> OnDisk | None:
        """Gives what stands under a name, with its bytes' name (a link's target); None when nothing does.

        What lies behind a link or a file is not there: None.

        Raises:
            OSError: if it cannot be read.
        """
        with contextlib.suppress(FileNotFoundError, NotADirectoryError), self._parent(path) as (folder, name):
            return self._look(folder, name)
        return None

    def status(self, path: bytes) -> os.stat_result | None:
        """Gives what ``lstat`` says of a name; None where nothing is there, or where a link stands on the way."""
        with contextlib.suppress(OSError), self._parent(path) as (folder, name):
            return os.lstat(name, dir_fd=folder)
        return None

    def content(self, path: bytes) -> bytes | None:
        """Gives a file's bytes; None where there is no file of this name."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError), self._parent(path) as (folder, name):
            if stat.S_ISREG(os.lstat(name, dir_fd=folder).st_mode):
                with os.fdopen(open_to_read(folder, name), "rb") as stream:
                    return stream.read()
        return None

    def load(self, path: bytes, most: int) -> tuple[os.stat_result, bytes | None]:
        """Gives what ``lstat`` says of a file or link, and its bytes or target; None where there are more than so many.

        Raises:
            FileNotFoundError: where neither is there.
            OSError: if it cannot be read.
        """
        with self._parent(path) as (folder, name):
            status = os.lstat(name, dir_fd=folder)
            if stat.S_ISLNK(status.st_mode):
                target = os.readlink(name, dir_fd=folder)
                return status, target if len(target) <= most else None
            if status.st_size > most:
                return status, None
            content = _all_of(open_to_read(folder, name), status.st_size)
            return status, content if len(content) <= most else None

    def names(self, folder: bytes) -> set[bytes]:
        """Gives what lies in a folder; nothing where there is none.

        Raises:
            OSError: if it cannot be listed.
        """
        with contextlib.suppress(FileNotFoundError, NotADirectoryError), self._parent(folder + b"/.") as (here, _):
            return set(map(os.fsencode, os.listdir(here)))
        return set()

    @contextlib.contextmanager
    def reading(self, path: bytes) -> Iterator[tuple[BinaryIO, int]]:
        """Opens a file, or a link's target, to be read block by block; gives its size in bytes as well.

        Raises:
            FileNotFoundError: where neither is there.
            OSError: if it cannot be read.
        """
        with self._parent(path) as (folder, name):
            status = os.lstat(name, dir_fd=folder)
            if stat.S_ISLNK(status.st_mode):
                target = os.readlink(name, dir_fd=folder)
                yield io.BytesIO(target), len(target)
                return
            with os.fdopen(open_to_read(folder, name), "rb", buffering=0) as stream:
                yield cast("BinaryIO", stream), status.st_size

    def stage(self, path: bytes, content: Iterable[bytes], *, symlink: bool, mode: int, exact: bool) -> Staged:
        """Writes a file beside its place, under a name that :data:`LEFT` knows; it is not durable yet.

        Args:
            path: its name below the folder.
            content: its bytes, or a link's target, in blocks.
            symlink: whether it is a link.
            mode: its permissions.
            exact: whether it gets just these, whatever the person's umask says.

        Raises:
            OSError: if it cannot be written, as where a file stands in the way of one of its folders.
        """
        made, descriptor = beside(b".new"), -1
        with self._parent(path, make=True) as (folder, _):
            try:
                if symlink:
                    os.symlink(b"".join(content), made, dir_fd=folder)
                else:
                    descriptor = begin_file(folder, made, content, mode, exact=exact)
                return Staged(path, made, os.lstat(made, dir_fd=folder), descriptor)
            except BaseException:
                if descriptor >= 0:
                    os.close(descriptor)
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(made, dir_fd=folder)
                raise

    @staticmethod
    def sync_staged(staged: Iterable[Staged]) -> None:
        """Makes staged files durable; many at once cost the disk little more than one.

        Raises:
            OSError: if that cannot be done; all are closed then, too.
        """
        with contextlib.ExitStack() as closing:
            descriptors = [one.descriptor for one in staged if one.descriptor >= 0]
            for descriptor in descriptors:
                closing.callback(os.close, descriptor)
            sync_all(descriptors)

    def put(self, staged: Staged, expected: OnDisk | None) -> os.stat_result | None:
        """Gives a staged file its place, where it makes a file or replaces the one that was looked at.

        Args:
            staged: what was staged.
            expected: what the file that it replaces was; None where there was none, or an empty folder.

        Returns:
            the new file's status; None when another program has been at it already.

        Raises:
            StateChanged: if something else stands there now; it stays.
            OSError: if it cannot be written; what was there stays.
        """
        with self._parent(staged.path) as (folder, name):
            if expected is None:
                with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                    remove_folders(folder, name)
            with self._replaced(folder, name, expected, staged.path):
                place(folder, staged.name, name, staged.path)
            with contextlib.suppress(FileNotFoundError):
                os.unlink(staged.name, dir_fd=folder)
            status = os.lstat(name, dir_fd=folder)
        return status if is_same(status, staged.status) else None

    def unstage(self, staged: Staged) -> None:
        """Removes a staged file that has not got its place."""
        with (
            contextlib.suppress(FileNotFoundError, NotADirectoryError),
            self._parent(staged.path) as (folder, _),
        ):
            os.unlink(staged.name, dir_fd=folder)

    def remove(self, path: bytes, expected: OnDisk | None) -> None:
        """Removes the file that was looked at and the folders that it leaves empty.

        A folder stays that a process stands in, such as a notebook's kernel, whose files would have no place any more,
        and one that is more private than the one above it, since *Undo* would make it as public as any.

        Raises:
            StateChanged: if something else stands there now; it stays.
            OSError: if it cannot be removed.
        """
        if expected is not None:
            with self._parent(path) as (folder, name), self._replaced(folder, name, expected, path):
                pass
        parent = os.path.dirname(path)
        while parent:
            try:
                with self._parent(parent) as (folder, name):
                    if self._has_to_stay(os.lstat(name, dir_fd=folder), os.fstat(folder)):
                        break
                    os.rmdir(name, dir_fd=folder)
            except OSError:
                break
            parent = os.path.dirname(parent)

    def _has_to_stay(self, status: os.stat_result, above: os.stat_result) -> bool:
        if self._stood_in is None:
            self._stood_in = platforms.folders_stood_in()
        others = stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH
        return platforms.identity(status) in self._stood_in or bool(above.st_mode & others & ~status.st_mode)

    def make(self, path: bytes) -> None:
        """Makes a folder, durably, with those above it; one that is there stays.

        Raises:
            OSError: if it cannot be made, as where a file stands in its place.
        """
        with self._parent(path + b"/.", make=True):
            pass
        self.sync([path])

    def sync(self, paths: Iterable[bytes]) -> None:
        """Makes the names in these files' folders durable."""
        if not platforms.CAN_SYNC_DIRECTORIES:
            return
        split = [path.split(b"/") for path in paths]
        parents = sorted({b"/".join(parts[:count]) for parts in split for count in range(len(parts))})
        for start in range(0, len(parents), AT_ONCE):
            with contextlib.ExitStack() as closing:
                descriptors = []
                for parent in parents[start : start + AT_ONCE]:
                    with (
                        contextlib.suppress(FileNotFoundError, NotADirectoryError),
                        self._parent(parent + b"/.") as (here, _),
                    ):
                        descriptors.append(os.dup(here))
                        closing.callback(os.close, descriptors[-1])
                sync_all(descriptors)

    def leftovers(self, paths: Iterable[bytes]) -> Iterator[bytes]:
        """Yields what a killed process of ours has left beside these files; removes what it had not finished."""
        for parent in sorted({os.path.dirname(path) for path in paths}):
            prefix = parent + b"/" if parent else b""
            with contextlib.suppress(FileNotFoundError, NotADirectoryError), self._parent(prefix + b".") as (here, _):
                for name in filter(LEFT.fullmatch, map(os.fsencode, os.listdir(here))):
                    if name.endswith(b".new"):
                        os.unlink(name, dir_fd=here)
                    else:
                        yield prefix + name

    def files_below(self, path: bytes) -> list[bytes]:
        """Gives the files in a folder of this name, however deep; empty where there is no such folder."""
        if not self._is_folder(path):
            return []
        found = []
        for parent, folders, files in os.walk(os.path.join(self._top, path)):
            inside = os.path.relpath(parent, self._top)
            linked = [name for name in folders if os.path.islink(os.path.join(parent, name))]
            found += [os.path.join(inside, name) for name in [*files, *linked]]
        return found

    def is_bare_repository(self, path: bytes) -> bool:
        """Tells whether a file is the HEAD of a repository that has no working files."""
        folder, _, name = path.rpartition(b"/")
        return name == b"HEAD" and bool(folder) and all(self._is_folder(folder + b) for b in (b"/objects", b"/refs"))

    def file_above(self, path: bytes) -> bytes | None:
        """Gives a file or link that stands where this path needs a folder."""
        parts = path.split(b"/")
        above = [b"/".join(parts[:count]) for count in range(1, len(parts))]
        return next((one for one in above if self._is_folder(one) is False), None)

    def _is_folder(self, path: bytes) -> bool | None:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError), self._parent(path) as (folder, name):
            return stat.S_ISDIR(os.lstat(name, dir_fd=folder).st_mode)
        return None

    @contextlib.contextmanager
    def _replaced(self, folder: int, name: bytes, expected: OnDisk | None, path: bytes) -> Iterator[None]:
        """Lets the block take a file's place, if the file is what it was, bytes and mode."""
        if expected is None:
            yield
            return
        with aside(folder, name, path) as away:
            now = os.lstat(away, dir_fd=folder)
            # A write within one tick of the clock, or through a memory map, shows in the bytes alone.
            if now.st_size <= _BLOCK or not is_same(now, expected.status):
                found = self._look(folder, away)
                # Other times, or another number on a file system of layers, say nothing yet.
                if found.oid is None or (found.oid, found.status.st_mode) != (expected.oid, expected.status.st_mode):
                    raise changed(path)
            yield

    def _look(self, folder: int, name: bytes) -> OnDisk:
        status = os.lstat(name, dir_fd=folder)
        if stat.S_ISLNK(status.st_mode):
            target = os.readlink(name, dir_fd=folder)
            return OnDisk(status, self._digest(b"blob %d\0" % len(target) + target).hexdigest().encode())
        if not stat.S_ISREG(status.st_mode):
            return OnDisk(status, None)
        digest, size = self._digest(b"blob %d\0" % status.st_size), 0
        with os.fdopen(open_to_read(folder, name), "rb", buffering=0) as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
                size += len(block)
            unmoved = size == status.st_size and is_same(status, os.fstat(stream.fileno()))
        return OnDisk(status, digest.hexdigest().encode() if unmoved else None)

    @contextlib.contextmanager
    def _parent(self, path: bytes, *, make: bool = False) -> Iterator[tuple[int, bytes]]:
        """Opens the folder that holds a file, step by step; gives it with the file's own name."""
        *folders, name = path.lstrip(b"/").split(b"/")
        # Each holds a descriptor, of which a process may have no more than 256.
        if self._walking and len(folders) <= _DEEPEST:
            yield self._walk([self._top, *folders], make=make), name
            return
        here = os.open(self._top, _FOLDER)
        try:
            for folder in folders:
                below = _below(here, folder, make=make)
                os.close(here)
                here = below
            yield here, name
        finally:
            os.close(here)

    def _walk(self, folders: list[bytes], *, make: bool) -> int:
        """Gives the last of these folders, opened from the one that it has in common with the folders before."""
        known = 0
        for (name, _), wanted in zip(self._opened, folders, strict=False):
            if name != wanted:
                break
            known += 1
        self._close_after(known)
        for folder in folders[known:]:
            below = _below(self._opened[-1][1], folder, make=make) if self._opened else os.open(folder, _FOLDER)
            self._opened.append((folder, below))
        return self._opened[-1][1]

    def _close_after(self, count: int) -> None:
        """Lets go of the folders beyond the first so many."""
        while len(self._opened) > count:
            os.close(self._opened.pop()[1])


def _all_of(descriptor: int, size: int) -> bytes:
    """Reads a file to its end and closes it; it may have grown since its size was looked at."""
    try:
        content = os.read(descriptor, size + 1)
        if len(content) == size:
            return content
        parts = [content]
        while parts[-1]:
            parts.append(os.read(descriptor, 2**20))
        return b"".join(parts)
    finally:
        os.close(descriptor)


def _below(here: int, name: bytes, *, make: bool) -> int:
    """Opens a folder in an open one, and no link."""
    if make:
        with contextlib.suppress(FileExistsError):
            os.mkdir(name, dir_fd=here)
    try:
        return os.open(name, _FOLDER | platforms.NO_FOLLOW, dir_fd=here)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NotADirectoryError(errno.ENOTDIR, "a link stands in the way") from error
        raise
