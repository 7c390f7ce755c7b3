"""Begins to watch a repository that a panel has opened: looks once for what the terminal did, and remembers it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from jupyter_mlgit.api.remembered import remember
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.problems import Problem
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context


class WatchRequest(Value):
    """Asks that a repository be watched from now on, also after a restart."""


class Watching(Value):
    """What was found on looking.

    Attributes:
        top: the repository's top folder, an absolute path.
        noticed: how many operations of the terminal were new since the last look.
    """

    top: str
    noticed: int


def watch(repo: Repository, request: WatchRequest, context: Context) -> Watching:  # noqa: ARG001 -- every verb takes three
    """Looks at once and remembers the repository; one that cannot be written is watched all the same."""
    noticed = 0
    with contextlib.suppress(Problem):
        noticed = len(observe(repo, context))
    remember(repo, context.now)
    return Watching(top=str(repo.top), noticed=noticed)
