"""Takes acts of every kind back and does them again, and demands that git finds the repository as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.history.branches import (
    BranchCreateRequest,
    BranchDeleteRequest,
    BranchRenameRequest,
    create_branch,
    delete_branch,
    rename_branch,
)
from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.operations import Operation, OperationsRequest, list_operations
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import NoUndo
from jupyter_mlgit.recovery.protection import SetupRequest, set_up
from jupyter_mlgit.recovery.restore import RestoreRequest, restore_deleted_branch
from jupyter_mlgit.recovery.retention import RetentionChange, change_retention
from tests.git.twins import opened, ours
from tests.snapshots import difference, meaning, taken

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_mlgit.journal.operations import Operations
    from jupyter_mlgit.journal.undo import Undone
    from tests.scenario import Scenario

Act = tuple["Callable[..., Any]", Any]

ACTS: dict[str, Act] = {
    "delete": (delete_branch, BranchDeleteRequest(name="exp/one")),
    "delete packed": (delete_branch, BranchDeleteRequest(name="packed")),
    "rename": (rename_branch, BranchRenameRequest(old="exp/one", new="exp/two")),
    "rename the current one": (rename_branch, BranchRenameRequest(old="main", new="trunk")),
    "rename into its folder": (rename_branch, BranchRenameRequest(old="packed", new="packed/deep")),
    "rename out of its folder": (rename_branch, BranchRenameRequest(old="exp/one", new="exp")),
    "rename over another": (rename_branch, BranchRenameRequest(old="exp/one", new="packed", force=True)),
    "create": (create_branch, BranchCreateRequest(name="new/one", start="origin/main")),
    "move": (create_branch, BranchCreateRequest(name="exp/one", start="main", force=True)),
    "change retention": (change_retention, RetentionChange(reflog=200, unreachable=100, pins=50)),
}


def state(story: Scenario) -> dict[str, bytes | None]:
    """Gives what undo has to bring back: everything but HEAD's log, which also tells of the undoing."""
    found = meaning(taken(story.common_dir))
    return {path: content for path, content in found.items() if path != "logs/HEAD"}


def refs(story: Scenario) -> dict[str, bytes | None]:
    """Gives refs, HEADs and settings without the logs."""
    return without_logs(state(story))


def without_logs(snapshot: dict[str, bytes | None]) -> dict[str, bytes | None]:
    return {path: content for path, content in snapshot.items() if not path.startswith("logs/")}


def operations(story: Scenario) -> list[Operation]:
    listed: Operations = ours(story, list_operations, OperationsRequest())
    return listed.operations


def noticed(story: Scenario) -> list[str]:
    """Looks at the repository as the server does, and gives the titles of what the terminal did."""
    return [record.title for record in ours(story, observe_by_request, None)]


def observe_by_request(repo: Any, request: None, context: Any) -> Any:
    del request
    return observe(repo, context)


@pytest.mark.parametrize(("verb", "request_"), ACTS.values(), ids=ACTS)
def test_undone_is_as_before_and_done_again_as_after(
    story: Scenario, request: pytest.FixtureRequest, verb: Callable[..., Any], request_: Any
) -> None:
    noticed(story)
    before = state(story)
    ours(story, verb, request_)
    after = state(story)
    assert difference(before, after)
    undone: Undone = ours(story, undo, UndoRequest())
    logs_too = "move" not in request.node.name  # a branch that was there all the time keeps what its log says
    assert not difference(before if logs_too else without_logs(before), state(story) if logs_too else refs(story))
    assert [one.undone for one in undone.operations] == [True]
    story.fsck()
    story.git("status")
    story.git("checkout", "-")
    story.git("checkout", "-")
    ours(story, redo, RedoRequest())
    assert not difference(without_logs(after), refs(story))
    ours(story, undo, UndoRequest(id=undone.operations[0].id))
    assert not difference(without_logs(before), refs(story))


def test_undone_restoring_leaves_the_branch_deleted_and_safe(story: Scenario) -> None:
    tip = story.tip("exp/one")
    ours(story, delete_branch, BranchDeleteRequest(name="exp/one"))
    before = state(story)
    ours(story, restore_deleted_branch, RestoreRequest(branch="exp/one"))
    ours(story, undo, UndoRequest())
    assert not difference(before, state(story))
    story.expire_all()
    assert story.exists(tip)


def test_setup_is_undone_without_a_trace(story: Scenario) -> None:
    before = state(story)
    ours(story, set_up, SetupRequest(hook=True))
    assert story.git("config", "log.excludeDecoration") == "refs/mlgit/"
    ours(story, undo, UndoRequest())
    assert not difference(before, state(story))


