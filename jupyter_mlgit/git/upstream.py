"""Finds what a branch follows, and what a new one would follow.

Sources: git-config(1), branch.<name>.remote, branch.<name>.merge, remote.<name>.fetch, branch.autoSetupMerge and
branch.autoSetupRebase; git-fetch(1), CONFIGURED REMOTE-TRACKING BRANCHES.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.git.config import as_flag
from jupyter_mlgit.git.refs import HEADS

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository

Settings = list[tuple[bytes, bytes]]


def upstream_of(repo: Repository, short: bytes) -> bytes | None:
    """Gives the full name of the ref that a branch follows, whether it exists or not; None when there is none."""
    remote = repo.config.get("branch", "remote", short)
    merge = repo.config.get("branch", "merge", short)
    return None if not remote or not merge else tracking_ref(repo, remote, merge)


def tracking_ref(repo: Repository, remote: bytes, merge: bytes) -> bytes | None:
    """Gives the full name of the ref that a remote's branch is fetched into; None where it is not fetched.

    Args:
        repo: the repository.
        remote: the remote's name, which may hold slashes; "." is this repository.
        merge: the branch's full name there.
    """
    if remote == b".":
        return merge
    for source, target in _fetched(repo, remote):
        found = _mapped(merge, source, target)
        if found is not None:
            return found
    return None


def remote_branches_called(repo: Repository, short: bytes) -> list[tuple[bytes, bytes]]:
    """Gives each remote that has a branch of this short name, with the ref that it is fetched into."""
    found = [
        (remote, tracking_ref(repo, remote, HEADS + short)) for remote in sorted(repo.config.subsections("remote"))
    ]
    refs = repo.refs.all()
    return [(remote, ref) for remote, ref in found if ref is not None and ref in refs]


def settings_for(repo: Repository, short: bytes, start: bytes | None, *, asked: bool = False) -> Settings:
    """Gives the settings that git gives to a new branch.

    Args:
        repo: the repository.
        short: the new branch's short name.
        start: the full name of the ref that it begins at; None when it begins at a mere commit.
        asked: whether the person has asked that it follows where it begins, whatever the configuration says.
    """
    if asked and start is not None:
        found = remote_branch(repo, start)
        return _follow(repo, *found) if found is not None else _follow(repo, b".", start)
    wish = (repo.config.get("branch", "autoSetupMerge") or b"true").lower()
    if start is None or as_flag(wish) is False:
        return []
    if wish == b"inherit":
        return _inherited(repo, short, start)
    found = remote_branch(repo, start)
    if found is not None:
        remote, merge = found
        if wish == b"simple" and merge != HEADS + short:
            return []
        return _follow(repo, remote, merge)
    if wish == b"always" and start.startswith(HEADS) and start != HEADS + short:
        return _follow(repo, b".", start)
    return []


def _inherited(repo: Repository, short: bytes, start: bytes) -> Settings:
    if not start.startswith(HEADS) or start == HEADS + short:
        return []
    remote = repo.config.get("branch", "remote", start.removeprefix(HEADS))
    merges = repo.config.every("branch", "merge", start.removeprefix(HEADS))
    if not remote or not merges:
        return []
    # To git an inherited "." is a remote like any other.
    return [(b"remote", remote), *[(b"merge", merge) for merge in merges], *_rebase(repo, is_remote=True)]


def _follow(repo: Repository, remote: bytes, merge: bytes) -> Settings:
    return [(b"remote", remote), (b"merge", merge), *_rebase(repo, is_remote=remote != b".")]


def _rebase(repo: Repository, *, is_remote: bool) -> Settings:
    wish = (repo.config.get("branch", "autoSetupRebase") or b"never").lower()
    return [(b"rebase", b"true")] if wish in (b"always", b"remote" if is_remote else b"local") else []


def remote_branch(repo: Repository, ref: bytes) -> tuple[bytes, bytes] | None:
    """Gives the one remote that is fetched into this ref, and its branch; None when there is none or more than one."""
    found = []
    for remote in repo.config.subsections("remote"):
        for source, target in _fetched(repo, remote):
            merge = _mapped(ref, target, source)
            if merge is not None:
                found.append((remote, merge))
                break
    return found[0] if len(found) == 1 else None


def _fetched(repo: Repository, remote: bytes) -> list[tuple[bytes, bytes]]:
    specs = [spec.removeprefix(b"+").partition(b":") for spec in repo.config.every("remote", "fetch", remote)]
    return [(source, target) for source, colon, target in specs if colon and not source.startswith(b"^")]


def _mapped(name: bytes, source: bytes, target: bytes) -> bytes | None:
    """Gives what a name on one side of a refspec is on the other."""
    before, star, after = source.partition(b"*")
    if not star:
        return target if name == source else None
    fits = name.startswith(before) and name.endswith(after) and len(name) >= len(before) + len(after)
    return target.replace(b"*", name[len(before) : len(name) - len(after)], 1) if fits else None
