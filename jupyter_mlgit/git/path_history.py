"""Walks the commits that changed one path, as ``git log -- PATH`` does.

Where a merge has the path just as one of its parents has it, only that parent is followed (git-log(1), "History
Simplification"). A tree is looked into once for each name, however many commits share it.
"""

from __future__ import annotations

import stat
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from jupyter_mlgit.git.objects import Oid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.git.repository import Repository


def commits_of_path(repo: Repository, tip: Oid, path: bytes) -> Iterator[Oid]:
    """Yields the commits that changed a file or anything in a folder, newest first.

    Args:
        repo: the repository.
        tip: the commit to begin with.
        path: below the top folder, without a slash at either end.

    Raises:
        MissingObject: if a tree or commit is not there.
    """
    entries = _Entries(repo, path.split(b"/"))
    heap, met = [(-repo.graph.commit_time(tip), 0, tip)], {tip}
    while heap:
        _, _, oid = heappop(heap)
        here = entries.at(oid)
        parents = [Oid(parent) for parent in repo.graph.parents(oid) if not repo.graph.is_missing(parent)]
        same = next((parent for parent in parents if entries.at(parent) == here), None)
        if same is None and (parents or here is not None):
            yield oid
        for parent in parents if same is None else [same]:
            if parent not in met:
                heappush(heap, (-repo.graph.commit_time(parent), len(met), parent))
                met.add(parent)


class _Entries:
    def __init__(self, repo: Repository, parts: list[bytes]) -> None:
        self._objects = repo.objects
        self._parts = parts
        self._known: dict[tuple[bytes, int], tuple[int, Oid] | None] = {}

    def at(self, commit: Oid) -> tuple[int, Oid] | None:
        """Gives mode and object of the path in a commit; None where it is not there."""
        tree = self._objects.commit(commit).tree
        found: tuple[int, Oid] | None = None
        for depth, name in enumerate(self._parts):
            key = (tree, depth)
            if key not in self._known:
                entries = (one for one in self._objects.tree(tree) if one.name == name)
                self._known[key] = next(((one.mode, one.oid) for one in entries), None)
            found = self._known[key]
            if found is None:
                return None
            if depth + 1 < len(self._parts):
                if not stat.S_ISDIR(found[0]):
                    return None
                tree = found[1]
        return found
