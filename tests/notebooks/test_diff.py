"""What the difference of two notebooks says: applied to the old one, it gives the new one."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.notebooks.diff import CellChange, NotebookDiff, compare_notebooks
from jupyter_mlgit.notebooks.document import read_document
from jupyter_mlgit.textdiff.hunks import cell_lines
from tests.notebooks.pairs import Writer

if TYPE_CHECKING:
    from collections.abc import Callable

LONG = os.environ.get("MLGIT_EXAMPLES")
EXAMPLES = 10_000 if LONG else 500
PARTS = 10


def bytes_of(notebook: dict[str, Any]) -> bytes:
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode()


def compared(old: dict[str, Any], new: dict[str, Any], **options: bool) -> NotebookDiff:
    return compare_notebooks(read_document(bytes_of(old)), read_document(bytes_of(new)), **options)


def source_after(old: str, change: CellChange) -> str:
    """Makes the new source of the old one, by what the hunks say."""
    lines = cell_lines(old)
    made: list[str] = []
    place = 0
    for hunk in change.hunks:
        begin = hunk.old_start - 1 if hunk.old_lines else hunk.old_start
        made += lines[place:begin]
        kept = [line.text for line in hunk.lines if line.kind != "added"]
        assert lines[begin : begin + hunk.old_lines] == kept, "a hunk must show what is there"
        made += [line.text for line in hunk.lines if line.kind != "deleted"]
        place = begin + hunk.old_lines
    return "\n".join(made + lines[place:])


def applied(old: dict[str, Any], size: int, diff: NotebookDiff) -> list[tuple[str, str]]:
    """Makes the cells of the new notebook, types and sources, of the old one's and of what the difference says."""
    made: list[tuple[str, str] | None] = [None] * size
    touched = set()
    for change in diff.cells:
        touched.add(change.old_index)
        if change.new_index is not None:
            before = "" if change.old_index is None else source_of(old["cells"][change.old_index])
            made[change.new_index] = (change.kind, source_after(before, change))
    rest = [cell for place, cell in enumerate(old["cells"]) if place not in touched]
    free = [place for place, cell in enumerate(made) if cell is None]
    assert len(rest) == len(free), "every cell is in the difference or unchanged"
    for place, cell in zip(free, rest, strict=True):
        made[place] = (cell["cell_type"], source_of(cell))
    return [cell for cell in made if cell is not None]


def source_of(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def hold_the_rest_is_the_same(old: dict[str, Any], new: dict[str, Any]) -> None:
    """Holds that metadata and outputs of a cell are the same where the difference, asked for all, doesn't name them."""
    diff = compared(old, new, noise=True)
    named = {change.old_index for change in diff.cells}
    rest = iter([cell for place, cell in enumerate(old["cells"]) if place not in named])
    by_place = {change.new_index: change for change in diff.cells}
    for place, cell in enumerate(new["cells"]):
        change = by_place.get(place)
        if change is not None and change.old_index is None:
            continue
        before = next(rest) if change is None else old["cells"][change.old_index or 0]
        metadata: dict[str, str | None] = {key: json.dumps(value) for key, value in before["metadata"].items()}
        for one in change.metadata if change else ():
            metadata[one.key] = one.new
        told = {key: json.loads(value) for key, value in metadata.items() if value is not None}
        assert told == cell["metadata"]
        if change is None or change.outputs is None:
            assert before.get("outputs", []) == cell.get("outputs", [])
            continue
        for output in change.outputs.new:
            if output.same_as is not None:
                assert cell["outputs"][output.n - 1] == before["outputs"][output.same_as - 1]
                assert change.outputs.old[output.same_as - 1].same_as == output.n


@pytest.mark.parametrize("part", range(PARTS))
def test_applied_to_the_old_side_it_gives_the_new_one(part: int) -> None:
    for number in range(part, EXAMPLES, PARTS):
        writer = Writer(number)
        old = writer.notebook(writer.random.randrange(12))
        new = writer.changed(old)
        diff = compared(old, new)
        wanted = [(cell["cell_type"], source_of(cell)) for cell in new["cells"]]
        assert applied(old, len(wanted), diff) == wanted, f"notebooks {number}"
        assert [change.n for change in diff.cells] == list(range(1, len(diff.cells) + 1))
        assert list(compared(old, old).cells) == []
        hold_the_rest_is_the_same(old, new)
        counted = compare_notebooks(read_document(bytes_of(old)), read_document(bytes_of(new)), summary=True)
        assert counted.counts == diff.counts, "a summary counts the same"


def notebook(*sources: str, **options: Any) -> dict[str, Any]:
    """Gives a notebook of code cells."""
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "execution_count": 1,
            "outputs": [],
            "source": one,
        }
        for number, one in enumerate(sources)
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | options


