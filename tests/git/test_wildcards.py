"""Holds wildcards against git's own, which a configuration's ``includeIf`` shows, and counts the steps they take."""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git.config_syntax import header_line
from jupyter_mlgit.git.wildcards import LONGEST, LONGEST_TEXT, matches

if TYPE_CHECKING:
    from types import FrameType

    from tests.scenario import Scenario

PIECES = (
    *("a", "b", "Z", "/", "-", "!", "^", "*", "**", "***", "**/", "/**", "?", "[", "]", "\\", "a-c", "[a", "[!b]"),
    *("[]a]", "[a-]", "[^-]", "[a-c]", "[[:alpha:]]", "[![:digit:]]", "[:alpha:]", "[[:none:]]", "\\*", "\\/"),
)
BRANCHES = ("a", "b", "Z", "ab", "a/b", "b/a/b", "a/b/c", "c-a", "Za/1", "a]", "aa/bb/ab/a", "a-b")


def patterns() -> list[str]:
    """Gives many patterns, the same in every run; git appends stars to those that end with a slash."""
    rng = random.Random(7)  # noqa: S311 -- not a secret
    made = {"".join(rng.choice(PIECES) for _ in range(rng.randint(1, 6))) for _ in range(1500)}
    return sorted(one for one in made if not one.endswith("/"))


def test_wildcards_are_gits(scenario: Scenario) -> None:
    known = patterns()
    folder = scenario.root / "included"
    folder.mkdir()
    text = b""
    for number, pattern in enumerate(known):
        (folder / str(number)).write_text(f"[fits]\n\tn{number} = yes\n")
        text += header_line(b"includeIf", b"onbranch:" + pattern.encode()) + f"\tpath = {folder}/{number}\n".encode()
    with (scenario.git_dir / "config").open("ab") as stream:
        stream.write(text)
    for branch in BRANCHES:
        scenario.git("symbolic-ref", "HEAD", f"refs/heads/{branch}")
        lines = scenario.git("config", "--get-regexp", r"^fits\.").splitlines()
        fitting = {known[int(line.split()[0].removeprefix("fits.n"))] for line in lines}
        assert {pattern for pattern in known if matches(pattern, branch)} == fitting, branch


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("**/WORK/**", "/home/Ada/work/it"),
        ("/HOME/[A-Z]da/*", "/home/ada/x"),
        ("/home/[[:upper:]]da", "/home/ada"),
    ],
)
def test_case_is_ignored_where_that_is_asked(pattern: str, text: str) -> None:
    assert matches(pattern, text, ignoring_case=True)
    assert not matches(pattern, text)


def test_wildcard_takes_a_byte() -> None:
    """Names need not be UTF-8: for git ``?`` is a byte, and ``é`` has two of them."""
    assert not matches("caf?", "café")
    assert matches("caf??", "café")
    assert matches("caf?", "caf\udce9")


def steps_of(pattern: str, text: str) -> int:
    """Counts the lines and expressions that are run until it is known."""
    steps = 0

    def count(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal steps
        frame.f_trace_opcodes = True
        steps += event == "opcode"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        assert not matches(pattern, text)
    finally:
        sys.settrace(before)
    return steps


@pytest.mark.parametrize("star", ["*a", "*", "**/", "?*", "[a]*"])
def test_many_stars_take_steps_in_proportion_to_their_number(star: str) -> None:
    text = "a" * 120
    few, many = (steps_of(star * number + "b", text) for number in (15, 30))
    assert many < 3 * few
    assert many < 30 * len(text) * 100


def test_what_is_longer_than_any_path_does_not_fit() -> None:
    assert matches("*", "a" * LONGEST_TEXT)
    assert not matches("*", "a" * (LONGEST_TEXT + 1))
    assert not matches("*" * (LONGEST + 1), "a")
