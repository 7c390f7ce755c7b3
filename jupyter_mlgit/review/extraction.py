"""Reads the facts out of a parsed source: one walk, each node once."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.review.canonical import canonical, is_constant, shown
from jupyter_mlgit.review.expressions import elements, in_place, is_share, takes_local, target_name
from jupyter_mlgit.review.facts import Argument, Fact, Facts, Family, Steps
from jupyter_mlgit.review.given import Given
from jupyter_mlgit.review.loss_sums import loss_sums
from jupyter_mlgit.review.names import Callee, Names, command_option, defaults
from jupyter_mlgit.review.outline import children
from jupyter_mlgit.review.rules.data import is_composition, prepares
from jupyter_mlgit.review.rules.families import family_of, speaks
from jupyter_mlgit.review.rules.scaling import scaling
from jupyter_mlgit.review.rules.settings import rule_of

if TYPE_CHECKING:
    from jupyter_mlgit.review.outline import Outline

_DTYPES = ("float", "half", "bfloat", "double", "int8", "fp16", "bf16", "complex")
_EFFECTS = {
    "deterministic": "seed", "benchmark": "seed", "allow_tf32": "precision", "requires_grad": "no-grad",
    "PYTHONHASHSEED": "seed", "CUDA_VISIBLE_DEVICES": "device", "TF_DETERMINISTIC_OPS": "seed",
    "CUBLAS_WORKSPACE_CONFIG": "seed", "trainable": "no-grad", "fp32_precision": "precision",
}  # fmt: skip
"""What takes effect by being set."""

_ENTRIES = 2000
"""Entries of a dictionary that are looked into."""


class _Where(NamedTuple):
    scope: str = ""
    loops: int = 0
    kept: bool = False
    chained: str = ""
    """The attribute that is taken of this node's value."""


def facts_of(tree: ast.Module, outline: Outline) -> Facts:
    """Reads all facts.

    Raises:
        RecursionError: the source nests too deeply.
    """
    names = Names(outline)
    walk = _Walk(names, outline)
    walk.block(tree.body, _Where())
    walk.leave_out_steps()
    walk.facts.sums = loss_sums(outline.top, names)
    walk.facts.imported = set(names.imports)
    walk.facts.definitions = names.definitions
    walk.facts.chains = outline.chains
    return walk.facts