def said(diff: NotebookDiff) -> list[tuple[str, int | None, int | None]]:
    return [(change.change, change.old_index, change.new_index) for change in diff.cells]


A, B, C, D = (
    "import torch\nimport numpy as np",
    "model = torch.nn.Linear(3, 4)\nmodel.eval()",
    "for epoch in range(20):\n    train(epoch)",
    "plt.plot(history)\nplt.title('loss')",
)


def test_an_inserted_cell_among_counted_ids_is_one_addition() -> None:
    old, new = notebook(A, B, C, D), notebook(A, "print('new')", B, C, D)
    for one in (old, new):
        for number, cell in enumerate(one["cells"]):
            cell["id"] = str(number)
    assert said(compared(old, new)) == [("added", None, 1)]


def test_a_moved_cell_is_a_move() -> None:
    assert said(compared(notebook(A, B, C, D), notebook(B, C, D, A))) == [("moved", 0, 3)]


def test_a_moved_and_edited_cell_is_one_cell() -> None:
    diff = compared(notebook(A, B, C, D), notebook(B, C, D, A + "\nimport os"))
    assert [(change.change, change.moved) for change in diff.cells] == [("edited", True)]


def test_a_cell_that_was_split_is_edited_and_another_added() -> None:
    first, second = "\n".join(f"step_{n} = run({n})" for n in range(6)), "\n".join(f"show(step_{n})" for n in range(6))
    diff = compared(notebook(A, f"{first}\n{second}", D), notebook(A, first, second, D))
    assert sorted(change.change for change in diff.cells) == ["added", "edited"]


def test_cells_that_were_merged_are_one_edited_and_one_deleted() -> None:
    first, second = "\n".join(f"step_{n} = run({n})" for n in range(6)), "\n".join(f"show(step_{n})" for n in range(6))
    diff = compared(notebook(A, first, second, D), notebook(A, f"{first}\n{second}", D))
    assert sorted(change.change for change in diff.cells) == ["deleted", "edited"]


def test_a_reformatted_notebook_shows_edits() -> None:
    sources = [Writer(number).source(5) for number in range(40)]
    new = [source.replace(" ", "  ").replace("model", "( model )") for source in sources]
    diff = compared(notebook(*sources), notebook(*new))
    assert {change.change for change in diff.cells} == {"edited"}


def test_a_rewritten_notebook_has_no_invented_pairs() -> None:
    old = notebook(*[f"alpha_{n} = beta_{n}(gamma_{n})\ndelta_{n}()" for n in range(300)])
    new = notebook(*[f"print(one_{n})\ntwo_{n} = three_{n}" for n in range(300)])
    for one, name in ((old, "o"), (new, "n")):
        for number, cell in enumerate(one["cells"]):
            cell["id"] = f"{name}{number}"
    assert {change.change for change in compared(old, new).cells} == {"added", "deleted"}


