"""One request after the other in each repository, bounded, with a deadline, and never on the loop."""

from __future__ import annotations

import asyncio
import threading
from functools import partial

import pytest

from jupyter_mlgit.api.lanes import Lanes
from jupyter_mlgit.api.problems import Busy, TookTooLong


class Gate:
    """Work that ends when it is let go."""

    def __init__(self) -> None:
        """Begins closed."""
        self.begun = threading.Event()
        self.open = threading.Event()

    def __call__(self) -> str:
        """Waits to be let go."""
        self.begun.set()
        assert self.open.wait(20)
        return "done"

    async def until_begun(self) -> None:
        """Waits, on the loop, until the work has begun."""
        while not self.begun.is_set():
            await asyncio.sleep(0.001)


async def test_requests_of_one_repository_run_one_after_the_other_in_their_order() -> None:
    lanes, gate, done = Lanes(), Gate(), list[int]()
    first = asyncio.ensure_future(lanes.run("a", gate))
    await gate.until_begun()
    others = [asyncio.ensure_future(lanes.run("a", partial(done.append, n))) for n in range(5)]
    await asyncio.sleep(0.05)
    assert done == []
    gate.open.set()
    assert await first == "done"
    await asyncio.gather(*others)
    assert done == [0, 1, 2, 3, 4]


async def test_another_repository_does_not_wait() -> None:
    lanes, gate = Lanes(threads=2), Gate()
    held = asyncio.ensure_future(lanes.run("a", gate))
    await gate.until_begun()
    assert await lanes.run("b", lambda: "other") == "other"
    gate.open.set()
    await held


async def test_no_more_repositories_are_worked_on_than_there_are_threads() -> None:
    lanes, gates = Lanes(threads=2), [Gate() for _ in range(3)]
    held = [asyncio.ensure_future(lanes.run(str(n), gate)) for n, gate in enumerate(gates)]
    await gates[0].until_begun()
    await gates[1].until_begun()
    await asyncio.sleep(0.05)
    assert not gates[2].begun.is_set()
    for gate in gates:
        gate.open.set()
    assert await asyncio.gather(*held) == ["done"] * 3


async def test_a_read_that_takes_too_long_is_given_up_and_keeps_its_lane_until_it_ends() -> None:
    lanes, gate = Lanes(deadline=0.1), Gate()
    with pytest.raises(TookTooLong):
        await lanes.run("a", gate)
    with pytest.raises(Busy):
        await lanes.run("a", lambda: "its turn does not come in time")
    gate.open.set()
    await asyncio.sleep(0.05)
    assert await lanes.run("a", lambda: "now") == "now"


async def test_an_act_that_has_begun_is_waited_for() -> None:
    lanes, gate = Lanes(deadline=0.05), Gate()
    act = asyncio.ensure_future(lanes.run("a", gate, act=True))
    await gate.until_begun()
    await asyncio.sleep(0.2)
    assert not act.done()
    gate.open.set()
    assert await act == "done"


async def test_an_act_whose_turn_does_not_come_is_never_begun() -> None:
    lanes, gate, late = Lanes(deadline=0.1), Gate(), Gate()
    held = asyncio.ensure_future(lanes.run("a", gate, act=True))
    await gate.until_begun()
    with pytest.raises(Busy):
        await lanes.run("a", late, act=True)
    gate.open.set()
    await held
    assert await lanes.run("a", lambda: "next") == "next"
    assert not late.begun.is_set()


async def test_too_many_are_refused_at_once() -> None:
    lanes, gate = Lanes(waiting=2), Gate()
    held = [asyncio.ensure_future(lanes.run("a", gate)) for _ in range(2)]
    await gate.until_begun()
    with pytest.raises(Busy):
        await lanes.run("a", lambda: "one too many")
    gate.open.set()
    assert await asyncio.gather(*held) == ["done"] * 2


async def test_what_hangs_before_it_has_a_repository_is_given_up_too() -> None:
    lanes, gate = Lanes(deadline=0.1), Gate()
    with pytest.raises(TookTooLong):
        await lanes.aside(gate)
    assert await lanes.aside(lambda: "others go on") == "others go on"
    gate.open.set()


async def test_what_the_work_raises_reaches_whoever_asked() -> None:
    def fail() -> None:
        raise KeyError("why")

    lanes = Lanes()
    with pytest.raises(KeyError, match="why"):
        await lanes.run("a", fail)
    assert await lanes.run("a", lambda: "on") == "on"
