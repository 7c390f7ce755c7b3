"""Checks out a branch: index, working files and HEAD, in git's words; what is not committed is never touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.git.refs import HEADS
from jupyter_mlgit.git.trust import hook_files, hooks_directory
from jupyter_mlgit.git.worktree import Move
from jupyter_mlgit.journal.acts import Words, perform, switch_message
from jupyter_mlgit.journal.leaving import require_free_to_leave
from jupyter_mlgit.journal.pins import Pin, pin
from jupyter_mlgit.journal.records import HeadRecord, Record, new_record, text
from jupyter_mlgit.problems import UnsupportedRepository

if TYPE_CHECKING:
    from jupyter_mlgit.git.objects import Oid
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.git.tree_changes import TreeChange
    from jupyter_mlgit.journal.context import Context


def check_switch(repo: Repository, ref: bytes, tip: Oid) -> list[TreeChange]:
    """Gives the files that a switch to this branch would change; the branch need not exist yet.

    Raises:
        BranchCheckedOut: if another worktree has it checked out.
        UnfinishedOperation: in the middle of a merge, rebase, cherry-pick, revert or bisect.
        WouldOverwrite: naming the files with work that would be lost.
        UnsupportedRepository: where files would need a filter or other line ends, or a hook would have to run.
    """
    require_free_to_leave(repo, ref)
    hook = hooks_directory(repo) / "post-checkout"
    if hook in hook_files(repo):
        raise UnsupportedRepository(
            f"This repository has a hook that git runs after a switch, and it is not run here: {hook}.",
            "Use 'git switch' in a terminal.",
        )
    with Move(repo, repo.refs.head().oid, tip) as move:
        return list(move.files)


def switch(repo: Repository, ref: bytes, tip: Oid, context: Context) -> Record:
    """Checks out a branch that exists; the caller is inside ``acting``.

    Commits that only a detached HEAD held are pinned before it is left.

    Raises:
        Problem: with everything as it was, as for :func:`check_switch`.
    """
    head = repo.refs.head()
    if head.ref is None and head.oid is not None:
        pin(repo, [Pin(tip=head.oid.decode(), name=None, when=context.now, reason="asked")], context.now)
    here = "." if repo.git_dir == repo.common_dir else str(repo.git_dir.relative_to(repo.common_dir))
    old, new = text(head.ref or head.oid) or "", text(ref) or ""
    moved = HeadRecord(directory=here, old=old, new=new, old_commit=text(head.oid), new_commit=tip.decode())
    title = f"Switch to {text(ref.removeprefix(HEADS))}"
    record = new_record(context.now, context.source, title, "switch", heads=[moved])
    return perform(repo, context, record, {new: Words(message=switch_message(old, new))})
