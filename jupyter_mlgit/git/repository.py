"""Finds and opens a repository: worktrees, ``.git`` files, bare, unborn, detached, shallow, SHA-256, alternates.

A bare repository opens only when it is named itself and does not lie in a worktree, where it could be planted
(git-config(1), safe.bareRepository).
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from jupyter_mlgit.git.config import Config, as_flag, as_number
from jupyter_mlgit.git.objects import Objects
from jupyter_mlgit.git.ownership import foreign_owner
from jupyter_mlgit.git.refs import Refs
from jupyter_mlgit.problems import DamagedRepository, NotARepository, UnsupportedRepository, UntrustedRepository

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_mlgit.git.graph import CommitGraph

_KNOWN_EXTENSIONS = frozenset(
    {
        "noop",
        "noop-v1",
        "objectformat",
        "partialclone",
        "preciousobjects",
        "refstorage",
        "relativeworktrees",
        "worktreeconfig",
    }
)
_NEEDS_VERSION_1 = frozenset({"noop-v1", "objectformat", "compatobjectformat", "refstorage", "relativeworktrees"})


@dataclass(frozen=True)
class Layout:
    """Where the parts of a repository lie, all paths resolved."""

    worktree: Path | None
    git_dir: Path
    common_dir: Path
    git_file: Path | None
    """The ``.git`` file of a linked worktree or submodule."""


def find_layout(start: Path, ceiling: Path | None = None) -> Layout:
    """Looks for a repository in ``start`` and the folders above it.

    Args:
        start: an absolute path; it may name a file.
        ceiling: the last folder to look in; None means the file system's root.

    Raises:
        NotARepository: if there is none.
        DamagedRepository: if a ``.git`` file leads nowhere, or a folder on the way may not be looked into.
    """
    try:
        return _find(start.resolve(), ceiling)
    except OSError as error:
        raise DamagedRepository(
            f"{error.filename or start} cannot be looked into: {error.strerror or error}.", "Check its permissions."
        ) from error


def _find(start: Path, ceiling: Path | None) -> Layout:
    is_linked = (start / "commondir").exists()
    if _is_git_dir(start) and start.name != ".git" and not is_linked and not _has_worktree_above(start):
        return Layout(None, start, start, None)
    here = start
    while ".git" not in here.parts:
        candidate = here / ".git"
        if candidate.is_dir() and _is_git_dir(candidate):
            return Layout(here, candidate.resolve(), _common_dir(candidate.resolve()), None)
        if candidate.is_file():
            git_dir = _follow(candidate)
            return Layout(here, git_dir, _common_dir(git_dir), candidate)
        if here in (ceiling, here.parent):
            break
        here = here.parent
    raise NotARepository(
        f"{start} is not in a git repository.",
        "Open a folder that is one, or run 'git init' in a terminal to make one.",
    )


class Repository:
    """An open repository, kept for as long as somebody looks at it; hold :attr:`lock` while using it."""

    def __init__(self, layout: Layout, cache_dir: Path | None = None) -> None:
        """Opens what ``layout`` describes.

        Args:
            layout: where its parts lie.
            cache_dir: a folder outside the repository for what can be computed again; None keeps nothing.

        Raises:
            UnsupportedRepository: for a format that we cannot read.
            DamagedRepository: if its configuration cannot be parsed.
        """
        self.layout = layout
        self.git_dir = layout.git_dir
        self.common_dir = layout.common_dir
        self.lock = threading.RLock()
        self.config = Config(layout.common_dir, layout.git_dir)
        self._cache_dir = cache_dir
        object_format = self._check_format()
        self.worktree = self._worktree()
        self.bare = self.worktree is None
        self.objects = Objects(self.common_dir / "objects", object_format)
        self.hex_length = self.objects.hex_length
        self.refs = Refs(self.common_dir, self.git_dir, self.hex_length)
        self.memory: dict[str, object] = {}
        """What feature modules keep with the open repository, by their own keys."""

    @property
    def read_only(self) -> str | None:
        """Why nothing may be written here, or None; asked anew each time, since a person may declare it safe."""
        return self._foreign() or self.refs.damage()

    @property
    def top(self) -> Path:
        """The folder that a person thinks of as the repository."""
        return self.worktree or self.git_dir

    @property
    def ours(self) -> Path:
        """Our own folder in the repository's common directory."""
        return self.common_dir / "mlgit"

    @property
    def staging(self) -> Path:
        """Where the locks that we take are staged."""
        return self.ours / "locks"

    @property
    def zero(self) -> bytes:
        """The object name that stands for "nothing"."""
        return b"0" * self.hex_length

    @cached_property
    def graph(self) -> CommitGraph:
        """The commits' parents, read as far as they are needed."""
        from jupyter_mlgit.git.graph import CommitGraph

        return CommitGraph(self.objects, self.common_dir, cache_dir=self._cache_dir)

    def require_writable(self) -> None:
        """Refuses an act in somebody else's repository, and in one whose refs cannot all be read.

        Raises:
            UntrustedRepository: with the reason.
            DamagedRepository: with what is damaged; an act would take what cannot be read for gone.
        """
        foreign = self._foreign()
        if foreign:
            raise UntrustedRepository(
                foreign + " It is shown read-only.",
                f"If you trust its owner, run: git config --global --add safe.directory '{self.top}'",
            )
        damage = self.refs.damage()
        if damage:
            raise DamagedRepository(
                damage + " Nothing is changed here until that is mended.",
                "For HEAD, write 'ref: refs/heads/main' (or your branch, see the end of logs/HEAD) into it; take "
                "packed-refs from a backup, or remove the lines that are not refs from it.",
            )

    def close(self) -> None:
        """Lets go of open files."""
        self.objects.close()

    def _foreign(self) -> str | None:
        owned = (self.worktree, self.git_dir, self.layout.git_file)
        return foreign_owner([path for path in owned if path is not None], self.config)

    def _worktree(self) -> Path | None:
        if self.layout.worktree is None or as_flag(self.config.layout("bare") or b"false"):
            return None
        named = self.config.layout("worktree")
        return (self.git_dir / os.fsdecode(named)).resolve() if named else self.layout.worktree

    def _check_format(self) -> str:
        """Gives the object format; refuses what git itself would (gitrepository-layout(5), extensions)."""
        named = self.config.format("core", "repositoryFormatVersion")
        version = 0 if named is None else as_number(named)
        if version not in (0, 1):
            raise _unsupported(f"has format version {(named or b'').decode('ascii', 'replace')}, which is not known")
        object_format = "sha1"
        for name, value in self.config.values("extensions", None):
            extension = name.decode("ascii", "replace").lower()
            text = value.decode("ascii", "replace").lower()
            if version == 0 and extension in _NEEDS_VERSION_1:
                raise _unsupported(f"uses git's extension '{extension}' in format version 0, which is not allowed")
            if version == 1 and extension not in _KNOWN_EXTENSIONS:
                raise _unsupported(f"uses git's extension '{extension}', which is not known")
            if extension == "refstorage" and text != "files":
                raise UnsupportedRepository(
                    f"This repository keeps its refs as '{text}', which cannot be read here.",
                    "Run 'git refs migrate --ref-format=files' (git 2.48 or newer) to turn it into the usual form.",
                )
            if extension == "objectformat":
                object_format = text
        if object_format not in ("sha1", "sha256"):
            raise _unsupported(f"names its objects by '{object_format}', which is not known")
        return object_format


