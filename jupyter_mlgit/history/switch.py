"""Checks out another branch: index, working files, HEAD, in git's words, and nothing that is not committed is touched.

Edits in files that both branches have alike are carried along, as git does; anything else refuses with the files
named. Leaving a detached HEAD pins the commits that no branch has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from jupyter_mlgit.git.refs import HEADS
from jupyter_mlgit.history.branch_checks import existing
from jupyter_mlgit.journal.acts import acting
from jupyter_mlgit.journal.effects import AffectedFile
from jupyter_mlgit.journal.switching import check_switch, switch
from jupyter_mlgit.values import Value, argument, visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context


class SwitchRequest(Value):
    """Asks to check out a branch."""

    name: Annotated[str, Meta(description="The branch.", extra=argument(positional=True))]
    dry_run: Annotated[bool, Meta(description="Say what would happen and change nothing.")] = False


class Switched(Value):
    """What is checked out now."""

    branch: str
    tip: str
    files: list[AffectedFile]
    operation: str | None
    """The act, for undo; null when nothing was changed."""


def switch_branch(repo: Repository, request: SwitchRequest, context: Context) -> Switched:
    """Checks out a branch.

    Raises:
        BranchNotFound: if there is no such branch.
        BranchCheckedOut: if another worktree has it checked out.
        WouldOverwrite: naming the files with work that would be lost.
        UnfinishedOperation: in the middle of a merge, rebase, cherry-pick, revert or bisect.
        UnsupportedRepository: where files would need a filter or other line ends.
        BadName: if a file's name there could reach outside the worktree or into ``.git``.
        DamagedRepository: if a file's content cannot be read.
        IndexLocked: if another program is at work on the index.
        StateChanged: if another program moved a branch or saved one of the files meanwhile.
    """
    if request.dry_run:
        repo.require_writable()
        return _switch(repo, request, context)
    with acting(repo, context):
        return _switch(repo, request, context)


def _switch(repo: Repository, request: SwitchRequest, context: Context) -> Switched:
    ref, tip = existing(repo, request.name)
    shown = visible(ref.removeprefix(HEADS))
    if repo.refs.head().ref == ref:
        return Switched(branch=shown, tip=tip.decode(), files=[], operation=None)
    files = check_switch(repo, ref, tip)
    operation = None if request.dry_run else switch(repo, ref, tip, context).id
    return Switched(branch=shown, tip=tip.decode(), files=files, operation=operation)