class _Walk:
    def __init__(self, names: Names, outline: Outline) -> None:
        self.names, self.outline = names, outline
        self._given = Given(names)
        self.facts = Facts(scopes={"": 1})
        self._in_steps: set[int] = set()
        self._made_of: dict[int, int] = {}
        self._layers: dict[str, set[str]] = {}

    # ------------------------------------------------------------------------------------------- statements

    def block(self, body: list[ast.stmt], where: _Where) -> None:
        for statement in body:
            self._statement(statement, where)

    def _statement(self, node: ast.stmt, where: _Where) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._function(node, where)
        elif isinstance(node, ast.ClassDef):
            self._class(node, where)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            head = node.test if isinstance(node, ast.While) else node.iter
            self._expression(head, where._replace(kept=True))
            self.block(node.body, where._replace(loops=where.loops + 1))
            self.block(node.orelse, where)
        elif isinstance(node, (ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Pass, ast.Assert)):
            return
        else:
            if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
                self._assignment(node, where)
            kept = isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return))
            if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return)):
                self._scaled(node, where)
            inner = where if where.kept == kept else where._replace(kept=kept)
            for child in children(node):
                if isinstance(child, ast.stmt):
                    self._statement(child, where)
                else:
                    self._any(child, inner)

    def _any(self, node: ast.AST, where: _Where) -> None:
        if isinstance(node, ast.expr):
            self._expression(node, where)
        elif isinstance(node, (ast.excepthandler, ast.withitem, ast.match_case)):
            for child in children(node):
                if isinstance(child, ast.stmt):
                    self._statement(child, where)
                else:
                    self._any(child, where)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, where: _Where) -> None:
        scope = f"{where.scope}.{node.name}" if where.scope else node.name
        inner = _Where(scope)
        self.facts.scopes[scope] = node.lineno
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Attribute) and (callee := self.names.callee(decorator)):
                self._recognised(callee, decorator, inner)
            self._expression(decorator, inner)
        arguments: dict[str, Argument] = {}
        for parameter, default in defaults(node.args):
            if default is not None:
                self._expression(default, inner)
                self._given.setting(arguments, parameter.arg, default, inner.scope)
        self._add_loose(f"def {node.name}", arguments, node, scope)
        self.block(_without_docstring(node.body), inner)

    def _class(self, node: ast.ClassDef, where: _Where) -> None:
        scope = f"{where.scope}.{node.name}" if where.scope else node.name
        self.facts.scopes[scope] = node.lineno
        self._layers[scope] = self._layer_names(node)
        for decorator in node.decorator_list:
            self._expression(decorator, where)
        arguments: dict[str, Argument] = {}
        for statement in node.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
                self._given.setting(arguments, statement.target.id, statement.value, scope)
            elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                self._given.setting(arguments, statement.targets[0].id, statement.value, scope)
        self._add_loose(f"class {node.name}", arguments, node, scope)
        for statement in _without_docstring(node.body):
            if isinstance(statement, (ast.AnnAssign, ast.Assign)):
                if statement.value is not None:
                    self._expression(statement.value, _Where(scope))
            else:
                self._statement(statement, _Where(scope))

    def _layer_names(self, node: ast.ClassDef) -> set[str]:
        found = set()
        for inner in self.outline.made_in(node):
            if isinstance(inner.value, ast.Call):
                callee = self.names.callee(inner.value.func)
                target = inner.targets[0]
                if callee is None or not isinstance(target, ast.Attribute):
                    continue
                family = family_of(callee)
                if (family is not None and family.label in {"layer", "normalisation"}) or callee.last == "Sequential":
                    found.add(target.attr)
        return found

    def _assignment(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, where: _Where) -> None:
        value = node.value
        if value is None:
            return
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            pairs = [(target, value)]
            if (
                isinstance(target, (ast.Tuple, ast.List))
                and isinstance(value, (ast.Tuple, ast.List))
                and len(target.elts) == len(value.elts)
            ):
                pairs = list(zip(target.elts, value.elts, strict=True))
            for single, part in pairs:
                self._assigned(single, part, node, where)

    def _scaled(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return, where: _Where) -> None:
        if node.value is None or not (isinstance(node, ast.AugAssign) or self.outline.has_operation(node.value)):
            return
        family = Family("normalisation", "normalisation", counted=True)
        for text, values in scaling(node, self.names, where.scope):
            held = {f"#{at}": Argument("normalisation", part, text, node.lineno) for at, part in enumerate(values)}
            self._add(Fact(text, family, where.scope, node.lineno, _end(node), text, where.loops, arguments=held))

    def _assigned(self, target: ast.expr, value: ast.expr, node: ast.stmt, where: _Where) -> None:
        name = target_name(target)
        if name is None:
            return
        if name in _EFFECTS and not isinstance(target, ast.Name):
            effect, text = _EFFECTS[name], shown(node)
            held = Argument(effect, canonical(value, self.names, where.scope), text, node.lineno)
            family = Family(effect, "setting", counted=effect == "no-grad")
            self._add(Fact(name, family, where.scope, node.lineno, _end(node), text, arguments={"value": held}))
            return
        has_share = self.outline.has_share(value) and is_share(value)
        rule = rule_of(name) or ("data-split" if has_share else None)
        if rule is None or (isinstance(value, ast.Call) and not has_share):
            return
        held = self._given.one(rule, value, where.scope)
        if held.value == "None" or not (is_constant(held.value) or has_share or rule == "device"):
            return
        text = shown(node)
        self.facts.assigned.append(Fact(name, None, where.scope, node.lineno, _end(node), text, arguments={rule: held}))

    # ------------------------------------------------------------------------------------------- expressions

    def _expression(self, node: ast.expr, where: _Where) -> None:
        if isinstance(node, ast.Call):
            self._call(node, where)
            return
        if isinstance(node, ast.Name):
            self._uses(where.scope, node.id)
            return
        if isinstance(node, ast.Dict):
            self._dictionary(node, where)
        if isinstance(node, ast.Attribute):
            self._uses(where.scope, node.attr)
            self._expression(node.value, where._replace(chained=node.attr))
            return
        if isinstance(node, ast.Constant):
            return
        for child in children(node):
            if isinstance(child, ast.expr):
                self._expression(child, where)
            elif isinstance(child, ast.comprehension):
                self._expression(child.iter, where)
                for condition in child.ifs:
                    self._expression(condition, where)

    def _dictionary(self, node: ast.Dict, where: _Where) -> None:
        arguments: dict[str, Argument] = {}
        for key, value in zip(node.keys[:_ENTRIES], node.values, strict=False):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                self._given.setting(arguments, key.value, value, where.scope)
        self._add_loose("dict", arguments, node, where.scope)

    def _call(self, node: ast.Call, where: _Where) -> None:
        callee = self.names.callee(node.func)
        if callee is not None:
            self._uses(where.scope, callee.chain[-1])
            if speaks(callee):
                for part in ast.walk(node):
                    if isinstance(part, ast.Name):
                        self._uses(where.scope, part.id)
                return
            if option := command_option(node):
                self._option(option, node, where)
                return
            if is_composition(callee):
                self._composition(node, where)
                return
            self._recognised(callee, node, where)
        if isinstance(node.func, ast.Attribute):
            self._expression(node.func.value, where._replace(chained=node.func.attr))
        elif not isinstance(node.func, ast.Name):
            self._expression(node.func, where)
        plain = where._replace(chained="") if where.chained else where
        for part in node.args:
            self._expression(part, plain)
        for keyword in node.keywords:
            self._expression(keyword.value, plain)

    def _recognised(self, callee: Callee, node: ast.expr, where: _Where) -> None:
        if isinstance(node, ast.Call):
            if callee.last in {"to", "astype"} and (callee.is_method or len(callee.chain) == 1):
                self._moved(callee, node, where)
                return
            if callee.full in {"torch.device", "tensorflow.device"}:
                held = self._given.one("device", node, where.scope)
                self.facts.assigned.append(
                    Fact("device", None, where.scope, node.lineno, _end(node), shown(node), arguments={"device": held})
                )
                return
            if len(callee.chain) == 1 and callee.chain[0] in self._layers.get(where.scope.rpartition(".")[0], ()):
                self._add(
                    Fact(
                        "layer",
                        Family("model", "use of a layer", counted=True),
                        where.scope,
                        node.lineno,
                        _end(node),
                        shown(node),
                    )
                )
                return
        family = family_of(callee)
        if family is not None and prepares(callee) and not (where.kept or in_place(node)):
            family = None
        if callee.last == "detach" and where.chained in {"cpu", "numpy", "item", "tolist", "clone"}:
            family = None
        if family is not None and family.label == "mapped function" and not takes_local(node, self.names):
            family = None
        if family is None and not (isinstance(node, ast.Call) and node.keywords):
            return
        arguments = self._given.to_call(callee, family, node, where.scope)
        if family is not None or arguments:
            fact = self._fact(callee, family, node, where, arguments)
            self._add(fact)
            self._made_of[id(fact)] = id(node)

    def _fact(
        self, callee: Callee, family: Family | None, node: ast.expr, where: _Where, arguments: dict[str, Argument]
    ) -> Fact:
        name = callee.full if family is not None and family.rule == "seed" and callee.full else callee.last
        is_open = isinstance(node, ast.Call) and any(keyword.arg is None for keyword in node.keywords)
        return Fact(
            name,
            family,
            where.scope,
            node.lineno,
            _end(node),
            shown(node),
            where.loops,
            callee.local,
            is_open,
            arguments,
        )

    def _option(self, option: tuple[str, ast.expr | None], node: ast.Call, where: _Where) -> None:
        name, default = option
        rule = rule_of(name)
        if rule is not None and default is not None:
            held = self._given.one(rule, default, where.scope)
            if is_constant(held.value) and held.value not in {"None", "''"}:
                self._add(
                    Fact(
                        f"--{name}",
                        None,
                        where.scope,
                        node.lineno,
                        _end(node),
                        shown(node),
                        arguments={name.lower(): held},
                    )
                )

    def _moved(self, callee: Callee, node: ast.Call, where: _Where) -> None:
        for part in [*node.args, *(word.value for word in node.keywords if word.arg in {"device", "dtype"})]:
            value = canonical(part, self.names, where.scope)
            bare = value.strip("'\"").lower()
            if any(bare.startswith(kind) for kind in _DTYPES) and bare not in {"float", "float64"}:
                rule = "precision"
            elif callee.last == "to":
                rule = "device"
            else:
                continue
            held = self._given.one(rule, part, where.scope)
            family = Family(rule, "device" if rule == "device" else "precision", counted=True)
            self._add(
                Fact(
                    f".{callee.last}",
                    family,
                    where.scope,
                    node.lineno,
                    _end(node),
                    shown(node),
                    where.loops,
                    arguments={rule: held},
                )
            )

    # ------------------------------------------------------------------------------------------- transforms

    def _composition(self, node: ast.Call, where: _Where) -> None:
        given = (
            node.args[0]
            if node.args
            else next((word.value for word in node.keywords if word.arg == "transforms"), None)
        )
        if given is None:
            return
        parts = elements([*node.args] if len(node.args) > 1 else [given], self.names, where.scope)
        facts = []
        for part in parts:
            callee = self.names.callee(part.func) if isinstance(part, ast.Call) else None
            if callee is None or not isinstance(part, ast.Call):
                text = canonical(part, self.names, where.scope)
                facts.append(
                    Fact(
                        text if is_constant(text) else "_",
                        Family("transform", "transform"),
                        where.scope,
                        part.lineno,
                        _end(part),
                        shown(part),
                    )
                )
                continue
            family = family_of(callee)
            rule = "normalisation" if family is not None and family.rule == "normalisation" else "transform"
            family = Family(rule, rule, parameters=family.parameters if family else ())
            fact = self._fact(callee, family, part, where, self._given.to_call(callee, family, part, where.scope))
            self._nested(part, where)
            facts.append(fact)
            self._in_steps.add(id(part))
        self.facts.steps.append(Steps(where.scope, node.lineno, _end(node), tuple(facts)))

    def _nested(self, part: ast.Call, where: _Where) -> None:
        for inner in [*part.args, *(word.value for word in part.keywords)]:
            self._expression(inner, where)

    # ------------------------------------------------------------------------------------------- collecting

    def leave_out_steps(self) -> None:
        """Takes out of the calls what a composition holds by its name."""
        self.facts.calls = [fact for fact in self.facts.calls if self._made_of.get(id(fact)) not in self._in_steps]

    def _add(self, fact: Fact) -> None:
        self.facts.calls.append(fact)

    def _add_loose(self, name: str, arguments: dict[str, Argument], node: ast.stmt | ast.expr, scope: str) -> None:
        if arguments:
            self._add(Fact(name, None, scope, node.lineno, _end(node), name, arguments=arguments))

    def _uses(self, scope: str, name: str) -> None:
        self.facts.calls_to.setdefault(scope, set()).add(name)


def _end(node: ast.stmt | ast.expr) -> int:
    return node.end_lineno or node.lineno


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        return body[1:]
    return body
