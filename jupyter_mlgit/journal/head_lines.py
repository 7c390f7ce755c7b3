"""Reads what the logs of HEAD have gained since the last look, and where HEAD was after each line.

The word after ``to`` is only as typed, and ``--detach`` takes a branch's name, too. So where HEAD went is taken from
the line that leaves again, or, at the end, from HEAD as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.git.reflog import parse_log
from jupyter_mlgit.git.refs import HEADS
from jupyter_mlgit.journal.records import raw
from jupyter_mlgit.journal.stretches import MOVING, RENAMED, RETURNING, in_order

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_mlgit.git.reflog import LogEntry
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.seen import Seen

_MOST_LINES = 50
"""Lines of one log that are read one by one; what they lead on from is told as one act."""


class HeadLine(NamedTuple):
    """One line of a worktree's log of HEAD."""

    place: str
    """The worktree's administrative folder, as records have it."""
    entry: LogEntry
    on: bytes | None
    """The branch's full name that HEAD was on afterwards; None when detached."""


def new_lines(repo: Repository, before: Seen, after: Seen) -> list[HeadLine]:
    """Gives the lines since the last look, oldest first, those of several worktrees by their times.

    What a rebase or bisection under way has written is left out.
    """
    found: list[tuple[float, HeadLine]] = []
    for place, now in after.heads.items():
        path = repo.common_dir / place / "logs" / "HEAD"
        if place not in before.heads or place in {*before.under_way, *after.under_way} or str(path) not in before.logs:
            continue
        entries = list(in_order(parse_log(_tail(path, before.logs[str(path)])).entries))[-_MOST_LINES:]
        on = raw(now) if now.startswith("refs/") else None
        lines = []
        for entry in reversed(entries):
            lines.append((entry.time, HeadLine(place, entry, on)))
            on = _before(entry, on)
        found += reversed(lines)
    return [line for _, line in sorted(found, key=lambda one: one[0])]


def left_from(entry: LogEntry, on: bytes | None) -> bytes | None:
    """Gives the branch that a line of a checkout has left; None for a commit, whose name the line then has in full."""
    moving = MOVING.match(entry.message)
    if moving is None:
        return on
    return None if moving[1] == entry.old else HEADS + moving[1]


def _before(entry: LogEntry, on: bytes | None) -> bytes | None:
    if returning := RETURNING.match(entry.message):
        return HEADS + returning[1]
    if renamed := RENAMED.match(entry.message):
        return HEADS + renamed[1]
    return left_from(entry, on)


def _tail(path: Path, start: int) -> bytes:
    """Gives what a log has gained behind a place; nothing where it has been written anew."""
    try:
        with path.open("rb") as stream:
            if start:
                stream.seek(start - 1)
                if stream.read(1) != b"\n":
                    return b""
            return stream.read()
    except OSError:
        return b""
