"""Changes that follow each other closely are one event, and what could take a branch is looked at first."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest
from jsonschema import ValidationError
from jupyter_events.schema import EventSchema

from jupyter_mlgit.api import events
from jupyter_mlgit.api.events import SCHEMA_FILE, SCHEMA_ID, Changes
from jupyter_mlgit.api.places import Change, Places
from tests.api.waiting import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Places(Path("/r"), Path("/r"), Path("/r/.git"), Path("/r/.git"))
THERE = Places(Path("/s"), Path("/s"), Path("/s/.git"), Path("/s/.git"))


class Desk:
    """Keeps what it is told, in order."""

    def __init__(self) -> None:
        """Begins on the running loop."""
        self.told: list[tuple[str, Places, tuple[Change, ...]]] = []
        self.changes = Changes(self._tell, self._observe, asyncio.get_running_loop())

    def _tell(self, places: Places, changes: list[Change]) -> None:
        self.told.append(("told", places, tuple(changes)))

    async def _observe(self, places: Places) -> None:
        self.told.append(("observed", places, ()))

    async def until(self, done: Callable[[], bool]) -> None:
        """Waits until something holds."""
        await until(done, lambda: self.told)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shortens the pauses."""
    monkeypatch.setattr(events, "PAUSE", 0.05)
    monkeypatch.setattr(events, "FILES_PAUSE", 0.4)


@pytest.mark.usefixtures("short")
async def test_changes_of_a_moment_are_one_event_and_refs_are_looked_at_before_it() -> None:
    desk = Desk()
    for change in ("refs", "index", "refs", "files"):
        desk.changes.add(HERE, change)
    await desk.until(lambda: len(desk.told) == 2)
    assert desk.told == [("observed", HERE, ()), ("told", HERE, ("files", "index", "refs"))]
    await asyncio.sleep(0.2)
    assert len(desk.told) == 2


@pytest.mark.usefixtures("short")
async def test_what_cannot_have_taken_a_branch_is_not_looked_at() -> None:
    desk = Desk()
    for change in ("index", "files", "operations"):
        desk.changes.add(HERE, change)
    await desk.until(lambda: bool(desk.told))
    assert desk.told == [("told", HERE, ("files", "index", "operations"))]


@pytest.mark.usefixtures("short")
async def test_each_repository_is_told_of_by_itself() -> None:
    desk = Desk()
    desk.changes.add(HERE, "index")
    desk.changes.add(THERE, "config")
    await desk.until(lambda: len(desk.told) == 3)
    assert set(desk.told) == {("told", HERE, ("index",)), ("observed", THERE, ()), ("told", THERE, ("config",))}


@pytest.mark.usefixtures("short")
async def test_a_run_that_writes_all_the_time_is_told_of_now_and_then() -> None:
    desk = Desk()
    loop = asyncio.get_running_loop()
    begin, added = loop.time(), 0
    while len(desk.told) < 3:
        desk.changes.add(HERE, "files")
        added += 1
        await asyncio.sleep(0.01)
    # However slow the machine, the second and the third event each came a whole pause after the one before.
    assert loop.time() - begin >= 2 * events.FILES_PAUSE
    assert added > 3


@pytest.mark.usefixtures("short")
async def test_a_ref_does_not_wait_for_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "FILES_PAUSE", 10 * PATIENCE)
    desk = Desk()
    desk.changes.add(HERE, "files")
    await desk.until(lambda: bool(desk.told))
    desk.changes.add(HERE, "files")
    desk.changes.add(HERE, "refs")
    await desk.until(lambda: ("told", HERE, ("files", "refs")) in desk.told)


@pytest.mark.usefixtures("short")
async def test_changes_may_be_noticed_in_any_thread() -> None:
    desk = Desk()
    thread = threading.Thread(target=desk.changes.add, args=(HERE, "index"))
    thread.start()
    thread.join()
    await desk.until(lambda: bool(desk.told))


@pytest.mark.usefixtures("short")
async def test_nothing_is_told_after_the_end() -> None:
    desk = Desk()
    desk.changes.add(HERE, "refs")
    await asyncio.sleep(0)
    desk.changes.stop()
    await asyncio.sleep(0.2)
    assert desk.told == []


def test_the_schema_knows_every_change() -> None:
    schema = EventSchema(SCHEMA_FILE)
    assert schema.id == SCHEMA_ID
    for change in get_args(Change):
        schema.validate({"repository": "repo", "what": [change]})
    with pytest.raises(ValidationError):
        schema.validate({"repository": "repo", "what": ["weather"]})
