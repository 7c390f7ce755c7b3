"""Does in this process what a filter does whose command is nbstripout: takes outputs out of notebooks.

git starts the program anew for each notebook, which takes half a second, and a repository's command is not to be
started before somebody trusts it. Our own nbstripout needs neither. It does the same as long as every word of the
command is known; a command that does more, or anything else, is left to git. Notebooks that are as the format says are
stripped before nbformat makes its own objects of them, which is several times as fast; the others go the program's own
way. Every act looks at the notebooks anew, so what the last ones became is kept.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shlex
import warnings
from argparse import ArgumentError, ArgumentParser
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jupyter_mlgit.notebooks.kept import Kept

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    Filter = Callable[[bytes, bytes, bytes], bytes | None]

LARGEST = 50 * 2**20
"""Bytes of a notebook that is looked into; a larger one takes gigabytes of memory."""


_PLAIN = re.compile(rb"[\w \t\"'/.,:=@+-]*", re.ASCII)
"""What means the same to a shell and to us."""

_FORMAT = 4
_NEWEST = 5
_WITH_IDS = 5
"""The minor version from which on cells have ids."""

_PYTHON = re.compile(r"python[0-9.]*")
_ALWAYS = (
    "metadata.signature", "metadata.widgets", "cell.metadata.collapsed", "cell.metadata.ExecuteTime",
    "cell.metadata.execution", "cell.metadata.heading_collapsed", "cell.metadata.hidden", "cell.metadata.scrolled",
)  # fmt: skip
"""Keys that the program takes out without being told."""


_kept = Kept()


def stripping(setting: Callable[[str], bytes | None]) -> Filter:
    """Gives a filter that knows nbstripout and nothing else.

    Args:
        setting: gives the value of ``filter.nbstripout.NAME``, where the program itself looks.
    """

    def run(command: bytes, path: bytes, content: bytes) -> bytes | None:
        del path
        flags = _flags(command)
        if flags is None or len(content) > LARGEST:
            return None
        asked = repr((command, setting("keepmetadatakeys"), setting("extrakeys"), len(content))).encode()
        key = hashlib.sha256(asked + content).digest()
        found = _kept.get(key)
        if found is None:
            found = _stripped(content, flags, setting)
            if found is not None:
                _kept.add(key, found)
        return found

    return run


@lru_cache(maxsize=20)
def _flags(command: bytes) -> Namespace | None:
    """Takes a command apart as a shell does; None for anything but nbstripout with flags that are known."""
    if not _PLAIN.fullmatch(command):
        return None
    try:
        words = shlex.split(command.decode())
    except ValueError:
        return None
    program = words[0].rpartition("/")[2] if words else ""
    if program == "nbstripout":
        words = words[1:]
    elif _PYTHON.fullmatch(program) and words[1:3] == ["-m", "nbstripout"]:
        words = words[3:]
    else:
        return None
    parser = ArgumentParser(allow_abbrev=False, exit_on_error=False, add_help=False)
    for name in ("keep-count", "keep-id", "drop-empty-cells", "strip-init-cells", "unix-newlines"):
        parser.add_argument(f"--{name}", action="store_true")
    parser.add_argument("--keep-output", action="store_true", default=None)
    for name in ("extra-keys", "keep-metadata-keys", "drop-tagged-cells"):
        parser.add_argument(f"--{name}", default="")
    for name in ("drop-output-type", "keep-output-type"):
        parser.add_argument(f"--{name}", nargs="+", default=[])
    parser.add_argument("--max-size", default="0")
    for name in ("-t", "--textconv", "-f", "--force"):
        parser.add_argument(name, action="store_true", dest="ignored")
    parser.set_defaults(dry_run=False)
    try:
        found, rest = parser.parse_known_args(words)
    except ArgumentError:
        return None
    return None if rest else found


def _stripped(content: bytes, flags: Namespace, setting: Callable[[str], bytes | None]) -> bytes | None:
    kept = [*_words(setting("keepmetadatakeys")), *flags.keep_metadata_keys.split()]
    keys = [*_ALWAYS, *_words(setting("extrakeys")), *flags.extra_keys.split()]
    keys = [key for key in keys if key not in kept]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook = None if "cell.id" in keys else _ordinary(content)
            return _as_program(content, flags, keys) if notebook is None else _quickly(notebook, flags, keys)
    except Exception:  # noqa: BLE001 -- whatever it is that the program stumbles over, it is no notebook then
        return None


def _as_program(content: bytes, flags: Namespace, keys: list[str]) -> bytes:
    from nbstripout._nbstripout import process_jupyter_notebook

    made = io.BytesIO()
    target = io.TextIOWrapper(made, encoding="utf-8", newline="" if flags.unix_newlines else None)
    process_jupyter_notebook(io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"), target, flags, keys)
    target.flush()
    return made.getvalue()


def _quickly(notebook: dict[str, Any], flags: Namespace, keys: list[str]) -> bytes:
    """Strips first and makes a notebook of what is left, while the program checks and copies all outputs twice."""
    from nbformat import NotebookNode, versions
    from nbstripout._nbstripout import _parse_size
    from nbstripout._utils import strip_output

    node: Any = NotebookNode  # without types
    cells = [node(cell | {"metadata": node(cell["metadata"])}) for cell in notebook["cells"]]
    found = node(notebook | {"cells": cells, "metadata": node(notebook["metadata"])})
    stripped = strip_output(
        nb=found,
        keep_output=flags.keep_output,
        keep_count=flags.keep_count,
        keep_id=flags.keep_id,
        extra_keys=keys,
        drop_empty_cells=flags.drop_empty_cells,
        drop_tagged_cells=flags.drop_tagged_cells.split(),
        strip_init_cells=flags.strip_init_cells,
        drop_output_types=set(flags.drop_output_type),
        keep_output_types=set(flags.keep_output_type),
        max_size=_parse_size(flags.max_size),
    )
    module = versions[_FORMAT]
    text: str = module.writes_json(module.to_notebook_json(stripped))
    made = (text if text.endswith("\n") else text + "\n").encode()
    return made if flags.unix_newlines or os.linesep == "\n" else made.replace(b"\n", os.linesep.encode())


def _ordinary(content: bytes) -> dict[str, Any] | None:
    """Gives a notebook of which the program would change nothing but what it is told to; None for any other.

    The program checks what it reads and mends ids that are missing or stand there twice; of anything else that is not
    as the format says, nobody can foretell what it makes.
    """
    try:
        notebook = json.loads(content.decode())
    except (ValueError, RecursionError):
        return None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("metadata"), dict):
        return None
    major, minor, cells = (notebook.get(key) for key in ("nbformat", "nbformat_minor", "cells"))
    if type(major) is not int or type(minor) is not int or major != _FORMAT or not 0 <= minor <= _NEWEST:
        return None
    if not isinstance(cells, list) or not all(map(_is_ordinary_cell, cells)):
        return None
    ids = [cell.get("id") for cell in cells]
    if minor >= _WITH_IDS and not (all(isinstance(one, str) for one in ids) and len(set(ids)) == len(ids)):
        return None
    return notebook


def _is_ordinary_cell(cell: Any) -> bool:  # noqa: ANN401 -- it is what the file holds
    if not isinstance(cell, dict) or not isinstance(cell.get("metadata"), dict) or not _is_text(cell.get("source")):
        return False
    attachments = cell.get("attachments", {})
    if not isinstance(attachments, dict) or not all(isinstance(one, dict) for one in attachments.values()):
        return False
    if cell.get("cell_type") == "code":
        outputs = cell.get("outputs")
        return isinstance(outputs, list) and all(map(_is_ordinary_output, outputs))
    return cell.get("cell_type") in {"markdown", "raw"} and "outputs" not in cell


def _is_ordinary_output(output: Any) -> bool:  # noqa: ANN401 -- the same
    if not isinstance(output, dict):
        return False
    if output.get("output_type") in ("display_data", "execute_result"):
        return isinstance(output.get("data"), dict)
    if output.get("output_type") == "stream":
        return _is_text(output.get("text"))
    return output.get("output_type") == "error" and isinstance(output.get("traceback"), list)


def _is_text(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(line, str) for line in value))


def _words(value: bytes | None) -> list[str]:
    return (value or b"").decode("utf-8", "replace").split()
