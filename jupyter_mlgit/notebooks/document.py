"""Reads a notebook as far as a comparison needs it.

Outputs and metadata stay the bytes that they are: most are the same on both sides, which the bytes tell, and what is
not looked at need not be decoded. Notebooks of format 3 and older are converted first; the outputs of such a one are no
longer the bytes in the file.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from jupyter_mlgit.problems import NotebookInvalid

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 50 * 2**20
"""Bytes of a notebook that is read cell by cell."""

CellKind = Literal["code", "markdown", "raw"]

_EMPTY = msgspec.Raw(b"{}")
_NONE = msgspec.Raw(b"[]")
_MODERN = 4


class Cell(msgspec.Struct, frozen=True, rename={"kind": "cell_type", "text": "source"}):
    """One cell, as it stands in the file."""

    kind: CellKind
    text: str | list[str] = ""
    id: str | None = None
    metadata: msgspec.Raw = _EMPTY
    outputs: msgspec.Raw = _NONE
    attachments: msgspec.Raw = _EMPTY

    @property
    def source(self) -> str:
        """Its text; the format allows a list of lines."""
        return self.text if isinstance(self.text, str) else "".join(self.text)


class Document(msgspec.Struct, frozen=True):
    """A notebook."""

    cells: list[Cell]
    metadata: msgspec.Raw = _EMPTY

    @property
    def language(self) -> str | None:
        """The language of its code cells, as its kernel calls it."""
        try:
            found = msgspec.json.decode(self.metadata, type=_Metadata)
        except (msgspec.MsgspecError, RecursionError):
            return None
        return found.language_info.name or found.kernelspec.language


class _Language(msgspec.Struct, frozen=True):
    name: str | None = None
    language: str | None = None


class _Metadata(msgspec.Struct):
    language_info: _Language = _Language()
    kernelspec: _Language = _Language()


class _File(Document, frozen=True):
    nbformat: int = 0


def read_document(content: bytes) -> Document:
    """Reads a notebook.

    Args:
        content: the file's bytes, in UTF-8.

    Raises:
        NotebookInvalid: with the reason.
    """
    if len(content) > LARGEST:
        raise invalid(f"it is larger than {LARGEST // 2**20} MB")
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        found = msgspec.json.decode(content, type=_File)
        if found.nbformat >= _MODERN:
            return found
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass  # The slower way below takes what Python's own json takes, such as NaN, and knows the reason.
    return _read_slowly(content)


def _read_slowly(content: bytes) -> Document:
    notebook = _decoded(content)
    if not isinstance(notebook, dict) or not isinstance(notebook.get("nbformat"), int):
        raise invalid("it is JSON, but not of a notebook")
    if notebook["nbformat"] < _MODERN:
        notebook = _converted(notebook)
    if not isinstance(notebook.get("cells"), list):
        raise invalid("it has no cells")
    try:
        # Half a character, which JSON can write but nothing can show, becomes a question mark.
        plain = json.dumps(notebook, ensure_ascii=False).encode("utf-8", "replace")
        return msgspec.json.decode(plain, type=Document)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise invalid("one of its cells is not as the format says") from error


def _decoded(content: bytes) -> Any:  # noqa: ANN401 -- it is what the file holds
    try:
        return json.loads(content.decode(), parse_constant=str)
    except UnicodeDecodeError as error:
        raise invalid("it is not in UTF-8") from error
    except json.JSONDecodeError as error:
        if any(line.startswith(b"<<<<<<< ") for line in content.splitlines()):
            raise invalid(f"it holds the marks of a conflict, in line {error.lineno}") from error
        reason = f"it is no JSON from line {error.lineno} on" if content.strip() else "it is empty"
        raise invalid(reason) from error
    except (ValueError, RecursionError) as error:
        raise invalid("its JSON can't be read") from error


def _converted(notebook: dict[str, Any]) -> Mapping[str, Any]:
    import warnings

    import nbformat

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            converted: Mapping[str, Any] = nbformat.convert(nbformat.from_dict(notebook), _MODERN)  # type: ignore[no-untyped-call]
    except Exception as error:
        raise invalid(f"its format, {notebook['nbformat']}, can't be converted") from error
    return converted


def invalid(reason: str) -> NotebookInvalid:
    """Makes the problem of a part of a sentence, such as "it has no cells"."""
    return NotebookInvalid(f"This is no valid notebook: {reason}.", "Open it as text and mend it there.")
