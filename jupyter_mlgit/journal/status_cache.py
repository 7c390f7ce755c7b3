"""Keeps what is remembered of an open repository's status, for everybody who asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.git.status import StatusCache
from jupyter_mlgit.journal.known_filters import known_filters

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository

_KEY = "status"


def status_cache(repo: Repository) -> StatusCache:
    """Gives what is remembered of an open repository's status; whoever watches it notes there what has changed."""
    known = repo.memory.get(_KEY)
    if not isinstance(known, StatusCache):
        known = StatusCache(repo, run=known_filters(repo))
        repo.memory[_KEY] = known
    return known
