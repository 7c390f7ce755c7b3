"""Says what an act does to the index and the working files, file by file, before and after.

The steps of an act serve three times: to carry it out, to finish it or roll it back after a crash, and to take it
back at any later time. The bytes of both sides are objects of the repository, kept from ``git gc`` by what the act
pins and backs up.
"""

from __future__ import annotations

import json
import os
import stat
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from jupyter_mlgit.git.durable import write_durably
from jupyter_mlgit.git.objects import Oid
from jupyter_mlgit.git.safe_names import require_safe_path
from jupyter_mlgit.git.tree_changes import GITLINK
from jupyter_mlgit.problems import DamagedRepository

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jupyter_mlgit.git.repository import Repository


class FileSide(NamedTuple):
    """A working file: its bytes as they are on disk, unfiltered, or a link's target."""

    mode: int
    """As ``lstat`` gives it; 100644 or 100755 where a commit says what is to be."""
    oid: Oid
    exact: bool = False
    """Whether the permissions are just these; otherwise the person's umask has its say, as in git."""

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link."""
        return stat.S_ISLNK(self.mode)


class IndexSide(NamedTuple):
    """One entry of the index, without what it remembers of the file."""

    mode: int
    oid: Oid
    flags: int = 0
    """The stage and assume-valid, as git stores them."""
    extended: int = 0
    """Skip-worktree and intent-to-add."""


Sides = tuple[IndexSide, ...]
"""All entries of one path: none, one, or up to three in a conflict."""


@dataclass(frozen=True)
class Step:
    """One path before and after."""

    path: bytes
    index: tuple[Sides, Sides] | None = None
    """None where the index stays as it is."""
    file: tuple[FileSide | None, FileSide | None] | None = None
    """None where the working file stays as it is, whatever it is."""
    clean: tuple[bool, bool] = (False, False)
    """Whether the working file is what the index has, so that its times and size may stand there."""
    folder: tuple[bool, bool] = (False, False)
    """Whether a submodule's folder is there. It is made empty, and goes only while it is."""

    def inverse(self) -> Step:
        """Gives the step that takes this one back."""
        return Step(
            self.path,
            None if self.index is None else (self.index[1], self.index[0]),
            None if self.file is None else (self.file[1], self.file[0]),
            (self.clean[1], self.clean[0]),
            (self.folder[1], self.folder[0]),
        )


def keep_steps(repo: Repository, name: str, steps: list[Step]) -> None:
    """Writes the steps of an act down, durably.

    Args:
        repo: the repository.
        name: the act's id.
        steps: one for each path.

    Raises:
        OSError: if they cannot be written.
    """
    content = json.dumps([_packed(one) for one in steps], ensure_ascii=True, separators=(",", ":"))
    write_durably(steps_path(repo, name), zlib.compress(content.encode(), 1))


def kept_steps(repo: Repository, name: str) -> list[Step] | None:
    """Gives the steps that :func:`keep_steps` has written; None when they are gone.

    Raises:
        DamagedRepository: if they cannot be read, or name files outside the worktree.
    """
    path = steps_path(repo, name)
    if path.exists() and not path.is_file():
        raise DamagedRepository(f"{path} is no file.", "Remove it: nobody but this extension should have made it.")
    try:
        found = json.loads(zlib.decompress(path.read_bytes()))
        # A list may be empty; anything else that is none would pass for no steps at all.
        return [_step(*one) for one in (found if isinstance(found, list) else [found])]
    except FileNotFoundError:
        return None
    except (
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        OverflowError,
        RecursionError,
        zlib.error,
    ) as error:
        raise DamagedRepository(
            f"{path}, the list of files that an act has changed, cannot be read.",
            "Compare your files with 'git status'; what was overwritten is in the backups.",
        ) from error


def steps_path(repo: Repository, name: str) -> Path:
    """Gives the file that holds an act's steps."""
    if not name.isalnum():
        raise DamagedRepository(
            f"The operation log names an act {name!a}.", "Remove .git/mlgit/operations.jsonl; nothing else is lost."
        )
    return repo.ours / "files" / f"{name}.json.z"


def _packed(step: Step) -> list[Any]:
    index = (
        None
        if step.index is None
        else [[[one.mode, one.oid.decode(), *one[2:]] for one in side] for side in step.index]
    )
    file = (
        None
        if step.file is None
        else [None if one is None else [one.mode, one.oid.decode(), one.exact] for one in step.file]
    )
    return [os.fsdecode(step.path), index, file, list(step.clean), list(step.folder)]


def _step(
    path: str,
    index: list[Any] | None,
    file: list[Any] | None,
    clean: list[bool],
    folder: Sequence[bool] = (False, False),  # earlier versions did not write it
) -> Step:
    raw = os.fsencode(path)
    found = Step(
        raw,
        None if index is None else (_entries(index[0]), _entries(index[1])),
        None if file is None else (_file(file[0]), _file(file[1])),
        (bool(clean[0]), bool(clean[1])),
        (bool(folder[0]), bool(folder[1])),
    )
    # A planted list must not lead out of the worktree, nor into .git, nor make a device.
    for side in found.file or ():
        require_safe_path(raw, 0 if side is None else side.mode)
        if side is not None and not (stat.S_ISREG(side.mode) or stat.S_ISLNK(side.mode)):
            raise ValueError(side.mode)
    for entry in (one for side in found.index or () for one in side):
        require_safe_path(raw, entry.mode)
        if not (stat.S_ISREG(entry.mode) or stat.S_ISLNK(entry.mode) or entry.mode == GITLINK):
            raise ValueError(entry.mode)
    return found


def _entries(found: list[list[Any]]) -> Sides:
    return tuple(IndexSide(int(mode), Oid(oid.encode()), int(flags), int(more)) for mode, oid, flags, more in found)


def _file(found: list[Any] | None) -> FileSide | None:
    return None if found is None else FileSide(int(found[0]), Oid(found[1].encode()), bool(found[2]))