def test_commits_stay_through_every_expiry(story: Scenario) -> None:
    tip = story.tip("exp/one")
    ours(story, delete_branch, BranchDeleteRequest(name="exp/one"))
    story.expire_all()
    ours(story, undo, UndoRequest())
    assert story.tip("exp/one") == tip
    story.fsck()
    assert story.git("log", "--walk-reflogs", "-1", "--format=%gs", "exp/one") == "commit: e2"


def test_everything_after_an_act_is_undone_at_once(story: Scenario) -> None:
    noticed(story)
    ours(story, create_branch, BranchCreateRequest(name="kept"))
    before, first = state(story), operations(story)[0].id
    ours(story, delete_branch, BranchDeleteRequest(name="exp/one"))
    ours(story, create_branch, BranchCreateRequest(name="exp/one"))
    ours(story, rename_branch, BranchRenameRequest(old="exp/one", new="exp/two"))
    ours(story, rename_branch, BranchRenameRequest(old="main", new="trunk"))
    ours(story, change_retention, RetentionChange(pins=5))
    ours(story, change_retention, RetentionChange(pins=6))
    preview: Undone = ours(story, undo, UndoRequest(to=first, dry_run=True))
    undone: Undone = ours(story, undo, UndoRequest(to=first))
    assert [one.title for one in undone.operations] == [one.title for one in preview.operations]
    assert len(undone.operations) == 6
    assert not difference(before, state(story))
    story.fsck()


def test_all_of_them_or_none(story: Scenario) -> None:
    noticed(story)
    ours(story, create_branch, BranchCreateRequest(name="kept"))
    first = operations(story)[0].id
    ours(story, create_branch, BranchCreateRequest(name="a"))
    ours(story, create_branch, BranchCreateRequest(name="b"))
    story.worktree_add("tree", "a")
    noticed(story)
    before = taken(story.common_dir)
    for dry_run in (True, False):
        with pytest.raises(NoUndo, match="'Create branch a' cannot be undone: a is checked out"):
            ours(story, undo, UndoRequest(to=first, dry_run=dry_run))
    assert not difference(before, taken(story.common_dir))


def test_redo_works_right_after_undo_only(story: Scenario) -> None:
    ours(story, create_branch, BranchCreateRequest(name="a"))
    ours(story, undo, UndoRequest())
    ours(story, create_branch, BranchCreateRequest(name="b"))
    with pytest.raises(NoUndo, match="nothing here that can be done again"):
        ours(story, redo, RedoRequest())


def test_undo_and_redo_go_back_and_forth_through_several(story: Scenario) -> None:
    for name in ("a", "b"):
        ours(story, create_branch, BranchCreateRequest(name=name))
    for _ in range(2):
        ours(story, undo, UndoRequest())
        ours(story, undo, UndoRequest())
        assert not {"a", "b"} & story.branches().keys()
        ours(story, redo, RedoRequest())
        assert "a" in story.branches()
        ours(story, redo, RedoRequest())
        assert {"a", "b"} <= story.branches().keys()
        with pytest.raises(NoUndo):
            ours(story, redo, RedoRequest())


REFUSED: dict[str, tuple[Act, Callable[[Scenario], object], str]] = {
    "moved since": (
        (create_branch, BranchCreateRequest(name="a")),
        lambda story: story.move_branch("a", "main~1"),
        "a has changed since",
    ),
    "name taken again": (
        (delete_branch, BranchDeleteRequest(name="packed")),
        lambda story: story.branch("packed", at="main"),
        "packed has changed since",
    ),
    "place taken": (
        (delete_branch, BranchDeleteRequest(name="packed")),
        lambda story: story.branch("packed/x", at="main"),
        "packed/x now stands where packed was",
    ),
    "checked out": (
        (create_branch, BranchCreateRequest(name="a")),
        lambda story: story.checkout("a"),
        "a is checked out",
    ),
    "checked out in another worktree": (
        (create_branch, BranchCreateRequest(name="a")),
        lambda story: story.worktree_add("tree", "a"),
        "a is checked out",
    ),
    "commits gone": (
        (delete_branch, BranchDeleteRequest(name="exp/one")),
        lambda story: (
            story.git("update-ref", "-d", f"refs/mlgit/pins/{story.git('for-each-ref', 'refs/mlgit/pins')[:40]}"),
            story.expire_all(),
        ),
        "commits that exp/one held are gone",
    ),
    "setting changed since": (
        (change_retention, RetentionChange(reflog=200)),
        lambda story: story.git("config", "gc.reflogExpire", "1.day"),
        "gc.reflogExpire has changed since",
    ),
}


