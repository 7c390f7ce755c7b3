"""What a walk through the working tree has to know of the index, prepared once for each index."""

from __future__ import annotations

import sys
import unicodedata
from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING

from jupyter_mlgit.git.index import ASSUME_VALID, INTENT_TO_ADD, SKIP_WORKTREE, decode_entry
from jupyter_mlgit.git.renames import Side
from jupyter_mlgit.git.tree_changes import GITLINK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_mlgit.git.index import Index
    from jupyter_mlgit.git.repository import Repository

VALID, SKIPPED, INTENT = 1, 2, 4
"""Marks of an entry: assumed to be unchanged, left out of this checkout, known by name only."""

_SECOND = 10**9
_MODULE = GITLINK.to_bytes(4, "big")


class Tracked:
    """The index's names, in the forms in which they are asked for."""

    def __init__(self, repo: Repository, index: Index) -> None:
        """Sorts them."""
        flag = repo.config.flag
        self.index = index
        self.second = index.mtime_ns // _SECOND
        self.packed = index.packed(repo.hex_length // 2)
        self.places: dict[bytes, int] = dict(zip(self.packed.names, self.packed.places, strict=True))
        """Where each name's entry begins; in a conflict, that of one of the stages."""
        self.marks: dict[bytes, int] = {}
        self.conflicts: dict[bytes, int] = {}
        """Names in conflict, with a bit for each stage: 1, 2 and 4."""
        self.folds_case = flag("core", "ignoreCase")
        self._composes = sys.platform == "darwin" and flag("core", "precomposeUnicode")
        self.looks_at_skipped = flag("core", "sparseCheckout") and not flag("sparse", "expectFilesOutsideOfPatterns")
        """Whether a file that was left out of the checkout and is there all the same is compared (git 2.36)."""
        self._objects = repo.objects
        for number in self.packed.special:
            path = self.packed.names[number]
            entry = decode_entry(path, self.packed.head(self.packed.places[number]))
            if entry.stage:
                self.conflicts[path] = self.conflicts.get(path, 0) | 1 << (entry.stage - 1)
                continue
            self.marks[path] = (
                (VALID if entry.flags & ASSUME_VALID else 0)
                | (SKIPPED if entry.extended & SKIP_WORKTREE else 0)
                | (INTENT if entry.extended & INTENT_TO_ADD else 0)
            )
        self.mode_mask = 0o170100 if flag("core", "fileMode", default=True) else 0o170000
        minimal = (repo.config.get("core", "checkStat") or b"default").lower() == b"minimal"
        self.trusts_times = not minimal and flag("core", "trustCtime", default=True)
        """Whether a file's times and inode tell at first sight that it is unchanged."""
        self._folded = {self._fold(path) for path in self.places} if self.folds_case else set()
        self._folded_folders = {self._fold(path) for path in _folders(self.places)} if self.folds_case else set()

    def head(self, path: bytes) -> bytes | None:
        """Gives what stands before a name in the index."""
        place = self.places.get(path)
        return None if place is None else self.packed.head(place)

    def has(self, path: bytes) -> bool:
        """Tells whether an untracked file's name is a tracked one's, as this file system sees it."""
        return path in self.places or (self.folds_case and self._fold(path) in self._folded)

    def holds(self, folder: bytes) -> bool:
        """Tells whether something is tracked in a folder, as this file system sees its name."""
        return self.holds_exactly(folder) or (self.folds_case and self._fold(folder) in self._folded_folders)

    def holds_exactly(self, folder: bytes) -> bool:
        """Tells whether something is tracked in a folder of just this name."""
        names, inside = self.packed.names, folder + b"/"
        number = bisect_left(names, inside)
        return number < len(names) and names[number].startswith(inside)

    def is_submodule(self, path: bytes) -> bool:
        """Tells whether a submodule belongs here, whatever does stand here."""
        return path in self.places and self._is_module(self.places[path])

    @cached_property
    def submodules(self) -> set[bytes]:
        """All of them."""
        modules = self.places.items() if _MODULE in self.packed.body else ()  # the second is much the slower search
        return {path for path, place in modules if self._is_module(place)}

    def _is_module(self, place: int) -> bool:
        return self.packed.body[place + 26] == GITLINK >> 8

    def is_git(self, name: bytes) -> bool:
        """Tells whether a name is that of the git directory."""
        return name == b".git" or (self.folds_case and name.lower() == b".git")

    def below(self, path: bytes) -> dict[bytes, int]:
        """Gives where the entries of this name, and below a folder of this name, begin."""
        found = {path: self.places[path]} if path in self.places else {}
        if self.holds_exactly(path):
            names = self.packed.names
            begin, end = bisect_left(names, path + b"/"), bisect_left(names, path + b"0")  # what follows the slash
            found |= {name: self.places[name] for name in names[begin:end]}
        return found

    def side(self, path: bytes) -> Side | None:
        """Gives what is staged under a name."""
        head = self.head(path)
        if head is None:
            return None
        entry = decode_entry(path, head)
        return Side(path, entry.mode, entry.oid)

    def content(self, path: bytes) -> bytes | None:
        """Gives what is staged under a name, if it is a file and not in conflict."""
        head = self.head(path)
        if head is None or path in self.conflicts or self.is_submodule(path):
            return None
        try:
            return self._objects.raw(decode_entry(path, head).oid)[1]
        except KeyError:
            return None

    def skipped_content(self, path: bytes) -> bytes | None:
        """Gives the content of a file that was left out of the checkout."""
        return self.content(path) if self.marks.get(path, 0) & SKIPPED else None

    def _fold(self, path: bytes) -> bytes:
        if self._composes:
            path = unicodedata.normalize("NFC", path.decode("utf-8", "surrogateescape")).encode(
                "utf-8", "surrogateescape"
            )
        return path.lower()


def _folders(paths: Iterable[bytes]) -> set[bytes]:
    found: set[bytes] = set()
    last = None
    for path in paths:
        folder = path.rpartition(b"/")[0]
        if folder == last:
            continue
        last = folder
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition(b"/")[0]
    return found
