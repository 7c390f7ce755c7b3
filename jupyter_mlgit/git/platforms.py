"""The differences between Linux, macOS and Windows, all of them."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path

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
        wanted = path.stat()
        processes = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    except OSError:
        return None
    for process in processes:
        try:
            for descriptor in (process / "fd").iterdir():
                found = descriptor.stat()
                if (found.st_dev, found.st_ino) == (wanted.st_dev, wanted.st_ino):
                    name = (process / "comm").read_text("utf-8", "replace").strip()
                    return f"{name}, process {process.name}"
        except OSError:
            continue
    return None
