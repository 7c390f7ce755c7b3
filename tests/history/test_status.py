"""Where a repository stands, and a token that changes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.repository import open_repository
from jupyter_mlgit.history.status import state_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenario import Scenario


def token(story: Scenario) -> str:
    return state_token(open_repository(story.path))


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    """Gives a repository with two branches at one commit, and a file to stage."""
    return scenario.commit("first", {"a.txt": "1\n"}).branch("other").checkout("main").write({"a.txt": "2\n"})


CHANGES: list[Callable[[Scenario], object]] = [
    lambda story: story.git("add", "a.txt"),
    lambda story: story.git("commit", "--quiet", "--all", "--message", "second"),
    lambda story: story.git("symbolic-ref", "HEAD", "refs/heads/other"),
    lambda story: story.git("checkout", "--quiet", "--detach"),
    lambda story: (story.git_dir / "index").unlink(),
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_token_changes_with_head_and_the_index(story: Scenario, change: Callable[[Scenario], object]) -> None:
    before = token(story)
    assert token(story) == before
    change(story)
    assert token(story) != before


def test_the_token_stays_when_the_same_index_is_written_again(story: Scenario) -> None:
    before = token(story)
    index = story.git_dir / "index"
    content = index.read_bytes()
    index.unlink()
    index.write_bytes(content)
    assert token(story) == before


def test_the_token_changes_with_an_index_that_has_no_checksum(story: Scenario) -> None:
    """As git writes it with ``index.skipHash``: only the entries differ, and the size doesn't."""
    index = story.git_dir / "index"

    def write(content: bytes) -> None:
        new = index.with_name("index.new")
        new.write_bytes(content[:-20] + bytes(20))
        new.replace(index)

    content = index.read_bytes()
    write(content)
    before = token(story)
    assert token(story) == before
    other = bytearray(content)
    other[12 + 40] ^= 0xFF  # the first byte of the first entry's object name
    write(bytes(other))
    assert token(story) != before
