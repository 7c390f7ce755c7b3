"""Says which two states a person wants to compare, as the words of ``git diff`` do, and reads files from them."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from jupyter_mlgit.git import diff
from jupyter_mlgit.git.cleaning import LARGEST
from jupyter_mlgit.git.diff import FilePair, Version
from jupyter_mlgit.git.folder import Folder
from jupyter_mlgit.git.object_size import object_size
from jupyter_mlgit.git.objects import MissingObject, Oid
from jupyter_mlgit.git.revisions import resolve_commit
from jupyter_mlgit.git.submodules import head_of
from jupyter_mlgit.git.tree_changes import GITLINK
from jupyter_mlgit.problems import BadRequest, DamagedRepository, NoCommonCommit, TooLarge
from jupyter_mlgit.values import Value, argument

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.git.status import StatusCache

_HINT = "Name one commit, two of them as A..B, or A...B for what B did since both were the same."
OWN = "^!"
"""Behind a commit: what it did itself. One with several parents is compared with its first."""


class Comparison(Value):
    """Names two states."""

    revisions: Annotated[
        tuple[str, ...],
        Meta(
            max_length=2,
            description="A commit to compare the working files with, or two: A..B, A...B or A^!; else the index.",
            extra=argument(positional=True, many=True, metavar="REV"),
        ),
    ] = ()
    staged: Annotated[bool, Meta(description="Compare the index instead of the working files.")] = False
    untracked: Annotated[bool, Meta(description="Show untracked files too, as added.")] = False


@dataclass(frozen=True)
class Sides:
    """Two states, and the files that differ between them."""

    old: str
    """What the old side is: ``index``, a commit's full id, or ``empty`` before the first one."""
    new: str
    """The same for the new side: ``working files``, ``index`` or a commit."""
    pairs: list[FilePair]


def find_sides(repo: Repository, status: StatusCache, request: Comparison, *, with_head: bool = False) -> Sides:
    """Finds in what two states differ.

    Args:
        repo: the repository.
        status: its status.
        request: which states.
        with_head: whether working files are compared with HEAD, not with the index, where no commit is named.

    Raises:
        BadRevision: if a revision names no commit.
        NoCommonCommit: if two commits have nothing in common.
        BadRequest: if the words contradict each other, or there are no working files.
        DamagedRepository: if a tree that is needed is not there.
    """
    try:
        sides = _find(repo, status, request, with_head=with_head)
    except MissingObject as error:
        raise DamagedRepository(f"{error}.", "Fetch it again, or look for it in another clone.") from error
    if not request.untracked or sides.new != "working files":
        return sides
    names = [path for path in status.now().untracked if not path.endswith(b"/")]
    found = [FilePair(path, None, Version(path, 0o100644, None), 0) for path in names]
    return replace(sides, pairs=sorted([*sides.pairs, *found]))


def _find(repo: Repository, status: StatusCache, request: Comparison, *, with_head: bool) -> Sides:
    commits = find_commits(repo, request.revisions)
    if len(commits) == 2:  # noqa: PLR2004 -- the old one and the new one
        if request.staged:
            raise BadRequest("Two commits and the index can't all be compared.", _HINT)
        old, new = commits
        return Sides(_name(old), _name(new), diff.between_trees(repo, _tree(repo, old), _tree(repo, new)))
    if repo.bare:
        raise BadRequest("A bare repository has no working files to compare.", _HINT)
    if not commits and not request.staged and not with_head:
        return Sides("index", "working files", diff.of_worktree(repo, status))
    base = commits[0] if commits else repo.refs.head().oid
    tree = _tree(repo, base)
    if request.staged:
        return Sides(_name(base), "index", diff.of_index(status, tree))
    return Sides(_name(base), "working files", diff.of_worktree_and_tree(repo, status, tree))


