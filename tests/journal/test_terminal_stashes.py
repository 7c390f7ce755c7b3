"""Lets the terminal drop and clear stashes: Undo puts them back on the list as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.operations import OperationsRequest, list_operations
from jupyter_mlgit.journal.records import read_records
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import NoUndo
from jupyter_mlgit.recovery.restore import RestoreRequest, restore_deleted_branch
from tests.git.twins import opened, ours
from tests.history.pictures import working_files
from tests.recovery.verdicts import listed

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_mlgit.journal.operations import Operation
    from tests.scenario import Scenario


def begun(s: Scenario, count: int = 3) -> list[str]:
    """Makes stashes, with an untracked file each; gives them, oldest first."""
    s.commit("base", {"a": "1\n", "mine": "1\n"}).branch("x").checkout("main")
    for number in range(count):
        s.write({"a": f"work {number}\n", f"new {number}": "untracked\n"}).stash(f"stash {number}")
    look(s)
    return stashes(s)


def look(s: Scenario) -> list[str]:
    s.clock.tick()
    with opened(s.path) as repo:
        return [record.title for record in observe(repo, Context(now=s.clock.now))]


def operations(s: Scenario) -> list[Operation]:
    with opened(s.path) as repo:
        return list(list_operations(repo, OperationsRequest(n=100), Context(now=s.clock.now)).operations)


def stashes(s: Scenario) -> list[str]:
    there = s.try_git("rev-parse", "--quiet", "--verify", "refs/stash").returncode == 0
    return s.git("rev-list", "--walk-reflogs", "refs/stash").splitlines()[::-1] if there else []


def cleaned(s: Scenario) -> None:
    """Lets git take what nothing holds, and leave the logs alone, though the scenario's clock is old."""
    s.git("-c", "gc.reflogExpire=never", "-c", "gc.reflogExpireUnreachable=never", "gc", "--quiet", "--prune=now")


def pictured(s: Scenario) -> dict[str, Any]:
    """Gives the list to the last byte, and all that it must not touch."""
    log = s.common_dir / "logs/refs/stash"
    return {
        "log": log.read_bytes() if log.exists() else None,
        "list": s.git("stash", "list", "--format=%gd %H %gs %ct"),
        "refs": s.git("for-each-ref", "refs/heads", "refs/stash"),
        "head": (s.git_dir / "logs/HEAD").read_bytes(),
        "index": s.git("ls-files", "--stage"),
        "status": s.git("status", "--porcelain=v2"),
        "files": working_files(s.path),
    }


WAYS: dict[str, tuple[int, Callable[[Scenario], object], list[str]]] = {
    "the newest": (3, lambda s: s.stash_drop(), ["On main: stash 2"]),
    "one in between": (3, lambda s: s.stash_drop("stash@{1}"), ["On main: stash 1"]),
    "the oldest": (3, lambda s: s.stash_drop("stash@{2}"), ["On main: stash 0"]),
    "the only one": (1, lambda s: s.stash_drop(), ["On main: stash 0"]),
    "two": (3, lambda s: s.stash_drop().stash_drop(), ["On main: stash 2", "On main: stash 1"]),
    "all": (3, lambda s: s.git("stash", "clear"), ["all 3 stashes"]),
    "the only one by clear": (1, lambda s: s.git("stash", "clear"), ["On main: stash 0"]),
}  # fmt: skip


@pytest.mark.parametrize(("count", "act", "titles"), WAYS.values(), ids=WAYS)
def test_what_was_dropped_is_on_the_list_as_before(
    scenario: Scenario, count: int, act: Callable[[Scenario], object], titles: list[str]
) -> None:
    begun(scenario, count)
    before = pictured(scenario)
    act(scenario)
    told = look(scenario)
    assert [title.startswith("Drop ") and title.endswith(end) for title, end in zip(told, titles, strict=True)]
    assert look(scenario) == []
    after, acts = pictured(scenario), operations(scenario)[: len(told)]
    assert [(one.kind, one.source, one.moves_files) for one in acts] == [("stash-drop", "terminal", False)] * len(told)
    cleaned(scenario)
    for _ in range(2):
        ours(scenario, undo, UndoRequest(before=acts[-1].id))
        assert pictured(scenario) == before
        scenario.fsck()
        assert look(scenario) == []
        ours(scenario, redo, RedoRequest(to=acts[0].id))
        assert pictured(scenario) == after
        scenario.fsck()
        assert look(scenario) == []
    ours(scenario, undo, UndoRequest(before=acts[-1].id))
    scenario.git("stash", "pop", "--quiet")
    assert (scenario.path / "a").read_text() == f"work {count - 1}\n"


