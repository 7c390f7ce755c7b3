"""Makes, moves aside and removes single files in a folder that is open already, one system call at a time."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat
from typing import TYPE_CHECKING

from jupyter_mlgit.git import platforms
from jupyter_mlgit.git.durable import write_all
from jupyter_mlgit.problems import StateChanged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LEFT = re.compile(rb"\.mlgit-[0-9a-f]{16}\.(new|old)")
"""What a killed process of ours leaves: files half written, and files moved aside."""


@contextlib.contextmanager
def aside(folder: int, name: bytes, path: bytes) -> Iterator[bytes]:
    """Moves a file aside for as long as the block takes its place; then it is gone, or back after an error.

    Yields:
        the name that it has meanwhile.

    Raises:
        StateChanged: if there is no such file any more, or if another one has come when it should go back.
    """
    away = beside(b".old")
    try:
        os.rename(name, away, src_dir_fd=folder, dst_dir_fd=folder)
    except FileNotFoundError as error:
        raise changed(path) from error
    try:
        yield away
    except BaseException:
        place(folder, away, name, path)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(away, dir_fd=folder)
        raise
    os.unlink(away, dir_fd=folder)


def place(folder: int, made: bytes, name: bytes, path: bytes) -> None:
    """Gives a file a second name, which must be free."""
    try:
        os.link(made, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError as error:
        raise changed(path) from error
    except OSError as error:
        # Not every file system has links, and a full one has no room for another name.
        with contextlib.suppress(FileNotFoundError):
            os.lstat(name, dir_fd=folder)
            raise changed(path) from error
        os.rename(made, name, src_dir_fd=folder, dst_dir_fd=folder)


def begin_file(folder: int, name: bytes, content: Iterable[bytes], mode: int, *, exact: bool) -> int:
    """Makes a file of some blocks and gives it open, for the caller to make durable and close; the name must be free.

    With ``exact`` it gets just these permissions, otherwise those that the umask leaves.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | platforms.NO_FOLLOW
    descriptor = os.open(name, flags, mode & 0o777, dir_fd=folder)
    try:
        for block in content:
            write_all(descriptor, block)
        if exact:
            platforms.set_mode(descriptor, mode & 0o7777)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def open_to_read(folder: int, name: bytes) -> int:
    """Opens a file, and neither a link nor a pipe's other end."""
    # Without waiting: what was a file a moment ago may be a pipe now.
    return os.open(name, os.O_RDONLY | platforms.NO_FOLLOW | platforms.NO_WAIT, dir_fd=folder)


def remove_folders(folder: int, name: bytes) -> None:
    """Removes a folder that holds nothing but empty folders; what else stands there stays."""
    if not stat.S_ISDIR(os.lstat(name, dir_fd=folder).st_mode):
        return
    below = os.open(name, os.O_RDONLY | platforms.DIRECTORY | platforms.NO_FOLLOW, dir_fd=folder)
    try:
        for entry in os.listdir(below):  # noqa: PTH208 -- an open folder has no path
            remove_folders(below, os.fsencode(entry))
    finally:
        os.close(below)
    os.rmdir(name, dir_fd=folder)


def beside(ending: bytes) -> bytes:
    """Gives a name of ours that nobody else uses; :data:`LEFT` knows it again."""
    return b".mlgit-" + secrets.token_hex(8).encode() + ending


def is_same(one: os.stat_result, other: os.stat_result) -> bool:
    """Tells whether it is the same file, and as it was; renaming changes the ctime."""
    first = (one.st_dev, one.st_ino, one.st_mode, one.st_size, one.st_mtime_ns)
    return first == (other.st_dev, other.st_ino, other.st_mode, other.st_size, other.st_mtime_ns)


def changed(path: bytes) -> StateChanged:
    """Makes the problem for a file that another program has written."""
    return StateChanged(
        f"{path.decode('utf-8', 'replace')} was written by another program while the act was under way.",
        "Save your work there, then repeat the act.",
    )
