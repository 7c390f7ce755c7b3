"""Collects what the watcher sees for a moment and tells it: to the observer, which pins, and to JupyterLab.

Changes of refs and configuration go to the observer whether anybody looks or not. The event reaches the browser
through the server's own event stream, so nobody polls. The surprise: a training run that writes a log file into the
repository changes it many times a second, hence a longer pause for working files.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable

    from jupyter_mlgit.api.places import Change, Places

SCHEMA_ID = "https://schema.jupyter-mlgit.org/repository-changed/v1"
SCHEMA_FILE = Path(__file__).with_name("repository_changed.yaml")

PAUSE = 0.15
"""Seconds for which changes are collected."""

FILES_PAUSE = 1.0
"""Seconds between two events that tell of working files alone."""

OBSERVED: frozenset[Change] = frozenset({"refs", "head", "config"})
"""Changes after which refs may have vanished."""


class Changes:
    """The changes of all repositories that are not told yet. Lives on the event loop."""

    def __init__(
        self,
        tell: Callable[[Places, list[Change]], None],
        observe: Callable[[Places], Awaitable[None]],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        """Takes who is told.

        Args:
            tell: sends the event.
            observe: looks for refs that vanished; runs before the event is sent.
            loop: the server's loop.
        """
        self._tell = tell
        self._observe = observe
        self._loop = loop
        self._waiting: dict[Path, set[Change]] = {}
        self._told_files: dict[Path, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, places: Places, change: Change) -> None:
        """Notes a change; may be called in any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._note, places, change)

    def stop(self) -> None:
        """Drops what is not told yet."""
        self._waiting.clear()
        for task in self._tasks:
            task.cancel()

    def _note(self, places: Places, change: Change) -> None:
        waiting = self._waiting.get(places.git_dir)
        if waiting is not None and (change == "files" or waiting != {"files"}):
            waiting.add(change)
            return
        pause = PAUSE
        if change == "files":
            pause = max(PAUSE, self._told_files.get(places.git_dir, 0.0) + FILES_PAUSE - self._loop.time())
        self._waiting.setdefault(places.git_dir, set()).add(change)
        self._loop.call_later(pause, self._flush, places)

    def _flush(self, places: Places) -> None:
        changes = self._waiting.pop(places.git_dir, None)
        if not changes:
            return
        if "files" in changes:
            self._told_files[places.git_dir] = self._loop.time()
        task = self._loop.create_task(self._pass_on(places, changes))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, places: Places, changes: set[Change]) -> None:
        if changes & OBSERVED:
            await self._observe(places)
        self._tell(places, sorted(changes))
