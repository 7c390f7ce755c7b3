"""Pairs of files before and after an edit, with what the warnings should say about each.

``NAME_bases.txt`` holds whole files, ``NAME.txt`` the edits. An edit is headed
``#### FILE | RULES | WHAT WAS DONE``; the rules are those that must be named (``a/b``: either; ``a?``: may be;
``none``: a harmless edit). Below it stand ``rename A B`` (a name everywhere), ``unparse`` (formatted anew, without
comments), ``allow RULE, RULE`` (named or not, both are right) and blocks ``<<<<`` text ``====`` text in its place
``>>>>``; of a text that stands there twice the first is meant. In a notebook ``%%%%`` on a line of its own begins the
next cell.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Pair:
    """One file before and after an edit."""

    path: str
    title: str
    old: str
    new: str
    expected: tuple[frozenset[str], ...]
    allowed: frozenset[str]

    @property
    def harmless(self) -> bool:
        """Whether nothing should be said."""
        return not self.expected


def read_pairs(name: str) -> list[Pair]:
    """Reads one of the two sets."""
    bases = dict(_sections((HERE / f"{name}_bases.txt").read_text(encoding="utf-8"), "#### base "))
    pairs = []
    for head, body in _sections((HERE / f"{name}.txt").read_text(encoding="utf-8"), "#### "):
        path, rules, title = (part.strip() for part in head.split("|"))
        old = bases[path]
        new, allowed = _edited(old, body, title)
        words = [] if rules == "none" else [word.strip() for word in rules.split(",")]
        expected = tuple(frozenset(word.split("/")) for word in words if not word.endswith("?"))
        allowed |= {word[:-1] for word in words if word.endswith("?")}
        pairs.append(Pair(path, title, old, new, expected, frozenset(allowed)))
    return pairs


def _sections(text: str, mark: str) -> list[tuple[str, str]]:
    found = []
    for section in ("\n" + text).split("\n" + mark)[1:]:
        head, _, body = section.partition("\n")
        found.append((head.strip(), body if body.endswith("\n") else body + "\n"))
    return found


def _edited(text: str, edits: str, title: str) -> tuple[str, set[str]]:
    allowed: set[str] = set()
    lines = iter(edits.splitlines())
    for line in lines:
        word, _, rest = line.partition(" ")
        if word == "rename":
            old, new = rest.split()
            text = re.sub(rf"(?<![\w.]){re.escape(old)}\b", new, text)
        elif word == "unparse":
            text = ast.unparse(ast.parse(text)) + "\n"
        elif word == "allow":
            allowed.update(part.strip() for part in rest.split(","))
        elif word == "<<<<":
            before, after = _block(lines, "===="), _block(lines, ">>>>")
            assert before in text, f"{title}: not there: {before}"
            text = text.replace(before, after, 1)
        else:
            assert not line.strip(), f"{title}: {line}"
    return text, allowed


def _block(lines: object, end: str) -> str:
    taken = []
    for line in lines:  # type: ignore[attr-defined]
        if line == end:
            break
        taken.append(line)
    return "\n".join(taken)
