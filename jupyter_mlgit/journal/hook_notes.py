"""Reads what the opt-in ``reference-transaction`` hook wrote down while no server was looking.

The hook pins by itself; it leaves a line in ``.git/mlgit/hook.log`` (seconds, tip, ref, saved log, and the branch's
settings in base 64, as ``git config --null --list`` has them) that becomes a pin's memory here.
"""

from __future__ import annotations

import base64
import binascii
import os
from typing import TYPE_CHECKING

from jupyter_mlgit.git.refs import is_oid
from jupyter_mlgit.journal.pins import Pin

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.pins import Reason

_REASONS: dict[bytes, Reason] = {b"overwritten": "overwritten", b"stash": "stash"}


def take_hook_notes(repo: Repository, now: float) -> list[Pin]:
    """Gives the hook's notes as pins and forgets them; the file is renamed first, so that none is lost or read twice.

    Args:
        repo: the repository, locked by the caller.
        now: the time for a note whose own cannot be read or cannot be.
    """
    path = repo.ours / "hook.log"
    taken = repo.ours / "hook.log.taken"
    try:
        if not taken.exists():
            path.rename(taken)
        lines = taken.read_bytes().splitlines() if taken.is_file() else []  # a planted pipe would hold us up
    except OSError:
        return []
    pins = []
    for line in lines:
        fields = line.split(b" ")
        if len(fields) < 3 or not is_oid(fields[1]):  # noqa: PLR2004 -- time, tip, ref
            continue
        log = fields[3].decode("ascii", "replace") if len(fields) > 3 and fields[3] != b"-" else None  # noqa: PLR2004
        section = _section(fields[4]) if len(fields) > 4 else None  # noqa: PLR2004
        pins.append(
            Pin(
                tip=fields[1].decode(),
                name=os.fsdecode(fields[2]),
                when=_when(fields[0], now),
                reason=_REASONS.get(fields[-1], "deleted"),
                section=section,
                log=log,
            )
        )
    return pins


def forget_hook_notes(repo: Repository) -> None:
    """Drops the notes that have become pins."""
    (repo.ours / "hook.log.taken").unlink(missing_ok=True)


def _when(written: bytes, now: float) -> float:
    """Reads a note's time; one from the future is a wrong clock's, and would be the newest for years."""
    when = float(written) if written.isdigit() else now
    return when if 0 < when <= now else now


def _section(encoded: bytes) -> list[tuple[str, str]] | None:
    try:
        entries = os.fsdecode(base64.b64decode(encoded, validate=True)).split("\0")
    except (binascii.Error, ValueError):
        return None
    # A name without a value is git's short way to say "true".
    parts = (entry.partition("\n") for entry in entries if entry)
    return [(name, value if found else "true") for name, found, value in parts if "." not in name] or None
