"""Tests that deleted branches are found by their right names, whatever the names are and however often they lived."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.recovery.verdicts import listed, names, row_of

if TYPE_CHECKING:
    from tests.scenario import Scenario

HEX = "c0ffee" * 6 + "c0ff"


@pytest.mark.parametrize(
    "name",
    [
        "exp/torch-compile-opt",
        "a/b/c/d.e",
        "naïve-größe/日本語",
        "to",
        "from",
        "main-2",
        HEX,
        HEX[:7],
        "HEAD-1",
        "stash",
        "exp(1)",
        "it's",
        'say-"hi"',
        "x;rm-rf",
        "<b>bold</b>",
        "a,b",
        "100%",
        "#7",
        "x-",
    ],
)
def test_name_is_given_as_it_was(story: Scenario, name: str) -> None:
    story.branch(name).commit("b")
    tip = story.tip()
    story.checkout("main", "--").commit("c").delete_branch(name)
    row = row_of(story, name)
    assert (row.tip, row.evidence, row.unique_commits) == (tip, "left", 1)


def test_branches_named_to_and_from_are_told_apart(story: Scenario) -> None:
    story.branch("to").commit("on to")
    tip_of_to = story.tip()
    story.checkout("-b", "from").commit("on from")
    tip_of_from = story.tip()
    story.checkout("to").checkout("from").checkout("main").delete_branch("to").delete_branch("from")
    assert {row.name: row.tip for row in listed(story)} == {"to": tip_of_to, "from": tip_of_from}


def test_name_of_bytes_that_are_not_utf8(story: Scenario) -> None:
    name = os.fsdecode(b"caf\xe9")
    story.branch(name).commit("b")
    tip = story.tip()
    story.delete_branch(name)
    row = row_of(story, "caf\ufffd")
    assert (row.tip, row.evidence) == (tip, "left")


def test_branch_named_like_the_commit_that_it_is_at(story: Scenario) -> None:
    story.branch("x").commit("b")
    tip = story.tip()
    story.checkout("main").branch(tip, tip)
    story.git("symbolic-ref", "HEAD", f"refs/heads/{tip}")
    story.git("reset", "--hard", "--quiet")
    story.checkout("main").delete_branch("x")
    story.git("update-ref", "-d", f"refs/heads/{tip}")
    assert row_of(story, "x").tip == tip


def test_generations_of_a_name(story: Scenario) -> None:
    tips = []
    for generation in ("first", "second", "third"):
        story.branch("x").commit(generation)
        tips.append(story.tip())
        story.delete_branch("x")
    row = row_of(story, "x")
    assert row.tip == tips[2]
    assert [earlier.tip for earlier in row.earlier] == [tips[1], tips[0]]
    assert [earlier.subject for earlier in row.earlier] == ["second", "first"]
    assert [earlier.evidence for earlier in row.earlier] == ["left", "left"]
    assert row.earlier[0].last_seen is not None
    assert row.earlier[0].last_seen > (row.earlier[1].last_seen or "")


def test_earlier_generation_while_the_name_lives_again(story: Scenario) -> None:
    story.branch("x").commit("first")
    lost = story.tip()
    story.delete_branch("x").branch("x").commit("second").checkout("main")
    assert names(listed(story)) == []
    assert row_of(story, "x", "overwritten").tip == lost


def test_earlier_generation_that_was_merged_is_not_lost(story: Scenario) -> None:
    story.branch("x").commit("first").checkout("main").merge("x").delete_branch("x").branch("x").commit("second")
    assert listed(story) == []


def test_amended_commits_are_earlier_versions_and_rows_only_on_request(story: Scenario) -> None:
    story.branch("x").commit("draft")
    draft = story.tip()
    story.amend("final")
    assert listed(story) == []
    assert row_of(story, "x", "overwritten", everything=True).tip == draft
    final = story.tip()
    story.delete_branch("x")
    row = row_of(story, "x")
    assert (row.tip, [earlier.tip for earlier in row.earlier]) == (final, [draft])


def test_name_that_a_tag_has_too(story: Scenario) -> None:
    story.branch("v1").commit("on the branch")
    tip = story.tip()
    story.checkout("main").tag("v1").checkout("tags/v1").checkout("main").delete_branch("v1")
    assert row_of(story, "v1").tip == tip


def test_tag_that_was_checked_out_is_no_branch(story: Scenario) -> None:
    story.tag("v1").commit("c").checkout("v1").checkout("main").checkout("v1").commit("detached").checkout("main")
    assert listed(story) == []
    story.git("tag", "-d", "v1")
    assert listed(story) == []


def test_detached_work_that_began_at_a_branch_is_not_the_branch(story: Scenario) -> None:
    story.branch("x").commit("b")
    tip = story.tip()
    story.checkout("main").checkout("--detach", "x").commit("on nothing")
    assert listed(story) == []
    aside = story.tip()
    story.checkout("main").delete_branch("x")
    assert row_of(story, "x").tip == tip
    assert row_of(story, None, "lost", everything=True).tip == aside


def test_detached_work_that_was_rebased_is_not_the_branch_either(story: Scenario) -> None:
    story.branch("x").commit("b").checkout("main").commit("c").checkout("--detach", "x").commit("aside")
    story.rebase("main").checkout("main")
    assert listed(story) == []


def test_detached_work_before_an_orphan_branch_is_not_the_branch_either(story: Scenario) -> None:
    story.checkout("--detach", "main").commit("aside").checkout("--orphan", "y").commit("on y")
    assert listed(story) == []


def test_orphan_branch_does_not_take_over_what_it_left(story: Scenario) -> None:
    story.branch("x").checkout("main").checkout("x").commit("on x")
    tip_of_x = story.tip()
    story.checkout("--orphan", "y").commit("on y")
    tip_of_y = story.tip()
    story.checkout("main").delete_branch("x").delete_branch("y")
    rows = {row.name: row for row in listed(story)}
    assert {name: row.tip for name, row in rows.items()} == {"x": tip_of_x, "y": tip_of_y}
    assert rows["y"].earlier == []


def test_all_in_one_second(scenario: Scenario) -> None:
    class Stopped(type(scenario.clock)):  # type: ignore[misc]
        def tick(self, seconds: int = 60) -> None:
            """Stands still."""

    scenario.clock = Stopped()
    scenario.commit("base").branch("x").commit("b").commit("c")
    tip = scenario.tip()
    scenario.checkout("main").merge("x").reset("HEAD~1").commit("d").rebase("main", "x")
    rebased = scenario.tip()
    scenario.checkout("main").delete_branch("x")
    row = row_of(scenario, "x")
    assert row.tip == rebased
    assert tip in [earlier.tip for earlier in row.earlier]
