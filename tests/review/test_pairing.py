"""A notebook and its text that say something else are told, whichever of them is looked at, on the side that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jupytext
import nbformat
import pytest

from jupyter_mlgit.git.repository import open_repository
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.review.diff import DiffRequest, show_diff

if TYPE_CHECKING:
    from tests.scenario import Scenario

SOURCES = ("# Train\n\nA *small* network.", "import torch\n%matplotlib inline", "", "x = 1\n\n\n", "def f():\n    pass")
NOTICE = "Its pair is out of sync: {} says something else."


def notebook(*sources: str, formats: str | None = "ipynb,py:percent", run: int = 1) -> str:
    """Gives the text of a notebook file; what begins with a number sign is text, all else is code that has run."""
    v4: Any = nbformat.v4
    cells = [
        v4.new_markdown_cell(one)
        if one.startswith("#")
        else v4.new_code_cell(one, execution_count=run, outputs=[v4.new_output("stream", text=f"run {run}\n")])
        for one in sources
    ]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    made = v4.new_notebook(cells=cells, metadata=metadata | ({"jupytext": {"formats": formats}} if formats else {}))
    text: str = nbformat.writes(made)  # type: ignore[no-untyped-call]
    return text + "\n"


def text_of(content: str, form: str = "py:percent") -> str:
    """Gives what jupytext writes beside a notebook."""
    text: str = jupytext.writes(jupytext.reads(content, fmt="ipynb"), fmt=form)
    return text


def told(scenario: Scenario, *revisions: str, **options: Any) -> dict[str, str | None]:
    repo = open_repository(scenario.path)
    try:
        found = show_diff(repo, DiffRequest(revisions=revisions, **options), Context(now=0))
    finally:
        repo.close()
    return {one.path: one.pair for one in found.files}


@pytest.mark.parametrize("form", ["py:percent", "py:light", "md", "md:myst", "Rmd"])
def test_a_pair_in_step_is_not_told(scenario: Scenario, form: str) -> None:
    name = f"a.{form.partition(':')[0]}"
    old = notebook(*SOURCES, formats=f"ipynb,{form}")
    scenario.commit("pair", {"a.ipynb": old, name: text_of(old, form)})
    new = notebook(*SOURCES, "y = 2", formats=f"ipynb,{form}", run=7)
    scenario.write({"a.ipynb": new, name: text_of(new, form)})
    assert told(scenario) == {"a.ipynb": None, name: None}
    scenario.write({name: text_of(old, form)})
    assert told(scenario) == {"a.ipynb": NOTICE.format(name)}


def test_each_side_has_its_own_pair(scenario: Scenario) -> None:
    old, new = notebook(*SOURCES), notebook(*SOURCES, "lr = 3e-4")
    scenario.commit("pair", {"a.ipynb": old, "a.py": text_of(old)})
    scenario.write({"a.py": text_of(new)})
    scenario.git("add", "a.py")
    scenario.write({"a.ipynb": new})
    assert told(scenario, staged=True) == {"a.py": NOTICE.format("a.ipynb")}
    assert told(scenario, "HEAD") == {"a.ipynb": None, "a.py": None}
    scenario.git("commit", "--quiet", "--message", "text alone")
    assert told(scenario, "HEAD~1..HEAD") == {"a.py": NOTICE.format("a.ipynb")}
    assert told(scenario) == {"a.ipynb": None}


def test_what_only_ran_again_is_in_step(scenario: Scenario) -> None:
    old = notebook(*SOURCES)
    scenario.commit("pair", {"a.ipynb": old, "a.py": text_of(old)})
    scenario.write({"a.ipynb": notebook(*SOURCES, run=9)})
    assert told(scenario, summary=True) == {"a.ipynb": None}


def test_without_a_pair_nothing_is_told(scenario: Scenario) -> None:
    scenario.commit("alone", {"a.ipynb": notebook("x = 1", formats=None), "a.py": "y = 2\n"})
    scenario.write({"a.ipynb": notebook("x = 3", formats=None), "a.py": "y = 4\n"})
    assert told(scenario) == {"a.ipynb": None, "a.py": None}


def test_what_jupytext_cannot_read_is_not_told(scenario: Scenario) -> None:
    scenario.commit("pair", {"a.ipynb": notebook("x = 1"), "a.py": text_of(notebook("x = 1"))})
    (scenario.path / "a.py").write_bytes(b"\xff\xfe")
    assert told(scenario) == {"a.py": None}
