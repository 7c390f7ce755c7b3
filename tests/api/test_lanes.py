"""One request after the other in each repository, bounded, with a deadline, and never on the loop."""

from __future__ import annotations

import asyncio
import threading
from functools import partial

import pytest

from jupyter_mlgit.api.lanes import Lanes
from jupyter_mlgit.api.problems import Busy, TookTooLong
from tests.api.waiting import PATIENCE, until

DEADLINES = (0.1, 1.0, 10.0, 100.0)
"""Seconds of which the first one is taken in which this machine begins a thread."""


def set_deadline(lanes: Lanes, seconds: float) -> None:
    """Sets the deadline of what is asked from now on."""
    lanes._deadline = seconds  # noqa: SLF001 -- a server's never changes


async def _given_up() -> tuple[Lanes, Gate]:
    """Gives lanes with a read that has begun and was given up, and what it waits for."""
    for deadline in DEADLINES:
        lanes, gate = Lanes(deadline=deadline), Gate()
        try:
            await lanes.run("a", gate)
        except TookTooLong:
            return lanes, gate
        except Busy:  # the machine was too slow to begin it in time
            continue
    raise AssertionError("it was never begun")


class Gate:
    """Work that ends when it is let go."""

    def __init__(self) -> None:
        """Begins closed."""
        self.begun = threading.Event()
        self.open = threading.Event()

    def __call__(self) -> str:
        """Waits to be let go."""
        self.begun.set()
        assert self.open.wait(PATIENCE)
        return "done"

    async def until_begun(self) -> None:
        """Waits, on the loop, until the work has begun."""
        await until(self.begun.is_set)


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
    lanes, gate = await _given_up()
    set_deadline(lanes, 0.1)
    with pytest.raises(Busy):
        await lanes.run("a", lambda: "its turn does not come in time")
    set_deadline(lanes, PATIENCE)
    gate.open.set()
    assert await lanes.run("a", lambda: "now") == "now"


async def test_an_act_that_has_begun_is_waited_for() -> None:
    for deadline in DEADLINES:
        lanes, gate = Lanes(deadline=deadline), Gate()
        act = asyncio.ensure_future(lanes.run("a", gate, act=True))
        await asyncio.wait({act}, timeout=4 * deadline)
        if not act.done():
            assert gate.begun.is_set()
            gate.open.set()
            assert await act == "done"
            return
        with pytest.raises(Busy):  # the machine was too slow to begin it in time
            await act
    pytest.fail("it was never begun")


async def test_an_act_whose_turn_does_not_come_is_never_begun() -> None:
    lanes, gate, late = Lanes(), Gate(), Gate()
    held = asyncio.ensure_future(lanes.run("a", gate, act=True))
    await gate.until_begun()
    set_deadline(lanes, 0.1)
    with pytest.raises(Busy):
        await lanes.run("a", late, act=True)
    set_deadline(lanes, PATIENCE)
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
    set_deadline(lanes, PATIENCE)
    assert await lanes.aside(lambda: "others go on") == "others go on"
    gate.open.set()


async def test_a_folder_that_hangs_keeps_one_thread_however_often_it_is_asked_for() -> None:
    lanes, gates = Lanes(threads=1), [Gate() for _ in range(8)]
    asked = [asyncio.ensure_future(lanes.aside(gate, "hanging")) for gate in gates]
    await gates[0].until_begun()
    assert await lanes.aside(lambda: "others go on", "other") == "others go on"
    assert await lanes.aside(lambda: "and so do these") == "and so do these"
    assert not any(gate.begun.is_set() for gate in gates[1:])
    for gate in gates:
        gate.open.set()
    assert await asyncio.gather(*asked) == ["done"] * 8


async def test_a_folder_that_was_given_up_is_not_looked_into_by_another_thread_before_the_first_one_ends() -> None:
    for deadline in DEADLINES:
        lanes, gate, next_ = Lanes(deadline=deadline), Gate(), Gate()
        with pytest.raises(TookTooLong):
            await lanes.aside(gate, "hanging")
        if gate.begun.is_set():
            with pytest.raises(TookTooLong):
                await lanes.aside(next_, "hanging")
            assert not next_.begun.is_set()
            set_deadline(lanes, PATIENCE)
            gate.open.set()
            assert await lanes.aside(lambda: "now", "hanging") == "now"
            return
    pytest.fail("it was never begun")


async def test_a_folder_that_was_given_up_before_its_thread_began_is_free_again() -> None:
    lanes, gates = Lanes(threads=1), [Gate(), Gate()]
    # Two threads may look aside, and both hang.
    held = [asyncio.ensure_future(lanes.aside(gate, n)) for n, gate in enumerate(gates)]
    for gate in gates:
        await gate.until_begun()
    set_deadline(lanes, 0.1)
    with pytest.raises(TookTooLong):
        await lanes.aside(lambda: "no thread is free", "c")
    set_deadline(lanes, PATIENCE)
    for gate in gates:
        gate.open.set()
    await asyncio.gather(*held)
    assert await lanes.aside(lambda: "free", "c") == "free"


async def test_what_the_work_raises_reaches_whoever_asked() -> None:
    def fail() -> None:
        raise KeyError("why")

    lanes = Lanes()
    with pytest.raises(KeyError, match="why"):
        await lanes.run("a", fail)
    assert await lanes.run("a", lambda: "on") == "on"


async def test_a_driver_that_hangs_takes_no_thread_from_the_repositories() -> None:
    lanes, gates = Lanes(threads=1), [Gate() for _ in range(4)]
    held = [asyncio.ensure_future(lanes.run(n, gate, act=True, machine=True)) for n, gate in enumerate(gates)]
    for gate in gates:
        await gate.until_begun()
    assert await lanes.run("a", lambda: "restored", act=True) == "restored"
    for gate in gates:
        gate.open.set()
    assert await asyncio.gather(*held) == ["done"] * 4
