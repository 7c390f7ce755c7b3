"""Takes names that are no UTF-8 through list, delete, restore, rename, move, undo and previews, as git would have it.

A person cannot type such a name: it is named by how it is shown where that is unmistakable, by its bytes in a
terminal, and by the row's id in the panel.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from jupyter_mlgit.history.branches import (
    BranchCreateRequest,
    BranchDeleteRequest,
    BranchesRequest,
    BranchRenameRequest,
    create_branch,
    delete_branch,
    list_branches,
    rename_branch,
)
from jupyter_mlgit.history.switch import SwitchRequest, switch_branch
from jupyter_mlgit.journal.operations import OperationsRequest, list_operations
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import BadName, BranchNotFound
from jupyter_mlgit.recovery.deleted_branches import DeletedRequest, find_deleted_branches
from jupyter_mlgit.recovery.restore import (
    PreviewRequest,
    RestoreRequest,
    preview_deleted_branch,
    restore_deleted_branch,
)
from jupyter_mlgit.recovery.timeline import TimelineRequest, read_timeline
from tests.git.twins import compare, ours

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenario import Scenario

CAFE = os.fsdecode(b"exp/caf\xe9")
SHOWN = "exp/caf\ufffd"
FILE = os.fsdecode(b"donn\xe9es/r\xe9sum\xe9.ipynb")


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    scenario.commit("one").branch(CAFE).commit("two", {FILE: "{}", "plain.txt": "2\n"})
    scenario.git("config", f"branch.{CAFE}.description", "a place")
    return scenario.checkout("main")


def told(story: Scenario, verb: Callable[..., Any], request: object) -> Any:
    """Runs a verb; what it says must fit the wire."""
    answer = ours(story, verb, request)
    assert msgspec.json.decode(msgspec.json.encode(answer))
    return answer


def names(story: Scenario) -> list[str]:
    return [one.name for one in told(story, list_branches, BranchesRequest()).branches]


def test_branch_goes_and_comes_back_by_every_way(story: Scenario) -> None:
    tip = story.tip(CAFE)
    log = (story.git_dir / "logs/refs/heads" / CAFE).read_bytes()
    assert names(story) == [SHOWN, "main"]
    for name in (SHOWN, CAFE):
        told(story, delete_branch, BranchDeleteRequest(name=name))
        assert list(story.branches()) == ["main"]
        (row,) = told(story, find_deleted_branches, DeletedRequest()).branches
        assert (row.name, row.tip, row.notebooks) == (SHOWN, tip, ["donn\ufffdes/r\ufffdsum\ufffd.ipynb"])
        preview = told(story, preview_deleted_branch, PreviewRequest(branch=row.id))
        assert [file.path for file in preview.files] == ["donn\ufffdes/r\ufffdsum\ufffd.ipynb", "plain.txt"]
        assert (preview.name, preview.taken) == (SHOWN, False)
        told(story, restore_deleted_branch, RestoreRequest(branch=row.id if name == SHOWN else SHOWN))
        assert story.branches()[CAFE] == tip
        assert (story.git_dir / "logs/refs/heads" / CAFE).read_bytes().startswith(log)
        assert story.git("config", f"branch.{CAFE}.description") == "a place"
    titles = [one.title for one in told(story, list_operations, OperationsRequest()).operations]
    assert len(titles) == 4
    story.fsck()


def test_every_act_is_undone_and_done_again(story: Scenario) -> None:
    acts: list[tuple[Callable[..., Any], Any]] = [
        (delete_branch, BranchDeleteRequest(name=SHOWN)),
        (rename_branch, BranchRenameRequest(old=SHOWN, new="plain")),
        (rename_branch, BranchRenameRequest(old="main", new="trunk")),
    ]
    for verb, request in acts:
        before = story.branches(), story.git("config", "--list", "--local"), story.current()
        told(story, verb, request)
        after = story.branches(), story.git("config", "--list", "--local"), story.current()
        assert after != before
        told(story, undo, UndoRequest())
        assert (story.branches(), story.git("config", "--list", "--local"), story.current()) == before
        told(story, redo, RedoRequest())
        assert (story.branches(), story.git("config", "--list", "--local"), story.current()) == after
        told(story, undo, UndoRequest())
    story.fsck()


@pytest.mark.parametrize("current", [False, True])
def test_renaming_is_what_git_does(story: Scenario, *, current: bool) -> None:
    if current:
        story.checkout(CAFE)
    twin = story.twin()
    ours(story, rename_branch, BranchRenameRequest(old=SHOWN, new="exp/café"))
    twin.clock.tick()
    twin.git("branch", "-m", CAFE, "exp/café")
    compare(story, twin)


def test_two_that_look_the_same_are_not_mistaken(story: Scenario) -> None:
    other = os.fsdecode(b"exp/caf\xe8")
    story.branch(other, at="main")
    before = story.branches()
    assert names(story) == [SHOWN, SHOWN, "main"]
    acts: list[tuple[Callable[..., Any], Any]] = [
        (delete_branch, BranchDeleteRequest(name=SHOWN)),
        (rename_branch, BranchRenameRequest(old=SHOWN, new="plain")),
    ]
    for verb, request in acts:
        with pytest.raises(BranchNotFound):
            ours(story, verb, request)
    assert story.branches() == before
    told(story, delete_branch, BranchDeleteRequest(name=other))
    assert story.branches() == {CAFE: before[CAFE], "main": before["main"]}
    (row,) = told(story, find_deleted_branches, DeletedRequest()).branches
    told(story, restore_deleted_branch, RestoreRequest(branch=row.id))
    assert story.branches() == before


def test_branch_of_the_replacement_character_itself_is_the_one_that_is_meant(story: Scenario) -> None:
    tip = story.tip(CAFE)
    story.branch(SHOWN, at="main")
    told(story, delete_branch, BranchDeleteRequest(name=SHOWN))
    assert story.branches()[CAFE] == tip
    assert SHOWN not in story.branches()


def test_no_such_name_is_made(story: Scenario) -> None:
    acts: list[tuple[Callable[..., Any], Any]] = [
        (create_branch, BranchCreateRequest(name=os.fsdecode(b"\xff"), start="main")),
        (rename_branch, BranchRenameRequest(old=SHOWN, new=os.fsdecode(b"x\xe9"))),
    ]
    for verb, request in acts:
        with pytest.raises(BadName) as caught:
            ours(story, verb, request)
        assert msgspec.json.encode(caught.value.body())
    assert sorted(story.branches()) == [CAFE, "main"]


def test_branch_begins_where_such_a_name_is(story: Scenario) -> None:
    twin = story.twin()
    told(story, create_branch, BranchCreateRequest(name="new", start=CAFE))
    twin.clock.tick()
    twin.git("branch", "new", CAFE)
    compare(story, twin)


@pytest.mark.parametrize("name", [SHOWN, CAFE])
def test_switch_and_timeline_know_it_by_its_bytes_and_by_how_it_is_shown(story: Scenario, name: str) -> None:
    assert told(story, read_timeline, TimelineRequest(ref=name)).entries
    told(story, switch_branch, SwitchRequest(name=name))
    assert story.current() == CAFE


def test_half_a_character_names_nothing(story: Scenario) -> None:
    for run, request in ((read_timeline, TimelineRequest(ref="\ud800")), (switch_branch, SwitchRequest(name="\ud800"))):
        with pytest.raises(BranchNotFound):
            told(story, run, request)
