"""Sets retention on the command line, where every number is a word at first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Told
    from tests.scenario import Scenario


def test_never_is_taken_and_shown(tell: Callable[..., Told], story: Scenario) -> None:
    status, out, err = tell("retention", "--reflog", "never", "--unreachable", "180", "--pins", "never")
    assert (status, err) == (0, "")
    assert "Log entries                          never\n" in out
    assert "180.days" in out
    assert "for ever" in out
    assert story.git("config", "gc.reflogExpire") == "never"
    assert story.git("config", "gc.reflogExpireUnreachable") == "180.days"
    assert tell("undo")[0] == 0
    assert story.try_git("config", "gc.reflogExpire").returncode == 1


@pytest.mark.parametrize("words", ["sometimes", "90.days", "0", "-5", "1.5", ""])
def test_other_words_are_a_usage_error(tell: Callable[..., Told], story: Scenario, words: str) -> None:
    status, _, err = tell("retention", f"--reflog={words}")
    assert status == 2
    assert "reflog" in err or "$.reflog" in err
    assert story.try_git("config", "gc.reflogExpire").returncode == 1
