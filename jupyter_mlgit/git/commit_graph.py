"""Reads git's commit-graph files: one file, or a chain of layers; mapped into memory and decoded row by row on demand.

Source: gitformat-commit-graph(5). A commit's *position* is its row, counted through all layers from the bottom one.
The surprise: a damaged file is never an error here. It is only a cache of what the commits themselves say, so whoever
meets :class:`DamagedGraph` goes on without it.
"""

from __future__ import annotations

import hashlib
import mmap
import struct
from bisect import bisect_left
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SIGNATURE: Final = b"CGPH"
NO_PARENT: Final = 0x70000000
EDGES_FOLLOW: Final = 0x80000000
LAST_EDGE: Final = 0x80000000
HASH_VERSIONS: Final = {20: 1, 32: 2}
CHECKED_SIZE: Final = 32 << 20
"""Up to this many bytes the checksum is worth its time at every opening."""


class DamagedGraph(Exception):
    """A commit-graph file is not what its format says."""


Row: TypeAlias = tuple[tuple[int, ...], int, int]
"""What the graph knows of a commit: its parents' positions, its generation and its committer's time.

The generation is one more than the largest of the parents'; a root has 1. The time is in seconds since the epoch.
"""


class Layer:
    """One commit-graph file."""

    def __init__(self, data: mmap.mmap, digest_size: int, base: int) -> None:
        """Finds the file's chunks.

        Args:
            data: the mapped file.
            digest_size: 20 or 32, bytes of an object name.
            base: how many commits the layers below hold.

        Raises:
            DamagedGraph: if the chunks do not fit.
        """
        self._data = data
        self._digest_size = digest_size
        self.base = base
        self.size, self._names, self._rows, self._edges = _find_chunks(data, digest_size)
        self._fan_out = struct.unpack_from(">256I", data, self._names[0])
        if list(self._fan_out) != sorted(self._fan_out) or self._fan_out[255] != self.size:
            raise DamagedGraph("the fan-out table does not ascend to the number of commits")
        self._row = struct.Struct(f">{digest_size}x4I")

    def name(self, row: int) -> bytes:
        """Gives a commit's binary name."""
        start = self._names[1] + row * self._digest_size
        return self._data[start : start + self._digest_size]

    def find(self, name: bytes) -> int | None:
        """Gives the row of a binary name, or None."""
        low = self._fan_out[name[0] - 1] if name[0] else 0
        high = self._fan_out[name[0]]
        row = low + bisect_left(range(low, high), name, key=self.name)
        return row if row < high and self.name(row) == name else None

    def rows(self, start: int, stop: int) -> Iterator[Row]:
        """Decodes rows ``start`` to ``stop`` (exclusive).

        Raises:
            DamagedGraph: if a row names a parent that is not there.
        """
        first = self._rows + start * self._row.size
        content = self._data[first : first + (stop - start) * self._row.size]
        total = self.base + self.size
        for one, two, high, low in self._row.iter_unpack(content):
            if one == NO_PARENT:
                parents: tuple[int, ...] = ()
            elif two == NO_PARENT:
                parents = (one,)
            elif two & EDGES_FOLLOW:
                parents = (one, *self._more_parents(two ^ EDGES_FOLLOW))
            else:
                parents = (one, two)
            if not high >> 2 or (parents and max(parents) >= total):
                raise DamagedGraph("a row has no generation or names a parent that is not there")
            yield parents, high >> 2, (high & 3) << 32 | low

    def _more_parents(self, edge: int) -> Iterator[int]:
        start, stop = self._edges
        for place in range(start + 4 * edge, stop, 4):
            (value,) = struct.unpack_from(">I", self._data, place)
            yield value & ~LAST_EDGE
            if value & LAST_EDGE:
                return
        raise DamagedGraph("a list of parents has no end")


