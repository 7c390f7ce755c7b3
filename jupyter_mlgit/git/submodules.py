"""Says where a submodule stands, and whether a folder is a repository of its own; looks no further into either."""

from __future__ import annotations

import os
from pathlib import Path

from jupyter_mlgit.git.refs import Refs
from jupyter_mlgit.git.repository import Layout, find_layout
from jupyter_mlgit.problems import Problem


def layout_of(folder: bytes) -> Layout | None:
    """Gives the parts of the repository that lies in just this folder, or None."""
    place = Path(os.fsdecode(folder))
    try:
        if not (place / ".git").exists():
            return None
        found = find_layout(place, ceiling=place.resolve())
    except (Problem, OSError, ValueError):
        return None
    return found if found.worktree is not None else None


def head_of(folder: bytes, hex_length: int) -> bytes | None:
    """Gives the commit that the repository in a folder has checked out; None where there is none."""
    layout = layout_of(folder)
    if layout is None:
        return None
    try:
        return Refs(layout.common_dir, layout.git_dir, hex_length).head().oid
    except (Problem, OSError, ValueError):
        return None
