"""Looks single files up in a tree; each folder on their way is read once."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_mlgit.git.objects import Objects, Oid, TreeEntry


class TreeFiles:
    """The files of one tree."""

    def __init__(self, objects: Objects, tree: Oid | None) -> None:
        """Reads nothing yet; None stands for the empty tree."""
        self._objects = objects
        self._tree = tree
        self._folders: dict[bytes, dict[bytes, TreeEntry]] = {}

    def get(self, path: bytes) -> TreeEntry | None:
        """Gives a file, a link or a submodule; None where there is none, or a folder.

        Raises:
            MissingObject: if a tree that is needed is not there.
        """
        folder, _, name = path.rpartition(b"/")
        entry = self._folder(folder).get(name)
        return None if entry is None or stat.S_ISDIR(entry.mode) else entry

    def _folder(self, path: bytes) -> dict[bytes, TreeEntry]:
        if path not in self._folders:
            if not path:
                tree = self._tree
            else:
                above, _, name = path.rpartition(b"/")
                entry = self._folder(above).get(name)
                tree = entry.oid if entry is not None and stat.S_ISDIR(entry.mode) else None
            self._folders[path] = {one.name: one for one in self._objects.tree(tree)} if tree else {}
        return self._folders[path]
