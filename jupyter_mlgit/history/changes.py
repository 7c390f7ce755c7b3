"""Puts what differs between HEAD, index and working files into the words of the contract."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from jupyter_mlgit.git.kinds import Kind, kind_of
from jupyter_mlgit.git.status import MOST_IN_FOLDER
from jupyter_mlgit.values import Value, visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.git.status import Change, Status

Difference = Literal["added", "modified", "deleted", "renamed", "typechanged", "untracked"]
Conflict = Literal[
    "both-deleted",
    "added-by-us",
    "deleted-by-them",
    "added-by-them",
    "deleted-by-us",
    "both-added",
    "both-modified",
]

_WORDS: dict[str, Difference] = {
    "A": "added",
    "M": "modified",
    "D": "deleted",
    "R": "renamed",
    "T": "typechanged",
}
_CONFLICTS: dict[int, Conflict] = {
    1: "both-deleted",
    2: "added-by-us",
    3: "deleted-by-them",
    4: "added-by-them",
    5: "deleted-by-us",
    6: "both-added",
    7: "both-modified",
}
_GITLINK = 0o160000


class StatusChange(Value):
    """A file that differs; one that was taken out of the index and is still there stands twice."""

    path: str
    """A folder's ends with a slash: it is untracked as a whole, with more files than are shown one by one."""
    old_path: str | None
    """Null unless it was renamed."""
    index: Difference | None
    """How the index differs from HEAD; never ``untracked``."""
    worktree: Difference | None
    """How the file differs from the index; ``added`` when only its name is in the index."""
    conflict: Conflict | None
    """Null unless a merge has left it to be resolved; the other two are null then."""
    kind: Kind
    unsure: bool
    """Whether only a filter that is not run here could tell that it differs; it counts as modified."""


def changed_files(repo: Repository, status: Status) -> tuple[StatusChange, ...]:
    """Gives tracked and untracked files, by path."""
    found = [_tracked(repo, change) for change in status.changes]
    found += [_untracked(repo, path, count) for path, count in status.untracked.items()]
    return tuple(sorted(found, key=lambda one: one.path))


def fingerprint(repo: Repository, status: Status) -> bytes:
    """Gives what changes whenever one of these files does."""
    top = os.fsencode(repo.top) + b"/"
    told = [
        b"%s %d %s" % (f"{one.index_change}.{one.worktree_change}".encode(), one.conflict, _seen(top, one.path))
        for one in status.changes
    ]
    return b"\0".join([*told, *(_seen(top, path.rstrip(b"/")) for path in status.untracked)])


def _seen(top: bytes, path: bytes) -> bytes:
    try:
        status = os.lstat(top + path)
    except OSError:
        return path
    times = (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino, status.st_mode)
    return path + b" %d %d %d %d %d" % times


def _tracked(repo: Repository, change: Change) -> StatusChange:
    sides = [side for side in (change.head, change.staged) if side is not None]
    is_module = _GITLINK in (change.mode, *(side.mode for side in sides))
    return StatusChange(
        path=visible(change.path),
        old_path=None if change.old_path is None else visible(change.old_path),
        index=_WORDS.get(change.index_change),
        worktree=_WORDS.get(change.worktree_change),
        conflict=_CONFLICTS.get(change.conflict),
        kind="submodule" if is_module else kind_of(repo.top, change.path),
        unsure=change.unknown,
    )


def _untracked(repo: Repository, path: bytes, count: int) -> StatusChange:
    kind = kind_of(repo.top, path)
    if path.endswith(b"/"):
        kind = "folder" if count > MOST_IN_FOLDER else "submodule"
    return StatusChange(
        path=visible(path),
        old_path=None,
        index=None,
        worktree="untracked",
        conflict=None,
        kind=kind,
        unsure=False,
    )
