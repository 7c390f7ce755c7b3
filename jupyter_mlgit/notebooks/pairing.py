"""Tells whether a notebook and the text that jupytext pairs it with still say the same.

Both are taken through the text's own format, so that what the format can't hold (ids, outputs, attachments) is no
difference; what is compared are the types and sources of the cells. Only jupytext can read its texts; where it is not
installed, nobody knows.
"""

from __future__ import annotations

import hashlib
import warnings
from typing import Any

from jupyter_mlgit.notebooks.kept import Kept

LARGEST = 5 * 2**20
"""Bytes of a notebook or text up to which they are compared."""

_kept = Kept()


def say_the_same(notebook: bytes, text: bytes, ending: str) -> bool | None:
    """Tells whether a pair is in step; None where that can't be told.

    Args:
        notebook: the notebook's file.
        text: the text's file.
        ending: that of the text's name, such as ``.py``.
    """
    if max(len(notebook), len(text)) > LARGEST:
        return None
    key = hashlib.sha256(b"%d %d %b " % (len(notebook), len(text), ending.encode()) + notebook + text).digest()
    known = _kept.get(key)
    if known is None:
        known = {True: b"same", False: b"other", None: b"unknown"}[_compared(notebook, text, ending)]
        _kept.add(key, known)
    return None if known == b"unknown" else known == b"same"


def _compared(notebook: bytes, text: bytes, ending: str) -> bool | None:
    try:
        import jupytext
    except ImportError:
        return None
    import nbformat

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            told = jupytext.reads(text.decode("utf-8-sig"), fmt=ending)
            shown: Any = nbformat.reads(notebook.decode("utf-8-sig"), as_version=4)  # type: ignore[no-untyped-call]
            # The text says in its head which format it has, and with which options.
            shown.metadata["jupytext"] = told.metadata.get("jupytext", {})
            kind = shown.metadata["jupytext"].get("text_representation", {}).get("format_name")
            written = jupytext.writes(shown, fmt=f"{ending[1:]}:{kind}" if kind else ending)
            same = _cells(jupytext.reads(written, fmt=ending)) == _cells(told)
        except Exception:  # noqa: BLE001 -- whatever jupytext stumbles over, it can't be told then
            return None
    return same


def _cells(notebook: Any) -> list[tuple[str, str]]:  # noqa: ANN401 -- jupytext has no types
    return [(cell.cell_type, cell.source.strip()) for cell in notebook.cells]
