"""Says in what an index differs from a commit's tree; passes over the folders whose trees the index knows."""

from __future__ import annotations

import struct
from binascii import hexlify
from bisect import bisect_left
from typing import TYPE_CHECKING

from jupyter_mlgit.git.index_entries import OID
from jupyter_mlgit.git.tree_changes import FOLDER, MAX_DEPTH, as_in_index
from jupyter_mlgit.problems import DamagedRepository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.git.cache_tree import CachedTree
    from jupyter_mlgit.git.index import Index
    from jupyter_mlgit.git.index_entries import Packed
    from jupyter_mlgit.git.objects import Objects, Oid, TreeEntry

_MODE = struct.Struct(">24xL")
_STAGE = 0x30


def index_changes(index: Index, objects: Objects, tree: Oid | None) -> dict[bytes, TreeEntry | None]:
    """Gives what each path has to become in the index for it to be this tree; None where it has to go.

    Args:
        index: the entries; a path in conflict differs from any tree.
        objects: where the tree is.
        tree: None stands for the empty one.

    Raises:
        MissingObject: if a tree that is needed is not there.
        DamagedRepository: if the folders are nested too deeply.
    """
    if tree is not None and index.tree == tree:
        return {}
    wanted: dict[bytes, TreeEntry] = {}
    known: list[bytes] = []
    pending: list[tuple[bytes, Oid | None, CachedTree | None, int]] = [(b"", tree, index.cache_tree, 0)]
    while pending:
        prefix, oid, cached, depth = pending.pop()
        if oid is None:
            continue
        if cached is not None and cached.count >= 0 and cached.oid == oid:
            known.append(prefix)
            continue
        if depth > MAX_DEPTH:
            raise DamagedRepository(
                "A commit has folders that are nested too deeply to be compared.", "Look at it with git in a terminal."
            )
        for entry in map(as_in_index, objects.tree(oid)):
            if entry.mode == FOLDER:
                below = None if cached is None else cached.below.get(entry.name)
                pending.append((prefix + entry.name + b"/", entry.oid, below, depth + 1))
            else:
                wanted[prefix + entry.name] = entry
    found: dict[bytes, TreeEntry | None] = {}
    packed = index.packed(objects.hex_length // 2)
    for path, place in _outside(packed, sorted(known)):
        target = wanted.get(path)
        if target is None:
            found[path] = None
        elif _is(packed, place, target):
            del wanted[path]
    return found | wanted


def _is(packed: Packed, place: int, target: TreeEntry) -> bool:
    """Tells whether the entry that begins there is what a tree has, and in no conflict."""
    body, end = packed.body, place + OID + packed.size
    (mode,) = _MODE.unpack_from(body, place)
    return mode == target.mode and hexlify(body[place + OID : end]) == target.oid and not body[end] & _STAGE


def _outside(packed: Packed, folders: list[bytes]) -> Iterator[tuple[bytes, int]]:
    """Yields names, and where their entries begin, that lie in none of these folders, which end in slashes."""
    names, places, position = packed.names, packed.places, 0
    for folder in [*folders, None]:
        end = len(names) if folder is None else bisect_left(names, folder, position)
        yield from zip(names[position:end], places[position:end], strict=True)
        if folder is not None:
            position = bisect_left(names, folder[:-1] + b"0", end)  # what follows the slash
