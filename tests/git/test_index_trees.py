"""Takes HEAD's files from the index only where its entries prove to be HEAD's, with ``git ls-tree`` as the judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.index import UNKNOWN, Index, IndexEntry, read_index, write_index
from jupyter_mlgit.git.objects import Oid
from jupyter_mlgit.git.tree_files import TreeFiles
from tests.git.twins import opened
from tests.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"d.b/x": "1\n", "d/b/c/d": "2\n", "d/b/e": "3\n", "d0": "4\n", "run.sh": "5\n", "z/y": "6\n", "z0": "7\n"}


def begun(scenario: Scenario) -> Scenario:
    """Commits files, a program and a link in folders that sort apart from files of nearly their names."""
    scenario.write(FILES)
    (scenario.path / "run.sh").chmod(0o755)
    (scenario.path / "d" / "link").symlink_to("b")
    scenario.git("add", "--all")
    return scenario.commit("files")


def require_head(scenario: Scenario) -> None:
    """Demands that every name, HEAD's or not, is looked up as git has it."""
    lines = scenario.git("ls-tree", "-r", "-z", "HEAD").split("\0")
    there = {name: entry for entry, _, name in (line.partition("\t") for line in lines) if name}
    names = {*there, *scenario.git("ls-files", "-z").split("\0"), "none", "z/none", "none/none", "d/b"} - {""}
    with opened(scenario.path) as repo:
        index = read_index(repo.git_dir / "index", repo.hex_length)
        head = repo.refs.head().oid
        files = TreeFiles(repo.objects, repo.objects.commit(head).tree if head else None, index)
        for name in sorted(names):
            entry = files.get(name.encode())
            found = None if entry is None else (f"{entry.mode:06o}", entry.oid.decode())
            mode, _, oid = there.get(name, "  ").split(" ")
            assert found == ((mode, oid) if oid else None), name


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
@pytest.mark.parametrize("knows_trees", [True, False])
def test_a_clean_index_says_what_head_has(tmp_path: Path, object_format: str, *, knows_trees: bool) -> None:
    scenario = begun(Scenario(tmp_path, object_format=object_format))
    if not knows_trees:
        scenario.git("read-tree", "HEAD^{tree}")
        path, length = scenario.git_dir / "index", len(scenario.tip())
        index = read_index(path, length)
        path.write_bytes(write_index(Index(index.version, index.entries, index.kept, 0), length))
    trees = scenario.git("rev-parse", "HEAD:", "HEAD:d", "HEAD:d/b", "HEAD:z").split()
    for oid in trees:  # nobody needs these
        (scenario.git_dir / "objects" / oid[:2] / oid[2:]).unlink()
    with opened(scenario.path) as repo:
        index = read_index(repo.git_dir / "index", repo.hex_length)
        files = TreeFiles(repo.objects, repo.objects.commit(scenario.tip().encode()).tree, index)
        for name in scenario.git("ls-files").splitlines():
            entry = files.get(name.encode())
            assert entry is not None
            assert f"{entry.mode:06o} {entry.oid.decode()}" == scenario.git("ls-files", "-s", name).split(" 0\t")[0]
        assert files.get(b"d/none") is None


def test_what_is_staged_is_not_taken_for_head_s(scenario: Scenario) -> None:
    begun(scenario)
    scenario.write({"d/b/e": "staged\n", "new/file": "staged\n"}).git("add", "--all")
    scenario.git("rm", "-q", "--cached", "z/y")
    scenario.git("update-index", "--chmod=+x", "d.b/x")
    require_head(scenario)
    scenario.write({"meant": "later\n"}).git("add", "--intent-to-add", "meant")
    require_head(scenario)


def test_a_conflict_is_not_taken_for_head_s(scenario: Scenario) -> None:
    begun(scenario).branch("x").commit("theirs", {"d/b/e": "theirs\n"})
    scenario.checkout("main").commit("ours", {"d/b/e": "ours\n"})
    assert scenario.try_git("merge", "x").returncode
    require_head(scenario)


def test_folders_that_are_named_wrongly_are_seen(scenario: Scenario) -> None:
    """A program that changes an entry, and leaves the names of the folders above it as they were, deceives nobody."""
    begun(scenario)
    path = scenario.git_dir / "index"
    blob = Oid(scenario.git("hash-object", "-w", "--stdin", stdin="staged\n").encode())
    index = read_index(path, 40)
    stale = index.changed({b"d/b/e": IndexEntry(b"d/b/e", 0o100644, blob, UNKNOWN)})
    lying = Index(stale.version, stale.entries, stale.kept, 0, index.cache_tree)
    path.write_bytes(write_index(lying, 40))
    assert not scenario.git("diff", "--cached", "--name-only"), "git itself is deceived"
    require_head(scenario)


def test_a_submodule_and_an_unborn_branch(scenario: Scenario) -> None:
    begun(scenario)
    scenario.git("update-index", "--add", "--cacheinfo", f"160000,{scenario.tip()},d/module")
    scenario.commit("module")
    require_head(scenario)
    with opened(scenario.path) as repo:
        index = read_index(repo.git_dir / "index", repo.hex_length)
        assert TreeFiles(repo.objects, None, index).get(b"z0") is None
