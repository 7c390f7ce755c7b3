"""Says what a cell's outputs are, and gives the content of one."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

OutputKind = Literal["stream", "display_data", "execute_result", "error", "unknown"]

_RICHEST = ("image/png", "image/jpeg", "image/gif", "image/svg+xml", "text/html", "text/markdown", "text/latex",
            "application/json", "application/javascript", "text/plain")  # fmt: skip
"""What is named where an output has several forms; others come before plain text."""

_KINDS: dict[str, OutputKind] = {
    "stream": "stream", "display_data": "display_data", "execute_result": "execute_result", "error": "error",
}  # fmt: skip

_NEAR = 100
"""How far an output is looked for on the other side."""

_LONGEST_NAME = 80
"""Characters of an error's name that are told."""

_NOTHING = msgspec.Raw(b"")


class _Output(msgspec.Struct, gc=False):
    """What an output is told by; two are the same if all of it stands in the file in the same way.

    The text of a stream, which most outputs are, is decoded: where it differs, nothing else need be.
    """

    output_type: str = "unknown"
    name: str = ""
    ename: str = ""
    data: dict[str, msgspec.Raw] = {}
    evalue: msgspec.Raw = _NOTHING
    text: str | list[str] = ""
    traceback: msgspec.Raw = _NOTHING
    metadata: msgspec.Raw = _NOTHING


_UNKNOWN = _Output()
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_OUTPUT = msgspec.json.Decoder(_Output)
_OUTPUTS = msgspec.json.Decoder(list[_Output])


class Output(Value, gc=False):
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
    """The number of the output of the other side that is the same, as it stands in the file; null if there is none."""


def compare_outputs(old: msgspec.Raw, new: msgspec.Raw) -> tuple[tuple[Output, ...], tuple[Output, ...]] | None:
    """Gives the outputs of both sides; None where they are the same but for their numbers in brackets.

    Of an output that is not as the format says, only that it is there is told.
    """
    if old == new:
        return None
    before, after = _apart(old), _apart(new)
    lefts, rights = _decoded(old, before or []), _decoded(new, after or [])
    if _are_same((old, new), (before, after), (lefts, rights)):
        return None
    same = _same(lefts, rights)
    back = {right: left for left, right in same.items()}
    return _listed(before or [], lefts, same), _listed(after or [], rights, back)


def same_outputs(old: msgspec.Raw, new: msgspec.Raw) -> bool:
    """Tells whether outputs are the same but for their numbers in brackets."""
    if old == new:
        return True
    before, after = _apart(old), _apart(new)
    return _are_same((old, new), (before, after), (_decoded(old, before or []), _decoded(new, after or [])))


def _are_same(
    whole: tuple[msgspec.Raw, msgspec.Raw],
    parts: tuple[list[msgspec.Raw] | None, list[msgspec.Raw] | None],
    decoded: tuple[Sequence[_Output | None], Sequence[_Output | None]],
) -> bool:
    """Compares outputs one by one until two differ; only where it takes more than their text are they decoded."""
    before, after = parts
    if before is None or after is None:
        return bool(_plain(whole[0]) == _plain(whole[1]))
    if len(before) != len(after):
        return False
    for one, other, left, right in zip(before, after, *decoded, strict=True):
        if one == other:
            continue
        if (left and right and left.text != right.text) or _plain(one) != _plain(other):
            return False
    return True


def error_in(outputs: msgspec.Raw) -> str | None:
    """Gives the name of the first error among outputs; None where there is none."""
    if b'"error"' not in bytes(outputs):
        return None
    for one in _decoded(outputs, _apart(outputs) or []):
        if one is not None and one.output_type == "error":
            return one.ename[:_LONGEST_NAME] or "Error"
    return None


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


def _apart(outputs: msgspec.Raw) -> list[msgspec.Raw] | None:
    try:
        return _LIST.decode(outputs)
    except (msgspec.MsgspecError, RecursionError):
        return None


def _decoded(whole: msgspec.Raw, outputs: list[msgspec.Raw]) -> Sequence[_Output | None]:
    """Decodes all outputs of a cell at once or, where one of them is not as the format says, one by one."""
    try:
        return _OUTPUTS.decode(whole)
    except (msgspec.MsgspecError, RecursionError):
        found: list[_Output | None] = []
    for output in outputs:
        try:
            found.append(_OUTPUT.decode(output))
        except (msgspec.MsgspecError, RecursionError):
            found.append(None)
    return found


def _same(old: Sequence[_Output | None], new: Sequence[_Output | None]) -> dict[int, int]:
    """Gives which old output is which new one, by their places."""
    found: dict[int, int] = {}
    start = 0
    for place, output in enumerate(old):
        # Outputs that stayed keep their order; the interpreter itself looks for them, faster than a loop would.
        if output is not None and output in new[start : start + _NEAR]:
            found[place] = new.index(output, start)
            start = found[place] + 1
    return found


def _listed(outputs: list[msgspec.Raw], decoded: Sequence[_Output | None], same: dict[int, int]) -> tuple[Output, ...]:
    found = []
    for number, (raw, output) in enumerate(zip(outputs, decoded, strict=True), 1):
        told = output or _UNKNOWN
        forms = tuple(told.data)
        other = same.get(number - 1)
        found.append(
            Output(
                n=number,
                kind=_KINDS.get(told.output_type, "unknown"),
                mime=_richest(forms) if forms else "text/plain",
                forms=forms,
                size=len(memoryview(raw)),
                name=told.ename or told.name,
                same_as=None if other is None else other + 1,
            )
        )
    return tuple(found)


@lru_cache(maxsize=100)
def _richest(forms: tuple[str, ...]) -> str:
    known = [form for form in _RICHEST if form in forms and form != "text/plain"]
    others = [form for form in forms if form not in _RICHEST]
    return next(iter(known or others), "text/plain")


def _plain(outputs: msgspec.Raw) -> Any:  # noqa: ANN401 -- it is what the file holds
    """Decodes an output or several and takes the numbers away; what can't be decoded equals only itself."""
    try:
        found = msgspec.json.decode(outputs)
    except (msgspec.MsgspecError, RecursionError):
        return bytes(outputs)
    for output in found if isinstance(found, list) else (found,):
        if isinstance(output, dict):
            output.pop("execution_count", None)
    return found
