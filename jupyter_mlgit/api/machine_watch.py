"""Connects what watches the machine with the server: its kernels, its loop and its events.

Nothing of ``environment/`` is loaded before somebody asks for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

    from jupyter_mlgit.environment.desk import Desk, News

SCHEMA_ID = "https://schema.jupyter-mlgit.org/environment-changed/v1"
SCHEMA_FILE = Path(__file__).with_name("environment_changed.yaml")


class MachineWatch:
    """The server's end of it. Methods run on the event loop unless they say otherwise."""

    def __init__(self, app: ServerApp) -> None:
        """Takes the server; nothing is watched yet."""
        self._app = app
        self._loop: asyncio.AbstractEventLoop | None = None
        self._making = threading.Lock()
        self._desk: Desk | None = None

    def start(self) -> None:
        """Notes the loop that events are sent on."""
        self._loop = asyncio.get_running_loop()

    def desk(self) -> Desk:
        """Gives what watches, and makes it when it is asked for first; may be called in any thread."""
        from jupyter_mlgit.environment.desk import Desk

        with self._making:
            if self._desk is None:
                self._desk = Desk(self._tell)
            return self._desk

    async def stop(self) -> None:
        """Ends what watches."""
        desk, self._loop = self._desk, None
        if desk is not None:
            await asyncio.get_running_loop().run_in_executor(None, desk.stop)

    def _tell(self, news: News) -> None:
        """Is called in the threads that watch."""
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # it has been closed this very moment
                loop.call_soon_threadsafe(self._emit, news)

    def _emit(self, news: News) -> None:
        if self._app.event_logger is not None:
            self._app.event_logger.emit(schema_id=SCHEMA_ID, data={"what": [news]})
