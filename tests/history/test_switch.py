"""Switches branches with the product and with git on a twin: the same comes out, or nothing at all is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.journal.undo import UndoRequest, undo
from jupyter_mlgit.problems import Problem
from tests.history import converted_cases, in_the_way_cases, switch_cases
from tests.history.pictures import everything, picture, same_zone, switched, without_logs
from tests.journal.carried import act
from tests.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

    from tests.history.switch_cases import Case

zone = pytest.fixture(autouse=True)(same_zone)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Gives the two branches, to be copied for each case."""
    return switch_cases.two_branches(tmp_path_factory.mktemp("built") / "work")


def copied(scenario: Scenario, root: Path) -> Scenario:
    """Gives a copy to spoil."""
    twin = scenario.twin()
    twin.root.rename(root)
    return Scenario(root, twin.path.name, clock=twin.clock)


def compare(case: Case, ours: Scenario) -> None:
    """Lets both switch to ``x``, and the product first say what it would do."""
    case.story(ours)
    theirs = ours.twin()
    ours.clock.tick()
    theirs.clock.tick()
    before = everything(ours.root)
    git = theirs.try_git("switch", "--quiet", "x")
    if git.returncode or case.refuses:
        assert not (git.returncode and case.refuses == "would-overwrite"), "git refuses as well"
        for dry_run in (True, False):
            with pytest.raises(Problem) as refusal:
                switched(ours, "x", dry_run=dry_run)
            assert refusal.value.code == (case.refuses or "would-overwrite")
            assert everything(ours.root) == before
            if dry_run or "backUp" not in refusal.value.details:
                continue
            was = without_logs(ours)
            switched(ours, "x", back_up=True)
            act(ours, undo, UndoRequest())
            # By a file's size alone git takes one for modified that a filter makes the same again.
            assert {**without_logs(ours), "status": 0} == {**was, "status": 0}
            ours.fsck()
    else:
        told = switched(ours, "x", dry_run=True)
        assert everything(ours.root) == before
        done = switched(ours, "x")
        assert done.files == told.files
        assert picture(ours) == picture(theirs)
        ours.fsck()


@pytest.mark.parametrize("case", switch_cases.CASES + in_the_way_cases.CASES, ids=lambda case: case.name)
def test_same_as_git(case: Case, built: Scenario, tmp_path: Path) -> None:
    compare(case, copied(built, tmp_path / "ours"))


@pytest.mark.parametrize("case", [switch_cases.CASES[0], in_the_way_cases.CASES[1]], ids=lambda case: case.name)
def test_same_as_git_with_longer_names_of_objects(case: Case, tmp_path: Path) -> None:
    compare(case, switch_cases.two_branches(tmp_path / "ours", "sha256"))


@pytest.mark.parametrize("case", converted_cases.CASES, ids=lambda case: case.name)
def test_same_as_git_or_left_to_git(case: Case, tmp_path: Path) -> None:
    compare(case, Scenario(tmp_path / "ours"))
