"""Watches repositories and says what changed in them, without polling where the file system reports it.

The git directory is watched file by file and ``refs`` with all that is below; ``objects`` never. The working tree is
watched when a panel shows the repository: its top level, and its folders with all that is below as far as a fixed
number of folders goes. Each watch of watchdog is a thread that sleeps in the kernel, hence few watches that reach
deep rather than many flat ones. Where the file system doesn't report changes, or the system has no watches left,
:mod:`jupyter_mlgit.api.polling` looks at the same files instead.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from watchdog.events import (
    EVENT_TYPE_DELETED,
    EVENT_TYPE_MOVED,
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from jupyter_mlgit.api.places import NEVER_WATCHED, Change, Places, can_be_watched
from jupyter_mlgit.api.polling import Poller

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from watchdog.observers.api import BaseObserver, ObservedWatch

    Told = Callable[[Places, Change], None]
    Identity = tuple[int, int]

T = TypeVar("T")

FOLDERS = 2_000
"""How many folders of one working tree are watched; the system's own limit is often 8,192 for everything."""

DEEP = 24
"""How many folders of a working tree's top level are watched with all that is below: each costs a thread."""

CLOSE = 10.0
"""Seconds that stopping waits for a thread."""


KINDS: list[type[FileSystemEvent]] = [
    *(FileCreatedEvent, FileModifiedEvent, FileDeletedEvent, FileMovedEvent),
    *(DirCreatedEvent, DirDeletedEvent, DirMovedEvent),
]
"""What watchdog is asked for; that a file was opened or read is nobody's business."""


GOING = (EVENT_TYPE_DELETED, EVENT_TYPE_MOVED)
"""What ends a watch; that a folder itself was deleted is told as of a file."""

PASSED_OVER = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EPERM, errno.ELOOP})
"""Why one folder of a working tree isn't watched, while the others are: it is gone again, or nobody may read it."""


