"""Notices what the terminal did: compares the refs with how they were when we last looked.

A ref that vanished or jumped is pinned at once, before anything else, so that not even
``git reflog expire --expire=now --all && git gc --prune=now`` can take what it held. The act is then written into
the operation log as the terminal's. What we last saw stands in ``.git/mlgit/observed.json``.
"""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

import msgspec

from jupyter_mlgit.git.durable import cannot_write, write_durably
from jupyter_mlgit.git.locks import left_behind, repository_lock, sweep_locks
from jupyter_mlgit.git.reflog import head_logs, read_log
from jupyter_mlgit.git.refs import HEADS, OURS, short_name
from jupyter_mlgit.journal.evidence import collect
from jupyter_mlgit.journal.expiry import expire
from jupyter_mlgit.journal.hook_notes import forget_hook_notes, take_hook_notes
from jupyter_mlgit.journal.pins import Pin, Reason, pin, pin_ref, section_of
from jupyter_mlgit.journal.plan import UNFINISHED, forget_plan, is_interrupted
from jupyter_mlgit.journal.records import (
    Record,
    RefRecord,
    SectionRecord,
    append_record,
    decode,
    encode,
    new_record,
    read_records,
    text,
)
from jupyter_mlgit.journal.stretches import RENAMED, in_order
from jupyter_mlgit.problems import DamagedRepository
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from jupyter_mlgit.git.reach import Reach
    from jupyter_mlgit.git.reflog import LogEntry
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context

STASH = b"refs/stash"

_KINDS = (
    (b"commit (amend)", "amend", "Amend"),
    (b"commit", "commit", "Commit"),
    (b"reset:", "reset", "Reset"),
    (b"merge", "merge", "Merge"),
    (b"pull", "merge", "Pull"),
    (b"rebase", "rebase", "Rebase"),
    (b"cherry-pick", "commit", "Cherry-pick"),
    (b"revert", "commit", "Revert"),
    (b"branch: Reset", "branch-move", "Move branch"),
)


_MOST_MOVES = 50
"""Moves of one branch that are written down one by one."""


class Seen(Value, forbid_unknown_fields=False):
    """The refs as they were when we last looked."""

    refs: dict[str, str]
    sections: dict[str, list[tuple[str, str]]] = {}
    """Branch's short name → its settings, so that they can come back with it."""
    stashes: list[str] = []
    """The commits in the stash's log."""
    detached: list[str] = []
    """The commits that worktrees have checked out without a branch; removing a worktree takes its log along."""
    logs: dict[str, int] = {}
    """How long HEAD's log is in each worktree, in bytes: a branch may come and go between two looks."""
    when: float = 0
    """When these refs were written down; seconds since the epoch."""

    def same(self, other: Seen) -> bool:
        """Tells whether nothing has changed between the two looks."""
        mine, theirs = (self.refs, self.sections, self.stashes), (other.refs, other.sections, other.stashes)
        return mine == theirs and (self.logs, self.detached) == (other.logs, other.detached)


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
        records = _told(repo, before, after, context.now)
        for record in records:
            append_record(repo, record)
    remember(repo, after)
    return records


def _remember_cut_off(repo: Repository, now: float) -> None:
    """Makes up for an act that was cut off when it was logged already, and only its plan was still to go.

    Otherwise the terminal would seem to have done it, and Undo would bring back the refs without the files.
    """
    records = read_records(repo)
    if (repo.ours / UNFINISHED).exists() and not is_interrupted(repo):
        if records:
            remember_act(repo, records[-1], now)
        forget_plan(repo)


def see(repo: Repository, now: float) -> Seen:
    """Gives the refs as they are now."""
    refs = repo.refs.all()
    sections = {}
    for short in repo.config.subsections("branch"):
        values = section_of(repo, short)
        if values and HEADS + short in refs:
            sections[text(short) or ""] = values
    stashes = [entry.new.decode() for entry in read_log(repo, STASH).entries] if STASH in refs else []
    return Seen(
        refs={os.fsdecode(name): oid.decode() for name, oid in refs.items() if not name.startswith(OURS)},
        sections=sections,
        stashes=stashes,
        detached=sorted(
            {tree.head.oid.decode() for tree in repo.refs.worktrees() if not tree.head.ref and tree.head.oid}
        ),
        logs={str(path): path.stat().st_size for path in head_logs(repo) if path.is_file()},
        when=now,
    )


def read_seen(repo: Repository) -> Seen | None:
    """Gives how the refs were when we last looked; None when we never did."""
    path = repo.ours / "observed.json"
    if not path.is_file():
        return None  # a planted pipe would hold us up
    try:
        seen: Seen = decode(path.read_bytes(), Seen)
    except (OSError, ValueError):
        return None
    return seen if math.isfinite(seen.when) else None


def remember(repo: Repository, seen: Seen) -> None:
    """Keeps how the refs are now, for the next look."""
    write_durably(repo.ours / "observed.json", encode(seen))


def remember_act(repo: Repository, record: Record, now: float) -> None:
    """Takes an act of ours into account, so that the next look doesn't find it.

    Only what the record says: what the terminal did meanwhile is still to be noticed.
    """
    seen = read_seen(repo)
    if seen is None:
        return
    refs, sections, stashes = dict(seen.refs), dict(seen.sections), list(seen.stashes)
    for ref in record.refs:
        if ref.raw.startswith(OURS):
            continue  # never looked at
        if ref.raw == STASH and ref.new is not None and ref.new not in stashes:
            stashes.append(ref.new)
        refs.pop(ref.name, None)
        if ref.new is not None:
            refs[ref.name] = ref.new
    for section in record.sections:
        sections.pop(section.name, None)
        if section.new:
            sections[section.name] = section.new
    kept = msgspec.structs.replace(seen, refs=refs, sections=sections, stashes=stashes, when=now)
    remember(repo, kept)


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
    found = []
    for one in collect(repo).sightings:
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


