"""What the server sends is what ``openapi.json`` says it sends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from jupyter_mlgit.api import openapi
from jupyter_mlgit.api.routes import ROUTES, Route
from tests.api.queries import NEEDED
from tests.api.test_authorization import BODIES

if TYPE_CHECKING:
    from tests.scenario import Scenario

DESCRIBED = json.loads(openapi.render())


def validate(body: Any, name: str) -> None:
    """Demands that a body is of the type that the description calls ``name``."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": DESCRIBED["components"]}
    Draft202012Validator(schema).validate(body)


@pytest.fixture
def story(story: Scenario) -> Scenario:
    """Adds branches of several kinds, a remote, a stash and a worktree."""
    story.remote().push().branch("exp/two").commit("third", {"train.ipynb": "{}"}).push()
    story.write({"first.txt": "unfinished"}).stash().checkout("main").delete_branch("exp/one")
    story.branch("exp/four").commit("fourth").reset("HEAD~1").checkout("main")
    return story.worktree_add("linked", "-b", "side")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method}-{route.verb}")
async def test_an_answer_is_as_described(ask: Any, story: Scenario, route: Route) -> None:
    del story
    await ask("POST", "watch")
    statuses = []
    for body in (BODIES.get(route.verb, {}), {"no-such-field": True}):
        if route.method == "POST":
            answer = await ask("POST", route.path, body)
        else:
            answer = await ask(
                "GET", route.path, **(NEEDED.get(route.verb, {}) if "no-such-field" not in body else {"x": "1"})
            )
        described = DESCRIBED["paths"][f"/mlgit/{route.path}"][route.method.lower()]["responses"]
        response = described["200" if answer.status == 200 else "default"]
        validate(answer.body, response["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2])
        statuses.append(answer.status)
    assert statuses[1] == 400
