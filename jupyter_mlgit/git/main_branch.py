"""Finds the branch that others begin at and go back to. git has no such notion, so the names tell.

What the remote has checked out says most: it is what people agreed on. Then comes the name that new repositories get,
then the names that are common. A local branch goes before the one of the remote, since that is what a person sees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jupyter_mlgit.git.refs import HEADS, REMOTES
from jupyter_mlgit.git.upstream import remote_branch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_mlgit.git.objects import Oid
    from jupyter_mlgit.git.repository import Repository

_COMMON: Final = (b"main", b"master", b"trunk")


def main_branch(repo: Repository, refs: Mapping[bytes, Oid]) -> bytes | None:
    """Gives the full name of the main branch, of a local one where there is one; None where no name tells.

    Args:
        repo: the repository.
        refs: all refs.
    """
    remotes = sorted(repo.config.subsections("remote"), key=lambda name: (name != b"origin", name))
    for remote in remotes[:1]:
        there = repo.refs.target(REMOTES + remote + b"/HEAD")
        if there is not None and there in refs:
            source = remote_branch(repo, there)
            return source[1] if source and source[1] in refs else there
    wish = repo.config.get("init", "defaultBranch")
    names = ((wish,) if wish else ()) + _COMMON
    local = [HEADS + name for name in names]
    fetched = [REMOTES + remote + b"/" + name for remote in remotes[:1] for name in names]
    return next((ref for ref in (*local, *fetched) if ref in refs), None)
