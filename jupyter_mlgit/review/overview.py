"""Says which files differ between two states, and how the two stand to each other, without reading any file.

Names move while somebody reads. So the answer carries the words that ask for exactly the same again, whatever moves
(``exact``), and a stamp that tells whether the names still mean it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from jupyter_mlgit.git.kinds import Kind
from jupyter_mlgit.git.revisions import resolve_commit
from jupyter_mlgit.journal.status_cache import status_cache
from jupyter_mlgit.review.diff import ChangeKind, named, stamp_of
from jupyter_mlgit.review.sides import OWN, Comparison, find_commits, find_sides
from jupyter_mlgit.values import Value, moment, visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.diff import FilePair
    from jupyter_mlgit.git.objects import Oid
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context


class OverviewRequest(Comparison):
    """Asks which files differ."""

    files: Annotated[bool, Meta(description="Name the files, too.")] = True


class OverviewSide(Value):
    """One of the two states."""

    name: str
    """As it was asked for: a revision, ``index`` or ``working files``."""
    id: str | None
    """The commit; null for the index, the working files, and what there was before the first commit."""
    subject: str | None
    author: str | None
    when: str | None
    parents: int
    """How many commits it follows; 0 where it is none."""


class ChangedFile(Value):
    """One file that differs."""

    path: str
    old_path: str | None
    """Null unless it was renamed."""
    change: ChangeKind
    kind: Kind
    """By its name: nothing was read."""
    old_mode: int
    """As git counts modes; 0 where the file is not there."""
    new_mode: int
    likeness: int | None
    """Of a renamed file, how much of it is the same, in percent."""
    conflict: bool
    content: str
    """Changes whenever either side does."""


class Overview(Value):
    """Which files differ between two states."""

    old: OverviewSide
    new: OverviewSide
    base: str | None
    """For ``A...B`` the newest commit that both have; null for others."""
    ahead: int | None
    """Commits that only the new side has; null where a side is no commit. HEAD's stand for the working files'."""
    behind: int | None
    """Commits that only the old side has."""
    exact: tuple[str, ...]
    """The revisions that ask for the same again, whatever moves."""
    stamp: str
    """Changes when either side does."""
    count: int | None
    """Of files; null where they were not asked for."""
    files: tuple[ChangedFile, ...]
    """By path; none where they were not asked for."""


def give_overview(repo: Repository, request: OverviewRequest, context: Context) -> Overview:
    """Says which files differ and how both sides stand to each other.

    Raises:
        BadRevision: if a revision names no commit.
        NoCommonCommit: if two commits have nothing in common.
        BadRequest: if the words of the request contradict each other.
        DamagedRepository: if something that is needed is missing from the repository.
    """
    del context
    commits = find_commits(repo, request.revisions)
    names = _names(request)
    since = _is_since(request)
    tips: list[Oid | None] = [resolve_commit(repo, name) for name in names] if since else commits
    between = len(commits) == 2  # noqa: PLR2004 -- the old one and the new one
    # Between commits nothing but the names can move, so that a mere look reads no tree.
    sides = find_sides(repo, status_cache(repo), request) if request.files or not between else None
    head = repo.refs.head().oid
    if not commits and request.staged:
        tips = [head]
    old, new = (tips[0] if tips else None), (tips[1] if between else head)
    counts = repo.graph.ahead_behind(new, old) if old and new else None
    return Overview(
        old=_side(repo, names[0] if names else "index", old),
        new=_side(repo, names[1], new)
        if between
        else _side(repo, "index" if request.staged else "working files", None),
        base=commits[0].decode() if since and commits[0] else None,
        ahead=counts[0] if counts else None,
        behind=counts[1] if counts else None,
        exact=_exact(commits),
        stamp=_stamp(repo, tips, [] if between or sides is None else sides.pairs),
        count=len(sides.pairs) if sides else None,
        files=tuple(_file(repo, pair, request) for pair in sides.pairs) if sides and request.files else (),
    )


def _is_since(request: Comparison) -> bool:
    return len(request.revisions) == 1 and "..." in request.revisions[0]


def _names(request: Comparison) -> list[str]:
    """Gives what each commit is called, none to two."""
    if len(request.revisions) != 1:
        return list(request.revisions) or (["HEAD"] if request.staged else [])
    (text,) = request.revisions
    for dots in ("...", ".."):
        if dots in text:
            return [name or "HEAD" for name in text.split(dots, 1)]
    if text.endswith(OWN):
        name = text.removesuffix(OWN) or "HEAD"
        return [f"{name}^", name]
    return [text]


def _side(repo: Repository, name: str, oid: Oid | None) -> OverviewSide:
    if oid is None:
        return OverviewSide(name=name, id=None, subject=None, author=None, when=None, parents=0)
    commit = repo.objects.commit(oid)
    return OverviewSide(
        name=name,
        id=oid.decode(),
        subject=visible(commit.subject),
        author=visible(commit.author.name),
        when=moment(commit.author.time, commit.author.zone),
        parents=len(commit.parents),
    )


def _exact(commits: list[Oid | None]) -> tuple[str, ...]:
    named = [oid.decode() for oid in commits if oid]
    return (named[0] + OWN,) if len(commits) > len(named) else tuple(named)


def _stamp(repo: Repository, tips: list[Oid | None], pairs: list[FilePair]) -> str:
    digest = hashlib.sha256(b" ".join(tip or b"-" for tip in tips))
    for pair in pairs:
        digest.update(b"\n%s\0%s" % (pair.path, stamp_of(repo, pair).encode()))
    return digest.hexdigest()


def _file(repo: Repository, pair: FilePair, request: Comparison) -> ChangedFile:
    known = named(pair, untracked=request.untracked)
    return ChangedFile(
        **known._asdict(),
        likeness=pair.score if known.change == "renamed" else None,
        content=stamp_of(repo, pair),
    )