def find_commits(repo: Repository, revisions: tuple[str, ...]) -> list[Oid | None]:
    """Gives the commits that are named, none to two; None is what there was before the first commit.

    Raises:
        BadRevision: if a revision names no commit.
        NoCommonCommit: if two have nothing in common.
        BadRequest: if there are more than two.
    """
    if len(revisions) > 2:  # noqa: PLR2004 -- the old one and the new one
        raise BadRequest("More than two commits can't be compared.", _HINT)
    if len(revisions) == 2 or not revisions:  # noqa: PLR2004
        return [resolve_commit(repo, one) for one in revisions]
    text = revisions[0]
    if "..." in text:
        one, other = (resolve_commit(repo, name or "HEAD") for name in text.split("...", 1))
        base = repo.graph.merge_base(one, other)
        if base is None:
            raise NoCommonCommit(f"The two sides of '{text}' have no commit in common.", "Compare them with A..B.")
        return [Oid(base), other]
    if ".." in text:
        return [resolve_commit(repo, name or "HEAD") for name in text.split("..", 1)]
    if text.endswith(OWN):
        commit = resolve_commit(repo, text.removesuffix(OWN) or "HEAD")
        return [next((Oid(parent) for parent in repo.graph.parents(commit)), None), commit]
    return [resolve_commit(repo, text)]


def _tree(repo: Repository, commit: bytes | None) -> Oid | None:
    return None if commit is None else repo.objects.commit(commit).tree


def _name(commit: bytes | None) -> str:
    return "empty" if commit is None else commit.decode()


def commit_of(repo: Repository, version: Version) -> bytes | None:
    """Gives the commit that a submodule is at; None where that is unknown, and for what is none."""
    if version.mode != GITLINK:
        return None
    return version.oid or head_of(os.fsencode(repo.top) + b"/" + version.path, repo.hex_length)


def size_of(repo: Repository, version: Version, folder: Folder | None = None) -> int | None:
    """Gives how many bytes a file has, without reading it; None where that can't be told.

    Args:
        repo: the repository.
        version: which file.
        folder: the worktree's folder, for a loop that keeps the way to the last file open.
    """
    if version.mode == GITLINK:
        return 0
    if version.oid is not None:
        return object_size(repo.objects, version.oid)
    found = (folder or Folder(repo.top, repo.hex_length)).status(version.path)
    return None if found is None else found.st_size


def read_version(
    repo: Repository, status: StatusCache, version: Version, most: int = LARGEST, folder: Folder | None = None
) -> tuple[bytes, bool]:
    """Gives a file as git has it or would stage it, and whether that is known.

    Of a working file behind a filter that is not run here, its own bytes are given, and False.

    Args:
        repo: the repository.
        status: its status.
        version: which file.
        most: bytes that are read.
        folder: the worktree's folder, for a loop that keeps the way to the last file open.

    Raises:
        TooLarge: if it has more bytes.
        MissingObject: if it is not there.
        OSError: if a working file can't be read.
    """
    if version.mode == GITLINK:
        return b"", True
    if version.oid is not None:
        small = repo.objects.small(version.oid)
        size = object_size(repo.objects, version.oid) if small is None else len(small)
        if size is not None and size > most:
            raise _too_large(version, most)
        return repo.objects.raw(version.oid, keep=True)[1] if small is None else small, True
    # Whoever opens it refuses a link on the way: what lies behind one is not this repository's.
    found, content = (folder or Folder(repo.top, repo.hex_length)).load(version.path, most)
    if content is None:
        raise _too_large(version, most)
    if stat.S_ISLNK(found.st_mode):
        return content, True
    cleaned = status.cleaned(version.path, content)
    return (content, False) if cleaned is None else (cleaned, True)


def _too_large(version: Version, most: int) -> TooLarge:
    name = version.path.decode("utf-8", "replace")
    return TooLarge(f"{name} is larger than the {in_words(most)} that are compared here.", "Look at it with git diff.")


def in_words(limit: int) -> str:
    """Gives a limit as it is told: ``10 MB`` or ``200 kB``."""
    return f"{limit // 2**20} MB" if limit >= 2**20 else f"{limit // 1000} kB"
