"""Says whether this worktree may leave what is checked out for a branch; a switch asks it, and so does its undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.git.refs import HEADS
from jupyter_mlgit.problems import BranchCheckedOut, UnfinishedOperation
from jupyter_mlgit.values import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.records import Record

_IN_PROGRESS = (
    "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "sequencer", "rebase-merge", "rebase-apply", "BISECT_LOG"
)  # fmt: skip


def require_free_to_leave(repo: Repository, target: bytes, ended: Iterable[str] = ()) -> None:
    """Checks that nothing is under way here and that no other worktree has the branch.

    Args:
        repo: the repository.
        target: the branch's full name, or a commit to detach at.
        ended: the files of git's own that the act takes away, as a reset does with those of a merge.

    Raises:
        BranchCheckedOut: if another worktree has it checked out, or comes back to it after a rebase or bisection.
        UnfinishedOperation: in the middle of a merge, rebase, cherry-pick, revert or bisect.
    """
    for tree in repo.refs.worktrees():
        if tree.directory != repo.git_dir and target in {tree.head.ref, *repo.refs.under_way(tree.directory)}:
            raise BranchCheckedOut(
                f"'{visible(target.removeprefix(HEADS))}' is checked out in {tree.path}.",
                "Work there, or switch that worktree to another branch first.",
            )
    names = {part for one in ended for part in one.split("/")}
    _require_none(repo, [name for name in _IN_PROGRESS if name not in names])


def require_nothing_under_way(
    repo: Repository,
    record: Record,
    head: bytes | None,
    imagined: Mapping[str, bool] | None = None,
    *,
    of_terminal: bool = False,
) -> None:
    """Checks that an act which moves what is checked out here does not come into something half done.

    What the terminal did waits in any case: the rebase that is under way may build on it.

    Args:
        repo: the repository.
        record: the act; what it takes away itself, as a reset ends a merge, does not count.
        head: the full name of the branch that is checked out by then.
        imagined: files of git's own that will have come or gone by then.
        of_terminal: whether it takes back, or does again, what the terminal did.

    Raises:
        UnfinishedOperation: in the middle of a merge, rebase, cherry-pick, revert or bisect.
    """
    if of_terminal or record.heads or any(one.raw == head for one in record.refs):
        own = {part for one in record.git_files for part in one.file.split("/")}
        if own & {"CHERRY_PICK_HEAD", "REVERT_HEAD"}:
            own.add("sequencer")  # there are more to come, as there were then
        _require_none(repo, [name for name in _IN_PROGRESS if name not in own], imagined)


def _require_none(repo: Repository, names: Iterable[str], imagined: Mapping[str, bool] | None = None) -> None:
    known = imagined or {}
    if any(known[name] if name in known else (repo.git_dir / name).exists() for name in names):
        raise UnfinishedOperation(
            "A merge, rebase, cherry-pick, revert or bisect is under way here.",
            "Finish it or give it up in a terminal first.",
        )
