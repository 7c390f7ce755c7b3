"""Asks which files are passed over, with ``git check-ignore`` as the judge."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_mlgit.git.ignore import Ignoring, parse_rules, read_rules, rules_outside
from jupyter_mlgit.git.repository import open_repository
from jupyter_mlgit.git.wildmatch import translate
from tests.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

LONG = os.environ.get("MLGIT_EXAMPLES")

FILES = [
    "a", "b", "A", "a.txt", "b.TXT", ".a", "a b", "a ", "#a", "!a", "a\\b", "[a]", "x.tar.gz", "d/a", "d/b.txt",
    "d/e/a", "d/e/b.txt", "d/e/f/a", "d/e/f/x.tar.gz", "e/a", "e/d/a", "ü/ö.txt", "build/lib/x.py", "d/build/x.py",
]  # fmt: skip
FOLDERS = ["d", "d/e", "d/e/f", "d/build", "e", "e/d", "ü", "build", "build/lib"]

words = st.sampled_from(
    [
        "a", "b", "*", "**", "?", "[ab]", "[!a]", "[a-c]*", "d", "e", "*.txt", "*.TXT", "*.gz", "x.*", ".a", "\\!a",
        "\\#a", "a\\ ", "a ", "a\\", "[[]a]", "[[:alpha:]]", "[z-a]", "[a", "build", "lib", "*a*", "*.t*t", "ü", "***",
        "a\\b", "",
    ]
)  # fmt: skip
patterns = st.tuples(
    st.sampled_from(["", "", "!", "/", "**/", "!/"]),
    st.lists(words, min_size=1, max_size=3).map("/".join),
    st.sampled_from(["", "", "/", "/**", "/*", "\r", "  "]),
).map("".join)
# Two stars behind something else, as in "d**/a": git up to 2.40 took them for the beginning of a folder's name.
lines = st.one_of(patterns, patterns, st.sampled_from(["#a", "", "!", "/", "//", "a\0b", "\\", "!!a", "* *"]))
texts = st.lists(lines, max_size=6).map("\n".join)


def judged(scenario: Scenario, names: list[str]) -> dict[str, tuple[bool, str]]:
    """Gives for each name whether git ignores it, and the number of the line that says so."""
    asked = "".join(f"{name}\0" for name in names)
    words = ("check-ignore", "-z", "--stdin", "--verbose", "--non-matching", "--no-index")
    said = scenario.try_git(*words, stdin=asked).stdout.split("\0")[:-1]
    found = {}
    for _, line, pattern, name in zip(said[::4], said[1::4], said[2::4], said[3::4], strict=True):
        found[name] = (bool(pattern) and not pattern.startswith("!"), line)
    return found


def ours(scenario: Scenario, name: str, outside: Ignoring) -> tuple[bool, str]:
    """Goes down to a file as a walk does, and stops where a folder is ignored."""
    here, rules = b"", outside
    parts = name.encode().split(b"/")
    verdict = None
    for number, part in enumerate(parts):
        inside = here + b"/" if here else b""
        content = read_rules(os.fsencode(scenario.path) + b"/" + inside + b".gitignore", follow=False)
        rules = rules.inside(here, content)
        here = inside + part
        is_folder = number < len(parts) - 1 or (scenario.path / os.fsdecode(here)).is_dir()
        verdict = rules.verdict(here, is_folder=is_folder)
        assert rules.ignores(here, is_folder=is_folder) == (verdict is not None and not verdict.takes_back)
        if verdict is not None and not verdict.takes_back:
            return True, str(verdict.line)
    return False, "" if verdict is None else str(verdict.line)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Makes a folder with many names once; only the rules in it change."""
    scenario = Scenario(tmp_path_factory.mktemp("ignoring"))
    return scenario.write(dict.fromkeys(FILES, ""))


@settings(max_examples=int(LONG or 25), derandomize=not LONG)
@given(top=texts, below=texts, deep=texts, exclude=texts, mine=texts, ignoring_case=st.booleans())
def test_same_as_git(
    place: Scenario, top: str, below: str, deep: str, exclude: str, mine: str, *, ignoring_case: bool
) -> None:
    place.write({".gitignore": top, "d/.gitignore": below, "d/e/.gitignore": deep, ".git/info/exclude": exclude})
    place.write({".git/mine": mine})
    config = f"[core]\n\texcludesFile = .git/mine\n\tignoreCase = {str(ignoring_case).lower()}\n"
    place.write({".git/config": f"{config}[core]\n\trepositoryFormatVersion = 0\n"})
    repo = open_repository(place.path)
    outside = rules_outside(repo)
    repo.close()
    for name, expected in judged(place, FILES + FOLDERS).items():
        assert ours(place, name, outside) == expected, name


def test_rules_outside_the_repository(scenario: Scenario, isolated: Path) -> None:
    scenario.write({"mine": "", "theirs": ""})
    place = isolated / ".config/git"
    place.mkdir(parents=True)
    (place / "ignore").write_text("theirs\n")
    repo = open_repository(scenario.path)
    assert rules_outside(repo).ignores(b"theirs", is_folder=False)
    assert judged(scenario, ["theirs"]) == {"theirs": (True, "1")}
    (isolated / "own").write_text("mine\n")
    scenario.git("config", "core.excludesFile", "~/own")
    rules = rules_outside(repo)
    assert (rules.ignores(b"mine", is_folder=False), rules.ignores(b"theirs", is_folder=False)) == (True, False)
    assert judged(scenario, ["mine", "theirs"]) == {"mine": (True, "1"), "theirs": (False, "")}
    repo.close()


def test_a_link_in_the_working_tree_holds_no_rules(scenario: Scenario) -> None:
    scenario.write({"rules": "a\n", "a": ""})
    (scenario.path / ".gitignore").symlink_to("rules")
    assert read_rules(scenario.path / ".gitignore", follow=False) is None
    assert scenario.git("status", "--porcelain").splitlines() == ["?? .gitignore", "?? a", "?? rules"]


def test_blanks_and_marks_at_the_ends_of_a_line() -> None:
    content = b"\xef\xbb\xbfa\n#b\n\\#c\nd  \ne\\  \nf\\\\ \n!g/\r\n\n"
    rules = [(one.line, one.pattern, one.takes_back, one.for_folders) for one in parse_rules(content)]
    assert rules == [
        (1, b"a", False, False),
        (3, b"\\#c", False, False),
        (4, b"d", False, False),
        (5, b"e\\ ", False, False),
        (6, b"f\\\\", False, False),
        (7, b"g", True, True),
    ]


@pytest.mark.parametrize("pattern", [b"*a" * 40 + b"b", b"**/" + b"*a*/**/" * 12 + b"b", b"a*" * 60 + b"b"])
def test_no_pattern_takes_long(pattern: bytes) -> None:
    """Each of them takes longer than anybody waits where a star is tried again for each star before it."""
    expression = re.compile(translate(pattern))
    begin = time.process_time()
    assert not expression.fullmatch(b"a" * 300 + b"c")
    assert not expression.fullmatch(b"aa/" * 60 + b"c")
    assert time.process_time() - begin < 20
