"""Strips notebooks in this process, with the program itself as the judge."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.notebooks.stripping import stripping

if TYPE_CHECKING:
    from tests.notebooks.conftest import ByProgram

PROGRAM = f'"{sys.executable}" -m nbstripout'
FLAGS = [
    "", "--keep-output --unix-newlines", "--keep-id --keep-count -t", "--drop-empty-cells --strip-init-cells",
    "--extra-keys 'metadata.kernelspec cell.metadata.mine' --max-size 1k", "--extra-keys=metadata.kernelspec --force",
    "--drop-tagged-cells scratch --keep-output-type error stream", "--keep-output --drop-output-type stream:stderr",
    "--keep-metadata-keys cell.metadata.collapsed",
]  # fmt: skip


def cell(source: str, *outputs: Any, **metadata: Any) -> dict[str, Any]:
    """Gives a cell that has been run."""
    return {
        "cell_type": "code", "id": f"cell-{len(source)}", "execution_count": 3, "metadata": metadata,
        "outputs": list(outputs), "source": source.splitlines(keepends=True),
    }  # fmt: skip


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": [text]}


NOTEBOOK = {
    "cells": [
        cell("import torch\ntorch.ones(3)", stream("ü" * 2000), stream("oops", "stderr"), collapsed=True, mine=1),
        cell("", stream("x")),
        cell("keep", stream("kept"), tags=["keep_output", "scratch"]),
        cell("first", stream("y"), init_cell=True),
        {"cell_type": "markdown", "id": "text", "metadata": {}, "source": ["# Ü"]},
    ],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "x", "language": "python"}, "widgets": {"a": 1}},
    "nbformat": 4,
    "nbformat_minor": 5,
}
CONTENT = json.dumps(NOTEBOOK, ensure_ascii=False).encode()
WITHOUT_IDS = CONTENT.replace(b'"nbformat_minor": 5', b'"nbformat_minor": 4')


def ours(command: str, content: bytes = CONTENT, **settings: bytes) -> bytes | None:
    return stripping(settings.get)(command.encode(), b"n.ipynb", content)


@pytest.mark.parametrize("words", FLAGS)
def test_same_as_the_program(by_program: ByProgram, words: str) -> None:
    assert ours(f"{PROGRAM} {words}") == by_program(words, CONTENT)


@pytest.mark.parametrize(
    "content", [CONTENT.replace(b"\\n", b"\\r\\n"), WITHOUT_IDS, json.dumps(NOTEBOOK, indent=1).encode()], ids=len
)
def test_same_for_other_notebooks(by_program: ByProgram, content: bytes) -> None:
    assert ours("nbstripout", content) == by_program("", content)


def test_settings_of_the_repository_count(by_program: ByProgram) -> None:
    keys = by_program("--extra-keys metadata.kernelspec --keep-metadata-keys cell.metadata.collapsed", CONTENT)
    assert ours("nbstripout", extrakeys=b"metadata.kernelspec", keepmetadatakeys=b"cell.metadata.collapsed") == keys


@pytest.mark.parametrize("command", ["nbstripout", "/opt/venv/bin/nbstripout", "python3 -m nbstripout", PROGRAM])
def test_names_of_the_program(by_program: ByProgram, command: str) -> None:
    assert ours(command) == by_program("", CONTENT)


@pytest.mark.parametrize(
    "command",
    ["", "sed s/a/b/", "nbstripout | tee log", "nbstripout; rm -rf /", "nbstripout $(x)", "nbstripout --no-such",
     "nbstripout --keep-o", "nbstripout file.ipynb", "nbstripout %f", "nbstripout --mode zeppelin",
     "nbstripout --dry-run", "nbstripout\n-t", "python -m nbstripout2", "python -c nbstripout", "mynbstripout",
     "python -X dev -m nbstripout", "PYTHONPATH=x nbstripout", "nbstripout --extra-keys", "nbstripout '",
     "nbstripout --install", "nbstripout --max-size huge"],
)  # fmt: skip
def test_any_other_command_is_not_known(command: str) -> None:
    assert ours(command) is None


@pytest.mark.parametrize("content", [b"", b"{}", b"no notebook", b"\xff", b"[]", b'{"nbformat": 4, "cells": [1]}'])
def test_what_is_no_notebook_is_not_known(content: bytes) -> None:
    assert ours("nbstripout", content) is None


def test_a_very_large_notebook_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_mlgit.notebooks.stripping.LARGEST", len(CONTENT) - 1)
    assert ours("nbstripout") is None


def test_what_a_notebook_became_is_kept_for_just_this_way(monkeypatch: pytest.MonkeyPatch) -> None:
    import nbstripout._utils as program

    asked: list[object] = []
    by_program = program.strip_output

    def counting(**given: Any) -> Any:
        asked.append(given)
        return by_program(**given)

    monkeypatch.setattr(program, "strip_output", counting)
    content = json.dumps({**NOTEBOOK, "metadata": {"mine": "kept only once"}}).encode()
    settings: dict[str, bytes] = {}
    ways = [(b"nbstripout", {}), (b"nbstripout --keep-output", {}), (b"nbstripout", {"extrakeys": b"metadata.mine"})]
    for count in (3, 3):  # the second time nothing is asked anew
        found = []
        for command, wanted in ways:
            settings.clear()
            settings.update(wanted)
            found.append(stripping(settings.get)(command, b"n.ipynb", content))
        assert len(set(found)) == len(ways)
        assert len(asked) == count
    assert stripping(settings.get)(b"nbstripout", b"n.ipynb", b"no notebook") is None
