"""What a source says is read once; what stands for its syntax tree afterwards holds the same."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import jupyter_mlgit
from jupyter_mlgit.review.outline import Outline
from jupyter_mlgit.review.python_source import parse_cells, parse_script, parsed_again
from jupyter_mlgit.review.rules.literals import literals
from jupyter_mlgit.review.said import said_by_cells, said_by_script

SOURCES = sorted(Path(jupyter_mlgit.__file__).parent.glob("review/**/*.py"))
ODD = """
'''A docstring.'''
x: "an annotation" = {"key": "value", ("a", "pair"): b"bytes"}
x["place"] = ["one", f"two {x['three']!r:>{'4'}}"]
settings.setdefault("name", "default")
settings.setdefault("alone")
"also no literal"
call("given", name="by name")["item"].setdefault("it", call("inner"), "more")

@decorated("with")
def f(a: "b", c="d") -> "e":
    return lambda g="h": {**x, f"i{a}": "j"} if a == "k" else (y := "l")

match x:
    case {"m": "n", **o}:
        pass
    case "p" | ["q"]:
        pass
"""


@pytest.mark.parametrize("text", [ODD, *(path.read_text() for path in SOURCES)])
def test_outline_has_the_texts_that_are_literals(text: str) -> None:
    tree = ast.parse(text)
    assert Outline(tree).texts == {literal.text for literal in literals(tree)}


def test_source_is_read_once() -> None:
    assert said_by_script("lr = 0.1\n") is said_by_script("lr = 0." + "1\n")
    assert said_by_cells([(0, "lr = 0.1")]) is said_by_cells(((0, "lr = 0.1"),))
    assert said_by_cells([(0, "lr = 0.1")]) is not said_by_cells([(1, "lr = 0.1")])


@pytest.mark.parametrize(
    "cells", [[], [(3, "")], [(0, "%time\nx = 1\n"), (2, "!ls"), (3, "def broken("), (7, "y = [\n'a',\n]\n\n")]]
)
def test_cells_are_parsed_again_as_before(cells: list[tuple[int, str]]) -> None:
    source = parse_cells(cells)
    assert source is not None
    assert _dumped(parsed_again(source)) == _dumped(source.tree)


def test_script_is_parsed_again_as_before() -> None:
    source = parse_script(ODD)
    assert source is not None
    assert _dumped(parsed_again(source)) == _dumped(source.tree)


def _dumped(tree: ast.Module) -> str:
    return ast.dump(tree, include_attributes=True)
