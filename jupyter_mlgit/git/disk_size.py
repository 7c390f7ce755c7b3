"""Tells how many bytes objects take on disk, compressed as they are stored."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING

from dulwich.objects import ObjectID, hex_to_sha
from dulwich.pack import PackFileDisappeared

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_mlgit.git.objects import Objects


def disk_size(objects: Objects, oids: Iterable[bytes]) -> int:
    """Adds up what these objects take, in bytes; those that are not there, or lie in an alternate, count nothing."""
    total = 0
    offsets: dict[int, list[int]] = {}
    objects.refresh()
    packs = list(objects.store.packs)
    for oid in oids:
        loose = objects.directory / oid[:2].decode() / oid[2:].decode()
        try:
            total += loose.stat().st_size
            continue
        except OSError:
            pass
        sha = hex_to_sha(ObjectID(oid))
        for number, pack in enumerate(packs):
            try:
                offset = pack.index.object_offset(sha)
            except (KeyError, PackFileDisappeared):  # a "git gc" may take it at any moment
                continue
            known = offsets.get(number)
            if known is None:
                known = offsets[number] = sorted(entry[1] for entry in pack.index.iterentries())
            place = bisect.bisect_right(known, offset)
            if place < len(known):
                total += known[place] - offset
            break
    return total
