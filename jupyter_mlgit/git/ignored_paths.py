"""Says of a single path whether git passes it over, without walking the working tree; see ``ignore.py``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from jupyter_mlgit.git.file_plan import skipped
from jupyter_mlgit.git.ignore import NAME, read_rules, rules_outside

if TYPE_CHECKING:
    from jupyter_mlgit.git.ignore import Ignoring
    from jupyter_mlgit.git.locked_index import LockedIndex
    from jupyter_mlgit.git.repository import Repository


class IgnoredPaths:
    """The rules of one worktree, read folder by folder when asked."""

    def __init__(self, repo: Repository, index: LockedIndex) -> None:
        """Names the worktree.

        Args:
            repo: the repository, with a worktree.
            index: its index, in which rules may stand that a sparse checkout leaves out.
        """
        self._repo = repo
        self._index = index
        self._top = os.fsencode(repo.top)
        self._rules: dict[bytes, Ignoring | None] = {}

    def has(self, path: bytes) -> bool:
        """Tells whether git passes over an untracked file of this name."""
        rules = self._inside(path.rpartition(b"/")[0])
        return rules is None or rules.ignores(path, is_folder=False)

    def _inside(self, folder: bytes) -> Ignoring | None:
        """Gives the rules that hold in a folder; None where all of it is ignored."""
        if folder in self._rules:
            return self._rules[folder]
        if not folder:
            above: Ignoring | None = rules_outside(self._repo)
        else:
            above = self._inside(folder.rpartition(b"/")[0])
            if above is not None and above.ignores(folder, is_folder=True):
                above = None
        self._rules[folder] = None if above is None else above.inside(folder, self._content(folder))
        return self._rules[folder]

    def _content(self, folder: bytes) -> bytes | None:
        path = folder + b"/" + NAME if folder else NAME
        found = read_rules(self._top + b"/" + path, follow=False)
        if found is None:
            entry = self._index.entry(path)
            if entry is not None and skipped(self._index.sides(path)):
                return self._repo.objects.raw(entry.oid)[1]
        return found
