"""Reads what calls are given: which of it matters, and under which rule."""

from __future__ import annotations

import ast

from jupyter_mlgit.review.canonical import canonical, is_constant, is_reference, shown
from jupyter_mlgit.review.expressions import devices
from jupyter_mlgit.review.facts import Argument, Family
from jupyter_mlgit.review.names import Callee, Names, reference
from jupyter_mlgit.review.rules.families import family_of
from jupyter_mlgit.review.rules.settings import is_quiet, rule_of

_OWN_RULE = frozenset(
    (
        "learning-rate",
        "batch-size",
        "seed",
        "precision",
        "shuffle",
        "data-split",
        "device",
        "train-eval",
        "normalisation",
        "loss",
    )
)
"""Rules that an argument keeps inside a call of another family."""

_KEPT_POSITIONS = frozenset(("optimizer", "loader", "data split"))
"""Labels of families whose arguments matter though they are no constants."""

_WITHOUT_ARGUMENTS = frozenset(("mapped function", "gradient step", "optimizer step", "scheduler step"))
_SOURCES = frozenset(("root", "directory"))
"""Where data comes from: another place is not another split."""


class Given:
    """Reads arguments, with what names stand for."""

    def __init__(self, names: Names) -> None:
        """Reads in a source with these names."""
        self._names = names

    def to_call(self, callee: Callee, family: Family | None, node: ast.expr, scope: str) -> dict[str, Argument]:
        """Gives what a call is given, by the names of its parameters."""
        arguments: dict[str, Argument] = {}
        if not isinstance(node, ast.Call):
            return arguments
        if family is not None:
            self._positions(arguments, family, callee, node, scope)
        for keyword in node.keywords:
            if keyword.arg and not is_quiet(keyword.arg):
                self._keyword(arguments, family, keyword.arg, keyword.value, scope)
        return arguments

    def _positions(
        self, arguments: dict[str, Argument], family: Family, callee: Callee, node: ast.Call, scope: str
    ) -> None:
        for at, part in enumerate(node.args):
            name = family.parameters[at] if at < len(family.parameters) else f"#{at}"
            if family.label in _WITHOUT_ARGUMENTS or name in _SOURCES or family.label == "device":
                continue
            rule = _rule_in(family, name)
            held = self.one(rule, part, scope)
            whole = family.label in _KEPT_POSITIONS or (callee.last[:1].isupper() and not is_reference(held.value))
            if is_constant(held.value) or whole or name in {"seed", "learning_rate", "batch_size"}:
                arguments[name] = held

    def _keyword(
        self, arguments: dict[str, Argument], family: Family | None, name: str, value: ast.expr, scope: str
    ) -> None:
        if family is None or family.label in {"loader", "data set"}:
            self.setting(arguments, name, value, scope)
        elif family.label not in _WITHOUT_ARGUMENTS:
            arguments[name.lower()] = self.one(_rule_in(family, name), value, scope)

    def setting(self, arguments: dict[str, Argument], name: str, value: ast.expr, scope: str) -> None:
        """Adds a keyword whose name alone says that it matters."""
        rule = rule_of(name)
        if rule is not None and not isinstance(value, (ast.Lambda, ast.Dict)):
            arguments[name.lower()] = self.one(rule, value, scope)

    def one(self, rule: str, node: ast.expr, scope: str) -> Argument:
        """Reads one argument."""
        value = canonical(node, self._names, scope)
        if rule == "device" and (named_devices := devices(node, self._names, scope)):
            value = repr("|".join(named_devices))
        elif isinstance(node, ast.Call) and (callee := self._names.callee(node.func)) and family_of(callee):
            value = "_"  # it speaks for itself
        return Argument(rule, value, shown(node, 50), node.lineno, reference(node))


def _rule_in(family: Family, name: str) -> str:
    rule = rule_of(name)
    return rule if rule in _OWN_RULE and not (family.rule == "normalisation" and rule == "precision") else family.rule