@pytest.mark.parametrize(("act", "then", "reason"), REFUSED.values(), ids=REFUSED)
def test_undo_is_refused_with_its_reason(
    story: Scenario, act: Act, then: Callable[[Scenario], object], reason: str
) -> None:
    ours(story, *act)
    done = operations(story)[0]
    assert done.undoable
    then(story)
    before = state(story)
    with pytest.raises(NoUndo) as caught:
        ours(story, undo, UndoRequest(id=done.id))
    assert reason in caught.value.message
    assert not difference(before, state(story))
    shown = next(one for one in operations(story) if one.id == done.id)
    assert not shown.undoable
    assert reason in (shown.reason or "")


def test_files_stay_where_the_current_branch_gets_its_name_back_and_another_its_place(story: Scenario) -> None:
    story.write({"m1.txt": "edited\n"})
    before, status = refs(story), story.git("status", "--porcelain")
    ours(story, rename_branch, BranchRenameRequest(old="main", new="packed", force=True))
    after = refs(story)
    ours(story, undo, UndoRequest())
    assert (refs(story), story.git("status", "--porcelain")) == (before, status)
    done: Undone = ours(story, redo, RedoRequest())
    assert (refs(story), story.git("status", "--porcelain"), done.files) == (after, status, [])


def test_renamed_branch_that_was_left_since_keeps_head_where_it_is(story: Scenario) -> None:
    story.checkout("exp/one")
    ours(story, rename_branch, BranchRenameRequest(old="exp/one", new="exp/two"))
    story.checkout("main")
    story.worktree_add("tree", "exp/two")
    ours(story, undo, UndoRequest())
    assert story.current() == "main"
    assert story.inside("tree").current() == "exp/one"
    assert story.git("status", "--porcelain") == ""
    story.fsck()


TERMINAL: dict[str, tuple[tuple[str, ...], str]] = {
    "branch -D": (("branch", "-D", "exp/one"), "Delete branch exp/one"),
    "branch -m": (("branch", "-m", "exp/one", "exp/two"), "Rename branch exp/one to exp/two"),
    "branch -m of the current one": (("branch", "-m", "trunk"), "Rename branch main to trunk"),
    "branch": (("branch", "new", "main~1"), "Create branch new"),
    "branch -f": (("branch", "-f", "exp/one", "main"), "Move branch on exp/one"),
}


@pytest.mark.parametrize(("words", "title"), TERMINAL.values(), ids=TERMINAL)
def test_what_the_terminal_did_is_undone(story: Scenario, words: tuple[str, ...], title: str) -> None:
    noticed(story)
    before = state(story)
    story.clock.tick()
    story.git(*words)
    assert noticed(story) == [title]
    assert operations(story)[0].source == "terminal"
    story.expire_all()
    story.git("pack-refs", "--all")
    ours(story, undo, UndoRequest())
    assert not difference(without_logs(before), refs(story))
    story.fsck()


def test_unknown_act_is_told(story: Scenario) -> None:
    for wanted in (UndoRequest(id="nonsense"), UndoRequest(to="nonsense")):
        with pytest.raises(NoUndo, match="no operation 'nonsense'"):
            ours(story, undo, wanted)
    with pytest.raises(NoUndo, match="nothing here that can be undone"):
        ours(story, undo, UndoRequest())


def test_dry_run_writes_nothing(story: Scenario) -> None:
    ours(story, delete_branch, BranchDeleteRequest(name="exp/one"))
    before = {path: path.read_bytes() for path in story.git_dir.rglob("*") if path.is_file()}
    preview: Undone = ours(story, undo, UndoRequest(dry_run=True))
    assert [(one.name, one.old) for one in preview.refs] == [("refs/heads/exp/one", None)]
    assert before == {path: path.read_bytes() for path in story.git_dir.rglob("*") if path.is_file()}
    with opened(story.path) as repo:
        assert repo.refs.read(b"refs/heads/exp/one") is None


def test_reset_to_where_everything_is_already_is_no_step(story: Scenario) -> None:
    """The next undo takes back what came before, and not once more nothing."""
    story.write({"base.txt": "edited\n"})
    for hard in (True, True, False):
        ours(story, reset, ResetRequest(hard=hard, soft=not hard))
    assert "changed nothing" in (operations(story)[0].reason or "")
    ours(story, undo, UndoRequest())
    assert (story.path / "base.txt").read_text() == "edited\n"
