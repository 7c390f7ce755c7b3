"""Lets the terminal check things out: each is an act between its neighbours, and Undo is git's own way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.history.switch import SwitchRequest, switch_branch
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.operations import OperationsRequest, list_operations
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import NoUndo, UnfinishedOperation, WouldOverwrite
from tests.git.twins import opened, ours
from tests.history import test_reset
from tests.history.pictures import everything

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_mlgit.journal.operations import Operation
    from tests.scenario import Scenario


def picture(s: Scenario) -> dict[str, Any]:
    """Gives what a person and git see, and what HEAD names."""
    (s.git_dir / "AUTO_MERGE").unlink(missing_ok=True)
    return test_reset.picture(s) | {"head": (s.git_dir / "HEAD").read_text(), "settings": s.git("config", "--list")}


def look(s: Scenario) -> list[str]:
    s.clock.tick()
    with opened(s.path) as repo:
        return [record.title for record in observe(repo, Context(now=s.clock.now))]


def operations(s: Scenario) -> list[Operation]:
    with opened(s.path) as repo:
        return list(list_operations(repo, OperationsRequest(n=100), Context(now=s.clock.now)).operations)


def reason(s: Scenario, title: str) -> str | None:
    return next(one.reason for one in operations(s) if one.title == title)


def begun(s: Scenario) -> Scenario:
    """Makes ``main`` and ``x``, which differ in ``a``, ``b`` and ``new``; nobody touches ``mine``."""
    s.commit("base", {"a": "1\n", "b": "1\n", "mine": "1\n"}).branch("x").commit("other", {"b": "2\n", "new": "2\n"})
    return s.checkout("main").commit("second", {"a": "2\n"})


def without_logs(s: Scenario) -> None:
    s.git("config", "core.logAllRefUpdates", "false")
    for log in (s.git_dir / "logs").rglob("*"):
        if log.is_file():
            log.unlink()


def nothing(s: Scenario) -> None:
    del s


def on_x(s: Scenario) -> None:
    s.checkout("x")


NEW, MAIN, X = "Create branch y and switch to it", "Switch to main", "Switch to x"

STORIES: dict[str, tuple[Callable[[Scenario], object], Callable[[Scenario], object], list[str]]] = {
    "checkout": (nothing, lambda s: s.checkout("x"), [X]),
    "switch": (nothing, lambda s: s.switch("x"), [X]),
    "to a commit": (nothing, lambda s: s.checkout("x~1"), ["Check out 7b99952"]),
    "to a tag": (lambda s: s.tag("v1", "x"), lambda s: s.checkout("v1"), ["Check out 8a92efa"]),
    "detached at a branch": (nothing, lambda s: s.switch("--detach", "x"), ["Check out 8a92efa"]),
    "detached where it is": (nothing, lambda s: s.checkout("--detach"), ["Check out 2da26f5"]),
    "from a commit to a branch": (lambda s: s.checkout("x~1"), lambda s: s.checkout("x"), [X]),
    "from a commit to another": (
        lambda s: s.checkout("x~1"),
        lambda s: s.checkout("--detach", "x"),
        ["Check out 8a92efa"],
    ),
    "back by a dash": (on_x, lambda s: s.checkout("-"), [MAIN]),
    "to a new branch": (nothing, lambda s: s.checkout("-b", "y"), [NEW]),
    "to a new branch elsewhere": (nothing, lambda s: s.switch("-c", "y", "x~1"), [NEW]),
    "to a branch made before": (
        nothing,
        lambda s: s.branch("y", "x").checkout("y"),
        ["Create branch y", "Switch to y"],
    ),
    "to a new branch with an upstream": (
        lambda s: s.remote().push(),
        lambda s: s.checkout("--track", "-b", "y", "origin/main"),
        [NEW],
    ),
    "to a branch put elsewhere": (nothing, lambda s: s.checkout("-B", "x", "main"), ["Move branch on x", X]),
    "to a branch moved before": (nothing, lambda s: s.move_branch("x", "main").checkout("x"), ["Move branch on x", X]),
    "several": (
        nothing,
        lambda s: s.checkout("x").checkout("-b", "y").checkout("main~1").checkout("main"),
        [X, NEW, "Check out 7b99952", MAIN],
    ),
    "with commits in between": (
        nothing,
        lambda s: s.checkout("x").commit("d", {"b": "3\n"}).amend("e").checkout("main").commit("f"),
        [X, "Commit: d on x", "Amend: e on x", MAIN, "Commit: f on main"],
    ),
    "with resets and merges in between": (
        nothing,
        lambda s: s.checkout("x").reset("HEAD~1").merge("main").checkout("main").merge("x@{2}", "--no-edit"),
        [X, "Reset on x", "Merge on x", MAIN, "Merge on main"],
    ),
    "commits on no branch": (
        nothing,
        lambda s: s.checkout("HEAD~1").commit("d").amend("e").reset("HEAD~1").commit("f").checkout("main"),
        ["Check out 7b99952", "Commit: d on no branch", "Amend: e on no branch", "Reset on no branch",
         "Commit: f on no branch", MAIN],
    ),
    "a branch that came and went": (
        nothing,
        lambda s: s.checkout("-b", "y").commit("c").delete_branch("y"),
        [NEW, "Commit: c on y", MAIN, "Delete branch y"],
    ),
    "the branch that was left is deleted": (on_x, lambda s: s.delete_branch("x"), [MAIN, "Delete branch x"]),
    "a branch goes on and is deleted": (
        nothing,
        lambda s: s.checkout("x").commit("c").delete_branch("x"),
        [X, "Commit: c on x", MAIN, "Delete branch x"],
    ),
    "a branch in the place of a deleted one": (
        nothing,
        lambda s: s.checkout("x").delete_branch("x").checkout("-b", "x/y").commit("c"),
        [X, MAIN, "Delete branch x", "Create branch x/y and switch to it", "Commit: c on x/y"],
    ),
    "a branch is renamed on the way": (
        nothing,
        lambda s: s.checkout("x").commit("c").rename_branch("x", "z").commit("d").checkout("main"),
        [X, "Commit: c on x", "Rename branch x to z", "Commit: d on z", MAIN],
    ),
    "rebase of another branch": (nothing, lambda s: s.rebase("main", "x"), [X, "Rebase on x"]),
    "rebase of another branch that needs none": (
        lambda s: s.rebase("main", "x").checkout("main"),
        lambda s: s.rebase("main", "x"),
        [X],
    ),
    "rebase, commit and back": (
        nothing,
        lambda s: s.checkout("x").rebase("main").commit("c").checkout("main"),
        [X, "Rebase on x", "Commit: c on x", MAIN],
    ),
    "a new root": (
        nothing,
        lambda s: s.checkout("--orphan", "y").commit("c"),
        [NEW],
    ),
    "nothing is logged": (
        without_logs,
        lambda s: s.commit("c").checkout("x").commit("d", {"b": "3\n"}),
        ["Move branch on main", X, "Move branch on x"],
    ),
    "HEAD is pointed elsewhere": (nothing, lambda s: s.git("symbolic-ref", "HEAD", "refs/heads/x"), [X]),
    "what is there already": (nothing, lambda s: s.checkout("main").checkout("."), []),
}  # fmt: skip


@pytest.mark.parametrize(("begin", "act", "titles"), STORIES.values(), ids=STORIES)
def test_acts_are_told_in_order_and_all_of_them_go_back(
    scenario: Scenario, begin: Callable[[Scenario], object], act: Callable[[Scenario], object], titles: list[str]
) -> None:
    begin(begun(scenario))
    look(scenario)
    before = picture(scenario)
    act(scenario)
    assert look(scenario) == titles
    after, told = picture(scenario), operations(scenario)[: len(titles)]
    assert look(scenario) == []
    if not told:
        return
    assert {one.source for one in told} == {"terminal"}
    ours(scenario, undo, UndoRequest(before=told[-1].id))
    assert picture(scenario) == before
    scenario.fsck()
    assert look(scenario) == []
    ours(scenario, redo, RedoRequest(to=told[0].id))
    assert picture(scenario) == after
    scenario.fsck()
    assert look(scenario) == []


WORK: dict[str, Callable[[Scenario], object]] = {
    "nothing": nothing,
    "an edit": lambda s: s.write({"mine": "edited\n"}),
    "a staged edit": lambda s: (s.write({"mine": "edited\n"}), s.git("add", "mine")),
    "an edit over a staged one": lambda s: (
        s.write({"mine": "edited\n"}), s.git("add", "mine"), s.write({"mine": "more\n"})
    ),
    "new files": lambda s: (s.write({"staged": "1\n", "untracked": "1\n"}), s.git("add", "staged")),
    "a deletion": lambda s: s.git("rm", "--quiet", "mine"),
    "an edit in the way": lambda s: s.write({"b": "three days\n"}),
    "a staged edit in the way": lambda s: (s.write({"b": "three days\n"}), s.git("add", "b")),
    "an edit of what goes": lambda s: s.write({"new": "three days\n"}),
}  # fmt: skip


@pytest.mark.parametrize("detached", [False, True])
@pytest.mark.parametrize("name", WORK)
def test_the_way_back_is_gits_own(scenario: Scenario, name: str, *, detached: bool) -> None:
    begun(scenario)
    if detached:
        scenario.checkout("--detach")
    back = scenario.tip() if detached else "main"
    look(scenario)
    scenario.checkout("x")
    look(scenario)
    WORK[name](scenario)
    twin, untouched = scenario.twin(), everything(scenario.root)
    scenario.clock.tick()
    twin.clock.now = scenario.clock.now
    refused = twin.try_git("checkout", "--quiet", back).returncode != 0
    assert refused == (name.endswith("in the way") or name == "an edit of what goes")
    request = UndoRequest()
    with opened(scenario.path) as repo:
        if refused:
            with pytest.raises(WouldOverwrite) as refusal:
                undo(repo, request, Context(now=scenario.clock.now))
            assert refusal.value.details == {"files": ["new" if "goes" in name else "b"]}
            assert everything(scenario.root) == untouched
            return
        undo(repo, request, Context(now=scenario.clock.now))
    assert picture(scenario) == picture(twin)
    for ref in ("HEAD", "main", "x"):
        words = ("reflog", "show", "--format=%H %gs %gn %gd", ref)
        assert scenario.git(*words) == twin.git(*words)
    scenario.fsck()
    ours(scenario, redo, RedoRequest())
    assert scenario.current() == "x"


def test_files_in_the_way_stay_and_are_named(scenario: Scenario) -> None:
    begun(scenario).checkout("x")
    look(scenario)
    scenario.write({".git/info/exclude": "new\n"}).checkout("main")
    look(scenario)
    scenario.write({"new": "three days\n"})
    untouched = everything(scenario.root)
    with pytest.raises(WouldOverwrite) as refusal:
        ours(scenario, undo, UndoRequest())
    assert refusal.value.details == {"files": ["new"]}
    assert everything(scenario.root) == untouched


def test_the_act_before_a_checkout_goes_back_after_it_or_by_itself(scenario: Scenario) -> None:
    look(begun(scenario))
    tip = scenario.tip()
    scenario.commit("c", {"mine": "2\n"})
    look(scenario)
    scenario.checkout("x")
    look(scenario)
    before = picture(scenario)
    commit = next(one for one in operations(scenario) if one.title == "Commit: c on main")
    assert commit.undoable
    ours(scenario, undo, UndoRequest(id=commit.id))
    assert (scenario.tip("main"), scenario.current()) == (tip, "x")
    assert picture(scenario)["files"] == before["files"]
    assert "since" in (reason(scenario, "Switch to x") or "")
    ours(scenario, redo, RedoRequest())
    assert picture(scenario) == before
    assert reason(scenario, "Switch to x") is None
    ours(scenario, undo, UndoRequest())
    assert (scenario.current(), (scenario.path / "mine").read_text()) == ("main", "2\n")
    ours(scenario, undo, UndoRequest())
    assert scenario.tip("main") == tip
    assert scenario.git("status", "--short") == "M  mine"
    ours(scenario, redo, RedoRequest())
    ours(scenario, redo, RedoRequest())
    assert picture(scenario) == before
    scenario.fsck()


def test_a_checkout_that_came_later_stands_in_the_way_of_an_earlier_one(scenario: Scenario) -> None:
    look(begun(scenario).branch("y", "x~1"))
    scenario.checkout("x").checkout("y")
    look(scenario)
    assert [(one.title, one.undoable) for one in operations(scenario)] == [("Switch to y", True), (X, False)]
    with pytest.raises(NoUndo, match="Something else has been checked out"):
        ours(scenario, undo, UndoRequest(id=operations(scenario)[1].id))


def test_our_own_switches_are_not_the_terminals(scenario: Scenario) -> None:
    look(begun(scenario))
    for name in ("x", "main", "x~1"):
        ours(scenario, switch_branch, SwitchRequest(name=name, detach="~" in name))
        assert look(scenario) == []
    ours(scenario, undo, UndoRequest())
    scenario.checkout("x").checkout("main")
    ours(scenario, switch_branch, SwitchRequest(name="x"))
    assert look(scenario) == []
    told = [(one.title, one.source) for one in operations(scenario)]
    assert told[:4] == [(X, "cli"), (MAIN, "terminal"), (X, "terminal"), ("Undo: check out 7b99952", "cli")]


def test_another_worktrees_checkout_goes_back_there(scenario: Scenario) -> None:
    begun(scenario).branch("y", "main").worktree_add("linked", "x")
    look(scenario)
    linked = scenario.inside("linked")
    linked.checkout("-b", "z").commit("there", {"b": "3\n"})
    scenario.checkout("y")
    titles = look(scenario)
    assert titles == ["Create branch z and switch to it", "Commit: there on z", "Switch to y"]
    assert "another worktree" in (reason(scenario, titles[0]) or "")
    ours(scenario, undo, UndoRequest())
    assert (scenario.current(), linked.current()) == ("main", "z")
    before = picture(scenario)
    for _ in range(2):
        ours(linked, undo, UndoRequest())
    assert (linked.current(), (linked.path / "b").read_text()) == ("x", "3\n")
    assert linked.git("status", "--short") == "M  b"
    after = picture(scenario)
    assert (after["files"], after["index"], after["head"]) == (before["files"], before["index"], before["head"])
    scenario.fsck()


def test_a_branch_that_is_checked_out_elsewhere_since_is_not_switched_to(scenario: Scenario) -> None:
    look(begun(scenario).checkout("x"))
    scenario.checkout("main")
    look(scenario)
    scenario.worktree_add("linked", "x")
    look(scenario)
    assert reason(scenario, MAIN) == "x is checked out in another worktree."


def test_a_commit_that_is_gone_is_said_to_be(scenario: Scenario) -> None:
    look(begun(scenario))
    scenario.checkout("HEAD~1").commit("d").checkout("main")
    look(scenario)
    for ref in scenario.git("for-each-ref", "--format=%(refname)", "refs/mlgit/pins").split():
        scenario.git("update-ref", "-d", ref)
    scenario.expire_all()
    assert "gone" in (reason(scenario, MAIN) or "")
    with pytest.raises(NoUndo, match="gone"):
        ours(scenario, undo, UndoRequest(id=operations(scenario)[0].id))


def test_a_commit_that_only_a_detached_head_had_is_checked_out_again(scenario: Scenario) -> None:
    look(begun(scenario))
    scenario.checkout("HEAD~1").commit("d")
    tip = scenario.tip()
    scenario.checkout("main")
    look(scenario)
    scenario.expire_all()
    ours(scenario, undo, UndoRequest())
    assert (scenario.tip(), scenario.current()) == (tip, None)
    scenario.fsck()


def test_commits_on_no_branch_stay_staged_as_on_one(scenario: Scenario) -> None:
    look(begun(scenario).checkout("--detach"))
    tip = scenario.tip()
    scenario.commit("d", {"d": "1\n"}).commit("e", {"e": "1\n"})
    assert look(scenario) == ["Commit: d on no branch", "Commit: e on no branch"]
    ours(scenario, undo, UndoRequest(before=operations(scenario)[1].id))
    assert (scenario.tip(), scenario.current()) == (tip, None)
    assert scenario.git("status", "--short") == "A  d\nA  e"
    scenario.fsck()


def test_a_bisection_is_no_row_of_checkouts(scenario: Scenario) -> None:
    for number in range(6):
        scenario.commit(f"c{number}")
    look(scenario)
    for words in (("start",), ("bad",), ("good", "HEAD~5"), ("good",)):
        scenario.clock.tick()
        scenario.git("bisect", *words)
        assert look(scenario) == []
    scenario.branch("y", "main")
    with pytest.raises(UnfinishedOperation):
        ours(scenario, undo, UndoRequest())
    scenario.git("bisect", "reset")
    assert look(scenario) == []


def test_a_rebase_that_stopped_is_no_checkout(scenario: Scenario) -> None:
    begun(scenario).checkout("x").commit("clash", {"a": "9\n"})
    look(scenario)
    scenario.clock.tick()
    assert scenario.try_git("rebase", "main").returncode
    assert look(scenario) == []
    scenario.git("rebase", "--abort")
    assert look(scenario) == []
    assert scenario.try_git("rebase", "main").returncode
    assert look(scenario) == []
    scenario.write({"a": "10\n"}).git("add", "a")
    scenario.git("rebase", "--continue")
    assert look(scenario) == ["Rebase on x"]


def test_planted_lines_make_no_acts_of_other_names(scenario: Scenario) -> None:
    look(begun(scenario))
    log, tip = scenario.git_dir / "logs/HEAD", scenario.tip()
    for name in ("../../x", "a..b", "x.lock"):
        with log.open("a") as stream:
            stream.write(f"{tip} {tip} A <a@b> 1760000000 +0000\tcheckout: moving from {name} to {name}\n")
            stream.write(f"{tip} {'1' * 40} A <a@b> 1760000000 +0000\tcheckout: moving from main to {'1' * 40}\n")
    look(scenario)
    assert not [one.title for one in operations(scenario) if ".." in one.title or ".lock" in one.title]
    assert scenario.current() == "main"
