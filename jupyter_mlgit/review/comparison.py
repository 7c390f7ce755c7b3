"""Compares what two versions of a file say.

Equal facts cancel, wherever they stand, as long as one can have moved to where the other is. What is left is paired by
name, then by family; what has no partner then was removed or added.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Literal

from jupyter_mlgit.review.arguments import compare_arguments, named, swapped
from jupyter_mlgit.review.differences import Difference
from jupyter_mlgit.review.facts import Fact, Facts, moved_name
from jupyter_mlgit.review.moves import Moves
from jupyter_mlgit.review.steps import compare_steps

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_TOLD_WHEN_COME = frozenset(
    (
        "transform",
        "normalisation",
        "seed",
        "precision",
        "no-grad",
        "train-eval",
        "shuffle",
        "scheduler",
        "model",
        "optimizer",
    )
)
"""Rules for which something new in code that was there before is worth a look."""

_UNTOLD_LABELS = frozenset(("loader", "data set", "pretrained model", "model", "layer of a model", "batches"))
"""What comes and goes with other code; only what it is given counts."""

_MANY = 200
"""Of facts with one name, how many are asked where they stand."""

_IN_LOOPS = frozenset(("mode of the model", "gradient step", "optimizer step", "scheduler step"))


def compare(old: Facts, new: Facts, fresh: Callable[[int], bool], *, complete: tuple[bool, bool]) -> list[Difference]:
    """Gives all differences.

    Args:
        old: what the old version says.
        new: what the new version says.
        fresh: whether a line of the new version belongs to a cell that is wholly new.
        complete: whether all of the old and of the new version could be read; what is missing there says nothing.
    """
    moves = Moves(old, new)
    found = _Comparison(old, new, moves, fresh).differences()
    found += compare_steps(old.steps, new.steps, new.calls, moves)
    found += _assigned(old, new)
    found += _sums(old, new, moves)
    unknown = {kind for kind, whole in zip(("come", "gone"), complete, strict=True) if not whole}
    return [difference for difference in found if difference.kind not in unknown]


def only(facts: Facts, kind: Literal["gone", "come"]) -> list[Difference]:
    """Gives what a file says that is not there on the other side; nothing of it is told."""
    all_facts = [*facts.calls, *(fact for steps in facts.steps for fact in steps.facts)]
    return [Difference(kind, "", "", None, None, moved=moved_name(fact), quiet=True) for fact in all_facts]


class _Comparison:
    def __init__(self, old: Facts, new: Facts, moves: Moves, fresh: Callable[[int], bool]) -> None:
        self.old, self.new, self.moves, self.fresh = old, new, moves, fresh
        self.found: list[Difference] = []
        self._old_named, self._new_named = _named_values(old), _named_values(new)
        self._new_by_key: dict[Hashable, list[Fact]] = defaultdict(list)
        self._old_by_key: dict[Hashable, list[Fact]] = defaultdict(list)
        for fact in new.calls:
            self._new_by_key[self._key(fact)].append(fact)
        for fact in old.calls:
            self._old_by_key[self._key(fact)].append(fact)

    def _key(self, fact: Fact) -> tuple[str, str]:
        name = fact.name
        if fact.local and not (name in self.old.definitions and name in self.new.definitions):
            name = "a function of its own"
        return (fact.family.label if fact.family else "", name)

    def differences(self) -> list[Difference]:
        """Cancels, pairs and tells."""
        left_old, left_new = self._uncancelled()
        left_old, left_new = self._paired(left_old, left_new, self._key)
        left_old, left_new = self._replaced(left_old, left_new)
        for fact in left_old:
            self._gone(fact)
        for fact in left_new:
            self._come(fact)
        return self.found

    # ------------------------------------------------------------------------------------------- cancelling

    def _uncancelled(self) -> tuple[list[Fact], list[Fact]]:
        old, new = list(self.old.calls), list(self.new.calls)
        for same in (self._same_words, self._same_place, self._same):
            olds: dict[Hashable, list[Fact]] = defaultdict(list)
            for fact in reversed(old):
                olds[same(fact, old=True)].append(fact)
            left_new, gone = [], set()
            for fact in new:
                candidates = olds.get(same(fact, old=False), [])
                partner = self._partner(candidates, fact)
                if partner is None:
                    left_new.append(fact)
                else:
                    gone.add(id(partner))
                    self._loops(partner, fact)
            old, new = [fact for fact in old if id(fact) not in gone], left_new
        return old, new

    def _same_words(self, fact: Fact, *, old: bool) -> Hashable:
        names = tuple(sorted((name, argument.name) for name, argument in fact.arguments.items()))
        return (*self._same_place(fact, old=old), names)

    def _same_place(self, fact: Fact, *, old: bool) -> tuple[Hashable, ...]:
        scope = self.moves.scope(fact.scope) if old else fact.scope
        return (self._key(fact), fact.values, scope)

    def _same(self, fact: Fact, *, old: bool) -> Hashable:
        del old
        return (self._key(fact), fact.values)

    def _partner(self, candidates: list[Fact], fact: Fact) -> Fact | None:
        for at in range(len(candidates) - 1, max(len(candidates) - 20, 0) - 1, -1):
            other = candidates[at]
            if any(
                swapped(argument, fact.arguments[name], self.old, self.new)
                for name, argument in other.arguments.items()
                if argument.name
            ):
                continue
            if not (fact.family and fact.family.counted) or self.moves.can_move(other.scope, fact.scope):
                return candidates.pop(at)
        return None

    def _loops(self, old: Fact, new: Fact) -> None:
        if old.loops == new.loops or old.scope != new.scope or not old.family or old.family.label not in _IN_LOOPS:
            return
        if not old.scope and (self.fresh(new.line) or len(self.old.scopes) != len(self.new.scopes)):
            return
        if not (old.loops and new.loops) or old.family.label == "scheduler step":
            where = "into a loop" if new.loops > old.loops else "out of the loop"
            self.found.append(
                Difference(
                    "changed",
                    old.family.rule,
                    f"{old.family.label} moved {where}: {new.text}",
                    old.line,
                    new.line,
                    new.end,
                )
            )

    # ------------------------------------------------------------------------------------------- pairing

    def _paired(
        self, old: list[Fact], new: list[Fact], key: Callable[[Fact], Hashable]
    ) -> tuple[list[Fact], list[Fact]]:
        for place in (True, False):
            waiting: dict[Hashable, list[Fact]] = defaultdict(list)
            for fact in reversed(old):
                waiting[key(fact), self.moves.scope(fact.scope) if place else None].append(fact)
            left, gone = [], set()
            for fact in new:
                candidates = waiting.get((key(fact), fact.scope if place else None), [])
                partner = self._likest(candidates, fact)
                if partner is None or not (place or self._may_pair(partner, fact)):
                    left.append(fact)
                    continue
                _take_out(candidates, partner)
                gone.add(id(partner))
                self.found += compare_arguments(partner, fact, self.old, self.new)
            old, new = [fact for fact in old if id(fact) not in gone], left
        return old, new

    def _likest(self, candidates: list[Fact], fact: Fact) -> Fact | None:
        if not candidates:
            return None
        given = {(name, argument.value, argument.name) for name, argument in fact.arguments.items()}
        values, names = set(fact.values), set(fact.arguments)

        def likeness(other: Fact) -> tuple[int, int, int]:
            same = {(name, argument.value, argument.name) for name, argument in other.arguments.items()}
            return len(given & same), len(values & set(other.values)), len(names & set(other.arguments))

        return max(reversed(candidates[-20:]), key=likeness)

    def _may_pair(self, old: Fact, new: Fact) -> bool:
        if new.family is None and old.name == "dict" and not set(old.arguments) & set(new.arguments):
            return False
        if self.moves.scope(old.scope) is None or self.moves.is_new(new.scope):
            return True
        return not (new.family and new.family.counted) and new.family is not None

    def _replaced(self, old: list[Fact], new: list[Fact]) -> tuple[list[Fact], list[Fact]]:
        """Pairs what is of one family: an optimizer for another."""
        waiting: dict[Hashable, list[Fact]] = defaultdict(list)
        for fact in reversed(old):
            if fact.family and fact.family.label not in {
                "mapped function",
                "gradient step",
                "gradient clipping",
                "setting",
            }:
                waiting[fact.family.rule, fact.family.label, self._place(fact, old=True)].append(fact)
        left, gone = [], set()
        for fact in new:
            key = (fact.family.rule, fact.family.label, self._place(fact, old=False)) if fact.family else None
            candidates = waiting.get(key, [])
            if not fact.family or not candidates:
                left.append(fact)
                continue
            partner = candidates.pop()
            gone.add(id(partner))
            self.found.append(
                Difference(
                    "changed",
                    fact.family.rule,
                    f"{fact.family.label} changed: {partner.text} → {fact.text}",
                    partner.line,
                    fact.line,
                    fact.end,
                )
            )
            self.found += compare_arguments(partner, fact, self.old, self.new, common=True)
        return [fact for fact in old if id(fact) not in gone], left

    def _place(self, fact: Fact, *, old: bool) -> str | None:
        if not fact.family or not fact.family.counted:
            return None
        return self.moves.scope(fact.scope) if old else fact.scope

    # ------------------------------------------------------------------------------------------- what is left

    def _gone(self, fact: Fact) -> None:
        family = fact.family
        if family is None:
            self._values_gone(fact)
            return
        if family.label in _UNTOLD_LABELS:
            return
        there = self._new_by_key.get(self._key(fact), [])
        scope = self.moves.scope(fact.scope)
        if scope is None and (there or not self.moves.is_used(fact.scope)):
            return
        if family.counted:
            if self.moves.is_reached(fact, there[:_MANY]):
                return
            if family.label == "device" and any(other.scope == scope for other in there[:_MANY]):
                return
        elif there:
            return
        if _said_by_name(fact, self._new_named):
            return
        text = f"{family.label} removed: {fact.text}"
        self.found.append(Difference("gone", family.rule, text, fact.line, None, moved=moved_name(fact)))

    def _values_gone(self, fact: Fact) -> None:
        for name, argument in fact.arguments.items():
            self.found.append(
                Difference("gone", argument.rule, "", argument.line, None, value=named(name, argument), quiet=True)
            )

    def _come(self, fact: Fact) -> None:
        family = fact.family
        if family is None:
            for name, argument in fact.arguments.items():
                self.found.append(
                    Difference("come", argument.rule, "", None, argument.line, value=named(name, argument), quiet=True)
                )
            return
        there = self._old_by_key.get(self._key(fact), [])
        silent = family.label in _UNTOLD_LABELS or family.rule not in _TOLD_WHEN_COME
        silent = silent or self.moves.is_new(fact.scope) or (bool(there) and not family.counted)
        silent = silent or (self.fresh(fact.line) and family.rule != "seed")
        silent = silent or (family.label in {"optimizer", "scheduler", "optimizer step"} and not self.old.calls)
        silent = silent or _said_by_name(fact, self._old_named)
        text = f"{family.label} added: {fact.text}"
        self.found.append(
            Difference(
                "come", family.rule, text, None, fact.line, fact.end, moved=moved_name(fact), weak=True, quiet=silent
            )
        )


def _assigned(old: Facts, new: Facts) -> list[Difference]:
    """Compares constants with telling names: by name first, by what they are about then."""
    found: list[Difference] = []
    left_old, left_new = _values(old), _values(new)
    matched: set[int] = set()
    olds, news = _by_name(old.assigned), _by_name(new.assigned)
    for name, before in olds.items():
        after = news.get(name, [])
        rest_old, rest_new = _without_equal(before, after), _without_equal(after, before)
        pairs = list(zip(rest_old, rest_new, strict=False))
        found += [_set_anew(a, b, rule) for a, b in pairs for rule in a.arguments if rule in b.arguments]
        if after:
            matched |= {id(fact) for fact in (*before, *after)}
    for rule in left_old:
        gone = [fact for fact in left_old[rule] if id(fact) not in matched]
        come = [fact for fact in left_new.get(rule, []) if id(fact) not in matched]
        values = {fact.arguments[rule].value for fact in come}
        before_values = {fact.arguments[rule].value for fact in gone}
        lost = [fact for fact in gone if fact.arguments[rule].value not in values]
        fresh = [fact for fact in come if fact.arguments[rule].value not in before_values]
        if len(gone) == len(come):
            found += [_set_anew(a, b, rule) for a, b in zip(lost, fresh, strict=False)]
        found += [_quiet("gone", fact, rule) for fact in gone]
        found += [_quiet("come", fact, rule) for fact in come]
    for rule in left_new.keys() - left_old.keys():
        found += [_quiet("come", fact, rule) for fact in left_new[rule]]
    return found


def _said_by_name(fact: Fact, other: set[tuple[str, str]]) -> bool:
    """Whether the other version asks for the same by its name: ``"nadam"`` for ``Nadam()``."""
    if fact.family is None or fact.family.rule not in {"optimizer", "loss"} or not fact.name[:1].isupper():
        return False
    defaults = dict(fact.family.defaults)
    if any(argument.value != defaults.get(name) for name, argument in fact.arguments.items()):
        return False
    return (fact.family.rule, repr(fact.name.lower())) in other


def _named_values(facts: Facts) -> set[tuple[str, str]]:
    """Gives what optimizers and losses are asked for by name."""
    arguments = (argument for call in facts.calls for argument in call.arguments.values())
    return {(one.rule, one.value.replace("_", "").lower()) for one in arguments if one.rule in {"optimizer", "loss"}}


def _by_name(facts: list[Fact]) -> dict[tuple[str, str], list[Fact]]:
    found: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        found[fact.scope, fact.name].append(fact)
    return found


def _without_equal(facts: list[Fact], others: list[Fact]) -> list[Fact]:
    """Leaves those that have no equal one on the other side."""
    there = Counter(fact.values for fact in others)
    left = []
    for fact in facts:
        if there[fact.values] > 0:
            there[fact.values] -= 1
        else:
            left.append(fact)
    return left


def _take_out(candidates: list[Fact], partner: Fact) -> None:
    at = next(at for at in range(len(candidates) - 1, -1, -1) if candidates[at] is partner)
    del candidates[at]


def _values(facts: Facts) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts.assigned:
        for rule in fact.arguments:
            found[rule].append(fact)
    return found


def _quiet(kind: Literal["gone", "come"], fact: Fact, rule: str) -> Difference:
    line = fact.line if kind == "gone" else None
    return Difference(kind, rule, "", line, fact.line, value=named(fact.name, fact.arguments[rule]), quiet=True)


def _set_anew(old: Fact, new: Fact, rule: str) -> Difference:
    before, after = old.arguments[rule], new.arguments[rule]
    return Difference(
        "changed",
        rule,
        f"{new.name} changed: {before.text} → {after.text}",
        old.line,
        new.line,
        new.end,
        root=True,
        change=(before.value, after.value),
    )


def _sums(old: Facts, new: Facts, moves: Moves) -> list[Difference]:
    """Compares the arithmetic of losses."""
    before = Counter(part for parts in old.sums.values() for part, _ in parts)
    after = Counter(part for parts in new.sums.values() for part, _ in parts)
    if before == after:
        return []
    found = []
    for scope, parts in old.sums.items():
        here = moves.scope(scope)
        if here is None:
            continue
        now = new.sums.get(here, [])
        gone = Counter(part for part, _ in parts) - Counter(part for part, _ in now)
        come = Counter(part for part, _ in now) - Counter(part for part, _ in parts)
        if (gone or come) and not all(before[part] == after[part] for part in (*gone, *come)):
            words = f"{' '.join(sorted(gone)) or 'nothing'} → {' '.join(sorted(come)) or 'nothing'}"
            text = f"loss computed otherwise{f' in {scope}' if scope else ''}: {words}"
            found.append(Difference("changed", "loss", text, parts[0][1], now[0][1] if now else None))
    for scope, parts in new.sums.items():
        if scope not in old.sums and scope in old.scopes and before < after:
            text = f"loss computed otherwise{f' in {scope}' if scope else ''}"
            found.append(Difference("changed", "loss", text, None, parts[0][1]))
    return found
