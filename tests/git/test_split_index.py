"""Reads split indexes, with git as the judge of what stands in them."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.index import ASSUME_VALID, read_index, write_index
from jupyter_mlgit.problems import DamagedRepository
from tests.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path


def listed(scenario: Scenario) -> list[str]:
    return scenario.git("ls-files", "--stage", "-v", "-z").split("\0")[:-1]


def ours(scenario: Scenario) -> list[str]:
    index = read_index(scenario.git_dir / "index", len(scenario.tip()))
    found = []
    for one in index.entries:
        letter = "M" if one.stage else "h" if one.flags & ASSUME_VALID else "S" if one.extended else "H"
        found.append(f"{letter} {one.mode:06o} {one.oid.decode()} {one.stage}\t{os.fsdecode(one.path)}")
    return found


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_entries_are_git_s(tmp_path: Path, object_format: str) -> None:
    names = [f"f{number:03}" for number in range(200)] + [f"d/{'long' * 20}{number}" for number in range(20)]
    scenario = Scenario(tmp_path, object_format=object_format).commit("base", dict.fromkeys(names, "1\n"))
    scenario.git("config", "splitIndex.maxPercentChange", "100")
    scenario.git("update-index", "--split-index")
    assert ours(scenario) == listed(scenario)
    chosen = random.Random(7)  # noqa: S311 -- the same in every run
    for _ in range(6):
        going, changing = chosen.sample(names, 12), chosen.sample(names, 12)
        scenario.try_git("rm", "--quiet", "--cached", "--ignore-unmatch", *going)
        scenario.write({name: f"{chosen.random()}\n" for name in changing})
        scenario.git("add", *changing)
        scenario.git("update-index", "--assume-unchanged", changing[0])
        scenario.write({f"new{chosen.random()}": "new\n"}).git("add", "new*")
        assert b"link" in (scenario.git_dir / "index").read_bytes()
        assert ours(scenario) == listed(scenario)


def test_conflict_in_a_split_index(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n", "b": "1\n"}).branch("x").commit("theirs", {"a": "2\n"})
    scenario.checkout("main").commit("ours", {"a": "3\n"}).git("update-index", "--split-index")
    scenario.try_git("merge", "x")
    assert b"link" in (scenario.git_dir / "index").read_bytes()
    assert ours(scenario) == listed(scenario)
    assert len(ours(scenario)) == 4


def test_what_is_written_is_whole(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n", "b": "1\n"}).git("update-index", "--split-index")
    scenario.write({"a": "2\n"}).git("add", "a")
    scenario.git("update-index", "--skip-worktree", "b")
    before = scenario.git("ls-files", "--stage", "-v")
    path = scenario.git_dir / "index"
    path.write_bytes(write_index(read_index(path, 40), 40))
    for shared in scenario.git_dir.glob("sharedindex.*"):
        shared.unlink()
    assert scenario.git("ls-files", "--stage", "-v") == before
    assert scenario.git("status", "--porcelain") == "M  a"


def test_a_shared_index_that_is_gone_or_damaged_is_a_problem(scenario: Scenario) -> None:
    scenario.commit("base").git("update-index", "--split-index")
    (shared,) = scenario.git_dir.glob("sharedindex.*")
    good = shared.read_bytes()
    shared.chmod(0o600)
    shared.write_bytes(good[:-1] + b"?")
    with pytest.raises(DamagedRepository):
        read_index(scenario.git_dir / "index", 40)
    shared.unlink()
    with pytest.raises(DamagedRepository):
        read_index(scenario.git_dir / "index", 40)
