"""Connects what watches the machine with the server: its kernels, its loop and its events.

Nothing of ``environment/`` is loaded before somebody asks for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import anyio.from_thread

from jupyter_mlgit.api.server_kernels import server_kernels

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

    from jupyter_mlgit.environment.desk import Desk, News
    from jupyter_mlgit.environment.kernel_watch import ServerKernel

SCHEMA_ID = "https://schema.jupyter-mlgit.org/environment-changed/v1"
PATIENCE = 5.0
"""Seconds in which the loop has to say which kernels there are."""

SCHEMA_FILE = Path(__file__).with_name("environment_changed.yaml")


class MachineWatch:
    """The server's end of it. Methods run on the event loop unless they say otherwise."""

    def __init__(self, app: ServerApp, pause: float) -> None:
        """Takes the server, and the seconds between two looks; nothing is watched yet."""
        self._app = app
        self._pause = pause
        self._loop: asyncio.AbstractEventLoop | None = None
        self._making = threading.Lock()
        self._desk: Desk | None = None
        self._listed: list[ServerKernel] = []

    def desk(self) -> Desk:
        """Gives what watches, and makes it when it is asked for first; is called in the threads of requests."""
        from jupyter_mlgit.environment.desk import Desk

        with self._making:
            if self._desk is None:
                self._loop = anyio.from_thread.run_sync(asyncio.get_running_loop)
                self._desk = Desk(self._tell, self._kernels, self._pause)
            return self._desk

    def known_desk(self) -> Desk | None:
        """Gives what watches, where it was ever asked for."""
        return self._desk

    async def stop(self) -> None:
        """Ends what watches."""
        desk, self._loop = self._desk, None
        if desk is not None:
            await asyncio.get_running_loop().run_in_executor(None, desk.stop)

    def _kernels(self) -> list[ServerKernel]:
        """Is called in a thread; where the loop is late, there are those that there were."""
        loop = self._loop
        if loop is None or loop.is_closed():
            return self._listed
        asked = asyncio.run_coroutine_threadsafe(server_kernels(self._app), loop)
        try:
            self._listed = asked.result(PATIENCE)
        except Exception as error:  # noqa: BLE001 -- a manager of somebody else's may fail in every way
            asked.cancel()
            self._app.log.debug("mlgit cannot list the kernels: %a", error)
        return self._listed

    def _tell(self, news: News) -> None:
        """Is called in the threads that watch."""
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # it has been closed this very moment
                loop.call_soon_threadsafe(self._emit, news)

    def _emit(self, news: News) -> None:
        if self._app.event_logger is not None:
            self._app.event_logger.emit(schema_id=SCHEMA_ID, data={"what": [news]})
