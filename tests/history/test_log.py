"""Lists commits; what and in which order, the real git says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.history.log import Log, LogRequest, read_log
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.problems import BadRequest, BadRevision
from tests.git.twins import opened

if TYPE_CHECKING:
    from typing import Any

    from tests.scenario import Scenario


def log(s: Scenario, **request: Any) -> Log:
    with opened(s.path) as repo:
        return read_log(repo, LogRequest(**request), Context(now=s.clock.now))


def ids(found: Log) -> list[str]:
    return [commit.id for commit in found.commits]


def merged(s: Scenario) -> Scenario:
    """Builds a history with merges, in which some commits change ``a`` and some ``d/b``."""
    s.commit("one", {"a": "1\n", "d/b": "1\n"}).branch("x").commit("two", {"a": "2\n"}).commit("three", {"d/b": "3\n"})
    s.checkout("main").commit("four", {"c": "4\n"}).merge("x", "--no-ff", "--message", "five").branch("y")
    s.commit("six", {"d/e/f": "6\n"}).checkout("main").commit("seven", {"a": "7\n"})
    return s.merge("y", "--no-ff", "--message", "eight").commit("nine", {"d/b": "9\n"})


def test_everything_that_git_lists(scenario: Scenario) -> None:
    merged(scenario)
    assert ids(log(scenario)) == scenario.git("rev-list", "HEAD").split()
    assert ids(log(scenario, rev="x")) == scenario.git("rev-list", "x").split()


@pytest.mark.parametrize("path", ["a", "d/b", "d", "d/e/f", "c", "nothing", "./d/", "a/b"])
def test_commits_of_a_path_are_those_that_git_lists(scenario: Scenario, path: str) -> None:
    merged(scenario)
    scenario.git("rm", "-q", "-r", "d/e")
    scenario.commit("ten").commit("eleven", {"d/e/f": "11\n"})
    assert ids(log(scenario, path=path)) == scenario.git("rev-list", "HEAD", "--", path).split()


def test_pages_follow_one_another(scenario: Scenario) -> None:
    merged(scenario)
    for path in (None, "d"):
        found: list[str] = []
        after, more = None, True
        while more:
            page = log(scenario, n=2, after=after, path=path)
            found, after, more = found + ids(page), page.commits[-1].id, page.more
        assert found == scenario.git("rev-list", "HEAD", *(["--", path] if path else [])).split()


def test_a_commit_says_what_git_says(scenario: Scenario) -> None:
    merged(scenario).tag("v1", "-m", "tagged").remote().push()
    scenario.git("commit", "-q", "--allow-empty", "-m", "Größe <b>\n\nfirst\n\nsecond")
    first, second, *_ = log(scenario).commits
    assert (first.subject, first.body, first.refs, first.pushed) == (
        "Größe <b>", "first\n\nsecond", ["HEAD", "main"], False,
    )  # fmt: skip
    assert (second.refs, second.pushed) == (["origin/main", "v1"], True)
    assert first.parents == [second.id]
    shown = scenario.git("show", "-s", "--format=%an|%aI|%cI").split("|")
    assert [first.author, first.authored, first.committed] == shown


def test_what_cannot_be_listed_is_refused(scenario: Scenario) -> None:
    assert log(scenario).commits == []  # no commit yet
    merged(scenario)
    with pytest.raises(BadRevision):
        log(scenario, rev="no-such")
    with pytest.raises(BadRevision):
        log(scenario, after="0" * 40)
    with pytest.raises(BadRequest):
        log(scenario, path="../outside")
