"""Says of one file whether it can be written to the working tree, before any file is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.git.objects import MissingObject
from jupyter_mlgit.problems import DamagedRepository

if TYPE_CHECKING:
    from jupyter_mlgit.git.objects import TreeEntry
    from jupyter_mlgit.git.repository import Repository


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
        f"{what} cannot be read from this repository: {str(error).rstrip('.')}.",
        "Run 'git fsck' in a terminal; in a partial clone, do this with git there, which fetches what is missing.",
    )
