"""Puts hooks in place and takes them away: keeps what a file held, compares, and writes nowhere but among the hooks.

The record of an act names a hook's content by its digest; the content itself is a file of that name in
``.git/mlgit/files``. A repository that was unpacked from somewhere may hold notes of acts that nobody has done, so the
place and the content that a record names are checked whenever they are used.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import stat
from typing import TYPE_CHECKING

from jupyter_mlgit.git.durable import make_folder, sync_directory, write_durably
from jupyter_mlgit.git.locks import LockedFile
from jupyter_mlgit.git.trust import CHAINED, HOOK, hooks_directory
from jupyter_mlgit.journal.records import FileRecord, FileState
from jupyter_mlgit.problems import DamagedRepository, PathOutsideRepository, StateChanged

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_mlgit.git.repository import Repository

LINK = 0o120000
"""The mode of a symbolic link, as in a tree of git's."""

PERMISSIONS = 0o777

_NAMES = (HOOK, HOOK + CHAINED)
_DIGEST = re.compile(r"[0-9a-f]{64}")


def own_hook(repo: Repository, name: str) -> Path:
    """Gives the file that a hook of this repository has or would have.

    Raises:
        PathOutsideRepository: if its hooks lie where other repositories may share them.
    """
    folder = hooks_directory(repo)
    path = folder.resolve() / name
    if hook_path(repo, _record(repo, path)) is None:
        raise PathOutsideRepository(
            f"git looks for this repository's hooks in {folder}, which other repositories may share.",
            "Take the setting core.hooksPath away, or add our hook there by hand.",
        )
    return path


def hook_record(repo: Repository, path: Path, new: tuple[bytes, int] | None) -> FileRecord | None:
    """Gives what an act does to a hook's file, with both contents kept; None where it changes nothing.

    Args:
        repo: the repository, locked by the caller.
        path: the file, from :func:`own_hook`.
        new: its content and mode; None to take it away.

    Raises:
        OSError: if something cannot be read or kept.
    """
    old = read_hook(path)
    return None if old == new else _record(repo, path, _kept(repo, old), _kept(repo, new))


def hook_path(repo: Repository, record: FileRecord) -> Path | None:
    """Gives the file that a record speaks of; None if that is no hook of this repository, as seen from this worktree.

    A folder of hooks outside the repository is shared with others and never written to.
    """
    if record.name not in _NAMES or "\0" in record.folder:
        return None
    folder = (repo.common_dir / record.folder).resolve()
    among_hooks = folder in ((repo.common_dir / "hooks").resolve(), hooks_directory(repo).resolve())
    inside = any(folder.is_relative_to(one.resolve()) for one in (repo.common_dir, repo.top))
    return folder / record.name if among_hooks and inside else None


def require_hook_path(repo: Repository, record: FileRecord) -> Path:
    """Gives the file that a record speaks of.

    Raises:
        PathOutsideRepository: if it is none of this repository's hooks.
    """
    path = hook_path(repo, record)
    if path is None:
        raise PathOutsideRepository(
            f"This act is about {record.name} in {record.folder}, which is not where this repository's hooks are.",
            "If core.hooksPath was changed, set it back; if another worktree has hooks of its own, act there.",
        )
    return path


def read_hook(path: Path) -> tuple[bytes, int] | None:
    """Gives a hook's content and mode, or None where there is none.

    Raises:
        OSError: if it cannot be read, or is neither a file nor a link.
    """
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            return os.fsencode(path.readlink()), LINK
        if stat.S_ISREG(mode):
            return path.read_bytes(), mode & PERMISSIONS
    except (FileNotFoundError, NotADirectoryError):
        return None
    raise OSError(errno.EINVAL, "it is not a file", str(path))


def is_hook(path: Path, state: FileState | None) -> bool:
    """Tells whether a hook's content is this; permissions may be other ones."""
    return _content_of(_state(read_hook(path))) == _content_of(state)


def require_unchanged(repo: Repository, record: FileRecord) -> None:
    """Makes sure that a hook still is what it was when the act was thought out.

    Raises:
        StateChanged: if it is not.
        PathOutsideRepository: if it is none of this repository's hooks.
    """
    path = require_hook_path(repo, record)
    if not is_hook(path, record.old):
        raise StateChanged(f"The hook {path} has been changed meanwhile.", "Look at it, then repeat the act.")


def put_hook(repo: Repository, record: FileRecord, *, settling: bool) -> bool:
    """Writes a hook's file, or takes it away.

    Returns:
        whether it is as it should be; False if somebody has changed it since, which is told only while settling.

    Raises:
        StateChanged: if it is not what the record says, and nothing is being settled.
        PathOutsideRepository: if it is none of this repository's hooks.
        DamagedRepository: if the content that was kept is gone.
        Problem: if it cannot be written.
        OSError: the same.
    """
    path = require_hook_path(repo, record)
    if settling:
        if _state(read_hook(path)) == record.new:
            return True
        if not (is_hook(path, record.old) or is_hook(path, record.new)):
            return False
    new = None if record.new is None else _content(repo, record.new)
    lock = LockedFile(path, repo.staging)
    try:
        if not settling:
            require_unchanged(repo, record)
        if record.new is None:
            path.unlink(missing_ok=True)
            sync_directory(path.parent)
        elif record.new.mode == LINK:
            staged = repo.staging / secrets.token_hex(8)
            staged.symlink_to(os.fsdecode(new or b""))
            staged.replace(path)
            sync_directory(path.parent)
        else:
            lock.lock_path.chmod(record.new.mode & PERMISSIONS)
            lock.write(new or b"")
            lock.commit()
    finally:
        lock.abort()
    return True


def in_order(files: list[FileRecord]) -> list[FileRecord]:
    """Gives files such that at no instant a hook that was there is nowhere: what is new first, what goes last."""
    return sorted(files, key=lambda one: 0 if one.old is None else 2 if one.new is None else 1)


def _record(repo: Repository, path: Path, old: FileState | None = None, new: FileState | None = None) -> FileRecord:
    return FileRecord(folder=os.path.relpath(path.parent, repo.common_dir), name=path.name, old=old, new=new)


def _state(found: tuple[bytes, int] | None) -> FileState | None:
    return None if found is None else FileState(content=hashlib.sha256(found[0]).hexdigest(), mode=found[1])


def _content_of(state: FileState | None) -> tuple[str, bool] | None:
    return None if state is None else (state.content, state.mode == LINK)


def _kept(repo: Repository, found: tuple[bytes, int] | None) -> FileState | None:
    """Keeps a content under its digest."""
    state = _state(found)
    if found is not None and state is not None:
        path = repo.ours / "files" / state.content
        if path.parent.is_symlink():
            raise OSError(errno.ELOOP, "it is a link to somewhere else", str(path.parent))
        if not path.is_file():
            make_folder(path.parent)
            staged = repo.staging / secrets.token_hex(8)
            write_durably(staged, found[0])
            staged.replace(path)
            sync_directory(path.parent)
    return state


def _content(repo: Repository, state: FileState) -> bytes:
    path = repo.ours / "files" / state.content
    try:
        content = path.read_bytes() if _DIGEST.fullmatch(state.content) else b""
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != state.content or (state.mode == LINK and b"\0" in content):
        raise DamagedRepository(
            f"What the hook held is no longer kept in {path.parent}.",
            "Install the hook anew: jupyter mlgit setup --hook.",
        )
    return content
