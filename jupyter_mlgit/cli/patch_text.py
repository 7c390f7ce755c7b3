"""Tells a patch: into a file or another program as it is, on a terminal with what could act on it written out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from jupyter_mlgit.cli.screen import visible

if TYPE_CHECKING:
    from jupyter_mlgit.cli.screen import Screen
    from jupyter_mlgit.review.patches import Patch

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def show_patch(screen: Screen, found: Patch) -> None:
    """Writes a patch, and what is to be known of it on the other stream."""
    for note in found.notes:
        sys.stderr.write(visible(note) + "\n")
    if not screen.terminal:
        screen.content = found.patch
        return
    if not found.patch:
        screen.line(screen.paint("Nothing differs."))
        return
    for line in found.patch.decode("utf-8", "replace").removesuffix("\n").split("\n"):
        screen.line(screen.paint(line, *filter(None, [_STYLES.get(line[:1])])))
