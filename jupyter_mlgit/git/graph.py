"""Answers how commits hang together: parents, merge bases, ahead and behind, what is found nowhere else, what is lost.

The commits' links come from git's commit-graph file, or from the commits themselves and then from a cache of ours
(``parents_cache``); ``commit_table`` keeps them. The walks are in ``reach``, ``ahead_behind``, ``merge_base`` and
``unreachable``. Whoever calls holds the repository's lock.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar

from jupyter_mlgit.git.ahead_behind import count_ahead_behind
from jupyter_mlgit.git.commit_graph import DamagedGraph, open_commit_graph
from jupyter_mlgit.git.commit_table import CommitTable
from jupyter_mlgit.git.history_overrides import Overrides, read_overrides, stamp_of
from jupyter_mlgit.git.merge_base import find_merge_bases, reaches
from jupyter_mlgit.git.objects import MissingObject
from jupyter_mlgit.git.pack_commits import StoredCommits, estimate_packed_objects
from jupyter_mlgit.git.parents_cache import WORTH_KEEPING, open_parents_cache, write_parents_cache
from jupyter_mlgit.git.reach import Reach
from jupyter_mlgit.git.unreachable import find_unreachable, without_children
from jupyter_mlgit.problems import DamagedRepository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from jupyter_mlgit.git.commit_graph import CommitGraphFile
    from jupyter_mlgit.git.objects import Objects

T = TypeVar("T")

MANY_OBJECTS: Final = 1_500_000
"""With more packed objects than this and no commit-graph, history is not read as a whole."""


class CommitGraph:
    """The commits of one repository. Object names are hexadecimal; a tag stands for the commit it leads to."""

    def __init__(self, objects: Objects, common_dir: Path, cache_dir: Path | None = None) -> None:
        """Names the places; nothing is read before the first question.

        Args:
            objects: the repository's objects.
            common_dir: where ``shallow``, ``info/grafts`` and ``refs/replace`` are.
            cache_dir: a folder outside the repository for the parents table; None keeps none.
        """
        self._objects = objects
        self._common_dir = common_dir
        self._cache_dir = cache_dir
        self._digest_size = objects.hex_length // 2
        self._stored = StoredCommits(objects.directory, self._digest_size)
        self._file_is_damaged = False
        self._kept = 0
        self._overrides = Overrides()
        self._table: CommitTable | None = None

    def parents(self, oid: bytes) -> tuple[bytes, ...]:
        """Gives a commit's parents, as grafts, shallow boundaries and replacements have them; none if missing."""

        def work(table: CommitTable) -> tuple[bytes, ...]:
            number = table.commit(oid)
            return () if number is None else tuple(table.oid(parent) for parent in table.load(number))

        return self.answer(work)

    def commit_time(self, oid: bytes) -> int:
        """Gives the committer's time in seconds since the epoch; 0 for a missing commit."""

        def work(table: CommitTable) -> int:
            number = table.commit(oid)
            return 0 if number is None else table.time(number)

        return self.answer(work)

    def is_missing(self, oid: bytes) -> bool:
        """Tells whether there is no such commit in the object store at this moment, whatever a commit-graph says."""
        if not self._objects.contains(oid):
            return True
        return self.answer(lambda table: table.commit(oid) is None)

    def ahead_behind(self, one: bytes, other: bytes) -> tuple[int, int]:
        """Gives what ``git rev-list --left-right --count one...other`` prints."""
        return self.ahead_behind_many([(one, other)])[0]

    def ahead_behind_many(self, pairs: Sequence[tuple[bytes, bytes]]) -> list[tuple[int, int]]:
        """Gives :meth:`ahead_behind` for many pairs, for the price of one walk."""

        def work(table: CommitTable) -> list[tuple[int, int]]:
            return count_ahead_behind(
                table, [(self.settled(table, one), self.settled(table, other)) for one, other in pairs]
            )

        return self.answer(work)

    def merge_base(self, one: bytes, other: bytes) -> bytes | None:
        """Gives the best common ancestor, the newest where there are several, or None."""
        return next(iter(self.merge_bases(one, other)), None)

    def merge_bases(self, one: bytes, other: bytes) -> list[bytes]:
        """Gives what ``git merge-base --all`` prints, newest first."""

        def work(table: CommitTable) -> list[bytes]:
            ours, theirs = self.settled(table, one), self.settled(table, other)
            if ours is None or theirs is None:
                return []
            return [table.oid(number) for number in find_merge_bases(table, ours, theirs)]

        return self.answer(work)

    def is_ancestor(self, ancestor: bytes, descendant: bytes) -> bool:
        """Tells what ``git merge-base --is-ancestor`` does: a commit is its own ancestor."""

        def work(table: CommitTable) -> bool:
            above, below = self.settled(table, ancestor), self.settled(table, descendant)
            return above is not None and below is not None and reaches(table, below, above)

        return self.answer(work)

    def reachable_from(self, tips: Iterable[bytes]) -> Reach:
        """Gives the set of what the tips reach; tips that name no commit are left out. Nothing is walked yet."""
        return Reach(self, tips)

    def unreachable_commits(self, tips: Iterable[bytes]) -> list[bytes]:
        """Gives every commit of the repository's own object store that no tip reaches, newest first."""
        given = tuple(tips)
        return self.answer(lambda table: [table.oid(number) for number in self._unreachable(table, given)])

    def dangling_tips(self, tips: Iterable[bytes]) -> list[bytes]:
        """Gives those of the unreachable commits that are no unreachable commit's parent, newest first."""
        given = tuple(tips)

        def work(table: CommitTable) -> list[bytes]:
            return [table.oid(number) for number in without_children(table, self._unreachable(table, given))]

        return self.answer(work)

    def answer(self, work: Callable[[CommitTable], T]) -> T:
        """Runs a walk on the present table; should the commit-graph prove damaged, once more without it."""
        table = self._table
        if (
            table is None
            or stamp_of(self._common_dir) != self._overrides.stamp
            # What was missing may have been fetched since; where something is missing, mostly much is.
            or any(self._objects.contains(table.oid(number)) for number in islice(table.missing, 5))
        ):
            table = self._open()
        try:
            return work(table)
        except DamagedGraph:
            self._file_is_damaged = True
            return work(self._open())

    def settled(self, table: CommitTable, oid: bytes) -> int | None:
        """Gives the number of a commit that a walk may start from, or None when there is no such commit."""
        number = table.commit(oid)
        if number is not None:
            table.settle([number])
            self._keep(table)
        return number

    def _unreachable(self, table: CommitTable, tips: Iterable[bytes]) -> list[int]:
        found = [self.settled(table, tip) for tip in tips]
        return find_unreachable(table, self._stored, [tip for tip in found if tip is not None])

    def _open(self) -> CommitTable:
        self._overrides = read_overrides(self._common_dir)
        file = None if self._overrides or self._file_is_damaged else self._best_file()
        self._kept = 0
        packed = sum(estimate_packed_objects(place, self._digest_size) for place in self._objects.places())
        small = packed <= MANY_OBJECTS
        self._table = CommitTable(self._read, file, self._overrides, whole_history=small)
        return self._table

    def _best_file(self) -> CommitGraphFile | None:
        found = (open_commit_graph(place, self._digest_size) for place in self._objects.places())
        files = [next((file for file in found if file is not None), None)]
        if self._cache_dir is not None:
            files.append(open_parents_cache(self._cache_dir, self._common_dir, self._digest_size))
        return max((file for file in files if file is not None), key=lambda file: file.size, default=None)

    def _keep(self, table: CommitTable) -> None:
        if self._cache_dir is None or self._overrides or table.loaded - self._kept < WORTH_KEEPING:
            return
        self._kept = table.loaded
        write_parents_cache(self._cache_dir, self._common_dir, table, self._digest_size)

    def _read(self, oid: bytes) -> tuple[bytes, bytes] | None:
        try:
            return self._objects.raw(oid)
        except (MissingObject, DamagedRepository):
            return None
