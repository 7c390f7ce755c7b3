"""Lets ``git gc --prune=now`` take what is being written in just that moment: the act goes on, and nothing is lost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git import object_writer, pack_writer
from jupyter_mlgit.git.disk_size import disk_size
from jupyter_mlgit.git.durable import make_folder
from jupyter_mlgit.git.object_size import object_size
from jupyter_mlgit.history.branches import BranchCreateRequest, create_branch
from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.journal import acts, backup
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.undo import UndoRequest, undo
from tests.git.twins import opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenario import Scenario

ONE_BY_ONE, AS_A_PACK = 1, 40


def edited(scenario: Scenario, count: int) -> dict[str, str]:
    """Leaves edits that no commit has; gives the files."""
    names = [f"f{number}" for number in range(count)]
    scenario.commit("base", dict.fromkeys(names, "base\n"))
    work = {name: f"three days of work on {name}\n" for name in names}
    scenario.write(work)
    return work


def require_reset_and_undone(scenario: Scenario, work: dict[str, str]) -> None:
    with opened(scenario.path) as repo:
        done = reset(repo, ResetRequest(hard=True), Context(now=scenario.clock.now))
        assert done.backup is not None
        scenario.git("gc", "--quiet", "--prune=now")
        undo(repo, UndoRequest(), Context(now=scenario.clock.now))
    assert {name: (scenario.path / name).read_text() for name in work} == work
    scenario.fsck()
    objects = scenario.git_dir / "objects"
    assert [*objects.rglob("tmp_*"), *objects.rglob("mlgit-*"), *objects.rglob("*.keep")] == []


def before(monkeypatch: pytest.MonkeyPatch, of: Any, name: str, act: Callable[[], object]) -> None:
    """Has something happen just before a step."""
    real = getattr(of, name)

    def stepping(*arguments: Any, **named: Any) -> Any:
        act()
        return real(*arguments, **named)

    monkeypatch.setattr(of, name, stepping)


@pytest.mark.parametrize(
    ("count", "of", "step"),
    [
        (ONE_BY_ONE, object_writer.ObjectWriter, "finish"),
        (ONE_BY_ONE, object_writer, "make_folder"),
        (ONE_BY_ONE, object_writer, "sync_directories"),
        (AS_A_PACK, object_writer.ObjectWriter, "finish"),
        (AS_A_PACK, pack_writer, "write_pack_index_v2"),
        (AS_A_PACK, pack_writer, "sync_directory"),
    ],
)
def test_unfinished_objects_are_left_alone(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch, count: int, of: Any, step: str
) -> None:
    work = edited(scenario, count)
    before(monkeypatch, of, step, lambda: scenario.git("gc", "--quiet", "--prune=now"))
    require_reset_and_undone(scenario, work)


def test_empty_folder_goes_before_the_object_comes(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    work = edited(scenario, ONE_BY_ONE)

    def making(path: Path) -> None:
        make_folder(path)
        if path.name != "objects" and turns.pop():
            path.rmdir()

    turns = [False] * 20 + [True]
    monkeypatch.setattr(object_writer, "make_folder", making)
    require_reset_and_undone(scenario, work)


def test_object_that_was_there_already_is_taken(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    work = edited(scenario, ONE_BY_ONE)
    scenario.git("hash-object", "-w", "f0")
    before(monkeypatch, object_writer.ObjectWriter, "finish", lambda: scenario.git("prune", "--expire=now"))
    require_reset_and_undone(scenario, work)


@pytest.mark.parametrize("count", [ONE_BY_ONE, AS_A_PACK])
def test_staged_content_in_a_pack_that_a_repack_drops(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """It has looked at the refs before the backup's was there, and looks at the index after the act."""
    work = edited(scenario, count)
    scenario.git("add", "--all")
    staged = scenario.git("ls-files", "--stage")
    scenario.git("gc", "--quiet", "--prune=now")
    scenario.write(dict.fromkeys(work, "edited since\n"))
    seen: list[str] = []

    def look() -> None:
        seen.extend(scenario.git("for-each-ref", "--format=%(objectname)").split())
        there = (scenario.git_dir / "objects/pack").glob("*.pack")
        seen.extend(str(path) for path in there if not path.with_suffix(".keep").exists())

    before(monkeypatch, backup, "keep_backup", look)
    monkeypatch.setattr(acts, "keep_backup", backup.keep_backup)
    with opened(scenario.path) as repo:
        reset(repo, ResetRequest(hard=True), Context(now=scenario.clock.now))
    refs, packs = [one for one in seen if "/" not in one], [Path(one) for one in seen if "/" in one]
    words = ("pack-objects", "--quiet", "--revs", "--reflog", "--indexed-objects")
    scenario.git(*words, str(scenario.git_dir / "objects/pack/pack"), stdin="\n".join(refs) + "\n")
    for path in packs:
        for ending in (".idx", ".pack", ".rev"):
            path.with_suffix(ending).unlink(missing_ok=True)
    scenario.git("prune", "--expire=now")
    scenario.fsck()
    with opened(scenario.path) as repo:
        undo(repo, UndoRequest(), Context(now=scenario.clock.now))
    assert scenario.git("ls-files", "--stage") == staged
    assert {name: (scenario.path / name).read_text() for name in work} == dict.fromkeys(work, "edited since\n")
    scenario.fsck()


