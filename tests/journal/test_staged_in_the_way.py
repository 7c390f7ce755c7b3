"""What is staged under the name of a folder that comes: git drops it without a word; it is backed up, or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.history.switch import SwitchRequest, switch_branch
from jupyter_mlgit.journal.undo import UndoRequest, undo
from jupyter_mlgit.problems import WouldOverwrite
from tests.git.twins import ours
from tests.journal.random_pictures import facts

if TYPE_CHECKING:
    from tests.scenario import Scenario


def refused(scenario: Scenario, verb: object, request: object) -> list[str]:
    """Demands that a refusal leaves everything as it was, but for empty folders; gives the files that it names."""
    before = facts(scenario)
    with pytest.raises(WouldOverwrite) as refusal:
        ours(scenario, verb, request)  # type: ignore[arg-type]
    assert facts(scenario) == before
    assert scenario.git("write-tree")
    scenario.fsck()
    return list(refusal.value.details["files"])


def require_backed_up(scenario: Scenario, name: str) -> None:
    """Demands that a switch makes what git makes of it, and that what was staged is kept, and comes back."""
    oid, before, twin = scenario.git("rev-parse", f":{name}"), facts(scenario), scenario.twin()
    ours(scenario, switch_branch, SwitchRequest(name="other"))
    twin.git("switch", "--quiet", "other")
    assert facts(scenario) == facts(twin)
    scenario.git("write-tree")
    assert oid in scenario.git("rev-list", "--objects", "--all")
    ours(scenario, undo, UndoRequest())
    assert facts(scenario) == before


@pytest.mark.parametrize("name", ["x", "x/y"])
def test_what_a_folder_of_that_name_drops_is_backed_up(scenario: Scenario, name: str) -> None:
    scenario.commit("base", {"a": "1\n"}).branch("other").commit("folder", {"x/y/z": "1\n"}).checkout("main")
    scenario.write({name: "staged\n"}).git("add", name)
    (scenario.path / name).unlink()
    require_backed_up(scenario, name)


def test_what_a_file_of_that_name_drops_is_backed_up(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n"}).branch("other").commit("file", {"x": "1\n"}).checkout("main")
    scenario.write({"x/y/z": "staged\n"}).git("add", "x")
    (scenario.path / "x/y/z").unlink()
    require_backed_up(scenario, "x/y/z")


def test_an_undo_is_refused(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n"}).commit("folder", {"x/y/z": "1\n"})
    ours(scenario, reset, ResetRequest(rev="HEAD~1", hard=True))
    scenario.write({"x": "staged\n"}).git("add", "x")
    (scenario.path / "x").unlink()
    assert refused(scenario, undo, UndoRequest()) == ["x"]