class Watched(FileSystemEventHandler):
    """One repository and its watches."""

    def __init__(
        self,
        places: Places,
        changed: Callable[[Watched, Change], None],
        grown: Callable[[Watched], None],
        lost: Callable[[str], None],
    ) -> None:
        """Takes what is watched, who is told of each change, and who of a new folder and of one that is gone."""
        self.places = places
        self.made = _identity(places.git_dir)
        self.files = False
        self.watches: dict[str, ObservedWatch] = {}
        self.folders: dict[str, int] = {}
        self.poller: Poller | None = None
        self._changed = changed
        self._grown = grown
        self._lost = lost

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Takes an event from watchdog, in one of its threads."""
        if os.fsdecode(event.src_path) in self.watches and event.event_type in GOING:
            self._lost(os.fsdecode(event.src_path))
        if isinstance(event, DirCreatedEvent | DirMovedEvent):
            self._grown(self)
        for path in (event.src_path, event.dest_path):
            if path:
                self.tell(self.places.change(os.fsdecode(path)))

    def tell(self, change: Change | None) -> None:
        """Passes a change on."""
        if change is not None:
            self._changed(self, change)


class OneFile(FileSystemEventHandler):
    """Tells of one file's changes alone."""

    def __init__(self, path: Path, changed: Callable[[], None]) -> None:
        """Takes the file and who is told."""
        self._path = str(path)
        self._changed = changed

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Takes an event from watchdog, in one of its threads."""
        if self._path in (os.fsdecode(event.src_path), os.fsdecode(event.dest_path)):
            self._changed()


class Watcher:
    """Everything that one server watches."""

    def __init__(self, told: Told) -> None:
        """Takes the function that is told of each change; it is called in other threads."""
        self._told = told
        self._watched: dict[Path, Watched] = {}
        self._observer: BaseObserver | None = None
        self._lock = threading.Lock()
        self._stopped = False
        # The observer holds its own lock while it tells of an event, and wants it for each watch that is set: whoever
        # is told must therefore not wait for ours, which is held while watches are set, but leave that to this thread.
        self._afterwards = ThreadPoolExecutor(1, thread_name_prefix="mlgit-watcher")

    def watch(self, places: Places, *, files: bool) -> str:
        """Begins to watch a repository, or widens what is watched of it.

        Args:
            places: the repository's parts.
            files: whether its working files are watched too.

        Returns:
            ``events`` or ``poll``.
        """
        with self._lock:
            if self._stopped:
                return "poll"
            watched = self._watched.get(places.git_dir)
            if watched is not None and watched.made != _identity(places.git_dir):
                # It was removed and made anew under the same name: the old watches hear nothing of it.
                self._drop(watched)
                watched = None
            if watched is None:
                watched = Watched(places, self._changed, self._grown, self._lost)
                self._watched[places.git_dir] = watched
            watched.files = watched.files or files
            if watched.poller is None and can_be_watched(places.common_dir) and can_be_watched(places.top):
                try:
                    self._schedule(watched)
                except OSError:
                    # No watches or descriptors are left in this system: look from time to time instead.
                    self._unschedule(watched)
                else:
                    return "events"
            if watched.poller is None:
                watched.poller = Poller(places, watched.tell)
            watched.poller.look(files=watched.files)
            return "poll"

    def watch_file(self, path: Path, changed: Callable[[], None]) -> None:
        """Watches one file in a folder that exists.

        Raises:
            OSError: if it cannot be watched.
        """
        with self._lock:
            if not self._stopped:
                self._watch(OneFile(path, changed), path.parent, deep=False)

    def tops(self) -> list[Path]:
        """Lists the repositories that are watched."""
        with self._lock:
            return [watched.places.top for watched in self._watched.values()]

    def stop(self) -> None:
        """Ends every watch and its thread."""
        with self._lock:
            self._stopped = True
            watched, self._watched = list(self._watched.values()), {}
            observer, self._observer = self._observer, None
        for one in watched:
            if one.poller is not None:
                one.poller.stop()
        self._afterwards.shutdown(wait=False, cancel_futures=True)
        if observer is not None:
            observer.stop()
            observer.join(CLOSE)

    def _changed(self, watched: Watched, change: Change) -> None:
        if not watched.places.git_dir.is_dir():
            self._later(self._forget, watched)
        self._told(watched.places, change)

    def _grown(self, watched: Watched) -> None:
        self._later(self._widen, watched)

    def _lost(self, path: str) -> None:
        self._later(self._lose, path)

    def _later(self, work: Callable[[T], None], what: T) -> None:
        # After the end nothing is begun any more.
        with contextlib.suppress(RuntimeError):
            self._afterwards.submit(work, what)

    def _forget(self, watched: Watched) -> None:
        """Ends the watches of a repository that is gone."""
        with self._lock:
            if self._watched.get(watched.places.git_dir) is watched:
                self._drop(watched)

    def _drop(self, watched: Watched) -> None:
        del self._watched[watched.places.git_dir]
        self._unschedule(watched)
        if watched.poller is not None:
            watched.poller.stop()

    def _lose(self, path: str) -> None:
        """Ends the watches of a folder that was removed, and sets them anew where it was made again meanwhile."""
        with self._lock:
            losing = [one for one in self._watched.values() if path in one.watches]
            for watched in losing:
                self._end(watched.watches.pop(path))
                watched.folders.pop(path, None)
            for watched in losing:
                with contextlib.suppress(OSError):
                    self._schedule(watched)

    def _widen(self, watched: Watched) -> None:
        """Watches folders that have appeared since."""
        with self._lock:
            if watched.poller is None and self._watched.get(watched.places.git_dir) is watched:
                with contextlib.suppress(OSError):
                    self._schedule(watched)

    def _schedule(self, watched: Watched) -> None:
        places = watched.places
        for folder in {places.git_dir, places.common_dir}:
            self._add(watched, folder, deep=False)
        for name in ("refs", "worktrees", "mlgit"):
            if (places.common_dir / name).is_dir():
                self._add(watched, places.common_dir / name, deep=True)
        if watched.files and places.worktree is not None:
            self._add(watched, places.worktree, deep=False)
            for folder in _folders(places.worktree):
                self._add_tree(watched, folder)

    def _add_tree(self, watched: Watched, folder: Path) -> None:
        if str(folder) in watched.watches or len(watched.watches) >= DEEP:
            return
        count = _count(folder, FOLDERS - sum(watched.folders.values()))
        try:
            self._add(watched, folder, deep=count is not None)
        except OSError as error:
            if error.errno not in PASSED_OVER:
                raise
        else:
            watched.folders[str(folder)] = count if count is not None else 1

    def _add(self, watched: Watched, folder: Path, *, deep: bool) -> None:
        if str(folder) not in watched.watches:
            watched.watches[str(folder)] = self._watch(watched, folder, deep=deep)

    def _watch(self, handler: FileSystemEventHandler, folder: Path, *, deep: bool) -> ObservedWatch:
        if self._observer is None:
            # A folder that appears with others in it reaches watchdog twice; it warns of that and goes on.
            warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning)
            logging.getLogger("watchdog.observers.inotify").addFilter(_is_news)
            self._observer = Observer()
            self._observer.daemon = True
            self._observer.start()
        return self._observer.schedule(handler, str(folder), recursive=deep, event_filter=KINDS)

    def _unschedule(self, watched: Watched) -> None:
        others = [other for other in self._watched.values() if other is not watched]
        kept = {watch for other in others for watch in other.watches.values()}
        for watch in watched.watches.values():
            if watch not in kept:
                self._end(watch)
            elif self._observer is not None:
                with contextlib.suppress(KeyError):
                    self._observer.remove_handler_for_watch(watched, watch)
        watched.watches.clear()
        watched.folders.clear()

    def _end(self, watch: ObservedWatch) -> None:
        if self._observer is not None:
            # Of two worktrees that share it, the other one may have ended it.
            with contextlib.suppress(KeyError):
                self._observer.unschedule(watch)


def _is_news(record: logging.LogRecord) -> bool:
    """Keeps out of the log what watchdog calls an error when a watch ends while an event is on its way."""
    return "called when the thread is inactive" not in record.getMessage()


def _identity(folder: Path) -> Identity | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _folders(worktree: Path) -> list[Path]:
    try:
        with os.scandir(worktree) as entries:
            names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    return [worktree / name for name in sorted(names) if name not in NEVER_WATCHED]


def _count(folder: Path, most: int) -> int | None:
    """Counts a folder and those below; None if there are more than ``most``."""
    count = 0
    for _ in os.walk(folder):
        count += 1
        if count > most:
            return None
    return count
