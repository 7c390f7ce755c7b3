"""What the names of a source stand for: modules, constants, definitions.

Constants are followed through a few steps (``LR = 3e-4``, ``Adam(lr=LR)``; ``args.lr`` to the parser's default;
``cfg["lr"]`` to the dictionary), so that giving a value a name is no change of the value.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from jupyter_mlgit.review.outline import Outline

_STEPS = 4

_ALIASES = {
    "A": "albumentations", "F": "torch.nn.functional", "K": "keras.backend", "T": "torchvision.transforms",
    "jnp": "jax.numpy", "layers": "keras.layers", "lgb": "lightgbm", "nn": "torch.nn", "np": "numpy",
    "optim": "torch.optim", "pd": "pandas", "pl": "pytorch_lightning", "plt": "matplotlib.pyplot", "sns": "seaborn",
    "tf": "tensorflow", "transforms": "torchvision.transforms", "xgb": "xgboost",
}  # fmt: skip
"""What these mean where nothing in the source binds them: an import may stand in a cell that can't be read."""

_ROOTS = {
    "albumentations", "jax", "keras", "lightgbm", "numpy", "optax", "pandas", "random", "sklearn", "tensorflow",
    "torch", "torchvision", "xgboost",
}  # fmt: skip

_OPTIONS = frozenset(("add_argument", "option", "Option"))


class Callee(NamedTuple):
    """What is called."""

    full: str
    """The dotted name from its module on, empty if it comes from no module."""

    chain: tuple[str, ...]
    """As written; the first may be empty: called on something that isn't a name."""

    local: bool
    """Defined in the same source."""

    @property
    def last(self) -> str:
        """The name itself."""
        return self.full.rpartition(".")[2] if self.full else self.chain[-1]

    @property
    def is_method(self) -> bool:
        """Whether it is called on a value of the program."""
        return not self.full and len(self.chain) > 1


class _Binding(NamedTuple):
    line: int
    value: ast.expr | None


