"""Writes the small files of git's own that an act changes: what a merge has left behind, and ORIG_HEAD.

Each is compared with what the act has seen before it is replaced, and replaced at once. Only files of these names are
ever written: the list of an interrupted act lies in the repository, where somebody else might have put it.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from typing import TYPE_CHECKING

from jupyter_mlgit.git import platforms
from jupyter_mlgit.git.durable import sync_directory
from jupyter_mlgit.git.locks import LockedFile
from jupyter_mlgit.journal.records import GitFileRecord, raw, text
from jupyter_mlgit.problems import StateChanged

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from jupyter_mlgit.git.repository import Repository

MERGE_FILES = (
    "ORIG_HEAD", "MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "MERGE_RR", "AUTO_MERGE", "SQUASH_MSG", "CHERRY_PICK_HEAD",
    "REVERT_HEAD",
)  # fmt: skip
"""What git keeps beside HEAD about an operation (gitrepository-layout(5)), ORIG_HEAD first."""

NAME_COMMITS = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD")
"""Those that hold commits' names, a line each; nothing else may keep these commits from git gc."""

NOTES = ("MERGE_MSG", "AUTO_MERGE", "SQUASH_MSG")
"""Those that are left for the next commit where nothing is under way; git drops them with a switch."""

_SEQUENCE = tuple(f"sequencer/{name}" for name in ("todo", "head", "opts", "abort-safety"))
_MERGE_FILE = re.compile(r"(?:worktrees/(?!\.\.?/)[^/]+/)?(?:" + "|".join(MERGE_FILES + _SEQUENCE) + ")")


def is_known(record: GitFileRecord) -> bool:
    """Tells whether an act of ours may write this file."""
    return _MERGE_FILE.fullmatch(record.file) is not None


def files_that_end(repo: Repository) -> list[str]:
    """Gives those that a reset takes away: all but ORIG_HEAD, and the list of commits to pick if it is at its last."""
    names = [name for name in MERGE_FILES if name != "ORIG_HEAD"]
    if any((repo.git_dir / name).exists() for name in ("CHERRY_PICK_HEAD", "REVERT_HEAD")):
        todo = _content(repo.git_dir / "sequencer/todo")
        if todo is not None and b"\n" not in todo[:-1]:
            names += _SEQUENCE
    return names


def merge_file(repo: Repository, name: str, new: bytes | None) -> GitFileRecord | None:
    """Gives the change of one of these files in this worktree; None where nothing changes."""
    path = repo.git_dir / name
    old = _content(path)
    if old == new:
        return None
    return GitFileRecord(file=str(path.relative_to(repo.common_dir)), old=text(old), new=text(new))


def require_as_seen(repo: Repository, records: Iterable[GitFileRecord]) -> None:
    """Checks all files before the first of them is written.

    Raises:
        StateChanged: if one is not as the act has seen it.
    """
    for record in records:
        path = repo.common_dir / record.file
        if text(_content(path)) != record.old:
            raise StateChanged(f"{path} has been changed meanwhile.", "Look at it, then repeat the act.")


def write_git_files(repo: Repository, records: Iterable[GitFileRecord], *, settling: bool) -> None:
    """Writes the files that are as the act has seen them.

    Args:
        repo: the repository, locked by the caller.
        records: the files.
        settling: whether an interrupted act is finished or taken back; what neither side of it knows then stays.

    Raises:
        StateChanged: if one is not as it was, unless the act is settled.
        OSError: if one cannot be written.
    """
    records = list(records)
    if not settling:
        require_as_seen(repo, records)
    for record in records:
        path = repo.common_dir / record.file
        if text(_content(path)) != record.old or path.parent.is_symlink():
            continue
        if record.new is None:
            path.unlink(missing_ok=True)
            sync_directory(path.parent)
            if path.parent.name == "sequencer":
                with contextlib.suppress(OSError):
                    path.parent.rmdir()
        else:
            _write(repo, path, raw(record.new))


def _write(repo: Repository, path: Path, content: bytes) -> None:
    """Writes one under git's own lock, which the next act removes should this one be killed."""
    if path.parent.name == "sequencer":
        path.parent.mkdir(exist_ok=True)
    lock = LockedFile(path, repo.staging)
    try:
        lock.write(content)
        lock.commit()
    finally:
        lock.abort()


def _content(path: Path) -> bytes | None:
    """Gives what one holds; None where there is none, or something planted that is no file: git wrote none of that."""
    try:
        descriptor = os.open(path, os.O_RDONLY | platforms.NO_FOLLOW | platforms.NO_WAIT)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        if path.is_symlink():
            return None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return None
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read()
