"""Tests that retention shows what git would do, sets it in git's own words, and forgets pins in time."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from jupyter_mlgit.history.branches import BranchDeleteRequest, delete_branch
from jupyter_mlgit.journal import acts
from jupyter_mlgit.journal.context import Settings
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.undo import UndoRequest, undo
from jupyter_mlgit.problems import BadRequest
from jupyter_mlgit.recovery.retention import (
    Days,
    Retention,
    RetentionChange,
    RetentionRequest,
    change_retention,
    read_retention,
)
from tests.recovery.verdicts import context, folder_digest, listed, opened, row_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context
    from tests.scenario import Scenario

DAY = 86_400


def retention(story: Scenario, **settings: Any) -> Retention:
    """Reads what holds."""
    with opened(story) as repo:
        return read_retention(repo, RetentionRequest(), context(story, settings=Settings(**settings)))


def change(story: Scenario, **days: Days) -> Retention:
    """Sets what should hold."""
    with opened(story) as repo:
        return change_retention(repo, RetentionChange(**days), context(story))


def delete(story: Scenario, name: str) -> str:
    """Deletes a branch through us and gives its tip."""
    story.clock.tick()
    tip = story.tip(name)
    with opened(story) as repo:
        delete_branch(repo, BranchDeleteRequest(name=name), context(story))
    return tip


def pins(story: Scenario) -> list[str]:
    """Gives the commits that pins hold."""
    return story.git("for-each-ref", "--format=%(objectname)", "refs/mlgit/pins").split()


def test_defaults_are_git_s(story: Scenario) -> None:
    before = folder_digest(story.common_dir)
    found = retention(story)
    assert (found.reflog_expire, found.reflog_expire_unreachable, found.prune_expire) == (
        "90.days.ago", "30.days.ago", "2.weeks.ago"
    )  # fmt: skip
    assert (found.pin_days, found.pins, found.pin_bytes, found.backups, found.hook) == (90, 0, 0, 0, "absent")
    assert folder_digest(story.common_dir) == before


def test_what_git_is_told_is_shown(story: Scenario) -> None:
    story.git("config", "gc.reflogExpire", "never")
    story.git("config", "gc.reflogExpireUnreachable", "180.days")
    story.git("config", "gc.pruneExpire", "now")
    story.git("config", "mlgit.pinExpire", "never")
    found = retention(story)
    assert (found.reflog_expire, found.reflog_expire_unreachable, found.prune_expire, found.pin_days) == (
        "never", "180.days", "now", None
    )  # fmt: skip


def test_setting_keeps_what_stands_in_the_file(story: Scenario) -> None:
    path = story.common_dir / "config"
    path.write_bytes(path.read_bytes() + b'# mine\n[GC]\n\treflogexpire = 10.days ; short\n\tauto = 0\n[branch "x"]\n')
    done = change(story, reflog=180, unreachable=90)
    assert (done.reflog_expire, done.reflog_expire_unreachable) == ("180.days", "90.days")
    assert story.git("config", "gc.reflogExpire") == "180.days"
    assert story.git("config", "gc.reflogExpireUnreachable") == "90.days"
    assert story.git("config", "--get-all", "gc.reflogExpire") == "180.days"
    assert story.git("config", "gc.auto") == "0"
    assert b"# mine\n" in path.read_bytes()
    assert b'[branch "x"]' in path.read_bytes()
    story.git("gc", "--quiet")
    with opened(story) as repo:
        undo(repo, UndoRequest(id=done.operation), context(story))
    assert story.git("config", "gc.reflogExpire") == "10.days"
    assert story.try_git("config", "gc.reflogExpireUnreachable").returncode == 1


def test_what_was_set_holds_in_git(story: Scenario) -> None:
    story.clock.tick(-100 * DAY)
    story.branch("x").commit("b")
    tip = story.tip()
    story.delete_branch("x")
    change(story, reflog=10_000, unreachable=10_000)
    story.git("gc", "--quiet", "--prune=now")
    assert row_of(story, "x").tip == tip
    assert row_of(story, "x").state == "recoverable"


def test_days_before_git_s_time_began_are_refused(story: Scenario) -> None:
    # git takes a date before 1970 for one in a far future, and would forget everything at once.
    for name in ("reflog", "unreachable"):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({name: 20_000}, RetentionChange)
    story.git("config", "gc.reflogExpire", "10000.days")
    story.git("reflog", "expire", "--all")
    assert story.git("reflog") != ""


def test_pins_are_set_in_days(story: Scenario) -> None:
    assert change(story, pins=7).pin_days == 7
    assert story.git("config", "mlgit.pinExpire") == "7"
    assert retention(story, pin_days=30).pin_days == 7


def test_never_is_told_to_git_shown_and_undone(story: Scenario) -> None:
    path = story.common_dir / "config"
    before = path.read_bytes()
    done = change(story, reflog="never", unreachable="never", pins="never")
    assert (done.reflog_expire, done.reflog_expire_unreachable, done.pin_days) == ("never", "never", None)
    for name in ("gc.reflogExpire", "gc.reflogExpireUnreachable", "mlgit.pinExpire"):
        assert story.git("config", name) == "never"
    logged = story.git("reflog")
    story.git("gc", "--quiet", "--prune=now")
    assert story.git("reflog") == logged != ""
    with opened(story) as repo:
        undo(repo, UndoRequest(id=done.operation), context(story))
    assert path.read_bytes() == before
    assert retention(story).pin_days == 90


def test_pins_that_never_go_stay(story: Scenario) -> None:
    change(story, pins="never")
    story.branch("x").commit("b").checkout("main")
    tip = delete(story, "x")
    for _ in range(2):
        story.clock.tick(5000 * DAY)
        story.branch(f"at-{story.clock.now}", "main")
        with opened(story) as repo:
            observe(repo, context(story))
    assert pins(story) == [tip]


@pytest.mark.parametrize("asked", ["for ever", "Never", "", "90.days", 0, -1, 1.5, True])
def test_what_is_neither_days_nor_never_is_refused(asked: object) -> None:
    for name in ("reflog", "unreachable", "pins"):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({name: asked}, RetentionChange)


def test_what_the_terminal_set_just_before_is_what_comes_back(story: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old value is read when nobody else of us is at work, not when the request comes in."""

    @contextlib.contextmanager
    def acting(repo: Repository, circumstances: Context) -> Iterator[None]:
        story.git("config", "gc.reflogExpire", "33.days")
        with acts.acting(repo, circumstances):
            yield

    monkeypatch.setattr("jupyter_mlgit.recovery.retention.acting", acting)
    done = change(story, reflog=200)
    with opened(story) as repo:
        undo(repo, UndoRequest(id=done.operation), context(story))
    assert story.git("config", "gc.reflogExpire") == "33.days"


