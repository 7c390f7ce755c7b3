"""Looks single files up in a tree; each folder on their way is read once, or not at all where the index proves it."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_mlgit.git.index import Index
    from jupyter_mlgit.git.objects import Objects, Oid, TreeEntry


class TreeFiles:
    """The files of one tree."""

    def __init__(self, objects: Objects, tree: Oid | None, index: Index | None = None) -> None:
        """Reads nothing yet.

        Args:
            objects: where the tree is.
            tree: None stands for the empty one.
            index: what may have the same folders, which then need not be read.
        """
        self._objects = objects
        self._tree = tree
        self._index = None if index is None else index.folders(objects.hex_length // 2)
        self._folders: dict[bytes, dict[bytes, TreeEntry] | None] = {}

    def get(self, path: bytes) -> TreeEntry | None:
        """Gives a file, a link or a submodule; None where there is none, or a folder.

        Raises:
            MissingObject: if a tree that is needed is not there.
        """
        folder, _, name = path.rpartition(b"/")
        known = self._folder(folder)
        entry = known.get(name) if known is not None else self._index.entry(path) if self._index is not None else None
        return None if entry is None or stat.S_ISDIR(entry.mode) else entry

    def _folder(self, path: bytes) -> dict[bytes, TreeEntry] | None:
        """Gives a folder's entries; None for a folder that the index has as it is."""
        if path not in self._folders:
            tree = self._tree_of(path)
            if tree is None:
                self._folders[path] = {}
            elif self._index is not None and self._index.is_tree(path, tree):
                self._folders[path] = None
            else:
                self._folders[path] = {one.name: one for one in self._objects.tree(tree)}
        return self._folders[path]

    def _tree_of(self, path: bytes) -> Oid | None:
        if not path:
            return self._tree
        above, _, name = path.rpartition(b"/")
        known = self._folder(above)
        if known is None:
            return None if self._index is None else self._index.folder(path)
        entry = known.get(name)
        return entry.oid if entry is not None and stat.S_ISDIR(entry.mode) else None
