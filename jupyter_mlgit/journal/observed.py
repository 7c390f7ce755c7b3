"""Notices what the terminal did: compares the refs with how they were when we last looked.

A ref that vanished or jumped is pinned at once, before anything else, so that not even
``git reflog expire --expire=now --all && git gc --prune=now`` can take what it held. The act is then written into
the operation log as the terminal's. What we last saw stands in ``.git/mlgit/observed.json``.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from jupyter_mlgit.git.durable import cannot_write
from jupyter_mlgit.git.locks import left_behind, repository_lock, sweep_locks
from jupyter_mlgit.git.reflog import read_log
from jupyter_mlgit.git.refs import HEADS
from jupyter_mlgit.journal.evidence import collect
from jupyter_mlgit.journal.expiry import expire
from jupyter_mlgit.journal.hook_notes import forget_hook_notes, take_hook_notes
from jupyter_mlgit.journal.pins import Pin, Reason, pin, pin_ref
from jupyter_mlgit.journal.plan import UNFINISHED, forget_plan, is_interrupted
from jupyter_mlgit.journal.records import Record, append_record, read_records
from jupyter_mlgit.journal.seen import STASH, Seen, read_seen, remember, remember_act, see
from jupyter_mlgit.journal.stash_telling import told_with_stashes
from jupyter_mlgit.journal.stretches import RENAMED, in_order
from jupyter_mlgit.journal.telling import gone_and_made
from jupyter_mlgit.problems import DamagedRepository

if TYPE_CHECKING:
    from jupyter_mlgit.git.reach import Reach
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context


def observe(repo: Repository, context: Context) -> list[Record]:
    """Looks, pins what vanished or jumped, and writes down what the terminal did; gives the new operations.

    Nothing is written in somebody else's repository, nor where nothing has changed.

    Raises:
        RepositoryBusy: if an act of ours is under way.
        ReadOnly: if the repository cannot be written.
    """
    if repo.read_only:
        return []
    before = read_seen(repo)
    unchanged = before is not None and before.same(see(repo, context.now))
    if unchanged and not (repo.ours / "hook.log").exists() and not left_behind(repo.staging):
        return []
    with repository_lock(repo.ours):
        try:
            sweep_locks(repo.staging)
            if not is_interrupted(repo):
                return observe_locked(repo, context)
            # What an interrupted act has half done is not the terminal's doing; but nothing is lost meanwhile, either.
            if before is not None:
                lost = _lost(repo, before, see(repo, context.now), context.now)
                pin(repo, [one for one in lost if repo.refs.read(pin_ref(one.tip.encode())) is None], context.now)
        except OSError as error:
            raise cannot_write(repo.ours, error) from error
        return []


def observe_locked(repo: Repository, context: Context) -> list[Record]:
    """Does what :func:`observe` does, for a caller that holds the lock."""
    _remember_cut_off(repo, context.now)
    before, after = read_seen(repo), see(repo, context.now)
    expire(repo, context)
    pin(repo, take_hook_notes(repo, context.now), context.now)
    forget_hook_notes(repo)
    if before is not None and before.same(after):
        return []
    records: list[Record] = []
    if before is not None:
        pin(repo, _lost(repo, before, after, context.now), context.now)
        records = told_with_stashes(repo, before, after, context.now)
        for record in records:
            append_record(repo, record)
    remember(repo, after)
    return records


def _remember_cut_off(repo: Repository, now: float) -> None:
    """Makes up for an act that was cut off when it was logged already, and only its plan was still to go.

    Otherwise the terminal would seem to have done it, and Undo would bring back the refs without the files.
    """
    if (repo.ours / UNFINISHED).exists() and not is_interrupted(repo):
        records = read_records(repo)
        if records:
            remember_act(repo, records[-1], now)
        forget_plan(repo)


def _lost(repo: Repository, before: Seen, after: Seen, now: float) -> list[Pin]:
    """Finds the tips that a name has lost and that its new tip does not contain."""
    reach = repo.graph.reachable_from([oid.encode() for oid in _kept_by_names(after)])
    lost: list[Pin] = []
    renamed = _going_by_other_names(repo, before, after, now)
    for name, tip in before.refs.items():
        new = after.refs.get(name)
        if new == tip:
            continue
        raw = os.fsencode(name)
        if new is None:
            is_branch = raw.startswith(HEADS)
            if is_branch or not _contained(repo, reach, tip):
                section = before.sections.get(name.removeprefix("refs/heads/"))
                reason: Reason = "stash" if raw == STASH else "renamed" if name in renamed else "deleted"
                lost.append(Pin(tip=tip, name=name, when=now, seen=before.when, reason=reason, section=section))
        elif raw != STASH and not _contained(repo, reach, tip):
            lost.append(Pin(tip=tip, name=name, when=now, seen=before.when, reason="overwritten"))
    gone = set(before.stashes) - set(after.stashes)
    lost += [Pin(tip=tip, name="refs/stash", when=now, reason="stash") for tip in sorted(gone)]
    return lost + _left(repo, before, after, now) + _between(repo, before, after, reach, now)


def _left(repo: Repository, before: Seen, after: Seen, now: float) -> list[Pin]:
    """Finds the commits of detached HEADs that were left, or whose worktree is gone, and that nothing else holds."""
    gone = sorted(set(before.detached) - set(after.detached))
    reach = repo.graph.reachable_from([oid.encode() for oid in (*after.detached, *_kept_by_names(after))])
    return [Pin(tip=tip, name=None, when=now, reason="asked") for tip in gone if not _contained(repo, reach, tip)]


def _between(repo: Repository, before: Seen, after: Seen, reach: Reach, now: float) -> list[Pin]:
    """Finds tips that a name held for a moment between two looks and then lost; only the logs saw them."""
    heads, were = (
        {one: tip for one, tip in seen.refs.items() if one.startswith("refs/heads/")} for seen in (after, before)
    )
    if before.logs == after.logs and heads == were:
        return []
    since = _since(before, now)
    evidences = collect(repo)
    found = [
        Pin(tip=one.tip.decode(), name=None, when=now, seen=one.time, reason="asked")
        for one in evidences.detached
        if one.time >= since and not _contained(repo, reach, one.tip.decode())
    ]
    for one in evidences.sightings:
        name = os.fsdecode(HEADS + one.name)
        if one.time >= since and not _contained(repo, reach, one.tip.decode()):
            reason: Reason = "overwritten" if name in after.refs else "deleted"
            section = before.sections.get(os.fsdecode(one.name))
            found.append(Pin(tip=one.tip.decode(), name=name, when=now, seen=one.time, reason=reason, section=section))
    return sorted(found, key=lambda pin: pin.seen or 0)


def _kept_by_names(seen: Seen) -> list[str]:
    """Gives what branches, remote branches and tags hold; what a stash or a bisection holds goes with it."""
    kept = ("refs/heads/", "refs/remotes/", "refs/tags/")
    return [oid for name, oid in seen.refs.items() if name.startswith(kept)]


def _contained(repo: Repository, reach: Reach, tip: str) -> bool:
    """Tells whether live refs keep this; what is no commit, or is missing, they do not."""
    try:
        kind, commit = repo.objects.peel(tip.encode())
    except (KeyError, DamagedRepository):
        return True  # nothing is left to keep
    return kind == b"commit" and reach.contains(commit)


def _going_by_other_names(repo: Repository, before: Seen, after: Seen, now: float) -> set[str]:
    """Finds the branches that live on under another name with all that they held, by that one's own log.

    They may have been renamed more than once since the last look, or over another branch, and have gone on.
    """
    gone, _ = gone_and_made(before, after)
    found: set[str] = set()
    for name, tip in after.refs.items() if gone else ():
        if not name.startswith("refs/heads/") or (before.refs.get(name) == tip and tip not in gone.values()):
            continue
        called = os.fsencode(name)
        for entry in reversed(list(in_order(read_log(repo, called).entries))):
            renamed = RENAMED.match(entry.message)
            if entry.time < _since(before, now):
                break
            if renamed is None or HEADS + renamed[2] != called:
                continue
            called = HEADS + renamed[1]
            held = gone.get(os.fsdecode(called))
            if held is not None and repo.graph.is_ancestor(held.encode(), tip.encode()):
                found.add(os.fsdecode(called))
    return found


def _since(before: Seen, now: float) -> int:
    """Gives the time of the last look; a clock that was ahead then must not make every line since look old."""
    return int(before.when) if before.when <= now else 0
