"""Lets each act fail, and be killed, at every single change of the disk: it is then done, undone, or can be settled.

After each point refs, both logs, HEAD, settings and folders are byte for byte as before the act or as after it, no
lock stays, every commit that a branch had before is held by some ref, and the next act works.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.history.branches import (
    BranchCreateRequest,
    BranchDeleteRequest,
    BranchRenameRequest,
    create_branch,
    delete_branch,
    rename_branch,
)
from jupyter_mlgit.journal.acts import acting
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.plan import is_interrupted
from jupyter_mlgit.journal.records import read_records
from jupyter_mlgit.journal.undo import UndoRequest, undo
from jupyter_mlgit.journal.unfinished import RecoverRequest, settle_unfinished
from jupyter_mlgit.problems import Problem, UnfinishedOperation
from jupyter_mlgit.recovery.protection import SetupRequest, set_up
from jupyter_mlgit.recovery.restore import RestoreRequest, restore_deleted_branch
from jupyter_mlgit.recovery.retention import RetentionChange, change_retention
from tests.git.twins import opened, ours
from tests.journal.conftest import begun
from tests.journal.crashing import ALL, ERRORS
from tests.journal.faults import Fault, injected, killed_at
from tests.scenario import Scenario
from tests.snapshots import Snapshot, difference, meaning, taken

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STRIDE = 1 if ALL else 4
"""Every so many points are tried; all of them with ``make crash``."""


def restoring(story: Scenario) -> partial[Any]:
    ours(story, delete_branch, BranchDeleteRequest(name="exp/one"))
    return partial(restore_deleted_branch, request=RestoreRequest(branch="exp/one"))


def deleting(story: Scenario) -> partial[Any]:
    story.git("pack-refs", "--all")
    return partial(delete_branch, request=BranchDeleteRequest(name="exp/one"))


def renaming_the_current(story: Scenario) -> partial[Any]:
    story.checkout("exp/one")
    return partial(rename_branch, request=BranchRenameRequest(old="exp/one", new="exp/two"))


def renaming_into_its_own_folder(story: Scenario) -> partial[Any]:
    del story
    return partial(rename_branch, request=BranchRenameRequest(old="packed", new="packed/deep/down"))


def renaming_over_another(story: Scenario) -> partial[Any]:
    story.branch("victim", at="main").move_branch("victim", "main~1")
    return partial(rename_branch, request=BranchRenameRequest(old="exp/one", new="victim", force=True))


def creating(story: Scenario) -> partial[Any]:
    del story
    return partial(create_branch, request=BranchCreateRequest(name="new/one", start="origin/main"))


def moving(story: Scenario) -> partial[Any]:
    del story
    return partial(create_branch, request=BranchCreateRequest(name="exp/one", start="main", force=True))


def undoing_a_deletion(story: Scenario) -> partial[Any]:
    ours(story, delete_branch, BranchDeleteRequest(name="exp/one"))
    return partial(undo, request=UndoRequest())


def undoing_a_renaming(story: Scenario) -> partial[Any]:
    story.checkout("exp/one")
    ours(story, rename_branch, BranchRenameRequest(old="exp/one", new="exp/one/more"))
    return partial(undo, request=UndoRequest())


def changing_retention(story: Scenario) -> partial[Any]:
    story.git("config", "gc.reflogExpire", "10 days")
    return partial(change_retention, request=RetentionChange(reflog=200, pins=100))


def installing_the_hook(story: Scenario) -> partial[Any]:
    del story
    return partial(set_up, request=SetupRequest(hook=True))


def installing_the_hook_before_another(story: Scenario) -> partial[Any]:
    hook = story.git_dir / "hooks/reference-transaction"
    hook.write_text("#!/bin/sh\nexit 0\n")
    hook.chmod(0o755)
    return partial(set_up, request=SetupRequest(hook=True))


def removing_the_hook_before_another(story: Scenario) -> partial[Any]:
    request = installing_the_hook_before_another(story).keywords["request"]
    ours(story, set_up, request)
    return partial(set_up, request=SetupRequest(hook=False))


def undoing_an_installation(story: Scenario) -> partial[Any]:
    ours(story, set_up, SetupRequest(hook=True))
    return partial(undo, request=UndoRequest())


def deleting_with_comments(story: Scenario) -> partial[Any]:
    config = story.git_dir / "config"
    config.write_text(
        "# mine\n" + config.read_text().replace('/one"]', '/one"] # the good one') + "[user]\n\tname = x\n"
    )
    return deleting(story)


def putting_a_stash_back(story: Scenario) -> partial[Any]:
    for number in range(2):
        story.write({"base.txt": f"stash {number}"}).stash(f"stash {number}")
    tip = story.tip("stash@{0}")
    story.stash_drop()
    return partial(restore_deleted_branch, request=RestoreRequest(branch=tip[:12], stash=True))


def putting_the_only_stash_back(story: Scenario) -> partial[Any]:
    story.write({"base.txt": "stash"}).stash("stash")
    tip = story.tip("stash@{0}")
    story.stash_drop()
    return partial(restore_deleted_branch, request=RestoreRequest(branch=tip[:12], stash=True))


def undoing_a_stash_put_back(story: Scenario) -> partial[Any]:
    act = putting_a_stash_back(story)
    ours(story, act.func, act.keywords["request"])
    return partial(undo, request=UndoRequest())


def moving_back(story: Scenario) -> partial[Any]:
    story.move_branch("exp/one", "main")
    return partial(restore_deleted_branch, request=RestoreRequest(branch="exp/one", move=True))


Act = Callable[[Scenario], "partial[Any]"]

KILLED: list[Act] = [
    putting_a_stash_back,
    putting_the_only_stash_back,
    undoing_a_stash_put_back,
    moving_back,
    restoring,
    deleting,
    renaming_the_current,
    renaming_over_another,
    undoing_a_deletion,
    undoing_a_renaming,
    installing_the_hook_before_another,
    removing_the_hook_before_another,
    undoing_an_installation,
]
FAILING: list[Act] = [
    *KILLED,
    renaming_into_its_own_folder,
    creating,
    moving,
    changing_retention,
    deleting_with_comments,
    installing_the_hook,
]
FULL_DISK: list[Act] = [restoring, deleting, renaming_the_current, installing_the_hook_before_another]


def state(common_dir: Path) -> Snapshot:
    """Gives what git makes of a repository, and its hooks with their permissions."""
    hooks = (common_dir / "hooks").glob("*")
    return meaning(taken(common_dir)) | {
        f"hooks/{hook.name} {hook.stat().st_mode & 0o777:o}": hook.read_bytes() for hook in hooks
    }


def mirror(source: Path, target: Path) -> None:
    """Makes one folder like another, touching only what differs: the same few files are put back a thousand times."""
    wanted = {path.relative_to(source): path for path in source.rglob("*")}
    for path in sorted(target.rglob("*"), reverse=True):
        old = wanted.get(path.relative_to(target))
        if old is None or old.is_dir() != path.is_dir():
            path.rmdir() if path.is_dir() else path.unlink()
    for name, path in sorted(wanted.items()):
        copy = target / name
        if path.is_dir():
            copy.mkdir(parents=True, exist_ok=True)
        elif not copy.exists() or copy.read_bytes() != path.read_bytes():
            copy.unlink(missing_ok=True)
            shutil.copy2(path, copy)


@dataclass
class Trial:
    """An act on a fresh copy of one repository, as often as wanted."""

    template: Path
    now: float
    verb: partial[Any]
    tips: list[str]
    old: Snapshot
    new: Snapshot
    start: int
    """The first point; acts begin at different ones, so that between them all kinds of instants are tried."""
    points: int = 0

    @property
    def place(self) -> Path:
        """Where the act takes place; always the same, since locks and settings may name it."""
        return self.template.with_name("tried")

    def prepare(self) -> None:
        """Makes the place anew."""
        mirror(self.template, self.place)

    def act(self) -> None:
        """Carries the act out once."""
        with opened(self.place / "repo") as repo:
            self.verb.func(repo, context=Context(now=self.now), **self.verb.keywords)

    def settle(self, *, finish: bool) -> None:
        """Finishes or rolls back."""
        with opened(self.place / "repo") as repo:
            settle_unfinished(repo, RecoverRequest(finish=finish, roll_back=not finish), Context(now=self.now + 60))

    def is_interrupted(self) -> bool:
        """Tells whether something has to be settled."""
        with opened(self.place / "repo") as repo:
            return is_interrupted(repo)

    def require(self, *wanted: Snapshot) -> None:
        """Demands that the repository is in one of these states and sound, and that the next act would work."""
        with opened(self.place / "repo") as repo:
            with acting(repo, Context(now=self.now + 120)):
                pass
            found = state(repo.common_dir)
            assert found in wanted, [difference(one, found) for one in wanted]
            refs = repo.refs.all()
            held = repo.graph.reachable_from(list(refs.values()))
            assert all(repo.objects.contains(oid) for oid in refs.values())
            assert all(held.contains(tip.encode()) for tip in self.tips)
            kinds = [record.kind for record in read_records(repo)]
            assert len([kind for kind in kinds if kind == "restore"]) <= 1
            assert not list(repo.ours.glob("locks/*")) + list(repo.ours.glob("**/*.tmp"))
        if self.points % 8 == 0:
            Scenario(self.place).fsck()
        self.points += 1


@pytest.fixture(autouse=True)
def _no_power_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves out the waiting for the disk, which a killed process doesn't need."""
    monkeypatch.setattr(os, "fsync", os.fstat)


