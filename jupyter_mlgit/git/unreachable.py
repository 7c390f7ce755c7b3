"""Finds commits that nothing leads to any more.

``git fsck --unreachable`` reads every object of a repository. Here the stored commits are listed from the packs'
headers, and what the tips reach is taken away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.git.reach import everything_below

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_mlgit.git.commit_table import CommitTable
    from jupyter_mlgit.git.pack_commits import StoredCommits


def find_unreachable(table: CommitTable, stored: StoredCommits, tips: Iterable[int]) -> list[int]:
    """Gives the stored commits that no tip reaches, the newest first.

    Args:
        table: the repository's commits.
        stored: those that the repository has itself; what it borrows from an alternate is not its own to lose.
        tips: numbers of the commits to start from.
    """
    reached = {table.oid(number) for number in everything_below(table, tips)}
    lost = [number for number in map(table.commit, stored.names() - reached) if number is not None]
    return sorted(lost, key=lambda number: (-table.time(number), table.oid(number)))


def without_children(table: CommitTable, commits: list[int]) -> list[int]:
    """Gives those of the commits that are no parent of another one among them, in the order given."""
    parents = {parent for number in commits for parent in table.load(number)}
    return [number for number in commits if number not in parents]
