"""Makes a tree from another one by putting files in and taking files out; writes only the folders that change."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from jupyter_mlgit.git.objects import TreeEntry
from jupyter_mlgit.git.tree_changes import FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_mlgit.git.object_writer import ObjectWriter
    from jupyter_mlgit.git.objects import Objects, Oid

Side = tuple[int, "Oid"]
"""A file's mode and its blob."""


def edit_tree(objects: Objects, writer: ObjectWriter, base: Oid | None, changes: Mapping[bytes, Side | None]) -> Oid:
    """Gives the tree that has these files, and otherwise what ``base`` has.

    A file takes the place of a folder of its name, and the other way round.

    Args:
        objects: where ``base`` is.
        writer: takes the new trees.
        base: a tree; None stands for the empty one.
        changes: path → mode and blob, or None where the file goes.

    Raises:
        MissingObject: if a tree that is needed is not there.
    """
    return _edited(objects, writer, base, changes) or writer.tree(())


def _edited(
    objects: Objects, writer: ObjectWriter, base: Oid | None, changes: Mapping[bytes, Side | None]
) -> Oid | None:
    """Gives None for a folder that ends up without a file, as git has none such."""
    if not changes and base is not None:
        return base
    entries = {entry.name: entry for entry in (objects.tree(base) if base is not None else ())}
    below: dict[bytes, dict[bytes, Side | None]] = {}
    for path, side in changes.items():
        name, slash, rest = path.partition(b"/")
        if slash:
            below.setdefault(name, {})[rest] = side
        elif side is not None:
            entries[name] = TreeEntry(name, *side)
        elif name in entries and not stat.S_ISDIR(entries[name].mode):
            del entries[name]
    for name, inside in below.items():
        there = entries.get(name)
        folder = there.oid if there is not None and stat.S_ISDIR(there.mode) else None
        if folder is None and all(side is None for side in inside.values()):
            continue
        made = _edited(objects, writer, folder, inside)
        if made is not None:
            entries[name] = TreeEntry(name, FOLDER, made)
        else:
            entries.pop(name, None)
    return writer.tree(entries.values()) if entries else None
