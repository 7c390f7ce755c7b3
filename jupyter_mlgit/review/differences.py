"""One difference between two versions, before it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Difference:
    """What was found, and where.

    A difference that is ``quiet`` is not told: it only says that a value went or came, so that the same value elsewhere
    is known to have moved.
    """

    kind: Literal["gone", "come", "changed"]
    rule: str
    message: str
    old_line: int | None
    new_line: int | None
    new_end: int | None = None
    value: str | None = None
    """A setting's value that is no longer said here, or is only said here now."""

    moved: str | None = None
    """What the same difference the other way round is called in another file, if it only moved there."""

    weak: bool = False
    quiet: bool = False
    root: bool = False
    """Stands where a value is set, not where it is used."""

    derived: bool = False
    """The same name as before: what it stands for was changed elsewhere."""

    change: tuple[str, str] | None = None
    """A setting's value before and after."""


def without_moves(differences: Iterable[Difference]) -> list[Difference]:
    """Takes values out that only moved within one file, and tells one change of a value once."""
    differences = list(differences)
    sides = {
        kind: {(one.rule, one.value) for one in differences if one.kind == kind and one.value not in {None, "_"}}
        for kind in ("gone", "come")
    }
    both = sides["gone"] & sides["come"]
    kept = [one for one in differences if not one.quiet and (one.rule, one.value) not in both]
    roots = {(one.rule, one.change) for one in kept if one.root}
    root_changes = {change for _, change in roots}
    root_rules = {rule for rule, _ in roots}
    told: set[tuple[object, ...]] = set()
    found = []
    for one in kept:
        single = (one.rule, one.message, one.new_line, one.old_line)
        repeated = one.change is not None and not one.root and (one.rule, one.change) in roots
        repeated = repeated or (
            one.derived and (one.rule in root_rules or one.rule == "device" or one.change in root_changes)
        )
        if not repeated and single not in told:
            told.add(single)
            found.append(one)
    return found


def moved_between(files: Iterable[Iterable[Difference]]) -> frozenset[str]:
    """Says what went from one file and came into another."""
    gone: dict[str, set[int]] = {}
    come: dict[str, set[int]] = {}
    for at, differences in enumerate(files):
        for one in differences:
            if one.moved is not None and one.kind != "changed":
                (gone if one.kind == "gone" else come).setdefault(one.moved, set()).add(at)
    return frozenset(name for name, places in gone.items() if come.get(name, set()) - places)
