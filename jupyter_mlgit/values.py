"""The base of every body that crosses a boundary: REST, command line, events and journal files."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_: object) -> object:
        """Stands in for the one of typing_extensions, which only a type checker needs."""
        return lambda kind: kind


# Says to type checkers that what is frozen and kw_only here is so in every subclass.
@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Value(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """An immutable body: snake_case here, camelCase on the wire, unknown fields refused."""


def argument(**options: Any) -> dict[str, Any]:  # noqa: ANN401 -- argparse takes what it takes
    """Says how a field of a request reads on the command line.

    ``positional=True`` makes it a positional argument, ``flag="--at"`` names its option (the default is
    the field's name in kebab-case), ``short="-c"`` a second, shorter one, ``metavar`` and ``many=True`` are argparse's.
    ``is_path=True`` takes it from the folder that the command works in.
    The answer goes into ``msgspec.Meta(extra=…)`` and never reaches the wire.
    """
    return {"argument": options}


def moment(seconds: float, offset_minutes: int = 0) -> str:
    """Writes a time as ISO 8601 with its offset.

    Args:
        seconds: seconds since the epoch, UTC.
        offset_minutes: minutes east of UTC in which git recorded it.
    """
    from datetime import timedelta

    try:
        zone = timezone(timedelta(minutes=offset_minutes))
        return datetime.fromtimestamp(seconds, zone).isoformat()
    except (ValueError, OverflowError, OSError):
        # A time stamp that no calendar has (a corrupt log can hold any number) is shown as the epoch's start.
        return datetime.fromtimestamp(0, timezone.utc).isoformat()


def visible(text: bytes | str) -> str:
    """Decodes what git stores for display: UTF-8, and every byte that isn't as U+FFFD.

    Control and bidirectional characters are kept: whoever shows the text makes them visible.
    """
    return text if isinstance(text, str) else text.decode("utf-8", "replace")
