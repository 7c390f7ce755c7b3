"""Performs acts whose records are not, or no longer, true: nothing may have been begun by the time it is found out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.ref_transaction import RefTransaction
from jupyter_mlgit.history.branches import BranchCreateRequest, create_branch
from jupyter_mlgit.journal import writing
from jupyter_mlgit.journal.acts import acting, perform
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.records import HeadRecord, RefRecord, new_record
from jupyter_mlgit.problems import ReadOnly, StateChanged
from tests.git.twins import opened, ours
from tests.snapshots import difference, taken

if TYPE_CHECKING:
    from tests.scenario import Scenario


def test_head_that_stands_elsewhere_is_found_before_anything_is_planned(
    story: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plan(*_: object) -> None:
        raise AssertionError("something was about to be written")

    monkeypatch.setattr(writing, "save_plan", plan)
    tip = story.tip("exp/one")
    record = new_record(
        0.0,
        "cli",
        "Rename branch exp/one to exp/two",
        "branch-rename",
        refs=[
            RefRecord(name="refs/heads/exp/one", old=tip, new=None),
            RefRecord(name="refs/heads/exp/two", old=None, new=tip),
        ],
        heads=[HeadRecord(directory=".", old="refs/heads/exp/one", new="refs/heads/exp/two")],
    )
    before = taken(story.common_dir)
    context = Context(now=story.clock.now)
    with opened(story.path) as repo, pytest.raises(StateChanged), acting(repo, context):
        perform(repo, context, record)
    assert not difference(before, taken(story.common_dir))


def test_interrupted_by_the_person_is_as_before(story: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C on the command line, in the worst moment."""
    before = taken(story.common_dir)
    real = RefTransaction.commit

    pressed = iter([True])

    def commit(transaction: RefTransaction) -> None:
        real(transaction)
        if next(pressed, False):
            raise KeyboardInterrupt

    monkeypatch.setattr(RefTransaction, "commit", commit)
    with pytest.raises(KeyboardInterrupt):
        ours(story, create_branch, BranchCreateRequest(name="new/one", start="origin/main"))
    assert not (story.git_dir / "mlgit/unfinished.json").exists()
    assert not difference(before, taken(story.common_dir))
    ours(story, create_branch, BranchCreateRequest(name="new/one"))


def test_disk_that_fails_within_an_act_is_a_problem_and_no_traceback(story: Scenario) -> None:
    context = Context(now=story.clock.now)
    with opened(story.path) as repo, pytest.raises(ReadOnly, match="No space left"), acting(repo, context):
        raise OSError(28, "No space left on device")