def test_a_preview_says_what_becomes_of_the_list(scenario: Scenario) -> None:
    _, second, third = begun(scenario)
    scenario.stash_drop()
    look(scenario)
    before = pictured(scenario)
    foreseen = ours(scenario, undo, UndoRequest(dry_run=True))
    assert [(one.name, one.old, one.new) for one in foreseen.refs] == [("refs/stash", second, third)]
    assert pictured(scenario) == before


def test_what_came_since_stays_and_the_dropped_one_goes_where_git_stores_it(scenario: Scenario) -> None:
    first, second, third = begun(scenario)
    scenario.stash_drop("stash@{1}")
    look(scenario)
    scenario.write({"a": "later\n"}).stash("later")
    look(scenario)
    later = stashes(scenario)[-1]
    twin = scenario.twin()
    twin.git("stash", "store", "--message", "On main: stash 1", second)
    drop = next(one.id for one in operations(scenario) if one.kind == "stash-drop")
    ours(scenario, undo, UndoRequest(id=drop))
    assert stashes(scenario) == stashes(twin) == [first, third, later, second]
    words = ("stash", "list", "--format=%gd %H %gs")
    assert scenario.git(*words) == twin.git(*words)
    scenario.fsck()
    ours(scenario, redo, RedoRequest())
    assert stashes(scenario) == [first, third, later]
    ours(scenario, undo, UndoRequest(id=drop))
    scenario.stash_drop("stash@{3}")
    look(scenario)
    ours(scenario, redo, RedoRequest(id=drop))
    assert stashes(scenario) == [third, later]
    scenario.fsck()


def test_dropping_it_again_keeps_it(scenario: Scenario) -> None:
    _, second, _ = begun(scenario)
    scenario.stash_drop("stash@{1}")
    look(scenario)
    ours(scenario, undo, UndoRequest())
    for ref in scenario.git("for-each-ref", "--format=%(refname)", "refs/mlgit/pins").split():
        scenario.git("update-ref", "-d", ref)
    ours(scenario, redo, RedoRequest())
    scenario.expire_all()
    assert scenario.exists(second)
    assert [row.tip for row in listed(scenario, everything=True) if row.kind == "stash"] == [second]


def test_one_that_was_put_back_by_hand_is_not_put_back_twice(scenario: Scenario) -> None:
    _, _, third = begun(scenario)
    scenario.stash_drop()
    look(scenario)
    scenario.git("stash", "store", "--message", "mine again", third)
    look(scenario)
    dropped = next(one for one in operations(scenario) if one.kind == "stash-drop")
    assert (dropped.undoable, dropped.reason) == (False, "The stash list is so already.")
    with pytest.raises(NoUndo):
        ours(scenario, undo, UndoRequest(id=dropped.id))


def test_what_is_gone_is_said_to_be_gone(scenario: Scenario) -> None:
    begun(scenario)
    scenario.stash_drop()
    look(scenario)
    for ref in scenario.git("for-each-ref", "--format=%(refname)", "refs/mlgit/pins").split():
        scenario.git("update-ref", "-d", ref)
    cleaned(scenario)
    assert operations(scenario)[0].reason == "What the stash held is gone from this repository."


def test_our_own_acts_on_the_list_are_not_the_terminals(scenario: Scenario) -> None:
    begun(scenario)
    scenario.stash_drop("stash@{1}")
    look(scenario)
    (row,) = [row.id for row in listed(scenario, everything=True) if row.kind == "stash"]
    ours(scenario, restore_deleted_branch, RestoreRequest(branch=row, stash=True))
    for way, request in ((undo, UndoRequest()), (redo, RedoRequest()), (undo, UndoRequest())):
        assert look(scenario) == []
        ours(scenario, way, request)
    assert look(scenario) == []
    with opened(scenario.path) as repo:
        sources = [(one.kind, one.source) for one in read_records(repo)]
    assert sources == [("stash-drop", "terminal"), ("stash", "cli"), ("undo", "cli"), ("redo", "cli"), ("undo", "cli")]


def test_a_list_that_was_emptied_under_its_ref_comes_back(scenario: Scenario) -> None:
    """``git reflog expire --all`` with a time given takes the stash's log, too, and leaves the ref."""
    there = begun(scenario)
    before = pictured(scenario)
    scenario.git("reflog", "expire", "--expire=now", "refs/stash")
    assert look(scenario) == ["Drop all 3 stashes"]
    assert scenario.git("stash", "list") == ""
    ours(scenario, undo, UndoRequest())
    assert (stashes(scenario), pictured(scenario)) == (there, before)
    scenario.fsck()
