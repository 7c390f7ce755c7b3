"""Normalisation written out as arithmetic: ``x / 255``, ``(x - mean) / std``."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from jupyter_mlgit.review.canonical import canonical, is_constant, number, shown

if TYPE_CHECKING:
    from jupyter_mlgit.review.names import Names

    Scaling = tuple[str, tuple[str, ...]]

_BYTES = (127.5, 128, 255, 256, 65535)
_TELLING = re.compile(r"mean|std|sigma|mu\b|min|max|var\b|scale", re.IGNORECASE)
_CLOSE = 1e-6


def scaling(node: ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return, names: Names, scope: str) -> list[Scaling]:
    """Finds normalisation in a statement: how it reads, and its constants."""
    if node.value is None:
        return []
    found: list[Scaling] = []
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Div):
        divisor = number(node.value, names, scope)
        if divisor in _BYTES:
            found.append((f"/ {divisor:g}", ()))
    for part in ast.walk(node.value):
        if isinstance(part, ast.BinOp):
            found += _of_operation(part, names, scope)
    return found


def _of_operation(node: ast.BinOp, names: Names, scope: str) -> list[Scaling]:
    left, right = number(node.left, names, scope), number(node.right, names, scope)
    if isinstance(node.op, ast.Div):
        if right in _BYTES and left is None:
            return [(f"/ {right:g}", ())]
        if isinstance(node.left, ast.BinOp) and isinstance(node.left.op, ast.Sub):
            return _standardised(node.left.right, node.right, names, scope)
    if isinstance(node.op, ast.Mult) and (left is None) != (right is None) and (factor := left or right):
        divisor = next((whole for whole in _BYTES if abs(1 / factor - whole) < _CLOSE), None)
        return [] if divisor is None else [(f"/ {divisor:g}", ())]
    return []


def _standardised(mean: ast.expr, deviation: ast.expr, names: Names, scope: str) -> list[Scaling]:
    low, high = canonical(mean, names, scope), canonical(deviation, names, scope)
    constant = is_constant(low) and is_constant(high)
    if constant or (_TELLING.search(shown(mean)) and _TELLING.search(shown(deviation))):
        return [("(x - mean) / deviation", (low, high) if constant else ())]
    return []
