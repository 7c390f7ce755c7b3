"""Says of a repository whether it outlives its container, by the system's table of mounts."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.cli.environment_text import show_volume
from jupyter_mlgit.cli.screen import Screen
from jupyter_mlgit.environment import volume
from jupyter_mlgit.environment.container import Lasting, Volume
from jupyter_mlgit.environment.volume import VolumeRequest
from jupyter_mlgit.environment.volume import show_volume as ask
from jupyter_mlgit.git.repository import open_repository
from jupyter_mlgit.journal.context import Context

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scenario import Scenario


def told(scenario: Scenario, monkeypatch: pytest.MonkeyPatch, git: Lasting | None, work: Lasting | None) -> object:
    def volume_of(path: Path) -> Volume | None:
        lasts = git if path.name == ".git" else work
        return None if lasts is None else Volume(path=str(path), mount="/", kind="overlay", lasts=lasts)

    monkeypatch.setattr(volume, "volume_of", volume_of)
    with contextlib.closing(open_repository(scenario.path)) as repo:
        return ask(repo, VolumeRequest(), Context(now=0))


@pytest.mark.parametrize(
    ("git", "work", "lasts"),
    [
        ("yes", "yes", "yes"),
        ("no", "no", "no"),
        ("yes", "no", "no"),
        ("no", "yes", "no"),
        ("unknown", "unknown", "unknown"),
        (None, None, "unknown"),
        (None, "yes", "unknown"),
        ("yes", "unknown", "unknown"),
        ("unknown", "no", "no"),
    ],
)
def test_what_goes_first_is_what_counts(
    scenario: Scenario,
    monkeypatch: pytest.MonkeyPatch,
    git: Lasting | None,
    work: Lasting | None,
    lasts: Lasting,
) -> None:
    found = told(scenario.commit("one"), monkeypatch, git, work)
    assert isinstance(found, volume.RepositoryVolume)
    assert found.lasts == lasts
    assert (None if found.finding is None else found.finding.rule) == (
        "work-goes-with-container" if lasts == "no" else None
    )
    screen = Screen(colour=False)
    show_volume(screen, found)
    assert ("push your commits now" in screen.text()) == (lasts == "no")
    assert "lasts" not in screen.text()  # nobody can know from inside how long somebody else keeps it
