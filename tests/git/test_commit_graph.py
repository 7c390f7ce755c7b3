"""The commit-graph file is read as git wrote it, and a damaged one does no harm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git import commit_graph, parents_cache
from jupyter_mlgit.git.commit_graph import open_commit_graph
from tests.git.histories import git, make_history, seeded

if TYPE_CHECKING:
    from pathlib import Path

    from tests.git.conftest import OpenRepository


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
@pytest.mark.parametrize("split", ["", "--split=no-merge"])
def test_every_row_is_what_git_says_of_the_commit(tmp_path: Path, object_format: str, split: str) -> None:
    history = make_history(tmp_path / "it", seeded(1), 90, "skewed", object_format)
    for end in (30, 60, 90) if split else (90,):
        how = [split] if split else []
        given = b"\n".join(history.oids[:end])
        git(history.path, "commit-graph", "write", "--stdin-commits", *how, given=given)
    file = open_commit_graph(history.path / ".git/objects", 20 if object_format == "sha1" else 32)
    assert file is not None
    assert file.size == 90
    for line in git(history.path, "log", "--all", "--no-decorate", "--format=%H %ct %P").splitlines():
        oid, time, *parents = line.split()
        position = file.find(oid)
        assert position is not None
        assert file.oid(position) == oid
        places, _, seconds = file.row(position)
        assert [file.oid(parent) for parent in places] == parents
        assert seconds == int(time)
    assert list(file.rows()) == [file.row(position) for position in range(90)]


def test_names_that_are_not_in_it(tmp_path: Path) -> None:
    history = make_history(tmp_path / "it", seeded(1), 30)
    git(history.path, "commit-graph", "write", "--reachable")
    file = open_commit_graph(history.path / ".git/objects", 20)
    assert file is not None
    assert [file.find(name) for name in (b"0" * 40, b"f" * 40, b"", b"no hex", b"00")] == [None] * 5


def test_none_where_there_is_none(tmp_path: Path) -> None:
    history = make_history(tmp_path / "it", seeded(1), 3)
    assert open_commit_graph(history.path / ".git/objects", 20) is None


@pytest.mark.parametrize("checked", ["checked", "not checked"])
@pytest.mark.parametrize("split", ["", "--split"])
def test_a_damaged_file_is_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, checked: str, split: str, open_repository: OpenRepository
) -> None:
    if checked == "not checked":
        monkeypatch.setattr(commit_graph, "CHECKED_SIZE", 0)
    rng = seeded(f"{checked} {split}")
    history = make_history(tmp_path / "it", rng, 60)
    git(history.path, "commit-graph", "write", "--reachable", *([split] if split else []))
    folder = history.path / ".git/objects/info"
    (path,) = [*folder.glob("commit-graphs/*.graph"), *folder.glob("commit-graph")]
    path.chmod(0o600)
    sound = path.read_bytes()
    rows = sound.index(b"CDAT") + 4
    first = int.from_bytes(sound[rows : rows + 8], "big") + 20
    wrong_parent = sound[:first] + b"\x00\x00\xff\xff" + sound[first + 4 :]
    cuts = [sound[: rng.randrange(len(sound))] for _ in range(15)]
    for damaged in [b"", b"CGPH", sound[:-1], b"X" + sound[1:], wrong_parent, *cuts]:
        path.write_bytes(damaged)
        graph = open_repository(history.path).graph
        for tip in history.oids[::7]:
            assert graph.reachable_from([]).count_unique(tip) == len(history.below(tip))


@pytest.mark.parametrize("seed", range(5))
def test_flipped_bits_never_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, open_repository: OpenRepository
) -> None:
    monkeypatch.setattr(commit_graph, "CHECKED_SIZE", 0)
    rng = seeded(seed)
    history = make_history(tmp_path / "it", rng, 40)
    git(history.path, "commit-graph", "write", "--reachable")
    path = history.path / ".git/objects/info/commit-graph"
    path.chmod(0o600)
    sound = path.read_bytes()
    for _ in range(20):
        damaged = bytearray(sound)
        for _ in range(rng.choice((1, 5, 50))):
            damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
        path.write_bytes(damaged)
        graph = open_repository(history.path).graph
        for tip in history.oids[::9]:
            graph.reachable_from(history.oids[:3]).unique(tip)
            graph.ahead_behind(tip, history.oids[-1])
            graph.merge_base(tip, history.oids[-1])


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_the_parents_cache_is_a_commit_graph_that_git_itself_accepts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, object_format: str, open_repository: OpenRepository
) -> None:
    monkeypatch.setattr("jupyter_mlgit.git.graph.WORTH_KEEPING", 1)
    history = make_history(tmp_path / "it", seeded(8), 70, "equal", object_format)
    repo = open_repository(history.path, cache_dir=tmp_path / "cache")
    for oid in history.oids:
        repo.graph.reachable_from([]).count_unique(oid)
    (file,) = (tmp_path / "cache").iterdir()
    (history.path / ".git/objects/info/commit-graph").write_bytes(file.read_bytes())
    assert b"error" not in git(history.path, "rev-list", "--count", "--all")
    assert int(git(history.path, "-c", "core.commitGraph=true", "rev-list", "--count", "--all")) == 70


def test_the_parents_cache_spares_the_next_opening_the_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_repository: OpenRepository
) -> None:
    monkeypatch.setattr("jupyter_mlgit.git.graph.WORTH_KEEPING", 1)
    history = make_history(tmp_path / "it", seeded(8), 70)
    cache, tip = tmp_path / "cache", history.oids[-1]
    before = {path: path.stat().st_mtime_ns for path in history.path.rglob("*")}
    first = open_repository(history.path, cache_dir=cache)
    count = first.graph.reachable_from([]).count_unique(tip)
    assert {path: path.stat().st_mtime_ns for path in history.path.rglob("*")} == before
    again = open_repository(history.path, cache_dir=cache)
    monkeypatch.setattr(again.objects, "raw", lambda oid: pytest.fail(f"{oid!r} was read"))
    assert again.graph.reachable_from([]).count_unique(tip) == count == len(history.below(tip))


def test_a_damaged_cache_is_ignored_and_an_unwritable_one_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_repository: OpenRepository
) -> None:
    monkeypatch.setattr("jupyter_mlgit.git.graph.WORTH_KEEPING", 1)
    history = make_history(tmp_path / "it", seeded(8), 40)
    cache, tip = tmp_path / "cache", history.oids[-1]
    open_repository(history.path, cache_dir=cache).graph.reachable_from([]).count_unique(tip)
    (file,) = cache.iterdir()
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    graph = open_repository(history.path, cache_dir=cache).graph
    assert graph.reachable_from([]).count_unique(tip) == len(history.below(tip))
    (tmp_path / "a file").touch()
    graph = open_repository(history.path, cache_dir=tmp_path / "a file").graph
    assert graph.reachable_from([]).count_unique(tip) == len(history.below(tip))


def test_two_repositories_have_two_caches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_repository: OpenRepository
) -> None:
    monkeypatch.setattr("jupyter_mlgit.git.graph.WORTH_KEEPING", 1)
    for name in ("one", "two"):
        history = make_history(tmp_path / name, seeded(name), 20)
        graph = open_repository(history.path, cache_dir=tmp_path / "cache").graph
        graph.reachable_from([]).count_unique(history.oids[-1])
    assert len(list((tmp_path / "cache").iterdir())) == 2
    assert parents_cache.open_parents_cache(tmp_path / "cache", tmp_path / "two/.git", 20) is not None
