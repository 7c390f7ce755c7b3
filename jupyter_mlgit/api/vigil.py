"""Watches over every repository that was ever opened, for as long as the server runs, seen or not.

What was remembered is watched again after a restart, in the background, without holding up the server; what the
command line opens meanwhile is taken up, because the list itself is watched. A repository that is gone is passed
over. Only what lies below the server's roots is watched, also when the command line has been elsewhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from typing import TYPE_CHECKING, Any

from jupyter_mlgit.api.events import SCHEMA_ID, Changes
from jupyter_mlgit.api.places import Places
from jupyter_mlgit.api.remembered import list_path, read_remembered
from jupyter_mlgit.problems import Problem

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from jupyter_events import EventLogger

    from jupyter_mlgit.api.lanes import Lanes
    from jupyter_mlgit.api.places import Change
    from jupyter_mlgit.api.repositories import Repositories
    from jupyter_mlgit.api.routes import Route
    from jupyter_mlgit.api.watcher import Watcher
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Settings


class Vigil:
    """The watch that one server keeps. Its methods run on the event loop."""

    def __init__(
        self,
        repositories: Repositories,
        lanes: Lanes,
        settings: Callable[[], Settings],
        events: EventLogger | None,
        log: logging.Logger,
    ) -> None:
        """Takes what it works with; nothing is watched before :meth:`start`."""
        self._repositories = repositories
        self._lanes = lanes
        self._settings = settings
        self._events = events
        self._log = log
        self._watcher: Watcher | None = None
        self._changes: Changes | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._known: set[Path] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopped = False

    def start(self) -> None:
        """Begins with what is remembered, in the background."""
        if self._changes is None and not self._stopped:
            self._loop = asyncio.get_running_loop()
            self._changes = Changes(self._emit, self._observe, self._loop)
            self._begin(self._take_up_remembered(first=True))

    def acted(self, route: Route, repo: Repository) -> None:
        """Is told of each act: a panel that opens a repository wants its working files watched as well."""
        if route.verb == "watch":
            self.start()
            self._begin(self._watch(repo, files=True))

    async def stop(self) -> None:
        """Ends the watches and what is under way."""
        self._stopped = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._changes is not None:
            self._changes.stop()
        if self._watcher is not None:
            await asyncio.get_running_loop().run_in_executor(None, self._watcher.stop)

    def watched(self) -> list[Path]:
        """Lists the top folders of the repositories that are watched now."""
        return [] if self._watcher is None else self._watcher.tops()

    async def settled(self) -> None:
        """Waits until everything that was begun has ended."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        if self._stopped:
            work.close()
            return
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take_up_remembered(self, *, first: bool = False) -> None:
        if first:
            await self._lanes.aside(self._watch_list)
        for top in await self._lanes.aside(read_remembered):
            if top not in self._known:
                self._known.add(top)
                await self._take_up(top)

    async def _take_up(self, top: Path) -> None:
        try:
            repo = await self._lanes.aside(lambda: self._repositories.at(top))
        except (Problem, OSError):
            return
        await self._watch(repo, files=False)
        await self._observe(Places.of(repo))

    async def _watch(self, repo: Repository, *, files: bool) -> None:
        self._known.add(repo.top)
        places = Places.of(repo)
        watcher = await self._lanes.aside(self._make_watcher)
        await self._lanes.aside(lambda: watcher.watch(places, files=files))

    async def _observe(self, places: Places) -> None:
        """Looks for refs that vanished; whatever goes wrong is for the log, since nobody asked."""
        try:
            repo = await self._lanes.aside(lambda: self._repositories.at(places.top))
            await self._lanes.run(str(repo.git_dir), lambda: self._look(repo), act=True)
        except (Problem, OSError) as error:
            self._log.info("mlgit could not look at a repository: %s", json.dumps(str(error)))

    def _look(self, repo: Repository) -> None:
        from jupyter_mlgit.journal.context import Context
        from jupyter_mlgit.journal.observed import observe

        with repo.lock:
            observe(repo, Context(now=time.time(), source="panel", settings=self._settings()))

    def _make_watcher(self) -> Watcher:
        from jupyter_mlgit.api.watcher import Watcher

        if self._watcher is None:
            changes = self._changes
            assert changes is not None  # noqa: S101 -- start() comes first, by every way here
            self._watcher = Watcher(changes.add)
        return self._watcher

    def _watch_list(self) -> None:
        place = list_path()
        with contextlib.suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            self._make_watcher().watch_file(place, self._list_changed)

    def _list_changed(self) -> None:
        """Is called in a thread of the watcher's."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(lambda: self._begin(self._take_up_remembered()))

    def _emit(self, places: Places, changes: list[Change]) -> None:
        if self._events is None:
            return
        name = self._repositories.name_of(places.top)
        self._events.emit(schema_id=SCHEMA_ID, data={"repository": name, "what": changes})
