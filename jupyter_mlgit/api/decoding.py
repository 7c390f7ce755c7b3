"""Turns what a client sent into the request that a verb takes; whatever doesn't fit is ``bad-request``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin

import msgspec

from jupyter_mlgit.api.unfit import told
from jupyter_mlgit.problems import BadRequest, TooLarge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jupyter_mlgit.values import Value

    V = TypeVar("V", bound=Value)
else:
    V = TypeVar("V")

LARGEST_BODY = 1 << 20
"""Bytes of a JSON body; a verb takes names and ids, no files."""

NOT_OURS = frozenset({"repository", "token", "_xsrf", "no_track_activity"})
"""Query parameters that belong to the server or to every request."""

# JupyterLab adds the time as a parameter without a value to every GET, so that no cache answers it.
_CACHE_BUSTER = re.compile(r"^\d+$")


def decode_query(parameters: Mapping[str, Sequence[bytes]], kind: type[V]) -> V:
    """Makes a request from a GET's query parameters.

    Args:
        parameters: each name with its values as they stood in the URL, decoded once.
        kind: the request's type; a field that is a list takes a parameter given several times.

    Raises:
        BadRequest: for an unknown, missing, repeated or unfitting parameter.
    """
    lists = {field.encode_name for field in msgspec.structs.fields(kind) if _is_list(field.type)}
    words: dict[str, Any] = {}
    for name, values in parameters.items():
        if name in NOT_OURS or (_CACHE_BUSTER.match(name) and not any(values)):
            continue
        texts = [decode_text(value) for value in values]
        if name not in lists and len(texts) > 1:
            raise BadRequest(f"The parameter '{name}' is given more than once.", "Give it once.")
        words[name] = texts if name in lists else texts[0]
    return convert(words, kind, strict=False)


def decode_body(body: bytes, kind: type[V]) -> V:
    """Makes a request from a POST's JSON body; an empty body is an empty object.

    Raises:
        BadRequest: if it isn't JSON, or not what the verb takes.
        TooLarge: if it is longer than any request can be.
    """
    if len(body) > LARGEST_BODY:
        raise TooLarge(f"The request is larger than {LARGEST_BODY} bytes.", "Send names and ids only.")
    try:
        return msgspec.json.decode(body or b"{}", type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise _unfit(error, kind, _quoted) from error


def _quoted(name: str) -> str:
    return f"'{name}'"


def convert(
    words: Mapping[str, Any], kind: type[V], *, strict: bool = True, spelled: Callable[[str], str] = _quoted
) -> V:
    """Makes a request from plain values.

    Args:
        words: each field's name with its value.
        kind: the request's type.
        strict: False takes numbers and booleans written as text.
        spelled: gives a field as whoever sent the request knows it, for the refusal.

    Raises:
        BadRequest: if they don't fit.
    """
    try:
        return msgspec.convert(dict(words), kind, strict=strict)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise _unfit(error, kind, spelled) from error


def decode_text(value: bytes) -> str:
    """Reads a query parameter as UTF-8.

    Raises:
        BadRequest: if it isn't, as in ``%c0%ae``.
    """
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest("A parameter is not UTF-8 text.", "Encode it as UTF-8 and percent-encode that.") from error


def _is_list(kind: Any) -> bool:  # noqa: ANN401 -- a type of any form
    return get_origin(kind) in (list, tuple) or any(get_origin(one) in (list, tuple) for one in get_args(kind))


def _unfit(error: Exception, kind: type[Value], spelled: Callable[[str], str]) -> BadRequest:
    return BadRequest(told(error, kind, spelled), "See the API's description for its fields.")
