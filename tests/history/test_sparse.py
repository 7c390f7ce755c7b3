"""Switches and resets in a sparse checkout as git does: what lies beyond it is neither written nor taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.history.switch import SwitchRequest, switch_branch
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from tests.git.twins import ours
from tests.history.pictures import picture, same_zone

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenario import Scenario

zone = pytest.fixture(autouse=True)(same_zone)

ACTS: dict[str, tuple[Callable[..., Any], object, list[str]]] = {
    "switch": (switch_branch, SwitchRequest(name="other"), ["switch", "-q", "other"]),
    "reset": (reset, ResetRequest(rev="other", hard=True), ["reset", "-q", "--hard", "other"]),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("mine", ["", "b/secret", "b/new"])
def test_what_lies_beyond_stays_as_it_is(scenario: Scenario, act: str, mine: str) -> None:
    """Also a file that is ignored, or that nobody tracks: nothing takes its place."""
    scenario.commit("base", {"a/a": "a\n", "b/b": "b\n", "b/x": "x\n", "b/gone": "g\n", ".gitignore": "secret\n"})
    scenario.branch("other").write({"b/secret": "theirs\n", "b/new": "n\n", "b/x": "y\n", "a/new": "n\n"})
    (scenario.path / "b/gone").unlink()
    scenario.git("add", "--force", "--all")
    scenario.git("commit", "--quiet", "--message", "other")
    scenario.checkout("main")
    scenario.git("sparse-checkout", "set", "--no-cone", "/*", "!/b/")
    if mine:
        scenario.write({mine: "MINE\n"})
    before, twin = picture(scenario), scenario.twin()
    verb, request, words = ACTS[act]
    ours(scenario, verb, request)
    twin.clock.now = scenario.clock.now
    twin.git(*words)
    after = picture(scenario)
    assert after == picture(twin)
    ours(scenario, undo, UndoRequest())
    assert {**picture(scenario), "logs": None} == {**before, "logs": None}
    ours(scenario, redo, RedoRequest())
    assert {**picture(scenario), "logs": None} == {**after, "logs": None}
    scenario.fsck()
