"""Notebooks as nobody should write them, each with a name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.notebooks.pairs import Writer

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

CODE: dict[str, Any] = {
    "cell_type": "code", "id": "abc", "metadata": {}, "execution_count": 3, "outputs": [], "source": ["x = 1\n", "x"],
}  # fmt: skip
TEXT: dict[str, Any] = {"cell_type": "markdown", "id": "text", "metadata": {}, "source": "# Ü\n\u2028\x0bnext"}
STREAM = {"output_type": "stream", "name": "stdout", "text": ["a\n", "b"]}
RESULT = {
    "output_type": "execute_result", "execution_count": 3, "metadata": {},
    "data": {"text/plain": ["1\n", "2"], "application/json": ["a", {"b": 1.0}], "image/png": "aGk=\n"},
}  # fmt: skip
ERROR = {"output_type": "error", "ename": "E", "evalue": "no", "traceback": ["\x1b[31m", "b"]}


def notebook(*cells: Any, minor: Any = 5, **other: Any) -> dict[str, Any]:
    """Gives a notebook of these cells."""
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": minor} | other


def code(*outputs: Any, **other: Any) -> dict[str, Any]:
    """Gives a code cell with these outputs."""
    return CODE | {"outputs": list(outputs)} | other


WHOLE = notebook(
    code(STREAM, RESULT, ERROR, STREAM | {"name": "stderr", "text": "x" * 200}),
    TEXT,
    code(STREAM, id="tagged", metadata={"tags": ["keep_output"], "collapsed": True}),
    code(RESULT, id="init", metadata={"init_cell": True, "trusted": True, "a": {"b": 1, "c": 2}, "a.b": 3}),
    code(id="blank", source=[" \n", "\t"], metadata={"tags": ["scratch", "x"], "scrolled": 1, "hidden": 0}),
    code(RESULT, STREAM, id="kept", metadata={"keep_output": True, "ExecuteTime": {"s": 1}}),
    {"cell_type": "raw", "id": "raw", "metadata": {"format": "text/latex"}, "source": "", "attachments": {}},
    metadata={"signature": "s", "widgets": {"a": 1}, "orig_nbformat": 3, "kernelspec": {"name": "p", "z": 1, "a": 2}},
)
"""A notebook with something for each flag."""

OUTPUTS: dict[str, Any] = {
    "no object": 1,
    "null": None,
    "empty": {},
    "no text": {"output_type": "stream"},
    "list type": {"output_type": [1]},
    "number as text": STREAM | {"text": 5},
    "numbers as text": STREAM | {"text": [1, 2]},
    "unknown": {"output_type": "x"},
    "no data": {"output_type": "display_data"},
    "null data": RESULT | {"data": None},
    "list data": RESULT | {"data": [1]},
    "error without": {"output_type": "error"},
    "more": STREAM | {"more": 1},
    "empty type": {"output_type": ""},
    "object as text": STREAM | {"text": {"a": 1}},
    "null traceback": ERROR | {"traceback": None},
}

CELLS: dict[str, Any] = {
    "no object": 1,
    "null": None,
    "empty": {},
    "no metadata": {"cell_type": "code", "source": "", "outputs": []},
    "null metadata": CODE | {"metadata": None},
    "list metadata": CODE | {"metadata": []},
    "null source": CODE | {"source": None},
    "number as source": CODE | {"source": 1},
    "numbers as source": CODE | {"source": [1]},
    "unknown": CODE | {"cell_type": "poem"},
    "null outputs": CODE | {"outputs": None},
    "object as outputs": CODE | {"outputs": {"a": 1}},
    "text with outputs": TEXT | {"outputs": [STREAM], "execution_count": 3},
    "null id": CODE | {"id": None},
    "number as id": CODE | {"id": 5},
    "list as id": CODE | {"id": []},
    "odd id": CODE | {"id": "ä ö"},
    "null tags": CODE | {"metadata": {"tags": None}},
    "text as tags": code(STREAM, metadata={"tags": "keep_output or not"}),
    "contradiction": code(STREAM, metadata={"tags": ["keep_output"], "keep_output": False}),
    "odd init": code(STREAM, metadata={"init_cell": "no"}),
    "null attachments": TEXT | {"attachments": None},
    "attachment": TEXT | {"attachments": {"a.png": {"image/png": ["a", "b"], "text/plain": "x\ny"}}},
    "odd attachment": TEXT | {"attachments": {"a": 1}},
    "no source": {"cell_type": "code", "id": "x", "metadata": {}, "outputs": [], "execution_count": None},
    "prompt": CODE | {"prompt_number": 4},
    "odd count": CODE | {"execution_count": "5"},
    "no outputs": {"cell_type": "code", "id": "y", "metadata": {}, "source": "z"},
    "numbers": CODE | {"metadata": {"a": 1e400, "b": -0.0, "c": 10**30, "d": 1.0, "e": 1e16, "f": float("nan")}},
}


def hostile() -> Iterator[tuple[str, bytes]]:
    """Yields notebooks, and what is none."""
    whole = json.dumps(WHOLE, ensure_ascii=False)
    for name, output in OUTPUTS.items():
        yield f"output: {name}", json.dumps(notebook(code(STREAM, output))).encode()
    for name, cell in CELLS.items():
        for minor in (5, 4):
            yield f"cell: {name} {minor}", json.dumps(notebook(cell, TEXT, minor=minor)).encode()
    odd: Any
    for odd in (0, 1, 2, 3, 4, 5, 6, -1, None, "5", 4.5, True):
        yield f"minor {odd!r}", json.dumps(WHOLE | {"nbformat_minor": odd}).encode()
    for major in (1, 2, 3, 4.0, 5, "4", None, True):
        yield f"major {major!r}", json.dumps(WHOLE | {"nbformat": major}).encode()
    cells = [
        {
            "cell_type": "code",
            "input": ["x"],
            "outputs": [{"output_type": "pyout", "text": ["1"], "prompt_number": 2}],
            "language": "python",
            "prompt_number": 2,
            "collapsed": True,
        },
        {"cell_type": "markdown", "source": ["a"]},
    ]
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": "a"},
        "worksheets": [{"cells": cells, "metadata": {}}],
    }
    yield "format 3", json.dumps(old).encode()
    yield "format 3, two sheets", json.dumps(old | {"worksheets": old["worksheets"] * 2}).encode()  # type: ignore[operator]
    for indent in (0, 1, 4, "\t", None):
        yield f"indent {indent!r}", json.dumps(WHOLE, indent=indent).encode() + b"\n\n" * (indent == 4)
    yield "carriage returns", json.dumps(WHOLE, indent=1).replace("\n", "\r\n").encode()
    yield "no newline", whole.encode()
    yield "mark of byte order", b"\xef\xbb\xbf" + whole.encode()
    yield "latin", whole.encode("latin-1", "replace")
    yield "wide", whole.encode("utf-16")
    yield "half a character", json.dumps(notebook(code(source="\ud800 \U0001f600"))).encode()
    yield "half a character in what goes", json.dumps(notebook(code(STREAM | {"text": "\ud800"}))).encode()
    yield "escapes", json.dumps(notebook(code(source='\u00fc \u2028 \x00 \x85 \x1c / \\ " \r\n a\rb'))).encode()
    yield "not a number", json.dumps(WHOLE | {"x": [float("nan"), float("inf"), float("-inf")]}).encode()
    yield "a key twice", whole.replace('"metadata": {}', '"metadata": {"a": 1}, "metadata": {"tags": ["x"]}').encode()
    yield "ids twice", json.dumps(notebook(CODE, CODE)).encode()
    yield "more keys", json.dumps(WHOLE | {"z": 1, "A": {"b": [None, True]}}).encode()
    yield "keeps all", json.dumps(WHOLE | {"metadata": {"keep_output": True}}).encode()
    yield "keeps none", json.dumps(WHOLE | {"metadata": {"keep_output": 0}}).encode()
    yield "no cells", json.dumps(notebook()).encode()
    yield "null cells", json.dumps(notebook() | {"cells": None}).encode()
    yield "object as cells", json.dumps(notebook() | {"cells": {}}).encode()
    yield "null metadata", json.dumps(WHOLE | {"metadata": None}).encode()
    yield (
        "deep",
        json.dumps(notebook()).replace('"metadata": {}', '"metadata": {"a": ' + "[" * 300 + "]" * 300 + "}").encode(),
    )
    yield (
        "deeper",
        json.dumps(notebook()).replace('"metadata": {}', '"metadata": {"a": ' + "[" * 5000 + "]" * 5000 + "}").encode(),
    )
    for content in (b"", b"{}", b"[]", b"null", b"1", b"no notebook", b'{"nbformat": 4}', b'{"cells": []}', b"\xff"):
        yield f"none: {content!r}", content


def written(seed: int) -> bytes:
    """Gives a notebook that somebody could have written, with what somebody could have done to it."""
    writer = Writer(seed)
    chance: random.Random = writer.random
    made = writer.notebook(chance.randrange(6))
    metadata = [{"tags": ["keep_output"]}, {"tags": ["scratch"]}, {"init_cell": True}, {"collapsed": 1, "a": {"b": 2}}]
    for cell in made["cells"]:
        if chance.random() < 0.4:
            cell["metadata"] = chance.choice(metadata)
        if cell["cell_type"] == "code":
            cell["outputs"] += chance.sample([STREAM, RESULT, ERROR], chance.randrange(3))
        if chance.random() < 0.1:
            cell["source"] = cell["source"].splitlines(keepends=True)
    indent: Any = chance.choice([None, 1, 2, "\t"])
    return json.dumps(made, indent=indent, ensure_ascii=chance.random() < 0.5).encode() + b"\n" * chance.randrange(2)
