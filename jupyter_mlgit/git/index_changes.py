"""Says in what an index differs from a commit's tree; passes over the folders whose trees the index knows."""

from __future__ import annotations

import struct
from binascii import hexlify
from bisect import bisect_left
from typing import TYPE_CHECKING

from jupyter_mlgit.git.index_entries import OID
from jupyter_mlgit.git.objects import Oid, TreeEntry, split_tree
from jupyter_mlgit.git.tree_changes import FOLDER, MAX_DEPTH, as_in_index
from jupyter_mlgit.problems import DamagedRepository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.git.cache_tree import CachedTree
    from jupyter_mlgit.git.index import Index
    from jupyter_mlgit.git.index_entries import Packed
    from jupyter_mlgit.git.objects import Objects

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
    found: dict[bytes, TreeEntry | None] = {}
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
        here = None if cached is None or cached.below or not prefix else _files_here(index, objects, prefix, oid)
        if here is not None:
            found |= here
            known.append(prefix)
            continue
        for entry in map(as_in_index, objects.tree(oid)):
            if entry.mode == FOLDER:
                below = None if cached is None else cached.below.get(entry.name)
                pending.append((prefix + entry.name + b"/", entry.oid, below, depth + 1))
            else:
                wanted[prefix + entry.name] = entry
    packed = index.packed(objects.hex_length // 2)
    for path, place in _outside(packed, sorted(known)):
        target = wanted.get(path)
        if target is None:
            found[path] = None
        elif _is(packed, place, target):
            del wanted[path]
    return found | wanted


def _files_here(index: Index, objects: Objects, prefix: bytes, tree: Oid) -> dict[bytes, TreeEntry | None] | None:
    """Compares a folder as a whole; None where it has folders, here or there, or a name twice, or is in conflict.

    In most folders of a large commit nearly all files are the same: nobody needs to take these apart.
    """
    size = objects.hex_length // 2
    folders = index.folders(size)
    content = folders.files(prefix[:-1])
    if content is None:
        return None
    parts = objects.tree_parts(tree)
    old, new = set(split_tree(content, size)), set(parts)
    if len(new) < len(parts):
        return None
    going = {entry.name: entry for entry in [_entry(part, size) for part in sorted(old - new)]}
    coming: dict[bytes, TreeEntry] = {}
    for part in sorted(new - old):
        entry = as_in_index(_entry(part, size))
        name = entry.name
        is_twice = name in coming or (name not in going and folders.entry(prefix + name) is not None)
        if entry.mode == FOLDER or is_twice:
            return None
        coming[name] = entry
    changed = {prefix + name: coming.get(name) for name, entry in going.items() if coming.get(name) != entry}
    return changed | {prefix + name: entry for name, entry in coming.items() if name not in going}


def _entry(part: bytes, size: int) -> TreeEntry:
    mode, _, name = part[: -size - 1].partition(b" ")
    return TreeEntry(name, int(mode, 8), Oid(hexlify(part[-size:])))


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
