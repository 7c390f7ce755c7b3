"""What ``git fsck`` calls unreachable and dangling is found without reading every object."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.pack_commits import StoredCommits
from tests.git.histories import History, git, make_history, seeded

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from tests.git.conftest import OpenRepository


def lost_by_fsck(path: Path, word: str = "unreachable") -> list[bytes]:
    how = ["--unreachable"] if word == "unreachable" else []
    lines = git(path, "fsck", "--no-reflogs", "--no-progress", *how).splitlines()
    return sorted(line.split()[2] for line in lines if line.startswith(word.encode() + b" commit "))


def forget_refs(history: History, rng: random.Random) -> list[bytes]:
    kept = rng.sample(range(1, len(history.oids) + 1), 3)
    lines = [f"delete refs/all/{n}" for n in range(1, len(history.oids) + 1) if n not in kept]
    git(history.path, "update-ref", "--stdin", given=("\n".join([*lines, "delete refs/heads/main"]) + "\n").encode())
    tips = git(history.path, "for-each-ref", "--format=%(objectname)").split()
    git(history.path, "update-ref", "--no-deref", "HEAD", tips[0].decode())
    return tips


STORED = ("pack", "loose", "both", "delta")


# git writes no version 1 index for SHA-256.
@pytest.mark.parametrize(
    ("stored", "object_format"),
    [*((how, "sha1") for how in (*STORED, "old index")), *((how, "sha256") for how in STORED)],
)
def test_unreachable_and_dangling_commits_are_those_of_fsck(
    tmp_path: Path, stored: str, object_format: str, open_repository: OpenRepository
) -> None:
    for seed in range(2):
        rng = seeded(f"{stored} {object_format} {seed}")
        history = make_history(tmp_path / str(seed), rng, 80, "equal", object_format)
        store(history.path, stored)
        tips = forget_refs(history, rng)
        graph = open_repository(history.path).graph
        for _ in ("first", "warm"):
            assert sorted(graph.unreachable_commits(tips)) == lost_by_fsck(history.path)
            assert sorted(graph.dangling_tips(tips)) == lost_by_fsck(history.path, "dangling")


def store(path: Path, how: str) -> None:
    if how in ("loose", "both"):
        shutil.move(path / ".git/objects/pack", path / "packs")
        (pack,) = (path / "packs").glob("*.pack")
        git(path, "unpack-objects", "-q", given=pack.read_bytes())
    if how == "both":
        git(path, "repack", "-q", "-d")
    if how == "delta":
        git(path, "repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=100")
    if how == "old index":
        git(path, "-c", "pack.indexVersion=1", "repack", "-q", "-a", "-d", "-f")


def test_commits_that_are_stored_as_deltas_are_found(tmp_path: Path, open_repository: OpenRepository) -> None:
    path = tmp_path / "it"
    path.mkdir()
    git(path, "init", "-q", "-b", "main")
    body = "\n".join(f"a long line of a message that stays the same {n}" for n in range(60))
    lines = []
    for number in range(40):
        message = f"{body}\n{number}"
        lines.append(
            f"commit refs/heads/main\ncommitter A <a@b> {1_700_000_000 + number} +0000\n"
            f"data {len(message)}\n{message}\n"
        )
    git(path, "fast-import", "--quiet", given="".join(lines).encode())
    git(path, "repack", "-q", "-a", "-d", "-f")
    (index,) = (path / ".git/objects/pack").glob("*.idx")
    chains = [line for line in git(path, "verify-pack", "-v", str(index)).splitlines() if b" commit " in line]
    assert any(len(line.split()) == 7 for line in chains), "git stored no commit as a delta"
    assert len(open_repository(path).graph.unreachable_commits([])) == 40
    # A pack as it comes over the wire names a delta's base by its object name instead of its place.
    git(path, "config", "repack.useDeltaBaseOffset", "false")
    git(path, "repack", "-q", "-a", "-d", "-f")
    assert len(open_repository(path).graph.unreachable_commits([])) == 40


def test_what_an_alternate_holds_is_not_lost(tmp_path: Path, open_repository: OpenRepository) -> None:
    lender = make_history(tmp_path / "lender", seeded(4), 20)
    git(tmp_path, "clone", "-q", "--shared", str(lender.path), "borrower")
    path = tmp_path / "borrower"
    git(path, "commit", "-q", "--allow-empty", "-m", "own")
    own = git(path, "rev-parse", "HEAD").strip()
    assert open_repository(path).graph.unreachable_commits([]) == [own]


def test_newest_first_and_fresh_after_a_gc(tmp_path: Path, open_repository: OpenRepository) -> None:
    history = make_history(tmp_path / "it", seeded(4), 20)
    graph = open_repository(history.path).graph
    times = [graph.commit_time(oid) for oid in graph.unreachable_commits([])]
    assert len(times) == 20
    assert times == sorted(times, reverse=True)
    tips = forget_refs(history, seeded(5))
    git(history.path, "reflog", "expire", "--expire=now", "--all")
    git(history.path, "gc", "-q", "--prune=now")
    assert graph.unreachable_commits(tips) == []


def test_damaged_packs_and_loose_files_are_passed_over(tmp_path: Path) -> None:
    history = make_history(tmp_path / "it", seeded(4), 20)
    git(history.path, "commit", "-q", "--allow-empty", "-m", "loose")
    loose = git(history.path, "rev-parse", "HEAD").strip()
    folder = history.path / ".git/objects"
    (folder / "pack/pack-1.idx").write_bytes(b"\xfftOc\0\0\0\x02" + b"\xff" * 2000)
    (folder / "pack/pack-1.pack").write_bytes(b"PACK")
    (folder / "00").mkdir(exist_ok=True)
    (folder / "00" / ("0" * 38)).write_bytes(b"no zlib")
    assert StoredCommits(folder, 20).names() == {*history.oids, loose}
