"""Questions about single expressions."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from jupyter_mlgit.review.rules.families import family_of

if TYPE_CHECKING:
    from jupyter_mlgit.review.names import Names

_DEVICES = ("cpu", "cuda", "mps", "gpu", "tpu", "xla", "hpu", "auto", "/gpu", "/cpu", "rocm")
_LONGEST = 200
"""Elements of a literal that is looked into."""


def elements(parts: list[ast.expr], names: Names, scope: str, depth: int = 0) -> list[ast.expr]:
    """Gives the transforms of a composition, those of lists within and of names that stand for lists too."""
    found: list[ast.expr] = []
    for part in parts:
        if len(found) > _LONGEST:
            break
        node = part.value if isinstance(part, ast.Starred) else part
        if isinstance(node, ast.Name):
            followed = names.value_of(node, scope)
            if isinstance(followed, (ast.List, ast.Tuple)) or (
                isinstance(followed, ast.Call) and _is_step(followed, names)
            ):
                node = followed
        if depth < 4 and isinstance(node, (ast.List, ast.Tuple)):  # noqa: PLR2004 -- lists within lists
            found += elements(node.elts[:_LONGEST], names, scope, depth + 1)
        elif depth < 4 and isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):  # noqa: PLR2004 -- the same
            found += elements([node.left, node.right], names, scope, depth + 1)
        else:
            found.append(node)
    return found


def _is_step(node: ast.Call, names: Names) -> bool:
    callee = names.callee(node.func)
    return (
        callee is not None
        and (family := family_of(callee)) is not None
        and family.rule in {"transform", "normalisation"}
    )


def devices(node: ast.expr, names: Names, scope: str) -> list[str]:
    """Gives the devices that are named in an expression, or in what it leads to."""
    found = set()
    for part in ast.walk(names.literal(node, scope)):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.lower().startswith(_DEVICES):
            found.add(part.value)
    return sorted(found)


def target_name(target: ast.expr) -> str | None:
    """Gives the last part of the name that is assigned to."""
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute):
        return target.attr
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return target.slice.value if isinstance(target.slice.value, str) else None
    return None


def is_share(value: ast.expr) -> bool:
    """Whether a value is a share of a length: ``int(0.8 * len(rows))``."""
    has_length = has_share = False
    for at, part in enumerate(ast.walk(value)):
        if at > 30:  # noqa: PLR2004 -- what is longer is something else
            return False
        if (isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "len") or (
            isinstance(part, ast.Attribute) and part.attr in {"shape", "size"}
        ):
            has_length = True
        elif isinstance(part, ast.Constant) and isinstance(part.value, float) and 0 < part.value < 1:
            has_share = True
    return has_length and has_share


def takes_local(node: ast.expr, names: Names) -> bool:
    """Whether a call is given a function of the same source."""
    return isinstance(node, ast.Call) and any(
        isinstance(part, ast.Lambda) or (isinstance(part, ast.Name) and part.id in names.definitions)
        for part in node.args
    )


def in_place(node: ast.expr) -> bool:
    """Whether a method changes what it is called on."""
    return isinstance(node, ast.Call) and any(
        word.arg == "inplace" and isinstance(word.value, ast.Constant) and word.value.value is True
        for word in node.keywords
    )
