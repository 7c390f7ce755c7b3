"""Decides what each name has lost: the newest commit it held, and its earlier versions."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from jupyter_mlgit.git.objects import Oid
from jupyter_mlgit.git.refs import HEADS, REMOTES, TAGS, short_name
from jupyter_mlgit.journal.evidence import Evidences, Renaming, Sighting, collect, fetched_tips
from jupyter_mlgit.journal.pins import DAY, read_pins
from jupyter_mlgit.journal.records import raw, read_records

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.recovery.tips import Tips

Kind = Literal["deleted", "overwritten", "lost", "stash"]

MOST_EARLIER = 20
"""Earlier versions that are looked at of one name."""


@dataclass(frozen=True)
class Found:
    """One thing that can be restored, with all that is known of where it was."""

    kind: Kind
    name: bytes | None
    """The branch's short name."""
    sightings: list[Sighting]
    """Newest first, each of another commit; the first one is what the name held last."""

    @property
    def tip(self) -> Oid:
        """What the name held last."""
        return self.sightings[0].tip

    @property
    def id(self) -> str:
        """A name for this that survives JSON and does not change while the tip doesn't."""
        return self.id_for(self.kind, self.name, self.tip)

    @staticmethod
    def id_for(kind: Kind, name: bytes | None, tip: bytes) -> str:
        """Gives the id of a row for this name and tip."""
        return hashlib.sha256(b"\0".join((kind.encode(), name or b"", tip))).hexdigest()[:16]


def find_named(repo: Repository, tips: Tips, *, amended: bool) -> tuple[list[Found], Evidences]:
    """Finds what names have lost; gives it with all that the logs say.

    Args:
        repo: the repository.
        tips: its refs and commits.
        amended: whether a commit that was only amended away counts as overwritten.
    """
    evidences = collect(repo)
    by_name: dict[bytes, list[Sighting]] = {}
    for one in [*evidences.sightings, *_from_pins(repo), *_from_fetches(repo, tips)]:
        by_name.setdefault(one.name, []).append(one)
    for one in _from_config(repo, tips):
        others = by_name.setdefault(one.name, [])
        # The upstream's tip is only a guess: anything else is better, but for a pin by hand that was led to by it.
        if all(_is_by_hand(other) and other.tip == one.tip for other in others):
            others.append(one)
    found = _rows(repo, tips, evidences, by_name, amended=amended)
    undone = _undone(repo)
    if undone:
        # Where our undo took a name away with the act that had made it, and another row has the commit.
        told = {one.tip for row in found for one in row.sightings if _taking(one) not in undone}
        left = {
            name: [one for one in sightings if one.tip not in told or _taking(one) not in undone]
            for name, sightings in by_name.items()
        }
        by_name = {name: sightings for name, sightings in left.items() if sightings}
        found = _rows(repo, tips, evidences, by_name, amended=amended)
    return found, evidences


def _rows(
    repo: Repository, tips: Tips, evidences: Evidences, by_name: dict[bytes, list[Sighting]], *, amended: bool
) -> list[Found]:
    found = []
    for name, sightings in by_name.items():
        sightings.sort(key=_newness, reverse=True)
        if HEADS + name in tips.refs:
            row = _overwritten(tips, name, sightings, amended=amended)
        elif _is_other_ref(tips, name, sightings) or _lives_on(evidences, tips, by_name, name):
            row = None
        else:
            row = _deleted(repo, tips, name, sightings)
        if row is not None:
            found.append(row)
    return found


def _undone(repo: Repository) -> set[tuple[bytes, str | None, int]]:
    """Gives which names our undo took away: the name, its tip, and when."""
    return {
        (one.raw.removeprefix(HEADS), one.old, int(record.when))
        for record in read_records(repo)
        if record.undoes
        for one in record.refs
        if one.new is None
    }


def _taking(one: Sighting) -> tuple[bytes, str | None, int] | None:
    """Gives the same of a pin; None for other evidence."""
    if one.evidence != "pinned":
        return None
    return one.name, one.tip.decode(), int(one.time if one.noticed is None else one.noticed)


def _newness(sighting: Sighting) -> tuple[int, int, int]:
    certain = {"pinned": 3, "left": 2, "rebased": 2, "renamed": 2, "merged": 2}
    if _is_by_hand(sighting):
        return (sighting.time, 0, sighting.order)
    return (sighting.time, certain.get(sighting.evidence, 1), sighting.order)


def _is_by_hand(sighting: Sighting) -> bool:
    """Tells whether a person asked for this pin; it says no more than the evidence that led to it."""
    return sighting.evidence == "pinned" and sighting.noticed is None


def _deleted(repo: Repository, tips: Tips, name: bytes, sightings: list[Sighting]) -> Found:
    """Takes the newest commit that is still there, then its earlier versions that the newer ones don't contain."""
    distinct = _distinct(sightings)
    sound = [one for one in distinct if tips.is_sound(one.tip)] or distinct[:1]
    return Found("deleted", name, _without_ancestors(repo, sound))


def _overwritten(tips: Tips, name: bytes, sightings: list[Sighting], *, amended: bool) -> Found | None:
    """Takes what a living name held and nothing reaches any more."""
    steps = {one.tip for one in sightings if one.amended}
    lost = [
        one
        for one in _distinct(sightings)
        if one.evidence in ("left", "rebased", "renamed", "merged", "pinned")
        and (amended or one.tip not in steps)
        and not tips.is_live(one.tip)
        and tips.is_sound(one.tip)
    ]
    # The name lives: what counts is not where it was last, but that all it has lost is among the rows.
    graph = tips.repo.graph
    below = graph.reachable_from([parent for one in lost for parent in graph.parents(one.tip)])
    lost = [one for one in lost if not below.contains(one.tip)][: MOST_EARLIER + 1]
    return Found("overwritten", name, lost) if lost else None


