"""Finds branches that git no longer has, and branches whose earlier tip nothing reaches any more.

Pins say for certain what a name held; the logs (``evidence.py``) say it for everything that happened while nobody
looked. For each name the newest evidence wins and the rest are its earlier versions. The one surprise: a name that
lives can have a row too, *overwritten*, when it held commits that no branch, remote branch or tag reaches now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from jupyter_mlgit.git.refs import HEADS
from jupyter_mlgit.journal.evidence import Evidence, Sighting
from jupyter_mlgit.journal.pins import local_time
from jupyter_mlgit.recovery.found import Found, find_named
from jupyter_mlgit.recovery.lost_commits import find_lost
from jupyter_mlgit.recovery.move_back import in_use
from jupyter_mlgit.recovery.settings_left import kept_section, upstream_of
from jupyter_mlgit.recovery.stash_list import stashed
from jupyter_mlgit.recovery.tips import Tips, tips_of
from jupyter_mlgit.values import Value, argument, moment, visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.refs import Worktree
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context


class EarlierTip(Value):
    """A commit that the name held before."""

    tip: str
    subject: str | None
    last_seen: str | None
    evidence: Evidence


class DeletedBranch(Value):
    """One thing that can be restored."""

    id: str
    """What acts name it by; opaque."""
    kind: Literal["deleted", "overwritten", "lost", "stash"]
    name: str | None
    """The branch's short name, for display; null when it has none."""
    tip: str
    subject: str | None
    """The tip's first line; null when its commit is gone."""
    author: str | None
    last_seen: str | None
    """When the name was last known to hold the tip."""
    evidence: Evidence
    why: str
    """The evidence in words."""
    state: Literal["recoverable", "gone"]
    pinned: bool
    """Whether git's garbage collection can no longer take it."""
    commits: int | None
    """Commits of the tip that HEAD does not have."""
    unique_commits: int | None
    """Commits found in no branch, remote branch or tag."""
    notebooks: list[str]
    """The notebooks that those commits touch."""
    pushed: bool | None
    """Whether a remote branch holds the tip; null when there is no remote."""
    upstream: str | None
    """The upstream setting that is left, such as ``origin/main``."""
    earlier: list[EarlierTip]
    """Other versions of this name, newest first."""
    in_use: str | None
    """Who works on an overwritten branch, in one sentence, so that it can't be moved back; null when nobody does."""


class DeletedRequest(Value):
    """Asks for what can be restored."""

    all: Annotated[
        bool, Meta(description="Also commits without a name, dropped stashes, and commits that were amended.")
    ] = False
    n: Annotated[
        int, Meta(ge=1, le=10_000, description="How many at the most.", extra=argument(flag="-n", metavar="COUNT"))
    ] = 200


class DeletedBranches(Value):
    """What can be restored, newest first."""

    branches: list[DeletedBranch]
    more: int
    """How many more there are than were asked for."""
    skipped: int
    """Lines of the logs that could not be read."""


def find_deleted_branches(repo: Repository, request: DeletedRequest, context: Context) -> DeletedBranches:
    """Finds what the repository's names have lost.

    Raises:
        DamagedRepository: if HEAD or packed-refs cannot be read.
    """
    del context
    tips = tips_of(repo)
    found, skipped = find_all(repo, tips, everything=request.all)
    worktrees = repo.refs.worktrees()
    return DeletedBranches(
        branches=[describe(tips, one, worktrees) for one in found[: request.n]],
        more=max(0, len(found) - request.n),
        skipped=skipped,
    )


def find_all(repo: Repository, tips: Tips, *, everything: bool) -> tuple[list[Found], int]:
    """Gives what can be restored, the recoverable and newest first, and how many lines of logs were unreadable.

    Args:
        repo: the repository.
        tips: its refs and commits.
        everything: also what has no name, and commits that were only amended away.
    """
    found, evidences = find_named(repo, tips, amended=everything)
    if everything:
        named = {seen.tip: visible(one.name or b"") for one in found for seen in one.sightings}
        # Only the newest stash has a ref; the others are on the list all the same.
        on_list = set(stashed(repo))
        found += [one for one in find_lost(repo, tips, evidences.detached, named) if one.tip not in on_list]
    found.sort(key=lambda one: (tips.is_sound(one.tip), _seen(one.sightings[0]), one.id), reverse=True)
    return found, evidences.skipped


def describe(tips: Tips, found: Found, worktrees: list[Worktree] | None = None) -> DeletedBranch:
    """Gives one found thing as it is shown.

    Args:
        tips: the repository's refs and commits.
        found: the thing.
        worktrees: the repository's, where the caller describes many.
    """
    newest = found.sightings[0]
    sound = tips.is_sound(found.tip)
    commit = tips.commit(found.tip)
    return DeletedBranch(
        id=found.id,
        kind=found.kind,
        name=None if found.name is None else visible(found.name),
        tip=found.tip.decode(),
        subject=visible(commit.subject) if commit else None,
        author=visible(commit.author.name) if commit else None,
        last_seen=_when(newest),
        evidence=newest.evidence,
        why=newest.why,
        state="recoverable" if sound else "gone",
        pinned=sound and tips.from_pins.contains(found.tip),
        commits=tips.from_head.count_unique(found.tip) if sound else None,
        unique_commits=tips.live.count_unique(found.tip) if sound else None,
        notebooks=tips.notebooks(found.tip) if sound else [],
        pushed=tips.remote.contains(found.tip) if sound and tips.remotes else None,
        upstream=_upstream(tips, found.name),
        earlier=[_earlier(tips, one) for one in found.sightings[1:]],
        in_use=in_use(tips.repo, HEADS + found.name, worktrees) if found.kind == "overwritten" and found.name else None,
    )


def _earlier(tips: Tips, sighting: Sighting) -> EarlierTip:
    commit = tips.commit(sighting.tip)
    return EarlierTip(
        tip=sighting.tip.decode(),
        subject=visible(commit.subject) if commit else None,
        last_seen=_when(sighting),
        evidence=sighting.evidence,
    )


def _seen(sighting: Sighting) -> float:
    return sighting.time if sighting.noticed is None else sighting.noticed


def _when(sighting: Sighting) -> str | None:
    if sighting.noticed is not None:
        return local_time(sighting.noticed)
    return moment(sighting.time, sighting.zone) if sighting.time else None


def _upstream(tips: Tips, name: bytes | None) -> str | None:
    """Gives the upstream that a branch's settings name, such as ``origin/main``."""
    if name is None:
        return None
    return upstream_of(kept_section(tips.repo, name) or [])
