"""Tells of stashes that the terminal pushed, popped, dropped or cleared.

A push is a new line of the stash's log, which is the list; what leaves the list leaves no line at all. Whether that was
a pop is seen by the working files: they hold just what the stash does. Where they hold something else in its place, as
after a pop that had to merge, nobody can tell. Of a list that is empty at once, the files tell of each stash by itself;
where they hold none of them it is one act.
"""

from __future__ import annotations

import contextlib
import os
import re
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.git.objects import MissingObject
from jupyter_mlgit.git.reflog import parse_line, parse_log
from jupyter_mlgit.git.refs import HEADS
from jupyter_mlgit.journal.file_work import here
from jupyter_mlgit.journal.records import (
    RefRecord,
    StashedRecord,
    StashRecord,
    new_record,
    raw,
    read_records,
    save_log,
    text,
)
from jupyter_mlgit.journal.seen import STASH
from jupyter_mlgit.journal.stash_files import are_in_files, head_of, kept_by
from jupyter_mlgit.journal.telling import told
from jupyter_mlgit.problems import DamagedRepository, Problem

if TYPE_CHECKING:
    from jupyter_mlgit.git.reflog import LogEntry
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.records import Record
    from jupyter_mlgit.journal.seen import Seen

_SHORT = 7

_AT_ONCE = 2
"""Seconds from a stash's commit to its line on the list, at the most; what ``git stash store`` puts there is older."""

_MOST_POPPED = 10
"""Stashes of one emptied list that are looked for in the files; nobody pops more between two looks."""

_PUSHED = re.compile(rb"(?:WIP on|On) ([^:]+): ")


def told_with_stashes(repo: Repository, before: Seen, after: Seen, now: float) -> list[Record]:
    """Turns the differences between two looks into operations of the terminal, oldest first.

    Raises:
        OSError: if the stash's log as it was cannot be kept.
    """
    acts = told(repo, before, after, now)
    there = before.stashes
    for entry in parse_log(raw(after.stash_log)).entries:
        if entry.new.decode() not in there:
            put = _put(repo, before, after, entry, there, now)
            acts.insert(_place(acts, put, before), put)
            there = [*there, entry.new.decode()]
    return acts + _gone(repo, before, after, there, now)


def _put(repo: Repository, before: Seen, after: Seen, entry: LogEntry, there: list[str], now: float) -> Record:
    """Tells of a stash that has come onto the list."""
    stash, words = entry.new.decode(), text(entry.message) or ""
    edits = _pushed(repo, before, after, entry)
    list_ = StashRecord(old=there, new=[*there, stash], edits=edits)
    title = f"Put on the stash list: {words or stash[:_SHORT]}" if edits is None else f"Stash changes: {words}"
    kind = "stash" if edits is None else "stash-push"
    return new_record(now, "terminal", title, kind, refs=_refs(list_.old, list_.new), stashes=list_)


def _pushed(repo: Repository, before: Seen, after: Seen, entry: LogEntry) -> StashedRecord | None:
    """Gives whose edits a stash has taken away; None for one that was only put on the list."""
    pushed = _PUSHED.match(entry.message)
    with contextlib.suppress(MissingObject, DamagedRepository):
        head = head_of(repo, entry.new)
        made = repo.objects.commit(entry.new).committer.time
        if pushed is not None and head is not None and 0 <= entry.time - made <= _AT_ONCE:
            directory = _worktree(before, after, os.fsdecode(HEADS + pushed[1]))
            return StashedRecord(
                commit=entry.new.decode(),
                words=text(entry.message) or "",
                head=head.decode(),
                directory=directory,
                time=entry.time,
                kept=_kept_by(repo, entry.new) if directory == here(repo) else [],
            )
    return None


def _kept_by(repo: Repository, stash: bytes) -> list[str]:
    with contextlib.suppress(Problem, MissingObject, OSError):
        return [os.fsdecode(path) for path in kept_by(repo, stash)]
    return []


def _worktree(before: Seen, after: Seen, branch: str) -> str | None:
    """Gives the worktree that has a branch checked out, or had; a branch is in one at a time."""
    if len(after.heads) == 1:
        return next(iter(after.heads))
    return next((place for seen in (before, after) for place, on in seen.heads.items() if on == branch), None)