def _told(repo: Repository, before: Seen, after: Seen, now: float) -> list[Record]:
    """Turns the differences into operations of the terminal."""
    gone, made = _gone_and_made(before, after)
    records: list[Record] = []
    for old_name, new_name in _renamed(repo, gone, made):
        tip = gone.pop(old_name)
        refs = [RefRecord(name=old_name, old=tip, new=None), RefRecord(name=new_name, old=None, new=made.pop(new_name))]
        title = f"Rename branch {_short(old_name)} to {_short(new_name)}"
        records.append(
            new_record(now, "terminal", title, "branch-rename", refs=refs, sections=_sections(before, after, refs))
        )
    for name, tip in gone.items():
        refs = [RefRecord(name=name, old=tip, new=None)]
        sections = _sections(before, after, refs)
        records.append(
            new_record(now, "terminal", f"Delete branch {_short(name)}", "branch-delete", refs=refs, sections=sections)
        )
    for name, tip in made.items():
        refs = [RefRecord(name=name, old=None, new=tip)]
        sections = _sections(before, after, refs)
        records.append(
            new_record(now, "terminal", f"Create branch {_short(name)}", "branch-create", refs=refs, sections=sections)
        )
    for name, tip in after.refs.items():
        old = before.refs.get(name)
        if old not in (None, tip) and name.startswith("refs/heads/"):
            records += _moved(repo, name, str(old), tip, now)
    return records


def _gone_and_made(before: Seen, after: Seen) -> tuple[dict[str, str], dict[str, str]]:
    """Gives the branches that are no longer there, and those that are new, with their tips."""
    gone = {name: tip for name, tip in before.refs.items() if name not in after.refs and name.startswith("refs/heads/")}
    made = {name: tip for name, tip in after.refs.items() if name not in before.refs and name.startswith("refs/heads/")}
    return gone, made


def _renamed(repo: Repository, gone: dict[str, str], made: dict[str, str]) -> list[tuple[str, str]]:
    pairs = []
    for new_name, tip in made.items():
        for entry in reversed(read_log(repo, os.fsencode(new_name)).entries):
            words = os.fsdecode(entry.message)
            if words.startswith("Branch: renamed ") and words.endswith(f" to {new_name}"):
                old_name = words.removeprefix("Branch: renamed ").removesuffix(f" to {new_name}")
                if gone.get(old_name) == tip:
                    pairs.append((old_name, new_name))
                break
    return pairs


def _going_by_other_names(repo: Repository, before: Seen, after: Seen, now: float) -> set[str]:
    """Finds the branches that live on under another name with all that they held, by that one's own log.

    They may have been renamed more than once since the last look, or over another branch, and have gone on.
    """
    gone, _ = _gone_and_made(before, after)
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


def _sections(before: Seen, after: Seen, refs: list[RefRecord]) -> list[SectionRecord]:
    found = []
    for ref in refs:
        short = ref.name.removeprefix("refs/heads/")
        old, new = before.sections.get(short), after.sections.get(short)
        if old != new:
            found.append(SectionRecord(name=short, old=old, new=new))
    return found


def _moved(repo: Repository, name: str, old: str, tip: str, now: float) -> list[Record]:
    """Gives one act for each line that a branch's log has gained, so that Undo takes back one at a time."""
    entries = read_log(repo, os.fsencode(name)).entries
    steps = _steps(entries, old.encode(), tip.encode())
    moves: list[tuple[str, str, str, str]] = []
    earlier, steps = steps[:-_MOST_MOVES], steps[-_MOST_MOVES:]
    if earlier:
        several = f"Move branch {len(earlier)} times on {_short(name)}"
        moves.append((old, earlier[-1].new.decode(), "ref-update", several))
    for step in steps:
        kind, title = _movement(step.message)
        moves.append((step.old.decode(), step.new.decode(), kind, f"{title} on {_short(name)}"))
    if not moves:
        last = entries[-1] if entries and entries[-1].new == tip.encode() else None
        kind, title = _movement(last.message if last else b"")
        # Where the log doesn't tell how it got here, the last line must not pass for all of it.
        before = (
            "" if last is None or kind == "ref-update" or last.old == old.encode() else ", the last of several moves"
        )
        moves.append((old, tip, kind, f"{title} on {_short(name)}{before}"))
    return [
        new_record(now, "terminal", title, kind, refs=[RefRecord(name=name, old=one, new=other)])
        for one, other, kind, title in moves
    ]


def _steps(entries: list[LogEntry], old: bytes, tip: bytes) -> list[LogEntry]:
    """Gives the newest lines of a branch's log that lead from one commit to another without a gap; none if none do."""
    steps: list[LogEntry] = []
    expected = tip
    for entry in reversed(entries):
        if entry.new != expected or RENAMED.match(entry.message):
            return []  # what stands before a renaming is another branch's
        if entry.old == entry.new:
            continue
        steps.append(entry)
        expected = entry.old
        if expected == old:
            return steps[::-1]
    return []


def _movement(message: bytes) -> tuple[str, str]:
    """Names what moved a branch, by the line of its log."""
    for start, kind, title in _KINDS:
        if message.startswith(start):
            _, _, rest = os.fsdecode(message).partition(": ")
            return kind, f"{title}: {rest}" if rest and kind in ("commit", "amend") else title
    return "ref-update", "Move branch"


def _short(name: str) -> str:
    return short_name(os.fsencode(name))
