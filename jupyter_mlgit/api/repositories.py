"""Keeps the repositories that this server has open: one long-lived object each, so that its caches serve the next.

A request names a folder below the server's root; the repository is the nearest one from there upwards, never
above the roots. The surprise: a folder that was removed and made anew under the same name is another repository,
told apart by its inode.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlgit.api.confinement import check_repository, find_top, is_inside, require_inside, resolve_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_mlgit.git.repository import Repository

OPEN_AT_ONCE = 32

Key = tuple[str, str, int, int]


class Repositories:
    """The repositories below a server's roots, opened when first asked for."""

    def __init__(
        self, root: str, *, allowed_roots: Sequence[str] = (), allow_hidden: bool = False, cache_dir: Path | None = None
    ) -> None:
        """Takes the server's settings.

        Args:
            root: the folder that the server shows.
            allowed_roots: more folders in which repositories, or parts of them, may lie.
            allow_hidden: whether folders that begin with a dot may be shown.
            cache_dir: where the commit graph may keep what it can compute again.
        """
        self.root = Path(os.path.realpath(root))
        self.roots = [self.root, *(Path(os.path.realpath(Path(one).expanduser())) for one in allowed_roots)]
        self._allow_hidden = allow_hidden
        self._cache_dir = cache_dir
        self._open: OrderedDict[Key, Repository] = OrderedDict()
        self._names: dict[Path, str] = {}
        self._lock = threading.Lock()

    def find(self, asked: str) -> Repository:
        """Opens the repository that holds a folder.

        Args:
            asked: the folder's path relative to the server's root, with ``/``; empty for the root itself.

        Raises:
            BadRequest, OutsideServerRoot, NotARepository: see :mod:`jupyter_mlgit.api.confinement`.
            UnsupportedRepository, DamagedRepository: see :func:`jupyter_mlgit.git.repository.open_repository`.
        """
        folder = resolve_folder(asked, self.root, self.roots, allow_hidden=self._allow_hidden)
        repo = self.at(find_top(folder, self.roots))
        with self._lock:
            self._names.setdefault(repo.top, self._shortest(asked, repo.top))
        return repo

    def at(self, top: Path) -> Repository:
        """Opens the repository whose top folder this is, below one of the roots.

        Raises:
            OutsideServerRoot: if it, or a part of it, lies elsewhere.
        """
        from jupyter_mlgit.git.repository import Repository, find_layout

        top = Path(os.path.realpath(top))
        check_repository(top, self.roots)
        layout = find_layout(top, ceiling=top)
        status = layout.git_dir.stat()
        key = (str(layout.worktree), str(layout.git_dir), status.st_dev, status.st_ino)
        with self._lock:
            repo = self._open.get(key)
        if repo is None:
            # Not under the lock: where the file system is slow, only those wait who ask for this repository.
            repo = Repository(layout, self._cache_dir)
            # A thread may still use what falls out of the table below: its files close when nobody has it any more.
            weakref.finalize(repo, repo.objects.close)
        # core.worktree can name any folder, and is known only once the configuration is read.
        if repo.worktree is not None:
            require_inside(repo.worktree, self.roots, "the folder that its core.worktree names")
        with self._lock:
            # Of two that were opened at once, the first to come here is everybody's.
            repo = self._open.setdefault(key, repo)
            self._open.move_to_end(key)
            while len(self._open) > OPEN_AT_ONCE:
                self._open.popitem(last=False)
        return repo

    def forget(self) -> None:
        """Lets go of every repository."""
        with self._lock:
            self._open.clear()

    def name_of(self, top: Path) -> str:
        """Gives the path, relative to the server's root, by which a browser knows a repository's top folder.

        A repository that begins above the root is known by the root itself, the empty path.
        """
        if is_inside(top, [self.root]):
            relative = os.path.relpath(top, self.root)
            return "" if relative == "." else relative.replace(os.sep, "/")
        with self._lock:
            return self._names.get(top, "")

    def _shortest(self, asked: str, top: Path) -> str:
        """Goes up from the asked folder, as it was written, for as long as that stays in the repository."""
        parts = [part for part in asked.split("/") if part not in ("", ".")]
        while parts and is_inside(Path(os.path.realpath(self.root / Path(*parts[:-1]))), [top]):
            parts.pop()
        return "/".join(parts)
