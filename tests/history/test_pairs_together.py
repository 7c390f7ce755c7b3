"""Keeps the halves of a jupytext pair together: discarded both, and named in what an act says of its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.history.discard import Discarded, DiscardRequest, discard
from jupyter_mlgit.history.reset import Reset, ResetRequest, reset
from jupyter_mlgit.journal.undo import UndoRequest, undo
from tests.git.twins import ours
from tests.history.test_reset import picture
from tests.journal.test_pairs import notebook

if TYPE_CHECKING:
    from jupyter_mlgit.journal.undo import Undone
    from tests.scenario import Scenario

FORMATS = "ipynb,py:percent"


def begun(s: Scenario, *, ignored: bool = False) -> Scenario:
    files = {"a.ipynb": notebook(FORMATS), "a.py": "x = 1\n", "b.py": "1\n"}
    return s.commit("base", files | ({".gitignore": "*.ipynb\n"} if ignored else {}))


def edited(s: Scenario) -> Scenario:
    return s.write({"a.ipynb": notebook(FORMATS, "x = 2"), "a.py": "x = 2\n", "b.py": "2\n"})


def discarded(s: Scenario, *paths: str, alone: bool = False, dry_run: bool = False) -> Discarded:
    done: Discarded = ours(s, discard, DiscardRequest(paths=list(paths), alone=alone, dry_run=dry_run))
    return done


def test_both_halves_go_back_whichever_is_named(scenario: Scenario) -> None:
    edited(begun(scenario))
    before = picture(scenario)
    for named in ("a.ipynb", "a.py"):
        foreseen = discarded(scenario, named, dry_run=True)
        assert picture(scenario) == before
        done = discarded(scenario, named)
        assert done.files == foreseen.files
        assert {one.path: one.pair for one in done.files} == {"a.ipynb": ["a.py"], "a.py": ["a.ipynb"]}
        assert scenario.git("status", "--porcelain").split() == ["M", "b.py"]
        ours(scenario, undo, UndoRequest())
        assert picture(scenario) == before


def test_one_half_alone_where_that_is_asked_for(scenario: Scenario) -> None:
    edited(begun(scenario))
    done = discarded(scenario, "a.py", alone=True)
    assert [one.path for one in done.files] == ["a.py"]
    assert (scenario.path / "a.ipynb").read_text() == notebook(FORMATS, "x = 2")


def test_a_half_that_git_does_not_track_stays_and_is_named(scenario: Scenario) -> None:
    edited(begun(scenario, ignored=True))
    done = discarded(scenario, "a.py")
    assert [(one.path, one.pair) for one in done.files] == [("a.py", ["a.ipynb"])]
    assert done.refused == []
    assert (scenario.path / "a.ipynb").read_text() == notebook(FORMATS, "x = 2")


def test_a_reset_and_its_undo_name_the_half_that_does_not_change(scenario: Scenario) -> None:
    begun(scenario).commit("second", {"a.py": "x = 3\n"})
    done: Reset = ours(scenario, reset, ResetRequest(rev="HEAD~1", hard=True))
    undone: Undone = ours(scenario, undo, UndoRequest())
    for files in (done.files, undone.files):
        assert [(one.path, one.pair) for one in files] == [("a.py", ["a.ipynb"])]


def test_a_configuration_that_comes_back_with_an_act_before_counts(scenario: Scenario) -> None:
    scenario.commit("both", {"a.ipynb": notebook(None), "a.py": "x = 1\n"})
    scenario.commit("paired", {"jupytext.toml": 'formats = "ipynb,py:percent"\n'}).commit("edited", {"a.py": "x = 2\n"})
    first: Reset = ours(scenario, reset, ResetRequest(rev="HEAD~1", hard=True))
    ours(scenario, reset, ResetRequest(rev="HEAD~1", hard=True))
    for dry_run in (True, False):
        told: Undone = ours(scenario, undo, UndoRequest(before=first.operation, dry_run=dry_run))
        assert {one.path: one.pair for one in told.files} == {"jupytext.toml": [], "a.py": ["a.ipynb"]}
