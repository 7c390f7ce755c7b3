"""Says which filters of a repository are done here, in this process, though their commands are never started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.notebooks.stripping import stripping

if TYPE_CHECKING:
    from jupyter_mlgit.git.cleaning import Filter
    from jupyter_mlgit.git.repository import Repository


def known_filters(repo: Repository) -> Filter:
    """Gives what does them."""
    return stripping(lambda name: repo.config.get("filter", name, b"nbstripout"))
