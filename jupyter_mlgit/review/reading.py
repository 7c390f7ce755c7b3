"""Reads one changed file by its kind, and knows the lines of both versions."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.review.comparison import compare, only
from jupyter_mlgit.review.differences import Difference
from jupyter_mlgit.review.python_source import EMPTY, LARGEST, Place, Source, parsed_again
from jupyter_mlgit.review.rules import configurations, dependencies, literals
from jupyter_mlgit.review.said import NOTHING, Said, said_by_cells, said_by_script

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Cells = Sequence[tuple[int, str]]
"""The code cells of a notebook, each with its index among all cells, counted from 0."""

_NOTEBOOK = 64 * 2**20
"""Characters of a notebook, outputs and all, that is looked into."""

_SILENCE = re.compile(r"#\s*mlgit:\s*ignore(-file)?\b(?:\s*\[([\w\s,-]*)\])?")
_ALL = frozenset(("*",))
_NEIGHBOURS = 100
"""Lines above a removed one that are looked at for one that is still there."""

_KNOWN_SHARE = 0.3
"""Of a cell's lines: with fewer that were there before, the cell is new."""

_LOCKS = frozenset(
    ("package.json", "package-lock.json", "composer.json", "tsconfig.json", "poetry.lock", "uv.lock", "yarn.lock")
)


class FileChange(NamedTuple):
    """One file of a change; a text is None where the file is not there."""

    path: str
    old: str | None
    new: str | None
    old_cells: Cells | None = None
    """The cells of a notebook, in place of the text."""

    new_cells: Cells | None = None
    size: int | None = None
    """Bytes of the new version."""


class Reading:
    """What was found in one file."""

    def __init__(self, old: Source, new: Source, *, takes_comments: bool) -> None:
        self.differences: list[Difference] = []
        self.takes_comments = takes_comments
        self.is_parsed = True
        """False for Python of which one version is not Python of our day: then little is said of it."""
        self._old, self._new = old, new
        self._new_lines = new.text.split("\n")
        self._ignored = _ignored(self._new_lines)

    def old_place(self, line: int) -> Place:
        """Says where a line of the old version is."""
        return self._old.place(line)

    def new_place(self, line: int) -> Place:
        """Says where a line of the new version is."""
        return self._new.place(line)

    def place(self, difference: Difference) -> tuple[int | None, int | None]:
        """Gives the first and the last line of the new version that a difference is about."""
        if difference.new_line is not None:
            return difference.new_line, max(difference.new_end or 0, difference.new_line)
        if difference.old_line is None:
            return None, None
        line = self._still_there(difference.old_line)
        return line, line

    def is_ignored(self, rule: str, line: int | None, end: int | None) -> bool:
        """Whether a comment silences a rule there."""
        if self._says(0, rule):
            return True
        if line is None or end is None:
            return False
        above = self._new_lines[line - 2].strip() if 1 < line <= len(self._new_lines) + 1 else ""
        return any(self._says(at, rule) for at in range(line - above.startswith("#"), end + 1))

    def _says(self, line: int, rule: str) -> bool:
        rules = self._ignored.get(line, frozenset())
        return rule in rules or "*" in rules

    @cached_property
    def _counted(self) -> tuple[Counter[str], dict[str, int]]:
        stripped = [text.strip() for text in self._new_lines]
        return Counter(stripped), {text: number for number, text in enumerate(stripped, 1)}

    @cached_property
    def _old_lines(self) -> tuple[list[str], Counter[str]]:
        lines = self._old.text.split("\n")
        return lines, Counter(text.strip() for text in lines)

    def _still_there(self, line: int) -> int | None:
        """Finds the line of the new version at which something stood."""
        old, befores = self._old_lines
        counts, numbers = self._counted
        for at in range(min(line, len(old)), max(line - _NEIGHBOURS, 0), -1):
            text = old[at - 1].strip()
            if len(text) > 3 and counts[text] == 1 and befores[text] == 1:  # noqa: PLR2004 -- more than a bracket
                return numbers[text]
        return 1 if self._new.text else None


