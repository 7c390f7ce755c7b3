"""Finds which acts have to go back, or be done again, for the repository to be as it was at some time.

What counts is what is done *now*: an act that was undone and done again since stands where it was done again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_mlgit.journal.records import Record


def done_since(records: Sequence[Record], act: str) -> list[Record]:
    """Gives the acts that are done now and were not yet when this act was done; newest first."""
    return _done_after(records, _place(records, act) + 1)


def acts_before(records: Sequence[Record], act: str) -> list[Record]:
    """Gives the acts that are done now and were not yet before this act; newest first."""
    return _done_after(records, _place(records, act))


def undone_until(records: Sequence[Record], undoing: Record) -> list[Record]:
    """Gives the acts of undoing, newest first, up to this one, as far as they have not been taken back themselves."""
    later = records[_place(records, undoing.id) :]
    undone: dict[str, Record] = {}
    for one in later:
        if one.undoes:
            undone[one.undoes] = one
        elif one.redoes:
            undone.pop(one.redoes, None)
    return sorted(undone.values(), key=later.index, reverse=True)


def _done_after(records: Sequence[Record], count: int) -> list[Record]:
    now, then = _done(records), _done(records[:count])
    by_id = {record.id: record for record in records}
    return [by_id[one] for one in sorted(now.keys() - then.keys(), key=now.__getitem__, reverse=True)]


def _done(records: Sequence[Record]) -> dict[str, int]:
    """Gives each act that is done after all these, with the place where it was done last."""
    done: dict[str, int] = {}
    for place, record in enumerate(records):
        if record.undoes:
            done.pop(record.undoes, None)
        elif record.redoes or record.changes:
            done[record.redoes or record.id] = place
    return done


def _place(records: Sequence[Record], act: str) -> int:
    return next(place for place, record in enumerate(records) if record.id == act)