def test_nothing_asked(story: Scenario) -> None:
    before = folder_digest(story.common_dir)
    with pytest.raises(BadRequest):
        change(story)
    assert folder_digest(story.common_dir) == before


def test_pins_cost_what_only_they_keep(story: Scenario) -> None:
    story.branch("x").commit("big", {"noise": bytes(range(256)) * 4000})
    story.checkout("main")
    assert retention(story).pin_bytes == 0
    delete(story, "x")
    found = retention(story)
    assert found.pins == 1
    assert found.pin_bytes == sum(_kept_by_pins(story))


def test_pins_of_what_lives_cost_nothing(story: Scenario) -> None:
    story.branch("x").commit("b").checkout("main").merge("x")
    delete(story, "x")
    found = retention(story)
    assert (found.pins, found.pin_bytes) == (1, 0)


def test_pins_go_when_their_days_are_over(story: Scenario) -> None:
    tips = {}
    for name in ("old", "new"):
        story.checkout("main").branch(name).commit(f"on {name}").checkout("main")
        tips[name] = delete(story, name)
        story.clock.tick(10 * DAY)
    assert set(pins(story)) == set(tips.values())
    # A clock may be wrong for a moment: what is too old goes when a later day finds it so again.
    for number in range(2):
        assert set(pins(story)) == set(tips.values())
        story.branch(f"other-{number}", "main")
        with opened(story) as repo:
            observe(repo, context(story, settings=Settings(pin_days=15)))
        story.clock.tick(2 * DAY)
    assert pins(story) == [tips["new"]]
    story.expire_all()
    assert [row.name for row in listed(story)] == ["new"]


def test_pins_survive_everything_that_git_forgets(story: Scenario) -> None:
    story.branch("x").commit("b").commit("c").checkout("main")
    tip = delete(story, "x")
    story.expire_all()
    row = row_of(story, "x")
    assert (row.tip, row.pinned, row.state, row.unique_commits) == (tip, True, "recoverable", 2)
    story.fsck()
    story.remote()
    story.git("push", "--quiet", "--all", "origin")
    assert "mlgit" not in story.git("ls-remote", "origin")


def _kept_by_pins(story: Scenario) -> list[int]:
    names = [f"refs/mlgit/pins/{tip}" for tip in pins(story)]
    oids = story.git("rev-list", "--objects", "--no-object-names", *names, "--not", "main").split()
    return [(story.common_dir / "objects" / oid[:2] / oid[2:]).stat().st_size for oid in oids]
