"""Keeps the commits that walks have met: each has a small number, its parents' numbers and its place in the order.

Numbers below ``file.size`` are positions in the commit-graph file; later ones are given out as commits are met. A
commit's *rank* is one integer that sorts descendants before ancestors and holds the number in its low 32 bits, so that
a heap of ranks needs no tuples. It rests on the generation number (git's "topological level") where that is known. It
is known for every commit of a commit-graph file, and :meth:`CommitTable.settle` computes it for the others by reading
all of their history, once. Only where that is too much (a very large repository without a commit-graph) does the rank
rest on the commit's time stamp, and walks then allow for clocks that are wrong by a day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jupyter_mlgit.git.commit_graph import CommitGraphFile
    from jupyter_mlgit.git.history_overrides import Overrides

    ReadObject = Callable[[bytes], tuple[bytes, bytes] | None]

NUMBER: Final = (1 << 32) - 1
DAY: Final = 86_400 << 32
EXACT: Final = 1 << 69
"""Ranks above this rest on a generation number."""
_TIMES: Final = 1 << 36
_GENERATIONS: Final = (1 << 37) + (1 << 32)
_MANY: Final = 16
"""When more than this fraction of a commit-graph's rows was wanted one by one, the rest is read at once."""
_DIGITS: Final = 19
"""A time stamp with more digits does not fit 64 bits."""
_FEW: Final = 5_000
"""Commits to read at most where all of history would be too much."""


