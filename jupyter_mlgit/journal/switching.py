"""Checks out a branch: index, working files and HEAD, in git's words; what is not committed is never touched."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from jupyter_mlgit.git.file_plan import require_free
from jupyter_mlgit.git.move_checks import missing_content
from jupyter_mlgit.git.objects import MissingObject
from jupyter_mlgit.git.refs import HEADS
from jupyter_mlgit.git.switch_plan import plan_switch
from jupyter_mlgit.git.tree_changes import tree_changes
from jupyter_mlgit.git.trust import hook_files, hooks_directory
from jupyter_mlgit.journal.acts import Words, perform, switch_message
from jupyter_mlgit.journal.effects import AffectedFile, affected_files
from jupyter_mlgit.journal.file_work import FileWork, here, planning
from jupyter_mlgit.journal.leaving import require_free_to_leave
from jupyter_mlgit.journal.pins import Pin, pin
from jupyter_mlgit.journal.records import HeadRecord, Record, new_record, text
from jupyter_mlgit.problems import UnsupportedRepository, WouldOverwrite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.git.objects import Oid
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context
    from jupyter_mlgit.journal.imagined import Imagined


def check_switch(repo: Repository, ref: bytes, tip: Oid) -> list[AffectedFile]:
    """Gives the files that a switch to this branch would change; the branch need not exist yet.

    Raises:
        BranchCheckedOut: if another worktree has it checked out.
        UnfinishedOperation: in the middle of a merge, rebase, cherry-pick, revert or bisect.
        WouldOverwrite: naming the files with work that would be lost.
        UnsupportedRepository: where files would need a filter or other line ends, or a hook would have to run.
    """
    _require_possible(repo, ref)
    with moving(repo, repo.refs.head().oid, tip, lock=False) as files:
        return affected_files(files.plan)


def switch(repo: Repository, ref: bytes, tip: Oid, context: Context) -> Record:
    """Checks out a branch that exists; the caller is inside ``acting``.

    Commits that only a detached HEAD held are pinned before it is left.

    Raises:
        Problem: with everything as it was, as for :func:`check_switch`.
    """
    _require_possible(repo, ref)
    head = repo.refs.head()
    with moving(repo, head.oid, tip) as files:
        if head.ref is None and head.oid is not None:
            pin(repo, [Pin(tip=head.oid.decode(), name=None, when=context.now, reason="asked")], context.now)
        old, new = text(head.ref or head.oid) or "", text(ref) or ""
        moved = HeadRecord(directory=here(repo), old=old, new=new, old_commit=text(head.oid), new_commit=tip.decode())
        title = f"Switch to {text(ref.removeprefix(HEADS))}"
        record = new_record(context.now, context.source, title, "switch", heads=[moved])
        return perform(repo, context, record, {new: Words(message=switch_message(old, new))}, files)


@contextlib.contextmanager
def moving(
    repo: Repository,
    old: Oid | None,
    new: Oid | None,
    *,
    lock: bool = True,
    meet: bool = False,
    imagined: Imagined | None = None,
) -> Iterator[FileWork]:
    """Plans that index and working files go from one commit to another, and nobody's work with them.

    Args:
        repo: the repository.
        old: the commit that is checked out; None for an unborn branch.
        new: the commit to go to.
        lock: whether the index is locked for the block; a preview only reads it.
        meet: whether a file may be there already while the index is not, as after a mixed reset.
        imagined: index and files to plan on, in place of those that are there.

    Raises:
        WouldOverwrite: naming every file with work that is not committed.
        UnsupportedRepository: where files would have to be converted, and for submodules and sparse checkouts.
        DamagedRepository: if a file's content is not in the repository.
        BadName: if a file's name could reach outside the worktree or into ``.git``.
        IndexLocked: if somebody else holds the index.
        ReadOnly: if a file cannot be read.
    """
    try:
        with planning(repo, lock=lock, imagined=imagined) as planner:
            if repo.config.flag("core", "sparseCheckout"):
                raise UnsupportedRepository("This is a sparse checkout.", "Use 'git switch' in a terminal.")
            if planner.index.in_conflict():
                raise WouldOverwrite(
                    "There are conflicts that are not resolved.", "Resolve them first, or give the merge up."
                )
            trees = [repo.objects.commit(one).tree if one else None for one in (old, new)]
            changes = sorted(tree_changes(repo.objects, *trees), key=lambda one: one.path)
            planner.expect({one.path: one.new for one in changes})
            plan_switch(planner, changes, meet=meet)
            plan = planner.finish(go_over=False)
            require_free(plan)
            yield FileWork(planner, plan)
    except MissingObject as error:
        raise missing_content("A part of the commit", error) from error


def _require_possible(repo: Repository, ref: bytes) -> None:
    require_free_to_leave(repo, ref)
    hook = hooks_directory(repo) / "post-checkout"
    if hook in hook_files(repo):
        raise UnsupportedRepository(
            f"This repository has a hook that git runs after a switch, and it is not run here: {hook}.",
            "Use 'git switch' in a terminal.",
        )
