"""Writes files so that a crash or a power cut leaves the old content or the new, never half of it.

git's own default makes neither loose objects nor refs durable; what this product writes is (git-config(1),
core.fsync).
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from jupyter_mlgit.git import platforms
from jupyter_mlgit.problems import Problem, ReadOnly

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

TEMPORARY = ".tmp"
"""Ends the names of our own files that are not finished."""

BEGUN = "mlgit-"
"""Begins the names of objects that are not finished. ``git prune`` takes what is called ``tmp_``, at once or later."""

GROUP = stat.S_IRGRP | stat.S_IWGRP

AT_ONCE = 200
"""Files that are open at the same time; a process may have 1024, or 256 on macOS."""

_FEW = 4
_THREADS = 8


def write_all(descriptor: int, data: bytes) -> None:
    """Writes everything, however often the system takes only a part."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def sync_all(descriptors: Sequence[int]) -> None:
    """Makes open files durable, side by side: a journaling file system then commits many of them in one go.

    One after the other, each waits for a commit of its own, of some milliseconds where other programs write as well.

    Raises:
        OSError: if it cannot be done for one of them.
    """
    if len(descriptors) <= _FEW:
        _sync(descriptors)
        return
    shares = [descriptors[first::_THREADS] for first in range(_THREADS)]
    parts = []
    # No thread can be begun while Python ends, which waits for an act under way, nor where a process may have no more.
    with ThreadPoolExecutor(_THREADS, "mlgit-fsync") as threads, contextlib.suppress(RuntimeError):
        for share in shares:
            parts.append(threads.submit(_sync, share))  # noqa: PERF401 -- those before a failure count
    for part in parts:
        part.result()
    for share in shares[len(parts) :]:
        _sync(share)


def _sync(descriptors: Sequence[int]) -> None:
    for descriptor in descriptors:
        os.fsync(descriptor)


def sync_directories(directories: Iterable[Path]) -> None:
    """Makes the names in these directories durable, where the platform can; one that has gone is left out.

    Raises:
        OSError: if it cannot be done.
    """
    if platforms.CAN_SYNC_DIRECTORIES:
        sync_files(directories)


def sync_files(paths: Iterable[Path]) -> list[Path]:
    """Makes closed files durable, but not their names; gives those that were there.

    Raises:
        OSError: if it cannot be done.
    """
    ordered = sorted(paths)
    found = []
    for start in range(0, len(ordered), AT_ONCE):
        with contextlib.ExitStack() as closing:
            descriptors = []
            for path in ordered[start : start + AT_ONCE]:
                with contextlib.suppress(FileNotFoundError):
                    descriptors.append(os.open(path, os.O_RDONLY | platforms.NO_FOLLOW))
                    closing.callback(os.close, descriptors[-1])
                    found.append(path)
            sync_all(descriptors)
    return found


def sync_directory(directory: Path) -> None:
    """Makes the names in a directory durable, where the platform can."""
    if not platforms.CAN_SYNC_DIRECTORIES:
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def begun_in(directory: Path) -> Path:
    """Gives a new name for an object that is not finished; what a killed act leaves, the next one sweeps away."""
    return directory / f"{BEGUN}{secrets.token_hex(6)}{TEMPORARY}"


def write_durably(path: Path, data: bytes, *, worn: Path | None = None) -> None:
    """Replaces a file of ours atomically and durably.

    Args:
        path: the file.
        data: its content.
        worn: a file beside it that nobody needs any more: its place on the disk is taken.

    Raises:
        OSError: if it cannot be written.
    """
    make_folder(path.parent)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident():x}{TEMPORARY}")
    if worn is not None and _is_ours_alone(worn):
        worn.replace(temporary)
    flags = os.O_WRONLY | os.O_CREAT | platforms.NO_FOLLOW
    try:
        descriptor = os.open(temporary, flags, 0o666)
        try:
            write_all(descriptor, data)
            os.ftruncate(descriptor, len(data))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    sync_directory(path.parent)


def _is_ours_alone(path: Path) -> bool:
    """Tells whether writing into this file changes no other: in a planted repository it could be anybody's."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and os.access(path, os.W_OK)


def append_durably(path: Path, data: bytes) -> None:
    """Appends to a file and makes it durable; when that fails, half a line does not stay.

    A symbolic link is not followed: in a planted repository it could lead to any file of the person's.
    """
    make_folder(path.parent)
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | platforms.NO_FOLLOW, 0o666)
    try:
        if is_new and is_shared(path.parent):
            platforms.set_mode(descriptor, stat.S_IMODE(os.fstat(descriptor).st_mode) | GROUP)
        before = os.fstat(descriptor).st_size
        try:
            write_all(descriptor, data)
            os.fsync(descriptor)
        except OSError:
            with contextlib.suppress(OSError):
                _cut_off(descriptor, before, data)
            raise
    finally:
        os.close(descriptor)
    if is_new:
        sync_directory(path.parent)


def _cut_off(descriptor: int, before: int, data: bytes) -> None:
    """Takes our own bytes back; what another program has appended meanwhile stays."""
    os.lseek(descriptor, before, os.SEEK_SET)
    tail = os.read(descriptor, len(data) + 1)
    if tail and data.startswith(tail):
        os.ftruncate(descriptor, before)


def make_folder(path: Path) -> None:
    """Makes a folder and those above it; in a repository that a group shares, the group may write there, too.

    Raises:
        OSError: if it cannot be made.
    """
    if path.is_dir():
        return
    if path.parent != path:
        make_folder(path.parent)
    with contextlib.suppress(FileExistsError):
        path.mkdir()
        if is_shared(path.parent):
            path.chmod(stat.S_IMODE(path.stat().st_mode) | GROUP | stat.S_IXGRP | stat.S_ISGID)
        sync_directory(path.parent)


def is_shared(folder: Path) -> bool:
    """Tells whether git has opened the folder to a group (git-init(1), --shared)."""
    try:
        mode = folder.stat().st_mode
    except FileNotFoundError:
        return False
    return bool(mode & stat.S_ISGID) and bool(mode & stat.S_IWGRP)


def cannot_write(path: Path, error: OSError) -> Problem:
    """Turns a failed write into the problem that a person is told."""
    return ReadOnly(
        f"{path} cannot be written: {error.strerror or error}.",
        "Check the permissions, the free space and whether the file system is mounted read-only.",
    )
