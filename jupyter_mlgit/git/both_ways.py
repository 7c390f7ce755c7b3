"""Says what a working file is to a commit: which bytes git would write for it, and which git would store of it.

The attributes of one moment decide that. An act may change them, so there is one of these for the files as they are
and another for the files as they will be.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import stat
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from jupyter_mlgit.git.cleaning import LARGEST, LARGEST_POINTER, PLAIN, Cleaning, is_pointer, pointer_for
from jupyter_mlgit.git.conversions import Conversions
from jupyter_mlgit.git.move_checks import missing_content
from jupyter_mlgit.git.objects import MissingObject, Oid
from jupyter_mlgit.git.smudging import AS_STORED, CannotConvert, Smudging, smudged, to_convert
from jupyter_mlgit.problems import UnsupportedRepository

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_mlgit.git.cleaning import Filter
    from jupyter_mlgit.git.folder import Folder, OnDisk
    from jupyter_mlgit.git.objects import TreeEntry
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.git.smudging import WayOut

    Make = Callable[[], bytes]

_BLOCK = 2**20
_USE_GIT = "Use git in a terminal for this."


class Contents(Mapping[Oid, bytes]):
    """Files' bytes that no commit has, by name. They are made anew whenever they are asked for: all would be much."""

    def __init__(self) -> None:
        """Holds none yet."""
        self._makers: dict[Oid, Make] = {}

    def add(self, oid: Oid, make: Make) -> None:
        """Takes in what gives the bytes of this name."""
        self._makers[oid] = make

    def maker(self, oid: Oid) -> Make | None:
        """Gives what makes the bytes of this name."""
        return self._makers.get(oid)

    def __getitem__(self, oid: Oid) -> bytes:
        """Gives the bytes of this name."""
        return self._makers[oid]()

    def __contains__(self, oid: object) -> bool:
        """Tells whether it is known, without making the bytes."""
        return oid in self._makers

    def __iter__(self) -> Iterator[Oid]:
        """Yields the names."""
        return iter(self._makers)

    def __len__(self) -> int:
        """Gives how many there are."""
        return len(self._makers)


class BothWays:
    """The ways out and in by the attributes of one moment."""

    def __init__(
        self,
        repo: Repository,
        in_folder: Callable[[bytes], bytes | None],
        staged: Callable[[bytes], bytes | None],
        run: Filter | None,
    ) -> None:
        """Takes where the attributes come from.

        Args:
            repo: the repository.
            in_folder: gives the content of a folder's ``.gitattributes`` at that moment.
            staged: gives what the index has under a name at that moment.
            run: knows filters that can be done in this process.
        """
        conversions = Conversions(repo, in_folder)
        self._repo = repo
        self._smudging = Smudging(repo, conversions)
        self._cleaning = Cleaning(repo, conversions, staged, run)
        self._digest = hashlib.sha1 if repo.hex_length == 40 else hashlib.sha256  # noqa: PLR2004 -- git's names
        self.made = Contents()
        """What :meth:`written` has found to be no commit's bytes."""

    def written(self, path: bytes, target: TreeEntry) -> Oid:
        """Gives the name of the bytes that git writes for what a commit has.

        Raises:
            UnsupportedRepository: where a filter would have to run, and where a content cannot be converted.
            DamagedRepository: if the content cannot be read.
        """
        way = AS_STORED if stat.S_ISLNK(target.mode) else self._smudging.way_out(path)
        shown = path.decode("utf-8", "replace")
        if way.refused:
            raise UnsupportedRepository(
                f"{shown} needs {way.refused} on its way to the working files, which is not done here.", _USE_GIT
            )
        if way == AS_STORED:
            return target.oid
        try:
            content = _converted(self._repo, path, target.oid, way)
        except CannotConvert as error:
            raise UnsupportedRepository(f"{shown} cannot be written: {error}.", _USE_GIT) from error
        if content is None:
            return target.oid
        oid = self._named(content)
        if oid != target.oid:
            self.made.add(oid, functools.partial(_made_again, self._repo, path, target.oid, way))
        return oid

    def stored(self, path: bytes, on_disk: OnDisk, top: Folder) -> bytes | None:
        """Gives the name of what git would store of a working file.

        What only a program could clean counts as cleaned: if it is stored already, that is what would be stored.
        """
        steps = PLAIN if stat.S_ISLNK(on_disk.status.st_mode) else self._cleaning.steps(path)
        if steps.only_checksum and on_disk.status.st_size > LARGEST_POINTER:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError), top.reading(path) as (stream, _):
                return self._named(pointer_for(iter(functools.partial(stream.read, _BLOCK), b"")))
            return None
        if steps == PLAIN or on_disk.status.st_size > LARGEST:
            return on_disk.oid
        content = top.content(path)
        if content is None:
            return None
        cleaned = self._cleaning.clean(path, content, steps)
        content = content if cleaned is None else cleaned
        return self._named(content)

    def _named(self, content: bytes) -> Oid:
        return Oid(self._digest(b"blob %d\0" % len(content) + content).hexdigest().encode())

    def hides(self, path: bytes) -> bool:
        """Tells whether a filter takes out a part of the file on its way in, which no commit has then."""
        steps = self._cleaning.steps(path)
        return steps.command is not None or steps.lfs

    def require_no_large_file(self, path: bytes, target: TreeEntry, on_disk: OnDisk | None, top: Folder) -> None:
        """Refuses to write a pointer of Git LFS over the file that it stands for, or any other.

        Raises:
            UnsupportedRepository: naming it.
        """
        if on_disk is None or not stat.S_ISREG(on_disk.status.st_mode) or not self._smudging.way_out(path).lfs:
            return
        if not is_pointer(b"".join(_blocks(self._repo, path, target.oid, LARGEST_POINTER))):
            return
        content = top.content(path) if on_disk.status.st_size < LARGEST_POINTER else None
        if content is None or (content and not is_pointer(content)):
            shown = path.decode("utf-8", "replace")
            raise UnsupportedRepository(
                f"{shown} is kept with Git LFS, and another version of the large file is not fetched here.",
                "Use git in a terminal where Git LFS is installed: see 'git lfs status'.",
                files=[shown],
            )


def _converted(repo: Repository, path: bytes, oid: Oid, way: WayOut) -> bytes | None:
    """Gives the bytes that git writes; None for those that are stored."""
    content = to_convert(_blocks(repo, path, oid), way)
    return None if content is None else smudged(content, oid, way)


def _made_again(repo: Repository, path: bytes, oid: Oid, way: WayOut) -> bytes:
    return smudged(b"".join(_blocks(repo, path, oid)), oid, way)


def _blocks(repo: Repository, path: bytes, oid: Oid, most: int | None = None) -> Iterator[bytes]:
    """Yields a content in pieces, and no more of them when there were so many bytes."""
    given = 0
    try:
        for block in repo.objects.blocks(oid):
            yield block
            given += len(block)
            if most is not None and given >= most:
                return
    except MissingObject as error:
        raise missing_content(path.decode("utf-8", "replace"), error) from error
