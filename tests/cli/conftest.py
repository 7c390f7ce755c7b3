"""Tells a story in a repository, and runs command lines in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.cli import main
from jupyter_mlgit.cli.command import run
from tests.api import fake_verbs

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenario import Scenario

Told = tuple[int, str, str]
"""The exit status, what went to stdout and what went to stderr."""


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    """Gives the story of the issue: a branch with work on it, never pushed, deleted in a terminal."""
    scenario.commit("first").branch("exp/one").commit("Try a larger step", {"train.ipynb": '{"cells": []}'})
    return scenario.delete_branch("exp/one")


@pytest.fixture
def tell(story: Scenario, capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """Gives a function that runs a command line in the story's repository."""

    def tell(*words: str) -> Told:
        status = main(["-C", str(story.path), *words])
        out, err = capsys.readouterr()
        return status, out, err

    return tell


@pytest.fixture
def fake(scenario: Scenario, capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """Gives the same for verbs that do next to nothing."""
    scenario.commit("first")

    def tell(*words: str) -> Told:
        status = run(["-C", str(scenario.path), *words], fake_verbs.TABLE)
        out, err = capsys.readouterr()
        return status, out, err

    return tell
