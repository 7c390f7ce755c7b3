"""Says what changed between two notebooks, cell by cell: sources first, outputs and noise away.

Cells come in the order of the new notebook, deleted ones where they stood; what did not change is counted, not listed.
Outputs count as changed only when more than their number in brackets did. What Jupyter and editors write into a cell's
metadata by themselves is noise, and so are the notebook's kernel and language version, unless all is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from jupyter_mlgit.notebooks.matching import match_cells
from jupyter_mlgit.notebooks.outputs import Output, list_outputs, same_outputs
from jupyter_mlgit.textdiff.hunks import Hunk, cell_lines, hunks_of
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.notebooks.document import Cell, Document
    from jupyter_mlgit.notebooks.matching import Matching

CellChangeKind = Literal["added", "deleted", "kind-changed", "edited", "moved", "metadata", "attachments", "outputs"]

NOISE = frozenset((
    "collapsed", "ExecuteTime", "execution", "heading_collapsed", "hidden", "scrolled", "trusted", "signature",
    "widgets", "vscode", "colab", "outputId", "papermill", "jp-MarkdownHeadingCollapsed",
    "kernelspec", "language_info", "toc", "toc-autonumbering", "nbformat_minor",
))  # fmt: skip
"""Keys of metadata that no person has written."""

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


class NotebookDiff(Value):
    """What differs between two notebooks."""

    cells: tuple[CellChange, ...]
    metadata: tuple[MetadataChange, ...]
    """What differs in the metadata of the notebook as a whole."""
    counts: CellCounts


def compare_notebooks(old: Document, new: Document, *, outputs: bool = True, noise: bool = False) -> NotebookDiff:
    """Gives what differs between two notebooks.

    Args:
        old: the old notebook; an empty one for a notebook that was added.
        new: the new one.
        outputs: whether a cell of which only the outputs differ is listed.
        noise: whether metadata that no person has written is compared too.
    """
    ignored = frozenset[str]() if noise else NOISE
    matching = match_cells(old.cells, new.cells)
    found: list[CellChange] = []
    counts = dict.fromkeys(CellCounts.__struct_fields__, 0)
    for left, right, moved in _in_order(matching, len(old.cells)):
        before = None if left is None else old.cells[left]
        after = None if right is None else new.cells[right]
        if before is not None and after is not None and not moved and before == after:
            counts["unchanged"] += 1
            continue
        change = _compare_cells(before, after, ignored, moved=moved)
        counts["rerun"] += change.outputs is not None and before is not None and after is not None
        if change.change == "outputs" and not (outputs and change.outputs):
            counts["outputs" if change.outputs else "unchanged"] += 1
            continue
        counts[change.change.replace("-", "_")] += 1
        found.append(msgspec.structs.replace(change, n=len(found) + 1, old_index=left, new_index=right))
    return NotebookDiff(
        cells=tuple(found),
        metadata=_compare_metadata(old.metadata, new.metadata, ignored),
        counts=CellCounts(**counts),
    )


def _in_order(matching: Matching, old_size: int) -> Iterator[tuple[int | None, int | None, bool]]:
    """Yields the cells in the order of the new notebook, and deleted ones after what stood before them."""
    deleted = iter([*matching.deleted, old_size])
    gone = next(deleted)
    steps = [(pair.new, pair.old, pair.moved) for pair in matching.pairs]
    steps += [(place, -1, False) for place in matching.added]
    for new, old, moved in sorted(steps):
        while old >= 0 and not moved and gone < old:
            yield gone, None, False
            gone = next(deleted)
        yield None if old < 0 else old, new, moved
    while gone < old_size:
        yield gone, None, False
        gone = next(deleted)


def _compare_cells(before: Cell | None, after: Cell | None, ignored: frozenset[str], *, moved: bool) -> CellChange:
    """Compares two cells, of which one may be missing; the numbers are filled in later."""
    cell = after or before
    assert cell is not None  # noqa: S101 -- one of the two is there
    old_kind = before.kind if before else cell.kind
    lines = cell_lines(before.source if before else ""), cell_lines(after.source if after else "")
    hunks = hunks_of(*lines, name=_ENDINGS[cell.kind])
    nothing = msgspec.Raw(b"{}")
    metadata = _compare_metadata(before.metadata if before else nothing, after.metadata if after else nothing, ignored)
    attachments = _compare_metadata(
        before.attachments if before else nothing, after.attachments if after else nothing, frozenset()
    )
    outputs = _compare_outputs(before, after)
    kind: CellChangeKind = "outputs"
    if before is None or after is None:
        kind = "added" if before is None else "deleted"
    elif old_kind != cell.kind:
        kind = "kind-changed"
    elif hunks:
        kind = "edited"
    elif moved:
        kind = "moved"
    elif metadata or attachments:
        kind = "metadata" if metadata else "attachments"
    return CellChange(
        n=0,
        change=kind,
        moved=moved,
        old_index=None,
        new_index=None,
        id=cell.id,
        kind=cell.kind,
        old_kind=old_kind,
        hunks=hunks,
        metadata=metadata,
        attachments=tuple(one.key for one in attachments),
        outputs=outputs,
    )


def _compare_outputs(before: Cell | None, after: Cell | None) -> OutputsChange | None:
    nothing = msgspec.Raw(b"[]")
    old, new = before.outputs if before else nothing, after.outputs if after else nothing
    if same_outputs(old, new):
        return None
    return OutputsChange(old=list_outputs(old), new=list_outputs(new))


def _compare_metadata(old: msgspec.Raw, new: msgspec.Raw, ignored: frozenset[str]) -> tuple[MetadataChange, ...]:
    if bytes(old) == bytes(new):
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
        return msgspec.json.decode(raw, type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError):
        return {}


def _json(values: dict[str, Any], key: str) -> str | None:
    return msgspec.json.encode(values[key]).decode() if key in values else None
