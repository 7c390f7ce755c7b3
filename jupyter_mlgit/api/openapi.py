"""Writes the table down as OpenAPI 3.1, from which the TypeScript types are generated.

``python -m jupyter_mlgit.api.openapi`` rewrites ``openapi.json`` in the project's root; a test fails when it is
stale. The same table always gives the same bytes.
"""

from __future__ import annotations

import inspect
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from jupyter_mlgit.api.field_docs import add_field_docs, kinds_below
from jupyter_mlgit.api.problems import problem_kinds, status_of
from jupyter_mlgit.api.routes import ROUTES, by_path, load
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from jupyter_mlgit.api.routes import Route

PLACE = Path(__file__).parent.parent.parent / "openapi.json"
REFERENCE = "#/components/schemas/{name}"

Schema = dict[str, Any]

_REPOSITORY: Schema = {
    "name": "repository",
    "in": "query",
    "required": True,
    "description": "A folder of the repository, relative to the server's root; empty for the root itself.",
    "schema": {"type": "string"},
}
_IF_MATCH: Schema = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The stateToken that the person saw; the act is refused if the repository has moved on.",
    "schema": {"type": "string"},
}


def describe(routes: tuple[Route, ...] = ROUTES) -> Schema:
    """Gives the whole description of a table as plain JSON values."""
    verbs = [load(route) for route in routes]
    types = sorted({kind for verb in verbs for kind in (verb.request, verb.result)}, key=lambda kind: kind.__name__)
    _, schemas = msgspec.json.schema_components(types, ref_template=REFERENCE)
    add_field_docs(schemas)
    _without_defaults(schemas)
    paths = {
        f"/mlgit/{path}": {row.method.lower(): _operation(row) for row in rows}
        for path, rows in sorted(by_path(routes).items())
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "jupyter_mlgit",
            "version": "1",
            "description": "The verbs of jupyter_mlgit below the server's base URL; `jupyter mlgit` offers the same.",
        },
        "paths": paths,
        "components": {"schemas": dict(sorted({**schemas, "Problem": _problem(), "ProblemBody": _body()}.items()))},
    }


def render(routes: tuple[Route, ...] = ROUTES) -> str:
    """Gives the file's content."""
    return json.dumps(describe(routes), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Rewrites the file."""
    PLACE.write_text(render(), encoding="utf-8")
    sys.stdout.write(f"wrote {PLACE.name}\n")


def _without_defaults(schemas: Schema) -> None:
    """Takes the defaults from what is left out of answers, so that TypeScript knows it as optional."""
    for kind in kinds_below(Value):
        if kind.__struct_config__.omit_defaults:
            for field in schemas.get(kind.__name__, {}).get("properties", {}).values():
                field.pop("default", None)


def _operation(route: Route) -> Schema:
    verb = load(route)
    operation: Schema = {
        "operationId": verb.run.__name__,
        "summary": route.summary,
        "description": _told(verb.run),
        "x-action": route.action,
        "x-resource": route.resource,
        "parameters": [_REPOSITORY] if route.of == "repository" else [],
    }
    if route.method == "GET":
        operation["parameters"] += _parameters(verb.request)
    else:
        operation["parameters"] += [_IF_MATCH]
        operation["requestBody"] = {"required": True, "content": _json(verb.request.__name__)}
    operation["responses"] = {
        "200": {"description": "What was found or done.", "content": _json(verb.result.__name__)},
        "default": {"description": "Why it was refused.", "content": _json("ProblemBody")},
    }
    return operation


def _parameters(request: type[Value]) -> list[Schema]:
    _, components = msgspec.json.schema_components([request], ref_template=REFERENCE)
    schema = components[request.__name__]
    parameters = []
    for name, field in schema.get("properties", {}).items():
        described = dict(field)
        words = described.pop("description", "")
        required = name in schema.get("required", [])
        parameters.append(
            {"name": name, "in": "query", "required": required, "description": words, "schema": described}
        )
    return parameters


def _problem() -> Schema:
    kinds = problem_kinds()
    told = "\n".join(f"- `{kind.code}` ({status_of_kind(kind)}): {_told(kind)}" for kind in kinds)
    return {
        "title": "Problem",
        "description": f"Why something was refused.\n\n{told}",
        "type": "object",
        "required": ["code", "message", "hint"],
        "properties": {
            "code": {"enum": [kind.code for kind in kinds], "description": "What the interface switches on."},
            "message": {"type": "string", "description": "One sentence on what happened."},
            "hint": {"type": "string", "description": "One sentence on what to do."},
        },
        "additionalProperties": True,
    }


def status_of_kind(kind: type[Any]) -> int:
    """Gives the HTTP status of a kind of problem."""
    return status_of(kind("", ""))


def _body() -> Schema:
    return {
        "title": "ProblemBody",
        "type": "object",
        "required": ["problem"],
        "properties": {"problem": {"$ref": REFERENCE.format(name="Problem")}},
    }


def _json(name: str) -> Schema:
    return {"application/json": {"schema": {"$ref": REFERENCE.format(name=name)}}}


def _told(thing: Any) -> str:  # noqa: ANN401 -- a class or a function
    """Gives the first paragraph of a docstring on one line."""
    paragraph = (inspect.getdoc(thing) or "").partition("\n\n")[0]
    return " ".join(paragraph.split())


if __name__ == "__main__":
    main()