@pytest.fixture
def trial(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Trial]:
    story = begun(Scenario(tmp_path / "template"))
    verb = request.param(story)
    story.git("repack", "-adq")
    shutil.rmtree(story.root / "origin.git")
    for name in ("info", "branches"):
        shutil.rmtree(story.git_dir / name)
    for sample in (story.git_dir / "hooks").glob("*.sample"):
        sample.unlink()
    with opened(story.path) as repo, acting(repo, Context(now=story.clock.now)):
        pass
    start = 1 + FAILING.index(request.param) % STRIDE
    one = Trial(story.root, story.clock.now + 60, verb, [*story.branches().values()], {}, {}, start)
    for _ in range(2):  # the second time shows that the outcome is always the same
        one.prepare()
        common_dir = one.place / "repo/.git"
        one.old = state(common_dir)
        one.act()
        new = state(common_dir)
        assert one.new in ({}, new)
        one.new = new
    assert one.old != one.new
    yield one
    print(f"{one.points} points, {one.points} passed")  # noqa: T201 -- the figure that the crash matrix is judged by


def trials(acts: list[Act]) -> pytest.MarkDecorator:
    """Runs a test once with each act."""
    return pytest.mark.parametrize("trial", acts, ids=lambda act: act.__name__, indirect=True)


