"""Finds the ``objects`` folders that a repository borrows from (gitrepository-layout(5), objects/info/alternates).

dulwich's own way takes every lender for one of SHA-1 names, follows a circle without end, and never looks at the file
again; so the folders are found here and handed to it as one flat list.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

DEEPEST = 5
"""How far a lender's own lenders are followed, as in git."""

MOST_BYTES = 2**20
"""No list of folders is longer; something else in its place would be."""


def alternate_folders(objects: Path) -> list[Path]:
    """Gives the folders that are there, nearest first, each once, without ``objects`` itself."""
    level = _named(objects)
    if not level:
        return []
    found: dict[str, Path] = {os.path.realpath(objects): objects}
    for _ in range(DEEPEST + 1):
        level = [folder for folder in level if folder.is_dir() and os.path.realpath(folder) not in found]
        found |= {os.path.realpath(folder): folder for folder in level}
        level = [folder for one in level for folder in _named(one)]
    return list(found.values())[1:]


def _named(objects: Path) -> list[Path]:
    try:
        with (objects / "info" / "alternates").open("rb") as stream:
            lines = stream.read(MOST_BYTES).splitlines()
    except OSError:
        return []
    return [objects / os.fsdecode(line) for line in lines if line and b"\0" not in line and not line.startswith(b"#")]
