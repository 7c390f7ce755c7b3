"""Crashes while a hook is set up, and plants records of such acts: nothing is written but among the hooks."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git.config_edit import ConfigTransaction
from jupyter_mlgit.journal.operations import OperationsRequest, list_operations
from jupyter_mlgit.journal.undo import UndoRequest, undo
from jupyter_mlgit.journal.unfinished import RecoverRequest, Unfinished, settle_unfinished
from jupyter_mlgit.problems import DamagedRepository, NoUndo, Problem
from jupyter_mlgit.recovery.protection import SetupRequest, set_up
from tests.git.twins import ours

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scenario import Scenario

EVIL = b"#!/bin/sh\ntouch planted\n"
MODE = 0o100755 & 0o777


def settle(story: Scenario, *, finish: bool) -> Unfinished:
    """Finishes what was interrupted, or rolls it back."""
    done: Unfinished = ours(story, settle_unfinished, RecoverRequest(finish=finish, roll_back=not finish))
    return done


def crash_within(story: Scenario, *, hook: bool) -> None:
    """Sets up the hook in another process, which is killed when the hook is in its place and the settings are not."""
    child = os.fork()
    if child == 0:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ConfigTransaction, "commit", lambda _: os._exit(9))
            ours(story, set_up, SetupRequest(hook=hook))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@pytest.mark.parametrize("finish", [True, False])
def test_hook_edited_after_a_crash_is_left_and_told(story: Scenario, *, finish: bool) -> None:
    crash_within(story, hook=True)
    hook = story.git_dir / "hooks/reference-transaction"
    hook.write_bytes(EVIL)
    assert settle(story, finish=finish).missing == ["hook reference-transaction"]
    assert hook.read_bytes() == EVIL
    assert (story.try_git("config", "log.excludeDecoration").returncode == 0) is finish


def test_hooks_that_have_moved_after_a_crash_can_be_settled(story: Scenario) -> None:
    crash_within(story, hook=True)
    (story.path / ".githooks").mkdir()
    story.git_dir.joinpath("config.lock").unlink()
    story.git("config", "core.hooksPath", ".githooks")
    assert settle(story, finish=False).missing == []
    assert not (story.git_dir / "hooks/reference-transaction").exists()
    assert list((story.path / ".githooks").iterdir()) == []


def test_hooks_of_the_working_tree(story: Scenario) -> None:
    story.git("config", "core.hooksPath", ".githooks")
    ours(story, set_up, SetupRequest(hook=True))
    assert (story.path / ".githooks/reference-transaction").is_file()
    story.worktree_add("linked", "-b", "other")
    linked = story.inside("linked")
    # The linked worktree has hooks of its own, so it leaves those of the main one alone.
    (shown, *_) = ours(linked, list_operations, OperationsRequest()).operations[::-1]
    assert not shown.undoable
    with pytest.raises(NoUndo):
        ours(linked, undo, UndoRequest(id=shown.id))
    ours(story, undo, UndoRequest(id=shown.id))
    assert not (story.path / ".githooks/reference-transaction").exists()


def planted(story: Scenario, folder: str, name: str, **parts: Any) -> dict[str, Any]:
    """Gives a record that would write a file, whose content is kept where ours are."""
    kept = story.git_dir / "mlgit/files"
    kept.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(EVIL).hexdigest()
    (kept / digest).write_bytes(EVIL)
    file = {"folder": folder, "name": name, "old": None, "new": {"content": digest, "mode": MODE}} | parts
    record = {"id": "abc", "when": 1.0, "title": "Planted", "kind": "setup", "source": "cli", "refs": []}
    return record | {"files": [file]}


def plant(story: Scenario, record: dict[str, Any]) -> None:
    (story.git_dir / "mlgit/unfinished.json").write_text(json.dumps({"record": record, "logs": []}))


def everything(top: Path) -> dict[str, bytes]:
    """Gives every file but our own notes."""
    files = (path for path in top.rglob("*") if path.is_file() and "mlgit" not in path.relative_to(top).parts)
    return {str(path): path.read_bytes() for path in files}


@pytest.fixture
def outside(story: Scenario) -> Path:
    """Gives a folder beside the repository, and a link to it among the repository's folders."""
    folder = story.root / "outside"
    folder.mkdir()
    (story.git_dir / "link").symlink_to(folder)
    return folder


