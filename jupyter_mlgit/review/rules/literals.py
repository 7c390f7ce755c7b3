"""Paths of one machine, and secrets, in what was added. A secret itself is never repeated in a warning."""

from __future__ import annotations

import ast
import math
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.review.names import dotted

if TYPE_CHECKING:
    from collections.abc import Iterable

_PATH = re.compile(
    r"(?:/(?:home|Users|mnt|media|scratch|gpfs|lustre|nfs|nas|Volumes|dbfs|root|workspace|kaggle/(?:input|working)"
    r"|content/(?:drive|gdrive)|content|projects?|work|shared|data\d*"
    r"|datasets?|raid|export|storage|share|ssd\d*|hdd\d*|disk\d*)/[\w.@ +-]"
    r"|~/[\w.]|[A-Za-z]:[\\/](?![/\\])[\w. -]|\\\\[\w.-]+\\[\w$])"
)
_ROUTES = frozenset(
    ("route", "get", "post", "put", "delete", "patch", "mount", "add_url_rule", "websocket", "api_route")
)
_LONGEST_TEXT = 20_000
_SHORTEST_PATH = 6
_LONGEST_PATH = 400

_KINDS = (
    ("an AWS access key", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("a GitHub token", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})")),
    ("a GitLab token", re.compile(r"\bglpat-[\w-]{20,}")),
    ("a Hugging Face token", re.compile(r"\bhf_[A-Za-z0-9]{30,}\b")),
    ("an OpenAI key", re.compile(r"\bsk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{32,}")),
    ("an Anthropic key", re.compile(r"\bsk-ant-[\w-]{20,}")),
    ("a Slack token", re.compile(r"\bxox[abeoprs]-[\w-]{10,}")),
    ("a Slack webhook", re.compile(r"hooks\.slack\.com/services/T\w+/B\w+/\w{16,}")),
    ("a Google API key", re.compile(r"\bAIza[\w-]{35}\b")),
    ("a Stripe key", re.compile(r"\b[rs]k_live_[A-Za-z0-9]{16,}")),
    ("a PyPI token", re.compile(r"\bpypi-[\w-]{50,}")),
    ("an npm token", re.compile(r"\bnpm_[A-Za-z0-9]{36}\b")),
    ("a private key", re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----")),
    (
        "a password in an address",
        re.compile(r"\b[a-z][a-z0-9+.-]{0,20}://[^/\s:@'\"{}$]{1,80}:(?![$<{*])[^/\s:@'\"{}]{3,80}@[\w.-]"),
    ),
    ("a JSON web token", re.compile(r"\beyJ[\w-]{10,500}\.eyJ[\w-]{10,2000}\.[\w-]{10}")),
)
_SECRET_NAME = re.compile(
    r"(?:^|_)(?:password|passwd|pwd|secret|token|apikey|api_key|access_key|secret_key|private_key|auth_key|credential)s?(?:$|_(?:key|id|value))",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"x{3,}|\*{3,}|\.\.\.|your|change.?me|example|placeholder|dummy|sample|insert|todo|<.*>|\$\{|\{\{|%\(|^env:|redacted|test|fake|none|null",
    re.IGNORECASE,
)
_LEAST_BITS = 2.6
_SHORTEST_SECRET = 8
_LONG_SECRET = 20
_SETTING = re.compile(
    r"^\s*(?:export\s+|ENV\s+|ARG\s+|-\s+)?[\"']?([\w.-]{1,80})[\"']?\s*[:= ]\s*[\"']?([^\s\"'#,]{8,300})"
)


class Literal(NamedTuple):
    """A text in a source."""

    text: str
    line: int
    name: str
    """What it is given to."""

    is_route: bool


def literals(tree: ast.Module) -> list[Literal]:
    """Gives all texts of a source but docstrings."""
    found: list[Literal] = []
    work: list[tuple[ast.AST, str, bool]] = [(tree, "", False)]
    while work:
        node, name, route = work.pop()
        if isinstance(node, ast.Constant):
            if isinstance(node.value, (str, bytes)):
                text = node.value if isinstance(node.value, str) else node.value.decode("utf-8", "replace")
                found.append(Literal(text, node.lineno, name, route))
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        work += [(child, child_name, route or _is_route(node)) for child, child_name in _children(node, name)]
    return found


def _children(node: ast.AST, name: str) -> Iterable[tuple[ast.AST, str]]:
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if node.value is not None:
            yield node.value, _name_of(target)
        return
    if isinstance(node, ast.keyword):
        yield node.value, node.arg or ""
        return
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            yield value, str(key.value) if isinstance(key, ast.Constant) else ""
        return
    if isinstance(node, ast.Compare):
        name = ""
    if isinstance(node, ast.Call):
        name = ""
        if isinstance(node.func, ast.Attribute) and node.func.attr == "setdefault" and len(node.args) > 1:
            key = node.args[0]
            yield node.args[1], str(key.value) if isinstance(key, ast.Constant) else ""
            return
    for child in ast.iter_child_nodes(node):
        yield child, name


def _name_of(target: ast.expr) -> str:
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return str(target.slice.value)
    return (dotted(target) or ("",))[-1]


def _is_route(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _ROUTES


def absolute_path(text: str) -> str | None:
    """Gives a path of one machine, if a text is one."""
    if not _SHORTEST_PATH <= len(text) <= _LONGEST_PATH or "\n" in text:
        return None
    start = text.removeprefix("file://").removeprefix("@")
    if _PATH.match(start):
        return text
    # In a line of a command or a template the path stands between other words.
    return next((word for word in re.split(r"[\s=\"',;:()]+(?=/)", text)[1:] if _PATH.match(word)), None)


def secret_kind(text: str, name: str = "") -> str | None:
    """Says what kind of secret a text holds."""
    text = text[:_LONGEST_TEXT]
    for kind, shape in _KINDS:
        match = shape.search(text)
        if match and not re.search(r"(?i)example|x{6,}|your|dummy|<", match[0]):
            return kind
    if name and _SECRET_NAME.search(_snake(name)) and _looks_random(text):
        return "a secret"
    return None


def may_tell(text: str) -> bool:
    """Whether a text is a secret or a path of one machine, or would be a secret under a telling name."""
    return absolute_path(text) is not None or secret_kind(text, "secret") is not None


def secret_in_line(line: str) -> str | None:
    """Says what kind of secret a line of a configuration holds."""
    match = _SETTING.match(line)
    return secret_kind(line) or (secret_kind(match[2], match[1]) if match else None)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").replace(".", "_")


def _looks_random(text: str) -> bool:
    """Whether it is a secret rather than a word, a name of a variable, or a stand-in."""
    if (
        len(text) < _SHORTEST_SECRET
        or " " in text
        or _PLACEHOLDER.search(text)
        or text.startswith(("/", "http", "$", "~"))
    ):
        return False
    counts = Counter(text)
    bits = -sum(count / len(text) * math.log2(count / len(text)) for count in counts.values())
    mixed = sum(bool(re.search(kind, text)) for kind in ("[a-z]", "[A-Z]", "[0-9]", r"[^\w]"))
    return (
        bits >= _LEAST_BITS
        and (mixed > 1 or len(text) >= _LONG_SECRET)
        and not re.fullmatch(r"[a-z_]+|[A-Z_]+|<[^>]*>", text)
    )
