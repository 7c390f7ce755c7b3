"""Says what the stash list is once an act on it is taken back.

The list is the log of ``refs/stash``, and a dropped stash leaves no line there; so the log as it was last seen is
kept with the act, and its lines come back with their words and times. What was put on the list since stays on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.git.reflog import parse_line, read_log
from jupyter_mlgit.journal.pins import Pin, pin
from jupyter_mlgit.journal.records import RefRecord, raw, saved_log
from jupyter_mlgit.journal.seen import STASH, stash_log

if TYPE_CHECKING:
    from jupyter_mlgit.git.objects import Oid
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.records import Record, StashRecord


def on_list(repo: Repository, refs: dict[bytes, Oid]) -> list[str]:
    """Gives the commits on the stash list, oldest first."""
    return [entry.new.decode() for entry in read_log(repo, STASH).entries] if STASH in refs else []


def list_without(act: StashRecord, now: list[str]) -> list[str]:
    """Gives the list as it is once an act is taken back: as it was before, or else with what came since kept.

    A stash that the act took goes where ``git stash store`` puts it then, behind all others.
    """
    if now == act.new:
        return act.old
    made = set(act.new) - set(act.old)
    gone = [one for one in act.old if one not in act.new and one not in now]
    return [one for one in now if one not in made] + gone


def ref_of(refs: dict[bytes, Oid], stashes: list[str]) -> RefRecord:
    """Gives what becomes of the ref with a list; it may be there still where its log has been emptied."""
    old = refs.get(STASH)
    return RefRecord(name=STASH.decode(), old=old.decode() if old else None, new=stashes[-1] if stashes else None)


def log_of(repo: Repository, stashes: list[str], kept: Record) -> bytes:
    """Writes the log of a list, by the lines that are there and those that the act taken back has kept."""
    saved = saved_log(repo, kept.logs.get(STASH.decode(), "")) or b""
    lines: dict[str, bytes] = {}
    for line in (saved + raw(stash_log(repo))).splitlines(keepends=True):
        entry = parse_line(line.rstrip(b"\n"))
        if entry is not None:
            lines[entry.new.decode()] = line
    last, found = repo.zero, []
    for one in stashes:
        if one in lines:
            found.append(bytes(last) + lines[one][repo.hex_length :])
            last = one.encode()
    return b"".join(found)


def keep_dropped(repo: Repository, act: StashRecord, now: float) -> None:
    """Pins the stashes that an act takes from the list.

    Raises:
        Problem: if it cannot be done.
    """
    name = STASH.decode()
    going = [one for one in act.old if one not in act.new]
    pin(repo, [Pin(tip=tip, name=name, when=now, reason="stash") for tip in going], now)
