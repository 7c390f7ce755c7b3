"""Pins commits, so that no ``git gc`` can take them, and remembers what they were called.

A pin is a ref ``refs/mlgit/pins/<tip>``; git keeps whatever a ref reaches. What the tip was called, when it went and
which settings its branch had stands in ``.git/mlgit/pins.jsonl``, one line for each time a name lost a tip.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal

from jupyter_mlgit.git.durable import cannot_write
from jupyter_mlgit.git.log_changes import RefUpdate
from jupyter_mlgit.git.objects import Oid
from jupyter_mlgit.git.pack_writer import release_packs
from jupyter_mlgit.git.ref_transaction import RefTransaction
from jupyter_mlgit.git.reflog import is_zero
from jupyter_mlgit.git.refs import OURS
from jupyter_mlgit.journal.records import append_lines, encode, read_lines
from jupyter_mlgit.journal.running_gc import hold_against_gc
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_mlgit.git.repository import Repository

PINS = OURS + b"pins/"

DAY, MONTH = 86_400, 30 * 86_400
"""Seconds."""

Reason = Literal["deleted", "overwritten", "renamed", "stash", "asked"]


class Pin(Value, forbid_unknown_fields=False):
    """One tip that a name lost, or that a person asked to keep."""

    tip: str
    name: str | None
    """The full ref name that it had; None for commits without a name."""
    when: float
    """When it was noticed; seconds since the epoch."""
    reason: Reason
    seen: float | None = None
    """When the name was last seen to hold the tip, if that was not at the same time."""
    section: list[tuple[str, str]] | None = None
    """The branch's settings at that time."""
    log: str | None = None
    """The file in ``.git/mlgit/logs`` that holds the branch's own log, where it could be kept."""


def pin_ref(tip: bytes) -> bytes:
    """Gives the hidden ref for a tip."""
    return PINS + tip


def pin(repo: Repository, pins: Iterable[Pin], now: float) -> list[Pin]:
    """Pins tips and remembers their names; a tip that is no longer there is left out.

    Args:
        repo: the repository, locked by the caller.
        pins: what to keep.
        now: seconds since the epoch.

    Returns:
        those that are safe now.

    Raises:
        Problem: if a pin cannot be written.
    """
    kept = [one for one in pins if not is_zero(one.tip.encode()) and repo.objects.is_on_disk(one.tip.encode())]
    wanted = {one.tip.encode() for one in kept}
    missing = sorted(tip for tip in wanted if repo.refs.read(pin_ref(tip)) is None)
    try:
        if missing:
            hold_against_gc(repo, missing)
            updates = [RefUpdate(pin_ref(tip), None, Oid(tip), log_line=False) for tip in missing]
            with RefTransaction(repo, updates, now) as transaction:
                transaction.commit()
            release_packs(repo.common_dir / "objects" / "pack")
        remember_pins(repo, kept)
    except OSError as error:
        raise cannot_write(repo.ours, error) from error
    return kept


def remember_pins(repo: Repository, pins: Iterable[Pin]) -> None:
    """Writes down what pins are for, and from when on they expire.

    Raises:
        OSError: if it cannot be written.
    """
    lines = b"".join(encode(one) for one in pins)
    if lines:
        append_lines(repo.ours / "pins.jsonl", lines)


def read_pins(repo: Repository) -> list[Pin]:
    """Gives all that was ever pinned here and not yet forgotten, oldest first."""
    return read_lines(repo.ours / "pins.jsonl", Pin)


def pinned_tips(refs: dict[bytes, Oid]) -> set[bytes]:
    """Gives the tips that have a pin, from a listing of all refs."""
    return {bytes(oid) for name, oid in refs.items() if name.startswith(PINS)}


def section_of(repo: Repository, short: bytes) -> list[tuple[str, str]] | None:
    """Gives a branch's settings as a pin or a record keeps them; None where there are none."""
    from jupyter_mlgit.journal.records import text

    values = repo.config.values("branch", short)
    return [(text(name) or "", text(value) or "") for name, value in values] or None


def local_time(seconds: float) -> str:
    """Writes a time for a person in the local zone, ISO 8601 with offset."""
    from jupyter_mlgit.values import moment

    try:
        offset = time.localtime(seconds).tm_gmtoff // 60
    except (OverflowError, ValueError, OSError):
        offset = 0
    return moment(seconds, offset)