ELSEWHERE = [
    ("../../outside", "reference-transaction"),
    ("ABSOLUTE", "reference-transaction"),
    ("link", "reference-transaction"),
    ("hooks/../../../outside", "reference-transaction"),
    (".", "reference-transaction"),
    ("..", "reference-transaction"),
    ("refs/heads", "reference-transaction"),
    ("hooks/sub", "reference-transaction"),
    ("hooks\0", "reference-transaction"),
    ("", "reference-transaction"),
    ("hooks", "pre-commit"),
    ("hooks", "../config"),
    ("hooks", "../../../outside/x"),
    ("hooks", "reference-transaction/../../config"),
    ("hooks", ""),
    ("hooks", "."),
]


@pytest.mark.parametrize(("folder", "name"), ELSEWHERE)
@pytest.mark.parametrize("finish", [True, False])
def test_planted_record_writes_nowhere_but_among_the_hooks(
    story: Scenario, outside: Path, folder: str, name: str, *, finish: bool
) -> None:
    record = planted(story, folder.replace("ABSOLUTE", str(outside)), name)
    if not finish:
        (record["files"][0]["old"], record["files"][0]["new"]) = (record["files"][0]["new"], None)
    plant(story, record)
    before = everything(story.root)
    for attempt in (True, False):
        with pytest.raises(DamagedRepository, match="outside"):
            settle(story, finish=attempt)
    assert everything(story.root) == before
    (story.git_dir / "mlgit/unfinished.json").unlink()
    # The same in the list of what was done.
    (story.git_dir / "mlgit/operations.jsonl").write_text(json.dumps(record) + "\n")
    with pytest.raises(NoUndo):
        ours(story, undo, UndoRequest(id="abc"))
    assert everything(story.root) == before


def test_planted_record_follows_no_setting_out_of_the_repository(story: Scenario, outside: Path) -> None:
    for folder in (outside, story.git_dir / "link"):
        story.git("config", "core.hooksPath", str(folder))
        plant(story, planted(story, os.path.relpath(folder, story.git_dir), "reference-transaction"))
        with pytest.raises(DamagedRepository):
            settle(story, finish=True)
        assert list(outside.iterdir()) == []
    story.git("config", "--unset", "core.hooksPath")
    hooks = story.git_dir / "hooks"
    hooks.rename(story.git_dir / "hooks-aside")
    hooks.symlink_to(outside)
    plant(story, planted(story, "hooks", "reference-transaction"))
    with pytest.raises(DamagedRepository):
        settle(story, finish=True)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("content", ["0" * 64, "../../config", "", "no digest"])
def test_content_that_is_not_what_it_says_is_not_used(story: Scenario, content: str) -> None:
    record = planted(story, "hooks", "reference-transaction", new={"content": content, "mode": 0o755})
    if content == "0" * 64:
        (story.git_dir / "mlgit/files" / content).write_bytes(EVIL)
    plant(story, record)
    before = everything(story.root)
    with pytest.raises(Problem):
        settle(story, finish=True)
    assert everything(story.root) == before
    settle(story, finish=False)
    assert everything(story.root) == before


def test_no_special_permissions_are_given(story: Scenario) -> None:
    record = planted(story, "hooks", "reference-transaction")
    record["files"][0]["new"]["mode"] = 0o6755
    plant(story, record)
    settle(story, finish=True)
    assert (story.git_dir / "hooks/reference-transaction").stat().st_mode & 0o7777 == 0o755


def test_folder_of_kept_contents_that_leads_elsewhere_is_not_written_to(story: Scenario, outside: Path) -> None:
    (story.git_dir / "mlgit").mkdir()
    (story.git_dir / "mlgit/files").symlink_to(outside)
    with pytest.raises(Problem):
        ours(story, set_up, SetupRequest(hook=True))
    assert list(outside.iterdir()) == []
    assert not (story.git_dir / "hooks/reference-transaction").exists()
