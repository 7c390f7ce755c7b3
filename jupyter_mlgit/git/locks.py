"""Takes locks as git does, and a lock of our own that keeps two of our acts apart.

A foreign lock is waited for a moment, reported with its holder when it stays, and never removed: only a person can
know whether the program that made it is still at work.
"""

from __future__ import annotations

import contextlib
import errno
import os
import random
import secrets
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlgit.git import platforms
from jupyter_mlgit.git.durable import (
    BEGUN,
    GROUP,
    TEMPORARY,
    cannot_write,
    is_shared,
    make_folder,
    sync_directory,
    write_all,
)
from jupyter_mlgit.problems import IndexLocked, Locked, ReadOnly, RepositoryBusy

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOTE = ".path"
_CANNOT_LINK = frozenset({errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.EMLINK, errno.EXDEV})

STALE = 30
"""Seconds after which no act of ours still holds a lock."""

ATTEMPTS = 6
"""How often a held lock is tried, within two seconds in all."""


class LockedFile:
    """A ``NAME.lock`` beside a file: written, then renamed over it or dropped.

    The lock is a hard link to a file in our own staging folder, so that after a crash it can be told from every other
    program's lock, and :func:`sweep_locks` removes it.
    """

    def __init__(self, path: Path, staging: Path) -> None:
        """Creates ``path.lock`` exclusively.

        Args:
            path: the file to be replaced.
            staging: our own folder on the same file system.

        Raises:
            Locked: if somebody else holds it for longer than about two seconds.
            ReadOnly: if it cannot be created.
        """
        self.path = path
        self.lock_path = path.with_name(path.name + ".lock")
        self._staged = staging / secrets.token_hex(8)
        self._note = self._staged.with_suffix(_NOTE)
        self._held = False
        self._identity = (0, 0)
        self._file = -1
        try:
            make_folder(staging)
            self._note.write_bytes(os.fsencode(self.lock_path))
            self._file = os.open(self._staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
            self._take_over_mode()
        except OSError as error:
            self.abort()
            raise cannot_write(staging, error) from error
        try:
            self._link()
            made = os.fstat(self._file)
            self._identity = (made.st_dev, made.st_ino)
            self._held = True
        finally:
            if not self._held:
                self.abort()

    def write(self, data: bytes) -> None:
        """Writes and makes it durable; the file itself is not touched yet."""
        try:
            write_all(self._file, data)
            os.fsync(self._file)
        except OSError as error:
            raise cannot_write(self.lock_path, error) from error

    def commit(self) -> None:
        """Renames the lock over the file and makes that durable.

        Raises:
            Locked: if somebody has taken the lock away from us.
        """
        self._close()
        if not self._is_ours():
            self._held = False
            self._unstage()
            raise Locked(f"{self.lock_path} was taken away from us.", "Repeat the act.", path=str(self.lock_path))
        self.lock_path.replace(self.path)
        self._held = False
        try:
            sync_directory(self.path.parent)
        finally:
            self._unstage()

    def abort(self) -> None:
        """Removes the lock; the file stays as it was."""
        self._close()
        if self._held:
            try:
                if self._is_ours():
                    self.lock_path.unlink(missing_ok=True)
            except OSError:
                return  # what is staged shows the next act that the lock is ours
            self._held = False
        self._unstage()

    def _is_ours(self) -> bool:
        """Tells whether the lock is still the one that we made, and not another program's in its place."""
        try:
            found = self.lock_path.lstat()
        except FileNotFoundError:
            return False
        return (found.st_dev, found.st_ino) == self._identity

    def _take_over_mode(self) -> None:
        """Gives the new file the old one's permissions; a new one is as open as the folder that it stands in."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            platforms.set_mode(self._file, stat.S_IMODE(self.path.stat().st_mode) | stat.S_IWUSR)
            return
        if is_shared(self.path.parent):
            platforms.set_mode(self._file, stat.S_IMODE(os.fstat(self._file).st_mode) | GROUP)

    def _link(self) -> None:
        """Makes the lock, waiting for a foreign one."""
        for pause in _pauses():
            try:
                self._make()
            except FileExistsError:
                time.sleep(pause)
            except FileNotFoundError:
                # git removes empty folders as it deletes refs; make the folder again and retry.
                try:
                    make_folder(self.lock_path.parent)
                except OSError as error:
                    raise cannot_write(self.lock_path, error) from error
            except OSError as error:
                raise cannot_write(self.lock_path, error) from error
            else:
                return
        raise _held_by_somebody(self.lock_path)

    def _make(self) -> None:
        try:
            os.link(self._staged, self.lock_path)
        except OSError as error:
            if error.errno not in _CANNOT_LINK:
                raise
            # Without hard links the lock is git's plain one, which a crash of ours leaves for the person to remove.
            plain = os.open(self.lock_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
            os.close(self._file)
            self._file = plain

    def _close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _unstage(self) -> None:
        for path in (self._staged, self._note):
            with contextlib.suppress(OSError):
                path.unlink()


def sweep(directory: Path, staging: Path) -> None:
    """Removes what a killed process of ours has left: locks and files half written.

    Args:
        directory: our own folder in the common directory, whose lock the caller holds.
        staging: where locks are staged.
    """
    for folder in (directory, directory / "logs", directory / "files"):
        _sweep_folder(folder, "")
    for folder in (directory.parent / "objects", directory.parent / "objects" / "pack"):
        _sweep_folder(folder, BEGUN)
    sweep_locks(staging)


def _sweep_folder(folder: Path, begun: str) -> None:
    with contextlib.suppress(OSError):
        # Before every act, iterdir() would make a path for each backup that there is.
        for name in os.listdir(folder):  # noqa: PTH208
            if name.endswith(TEMPORARY) and name.startswith(begun):
                (folder / name).unlink()


def left_behind(staging: Path) -> bool:
    """Tells whether locks of ours have stood for so long that their process must have been killed."""
    try:
        return any(time.time() - entry.stat().st_mtime > STALE for entry in staging.iterdir())
    except OSError:
        return False


def sweep_locks(staging: Path) -> None:
    """Removes the locks that a killed process of ours has left; the caller holds the repository's lock.

    A lock is ours when it is the same file as the one in the staging folder; anything else is left alone.
    """
    try:
        entries = list(staging.iterdir())
    except OSError:
        return
    for note in entries:
        if note.suffix == _NOTE:
            with contextlib.suppress(OSError):
                lock_path = Path(os.fsdecode(note.read_bytes()))
                staged = note.with_suffix("").stat()
                if lock_path.name.endswith(".lock") and os.path.samestat(lock_path.lstat(), staged):
                    lock_path.unlink()
    for entry in entries:
        with contextlib.suppress(OSError):
            entry.unlink()


@contextlib.contextmanager
def repository_lock(directory: Path) -> Iterator[None]:
    """Keeps every other act of this product, in any process, out of the repository.

    Args:
        directory: our folder in the repository's common directory; it is made when missing.

    Raises:
        RepositoryBusy: if another act is still under way after about two seconds.
        ReadOnly: if the folder cannot be written.
    """
    try:
        if directory.is_symlink():
            raise ReadOnly(
                f"{directory} is a link to somewhere else; nothing is written there.",
                "Look where it leads, and remove it if you did not make it.",
            )
        make_folder(directory)
        descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | platforms.NO_FOLLOW, 0o666)
    except OSError as error:
        raise cannot_write(directory, error) from error
    try:
        for pause in _pauses():
            if platforms.try_lock(descriptor):
                break
            time.sleep(pause)
        else:
            raise RepositoryBusy(
                "Another act of this extension is under way in this repository.",
                "Wait a moment and try again.",
            )
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def between_acts(directory: Path) -> Iterator[bool]:
    """Keeps acts out for a short look, without waiting for one that is under way.

    Args:
        directory: our folder in the repository's common directory.

    Yields:
        false while an act is under way.
    """
    try:
        descriptor = os.open(directory / "lock", os.O_RDONLY | platforms.NO_FOLLOW | platforms.NO_WAIT)
    except OSError:
        # Where the lock cannot be had, or was never made, nobody acts.
        yield True
        return
    try:
        yield platforms.try_shared_lock(descriptor)
    finally:
        os.close(descriptor)


def _pauses() -> Iterator[float]:
    for attempt in range(ATTEMPTS):
        yield min(0.5, 0.05 * 2**attempt) * random.uniform(0.7, 1.0)  # noqa: S311 -- jitter, not a secret


def _held_by_somebody(path: Path) -> Locked:
    kind = IndexLocked if path.name == "index.lock" else Locked
    try:
        age = f"{max(0, time.time() - path.stat().st_mtime):.0f} seconds old"
    except OSError:
        age = "just released"
    holder = platforms.holder_of(path)
    return kind(
        f"Another program holds {path} ({age}{f', held by {holder}' if holder else ''}).",
        "Wait until it has finished; if no git program is running any more, remove that file by hand and try again.",
        path=str(path),
    )
