"""Compares two trees and names the files that differ; reads only the folders that do."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_mlgit.problems import DamagedRepository, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.git.objects import Objects, Oid, TreeEntry

GITLINK = 0o160000
SYMLINK = 0o120000
FOLDER = 0o040000
_USUAL = frozenset({0o100644, 0o100755, SYMLINK, GITLINK, FOLDER})

MOST_FOLDERS = 200_000
"""Folders that are looked into before a comparison is given up."""

MAX_DEPTH = 1000
"""Folders deeper than this are refused; no real tree has them (a hostile one may)."""


@dataclass(frozen=True)
class TreeChange:
    """One file that differs; a side is None where the file is not there. Modes are as the index has them."""

    path: bytes
    old: TreeEntry | None
    new: TreeEntry | None


def tree_changes(
    objects: Objects, old: Oid | None, new: Oid | None, *, most: int = MOST_FOLDERS
) -> Iterator[TreeChange]:
    """Yields the files that differ between two trees, in no particular order.

    Args:
        objects: where the trees are.
        old: the first tree; None stands for the empty one.
        new: the second tree; None stands for the empty one.
        most: folders that are looked into; a few small objects can unfold into millions.

    Raises:
        MissingObject: if a tree that is needed is not there.
        TooLarge: if there are more folders than that.
        DamagedRepository: if the folders are nested deeper than :data:`MAX_DEPTH`.
    """
    pending: list[tuple[bytes, Oid | None, Oid | None, int]] = [(b"", old, new, 0)]
    while pending:
        prefix, one, other, depth = pending.pop()
        if one == other:
            continue
        most -= 1
        if most < 0:
            raise TooLarge("More folders differ here than are compared.", "Look at it with git in a terminal.")
        if depth > MAX_DEPTH:
            raise DamagedRepository(
                "A commit has folders that are nested too deeply to be compared.", "Look at it with git in a terminal."
            )
        before = set(objects.tree(one)) if one else set()
        after = set(objects.tree(other)) if other else set()
        lefts = {entry.name: as_in_index(entry) for entry in before - after}
        rights = {entry.name: as_in_index(entry) for entry in after - before}
        for name in lefts.keys() | rights.keys():
            left, right = lefts.get(name), rights.get(name)
            if left == right:
                continue
            path = prefix + name
            left_tree = left.oid if left and stat.S_ISDIR(left.mode) else None
            right_tree = right.oid if right and stat.S_ISDIR(right.mode) else None
            if left_tree or right_tree:
                pending.append((path + b"/", left_tree, right_tree, depth + 1))
            left_file = left if left and not left_tree else None
            right_file = right if right and not right_tree else None
            if left_file or right_file:
                yield TreeChange(path, left_file, right_file)


def as_in_index(entry: TreeEntry) -> TreeEntry:
    """Gives an entry the mode that git makes of it; old commits have others, such as 100664."""
    if entry.mode in _USUAL:
        return entry
    if stat.S_ISREG(entry.mode):
        return entry._replace(mode=0o100755 if entry.mode & 0o100 else 0o100644)
    if stat.S_ISLNK(entry.mode):
        return entry._replace(mode=SYMLINK)
    return entry._replace(mode=FOLDER if stat.S_ISDIR(entry.mode) else GITLINK)
