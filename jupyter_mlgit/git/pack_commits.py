"""Lists every commit object that a repository stores itself, without reading what is not a commit.

An object's kind stands in the first byte of its packed form, and a delta has the kind of what it is based on
(gitformat-pack(5)), so packs are not inflated at all; of a loose object only the first bytes are.
"""

from __future__ import annotations

import mmap
import os
import struct
import sys
import zlib
from array import array
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_COMMIT: Final = 1
_OFFSET_DELTA: Final = 6
_NAME_DELTA: Final = 7
_INDEX_MAGIC: Final = b"\xfftOc\0\0\0\x02"
_LARGE: Final = 0x80000000


class StoredCommits:
    """The names of the commits in one ``objects`` folder; what has been looked at once is not looked at again."""

    def __init__(self, objects: Path, digest_size: int) -> None:
        """Names the folder; nothing is read yet.

        Args:
            objects: the repository's own ``objects`` folder; alternates are left out.
            digest_size: 20 or 32, bytes of an object name.
        """
        self._objects = objects
        self._digest_size = digest_size
        self._packed: dict[str, frozenset[bytes]] = {}
        self._loose: dict[bytes, bool] = {}

    def names(self) -> set[bytes]:
        """Gives the hexadecimal names of all commits in packs and loose files; damaged files count as empty."""
        found: set[bytes] = set()
        for attempt in (1, 2):
            # A "git gc" that replaces packs in between is met with one more look at the folder.
            if self._read_packs(found) or attempt == 2:  # noqa: PLR2004 -- the second of two
                break
        self._read_loose(found)
        return found

    def _read_packs(self, found: set[bytes]) -> bool:
        folder = self._objects / "pack"
        try:
            names = [name for name in os.listdir(folder) if name.endswith(".idx")]  # noqa: PTH208 -- names are wanted
        except OSError:
            return True
        self._packed = {name: commits for name, commits in self._packed.items() if name in names}
        for name in names:
            if name not in self._packed:
                try:
                    self._packed[name] = frozenset(commits_in_pack(folder / name, self._digest_size))
                except FileNotFoundError:
                    return False
                except (OSError, ValueError, IndexError, struct.error):
                    continue
            found |= self._packed[name]
        return True

    def _read_loose(self, found: set[bytes]) -> None:
        rest = 2 * self._digest_size - 2
        known, fresh = self._loose, dict[bytes, bool]()
        for number in range(256):
            prefix = f"{number:02x}"
            try:
                names = os.listdir(self._objects / prefix)  # noqa: PTH208 -- names are wanted
            except OSError:
                continue
            for name in names:
                if len(name) == rest:
                    oid = (prefix + name).encode()
                    is_commit = known.get(oid)
                    fresh[oid] = _is_loose_commit(self._objects / prefix / name) if is_commit is None else is_commit
        self._loose = fresh
        found.update(oid for oid, is_commit in fresh.items() if is_commit)


def estimate_packed_objects(objects: Path, digest_size: int) -> int:
    """Tells from the sizes of the packs' indexes about how many objects an ``objects`` folder holds in packs."""
    try:
        with os.scandir(objects / "pack") as listing:
            indexes = [entry for entry in listing if entry.name.endswith(".idx")]
        return sum(entry.stat().st_size for entry in indexes) // (digest_size + 8)
    except OSError:
        return 0


def commits_in_pack(index: Path, digest_size: int) -> list[bytes]:
    """Gives the hexadecimal names of the commits in a pack.

    Args:
        index: the pack's ``.idx`` file (version 1 or 2), beside the ``.pack`` file.
        digest_size: 20 or 32, bytes of an object name.

    Raises:
        OSError: if one of the two files cannot be read.
        ValueError, IndexError, struct.error: if one of them is damaged.
    """
    places = _read_index(index.read_bytes(), digest_size)
    with index.with_suffix(".pack").open("rb") as stream:
        pack = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    with pack:
        kinds = _kinds(pack, places, digest_size)
    return [name.hex().encode() for name, place in places.items() if kinds.get(place) == _COMMIT]


def _read_index(content: bytes, size: int) -> dict[bytes, int]:
    if content[:8] != _INDEX_MAGIC:
        rows = struct.Struct(f">I{size}s").iter_unpack(content[1024 : len(content) - 2 * size])
        return {name: place for place, name in rows}
    (count,) = struct.unpack_from(">I", content, 8 + 255 * 4)
    names = 8 + 1024
    start = names + count * (size + 4)
    places = array("I", content[start : start + 4 * count])
    if len(places) != count:
        raise ValueError("the index of a pack is too short")
    if sys.byteorder == "little":
        places.byteswap()
    large = start + 4 * count
    return {
        content[names + row * size : names + (row + 1) * size]: place
        if place < _LARGE
        else struct.unpack_from(">Q", content, large + 8 * (place ^ _LARGE))[0]
        for row, place in enumerate(places)
    }


def _kinds(pack: mmap.mmap, places: dict[bytes, int], size: int) -> dict[int, int]:
    kinds: dict[int, int] = {}
    based_on: dict[int, int] = {}
    for place in sorted(places.values()):
        byte = pack[place]
        kind = byte >> 4 & 7
        if kind < _OFFSET_DELTA:
            kinds[place] = kind
            continue
        at = place + 1
        while byte & 0x80:
            byte = pack[at]
            at += 1
        if kind == _NAME_DELTA:
            based_on[place] = places.get(pack[at : at + size], 0)
            continue
        byte = pack[at]
        back = byte & 0x7F
        while byte & 0x80:
            at += 1
            byte = pack[at]
            back = (back + 1) << 7 | byte & 0x7F
        # The base stands before its delta, so in this order its kind is nearly always known.
        base = place - back
        if base in kinds:
            kinds[place] = kinds[base]
        else:
            based_on[place] = base
    for place in based_on:
        chain, here = set[int](), place
        while here in based_on and here not in kinds and here not in chain:
            chain.add(here)
            here = based_on[here]
        kind = kinds.get(here, 0)
        kinds.update(dict.fromkeys(chain, kind))
    return kinds


def _is_loose_commit(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return zlib.decompressobj().decompress(stream.read(64), 7) == b"commit "
    except (OSError, zlib.error):
        return False
