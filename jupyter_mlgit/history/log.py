"""Lists the commits of any revision, newest first, a page at a time; of one file or folder where one is named."""

from __future__ import annotations

import os
from itertools import islice
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from jupyter_mlgit.git.objects import MissingObject, Oid
from jupyter_mlgit.git.path_history import commits_of_path
from jupyter_mlgit.git.refs import HEADS, OURS, REMOTES, TAGS
from jupyter_mlgit.git.revisions import resolve_commit
from jupyter_mlgit.problems import BadRequest, BadRevision, DamagedRepository
from jupyter_mlgit.values import Value, argument, moment, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context

PAGE = 50


class LogRequest(Value):
    """Asks for commits."""

    rev: Annotated[
        str, Meta(description="A branch, tag or commit; HEAD without one.", extra=argument(positional=True))
    ] = "HEAD"
    n: Annotated[
        int, Meta(ge=1, le=1000, description="How many at the most.", extra=argument(flag="-n", metavar="COUNT"))
    ] = PAGE
    after: Annotated[
        str | None, Meta(description="Begin behind this commit of the list.", extra=argument(metavar="ID"))
    ] = None
    path: Annotated[
        str | None,
        Meta(
            description="Only commits that changed this file or folder.", extra=argument(metavar="PATH", is_path=True)
        ),
    ] = None


class LogCommit(Value):
    """One commit."""

    id: str
    parents: list[str]
    subject: str
    body: str
    author: str
    authored: str
    committed: str
    refs: list[str]
    """Branches, remote branches and tags at this commit, as git shortens them; ``HEAD`` where it is checked out."""
    pushed: bool
    """Whether a remote branch has it."""


class Log(Value):
    """A page of commits."""

    commits: list[LogCommit]
    more: bool
    """Whether older ones follow; the last one's id is the next page's ``after``."""


def read_log(repo: Repository, request: LogRequest, context: Context) -> Log:
    """Lists commits.

    Raises:
        BadRevision: if the revision names no commit, or ``after`` is not in the list.
        BadRequest: if the path is not inside the repository.
    """
    del context
    if request.rev == "HEAD" and repo.refs.head().oid is None:
        return Log(commits=[], more=False)
    tip = resolve_commit(repo, request.rev)
    found = list(islice(_listed(repo, tip, request), request.n + 1))
    names = _names(repo)
    remote = repo.graph.reachable_from(oid for name, oid in repo.refs.all().items() if name.startswith(REMOTES))
    commits = [_described(repo, oid, names, pushed=remote.contains(oid)) for oid in found[: request.n]]
    return Log(commits=commits, more=len(found) > request.n)


def _listed(repo: Repository, tip: Oid, request: LogRequest) -> Iterator[Oid]:
    after = None if request.after is None else request.after.encode("ascii", "replace")
    oids = _pages(repo, tip, request.n) if request.path is None else _of_path(repo, tip, request.path)
    if after is not None:
        for oid in oids:
            if oid == after:
                break
        else:
            raise BadRevision(
                f"'{request.after}' is not in this list of commits.", "List them anew, from the beginning."
            )
    return oids


def _pages(repo: Repository, tip: Oid, size: int) -> Iterator[Oid]:
    """Yields all ancestors, and walks only a little further than is asked for."""
    everything, done = repo.graph.reachable_from(()), 0
    while True:
        size *= 2
        page = everything.unique(tip, size)
        yield from map(Oid, page[done:])
        if len(page) < size:
            return
        done = len(page)


def _of_path(repo: Repository, tip: Oid, path: str) -> Iterator[Oid]:
    name = os.path.normpath(path)
    if name == ".." or name.startswith(("/", "../")):
        raise BadRequest(f"{path} is not inside this repository.", "Name a path below its top folder.")
    try:
        yield from commits_of_path(repo, tip, os.fsencode("" if name == "." else name))
    except MissingObject as error:
        raise DamagedRepository(
            f"The history of {path} cannot be followed: {error}.", "Run 'git fsck' in a terminal."
        ) from error


def _names(repo: Repository) -> dict[bytes, list[str]]:
    found: dict[bytes, list[str]] = {}
    head = repo.refs.head()
    if head.oid is not None:
        found[head.oid] = ["HEAD"]
    for name, oid in sorted(repo.refs.all().items()):
        if name.startswith(OURS):
            continue
        short = name.removeprefix(HEADS).removeprefix(REMOTES).removeprefix(TAGS)
        commit = repo.objects.peel(oid)[1] if name.startswith(TAGS) and repo.objects.contains(oid) else oid
        found.setdefault(commit, []).append(visible(short))
    return found


def _described(repo: Repository, oid: Oid, names: dict[bytes, list[str]], *, pushed: bool) -> LogCommit:
    commit = repo.objects.commit(oid)
    body = commit.message.lstrip(b"\n").partition(b"\n\n")[2]
    return LogCommit(
        id=oid.decode(),
        parents=[parent.decode() for parent in repo.graph.parents(oid)],
        subject=visible(commit.subject),
        body=visible(body.strip(b"\n")),
        author=visible(commit.author.name),
        authored=moment(commit.author.time, commit.author.zone),
        committed=moment(commit.committer.time, commit.committer.zone),
        refs=names.get(oid, []),
        pushed=pushed,
    )
