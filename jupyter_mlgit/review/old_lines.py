"""Keeps the lines of old sides: a difference is asked for again with each edit, and its old side is what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.textdiff.hunks import lines_of
from jupyter_mlgit.values import visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository

LARGEST = 2**16
"""Bytes of a text that is kept."""
MOST = 2**21
"""Bytes of all that are; taken apart, they take some three times as much."""

_KEY = "old lines"


class OldLines:
    """What one open repository keeps."""

    def __init__(self) -> None:
        """Begins with nothing."""
        self._kept: dict[bytes, list[str]] = {}
        self._size = 0

    def of(self, content: bytes) -> list[str]:
        """Gives the lines of a text, which nobody may change."""
        lines = self._kept.get(content)
        if lines is None:
            lines = lines_of(visible(content))
            if len(content) <= LARGEST:
                if self._size + len(content) > MOST:
                    self._kept, self._size = {}, 0
                self._kept[content] = lines
                self._size += len(content)
        return lines


def old_lines(repo: Repository) -> OldLines:
    """Gives what an open repository keeps."""
    known = repo.memory.get(_KEY)
    if not isinstance(known, OldLines):
        known = repo.memory[_KEY] = OldLines()
    return known
