"""Repeats what failed while nobody was looking, ever more rarely, and says so in the log once.

A repository may be busy, damaged, or on a disk that is not there just now: none of this is for ever, and none of it
may fill the log. What ends well is forgotten, so that its next failure is told again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_mlgit.problems import Problem

if TYPE_CHECKING:
    import asyncio
    import logging
    from collections.abc import Callable, Hashable

FIRST = 5.0
LONGEST = 1800.0
"""Seconds until it is tried again: the first time, and at most."""


@dataclass
class _Failed:
    pause: float
    kind: type[Exception]
    timer: asyncio.TimerHandle


class Retries:
    """What has failed and waits to be tried again. Lives on the event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, log: logging.Logger) -> None:
        """Takes the loop that tries again and the log."""
        self._loop = loop
        self._log = log
        self._failed: dict[Hashable, _Failed] = {}

    def failed(self, key: Hashable, what: str, error: Exception, again: Callable[[], None]) -> None:
        """Notes a failure.

        Args:
            key: names what was tried.
            what: says it to whoever reads the log.
            error: why it failed.
            again: begins it anew; called after a pause, on the loop.
        """
        before = self._failed.pop(key, None)
        pause = FIRST
        if before is not None:
            before.timer.cancel()
            pause = min(2 * before.pause, LONGEST)
        kind = type(error)
        if before is None or before.kind is not kind:
            # A fault of ours is worth a person's time; a disk that is not there may be meant.
            tell = self._log.info if isinstance(error, Problem | OSError) else self._log.warning
            # One line, escaped: the name of a folder must not be able to forge a line of the log.
            tell("mlgit could not %s, and will try again: %s", what, json.dumps(f"{kind.__name__}: {error}"))
        self._failed[key] = _Failed(pause, kind, self._loop.call_later(pause, again))

    def ended_well(self, key: Hashable) -> None:
        """Forgets a failure."""
        before = self._failed.pop(key, None)
        if before is not None:
            before.timer.cancel()

    def stop(self) -> None:
        """Tries nothing again."""
        for one in self._failed.values():
            one.timer.cancel()
        self._failed.clear()
