"""Brings working files back from the index, as ``git restore`` does, and takes that back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.history.discard import Discarded, DiscardRequest, discard
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.problems import BadRequest
from tests.git.test_file_change import begun, conflict, dirty, in_the_way
from tests.git.twins import opened
from tests.history.pictures import everything, working_files
from tests.history.test_reset import picture, take_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenario import Scenario


def act(s: Scenario, *paths: str, dry_run: bool = False) -> Discarded:
    with opened(s.path) as repo:
        return discard(repo, DiscardRequest(paths=list(paths), dry_run=dry_run), Context(now=s.clock.now))


@pytest.mark.parametrize("paths", [["."], ["edited", "deleted"], ["both"], ["folder"], ["program", "link", "turned"]])
@pytest.mark.parametrize("state", [dirty, in_the_way])
def test_same_as_git(scenario: Scenario, state: Callable[[Scenario], None], paths: list[str]) -> None:
    state(begun(scenario))
    before, twin = picture(scenario), scenario.twin()
    foreseen = act(scenario, *paths, dry_run=True)
    assert picture(scenario) == before
    done = act(scenario, *paths)
    assert foreseen.files == done.files
    twin.git("restore", "--", *paths)
    assert picture(scenario) == picture(twin)
    if done.operation is not None:
        take_back(scenario)
        assert picture(scenario) == before
    scenario.fsck()


def test_what_has_nothing_to_go_back_to_is_named(scenario: Scenario) -> None:
    conflict(begun(scenario))
    scenario.write({"mine": "work\n"})
    files = working_files(scenario.path)
    done = act(scenario, "mine", "both", "no-such")
    assert sorted(one.path for one in done.refused) == ["both", "mine", "no-such"]
    assert "no such file" in next(one.reason for one in done.refused if one.path == "no-such")
    assert (done.files, done.operation) == ([], None)
    assert working_files(scenario.path) == files


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", "a/../../b"])
def test_paths_outside_are_refused(scenario: Scenario, path: str) -> None:
    dirty(begun(scenario))
    untouched = everything(scenario.root)
    with pytest.raises(BadRequest):
        act(scenario, path)
    assert everything(scenario.root) == untouched
