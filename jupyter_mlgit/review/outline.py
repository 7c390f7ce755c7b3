"""Walks a parsed source once, and lists what the readers of it need: by kind, and by the function it stands in.

The surprise: it goes through the last child first. Where a name is bound several times, what is asked of it later rests
on this order.
"""

from __future__ import annotations

import ast
from bisect import bisect_left

from jupyter_mlgit.review.names import reference

_DEFINITIONS = frozenset((ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
_PLAIN = frozenset(
    """
    ctx op ops id attr kind conversion type_comment level module simple is_async asname names type_ignores rest
    kwd_attrs tag
    """.split()
)
"""Fields that hold no nodes, or only such as say nothing here."""

_PLAIN_IN = {ast.Constant: {"value"}, ast.MatchSingleton: {"value"}, ast.keyword: {"arg"}, ast.arg: {"arg"}}
_BINDING = frozenset(
    (
        ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For, ast.AsyncFor, ast.comprehension,
        ast.withitem, ast.NamedExpr, ast.Dict, ast.Call,
    )
)  # fmt: skip
_STATEMENTS = frozenset((ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return))
_LOSS_CALLS = frozenset(("scale", "backward", "manual_backward", "gradient"))


def _fields_of(kind: type[ast.AST]) -> tuple[str, ...]:
    plain = _PLAIN | _PLAIN_IN.get(kind, set())
    # The name of a type alias is a node, all other names are texts.
    return tuple(
        field for field in kind._fields if field not in plain and (field != "name" or "Alias" in kind.__name__)
    )


_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {
    kind: _fields_of(kind) for kind in vars(ast).values() if isinstance(kind, type) and issubclass(kind, ast.AST)
}


def children(node: ast.AST) -> list[ast.AST]:
    """Gives the nodes within a node, but for what says only how it is used."""
    found: list[ast.AST] = []
    for field in _FIELDS[node.__class__]:
        value = getattr(node, field, None)
        if value.__class__ is list:
            found += [child for child in value if child is not None]
        elif value is not None:
            found.append(value)
    return found


class Scope:
    """A function, a class, or the source itself, without what stands in the functions and classes within."""

    __slots__ = ("calls", "inner", "name", "node", "statements")

    def __init__(self, node: ast.AST, name: str) -> None:
        self.node, self.name = node, name
        self.inner: list[Scope] = []
        self.statements: list[ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return] = []
        self.calls: list[ast.Call] = []
        """Those that a loss may be given to, or asked for its gradients by."""


class Outline:
    """What one source holds."""

    def __init__(self, tree: ast.Module) -> None:
        self.binding: list[tuple[ast.AST, str]] = []
        """What may bind a name or a member, and the definitions, with the names of their scopes."""
        self.chains: set[str] = set()
        """Every name and dotted name that occurs."""
        self.texts: set[str] = set()
        """All texts but docstrings, keys, and what stands in what is assigned to."""

        self._made: list[ast.Assign] = []
        self._constants: list[ast.Constant] = []
        self._silent: set[int] = set()
        self._operations: list[int] = []
        self._shares: list[int] = []
        self._placed = True
        self.top = Scope(tree, "")
        self._walk(self.top)
        self._sort()

    def has_operation(self, node: ast.expr) -> bool:
        """Whether an expression may hold a product or a quotient."""
        return self._within(self._operations, node)

    def has_share(self, node: ast.expr) -> bool:
        """Whether an expression may hold a number between 0 and 1."""
        return self._within(self._shares, node)

    def made_in(self, node: ast.ClassDef) -> list[ast.Assign]:
        """Gives the assignments in a class by which a call's result becomes an attribute."""
        end = node.end_lineno or node.lineno
        return [made for made in self._made if node.lineno <= made.lineno <= end]

    def _within(self, lines: list[int], node: ast.expr) -> bool:
        if not lines or not self._placed:
            return bool(lines)
        at = bisect_left(lines, node.lineno)
        return at < len(lines) and lines[at] <= (node.end_lineno or node.lineno)

    def _walk(self, scope: Scope) -> None:  # noqa: C901, PLR0912 -- all nodes pass here, and calls are dear
        work: list[ast.AST | Scope] = [scope.node]
        chains, constants, fields = self.chains, self._constants, _FIELDS
        while work:
            node = work.pop()
            if isinstance(node, Scope):
                self._walk(node)
                continue
            kind = node.__class__
            if kind is ast.Name:
                chains.add(node.id)  # type: ignore[attr-defined]
                continue
            if kind is ast.Constant:
                constants.append(node)  # type: ignore[arg-type]
                continue
            if kind is ast.Attribute:
                work += self._attribute(node)  # type: ignore[arg-type]
                continue
            if kind in _NOTED:
                self._note(node, kind, scope)
            for field in fields[kind]:
                value = getattr(node, field, None)
                if value.__class__ is list:
                    for child in value:
                        inner = child.__class__
                        if inner is ast.Name:
                            chains.add(child.id)
                        elif inner in _DEFINITIONS:
                            defined = Scope(child, f"{scope.name}.{child.name}" if scope.name else child.name)
                            scope.inner.append(defined)
                            work.append(defined)
                        elif child is not None:
                            work.append(child)
                elif value is not None:
                    work.append(value)

    def _attribute(self, node: ast.Attribute) -> list[ast.AST]:
        parts = [node.attr]
        inner = node.value
        while isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
            inner = inner.value
        if not isinstance(inner, ast.Name):
            return [inner]
        self.chains.add(inner.id)
        chain = "" if inner.id in {"self", "cls"} else inner.id
        for part in reversed(parts):
            chain = f"{chain}.{part}" if chain else part
            self.chains.add(chain)
        return []

    def _note(self, node: ast.AST, kind: type[ast.AST], scope: Scope) -> None:  # noqa: C901, PLR0912 -- one for each kind
        if kind in _BINDING or kind in _DEFINITIONS:
            self.binding.append((node, scope.name))
        if kind in _STATEMENTS:
            scope.statements.append(node)  # type: ignore[arg-type]
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                if node.func.attr in _LOSS_CALLS:
                    scope.calls.append(node)
                elif node.func.attr == "setdefault" and len(node.args) > 1:
                    self._silence(node.func, node.args[0], *node.args[2:], *node.keywords)
        elif isinstance(node, ast.Assign):
            if isinstance(node.targets[0], ast.Attribute) and isinstance(node.value, ast.Call):
                self._made.append(node)
            self._silence(*node.targets)
        elif isinstance(node, ast.AnnAssign):
            self._silence(node.target, node.annotation)
        elif isinstance(node, ast.Dict):
            self._silence(*(key for key in node.keys if key is not None))
        elif isinstance(node, ast.Expr):
            if isinstance(node.value, ast.Constant):
                self._silence(node.value)
        elif isinstance(node, ast.BinOp):
            if isinstance(node.op, (ast.Div, ast.Mult)):
                self._operations.append(node.lineno)
        elif isinstance(node, ast.JoinedStr):
            # Not every Python says where the parts of one stand.
            self._placed = self._placed and not any(_counts(part) for part in ast.walk(node))
        elif isinstance(node, ast.Subscript) and (name := reference(node)):
            self.chains.add(name)

    def _silence(self, *nodes: ast.AST) -> None:
        for node in nodes:
            if isinstance(node, ast.Constant):
                self._silent.add(id(node))
            elif not isinstance(node, ast.Name):
                self._silent.update(id(part) for part in ast.walk(node) if isinstance(part, ast.Constant))

    def _sort(self) -> None:
        for node in self._constants:
            value = node.value
            if isinstance(value, float):
                if 0 < value < 1:
                    self._shares.append(node.lineno)
            elif isinstance(value, str):
                if id(node) not in self._silent:
                    self.texts.add(value)
            elif isinstance(value, bytes) and id(node) not in self._silent:
                self.texts.add(value.decode("utf-8", "replace"))
        self._operations.sort()
        self._shares.sort()
        self._constants.clear()
        self._silent.clear()


def _counts(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) or (isinstance(node, ast.Constant) and isinstance(node.value, float))


_NOTED = _BINDING | _STATEMENTS | _DEFINITIONS | {ast.Expr, ast.BinOp, ast.JoinedStr, ast.Subscript}
