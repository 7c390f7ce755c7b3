"""Hunks: git applies what they say, and they begin where a person would begin them."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from jupyter_mlgit.textdiff.hunks import Hunk, cell_lines, hunks_of, lines_of

if TYPE_CHECKING:
    from pathlib import Path

MARKS = {"context": " ", "added": "+", "deleted": "-"}
LINES = some.lists(some.sampled_from(["", "a", "  b", "    c", "d", "\te", "f g", "ä\r"]), max_size=40)


def patch_of(hunks: tuple[Hunk, ...]) -> str:
    """Writes hunks as a patch."""
    made = "--- a/file\n+++ b/file\n"
    for hunk in hunks:
        made += f"@@ -{hunk.old_start},{hunk.old_lines} +{hunk.new_start},{hunk.new_lines} @@\n"
        for line in hunk.lines:
            made += MARKS[line.kind] + line.text + "\n" + ("\\ No newline at end of file\n" if line.no_newline else "")
    return made


def shown(old: str, new: str, name: str = "file.py") -> list[str]:
    """Gives the lines of all hunks as a diff shows them."""
    return [
        MARKS[line.kind] + line.text
        for hunk in hunks_of(lines_of(old), lines_of(new), name=name)
        for line in hunk.lines
    ]


@settings(max_examples=60, derandomize=True, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=LINES, new=LINES, ends=some.tuples(some.booleans(), some.booleans()))
def test_git_applies_them(tmp_path: Path, old: list[str], new: list[str], ends: tuple[bool, bool]) -> None:
    before = "\n".join(old) + "\n" * ends[0]
    after = "\n".join(new) + "\n" * ends[1]
    hunks = hunks_of(lines_of(before), lines_of(after))
    if before == after:
        assert hunks == ()
        return
    place = tmp_path / "file"
    place.write_bytes(before.encode())
    subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-"], input=patch_of(hunks).encode(), cwd=tmp_path, check=True
    )
    assert place.read_bytes() == after.encode()


def test_a_new_function_is_shown_whole() -> None:
    old = "def a():\n    return 1\n\n\ndef c():\n    return 3\n"
    new = "def a():\n    return 1\n\n\ndef b():\n    return 2\n\n\ndef c():\n    return 3\n"
    added = [line for line in shown(old, new) if line.startswith("+")]
    assert added == ["+def b():", "+    return 2", "+", "+"]
    assert [line[1:] for line in shown(new, old) if line.startswith("-")] == [line[1:] for line in added]


def test_the_heading_is_the_function_above() -> None:
    body = "".join(f"    x{number} = {number}\n" for number in range(9))
    (hunk,) = hunks_of(
        lines_of(f"class A:\n  def f(self):\n{body}"),
        lines_of(f"class A:\n  def f(self):\n{body}    y = 1\n"),
        name="a.py",
    )
    assert hunk.heading == "def f(self):"


def test_words_are_marked_and_numbers_are_one_word() -> None:
    (hunk,) = hunks_of(["lr = 1e-4"], ["lr = 3e-4"])
    assert [(line.text, line.marks) for line in hunk.lines] == [("lr = 1e-4", ((5, 9),)), ("lr = 3e-4", ((5, 9),))]


def test_marks_count_as_javascript_does() -> None:
    (hunk,) = hunks_of(["\U0001f600 loss = one"], ["\U0001f600 loss = two"])
    assert [line.marks for line in hunk.lines] == [((10, 13),), ((10, 13),)]


def test_lines_that_have_nothing_in_common_are_marked_as_a_whole() -> None:
    (hunk,) = hunks_of(["import torch"], ["x = [1, 2, 3]"])
    assert [line.marks for line in hunk.lines] == [(), ()]


@settings(max_examples=100, derandomize=True, database=None)
@given(source=some.text(alphabet="a\n ", max_size=12))
def test_a_cell_is_its_lines(source: str) -> None:
    lines = cell_lines(source)
    assert "\n".join(lines) == source
    assert (not lines) == (not source)


def test_the_heading_of_an_earlier_hunk_holds_on() -> None:
    old = ["def f():", *(f"    x{number} = {number}" for number in range(40))]
    new = [line.replace(" = 9", " = 99").replace(" = 30", " = 3") for line in old]
    assert [hunk.heading for hunk in hunks_of(old, new, name="a.py")] == ["def f():", "def f():"]


def test_the_search_for_headings_looks_at_each_line_once() -> None:
    class Counted(list[str]):
        looked = 0

        def __getitem__(self, place: Any) -> Any:
            self.looked += not isinstance(place, slice)
            return super().__getitem__(place)

    old = Counted(f"{number}" for number in range(3000))
    new = [line if number % 10 else f"{line}5" for number, line in enumerate(old)]
    old.looked = 0
    assert len(hunks_of(old, new)) == 300
    assert old.looked < 20_000
