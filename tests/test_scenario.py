"""Checks that the building blocks of all other tests do what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.scenario import GitFailed, Scenario

if TYPE_CHECKING:
    from pathlib import Path


def test_story_ends_on_main_with_the_branch_gone(scenario: Scenario) -> None:
    scenario.commit("a").branch("x").commit("b").delete_branch("x")
    assert scenario.current() == "main"
    assert list(scenario.branches()) == ["main"]
    assert "moving from x to main" in scenario.git("reflog")
    scenario.fsck()


def test_ids_are_the_same_in_every_run(tmp_path: Path) -> None:
    first = Scenario(tmp_path / "one").commit("a").branch("x").commit("b")
    second = Scenario(tmp_path / "two").commit("a").branch("x").commit("b")
    assert first.tip() == second.tip()


def test_steps_cover_what_people_do(scenario: Scenario) -> None:
    scenario.commit("a").remote().push()
    scenario.branch("x").commit("b").checkout("main").commit("c").rebase("main", "x").switch("main")
    scenario.merge("x").tag("v1").branch("y", at="main~1").move_branch("y", "main").rename_branch("y", "z")
    scenario.write({"loose.txt": "1\n"}).stash().stash_drop()
    scenario.amend("b again").reset("HEAD~1").fetch()
    scenario.worktree_add("side", "-b", "w").inside("side").commit("d")
    assert scenario.tip("w") == scenario.inside("side").tip()
    scenario.worktree_remove("side").delete_branch("w").gc().fsck()
    assert scenario.branches().keys() == {"main", "x", "z"}
    assert scenario.clone("copy").tip() == scenario.tip("main")


def test_twin_is_whole_and_apart(scenario: Scenario) -> None:
    scenario.commit("a").remote().push().worktree_add("side", "-b", "w")
    twin = scenario.twin()
    twin.commit("only there").push()
    twin.inside("side").commit("also there")
    twin.fsck()
    assert scenario.tip() != twin.tip()
    assert scenario.tip("w") != twin.tip("w")
    assert scenario.fetch().tip("origin/main") == scenario.tip()


def test_expire_all_forgets_what_no_ref_holds(scenario: Scenario) -> None:
    lost = scenario.commit("a").branch("x").commit("b").tip()
    scenario.delete_branch("x").gc()
    assert scenario.exists(lost)
    assert not scenario.expire_all().exists(lost)


def test_refused_step_is_an_error(scenario: Scenario) -> None:
    with pytest.raises(GitFailed, match="not found"):
        scenario.commit("a").delete_branch("nobody")


def test_sha256_and_bare(tmp_path: Path) -> None:
    assert len(Scenario(tmp_path, "wide", object_format="sha256").commit("a").tip()) == 64
    assert Scenario(tmp_path, "bare.git", bare=True).git("rev-parse", "--is-bare-repository") == "true"
