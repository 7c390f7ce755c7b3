"""Says of a changed notebook or text that the other one of its jupytext pair says something else.

Who belongs to whom is read from the working files, as jupytext itself does; what they say, from the side that is
compared: working files, index or a commit.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jupyter_mlgit.git.diff import Version
from jupyter_mlgit.git.folder import Folder
from jupyter_mlgit.git.index import read_index
from jupyter_mlgit.git.objects import MissingObject, Oid
from jupyter_mlgit.git.tree_files import TreeFiles
from jupyter_mlgit.journal.pairs import NOTEBOOK, Pairs
from jupyter_mlgit.notebooks.pairing import LARGEST, say_the_same
from jupyter_mlgit.problems import TooLarge
from jupyter_mlgit.review.sides import read_version
from jupyter_mlgit.values import visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.git.status import StatusCache


@dataclass
class Pairing:
    """Looks at the pairs of one comparison."""

    repo: Repository
    status: StatusCache
    new: str
    """What the new side is: ``working files``, ``index`` or a commit's id."""
    folder: Folder | None = None
    """The worktree's folder, for a loop that keeps the way to the last file open."""
    _pairs: Pairs | None = field(default=None, init=False)
    _entries: dict[bytes, Version] | None = field(default=None, init=False)

    def notice(self, path: bytes, content: bytes) -> str | None:
        """Gives what to know of a file's pair; None where there is none, it is in step, or that can't be told.

        Args:
            path: the file.
            content: what it holds on the new side.
        """
        if self.repo.bare or len(content) > LARGEST:
            return None
        self._pairs = self._pairs or Pairs(self.folder or Folder(self.repo.top, self.repo.hex_length))
        for other in self._pairs.others(path, content if self.new == "working files" else None):
            if path.endswith(NOTEBOOK) == other.endswith(NOTEBOOK):
                continue
            found = self._content(other)
            if found is None:
                continue
            sides = (content, found) if path.endswith(NOTEBOOK) else (found, content)
            text = other if path.endswith(NOTEBOOK) else path
            if say_the_same(*sides, os.path.splitext(os.fsdecode(text))[1]) is False:  # noqa: PTH122 -- a name in git
                return f"Its pair is out of sync: {visible(other)} says something else."
        return None

    def _content(self, path: bytes) -> bytes | None:
        version = self._version(path)
        try:
            return None if version is None else read_version(self.repo, self.status, version, LARGEST)[0]
        except (MissingObject, TooLarge, OSError):
            return None

    def _version(self, path: bytes) -> Version | None:
        if self.new == "working files":
            return Version(path, 0o100644, None)
        if self.new != "index":
            try:
                tree = self.repo.objects.commit(Oid(self.new.encode())).tree
                entry = TreeFiles(self.repo.objects, tree).get(path)
            except MissingObject:
                return None
            return None if entry is None else Version(path, entry.mode, entry.oid)
        if self._entries is None:
            index = read_index(self.repo.git_dir / "index", self.repo.hex_length)
            self._entries = {one.path: Version(one.path, one.mode, one.oid) for one in index.entries if not one.stage}
        return self._entries.get(path)
