"""Says in a sentence what of a request does not fit, and what is allowed: nobody should have to know our libraries.

msgspec says where the first thing is that does not fit; what is allowed there is read from the field's own type.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
from msgspec import inspect

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_mlgit.values import Value

MOST_SHOWN = 100
"""Characters of a name that are said back."""

_PLACE = re.compile(r" - at `\$\.(\w+)")
_UNKNOWN = re.compile(r"unknown field `(.*)`$", re.DOTALL)
_MISSING = re.compile(r"missing required field `(\w+)`")


def told(error: Exception, kind: type[Value], spelled: Callable[[str], str]) -> str:
    """Gives the sentence.

    Args:
        error: what refused the request.
        kind: the request's type.
        spelled: gives a field as whoever sent the request knows it.
    """
    said = str(error)
    place, unknown, missing = (one.search(said) for one in (_PLACE, _UNKNOWN, _MISSING))
    types = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
    if unknown is not None:
        name = unknown[1] if len(unknown[1]) <= MOST_SHOWN else unknown[1][:MOST_SHOWN] + "…"
        return f"There is no field '{name}' in this request."
    if place is not None and place[1] in types:
        return f"{spelled(place[1])} takes {allowed(inspect.type_info(types[place[1]]))}."
    if missing is not None:
        return f"{spelled(missing[1])} is missing."
    if isinstance(error, RecursionError):
        return "The request is nested too deeply."
    if isinstance(error, msgspec.ValidationError):
        return "The request has to be a JSON object."
    return "The request is not JSON in UTF-8."


def allowed(kind: inspect.Type) -> str:
    """Says what fits a type."""
    if isinstance(kind, inspect.Metadata):
        return allowed(kind.type)
    if isinstance(kind, inspect.UnionType):
        return " or ".join(allowed(one) for one in kind.types if not isinstance(one, inspect.NoneType))
    if isinstance(kind, inspect.LiteralType):
        return " or ".join(f"'{one}'" for one in kind.values)
    if isinstance(kind, inspect.IntType):
        return f"a whole number{_range(kind)}"
    if isinstance(kind, inspect.StrType):
        return "a text" if kind.max_length is None else f"a text of at most {kind.max_length:,} characters"
    if isinstance(kind, inspect.BoolType):
        return "true or false"
    if isinstance(kind, (inspect.ListType, inspect.VarTupleType)):
        least = f" with at least {kind.min_length}" if kind.min_length else ""
        return f"a list{least}, of which each is {allowed(kind.item_type)}"
    return "something else"


def _range(kind: inspect.IntType) -> str:
    if kind.ge is not None and kind.le is not None:
        return f" from {kind.ge:,} to {kind.le:,}"
    if kind.ge is not None:
        return f", {kind.ge:,} or more"
    return "" if kind.le is None else f" of at most {kind.le:,}"
