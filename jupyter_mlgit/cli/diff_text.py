"""Tells what differs: a line for each file, its hunks below, notebooks cell by cell."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from jupyter_mlgit.cli.check_text import show_warning
from jupyter_mlgit.cli.wording import count, size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_mlgit.cli.screen import Screen
    from jupyter_mlgit.notebooks.diff import CellChange, CellCounts
    from jupyter_mlgit.review.diff import Diff, FileDiff
    from jupyter_mlgit.textdiff.hunks import Hunk, Line

_MARKS = {"context": (" ", ""), "added": ("+", "green"), "deleted": ("-", "red")}
_CHANGES = {
    "added": "added",
    "deleted": "deleted",
    "edited": "edited",
    "kind_changed": "of another type",
    "moved": "moved",
    "metadata": "with other metadata",
    "attachments": "with other attachments",
}

_MOST = 3
"""Names of errors that a line has."""


def show_diff(screen: Screen, found: Diff) -> None:
    """Writes everything that differs."""
    if not found.files:
        screen.line(screen.paint("Nothing differs."))
    for one in found.files:
        _show_file(screen, one)


def _show_file(screen: Screen, one: FileDiff) -> None:
    name = f"{one.old_path} \u2192 {one.path}" if one.old_path else one.path
    mode = f"mode {one.old_mode:o} \u2192 {one.new_mode:o}" if one.old_mode and one.new_mode != one.old_mode else ""
    mode = mode if one.new_mode else ""
    screen.line(screen.paint(name, "bold"), screen.paint(_in_words(one), "dim"), screen.paint(mode, "yellow"))
    for sentence in filter(None, (one.note, one.pair, one.truncated)):
        screen.line("  " + screen.paint(sentence, "yellow"))
    for warning in one.warnings:
        show_warning(screen, warning, indent="  ", with_path=False)
    for change in one.metadata:
        screen.line("  " + screen.paint(f"notebook metadata {change.key}: {change.old} \u2192 {change.new}", "dim"))
    for cell in one.cells:
        _show_cell(screen, cell)
    _show_hunks(screen, one.hunks)


def _in_words(one: FileDiff) -> str:
    words = "in conflict" if one.conflict else "" if one.change == "modified" else one.change
    if one.counts is not None:
        told = counts_in_words(one.counts)
    elif one.added is not None or one.deleted is not None:
        told = f"+{one.added or 0} \u2212{one.deleted or 0}"
    elif one.kind in ("binary", "image"):
        told = f"{one.kind}, {size(one.old_size)} \u2192 {size(one.new_size)}"
    else:
        told = ""
    return ", ".join(filter(None, (words, told)))


def counts_in_words(counts: CellCounts) -> str:
    """Gives ``2 cells edited, outputs rerun``."""
    told = [
        f"{count(number, 'cell')} {word}" for name, word in _CHANGES.items() if (number := getattr(counts, name)) > 0
    ]
    if counts.rerun:
        told.append("outputs rerun" if counts.rerun > 1 else "outputs of 1 cell rerun")
    if counts.failing:
        told.insert(
            0, f"{count(counts.failing, 'cell')} now {_fails(counts.failing)}: {', '.join(counts.errors[:_MOST])}"
        )
    return ", ".join(told) or "no cell differs"


def _fails(number: int) -> str:
    return "fails" if number == 1 else "fail"


def _show_cell(screen: Screen, cell: CellChange) -> None:
    if cell.old_index is not None and cell.new_index is not None and cell.moved:
        place = f"cell {cell.old_index + 1} \u2192 {cell.new_index + 1}"
    else:
        index = cell.new_index if cell.new_index is not None else cell.old_index
        place = f"cell {(index or 0) + 1}"
    kind = f"{cell.old_kind} \u2192 {cell.kind}" if cell.kind != cell.old_kind else cell.kind
    words = [
        "rerun" if cell.change == "outputs" else cell.change.replace("-", " "),
        "moved" if cell.moved and cell.change != "moved" else "",
        f"now fails: {cell.fails}" if cell.fails else "",
    ]
    screen.line(
        "  " + screen.paint(f"({cell.n})", "dim"), screen.paint(place, "cyan"), screen.paint(kind),
        screen.paint(", ".join(filter(None, words))),
        screen.paint(_outputs(cell), "dim"),
    )  # fmt: skip
    for change in cell.metadata:
        screen.line("    " + screen.paint(f"metadata {change.key}: {change.old} \u2192 {change.new}", "dim"))
    for name in cell.attachments:
        screen.line("    " + screen.paint(f"attachment {name}", "dim"))
    _show_hunks(screen, cell.hunks, indent="    ")


def _outputs(cell: CellChange) -> str:
    if cell.outputs is None:
        return ""
    return f"outputs: {len(cell.outputs.old)} \u2192 {len(cell.outputs.new)}"


def _show_hunks(screen: Screen, hunks: Sequence[Hunk], indent: str = "") -> None:
    for hunk in hunks:
        place = f"@@ -{hunk.old_start},{hunk.old_lines} +{hunk.new_start},{hunk.new_lines} @@"
        screen.line(indent + screen.paint(place, "cyan"), screen.paint(hunk.heading, "dim"))
        for line in hunk.lines:
            mark, style = _MARKS[line.kind]
            screen.line(indent + _marked(screen, mark, line, *filter(None, [style])))
            if line.no_newline:
                screen.line(indent + screen.paint("\\ No newline at end of file", "dim"))


def _marked(screen: Screen, mark: str, line: Line, *styles: str) -> str:
    """Paints a line, and the words in it that differ the other way round."""
    if not line.marks:
        return screen.paint(mark + line.text, *styles)
    units = line.text.encode("utf-16-le", "surrogatepass")
    places = [0, *(place for one in line.marks for place in one), len(units) // 2]
    parts = [units[2 * a : 2 * b].decode("utf-16-le", "surrogatepass") for a, b in pairwise(places)]
    painted = [screen.paint(part, *styles, *["inverse"][: number % 2]) for number, part in enumerate(parts)]
    return screen.paint(mark, *styles) + "".join(painted)
