"""Says whether a function's code can have moved from one place to another between two versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_mlgit.review.facts import Fact, Facts

_MOST = 500
"""Functions that are followed from one."""


class Moves:
    """What became of the functions and classes of a source."""

    def __init__(self, old: Facts, new: Facts) -> None:
        self.old, self.new = old, new
        self._renamed = _renamed(old, new)
        self._taken = set(self._renamed.values())
        self._used: dict[str, bool] = {}
        self._after, self._before = _Reach(new), _Reach(old)

    def scope(self, old: str) -> str | None:
        """Gives a function's name in the new version; None if it is gone."""
        if old in self.new.scopes:
            return old
        return self._renamed.get(old)

    def is_new(self, scope: str) -> bool:
        """Whether a function is not in the old version, by this or another name."""
        return scope not in self.old.scopes and scope not in self._taken

    def can_move(self, old: str, new: str) -> bool:
        """Whether what stood in one function may stand in the other now, and still be done at the same point."""
        here = self.scope(old)
        if here is None or here == new:
            return True
        if not self.is_new(new):
            # From a function that is gone, or from one that is now called here.
            return self._calls(self._before.names(new), old) or self._calls(self._after.names(here), new)
        return self._calls(self._after.names(here), new) or self._within(new, here)

    def is_reached(self, fact: Fact, facts: Iterable[Fact]) -> bool:
        """Whether a function still does the same by calling another that it did not call for it before."""
        here = self.scope(fact.scope)
        if here is None:
            return False
        names = self._after.names(here)
        before = self._before.names(fact.scope)
        return any(
            self._calls(names, other.scope) and not self._calls(before, other.scope)
            for other in facts
            if other.scope != here
        )

    def is_used(self, old: str) -> bool:
        """Whether the old version used this function, and the new one doesn't have it from somewhere else."""
        name = old.rpartition(".")[2]
        if old.partition(".")[0] in self.new.imported:
            return False
        if old not in self._used:
            self._used[old] = any(name in used for scope, used in self.old.calls_to.items() if scope != old)
        return self._used[old]

    @staticmethod
    def _calls(names: frozenset[str], scope: str) -> bool:
        return any(part in names for part in scope.split(".")[-1:]) if scope else False

    @staticmethod
    def _within(inner: str, outer: str) -> bool:
        return inner.startswith(outer + ".") if outer else False


def _renamed(old: Facts, new: Facts) -> dict[str, str]:
    """Pairs functions that are gone with ones that have come."""
    gone = [scope for scope in old.scopes if scope not in new.scopes]
    come = [scope for scope in new.scopes if scope not in old.scopes]
    found: dict[str, str] = {}
    by_last: dict[str, list[str]] = {}
    for scope in come:
        by_last.setdefault(scope.rpartition(".")[2], []).append(scope)
    for scope in gone:
        same = by_last.get(scope.rpartition(".")[2])
        if same:
            found[scope] = same.pop(0)
    taken = set(found.values())
    gone = [scope for scope in gone if scope not in found]
    come = [scope for scope in come if scope not in taken]
    if len(gone) == len(come):
        found.update(zip(gone, come, strict=True))
    return found


class _Reach:
    """Which functions are called from a function, in any number of steps."""

    def __init__(self, facts: Facts) -> None:
        self._uses = facts.calls_to
        self._by_name: dict[str, list[str]] = {}
        for scope in facts.scopes:
            if scope:
                self._by_name.setdefault(scope.rpartition(".")[2], []).append(scope)
        self._known: dict[str, frozenset[str]] = {}

    def names(self, start: str) -> frozenset[str]:
        """Gives their names, without what leads to them."""
        if start not in self._known:
            self._known[start] = self._found(start)
        return self._known[start]

    def _found(self, start: str) -> frozenset[str]:
        seen = {start}
        names: set[str] = set()
        work = [start]
        while work and len(seen) < _MOST:
            for name in self._uses.get(work.pop(), ()):
                for scope in self._by_name.get(name, ()):
                    if scope not in seen:
                        seen.add(scope)
                        names.add(name)
                        work.append(scope)
        return frozenset(names)
