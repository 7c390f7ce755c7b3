"""Takes branches with settings that a person has written by hand away and back: no byte of them is lost.

Neither is what somebody else changes while an act is under way, nor a line that comes into a log at that moment.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git.config_edit import ConfigTransaction
from jupyter_mlgit.git.ref_transaction import RefTransaction
from jupyter_mlgit.history.branches import (
    BranchCreateRequest,
    BranchDeleteRequest,
    BranchRenameRequest,
    create_branch,
    delete_branch,
    rename_branch,
)
from jupyter_mlgit.journal.operations import OperationsRequest, list_operations
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.journal.unfinished import RecoverRequest, settle_unfinished
from jupyter_mlgit.problems import Locked, NoUndo, StateChanged
from jupyter_mlgit.recovery.restore import RestoreRequest, restore_deleted_branch
from jupyter_mlgit.recovery.retention import RetentionChange, change_retention
from tests.git.twins import ours
from tests.snapshots import difference, taken

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenario import Scenario

BY_HAND = """\
# Mine, all of it.
[branch "exp/one"]   # the good one
\tremote=origin ; the fork is gone
# It goes where main goes
\tmerge = refs/heads/main
\tmerge = refs/heads/other

\tdescription = "two \\
words"
\trebase
\t; nothing else

[branch "victim"] remote = . # on one line
[user]
\tname = Somebody
[BRANCH   "exp/one"]
\tpushRemote = "origin"
"""


@pytest.fixture
def by_hand(story: Scenario) -> Scenario:
    """Gives the story with settings that no program has written, in the middle of the file."""
    story.git("config", "--remove-section", "branch.exp/one")
    config = story.git_dir / "config"
    text = config.read_text()
    story.branch("victim", at="main").move_branch("victim", "main~1")
    config.write_text(BY_HAND + text)
    return story


def branch_settings(story: Scenario, name: str) -> list[str]:
    """Gives what git reads of a branch's settings."""
    told = story.try_git("config", "--null", "--get-regexp", f"^branch\\.{name}\\.").stdout
    return [entry.removeprefix(f"branch.{name}.") for entry in told.split("\0") if entry]


SETTINGS = [
    "remote\norigin",
    "merge\nrefs/heads/main",
    "merge\nrefs/heads/other",
    "description\ntwo words",
    "rebase",
    "pushremote\norigin",
]

AWAY: dict[str, tuple[Callable[..., Any], Any]] = {
    "delete": (delete_branch, BranchDeleteRequest(name="exp/one")),
    "rename": (rename_branch, BranchRenameRequest(old="exp/one", new="exp/two")),
    "rename over another": (rename_branch, BranchRenameRequest(old="exp/one", new="victim", force=True)),
    "delete the other": (delete_branch, BranchDeleteRequest(name="victim")),
}


@pytest.mark.parametrize(("verb", "request_"), AWAY.values(), ids=AWAY)
def test_settings_written_by_hand_come_back_byte_for_byte(
    by_hand: Scenario, verb: Callable[..., Any], request_: Any
) -> None:
    config = by_hand.git_dir / "config"
    before = config.read_bytes()
    assert branch_settings(by_hand, "exp/one") == SETTINGS
    ours(by_hand, verb, request_)
    after = config.read_bytes()
    assert after != before
    for _ in range(2):
        ours(by_hand, undo, UndoRequest())
        assert config.read_bytes() == before
        ours(by_hand, redo, RedoRequest())
        assert config.read_bytes() == after
    ours(by_hand, undo, UndoRequest())
    assert branch_settings(by_hand, "exp/one") == SETTINGS


def test_several_deletions_are_undone_to_the_byte(by_hand: Scenario) -> None:
    config = by_hand.git_dir / "config"
    before = config.read_bytes()
    for name in ("exp/one", "victim"):
        ours(by_hand, delete_branch, BranchDeleteRequest(name=name))
    for _ in range(2):
        ours(by_hand, undo, UndoRequest())
    assert config.read_bytes() == before


