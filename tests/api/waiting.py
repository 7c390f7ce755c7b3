"""Waits for what a thread, a process or the loop does, for as long as a slow machine may need."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 120.0
"""Seconds after which what was waited for will not come any more, on however slow a machine."""


async def until(done: Callable[[], object], told: Callable[[], object] | None = None) -> None:
    """Waits on the loop until something holds.

    Args:
        done: what is waited for.
        told: gives what a failure shows.
    """
    deadline = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < deadline, None if told is None else told()
        await asyncio.sleep(0.01)
