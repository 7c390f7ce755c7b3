"""Takes the sentence below each field of a ``Value`` into the API's description, and so into TypeScript's doc comments.

Python forgets a string that follows an assignment, hence the look into the source.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterator


def add_field_docs(schemas: dict[str, dict[str, Any]]) -> None:
    """Adds a description to every property that has none.

    Args:
        schemas: the components of an OpenAPI document, by the name of their type; changed in place.
    """
    for kind in kinds_below(Value):
        schema = schemas.get(kind.__name__)
        if schema is None or not kind.__module__.startswith("jupyter_mlgit."):
            continue
        wire_names = dict(zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True))
        for name, words in _sentences(kind):
            field = schema.get("properties", {}).get(wire_names.get(name))
            if field is not None and "description" not in field:
                field["description"] = words


def _sentences(kind: type[Value]) -> Iterator[tuple[str, str]]:
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    statements = body.body if isinstance(body, ast.ClassDef) else []
    for field, words in pairwise(statements):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(words, ast.Expr)
            and isinstance(words.value, ast.Constant)
            and isinstance(words.value.value, str)
        ):
            yield field.target.id, " ".join(words.value.value.split())


def kinds_below(kind: type[Value]) -> Iterator[type[Value]]:
    """Yields all that is made of a type, directly or not."""
    for child in kind.__subclasses__():
        yield child
        yield from kinds_below(child)
