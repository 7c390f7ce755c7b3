"""Compares transforms that stand in an order, as ``Compose`` holds them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from jupyter_mlgit.review.differences import Difference
from jupyter_mlgit.review.facts import moved_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_mlgit.review.facts import Fact, Steps
    from jupyter_mlgit.review.moves import Moves

    Key = tuple[str, tuple[tuple[str, str], ...]]


_SAME_PLACE = 0.1
"""What standing in the same function adds to a likeness."""

_MOST = 200
"""Compositions that are compared with one another."""


def compare_steps(old: list[Steps], new: list[Steps], loose: Iterable[Fact], moves: Moves) -> list[Difference]:
    """Compares them.

    Args:
        old: those of the old version.
        new: those of the new one.
        loose: transforms of the new version that stand outside; one taken from a list into the code is no loss.
        moves: where functions went.
    """
    there = {_keys(steps) for steps in new}
    were = {_keys(steps) for steps in old}
    left_old, left_new = _unpaired(old, new)
    outside = {_key(fact) for fact in loose}
    found: list[Difference] = []
    for before, after in _pairs(left_old, left_new):
        found += _between(before, after)
    paired = {id(part) for pair in _pairs(left_old, left_new) for part in pair}
    for steps in left_old:
        if (
            id(steps) in paired
            or _keys(steps) in there
            or (moves.scope(steps.scope) is None and not moves.is_used(steps.scope))
        ):
            continue
        found += [_gone(fact, None) for fact in steps.facts if _key(fact) not in outside]
    for steps in left_new:
        if id(steps) in paired or _keys(steps) in were or moves.is_new(steps.scope):
            continue
        found += [_come(fact) for fact in steps.facts]
    return found


def _key(fact: Fact) -> Key:
    return fact.name, fact.values


def _keys(steps: Steps) -> tuple[Key, ...]:
    return tuple(_key(fact) for fact in steps.facts)


def _unpaired(old: list[Steps], new: list[Steps]) -> tuple[list[Steps], list[Steps]]:
    there = Counter(_keys(steps) for steps in new)
    left_old = []
    for steps in old:
        if there[_keys(steps)] > 0:
            there[_keys(steps)] -= 1
        else:
            left_old.append(steps)
    were = Counter(_keys(steps) for steps in old)
    left_new = []
    for steps in new:
        if were[_keys(steps)] > 0:
            were[_keys(steps)] -= 1
        else:
            left_new.append(steps)
    return left_old, left_new


def _pairs(old: list[Steps], new: list[Steps]) -> list[tuple[Steps, Steps]]:
    """Pairs those in the same function that have most in common, in order where that says nothing."""
    left = list(new)
    pairs = []
    for before in old[:_MOST]:
        names = Counter(fact.name for fact in before.facts)
        best: tuple[float, Steps] | None = None
        for after in left[:_MOST]:
            shared = sum((names & Counter(fact.name for fact in after.facts)).values())
            likeness = shared / max(len(before.facts), len(after.facts), 1) + (
                _SAME_PLACE if before.scope == after.scope else 0
            )
            if best is None or likeness > best[0]:
                best = (likeness, after)
        if best is not None and (best[0] > _SAME_PLACE or len(old) == len(new)):
            pairs.append((before, best[1]))
            left.remove(best[1])
    return pairs


def _between(old: Steps, new: Steps) -> list[Difference]:
    gone = Counter(_key(fact) for fact in old.facts)
    come = Counter(_key(fact) for fact in new.facts)
    missing, added = gone - come, come - gone
    if not missing and not added:
        return [
            Difference(
                "changed",
                "transform",
                f"transforms in another order: {_named(old)} → {_named(new)}",
                old.line,
                new.line,
                new.end,
            )
        ]
    lost = _take(old.facts, missing)
    found = []
    fresh = _take(new.facts, added)
    for fact in lost:
        same = next((other for other in fresh if other.name == fact.name), None)
        if same is None:
            found.append(_gone(fact, new))
        else:
            fresh.remove(same)
            if _sizes(fact) != _sizes(same):
                found.append(_changed(fact, same))
    return found + [_come(fact) for fact in fresh]


def _sizes(fact: Fact) -> list[str]:
    """What is given, by position or by name."""
    return sorted(value for _, value in fact.values)


def _take(facts: tuple[Fact, ...], wanted: Counter[Key]) -> list[Fact]:
    left = Counter(wanted)
    found = []
    for fact in facts:
        if left[_key(fact)] > 0:
            left[_key(fact)] -= 1
            found.append(fact)
    return found


def _named(steps: Steps) -> str:
    text = ", ".join(fact.name for fact in steps.facts)
    return text if len(text) <= 80 else text[:79] + "…"  # noqa: PLR2004 -- a line's worth


def _rule(fact: Fact) -> str:
    return fact.family.rule if fact.family else "transform"


def _word(fact: Fact) -> str:
    return "normalisation" if _rule(fact) == "normalisation" else "transform"


def _gone(fact: Fact, new: Steps | None) -> Difference:
    line, end = (new.line, new.end) if new else (None, None)
    text = f"{_word(fact)} removed: {fact.text}"
    return Difference("gone", _rule(fact), text, fact.line, line, end, moved=moved_name(fact))


def _come(fact: Fact) -> Difference:
    text = f"{_word(fact)} added: {fact.text}"
    return Difference("come", _rule(fact), text, None, fact.line, fact.end, moved=moved_name(fact))


def _changed(old: Fact, new: Fact) -> Difference:
    text = f"{_word(new)} changed: {old.text} → {new.text}"
    return Difference("changed", _rule(new), text, old.line, new.line, new.end)
