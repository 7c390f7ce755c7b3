"""Gives a notebook as the text that jupytext makes of it: the percent format, without header and outputs."""

from __future__ import annotations

import hashlib
import warnings

from jupyter_mlgit.notebooks.document import invalid, read_document
from jupyter_mlgit.notebooks.kept import Kept
from jupyter_mlgit.problems import ToolMissing

_kept = Kept()


def as_text(content: bytes) -> str:
    """Gives the text of a notebook; both sides of a diff are made by the same rules, whatever they are paired with.

    Args:
        content: the notebook's file.

    Raises:
        NotebookInvalid: with the reason.
        ToolMissing: if jupytext is not installed.
    """
    key = hashlib.sha256(content).digest()
    known = _kept.get(key)
    if known is not None:
        return known.decode()
    text = _written(content)
    _kept.add(key, text.encode("utf-8", "replace"))
    return text


def _written(content: bytes) -> str:
    try:
        import jupytext
        from jupytext.formats import auto_ext_from_metadata
        from jupytext.languages import _SCRIPT_EXTENSIONS
    except ImportError as error:
        raise ToolMissing(
            "To show a notebook as text takes jupytext, which is not installed beside the server.",
            "Install it there: pip install jupytext.",
        ) from error
    import nbformat

    read_document(content)  # knows the reason better
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            notebook = nbformat.reads(content.decode("utf-8-sig"), as_version=4)  # type: ignore[no-untyped-call]
            ending = auto_ext_from_metadata(notebook.metadata)
            notebook.metadata = {"jupytext": {"notebook_metadata_filter": "-all", "cell_metadata_filter": "-all"}}
            ending = ending if ending in _SCRIPT_EXTENSIONS else ".py"
            text: str = jupytext.writes(notebook, fmt=f"{ending[1:]}:percent")
        except Exception as error:
            raise invalid("jupytext can't write it as text") from error
    return text
