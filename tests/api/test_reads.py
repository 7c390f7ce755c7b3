"""Reading through the server changes nothing, not one byte of the repository."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.api.routes import ROUTES, Route
from tests.api.queries import NEEDED

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scenario import Scenario

READS = [route for route in ROUTES if route.method == "GET"]
WORDS: dict[str, list[dict[str, str]]] = {
    **{verb: [words] for verb, words in NEEDED.items()},
    "diff": [{}, {"staged": "true"}, {"untracked": "true"}],
    "check": [{}, {"staged": "true"}, {"untracked": "true"}],
    "patch": [{}, {"staged": "true"}, {"untracked": "true"}],
    "deleted": [{}, {"all": "true"}],
    "timeline": [{}, {"ref": "main"}],
}


def fingerprint(folder: Path) -> dict[str, tuple[str, int, int]]:
    """Gives every file's content, mode and time, and every folder's time."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        found[str(path.relative_to(folder))] = (content, status.st_mode, status.st_mtime_ns)
    return found


@pytest.fixture(params=["loose", "packed", "linked", "detached", "unborn", "racy"])
def story(story: Scenario, request: pytest.FixtureRequest) -> Scenario:
    """Gives repositories in several states, each with something that was lost."""
    story.branch("exp/two").commit("third").delete_branch("exp/one").checkout("main")
    match request.param:
        case "packed":
            story.gc()
        case "linked":
            story.worktree_add("linked", "-b", "side")
        case "detached":
            story.checkout("--detach")
        case "unborn":
            story.git("checkout", "--quiet", "--orphan", "empty")
        case "racy":
            story.write({"first.txt": "changed within the index's own second"})
    return story


@pytest.mark.parametrize("route", READS, ids=lambda route: route.verb)
async def test_a_get_changes_nothing(ask: Any, story: Scenario, route: Route) -> None:
    before = fingerprint(story.root)
    for words in WORDS.get(route.verb, [{}]):
        answer = await ask("GET", route.path, **words)
        assert answer.status == 200, answer.body
    assert fingerprint(story.root) == before