def read(change: FileChange, large: int) -> Reading:
    """Reads both versions of a file and says how they differ; never raises for what is in them."""
    found: list[Difference] = []
    if change.size is not None and change.size >= large:
        text = f"the file is large to be kept in git: {change.size / 2**20:.0f} MB"
        found.append(Difference("changed", "large-file", text, None, None))
    try:
        reading = _read(change)
    except (RecursionError, MemoryError):
        reading = Reading(EMPTY, EMPTY, takes_comments=False)
    reading.differences = found + reading.differences
    return reading


def _read(change: FileChange) -> Reading:
    ending = change.path.rpartition(".")[2].lower()
    if ending in {"py", "pyw", "pyi", "ipynb"} or change.new_cells is not None or change.old_cells is not None:
        old, new = _said(change, ending, new=False), _said(change, ending, new=True)
        if old is None or new is None:
            # Without the one, nothing can be said but what the other holds by itself.
            reading = Reading(EMPTY, new.source if new else EMPTY, takes_comments=True)
            reading.is_parsed = False
            if new is not None and change.old is None:
                reading.differences += _of_literals(NOTHING, new)
            return reading
        reading = Reading(old.source, new.source, takes_comments=True)
        reading.differences += _of_python(old, new) + _of_literals(old, new)
        return reading
    old_text, new_text = change.old or "", change.new or ""
    if not change.new or max(len(old_text), len(new_text)) > LARGEST or "\0" in new_text[:8000]:
        return Reading(EMPTY, EMPTY, takes_comments=False)
    name = change.path.rpartition("/")[2]
    reading = Reading(_plain(old_text), _plain(new_text), takes_comments=ending != "json")
    reading.differences += _of_text(name, ending, change.old, new_text)
    return reading


def _plain(text: str) -> Source:
    return Source(EMPTY.tree, text, complete=True, starts=(), cells=(), magics=())


def _said(change: FileChange, ending: str, *, new: bool) -> Said | None:
    cells = change.new_cells if new else change.old_cells
    if change.old_cells is not None or change.new_cells is not None:
        return NOTHING if cells is None else said_by_cells(cells)
    text = change.new if new else change.old
    if text is None:
        return NOTHING
    if ending == "ipynb":
        found = _cells_of(text)
        return None if found is None else said_by_cells(found)
    return said_by_script(text)


def _cells_of(text: str) -> Cells | None:
    """Takes the code cells out of a notebook; None if it isn't one of Python."""
    try:
        if len(text) > _NOTEBOOK:
            return None
        notebook = json.loads(text)
        language = notebook.get("metadata", {}).get("kernelspec", {}).get("language") or "python"
        if language.lower() != "python":
            return None
        return [
            (index, source if isinstance(source, str) else "".join(source))
            for index, cell in enumerate(notebook["cells"])
            if cell.get("cell_type") == "code" and (source := cell.get("source", "")) is not None
        ]
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return None


# ---------------------------------------------------------------------------------------------- Python


def _of_python(old: Said, new: Said) -> list[Difference]:
    if old is not NOTHING and new is not NOTHING:
        whole = (old.source.complete, new.source.complete)
        return compare(old.facts, new.facts, _fresh(old.source, new.source), complete=whole)
    if new is not NOTHING:
        return only(new.facts, "come")
    return only(old.facts, "gone")


def _fresh(old: Source, new: Source) -> Callable[[int], bool]:
    """Says of a line whether its cell is wholly new."""
    if not new.starts:
        return lambda _: False
    before = {line.strip() for line in old.text.split("\n")}
    lines = new.text.split("\n")
    fresh: dict[int, bool] = {}
    for at, (start, cell) in enumerate(zip(new.starts, new.cells, strict=True)):
        end = new.starts[at + 1] if at + 1 < len(new.starts) else len(lines)
        own = [line.strip() for line in lines[start:end] if line.strip()]
        known = sum(line in before for line in own)
        fresh[cell] = bool(own) and known < _KNOWN_SHARE * len(own)
    return lambda line: fresh.get(new.place(line).cell or 0, False)


