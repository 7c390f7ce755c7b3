"""Moves an overwritten branch back to where it was, as ``git branch --force`` does, where nobody works on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.git.refs import HEADS
from jupyter_mlgit.journal.acts import Words, perform
from jupyter_mlgit.journal.records import RefRecord, new_record, text
from jupyter_mlgit.problems import BadRequest, BranchCheckedOut
from jupyter_mlgit.values import visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.objects import Oid
    from jupyter_mlgit.git.refs import Worktree
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context
    from jupyter_mlgit.recovery.found import Found


def require_movable(repo: Repository, found: Found) -> bytes:
    """Checks that a row is a branch that may be moved; gives its full name.

    Raises:
        BadRequest: if it is no overwritten branch.
        BranchCheckedOut: if somebody works on it, here or in another worktree.
    """
    if found.kind != "overwritten" or found.name is None:
        shown = visible(found.name) if found.name is not None else found.tip[:7].decode()
        raise BadRequest(f"'{shown}' is not an overwritten branch.", "Restore it: leave --move-back away.")
    ref = HEADS + found.name
    obstacle = in_use(repo, ref)
    if obstacle is not None:
        raise BranchCheckedOut(obstacle, "Switch to another branch there first, or restore it under another name.")
    return ref


def no_way_back(short: bytes) -> BadRequest:
    """Says of a branch that lives why it isn't moved: it has no row, since all that it held is held by a name."""
    shown = visible(short)
    return BadRequest(
        f"'{shown}' was not moved: no such commit is known that it held and that no branch or tag holds now.",
        f"If another branch has the commit, point it there in a terminal: git branch --force {shown} COMMIT.",
    )


def in_use(repo: Repository, ref: bytes, worktrees: list[Worktree] | None = None) -> str | None:
    """Says in one sentence who works on a branch, so that it must not move; None when nobody does.

    Args:
        repo: the repository.
        ref: the branch's full name.
        worktrees: all of them, where the caller asks for many branches.
    """
    shown = visible(ref.removeprefix(HEADS))
    for tree in repo.refs.worktrees() if worktrees is None else worktrees:
        if tree.head.ref == ref:
            where = "here" if tree.directory == repo.git_dir else f"in {tree.path}"
            return f"'{shown}' is checked out {where}: moving it would leave its files behind."
        if ref in repo.refs.under_way(tree.directory):
            return f"'{shown}' is being rebased or bisected in {tree.path}."
    return None


def move_back(repo: Repository, ref: bytes, tip: Oid, context: Context) -> str:
    """Moves the branch; where it was before is pinned. Gives the act's id. The caller is inside ``acting``.

    Raises:
        Problem: with everything as it was.
    """
    short = text(ref.removeprefix(HEADS)) or ""
    record = new_record(
        context.now,
        context.source,
        f"Move branch {short} back to {tip[:7].decode()}",
        "branch-move",
        refs=[RefRecord(name=text(ref) or "", old=text(repo.refs.read(ref)), new=tip.decode())],
    )
    return perform(repo, context, record, {record.refs[0].name: Words(message=b"branch: Reset to " + tip)}).id