def _place(acts: list[Record], put: Record, before: Seen) -> int:
    """Finds where a push stands among the other acts: as late as what was checked out is what it was made on."""
    edits = put.stashes.edits if put.stashes is not None else None
    if edits is None or edits.directory not in before.heads:
        return len(acts)
    pushed = _PUSHED.match(raw(edits.words))
    branch = os.fsdecode(HEADS + pushed[1]) if pushed is not None else ""
    on = before.heads[edits.directory]
    commit: str | None = before.refs.get(on) if on.startswith("refs/") else on
    found = 0 if commit == edits.head and on in (branch, commit) else None
    for number, one in enumerate(acts, 1):
        for ref in one.refs:
            commit = ref.new if ref.name == on else commit
        for head in one.heads:
            if head.directory == edits.directory and head.moves_files:
                on, commit = head.new, head.new_commit
        if commit == edits.head and on in (branch, commit):
            found = number
    return len(acts) if found is None else found


def _gone(repo: Repository, before: Seen, after: Seen, there: list[str], now: float) -> list[Record]:
    """Tells of the stashes that are no longer on the list: one act for each, or one for the whole list."""
    still = set(after.stashes)
    lost = [one for one in reversed(there) if one not in still]
    ways = [_way(repo, before, one) for one in lost] if len(lost) <= _MOST_POPPED else [_Way(None, [])] * len(lost)
    together = len(lost) > 1 and not still and not any(way.popped for way in ways)
    groups: list[tuple[list[str], _Way | None]] = [([one], way) for one, way in zip(lost, ways, strict=True)]
    records = []
    for going, way in [(lost, None)] if together else groups:
        left = [one for one in there if one not in going]
        list_, kind = StashRecord(old=there, new=left), "stash-drop"
        if way is None:
            is_dropped = len(after.heads) <= 1 and all(one.popped is False for one in ways)
            title = f"Drop all {len(lost)} stashes" if is_dropped else f"Empty the stash list ({len(lost)} stashes)"
        else:
            list_, title, kind = _left(repo, before, after, list_, going[0], way)
        record = new_record(now, "terminal", title, kind, refs=_refs(there, left), stashes=list_)
        record.logs[STASH.decode()] = save_log(repo, record.id, 0, raw(before.stash_log))
        records.append(record)
        there = left
    return records


class _Way(NamedTuple):
    """How a stash has left the list."""

    popped: bool | None
    """None where nobody can tell."""
    kept: list[str]
    """The paths at which index and files had what is staged in it until then."""


def _way(repo: Repository, before: Seen, stash: str) -> _Way:
    kept = _kept_until_now(repo, stash)
    if kept and _was_reset(repo, before):
        return _Way(None, [])
    return _Way(are_in_files(repo, stash.encode(), {raw(path) for path in kept}), kept)


def _kept_until_now(repo: Repository, stash: str) -> list[str]:
    """Gives what the push was seen to keep."""
    for record in reversed(read_records(repo)):
        act = record.stashes
        if act is not None and act.edits is not None and act.edits.commit == stash and stash in act.new:
            return act.edits.kept if act.edits.directory == here(repo) else []
    return []


def _was_reset(repo: Repository, before: Seen) -> bool:
    """Tells whether index and files were reset since the last look, as ``git stash pop --index`` does on its way."""
    log = repo.git_dir / "logs" / "HEAD"
    with contextlib.suppress(OSError):
        added = log.read_bytes()[before.logs.get(str(log), 0) :]
        return any(entry.message.startswith(b"reset: ") for entry in parse_log(added).entries)
    return False


def _left(
    repo: Repository, before: Seen, after: Seen, list_: StashRecord, stash: str, way: _Way
) -> tuple[StashRecord, str, str]:
    """Says whether one stash was popped or dropped: the lists with its edits, the title and the kind."""
    words, time = _words(before, stash)
    place = here(repo)
    on = after.heads.get(place, "")
    head = after.refs.get(on) if on.startswith("refs/") else on
    if way.popped and head:
        edits = StashedRecord(commit=stash, words=words, head=head, directory=place, time=time, kept=way.kept)
        return StashRecord(old=list_.old, new=list_.new, edits=edits), f"Pop stash: {words}", "stash-pop"
    # It may have been popped where another worktree has its files.
    is_dropped = way.popped is False and len(after.heads) <= 1
    return list_, f"{'Drop' if is_dropped else 'Drop or pop'} stash: {words}", "stash-drop"


def _words(before: Seen, stash: str) -> tuple[str, int]:
    """Gives what the list called a stash, and when it came there."""
    for line in raw(before.stash_log).splitlines():
        entry = parse_line(line)
        if entry is not None and entry.new.decode() == stash:
            return text(entry.message) or stash[:_SHORT], entry.time
    return stash[:_SHORT], 0


def _refs(old: list[str], new: list[str]) -> list[RefRecord]:
    first, then = (one[-1] if one else None for one in (old, new))
    return [RefRecord(name=STASH.decode(), old=first, new=then)]
