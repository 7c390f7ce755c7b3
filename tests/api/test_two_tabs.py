"""Lets a second tab, and a terminal with a commit in its editor, come in between: nothing of theirs is gone over."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.history.pictures import everything
from tests.scenario import isolated_environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.scenario import Scenario

Request = tuple[str, dict[str, Any]]

ACTS: dict[str, Request] = {
    "switch": ("branches/switch", {"name": "exp/one"}),
    "reset": ("reset", {"rev": "exp/one", "hard": True}),
    "discard": ("files/discard", {"paths": ["first.txt"]}),
}


@contextmanager
def committing(story: Scenario, folder: Path) -> Iterator[None]:
    """Has ``git commit --all`` wait in its editor, where it holds the index; on leaving, the message is written."""
    ready, message = folder / "ready", folder / "message"
    for pipe in (ready, message):
        os.mkfifo(pipe)
    editor = f"echo > '{ready}'; cat < '{message}' >"  # which is opened once there is a message
    git = subprocess.Popen(
        ["git", "commit", "--quiet", "--all"],
        cwd=story.path,
        env=isolated_environment(story.clock) | {"GIT_EDITOR": editor},
    )
    ready.read_text()
    try:
        yield
    finally:
        message.write_text("From the terminal\n")
        assert git.wait() == 0


@pytest.fixture
def edited(story: Scenario) -> Scenario:
    """Gives the repository with an edit that can be committed and discarded."""
    return story.write({"first.txt": "edited\n"})


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that is held is tried once; how often it is otherwise is tested where locks are."""
    monkeypatch.setattr("jupyter_mlgit.git.locks.ATTEMPTS", 1)


async def test_while_the_terminal_holds_the_index(
    ask: Any, edited: Scenario, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with committing(edited, tmp_path_factory.mktemp("pipes")):
        before = everything(edited.path)
        for path, body in ACTS.values():
            answer = await ask("POST", path, body)
            assert (answer.status, answer.code) == (423, "index-locked"), path
            problem = answer.body["problem"]
            assert problem["path"] == str(edited.git_dir / "index.lock")
            assert problem["message"].startswith(f"Another program holds {problem['path']} (")
            assert problem["hint"].startswith("Wait until it has finished;")
            assert everything(edited.path) == before, path
        # What is only looked at can be had all the same.
        status = await ask("GET", "status")
        assert [one["path"] for one in status.body["changes"]] == ["first.txt"]
    assert edited.git("log", "-1", "--format=%s") == "From the terminal"
    answer = await ask("POST", *ACTS["switch"])
    assert (answer.status, edited.current()) == (200, "exp/one")
    edited.fsck()


@pytest.mark.parametrize("act", ACTS)
async def test_the_second_tab_has_to_look_again(
    ask: Any, edited: Scenario, jp_auth_header: dict[str, str], act: str
) -> None:
    seen = (await ask("GET", "status")).body["stateToken"]
    headers = {**jp_auth_header, "If-Match": f'"{seen}"'}
    assert (await ask("POST", "files/discard", {"paths": ["first.txt"]}, headers=headers)).status == 200
    edited.write({"first.txt": "edited again\n"})
    before = everything(edited.path)
    refused = await ask("POST", *ACTS[act], headers=headers)
    assert (refused.status, refused.code) == (412, "state-changed")
    assert everything(edited.path) == before
    headers["If-Match"] = f'"{refused.body["problem"]["stateToken"]}"'
    assert (await ask("POST", *ACTS[act], headers=headers)).status == 200
    edited.fsck()
