"""Finds commits that nothing names: dropped stashes, work on a detached HEAD, branches that left no trace.

They are the unreachable commits that are nobody's parent. A dropped stash is known by its shape: two or three
parents, and a subject that begins with "WIP on" or "On" (git-stash(1), DISCUSSION).
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from jupyter_mlgit.git.objects import MissingObject, Oid
from jupyter_mlgit.journal.backup import BACKUPS
from jupyter_mlgit.journal.backup_content import head_of
from jupyter_mlgit.journal.evidence import Evidence, Sighting
from jupyter_mlgit.journal.pins import read_pins
from jupyter_mlgit.problems import DamagedRepository
from jupyter_mlgit.recovery.found import Found

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.recovery.tips import Tips

_STASH_SUBJECT = re.compile(rb"(?:WIP on|On) [^:]+: ")
_INSIDE_STASH = re.compile(rb"(?:index|untracked files) on [^:]+: ")


def find_lost(repo: Repository, tips: Tips, detached: Iterable[Sighting], named: Mapping[Oid, str]) -> list[Found]:
    """Finds what no name leads to.

    Args:
        repo: the repository.
        tips: its refs and commits.
        detached: commits that HEAD is known to have left without a branch.
        named: tip → name of what is listed already; those tips are left out.
    """
    heads = {tree.head.oid for tree in repo.refs.worktrees() if tree.head.oid}
    live = {oid for name, oid in tips.refs.items() if not name.startswith(b"refs/mlgit/")}
    live |= {oid for oid in heads if oid}
    left = {bytes(sighting.tip): sighting for sighting in detached}
    stashed = {pin.tip.encode(): pin for pin in read_pins(repo) if pin.reason == "stash"}
    parents_of_named = repo.graph.reachable_from(named)
    found = []
    for tip in _without_backups(repo, tips, live):
        if parents_of_named.contains(tip):
            continue
        commit = tips.commit(tip)
        if commit is None or _INSIDE_STASH.match(commit.message):
            continue
        is_stash = len(commit.parents) in (2, 3) and bool(_STASH_SUBJECT.match(commit.message))
        seen = left.get(tip)
        time, zone = (seen.time, seen.zone) if seen else (commit.committer.time, commit.committer.zone)
        if is_stash and tip in stashed:
            time = int(stashed[tip].when)
        why = _why(tips, tip, seen, named, is_stash=is_stash)
        evidence: Evidence = "left" if seen else "pinned" if tip in tips.pinned else "dangling"
        found.append(
            Found("stash" if is_stash else "lost", None, [Sighting(b"", Oid(tip), time, zone, 0, evidence, why)])
        )
    return found


def _without_backups(repo: Repository, tips: Tips, live: set[Oid]) -> list[bytes]:
    """Gives the unreachable commits that are nobody's parent.

    Backups have a list of their own; in a backup's place stands the commit that it is of, where nothing reaches that.
    """
    backups = {oid for name, oid in tips.refs.items() if name.startswith(BACKUPS)}
    dangling = list(repo.graph.dangling_tips(live))
    found = [tip for tip in dangling if tip not in backups]
    graph = repo.graph
    reached = graph.reachable_from([*live, *found])
    left = {_head_of(repo, Oid(tip)) for tip in dangling if tip in backups}
    lost = sorted(tip for tip in left if tip is not None and not reached.contains(tip))
    below = graph.reachable_from([parent for tip in lost for parent in graph.parents(tip)])
    return [*found, *(tip for tip in lost if not below.contains(tip))]


def _head_of(repo: Repository, backup: Oid) -> Oid | None:
    # Of a backup that is damaged nothing more is known than its list says.
    with contextlib.suppress(MissingObject, DamagedRepository):
        return head_of(repo, backup)
    return None


def _why(tips: Tips, tip: bytes, seen: Sighting | None, named: Mapping[Oid, str], *, is_stash: bool) -> str:
    if is_stash:
        return "A stash that was dropped."
    if seen:
        return f"HEAD was detached here: {seen.why}"
    for other, name in named.items():
        if not tips.is_live(other) and tips.repo.graph.is_ancestor(other, tip):
            return f"Goes on from where {name} was last seen."
    return "Nothing names these commits any more."
