"""Lets the product act on a repository and the real git on its twin, and demands that both end up the same."""

from __future__ import annotations

import time
from contextlib import contextmanager
from pprint import pformat
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git.repository import open_repository
from jupyter_mlgit.journal.context import Context
from tests.snapshots import difference, files, said, taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from jupyter_mlgit.git.repository import Repository
    from tests.scenario import Scenario


@contextmanager
def opened(path: Path) -> Iterator[Repository]:
    """Opens a repository anew and closes it."""
    repo = open_repository(path)
    try:
        yield repo
    finally:
        repo.close()


@contextmanager
def in_zone(zone: str) -> Iterator[None]:
    """Puts the machine into a time zone, such as ``+0200``, for as long as it lasts."""
    with pytest.MonkeyPatch.context() as patch:
        # POSIX counts the other way round: west of Greenwich is positive.
        patch.setenv("TZ", f"XXX{'-' if zone[0] == '+' else '+'}{zone[1:3]}:{zone[3:]}")
        time.tzset()
        yield
    time.tzset()


def ours(scenario: Scenario, verb: Callable[..., Any], request: object, **circumstances: Any) -> Any:
    """Carries out a verb at the scenario's next minute, in a repository opened for it alone."""
    scenario.clock.tick()
    with in_zone(scenario.clock.zone), opened(scenario.path) as repo:
        return verb(repo, request, Context(now=scenario.clock.now, **circumstances))


def differences(scenario: Scenario, twin: Scenario) -> dict[str, Any]:
    """Gives the refs, logs, settings and folders in which the two are not alike."""
    return difference(taken(twin.common_dir, twin.root), taken(scenario.common_dir, scenario.root))


def require_alike(scenario: Scenario, twin: Scenario) -> None:
    """Demands that refs, logs, settings and folders are the same, byte for byte."""
    found = differences(scenario, twin)
    assert not found, "git's and ours differ:\n" + pformat(found, width=160)


def compare(scenario: Scenario, twin: Scenario, *, after: tuple[str, ...] = ("checkout", "--quiet", "-")) -> None:
    """Demands that refs, logs, settings, folders and files are the same, byte for byte, and all that git says.

    Args:
        scenario: what the product has acted on.
        twin: what git has acted on.
        after: words of git that are tried at last on both.
    """
    require_alike(scenario, twin)
    if scenario.path != scenario.common_dir:
        assert files(scenario) == files(twin)
    for git, product in zip(said(twin), said(scenario), strict=True):
        assert product == git
    scenario.fsck()
    twin.clock.now = scenario.clock.now
    outcomes = [one.try_git(*after) for one in (twin, scenario)]
    assert outcomes[0].returncode == outcomes[1].returncode, outcomes[1].stderr
    require_alike(scenario, twin)
