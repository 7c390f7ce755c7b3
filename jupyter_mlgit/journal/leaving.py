"""Says whether this worktree may leave what is checked out for a branch; a switch asks it, and so does its undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.git.refs import HEADS
from jupyter_mlgit.problems import BranchCheckedOut, UnfinishedOperation
from jupyter_mlgit.values import visible

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.records import Record

_KINDS = {
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "sequencer": "cherry-pick or revert",
    "BISECT_LOG": "bisect",
}
"""What git keeps of something half done, by the file; a rebase first, as it may stop within a cherry-pick."""


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
    _require_none(kind for name, kind in _KINDS.items() if name not in names and (repo.git_dir / name).exists())


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
    _require_none(kinds_in_the_way(record, head, files_under_way(repo, imagined), of_terminal=of_terminal))


def files_under_way(repo: Repository, imagined: Mapping[str, bool] | None = None) -> set[str]:
    """Gives the files that git keeps here of what is half done.

    Args:
        repo: the repository.
        imagined: files of git's own that will have come or gone by then.
    """
    known = imagined or {}
    return {name for name in _KINDS if (known[name] if name in known else (repo.git_dir / name).exists())}


def kinds_in_the_way(
    record: Record, head: bytes | None, there: Collection[str], *, of_terminal: bool = False
) -> list[str]:
    """Names what is half done here and stands against an act; nothing where the act may come into it.

    Args:
        record: the act; what it takes away itself, as a reset ends a merge, does not count.
        head: the full name of the branch that is checked out by then.
        there: the files that git keeps of it.
        of_terminal: whether the act takes back, or does again, what the terminal did.
    """
    if not (of_terminal or record.heads or any(one.raw == head for one in record.refs)):
        return []
    own = {part for one in record.git_files for part in one.file.split("/")}
    if own & {"CHERRY_PICK_HEAD", "REVERT_HEAD"}:
        own.add("sequencer")  # there are more to come, as there were then
    return [kind for name, kind in _KINDS.items() if name in there and name not in own]


def under_way(kind: str) -> str:
    """Says in a sentence what is half done."""
    return f"A {kind} is under way here."


def _require_none(kinds: Iterable[str]) -> None:
    for kind in kinds:
        raise UnfinishedOperation(under_way(kind), "Finish it or give it up in a terminal first.")
