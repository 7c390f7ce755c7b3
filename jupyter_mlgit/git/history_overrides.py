"""Reads what makes history look other than the commits say: shallow boundaries, grafts and replaced objects.

While any of these is there, git itself leaves the commit-graph file alone, and so do we (gitrepository-layout(5),
git-replace(1), gitformat-commit-graph(5)).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

REPLACE: Final = b"refs/replace/"
Stamp = tuple[tuple[int, int, int] | None, ...]


@dataclass(frozen=True)
class Overrides:
    """All overrides of one repository. Names are hexadecimal."""

    stamp: Stamp = ()
    grafts: dict[bytes, tuple[bytes, ...]] = field(default_factory=dict)
    """A commit's parents, whatever it says itself; a shallow boundary has none."""
    replaced: dict[bytes, bytes] = field(default_factory=dict)
    """An object's name to that of the object to read in its place."""

    def __bool__(self) -> bool:
        """Tells whether there are any."""
        return bool(self.grafts or self.replaced)


def stamp_of(common_dir: Path) -> Stamp:
    """Gives what changes when the overrides do, for the price of four ``stat`` calls."""
    stamps: list[tuple[int, int, int] | None] = []
    for path in _places(common_dir):
        try:
            status = os.stat(path)  # noqa: PTH116 -- asked at every request; Path costs twice as much
        except OSError:
            stamps.append(None)
        else:
            stamps.append((status.st_mtime_ns, status.st_size, status.st_ino))
    return tuple(stamps)


def read_overrides(common_dir: Path) -> Overrides:
    """Reads a repository's overrides; malformed lines count for nothing."""
    stamp = stamp_of(common_dir)
    shallow, grafts_file, packed, _ = _places(common_dir)
    grafts: dict[bytes, tuple[bytes, ...]] = {}
    for line in _lines(grafts_file):
        names = line.split()
        if names and not line.startswith(b"#") and all(_is_name(name) for name in names):
            grafts[names[0]] = tuple(names[1:])
    for line in _lines(shallow):
        if _is_name(line.strip()):
            grafts[line.strip()] = ()
    replaced: dict[bytes, bytes] = {}
    for line in _lines(packed):
        oid, _, ref = line.partition(b" ")
        if ref.startswith(REPLACE):
            replaced[ref[len(REPLACE) :]] = oid
    folder = common_dir / "refs" / "replace"
    if folder.is_dir():
        for path in folder.iterdir():
            replaced[os.fsencode(path.name)] = b"".join(_lines(path)).strip()
    replaced = {old: new for old, new in replaced.items() if _is_name(old) and _is_name(new)}
    return Overrides(stamp, grafts, replaced)


def _places(common_dir: Path) -> tuple[str, str, str, str]:
    base = str(common_dir)
    return f"{base}/shallow", f"{base}/info/grafts", f"{base}/packed-refs", f"{base}/refs/replace"


def _lines(path: Path | str) -> list[bytes]:
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 -- see stamp_of
            return stream.read().splitlines()
    except OSError:
        return []


def _is_name(text: bytes) -> bool:
    try:
        return len(bytes.fromhex(text.decode("ascii"))) in (20, 32)
    except ValueError:
        return False
