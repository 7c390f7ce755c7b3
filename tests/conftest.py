"""Keeps every test away from the machine: its own home, its own git and Jupyter settings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests.scenario import Scenario
from tests.tally import TALLY, Tally

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ("pytest_jupyter.jupyter_server",)

# A step is a process or several: neither a slow machine nor a slow data generation says anything about the code.
settings.register_profile("git", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("git")


@pytest.fixture(autouse=True)
def isolated(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Gives each test an empty home folder; git finds nothing but a name and an address there."""
    home = tmp_path_factory.mktemp("home")
    for name in [name for name in os.environ if name.startswith(("GIT_", "JUPYTER", "JUPYTERLAB"))]:
        monkeypatch.delenv(name)
    # Waiting for the disk proves nothing while the power stays on: git's own waits are spared here, ours below.
    (home / ".gitconfig").write_text(
        "[user]\n\tname = Ada Example\n\temail = ada@example.org\n"
        "[init]\n\tdefaultBranch = main\n[core]\n\tfsync = none\n"
    )
    places = {
        "HOME": home,
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_CACHE_HOME": home / ".cache",
        "XDG_DATA_HOME": home / ".local/share",
        "XDG_STATE_HOME": home / ".local/state",
        "GIT_CONFIG_GLOBAL": home / ".gitconfig",
        "JUPYTER_CONFIG_DIR": home / "jupyter/config",
        "JUPYTER_DATA_DIR": home / "jupyter/data",
        "JUPYTER_RUNTIME_DIR": home / "jupyter/runtime",
    }
    for name, place in places.items():
        monkeypatch.setenv(name, str(place))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    # That nobody forgets to wait is test_power_loss's.
    monkeypatch.setattr(os, "fsync", os.fstat)
    return home


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Lets a process that runs a part of the tests tell what it has counted."""
    told = getattr(session.config, "workeroutput", None)
    if told is not None:
        told["tally"] = [TALLY.points, TALLY.passed]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Adds up what such a process has told."""
    TALLY.add(Tally(*getattr(node, "workeroutput", {}).get("tally", (0, 0))))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Gives the figure that the crash matrix is judged by."""
    if TALLY.points:
        terminalreporter.write_line(f"{TALLY.points} points, {TALLY.passed} passed")


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    """Gives an empty repository to build on."""
    return Scenario(tmp_path / "work")
