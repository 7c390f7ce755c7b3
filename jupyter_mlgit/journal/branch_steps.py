"""Reads from a branch's own log how it came from one commit to another: one step for each line, in git's words."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.git.reflog import is_zero, read_log
from jupyter_mlgit.journal.stretches import RENAMED, in_order

if TYPE_CHECKING:
    from jupyter_mlgit.git.reflog import LogEntry
    from jupyter_mlgit.git.repository import Repository

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


class Step(NamedTuple):
    """One move of a branch."""

    old: str | None
    """None where the branch was made."""
    new: str
    time: float
    """Seconds since the epoch, never earlier than the step before."""
    kind: str
    title: str
    whole: bool = True
    """Whether this is all that happened; otherwise the title is that of the last of several moves."""


def steps_of(repo: Repository, name: str, old: str | None, tip: str, now: float) -> list[Step]:
    """Gives the steps that led a branch from one commit, or from nothing, to another; one for all if its log is mute.

    Args:
        repo: the repository.
        name: the branch's full name.
        old: where it was; None where there was none.
        tip: where it is.
        now: stands for the time of what no line tells.
    """
    entries = list(in_order(read_log(repo, os.fsencode(name)).entries))
    lines = _lines(entries, old.encode() if old else repo.zero, tip.encode())
    steps: list[Step] = []
    if old is None:
        lines, made = lines[1:], lines[:1]
        if not made:
            return [Step(None, tip, now, "branch-create", "Create branch")]
        steps.append(Step(None, made[0].new.decode(), made[0].time, "branch-create", "Create branch"))
    earlier, lines = lines[:-_MOST_MOVES], lines[-_MOST_MOVES:]
    if earlier:
        several = f"Move branch {len(earlier)} times"
        last = earlier[-1]
        steps.append(Step(earlier[0].old.decode(), last.new.decode(), last.time, "ref-update", several))
    steps += [Step(one.old.decode(), one.new.decode(), one.time, *movement(one.message)) for one in lines]
    return steps or [_at_once(entries, str(old), tip, now)]


def told_by(repo: Repository, name: str, oid: bytes) -> bool:
    """Tells whether a branch can have been at a commit, as far as its own log goes."""
    entries = read_log(repo, os.fsencode(name)).entries
    return not entries or any(oid in (entry.old, entry.new) for entry in entries)


def movement(message: bytes) -> tuple[str, str]:
    """Names what moved a branch, by the line of a log."""
    for start, kind, title in _KINDS:
        if message.startswith(start):
            _, _, rest = os.fsdecode(message).partition(": ")
            return kind, f"{title}: {rest}" if rest and kind in ("commit", "amend") else title
    return "ref-update", "Move branch"


def _lines(entries: list[LogEntry], old: bytes, tip: bytes) -> list[LogEntry]:
    """Gives the newest lines of a branch's log that lead from one commit to another without a gap; none if none do."""
    found: list[LogEntry] = []
    expected = tip
    for entry in reversed(entries):
        if entry.new != expected or RENAMED.match(entry.message) or entry.message.startswith(b"Branch: copied "):
            return []  # what stands before a renaming is another branch's
        if entry.old == entry.new:
            continue
        found.append(entry)
        expected = entry.old
        if expected == old:
            return found[::-1]
        if is_zero(expected):
            break
    return []


def _at_once(entries: list[LogEntry], old: str, tip: str, now: float) -> Step:
    last = entries[-1] if entries and entries[-1].new == tip.encode() else None
    kind, title = movement(last.message if last else b"")
    # Where the log doesn't tell how it got here, the last line must not pass for all of it.
    whole = last is None or kind == "ref-update" or last.old == old.encode()
    return Step(old, tip, last.time if last else now, kind, title, whole)
