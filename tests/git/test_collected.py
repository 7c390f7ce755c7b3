"""Lets ``git gc`` take commits under an open repository: no ref ever comes to name what is gone."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.log_changes import RefUpdate
from jupyter_mlgit.git.objects import MissingObject, Oid
from jupyter_mlgit.git.ref_transaction import RefTransaction
from jupyter_mlgit.history.branches import BranchCreateRequest, create_branch
from jupyter_mlgit.problems import BadRevision, Problem, TipGone
from jupyter_mlgit.recovery.restore import RestoreRequest, restore_deleted_branch
from tests.git.twins import opened
from tests.recovery.verdicts import context
from tests.snapshots import difference, taken

if TYPE_CHECKING:
    from tests.scenario import Scenario

STORED = ["loose", "packed", "in two packs under one index"]


@pytest.fixture(params=STORED)
def story(scenario: Scenario, request: pytest.FixtureRequest) -> Scenario:
    """Gives a repository with a branch ``x`` and how its commits are stored."""
    scenario.commit("one").branch("x").commit("two").commit("three").checkout("main")
    if request.param != STORED[0]:
        scenario.gc()
    if request.param == STORED[2]:
        scenario.commit("four").git("repack", "-dq")
        scenario.git("multi-pack-index", "write")
    return scenario


def test_ref_is_not_made_of_what_was_collected(story: Scenario) -> None:
    tip = Oid(story.tip("x").encode())
    update = RefUpdate(b"refs/heads/again", None, tip, b"branch: Created from x")
    with opened(story.path) as repo:
        assert repo.objects.commit(tip).subject == b"three"
        story.delete_branch("x").expire_all()
        before = taken(story.common_dir)
        with pytest.raises(TipGone), RefTransaction(repo, [update], story.clock.now) as transaction:
            transaction.commit()
        with pytest.raises(TipGone), RefTransaction(repo, [update], story.clock.now, settling=True) as transaction:
            transaction.commit()
        assert not repo.objects.is_on_disk(tip)
        with pytest.raises(MissingObject):
            repo.objects.raw(tip)
        assert not difference(before, taken(story.common_dir))
    story.fsck()


def test_ref_is_not_moved_to_what_was_collected(story: Scenario) -> None:
    main, tip = (Oid(story.tip(name).encode()) for name in ("main", "x"))
    with opened(story.path) as repo:
        repo.objects.commit(tip)
        story.delete_branch("x").expire_all()
        update = RefUpdate(b"refs/heads/main", main, tip, b"reset: moving to x")
        with pytest.raises(TipGone), RefTransaction(repo, [update], story.clock.now) as transaction:
            transaction.commit()
    assert story.tip("main") == main.decode()
    story.fsck()


def test_what_is_kept_is_read_while_git_gc_runs(story: Scenario) -> None:
    """Packs go and others come under the open ones; what git keeps is there at each moment."""
    kept = [line.encode() for line in story.git("rev-list", "main", "x").splitlines()]
    gone = Oid(story.branch("gone").commit("gone").tip().encode())
    story.gc()
    with opened(story.path) as repo:
        assert repo.objects.is_on_disk(gone)
        story.delete_branch("gone").git("reflog", "expire", "--expire=now", "--all")
        for number in range(3):
            kept.append(story.commit(f"more {number}").tip().encode())
            with subprocess.Popen(["git", "gc", "--quiet", "--prune=now"], cwd=story.path) as collecting:
                looks = 0
                while collecting.poll() is None or not looks:
                    looks += 1
                    assert {repo.objects.raw(oid)[0] for oid in kept} == {b"commit"}
            assert collecting.returncode == 0
            assert repo.objects.raw(kept[-1])[0] == b"commit"
        assert not repo.objects.is_on_disk(gone)


def test_pack_that_goes_before_it_was_opened_is_looked_for_again(story: Scenario) -> None:
    tips = [story.tip(name).encode() for name in ("main", "x")]
    with opened(story.path) as repo:
        repo.objects.refresh()
        story.commit("more").gc("--prune=now")
        for tip in tips:
            assert repo.objects.raw(tip)[0] == b"commit"
            assert repo.objects.is_on_disk(tip)


def test_acts_on_what_was_collected_are_refused(story: Scenario) -> None:
    tip = story.tip("x")
    with opened(story.path) as repo:
        repo.objects.commit(tip.encode())
        log = (story.git_dir / "logs/HEAD").read_bytes()
        story.delete_branch("x").expire_all()
        (story.git_dir / "logs/HEAD").write_bytes(log)
        for start in (tip, tip[:10], f"{tip}~1"):
            with pytest.raises((BadRevision, TipGone)):
                create_branch(repo, BranchCreateRequest(name="again", start=start), context(story))
        with pytest.raises(Problem) as caught:
            restore_deleted_branch(repo, RestoreRequest(branch="x"), context(story))
        assert caught.value.code in ("tip-gone", "branch-not-found")
    assert list(story.branches()) == ["main"]


def test_what_gc_takes_between_lock_and_write_is_named_by_no_ref(story: Scenario) -> None:
    tip = Oid(story.tip("x").encode())
    update = RefUpdate(b"refs/heads/again", None, tip, b"branch: Created from x")
    with opened(story.path) as repo:
        repo.objects.commit(tip)
        story.delete_branch("x")
        transaction = RefTransaction(repo, [update], story.clock.now)
        with transaction:
            story.expire_all()
            with pytest.raises(TipGone):
                transaction.commit()
    assert "again" not in story.branches()
    story.fsck()
