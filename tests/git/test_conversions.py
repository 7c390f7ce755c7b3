"""Asks which files git would convert, with ``git check-attr`` and git's own checkout as the judges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_mlgit.git.conversions import Conversions
from jupyter_mlgit.git.repository import open_repository
from tests.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PATHS = ["a", "a.bin", "b.bin", "d/a.bin", "d/b", "d/e/a", "d/e/b.bin", "with blank.bin", "D/A.BIN", "[x]", "!a"]

patterns = st.sampled_from(
    [
        "*", "a", "*.bin", "/a", "/*.bin", "d/*", "d/**", "**/a", "**/e/*", "d/", "?", "[ab]*", '"with blank.bin"',
        '"\\141.bin"', "[attr]one", "[attr]two", "!a", '"!a"', "\\!a", "e/a", "*.BIN", "[[]x]", "[a", "#a", "**",
    ]
)  # fmt: skip
words = st.sampled_from(
    ["filter=f", "filter=g", "-filter", "!filter", "filter", "one", "two", "-one", "!two", "binary", "text", "-text"]
)
lines = st.tuples(patterns, st.lists(words, min_size=1, max_size=3)).map(lambda line: " ".join([line[0], *line[1]]))
texts = st.lists(lines, max_size=5).map("\n".join)


def conversions(scenario: Scenario) -> Conversions:
    """Reads the attributes that lie in the working files."""
    repo = open_repository(scenario.path)

    def in_folder(folder: bytes) -> bytes | None:
        path = scenario.path / folder.decode() / ".gitattributes"
        return path.read_bytes() if path.is_file() else None

    found = Conversions(repo, in_folder)
    repo.close()
    return found


def by_git(scenario: Scenario, attribute: str) -> dict[str, str]:
    """Gives git's value of one attribute for every path."""
    said = scenario.git("check-attr", "-z", "--stdin", attribute, stdin="\0".join(PATHS) + "\0").split("\0")[:-1]
    return dict(zip(said[::3], said[2::3], strict=True))


@settings(max_examples=80)
@given(root=texts, below=texts, info=texts, ignoring_case=st.booleans())
def test_same_attributes_as_git(
    tmp_path_factory: pytest.TempPathFactory, root: str, below: str, info: str, *, ignoring_case: bool
) -> None:
    scenario = Scenario(tmp_path_factory.getbasetemp() / "attributes")
    scenario.write({".gitattributes": root, "d/.gitattributes": below, ".git/info/attributes": info})
    scenario.git("config", "filter.f.smudge", "rot13")
    scenario.git("config", "core.ignoreCase", str(ignoring_case).lower())
    scenario.git("config", "core.eol", "crlf")
    found = conversions(scenario)
    filters, text = by_git(scenario, "filter"), by_git(scenario, "text")
    for path in PATHS:
        expected = "the filter 'f'" if filters[path] == "f" else "line ends" if text[path] == "set" else None
        assert found.needed_for(path.encode()) == expected, (path, filters[path], text[path])


TEXTS = ["", "* text", "* text=auto", "* -text", "* crlf", "* -crlf", "* crlf=input", "* eol=lf", "* eol=crlf"]


@pytest.mark.parametrize("attributes", [*TEXTS, "* text eol=crlf", "* text eol=lf", "* -text eol=crlf", "* binary"])
def test_line_ends_are_seen_wherever_git_changes_them(tmp_path: Path, attributes: str) -> None:
    """Lets git write the file under every configuration, and asks of each whether it would."""
    scenario = Scenario(tmp_path).commit("base", {"a": "1\n2\n", ".gitattributes": attributes + "\n"})
    for autocrlf in ("", "true", "false", "input", "0", "1"):
        for eol in ("", "lf", "crlf", "native"):
            told = set_config(scenario, {"core.autocrlf": autocrlf, "core.eol": eol})
            (scenario.path / "a").unlink()
            scenario.git("checkout", "--", "a")
            changed = (scenario.path / "a").read_bytes() != b"1\n2\n"
            assert (conversions(scenario).needed_for(b"a") == "line ends") >= changed, told
            if autocrlf in ("", "false", "0"):
                assert (conversions(scenario).needed_for(b"a") == "line ends") == changed, told


def set_config(scenario: Scenario, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        scenario.try_git("config", "--unset-all", name)
        if value:
            scenario.git("config", name, value)
    return str(dict(values))


@pytest.mark.parametrize(
    ("config", "needed"),
    [
        ({}, False),
        ({"smudge": "cat"}, False),
        ({"smudge": "tr a b"}, True),
        ({"smudge": "cat", "process": "git-lfs filter-process"}, True),
        ({"clean": "nbstripout"}, False),
        ({"clean": "nbstripout", "smudge": "cat", "required": "true"}, False),
        ({"clean": "nbstripout", "required": "true"}, True),
        ({"clean": "nbstripout", "required": "false"}, False),
    ],
)
def test_which_filters_matter(scenario: Scenario, config: Mapping[str, str], needed: bool) -> None:  # noqa: FBT001 -- a parameter of the table
    scenario.write({".gitattributes": "*.ipynb filter=f\n"})
    for name, value in config.items():
        scenario.git("config", f"filter.f.{name}", value)
    assert (conversions(scenario).needed_for(b"a.ipynb") is not None) is needed
    assert conversions(scenario).needed_for(b"a.txt") is None


def test_attributes_outside_the_repository(scenario: Scenario, isolated: Path) -> None:
    scenario.git("config", "filter.f.smudge", "rot13")
    place = isolated / ".config/git"
    place.mkdir(parents=True)
    (place / "attributes").write_text("*.bin filter=f\n")
    assert conversions(scenario).needed_for(b"a.bin") == "the filter 'f'"
    (isolated / "mine").write_text("*.txt filter=f\n")
    scenario.git("config", "core.attributesFile", "~/mine")
    assert conversions(scenario).needed_for(b"a.bin") is None
    assert conversions(scenario).needed_for(b"a.txt") == "the filter 'f'"
    scenario.write({".gitattributes": "*.txt -filter\n"})
    assert conversions(scenario).needed_for(b"a.txt") is None
