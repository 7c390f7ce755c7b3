"""Takes back what the terminal did to the branch that is checked out: nobody's edits go with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.operations import OperationsRequest, list_operations
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import NoUndo, Problem, UnfinishedOperation
from tests.git.twins import opened
from tests.history import test_reset
from tests.history.pictures import everything

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenario import Scenario


def picture(s: Scenario) -> dict[str, Any]:
    """Gives what a person and git see; git forgets to tidy up after a merge that went well (AUTO_MERGE)."""
    (s.git_dir / "AUTO_MERGE").unlink(missing_ok=True)
    return test_reset.picture(s)


def look(s: Scenario) -> None:
    with opened(s.path) as repo:
        observe(repo, Context(now=s.clock.now))


def take_back(s: Scenario) -> str:
    s.clock.tick()
    with opened(s.path) as repo:
        return undo(repo, UndoRequest(), Context(now=s.clock.now)).operations[0].title


def do_again(s: Scenario) -> None:
    s.clock.tick()
    with opened(s.path) as repo:
        redo(repo, RedoRequest(), Context(now=s.clock.now))


def begun(s: Scenario) -> Scenario:
    s.commit("base", {"a": "1\n", "b": "1\n", "mine": "1\n"}).branch("x").commit("other", {"b": "2\n", "new": "2\n"})
    return s.checkout("main").commit("second", {"a": "2\n"})


ACTS = {
    "reset --hard": lambda s: s.git("reset", "--quiet", "--hard", "HEAD~1"),
    "reset --soft": lambda s: s.git("reset", "--quiet", "--soft", "HEAD~1"),
    "reset --mixed": lambda s: s.git("reset", "--quiet", "--mixed", "HEAD~1"),
    "merge": lambda s: s.git("merge", "--quiet", "--no-edit", "x"),
    "fast-forward": lambda s: s.git("merge", "--quiet", "x"),
    "rebase": lambda s: s.git("rebase", "--quiet", "x"),
    "cherry-pick": lambda s: s.git("cherry-pick", "x"),
    "revert": lambda s: s.git("revert", "--no-edit", "HEAD"),
}


@pytest.mark.parametrize("name", ACTS)
def test_index_and_files_go_back_with_the_branch(scenario: Scenario, name: str) -> None:
    begun(scenario)
    if name == "fast-forward":
        scenario.git("reset", "--quiet", "--hard", "main~1")
    look(scenario)
    before = picture(scenario)
    scenario.clock.tick()
    ACTS[name](scenario)
    look(scenario)
    after = picture(scenario)
    take_back(scenario)
    assert picture(scenario) == before
    if name not in ("reset --soft", "reset --mixed"):  # which of the modes it was, git does not write down
        do_again(scenario)
        assert picture(scenario) == after
    scenario.fsck()
    scenario.git("checkout", "--quiet", "-")


@pytest.mark.parametrize("name", ["reset --hard", "merge", "cherry-pick", "revert"])
def test_edits_elsewhere_are_carried_and_edits_there_refuse(scenario: Scenario, name: str) -> None:
    begun(scenario)
    look(scenario)
    ACTS[name](scenario)
    look(scenario)
    scenario.write({"mine": "edited\n", "untracked": "mine\n"})
    touched = "a" if name in ("reset --hard", "revert") else "b"
    text = (scenario.path / touched).read_text()
    scenario.write({touched: "three days\n"})
    untouched = everything(scenario.root)
    with pytest.raises(Problem) as refusal:
        take_back(scenario)
    assert refusal.value.details == {"files": [touched]}
    assert everything(scenario.root) == untouched
    scenario.write({touched: text})
    take_back(scenario)
    assert (scenario.path / "mine").read_text() == "edited\n"
    assert (scenario.path / "untracked").read_text() == "mine\n"


@pytest.mark.parametrize("words", [("--message", "third"), ("--amend", "--message", "better")], ids=["new", "amend"])
def test_a_commit_that_is_undone_stays_staged(scenario: Scenario, words: tuple[str, ...]) -> None:
    begun(scenario)
    scenario.write({"a": "3\n", "added": "3\n"}).git("add", "--all")
    scenario.write({"b": "edited\n"})
    look(scenario)
    before = picture(scenario)
    scenario.clock.tick()
    scenario.git("commit", "--quiet", *words)
    look(scenario)
    after = picture(scenario)
    take_back(scenario)
    assert picture(scenario) == before
    do_again(scenario)
    assert picture(scenario) == after


def test_a_pushed_commit_is_not_undone(scenario: Scenario) -> None:
    begun(scenario).remote().push()
    look(scenario)
    scenario.commit("third", {"a": "3\n"})
    look(scenario)
    scenario.push()
    look(scenario)
    with opened(scenario.path) as repo:
        done = list_operations(repo, OperationsRequest(), Context(now=scenario.clock.now)).operations
        commit = next(one for one in done if one.kind == "commit")
        assert "pushed" in (commit.reason or "")
        assert "evert" in (commit.reason or "")
        with pytest.raises(NoUndo, match="pushed"):
            undo(repo, UndoRequest(id=commit.id), Context(now=scenario.clock.now))


def in_a_merge(s: Scenario) -> None:
    s.commit("mine", {"b": "9\n"})
    look(s)
    s.try_git("merge", "x")


def in_a_pick(s: Scenario) -> None:
    s.commit("mine", {"b": "9\n"})
    look(s)
    s.try_git("cherry-pick", "x")


@pytest.mark.parametrize("begin", [in_a_merge, in_a_pick])
def test_nothing_is_undone_in_the_middle_of_something(scenario: Scenario, begin: Callable[[Scenario], None]) -> None:
    look(begun(scenario))
    begin(scenario)
    look(scenario)
    untouched = everything(scenario.root)
    with pytest.raises(UnfinishedOperation):
        take_back(scenario)
    assert everything(scenario.root) == untouched


def test_a_branch_that_is_checked_out_elsewhere_stays(scenario: Scenario) -> None:
    begun(scenario)
    scenario.worktree_add("linked", "x")
    look(scenario)
    scenario.inside("linked").commit("there", {"b": "3\n"})
    look(scenario)
    with pytest.raises(NoUndo):
        take_back(scenario)