class CommitGraphFile:
    """All layers of one commit-graph, as one table."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        """Stacks layers, the bottom one first."""
        self._layers = list(layers)
        self.size = layers[-1].base + layers[-1].size

    def find(self, oid: bytes) -> int | None:
        """Gives the position of a commit, named in hexadecimal, or None."""
        try:
            name = bytes.fromhex(oid.decode("ascii"))
        except ValueError:
            return None
        if not name:
            return None
        for layer in reversed(self._layers):
            row = layer.find(name)
            if row is not None:
                return layer.base + row
        return None

    def oid(self, position: int) -> bytes:
        """Gives the hexadecimal name of the commit at ``position``."""
        layer = self._layer(position)
        return layer.name(position - layer.base).hex().encode()

    def row(self, position: int) -> Row:
        """Decodes one row.

        Raises:
            DamagedGraph: if it is not valid.
        """
        layer = self._layer(position)
        return next(layer.rows(position - layer.base, position - layer.base + 1))

    def rows(self) -> Iterator[Row]:
        """Decodes all rows in the order of their positions, each for a fifth of what :meth:`row` takes.

        Raises:
            DamagedGraph: if one is not valid.
        """
        for layer in self._layers:
            yield from layer.rows(0, layer.size)

    def _layer(self, position: int) -> Layer:
        return next(layer for layer in reversed(self._layers) if position >= layer.base)


def open_commit_graph(objects: Path, digest_size: int) -> CommitGraphFile | None:
    """Opens the commit-graph of an ``objects`` folder: the single file if there is one, otherwise the chain.

    Returns:
        None where there is none, or only a damaged one.
    """
    single = open_graph_file(objects / "info" / "commit-graph", digest_size)
    if single is not None:
        return single
    folder = objects / "info" / "commit-graphs"
    try:
        names = (folder / "commit-graph-chain").read_text("ascii").split()
        layers: list[Layer] = []
        for name in names:
            base = layers[-1].base + layers[-1].size if layers else 0
            if len(name) != 2 * digest_size or not name.isalnum():
                return None
            layers.append(_open_layer(folder / f"graph-{name}.graph", digest_size, base))
    except (OSError, ValueError, DamagedGraph):
        return None
    return CommitGraphFile(layers) if layers else None


def open_graph_file(path: Path, digest_size: int) -> CommitGraphFile | None:
    """Opens a commit-graph of one file; None where there is none or it is damaged."""
    try:
        return CommitGraphFile([_open_layer(path, digest_size, 0)])
    except (OSError, ValueError, DamagedGraph):
        return None


def checksum(content: bytes | mmap.mmap | memoryview, digest_size: int) -> bytes:
    """Computes the checksum that ends a commit-graph file, with the repository's own hash."""
    algorithm = hashlib.sha1(content, usedforsecurity=False) if digest_size == 20 else hashlib.sha256(content)  # noqa: PLR2004 -- bytes of SHA-1
    return algorithm.digest()


def _open_layer(path: Path, digest_size: int, base: int) -> Layer:
    with path.open("rb") as stream:
        data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    if len(data) <= CHECKED_SIZE:
        with memoryview(data) as view, view[: len(data) - digest_size] as content:
            if checksum(content, digest_size) != data[-digest_size:]:
                raise DamagedGraph("the checksum is wrong")
    return Layer(data, digest_size, base)


def _find_chunks(data: mmap.mmap, digest_size: int) -> tuple[int, tuple[int, int], int, tuple[int, int]]:
    header = struct.Struct(">4s4B")
    entry = struct.Struct(">4sQ")
    end = len(data) - digest_size
    if end < header.size + entry.size:
        raise DamagedGraph("the file is too short")
    signature, version, hash_version, chunks, _ = header.unpack_from(data, 0)
    if signature != SIGNATURE or version != 1 or hash_version != HASH_VERSIONS[digest_size]:
        raise DamagedGraph("the header is of another format")
    if header.size + (chunks + 1) * entry.size > end:
        raise DamagedGraph("the table of chunks does not fit")
    table = [entry.unpack_from(data, header.size + n * entry.size) for n in range(chunks + 1)]
    offsets = [offset for _, offset in table]
    if offsets != sorted(offsets) or offsets[-1] > end:
        raise DamagedGraph("the chunks do not fit")
    found = {key: (start, stop) for (key, start), stop in zip(table, offsets[1:], strict=False)}
    try:
        fan_out, names, rows = found[b"OIDF"], found[b"OIDL"], found[b"CDAT"]
    except KeyError as error:
        raise DamagedGraph("a chunk is missing") from error
    size = (names[1] - names[0]) // digest_size
    if fan_out[1] - fan_out[0] < 4 * 256 or rows[1] - rows[0] < size * (digest_size + 16):
        raise DamagedGraph("a chunk is too short")
    return size, (fan_out[0], names[0]), rows[0], found.get(b"EDGE", (0, 0))
