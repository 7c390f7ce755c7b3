"""Watches over every repository that was ever opened, for as long as the server runs, seen or not.

What was remembered is watched again after a restart, in the background, without holding up the server; what the
command line opens meanwhile is taken up, because the list itself is watched. A repository that cannot be opened or
looked at holds up no other: it is passed over and tried again later. Only what lies below the server's roots is
watched, also when the command line has been elsewhere.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from typing import TYPE_CHECKING, Any

from jupyter_mlgit.api.events import SCHEMA_ID, Changes
from jupyter_mlgit.api.places import Places, tells_everything
from jupyter_mlgit.api.remembered import list_path, read_remembered
from jupyter_mlgit.api.retries import Retries
from jupyter_mlgit.problems import NotARepository, OutsideServerRoot

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


AT_ONCE = 4
"""How many remembered repositories are taken up at the same time."""


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
        self._retries: Retries | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._making = threading.Lock()
        self._known: set[Path] = set()
        self._shown: set[Path] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopped = False

    def start(self) -> None:
        """Begins with what is remembered, in the background."""
        if self._changes is None and not self._stopped:
            self._loop = asyncio.get_running_loop()
            self._changes = Changes(self._emit, self._observe, self._loop)
            self._retries = Retries(self._loop, self._log)
            self._begin(self._take_up_remembered(first=True))

    def acted(self, route: Route, repo: Repository) -> None:
        """Is told of each act: a panel that opens a repository wants its working files watched as well."""
        if route.verb == "watch":
            self.start()
            self._shown.add(repo.top)
            self._begin(self._watch_for_panel(repo))

    async def stop(self) -> None:
        """Ends the watches and what is under way."""
        self._stopped = True
        if self._retries is not None:
            self._retries.stop()
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
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._log.warning("mlgit watches less than it should: %s", json.dumps(f"{type(error).__name__}: {error}"))

    async def _take_up_remembered(self, *, first: bool = False) -> None:
        if first:
            await self._watch_list()
        new = [top for top in await self._lanes.aside(read_remembered) if top not in self._known]
        self._known.update(new)
        some = asyncio.Semaphore(AT_ONCE)

        async def take_up(top: Path) -> None:
            async with some:
                await self._take_up(top)

        await asyncio.gather(*map(take_up, new))

    async def _take_up(self, top: Path) -> None:
        key = ("take up", top)
        try:
            repo = await self._lanes.aside(lambda: self._repositories.at(top), str(top))
            await self._watch(repo, files=repo.top in self._shown)
        except OutsideServerRoot:
            # What another server shows, or the command line has opened, is none of this one's business.
            return
        except Exception as error:  # noqa: BLE001 -- one repository's trouble, of whatever kind, must not end the others' watch
            self._failed(key, "take up a repository", error, lambda: self._take_up(top))
        else:
            self._ended_well(key)
            await self._observe(Places.of(repo))

    async def _watch(self, repo: Repository, *, files: bool) -> None:
        self._known.add(repo.top)
        places = Places.of(repo)
        watcher = await self._lanes.aside(self._make_watcher)
        how = await self._lanes.aside(lambda: watcher.watch(places, files=files), str(repo.top))
        if files and how == "events" and repo.worktree is not None and tells_everything(repo.worktree):
            await self._lanes.aside(lambda: _rely_on_news(repo), str(repo.top))

    async def _watch_for_panel(self, repo: Repository) -> None:
        key = ("watch", repo.top)
        try:
            await self._watch(repo, files=True)
        except Exception as error:  # noqa: BLE001 -- nobody waits for this who could be told
            self._failed(key, "watch a repository", error, lambda: self._watch_for_panel(repo))
        else:
            self._ended_well(key)
            # For what has gone between the verb's own look and the moment from which changes are heard of.
            await self._observe(Places.of(repo))

    async def _observe(self, places: Places) -> None:
        """Looks for refs that vanished; whatever goes wrong is for the log, since nobody asked."""
        key = ("look", places.top)
        try:
            repo = await self._lanes.aside(lambda: self._repositories.at(places.top), str(places.top))
            await self._lanes.run(str(repo.git_dir), lambda: self._look(repo), act=True)
        except NotARepository as error:
            # It was removed, and its watches with it. It may come back under the same name.
            self._ended_well(key)
            again = ("take up", places.top)
            self._failed(again, "take up a repository", error, lambda: self._take_up(places.top))
        except Exception as error:  # noqa: BLE001 -- the next change, and its event, must be told all the same
            self._failed(key, "look at a repository", error, lambda: self._observe(places))
        else:
            self._ended_well(key)

    def _failed(self, key: Any, what: str, error: Exception, again: Callable[[], Coroutine[Any, Any, None]]) -> None:  # noqa: ANN401 -- whatever names it
        if self._retries is not None and not self._stopped:
            self._retries.failed(key, what, error, lambda: self._begin(again()))

    def _ended_well(self, key: Any) -> None:  # noqa: ANN401 -- the same
        if self._retries is not None:
            self._retries.ended_well(key)

    def _look(self, repo: Repository) -> None:
        from jupyter_mlgit.journal.context import Context
        from jupyter_mlgit.journal.observed import observe

        with repo.lock:
            observe(repo, Context(now=time.time(), source="panel", settings=self._settings()))

    def _make_watcher(self) -> Watcher:
        from jupyter_mlgit.api.watcher import Watcher

        with self._making:
            if self._watcher is None:
                changes = self._changes
                assert changes is not None  # noqa: S101 -- start() comes first, by every way here
                self._watcher = Watcher(changes.add)
            return self._watcher

    async def _watch_list(self) -> None:
        def watch() -> None:
            place = list_path()
            place.parent.mkdir(parents=True, exist_ok=True)
            self._make_watcher().watch_file(place, self._list_changed)

        try:
            await self._lanes.aside(watch)
        except Exception as error:  # noqa: BLE001 -- without the list's watch, what stands in it is watched all the same
            self._failed("list", "watch the list of repositories", error, self._watch_list)
        else:
            self._ended_well("list")

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


def _rely_on_news(repo: Repository) -> None:
    """Lets the status look at what has changed instead of at everything."""
    from jupyter_mlgit.journal.status_cache import status_cache

    with repo.lock:
        status_cache(repo).watch()
