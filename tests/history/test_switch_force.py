"""Lets a new branch take the place of one of its name, as ``git switch -C`` does; nothing of that one is lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.cli import main
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import BranchCheckedOut, BranchExists, WouldOverwrite
from jupyter_mlgit.recovery.deleted_branches import DeletedRequest, find_deleted_branches
from tests.history.pictures import everything, picture, same_zone, switched
from tests.history.test_switch_goals import config, plain, told
from tests.journal.carried import act

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenario import Scenario

zone = pytest.fixture(autouse=True)(same_zone)


def whole(s: Scenario, *, logs: bool = True) -> dict[str, Any]:
    found = picture(s) | {"config": (s.common_dir / "config").read_bytes()}
    return found if logs else {**found, "logs": None}


@pytest.fixture
def ours(scenario: Scenario) -> Scenario:
    """Gives what :func:`told` tells, with a branch ``old`` that has a commit nothing else has."""
    told(scenario).git("commit", "--quiet", "--message", "what is staged")
    scenario.git("stash", "--quiet")
    scenario.checkout("x").branch("old").commit("only here", {"a": "3\n"}).checkout("main")
    scenario.git("stash", "pop", "--quiet")
    return scenario


@pytest.mark.parametrize(
    ("words", "asked", "story"),
    [
        ("-C old", {"force_create": "old"}, plain),
        ("-C old x", {"force_create": "old", "name": "x"}, plain),
        ("-C old v1", {"force_create": "old", "name": "v1"}, plain),
        ("-C old old~1", {"force_create": "old", "name": "old~1"}, plain),
        ("-C old origin/exp/y", {"force_create": "old", "name": "origin/exp/y"}, plain),
        ("-C old origin/exp/y", {"force_create": "old", "name": "origin/exp/y"}, config("branch.old.remote=team")),
        ("-C old --track origin/both", {"force_create": "old", "name": "origin/both", "track": True}, plain),
    ],
)
def test_same_as_git_and_back(
    ours: Scenario, words: str, asked: dict[str, Any], story: Callable[[Scenario], object]
) -> None:
    story(ours)
    theirs, tip = ours.twin(), ours.tip("old")
    ours.clock.tick()
    theirs.clock.tick()
    was, before = whole(ours, logs=False), everything(ours.root)
    theirs.git("switch", "--quiet", *words.split())
    foreseen = switched(ours, **asked, dry_run=True)
    assert everything(ours.root) == before
    done = switched(ours, **asked)
    after = whole(ours)
    assert after == whole(theirs)
    assert (done.branch, done.created, done.moved_from, done.tip) == ("old", False, tip, ours.tip())
    assert (foreseen.files, foreseen.moved_from, foreseen.upstream) == (done.files, done.moved_from, done.upstream)
    # What only the old one had is kept from git gc, and found.
    assert tip in ours.git("for-each-ref", "--format=%(objectname)", "refs/mlgit").split()
    listed = act(ours, find_deleted_branches, DeletedRequest()).branches
    assert [(one.name, one.kind) for one in listed if one.tip == tip] == [("old", "overwritten")]
    act(ours, undo, UndoRequest())
    assert whole(ours, logs=False) == was
    act(ours, redo, RedoRequest())
    assert whole(ours, logs=False) == {**after, "logs": None}
    ours.fsck()


def test_work_in_the_way_refuses_and_moves_nothing(ours: Scenario) -> None:
    ours.write({"a": "mine\n"})
    before = everything(ours.root)
    with pytest.raises(WouldOverwrite):
        switched(ours, force_create="old", name="x")
    assert everything(ours.root) == before


def test_a_branch_that_somebody_works_on_stays(ours: Scenario) -> None:
    ours.worktree_add("linked", "old")
    before = everything(ours.root)
    for name in ("old", "main"):
        with pytest.raises(BranchCheckedOut):
            switched(ours, force_create=name, name="x")
    with pytest.raises(BranchExists) as refusal:
        switched(ours, create="old")
    assert refusal.value.details == {"suggestion": "old-2"}
    assert "--force-create" in refusal.value.hint
    assert everything(ours.root) == before


def test_on_the_command_line_it_is_gits_own_letter(ours: Scenario, capsys: pytest.CaptureFixture[str]) -> None:
    place, tip = ["-C", str(ours.path)], ours.tip("old")
    assert main([*place, "switch", "-C", "old", "x"]) == 0
    assert f"On branch old {ours.tip('x')[:7]} [was at {tip[:7]}, which is kept]" in capsys.readouterr().out
    assert main([*place, "undo"]) == 0
    assert main([*place, "switch", "-Cnew", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["created"]
    # A folder may be meant as well: then neither is done.
    (ours.path / "data").mkdir()
    before = everything(ours.root)
    assert main([*place, "switch", "x", "-C", "data"]) == 2
    assert "'data' is a folder" in capsys.readouterr().err
    assert everything(ours.root) == before
    assert main([*place, "switch", "--force-create", "data", "x"]) == 0
    assert ours.current() == "data"
