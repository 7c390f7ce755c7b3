"""Writes expressions so that the same value reads the same, whatever its spelling and its variables' names.

A name that can't be followed to a constant reads ``_``, so that a renamed variable is no change.
``1e-3`` and ``0.001``,
``2**6`` and ``64``, a list and a tuple read the same.
"""

from __future__ import annotations

import ast
import builtins
import math
import operator
import re
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_mlgit.review.names import Names

_DEPTH = 40
_LONGEST = 300
_REFERENCE = re.compile(r"_(\.\w+|\[[^\[\]]*\])*")
_BUILTINS = frozenset(dir(builtins))
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}
_LARGEST_BASE = 1e6
_LARGEST_POWER = 64
_WHOLE = 1e15


def is_reference(value: str) -> bool:
    """Whether a written value is a name that leads to no constant."""
    return _REFERENCE.fullmatch(value) is not None


def is_constant(value: str) -> bool:
    """Whether a written value holds no name."""
    return not re.search(r"(?<![\w'\"])_(?!\w)", value)


def number(node: ast.expr, names: Names, scope: str, depth: int = 0) -> float | None:  # noqa: PLR0911 -- one for each kind of node
    """Works out a constant number; None if it isn't one."""
    if depth > _DEPTH:
        return None
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, (int, float)) and not isinstance(node.value, bool) else None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        value = number(node.operand, names, scope, depth + 1)
        return None if value is None else (-value if isinstance(node.op, ast.USub) else value)
    if isinstance(node, ast.BinOp):
        left, right = number(node.left, names, scope, depth + 1), number(node.right, names, scope, depth + 1)
        return None if left is None or right is None else _computed(node.op, left, right)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"int", "float"}:
        if len(node.args) != 1:
            return None
        value = number(node.args[0], names, scope, depth + 1)
        return value if value is None or node.func.id == "float" or math.isinf(value) else int(value)
    if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
        found = names.value_of(node, scope)
        if found is None:
            return None
        key = (id(found), scope)
        if key not in names.numbers:
            names.numbers[key] = number(found, names, scope, depth + 8)
        return names.numbers[key]
    return None


def _computed(kind: ast.operator, left: float, right: float) -> float | None:
    try:
        if isinstance(kind, ast.Pow):
            return left**right if abs(left) <= _LARGEST_BASE and abs(right) <= _LARGEST_POWER else None
        return _OPERATORS[type(kind)](left, right) if type(kind) in _OPERATORS else None
    except (ArithmeticError, TypeError):
        return None


def written(value: object) -> str:
    """Writes a plain value."""
    if isinstance(value, bool) or value is None or not isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, float) and (math.isinf(value) or math.isnan(value)):
        return repr(value)
    if abs(value) < _WHOLE and value == int(value):
        return str(int(value))
    return repr(float(f"{value:.12g}")) if isinstance(value, float) else hex(value)


def canonical(node: ast.expr, names: Names, scope: str, depth: int = 0) -> str:  # noqa: PLR0911 -- the same
    """Writes an expression; see the module."""
    if depth > _DEPTH:
        return "…"
    value = number(node, names, scope)
    if value is not None:
        return written(value)

    def inner(part: ast.expr) -> str:
        return canonical(part, names, scope, depth + 1)

    if isinstance(node, ast.Constant):
        return written(node.value)
    if isinstance(node, (ast.Name, ast.Attribute)):
        return _named(node, names, scope, depth)
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return "[" + ", ".join(inner(part) for part in node.elts) + "]"
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return "{" + ", ".join(sorted(f"{inner(key) if key else '**'}: {inner(part)}" for key, part in pairs)) + "}"
    if isinstance(node, ast.Call):
        return _called(node, names, scope, depth)
    if isinstance(node, ast.BinOp):
        left, right = inner(node.left), inner(node.right)
        if isinstance(node.op, (ast.Add, ast.Mult)):
            left, right = sorted((left, right))
        return f"({left} {type(node.op).__name__} {right})"
    if isinstance(node, ast.UnaryOp):
        return f"{type(node.op).__name__}({inner(node.operand)})"
    if isinstance(node, ast.Subscript):
        found = names.value_of(node, scope)
        return (
            _followed(found, names, scope, depth) if found is not None else f"{inner(node.value)}[{inner(node.slice)}]"
        )
    return _other(node, names, scope, depth)


def _followed(found: ast.expr, names: Names, scope: str, depth: int) -> str:
    """Writes what a name leads to; once, and short enough to be written many times."""
    key = (id(found), scope)
    if key not in names.texts:
        text = canonical(found, names, scope, depth + 8)
        names.texts[key] = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…{crc32(text.encode()):x}"
    return names.texts[key]


def _other(node: ast.expr, names: Names, scope: str, depth: int) -> str:
    parts = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
    if isinstance(node, ast.Starred):
        return "*" + canonical(node.value, names, scope, depth + 1)
    return f"{type(node).__name__}({', '.join(canonical(part, names, scope, depth + 1) for part in parts)})"


def _named(node: ast.Name | ast.Attribute, names: Names, scope: str, depth: int) -> str:
    callee = names.callee(node)
    if callee is not None and callee.full:
        return callee.last
    found = names.value_of(node, scope)
    if found is not None and isinstance(
        found, (ast.Constant, ast.Tuple, ast.List, ast.Name, ast.Attribute, ast.UnaryOp, ast.BinOp)
    ):
        text = _followed(found, names, scope, depth)
        if is_constant(text):
            return text
    if isinstance(node, ast.Name):
        return node.id if node.id in _BUILTINS and not names.is_bound(node.id) else "_"
    inside = "_" if callee is not None and len(callee.chain) == 1 else None
    if inside is not None:
        return inside
    return f"{canonical(node.value, names, scope, depth + 1)}.{node.attr}"


def _called(node: ast.Call, names: Names, scope: str, depth: int) -> str:
    found = names.value_of(node, scope)
    if found is not None and (text := _followed(found, names, scope, depth)) and is_constant(text):
        return text
    callee = names.callee(node.func)
    if callee is not None and callee.full:
        name = callee.last
    elif isinstance(node.func, ast.Attribute):
        name = f"{canonical(node.func.value, names, scope, depth + 1)}.{node.func.attr}"
    else:
        name = canonical(node.func, names, scope, depth + 1)
    arguments = [canonical(part, names, scope, depth + 1) for part in node.args]
    arguments += sorted(
        f"{word.arg or '**'}={canonical(word.value, names, scope, depth + 1)}" for word in node.keywords
    )
    return f"{name}({', '.join(arguments)})"


def shown(node: ast.AST, limit: int = 80) -> str:
    """Writes an expression for a person to read, in one line."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
