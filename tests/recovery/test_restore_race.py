"""Tests that of several who restore at once one makes the branch and the others are told."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.locks import repository_lock
from jupyter_mlgit.history.branches import BranchCreateRequest, create_branch
from jupyter_mlgit.journal.operations import OperationsRequest, list_operations
from jupyter_mlgit.problems import BranchExists, Locked, RepositoryBusy
from jupyter_mlgit.recovery.restore import RestoreRequest, restore_deleted_branch
from tests.git.twins import ours
from tests.recovery.verdicts import context, opened

if TYPE_CHECKING:
    from tests.scenario import Scenario

AT_ONCE = 4

RESTORES = """
import json, sys
from pathlib import Path
from jupyter_mlgit.git.repository import open_repository
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.problems import RepositoryBusy
from jupyter_mlgit.recovery.restore import RestoreRequest, restore_deleted_branch
repo = open_repository(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
while True:
    try:
        request = RestoreRequest(branch="x", as_=sys.argv[2] or None)
        done = restore_deleted_branch(repo, request, Context(now=1_760_009_999))
        break
    except RepositoryBusy:
        continue  # on a machine so slow that the other one takes two seconds
print(json.dumps([done.created, done.tip]))
"""


@pytest.fixture
def tip(story: Scenario) -> str:
    """Loses ``x`` and gives its tip."""
    story.branch("x").commit("b")
    tip = story.tip()
    story.delete_branch("x")
    return tip


def test_threads(story: Scenario, tip: str) -> None:
    together = threading.Barrier(AT_ONCE)

    def restore() -> str:
        with opened(story) as repo:
            together.wait()
            try:
                done = restore_deleted_branch(repo, RestoreRequest(branch="x"), context(story))
            except RepositoryBusy:
                return "told"  # on a machine so slow that the first takes two seconds
            return "made" if done.created else "told"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = [future.result() for future in [pool.submit(restore) for _ in range(AT_ONCE)]]
    assert sorted(answers) == ["made"] + ["told"] * (AT_ONCE - 1)
    assert story.tip("x") == tip
    assert story.git("reflog", "show", "--format=%gs", "x").splitlines() == [f"branch: Created from {tip}"]
    story.fsck()


def restored_by_processes(story: Scenario, *names: str) -> list[list[object]]:
    """Lets one process for each name restore ``x`` under it at the same moment; gives what each was told."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", RESTORES, str(story.path), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    answers = [json.loads(process.communicate(timeout=300)[0]) for process in running]
    assert [process.returncode for process in running] == [0] * len(running)
    return answers


def test_processes(story: Scenario, tip: str) -> None:
    assert sorted(restored_by_processes(story, "", "")) == [[False, tip], [True, tip]]
    listed = ours(story, list_operations, OperationsRequest()).operations
    assert [one.title for one in listed] == ["Restore branch x"]
    assert story.git("reflog", "show", "--format=%gs", "x").splitlines() == [f"branch: Created from {tip}"]
    story.fsck()


def test_processes_that_want_it_under_names_of_their_own(story: Scenario, tip: str) -> None:
    assert restored_by_processes(story, "one", "two") == [[True, tip], [True, tip]]
    assert {name: story.tip(name) for name in ("one", "two")} == {"one": tip, "two": tip}
    assert len(ours(story, list_operations, OperationsRequest()).operations) == 2
    story.fsck()


def test_restore_against_a_new_branch_of_that_name(story: Scenario, tip: str) -> None:
    together = threading.Barrier(2)

    def restore() -> str:
        with opened(story) as repo:
            together.wait()
            try:
                done = restore_deleted_branch(repo, RestoreRequest(branch="x", at=tip), context(story))
            except BranchExists as problem:
                return problem.code
            # Without a row any more, "x" is the branch that stands there.
            return "restored" if done.created else "there"

    def create() -> str:
        with opened(story) as repo:
            together.wait()
            try:
                create_branch(repo, BranchCreateRequest(name="x", start="main"), context(story))
            except BranchExists as problem:
                return problem.code
            return "created"

    with ThreadPoolExecutor(2) as pool:
        answers = [future.result() for future in (pool.submit(restore), pool.submit(create))]
    assert answers in (["restored", "branch-exists"], ["branch-exists", "created"], ["there", "created"])
    assert story.tip("x") == (tip if answers[0] == "restored" else story.tip("main"))
    story.fsck()


def test_busy_repository_says_so(story: Scenario, tip: str) -> None:
    with opened(story) as repo:
        with repository_lock(repo.ours), pytest.raises(RepositoryBusy) as raised:
            restore_deleted_branch(repo, RestoreRequest(branch="x"), context(story))
        assert raised.value.code == "repository-busy"
        assert restore_deleted_branch(repo, RestoreRequest(branch="x"), context(story)).tip == tip


def test_lock_of_git_is_waited_for_and_never_removed(story: Scenario, tip: str) -> None:
    lock = story.common_dir / "refs/heads/x.lock"
    lock.write_bytes(b"")
    with opened(story) as repo:
        with pytest.raises(Locked, match=r"x\.lock") as raised:
            restore_deleted_branch(repo, RestoreRequest(branch="x"), context(story))
        assert raised.value.code == "ref-locked"
        assert lock.exists()
        assert "x" not in story.branches()
        lock.unlink()
        assert restore_deleted_branch(repo, RestoreRequest(branch="x"), context(story)).tip == tip
    story.fsck()
