"""Makes a command's options from the fields of its request, so that both are declared once.

``Annotated[str, Meta(description="…", extra=argument(positional=True))]`` is a field of the JSON body, a line in
``openapi.json`` and an argument here. An option that isn't given stays out of the request, which then has its own
default.
"""

from __future__ import annotations

import argparse
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn, Union, get_args, get_origin

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_mlgit.values import Value


class UsageError(Exception):
    """The words of a command line are not what the command takes."""

    def __init__(self, message: str, usage: str) -> None:
        """Keeps what was wrong and the usage line."""
        super().__init__(message)
        self.usage = usage


class Parser(argparse.ArgumentParser):
    """argparse that raises instead of ending the process, so that ``--json`` can answer in JSON here too."""

    def error(self, message: str) -> NoReturn:
        """Refuses the words.

        Raises:
            UsageError: always.
        """
        raise UsageError(message.removeprefix("argument "), self.format_usage().strip())


def add_fields(parser: argparse.ArgumentParser, kinds: Sequence[type[Value]]) -> None:
    """Adds an argument for each field of the requests.

    Args:
        parser: what they are added to.
        kinds: the requests of one command; where there are two, a field that only one of them needs may be left out.
    """
    seen: dict[str, list[msgspec.structs.FieldInfo]] = {}
    for kind in kinds:
        for field in msgspec.structs.fields(kind):
            seen.setdefault(field.encode_name, []).append(field)
    for fields in seen.values():
        required = len(fields) == len(kinds) and all(field.required for field in fields)
        _add(parser, fields[0], required=required)


def _add(parser: argparse.ArgumentParser, field: msgspec.structs.FieldInfo, *, required: bool) -> None:
    kind, described, said = _unwrap(field.type)
    optional, kind = _optional(kind)
    is_list = get_origin(kind) in (list, tuple)
    if is_list:
        kind = get_args(kind)[0]
    word = _word(field)
    options: dict[str, Any] = {"help": _escape(described), "default": argparse.SUPPRESS}
    if kind is not bool:
        options |= _value(kind, said.get("metavar", word.upper()))
    if said.get("positional"):
        many = ("+" if required else "*") if is_list else ("?" if not required else None)
        parser.add_argument(field.encode_name, nargs=many, **options)
        return
    if kind is bool:
        options["action"] = argparse.BooleanOptionalAction if optional else "store_true"
    elif is_list:
        options["action"] = "append"
    flag = _flag(said, word)
    flags = [flag] if "short" not in said else [said["short"], flag]
    parser.add_argument(*flags, dest=field.encode_name, required=required, **options)


def spelled(kind: type[Value], name: str) -> str:
    """Gives a field of a request as the command line knows it.

    Args:
        kind: the request's type.
        name: the field's name on the wire.
    """
    field = next(field for field in msgspec.structs.fields(kind) if field.encode_name == name)
    said = said_of(field)
    word = _word(field)
    return str(said.get("metavar", word.upper())) if said.get("positional") else _flag(said, word)


def said_of(field: msgspec.structs.FieldInfo) -> dict[str, Any]:
    """Gives what :func:`jupyter_mlgit.values.argument` said of a field."""
    return _unwrap(field.type)[2]


def _word(field: msgspec.structs.FieldInfo) -> str:
    return field.name.strip("_").replace("_", "-")


def _flag(said: dict[str, Any], word: str) -> str:
    return said.get("flag") or ("-" if len(word) == 1 else "--") + word


def _value(kind: Any, name: str) -> dict[str, Any]:  # noqa: ANN401 -- a type of any form
    """Gives what argparse is to make of a word."""
    if get_origin(kind) is Literal:
        return {"choices": [str(one) for one in get_args(kind)]}
    if get_origin(kind) in (Union, UnionType):
        return {"type": _number_or_word, "metavar": name}
    return {"type": _number, "metavar": name} if kind is int else {"metavar": name}


def _number(word: str) -> int:
    try:
        return int(word)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"'{word}' is no whole number") from error


def _number_or_word(word: str) -> int | str:
    """Reads what may be a number, or a word such as ``never``."""
    return int(word) if word.isdecimal() else word


def _unwrap(kind: Any) -> tuple[Any, str, dict[str, Any]]:  # noqa: ANN401 -- a type of any form
    """Takes the description and what :func:`jupyter_mlgit.values.argument` said out of an annotation."""
    described = ""
    said: dict[str, Any] = {}
    while get_origin(kind) is Annotated:
        kind, *notes = get_args(kind)
        for note in notes:
            if isinstance(note, msgspec.Meta):
                described = note.description or described
                said = (note.extra or {}).get("argument", said)
    return kind, described, said


def _optional(kind: Any) -> tuple[bool, Any]:  # noqa: ANN401 -- a type of any form
    if get_origin(kind) in (Union, UnionType):
        others = [one for one in get_args(kind) if one is not NoneType]
        if len(others) == 1:
            inner, _, _ = _unwrap(others[0])
            return len(get_args(kind)) > 1, inner
    return False, kind


def _escape(text: str) -> str:
    """Keeps argparse from reading ``90 %`` as a place to fill in."""
    return text.replace("%", "%%")
