"""Tells what in a change deserves a second look: before a commit, and for a script that stops where there is any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from jupyter_mlgit.git.diff import chosen
from jupyter_mlgit.git.named_paths import inside
from jupyter_mlgit.journal.status_cache import status_cache
from jupyter_mlgit.review.checking import Checker
from jupyter_mlgit.review.sides import Comparison, find_sides
from jupyter_mlgit.review.warnings import ReviewWarning
from jupyter_mlgit.values import Value, argument

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context


class CheckRequest(Comparison):
    """Asks what deserves a second look."""

    revisions: Annotated[
        tuple[str, ...],
        Meta(
            max_length=2,
            description="A commit to compare the working files with, or two commits, A..B or A...B; else HEAD.",
            extra=argument(positional=True, many=True, metavar="REV"),
        ),
    ] = ()
    paths: Annotated[
        tuple[str, ...],
        Meta(
            description="Only these files and folders.",
            extra=argument(flag="--path", metavar="PATH", many=True, is_path=True),
        ),
    ] = ()


class NotLookedInto(Value):
    """A source of which nothing can be said."""

    path: str
    reason: str
    """A clause: it is too large, with the limit, or no valid notebook, or can't be parsed or read."""


class Checked(Value):
    """What deserves a second look."""

    old: str
    """``empty`` or a commit's id."""
    new: str
    """``working files``, ``index`` or a commit's id."""
    warnings: tuple[ReviewWarning, ...]
    """By path, cell and line."""
    files: int
    """How many files differ."""
    unread: tuple[NotLookedInto, ...]
    """Sources that could not be looked into, by path. Where there are any, nothing to warn of is not all clear."""
    silenced: tuple[str, ...]
    """The rules that ``mlgit.silencedWarnings`` silences."""
    unknown_rules: tuple[str, ...]
    """What that setting names that is no rule."""


def check(repo: Repository, request: CheckRequest, context: Context) -> Checked:
    """Tells what in a change deserves a second look.

    Raises:
        BadRevision: if a revision names no commit.
        BadRequest: if the words of the request contradict each other, or a path is not inside the repository.
        DamagedRepository: if something that is needed is missing from the repository.
    """
    del context
    status = status_cache(repo)
    sides = find_sides(repo, status, request, with_head=True)
    pairs = chosen(sides.pairs, [inside(path) for path in request.paths])
    checker = Checker(repo, status, sides.pairs)
    for pair in pairs:
        checker.read_and_add(pair)
    told = [one for found in checker.told().values() for one in found]
    silenced, unknown = checker.settings
    return Checked(
        old=sides.old,
        new=sides.new,
        warnings=tuple(sorted(told, key=lambda one: (one.path, one.cell or 0, one.line or 0, one.rule, one.message))),
        files=len(pairs),
        unread=tuple(NotLookedInto(path=path, reason=why) for path, why in sorted(checker.unread.items())),
        silenced=tuple(sorted(silenced)),
        unknown_rules=unknown,
    )
