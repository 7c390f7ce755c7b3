"""Shows what a repository would run, and keeps whether the person trusts it to."""

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
    repositories: list[str]
    """All repositories that are trusted, by their git directory."""


def show_trust(repo: Repository, request: TrustRequest, context: Context) -> Trust:
    """Says what the repository names to be run, and whether it is trusted. Nothing runs."""
    del request, context
    return Trust(
        trusted=stored.is_trusted(repo),
        would_run=[
            WouldRun(what=visible(one.what.encode("utf-8", "replace")), where=one.where)
            for one in stored.would_run(repo)
        ],
        repositories=stored.trusted_repositories(),
    )


def change_trust(repo: Repository, request: TrustChange, context: Context) -> Trust:
    """Trusts exactly what would run now, or withdraws that.

    Raises:
        UntrustedRepository: if the repository belongs to somebody else.
    """
    if not request.withdraw:
        repo.require_writable()
    stored.set_trust(repo, trusted=not request.withdraw)
    return show_trust(repo, TrustRequest(), context)
