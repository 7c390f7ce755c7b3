"""Shows and changes how long things stay recoverable, and says what that costs.

git forgets by two clocks: a reflog entry's own time stamp (``gc.reflogExpire`` and ``gc.reflogExpireUnreachable``) and
an unreachable object's file time (``gc.pruneExpire``); none of them counts from the moment of a deletion
(git-gc(1), git-reflog(1)). Pins are ours, and hold whatever git would forget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from jupyter_mlgit.git.disk_size import disk_size
from jupyter_mlgit.git.objects import MissingObject, Oid
from jupyter_mlgit.git.tree_changes import tree_changes
from jupyter_mlgit.journal.acts import acting, perform
from jupyter_mlgit.journal.backup import BACKUPS
from jupyter_mlgit.journal.pins import PINS
from jupyter_mlgit.journal.records import SettingRecord, new_record, setting_of
from jupyter_mlgit.problems import BadRequest, DamagedRepository, TooLarge
from jupyter_mlgit.recovery.protection import hook_state
from jupyter_mlgit.recovery.tips import Tips, tips_of
from jupyter_mlgit.values import Value, argument

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context

_DEFAULTS = {"reflogExpire": "90.days.ago", "reflogExpireUnreachable": "30.days.ago", "pruneExpire": "2.weeks.ago"}
# git takes a date before 1970 for one in a far future, and would forget everything at once.
Days = Annotated[int, Meta(ge=1, le=10_000)] | Literal["never"]
"""How long something stays; ``never`` lets git, or us, forget nothing of it."""


class RetentionRequest(Value):
    """Asks how long things stay recoverable here."""


class RetentionChange(Value):
    """Asks to keep things longer or shorter; what is not named stays."""

    reflog: Annotated[
        Days | None,
        Meta(
            description="Days that reflog entries stay, or 'never' to lose none (gc.reflogExpire).",
            extra=argument(metavar="DAYS"),
        ),
    ] = None
    unreachable: Annotated[
        Days | None,
        Meta(
            description="The same for entries of commits that nothing reaches (gc.reflogExpireUnreachable).",
            extra=argument(metavar="DAYS"),
        ),
    ] = None
    pins: Annotated[
        Days | None,
        Meta(
            description="Days that our pins stay, or 'never' to lose none (mlgit.pinExpire).",
            extra=argument(metavar="DAYS"),
        ),
    ] = None


class Retention(Value):
    """How long things stay recoverable, and what is kept."""

    reflog_expire: str
    """As git has it, for example ``90.days.ago``, ``never``."""
    reflog_expire_unreachable: str
    prune_expire: str
    pin_days: int | None
    """Null when pins are kept for ever."""
    pins: int
    """How many tips are pinned."""
    pin_bytes: int | None
    """What only the pins keep on disk, compressed; null when it could not be counted."""
    backups: int
    backup_bytes: int | None
    hook: str
    """The hook that watches while no server runs: ``installed``, ``absent`` or ``other`` (somebody else's)."""
    operation: str | None
    """The act, for undo; null when nothing was changed."""


def read_retention(repo: Repository, request: RetentionRequest, context: Context) -> Retention:
    """Says how long things stay recoverable here and what that costs."""
    del request
    return _retention(repo, context, None)


def change_retention(repo: Repository, request: RetentionChange, context: Context) -> Retention:
    """Sets how long things stay recoverable, in the repository's own configuration.

    Raises:
        BadRequest: if nothing is asked for.
        Locked: if somebody else is writing the configuration.
    """
    wanted = {
        ("gc", "reflogExpire"): request.reflog,
        ("gc", "reflogExpireUnreachable"): request.unreachable,
        ("mlgit", "pinExpire"): request.pins,
    }
    if all(days is None for days in wanted.values()):
        raise BadRequest(
            "No number of days was given.", "Give --reflog, --unreachable or --pins with days, or with 'never'."
        )
    with acting(repo, context):
        settings = [_setting(repo, *key, days) for key, days in wanted.items() if days is not None]
        record = new_record(context.now, context.source, "Change retention", "retention", settings=settings)
        done = perform(repo, context, record)
    return _retention(repo, context, done.id)


def _setting(repo: Repository, section: str, name: str, days: Days) -> SettingRecord:
    """Changes the value that counts, which is the last."""
    old = setting_of(repo, section, name)
    new = str(days) if days == "never" or section != "gc" else f"{days}.days"
    return SettingRecord(section=section, name=name, old=old, new=[*old[:-1], new])


def _retention(repo: Repository, context: Context, operation: str | None) -> Retention:
    tips = tips_of(repo)
    pins = [oid for name, oid in tips.refs.items() if name.startswith(PINS)]
    backups = [oid for name, oid in tips.refs.items() if name.startswith(BACKUPS)]
    return Retention(
        reflog_expire=_expiry(repo, "reflogExpire"),
        reflog_expire_unreachable=_expiry(repo, "reflogExpireUnreachable"),
        prune_expire=_expiry(repo, "pruneExpire"),
        pin_days=context.settings.pin_days_in(repo),
        pins=len(pins),
        pin_bytes=_cost(tips, pins),
        backups=len(backups),
        backup_bytes=_cost(tips, backups),
        hook=hook_state(repo),
        operation=operation,
    )


def _expiry(repo: Repository, name: str) -> str:
    value = repo.config.get("gc", name)
    return value.decode("ascii", "replace") if value else _DEFAULTS[name]


def _cost(tips: Tips, kept: list[Oid]) -> int | None:
    """Adds up the objects that only these commits bring in: themselves, and what differs from their parents."""
    objects = tips.repo.objects
    counted: set[bytes] = set()
    try:
        for tip in kept:
            for oid in tips.live.unique(tip):
                if oid in counted:
                    continue
                commit = objects.commit(oid)
                parent = objects.commit(commit.parents[0]).tree if commit.parents else None
                counted.update((oid, commit.tree))
                counted.update(
                    change.new.oid for change in tree_changes(objects, parent, commit.tree) if change.new is not None
                )
    except (MissingObject, DamagedRepository, TooLarge):
        return None
    return disk_size(objects, counted)
