"""Gives each repository one lane: its requests run one after the other in a worker thread, never on the loop.

A ``Repository`` is one object with caches and a lock of its own, so a second thread on it would only wait.
What the lane adds is that the waiting happens on the event loop, in the order of arrival, bounded, and with
a deadline; a repository on a file system that hangs keeps one thread and leaves the others to the rest. The
surprise: a thread can't be stopped. A read that is late is answered as late while its thread goes on and
keeps the lane; an act, once begun, is always waited for.

The rules come from the threat model: bounded work per repository, no synchronous work on the loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import anyio
import anyio.to_thread

from jupyter_mlgit.api.problems import Busy, TookTooLong

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")


@dataclass
class Lane:
    """The requests of one repository."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    inside: int = 0


class Lanes:
    """All lanes of a server."""

    def __init__(self, *, threads: int = 4, waiting: int = 32, deadline: float = 60.0) -> None:
        """Sets the limits.

        Args:
            threads: how many repositories are worked on at once.
            waiting: how many requests one repository may have, running or waiting.
            deadline: seconds after which a read, or an act that has not begun, is given up.
        """
        self._waiting = waiting
        self._deadline = deadline
        self._threads = threads
        self._limiter: anyio.CapacityLimiter | None = None
        self._machine: anyio.CapacityLimiter | None = None
        self._aside: anyio.CapacityLimiter | None = None
        self._lanes: dict[Hashable, Lane] = {}

    async def run(self, key: Hashable, work: Callable[[], T], *, act: bool = False, machine: bool = False) -> T:
        """Runs ``work`` in a worker thread when its turn has come.

        Args:
            key: what names the repository.
            work: the blocking function.
            act: True for what changes the repository: once begun it is waited for to its end.
            machine: True for what is about the machine: a driver or an interpreter that hangs takes no thread from the
                repositories.

        Raises:
            Busy: when too many requests wait already, or the turn didn't come in time.
            TookTooLong: when a read has begun and isn't over in time.
        """
        lane = self._lanes.setdefault(key, Lane())
        if lane.inside >= self._waiting:
            raise _busy(self._waiting)
        lane.inside += 1
        begun = asyncio.Event()
        task = asyncio.ensure_future(self._take(lane, begun, work, self._limit(machine=machine)))
        task.add_done_callback(lambda _: self._leave(key, lane))
        await asyncio.wait({task}, timeout=self._deadline)
        if not task.done() and not begun.is_set():
            task.cancel()
            raise _busy(lane.inside)
        if not task.done() and not act:
            task.add_done_callback(_forget)
            raise _late(self._deadline)
        return await asyncio.shield(task)

    async def aside(self, work: Callable[[], T], key: Hashable = None) -> T:
        """Runs something short in a worker thread that belongs to no repository yet.

        Args:
            work: the blocking function.
            key: names the folder that it looks into: one thread looks into a folder at a time, so that one which
                hangs keeps a single thread, however often it is asked for. None is for what looks into no
                particular one.

        Raises:
            Busy: when too many wait for the same folder.
            TookTooLong: when it isn't over in time, as on a file system that hangs.
        """
        if self._aside is None:
            self._aside = anyio.CapacityLimiter(2 * self._threads)
        try:
            with anyio.fail_after(self._deadline):
                if key is None:
                    return await anyio.to_thread.run_sync(work, limiter=self._aside, abandon_on_cancel=True)
                return await self._in_turn(("aside", key), work, self._aside)
        except TimeoutError as error:
            raise _late(self._deadline) from error

    async def _in_turn(self, key: Hashable, work: Callable[[], T], limiter: anyio.CapacityLimiter) -> T:
        """Runs something after those that came before it; its turn ends with its thread, also when it is given up."""
        lane = self._lanes.setdefault(key, Lane())
        if lane.inside >= self._waiting:
            raise _busy(self._waiting)
        lane.inside += 1
        loop = asyncio.get_running_loop()
        begun, left = threading.Event(), False

        def leave() -> None:
            nonlocal left
            if not left:
                left = True
                lane.turn.release()
                self._leave(key, lane)

        def run() -> T:
            begun.set()
            try:
                return work()
            finally:
                # Where the loop is gone, so are those who wait.
                with contextlib.suppress(RuntimeError):
                    loop.call_soon_threadsafe(leave)

        try:
            await lane.turn.acquire()
        except BaseException:
            self._leave(key, lane)
            raise
        try:
            return await anyio.to_thread.run_sync(run, limiter=limiter, abandon_on_cancel=True)
        except BaseException:
            if not begun.is_set():
                leave()
            raise

    async def _take(self, lane: Lane, begun: asyncio.Event, work: Callable[[], T], limiter: anyio.CapacityLimiter) -> T:
        async with lane.turn, limiter:
            begun.set()
            return await anyio.to_thread.run_sync(work, limiter=anyio.CapacityLimiter(1))

    def _limit(self, *, machine: bool) -> anyio.CapacityLimiter:
        # A limiter belongs to the loop that it is first used on, which isn't there yet when the server loads us.
        if self._limiter is None or self._machine is None:
            self._limiter = anyio.CapacityLimiter(self._threads)
            # Each verb has one lane, so no more threads than there are verbs are ever in use.
            self._machine = anyio.CapacityLimiter(math.inf)
        return self._machine if machine else self._limiter

    def _leave(self, key: Hashable, lane: Lane) -> None:
        lane.inside -= 1
        if lane.inside == 0:
            self._lanes.pop(key, None)


def _busy(count: int) -> Busy:
    return Busy(f"{count} requests already wait for this repository.", "Wait until they are answered and try again.")


def _late(deadline: float) -> TookTooLong:
    return TookTooLong(
        f"The answer took longer than {deadline:g} seconds.",
        "Try again; the second time is faster if the repository was read meanwhile.",
    )


def _forget(task: asyncio.Future[T]) -> None:
    """Takes the result of a read that nobody waits for, so that asyncio doesn't report it as lost."""
    if not task.cancelled():
        task.exception()
