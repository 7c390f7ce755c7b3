"""Keeps the folders' trees in the index true, with git's own check of them as the judge."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.cache_tree import CachedTree, encode_cache_tree, parse_cache_tree
from jupyter_mlgit.git.index import UNKNOWN, IndexEntry, makes_a_tree, read_index, write_index
from jupyter_mlgit.git.objects import Oid
from tests.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def known(tree: CachedTree, prefix: str = "") -> Iterator[tuple[str, int, str]]:
    """Yields the folders whose trees are known."""
    if tree.count >= 0:
        yield prefix, tree.count, tree.oid.decode()
    for name, below in tree.below.items():
        yield from known(below, f"{prefix}{name.decode()}/")


def require_true(scenario: Scenario) -> None:
    """Demands that git, which checks each name that it is told, finds nothing wrong."""
    scenario.git("update-index", "--force-write-index", env={"GIT_TEST_CHECK_CACHE_TREE": "1"})
    told = scenario.git("write-tree")
    scenario.git("read-tree", "--empty", env={"GIT_INDEX_FILE": str(scenario.root / "other")})
    lines = scenario.git("ls-files", "--stage", "-z")
    other = {"GIT_INDEX_FILE": str(scenario.root / "other")}
    scenario.git("update-index", "-z", "--index-info", stdin=lines, env=other)
    assert scenario.git("write-tree", env=other) == told


def test_it_names_git_s_trees(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n", "d/b": "1\n", "d/e/f": "1\n", "longer/c": "1\n"})
    tree = read_index(scenario.git_dir / "index", 40).cache_tree
    assert tree is not None
    assert {name: oid for name, _, oid in known(tree)} == {
        name: scenario.tip(f"HEAD:{name}") for name in ("", "d/", "d/e/", "longer/")
    }


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_only_folders_above_a_change_are_forgotten(tmp_path: Path, object_format: str) -> None:
    scenario = Scenario(tmp_path, object_format=object_format)
    scenario.commit("base", {"a": "1\n", "d/b": "1\n", "d/e/f": "1\n", "longer/c": "1\n", "x/y/z": "1\n"})
    path = scenario.git_dir / "index"
    length = len(scenario.tip())
    blob = Oid(scenario.git("hash-object", "-w", "--stdin", stdin="new\n").encode())
    index = read_index(path, length)
    changed = index.changed({b"d/b": IndexEntry(b"d/b", 0o100644, blob, UNKNOWN)})
    assert {name for name, _, _ in known(changed.cache_tree or CachedTree())} == {"d/e/", "longer/", "x/", "x/y/"}
    assert {name for name, _, _ in known(index.cache_tree or CachedTree())} > {"", "d/"}, "the old one is left alone"
    path.write_bytes(write_index(changed, length))
    assert scenario.git("diff", "--cached", "--name-only") == "d/b"
    require_true(scenario)


def test_stat_data_alone_forgets_nothing(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n", "d/b": "1\n"})
    index = read_index(scenario.git_dir / "index", 40)
    changed = index.changed({b"d/b": index.entries[1]._replace(stat=UNKNOWN), b"none": None})
    assert changed.cache_tree is not None
    assert sorted(known(changed.cache_tree)) == sorted(known(index.cache_tree or CachedTree()))


def test_random_changes_leave_it_true(scenario: Scenario) -> None:
    names = [f"{one}{two}{three}" for one in ("", "a/", "b/") for two in ("", "c/", "dd/") for three in "xyz"]
    scenario.commit("base", dict.fromkeys(names, "1\n"))
    path = scenario.git_dir / "index"
    blob = Oid(scenario.git("hash-object", "-w", "--stdin", stdin="new\n").encode())
    chosen = random.Random(3)  # noqa: S311 -- the same in every run
    for _ in range(8):
        updates: dict[bytes, IndexEntry | None] = {}
        for name in [*chosen.sample(names, 2), "new/file", "a"]:
            here = name.encode()
            updates[here] = None if chosen.random() < 0.5 else IndexEntry(here, 0o100644, blob, UNKNOWN)
        # Where a file stands now, no folder can be.
        updates |= {name.encode(): None for name in names if name.startswith("a/") and updates[b"a"]}
        path.write_bytes(write_index(read_index(path, 40).changed(updates), 40))
        require_true(scenario)


def test_nonsense_is_passed_over() -> None:
    assert parse_cache_tree(b"", 20) is None
    assert parse_cache_tree(b"\x001 0\n" + b"x" * 19, 20) is None
    assert parse_cache_tree(b"\0-1 2\na\0-1 0\n", 20) is None
    assert parse_cache_tree(b"\0-1 0\nrest", 20) is None
    assert parse_cache_tree(b"\0one 0\n", 20) is None
    root = CachedTree(1, b"1" * 40, {b"bb": CachedTree(), b"c": CachedTree(1, b"2" * 40)})
    assert parse_cache_tree(encode_cache_tree(root), 20) == root
    assert encode_cache_tree(root).index(b"c\0") < encode_cache_tree(root).index(b"bb\0")


def test_an_index_that_says_it_makes_a_tree_has_no_conflict(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n", "d/TREE": "1\n", "d/e/f": "1\n"})
    path, length = scenario.git_dir / "index", len(scenario.tip())
    assert makes_a_tree(path, length)
    scenario.branch("x").switch("x").commit("theirs", {"a": "2\n", "d/TREE": "2\n", "d/new": "2\n"}).switch("main")
    scenario.commit("ours", {"a": "3\n", "d/TREE": "3\n", "d/new": "3\n"})
    ways = (
        ("merge", "x"),
        ("cherry-pick", "x"),
        ("merge", "-s", "resolve", "x"),
        ("read-tree", "-i", "-m", "x~1", "main", "x"),
        ("-c", "core.splitIndex=true", "merge", "x"),
        ("-c", "index.version=4", "merge", "x"),
        ("-c", "index.threads=2", "merge", "x"),
    )
    for way in ways:
        scenario.git("reset", "--quiet", "--hard", "main")
        scenario.try_git(*way)
        assert scenario.git("ls-files", "--unmerged"), way
        assert not makes_a_tree(path, length), way
        scenario.git("update-index", "--force-write-index")
        assert not makes_a_tree(path, length), way


def test_the_end_of_an_index_is_believed_only_if_it_fits(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n", "d/b": "1\n"})
    path, length = scenario.git_dir / "index", len(scenario.tip())
    whole = path.read_bytes()
    place = whole.rindex(b"TREE")
    for data in (
        b"",
        whole[:place],
        whole[: -length // 2 - 3],
        whole[:8] + b"\0\0\0\1" + whole[12:],  # another number of entries
        whole[: place + 4] + b"\0\0\0\1" + whole[place + 8 :],
        whole[: -length // 2] + b"sdir\0\0\0\0" + whole[-length // 2 :],
    ):
        path.write_bytes(data)
        assert not makes_a_tree(path, length)
    path.unlink()
    assert not makes_a_tree(path, length)
