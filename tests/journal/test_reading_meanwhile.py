"""Lets the real git write between two reads of ours; nothing is overlooked for good, and nothing looks deleted."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git import config_files, config_syntax
from jupyter_mlgit.git.refs import Refs
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.seen import read_seen
from jupyter_mlgit.recovery.deleted_branches import DeletedRequest, find_deleted_branches
from tests.git.twins import opened
from tests.journal.test_observed import pinned, pins

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_mlgit.git.repository import Repository
    from tests.scenario import Scenario


def see(story: Scenario, repo: Repository) -> list[str]:
    """Looks with a repository that stays open, as the server does; gives the titles of what was noticed."""
    story.clock.tick()
    return [record.title for record in observe(repo, Context(now=story.clock.now))]


def interleave(
    monkeypatch: pytest.MonkeyPatch, reader: str, act: Callable[[], object], when: str, *, at: int = 1
) -> Callable[[], bool]:
    """Has something happen just before or just after a reader of refs is called for the n-th time.

    Returns:
        what tells whether it has happened.
    """
    real, calls = getattr(Refs, reader), [0]

    def reading(*arguments: Any, **named: Any) -> Any:
        calls[0] += 1
        mine = calls[0] == at
        if mine and when == "before":
            act()
        found = real(*arguments, **named)
        if mine and when == "after":
            act()
        return found

    monkeypatch.setattr(Refs, reader, reading)
    return lambda: calls[0] >= at


@pytest.mark.parametrize("how", ["longer", "as long"])
def test_settings_written_while_they_are_read_are_seen_at_the_next_look(
    story: Scenario, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    story.git("config", "branch.exp/one.description", "before")
    real = config_syntax.parse
    config = story.common_dir / "config"
    written: list[str] = []

    def parsing(content: bytes) -> Any:
        if b"meanwh" in content and not written:
            written.append("yes")
            story.git("config", "branch.exp/one.description", "after!" if how == "as long" else "afterwards")
        return real(content)

    with opened(story.path) as repo:
        see(story, repo)
        # Within the same tick of the file system's clock a change would be invisible to anybody.
        story.git("config", "branch.exp/one.description", "meanwh")
        os.utime(config, ns=(1, 1))
        monkeypatch.setattr(config_files, "parse", parsing)
        see(story, repo)
        assert written
        see(story, repo)
        seen = read_seen(repo)
        assert seen is not None
        kept = dict(seen.sections["exp/one"])["description"]
        assert kept == story.git("config", "branch.exp/one.description") != "before"
        story.delete_branch("exp/one")
        see(story, repo)
        (pin,) = [one for one in pins(story) if one.name == "refs/heads/exp/one"]
        assert dict(pin.section or [])["description"] == kept


@pytest.mark.parametrize("reader", ["_walk", "packed"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_packing_between_two_reads_deletes_nothing(
    story: Scenario, monkeypatch: pytest.MonkeyPatch, reader: str, when: str, at: int
) -> None:
    """``git pack-refs`` writes the packed file and then removes the loose ones: what is read last must be packed."""
    story.checkout("packed").commit("p2").checkout("main")
    with opened(story.path) as repo:
        see(story, repo)
        live = story.branches()
        story.commit("m2")
        happened = interleave(monkeypatch, reader, lambda: story.git("pack-refs", "--all", "--prune"), when, at=at)
        told = see(story, repo)
        rows = find_deleted_branches(repo, DeletedRequest(all=True), Context(now=story.clock.now)).branches
        assert happened()
        monkeypatch.undo()
        assert told + see(story, repo) == ["Commit: m2 on main"]
        assert rows == []
    assert not pinned(story)
    assert story.branches().keys() == live.keys()


@pytest.mark.parametrize("reader", ["_walk", "packed"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_collecting_garbage_between_two_reads_takes_nothing_that_is_lost_just_then(
    story: Scenario, monkeypatch: pytest.MonkeyPatch, reader: str, when: str
) -> None:
    tip = story.tip("exp/one")
    with opened(story.path) as repo:
        see(story, repo)
        story.delete_branch("exp/one")
        interleave(monkeypatch, reader, story.gc, when)
        assert see(story, repo) == ["Delete branch exp/one"]
        monkeypatch.undo()
    story.expire_all()
    assert story.exists(tip)


@pytest.mark.parametrize("reader", ["_walk", "packed"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_branch_deleted_between_two_reads_is_noticed_now_or_at_the_next_look(
    story: Scenario, monkeypatch: pytest.MonkeyPatch, reader: str, when: str
) -> None:
    tips = {story.tip("exp/one"), story.tip("packed")}
    with opened(story.path) as repo:
        see(story, repo)
        story.commit("m2")
        interleave(monkeypatch, reader, lambda: story.git("branch", "-D", "exp/one", "packed"), when)
        first = see(story, repo)
        monkeypatch.undo()
        later = see(story, repo)
        assert sorted(first + later) == ["Commit: m2 on main", "Delete branch exp/one", "Delete branch packed"]
    assert pinned(story) == tips


def test_second_repository_open_at_the_same_time_sees_the_same(story: Scenario) -> None:
    """What one has memorised of packed refs and loose files must not hide what git has written since."""
    with opened(story.path) as one, opened(story.path) as other:
        for number in range(3):
            see(story, one)
            story.branch(f"b{number}", at="packed")
            story.git("pack-refs", "--all")
            assert see(story, other) == [f"Create branch b{number}"]
            assert one.refs.all() == other.refs.all()
            story.delete_branch(f"b{number}")
            assert see(story, one) == [f"Delete branch b{number}"]
            assert see(story, other) == []