@trials(KILLED)
def test_killed_at_every_change_of_the_disk(trial: Trial) -> None:
    number, finish = trial.start, True
    while True:
        trial.prepare()
        if not killed_at(number, trial.act):
            break
        if trial.is_interrupted():
            with opened(trial.place / "repo") as repo, pytest.raises(UnfinishedOperation) as refused:
                trial.verb.func(repo, context=Context(now=trial.now), **trial.verb.keywords)
            assert refused.value.details == {"interrupted": True}
            trial.settle(finish=finish)
            trial.require(trial.new if finish else trial.old)
            finish = not finish
        else:
            trial.require(trial.old, trial.new)
        number += STRIDE * finish  # each point is settled both ways
    assert trial.points > 3


@trials(FAILING)
def test_failing_at_every_change_of_the_disk(trial: Trial) -> None:
    fail_everywhere(trial, lasting=False)


@trials(FULL_DISK)
def test_disk_full_from_every_change_on(trial: Trial) -> None:
    fail_everywhere(trial, lasting=True)


def fail_everywhere(trial: Trial, *, lasting: bool) -> None:
    for number in range(trial.start, 10_000, STRIDE):
        trial.prepare()
        fault = Fault(at=number, number=ERRORS[number // STRIDE % len(ERRORS)], lasting=lasting)
        try:
            with injected(fault):
                trial.act()
        except UnfinishedOperation:
            assert lasting, "what failed once only can be taken back at once"
            assert trial.is_interrupted()
            finish = number % 2 == 0
            trial.settle(finish=finish)
            trial.require(trial.new if finish else trial.old)
        except Problem:
            trial.require(trial.old)
        else:
            trial.require(trial.new)
            if not fault.fired:
                break
    assert trial.points > 6
