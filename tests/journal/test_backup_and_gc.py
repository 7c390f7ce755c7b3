"""Lets ``git gc --prune=now`` run at every moment of a backup; it takes what no ref names yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.journal import backup
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.undo import UndoRequest, undo
from tests.git.twins import opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.scenario import Scenario


def edited(scenario: Scenario, count: int) -> dict[str, str]:
    """Leaves edits that no commit has; gives the files."""
    names = [f"f{number}" for number in range(count)]
    scenario.commit("base", dict.fromkeys(names, "base\n"))
    work = {name: f"three days of work on {name}\n" for name in names}
    scenario.write(work)
    return work


def lose_and_find(scenario: Scenario, work: dict[str, str]) -> None:
    """Resets hard, lets git take what it can, and undoes."""
    with opened(scenario.path) as repo:
        done = reset(repo, ResetRequest(hard=True), Context(now=scenario.clock.now))
        assert done.backup is not None
        scenario.git("gc", "--quiet", "--prune=now")
        scenario.fsck()
        assert scenario.exists(done.backup)
        undo(repo, UndoRequest(), Context(now=scenario.clock.now))
    assert {name: (scenario.path / name).read_text() for name in work} == work
    scenario.fsck()


def packs(scenario: Scenario, ending: str) -> set[Path]:
    return set((scenario.common_dir / "objects" / "pack").glob(f"*.{ending}"))


def before(monkeypatch: pytest.MonkeyPatch, name: str, act: Callable[[], object]) -> None:
    """Has something happen just before a step of the backup."""
    real = getattr(backup, name)

    def stepping(*arguments: Any, **named: Any) -> Any:
        act()
        return real(*arguments, **named)

    monkeypatch.setattr(backup, name, stepping)


@pytest.mark.parametrize("count", [1, 40], ids=["loose", "packed"])
@pytest.mark.parametrize("step", ["keep_steps", "RefTransaction", "collects_garbage", "release_packs"])
@pytest.mark.parametrize("words", [("gc", "--quiet", "--prune=now"), ("repack", "-adq"), ("prune", "--expire=now")])
def test_whole_gc_between_two_steps(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch, step: str, count: int, words: tuple[str, ...]
) -> None:
    work = edited(scenario, count)
    before(monkeypatch, step, lambda: scenario.git(*words))
    lose_and_find(scenario, work)
    assert not packs(scenario, "keep")


def test_gc_that_looked_at_the_refs_before_takes_the_loose_ones_later(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = edited(scenario, 1)
    running = scenario.common_dir / "gc.pid"
    doomed: list[Path] = []

    def begin() -> None:
        running.write_text("1 elsewhere")
        loose = (scenario.common_dir / "objects").glob("??/*")
        named = scenario.git("rev-list", "--objects", "--no-object-names", "--all").split()
        doomed.extend(path for path in loose if path.parent.name + path.name not in named)

    before(monkeypatch, "RefTransaction", begin)
    with opened(scenario.path) as repo:
        done = reset(repo, ResetRequest(hard=True), Context(now=scenario.clock.now))
        assert doomed
        for path in doomed:
            path.unlink()
        running.unlink()
        scenario.fsck()
        assert done.backup is not None
        undo(repo, UndoRequest(), Context(now=scenario.clock.now))
    assert (scenario.path / "f0").read_text() == work["f0"]


def test_pack_that_somebody_else_keeps_stays_kept(scenario: Scenario) -> None:
    work = edited(scenario, 40)
    scenario.git("repack", "-adq")
    (pack,) = packs(scenario, "pack")
    pack.with_suffix(".keep").write_text("mine\n")
    lose_and_find(scenario, work)
    assert packs(scenario, "keep") == {pack.with_suffix(".keep")}
