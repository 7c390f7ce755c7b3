"""Shows what a repository would run, and keeps whether the person trusts it to.

Only two kinds of hooks are ever run here. Everything else that a repository names is git's to run, so it is told apart
from what trust allows; trust asks again when any of it changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from jupyter_mlgit.git import trust as stored
from jupyter_mlgit.values import Value, visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context


class TrustRequest(Value):
    """Asks what the repository would run."""


class TrustChange(Value):
    """Asks to trust the repository, or no longer to."""

    withdraw: Annotated[bool, Meta(description="Trust it no longer.")] = False


class WouldRun(Value):
    """A hook or program that the repository itself names."""

    what: str
    where: str


class Trust(Value):
    """Whether the person trusts what this repository names."""

    trusted: bool
    would_run: list[WouldRun]
    """What acts here run once it is trusted."""
    only_git: list[WouldRun]
    """What the repository names as well, and git alone runs: trusted or not, nothing here does."""
    repositories: list[str]
    """All repositories that are trusted, by their git directory."""


def show_trust(repo: Repository, request: TrustRequest, context: Context) -> Trust:
    """Says what the repository names to be run, and whether it is trusted. Nothing runs."""
    del request, context
    named = stored.would_run(repo)
    return Trust(
        trusted=stored.is_trusted(repo),
        would_run=[_shown(one) for one in named if one.here],
        only_git=[_shown(one) for one in named if not one.here],
        repositories=stored.trusted_repositories(),
    )


def _shown(one: stored.Program) -> WouldRun:
    return WouldRun(what=visible(one.what.encode("utf-8", "replace")), where=one.where)


def change_trust(repo: Repository, request: TrustChange, context: Context) -> Trust:
    """Trusts exactly what would run now, or withdraws that.

    Raises:
        UntrustedRepository: if the repository belongs to somebody else.
    """
    if not request.withdraw:
        repo.require_writable()
    stored.set_trust(repo, trusted=not request.withdraw)
    return show_trust(repo, TrustRequest(), context)
