"""Forgets what was kept for longer than the person wants: pins, and backups with the steps that belong to them.

A clock may be wrong for a moment, so something goes only when it was found too old a day before as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from jupyter_mlgit.git.durable import write_durably
from jupyter_mlgit.git.log_changes import RefUpdate
from jupyter_mlgit.git.objects import MissingObject
from jupyter_mlgit.git.ref_transaction import RefTransaction
from jupyter_mlgit.journal.backup import BACKUPS, forget_backups, kept_files
from jupyter_mlgit.journal.pins import DAY, MONTH, pin_ref, read_pins
from jupyter_mlgit.journal.records import encode, read_records
from jupyter_mlgit.problems import DamagedRepository

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context
    from jupyter_mlgit.journal.pins import Pin

HOUR = 3_600
"""How often a repository that stays open is looked through, in seconds: it costs as much as there are acts."""

_looked: WeakKeyDictionary[Repository, tuple[int, float]] = WeakKeyDictionary()
"""When a repository was looked through last, and with which limit."""


def expire(repo: Repository, context: Context) -> int:
    """Takes away pins and backups that are older than the person's limit; gives how many.

    A repository that stays open is looked through once an hour.

    Args:
        repo: the repository, locked by the caller, with no act of ours half done.
        context: its settings tell the limit.
    """
    days = context.settings.pin_days_in(repo)
    if days is None:
        return 0
    limit, last = _looked.get(repo, (None, 0.0))
    if limit == days and 0 <= context.now - last < HOUR:
        return 0
    _looked[repo] = days, context.now
    oldest = context.now - days * DAY
    pins = read_pins(repo)
    kept = [one for one in pins if one.when >= oldest]
    backups = _old_backups(repo, oldest)
    if (len(kept) == len(pins) and not backups) or not _found_old_before(repo, context.now):
        return 0
    forget_backups(repo, backups, context.now)
    return len(backups) + _forget_pins(repo, pins, kept, context.now)


def _forget_pins(repo: Repository, pins: list[Pin], kept: list[Pin], now: float) -> int:
    if len(kept) == len(pins):
        return 0
    still = {one.tip for one in kept}
    refs = repo.refs.all()
    going = {one.tip.encode() for one in pins if one.tip not in still}
    updates = [RefUpdate(pin_ref(tip), refs[pin_ref(tip)], None) for tip in sorted(going) if pin_ref(tip) in refs]
    if updates:
        with RefTransaction(repo, updates, now) as transaction:
            transaction.commit()
    write_durably(repo.ours / "pins.jsonl", b"".join(encode(one) for one in kept))
    return len(updates)


def _old_backups(repo: Repository, oldest: float) -> list[str]:
    """Gives the acts whose backup or steps are too old; those that were cut off before they began are told by both."""
    made = kept_files(repo)
    acts = {one.id: one.when for one in read_records(repo)}
    for ref, commit in repo.refs.all().items():
        name = ref.removeprefix(BACKUPS).decode("ascii", "replace")
        if not ref.startswith(BACKUPS) or not name.isalnum():
            continue
        try:
            made[name] = acts[name] if name in acts else repo.objects.commit(commit).committer.time
        except (MissingObject, DamagedRepository):
            made.pop(name, None)  # not for us to judge
    return sorted(name for name, when in made.items() if acts.get(name, when) < oldest)


def _found_old_before(repo: Repository, now: float) -> bool:
    """Tells whether something was found too old at least a day ago by this clock, and remembers that it is now."""
    path = repo.ours / "expiring"
    try:
        noticed = float(path.read_bytes()) if path.is_file() else None  # a planted pipe would hold us up
    except (OSError, ValueError):
        noticed = None
    if noticed is not None and DAY <= now - noticed <= MONTH:
        path.unlink(missing_ok=True)
        return True
    if noticed is None or not 0 <= now - noticed < DAY:
        write_durably(path, str(now).encode())
    return False