def test_what_only_ran_again_is_counted_and_listed_when_asked_for() -> None:
    old, new = notebook(A, B), notebook(A, B)
    new["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["done\n"]}]
    assert said(compared(old, new, outputs=False)) == []
    assert compared(old, new, outputs=False).counts.rerun == 1
    (change,) = compared(old, new).cells
    assert change.change == "outputs"
    assert change.outputs is not None
    assert [output.kind for output in change.outputs.new] == ["stream"]


FAILURE = {"output_type": "error", "ename": "ValueError", "evalue": "NaN", "traceback": []}


def with_outputs(*outputs: list[dict[str, Any]]) -> dict[str, Any]:
    made = notebook(*(A, B, C, D)[: len(outputs)])
    for cell, one in zip(made["cells"], outputs, strict=True):
        cell["outputs"] = one
    return made


def test_a_cell_that_fails_now_is_listed_and_counted_even_where_outputs_are_left_out() -> None:
    printed = {"output_type": "stream", "name": "stdout", "text": ['an "error"\n']}
    other = FAILURE | {"ename": "KeyError"}
    old = with_outputs([printed], [FAILURE], [other], [])
    new = with_outputs([FAILURE], [other], [printed], [printed])
    diff = compared(old, new, outputs=False)
    assert [(one.new_index, one.change, one.fails) for one in diff.cells] == [(0, "outputs", "ValueError")]
    assert diff.cells[0].outputs is not None
    assert (diff.counts.failing, diff.counts.errors, diff.counts.outputs) == (1, ("ValueError",), 4)
    assert compared(old, new, outputs=False, summary=True).counts == diff.counts


def test_an_edited_or_added_cell_that_fails_says_so() -> None:
    old, new = notebook(A, B), notebook(A, B + "\nmodel.train()", C)
    for cell in new["cells"][1:]:
        cell["outputs"] = [FAILURE]
    diff = compared(old, new)
    assert [(one.change, one.fails) for one in diff.cells] == [("edited", "ValueError"), ("added", "ValueError")]
    assert (diff.counts.failing, diff.counts.errors) == (2, ("ValueError",))


def renumber(cell: dict[str, Any]) -> None:
    cell["execution_count"] = 7


def fold(cell: dict[str, Any]) -> None:
    cell["metadata"] = {"collapsed": True, "ExecuteTime": {"start": "now"}, "execution": {}}


def test_outputs_that_stayed_are_named() -> None:
    old, new = notebook(A), notebook(A)
    streams = [{"output_type": "stream", "name": "stdout", "text": [text]} for text in ("a", "b", "c")]
    figure = {"output_type": "execute_result", "metadata": {}, "data": {"image/png": "aGk="}}
    old["cells"][0]["outputs"] = [streams[0], figure | {"execution_count": 1}, streams[1]]
    new["cells"][0]["outputs"] = [streams[2], streams[0], figure | {"execution_count": 5}, streams[2]]
    (change,) = compared(old, new).cells
    assert change.outputs is not None
    assert [output.same_as for output in change.outputs.old] == [2, 3, None]
    assert [output.same_as for output in change.outputs.new] == [None, 1, 2, None]


def test_outputs_written_otherwise_are_no_difference() -> None:
    old = notebook(A)
    old["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["\u00fc\n"]}]
    files = bytes_of(old), json.dumps(old, indent=4, sort_keys=True).encode()
    assert compare_notebooks(*map(read_document, files)).cells == ()


@pytest.mark.parametrize("noise", [renumber, fold])
def test_noise_is_no_difference(noise: Callable[[dict[str, Any]], None]) -> None:
    old, new = notebook(A, B), notebook(A, B)
    noise(new["cells"][0])
    diff = compared(old, new)
    assert (diff.cells, diff.counts.unchanged) == ((), 2)


def test_a_number_in_brackets_is_no_other_output() -> None:
    old, new = notebook(A), notebook(A)
    for one, number in ((old, 1), (new, 9)):
        data = {"text/plain": ["3"]}
        one["cells"][0]["outputs"] = [
            {"output_type": "execute_result", "execution_count": number, "data": data, "metadata": {}}
        ]
    assert compared(old, new).cells == ()


def test_tags_are_shown_and_noise_on_request() -> None:
    old, new = notebook(A), notebook(A)
    new["cells"][0]["metadata"] = {"tags": ["keep_output"], "collapsed": True}
    (change,) = compared(old, new).cells
    assert (change.change, [(one.key, one.old, one.new) for one in change.metadata]) == (
        "metadata",
        [("tags", None, '["keep_output"]')],
    )
    (change,) = compared(old, new, noise=True).cells
    assert [one.key for one in change.metadata] == ["collapsed", "tags"]


def test_what_colab_writes_into_cells_is_noise() -> None:
    old, new = notebook(A, B), notebook(A)
    for cell in old["cells"]:
        cell["metadata"] = {"id": "DDaDoLQTpKzx", "colab_type": "code", "executionInfo": {"elapsed": 3}}
    (change,) = compared(old, new).cells
    assert (change.change, change.metadata) == ("deleted", ())


def test_another_type_with_the_same_text_is_the_same_cell() -> None:
    old, new = notebook(A, B, C), notebook(A, B, C)
    new["cells"][1] = {"cell_type": "markdown", "id": "other", "metadata": {}, "source": B}
    (change,) = compared(old, new).cells
    assert (change.change, change.old_kind, change.kind) == ("kind-changed", "code", "markdown")
