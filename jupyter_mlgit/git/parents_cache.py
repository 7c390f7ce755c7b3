"""Keeps the parents of a repository's commits in a file of ours, for repositories that have no commit-graph.

The file is a commit-graph in git's own format (gitformat-commit-graph(5)) without the trees, so that one reader serves
both. It lies in a folder outside the repository, because to look at a repository must not write into it. What it says
of a commit cannot become wrong, as a commit's name is the hash of its content; the checksum guards against damage.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import struct
import tempfile
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from jupyter_mlgit.git.commit_graph import (
    EDGES_FOLLOW,
    HASH_VERSIONS,
    LAST_EDGE,
    NO_PARENT,
    SIGNATURE,
    checksum,
    open_graph_file,
)

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_mlgit.git.commit_graph import CommitGraphFile
    from jupyter_mlgit.git.commit_table import CommitTable

WORTH_KEEPING: Final = 1_000
"""Fewer commits than this are read again as quickly as the cache is opened."""
_OCTOPUS: Final = 3
_LAST_SECOND: Final = (1 << 34) - 1
_LAST_GENERATION: Final = 0x3FFFFFFF


def open_parents_cache(cache_dir: Path, common_dir: Path, digest_size: int) -> CommitGraphFile | None:
    """Opens the file that an earlier :func:`write_parents_cache` left; None where there is none or it is damaged."""
    return open_graph_file(_place(cache_dir, common_dir), digest_size)


def write_parents_cache(cache_dir: Path, common_dir: Path, table: CommitTable, digest_size: int) -> bool:
    """Writes what the table knows, in one rename; a folder that cannot be written is no error.

    Args:
        cache_dir: the folder; it is made where there is none.
        common_dir: the repository's common directory, by which the file is found again.
        table: all ancestors of a commit with a generation number are in it.
        digest_size: 20 or 32, bytes of an object name.

    Returns:
        Whether the file was written.
    """
    if table.missing:
        return False
    content = encode_graph(table, digest_size)
    try:
        cache_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=cache_dir, suffix=".tmp")
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
            os.replace(temporary, _place(cache_dir, common_dir))  # noqa: PTH105 -- beside the os functions around it
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108 -- as above
            return False
    except OSError:
        return False
    return True


def encode_graph(table: CommitTable, digest_size: int) -> bytes:
    """Gives the content of a commit-graph file that holds every commit of the table with a generation number."""
    exact = [number for number in range(len(table)) if table.generation(number) is not None]
    named = sorted((bytes.fromhex(table.oid(number).decode()), number) for number in exact)
    position = {number: place for place, (_, number) in enumerate(named)}
    row = struct.Struct(f">{digest_size}x4I")
    rows, edges = bytearray(), bytearray()
    for _, number in named:
        places = [position[parent] for parent in table.load(number)]
        first, second = [*places, NO_PARENT, NO_PARENT][:2]
        if len(places) >= _OCTOPUS:
            second = EDGES_FOLLOW | len(edges) // 4
            edges += struct.pack(f">{len(places) - 1}I", *places[1:-1], places[-1] | LAST_EDGE)
        time = min(table.time(number), _LAST_SECOND)
        generation = min(table.generation(number) or 1, _LAST_GENERATION)
        rows += row.pack(first, second, generation << 2 | time >> 32, time & 0xFFFFFFFF)
    counts = [0] * 256
    for name, _ in named:
        counts[name[0]] += 1
    chunks = {
        b"OIDF": struct.pack(">256I", *accumulate(counts)),
        b"OIDL": b"".join(name for name, _ in named),
        b"CDAT": bytes(rows),
        b"EDGE": bytes(edges),
    }
    content = struct.pack(">4s4B", SIGNATURE, 1, HASH_VERSIONS[digest_size], len(chunks), 0)
    place = len(content) + 12 * (len(chunks) + 1)
    for key, chunk in chunks.items():
        content += struct.pack(">4sQ", key, place)
        place += len(chunk)
    content += struct.pack(">4sQ", b"\0\0\0\0", place) + b"".join(chunks.values())
    return content + checksum(content, digest_size)


def _place(cache_dir: Path, common_dir: Path) -> Path:
    key = hashlib.sha256(os.fsencode(common_dir.resolve())).hexdigest()[:32]
    return cache_dir / f"{key}.parents"
