"""Writes the small files of git's own that an act changes: the hook that we install, and what a merge has left behind.

Each is compared with what the act has seen before it is replaced, and replaced at once. Only files of these names are
ever written: the list of an interrupted act lies in the repository, where somebody else might have put it.
"""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from jupyter_mlgit.git import platforms
from jupyter_mlgit.git.durable import make_folder, sync_directory, write_durably
from jupyter_mlgit.git.hooks import CHAINED
from jupyter_mlgit.git.trust import HOOK, hooks_directory
from jupyter_mlgit.journal.records import GitFileRecord, raw, text
from jupyter_mlgit.problems import PathOutsideRepository, StateChanged, UnsupportedRepository

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from jupyter_mlgit.git.repository import Repository

MERGE_FILES = (
    "ORIG_HEAD", "MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "MERGE_RR", "AUTO_MERGE", "SQUASH_MSG", "CHERRY_PICK_HEAD",
    "REVERT_HEAD",
)  # fmt: skip
"""What git keeps beside HEAD about an operation (gitrepository-layout(5)), ORIG_HEAD first."""

_MERGE_FILE = re.compile(r"(?:worktrees/(?!\.\.?/)[^/]+/)?(?:" + "|".join(MERGE_FILES) + ")")
_HOOKS = f"hooks/{HOOK}", f"hooks/{HOOK}{CHAINED}"


def is_known(record: GitFileRecord) -> bool:
    """Tells whether an act of ours may write this file."""
    return record.file in _HOOKS or _MERGE_FILE.fullmatch(record.file) is not None


def merge_file(repo: Repository, name: str, new: bytes | None) -> GitFileRecord | None:
    """Gives the change of one of :data:`MERGE_FILES` in this worktree; None where nothing changes."""
    path = repo.git_dir / name
    old = _content(path)
    if old == new:
        return None
    return GitFileRecord(file=str(path.relative_to(repo.common_dir)), old=text(old), new=text(new))


def hook_file(repo: Repository, name: str, new: tuple[bytes, int] | None) -> GitFileRecord | None:
    """Gives the change of a hook to this content and these permissions; None where nothing changes.

    Raises:
        PathOutsideRepository: if the hooks lie elsewhere.
        UnsupportedRepository: if the hook is a link.
    """
    old = read_hook(repo, name)
    if old == new:
        return None
    return GitFileRecord(
        file=f"hooks/{name}",
        old=text(old[0]) if old else None,
        new=text(new[0]) if new else None,
        old_mode=old[1] if old else None,
        new_mode=new[1] if new else None,
    )


def read_hook(repo: Repository, name: str) -> tuple[bytes, int] | None:
    """Gives a hook's content and permissions; None where there is none.

    Raises:
        PathOutsideRepository: if the hooks lie elsewhere.
        UnsupportedRepository: if the hook is a link.
    """
    path = _hooks(repo) / name
    if path.is_symlink():
        raise UnsupportedRepository(f"{path} is a link, which is left alone.", "Put a hook of its own in its place.")
    content = _content(path)
    return None if content is None else (content, stat.S_IMODE(path.stat().st_mode))


def require_as_seen(repo: Repository, records: Iterable[GitFileRecord]) -> None:
    """Checks all files before the first of them is written.

    Raises:
        StateChanged: if one is not as the act has seen it.
        PathOutsideRepository: if the hooks lie elsewhere.
    """
    for record in records:
        path = place(repo, record)
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
        path = place(repo, record)
        if text(_content(path)) != record.old:
            continue
        if record.new is None:
            path.unlink(missing_ok=True)
            sync_directory(path.parent)
        elif record.new_mode is not None:
            _write_program(path, raw(record.new), record.new_mode & 0o777)
        else:
            write_durably(path, raw(record.new))


def place(repo: Repository, record: GitFileRecord) -> Path:
    """Gives the file.

    Raises:
        PathOutsideRepository: if the hooks lie elsewhere.
    """
    folder, _, name = record.file.rpartition("/")
    return _hooks(repo) / name if folder == "hooks" else repo.common_dir / record.file


def _hooks(repo: Repository) -> Path:
    directory = hooks_directory(repo)
    if not any(directory.resolve().is_relative_to(one.resolve()) for one in (repo.common_dir, repo.top)):
        raise PathOutsideRepository(
            f"git looks for this repository's hooks in {directory}, which other repositories may share.",
            "Take the setting core.hooksPath away, or add our hook there by hand.",
        )
    return directory


def _write_program(path: Path, content: bytes, mode: int) -> None:
    make_folder(path.parent)
    staged = path.with_name(f"{path.name}.new-mlgit")
    write_durably(staged, content)
    staged.chmod(mode)
    staged.replace(path)
    sync_directory(path.parent)


def _content(path: Path) -> bytes | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | platforms.NO_FOLLOW)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read()
