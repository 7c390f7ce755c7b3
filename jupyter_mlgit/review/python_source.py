"""Parses a script or the cells of a notebook into one tree, and knows which cell and line a line of it was.

Each cell is parsed by itself, so that one broken cell takes only its own facts along. What IPython alone understands
(``%magic``, ``!command``, ``name?``) is blanked, line for line, in cells that aren't Python as they stand.
"""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST = 2**20
"""Characters of a source that is looked into."""

_LONGEST_LINE = 2000
_MAGIC_VALUE = re.compile(r"^(\s*[\w.,\s\[\]\"']+=\s*)[!%].*$")
_PYTHON_CELL_MAGICS = ("capture", "prun", "time", "timeit", "wandb")


@dataclass(frozen=True)
class Place:
    """A line of a script, or of one cell."""

    cell: int | None
    line: int


@dataclass(frozen=True)
class Source:
    """What was parsed of one version of a file."""

    tree: ast.Module
    text: str
    complete: bool
    """False when a cell could not be parsed."""

    starts: tuple[int, ...]
    """The first line of each cell within the joined text, less one; empty for a script."""

    cells: tuple[int, ...]
    magics: tuple[tuple[int, str], ...]
    """Lines that only IPython understands, with their numbers in the joined text."""

    def place(self, line: int) -> Place:
        """Says which cell and line a line of the joined text is."""
        if not self.starts:
            return Place(None, line)
        at = max(bisect_right(self.starts, line - 1) - 1, 0)
        return Place(self.cells[at], line - self.starts[at])


EMPTY = Source(ast.Module(body=[], type_ignores=[]), "", complete=True, starts=(), cells=(), magics=())


def parse_script(text: str) -> Source | None:
    """Parses a script; None if it is no Python of our day or too large."""
    tree = None if len(text) > LARGEST else _tree(text)
    return None if tree is None else Source(tree, text, complete=True, starts=(), cells=(), magics=())


def parse_cells(cells: Sequence[tuple[int, str]]) -> Source | None:
    """Parses the code cells of a notebook, each given with its index; None if they are too large together."""
    if sum(len(source) for _, source in cells) > LARGEST:
        return None
    body: list[ast.stmt] = []
    starts: list[int] = []
    magics: list[tuple[int, str]] = []
    complete = True
    joined: list[str] = []
    for _, source in cells:
        start = len(joined)
        starts.append(start)
        tree = _tree(source)
        if tree is None:
            plain, found = _without_magics(source)
            magics += [(start + number, line) for number, line in found]
            tree = _tree(plain)
        if tree is None:
            complete = False
        else:
            _shift(tree, start)
            body += tree.body
        joined += source.split("\n")
    module = ast.Module(body=body, type_ignores=[])
    numbers = tuple(index for index, _ in cells)
    return Source(module, "\n".join(joined), complete, tuple(starts), numbers, tuple(magics))


def parsed_again(source: Source) -> ast.Module:
    """Gives the syntax tree of what was parsed before."""
    if not source.starts:
        again = parse_script(source.text)
    else:
        lines = source.text.split("\n")
        ends = (*source.starts[1:], len(lines))
        texts = ("\n".join(lines[start:end]) for start, end in zip(source.starts, ends, strict=True))
        again = parse_cells(list(zip(source.cells, texts, strict=True)))
    return again.tree if again else EMPTY.tree


def _tree(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape in what is read is not our caller's concern
            return ast.parse(text.lstrip("\ufeff"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _shift(tree: ast.Module, lines: int) -> None:
    if lines:
        for node in ast.walk(tree):
            if isinstance(node, (ast.expr, ast.stmt, ast.excepthandler, ast.arg, ast.keyword, ast.alias)):
                node.lineno += lines
                node.end_lineno = (node.end_lineno or node.lineno - lines) + lines


def _without_magics(source: str) -> tuple[str, list[tuple[int, str]]]:
    lines = source.split("\n")
    kept: list[str] = []
    found: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        if bare.startswith("%%") and not any(bare[2:].split(" ")[0] == name for name in _PYTHON_CELL_MAGICS):
            # The rest of the cell is another language.
            found += enumerate(lines[number - 1 :], number)
            return "\n".join(kept), found
        if bare.startswith(("%", "!", "?")) or (bare.endswith("?") and "#" not in bare):
            found.append((number, bare))
            kept.append(line[: len(line) - len(line.lstrip())] + "pass")
        elif len(line) < _LONGEST_LINE and (match := _MAGIC_VALUE.match(line)):
            found.append((number, bare))
            kept.append(match[1] + "None")
        else:
            kept.append(line)
    return "\n".join(kept), found
