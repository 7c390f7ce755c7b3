"""Says what is in a commit's folders from the index, where the index is proved to hold just what they hold.

A tree's name is the hash of its entries. So where the entries of a folder, as the index has them, hash to the name of
the commit's tree, they are that tree, and nobody has to read it. Nothing is believed of what the index says of its
folders' trees: a name that is stale makes another hash. It costs a fifth of reading the trees.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from typing import TYPE_CHECKING

from jupyter_mlgit.git.index_entries import OID
from jupyter_mlgit.git.objects import Oid, TreeEntry

if TYPE_CHECKING:
    from jupyter_mlgit.git.cache_tree import CachedTree
    from jupyter_mlgit.git.index_entries import Packed

_MODES = {mode.to_bytes(4, "big"): b"%o " % mode for mode in (0o100644, 0o100755, 0o120000, 0o160000)}
_STAGE = 0x30
_DEEPEST = 100
"""Folders within folders that are gone into; below that a commit's own trees are read."""


class IndexTrees:
    """The folders of one index."""

    def __init__(self, packed: Packed, root: CachedTree | None) -> None:
        """Takes the entries, and the trees that the index names; nothing is hashed before somebody asks."""
        self._packed = packed
        self._digest = hashlib.sha1 if packed.size == 20 else hashlib.sha256  # noqa: PLR2004 -- git's names
        self._root = root
        self._made: dict[bytes, bytes | None] = {}
        self._below: dict[bytes, bytes] = {}
        names, places, body = self._packed.names, self._packed.places, self._packed.body
        flags = OID + self._packed.size
        self._conflicts = {
            names[number].rpartition(b"/")[0]
            for number in self._packed.special
            if body[places[number] + flags] & _STAGE
        }

    def is_tree(self, folder: bytes, tree: Oid) -> bool:
        """Tells whether a folder's entries make this tree."""
        begin, end = self._range(folder)
        made = self._make(folder, begin, end, 0) if begin < end else None
        return made is not None and made.hex().encode() == tree

    def folder(self, folder: bytes) -> Oid | None:
        """Gives the tree of a folder whose parent is known by :meth:`is_tree`; None where the parent has none."""
        oid = self._below.get(folder)
        return None if oid is None else Oid(oid.hex().encode())

    def entry(self, path: bytes) -> TreeEntry | None:
        """Gives the entry of a file in a folder that is known by :meth:`is_tree`; None where the folder has none."""
        packed = self._packed
        number = bisect_left(packed.names, path)
        if number == len(packed.names) or packed.names[number] != path:
            return None
        place = packed.places[number]
        mode = int.from_bytes(packed.body[place + 24 : place + 28], "big")
        oid = packed.body[place + OID : place + OID + packed.size]
        return TreeEntry(path.rpartition(b"/")[2], mode, Oid(oid.hex().encode()))

    def files(self, folder: bytes) -> bytes | None:
        """Gives what a folder's tree would hold, as it would; None where it has folders, or is no tree."""
        begin, end = self._range(folder)
        if folder in self._conflicts or not self._is_flat(begin, end, len(folder) + 1):
            return None
        try:
            content = self._flat(begin, end, len(folder) + 1)
        except KeyError:  # a mode that no tree has
            return None
        self._made[folder] = self._hash(content)
        return content

    def _range(self, folder: bytes) -> tuple[int, int]:
        names = self._packed.names
        if not folder:
            return 0, len(names)
        begin = bisect_left(names, folder + b"/")
        return begin, bisect_left(names, folder + b"0", begin)  # what follows the slash

    def _make(self, folder: bytes, begin: int, end: int, depth: int) -> bytes | None:
        """Hashes a folder; None where it is no tree."""
        if folder in self._made:
            return self._made[folder]
        self._made[folder] = None
        if folder in self._conflicts or depth > _DEEPEST:
            return None
        try:
            content = self._content(folder, begin, end, depth)
        except KeyError:  # a mode that no tree has
            return None
        if content is not None:
            self._made[folder] = self._hash(content)
        return self._made[folder]

    def _hash(self, content: bytes) -> bytes:
        return self._digest(b"tree %d\0" % len(content) + content).digest()

    def _is_flat(self, begin: int, end: int, cut: int) -> bool:
        """Tells whether none of these names has a slash from there on."""
        return b"/" not in b"".join([name[cut:] for name in self._packed.names[begin:end]])

    def _flat(self, begin: int, end: int, cut: int) -> bytes:
        packed = self._packed
        body, last = packed.body, OID + packed.size
        found = zip(packed.names[begin:end], packed.places[begin:end], strict=True)
        return b"".join(
            [_MODES[body[at + 24 : at + 28]] + name[cut:] + b"\0" + body[at + OID : at + last] for name, at in found]
        )

    def _content(self, folder: bytes, begin: int, end: int, depth: int) -> bytes | None:
        packed, cut = self._packed, len(folder) + 1 if folder else 0
        names, places, body, size = packed.names, packed.places, packed.body, packed.size
        cached = self._cached(folder)
        if cached is not None and not cached.below:
            return self._flat(begin, end, cut) if self._is_flat(begin, end, cut) else None
        parts: list[bytes] = []
        number = begin
        while number < end:
            name = names[number]
            slash = name.find(b"/", cut)
            if slash < 0:
                at = places[number]
                parts += (_MODES[body[at + 24 : at + 28]], name[cut:], b"\0", body[at + OID : at + OID + size])
                number += 1
                continue
            after = bisect_left(names, name[:slash] + b"0", number, end)
            known = None if cached is None else cached.below.get(name[cut:slash])
            if known is not None and known.count == after - number:
                below: bytes | None = bytes.fromhex(known.oid.decode())
            else:
                below = self._make(name[:slash], number, after, depth + 1)
            if below is None:
                return None
            self._below[name[:slash]] = below
            parts += (b"40000 ", name[cut:slash], b"\0", below)
            number = after
        return b"".join(parts)

    def _cached(self, folder: bytes) -> CachedTree | None:
        found = self._root
        for name in folder.split(b"/") if folder else ():
            if found is None:
                return None
            found = found.below.get(name)
        return found
