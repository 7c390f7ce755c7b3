"""The words that differ stand out on a terminal, wherever they are counted from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.cli.diff_text import counts_in_words, show_diff
from jupyter_mlgit.cli.screen import Screen
from jupyter_mlgit.git.repository import open_repository
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.notebooks.diff import CellCounts
from jupyter_mlgit.review import diff

if TYPE_CHECKING:
    from tests.scenario import Scenario


def test_words_that_differ_stand_out(scenario: Scenario) -> None:
    scenario.commit("base", {"a.py": "\U0001f600 lr = 1e-4\n"}).write({"a.py": "\U0001f600 lr = 3e-4\n"})
    repo = open_repository(scenario.path)
    found = diff.show_diff(repo, diff.DiffRequest(words=True), Context(now=0))
    repo.close()
    plain, coloured = Screen(colour=False), Screen(colour=True)
    for screen in (plain, coloured):
        show_diff(screen, found)
    assert "-\U0001f600 lr = 1e-4\n+\U0001f600 lr = 3e-4\n" in plain.text()
    assert "\x1b[31;7m1e-4\x1b[0m" in coloured.text()
    assert "\x1b[32m\U0001f600 lr = \x1b[0m\x1b[32;7m3e-4\x1b[0m" in coloured.text()


def test_a_cell_that_fails_now_stands_first() -> None:
    counts = CellCounts(edited=1, rerun=3, failing=2, errors=("ValueError", "KeyError"))
    assert counts_in_words(counts) == "2 cells now fail: ValueError, KeyError, 1 cell edited, outputs rerun"
    assert counts_in_words(CellCounts(outputs=1, rerun=1, failing=1, errors=("E",))).startswith("1 cell now fails: E,")