def test_settings_come_back_whole_when_the_file_has_changed_all_around(by_hand: Scenario) -> None:
    config = by_hand.git_dir / "config"
    ours(by_hand, delete_branch, BranchDeleteRequest(name="exp/one"))
    config.write_text("[alias]\n\tx = y\n" + config.read_text() + '[branch "later"]\n\tremote = .\n')
    ours(by_hand, undo, UndoRequest())
    assert branch_settings(by_hand, "exp/one") == SETTINGS
    text = config.read_text()
    for line in BY_HAND.splitlines():
        assert line in text
    assert text.startswith("[alias]")
    by_hand.git("config", "--list")


def test_restoring_brings_the_comments_back_as_well(by_hand: Scenario) -> None:
    config = by_hand.git_dir / "config"
    before = config.read_bytes()
    ours(by_hand, delete_branch, BranchDeleteRequest(name="exp/one"))
    ours(by_hand, restore_deleted_branch, RestoreRequest(branch="exp/one"))
    assert config.read_bytes() == before


def test_branch_that_finds_settings_left_behind_keeps_their_comments(by_hand: Scenario) -> None:
    config = by_hand.git_dir / "config"
    config.write_text(config.read_text() + '[branch "new"]\n\t# what it is for\n\tdescription = x ; why\n')
    before = config.read_bytes()
    ours(by_hand, create_branch, BranchCreateRequest(name="new", start="origin/main"))
    assert config.read_bytes() == before + b"\tremote = origin\n\tmerge = refs/heads/main\n"
    ours(by_hand, undo, UndoRequest())
    assert config.read_bytes() == before


def test_setting_with_several_values_is_changed_where_it_counts_and_comes_back(story: Scenario) -> None:
    for value in ("10.days", "20.days"):
        story.git("config", "--add", "gc.reflogExpire", value)
    config = story.git_dir / "config"
    before = config.read_bytes()
    ours(story, change_retention, RetentionChange(reflog=100))
    assert story.git("config", "--get-all", "gc.reflogExpire").split() == ["10.days", "100.days"]
    ours(story, undo, UndoRequest())
    assert config.read_bytes() == before
    ours(story, redo, RedoRequest())
    story.git("config", "--add", "gc.reflogExpire", "30.days")
    (done, *_) = ours(story, list_operations, OperationsRequest()).operations[::-1]
    assert done.reason == "gc.reflogExpire has changed since."
    with pytest.raises(NoUndo):
        ours(story, undo, UndoRequest(id=done.id))


def before_locking(monkeypatch: pytest.MonkeyPatch, does: Callable[[], object]) -> None:
    """Lets the terminal do something between the look at the repository and the first lock, once."""
    real, todo = RefTransaction.prepare, [does]

    def prepare(transaction: RefTransaction) -> None:
        if any(one.name.startswith(b"refs/heads/") for one in transaction.updates) and todo:
            todo.pop()()
        real(transaction)

    monkeypatch.setattr(RefTransaction, "prepare", prepare)


MEANWHILE: dict[str, tuple[tuple[Callable[..., Any], Any], tuple[str, ...]]] = {
    "delete": (AWAY["delete"], ("branch.exp/one.description", "other")),
    "delete, one more": (AWAY["delete"], ("branch.exp/one.added", "x")),
    "rename": (AWAY["rename"], ("branch.exp/one.remote", "other")),
    "rename to settings": (AWAY["rename"], ("branch.exp/two.remote", "other")),
    "create": ((create_branch, BranchCreateRequest(name="n", start="origin/main")), ("branch.n.description", "other")),
}


@pytest.mark.parametrize(("act", "words"), MEANWHILE.values(), ids=MEANWHILE)
def test_settings_that_somebody_changes_meanwhile_stop_the_act(
    story: Scenario, monkeypatch: pytest.MonkeyPatch, act: tuple[Callable[..., Any], Any], words: tuple[str, ...]
) -> None:
    twin = story.twin()
    before_locking(monkeypatch, lambda: story.git("config", *words))
    with pytest.raises(StateChanged):
        ours(story, *act)
    twin.git("config", *words)
    assert not difference(taken(twin.common_dir, twin.root), taken(story.common_dir, story.root))
    assert not (story.git_dir / "mlgit/unfinished.json").exists()


