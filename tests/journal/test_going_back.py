"""Goes back by several acts at once: to how everything was, or, where one of them cannot, not a single step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.history.branches import BranchDeleteRequest, BranchRenameRequest, delete_branch, rename_branch
from jupyter_mlgit.history.discard import DiscardRequest, discard
from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.history.switch import SwitchRequest, switch_branch
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.operations import Operation, OperationsRequest, list_operations
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import BadRequest, NoUndo, Problem, UnfinishedOperation, WouldOverwrite
from jupyter_mlgit.recovery.snapshot import BackupRequest, back_up_now
from tests.git.twins import ours
from tests.history.pictures import everything
from tests.history.test_reset import picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_mlgit.journal.undo import Undone
    from tests.scenario import Scenario


def begun(s: Scenario) -> Scenario:
    s.commit("base", {"a": "1\n", "b": "1\n", "deep/c": "1\n"}).branch("x").commit("other", {"b": "2\n", "new": "2\n"})
    s.checkout("main").commit("second", {"a": "2\n", "deep/c": "2\n"}).commit("third", {"a": "3\n"})
    look(s)
    return s


def look(s: Scenario) -> object:
    return ours(s, lambda repo, _, context: observe(repo, context), None)


def hard(s: Scenario, rev: str) -> object:
    return ours(s, reset, ResetRequest(rev=rev, hard=True))


def mixed(s: Scenario, rev: str) -> object:
    return ours(s, reset, ResetRequest(rev=rev))


def discarded(s: Scenario, *paths: str) -> object:
    return ours(s, discard, DiscardRequest(paths=list(paths)))


def switched(s: Scenario, name: str) -> object:
    return ours(s, switch_branch, SwitchRequest(name=name))


def in_terminal(s: Scenario, *words: str) -> object:
    s.clock.tick()
    s.git(*words)
    return look(s)


def edited(s: Scenario, files: dict[str, str]) -> object:
    return s.write(files)


def operations(s: Scenario) -> list[Operation]:
    found: list[Operation] = ours(s, list_operations, OperationsRequest()).operations
    return found


def go_back(s: Scenario, count: int, *, dry_run: bool = False) -> Undone:
    done = [one for one in operations(s) if one.kind not in ("undo", "redo") and not one.undone]
    undone: Undone = ours(s, undo, UndoRequest(before=done[count - 1].id, dry_run=dry_run))
    return undone


CHAINS: dict[str, tuple[int, Callable[[Scenario], object]]] = {
    "resets": (3, lambda s: (hard(s, "HEAD~1"), hard(s, "HEAD~1"), hard(s, "x"))),
    "discard and reset of the same file": (
        3,
        lambda s: (discarded(s, "b"), hard(s, "x"), mixed(s, "main~1")),
    ),
    "reset, then the terminal": (
        4,
        lambda s: (
            hard(s, "HEAD~1"),
            in_terminal(s, "merge", "--quiet", "--no-edit", "x"),
            in_terminal(s, "commit", "--quiet", "--allow-empty", "--message", "empty"),
            ours(s, delete_branch, BranchDeleteRequest(name="x", force=True)),
        ),
    ),
    "files that come and go": (
        3,
        lambda s: (hard(s, "x"), in_terminal(s, "reset", "--quiet", "--hard", "main@{1}"), hard(s, "x~1")),
    ),
    "a switch and a commit behind it": (
        2,
        lambda s: (switched(s, "x"), in_terminal(s, "commit", "--quiet", "--allow-empty", "--message", "on x")),
    ),
    "a renamed branch": (
        3,
        lambda s: (
            hard(s, "HEAD~1"),
            ours(s, rename_branch, BranchRenameRequest(old="main", new="trunk")),
            in_terminal(s, "reset", "--quiet", "--hard", "HEAD~1"),
        ),
    ),
    "a folder in a file's place": (
        2,
        lambda s: (
            edited(s, {"new/mine": "untracked\n"}),
            hard(s, "x"),
            hard(s, "main~1"),
        ),
    ),
}


@pytest.mark.parametrize("name", CHAINS)
def test_back_before_all_and_forth_again(scenario: Scenario, name: str) -> None:
    count, acts = CHAINS[name]
    begun(scenario)
    if name.startswith("discard"):
        edited(scenario, {"b": "mine\n"})
    before = picture(scenario)
    acts(scenario)
    after = picture(scenario)
    foreseen = go_back(scenario, count, dry_run=True)
    assert picture(scenario) == after
    undone = go_back(scenario, count)
    assert [one.id for one in undone.operations] == [one.id for one in foreseen.operations]
    assert len(undone.operations) == count
    assert (undone.refs, undone.index, undone.files) == (foreseen.refs, foreseen.index, foreseen.files)
    now = picture(scenario)
    if name == "a folder in a file's place":
        assert (scenario.path / "new/mine").read_text() == "untracked\n"
        (scenario.path / "new/mine").unlink()
        now = picture(scenario)
        scenario.write({"new/mine": "untracked\n"})
    assert now == before
    scenario.fsck()
    again: Undone = ours(scenario, redo, RedoRequest(to=undone.operations[0].id))
    assert [one.id for one in again.operations] == [one.id for one in reversed(undone.operations)]
    assert picture(scenario) == after
    scenario.fsck()


def test_the_third_of_five_refuses_and_nothing_has_changed(scenario: Scenario) -> None:
    begun(scenario)
    edited(scenario, {"a": "mine\n"})
    discarded(scenario, "a")
    edited(scenario, {"deep/c": "mine\n"})
    discarded(scenario, "deep/c")
    edited(scenario, {"deep/c": "three days\n"})  # after the third of them, and none of the later two touches it
    for _ in range(2):
        edited(scenario, {"b": "mine\n"})
        discarded(scenario, "b")
    untouched, log = everything(scenario.root), (scenario.common_dir / "mlgit/operations.jsonl").read_bytes()
    blocked = operations(scenario)[2]
    for dry_run in (True, False):
        with pytest.raises(WouldOverwrite, match="'Discard changes in deep/c' is in the way") as refusal:
            go_back(scenario, 4, dry_run=dry_run)
        assert refusal.value.details == {"files": ["deep/c"], "operation": blocked.id}
    assert everything(scenario.root) == untouched
    assert (scenario.common_dir / "mlgit/operations.jsonl").read_bytes() == log
    ours(scenario, undo, UndoRequest(to=blocked.id))
    assert (scenario.path / "b").read_text() == "mine\n"


def test_what_fails_in_the_middle_is_taken_back(scenario: Scenario) -> None:
    begun(scenario)
    ours(scenario, delete_branch, BranchDeleteRequest(name="x", force=True))
    hard(scenario, "HEAD~1")
    hard(scenario, "HEAD~1")
    before = picture(scenario)
    lock = scenario.common_dir / "refs/heads/x.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_bytes(b"")
    assert len(go_back(scenario, 3, dry_run=True).operations) == 3
    with pytest.raises(Problem) as refusal:
        go_back(scenario, 3)
    assert refusal.value.code == "ref-locked"
    assert picture(scenario) == before
    lock.unlink()
    go_back(scenario, 3)
    assert scenario.exists("x")
    scenario.fsck()


def test_a_merge_that_comes_back_stops_what_is_behind_it(scenario: Scenario) -> None:
    begun(scenario)
    in_terminal(scenario, "commit", "--quiet", "--allow-empty", "--message", "fourth")
    in_terminal(scenario, "merge", "--quiet", "--no-commit", "x")
    hard(scenario, "HEAD")
    untouched = everything(scenario.root)
    for dry_run in (True, False):
        with pytest.raises(UnfinishedOperation, match="'Commit: fourth on main' is in the way"):
            go_back(scenario, 2, dry_run=dry_run)
    assert everything(scenario.root) == untouched


def test_what_was_done_again_counts_as_done_then(scenario: Scenario) -> None:
    begun(scenario)
    ours(scenario, delete_branch, BranchDeleteRequest(name="x", force=True))
    hard(scenario, "HEAD~1")
    deleted, moved = operations(scenario)[1], operations(scenario)[0]
    ours(scenario, undo, UndoRequest(id=deleted.id))
    ours(scenario, redo, RedoRequest(id=deleted.id))
    to_the_reset: Undone = ours(scenario, undo, UndoRequest(to=moved.id, dry_run=True))
    assert to_the_reset.operations == []
    from_the_deletion: Undone = ours(scenario, undo, UndoRequest(before=deleted.id))
    assert [one.id for one in from_the_deletion.operations] == [deleted.id, moved.id]


def test_a_backup_in_between_stays_and_is_in_nobodys_way(scenario: Scenario) -> None:
    begun(scenario)
    before = picture(scenario)
    hard(scenario, "HEAD~1")
    edited(scenario, {"b": "mine\n"})
    made = ours(scenario, back_up_now, BackupRequest())
    discarded(scenario, "b")
    assert [one.kind for one in go_back(scenario, 3).operations] == ["discard", "reset"]
    assert scenario.exists(made.commit)
    scenario.git("checkout", "--quiet", "b")
    assert picture(scenario) == before


def test_files_of_a_branch_that_was_left_do_not_come_to_another(scenario: Scenario) -> None:
    begun(scenario)
    hard(scenario, "HEAD~2")
    scenario.git("branch", "same")
    scenario.checkout("same")
    look(scenario)
    done = next(one for one in operations(scenario) if one.kind == "reset")
    assert not done.undoable
    assert "main, whose files it changed, is not checked out any more" in (done.reason or "")
    before = picture(scenario)
    with pytest.raises(NoUndo):
        ours(scenario, undo, UndoRequest(id=done.id))
    assert picture(scenario) == before


@pytest.mark.parametrize(
    "request_", [UndoRequest(id="a", to="b"), UndoRequest(to="a", before="b"), UndoRequest(id="a", before="b")]
)
def test_one_place_is_named(scenario: Scenario, request_: Any) -> None:
    begun(scenario)
    with pytest.raises(BadRequest):
        ours(scenario, undo, request_)
