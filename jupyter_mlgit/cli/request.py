"""Chooses the row of the table that a command means and makes its request from the words.

A verb that reads and acts, like ``retention``, is two rows and one command: what it is given decides.
"""

from __future__ import annotations

import argparse
from textwrap import fill
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from jupyter_mlgit.api.decoding import convert
from jupyter_mlgit.api.routes import Route, load
from jupyter_mlgit.cli.arguments import Parser, UsageError, add_fields, spelled
from jupyter_mlgit.cli.examples import example_of, status_of
from jupyter_mlgit.problems import BadRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_mlgit.values import Value

_OPTION = "option-of-a-row"
"""Where argparse puts the row that an option of its own has chosen; no field can have this name."""

_ABOUT_JSON = "--json prints one JSON document, the same as the REST API sends."

_PATH = "--path"
_YES = "yes-to-the-question"
"""Where it puts ``--yes``."""


class Asked(NamedTuple):
    """What a command line asks for."""

    route: Route
    request: Value
    yes: bool
    """Whether it may be done without a question."""


def read_request(rows: Sequence[Route], words: list[str]) -> Asked:
    """Gives the row that is meant, its request, and whether a question is answered already.

    Args:
        rows: the rows of one verb.
        words: what stands after it.

    Raises:
        UsageError: if they don't fit.
    """
    given = _parse(rows, words)
    yes = bool(vars(given).pop(_YES, False))
    route = _choose(rows, given)
    return Asked(route, _request(route, given), yes)


def _parse(rows: Sequence[Route], words: list[str]) -> argparse.Namespace:
    parser = Parser(
        prog=f"jupyter mlgit {rows[0].verb}",
        description=fill(" ".join(route.summary for route in rows), 100).replace("%", "%%"),
        epilog="\n\n".join(filter(None, [example_of(rows[0].verb), fill(status_of(rows[0].verb), 100), _ABOUT_JSON])),
        formatter_class=argparse.RawDescriptionHelpFormatter,
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
    if any(route.asks for route in rows):
        parser.add_argument("--yes", dest=_YES, action="store_true", help="Do not ask; for scripts.")
    add_fields(parser, [load(route).request for route in rows])
    return parser.parse_args(_with_paths(parser, words))


def _with_paths(parser: Parser, words: list[str]) -> list[str]:
    """Takes what stands behind ``--`` as paths where a command knows paths by an option, as git does."""
    if "--" not in words or _PATH not in parser.format_usage():
        return words
    end = words.index("--")
    return words[:end] + [f"{_PATH}={word}" for word in words[end + 1 :]]


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
        kind = load(route).request
        return convert(vars(given), kind, spelled=lambda name: spelled(kind, name))
    except BadRequest as problem:
        raise UsageError(
            problem.message.rstrip("."), f"Run 'jupyter mlgit {route.verb} --help' for its options."
        ) from problem
