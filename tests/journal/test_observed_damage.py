"""Damages single objects and lets the terminal delete branches; the look that follows keeps all that is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journal.test_observed import look, pinned, pins

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.scenario import Scenario

HARM: dict[str, Callable[[Path], object]] = {
    "missing": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:20]),
    "garbage": lambda path: path.write_bytes(b"no object at all"),
    "another": lambda path: path.write_bytes(b"x\x9cK\xca\xc9OR0d\x00\x00\x16\xf7\x03\x94"),
}


def harm(story: Scenario, oid: str, how: str) -> None:
    """Damages one loose object."""
    path = story.common_dir / "objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    HARM[how](path)


def delete_in_damaged(story: Scenario, *names: str) -> None:
    """Deletes refs without looking at what they name."""
    for name in names:
        ref = f"refs/heads/{name}"
        if story.try_git("update-ref", "-d", ref).returncode:
            (story.common_dir / ref).unlink()


@pytest.mark.parametrize("how", HARM)
@pytest.mark.parametrize("what", ["exp/one", "exp/one~1", "exp/one^{tree}", "exp/one:e2.txt"])
def test_damage_in_one_lost_branch_costs_no_other(story: Scenario, what: str, how: str) -> None:
    story.branch("sound", "packed").checkout("sound").commit("s1").checkout("main")
    tips = {name: story.tip(name) for name in ("exp/one", "packed", "sound")}
    assert look(story) == []
    harm(story, story.tip(what), how)
    delete_in_damaged(story, *tips)
    assert sorted(look(story)) == ["Delete branch exp/one", "Delete branch packed", "Delete branch sound"]
    assert {tips["packed"], tips["sound"]} <= pinned(story)
    story.try_git("reflog", "expire", "--expire=now", "--all")
    assert story.exists(tips["sound"])
    assert look(story) == []


@pytest.mark.parametrize("how", HARM)
@pytest.mark.parametrize("what", ["main", "main~1", "main^{tree}", "heavy"])
def test_damage_in_what_lives_costs_no_lost_branch(story: Scenario, what: str, how: str) -> None:
    story.tag("heavy", "-a", "-m", "words")
    damaged = story.git("rev-parse", what)
    tips = {name: story.tip(name) for name in ("exp/one", "packed")}
    look(story)
    harm(story, damaged, how)
    delete_in_damaged(story, *tips)
    assert sorted(look(story)) == ["Delete branch exp/one", "Delete branch packed"]
    assert set(tips.values()) <= pinned(story)


@pytest.mark.parametrize("how", ["missing", "garbage"])
def test_damage_in_what_was_overwritten_costs_no_other(story: Scenario, how: str) -> None:
    lost, packed = story.tip("exp/one"), story.tip("packed")
    look(story)
    harm(story, lost, how)
    (story.common_dir / "refs/heads/exp/one").write_text(story.tip("main") + "\n")
    delete_in_damaged(story, "packed")
    assert sorted(look(story)) == ["Delete branch packed", "Move branch on exp/one"]
    assert pinned(story) == {packed}


@pytest.mark.parametrize("how", ["missing", "garbage"])
def test_damaged_stash_costs_no_other(story: Scenario, how: str) -> None:
    for number in range(3):
        story.write({"base.txt": f"work {number}\n"}).stash(f"stash {number}")
    stashes = story.git("rev-list", "--walk-reflogs", "refs/stash").split()
    look(story)
    harm(story, stashes[1], how)
    (story.common_dir / "logs/refs/stash").unlink()
    (story.common_dir / "refs/stash").unlink()
    look(story)
    assert {stashes[0], stashes[2]} <= pinned(story)


@pytest.mark.parametrize("how", HARM)
def test_no_pin_of_ours_keeps_git_from_cleaning_up(story: Scenario, how: str) -> None:
    """A ref to an object that cannot be read makes every ``git gc`` fail; the person has just removed it."""
    tip = story.tip("exp/one")
    look(story)
    harm(story, tip, how)
    delete_in_damaged(story, "exp/one")
    story.git("reflog", "expire", "--expire=now", "--all")
    assert look(story) == ["Delete branch exp/one"]
    assert tip not in pinned(story)
    assert not [one for one in pins(story) if one.tip == tip]
    story.git("gc", "--quiet", "--prune=now")
