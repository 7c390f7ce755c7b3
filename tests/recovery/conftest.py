"""Gives what the tests of recovery begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.scenario import Scenario


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    """Gives a repository with one commit on main."""
    return scenario.commit("base")