def open_repository(start: Path, *, ceiling: Path | None = None, cache_dir: Path | None = None) -> Repository:
    """Finds the repository that holds ``start`` and opens it; see :func:`find_layout` and :class:`Repository`."""
    layout = find_layout(start, ceiling)
    return Repository(layout, cache_dir)


def _unsupported(why: str) -> UnsupportedRepository:
    return UnsupportedRepository(f"This repository {why} here.", "Use git itself in a terminal for this repository.")


def _is_git_dir(path: Path) -> bool:
    return (path / "HEAD").is_file() and (
        ((path / "objects").is_dir() and (path / "refs").is_dir()) or (path / "commondir").is_file()
    )


def _has_worktree_above(path: Path) -> bool:
    return any((parent / ".git").exists() or parent.name == ".git" for parent in (path, *path.parents))


def _follow(git_file: Path) -> Path:
    try:
        text = git_file.read_bytes()[:8192]
    except OSError as error:
        raise DamagedRepository(f"{git_file} cannot be read.", "Check its permissions.") from error
    target = os.fsdecode(text.partition(b"gitdir:")[2].strip(b"\r\n "))
    git_dir = (git_file.parent / target).resolve() if target and "\0" not in target else None
    if git_dir is None or not _is_git_dir(git_dir):
        raise DamagedRepository(
            f"{git_file} does not lead to a git directory.",
            "Run 'git worktree repair' in the main worktree, or remove that file if it is a leftover.",
        )
    return git_dir


def _common_dir(git_dir: Path) -> Path:
    try:
        named = os.fsdecode((git_dir / "commondir").read_bytes().strip(b"\r\n"))
    except OSError:
        return git_dir
    return (git_dir / named).resolve()