def _distinct(sightings: list[Sighting]) -> list[Sighting]:
    """Keeps the newest sighting of each commit, newest first."""
    newest: dict[bytes, Sighting] = {}
    for one in sightings:
        newest.setdefault(one.tip, one)
    return list(newest.values())


def _without_ancestors(repo: Repository, sightings: list[Sighting]) -> list[Sighting]:
    kept = sightings[:1]
    reach = repo.graph.reachable_from([one.tip for one in kept])
    for one in sightings[1 : MOST_EARLIER * 5]:
        if len(kept) > MOST_EARLIER:
            break
        if not reach.contains(one.tip):
            kept.append(one)
            reach = repo.graph.reachable_from([earlier.tip for earlier in kept])
    return kept


def _is_other_ref(tips: Tips, name: bytes, sightings: list[Sighting]) -> bool:
    """Tells whether the name was never a branch as far as we know, but a tag or a remote's branch that is not lost."""
    if any(one.evidence in ("left", "rebased", "renamed", "pinned", "config") for one in sightings):
        return False
    if any(prefix + name in tips.refs for prefix in (TAGS, REMOTES, b"refs/")):
        return True
    return name.partition(b"/")[0] in tips.remotes and tips.is_live(sightings[0].tip)


def _lives_on(evidences: Evidences, tips: Tips, by_name: dict[bytes, list[Sighting]], name: bytes) -> bool:
    """Tells whether the branch got another name after it was last seen by this one, and is known by that."""
    renamings = evidences.renamed.get(name, [])
    for renaming in reversed(renamings):
        if not _is_known(evidences, tips, by_name, renaming.new, {name, renaming.new}):
            continue
        told = [one for one in renamings if (one.new, one.time) == (renaming.new, renaming.time)]
        if not any(_is_after(one, told) for one in by_name[name]):
            return True
    return False


def _is_known(
    evidences: Evidences, tips: Tips, by_name: dict[bytes, list[Sighting]], name: bytes, seen: set[bytes]
) -> bool:
    """Tells whether a name lives, has a row of its own, or went on to be one that does."""
    pending = [name]
    while pending:
        one = pending.pop()
        if HEADS + one in tips.refs or one in by_name:
            return True
        later = {renaming.new for renaming in evidences.renamed.get(one, ())} - seen
        seen |= later
        pending += later
    return False


def _is_after(sighting: Sighting, told: list[Renaming]) -> bool:
    """Tells whether a sighting is newer than a renaming, of which several logs may tell."""
    here = [renaming.order for renaming in told if renaming.log == sighting.log]
    if here:
        return sighting.order > max(here)
    return sighting.evidence != "renamed" and sighting.time > told[0].time


def _from_pins(repo: Repository) -> list[Sighting]:
    found = []
    latest, tomorrow = 0.0, time.time() + DAY
    for order, pin in enumerate(read_pins(repo)):
        # As in the logs: what a wrong clock has dated in the future is as old as what was written before it.
        latest = pin.when if 0 <= pin.when < tomorrow else latest
        seen = pin.when if pin.seen is None else pin.seen
        seen = seen if 0 <= seen < tomorrow else latest
        name = raw(pin.name) if pin.name else b""
        if pin.reason == "renamed" or not name.startswith((HEADS, REMOTES)):
            continue  # what got another name is not lost
        words = {"deleted": "It was deleted", "overwritten": "It was moved away"}.get(pin.reason)
        why = f"{words}, and its commits were pinned." if words else "It was pinned by hand."
        short = name.removeprefix(HEADS) if name.startswith(HEADS) else name.removeprefix(REMOTES)
        tip = Oid(pin.tip.encode())
        noticed = None if pin.reason == "asked" else latest
        found.append(Sighting(short, tip, int(seen), _zone(latest), order, "pinned", why, noticed=noticed))
    return found


def _from_config(repo: Repository, tips: Tips) -> list[Sighting]:
    """Names left in ``[branch "x"]`` whose upstream still lives."""
    found = []
    for short in repo.config.subsections("branch"):
        values = {key.lower(): value for key, value in repo.config.values("branch", short)}
        merge = values.get(b"merge", b"").removeprefix(HEADS)
        tracking = REMOTES + values.get(b"remote", b"") + b"/" + merge
        tip = tips.refs.get(tracking)
        if tip and merge == short and HEADS + short not in tips.refs:
            why = f"Its settings are left; its upstream is {short_name(tracking)}."
            found.append(Sighting(short, tip, 0, 0, 0, "config", why))
    return found


def _from_fetches(repo: Repository, tips: Tips) -> list[Sighting]:
    """Branches of others that were fetched by name and are held by nothing now."""
    return [
        Sighting(name, tip, 0, 0, 0, "fetched", "It was fetched by name from a remote.")
        for name, tip in fetched_tips(repo)
        if tips.commit(tip) is not None and not tips.is_live(tip)
    ]


def _zone(seconds: float) -> int:
    try:
        return time.localtime(seconds).tm_gmtoff // 60
    except (OverflowError, ValueError, OSError):
        return 0
