"""Says which settings a new branch gets, as git writes them: what it follows, and whether a pull rebases it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.git.revision_names import find_ref
from jupyter_mlgit.git.upstream import settings_for
from jupyter_mlgit.journal.pins import section_of
from jupyter_mlgit.journal.records import text

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository


def section_for(repo: Repository, short: bytes, start: bytes, *, follow: bool = False) -> list[tuple[str, str]] | None:
    """Gives what ``[branch "short"]`` holds once the branch is made; what a deleted one left there stays.

    Args:
        repo: the repository.
        short: the branch's short name.
        start: what it begins at, as a person names it.
        follow: whether it was asked to follow that; otherwise ``branch.autoSetupMerge`` decides.
    """
    before = section_of(repo, short)
    found = find_ref(repo, start)
    settings = settings_for(repo, short, found and found[0], asked=follow)
    wanted = [(text(name) or "", text(value) or "") for name, value in settings]
    names = {name for name, _ in wanted}
    return [one for one in before or [] if one[0].lower() not in names] + wanted or None
