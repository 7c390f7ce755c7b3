"""Gives the command that takes back with new commits what a reset would leave behind, so that no push is forced.

Where the commits lie on one line below HEAD, that is ``git revert``. A merge has to be told which parent stays, and git
takes that for the whole range, so the line is named commit by commit. ``git revert`` stops at a commit that changed
nothing, and what was left by a merge's other side is no line at all: there one commit with the target's tree goes on
top, fast-forwarded to, which refuses as a revert does where edits are in the way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from jupyter_mlgit.git.objects import Oid
    from jupyter_mlgit.git.repository import Repository

MOST = 100
"""Commits that are reverted one by one; what takes back more is one commit."""

_DIGITS = 12


def instead_of_reset(repo: Repository, head: Oid, target: Oid, left: Collection[bytes]) -> str:
    """Gives a command for the terminal, after which the files of the branch are those of the target.

    Args:
        repo: the repository.
        head: the commit that is checked out.
        target: where the reset would go.
        left: the commits that it would leave behind.
    """
    new, old = target.decode()[:_DIGITS], head.decode()[:_DIGITS]
    if len(left) <= MOST and _is_line(repo, head, target, left):
        if all(len(repo.graph.parents(oid)) == 1 for oid in left):
            return f"git revert --no-edit {new}..{old}"
        return f"git revert --no-edit -m 1 $(git rev-list --first-parent {new}..{old})"
    return f"git merge --ff-only $(git commit-tree -p HEAD -m 'Go back to {new[:7]}' '{new}^{{tree}}')"


def _is_line(repo: Repository, head: Oid, target: Oid, left: Collection[bytes]) -> bool:
    """Tells whether first parents lead from HEAD to the target, each commit on the way with a change of its own."""
    here: bytes = head
    while here in left:
        parents = repo.graph.parents(here)
        if not parents or repo.objects.commit(here).tree == repo.objects.commit(parents[0]).tree:
            return False
        here = parents[0]
    return here == target
