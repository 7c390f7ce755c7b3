"""Reads notebooks of all kinds, and says of what is none why."""

from __future__ import annotations

import json

import pytest

from jupyter_mlgit.notebooks.document import read_document
from jupyter_mlgit.problems import NotebookInvalid

PLAIN = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"[]", "not of a notebook"),
        (b'{"nbformat": 4}', "no cells"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "poem", "source": ""}]}', "not as the format says"),
        (b'{"nbformat": 4, "cells": [1]}', "not as the format says"),
        (b'{\n"nbformat": 4,\n<<<<<<< HEAD\n}', "the marks of a conflict, in line 3"),
        (b'{"nbformat": 4,\n"cells": [', "no JSON from line 2 on"),
        (b"\xff\xfe{}", "not in UTF-8"),
        (b'{"nbformat": 4, "cells": ' + b"[" * 100_000, "can't be read"),
    ],
)
def test_what_is_no_notebook_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(NotebookInvalid, match=reason):
        read_document(content)


def test_an_older_format_is_converted() -> None:
    cells = [{"cell_type": "code", "input": ["x = 1"], "outputs": [], "language": "python", "prompt_number": 1}]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells, "metadata": {}}]}
    (cell,) = read_document(json.dumps(old).encode()).cells
    assert (cell.kind, cell.source) == ("code", "x = 1")


def test_what_only_python_reads_is_read_too() -> None:
    cell = {"cell_type": "code", "metadata": {}, "source": "x", "outputs": [{"data": {"score": float("nan")}}]}
    content = json.dumps(PLAIN | {"cells": [cell]}).encode()
    assert read_document(content).cells[0].source == "x"
    half = content.replace(b'"x"', rb'"\ud800"')
    assert read_document(half).cells[0].source == "?"


def test_a_mark_of_byte_order_is_passed_over() -> None:
    assert read_document(b"\xef\xbb\xbf" + json.dumps(PLAIN).encode()).cells == []


@pytest.mark.parametrize("cells", [[], [{"cell_type": "raw", "metadata": {}, "source": ["a\n", "b"]}]])
def test_what_is_as_the_format_says_is_read_the_fast_way(monkeypatch: pytest.MonkeyPatch, cells: list[object]) -> None:
    monkeypatch.delattr("jupyter_mlgit.notebooks.document._read_slowly")
    assert len(read_document(json.dumps(PLAIN | {"cells": cells}).encode()).cells) == len(cells)
