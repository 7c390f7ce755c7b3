"""Compares an index with commits, folder by folder, with ``git diff-index --cached`` as the judge."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.index import read_index
from jupyter_mlgit.git.index_changes import index_changes
from jupyter_mlgit.git.objects import Oid
from jupyter_mlgit.problems import DamagedRepository
from tests.git.twins import opened
from tests.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ["a", "a.b", "a/x", "a/y", "a/z/deep", "a0", "b/x", "b/y", "b/y.txt", "b/y/x", "c/run", "c/link", "c/x"]


def put(scenario: Scenario, chance: random.Random) -> None:
    """Puts the working tree into some state that has no name both as a file and as a folder."""
    scenario.git("rm", "-rfq", "--ignore-unmatch", ".")
    taken: set[str] = set()
    for name in chance.sample(NAMES, chance.randint(1, len(NAMES))):
        above = {name[:place] for place, letter in enumerate(name) if letter == "/"}
        if taken & above or any(other.startswith(name + "/") for other in taken):
            continue
        taken.add(name)
        path = scenario.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name == "c/link" and chance.random() < 0.5:
            path.symlink_to("x")
            continue
        path.write_text(f"{chance.randint(0, 2)}\n")
        path.chmod(0o755 if chance.random() < 0.3 else 0o644)
    scenario.git("add", "--all")


def wanted(scenario: Scenario, tree: str) -> dict[str, str | None]:
    """Gives mode and name of what each differing path has to become, as git has it."""
    differing = scenario.git("diff-index", "--cached", "--name-only", "--no-renames", "-z", tree).split("\0")
    lines = [line.partition("\t") for line in scenario.git("ls-tree", "-r", "-z", tree).split("\0") if line]
    there = {name: " ".join(entry.split()[::2]) for entry, _, name in lines}
    return {name: there.get(name) for name in differing if name}


def found(scenario: Scenario, tree: str) -> dict[str, str | None]:
    with opened(scenario.path) as repo:
        index = read_index(repo.git_dir / "index", repo.hex_length)
        oid = Oid(scenario.git("rev-parse", f"{tree}^{{tree}}").encode())
        changes = index_changes(index, repo.objects, oid)
    return {
        path.decode(): None if entry is None else f"{entry.mode:06o} {entry.oid.decode()}"
        for path, entry in changes.items()
    }


@pytest.mark.parametrize("seed", range(6))
def test_differs_where_git_says_so(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- the same each time
    scenario = Scenario(tmp_path, object_format="sha256" if seed == 0 else "sha1")
    commits = []
    for number in range(3):
        put(scenario, chance)
        scenario.git("commit", "--quiet", "--allow-empty", "--message", str(number))
        commits.append(scenario.git("rev-parse", "HEAD"))
    for tree in commits:  # an index that knows all its folders' trees
        assert found(scenario, tree) == wanted(scenario, tree)
    put(scenario, chance)
    scenario.write({"b/new": "not added\n"}).git("add", "--intent-to-add", "b")
    for tree in commits:  # and one that knows few
        assert found(scenario, tree) == wanted(scenario, tree)


def test_conflict_differs_from_any_tree(scenario: Scenario) -> None:
    scenario.commit("base", {"a/x": "1\n", "a/y": "1\n"}).git("switch", "--quiet", "--create", "other")
    scenario.commit("theirs", {"a/x": "2\n"}).git("switch", "--quiet", "main")
    scenario.commit("ours", {"a/x": "3\n"})
    scenario.try_git("merge", "other")
    assert found(scenario, "HEAD") == {"a/x": f"100644 {scenario.git('rev-parse', 'HEAD:a/x')}"}


@pytest.mark.parametrize("twice", ["changed", "unchanged"])
def test_name_that_is_twice_in_a_tree_is_damage(scenario: Scenario, twice: str) -> None:
    """Of two entries of a name one could be the file that was checked, and the other the one that is written."""
    scenario.commit("files", {"a/x": "1\n", "a/y": "2\n"})
    one, other = (scenario.git("rev-parse", f"HEAD:a/{name}") for name in "xy")
    second = {"changed": f"100644 blob {other}\tx\n", "unchanged": f"100644 blob {one}\tx\n"}[twice]
    entries = f"100644 blob {one}\tx\n{second}100644 blob {other}\ty\n"
    folder = scenario.git("mktree", stdin=entries)
    tree = scenario.git("mktree", stdin=f"040000 tree {folder}\ta\n")
    with pytest.raises(DamagedRepository):
        found(scenario, tree)


def test_old_modes_are_no_difference(scenario: Scenario) -> None:
    scenario.commit("files", {"a/x": "1\n", "a/y": "2\n"})
    one, other = (scenario.git("rev-parse", f"HEAD:a/{name}") for name in "xy")
    content = b"".join(b"100664 %s\0%s" % (name, bytes.fromhex(oid)) for name, oid in ((b"x", one), (b"y", other)))
    path = scenario.root / "tree"
    path.write_bytes(content)
    folder = scenario.git("hash-object", "--literally", "-t", "tree", "-w", str(path))
    tree = scenario.git("mktree", stdin=f"040000 tree {folder}\ta\n")
    assert found(scenario, tree) == {}
