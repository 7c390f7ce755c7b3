"""Nobody reads or acts who may not: every route, every way in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from jupyter_server.auth import Authorizer

from jupyter_mlgit.api.routes import ROUTES, Route
from tests.api.queries import NEEDED

if TYPE_CHECKING:
    from jupyter_server.auth import User
    from jupyter_server.base.handlers import JupyterHandler

    from tests.scenario import Scenario

EACH_ROUTE = pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method}-{route.verb}")

BODIES: dict[str, dict[str, Any]] = {
    "restore": {"branch": "exp/one"},
    "pin": {"branch": "exp/one"},
    "reset": {"rev": "HEAD", "soft": True},
    "discard": {"paths": ["."]},
    "backup-restore": {"id": "0123456789ab"},
    "unpin": {"branch": "exp/one"},
    "retention": {"reflog": 30},
    "setup": {"hook": True},
    "recover": {"finish": True},
    "branch-create": {"name": "new"},
    "branch-delete": {"name": "exp/two"},
    "branch-rename": {"old": "exp/two", "new": "exp/three"},
    "switch": {"name": "exp/two"},
}


class Nobody(Authorizer):
    """Allows nothing."""

    def is_authorized(self, handler: JupyterHandler, user: User, action: str, resource: str) -> bool:
        """Says no."""
        del handler, user, action, resource
        return False


class Reader(Authorizer):
    """Allows reading."""

    def is_authorized(self, handler: JupyterHandler, user: User, action: str, resource: str) -> bool:
        """Says yes to reading alone."""
        del handler, user, resource
        return action == "read"


class Careful(Authorizer):
    """Allows what destroys nothing."""

    def is_authorized(self, handler: JupyterHandler, user: User, action: str, resource: str) -> bool:
        """Says no to destructive acts."""
        del handler, user, action
        return resource == "mlgit"


@pytest.fixture
def story(story: Scenario) -> Scenario:
    """Adds a branch that is deleted, and one that is not."""
    return story.branch("exp/two").commit("third").checkout("main").delete_branch("exp/one")


def state(story: Scenario) -> tuple[str, dict[str, str], str]:
    """Gives what an act would have changed."""
    config = (story.path / ".git" / "config").read_text()
    return (story.git("rev-parse", "--symbolic-full-name", "HEAD"), story.branches(), config)


async def _ask(ask: Any, route: Route, **options: Any) -> Any:
    if route.method == "POST":
        return await ask("POST", route.path, BODIES.get(route.verb, {}), **options)
    return await ask("GET", route.path, **NEEDED.get(route.verb, {}), **options)


@EACH_ROUTE
async def test_whoever_may_do_everything_gets_past_the_door(ask: Any, story: Scenario, route: Route) -> None:
    answer = await _ask(ask, route)
    assert answer.status != 500, answer.body
    assert answer.code in (None, "no-undo", "state-changed", "backup-not-found")
    story.fsck()


@pytest.mark.parametrize("authorizer", [Nobody])
@EACH_ROUTE
async def test_whoever_may_do_nothing_gets_nothing(ask: Any, story: Scenario, route: Route) -> None:
    before = state(story)
    answer = await _ask(ask, route)
    assert (answer.status, answer.code) == (403, "not-authorized")
    assert state(story) == before
    assert not (story.path / ".git" / "mlgit").exists()


@pytest.mark.parametrize("authorizer", [Reader])
@EACH_ROUTE
async def test_whoever_may_read_reads_and_changes_nothing(ask: Any, story: Scenario, route: Route) -> None:
    before = state(story)
    answer = await _ask(ask, route)
    assert answer.status == (200 if route.method == "GET" else 403)
    assert state(story) == before


@pytest.mark.parametrize("authorizer", [Careful])
@EACH_ROUTE
async def test_destructive_acts_can_be_withheld_by_themselves(ask: Any, story: Scenario, route: Route) -> None:
    answer = await _ask(ask, route)
    assert (answer.code == "not-authorized") is (route.resource == "mlgit-destructive")
    story.fsck()


@EACH_ROUTE
async def test_whoever_is_not_logged_in_gets_nothing(ask: Any, story: Scenario, route: Route) -> None:
    before = state(story)
    answer = await _ask(ask, route, headers={"X-Nobody": "1"})
    assert (answer.status, answer.code) == (403, "not-authorized")
    assert state(story) == before


@EACH_ROUTE
async def test_a_page_of_somebody_else_cannot_act_with_a_persons_cookie(
    ask: Any, story: Scenario, route: Route, jp_base_url: str, http_server_client: Any, jp_serverapp: Any
) -> None:
    before = state(story)
    token = jp_serverapp.identity_provider.token
    page = await http_server_client.fetch(
        f"{jp_base_url}login?token={token}", raise_error=False, follow_redirects=False
    )
    cookies = [re.split(";", value, maxsplit=1)[0] for value in page.headers.get_list("Set-Cookie")]
    assert any(cookie.startswith("username-") for cookie in cookies)
    headers = {"Cookie": "; ".join(cookies)}
    answer = await _ask(ask, route, headers=headers)
    if route.method == "POST":
        assert (answer.status, answer.code) == (403, "not-authorized")
        assert state(story) == before
    else:
        assert answer.status == 200


@EACH_ROUTE
async def test_a_page_from_elsewhere_is_refused(ask: Any, story: Scenario, route: Route, jp_base_url: str) -> None:
    del jp_base_url
    before = state(story)
    answer = await _ask(ask, route, headers={"Origin": "https://127.0.0.1.example.org", "Cookie": "a=b"})
    assert answer.status in (403, 404)
    assert "problem" in answer.body
    assert state(story) == before