class Names:
    """The names of one parsed source."""

    def __init__(self, outline: Outline) -> None:
        self.imports: dict[str, str] = {}
        self.definitions: set[str] = set()
        self._bound: dict[str, dict[str, list[_Binding]]] = defaultdict(lambda: defaultdict(list))
        self._members: dict[str, list[ast.expr]] = defaultdict(list)
        self.texts: dict[tuple[int, str], str] = {}
        """What canonical.py has written before; so that names of names take no more time than there are names."""

        self.numbers: dict[tuple[int, str], float | None] = {}
        self._gather(outline)
        self._names = {*self.imports, *self.definitions, *(name for bound in self._bound.values() for name in bound)}

    # ------------------------------------------------------------------------------------------- gathering

    def _gather(self, outline: Outline) -> None:
        for node, scope in outline.binding:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                self.definitions.add(node.name)
                if not isinstance(node, ast.ClassDef):
                    self._parameters(node, scope)
            else:
                self._note(node, scope)
        for bindings in self._bound.values():
            for found in bindings.values():
                found.sort(key=lambda binding: binding.line)

    def _parameters(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: str) -> None:
        for parameter, default in defaults(node.args):
            self._bound[scope][parameter.arg].append(_Binding(0, default))

    def _note(self, node: ast.AST, scope: str) -> None:  # noqa: C901, PLR0912 -- one for each kind of node
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                self.imports[name] = alias.name if alias.asname else name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                self.imports[alias.asname or alias.name] = f"{node.module or ''}.{alias.name}"
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                self._bind(target, node.value, scope)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            self._bind(node.target, node.value, scope)
        elif isinstance(node, (ast.AugAssign, ast.For, ast.AsyncFor, ast.comprehension)):
            self._bind(node.target, None, scope)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self._bind(node.optional_vars, None, scope)
        elif isinstance(node, ast.NamedExpr):
            self._bind(node.target, node.value, scope)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    self._members[key.value].append(value)
        elif isinstance(node, ast.Call):
            self._note_call(node)

    def _note_call(self, node: ast.Call) -> None:
        if option := command_option(node):
            name, default = option
            if default is not None:
                self._members[name].append(default)
        elif isinstance(node.func, ast.Name) and (node.func.id == "dict" or node.func.id[:1].isupper()):
            for keyword in node.keywords:
                if keyword.arg and node.func.id in {"dict", "Namespace", "SimpleNamespace"}:
                    self._members[keyword.arg].append(keyword.value)

    def _bind(self, target: ast.expr, value: ast.expr | None, scope: str) -> None:
        if isinstance(target, ast.Name):
            self._bound[scope][target.id].append(_Binding(target.lineno, value))
            if value is not None and scope and scope.rpartition(".")[2][:1].isupper():
                self._members[target.id].append(value)  # a field of a class of settings
        elif isinstance(target, ast.Attribute) and value is not None:
            self._members[target.attr].append(value)
        elif isinstance(target, ast.Subscript) and value is not None:
            if isinstance(target.slice, ast.Constant) and isinstance(target.slice.value, str):
                self._members[target.slice.value].append(value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            parts = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
            for at, element in enumerate(target.elts):
                self._bind(element, parts[at] if len(parts) == len(target.elts) else None, scope)

    # ------------------------------------------------------------------------------------------- asking

    def is_bound(self, name: str) -> bool:
        """Whether anything in the source binds this name."""
        return name in self._names

    def value_of(self, node: ast.expr, scope: str) -> ast.expr | None:
        """Follows a name, an attribute or an item one step to what it was set to; None where that isn't plain."""
        if isinstance(node, ast.Name):
            return self._named(node.id, scope, node.lineno)
        if isinstance(node, ast.Attribute):
            return self._member(node.attr)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            return self._member(node.slice.value) if isinstance(node.slice.value, str) else None
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "get"
            and node.args
        ):
            key = node.args[0]
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                return self._member(key.value) or (node.args[1] if len(node.args) > 1 else None)
        return None

    def literal(self, node: ast.expr, scope: str) -> ast.expr:
        """Follows names as far as they lead."""
        for _ in range(_STEPS):
            value = self.value_of(node, scope)
            if value is None:
                break
            node = value
        return node

    def _named(self, name: str, scope: str, line: int) -> ast.expr | None:
        place = scope
        while True:
            found = self._bound.get(place, {}).get(name)
            if found:
                if place == scope:
                    at = bisect_left(found, line, key=lambda binding: binding.line)
                    return found[max(at - 1, 0)].value
                return found[-1].value
            if not place:
                return None
            place = place.rpartition(".")[0]

    def _member(self, name: str) -> ast.expr | None:
        values = self._members.get(name, [])
        if not values:
            return None
        texts = {ast.dump(value) for value in values[:9]}
        return values[0] if len(texts) == 1 else None

    def callee(self, function: ast.expr) -> Callee | None:
        """Says what is called."""
        chain = dotted(function)
        if chain is None:
            return Callee("", ("", function.attr), local=False) if isinstance(function, ast.Attribute) else None
        root = chain[0]
        if root in self.imports:
            full = ".".join((self.imports[root], *chain[1:]))
        elif not self.is_bound(root) and (root in _ALIASES or root in _ROOTS):
            full = ".".join((_ALIASES.get(root, root), *chain[1:]))
        else:
            full = ""
        return Callee(full, chain, local=not full and chain[-1] in self.definitions)


def reference(node: ast.AST) -> str:
    """Writes ``a.b`` and ``a.b["c"]``; nothing for anything else."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        outer = reference(node.value)
        return f"{outer}[{node.slice.value!r}]" if outer else ""
    return ".".join(dotted(node) or ())


def dotted(node: ast.AST) -> tuple[str, ...] | None:
    """Takes ``a.b.c`` apart; None for anything else. ``self`` in front is left out: it says where, not what."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    if node.id not in {"self", "cls"} or not parts:
        parts.append(node.id)
    return tuple(reversed(parts))


def defaults(arguments: ast.arguments) -> list[tuple[ast.arg, ast.expr | None]]:
    """Pairs the parameters of a function with their defaults."""
    plain = [*arguments.posonlyargs, *arguments.args]
    missing: list[ast.expr | None] = [None] * (len(plain) - len(arguments.defaults))
    return [
        *zip(plain, [*missing, *arguments.defaults], strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]


def command_option(node: ast.Call) -> tuple[str, ast.expr | None] | None:
    """Reads the declaration of a command line's option: its name and its default."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name not in _OPTIONS and not name.startswith("DEFINE_"):
        return None
    words = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
    if name in _OPTIONS:
        flags = [word for word in words if word.startswith("--")] or words
        target = keywords.get("dest")
        if isinstance(target, ast.Constant) and isinstance(target.value, str):
            flags = [target.value]
        return (flags[0].lstrip("-").replace("-", "_"), keywords.get("default")) if flags else None
    return (words[0], keywords.get("default", node.args[1] if len(node.args) > 1 else None)) if words else None
