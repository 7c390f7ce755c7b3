"""What differs between two states, with ``git diff`` as the judge of which files they are, and of how many lines."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git.repository import open_repository
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.problems import BadRequest, BadRevision
from jupyter_mlgit.review.diff import Diff, DiffRequest, FileDiff, show_diff
from jupyter_mlgit.review.file_sides import FileSidesRequest, OutputRequest, show_file, show_output
from tests.git.twins import opened

if TYPE_CHECKING:
    from tests.scenario import Scenario

LETTERS = {"added": "A", "modified": "M", "deleted": "D", "renamed": "R", "typechanged": "T"}
TEXT = "".join(f"line {number}\n" for number in range(30))


def notebook(*sources: str, outputs: dict[int, list[Any]] | None = None) -> str:
    """Gives the text of a notebook file."""
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "id": f"c{number}", "metadata": {}, "execution_count": None, "source": source}
        | {"outputs": (outputs or {}).get(number, [])}
        for number, source in enumerate(sources)
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


def messy(scenario: Scenario) -> Scenario:
    """Builds a repository in which everything differs from everything."""
    scenario.commit(
        "base",
        {
            "same.txt": TEXT,
            "staged.txt": TEXT,
            "edited.txt": TEXT,
            "both.txt": TEXT,
            "gone.txt": "gone\n",
            "gone-staged.txt": TEXT + "z\n",
            "old/name.py": "def f():\n" + TEXT,
            "run.sh": "echo\n",
            "linked": "text\n",
            "no-end": "a\nb",
            "crlf.txt": "a\r\nb\r\n",
            "picture.png": "\x89PNG\0\1",
            "n.ipynb": notebook("import torch", "x = 1"),
        },
    )
    scenario.commit("second", {"both.txt": TEXT.replace("line 3\n", ""), "ünïcode \t name": "1\n"})
    scenario.git("mv", "old/name.py", "new.py")
    scenario.git("rm", "--quiet", "gone-staged.txt")
    scenario.write({"staged.txt": TEXT + "more\n", "both.txt": TEXT + "one\n", "added.txt": "1\n2\n"})
    scenario.git("add", "staged.txt", "both.txt", "added.txt")
    scenario.write({"edited.txt": TEXT.replace("line 9\n", "line nine\nand more\n"), "both.txt": TEXT + "one\ntwo\n"})
    scenario.write({"no-end": "a\nb\n", "crlf.txt": "a\nb\r\n", "picture.png": "\x89PNG\0\2", "untracked.txt": "u\n"})
    scenario.write({"n.ipynb": notebook("import torch", "x = 2")})
    (scenario.path / "gone.txt").unlink()
    (scenario.path / "run.sh").chmod(0o755)
    (scenario.path / "linked").unlink()
    (scenario.path / "linked").symlink_to("same.txt")
    return scenario


def ours(scenario: Scenario, *revisions: str, **options: Any) -> Diff:
    repo = open_repository(scenario.path)
    try:
        return show_diff(repo, DiffRequest(revisions=revisions, **options), Context(now=0))
    finally:
        repo.close()


def by_git(scenario: Scenario, *words: str) -> list[tuple[str, str]]:
    parts = scenario.git("diff", "--name-status", "-z", "-M", *words).split("\0")
    found = []
    while len(parts) > 1:
        letter = parts.pop(0)[0]
        if letter == "R":
            parts.pop(0)
        found.append((letter, parts.pop(0)))
    return sorted(found, key=lambda one: one[1])


def counted_by_git(scenario: Scenario, *words: str) -> dict[str, tuple[int, int]]:
    parts = scenario.git("diff", "--numstat", "-z", "--no-renames", *words).split("\0")
    rows = [part.split("\t", 2) for part in parts if part]
    return {path: (int(added), int(deleted)) for added, deleted, path in rows if added != "-"}


@pytest.mark.parametrize(
    ("revisions", "options", "words"),
    [
        ((), {}, ()),
        ((), {"staged": True}, ("--cached",)),
        (("HEAD",), {}, ("HEAD",)),
        (("HEAD~1",), {}, ("HEAD~1",)),
        (("HEAD~1",), {"staged": True}, ("--cached", "HEAD~1")),
        (("HEAD~1..HEAD",), {}, ("HEAD~1..HEAD",)),
        (("HEAD", "HEAD~1"), {}, ("HEAD", "HEAD~1")),
        (("main...side",), {}, ("main...side",)),
        (("HEAD~1..",), {}, ("HEAD~1..",)),
    ],
)
def test_the_files_and_lines_are_those_of_git(
    scenario: Scenario, revisions: tuple[str, ...], options: dict[str, bool], words: tuple[str, ...]
) -> None:
    scenario.commit("first", {"a": "1\n"}).branch("side").commit("on the side", {"s": TEXT}).git("switch", "-q", "main")
    messy(scenario)
    found = ours(scenario, *revisions, form="raw", **options)
    assert [(LETTERS[one.change], one.path) for one in found.files] == by_git(scenario, *words)
    lines = counted_by_git(scenario, *words)
    for one in found.files:
        if one.change != "renamed" and one.added is not None:
            assert (one.added, one.deleted) == lines[one.path], one.path


def only(found: Diff, path: str) -> FileDiff:
    return next(one for one in found.files if one.path == path)


def test_a_notebook_is_compared_by_cells(scenario: Scenario) -> None:
    messy(scenario)
    (change,) = only(ours(scenario), "n.ipynb").cells
    assert (change.change, change.new_index) == ("edited", 1)
    assert [line.text for line in change.hunks[0].lines] == ["x = 1", "x = 2"]


def test_as_text_it_is_what_jupytext_writes(scenario: Scenario) -> None:
    messy(scenario)
    found = only(ours(scenario, form="text"), "n.ipynb")
    assert [line.text for hunk in found.hunks for line in hunk.lines if line.kind != "context"] == ["x = 1", "x = 2"]
    assert any(line.text == "# %%" for line in found.hunks[0].lines)


def test_without_jupytext_there_is_no_text_but_the_way_to_get_it(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    messy(scenario).write({"n.ipynb": notebook("import torch", "x = 'read by nobody before'")})
    monkeypatch.setitem(sys.modules, "jupytext", None)
    found = only(ours(scenario, form="text"), "n.ipynb")
    assert found.truncated is not None
    assert "pip install jupytext" in found.truncated


def test_what_is_no_notebook_is_shown_as_text_with_the_reason(scenario: Scenario) -> None:
    scenario.commit("base", {"n.ipynb": notebook("x = 1")}).write({"n.ipynb": "<<<<<<< HEAD\n{}\n"})
    (found,) = ours(scenario).files
    assert (found.cells, found.counts) == ((), None)
    assert found.note is not None
    assert "the marks of a conflict" in found.note
    assert found.hunks


def test_a_conflict_is_compared_with_our_side(scenario: Scenario) -> None:
    scenario.commit("base", {"a.txt": "base\n"}).branch("side").commit("theirs", {"a.txt": "theirs\n"})
    scenario.git("switch", "-q", "main")
    scenario.commit("ours", {"a.txt": "ours\n"})
    scenario.try_git("merge", "-q", "side")
    (found,) = ours(scenario).files
    assert found.conflict
    texts = [(line.kind, line.text) for line in found.hunks[0].lines]
    assert ("context", "ours") in texts
    assert ("added", "theirs") in texts


def test_too_large_for_many_but_not_when_asked_for_alone(scenario: Scenario) -> None:
    scenario.commit("base", {"big.txt": "", "small.txt": ""}).write({"big.txt": "x\n" * 700_000, "small.txt": "y\n"})
    told = only(ours(scenario), "big.txt").truncated
    assert told is not None
    assert "larger than the 1 MB" in told
    assert "Ask for it alone, which goes up to 10 MB" in told
    (alone,) = ours(scenario, paths=("big.txt",)).files
    assert (alone.truncated, alone.added) == (None, 700_000)


def test_untracked_files_on_request(scenario: Scenario) -> None:
    messy(scenario)
    assert "untracked.txt" not in [one.path for one in ours(scenario).files]
    found = only(ours(scenario, untracked=True), "untracked.txt")
    assert (found.change, found.added) == ("untracked", 1)


@pytest.mark.parametrize("revisions", [("nowhere",), ("HEAD..nowhere",), ("main...orphan",)])
def test_what_names_no_commit_is_refused(scenario: Scenario, revisions: tuple[str, ...]) -> None:
    scenario.commit("base")
    scenario.git("switch", "-q", "--orphan", "orphan")
    scenario.git("commit", "-q", "--allow-empty", "-m", "alone")
    with pytest.raises(BadRevision):
        ours(scenario, *revisions)


def test_two_commits_and_the_index_are_too_much(scenario: Scenario) -> None:
    scenario.commit("base")
    with pytest.raises(BadRequest):
        ours(scenario, "HEAD", "HEAD", staged=True)


def test_before_the_first_commit_everything_is_added(scenario: Scenario) -> None:
    scenario.write({"a.txt": "1\n"}).git("add", "a.txt")
    found = ours(scenario, staged=True)
    assert (found.old, [(one.path, one.change) for one in found.files]) == ("empty", [("a.txt", "added")])


def test_the_content_stamp_changes_with_the_file(scenario: Scenario) -> None:
    scenario.commit("base", {"a.txt": "1\n"}).write({"a.txt": "2\n"})
    before = ours(scenario).files[0].content
    assert ours(scenario).files[0].content == before
    (scenario.path / "a.txt").unlink()
    scenario.write({"a.txt": "2\n"})
    assert ours(scenario).files[0].content == before  # the same bytes, written again
    scenario.write({"a.txt": "333\n"})
    assert ours(scenario).files[0].content != before


def test_both_sides_of_a_notebook_and_its_outputs(scenario: Scenario) -> None:
    shown = {"data": {"image/png": "aGVs\nbG8=", "text/plain": ["<Figure>"]}, "metadata": {}}
    output = {"output_type": "display_data"} | shown
    scenario.commit("base", {"n.ipynb": notebook("x = 1", "plot()")})
    scenario.write({"n.ipynb": notebook("x = 1", "plot()", outputs={1: [output]})})
    repo = open_repository(scenario.path)
    context = Context(now=0)
    sides = show_file(repo, FileSidesRequest(path="n.ipynb"), context)
    assert sides.diff is not None
    (change,) = sides.diff.cells
    assert change.outputs is not None
    assert [one.mime for one in change.outputs.new] == ["image/png"]
    assert sides.new_side is not None
    assert [cell.source for cell in sides.new_side.cells or ()] == ["x = 1", "plot()"]
    found = show_output(repo, OutputRequest(path="n.ipynb", side="new", cell=1, n=1, mime="image/png"), context)
    assert found.content == "aGVs\nbG8="
    gone = OutputRequest(path="n.ipynb", side="new", cell=1, n=2, mime="image/png")
    assert show_output(repo, gone, context).content is None
    repo.close()


def test_nothing_behind_a_link_on_the_way_is_read(scenario: Scenario) -> None:
    scenario.commit("base", {"d/f": "base\n"}).branch("side").commit("theirs", {"d/f": "theirs\n"})
    scenario.git("switch", "-q", "main")
    scenario.commit("ours", {"d/f": "ours\n"}).try_git("merge", "-q", "side")
    outside = scenario.root / "outside"
    outside.mkdir()
    (outside / "f").write_text("secret\n")
    shutil.rmtree(scenario.path / "d")
    (scenario.path / "d").symlink_to(outside)
    for words in ((), ("HEAD",)):
        found = only(ours(scenario, *words), "d/f")
        assert (found.change, found.new_size) == ("deleted", None)
        assert "secret" not in repr(found)


def test_a_notebook_that_is_too_deep_is_no_hindrance_to_the_others(scenario: Scenario) -> None:
    deep = '{"nbformat": 4, "cells": [], "metadata": {"x": ' + "[" * 2000 + "]" * 2000 + "}}"
    scenario.commit("base", {"a.ipynb": notebook("x"), "b.py": "1\n"}).write({"a.ipynb": deep, "b.py": "2\n"})
    found = ours(scenario)
    assert only(found, "b.py").added == 1
    assert only(found, "a.ipynb").note is not None


def test_a_summary_counts_the_lines_that_a_diff_shows(scenario: Scenario) -> None:
    messy(scenario)
    whole, counted = (ours(scenario, "HEAD", summary=summary).files for summary in (False, True))
    assert [(one.added, one.deleted) for one in counted] == [(one.added, one.deleted) for one in whole]
    assert not any(one.hunks or one.cells for one in counted)


def test_a_submodule_is_shown_at_the_commits_of_both_sides(scenario: Scenario) -> None:
    scenario.git("init", "--quiet", "lib")
    commit = ("-C", "lib", "commit", "--quiet", "--allow-empty", "--message")
    scenario.git(*commit, "one")
    scenario.git("add", "lib")
    scenario.git("commit", "--quiet", "--message", "with a submodule")
    before = scenario.git("-C", "lib", "rev-parse", "HEAD")
    scenario.git(*commit, "two")
    after = scenario.git("-C", "lib", "rev-parse", "HEAD")
    found = only(ours(scenario), "lib")
    lines = [line.text for hunk in found.hunks for line in hunk.lines]
    assert lines == [f"Subproject commit {before}", f"Subproject commit {after}"]
    repo = open_repository(scenario.path)
    sides = show_file(repo, FileSidesRequest(path="lib"), Context(now=0))
    assert sides.new_side is not None
    assert sides.new_side.text == f"Subproject commit {after}\n"
    scenario.git(*commit, "three")
    assert only(ours(scenario), "lib").content != found.content


def test_the_same_in_small_groups_and_when_old_sides_are_forgotten(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    messy(scenario)
    with opened(scenario.path) as repo:
        asked, context = DiffRequest(revisions=("HEAD",)), Context(now=0)
        whole = show_diff(repo, asked, context)
        assert show_diff(repo, asked, context) == whole
        for name, most in (("diff.TOGETHER", 1), ("old_lines.MOST", 40), ("old_lines.LARGEST", 0)):
            monkeypatch.setattr(f"jupyter_mlgit.review.{name}", most)
            repo.memory.clear()
            assert show_diff(repo, asked, context) == whole
            assert show_diff(repo, asked, context) == whole


def test_an_old_side_that_has_changed_is_read_anew(scenario: Scenario) -> None:
    messy(scenario)
    with opened(scenario.path) as repo:
        for revision in ("HEAD~1", "HEAD"):
            found = show_diff(repo, DiffRequest(revisions=(revision,), paths=("both.txt",)), Context(now=0)).files[0]
            wanted = scenario.git("diff", "--numstat", revision, "both.txt").split()[:2]
            assert [str(found.added), str(found.deleted)] == wanted
