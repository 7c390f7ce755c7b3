"""Every route against the same enemies: paths that lead out, names that forge lines of a log, objects of any size."""

from __future__ import annotations

import json
import logging
import resource
import sys
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.api.routes import ROUTES, Route
from tests.api.queries import NEEDED
from tests.api.test_authorization import BODIES, EACH_ROUTE
from tests.api.test_confinement import LEADING_OUT, NO_PATHS, opened_files
from tests.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

READS = [route for route in ROUTES if route.method == "GET"]
MEMORY = 100 * 2**20
"""Bytes by which a read may let the server grow, whatever lies in the repository."""


@pytest.fixture
def story(story: Scenario) -> Scenario:
    """Adds a branch that is deleted, and one that is not."""
    return story.branch("exp/two").commit("third").checkout("main").delete_branch("exp/one")


async def _ask(ask: Any, route: Route, repository: str, more: dict[str, Any] | None = None) -> Any:
    if route.method == "POST":
        return await ask("POST", route.path, BODIES.get(route.verb, {}) | (more or {}), repository=repository)
    return await ask("GET", route.path, repository=repository, **(NEEDED.get(route.verb, {}) | (more or {})))


@EACH_ROUTE
async def test_no_spelling_of_a_path_leads_any_route_out(
    ask: Any, story: Scenario, jp_root_dir: Path, route: Route
) -> None:
    outside = Scenario(jp_root_dir.parent, "secret").commit("first").branch("exp/one").commit("x").checkout("main")
    (jp_root_dir / "link").symlink_to(outside.path)
    before = {path: path.read_bytes() for path in outside.git_dir.rglob("*") if path.is_file()}
    with opened_files() as opened:
        for asked in (*LEADING_OUT, "link", "link/.git", *(one for one in NO_PATHS if one.isascii())):
            answer = await _ask(ask, route, asked)
            assert 400 <= answer.status < 500, (asked, answer.body)
            assert answer.code in ("outside-server-root", "not-a-repository", "bad-request"), asked
            assert str(jp_root_dir.parent) not in json.dumps(answer.body).replace(asked, "")
    assert [path for path in opened if path.startswith(str(outside.path))] == []
    assert {path: path.read_bytes() for path in outside.git_dir.rglob("*") if path.is_file()} == before
    assert story.branches().keys() == {"main", "exp/two"}


FORGED = "x\r\n[I 2026-01-01 00:00:00.000 ServerApp] forged\x1b[31m\x9b\u2028\u202e"


@EACH_ROUTE
async def test_no_name_forges_a_line_of_the_log(
    ask: Any, story: Scenario, route: Route, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await _ask(ask, route, FORGED)
    for field in ("branch", "name", "ref", "old", "as", "at", "id", "to", "start"):
        await _ask(ask, route, "repo", {field: FORGED})
    forging = "\r\n\x1b\x9b\u2028\u202e"
    for record in caplog.records:
        # The server itself writes several lines when it starts; nothing of ours and nothing of this request may.
        if "forged" in record.getMessage():
            assert not any(one in record.getMessage() for one in forging), record.getMessage()
            assert record.exc_info is None
    story.fsck()


@pytest.fixture
def bombs(story: Scenario) -> Scenario:
    """Adds large files that are small in git, and folders in each other three thousand deep."""
    story.branch("exp/three")
    with (story.path / "zeros.bin").open("wb") as file:
        file.truncate(2**28)
    with (story.path / "zeros.ipynb").open("wb") as file:
        file.truncate(2**27)
    story.git("-c", "core.compression=1", "-c", "core.bigFileThreshold=1m", "add", "--all")
    story.git("commit", "--quiet", "--message", "zeros")
    story.checkout("main").delete_branch("exp/three")
    story.git(
        "fast-import",
        "--quiet",
        stdin=f"commit refs/heads/deep\ncommitter A <a@example.org> {story.clock.now} +0000\ndata 1\nx\n"
        f"from refs/heads/main^0\nM 100644 inline {'a/' * 3000}f\ndata 1\ny\n",
    )
    return story


@pytest.mark.skipif(sys.platform != "linux", reason="measures in Linux's units")
async def test_what_lies_in_a_repository_does_not_let_the_server_grow(ask: Any, bombs: Scenario) -> None:
    for route in READS:
        await _ask(ask, route, "repo")  # so that everything is loaded
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for branch in ("exp/three", "exp/one"):
        for route in READS:
            more = {"branch": branch} if route.verb == "preview" else NEEDED.get(route.verb, {})
            answer = await _ask(ask, route, "repo", more)
            assert answer.status == 200, answer.body
    assert (await ask("POST", "recovery/deleted-branches/restore", {"branch": "exp/three"})).status == 200
    assert (await ask("POST", "branches/delete", {"name": "deep", "force": True})).status == 200
    answer = await ask("GET", "recovery/deleted-branches/preview", branch="deep")
    assert 400 <= answer.status < 500, answer.body
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < MEMORY
    assert "deep" not in bombs.branches()
