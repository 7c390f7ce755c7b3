"""Chooses the row of the table that a command means and makes its request from the words.

A verb that reads and acts, like ``retention``, is two rows and one command: what it is given decides.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import msgspec

from jupyter_mlgit.api.decoding import convert
from jupyter_mlgit.api.routes import Route, load
from jupyter_mlgit.cli.arguments import Parser, UsageError, add_fields
from jupyter_mlgit.problems import BadRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_mlgit.values import Value

_OPTION = "option-of-a-row"
"""Where argparse puts the row that an option of its own has chosen; no field can have this name."""


def read_request(rows: Sequence[Route], words: list[str]) -> tuple[Route, Value]:
    """Gives the row that is meant and its request.

    Args:
        rows: the rows of one verb.
        words: what stands after it.

    Raises:
        UsageError: if they don't fit.
    """
    given = _parse(rows, words)
    route = _choose(rows, given)
    return route, _request(route, given)


def _parse(rows: Sequence[Route], words: list[str]) -> argparse.Namespace:
    parser = Parser(
        prog=f"jupyter mlgit {rows[0].verb}",
        description=" ".join(route.summary for route in rows).replace("%", "%%"),
        epilog="--json prints one JSON document, the same as the REST API sends.",
        allow_abbrev=False,
    )
    for route in rows:
        if route.option:
            parser.add_argument(
                route.option,
                dest=_OPTION,
                action="store_const",
                const=route,
                help=route.summary,
                default=argparse.SUPPRESS,
            )
    add_fields(parser, [load(route).request for route in rows])
    return parser.parse_args(words)


def _choose(rows: Sequence[Route], given: argparse.Namespace) -> Route:
    """Takes the row that knows every word that was given; the one that only reads comes first."""
    chosen: Route | None = vars(given).pop(_OPTION, None)
    if chosen is not None:
        return chosen
    for route in sorted((row for row in rows if not row.option), key=lambda row: row.action):
        fields = {field.encode_name for field in msgspec.structs.fields(load(route).request)}
        if fields.issuperset(vars(given)) and not _lacks(load(route).request, given):
            return route
    return rows[-1]


def _lacks(kind: type[Value], given: argparse.Namespace) -> bool:
    return any(field.required and not hasattr(given, field.encode_name) for field in msgspec.structs.fields(kind))


def _request(route: Route, given: argparse.Namespace) -> Value:
    try:
        return convert(vars(given), load(route).request)
    except BadRequest as problem:
        raise UsageError(
            problem.message.rstrip("."), f"Run 'jupyter mlgit {route.verb} --help' for its options."
        ) from problem
