"""The differences between Linux, macOS and Windows, all of them."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

Identity = tuple[int, int]
"""The device and the number of a file on it."""

NO_FOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
DIRECTORY: int = getattr(os, "O_DIRECTORY", 0)
NO_WAIT: int = getattr(os, "O_NONBLOCK", 0)
CAN_OPEN_BELOW: bool = os.open in os.supports_dir_fd
"""Whether a file can be opened relative to an open folder; without it no working file is written."""
CAN_SYNC_DIRECTORIES: bool = sys.platform != "win32"

if sys.platform == "win32":
    import msvcrt

    def try_lock(descriptor: int) -> bool:
        """Takes an exclusive lock on an open file without waiting; it ends when the file is closed."""
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def try_shared_lock(descriptor: int) -> bool:
        """Takes a lock that keeps exclusive ones out, as far as there is such a thing here; it is exclusive, too."""
        return try_lock(descriptor)

    def set_mode(descriptor: int, mode: int) -> None:
        """Does nothing: permissions are inherited from the folder."""

    def kill_group(process: int) -> None:
        """Ends a process that was started in a session of its own."""
        os.kill(process, signal.SIGTERM)

else:
    import fcntl

    def set_mode(descriptor: int, mode: int) -> None:
        """Sets an open file's permissions."""
        os.fchmod(descriptor, mode)

    def kill_group(process: int) -> None:
        """Ends a process that was started in a session of its own, with all that it has started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process, signal.SIGKILL)

    def try_lock(descriptor: int) -> bool:
        """Takes an exclusive lock on an open file without waiting; it ends when the file is closed."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def try_shared_lock(descriptor: int) -> bool:
        """Takes a lock that keeps exclusive ones out, without waiting; it ends when the file is closed."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def holder_of(path: Path) -> str | None:
    """Names a process that has the file open, where Linux tells; None when it cannot be known."""
    try:
        wanted = identity(path.stat())
    except OSError:
        return None
    for process, descriptor in _open_files():
        with contextlib.suppress(OSError):
            if identity(descriptor.stat()) == wanted:
                return _named(process)
    return None


def writers_of(wanted: Collection[Identity]) -> dict[Identity, str]:
    """Names for each of some files a process of ours that has it open for writing, where Linux tells."""
    found: dict[Identity, str] = {}
    for process, descriptor in _open_files() if wanted else ():
        with contextlib.suppress(OSError, ValueError):
            one = identity(descriptor.stat())
            if one in wanted and one not in found and _is_for_writing(process, descriptor.name):
                found[one] = _named(process)
    return found


def folders_stood_in() -> set[Identity]:
    """Gives the folders that this process and, where Linux tells, others of ours have as their current one."""
    found = set()
    for place in (Path(), *(process / "cwd" for process in _processes())):
        with contextlib.suppress(OSError):
            found.add(identity(place.stat()))
    return found


def identity(status: os.stat_result) -> Identity:
    """Gives what tells a file or folder from all others."""
    return status.st_dev, status.st_ino


def _processes() -> list[Path]:
    with contextlib.suppress(OSError):
        return [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return []


def _open_files() -> Iterator[tuple[Path, Path]]:
    for process in _processes():
        with contextlib.suppress(OSError):
            for descriptor in list((process / "fd").iterdir()):
                yield process, descriptor


def _is_for_writing(process: Path, descriptor: str) -> bool:
    for line in (process / "fdinfo" / descriptor).read_text("ascii").splitlines():
        name, _, value = line.partition(":")
        if name == "flags":
            return int(value, 8) & os.O_ACCMODE != os.O_RDONLY
    return False


def _named(process: Path) -> str:
    return f"{(process / 'comm').read_text('utf-8', 'replace').strip()}, process {process.name}"
