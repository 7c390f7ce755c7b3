"""Puts numbers and times into words."""

from __future__ import annotations

from datetime import datetime, timezone

SHORT = 7
"""Digits of an id that are shown."""

_UNITS = (
    (31_536_000, "year"),
    (2_592_000, "month"),
    (604_800, "week"),
    (86_400, "day"),
    (3_600, "hour"),
    (60, "minute"),
)


def count(number: int, one: str, many: str | None = None) -> str:
    """Gives ``1 commit`` or ``2 commits``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def ago(moment: str | None, now: datetime | None = None) -> str:
    """Gives ``3 hours ago`` for a time as the contract writes it; empty where there is none."""
    if moment is None:
        return ""
    seconds = ((now or datetime.now(timezone.utc)) - datetime.fromisoformat(moment)).total_seconds()
    for length, unit in _UNITS:
        if seconds >= length:
            return f"{count(int(seconds // length), unit)} ago"
    return "just now" if seconds > -_UNITS[-1][0] else moment


def size(number: int | None) -> str:
    """Gives a number of bytes as ``1.2 MB``; ``n/a`` where it isn't known."""
    if number is None:
        return "n/a"
    amount = float(number)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000:  # noqa: PLR2004 -- SI prefixes
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def short(oid: str | None) -> str:
    """Gives the first digits of an id."""
    return oid[:SHORT] if oid else "none"
