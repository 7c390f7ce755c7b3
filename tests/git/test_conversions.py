"""Asks for files' attributes, with ``git check-attr`` as the judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_mlgit.git.conversions import Conversions
from jupyter_mlgit.git.repository import open_repository
from tests.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from jupyter_mlgit.git.conversions import Attributes

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


def said(attributes: Attributes, name: bytes) -> str:
    """Gives an attribute's value as git says it."""
    value = attributes.get(name)
    return value.decode() if isinstance(value, bytes) else {True: "set", False: "unset", None: "unspecified"}[value]


@settings(max_examples=80)
@given(root=texts, below=texts, info=texts, ignoring_case=st.booleans())
def test_same_attributes_as_git(
    tmp_path_factory: pytest.TempPathFactory, root: str, below: str, info: str, *, ignoring_case: bool
) -> None:
    scenario = Scenario(tmp_path_factory.getbasetemp() / "attributes")
    scenario.write({".gitattributes": root, "d/.gitattributes": below, ".git/info/attributes": info})
    scenario.git("config", "core.ignoreCase", str(ignoring_case).lower())
    found = conversions(scenario)
    filters, text = by_git(scenario, "filter"), by_git(scenario, "text")
    for path in PATHS:
        ours = found.attributes(path.encode())
        assert (said(ours, b"filter"), said(ours, b"text")) == (filters[path], text[path]), path


def test_attributes_outside_the_repository(scenario: Scenario, isolated: Path) -> None:
    place = isolated / ".config/git"
    place.mkdir(parents=True)
    (place / "attributes").write_text("*.bin filter=f\n")
    assert conversions(scenario).attributes(b"a.bin") == {b"filter": b"f"}
    (isolated / "mine").write_text("*.txt filter=f\n")
    scenario.git("config", "core.attributesFile", "~/mine")
    assert conversions(scenario).attributes(b"a.bin") == {}
    assert conversions(scenario).attributes(b"a.txt") == {b"filter": b"f"}
    scenario.write({".gitattributes": "*.txt -filter\n"})
    assert conversions(scenario).attributes(b"a.txt") == {b"filter": False}
