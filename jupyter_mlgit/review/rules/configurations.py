"""Settings in YAML, JSON, TOML and INI files: keys with their values, line by line.

The files are read by their lines, not as the formats say in full: that takes no parser for each, keeps the line of each
value, and what is not understood is left out.
"""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

from jupyter_mlgit.review.canonical import written
from jupyter_mlgit.review.differences import Difference
from jupyter_mlgit.review.rules.settings import rule_of

ENDINGS = ("yaml", "yml", "json", "toml", "ini", "cfg", "conf")

_ENTRY = re.compile(r"^(\s*)(-\s+)?[\"']?([\w./-]+)[\"']?\s*[:=](.*)$")
_TABLE = re.compile(r"^\s*\[+([^\[\]]+)\]+\s*$")
_INLINE = re.compile(r"[\"']?([\w./-]+)[\"']?\s*[:=]\s*([^,{}\[\]]+|\[[^\[\]]*\])")
_TRUE = frozenset(("true", "yes", "on"))
_FALSE = frozenset(("false", "no", "off"))
_NONE = frozenset(("null", "none", "~", ""))
_LONGEST = 4000


class _Entry(NamedTuple):
    path: str
    rule: str
    value: str
    text: str
    line: int


def compare_configurations(old: str, new: str) -> list[Difference]:
    """Gives the settings that were changed, taken out or put in."""
    before, after = _entries(old), _entries(new)
    found: list[Difference] = []
    by_path: dict[str, list[_Entry]] = {}
    for entry in after:
        by_path.setdefault(entry.path, []).append(entry)
    gone: list[_Entry] = []
    for entry in before:
        same = by_path.get(entry.path)
        if not same:
            gone.append(entry)
            continue
        other = same.pop(0)
        if other.value != entry.value:
            name = entry.path.rpartition(".")[2]
            found.append(
                Difference(
                    "changed", entry.rule, f"{name} changed from {entry.text} to {other.text}", entry.line, other.line
                )
            )
    come = [entry for left in by_path.values() for entry in left]
    for entry in list(gone):
        # A section with another name, or a setting in another section.
        moved = next((other for other in come if (other.rule, other.value) == (entry.rule, entry.value)), None) or next(
            (other for other in come if other.path.rpartition(".")[2] == entry.path.rpartition(".")[2]), None
        )
        if moved is None:
            continue
        gone.remove(entry)
        come.remove(moved)
        if moved.value != entry.value:
            name = entry.path.rpartition(".")[2]
            found.append(
                Difference(
                    "changed", entry.rule, f"{name} changed from {entry.text} to {moved.text}", entry.line, moved.line
                )
            )
    found += [
        Difference("gone", entry.rule, f"{entry.path} removed: {entry.text}", entry.line, None)
        for entry in gone
        if entry.value != "None"
    ]
    found += [
        Difference("come", entry.rule, f"{entry.path} added: {entry.text}", None, entry.line, weak=True)
        for entry in come
        if entry.value != "None"
    ]
    return found


def _entries(text: str) -> list[_Entry]:
    found: list[_Entry] = []
    stack: list[tuple[int, str]] = []
    table = ""
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if len(line) > _LONGEST or not line.strip() or line.lstrip().startswith(("#", "//", ";")):
            continue
        if match := _TABLE.match(line):
            table, stack = match[1].strip(), []
            continue
        match = _ENTRY.match(line)
        if match is None:
            found += _inline(line, table, number)
            continue
        indent = len(match[1]) + len(match[2] or "")
        while stack and stack[-1][0] >= indent:
            stack.pop()
        key, value = match[3], _bare(match[4].strip())
        path = ".".join(([table] if table else []) + [name for _, name in stack] + [key])
        if value in {"", "{", "["} or value.startswith(("&", "|", ">")):
            stack.append((indent, key))
            if value != "[":
                continue
            value = _list(lines, number)
        if value.startswith("{"):
            found += _inline(value, path, number)
            continue
        rule = rule_of(key)
        if rule is not None:
            found.append(_Entry(path, rule, _value(value), value, number))
    return found


def _list(lines: list[str], number: int) -> str:
    parts = []
    for line in lines[number : number + 20]:
        parts.append(line.strip())
        if "]" in line:
            break
    return "[" + " ".join(parts).rstrip(",")


def _inline(text: str, path: str, number: int) -> list[_Entry]:
    found = []
    for match in _INLINE.finditer(text):
        rule = rule_of(match[1])
        if rule is not None:
            value = _bare(match[2])
            found.append(_Entry(f"{path}.{match[1]}" if path else match[1], rule, _value(value), value, number))
    return found


def _bare(value: str) -> str:
    if value[:1] in {"'", '"'}:
        end = value.find(value[0], 1)
        return value[: end + 1] if end > 0 else value
    return re.sub(r"\s+#.*$", "", value).rstrip(", ")


def _value(text: str) -> str:
    low = text.strip().lower()
    if low in _TRUE:
        return "True"
    if low in _FALSE:
        return "False"
    if low in _NONE:
        return "None"
    try:
        return written(float(low))
    except ValueError:
        pass
    try:
        parsed = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return repr(" ".join(text.strip("\"'").split()))
    if isinstance(parsed, (list, tuple)):
        return "[" + ", ".join(written(part) for part in parsed) + "]"
    return written(parsed)