def taken_by_gc(scenario: Scenario) -> list[Path]:
    """Lets a gc begin that will take what no ref holds now; gives the files that it is going to remove."""
    (scenario.git_dir / "gc.pid").write_text("1 elsewhere")
    words = ("--objects", "--no-object-names", "--all", "--reflog", "--indexed-objects")
    held = set(scenario.git("rev-list", *words).split())
    loose = (scenario.git_dir / "objects").glob("[0-9a-f][0-9a-f]/*")
    return [path for path in loose if path.parent.name + path.name not in held]


def require_held(scenario: Scenario, going: list[Path], tip: str) -> None:
    assert going
    for path in going:
        path.unlink(missing_ok=True)
    (scenario.git_dir / "gc.pid").unlink()
    scenario.fsck()
    scenario.git("gc", "--quiet", "--prune=now")
    assert scenario.exists(tip)
    assert not list((scenario.git_dir / "objects").rglob("*.keep"))


def test_pin_of_a_stash_that_is_popped_while_git_gc_runs(scenario: Scenario) -> None:
    scenario.commit("base", {"d/a": "1\n", "b": "1\n"}).write({"d/a": "2\n", "new/c": "3\n"}).stash()
    tip = scenario.tip("stash")
    with opened(scenario.path) as repo:
        observe(repo, Context(now=scenario.clock.now))
        scenario.git("stash", "pop", "--quiet")
        going = taken_by_gc(scenario)
        observe(repo, Context(now=scenario.clock.now + 60))
    assert scenario.tip(f"refs/mlgit/pins/{tip}") == tip
    require_held(scenario, going, tip)


def test_branch_of_lost_commits_while_git_gc_runs(scenario: Scenario) -> None:
    scenario.commit("base", {"d/a": "1\n"}).branch("x").commit("one", {"d/a": "2\n"}).commit("two", {"d/b/c": "3\n"})
    tip = scenario.tip()
    scenario.delete_branch("x").git("reflog", "expire", "--expire=now", "--all")
    going = taken_by_gc(scenario)
    with opened(scenario.path) as repo:
        create_branch(repo, BranchCreateRequest(name="again", start=tip), Context(now=scenario.clock.now))
    require_held(scenario, going, tip)


def test_what_a_killed_act_has_begun_goes_with_the_next(scenario: Scenario) -> None:
    edited(scenario, ONE_BY_ONE)
    begun = [scenario.git_dir / "objects" / name for name in ("mlgit-a1.tmp", "pack/mlgit-b2.tmp", "noz3.tmp")]
    for path in begun:
        path.write_text("half\n")
    with opened(scenario.path) as repo:
        reset(repo, ResetRequest(hard=True), Context(now=scenario.clock.now))
    assert [path.exists() for path in begun] == [False, False, True]


@pytest.mark.parametrize("told", [object_size, lambda objects, oid: disk_size(objects, [oid])])
def test_sizes_are_told_while_packs_come_and_go(scenario: Scenario, told: Callable[..., int]) -> None:
    scenario.commit("one", {"a": "1\n"}).gc()
    name = scenario.tip("HEAD:a").encode()
    with opened(scenario.path) as repo:
        repo.objects.refresh()  # the packs are known now, and have not been opened
        scenario.commit("two").gc("--prune=now")
        assert told(repo.objects, name) > 0
