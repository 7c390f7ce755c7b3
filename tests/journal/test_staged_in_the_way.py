"""What is staged under the name of a folder that comes: git drops it without a word, and we refuse."""

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


@pytest.mark.parametrize("name", ["x", "x/y"])
def test_a_switch_to_a_folder_of_that_name_is_refused(scenario: Scenario, name: str) -> None:
    scenario.commit("base", {"a": "1\n"}).branch("other").commit("folder", {"x/y/z": "1\n"}).checkout("main")
    scenario.write({name: "staged\n"}).git("add", name)
    (scenario.path / name).unlink()
    assert refused(scenario, switch_branch, SwitchRequest(name="other")) == [name]
    assert scenario.git("show", f":{name}") == "staged"


def test_a_switch_to_a_file_of_that_name_is_refused(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n"}).branch("other").commit("file", {"x": "1\n"}).checkout("main")
    scenario.write({"x/y/z": "staged\n"}).git("add", "x")
    (scenario.path / "x/y/z").unlink()
    assert refused(scenario, switch_branch, SwitchRequest(name="other")) == ["x/y/z"]


def test_an_undo_is_refused(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n"}).commit("folder", {"x/y/z": "1\n"})
    ours(scenario, reset, ResetRequest(rev="HEAD~1", hard=True))
    scenario.write({"x": "staged\n"}).git("add", "x")
    (scenario.path / "x").unlink()
    assert refused(scenario, undo, UndoRequest()) == ["x"]
