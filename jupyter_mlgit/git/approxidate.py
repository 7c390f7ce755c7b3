"""Reads times as people write them in ``main@{two days ago}``, with the meaning that git gives them.

What is not said stays as it is now: ``2024-05-01`` is that day at the present time of day, as in git. Words that git
would skip without a sound ("5 bananas ago") are refused here.
"""

from __future__ import annotations

import calendar
import re
import time
from typing import Final

_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_COUNTS: Final = ("last", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS: Final = {"midnight": 0, "noon": 12, "tea": 17}
_HALF_DAY: Final = 12

_UNITS: Final = (*_SECONDS, "month", "year", *_WEEKDAYS)

_PIECE: Final = re.compile(
    rf"""[\s,.]*(?:
      @?(?P<epoch>\d{{9,15}})\b
    | (?P<year>\d{{4}})(?P<sep>[-/.])(?P<month>\d\d?)(?P=sep)(?P<day>\d\d?)(?:T(?=\d))?
    | (?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?\s*(?P<zone>Z\b|[-+]\d\d:?\d\d)?
    | (?P<clock>\d\d?)\s?(?P<half>am|pm)\b
    | (?P<count>\d{{1,6}}|{"|".join(_COUNTS)})[\s.]+(?P<unit>{"|".join(_UNITS)})s?\b
    | (?P<named>{"|".join(_MONTHS)})[a-z]*[\s.]+(?P<on>\d\d?)\b(?!:)
    | (?P<On>\d\d?)[\s.]+(?P<Named>{"|".join(_MONTHS)})[a-z]*
    | (?P<alone>(?:19|20)\d\d)\b
    | (?P<zone_alone>[-+]\d{{4}})\b
    | (?P<word>now|today|yesterday|midnight|noon|tea|never|ago|(?:{"|".join(day[:3] for day in _WEEKDAYS)})[a-z]*)\b
    )""",
    re.VERBOSE | re.IGNORECASE,
)


class _Moment:
    """A time in the local zone whose parts can be set one by one."""

    def __init__(self, now: float) -> None:
        local = time.localtime(now)
        self.parts = list(local[:6])
        self.summer = local.tm_isdst
        """Whether it is summer time; git keeps the present answer unless both a date and a time are given."""
        self.dated = False
        self.offset: int | None = None

    def go_back(self, seconds: int) -> None:
        local = time.localtime(self._local() - seconds)
        self.parts, self.summer = list(local[:6]), local.tm_isdst

    def go_back_months(self, months: int) -> None:
        month = self.parts[0] * 12 + self.parts[1] - 1 - months
        self.parts[:2] = [month // 12, month % 12 + 1]

    def weekday(self) -> int:
        return time.localtime(self._local()).tm_wday

    def timestamp(self) -> int:
        if self.offset is None:
            return self._local()
        return calendar.timegm((*self.parts, 0, 0, 0)) - self.offset

    def _local(self) -> int:
        year, month, day, hour, minute, second = self.parts
        return int(time.mktime((year, month, day, hour, minute, second, 0, 0, self.summer)))


def parse_time(text: str, now: float) -> int:
    """Gives the time that ``text`` means, in seconds since the epoch.

    Args:
        text: such as ``yesterday``, ``2.weeks.ago``, ``2024-05-01 12:00``, ``last friday``.
        now: the present, in seconds since the epoch.

    Raises:
        ValueError: if a part of it is not understood.
    """
    moment = _Moment(now)
    place, text = 0, text.strip()
    if not text:
        raise ValueError("an empty text is no time")
    while place < len(text):
        piece = _PIECE.match(text, place)
        if piece is None:
            raise ValueError(f"'{text}' is not a time")
        place = piece.end()
        if piece["epoch"]:
            return int(piece["epoch"])
        if (piece["word"] or "").lower() == "never":
            return 0
        _apply(moment, piece)
    try:
        return moment.timestamp()
    except (OverflowError, ValueError) as error:
        raise ValueError(f"'{text}' is not a time") from error


def _apply(moment: _Moment, piece: re.Match[str]) -> None:
    if piece["year"]:
        moment.parts[:3] = [int(piece[name]) for name in ("year", "month", "day")]
        moment.dated = True
    elif piece["hour"]:
        moment.parts[3:] = [int(piece["hour"]), int(piece["minute"]), int(piece["second"] or 0)]
        if moment.dated:
            moment.summer = -1
    elif piece["clock"]:
        late = _HALF_DAY if piece["half"].lower() == "pm" else 0
        moment.parts[3:] = [int(piece["clock"]) % _HALF_DAY + late, 0, 0]
    elif piece["count"]:
        _go_back(moment, piece["count"].lower(), piece["unit"].lower())
    elif piece["named"] or piece["Named"]:
        name = (piece["named"] or piece["Named"]).lower()
        month = _MONTHS.index(name) + 1
        # Without a year, the latest such day is meant.
        moment.parts[:3] = [moment.parts[0] - (month > moment.parts[1]), month, int(piece["on"] or piece["On"])]
    elif piece["alone"]:
        moment.parts[0] = int(piece["alone"])
    elif piece["word"]:
        _apply_word(moment, piece["word"].lower())
    zone = piece["zone"] or piece["zone_alone"]
    if zone:
        digits = zone.replace(":", "")
        seconds = 0 if zone in "zZ" else int(digits[1:3]) * 3600 + int(digits[3:5]) * 60
        moment.offset = -seconds if zone[0] == "-" else seconds


def _apply_word(moment: _Moment, word: str) -> None:
    if word == "yesterday":
        moment.go_back(_SECONDS["day"])
    elif word in _HOURS:
        if moment.parts[3] < _HOURS[word]:
            # At ten in the morning, "noon" is yesterday's: logs have no future.
            moment.go_back(_SECONDS["day"])
        moment.parts[3:] = [_HOURS[word], 0, 0]


def _go_back(moment: _Moment, count: str, unit: str) -> None:
    number = int(count) if count.isdigit() else max(1, _COUNTS.index(count))
    if unit in _SECONDS:
        moment.go_back(number * _SECONDS[unit])
    elif unit == "month":
        moment.go_back_months(number)
    elif unit == "year":
        moment.parts[0] -= number
    else:
        days = (moment.weekday() - _WEEKDAYS.index(unit)) % 7 or 7
        moment.go_back((days + 7 * (number - 1)) * _SECONDS["day"])
