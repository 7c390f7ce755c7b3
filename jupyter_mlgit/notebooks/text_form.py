"""Gives a notebook as the text that jupytext makes of it: the percent format, without header and outputs."""

from __future__ import annotations

import warnings
from functools import lru_cache

from jupyter_mlgit.notebooks.document import invalid, read_document

_REMEMBERED = 16


@lru_cache(maxsize=_REMEMBERED)
def as_text(content: bytes) -> str:
    """Gives the text of a notebook; both sides of a diff are made by the same rules, whatever they are paired with.

    Args:
        content: the notebook's file.

    Raises:
        NotebookInvalid: with the reason.
    """
    import jupytext
    import nbformat

    read_document(content)  # knows the reason better
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            notebook = nbformat.reads(content.decode("utf-8-sig"), as_version=4)  # type: ignore[no-untyped-call]
            notebook.metadata.setdefault("jupytext", {})["notebook_metadata_filter"] = "-all"
            notebook.metadata["jupytext"]["cell_metadata_filter"] = "-all"
            language = notebook.metadata.get("kernelspec", {}).get("language") or "python"
            notebook.metadata.setdefault("language_info", {}).setdefault("name", language)
            text: str = jupytext.writes(notebook, fmt="auto:percent")
        except Exception as error:
            raise invalid("jupytext can't write it as text") from error
    return text
