"""Reads reflogs raw: both columns of every line, of every worktree, malformed lines skipped and counted.

``git reflog`` prints only the new column; the tip of a deleted branch often survives only in the old one.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jupyter_mlgit.git.commits import LONGEST_TIME, Oid, parse_zone
from jupyter_mlgit.git.refs import is_oid

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_mlgit.git.repository import Repository


@dataclass(frozen=True)
class LogEntry:
    """One line of a reflog."""

    old: Oid
    new: Oid
    identity: bytes
    time: int
    """Seconds since the epoch, UTC."""
    zone: int
    """Minutes east of UTC."""
    message: bytes


@dataclass
class Log:
    """A whole reflog, oldest entry first."""

    entries: list[LogEntry] = field(default_factory=list)
    skipped: int = 0
    """Lines that are not a reflog's."""


def is_zero(oid: bytes) -> bool:
    """Tells whether this is the object name that stands for "nothing"."""
    return not oid.strip(b"0")


def parse_line(line: bytes) -> LogEntry | None:
    """Decodes ``old new Name <email> seconds zone<TAB>message``; None when it is something else.

    A time that no calendar has is zero, and the line still says where the ref was.
    """
    head, _, message = line.partition(b"\t")
    old, _, rest = head.partition(b" ")
    new, _, rest = rest.partition(b" ")
    if len(old) != len(new) or not is_oid(old) or not is_oid(new):
        return None
    identity, _, stamp = rest.rpartition(b"> ")
    seconds, _, zone = stamp.partition(b" ")
    if not seconds.removeprefix(b"-").isdigit():
        return None
    time = int(seconds) if seconds.isdigit() and len(seconds) <= LONGEST_TIME else 0
    return LogEntry(Oid(old), Oid(new), identity + b">", time, parse_zone(zone), message)


def parse_log(data: bytes) -> Log:
    """Decodes a reflog's content."""
    log = Log()
    for line in data.split(b"\n"):
        if not line:
            continue
        entry = parse_line(line)
        if entry is None:
            log.skipped += 1
        else:
            log.entries.append(entry)
    return log


_cache: dict[str, tuple[tuple[int, int, int], Log]] = {}


def without_gone(repo: Repository, log: bytes) -> bytes:
    """Gives a log without the lines of objects that are no longer there; ``git fsck`` finds fault with those.

    A line whose object before is gone goes on from the line that is kept, as ``git reflog expire --rewrite`` has it.
    """
    kept: list[bytes] = []
    there: dict[bytes, bool] = {}
    last = b"0" * repo.hex_length
    for line in log.splitlines(keepends=True):
        entry = parse_line(line.rstrip(b"\n"))
        if entry is None:
            kept.append(line)
            continue
        for oid in (entry.old, entry.new):
            if oid not in there:
                there[oid] = is_zero(oid) or repo.objects.contains(oid)
        if not there[entry.new]:
            continue
        kept.append(line if there[entry.old] else last + line[repo.hex_length :])
        last = entry.new
    return b"".join(kept)


def read_log_file(path: Path) -> Log:
    """Reads one log file; a missing one is an empty log.

    The result is shared between callers and must not be changed. It is kept until the file changes.
    """
    try:
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        known = _cache.get(str(path))
        if known is not None and known[0] == stamp:
            return known[1]
        if stat.S_ISDIR(status.st_mode):
            return Log()
        if not stat.S_ISREG(status.st_mode):
            return Log(skipped=1)  # reading a planted pipe would hold the server up
        log = parse_log(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return Log()
    except OSError:
        # A log that cannot be read is as good as one unreadable line: counted, never fatal.
        return Log(skipped=1)
    if len(_cache) > 2000:  # noqa: PLR2004 -- some hundred repositories' worth of branch logs
        _cache.clear()
    _cache[str(path)] = (stamp, log)
    return log


def read_log(repo: Repository, ref: bytes) -> Log:
    """Reads the log of a ref as this worktree sees it."""
    return read_log_file(repo.refs.log_path(ref))


def head_logs(repo: Repository) -> list[Path]:
    """Gives HEAD's log of the main worktree and of every linked one."""
    return [directory / "logs" / "HEAD" for directory in repo.refs.worktree_directories()]


def refs_with_logs(repo: Repository) -> list[bytes]:
    """Gives the full names of all refs that have a log, also those that no longer exist."""
    names: list[bytes] = []
    base = os.fsencode(repo.common_dir / "logs" / "refs")
    pending = [(base, b"refs")]
    while pending:
        directory, name = pending.pop()
        try:
            with os.scandir(directory) as listing:
                entries = list(listing)
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                pending.append((entry.path, name + b"/" + entry.name))
            else:
                names.append(name + b"/" + entry.name)
    return sorted(names)
