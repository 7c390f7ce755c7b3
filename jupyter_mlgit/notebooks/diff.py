"""Says what changed between two notebooks, cell by cell: sources first, outputs and noise away.

Cells come in the order of the new notebook, deleted ones where they stood; what did not change is counted, not listed.
Outputs count as changed only when more than their number in brackets did. What Jupyter and editors write into a cell's
metadata by themselves is noise, and so are the notebook's kernel and language version, unless all is asked for.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec

from jupyter_mlgit.notebooks.document import Cell
from jupyter_mlgit.notebooks.matching import match_cells
from jupyter_mlgit.notebooks.outputs import Output, compare_outputs, error_in, same_outputs
from jupyter_mlgit.textdiff.hunks import Hunk, cell_lines, hunks_of
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.notebooks.document import Document
    from jupyter_mlgit.notebooks.matching import Matching

CellChangeKind = Literal["added", "deleted", "kind-changed", "edited", "moved", "metadata", "attachments", "outputs"]

NOISE = frozenset((
    "collapsed", "ExecuteTime", "execution", "heading_collapsed", "hidden", "scrolled", "trusted", "signature",
    "widgets", "vscode", "papermill", "jp-MarkdownHeadingCollapsed",
    "id", "colab", "colab_type", "executionInfo", "outputId",
    "kernelspec", "language_info", "toc", "toc-autonumbering", "nbformat_minor",
))  # fmt: skip
"""Keys of metadata that no person has written."""

_BLANK = Cell("code")
"""Stands for a cell that is not there."""
_NOTHING = frozenset[str]()
_OBJECT = msgspec.json.Decoder(dict[str, Any])
_ENDINGS = {"code": "cell.py", "markdown": "cell.md", "raw": "cell.txt"}


class MetadataChange(Value):
    """A key of metadata that differs."""

    key: str
    old: str | None
    """The value as JSON; null where the key is not there."""
    new: str | None


class OutputsChange(Value):
    """The outputs of a cell before and after; their content is asked for one by one."""

    old: tuple[Output, ...]
    new: tuple[Output, ...]


_UNLISTED = OutputsChange(old=(), new=())


class CellChange(Value):
    """One cell that differs."""

    n: int
    """Its number in this diff, from 1."""
    change: CellChangeKind
    """The foremost of what changed; the others can be seen below."""
    moved: bool
    old_index: int | None
    """Its place in the old notebook, from 0; null if it was added."""
    new_index: int | None
    """Its place in the new notebook, from 0; null if it was deleted."""
    id: str | None
    kind: Literal["code", "markdown", "raw"]
    old_kind: Literal["code", "markdown", "raw"]
    """Another than ``kind`` only if that changed."""
    hunks: tuple[Hunk, ...]
    """What differs in its source."""
    metadata: tuple[MetadataChange, ...]
    attachments: tuple[str, ...]
    """The names of the attachments that differ."""
    outputs: OutputsChange | None
    """Null unless they differ."""
    fails: str | None = None
    """The name of the error that its outputs end in now, where they held none before."""


class CellCounts(Value):
    """How many cells changed in which way; a cell counts once, for the foremost."""

    added: int = 0
    deleted: int = 0
    kind_changed: int = 0
    edited: int = 0
    moved: int = 0
    metadata: int = 0
    attachments: int = 0
    outputs: int = 0
    """Cells of which only the outputs changed."""
    rerun: int = 0
    """Cells whose outputs changed, whatever else did."""
    unchanged: int = 0
    failing: int = 0
    """Cells with an error among their outputs that held none before, whatever else changed."""
    errors: tuple[str, ...] = ()
    """The names of these errors, each once."""


class NotebookDiff(Value):
    """What differs between two notebooks."""

    cells: tuple[CellChange, ...]
    metadata: tuple[MetadataChange, ...]
    """What differs in the metadata of the notebook as a whole."""
    counts: CellCounts


def compare_notebooks(
    old: Document,
    new: Document,
    *,
    outputs: bool = True,
    noise: bool = False,
    summary: bool = False,
    words: bool = True,
) -> NotebookDiff:
    """Gives what differs between two notebooks.

    Args:
        old: the old notebook; an empty one for a notebook that was added.
        new: the new one.
        outputs: whether a cell of which only the outputs differ is listed; one that fails now always is.
        noise: whether metadata that no person has written is compared too.
        summary: whether it is enough to know that outputs differ, without a list of them.
        words: whether the words that differ are marked.
    """
    ignored = _NOTHING if noise else NOISE
    matching = match_cells(old.cells, new.cells)
    found: list[CellChange] = []
    counts: Counter[str] = Counter()
    errors: dict[str, None] = {}
    for step in _in_order(matching, len(old.cells)):
        before = None if step.old is None else old.cells[step.old]
        after = None if step.new is None else new.cells[step.new]
        both = before is not None and after is not None
        if both and not step.moved and before == after:
            counts["unchanged"] += 1
            continue
        parts = _compare_parts(before, after, ignored, words=words)
        kind = _foremost(before, after, parts, moved=step.moved)
        fails = _newly_failing(before, after)
        shown = outputs or kind != "outputs" or fails is not None
        change = _compare_outputs(before, after, listed=shown and not summary)
        counts["rerun"] += both and change is not None
        if fails is not None:
            counts["failing"] += 1
            errors[fails] = None
        if kind == "outputs" and not (shown and change):
            counts["outputs" if change else "unchanged"] += 1
            continue
        counts[kind.replace("-", "_")] += 1
        found.append(_told(len(found) + 1, step, kind, (before, after), parts, (change, fails)))
    return NotebookDiff(
        cells=tuple(found),
        metadata=_compare_metadata(old.metadata, new.metadata, ignored),
        counts=CellCounts(**counts, errors=tuple(errors)),
    )


class _Step(NamedTuple):
    """A cell by its places; None where it is not there."""

    old: int | None
    new: int | None
    moved: bool


class _Parts(NamedTuple):
    """What differs in a cell beside its outputs."""

    hunks: tuple[Hunk, ...]
    metadata: tuple[MetadataChange, ...]
    attachments: tuple[MetadataChange, ...]


def _in_order(matching: Matching, old_size: int) -> Iterator[_Step]:
    """Yields the cells in the order of the new notebook, and deleted ones after what stood before them."""
    deleted = iter([*matching.deleted, old_size])
    gone = next(deleted)
    steps = [(pair.new, pair.old, pair.moved) for pair in matching.pairs]
    steps += [(place, -1, False) for place in matching.added]
    for new, old, moved in sorted(steps):
        while old >= 0 and not moved and gone < old:
            yield _Step(gone, None, moved=False)
            gone = next(deleted)
        yield _Step(None if old < 0 else old, new, moved)
    while gone < old_size:
        yield _Step(gone, None, moved=False)
        gone = next(deleted)


def _compare_parts(before: Cell | None, after: Cell | None, ignored: frozenset[str], *, words: bool) -> _Parts:
    one, other = before or _BLANK, after or _BLANK
    hunks: tuple[Hunk, ...] = ()
    if one.text != other.text and one.source != other.source:
        name = _ENDINGS[(after or one).kind]
        hunks = hunks_of(cell_lines(one.source), cell_lines(other.source), name=name, words=words)
    return _Parts(
        hunks,
        _compare_metadata(one.metadata, other.metadata, ignored),
        _compare_metadata(one.attachments, other.attachments, _NOTHING),
    )


def _foremost(before: Cell | None, after: Cell | None, parts: _Parts, *, moved: bool) -> CellChangeKind:
    if before is None or after is None:
        return "added" if before is None else "deleted"
    if before.kind != after.kind:
        return "kind-changed"
    if parts.hunks or moved:
        return "edited" if parts.hunks else "moved"
    if parts.metadata:
        return "metadata"
    return "attachments" if parts.attachments else "outputs"


def _told(
    number: int,
    step: _Step,
    change: CellChangeKind,
    sides: tuple[Cell | None, Cell | None],
    parts: _Parts,
    outputs: tuple[OutputsChange | None, str | None],
) -> CellChange:
    before, after = sides
    cell = after or before
    assert cell is not None  # noqa: S101 -- one of the two is there
    return CellChange(
        n=number,
        change=change,
        moved=step.moved,
        old_index=step.old,
        new_index=step.new,
        id=cell.id,
        kind=cell.kind,
        old_kind=before.kind if before else cell.kind,
        hunks=parts.hunks,
        metadata=parts.metadata,
        attachments=tuple([one.key for one in parts.attachments]),
        outputs=outputs[0],
        fails=outputs[1],
    )


def _newly_failing(before: Cell | None, after: Cell | None) -> str | None:
    """Gives the error that a cell has come to."""
    if after is None or (before is not None and before.outputs == after.outputs):
        return None
    error = error_in(after.outputs)
    return None if error is None or (before is not None and error_in(before.outputs)) else error


def _compare_outputs(before: Cell | None, after: Cell | None, *, listed: bool) -> OutputsChange | None:
    old, new = (before or _BLANK).outputs, (after or _BLANK).outputs
    if not listed:
        return None if same_outputs(old, new) else _UNLISTED
    found = compare_outputs(old, new)
    return None if found is None else OutputsChange(old=found[0], new=found[1])


def _compare_metadata(old: msgspec.Raw, new: msgspec.Raw, ignored: frozenset[str]) -> tuple[MetadataChange, ...]:
    if old == new:
        return ()
    one, other = _decoded(old), _decoded(new)
    return tuple(
        MetadataChange(key=key, old=_json(one, key), new=_json(other, key))
        for key in sorted((one.keys() | other.keys()) - ignored)
        if one.get(key) != other.get(key) or (key in one) != (key in other)
    )


def _decoded(raw: msgspec.Raw) -> dict[str, Any]:
    """Decodes what should be an object; what is none has no keys."""
    try:
        return _OBJECT.decode(raw)
    except (msgspec.MsgspecError, RecursionError):
        return {}


def _json(values: dict[str, Any], key: str) -> str | None:
    return msgspec.json.encode(values[key]).decode() if key in values else None
