"""A server keeps what the terminal deletes, seen or not, and tells the browser."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.api import retries
from jupyter_mlgit.api.events import SCHEMA_ID
from jupyter_mlgit.api.remembered import read_remembered, remember
from jupyter_mlgit.git import repository
from jupyter_mlgit.git.folder_news import FolderNews
from jupyter_mlgit.git.repository import open_repository
from tests.api.waiting import PATIENCE, until
from tests.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_mlgit.extension import JupyterMLGit
    from jupyter_mlgit.git.repository import Repository


class Events:
    """Listens to the server's event stream."""

    def __init__(self, extension: JupyterMLGit) -> None:
        """Begins to listen."""
        self.heard: list[dict[str, Any]] = []
        self._more = asyncio.Event()
        assert extension.serverapp is not None
        assert extension.serverapp.event_logger is not None
        extension.serverapp.event_logger.add_listener(schema_id=SCHEMA_ID, listener=self._hear)

    async def _hear(self, logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        del logger, schema_id
        self.heard.append(data)
        self._more.set()

    async def wait_for(self, change: str) -> dict[str, Any]:
        """Waits for an event that tells of this change."""
        while True:
            for event in self.heard:
                if change in event["what"]:
                    return event
            self._more.clear()
            await asyncio.wait_for(self._more.wait(), PATIENCE)


@pytest.fixture
def events(extension: JupyterMLGit) -> Events:
    """Gives the events from now on."""
    return Events(extension)


def pins(story: Scenario) -> list[str]:
    """Gives what is pinned."""
    return story.git("for-each-ref", "--format=%(objectname)", "refs/mlgit/").splitlines()


async def until_pinned(story: Scenario, tip: str) -> None:
    """Waits until a tip is pinned."""
    await until(lambda: tip in pins(story), lambda: pins(story))


async def test_a_panel_hears_what_the_terminal_deletes_and_git_can_no_longer_take_it(
    ask: Any, extension: JupyterMLGit, events: Events, story: Scenario
) -> None:
    tip = story.tip("exp/one")
    answer = await ask("POST", "watch")
    assert answer.status == 200
    assert answer.body == {"top": str(story.path), "noticed": 0}
    await extension.vigil.settled()
    story.delete_branch("exp/one")
    event = await events.wait_for("refs")
    assert event["repository"] == "repo"
    await until_pinned(story, tip)
    story.expire_all()
    assert story.exists(tip)


async def test_files_are_told_of_where_a_panel_looks(
    ask: Any, extension: JupyterMLGit, events: Events, story: Scenario
) -> None:
    await ask("POST", "watch", repository="repo")
    await extension.vigil.settled()
    story.write({"notes.ipynb": "{}"})
    assert (await events.wait_for("files"))["repository"] == "repo"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of everything")
async def test_the_status_of_what_a_panel_looks_at_relies_on_news_and_is_never_late(
    ask: Any, extension: JupyterMLGit, story: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ask("POST", "watch")
    await extension.vigil.settled()
    await ask("GET", "status")
    looked: list[set[bytes] | None] = []
    changed = FolderNews.changed

    def told(news: FolderNews) -> set[bytes] | None:
        looked.append(changed(news))
        return looked[-1]

    monkeypatch.setattr(FolderNews, "changed", told)
    for number in range(10):
        story.write({f"new/{number}.txt": "1\n"})
        answer = await ask("GET", "status")
        assert f"new/{number}.txt" in [one["path"] for one in answer.body["changes"]]
    assert len(looked) == 10
    assert None not in looked


async def test_what_was_opened_before_a_restart_is_watched_again_unseen(
    extension: JupyterMLGit, story: Scenario
) -> None:
    tip = story.tip("exp/one")
    remember(open_repository(story.path))
    extension.vigil.start()
    await extension.vigil.settled()
    story.delete_branch("exp/one")
    await until_pinned(story, tip)


async def test_a_branch_deleted_while_no_server_ran_is_pinned_at_the_start(
    ask: Any, extension: JupyterMLGit, story: Scenario
) -> None:
    await ask("POST", "watch")
    await extension.vigil.stop()
    tip = story.tip("exp/one")
    story.delete_branch("exp/one")
    assert pins(story) == []
    from jupyter_mlgit.api.vigil import Vigil

    later = Vigil(extension.repositories, extension.lanes, extension.make_settings, None, extension.log)
    later.start()
    await later.settled()
    assert tip in pins(story)
    await later.stop()


async def test_what_the_command_line_opens_meanwhile_is_taken_up(
    extension: JupyterMLGit, story: Scenario, jp_root_dir: Path
) -> None:
    extension.vigil.start()
    await extension.vigil.settled()
    tip = story.tip("exp/one")
    words = [sys.executable, "-m", "jupyter_mlgit.cli", "-C", str(jp_root_dir / "repo"), "operations", "--json"]
    pipe = asyncio.subprocess.PIPE
    command = await asyncio.create_subprocess_exec(*words, stdout=pipe, stderr=pipe)
    out, err = await command.communicate()
    assert command.returncode == 0, err
    assert json.loads(out)["operations"] == []
    assert read_remembered() == [story.path]
    await until(lambda: story.path in extension.vigil.watched())
    story.delete_branch("exp/one")
    await until_pinned(story, tip)


async def test_what_is_gone_or_lies_outside_is_passed_over(
    extension: JupyterMLGit, story: Scenario, tmp_path: Path
) -> None:
    outside = Scenario(tmp_path / "outside").commit("first")
    gone = Scenario(tmp_path / "gone").commit("first")
    for one in (outside, gone, story):
        remember(open_repository(one.path))
    gone.path.rename(tmp_path / "moved")
    extension.vigil.start()
    await extension.vigil.settled()
    assert extension.vigil.watched() == [story.path]
    assert not (outside.path / ".git" / "mlgit").exists()


async def test_a_repository_that_cannot_be_observed_ends_nothing(
    ask: Any, extension: JupyterMLGit, events: Events, story: Scenario
) -> None:
    await ask("POST", "watch")
    await extension.vigil.settled()
    (story.path / ".git" / "packed-refs").write_bytes(b"\0\0 this is not packed refs\n")
    await events.wait_for("refs")
    (story.path / ".git" / "packed-refs").unlink()
    tip = story.tip("exp/one")
    story.delete_branch("exp/one")
    await until_pinned(story, tip)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets what failed be tried again after a moment."""
    monkeypatch.setattr(retries, "FIRST", 0.1)


def told(caplog: pytest.LogCaptureFixture, words: str) -> list[str]:
    """Gives the lines of the log that say something."""
    return [one.getMessage() for one in caplog.records if words in one.getMessage()]


@pytest.mark.usefixtures("soon")
async def test_one_that_fails_holds_up_no_other_is_told_once_and_tried_again(
    extension: JupyterMLGit,
    story: Scenario,
    jp_root_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = Scenario(jp_root_dir, "broken").commit("first").branch("exp/two").commit("second").checkout("main")
    for one in (broken, story):
        remember(open_repository(one.path))
    real, tried = extension.repositories.at, 0

    def at(top: Path) -> Repository:
        nonlocal tried
        if top == broken.path:
            tried += 1
            if tried < 4:
                raise RuntimeError("a fault\r\n\x1b[31m of ours")
        return real(top)

    monkeypatch.setattr(extension.repositories, "at", at)
    extension.vigil.start()
    await until(lambda: story.path in extension.vigil.watched())
    await until(lambda: broken.path in extension.vigil.watched())
    await extension.vigil.settled()
    (line,) = told(caplog, "could not take up")
    assert not {"\r", "\n", "\x1b"} & set(line)
    assert [one.exc_info for one in caplog.records if one.exc_info] == []
    tip = broken.tip("exp/two")
    broken.delete_branch("exp/two")
    await until_pinned(broken, tip)


@pytest.mark.usefixtures("soon")
async def test_a_loss_that_could_not_be_looked_at_at_once_is_looked_at_later(
    ask: Any,
    extension: JupyterMLGit,
    events: Events,
    story: Scenario,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    from jupyter_mlgit.journal import observed

    await ask("POST", "watch")
    await extension.vigil.settled()
    failing = threading.Event()
    failing.set()
    real = observed.observe

    def observe(*words: Any) -> Any:
        if failing.is_set():
            raise MemoryError
        return real(*words)

    monkeypatch.setattr(observed, "observe", observe)
    tip = story.tip("exp/one")
    story.delete_branch("exp/one")
    # The panel hears of it whether the look fails or not.
    await events.wait_for("refs")
    await until(lambda: bool(told(caplog, "could not look at")))
    assert pins(story) == []
    failing.clear()
    await until_pinned(story, tip)
    assert len(told(caplog, "could not look at")) == 1


@pytest.mark.usefixtures("soon")
async def test_a_repository_that_is_cloned_anew_in_the_same_place_is_watched_again(
    ask: Any, extension: JupyterMLGit, events: Events, story: Scenario
) -> None:
    await ask("POST", "watch")
    await extension.vigil.settled()
    story.clone("copy")
    shutil.rmtree(story.path)
    # Of what goes first the panel hears; the repository may be gone before there is a word of the rest.
    await until(lambda: bool(events.heard), lambda: events.heard)
    story.inside("copy").path.rename(story.path)
    story.branch("exp/two").commit("third").checkout("main")
    tip = story.tip("exp/two")
    await until(lambda: extension.vigil.watched() == [story.path])
    await until((story.path / ".git" / "mlgit" / "observed.json").exists)
    story.delete_branch("exp/two")
    await until_pinned(story, tip)


async def test_a_repository_that_hangs_holds_up_neither_the_others_nor_the_panel(
    ask: Any, extension: JupyterMLGit, story: Scenario, jp_root_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = Scenario(jp_root_dir, "hanging").commit("first")
    for one in (hanging, story):
        remember(open_repository(one.path))
    go_on, hung = threading.Event(), threading.Event()
    real = repository.Repository.__init__

    def slow(self: Repository, layout: Any, *rest: Any) -> None:
        if layout.worktree == hanging.path:
            hung.set()
            assert go_on.wait(PATIENCE)
        real(self, layout, *rest)

    monkeypatch.setattr(repository.Repository, "__init__", slow)
    try:
        extension.vigil.start()
        asked = [asyncio.ensure_future(ask("GET", "status", repository="hanging")) for _ in range(9)]
        await until(hung.is_set)
        await until(lambda: extension.vigil.watched() == [story.path])
        assert (await ask("GET", "status")).status == 200
        assert not any(task.done() for task in asked)
    finally:
        go_on.set()
    assert {answer.status for answer in await asyncio.gather(*asked)} == {200}
    await until(lambda: hanging.path in extension.vigil.watched())


async def test_a_stopped_server_watches_nothing(ask: Any, extension: JupyterMLGit, story: Scenario) -> None:
    await ask("POST", "watch")
    await extension.vigil.stop()
    assert extension.vigil.watched() == []
    story.delete_branch("exp/one")
    await asyncio.sleep(0.5)
    assert pins(story) == []
