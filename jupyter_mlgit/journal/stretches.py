"""Cuts HEAD's log into stretches: each begins where HEAD arrived somewhere and ends where it left.

The line that leaves names the branch for certain (``moving from x``; a detached HEAD is left by its commit's name).
The line that arrives (``to x``) is only as typed, and counts when the name is known to be a branch from elsewhere.
What lies between belongs to that branch, unless HEAD was pointed elsewhere without saying so
(``checkout --orphan``, ``symbolic-ref``): then the two names differ, and a line without words, or columns that do not
meet, is the border.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from jupyter_mlgit.git.objects import Oid
from jupyter_mlgit.git.reflog import is_zero

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.git.reflog import LogEntry

MOVING = re.compile(rb"checkout: moving from (\S+) to (\S+)\Z")
RENAMED = re.compile(rb"Branch: renamed refs/heads/(\S+) to refs/heads/(\S+)\Z")
RETURNING = re.compile(rb"(?:rebase|pull)\b.*: returning to refs/heads/(\S+)\Z")
REBASE_START = re.compile(rb"(?:rebase|pull)\b.* \(start\): ")
REBASE_CHECKOUT = re.compile(rb"rebase: checkout (\S+)\Z")

Placed = tuple[int, "LogEntry"]
"""An entry with its position in the log."""


@dataclass
class Stretch:
    """The entries between arriving somewhere and leaving it; the line that arrived is the first of them."""

    log: str
    opened_as: bytes | None = None
    """What HEAD arrived at, as typed."""
    certain: bool = False
    """Whether that is a branch's name for certain."""
    entries: list[Placed] = field(default_factory=list)
    end: Literal["left", "detached", "rebased", "returned", "here"] = "here"
    """How it ended: left a branch, left a commit, left for a rebase, was one, or goes on."""
    left_as: bytes | None = None
    """The branch that was left for certain, or that HEAD names now."""
    closing: Placed | None = None
    """The line that left."""
    last: Oid | None = None
    """Where HEAD was when it left, or is now."""

    def holder(self, known: set[bytes]) -> bytes | None:
        """Gives the branch that HEAD was on at the end of the stretch.

        Args:
            known: names that are branches for certain.
        """
        if self.end in ("detached", "returned"):
            return None
        if self.end == "rebased" and self.opened_as is not None:
            # With a gap between, it was another branch that was left.
            return None if self._borders(silent=False) else self.opener(known)
        return self.left_as

    def opener(self, known: set[bytes]) -> bytes | None:
        """Gives the branch that HEAD arrived at, when the word that was typed is a branch's name."""
        return self.opened_as if self.certain or self.opened_as in known else None

    def shares(self, known: set[bytes]) -> Iterator[tuple[bytes, list[Placed], Oid | None]]:
        """Gives each branch of the stretch with its entries, and where it was after them if another line tells."""
        opener, holder = self.opener(known), self.holder(known)
        then = self.last if self.closing else None
        if holder is not None and opener == holder:
            yield holder, self.entries, then
            return
        if holder is not None and self.opened_as is None:
            # The log begins here; what stands before a gap may be any branch's.
            gaps = [index for index in self._borders(silent=False) if index < len(self.entries)]
            yield holder, self.entries[gaps[-1] if gaps else 0 :], then
            return
        borders = self._borders(silent=True)
        if opener is not None and self.entries:
            # Where nothing shows the border, only the arrival itself is sure.
            on_branch = self.end == "rebased" or holder is not None
            yield opener, self.entries[: borders[0] if borders and on_branch else 1], None
        if holder is not None:
            theirs = self.entries[borders[-1] if borders else 1 :]
            if theirs:
                order, first = theirs[0]
                theirs[0] = (order, replace(first, old=Oid(b"0" * len(first.old))))
            yield holder, theirs, then

    def _borders(self, *, silent: bool) -> list[int]:
        """Gives the positions of entries that may be another branch's first; the end counts as one.

        Args:
            silent: whether a line without words is a border too.
        """
        found = []
        for index in range(1, len(self.entries) + 1):
            before = self.entries[index - 1][1].new
            if index == len(self.entries):
                if self.last not in (None, before):
                    found.append(index)
            elif self.entries[index][1].old != before or (silent and not self.entries[index][1].message):
                found.append(index)
        return found


def cut(log: str, entries: list[LogEntry]) -> list[Stretch]:
    """Cuts the entries of one HEAD log; gives at least one stretch.

    Args:
        log: the log's path.
        entries: oldest first. A time earlier than the line before counts as that line's: a clock was put back.
    """
    stretch = Stretch(log)
    stretches = [stretch]
    rebased: Stretch | None = None
    for order, entry in enumerate(in_order(entries)):
        opened = _opened(stretch, order, entry)
        if opened is None:
            stretch.entries.append((order, entry))
            # Only a branch can be removed from under HEAD.
            stretch.certain = stretch.certain or (is_zero(entry.new) and stretch.opened_as is not None)
            continue
        if rebased is not None and RETURNING.match(entry.message):
            rebased.left_as = opened.opened_as
        rebased = stretch if opened.opened_as is None else None
        stretches.append(stretch := opened)
    return stretches


def _opened(stretch: Stretch, order: int, entry: LogEntry) -> Stretch | None:
    """Gives the stretch that a line begins, after noting how the one before it ended; None when it goes on."""
    log, here = stretch.log, [(order, entry)]
    if moving := MOVING.match(entry.message):
        # 40 digits that aren't the commit that was left are a branch's name.
        detached = moving[1] == entry.old
        _close(stretch, "detached" if detached else "left", order, entry)
        stretch.left_as = None if detached else moving[1]
        return Stretch(log, moving[2], entries=here)
    if returning := RETURNING.match(entry.message):
        stretch.end = "returned"
        return Stretch(log, returning[1], certain=True, entries=here)
    if renamed := RENAMED.match(entry.message):
        if stretch.opened_as == renamed[2] and not stretch.entries:
            return None  # git's second line for the same renaming
        if not is_zero(entry.old):
            _close(stretch, "left", order, entry)
        if stretch.left_as is None:
            stretch.left_as, stretch.end = renamed[1], "left"
        return Stretch(log, renamed[2], certain=True, entries=[] if is_zero(entry.new) else here)
    if checkout := REBASE_CHECKOUT.match(entry.message):
        _close(stretch, "rebased", order, entry)
        return Stretch(log, checkout[1], entries=here)
    if REBASE_START.match(entry.message):
        _close(stretch, "rebased", order, entry)
        return Stretch(log, end="returned")
    return None


def in_order(entries: list[LogEntry]) -> Iterator[LogEntry]:
    """Gives the entries with times that never go back; a line from the future is as old as the one before it."""
    latest, tomorrow = 0, time.time() + 86_400
    for entry in entries:
        latest = max(latest, entry.time) if entry.time < tomorrow else latest
        yield entry if entry.time == latest else replace(entry, time=latest)


def _close(stretch: Stretch, end: Literal["left", "detached", "rebased"], order: int, entry: LogEntry) -> None:
    stretch.end, stretch.closing, stretch.last = end, (order, entry), entry.old
