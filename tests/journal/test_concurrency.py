"""Lets two tabs act over REST while editors save and a terminal runs git and ``git gc``: nothing acknowledged is lost.

``MLGIT_EXAMPLES=2000`` lets it go on for five minutes; a tenth of that finds most of what there is to find.
"""

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.journal.records import read_records
from tests.git.twins import opened
from tests.journal.ledger import Ledger, blob
from tests.journal.people_online import FILES, Editor, Tab, Terminal
from tests.journal.running_server import Server, running_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.scenario import Scenario

LONG = os.environ.get("MLGIT_EXAMPLES")
SECONDS = int(LONG or 0) * 0.15
TABS, EDITORS = 2, 2
MOST_RESTORED = 100


@pytest.fixture
def server(story: Scenario, isolated: Path) -> Iterator[Server]:
    """Gives a server on the story's folder."""
    for seed in range(EDITORS):
        story.write({f"e{seed}/{number}": "begun\n" for number in range(FILES // 2)})
    story.write({".gitignore": "*.log\n"}).commit("files of editors", {}).branch("side", "main")
    with running_server(story.root, isolated) as started:
        assert started.ask("watch", {}).status == 200
        yield started
        faults = [line for line in started.log.read_text(errors="replace").splitlines() if "fault" in line]
        assert faults == []


@pytest.mark.skipif(not LONG, reason="takes minutes: make test-long")
def test_nothing_that_was_acknowledged_is_lost(
    story: Scenario, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger, moving = Ledger(), threading.Lock()
    tabs = [Tab(server, ledger, seed) for seed in range(TABS)]
    editors = [Editor(story.path, ledger, moving, seed) for seed in range(EDITORS)]
    people: list[Tab | Editor | Terminal] = [*tabs, *editors, Terminal(server, story.path, ledger, moving)]
    with ThreadPoolExecutor(len(people)) as pool:
        running = [pool.submit(one.run) for one in people]
        for one in running:
            one.add_done_callback(lambda _: ledger.is_over.set())  # who ends first has met with a fault
        ledger.is_over.wait(SECONDS)
        ledger.is_over.set()
    for one in running:
        one.result()
    assert ledger.faults == [], "\n".join([*ledger.summary(), *ledger.faults])
    assert ledger.operations
    if server.ask("status").body["unfinished"] == {"kind": "interrupted"}:
        tabs[0].settle()
    require_kept(story, ledger)
    require_whole(story, server)
    figures = [*ledger.summary(), require_brought_back(story, server, ledger)]
    with capsys.disabled():
        sys.stdout.write("\n".join(["", *figures, ""]))


def require_kept(story: Scenario, ledger: Ledger) -> None:
    """Demands that commits, contents and acts are there for git, whatever the logs of refs say."""
    held = objects(story, "--all")
    assert {one: who for one, who in ledger.commits.items() if one not in held} == {}
    held |= objects(story, "--reflog", "--indexed-objects") | on_disk(story)
    assert {name: content for content, name in ledger.contents.items() if blob(content) not in held} == {}
    with opened(story.path) as repo:
        ids = [record.id for record in read_records(repo)]
    assert len(ids) == len(set(ids))
    assert {one: verb for one, verb in ledger.operations.items() if one not in ids} == {}


def require_whole(story: Scenario, server: Server) -> None:
    """Demands a sound repository with nothing lying about, and a server that has met with no fault."""
    story.fsck()
    patterns = (".git/**/*.lock", ".git/mlgit/locks/*", ".git/mlgit/unfinished*", ".git/**/*.tmp", ".git/**/*.keep")
    assert [path for pattern in (*patterns, "**/.mlgit-*") for path in story.path.glob(pattern)] == []
    told = server.ask("status").body
    shown = {line.split(" ")[-1] for line in story.git("status", "--porcelain", "-uall", "--no-renames").splitlines()}
    assert {one["path"] for one in told["changes"]} == shown


def require_brought_back(story: Scenario, server: Server, ledger: Ledger) -> str:
    """Demands that the product brings back what was saved and taken; gives figures.

    What a branch has, or a file under another name, needs no bringing back.
    """
    held = objects(story, "--branches", "--tags") | on_disk(story)
    missing = {content: name for content, name in ledger.contents.items() if blob(content) not in held}
    backups, brought = all_backups(server), 0
    for content, name in list(missing.items())[:MOST_RESTORED]:
        kept = [one for one in backups if has(story, one, name, content)]
        if kept:
            answer = server.ask("recovery/backups/restore", {"id": kept[0]["id"], "paths": [name]})
            assert answer.status == 200, answer
            assert (story.path / name).read_text() == content
            brought += 1
    return f"{len(missing)} contents in no branch and no file any more, {brought} of {MOST_RESTORED} brought back"


def all_backups(server: Server) -> list[dict[str, Any]]:
    """Gives the backups as they are listed, page by page."""
    found: list[dict[str, Any]] = []
    while True:
        after = {"after": found[-1]["id"]} if found else {}
        answer = server.ask("recovery/backups", n=100, **after)
        assert answer.status == 200, answer
        found += answer.body["backups"]
        if not answer.body["more"]:
            return found


def has(story: Scenario, backup: dict[str, Any], name: str, content: str) -> bool:
    """Tells whether a backup has a working file, which git knew or did not."""
    if name not in {file["path"] for file in backup["files"]}:
        return False  # what its commit has under that name is HEAD's
    names = (f"{backup['commit']}:{name}", f"{backup['commit']}^3:{name}")
    return blob(content) in {story.try_git("rev-parse", "--quiet", "--verify", one).stdout.strip() for one in names}


def objects(story: Scenario, *which: str) -> set[str]:
    """Names what refs, logs or the index hold."""
    return {line.split(" ")[0] for line in story.git("rev-list", "--objects", *which).splitlines()}


def on_disk(story: Scenario) -> set[str]:
    """Names the contents of the editors' files."""
    return {blob(path.read_text()) for path in story.path.glob("e[0-9]/*")}
