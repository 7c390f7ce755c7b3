"""Finds the row that a request means, and makes sure that its commits are whole.

A row is meant by its id, by the branch's name, or by the beginning of its tip; what is listed by default comes first.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msgspec import Meta

from jupyter_mlgit.git.objects import Oid
from jupyter_mlgit.git.revisions import resolve_commit
from jupyter_mlgit.problems import BadRevision, BranchNotFound, TipGone
from jupyter_mlgit.recovery.deleted_branches import find_all
from jupyter_mlgit.values import argument, visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.recovery.found import Found
    from jupyter_mlgit.recovery.tips import Tips

SHORT = 7
"""Digits of a commit's id that are enough to name it."""

NAME_OR_ID = Meta(description="The deleted branch's name, or the id of its row.", extra=argument(positional=True))
DRY_RUN = Meta(description="Say what would happen and change nothing.")


def choose(repo: Repository, tips: Tips, wanted: str) -> Found:
    """Finds the row that a name, an id or the beginning of a commit's id means.

    Raises:
        BranchNotFound: if no such row is there.
    """
    for everything in (False, True):
        rows, _ = find_all(repo, tips, everything=everything)
        by_id = [row for row in rows if row.id == wanted]
        named = [row for row in rows if row.name is not None and wanted in (visible(row.name), os.fsdecode(row.name))]
        named.sort(key=lambda row: row.kind != "deleted")
        by_tip = [row for row in rows if len(wanted) >= SHORT and row.tip.startswith(os.fsencode(wanted))]
        for chosen in (by_id, named, by_tip):
            if chosen:
                return chosen[0]
    raise BranchNotFound(
        f"No deleted branch '{wanted}' is known here.",
        "List what can be restored: jupyter mlgit deleted --all.",
    )


def sound_tip(repo: Repository, tips: Tips, found: Found, at: str | None) -> Oid:
    """Gives the commit that is meant, the row's own or an earlier one, and makes sure that it is whole.

    Raises:
        TipGone: if its commits are no longer in the repository.
        BadRevision: if ``at`` names no commit, or one that the branch never held.
    """
    tip = found.tip if at is None else resolve_commit(repo, at)
    held = [found.tip, *(one.tip for one in found.sightings)]
    if tip not in held and not any(repo.graph.is_ancestor(tip, one) for one in held):
        raise BadRevision(
            f"'{visible(found.name) if found.name else 'This row'}' is not known to have held {tip[:SHORT].decode()}.",
            "Its commits are in its preview; to begin a branch elsewhere, use branch-create.",
        )
    if tips.is_sound(tip):
        return Oid(tip)
    shown = visible(found.name) if found.name else tip[:SHORT].decode()
    others = [one.tip[:SHORT].decode() for one in found.sightings if tips.is_sound(one.tip)]
    hint = f"An earlier version is left: restore it with --at {others[0]}." if others else ""
    raise TipGone(
        f"The commits of '{shown}' ({tip[:SHORT].decode()}) are no longer in this repository: git has cleaned them up.",
        hint or "Look for them in another clone, in a backup, or in an open notebook.",
    )


def called(found: Found) -> str:
    """Names a row in the title of an act; what has no name by what it is. Any bytes survive, as in a record."""
    if found.name is not None:
        return os.fsdecode(found.name)
    what = "dropped stash" if found.kind == "stash" else "lost commits"
    return f"{what} {found.tip[:SHORT].decode()}"
