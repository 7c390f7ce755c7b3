"""Tells the story that most tests of switching begin with, and acts on it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.unfinished import RecoverRequest, settle_unfinished
from tests.git.twins import opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenario import Scenario


def carried(scenario: Scenario) -> Scenario:
    """Makes ``main`` and ``x``, with work on ``main`` that a switch carries along."""
    scenario.commit("base", {"a": "1\n", "gone/b": "1\n", "same": "1\n", "staged": "1\n"}).branch("x")
    shutil.rmtree(scenario.path / "gone")
    scenario.commit("other", {"a": "2\n", "new/c": "2\n"}).checkout("main")
    scenario.write({"same": "edited\n", "staged": "staged\n", "mine": "mine\n"}).git("add", "staged")
    return scenario


def act(scenario: Scenario, verb: Callable[..., Any], request: object) -> Any:
    """Carries out a verb of the product at the scenario's time."""
    with opened(scenario.path) as repo:
        return verb(repo, request, Context(now=scenario.clock.now, source="panel"))


def settle(scenario: Scenario, *, finish: bool) -> None:
    """Finishes what was interrupted, or rolls it back."""
    act(scenario, settle_unfinished, RecoverRequest(finish=finish, roll_back=not finish))
