"""Takes paths as a person in a subfolder means them: from there, as git does, and not from the top folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import msgspec

from jupyter_mlgit.cli.arguments import said_of

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_mlgit.values import Value


def from_here(request: Value, here: Path, top: Path) -> Value:
    """Gives the request with its paths from the repository's top folder.

    Args:
        request: what was asked; a field is a path if its ``argument`` says ``is_path``.
        here: the folder that the command works in.
        top: the repository's top folder.
    """
    changes: dict[str, Any] = {}
    for field in msgspec.structs.fields(type(request)):
        value = getattr(request, field.name)
        if said_of(field).get("is_path") and value:
            changes[field.name] = (
                _from_top(value, here, top) if isinstance(value, str) else [_from_top(one, here, top) for one in value]
            )
    return msgspec.structs.replace(request, **changes) if changes else request


def _from_top(path: str, here: Path, top: Path) -> str:
    if not path:
        return path  # a variable that is not set: this is not to mean all that is here
    # The folders on the way may be links, the last name is what is meant.
    whole = os.path.normpath(os.path.join(os.path.realpath(here), path))  # noqa: PTH118 -- pathlib keeps the dots
    return os.path.relpath(whole, os.path.realpath(top))
