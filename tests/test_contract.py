"""The contract is one: the table, the functions, ``openapi.json`` and the TypeScript types say the same."""

from __future__ import annotations

import inspect
import json
import re
import shlex
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from jupyter_mlgit.api import openapi
from jupyter_mlgit.api.problems import STATUS, problem_kinds, status_of
from jupyter_mlgit.api.routes import ROUTES, Route, load

ROOT = Path(openapi.PLACE).parent
GENERATOR = ROOT / "node_modules" / ".bin" / "openapi-typescript"
SCHEMA = "src/api/schema.ts"

EACH_ROUTE = pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method}-{route.verb}")


@EACH_ROUTE
def test_a_row_names_what_its_function_takes_and_gives(route: Route) -> None:
    verb = load(route)
    signature = inspect.signature(verb.run)
    assert list(signature.parameters) == [*(["repo"] if route.of == "repository" else []), "request", "context"]
    assert signature.parameters["request"].annotation == route.request
    assert signature.return_annotation == route.result


@EACH_ROUTE
def test_a_row_has_words_that_people_can_say(route: Route) -> None:
    word = r"[a-z]+(-[a-z]+)*"
    assert re.fullmatch(word, route.verb)
    assert re.fullmatch(rf"{word}(/{word})*", route.path)
    assert re.fullmatch(r"[A-Z].*\.", route.summary)


def test_a_verb_and_a_path_stand_for_one_thing() -> None:
    assert max(Counter((route.method, route.path) for route in ROUTES).values()) == 1
    assert max(Counter((route.method, route.verb) for route in ROUTES).values()) == 1
    assert len({(route.verb, route.path) for route in ROUTES}) == len({route.path for route in ROUTES})


def test_every_problem_has_a_code_of_its_own_and_a_status() -> None:
    codes = [kind.code for kind in problem_kinds()]
    assert len(codes) == len(set(codes))
    assert set(codes) == set(STATUS)
    assert all(status_of(kind("One.", "Two.")) == STATUS[kind.code] for kind in problem_kinds())
    assert [code for code, status in STATUS.items() if status >= 500] == [
        "internal-error",
        "took-too-long",
        "read-only",
    ]


def test_openapi_json_is_fresh() -> None:
    assert openapi.PLACE.read_text(encoding="utf-8") == openapi.render(), "run: python -m jupyter_mlgit.api.openapi"


def test_the_description_is_the_same_each_time() -> None:
    assert openapi.render() == openapi.render()


def test_every_reference_leads_somewhere() -> None:
    described = json.loads(openapi.render())
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(described)))
    assert references <= set(described["components"]["schemas"])


def test_fields_are_explained_in_the_description() -> None:
    schemas = json.loads(openapi.render())["components"]["schemas"]
    tip = schemas["DeletedBranch"]["properties"]["uniqueCommits"]
    assert tip["description"] == "Commits found in no branch, remote branch or tag."
    assert schemas["RestoreRequest"]["properties"]["as"]["description"] == "Another name for it."


@pytest.mark.skipif(not GENERATOR.exists(), reason="the TypeScript half is not set up: no node_modules")
def test_the_typescript_types_are_fresh(tmp_path: Path) -> None:
    script = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["scripts"]["generate:schema"]
    made = tmp_path / "schema.ts"
    words = [str(made) if word == SCHEMA else word for word in shlex.split(script)]
    assert words[0] == GENERATOR.name
    subprocess.run([str(GENERATOR), *words[1:]], cwd=ROOT, check=True, capture_output=True)
    assert (ROOT / SCHEMA).read_text(encoding="utf-8") == made.read_text(encoding="utf-8"), "run: jlpm generate:schema"
