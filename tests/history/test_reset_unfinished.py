"""Resets in the middle of something: what ends with it is said before, and what is refused names the right thing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.cli import main
from jupyter_mlgit.problems import UnfinishedOperation
from tests.git.twins import opened
from tests.history.pictures import everything
from tests.history.test_reset import act, picture, take_back

if TYPE_CHECKING:
    from tests.scenario import Scenario


def apart(s: Scenario) -> Scenario:
    """Makes two branches that are in conflict."""
    s.commit("base", {"a": "1\n"}).branch("side").commit("theirs", {"a": "2\n"})
    return s.checkout("main").commit("ours", {"a": "3\n"})


BEGUN = {
    "merge": ["merge", "side"],
    "cherry-pick": ["cherry-pick", "side"],
    "revert": ["revert", "HEAD~1"],
    "rebase": ["rebase", "side"],
}


@pytest.mark.parametrize("kind", BEGUN)
def test_soft_is_refused_for_what_is_under_way(scenario: Scenario, kind: str) -> None:
    assert apart(scenario).try_git(*BEGUN[kind]).returncode
    assert scenario.twin().try_git("reset", "--soft", "HEAD").returncode
    before = everything(scenario.root)
    with pytest.raises(UnfinishedOperation, match=kind) as refusal:
        act(scenario, "HEAD", "soft")
    assert (kind == "merge") is ("merge" in str(refusal.value) + refusal.value.hint)
    assert ("reset hard" in refusal.value.hint) is (kind != "rebase")
    assert everything(scenario.root) == before


def test_soft_is_refused_for_conflicts_of_nothing(scenario: Scenario) -> None:
    apart(scenario).write({"a": "mine\n"}).git("stash", "--quiet")
    scenario.commit("more", {"a": "4\n"}).try_git("stash", "pop")
    with pytest.raises(UnfinishedOperation, match="while files are in conflict") as refusal:
        act(scenario, "HEAD", "soft")
    assert "merge" not in str(refusal.value) + refusal.value.hint


@pytest.mark.parametrize("mode", ["soft", "mixed", "hard"])
@pytest.mark.parametrize("begin", [["rebase", "side"], ["bisect", "start", "HEAD", "HEAD~1"]])
def test_what_a_rebase_builds_on_stays_and_the_preview_says_so(scenario: Scenario, begin: list[str], mode: str) -> None:
    apart(scenario).commit("last", {"b": "1\n"})
    scenario.try_git(*begin)
    if begin[0] == "bisect":
        scenario.checkout("--quiet", "--detach", "HEAD")
    before = everything(scenario.root)
    for dry_run in (True, False):
        with pytest.raises(UnfinishedOperation, match=f"A {begin[0]} is under way"):
            act(scenario, "HEAD", mode, dry_run=dry_run)
    assert everything(scenario.root) == before


@pytest.mark.parametrize("mode", ["mixed", "hard"])
@pytest.mark.parametrize("kind", [kind for kind in BEGUN if kind != "rebase"])
def test_what_ends_with_it_is_said(
    scenario: Scenario, kind: str, mode: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert apart(scenario).try_git(*BEGUN[kind]).returncode
    before, twin = picture(scenario), scenario.twin()
    assert act(scenario, "HEAD", mode, dry_run=True).gives_up == kind
    assert main(["-C", str(scenario.path), "reset", f"--{mode}", "--dry-run"]) == 0
    assert f"The {kind} that is under way ends with it." in capsys.readouterr().out
    done = act(scenario, "HEAD", mode)
    assert done.gives_up == kind
    twin.git("reset", "--quiet", f"--{mode}")
    assert picture(scenario) == picture(twin)
    take_back(scenario)
    assert picture(scenario) == before
    assert act(scenario, "HEAD", mode, dry_run=True).gives_up == kind


def test_undo_says_where_a_head_on_no_branch_goes(scenario: Scenario, capsys: pytest.CaptureFixture[str]) -> None:
    apart(scenario).checkout("--quiet", "--detach", "main")
    new, old = scenario.tip("main"), scenario.tip("main~1")
    act(scenario, "HEAD~1")
    assert main(["-C", str(scenario.path), "undo", "--dry-run"]) == 0
    assert f"HEAD  {old[:7]}  \u2192  {new[:7]}" in capsys.readouterr().out
    assert main(["-C", str(scenario.path), "undo"]) == 0
    assert f"HEAD  {old[:7]}  \u2192  {new[:7]}" in capsys.readouterr().out
    assert main(["-C", str(scenario.path), "redo"]) == 0
    assert f"HEAD  {new[:7]}  \u2192  {old[:7]}" in capsys.readouterr().out
    assert main(["-C", str(scenario.path), "switch", "main"]) == 0
    assert main(["-C", str(scenario.path), "reset", "--hard", "side", "--allow-pushed"]) == 0
    capsys.readouterr()
    with opened(scenario.path) as repo:
        assert repo.refs.head().ref == b"refs/heads/main"
    # A chain that ends on no branch: HEAD goes all the way, main only its own.
    assert main(["-C", str(scenario.path), "operations", "--json"]) == 0
    acts = json.loads(capsys.readouterr().out)["operations"]
    switch = next(one["id"] for one in acts if one["kind"] == "switch")
    for more in (["--dry-run"], []):
        assert main(["-C", str(scenario.path), "undo", "--before", switch, "--json", *more]) == 0
        refs = {one["name"]: (one["old"], one["new"]) for one in json.loads(capsys.readouterr().out)["refs"]}
        assert refs == {"HEAD": (scenario.tip("side"), old), "refs/heads/main": (scenario.tip("side"), new)}
    assert scenario.tip() == old