@pytest.mark.parametrize(("verb", "request_"), AWAY.values(), ids=AWAY)
def test_refs_go_back_when_the_settings_cannot_be_written(
    by_hand: Scenario, monkeypatch: pytest.MonkeyPatch, verb: Callable[..., Any], request_: Any
) -> None:
    before = taken(by_hand.common_dir)
    written: list[bool] = []
    real = ConfigTransaction.commit

    def commit(transaction: ConfigTransaction) -> None:
        if written:
            return real(transaction)
        written.append(taken(by_hand.common_dir) != before)
        raise Locked("config.lock was taken away from us.", "Repeat the act.")

    monkeypatch.setattr(ConfigTransaction, "commit", commit)
    with pytest.raises(Locked):
        ours(by_hand, verb, request_)
    assert written == [True]
    assert not difference(before, taken(by_hand.common_dir))
    ours(by_hand, verb, request_)


@pytest.mark.parametrize("finish", [True, False])
def test_settings_changed_after_a_crash_are_left_and_told(story: Scenario, *, finish: bool) -> None:
    child = os.fork()
    if child == 0:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ConfigTransaction, "commit", lambda _: os._exit(9))
            ours(story, delete_branch, BranchDeleteRequest(name="exp/one"))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    (story.git_dir / "config.lock").unlink()  # as git asks a person to do
    story.git("config", "branch.exp/one.description", "written since")
    done = ours(story, settle_unfinished, RecoverRequest(finish=finish, roll_back=not finish))
    assert done.missing == ["branch.exp/one"]
    assert ("exp/one" in story.branches()) is not finish
    assert story.git("config", "branch.exp/one.description") == "written since"


def lines_of(story: Scenario, name: str) -> list[str]:
    """Gives a branch's log as git stores it."""
    return (story.git_dir / "logs/refs/heads" / name).read_text().splitlines()


def there_and_back(story: Scenario) -> None:
    """Moves a branch and moves it back: its tip is as before, and its log has two more lines."""
    tip = story.tip("exp/one")
    story.git("update-ref", "-m", "there", "refs/heads/exp/one", "main")
    story.git("update-ref", "-m", "and back", "refs/heads/exp/one", tip)


def test_line_that_comes_into_the_log_of_a_branch_as_it_is_deleted_is_kept(
    story: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    before_locking(monkeypatch, lambda: there_and_back(story))
    ours(story, delete_branch, BranchDeleteRequest(name="exp/one"))
    ours(story, undo, UndoRequest())
    assert [line.partition("\t")[2] for line in lines_of(story, "exp/one")][-2:] == ["there", "and back"]


@pytest.mark.parametrize("current", [False, True])
@pytest.mark.parametrize("new", ["exp/two", "exp/one/more", "victim"])
def test_line_that_comes_into_the_log_of_a_branch_as_it_is_renamed_goes_with_it(
    story: Scenario, monkeypatch: pytest.MonkeyPatch, new: str, *, current: bool
) -> None:
    story.branch("victim", at="main").move_branch("victim", "main~1")
    if current:
        story.checkout("exp/one")
    was = lines_of(story, "exp/one")
    before_locking(monkeypatch, lambda: there_and_back(story))
    ours(story, rename_branch, BranchRenameRequest(old="exp/one", new=new, force=True))
    now = lines_of(story, new)
    assert now[: len(was)] == was
    words = [line.partition("\t")[2] for line in now[len(was) :]]
    assert words == ["there", "and back", f"Branch: renamed refs/heads/exp/one to refs/heads/{new}"]
    ours(story, undo, UndoRequest())
    assert lines_of(story, "exp/one")[: len(was) + 2] == now[: len(was) + 2]


@pytest.mark.parametrize("request_", [BranchDeleteRequest(name="exp/one"), BranchRenameRequest(old="exp/one", new="b")])
def test_commit_that_comes_meanwhile_stops_the_act(
    story: Scenario, monkeypatch: pytest.MonkeyPatch, request_: Any
) -> None:
    before_locking(monkeypatch, lambda: story.git("update-ref", "-m", "moved", "refs/heads/exp/one", "main"))
    verb: Callable[..., Any] = delete_branch if isinstance(request_, BranchDeleteRequest) else rename_branch
    with pytest.raises(StateChanged):
        ours(story, verb, request_)
    assert story.branches().keys() == {"main", "packed", "exp/one"}
    assert lines_of(story, "exp/one")[-1].endswith("\tmoved")
