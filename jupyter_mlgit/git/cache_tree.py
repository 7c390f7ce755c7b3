"""Reads and writes the index's ``TREE`` extension: the names of the folders' trees, as far as they are known.

Where it names the tree that HEAD has too, nothing below that folder is staged, so a whole folder is passed over
without being looked at. It stays true only while every entry below a folder stays as it is: whoever changes an entry
forgets the names of all folders above it, as git does (gitformat-index(5), "Cache tree").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

DEEPEST = 1000
"""Folders within folders that are believed."""


@dataclass
class CachedTree:
    """One folder."""

    count: int = -1
    """How many entries lie below it; -1 when its tree is not known."""
    oid: bytes = b""
    """Its tree's name, in hexadecimal digits; empty when it is not known."""
    below: dict[bytes, CachedTree] = field(default_factory=dict)
    """The folders in it."""


def parse_cache_tree(content: bytes, size: int) -> CachedTree | None:
    """Reads the extension.

    Args:
        content: its bytes.
        size: the bytes of an object's name.

    Returns:
        the top folder; None when it makes no sense, for it can be computed again at any time.
    """
    try:
        name, root, pending, position = _parse(content, 0, size)
        if name:
            return None
        open_ones = [(root, pending)]
        while open_ones:
            parent, left = open_ones.pop()
            if left == 0:
                continue
            name, child, pending, position = _parse(content, position, size)
            if not name or name in parent.below or len(open_ones) > DEEPEST:
                return None
            parent.below[name] = child
            open_ones += [(parent, left - 1), (child, pending)]
    except (ValueError, IndexError):
        return None
    return root if position == len(content) else None


def parse_root(content: bytes, size: int) -> CachedTree | None:
    """Reads of the extension only what it says of the top folder; see :func:`parse_cache_tree`."""
    try:
        name, root, _, _ = _parse(content, 0, size)
    except (ValueError, IndexError):
        return None
    return None if name else root


def _parse(content: bytes, position: int, size: int) -> tuple[bytes, CachedTree, int, int]:
    zero = content.index(b"\0", position)
    end = content.index(b"\n", zero)
    count, folders = (int(word) for word in content[zero + 1 : end].split(b" "))
    name = content[position:zero]
    if count < 0:
        return name, CachedTree(), folders, end + 1
    oid = content[end + 1 : end + 1 + size]
    if len(oid) < size:
        raise ValueError(oid)
    return name, CachedTree(count, oid.hex().encode()), folders, end + 1 + size


def encode_cache_tree(root: CachedTree) -> bytes:
    """Gives the extension's bytes."""
    parts = []
    pending = [(b"", root)]
    while pending:
        name, tree = pending.pop()
        parts.append(b"%s\0%d %d\n" % (name, tree.count, len(tree.below)))
        if tree.count >= 0:
            parts.append(bytes.fromhex(tree.oid.decode()))
        # git sorts them by length first, and dies of any other order.
        pending += sorted(tree.below.items(), key=lambda one: (len(one[0]), one[0]), reverse=True)
    return b"".join(parts)


def without(root: CachedTree, paths: Iterable[bytes]) -> CachedTree:
    """Gives the tree that is left when entries of these names were added, changed or removed; keeps the first whole.

    Args:
        root: the top folder.
        paths: the entries' names.
    """
    copied = CachedTree(below=dict(root.below))
    mine = {id(copied)}
    changed = False
    for path in paths:
        changed = True
        here = copied
        *folders, name = path.split(b"/")
        for folder in folders:
            below = here.below.get(folder)
            if below is None:
                break
            if id(below) not in mine:
                below = CachedTree(below=dict(below.below))
                mine.add(id(below))
                here.below[folder] = below
            here = below
        else:
            here.below.pop(name, None)  # a file stands there now, or a submodule
    return copied if changed else root
