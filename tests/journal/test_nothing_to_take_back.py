"""Acts that find everything as they would make it: they are logged, and stand in no other act's way."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.journal.operations import Operation, OperationsRequest, list_operations
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from tests.git.twins import ours
from tests.history.pictures import switched

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.scenario import Scenario


def unstaged(s: Scenario, name: str) -> str:
    s.write({name: "mine\n"}).git("add", name)
    done = ours(s, reset, ResetRequest())
    assert done.operation
    return str(done.operation)


def operations(s: Scenario) -> list[Operation]:
    return list(ours(s, list_operations, OperationsRequest()).operations)


@pytest.fixture
def two(scenario: Scenario) -> Scenario:
    scenario.commit("base", {"f": "1\n", "g": "1\n"})
    ours(scenario, list_operations, OperationsRequest())
    return scenario


def test_act_that_had_nothing_to_do_again_still_counts(two: Scenario) -> None:
    """Somebody has done by hand what the redo would do."""
    act = unstaged(two, "f")
    ours(two, undo, UndoRequest())
    two.git("reset", "--quiet", "f")
    ours(two, redo, RedoRequest())
    done = ours(two, undo, UndoRequest(before=act))
    assert [one.id for one in done.operations] == [act]
    assert two.git("diff", "--cached", "--name-only") == "f"


def test_undo_that_had_nothing_to_do_is_done_again(two: Scenario) -> None:
    first, second = unstaged(two, "f"), unstaged(two, "g")
    ours(two, undo, UndoRequest())
    two.git("add", "f")
    ours(two, undo, UndoRequest())
    again = [ours(two, redo, RedoRequest()).operations[0].id for _ in (1, 2)]
    assert again == [first, second]


def test_reset_to_where_a_detached_head_is_is_no_step(two: Scenario) -> None:
    act = unstaged(two, "f")
    two.git("checkout", "--quiet", "--detach")
    ours(two, list_operations, OperationsRequest())
    assert ours(two, reset, ResetRequest(rev="HEAD")).operation is None
    assert "changed nothing" in (operations(two)[0].reason or "")
    assert act in {one.id for one in operations(two)}


def test_reset_that_changes_nothing_keeps_redo(two: Scenario) -> None:
    act = unstaged(two, "f")
    ours(two, undo, UndoRequest())
    ours(two, reset, ResetRequest(soft=True))
    assert ours(two, redo, RedoRequest()).operations[0].id == act


@pytest.mark.parametrize("plant", [os.mkfifo, lambda path: path.symlink_to("config"), os.mkdir])
def test_what_is_planted_in_place_of_gits_notes_stops_no_switch(two: Scenario, plant: Callable[[Path], None]) -> None:
    two.branch("x", "main")
    plant(two.git_dir / "MERGE_MSG")
    switched(two, "x")
    ours(two, undo, UndoRequest())
    assert two.git("branch", "--show-current") == "main"
    assert os.path.lexists(two.git_dir / "MERGE_MSG")


@pytest.mark.parametrize("here", [True, False])
def test_notes_for_the_next_commit_go_with_what_is_checked_out(two: Scenario, *, here: bool) -> None:
    """A switch leaves those behind that are there, and its undo those that have been made since."""
    two.branch("x", "main").branch("y").commit("theirs", {"h": "1\n"}).checkout("main")
    ours(two, list_operations, OperationsRequest())
    notes = two.git_dir / "SQUASH_MSG"
    if here:
        two.git("merge", "--quiet", "--squash", "y")
    was = notes.read_bytes() if here else None
    switched(two, "x")
    assert not notes.exists()
    notes.write_text("made here, by a squash with nothing in it\n")
    ours(two, undo, UndoRequest(id=next(one.id for one in operations(two) if one.kind == "switch")))
    assert two.git("branch", "--show-current") == "main"
    assert (notes.read_bytes() if notes.exists() else None) == was
