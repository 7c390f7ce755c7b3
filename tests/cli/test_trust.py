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
def hooked(story: Scenario) -> Scenario:
    hook = story.git_dir / "hooks/post-checkout"
    hook.write_text("#!/bin/sh\n")
    hook.chmod(0o755)
    story.git("config", "filter.up.clean", "tr a-z A-Z")
    return story


def test_a_script_is_refused_and_told_what_would_run(
    tell: Callable[..., Told], hooked: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    status, out, err = tell("trust")
    assert (status, out) == (1, "")
    assert "hook post-checkout" in err
    assert "filter.up" not in err  # no trust makes it run here
    assert "--yes" in err
    assert "?" not in err
    status, out, err = tell("trust", "--json")
    assert (status, err) == (1, "")
    problem = json.loads(out)["problem"]
    assert problem["code"] == "not-confirmed"
    assert [one["what"] for one in problem["wouldRun"]] == ["hook post-checkout"]
    assert not trusted_repositories()
    assert tell("trust", "--yes")[0] == 0
    assert trusted_repositories() == [str(hooked.common_dir)]
    assert tell("trust")[0] == 0  # nothing new to ask about
    assert tell("trust", "--withdraw")[0] == 0
    assert not trusted_repositories()


@pytest.mark.parametrize(
    ("answer", "trusted"), [("y\n", True), ("YES\n", True), ("\n", False), ("n\n", False), ("", False)]
)
def test_a_person_is_asked(
    tell: Callable[..., Told], hooked: Scenario, monkeypatch: pytest.MonkeyPatch, answer: str, *, trusted: bool
) -> None:
    monkeypatch.setattr("sys.stdin", Keyboard(answer))
    status, out, err = tell("trust")
    assert status == (0 if trusted else 1)
    assert err.index("hook post-checkout") < err.index("Trust this repository? [y/N]")
    assert ("This repository is trusted." in out) is trusted
    assert trusted_repositories() == ([str(hooked.common_dir)] if trusted else [])


def test_json_never_asks(tell: Callable[..., Told], hooked: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    del hooked
    monkeypatch.setattr("sys.stdin", Keyboard("y\n"))
    status, out, err = tell("trust", "--json")
    assert (status, err) == (1, "")
    assert json.loads(out)["problem"]["code"] == "not-confirmed"


def test_what_changes_before_the_answer_is_not_trusted(
    tell: Callable[..., Told], hooked: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change() -> None:
        hooked.git("config", "filter.up.clean", "evil")

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


def test_what_only_git_runs_is_told_apart(
    tell: Callable[..., Told], story: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trust changes nothing for a filter: what needs it goes on being refused, and the words say so."""
    monkeypatch.setattr("sys.stdin", Keyboard("n\n"))
    story.commit("attributes", {".gitattributes": "*.txt filter=up\n", "a.txt": "1\n"})
    story.git("config", "filter.up.smudge", "tr a-z A-Z")
    for words in (["trust", "--list"], ["trust"], ["trust", "--yes"]):
        status, out, err = tell(*words)
        assert (status, err) == (0, "")
        assert out.index("nothing that is run here") < out.index("only git runs") < out.index("filter.up.smudge")
    story.write({"a.txt": "2\n"})
    status, out, err = tell("discard", "a.txt")
    assert (status, (story.path / "a.txt").read_text()) == (1, "2\n"), out
    assert "the filter 'up'" in out + err
