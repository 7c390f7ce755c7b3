"""Names the files that differ between two of: a commit's tree, the index, the working files (git-diff(1)).

A file stands for itself by mode and object; a working file has no object yet. Renames are looked for as ``git status``
does. What is untracked differs from nothing and is not named.
"""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.git.folder import Folder, folders_above
from jupyter_mlgit.git.index import read_index
from jupyter_mlgit.git.renames import SAME, Side, find_renames, rename_limit
from jupyter_mlgit.git.tree_changes import tree_changes
from jupyter_mlgit.git.tree_files import TreeFiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jupyter_mlgit.git.objects import Oid, TreeEntry
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.git.status import Change, StatusCache


_OURS = 2


class Version(NamedTuple):
    """A file on one side."""

    path: bytes
    mode: int
    oid: bytes | None
    """None for a working file."""


class FilePair(NamedTuple):
    """A file that differs; a side is None where it is not there."""

    path: bytes
    """Its name on the new side, or on the old one if it is gone."""
    old: Version | None
    new: Version | None
    score: int
    """In a rename the likeness in percent, otherwise 0."""
    conflict: bool = False


def between_trees(repo: Repository, old: Oid | None, new: Oid | None) -> list[FilePair]:
    """Gives the files that differ between two trees, by name.

    Raises:
        MissingObject: if a tree that is needed is not there.
        TooLarge: if too many folders differ.
    """
    found: dict[bytes, FilePair] = {}
    went, came = [], []
    for change in tree_changes(repo.objects, old, new):
        pair = FilePair(change.path, _version(change.path, change.old), _version(change.path, change.new), 0)
        found[change.path] = pair
        if pair.old and pair.old.oid and not pair.new:
            went.append(Side(pair.path, pair.old.mode, pair.old.oid))
        if pair.new and pair.new.oid and not pair.old:
            came.append(Side(pair.path, pair.new.mode, pair.new.oid))
    limit = rename_limit(repo.config)
    if limit is not None and went and came:
        renames = find_renames(sorted(went), sorted(came), _stored(repo), limit)
        for path, (source, score) in renames.items():
            found[path] = found[path]._replace(old=found.pop(source).old, score=score * 100 // SAME)
    return [found[path] for path in sorted(found)]


def of_index(status: StatusCache, tree: Oid | None) -> list[FilePair]:
    """Gives the files whose entry in the index differs from a tree."""
    return [
        FilePair(one.path, _of_side(one.head), _of_side(one.staged), one.score if one.index_change == "R" else 0)
        for one in status.against(tree).changes
        if one.index_change
    ]


def of_worktree(repo: Repository, status: StatusCache) -> list[FilePair]:
    """Gives the tracked working files that differ from the index; those in conflict differ from our side."""
    changes = [one for one in status.now().changes if one.worktree_change or one.conflict]
    ours = _ours(repo) if any(one.conflict for one in changes) else {}
    return [_in_worktree(repo, one, ours.get(one.path) if one.conflict else one.staged) for one in changes]


def of_worktree_and_tree(repo: Repository, status: StatusCache, tree: Oid | None) -> list[FilePair]:
    """Gives the tracked working files that differ from a tree; of such as differ twice, it is not known whether."""
    files = TreeFiles(repo.objects, tree)
    return [
        _in_worktree(repo, one, _in_tree(files, one.path) if one.conflict else one.head)
        if one.worktree_change or one.conflict
        else _as_staged(one)
        for one in status.against(tree).changes
    ]


def _in_tree(files: TreeFiles, path: bytes) -> Side | None:
    entry = files.get(path)
    return None if entry is None else Side(path, entry.mode, entry.oid)


def _ours(repo: Repository) -> dict[bytes, Side]:
    """Gives our side of what is in conflict."""
    index = read_index(repo.git_dir / "index", repo.hex_length)
    return {one.path: Side(one.path, one.mode, one.oid) for one in index.entries if one.stage == _OURS}


def _in_worktree(repo: Repository, change: Change, old: Side | None) -> FilePair:
    there = bool(change.worktree_change != "D" and change.mode)
    if change.conflict:
        found = Folder(repo.top, repo.hex_length).status(change.path)
        there = found is not None and not stat.S_ISDIR(found.st_mode)
    new = Version(change.path, change.mode or 0o100644, None) if there else None
    renamed = old is not None and old.path != change.path
    return FilePair(change.path, _of_side(old), new, change.score if renamed else 0, bool(change.conflict))


def _as_staged(change: Change) -> FilePair:
    return FilePair(change.path, _of_side(change.head), _of_side(change.staged), change.score)


def _of_side(side: Side | None) -> Version | None:
    return None if side is None else Version(*side)


def _version(path: bytes, entry: TreeEntry | None) -> Version | None:
    return None if entry is None else Version(path, entry.mode, entry.oid)


def _stored(repo: Repository) -> Callable[[Side], bytes | None]:
    def read(side: Side) -> bytes | None:
        try:
            return repo.objects.raw(side.oid)[1]
        except KeyError:
            return None

    return read


def chosen(pairs: Iterable[FilePair], paths: list[bytes]) -> list[FilePair]:
    """Keeps the files of these names, and those below folders of these names; all of them without any name."""
    if not paths:
        return list(pairs)
    names = {path.strip(b"/") for path in paths}
    return [pair for pair in pairs if any(_is_or_below(one.path, names) for one in (pair.old, pair.new) if one)]


def _is_or_below(path: bytes, names: set[bytes]) -> bool:
    return path in names or b"" in names or any(folder in names for folder in folders_above(path))
