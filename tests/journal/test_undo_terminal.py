"""Takes back what the terminal did to the branch that is checked out: nobody's edits go with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.history.branches import BranchDeleteRequest, delete_branch
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.operations import Operations, OperationsRequest, list_operations
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


def acts(s: Scenario) -> Operations:
    with opened(s.path) as repo:
        return list_operations(repo, OperationsRequest(), Context(now=s.clock.now))


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
        for wanted in (UndoRequest(id=commit.id), UndoRequest()):
            with pytest.raises(NoUndo, match=r"third.*pushed.*Revert"):
                undo(repo, wanted, Context(now=scenario.clock.now))


def in_a_merge(s: Scenario) -> None:
    s.commit("mine", {"b": "9\n"})
    look(s)
    s.try_git("merge", "x")


def in_a_pick(s: Scenario) -> None:
    s.commit("mine", {"b": "9\n"})
    look(s)
    s.try_git("cherry-pick", "x")


@pytest.mark.parametrize(("begin", "kind"), [(in_a_merge, "merge"), (in_a_pick, "cherry-pick")])
def test_nothing_is_undone_in_the_middle_of_something(
    scenario: Scenario, begin: Callable[[Scenario], None], kind: str
) -> None:
    look(begun(scenario))
    begin(scenario)
    look(scenario)
    untouched = everything(scenario.root)
    with pytest.raises(UnfinishedOperation, match=f"^A {kind} is under way here"):
        take_back(scenario)
    assert everything(scenario.root) == untouched
    done = acts(scenario)
    assert (done.undo, done.operations[0].undoable) == (None, False)
    assert done.operations[0].reason == f"A {kind} is under way here."

    scenario.git(kind, "--abort")
    assert acts(scenario).undo == done.operations[0].id


def test_a_branch_that_is_checked_out_elsewhere_stays(scenario: Scenario) -> None:
    begun(scenario)
    scenario.worktree_add("linked", "x")
    look(scenario)
    scenario.inside("linked").commit("there", {"b": "3\n"})
    look(scenario)
    with pytest.raises(NoUndo):
        take_back(scenario)


def titles(s: Scenario) -> list[str]:
    with opened(s.path) as repo:
        done = list_operations(repo, OperationsRequest(n=100), Context(now=s.clock.now)).operations
    return [one.title for one in done]


def test_several_acts_of_one_look_go_back_one_at_a_time(scenario: Scenario) -> None:
    look(begun(scenario))
    pictures = [picture(scenario)]
    for words in (
        ("cherry-pick", "x"),
        ("merge", "--quiet", "--no-edit", "x"),
        ("reset", "--quiet", "--hard", "HEAD~1"),
        ("revert", "--no-edit", "HEAD"),
    ):
        scenario.clock.tick()
        scenario.git(*words)
        pictures.append(picture(scenario))
    look(scenario)
    kinds = [title.partition(":")[0].partition(" on ")[0] for title in titles(scenario)]
    assert kinds == ["Revert", "Reset", "Merge", "Cherry-pick"]
    for before in pictures[-2::-1]:
        take_back(scenario)
        assert picture(scenario) == before
    for after in pictures[1:]:
        do_again(scenario)
        assert picture(scenario) == after
    scenario.fsck()


def test_commits_of_one_look_go_back_one_at_a_time(scenario: Scenario) -> None:
    look(begun(scenario))
    tips = [scenario.tip(), *(scenario.commit(number, {"a": number}).tip() for number in ("c2", "c3", "c4"))]
    tips.append(scenario.amend("c4 better").tip())
    look(scenario)
    expected = ["Amend: c4 better on main", "Commit: c4 on main", "Commit: c3 on main", "Commit: c2 on main"]
    assert titles(scenario) == expected
    for tip, title in zip(tips[-2::-1], expected, strict=True):
        assert take_back(scenario) == title
        assert scenario.tip() == tip
        assert (scenario.path / "a").read_text() == "c4"
    scenario.fsck()


def test_acts_whose_lines_are_gone_are_told_as_several(scenario: Scenario) -> None:
    look(begun(scenario))
    tip = scenario.tip()
    scenario.commit("c2", {"a": "c2"}).commit("c3", {"a": "c3"})
    for name in ("HEAD", "refs/heads/main"):
        log = scenario.common_dir / "logs" / name
        log.write_text("".join(log.read_text().splitlines(keepends=True)[-1:]))
    look(scenario)
    assert titles(scenario) == ["Commit: c3 on main, the last of several moves"]
    take_back(scenario)
    assert scenario.tip() == tip


def test_a_long_row_of_commits_is_told_in_part(scenario: Scenario) -> None:
    look(begun(scenario))
    tip = scenario.tip()
    for _ in range(53):
        scenario.git("commit", "--quiet", "--allow-empty", "--message", "again")
    look(scenario)
    told = titles(scenario)[::-1]
    assert (len(told), told[0], set(told[1:])) == (51, "Move branch 3 times on main", {"Commit: again on main"})
    with opened(scenario.path) as repo:
        first = list_operations(repo, OperationsRequest(n=51), Context(now=scenario.clock.now)).operations[-1].id
        undo(repo, UndoRequest(before=first), Context(now=scenario.clock.now))
    assert scenario.tip() == tip


def in_a_rebase_of_another(s: Scenario) -> None:
    s.branch("topic").commit("mine", {"b": "9\n"}).checkout("main").commit("more", {"a": "3\n"})
    look(s)
    s.checkout("topic")
    assert s.try_git("rebase", "x").returncode


def in_a_bisection(s: Scenario) -> None:
    s.commit("more", {"a": "3\n"})
    look(s)
    s.checkout("x").git("bisect", "start")


@pytest.mark.parametrize("begin", [in_a_rebase_of_another, in_a_bisection])
@pytest.mark.parametrize("dry_run", [False, True])
def test_the_terminals_acts_wait_for_what_is_under_way(
    scenario: Scenario, begin: Callable[[Scenario], None], *, dry_run: bool
) -> None:
    look(begun(scenario))
    begin(scenario)
    look(scenario)
    untouched = everything(scenario.root)
    with opened(scenario.path) as repo, pytest.raises(UnfinishedOperation):
        undo(repo, UndoRequest(dry_run=dry_run), Context(now=scenario.clock.now))
    assert everything(scenario.root) == untouched


def test_doing_it_again_waits_too(scenario: Scenario) -> None:
    look(begun(scenario))
    scenario.commit("more", {"a": "3\n"})
    look(scenario)
    scenario.checkout("x")
    take_back(scenario)
    scenario.git("bisect", "start")
    look(scenario)
    with pytest.raises(UnfinishedOperation):
        do_again(scenario)
    assert acts(scenario).redo is None


def test_acts_of_ours_elsewhere_go_back_in_the_middle_of_something(scenario: Scenario) -> None:
    begun(scenario).branch("gone", "x")
    look(scenario.checkout("main"))
    with opened(scenario.path) as repo:
        delete_branch(repo, BranchDeleteRequest(name="gone", force=True), Context(now=scenario.clock.now))
    scenario.commit("mine", {"b": "9\n"})
    look(scenario)
    assert scenario.try_git("merge", "x").returncode
    with opened(scenario.path) as repo:
        done = list_operations(repo, OperationsRequest(), Context(now=scenario.clock.now)).operations
        deleted = next(one for one in done if one.source != "terminal")
        undo(repo, UndoRequest(id=deleted.id), Context(now=scenario.clock.now))
    assert scenario.tip("gone") == scenario.tip("x")


def test_with_nothing_done_no_list_is_pointed_to(scenario: Scenario) -> None:
    look(begun(scenario))
    with pytest.raises(NoUndo) as refusal:
        take_back(scenario)
    assert "first look" in (refusal.value.hint or "")
