"""Lets a hook of the repository's own veto: before an act, in its midst, and while an interrupted one is settled."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.trust import set_trust
from jupyter_mlgit.history.branches import BranchDeleteRequest, BranchRenameRequest, delete_branch, rename_branch
from jupyter_mlgit.journal.operations import OperationsRequest, list_operations
from jupyter_mlgit.journal.unfinished import RecoverRequest, settle_unfinished
from jupyter_mlgit.problems import HookRejected
from tests.git.twins import opened, ours
from tests.journal.faults import killed_at
from tests.snapshots import difference, taken

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.scenario import Scenario

WATCHING = """#!/bin/sh
while read -r old new ref; do
    echo "$1 $ref" >>"{told}"
    case "$1 $old $new $ref" in {veto}) echo "not this one"; exit 1 ;; esac
done
"""


@pytest.fixture
def told(story: Scenario) -> Path:
    """Gives where the hook writes what it is asked and told."""
    return story.root / "told"


def hook(story: Scenario, told: Path, veto: str = "nothing") -> None:
    """Gives the repository a hook that the person trusts; it refuses what fits the pattern, at ``prepared``."""
    path = story.common_dir / "hooks/reference-transaction"
    path.parent.mkdir(exist_ok=True)
    path.write_text(WATCHING.format(told=told, veto=veto))
    path.chmod(0o755)
    told.unlink(missing_ok=True)
    with opened(story.path) as repo:
        set_trust(repo, trusted=True)


def asked(told: Path) -> list[str]:
    """Gives the refs that the hook was asked about."""
    lines = told.read_text().splitlines() if told.exists() else []
    return [line.removeprefix("prepared ") for line in lines if line.startswith("prepared ")]


def delete(story: Scenario) -> Callable[[], object]:
    return lambda: ours(story, delete_branch, BranchDeleteRequest(name="exp/one"))


def rename(story: Scenario) -> Callable[[], object]:
    return lambda: ours(story, rename_branch, BranchRenameRequest(old="main", new="trunk"))


def interrupt(story: Scenario, act: Callable[[], object], call: int) -> bool:
    """Kills the act at a change of the disk; gives whether something is left to settle."""
    killed = killed_at(call, act)
    for staged in (story.git_dir / "mlgit/locks").glob("*"):
        os.utime(staged, (1, 1))
    return killed


@pytest.mark.parametrize("act", [delete, rename])
def test_veto_leaves_everything_as_it_was(
    story: Scenario, told: Path, act: Callable[[Scenario], Callable[[], object]]
) -> None:
    hook(story, told, veto="prepared*")
    before = taken(story.common_dir)
    with pytest.raises(HookRejected, match="not this one"):
        act(story)()
    assert not difference(before, taken(story.common_dir))
    assert not (story.common_dir / "mlgit/unfinished.json").exists()
    assert len(asked(told)) == 1
    assert ours(story, list_operations, OperationsRequest()).operations == []
    story.fsck()


def test_veto_in_the_midst_of_an_act_takes_all_of_it_back(story: Scenario, told: Path) -> None:
    """Renaming the current branch makes the new one, moves HEAD and removes the old one; only the last is refused."""
    zeros = "0" * 40
    hook(story, told, veto=f"prepared*{zeros}?refs/heads/main")
    before = taken(story.common_dir)
    with pytest.raises(HookRejected, match="not this one"):
        rename(story)()
    assert not difference(before, taken(story.common_dir))
    assert story.current() == "main"
    assert not (story.common_dir / "mlgit/unfinished.json").exists()
    # What the hook let through was taken back without asking it again.
    assert asked(told) == ["refs/heads/trunk", "refs/heads/main"]
    story.fsck()


@pytest.mark.parametrize("finish", [True, False])
@pytest.mark.parametrize("act", [delete, rename])
def test_settling_asks_nobody_again(
    story: Scenario, told: Path, act: Callable[[Scenario], Callable[[], object]], *, finish: bool
) -> None:
    hook(story, told)
    before, plan = taken(story.common_dir), story.common_dir / "mlgit/unfinished.json"
    call = 1
    while not plan.exists():
        assert interrupt(story, act(story), call), "the act was over before it was planned"
        call += 1
    assert asked(told)
    # From now on the hook would refuse whatever it is asked.
    hook(story, told, veto="prepared*")
    ours(story, settle_unfinished, RecoverRequest(finish=finish, roll_back=not finish))
    assert asked(told) == []
    assert not plan.exists()
    branches = set(story.branches())
    if finish:
        gone, made = ("exp/one", None) if act is delete else ("main", "trunk")
        assert gone not in branches
        assert made is None or made in branches
    else:
        assert not difference(before, taken(story.common_dir))
    story.fsck()
    with pytest.raises(HookRejected):
        ours(story, delete_branch, BranchDeleteRequest(name="packed"))


def test_pins_are_no_business_of_the_hook(story: Scenario, told: Path) -> None:
    hook(story, told, veto="prepared*refs/mlgit/*")
    delete(story)()
    assert asked(told) == ["refs/heads/exp/one"]
    assert story.git("for-each-ref", "refs/mlgit/pins")
