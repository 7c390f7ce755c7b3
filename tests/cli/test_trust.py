"""Gives trust on the command line: what would run is told first, a person is asked, a script says ``--yes``."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.trust import trusted_repositories

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Told
    from tests.scenario import Scenario


class Keyboard(io.StringIO):
    """A person at a terminal, who does something before answering."""

    def __init__(self, answer: str, before: Callable[[], object] = bool) -> None:
        super().__init__(answer)
        self.before = before

    def isatty(self) -> bool:
        """Is one."""
        return True

    def readline(self, *_: int) -> str:  # type: ignore[override]
        """Gives the answer."""
        self.before()
        return super().readline()


@pytest.fixture
def filtered(story: Scenario) -> Scenario:
    story.git("config", "filter.lfs.clean", "git-lfs clean")
    return story


def test_a_script_is_refused_and_told_what_would_run(
    tell: Callable[..., Told], filtered: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    status, out, err = tell("trust")
    assert (status, out) == (1, "")
    assert "filter.lfs.clean = git-lfs clean" in err
    assert "--yes" in err
    assert "?" not in err
    status, out, err = tell("trust", "--json")
    assert (status, err) == (1, "")
    problem = json.loads(out)["problem"]
    assert problem["code"] == "not-confirmed"
    assert [one["what"] for one in problem["wouldRun"]] == ["filter.lfs.clean = git-lfs clean"]
    assert not trusted_repositories()
    assert tell("trust", "--yes")[0] == 0
    assert trusted_repositories() == [str(filtered.common_dir)]
    assert tell("trust")[0] == 0  # nothing new to ask about
    assert tell("trust", "--withdraw")[0] == 0
    assert not trusted_repositories()


@pytest.mark.parametrize(
    ("answer", "trusted"), [("y\n", True), ("YES\n", True), ("\n", False), ("n\n", False), ("", False)]
)
def test_a_person_is_asked(
    tell: Callable[..., Told], filtered: Scenario, monkeypatch: pytest.MonkeyPatch, answer: str, *, trusted: bool
) -> None:
    monkeypatch.setattr("sys.stdin", Keyboard(answer))
    status, out, err = tell("trust")
    assert status == (0 if trusted else 1)
    assert err.index("git-lfs clean") < err.index("Trust this repository? [y/N]")
    assert ("This repository is trusted." in out) is trusted
    assert trusted_repositories() == ([str(filtered.common_dir)] if trusted else [])


def test_json_never_asks(tell: Callable[..., Told], filtered: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    del filtered
    monkeypatch.setattr("sys.stdin", Keyboard("y\n"))
    status, out, err = tell("trust", "--json")
    assert (status, err) == (1, "")
    assert json.loads(out)["problem"]["code"] == "not-confirmed"


def test_what_changes_before_the_answer_is_not_trusted(
    tell: Callable[..., Told], filtered: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change() -> None:
        filtered.git("config", "filter.lfs.clean", "evil")

    monkeypatch.setattr("sys.stdin", Keyboard("y\n", change))
    status, _, err = tell("trust")
    assert status == 1
    assert "has changed meanwhile" in err
    assert not trusted_repositories()


def test_where_nothing_would_run_nobody_is_asked(
    tell: Callable[..., Told], story: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    del story
    monkeypatch.setattr("sys.stdin", Keyboard("n\n"))
    status, out, err = tell("trust")
    assert (status, err) == (0, "")
    assert "It names nothing to run." in out