class CommitTable:
    """The commits of one repository, as far as they were needed. ``parents[n]`` is None until commit n is loaded."""

    def __init__(
        self, read: ReadObject, file: CommitGraphFile | None, overrides: Overrides, *, whole_history: bool
    ) -> None:
        """Begins with what the commit-graph file holds.

        Args:
            read: gives an object's kind and content, or None when it is missing or damaged.
            file: the commit-graph file to use, if any.
            overrides: grafts, shallow boundaries and replaced objects.
            whole_history: whether the repository is small enough to read all of its commits.
        """
        size = file.size if file else 0
        self.file = file
        self.parents: list[tuple[int, ...] | None] = [None] * size
        self.rank: list[int] = [0] * size
        self.missing: set[int] = set()
        self.loaded = 0
        """Commits that were read from the object store."""
        self._read = read
        self._overrides = overrides
        self._may_settle = True
        self._whole_history = whole_history
        self._base = size
        self._rows = 0
        self._numbers: dict[bytes, int] = {}
        self._oids: list[bytes] = []
        self._times: dict[int, int] = {}

    def commit(self, oid: bytes) -> int | None:
        """Gives the number of the commit that ``oid`` names, tags followed; None when there is no such commit."""
        for _ in range(100):
            number = self._known(oid)
            if number is not None:
                if self.parents[number] is None:
                    self.load(number)
                return None if number in self.missing else number
            found = self._read_replaced(oid)
            if found is None:
                return None
            kind, data = found
            if kind == b"commit":
                number = self._number(oid)
                self._take(number, oid, data)
                return number
            if kind != b"tag":
                return None
            oid = data.split(b"\n", 1)[0].removeprefix(b"object ")
        return None

    def oid(self, number: int) -> bytes:
        """Gives a commit's name in hexadecimal."""
        if number >= self._base or self.file is None:
            return self._oids[number - self._base]
        return self.file.oid(number)

    def time(self, number: int) -> int:
        """Gives the committer's time in seconds since the epoch; 0 for a missing commit."""
        if self.parents[number] is None:
            self.load(number)
        return self._times[number]

    def load(self, number: int) -> tuple[int, ...]:
        """Reads a commit's parents, from the commit-graph file or from the commit itself.

        Raises:
            DamagedGraph: if the file turns out to be damaged.
        """
        known = self.parents[number]
        if known is not None:
            return known
        if number < self._base and self.file is not None:
            return self._take_rows(number, self.file)
        oid = self._oids[number - self._base]
        found = self._read_replaced(oid)
        if found is None or found[0] != b"commit":
            self.missing.add(number)
            self._times[number] = 0
            self.parents[number] = ()
            self.rank[number] = (_GENERATIONS - 1) << 32 | number
            return ()
        return self._take(number, oid, found[1])

    def settle(self, numbers: Iterable[int]) -> None:
        """Gives these commits and all their ancestors an exact rank, unless history is too long to read.

        Raises:
            DamagedGraph: if the file turns out to be damaged.
        """
        rank, parents = self.rank, self.parents
        for start in numbers:
            if not self._may_settle:
                return
            stack, opened = [start], set[int]()
            while stack:
                number = stack[-1]
                known = parents[number]
                if known is None:
                    known = self.load(number)
                    if not self._whole_history and self.loaded > _FEW:
                        self._may_settle = False
                        return
                if rank[number] > EXACT:
                    stack.pop()
                    continue
                # A graft can close a circle; the edge that leads back to an opened commit is then left out.
                waiting = [parent for parent in known if rank[parent] < EXACT and parent not in opened]
                if waiting:
                    opened.add(number)
                    stack += waiting
                    continue
                oldest = min((rank[parent] for parent in known if rank[parent] > EXACT), default=_GENERATIONS << 32)
                rank[number] = ((oldest >> 32) - 1) << 32 | number
                stack.pop()

    def generation(self, number: int) -> int | None:
        """Gives a commit's generation number where it is known."""
        rank = self.rank[number]
        return _GENERATIONS - (rank >> 32) if rank > EXACT else None

    def __len__(self) -> int:
        """Tells how many commits have a number."""
        return len(self.parents)

    def _known(self, oid: bytes) -> int | None:
        number = self._numbers.get(oid)
        if number is None and self.file is not None:
            number = self.file.find(oid)
            if number is not None:
                self._numbers[oid] = number
        return number

    def _number(self, oid: bytes) -> int:
        number = self._known(oid)
        if number is None:
            number = self._numbers[oid] = len(self.parents)
            self._oids.append(oid)
            self.parents.append(None)
            self.rank.append(0)
        return number

    def _take_rows(self, number: int, file: CommitGraphFile) -> tuple[int, ...]:
        """Takes one row as long as few were wanted, then all at once: rows lie in no order that a walk could use."""
        self._rows += 1
        if self._rows <= file.size // _MANY:
            parents, generation, time = file.row(number)
            self.parents[number] = parents
            self.rank[number] = (_GENERATIONS - generation) << 32 | number
            self._times[number] = time
            return parents
        all_parents, generations, times = zip(*file.rows(), strict=True)
        self.parents[: self._base] = all_parents
        self.rank[: self._base] = [(_GENERATIONS - level) << 32 | place for place, level in enumerate(generations)]
        self._times.update(enumerate(times))
        wanted: tuple[int, ...] = all_parents[number]
        return wanted

    def _take(self, number: int, oid: bytes, data: bytes) -> tuple[int, ...]:
        self.loaded += 1
        names, time = parse_links(data)
        names = self._overrides.grafts.get(oid, names)
        parents = self.parents[number] = tuple([self._number(name) for name in names])
        self._times[number] = time
        self.rank[number] = (_TIMES - min(max(time, 0), _TIMES >> 1)) << 32 | number
        return parents

    def _read_replaced(self, oid: bytes) -> tuple[bytes, bytes] | None:
        for _ in range(5):
            if oid not in self._overrides.replaced:
                break
            oid = self._overrides.replaced[oid]
        return self._read(oid)


def parse_links(data: bytes) -> tuple[tuple[bytes, ...], int]:
    """Gives the parents' names and the committer's time of a raw commit, and looks at nothing else.

    A commit without a readable time has 0, as in git.
    """
    parents = []
    place = data.find(b"\n") + 1
    while data.startswith(b"parent ", place):
        end = data.find(b"\n", place)
        if end < 0:
            break
        parents.append(data[place + 7 : end])
        place = end + 1
    start = data.find(b"\ncommitter ", place - 1)
    line = data[start + 1 : data.find(b"\n", start + 1)] if start >= 0 else b""
    words = line[line.rfind(b">") + 1 :].split()
    return tuple(parents), int(words[0]) if words and words[0].isdigit() and len(words[0]) < _DIGITS else 0
