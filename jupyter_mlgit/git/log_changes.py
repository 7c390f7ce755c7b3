"""Says what a change of refs does to the reflogs, in git's own words, before any of it is done.

Knowing it beforehand is what lets the journal put half-written logs right after a crash (git-reflog(1);
refs/files-backend.c for which refs are logged and in which words).
"""

from __future__ import annotations

import contextlib
import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_mlgit.git.config import as_flag
from jupyter_mlgit.git.durable import TEMPORARY, append_durably, make_folder, sync_directory, write_durably
from jupyter_mlgit.git.identity import committer
from jupyter_mlgit.git.refs import HEADS, REMOTES

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_mlgit.git.objects import Oid
    from jupyter_mlgit.git.repository import Repository

NOTES = b"refs/notes/"


@dataclass(frozen=True)
class LogChange:
    """What becomes of one log."""

    path: Path
    added: bytes | None
    """What is put at its end; None takes the log away."""
    whole: bool = False
    """Whether that is put in the place of what the log holds."""

    def carry_out(self, repo: Repository) -> None:
        """Appends, replaces or removes.

        Raises:
            OSError: if it cannot be written.
        """
        if self.added is None:
            remove_log(repo, self.path)
        elif self.whole:
            replace_log(repo, self.path, self.added)
        else:
            append_durably(self.path, self.added)


@dataclass(frozen=True)
class RefUpdate:
    """One ref's change: made (old is None), moved, or deleted (new is None)."""

    name: bytes
    old: Oid | None
    new: Oid | None
    message: bytes = b""
    """The reflog's words; empty for refs that have no log."""
    log: bytes | None = None
    """A log to put in place before the new line, when a ref comes back with its history or takes another's place."""
    log_line: bool = True
    """Whether a line is written at all; a log that comes back whole needs none."""
    log_old: Oid | None = None
    """The line's old column, where git writes another one than the ref's old value (a rename)."""


def of_update(repo: Repository, update: RefUpdate, now: float) -> list[LogChange]:
    """Gives what a ref's change does to its own log and to HEAD's, where HEAD names that ref."""
    path = repo.refs.log_path(update.name)
    if update.new is None:
        return [LogChange(path, None)] if os.path.lexists(path) and not path.is_dir() else []
    found = []
    line = line_of(repo, update.log_old or update.old, update.new, update.message, now) if update.log_line else b""
    # A deleted branch may have left its log behind; it is older and longer than what was kept.
    if update.log is not None and (update.old is not None or not path.is_file()):
        found.append(LogChange(path, update.log + line, whole=True))
    elif line and update.old != update.new and (path.is_file() or is_logged(repo, update.name)):
        found.append(LogChange(path, line))
    if repo.refs.head().ref == update.name:
        found += of_head(repo, repo.git_dir, line)
    return found


def of_head(repo: Repository, directory: Path, lines: bytes) -> list[LogChange]:
    """Gives what new lines do to a worktree's log of HEAD."""
    path = directory / "logs" / "HEAD"
    return [LogChange(path, lines)] if lines and (path.is_file() or is_logged(repo, b"HEAD")) else []


def of_renaming(repo: Repository, directory: Path, tip: Oid | None, message: bytes, now: float) -> list[LogChange]:
    """Gives what HEAD's log says when the branch that it names is renamed.

    The lines are git's own: one that ends in zeros, in the worktree that acts only, and one that begins with them.
    """
    lines = line_of(repo, None, tip, message, now)
    if directory == repo.git_dir:
        lines = line_of(repo, tip, None, message, now) + lines
    return of_head(repo, directory, lines)


def line_of(repo: Repository, old: bytes | None, new: bytes | None, message: bytes, now: float) -> bytes:
    """Writes a reflog line as git does: both columns, who, when, and the words after a tab."""
    head = b"%s %s %s" % (old or repo.zero, new or repo.zero, committer(repo.config, now))
    words = b" ".join(message.split())
    return head + (b"\t" + words if words else b"") + b"\n"


def is_logged(repo: Repository, name: bytes) -> bool:
    """Tells whether git makes a log for this ref (git-config(1), core.logAllRefUpdates)."""
    setting = repo.config.get("core", "logAllRefUpdates")
    if setting is not None and setting.lower() == b"always":
        return True
    wanted = not repo.bare if setting is None else as_flag(setting) is not False
    return wanted and (name.startswith((HEADS, REMOTES, NOTES)) or name == b"HEAD")


def replace_log(repo: Repository, path: Path, content: bytes) -> None:
    """Puts a whole log in place at once.

    Raises:
        OSError: if it cannot be written.
    """
    make_folder(path.parent)
    # Beside the log, a file left by a crash would pass for the log of another ref.
    staged = repo.staging / f"{secrets.token_hex(8)}{TEMPORARY}"
    write_durably(staged, content)
    staged.replace(path)
    sync_directory(path.parent)


def remove_log(repo: Repository, path: Path) -> None:
    """Takes a log away, and the folders that it leaves empty."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
        path.unlink()
        sync_directory(path.parent)
    remove_empty_parents(path, repo.common_dir / "logs" / "refs")


def remove_empty_parents(path: Path, refs: Path) -> None:
    """Removes the empty folders above a ref or its log; ``refs/heads`` and the like are kept, as in git."""
    for parent in path.parents:
        if parent.parent == refs or refs not in parent.parents:
            return
        try:
            parent.rmdir()
        except OSError:
            return
