"""Holds the index from before it is read until it is replaced, so that nobody's ``git add`` in between is lost."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING

from jupyter_mlgit.git.file_steps import IndexSide, Sides
from jupyter_mlgit.git.index import (
    ASSUME_VALID,
    UNKNOWN,
    IndexEntry,
    Stat,
    decode_entry,
    makes_a_tree,
    read_index,
    write_index,
)
from jupyter_mlgit.git.locks import LockedFile
from jupyter_mlgit.problems import WouldOverwrite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Self

    from jupyter_mlgit.git.index import Index
    from jupyter_mlgit.git.index_entries import Packed
    from jupyter_mlgit.git.repository import Repository


class LockedIndex:
    """One worktree's index under git's own lock."""

    def __init__(self, repo: Repository, *, lock: bool = True) -> None:
        """Names the index.

        Args:
            repo: the repository.
            lock: whether entering locks it; a preview only reads.
        """
        self._repo = repo
        self._wanted = lock
        self._path = repo.git_dir / "index"
        self._lock: LockedFile | None = None
        self._known: dict[int, IndexEntry] = {}

    def __enter__(self) -> Self:
        """Takes the lock; the index is read when somebody asks for it.

        Raises:
            IndexLocked: if somebody else holds the index.
            ReadOnly: if it cannot be locked.
        """
        self._lock = LockedFile(self._path, self._repo.staging) if self._wanted else None
        return self

    def __exit__(self, *exception: object) -> None:
        """Gives the lock back if it is still held."""
        self.release()

    @cached_property
    def index(self) -> Index:
        """What it holds.

        Raises:
            DamagedRepository: if it cannot be read.
            UnsupportedRepository: for a sparse index.
        """
        return read_index(self._path, self._repo.hex_length)

    @cached_property
    def _packed(self) -> Packed:
        return self.index.packed(self._repo.hex_length // 2)

    @cached_property
    def _places(self) -> dict[bytes, int]:
        return dict(zip(self._packed.names, self._packed.places, strict=True))

    @cached_property
    def _conflicts(self) -> dict[bytes, list[IndexEntry]]:
        found: dict[bytes, list[IndexEntry]] = {}
        for number in self._packed.special:
            one = self._decoded(self._packed.names[number], self._packed.places[number])
            if one.stage:
                found.setdefault(one.path, []).append(one)
        return found

    @property
    def paths(self) -> list[bytes]:
        """All names, each once."""
        return list(self._places)

    def entry(self, path: bytes) -> IndexEntry | None:
        """Gives the entry of a name that is not in conflict; None where there is none."""
        found = self._stages(path)
        return found[0] if found and not found[0].stage else None

    def sides(self, path: bytes) -> Sides:
        """Gives all entries of a name, as steps have them."""
        return tuple([IndexSide(one.mode, one.oid, one.flags, one.extended) for one in self._stages(path)])

    def in_conflict(self) -> list[bytes]:
        """Gives the names that a merge has left in conflict; an index that says it has none is not read for that.

        Raises:
            DamagedRepository: if it cannot be read.
            UnsupportedRepository: for a sparse index.
        """
        if "index" not in self.__dict__ and makes_a_tree(self._path, self._repo.hex_length):
            return []
        return list(self._conflicts)

    def assumed_unchanged(self) -> list[bytes]:
        """Gives the names of which a person has said that nobody changes them; no status looks at these files."""
        marked = (self._packed.names[number] for number in self._packed.special)
        return [path for path in marked if any(one.flags & ASSUME_VALID for one in self._stages(path))]

    def _stages(self, path: bytes) -> list[IndexEntry]:
        if path in self._conflicts:
            return self._conflicts[path]
        place = self._places.get(path)
        return [] if place is None else [self._decoded(path, place)]

    def _decoded(self, path: bytes, place: int) -> IndexEntry:
        found = self._known.get(place)
        if found is None:
            found = self._known[place] = decode_entry(path, self._packed.head(place))
        return found

    def replace(self, changes: Mapping[bytes, Sides], stats: Mapping[bytes, Stat]) -> None:
        """Writes the index with other entries under some names, and lets go of it.

        Args:
            changes: name → its entries.
            stats: name → the status of a file that is known to hold just what the entry says; a name that does not
                change may stand here, too.

        Raises:
            WouldOverwrite: if a name would stand in the index both as a file and as a folder.
            OSError: if it cannot be written; it is as it was.
            Locked: if somebody has taken the lock away.
        """
        if self._lock is None:
            return
        self._require_no_clash(changes)
        updates: dict[bytes, IndexEntry | list[IndexEntry] | None] = {}
        for path in changes.keys() | stats.keys():
            sides = changes.get(path, self.sides(path))
            stat = stats.get(path, UNKNOWN)
            updates[path] = [IndexEntry(path, one.mode, one.oid, stat, one.flags, one.extended) for one in sides]
        self._lock.write(write_index(self.index.smudged().changed(updates), self._repo.hex_length))
        self._lock.commit()
        self._lock = None

    def _require_no_clash(self, changes: Mapping[bytes, Sides]) -> None:
        """Refuses an index with a file where it has a folder: no commit can be made of that, and git drops the file."""
        ordered, found = self.paths, set()
        for path in (path for path, sides in changes.items() if sides and path not in self._places):
            above = (path[:place] for place, code in enumerate(path) if code == ord("/"))
            found |= {other for other in above if other in self._places and changes.get(other, True)}
            begin, end = bisect_left(ordered, path + b"/"), bisect_left(ordered, path + b"0")  # what follows the slash
            found |= {other for other in ordered[begin:end] if changes.get(other, True)}
        if found:
            names = [path.decode("utf-8", "replace") for path in sorted(found)]
            raise WouldOverwrite(
                f"{names[0]} is staged, and would be lost: where one side has a file, the other has a folder.",
                "Commit it or take it out of the index, then repeat the act.",
                files=names,
            )

    def release(self) -> None:
        """Gives the lock back; the index stays as it was."""
        if self._lock is not None:
            self._lock.abort()
            self._lock = None
