"""Pairs files that went with files that came, as git's ``diffcore-rename`` does for a status.

First those with the very same content, with a preference for the same file name; then those whose file name is the
only one of its kind on both sides, if three quarters are alike; then whatever is alike by half, the most alike first.
Likeness is counted in lines (in pieces of 64 bytes where lines are longer). git compares hashes of them, of which some
fall together by accident; here the lines themselves are compared, so a likeness may differ from git's by a hair.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cmp_to_key
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.git.config import as_flag, as_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_mlgit.git.config import Config

SAME = 60_000
"""Likeness of files that are the same, git's ``MAX_SCORE``."""

HALF = 30_000
SAME_NAME = 45_000
LIMIT = 1000
"""As many pairs as this squared are compared before git gives up (``diff.renameLimit``)."""

MOST_READ = 20_000
"""Pairs whose lines are compared before we give up: some seconds."""

LARGEST = 50 * 2**20
"""Bytes of a file whose lines are compared."""

_IDENTICAL = 100
_CANDIDATES = 4
_PIECES = re.compile(rb"[^\n]{0,63}\n|[^\n]{64}|[^\n]+")
_REGULAR = 0o100000
_FORMAT = 0o170000


class Side(NamedTuple):
    """A file that went, or one that came."""

    path: bytes
    mode: int
    oid: bytes


class Rename(NamedTuple):
    """Where a file came from."""

    source: bytes
    score: int
    """Likeness, up to :data:`SAME`."""


class _Score(NamedTuple):
    came: int
    went: int
    score: int
    same_name: bool


def rename_limit(config: Config) -> int | None:
    """Gives up to which number of files renames are looked for; None when they are not (git-status(1))."""
    wanted = config.get("status", "renames") or config.get("diff", "renames")
    if wanted is not None and wanted.lower() not in (b"copies", b"copy") and not as_flag(wanted):
        return None
    limits = (config.get("status", "renameLimit"), config.get("diff", "renameLimit"))
    limit = next((number for number in map(as_number, filter(None, limits)) if number is not None), LIMIT)
    return limit if limit > 0 else 2**31


def find_renames(
    went: list[Side], came: list[Side], content: Callable[[Side], bytes | None], limit: int = LIMIT
) -> dict[bytes, Rename]:
    """Says of files that came where they came from.

    Args:
        went: the files that went, by path.
        came: the files that came, by path.
        content: gives a file's bytes; None for one that cannot be read.
        limit: see :func:`rename_limit`.
    """
    if not went or not came:
        return {}
    pairing = _Pairing(went, came, content)
    pairing.identical()
    pairing.by_name()
    pairing.by_likeness(limit)
    return {came[new].path: Rename(went[old].path, score) for new, (old, score) in pairing.found.items()}


class _Pairing:
    """The pairs found so far."""

    def __init__(self, went: list[Side], came: list[Side], content: Callable[[Side], bytes | None]) -> None:
        self.found: dict[int, tuple[int, int]] = {}
        self._went = went
        self._came = came
        self._used: set[int] = set()
        self._content = content
        self._pieces: dict[Side, tuple[int, Counter[bytes]] | None] = {}
        self._read = 0

    def identical(self) -> None:
        """Pairs files with the same content."""
        by_oid: dict[bytes, list[int]] = {}
        for number, side in enumerate(self._went):
            by_oid.setdefault(side.oid, []).append(number)
        for new, side in enumerate(self._came):
            best, best_score = -1, 0
            for old in by_oid.get(side.oid, [])[:_IDENTICAL]:
                other = self._went[old]
                alike = side.mode == other.mode or (_is_regular(side) and _is_regular(other))
                if old in self._used or not alike:
                    continue
                score = 1 + _same_name(other, side)
                if score > best_score:
                    best, best_score = old, score
                if score > 1:
                    break
            if best >= 0:
                self._pair(new, best, SAME)

    def by_name(self) -> None:
        """Pairs files whose name stands once on each side."""
        old = _once([(number, side) for number, side in enumerate(self._went) if number not in self._used])
        new = _once([(number, side) for number, side in enumerate(self._came) if number not in self.found])
        for name, went in old.items():
            came = new.get(name, -1)
            if came >= 0 and went >= 0:
                score = self._likeness(went, came, SAME_NAME)
                if score >= SAME_NAME:
                    self._pair(came, went, score)

    def by_likeness(self, limit: int) -> None:
        """Pairs what is left, the most alike first."""
        went = [number for number in range(len(self._went)) if number not in self._used]
        came = [number for number in range(len(self._came)) if number not in self.found]
        if len(went) * len(came) > limit * limit:
            return
        table: list[_Score] = []
        for new in came:
            best: list[_Score] = []
            for old in went:
                one = _Score(new, old, self._likeness(old, new, HALF), _same_name(self._went[old], self._came[new]))
                _keep(best, one)
                if self._read > MOST_READ:
                    return
            table += best
        for one in sorted(table, key=cmp_to_key(_compare)):
            if one.score >= HALF and one.came not in self.found and one.went not in self._used:
                self._pair(one.came, one.went, one.score)

    def _pair(self, new: int, old: int, score: int) -> None:
        self.found[new] = (old, score)
        self._used.add(old)

    def _likeness(self, old: int, new: int, least: int) -> int:
        one, other = self._went[old], self._came[new]
        if not (_is_regular(one) and _is_regular(other)):
            return 0
        first, second = self._counted(one), self._counted(other)
        if first is None or second is None:
            return 0
        larger, smaller = max(first[0], second[0]), min(first[0], second[0])
        if larger * (SAME - least) < (larger - smaller) * SAME or not larger:
            return 0
        self._read += 1
        few, many = sorted((first[1], second[1]), key=len)
        common = sum(min(count, many[piece]) * len(piece) for piece, count in few.items() if piece in many)
        return common * SAME // larger

    def _counted(self, side: Side) -> tuple[int, Counter[bytes]] | None:
        """Gives a file's size and how often each of its lines stands there."""
        if side not in self._pieces:
            content = self._content(side)
            if content is None or len(content) > LARGEST:
                self._pieces[side] = None
            else:
                text = content if b"\0" in content[:8000] else content.replace(b"\r\n", b"\n")
                self._pieces[side] = (len(content), Counter(_PIECES.findall(text)))
        return self._pieces[side]


def _once(sides: list[tuple[int, Side]]) -> dict[bytes, int]:
    """Gives the number of the one file of each name, -1 where there are more."""
    found: dict[bytes, int] = {}
    for number, side in sides:
        name = side.path.rpartition(b"/")[2]
        found[name] = -1 if name in found else number
    return found


def _keep(best: list[_Score], one: _Score) -> None:
    """Keeps the four most alike, in git's own order, which decides between equals."""
    if len(best) < _CANDIDATES:
        best.append(one)
        return
    worst = 0
    for number in range(1, len(best)):
        if _compare(best[number], best[worst]) > 0:
            worst = number
    if _compare(best[worst], one) > 0:
        best[worst] = one


def _compare(one: _Score, other: _Score) -> int:
    return other.score - one.score or other.same_name - one.same_name


def _same_name(one: Side, other: Side) -> bool:
    return one.path.rpartition(b"/")[2] == other.path.rpartition(b"/")[2]


def _is_regular(side: Side) -> bool:
    return side.mode & _FORMAT == _REGULAR
