"""Writes a content as what it takes over from another one and what is new, in the form of git's packs.

``gitformat-pack(5)`` describes the form. What is the same at both ends is found first, then runs of sixteen bytes and
more that stand anywhere in the old content.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_SEARCH = 2 * 2**20
"""Bytes between the same ends in which runs are looked for; a larger rest is taken as new."""

_RUN = 16
_MOST_RUNS = 2**20
_LONGEST_COPY = 0xFFFF
_LONGEST_NEW = 127
_STRETCH = 2**16


def make_delta(old: bytes, new: bytes) -> bytes:
    """Gives the delta that makes ``new`` of ``old``."""
    start = _alike(old, 0, new, 0)
    end = _alike_before(old, len(old), new, len(new), min(len(old), len(new)) - start)
    pieces = [_number(len(old)), _number(len(new)), *_copied(0, start)]
    middle = len(new) - end
    if middle - start > LARGEST_SEARCH:
        pieces += _added(new[start:middle])
    else:
        pieces += _searched(old, new, start, middle)
    pieces += _copied(len(old) - end, end)
    return b"".join(pieces)


def _searched(old: bytes, new: bytes, start: int, stop: int) -> Iterator[bytes]:
    """Takes a part of the new content apart into runs that the old one has, and others."""
    step = max(_RUN, len(old) // _MOST_RUNS)
    known: dict[bytes, int] = {}
    for at in range(0, len(old) - _RUN + 1, step):
        known.setdefault(old[at : at + _RUN], at)
    waiting = place = start
    while place + _RUN <= stop:
        found = known.get(new[place : place + _RUN])
        if found is None:
            place += 1
            continue
        back = _alike_before(old, found, new, place, min(found, place - waiting))
        length = min(back + _alike(old, found, new, place), stop - place + back)
        yield from _added(new[waiting : place - back])
        yield from _copied(found - back, length)
        waiting = place = place - back + length
    yield from _added(new[waiting:stop])


def _alike(old: bytes, left: int, new: bytes, right: int) -> int:
    """Says how many bytes from two places on are the same."""
    most, same, stretch = min(len(old) - left, len(new) - right), 0, _RUN
    while same < most and stretch:
        if old[left + same : left + same + stretch] == new[right + same : right + same + stretch]:
            same += stretch
            stretch = min(2 * stretch, _STRETCH)
        else:
            stretch = _part_alike(old, left + same, new, right + same, stretch)
            return same + stretch
    return min(same, most)


def _part_alike(old: bytes, left: int, new: bytes, right: int, stretch: int) -> int:
    """The same where it is known that fewer than ``stretch`` are."""
    low, high = 0, stretch
    while high - low > 1:
        middle = (low + high) // 2
        if old[left : left + middle] == new[right : right + middle]:
            low = middle
        else:
            high = middle
    # A slice past the end is shorter, so two ends may look alike.
    return min(low, len(old) - left, len(new) - right)


def _alike_before(old: bytes, left: int, new: bytes, right: int, most: int) -> int:
    """Says how many bytes before two places are the same, at most so many."""
    low, high = 0, most + 1
    while high - low > 1:
        middle = (low + high) // 2
        if old[left - middle : left - low] == new[right - middle : right - low]:
            low = middle
        else:
            high = middle
    return low


def _number(value: int) -> bytes:
    """Writes a number, seven bits at a time, the lowest first."""
    found = bytearray()
    while value > 0x7F:  # noqa: PLR2004 -- seven bits
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def _copied(offset: int, length: int) -> Iterator[bytes]:
    while length:
        some = min(length, _LONGEST_COPY)
        flags, tail = 0x80, bytearray()
        for bit, part in enumerate((*offset.to_bytes(4, "little"), *some.to_bytes(2, "little"))):
            if part:
                flags |= 1 << bit
                tail.append(part)
        yield bytes((flags, *tail))
        offset += some
        length -= some


def _added(content: bytes) -> Iterator[bytes]:
    for at in range(0, len(content), _LONGEST_NEW):
        some = content[at : at + _LONGEST_NEW]
        yield bytes((len(some),)) + some
