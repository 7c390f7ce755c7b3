"""Compares trees, with ``git diff-tree`` as the judge."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from dulwich.objects import ObjectID, Tree

from jupyter_mlgit.git.objects import Oid
from jupyter_mlgit.git.tree_changes import MAX_DEPTH, MOST_FOLDERS, tree_changes
from jupyter_mlgit.problems import DamagedRepository, TooLarge
from tests.history.switch_cases import two_branches

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_mlgit.git.repository import Repository
    from tests.git.conftest import OpenRepository
    from tests.scenario import Scenario


def told(repo: Repository, old: str | None, new: str | None, *, most: int = MOST_FOLDERS) -> dict[str, tuple[str, str]]:
    """Gives, by path, each side's mode and id."""
    sides = [Oid(one.encode()) if one else None for one in (old, new)]
    none = "000000 " + "0" * repo.hex_length
    found = {}
    for one in tree_changes(repo.objects, *sides, most=most):
        before, after = (f"{side.mode:06o} {side.oid.decode()}" if side else none for side in (one.old, one.new))
        found[os.fsdecode(one.path)] = (before, after)
    return found


def by_git(scenario: Scenario, old: str, new: str) -> dict[str, tuple[str, str]]:
    """Gives the same as git sees it; a changed type is one path that goes and one that comes."""
    words = scenario.git("diff-tree", "-r", "-z", "--no-renames", old, new).split("\0")[:-1]
    found = {}
    for line, path in zip(words[::2], words[1::2], strict=True):
        old_mode, new_mode, old_oid, new_oid, _ = line.removeprefix(":").split(" ")
        found[path] = (f"{old_mode} {old_oid}", f"{new_mode} {new_oid}")
    return found


def test_same_as_git(tmp_path: Path, open_repository: OpenRepository) -> None:
    scenario = two_branches(tmp_path / "work")
    repo = open_repository(scenario.path)
    old, new = scenario.tip("main^{tree}"), scenario.tip("x^{tree}")
    empty = scenario.git("hash-object", "-t", "tree", "-w", "--stdin", stdin="")
    assert told(repo, old, new) == by_git(scenario, old, new)
    assert told(repo, new, old) == by_git(scenario, new, old)
    assert told(repo, None, new) == by_git(scenario, empty, new)
    assert told(repo, old, None) == by_git(scenario, old, empty)
    assert told(repo, old, old) == {}


def test_folders_that_are_alike_are_not_read(scenario: Scenario, open_repository: OpenRepository) -> None:
    scenario.commit("base", {"same/a": "1\n", "differs": "1\n"})
    first = scenario.tip("HEAD^{tree}")
    same = scenario.tip("HEAD:same")
    scenario.commit("other", {"differs": "2\n"})
    (scenario.common_dir / "objects" / same[:2] / same[2:]).unlink()
    assert list(told(open_repository(scenario.path), first, scenario.tip("HEAD^{tree}"))) == ["differs"]


def test_modes_that_old_gits_wrote_mean_the_same(scenario: Scenario, open_repository: OpenRepository) -> None:
    scenario.commit("base", {"a": "1\n"})
    blob = scenario.tip("HEAD:a")
    old, new = (
        scenario.git("mktree", stdin=f"{mode} blob {blob}\ta\n100{bits} blob {blob}\tb\n")
        for mode, bits in (("100644", "755"), ("100664", "775"))
    )
    assert old != new
    assert told(open_repository(scenario.path), old, new) == {}


def test_folders_without_end_are_refused(scenario: Scenario, open_repository: OpenRepository) -> None:
    tree = scenario.git("mktree", stdin="")
    repo = open_repository(scenario.path)
    for _ in range(MAX_DEPTH + 2):
        one = Tree()
        one.add(b"d", 0o040000, ObjectID(tree.encode()))
        repo.objects.store.add_object(one)
        tree = one.id.decode()
    with pytest.raises(DamagedRepository):
        told(repo, None, tree)


def test_few_objects_that_unfold_into_millions_of_folders_are_refused(
    scenario: Scenario, open_repository: OpenRepository
) -> None:
    tree = scenario.git("mktree", stdin=f"100644 blob {scenario.git('hash-object', '-w', '--stdin', stdin='')}\tfile\n")
    for _ in range(12):
        tree = scenario.git("mktree", stdin="".join(f"040000 tree {tree}\t{name}\n" for name in "abcdefghij"))
    repo = open_repository(scenario.path)
    for sides in ((None, tree), (tree, None)):
        with pytest.raises(TooLarge, match="More folders"):
            told(repo, *sides, most=500)


def test_as_many_folders_as_are_allowed_are_compared(scenario: Scenario, open_repository: OpenRepository) -> None:
    scenario.commit("base", {f"{name}/deep/file": "1\n" for name in "abc"})
    tree = scenario.tip("HEAD^{tree}")
    repo = open_repository(scenario.path)
    assert len(told(repo, None, tree, most=7)) == 3
    with pytest.raises(TooLarge):
        told(repo, None, tree, most=6)
