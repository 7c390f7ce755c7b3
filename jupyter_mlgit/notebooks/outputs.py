"""Says what a cell's outputs are, and gives the content of one."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from jupyter_mlgit.values import Value

OutputKind = Literal["stream", "display_data", "execute_result", "error", "unknown"]

_RICHEST = ("image/png", "image/jpeg", "image/gif", "image/svg+xml", "text/html", "text/markdown", "text/latex",
            "application/json", "application/javascript", "text/plain")  # fmt: skip
"""What is named where an output has several forms; others come before plain text."""


class Output(Value):
    """One output, without its content."""

    n: int
    """Its number in its cell, from 1."""
    kind: OutputKind
    mime: str
    """The richest form that it has; ``text/plain`` for a stream or an error."""
    forms: tuple[str, ...]
    """All its forms."""
    size: int
    """Bytes that it takes in the file, all forms together."""
    name: str
    """``stdout`` or ``stderr`` of a stream, the exception of an error; otherwise empty."""
    same_as: int | None = None
    """The number of the output of the other side that is the same; null if there is none."""


class _Output(msgspec.Struct):
    output_type: str = "unknown"
    name: str = ""
    ename: str = ""
    data: dict[str, msgspec.Raw] = {}


def same_outputs(old: msgspec.Raw, new: msgspec.Raw) -> bool:
    """Tells whether outputs are the same but for their numbers in brackets."""
    if bytes(old) == bytes(new):
        return True
    return bool(_plain(old) == _plain(new))


def list_outputs(outputs: msgspec.Raw) -> tuple[Output, ...]:
    """Gives what outputs there are; of such as are not as the format says, only that they are there."""
    try:
        raws = msgspec.json.decode(outputs, type=list[msgspec.Raw])
    except (msgspec.MsgspecError, RecursionError):
        return ()
    return tuple(_listed(number, raw) for number, raw in enumerate(raws, 1))


def output_content(outputs: msgspec.Raw, number: int, mime: str) -> str | None:
    """Gives one form of an output as text, an image as base64 as it stands in the file; None where there is none.

    Args:
        outputs: the outputs of a cell.
        number: which of them, from 1.
        mime: the form; ``text/plain`` for a stream or an error.
    """
    found = _plain(outputs)
    if not isinstance(found, list) or not 0 < number <= len(found) or not isinstance(found[number - 1], dict):
        return None
    output = found[number - 1]
    data = output.get("data")
    if isinstance(data, dict):
        value = data.get(mime)
    elif output.get("output_type") == "error":
        value = output.get("traceback")
        value = "\n".join(map(str, value)) if isinstance(value, list) else value
    else:
        value = output.get("text")
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    if value is None or isinstance(value, str):
        return value
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def _listed(number: int, raw: msgspec.Raw) -> Output:
    size = len(bytes(raw))
    try:
        found = msgspec.json.decode(raw, type=_Output)
    except (msgspec.MsgspecError, RecursionError):
        return Output(n=number, kind="unknown", mime="text/plain", forms=(), size=size, name="")
    forms = tuple(found.data)
    others = [form for form in forms if form not in _RICHEST]
    known = [form for form in _RICHEST if form in forms and form != "text/plain"]
    kinds: dict[str, OutputKind] = {
        "stream": "stream", "display_data": "display_data", "execute_result": "execute_result", "error": "error",
    }  # fmt: skip
    return Output(
        n=number,
        kind=kinds.get(found.output_type, "unknown"),
        mime=next(iter(known or others), "text/plain"),
        forms=forms,
        size=size,
        name=found.ename or found.name,
    )


def _plain(outputs: msgspec.Raw) -> Any:  # noqa: ANN401 -- it is what the file holds
    """Decodes outputs and takes the numbers away; what can't be decoded equals only itself."""
    try:
        found = msgspec.json.decode(outputs)
    except (msgspec.MsgspecError, RecursionError):
        return bytes(outputs)
    for output in found if isinstance(found, list) else ():
        if isinstance(output, dict):
            output.pop("execution_count", None)
    return found
