"""Takes the arithmetic of a loss apart: which constants, operators and reductions it is made of.

Names are left out, so that renaming and giving a part a name change nothing; ``ce + 0.5 * dice`` against
``ce + 2 * dice`` differs in one constant.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from jupyter_mlgit.review.canonical import number, written
from jupyter_mlgit.review.names import Names, dotted
from jupyter_mlgit.review.rules.families import speaks
from jupyter_mlgit.review.rules.settings import rule_of

if TYPE_CHECKING:
    from jupyter_mlgit.review.outline import Scope

_STEPS = re.compile(r"training_step|train_step|compute_loss|loss", re.IGNORECASE)
_REDUCTIONS = frozenset(
    """
    mean sum log log1p exp sqrt abs square pow clamp clip sigmoid softmax log_softmax tanh relu norm logsumexp softplus
    logsigmoid reduce_mean reduce_sum maximum minimum nanmean mean_ sum_ mse_loss
    """.split()
)
_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}


def loss_sums(top: Scope, names: Names) -> dict[str, list[tuple[str, int]]]:
    """Gives the parts of each loss by the place that computes it."""
    found: dict[str, list[tuple[str, int]]] = {}
    work = [top]
    while work:
        scope = work.pop()
        parts = _of_scope(scope, names)
        if parts:
            found[scope.name] = sorted(parts)
        work += scope.inner
    return found


def _of_scope(place: Scope, names: Names) -> list[tuple[str, int]]:
    scope = place.name
    if isinstance(place.node, (ast.FunctionDef, ast.AsyncFunctionDef)) and _is_loss_function(scope):
        return [part for statement in place.statements for part in _of_statement(statement, names, scope)]
    wanted = _loss_names(place)
    parts = []
    for inner in place.statements if wanted else ():
        if isinstance(inner, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id in wanted for target in inner.targets
        ):
            parts += _of_value(inner.value, names, scope)
        elif isinstance(inner, ast.AugAssign) and isinstance(inner.target, ast.Name) and inner.target.id in wanted:
            parts += [(_SIGNS.get(type(inner.op), "?"), inner.lineno), *_of_value(inner.value, names, scope)]
            value = number(inner.value, names, scope)
            if value is not None:
                parts.append((written(value), inner.lineno))
    for call in place.calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "backward":
            parts += _of_value(call.func.value, names, scope)
    return parts


def _is_loss_function(scope: str) -> bool:
    outer, _, name = scope.rpartition(".")
    return ("loss" in name.lower() and "log" not in name.lower()) or (
        name in {"forward", "call", "__call__"} and "loss" in outer.rpartition(".")[2].lower()
    )


def _loss_names(place: Scope) -> set[str]:
    wanted = set()
    if _STEPS.search(place.name.rpartition(".")[2]):
        for statement in place.statements:
            if isinstance(statement, ast.Return) and isinstance(statement.value, ast.Name):
                wanted.add(statement.value.id)
    for call in place.calls:
        if (
            isinstance(call.func, ast.Attribute)
            and call.func.attr == "backward"
            and isinstance(call.func.value, ast.Name)
        ):
            wanted.add(call.func.value.id)
        if call.args and isinstance(call.args[0], ast.Name):
            wanted.add(call.args[0].id)
    return wanted


def _of_statement(node: ast.stmt, names: Names, scope: str) -> list[tuple[str, int]]:
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.Return)) and node.value is not None:
        return _of_value(node.value, names, scope)
    if isinstance(node, ast.AugAssign):
        return [(_SIGNS.get(type(node.op), "?"), node.lineno), *_of_value(node.value, names, scope)]
    return []


def _speaks_for_itself(node: ast.expr) -> bool:
    """Whether it is a setting that has a rule of its own."""
    name = (dotted(node) or ("",))[-1]
    return bool(name) and rule_of(name) is not None


def _of_value(value: ast.expr, names: Names, scope: str) -> list[tuple[str, int]]:
    parts: list[tuple[str, int]] = []
    work: list[ast.AST] = [value]
    while work:
        node = work.pop()
        if isinstance(node, (ast.Subscript, ast.Lambda)):
            node = node.value if isinstance(node, ast.Subscript) else node.body
            work.append(node)
            continue
        if isinstance(node, ast.Call):
            callee = names.callee(node.func)
            if callee is not None and speaks(callee):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else (dotted(node.func) or ("",))[-1]
            if name in _REDUCTIONS:
                parts.append((name, node.lineno))
        if isinstance(node, ast.BinOp):
            parts.append((_SIGNS.get(type(node.op), "?"), node.lineno))
            for side in (node.left, node.right):
                constant = None if _speaks_for_itself(side) else number(side, names, scope)
                if constant is not None:
                    parts.append((written(constant), node.lineno))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and number(node, names, scope) is None:
            parts.append(("minus", node.lineno))
        work += ast.iter_child_nodes(node)
    return parts