def _of_literals(old: Said, new: Said) -> list[Difference]:
    found: list[Difference] = []
    told = frozenset(text for text in new.texts - old.texts if literals.may_tell(text))
    for literal in literals.literals(parsed_again(new.source)) if told else ():
        if literal.text not in told:
            continue
        if kind := literals.secret_kind(literal.text, literal.name):
            found.append(_secret(kind, literal.line))
        elif not literal.is_route and (path := literals.absolute_path(literal.text)):
            found.append(_path(path, literal.line))
    before = {line for _, line in old.source.magics}
    for number, line in new.source.magics:
        if line in before:
            continue
        if kind := literals.secret_in_line(line):
            found.append(_secret(kind, number))
        elif path := literals.absolute_path(line) or literals.absolute_path(line.rpartition(" ")[2]):
            found.append(_path(path, number))
        found += [_open(one) for one in dependencies.in_command(line.lstrip("%!"), number)]
    return found


def _secret(kind: str, line: int) -> Difference:
    return Difference("come", "secret", f"{kind} would be committed", None, line)


def _path(path: str, line: int) -> Difference:
    shown = path if len(path) <= 60 else path[:59] + "…"  # noqa: PLR2004 -- as much as a sentence takes
    return Difference("come", "absolute-path", f"a path of one machine: {shown}", None, line)


def _open(one: dependencies.Open) -> Difference:
    return Difference("come", one.rule, one.message, None, one.line)


# ---------------------------------------------------------------------------------------------- other files


def _of_text(name: str, ending: str, old: str | None, new: str) -> list[Difference]:
    found: list[Difference] = []
    finder = _finder(name, ending)
    if finder is not None:
        before = {(one.rule, one.text) for one in finder(old or "")}
        found += [_open(one) for one in finder(new) if (one.rule, one.text) not in before]
    configuration = ending in configurations.ENDINGS and name not in _LOCKS and not dependencies.is_environment(name)
    if configuration and old is not None:
        found += configurations.compare_configurations(old, new)
    lines = set((old or "").split("\n"))
    prose = ending in {"md", "rst", "txt", "lock", "csv", "tsv", "jsonl", "html", "svg"}
    for number, line in enumerate(new.split("\n"), 1):
        if line in lines or not line.strip():
            continue
        if kind := literals.secret_kind(line) if prose else literals.secret_in_line(line):
            found.append(_secret(kind, number))
        elif configuration and (path := _path_in(line)):
            found.append(_path(path, number))
    return found


def _finder(name: str, ending: str) -> Callable[[str], Iterable[dependencies.Open]] | None:
    if dependencies.is_requirements(name):
        return dependencies.in_requirements
    if dependencies.is_dockerfile(name):
        return dependencies.in_dockerfile
    if name == "pyproject.toml":
        return dependencies.in_pyproject
    if dependencies.is_environment(name):
        return dependencies.in_environment
    return dependencies.in_compose if ending in {"yaml", "yml"} else None


def _path_in(line: str) -> str | None:
    bare = re.sub(r"^(?:- +)?[\"']?[\w./-]*[\"']? *[:=] *", "", line.strip()).partition(" #")[0]
    return literals.absolute_path(bare.strip().strip("\"',[] "))


def _ignored(lines: list[str]) -> dict[int, frozenset[str]]:
    """Reads the comments that silence; those for the whole file stand under 0."""
    found: dict[int, frozenset[str]] = {}
    for number, line in enumerate(lines, 1):
        if "mlgit" in line and (match := _SILENCE.search(line)):
            rules = frozenset(rule.strip() for rule in match[2].split(",")) if match[2] else _ALL
            at = 0 if match[1] else number
            found[at] = found.get(at, frozenset()) | rules
    return found
