"""Says of one file whether it can be moved from one commit's side to the other's, before any file is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.git.index import SKIP_WORKTREE
from jupyter_mlgit.git.objects import MissingObject
from jupyter_mlgit.git.safe_names import require_safe_path
from jupyter_mlgit.git.tree_changes import GITLINK, SYMLINK
from jupyter_mlgit.problems import DamagedRepository, UnsupportedRepository

if TYPE_CHECKING:
    from jupyter_mlgit.git.conversions import Conversions
    from jupyter_mlgit.git.index import IndexEntry
    from jupyter_mlgit.git.objects import TreeEntry
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.git.tree_changes import TreeChange

_USE_GIT = "Use 'git switch' in a terminal."


def same_side(entry: IndexEntry | None, side: TreeEntry | None) -> bool:
    """Tells whether the index has what a commit has."""
    if entry is None or side is None:
        return entry is None and side is None
    return (entry.oid, entry.mode) == (side.oid, side.mode)


def require_possible(repo: Repository, change: TreeChange, entry: IndexEntry | None) -> None:
    """Refuses names that are not safe, and what only git itself can check out.

    Raises:
        BadName: if the name could reach outside the worktree or into ``.git``.
        UnsupportedRepository: for submodules, skipped files, and links where there are none.
    """
    shown = change.path.decode("utf-8", "replace")
    for side in (change.old, change.new):
        if side is None:
            continue
        require_safe_path(change.path, side.mode)
        if side.mode == GITLINK:
            raise UnsupportedRepository(f"The submodule {shown} differs between the two branches.", _USE_GIT)
        if side.mode == SYMLINK and not repo.config.flag("core", "symlinks", default=True):
            raise UnsupportedRepository(f"{shown} is a link, and this repository has none (core.symlinks).", _USE_GIT)
    if entry is not None and entry.extended & SKIP_WORKTREE:
        raise UnsupportedRepository("Some files are left out of this checkout.", _USE_GIT)


def require_plain(path: bytes, conversions: Conversions) -> None:
    """Refuses a file that git would convert on its way out.

    Raises:
        UnsupportedRepository: saying what is needed.
    """
    needed = conversions.needed_for(path)
    if needed:
        shown = path.decode("utf-8", "replace")
        raise UnsupportedRepository(
            f"{shown} needs {needed} on its way to the working files, which is not done here.", _USE_GIT
        )


def require_blob(repo: Repository, path: bytes, side: TreeEntry) -> None:
    """Makes sure that a file's content can be read before anything relies on it.

    Raises:
        DamagedRepository: if it cannot.
    """
    shown = path.decode("utf-8", "replace")
    try:
        kind = repo.objects.kind(side.oid)
    except DamagedRepository as error:
        raise missing_content(shown, error) from error
    if kind != b"blob":
        raise missing_content(shown, MissingObject(side.oid))


def missing_content(what: str, error: Exception) -> DamagedRepository:
    """Makes the problem for content that a commit names and that is not there, or is damaged."""
    return DamagedRepository(
        f"{what} cannot be read from this repository: {error}.",
        "Run 'git fsck' in a terminal; in a partial clone, use 'git switch' there, which fetches what is missing.",
    )
