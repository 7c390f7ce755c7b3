"""Gives what the tests of the journal begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.scenario import Scenario


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    """Gives a repository with main, a branch of two commits with an upstream, and one that is packed."""
    return begun(scenario)


def begun(scenario: Scenario) -> Scenario:
    """Builds on an empty repository what most tests here need."""
    scenario.commit("base").remote().push()
    scenario.branch("packed").commit("p1").checkout("main")
    scenario.git("pack-refs", "--all")
    scenario.branch("exp/one").commit("e1").commit("e2")
    scenario.git("config", "branch.exp/one.remote", "origin")
    scenario.git("config", "branch.exp/one.merge", "refs/heads/main")
    return scenario.checkout("main").commit("m1")
