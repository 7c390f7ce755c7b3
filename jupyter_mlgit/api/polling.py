"""Looks at a repository's files from time to time, where the file system doesn't report changes.

The pauses grow from two seconds to half a minute while nothing happens, and a change, or a panel that asks, brings
them back. The comparison is by size, time and inode of HEAD, index, config, packed-refs, the loose refs and, when a
panel shows the repository, a bounded number of working files.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from jupyter_mlgit.api.places import NEVER_WATCHED, Change, Places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Seen = dict[str, tuple[int, int, int]]

SHORTEST = 2.0
LONGEST = 30.0
"""Seconds between two looks."""

FILES = 20_000
"""How many entries one look takes in at most."""


class Poller:
    """A thread that looks at one repository."""

    def __init__(self, places: Places, tell: Callable[[Change], None], shortest: float | None = None) -> None:
        """Begins at once.

        Args:
            places: the repository's parts.
            tell: is told of each change, in this thread.
            shortest: seconds of the first pause; None is the usual one.
        """
        self._places = places
        self._tell = tell
        self._shortest = SHORTEST if shortest is None else shortest
        self._files = False
        self._asked = threading.Event()
        self._stopped = False
        self.looked = threading.Event()
        """Set once the first look is over: what changes from then on is told."""
        threading.Thread(target=self._run, name="mlgit-poll", daemon=True).start()

    def look(self, *, files: bool) -> None:
        """Shortens the pauses again: somebody is looking."""
        self._files = files
        self._asked.set()

    def stop(self) -> None:
        """Ends the thread."""
        self._stopped = True
        self._asked.set()

    def _run(self) -> None:
        files = self._files
        seen = _look(self._places, files=files)
        self.looked.set()
        pause = self._shortest
        while not self._stopped:
            if self._asked.wait(pause):
                self._asked.clear()
                pause = self._shortest
            now = _look(self._places, files=self._files)
            changes = _changes(self._places, seen, now) - ({"files"} if files != self._files else set())
            pause = self._shortest if changes else min(pause * 2, LONGEST)
            seen, files = now, self._files
            for change in sorted(changes):
                if not self._stopped:
                    self._tell(change)


def _changes(places: Places, before: Seen, now: Seen) -> set[Change]:
    differing = {path for path in before.keys() | now.keys() if before.get(path) != now.get(path)}
    return {change for path in differing if (change := places.change(path)) is not None}


def _look(places: Places, *, files: bool) -> Seen:
    seen: Seen = {}
    for path in _entries(places, files=files):
        if len(seen) >= FILES:
            break
        try:
            status = os.lstat(path)
        except OSError:
            continue
        seen[path] = (status.st_mtime_ns, status.st_size, status.st_ino)
    return seen


def _entries(places: Places, *, files: bool) -> Iterator[str]:
    for folder in {places.git_dir, places.common_dir}:
        yield from _listed(folder)
    for name in ("refs", "worktrees", "mlgit"):
        yield from _tree(places.common_dir / name)
    if files and places.worktree is not None:
        yield from _tree(places.worktree)


def _listed(folder: Path) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            yield from [entry.path for entry in entries if entry.is_file(follow_symlinks=False)]
    except OSError:
        return


def _tree(folder: Path) -> Iterator[str]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in NEVER_WATCHED]
        for name in names:
            yield os.path.join(parent, name)  # noqa: PTH118 -- twenty thousand Path objects a look would be felt
