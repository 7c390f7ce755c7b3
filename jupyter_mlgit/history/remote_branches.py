"""Lists the branches of the remotes as they were when they were last fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.git.objects import MissingObject
from jupyter_mlgit.git.refs import HEADS, REMOTES
from jupyter_mlgit.git.upstream import remote_branch
from jupyter_mlgit.problems import DamagedRepository
from jupyter_mlgit.values import Value, moment, visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.objects import Oid
    from jupyter_mlgit.git.repository import Repository


class RemoteBranch(Value):
    """One branch of a remote."""

    name: str
    """For example ``origin/exp/lr-3e4``."""
    tip: str
    subject: str | None
    """Null when its commit is missing."""
    when: str | None
    branch: str | None
    """What it is called there, and so what a local one is called that follows it; null when no remote is known."""
    local: bool
    """Whether there is a local branch of that name."""


def remote_branches(repo: Repository, refs: dict[bytes, Oid]) -> list[RemoteBranch]:
    """Gives the branches of all remotes by name.

    Args:
        repo: the repository.
        refs: all refs.
    """
    found = []
    with repo.config.held():
        for name in remote_names(repo, refs):
            source = remote_branch(repo, name)
            branch = source[1].removeprefix(HEADS) if source and source[1].startswith(HEADS) else None
            subject, when = last_commit(repo, refs[name])
            found.append(
                RemoteBranch(
                    name=visible(name.removeprefix(REMOTES)),
                    tip=refs[name].decode(),
                    subject=subject,
                    when=when,
                    branch=None if branch is None else visible(branch),
                    local=branch is not None and HEADS + branch in refs,
                )
            )
    return found


def remote_names(repo: Repository, refs: dict[bytes, Oid]) -> list[bytes]:
    """Gives the full names of the remotes' branches, without those that only stand for another one."""
    return sorted(name for name in refs if name.startswith(REMOTES) and not repo.refs.is_symbolic(name))


def last_commit(repo: Repository, tip: Oid) -> tuple[str | None, str | None]:
    """Gives a commit's subject and time; neither where it is missing."""
    try:
        commit = repo.objects.commit(tip)
    except (MissingObject, DamagedRepository):
        return None, None
    return visible(commit.subject), moment(commit.committer.time, commit.committer.zone)
