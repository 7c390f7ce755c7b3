"""Walks over tangled histories give what git and a plain model of the history give."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git import commit_table, graph
from tests.git.histories import Dates, History, git, make_history, read_history, seeded

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from jupyter_mlgit.git.graph import CommitGraph
    from tests.git.conftest import OpenRepository

ABSENT = b"f" * 40


def add_graph(path: Path, kind: str, history: History) -> None:
    if kind == "single":
        git(path, "commit-graph", "write", "--reachable")
    elif kind == "split":
        for part in (3, 2):
            given = b"\n".join(history.oids[: len(history.oids) // part])
            git(path, "commit-graph", "write", "--stdin-commits", "--split=no-merge", given=given)
    elif kind == "half":
        given = b"\n".join(history.oids[: len(history.oids) // 2])
        git(path, "commit-graph", "write", "--stdin-commits", given=given)


def assert_agrees_with_model(found: CommitGraph, history: History, rng: random.Random, rounds: int = 60) -> None:
    for _ in range(rounds):
        one, other = rng.choice(history.oids), rng.choice(history.oids)
        ours, theirs = history.below(one), history.below(other)
        assert found.ahead_behind(one, other) == (len(ours - theirs), len(theirs - ours))
        assert found.is_ancestor(one, other) == (one in theirs)
        common = ours & theirs
        best = {oid for oid in common if not any(oid in history.parents[below] for below in common)}
        best = {oid for oid in best if not any(oid in history.below(it) for it in best - {oid})}
        assert set(found.merge_bases(one, other)) == best
        assert found.merge_base(one, other) in best if best else found.merge_base(one, other) is None
        tips = rng.sample(history.oids, min(rng.randint(0, 4), len(history.oids)))
        reach = found.reachable_from(tips)
        for tip in rng.choices(history.oids, k=3):
            expected = history.below(tip) - history.below(*tips)
            assert reach.contains(tip) == (tip in history.below(*tips))
            assert reach.count_unique(tip) == len(expected)
            assert set(reach.unique(tip)) == expected
    pairs = [(rng.choice(history.oids), rng.choice(history.oids)) for _ in range(70)]
    assert found.ahead_behind_many(pairs) == [found.ahead_behind(*pair) for pair in pairs]


@pytest.mark.parametrize("kind", ["none", "single", "split", "half"])
@pytest.mark.parametrize("dates", ["rising", "equal", "skewed"])
def test_walks_agree_with_the_model_of_a_random_history(
    tmp_path: Path, dates: Dates, kind: str, open_repository: OpenRepository
) -> None:
    for seed in range(3):
        rng = seeded(f"{dates} {kind} {seed}")
        history = make_history(tmp_path / str(seed), rng, rng.randint(1, 120), dates)
        add_graph(history.path, kind, history)
        assert_agrees_with_model(open_repository(history.path).graph, history, rng, 20)


@pytest.mark.parametrize("kind", ["none", "single", "split"])
def test_sha256(tmp_path: Path, kind: str, open_repository: OpenRepository) -> None:
    rng = seeded(kind)
    history = make_history(tmp_path / "it", rng, 60, "equal", object_format="sha256")
    add_graph(history.path, kind, history)
    assert_agrees_with_model(open_repository(history.path).graph, history, rng, 10)


@pytest.mark.parametrize("dates", ["rising", "equal"])
def test_walks_by_date_agree_where_history_is_too_long_to_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dates: Dates, open_repository: OpenRepository
) -> None:
    monkeypatch.setattr(graph, "MANY_OBJECTS", -1)
    monkeypatch.setattr(commit_table, "_FEW", 0)
    rng = seeded(dates)
    history = make_history(tmp_path / "it", rng, 100, dates)
    assert_agrees_with_model(open_repository(history.path).graph, history, rng, 30)


def test_history_that_is_too_long_is_not_read_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_repository: OpenRepository
) -> None:
    monkeypatch.setattr(graph, "MANY_OBJECTS", -1)
    monkeypatch.setattr(commit_table, "_FEW", 5)
    monkeypatch.setattr(commit_table, "DAY", 0)
    path = tmp_path / "it"
    path.mkdir()
    git(path, "init", "-q", "-b", "main")
    lines = [
        f"commit refs/heads/main\ncommitter A <a@b> {1_700_000_000 + 200_000 * n} +0000\ndata 1\nx\n"
        for n in range(500)
    ]
    git(path, "fast-import", "--quiet", given="".join(lines).encode())
    repo = open_repository(path)
    read: list[bytes] = []
    raw = repo.objects.raw

    def noted(oid: bytes) -> tuple[bytes, bytes]:
        read.append(oid)
        return raw(oid)

    monkeypatch.setattr(repo.objects, "raw", noted)
    tips = git(path, "rev-list", "-4", "main").split()
    assert repo.graph.reachable_from(tips[3:]).count_unique(tips[0]) == 3
    assert repo.graph.ahead_behind(tips[0], tips[2]) == (2, 0)
    assert len(read) < 20


def test_unique_has_the_order_and_the_limit_of_rev_list(tmp_path: Path, open_repository: OpenRepository) -> None:
    history = make_history(tmp_path / "it", seeded(11), 80)
    found = open_repository(history.path).graph
    tip, tips = history.oids[-1], [history.oids[30], history.oids[41]]
    expected = git(history.path, "rev-list", tip.decode(), "--not", *(oid.decode() for oid in tips)).split()
    assert found.reachable_from(tips).unique(tip) == expected
    assert found.reachable_from(tips).unique(tip, 4) == expected[:4]
    assert found.reachable_from(tips).unique(tip, 0) == []


@pytest.mark.parametrize("dates", ["rising", "equal"])
def test_the_real_git_gives_the_same_numbers(tmp_path: Path, dates: Dates, open_repository: OpenRepository) -> None:
    rng = seeded(dates)
    history = make_history(tmp_path / "it", rng, 100, dates)
    git(history.path, "commit-graph", "write", "--reachable")
    found = open_repository(history.path).graph
    for _ in range(25):
        one, other = rng.choice(history.oids), rng.choice(history.oids)
        counts = git(history.path, "rev-list", "--left-right", "--count", f"{one.decode()}...{other.decode()}").split()
        assert found.ahead_behind(one, other) == tuple(map(int, counts))
        if found.merge_bases(one, other):
            bases = git(history.path, "merge-base", "--all", one.decode(), other.decode()).split()
            assert sorted(found.merge_bases(one, other)) == sorted(bases)


def test_parents_and_time(tmp_path: Path, open_repository: OpenRepository) -> None:
    history = make_history(tmp_path / "it", seeded(1), 50, "skewed")
    found = open_repository(history.path).graph
    for oid in history.oids:
        assert found.parents(oid) == history.parents[oid]
        assert found.commit_time(oid) == int(git(history.path, "log", "-1", "--format=%ct", oid.decode()))


def test_a_shallow_boundary_ends_history(tmp_path: Path, open_repository: OpenRepository) -> None:
    whole = make_history(tmp_path / "whole", seeded(2), 60)
    git(whole.path, "commit-graph", "write", "--reachable")
    git(tmp_path, "clone", "-q", "--depth=5", f"file://{whole.path}", "part")
    part = read_history(tmp_path / "part")
    assert len(part.oids) < 60
    found = open_repository(part.path).graph
    assert_agrees_with_model(found, part, seeded(3), 20)
    git(part.path, "fetch", "-q", "--unshallow")
    assert_agrees_with_model(found, read_history(part.path), seeded(4), 20)


def test_grafts_and_replacements_change_history_and_switch_the_commit_graph_off(
    tmp_path: Path, open_repository: OpenRepository
) -> None:
    history = make_history(tmp_path / "it", seeded(5), 60)
    git(history.path, "commit-graph", "write", "--reachable")
    found = open_repository(history.path).graph
    assert_agrees_with_model(found, history, seeded(6), 5)
    git(history.path, "replace", history.oids[30].decode(), history.oids[8].decode())
    replaced = read_history(history.path)
    assert replaced.parents != history.parents
    assert_agrees_with_model(found, replaced, seeded(7), 20)
    git(history.path, "pack-refs", "--all")
    assert_agrees_with_model(found, replaced, seeded(8), 5)
    git(history.path, "replace", "-d", history.oids[30].decode())
    (history.path / ".git/info/grafts").write_bytes(b" ".join([history.oids[40], history.oids[3]]) + b"\n# none\nbad\n")
    assert_agrees_with_model(found, read_history(history.path), seeded(9), 20)


def test_a_graft_that_closes_a_circle_ends(tmp_path: Path, open_repository: OpenRepository) -> None:
    history = make_history(tmp_path / "it", seeded(5), 30)
    graft = b" ".join([history.oids[0], history.oids[-1]]) + b"\n"
    (history.path / ".git/info/grafts").write_bytes(graft)
    found = open_repository(history.path).graph
    assert found.reachable_from([]).count_unique(history.oids[-1]) == len(history.below(history.oids[-1]))
    assert found.is_ancestor(history.oids[0], history.oids[-1])


def remove_object(path: Path, oid: bytes) -> None:
    shutil.move(path / ".git/objects/pack", path / "packs")
    for pack in (path / "packs").glob("*.pack"):
        git(path, "unpack-objects", "-q", given=pack.read_bytes())
    text = oid.decode()
    (path / ".git/objects" / text[:2] / text[2:]).unlink()


def test_a_missing_commit_is_the_end_of_a_walk_until_it_is_back(
    tmp_path: Path, open_repository: OpenRepository
) -> None:
    history = make_history(tmp_path / "it", seeded(12), 40)
    gone = history.parents[history.oids[-1]][0]
    remove_object(history.path, gone)
    found = open_repository(history.path).graph
    tip = history.oids[-1]
    assert found.is_missing(gone)
    assert not found.is_missing(tip)
    assert found.is_missing(ABSENT)
    assert (found.parents(gone), found.commit_time(gone)) == ((), 0)
    assert gone not in found.reachable_from([]).unique(tip)
    assert found.reachable_from([]).gaps(tip) == [gone]
    assert found.reachable_from([]).gaps(ABSENT) == [ABSENT]
    assert found.reachable_from([tip]).gaps(tip) == []
    assert found.ahead_behind(tip, ABSENT)[1] == 0
    assert found.merge_base(tip, gone) is None
    assert not found.is_ancestor(gone, tip)
    assert found.reachable_from([gone, ABSENT]).count_unique(ABSENT) == 0
    shutil.rmtree(history.path / ".git/objects/pack", ignore_errors=True)
    shutil.move(history.path / "packs", history.path / ".git/objects/pack")
    assert not found.is_missing(gone)
    assert found.reachable_from([]).count_unique(tip) == len(history.below(tip))
    assert found.reachable_from([]).gaps(tip) == []


def test_a_commit_that_only_the_commit_graph_remembers_is_missing(
    tmp_path: Path, open_repository: OpenRepository
) -> None:
    history = make_history(tmp_path / "it", seeded(12), 20)
    git(history.path, "commit-graph", "write", "--reachable")
    gone = history.parents[history.oids[-1]][0]
    remove_object(history.path, gone)
    found = open_repository(history.path).graph
    assert found.is_missing(gone)
    assert found.reachable_from([]).gaps(history.oids[-1]) == [gone]


def test_tags_stand_for_their_commits_and_trees_for_nothing(tmp_path: Path, open_repository: OpenRepository) -> None:
    history = make_history(tmp_path / "it", seeded(3), 20)
    git(history.path, "tag", "-a", "-m", "one", "one", history.oids[5].decode())
    git(history.path, "tag", "-a", "-m", "two", "two", "one")
    tag, tree = git(history.path, "rev-parse", "two", "main^{tree}").split()
    found = open_repository(history.path).graph
    assert found.parents(tag) == history.parents[history.oids[5]]
    assert found.reachable_from([tag, tree]).contains(history.oids[5])
    assert not found.reachable_from([tag]).contains(tree)
    assert found.is_missing(tree)


def test_history_that_is_borrowed_from_an_alternate(tmp_path: Path, open_repository: OpenRepository) -> None:
    lender = make_history(tmp_path / "lender", seeded(4), 60)
    git(lender.path, "commit-graph", "write", "--reachable")
    git(tmp_path, "clone", "-q", "--shared", str(lender.path), "borrower")
    git(tmp_path / "borrower", "commit", "-q", "--allow-empty", "-m", "own")
    borrower = read_history(tmp_path / "borrower")
    assert len(borrower.oids) > 20
    assert_agrees_with_model(open_repository(borrower.path).graph, borrower, seeded(5), 20)


def test_commits_made_after_the_first_question_are_seen(tmp_path: Path, open_repository: OpenRepository) -> None:
    history = make_history(tmp_path / "it", seeded(4), 30)
    git(history.path, "commit-graph", "write", "--reachable")
    found = open_repository(history.path).graph
    before = history.oids[-1]
    assert found.ahead_behind(before, before) == (0, 0)
    git(history.path, "commit", "-q", "--allow-empty", "-m", "new")
    new = git(history.path, "rev-parse", "HEAD").strip()
    assert found.ahead_behind(new, before) == (1, 0)
