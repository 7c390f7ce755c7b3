"""Finds what belongs together by jupytext's own words, wherever they stand, and by nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.folder import Folder
from jupyter_mlgit.journal.pairs import Pairs

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scenario import Scenario

PERCENT = """# ---
# jupyter:
#   jupytext:
#     formats: {formats}
#     text_representation:
#       extension: .py
# ---

# %%
x = 1
"""


def notebook(formats: str | None = None, source: str = "x = 1") -> str:
    cell: dict[str, object] = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": [source],
    }
    metadata = {} if formats is None else {"jupytext": {"formats": formats}}
    return json.dumps({"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}, indent=1) + "\n"


def others(top: Path, path: str) -> list[str]:
    return [one.decode() for one in Pairs(Folder(top, 40)).others(path.encode())]


BOTH_WAYS = {
    "metadata of the notebook": ({"a.ipynb": notebook("ipynb,py:percent"), "a.py": "x = 1\n"}, "a.ipynb", "a.py"),
    "metadata of the text": (
        {"a.ipynb": notebook(), "d/a.ipynb": notebook(), "d/a.py": PERCENT.format(formats="ipynb,py:percent")},
        "d/a.py",
        "d/a.ipynb",
    ),
    "suffix": ({"a.ipynb": notebook("ipynb,.nb.py"), "a.nb.py": "", "a.py": ""}, "a.ipynb", "a.nb.py"),
    "folders": (
        {"notebooks/x/a.ipynb": notebook("notebooks///ipynb,scripts///py:percent"), "scripts/x/a.py": ""},
        "notebooks/x/a.ipynb",
        "scripts/x/a.py",
    ),
    "jupytext.toml": (
        {"jupytext.toml": 'formats = "ipynb,py:percent"\n', "d/e/a.ipynb": notebook(), "d/e/a.py": ""},
        "d/e/a.py",
        "d/e/a.ipynb",
    ),
    "jupytext.toml with folders": (
        {
            "jupytext.toml": '[formats]\n"nb/" = "ipynb"\n"src/" = "py:percent"\n',
            "nb/a.ipynb": notebook(),
            "src/a.py": "",
        },
        "src/a.py",
        "nb/a.ipynb",
    ),
    "pyproject.toml": (
        {"pyproject.toml": '[tool.jupytext]\nformats = "ipynb,md"\n', "a.ipynb": notebook(), "a.md": ""},
        "a.md",
        "a.ipynb",
    ),
    "a name that is not plain": (
        {"übung 1 %.ipynb": notebook("ipynb,py"), "übung 1 %.py": ""},
        "übung 1 %.ipynb",
        "übung 1 %.py",
    ),
}


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_found(scenario: Scenario, name: str) -> None:
    files, path, other = BOTH_WAYS[name]
    scenario.write(files)
    assert others(scenario.path, path) == [other]


@pytest.mark.parametrize("name", ["metadata of the notebook", "folders", "jupytext.toml", "pyproject.toml"])
def test_found_from_the_other_side(scenario: Scenario, name: str) -> None:
    files, path, other = BOTH_WAYS[name]
    scenario.write(files)
    found = others(scenario.path, other)
    # A text without metadata in a folder of its own does not say where its notebook is.
    assert found == ([] if name == "folders" else [path])


ALONE = {
    "no pair": {"a.ipynb": notebook(), "a.py": ""},
    "not there": {"a.ipynb": notebook("ipynb,py")},
    "not a notebook": {"a.ipynb": '{"jupytext": [', "a.py": ""},
    "metadata of another kind": {"a.ipynb": '{"metadata": {"jupytext": [1]}}', "a.py": ""},
    "a setting of another kind": {"jupytext.toml": "formats = 7\n", "a.ipynb": notebook(), "a.py": ""},
    "no TOML": {"jupytext.toml": "formats = = \n", "a.ipynb": notebook(), "a.py": ""},
    "upwards": {"a.ipynb": notebook("ipynb,../out//py"), "a.py": ""},
    "words elsewhere": {"a.ipynb": notebook(source='"jupytext": {"formats": "ipynb,py"}'), "a.py": ""},
}


@pytest.mark.parametrize("name", ALONE)
def test_alone(scenario: Scenario, name: str) -> None:
    scenario.write(ALONE[name])
    assert others(scenario.path, "a.ipynb") == []


def test_links_are_not_followed(scenario: Scenario) -> None:
    outside = scenario.root / "outside.ipynb"
    outside.write_text(notebook("ipynb,py"))
    scenario.write({"a.py": ""})
    (scenario.path / "a.ipynb").symlink_to(outside)
    assert others(scenario.path, "a.py") == []
