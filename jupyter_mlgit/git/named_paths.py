"""Takes paths as a person or a program names them, from the repository's top folder; none leads out of it."""

from __future__ import annotations

import os

from jupyter_mlgit.problems import BadRequest


def inside(path: str) -> bytes:
    """Gives a path as git has it; empty for the top folder.

    Raises:
        BadRequest: if it is empty, as from a variable that is not set, or leads out of the repository.
    """
    name = os.path.normpath(path) if path else ".."
    if name == ".." or name.startswith(("/", "../")):
        raise BadRequest(
            f"{path or 'An empty path'} is not inside this repository.", "Name a path below its top folder."
        )
    return b"" if name == "." else os.fsencode(name)
