"""Writes new objects and makes them durable before anything may refer to them.

A few become loose objects; many go into one pack, which needs a single flush of the disk. git's own default leaves
loose objects to the mercy of a power cut (git-config(1), core.fsync).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import zlib
from typing import TYPE_CHECKING, BinaryIO

from jupyter_mlgit.git import platforms
from jupyter_mlgit.git.durable import begun_in, make_folder, sync_directories, sync_files
from jupyter_mlgit.git.object_size import object_size
from jupyter_mlgit.git.objects import MissingObject, Oid
from jupyter_mlgit.git.pack_writer import PackWriter
from jupyter_mlgit.git.tree_changes import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from typing_extensions import Self

    from jupyter_mlgit.git.objects import TreeEntry
    from jupyter_mlgit.git.repository import Repository

LOOSE = 32
"""So many objects at the most are written one by one."""

_BLOCK = 2**20
_LEVEL = 1
_TRIES = 5


class ObjectWriter:
    """Collects new objects; :meth:`finish` makes them part of the repository.

    Use it as a context manager: what is not finished leaves nothing behind.
    """

    def __init__(self, repo: Repository, *, expected: int, packed: bool = False) -> None:
        """Chooses between loose objects and a pack, which ``git gc`` leaves alone until it is released.

        Args:
            repo: the repository.
            expected: about how many objects will come.
            packed: whether it has to be a pack, with all of them: what no ref names yet may be taken any moment.
        """
        self._repo = repo
        self._directory = repo.common_dir / "objects"
        self._digest = hashlib.sha1 if repo.hex_length == 40 else hashlib.sha256  # noqa: PLR2004 -- git's names
        self._known: set[Oid] = set()
        self._relied: set[Oid] = set()
        self._loose: list[tuple[Path, Oid]] = []
        self._packed = packed or expected > LOOSE
        self._anew = packed
        self._pack: PackWriter | None = None

    def __enter__(self) -> Self:
        """Begins."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Removes what was not finished."""
        if self._pack is not None:
            self._pack.abort()
            self._pack = None
        for path, _ in self._loose:
            with contextlib.suppress(OSError):
                path.unlink()
        self._loose = []

    @property
    def names(self) -> frozenset[Oid]:
        """All that was added, or was there already when it was to be added."""
        return frozenset(self._known)

    def rely_on(self, oid: Oid) -> None:
        """Makes an object that is there already outlive a power cut, too, when this is finished."""
        if oid not in self._known:
            self._relied.add(oid)

    def hold(self, oid: Oid, kind: bytes = b"blob") -> None:
        """Relies on an object that nothing but the index names, which is about to name it no more, or nothing at all.

        A ``git repack -ad`` that has looked at the refs before there is a new one, and looks at the index afterwards,
        drops it with the old packs. So what is in a pack is written once more; and all of it where all has to be.

        Raises:
            MissingObject: if it is not there.
        """
        objects = self._repo.objects
        place = objects.own_file(oid)
        size = None if place is None else object_size(objects, oid)
        if size is None or oid in self._known or (place is not None and place.suffix != ".pack" and not self._anew):
            self._relied.add(oid)
        else:
            self._add(kind, size, objects.blocks(oid), again=True)

    def blob(self, content: bytes) -> Oid:
        """Adds a file's content."""
        return self._add(b"blob", len(content), (content,))

    def blob_from(self, stream: BinaryIO, size: int) -> Oid:
        """Adds the content of an open file, block by block.

        Raises:
            ValueError: if it does not hold just ``size`` bytes, since somebody is writing it.
        """
        return self._add(b"blob", size, iter(lambda: stream.read(_BLOCK), b""))

    def tree(self, entries: Iterable[TreeEntry]) -> Oid:
        """Adds one folder."""
        ordered = sorted(entries, key=lambda one: one.name + (b"/" if one.mode == FOLDER else b""))
        content = b"".join(b"%o %s\0%s" % (one.mode, one.name, bytes.fromhex(one.oid.decode())) for one in ordered)
        return self._add(b"tree", len(content), (content,))

    def commit(self, tree: Oid, parents: Iterable[Oid], who: bytes, message: bytes) -> Oid:
        """Adds a commit; ``who`` is name, address and time as git writes them."""
        lines = [b"tree " + tree, *(b"parent " + one for one in parents), b"author " + who, b"committer " + who]
        content = b"\n".join(lines) + b"\n\n" + message
        return self._add(b"commit", len(content), (content,))

    def finish(self) -> None:
        """Puts everything in its place and makes it durable.

        Raises:
            OSError: if it cannot be written.
            MissingObject: if an object that is relied on has gone meanwhile.
        """
        if self._pack is not None:
            self._pack.finish()
            self._pack = None
        self._place_loose()
        self._repo.objects.refresh()
        names = [oid.decode() for oid in self._relied]
        loose = sync_files(self._directory / name[:2] / name[2:] for name in names)
        sync_directories({path.parent for path in loose})
        for oid in self._relied:
            if not self._repo.objects.contains(oid):
                raise MissingObject(oid)

    def _place_loose(self) -> None:
        sync_files(path for path, _ in self._loose)
        folders = set()
        while self._loose:
            path, oid = self._loose[-1]
            name = oid.decode()
            folder = self._directory / name[:2]
            _put(path, folder / name[2:])
            self._loose.pop()
            folders.add(folder)
        # A folder may have been taken already; whoever relies on what was in it looks again.
        sync_directories(folders)

    def _add(self, kind: bytes, size: int, blocks: Iterable[bytes], *, again: bool = False) -> Oid:
        header = b"%s %d\0" % (kind, size)
        digest, count, offset = self._digest(header), 0, 0

        def squeezed(start: bytes) -> Iterator[bytes]:
            nonlocal count
            squeeze = zlib.compressobj(_LEVEL)
            yield squeeze.compress(start)
            for block in blocks:
                digest.update(block)
                count += len(block)
                yield squeeze.compress(block)
            yield squeeze.flush()

        if self._packed:
            self._pack = self._pack or PackWriter(self._directory / "pack", self._repo.hex_length)
            offset = self._pack.add(kind, size, squeezed(b""))
        else:
            self._loose.append((self._write_loose(squeezed(header)), Oid(b"")))
        oid = Oid(digest.hexdigest().encode())
        is_new = count == size and oid not in self._known and (again or self._anew or not self._is_there(oid))
        if self._pack is not None:
            self._pack.keep(oid, offset) if is_new else self._pack.drop(offset)
        else:
            path, _ = self._loose.pop()
            if is_new:
                self._loose.append((path, oid))
            else:
                path.unlink()
        if count != size:
            raise ValueError(count)
        self._known.add(oid)
        return oid

    def _write_loose(self, squeezed: Iterable[bytes]) -> Path:
        make_folder(self._directory)
        path = begun_in(self._directory)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | platforms.NO_FOLLOW
        try:
            with os.fdopen(os.open(path, flags, 0o444), "wb") as stream:
                for block in squeezed:
                    stream.write(block)
        except BaseException:
            with contextlib.suppress(OSError):
                path.unlink()
            raise
        return path

    def _is_there(self, oid: Oid) -> bool:
        """Tells whether the repository has the object; then it is relied on, and made young for ``git prune``."""
        place = self._repo.objects.own_file(oid)
        if place is None or not self._repo.objects.contains(oid):
            return False
        self._relied.add(oid)
        with contextlib.suppress(OSError):
            os.utime(place)
        return True


def _put(path: Path, place: Path) -> None:
    """Gives an object its name; ``git prune`` removes the folder while it is empty, perhaps between our two steps."""
    for left in reversed(range(_TRIES)):
        try:
            make_folder(place.parent)
            path.replace(place)
        except FileNotFoundError:
            if not left:
                raise
        else:
            return
