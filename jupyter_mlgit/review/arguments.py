"""Compares what two calls of one name are given."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from jupyter_mlgit.review.canonical import is_constant, is_reference
from jupyter_mlgit.review.differences import Difference

if TYPE_CHECKING:
    from jupyter_mlgit.review.facts import Argument, Fact, Facts

_BY_NAME = frozenset(("data-split", "transform", "loss", "optimizer"))
"""Rules for which another variable counts as another value, if both are in both versions."""

_ONE_THING = frozenset(("learning-rate", "batch-size", "seed"))
"""Rules of which a call is given one value, whatever that is called there."""

_SETTLED = frozenset(("None", "''"))


def compare_arguments(old: Fact, new: Fact, olds: Facts, news: Facts, *, common: bool = False) -> list[Difference]:
    """Gives the differences between two calls.

    Args:
        old: the call as it was.
        new: the call as it is.
        olds: all of the old version.
        news: all of the new version.
        common: compares only what both are given, for calls of different names.
    """
    found: list[Difference] = []
    missing: list[tuple[str, Argument]] = []
    extra: list[tuple[str, Argument]] = []
    for name, before in old.arguments.items():
        after = new.arguments.get(name)
        if after is None:
            missing.append((name, before))
        elif difference := _between(name, before, after, old, new, (olds, news)):
            found.append(difference)
    extra = [(name, after) for name, after in new.arguments.items() if name not in old.arguments]
    if common or _same_values(missing, extra):
        return found if not common else [difference for difference in found if difference.change is not None]
    defaults = dict((new.family or old.family).defaults) if (new.family or old.family) else {}  # type: ignore[union-attr]
    renamed = _renamed(missing, extra)
    for name, before in missing:
        if before.value in _SETTLED or defaults.get(name) == before.value:
            continue
        quiet = new.open or (
            is_reference(before.value) and before.rule not in {"transform", "data-split", "seed", "scheduler"}
        )
        quiet = quiet or (new.family is None and new.name.startswith(("class ", "def ")))
        text = f"{_called(new)}: {name}={before.text} removed"
        found.append(
            Difference(
                "gone", before.rule, text, before.line, new.line, new.end, value=named(name, before), quiet=quiet
            )
        )
    for name, after in extra:
        if after.value in _SETTLED or defaults.get(name) == after.value:
            continue
        quiet = (
            old.open or is_reference(after.value) or (new.family is None and new.name.startswith(("class ", "def ")))
        )
        gone = renamed.get(name)
        text = f"{_called(new)}: {name}={after.text} added" + (f" in place of {gone}" if gone else "")
        found.append(
            Difference("come", after.rule, text, None, after.line, new.end, value=named(name, after), quiet=quiet)
        )
    return found


def _renamed(missing: list[tuple[str, Argument]], extra: list[tuple[str, Argument]]) -> dict[str, str]:
    """Gives, by the name of what came, what went that meant the same: each the only one of its rule."""
    sides = [Counter(argument.rule for _, argument in side) for side in (missing, extra)]
    gone = {argument.rule: f"{name}={argument.text}" for name, argument in missing}
    return {
        name: gone[argument.rule]
        for name, argument in extra
        if argument.rule in _ONE_THING and all(side[argument.rule] == 1 for side in sides)
    }


def _between(
    name: str, before: Argument, after: Argument, old: Fact, new: Fact, versions: tuple[Facts, Facts]
) -> Difference | None:
    if before.value == after.value and not swapped(before, after, *versions):
        return None
    if is_reference(before.value) and is_reference(after.value) and not swapped(before, after, *versions):
        return None
    if is_reference(after.value) and is_constant(before.value):
        return Difference("gone", before.rule, "", before.line, after.line, value=named(name, before), quiet=True)
    if is_constant(after.value) and is_reference(before.value) and new.family is None and after.value in _SETTLED:
        return None
    return Difference(
        "changed",
        after.rule,
        f"{_called(new)}: {name} changed from {before.text} to {after.text}",
        before.line,
        after.line,
        new.end,
        derived=bool(before.name) and before.name == after.name,
        root=old.family is None and new.name.startswith(("--", "class ", "def ", "dict")),
        change=(before.value, after.value) if is_constant(after.value) and is_constant(before.value) else None,
    )


def swapped(before: Argument, after: Argument, old: Facts, new: Facts) -> bool:
    """Whether one variable was put in another's place, rather than renamed."""
    if before.rule not in _BY_NAME or not before.name or not after.name or before.name == after.name:
        return False
    if "[" in before.name and before.name.partition("[")[0] == after.name.partition("[")[0]:
        return True  # another entry of the same collection
    return before.name in new.chains and after.name in old.chains


def named(name: str, argument: Argument) -> str:
    """Writes a value so that the same one by another name is known again; a switch goes by its name."""
    return f"{name.lower()}={argument.value}" if argument.value in {"True", "False"} else argument.value


def _same_values(missing: list[tuple[str, Argument]], extra: list[tuple[str, Argument]]) -> bool:
    """Whether the same is given, by name in place of by position."""
    return (
        bool(missing)
        and Counter(argument.value for _, argument in missing) == Counter(argument.value for _, argument in extra)
        and any(name.startswith("#") for name, _ in (*missing, *extra))
    )


def _called(fact: Fact) -> str:
    if fact.name == "dict":
        return "settings"
    return fact.name.removeprefix("def ").removeprefix("class ")
