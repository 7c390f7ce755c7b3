"""Imagines index and working files as they will be once some plans have been carried out; nothing is written.

Of several acts that go back at once only the first can be planned on what is there. The others are planned on what
the one before will leave, so that all of them are refused or previewed before any of them changes a byte.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from jupyter_mlgit.git.file_plan import Planner
from jupyter_mlgit.git.folder import Folder, OnDisk, folders_above
from jupyter_mlgit.git.index import UNKNOWN, IndexEntry
from jupyter_mlgit.git.locked_index import LockedIndex

if TYPE_CHECKING:
    from jupyter_mlgit.git.file_plan import FilePlan
    from jupyter_mlgit.git.file_steps import FileSide, Sides
    from jupyter_mlgit.git.objects import Oid
    from jupyter_mlgit.git.repository import Repository


class Imagined:
    """The index and working files of a worktree, and git's own small files, after some acts."""

    def __init__(self, repo: Repository) -> None:
        """Begins with what is there; the index is read when the first plan is made."""
        self._repo = repo
        self._index: _Index | None = None
        self._top: _Folder | None = None
        self.git_files: dict[str, bool] = {}
        """Names such as ``MERGE_HEAD`` that come or go → whether they are there."""

    def planner(self) -> Planner:
        """Gives a planner for the next act; it finds what the acts so far have left.

        Raises:
            Problem: as for reading the index, and in a bare repository.
        """
        if self._index is None:
            self._index = _Index(self._repo).__enter__()
        planner = Planner(self._repo, self._index)
        if self._top is None:
            self._top = _Folder(self._repo)
        planner.top = self._top
        return planner

    def carry_out(self, plan: FilePlan) -> None:
        """Goes on as if a plan had been carried out."""
        if self._index is None or self._top is None:
            return
        for step in plan.steps:
            if step.index is not None:
                self._index.changed[step.path] = step.index[1]
            if step.file is not None:
                self._top.changed[step.path] = step.file[1]
        self._top.contents.update(plan.contents)


class _Index(LockedIndex):
    def __init__(self, repo: Repository) -> None:
        super().__init__(repo, lock=False)
        self.changed: dict[bytes, Sides] = {}

    @property
    def paths(self) -> list[bytes]:
        known = dict.fromkeys([*super().paths, *self.changed])
        return [path for path in known if self.changed.get(path, True)]

    def in_conflict(self) -> list[bytes]:
        same = [path for path in super().in_conflict() if path not in self.changed]
        return [*same, *(path for path in self.changed if any(one.stage for one in self._stages(path)))]

    def _stages(self, path: bytes) -> list[IndexEntry]:
        if path not in self.changed:
            return super()._stages(path)
        return [IndexEntry(path, one.mode, one.oid, UNKNOWN, one.flags, one.extended) for one in self.changed[path]]


class _Folder(Folder):
    def __init__(self, repo: Repository) -> None:
        if repo.worktree is None:  # a planner has refused that already
            raise NotADirectoryError(repo.git_dir)
        super().__init__(repo.worktree, repo.hex_length)
        self._repo = repo
        self.changed: dict[bytes, FileSide | None] = {}
        self.contents: dict[Oid, bytes] = {}

    def read(self, path: bytes) -> OnDisk | None:
        side = self.changed.get(path)
        if side is not None:
            return OnDisk(_status(side.mode), side.oid)
        if self._coming_below(path):
            return OnDisk(_status(stat.S_IFDIR | 0o755), None)
        if path in self.changed or any(self.changed.get(one) is not None for one in folders_above(path)):
            return None
        found = super().read(path)
        emptied = found is not None and found.is_folder and self._going_below(path) and not self.files_below(path)
        return None if emptied else found

    def content(self, path: bytes) -> bytes | None:
        if path not in self.changed:
            return super().content(path)
        side = self.changed[path]
        if side is None:
            return None
        return self.contents[side.oid] if side.oid in self.contents else self._repo.objects.raw(side.oid)[1]

    def names(self, folder: bytes) -> set[bytes]:
        prefix = folder + b"/" if folder else b""
        coming = [path[len(prefix) :] for path, side in self.changed.items() if side and path.startswith(prefix)]
        return super().names(folder) | {path.partition(b"/")[0] for path in coming}

    def files_below(self, path: bytes) -> list[bytes]:
        there = [one for one in super().files_below(path) if one not in self.changed]
        return [*there, *self._coming_below(path)]

    def file_above(self, path: bytes) -> bytes | None:
        coming = [one for one in folders_above(path) if self.changed.get(one) is not None]
        found = super().file_above(path)
        return coming[0] if coming else None if found in self.changed else found

    def _coming_below(self, path: bytes) -> list[bytes]:
        return [one for one, side in self.changed.items() if side is not None and one.startswith(path + b"/")]

    def _going_below(self, path: bytes) -> bool:
        return any(side is None and one.startswith(path + b"/") for one, side in self.changed.items())


def _status(mode: int) -> os.stat_result:
    return os.stat_result((mode, *[0] * 9))
