"""Pins what is listed, and takes such a pin away again, when a person asks for it.

Both are acts: the pin's ref comes or goes by the one write path, so Undo takes them back. What a pin remembers of a
name stays in ``pins.jsonl`` when its ref goes: the row is still listed, only ``git gc`` may take its commits one day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from jupyter_mlgit.git.refs import HEADS
from jupyter_mlgit.journal.acts import acting, perform
from jupyter_mlgit.journal.pins import Pin, pin_ref, remember_pins
from jupyter_mlgit.journal.records import RefRecord, new_record, text
from jupyter_mlgit.problems import BadRequest
from jupyter_mlgit.recovery.deleted_branches import find_all
from jupyter_mlgit.recovery.rows import DRY_RUN, NAME_OR_ID, called, choose, sound_tip
from jupyter_mlgit.recovery.tips import tips_of
from jupyter_mlgit.values import Value, visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context
    from jupyter_mlgit.recovery.found import Found
    from jupyter_mlgit.recovery.tips import Tips


class PinRequest(Value):
    """Asks to keep a row's commits from garbage collection, or those of all rows."""

    branch: Annotated[str | None, NAME_OR_ID] = None
    all: Annotated[bool, Meta(description="Everything that is listed, can be restored and is not pinned.")] = False
    lost: Annotated[bool, Meta(description="With --all, also what has no name: lost commits and dropped stashes.")] = (
        False
    )
    dry_run: Annotated[bool, DRY_RUN] = False


class PinnedTip(Value):
    """A commit that is safe now."""

    name: str | None
    """The branch's short name; null for what has none."""
    tip: str


class Pinned(Value):
    """What is safe now that was not before."""

    pinned: list[PinnedTip]
    """Empty when all of it was pinned before."""
    days: int | None
    """How long pins stay; null for ever."""
    operation: str | None
    """The act, for undo; null when nothing was changed."""


class UnpinRequest(Value):
    """Asks to let ``git gc`` have a row's commits again."""

    branch: Annotated[str, NAME_OR_ID]
    dry_run: Annotated[bool, DRY_RUN] = False


class Unpinned(Value):
    """What is no longer pinned, and what that means."""

    name: str | None
    """The branch's short name; null for what has none."""
    tip: str
    unpinned: bool
    """False when it had no pin of its own."""
    kept_by: list[str]
    """What else is pinned and contains it, by name: it stays as long as one of those does."""
    unique_commits: int
    """Commits found in no branch, remote branch or tag: those that git gc may take once no log names them."""
    operation: str | None
    """The act, for undo; null when nothing was changed."""


def pin_deleted(repo: Repository, request: PinRequest, context: Context) -> Pinned:
    """Keeps commits from garbage collection for as long as pins are kept; many in one act.

    Raises:
        BadRequest: if neither a row nor all of them is asked for, or both are.
        BranchNotFound: if no such row is there.
        TipGone: if its commits are no longer in the repository.
    """
    if (request.branch is None) != request.all or (request.lost and not request.all):
        raise BadRequest("Either one branch or --all has to be asked for.", "Name a branch, or give --all.")
    if request.dry_run:
        repo.require_writable()
        return _pin(repo, request, context)
    with acting(repo, context):
        return _pin(repo, request, context)


def unpin_deleted(repo: Repository, request: UnpinRequest, context: Context) -> Unpinned:
    """Takes a row's pin away; its commits stay until ``git gc`` takes what no log names.

    Raises:
        BranchNotFound: if no such row is there.
        TipGone: if its commits are no longer in the repository.
    """
    if request.dry_run:
        repo.require_writable()
        return _unpin(repo, request, context)
    with acting(repo, context):
        return _unpin(repo, request, context)


def _pin(repo: Repository, request: PinRequest, context: Context) -> Pinned:
    tips = tips_of(repo)
    if request.branch is not None:
        chosen = [choose(repo, tips, request.branch)]
        sound_tip(repo, tips, chosen[0], None)
    else:
        rows, _ = find_all(repo, tips, everything=request.lost)
        chosen = [row for row in rows if tips.is_sound(row.tip) and not tips.from_pins.contains(row.tip)]
    # Two names may have held one commit; one ref keeps it.
    fresh = {row.tip: row for row in reversed(chosen) if pin_ref(row.tip) not in tips.refs}
    operation = None
    if not request.dry_run:
        # The note comes first: a pin that no note tells of would never expire. What is pinned already stays longer.
        remember_pins(repo, [_note(row, context.now) for row in chosen])
    if fresh and not request.dry_run:
        refs = [RefRecord(name=pin_ref(tip).decode(), old=None, new=tip.decode()) for tip in sorted(fresh)]
        what = called(chosen[0]) if len(chosen) == 1 else f"all that is listed ({len(chosen)})"
        record = new_record(context.now, context.source, f"Pin {what}", "pin", refs=refs)
        operation = perform(repo, context, record).id
    return Pinned(
        pinned=[_told(row) for row in chosen if row.tip in fresh],
        days=context.settings.pin_days_in(repo),
        operation=operation,
    )


def _unpin(repo: Repository, request: UnpinRequest, context: Context) -> Unpinned:
    tips = tips_of(repo)
    found = choose(repo, tips, request.branch)
    tip = sound_tip(repo, tips, found, None)
    ref = pin_ref(tip)
    own = tips.refs.get(ref)
    operation = None
    if own is not None and not request.dry_run:
        refs = [RefRecord(name=ref.decode(), old=own.decode(), new=None)]
        record = new_record(context.now, context.source, f"Unpin {called(found)}", "unpin", refs=refs)
        operation = perform(repo, context, record).id
    return Unpinned(
        name=visible(found.name) if found.name is not None else None,
        tip=tip.decode(),
        unpinned=own is not None,
        kept_by=_kept_by(repo, tips, found),
        unique_commits=tips.live.count_unique(tip),
        operation=operation,
    )


def _kept_by(repo: Repository, tips: Tips, found: Found) -> list[str]:
    """Names the other pinned things that contain a row's tip."""
    others = {tip for tip in tips.pinned - {bytes(found.tip)} if repo.graph.is_ancestor(found.tip, tip)}
    if not others:
        return []
    rows, _ = find_all(repo, tips, everything=True)
    names = {
        one.tip: visible(row.name) if row.name is not None else called(row) for row in rows for one in row.sightings
    }
    return sorted({names.get(tip, tip[:7].decode()) for tip in others})  # type: ignore[call-overload]


def _note(found: Found, now: float) -> Pin:
    name = text(HEADS + found.name) if found.name is not None else None
    return Pin(tip=found.tip.decode(), name=name, when=now, seen=float(found.sightings[0].time), reason="asked")


def _told(found: Found) -> PinnedTip:
    return PinnedTip(name=visible(found.name) if found.name is not None else None, tip=found.tip.decode())
