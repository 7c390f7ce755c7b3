"""Reads and writes the index, with git as the judge of both."""

from __future__ import annotations

import hashlib
import os
import shutil
import struct
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_mlgit.git.index import (
    ASSUME_VALID,
    INTENT_TO_ADD,
    SKIP_WORKTREE,
    UNKNOWN,
    Index,
    IndexEntry,
    Stat,
    read_index,
    write_index,
)
from jupyter_mlgit.git.objects import Oid
from jupyter_mlgit.problems import DamagedRepository, UnsupportedRepository
from tests.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

NAMES = (
    "a", "a.b", "b/c", "b0", "b.d", "deep/" * 30 + "x", "n" * 250 + "/" + "m" * 250, "p/" * 2100 + "x", "ü/ö",
    "blank tab\t.txt",
)  # fmt: skip
LATIN = os.fsdecode(b"caf\xe9\xff")


def filled(scenario: Scenario) -> Scenario:
    """Puts names into the index that are long, alike, or no text."""
    blob = scenario.git("hash-object", "-w", "--stdin", stdin="content\n")
    lines = "".join(f"100644 {blob} 0\t{name}\0" for name in (*NAMES, LATIN))
    scenario.git("update-index", "-z", "--index-info", stdin=lines)
    scenario.write({"real.txt": "real\n", "run.sh": "run\n"})
    (scenario.path / "run.sh").chmod(0o755)
    (scenario.path / "link").symlink_to("real.txt")
    scenario.git("add", "real.txt", "run.sh", "link")
    return scenario


def conflicted(scenario: Scenario) -> Scenario:
    """Leaves a conflict in the index, and the note of one that was resolved."""
    scenario.commit("base", {"a": "1\n", "b": "1\n"}).branch("x").commit("theirs", {"a": "2\n", "b": "2\n"})
    scenario.checkout("main").commit("ours", {"a": "3\n", "b": "3\n"})
    scenario.try_git("merge", "x")
    scenario.write({"b": "4\n"}).git("add", "b")
    return scenario


def listing(scenario: Scenario) -> str:
    """Gives all that git reads from the index, stat data and flags included."""
    return scenario.git("ls-files", "--stage", "--debug", "-t", "-v", "-z") + scenario.git("ls-files", "--resolve-undo")


def rewritten(scenario: Scenario) -> Index:
    """Reads the index, writes it back, and demands that git sees the same as before."""
    path = scenario.git_dir / "index"
    length = len(scenario.git("hash-object", "--stdin", stdin=""))
    before = listing(scenario)
    index = read_index(path, length)
    path.write_bytes(write_index(index, length))
    assert listing(scenario) == before
    again = read_index(path, length)
    assert (again.entries, again.kept) == (index.entries, index.kept)
    scenario.fsck()
    return index


@pytest.mark.parametrize("version", ["2", "3", "4"])
@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_git_reads_what_was_written(tmp_path: Path, version: str, object_format: str) -> None:
    scenario = filled(Scenario(tmp_path, object_format=object_format))
    scenario.git("update-index", "--index-version", version)
    index = rewritten(scenario)
    listed = scenario.git("ls-files", "--stage", "-z").split("\0")[:-1]
    told = [f"{one.mode:06o} {one.oid.decode()} {one.stage}\t{os.fsdecode(one.path)}" for one in index.entries]
    assert told == listed
    assert len(told) == len(NAMES) + 4


@pytest.mark.parametrize("version", ["3", "4"])
def test_flags_stay(scenario: Scenario, version: str) -> None:
    scenario.commit("base", {"a": "1\n", "b": "1\n", "c": "1\n"}).write({"d": "1\n"})
    scenario.git("update-index", "--skip-worktree", "a")
    scenario.git("update-index", "--assume-unchanged", "b")
    scenario.git("add", "--intent-to-add", "d")
    scenario.git("update-index", "--index-version", version)
    flags = {one.path: (one.flags, one.extended) for one in rewritten(scenario).entries}
    assert flags == {b"a": (0, SKIP_WORKTREE), b"b": (ASSUME_VALID, 0), b"c": (0, 0), b"d": (0, INTENT_TO_ADD)}
    assert scenario.git("status", "--porcelain") == " A d"


def test_conflicts_and_resolved_ones_stay(scenario: Scenario) -> None:
    index = rewritten(conflicted(scenario))
    assert [(one.path, one.stage) for one in index.entries] == [(b"a", 1), (b"a", 2), (b"a", 3), (b"b", 0)]
    assert [name for name, _ in index.kept] == [b"REUC"]
    assert scenario.git("status", "--porcelain").splitlines() == ["UU a", "M  b"]


def test_what_only_git_can_keep_true_goes(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n", "d/b": "1\n"})
    scenario.git("config", "core.untrackedCache", "true")
    scenario.git("config", "index.threads", "2")
    scenario.git("status")
    scenario.git("update-index", "--force-write-index")
    path = scenario.git_dir / "index"
    before = path.read_bytes()
    assert [name for name in (b"TREE", b"UNTR", b"EOIE") if name in before] == [b"TREE", b"UNTR", b"EOIE"]
    written = write_index(read_index(path, 40), 40)
    assert [name for name in (b"TREE", b"UNTR", b"EOIE") if name in written] == [b"TREE"]


def test_untouched_index_comes_back_bit_for_bit(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n", "d/b": "1\n", "d/e/f": "1\n"})
    path = conflicted(scenario).git_dir / "index"
    scenario.git("update-index", "--skip-worktree", "d/b")
    assert write_index(read_index(path, 40), 40) == path.read_bytes()


def test_git_finds_nothing_to_refresh_in_what_was_written(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n", "d/b": "1\n"})
    for name in ("a", "d/b"):
        os.utime(scenario.path / name, ns=(10**18, 10**18))
    scenario.git("update-index", "--refresh")
    path = scenario.git_dir / "index"
    path.write_bytes(write_index(read_index(path, 40).smudged().changed({b"gone": None}), 40))
    written = path.read_bytes()
    # Without a refresh before: a file whose entry is not up to date would be named here.
    assert scenario.git("diff-files") == ""
    scenario.git("status")
    assert path.read_bytes() == written


def test_racy_entry_loses_its_size_and_nothing_else(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n", "b": "1\n"})
    os.utime(scenario.path / "b", ns=(10**18, 10**18))
    scenario.git("update-index", "--refresh")
    path = scenario.git_dir / "index"
    seconds = max((scenario.path / "a").stat().st_mtime_ns // 10**9, 1)
    os.utime(path, ns=(seconds * 10**9, seconds * 10**9))
    before = read_index(path, 40)
    after = before.smudged()
    assert [one.stat.size for one in after.entries] == [0, 2]
    assert [one._replace(stat=one.stat._replace(size=2)) for one in after.entries] == before.entries
    assert before.smudged(lambda entry: entry.path == b"a") is before
    scenario.write({"a": "2\n"})
    path.write_bytes(write_index(after, 40))
    assert scenario.git("status", "--porcelain") == " M a"


def test_a_missing_index_is_empty(scenario: Scenario) -> None:
    assert read_index(scenario.git_dir / "index", 40).entries == []


def test_an_index_without_a_checksum_is_read(scenario: Scenario) -> None:
    path = filled(scenario).git_dir / "index"
    path.write_bytes(path.read_bytes()[:-20] + b"\0" * 20)
    assert len(rewritten(scenario).entries) == len(NAMES) + 4


def test_a_sparse_index_is_refused(scenario: Scenario) -> None:
    scenario.commit("base", {"only/a": "1\n", "other/b": "1\n", "c": "1\n"})
    scenario.git("sparse-checkout", "set", "--cone", "--sparse-index", "only")
    with pytest.raises(UnsupportedRepository):
        read_index(scenario.git_dir / "index", 40)


def sealed(body: bytes) -> bytes:
    return body + hashlib.sha1(body, usedforsecurity=False).digest()


def test_what_must_be_understood_and_is_not_is_refused(scenario: Scenario) -> None:
    path = filled(scenario).git_dir / "index"
    good = write_index(read_index(path, 40), 40)[:-20]
    path.write_bytes(sealed(good + b"zzzz" + struct.pack(">L", 2) + b"??"))
    with pytest.raises(UnsupportedRepository):
        read_index(path, 40)
    path.write_bytes(sealed(good[:4] + struct.pack(">L", 5) + good[8:]))
    with pytest.raises(UnsupportedRepository):
        read_index(path, 40)
    entry = IndexEntry(b"a", 0o100644, Oid(b"1" * 40), UNKNOWN, extended=0x1000)
    path.write_bytes(write_index(Index(2, [entry], [], 0), 40))
    assert scenario.try_git("ls-files").returncode != 0
    with pytest.raises(UnsupportedRepository):
        read_index(path, 40)


def damaged_bodies(good: bytes) -> dict[str, bytes]:
    """Gives bodies with a right checksum that no git writes; git refuses each of them, or reads past its end."""
    entries = [IndexEntry(name, 0o100644, Oid(b"1" * 40), UNKNOWN) for name in (b"b", b"a")]
    parts = [write_index(Index(2, [one], [], 0), 40)[12:-20] for one in entries]
    head = good[:8]
    return {
        "out of order": head + struct.pack(">L", 2) + parts[0] + parts[1],
        "twice": head + struct.pack(">L", 2) + parts[0] + parts[0],
        "fewer than promised": head + struct.pack(">L", 2) + parts[0],
        "extension longer than the file": good + b"REUC" + struct.pack(">L", 99) + b"x",
        "cut in an entry": good[:40],
        "names cut before their beginning": b"DIRC" + struct.pack(">LL", 4, 1) + parts[0][:62] + b"\x05a\0",
    }


def test_damage_behind_a_right_checksum_is_seen(scenario: Scenario) -> None:
    path = filled(scenario).git_dir / "index"
    good = write_index(read_index(path, 40), 40)[:-20]
    for name, body in damaged_bodies(good).items():
        path.write_bytes(sealed(body))
        with pytest.raises(DamagedRepository):
            pytest.fail(f"{name}: {read_index(path, 40)}")


def test_every_cut_and_every_flipped_byte_is_seen(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n", "b/c": "1\n"})
    path = scenario.git_dir / "index"
    good = path.read_bytes()
    for length in range(len(good)):
        path.write_bytes(good[:length])
        with pytest.raises(DamagedRepository):
            read_index(path, 40)
    for place in range(len(good)):
        path.write_bytes(good[:place] + bytes([good[place] ^ 0x10]) + good[place + 1 :])
        with pytest.raises(DamagedRepository):
            read_index(path, 40)


number = st.integers(0, 2**32 - 1)
names = st.binary(min_size=1, max_size=40).filter(lambda name: b"\0" not in name)
stats = st.builds(Stat, st.tuples(number, number), st.tuples(number, number), number, number, number, number, number)
entries = st.builds(
    IndexEntry,
    names,
    st.sampled_from([0o100644, 0o100755, 0o120000, 0o160000]),
    st.binary(min_size=20, max_size=20).map(lambda raw: Oid(raw.hex().encode())),
    stats,
    st.sampled_from([0, ASSUME_VALID, 0x1000, 0x2000, 0x3000]),
    st.sampled_from([0, SKIP_WORKTREE, INTENT_TO_ADD]),
)


@given(st.lists(entries, max_size=12, unique_by=lambda one: (one.path, one.stage)))
def test_anything_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, given_entries: list[IndexEntry]
) -> None:
    path = tmp_path_factory.getbasetemp() / "index"
    path.write_bytes(write_index(Index(2, given_entries, [(b"REUC", b"x")], 0), 40))
    index = read_index(path, 40)
    assert index.entries == sorted(given_entries, key=lambda one: (one.path, one.stage))
    assert index.kept == [(b"REUC", b"x")]


@given(st.binary(max_size=300), st.integers(2, 4))
def test_garbage_is_a_problem_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, garbage: bytes, version: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "garbage"
    for body in (garbage, b"DIRC" + struct.pack(">LL", version, 3) + garbage):
        path.write_bytes(sealed(body))
        try:
            found = read_index(path, 40)
        except (DamagedRepository, UnsupportedRepository):
            continue
        assert found.entries == []


def test_stat_data_is_what_git_takes_down(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n"})
    old = scenario.path / "a"
    os.utime(old, ns=(10**18 + 5, 10**18 + 123_456_789))
    scenario.git("update-index", "--refresh")
    index = read_index(scenario.git_dir / "index", 40)
    assert index.entries[0].stat == Stat.of(old.lstat())
    assert not index.may_hide_edits(index.entries[0])
    index.mtime_ns = 10**18 + 999_999_999
    assert index.may_hide_edits(index.entries[0]), "within the same second"
    assert not index.may_hide_edits(index.entries[0]._replace(stat=UNKNOWN))


def test_a_copied_index_is_the_same_index(scenario: Scenario, tmp_path: Path) -> None:
    filled(scenario)
    copy = tmp_path / "copy"
    shutil.copy(scenario.git_dir / "index", copy)
    assert read_index(copy, 40).entries == read_index(scenario.git_dir / "index", 40).entries


@pytest.mark.parametrize("version", ["2", "4"])
def test_changes_are_put_between_what_stays(scenario: Scenario, version: str) -> None:
    filled(scenario).git("update-index", "--index-version", version)
    scenario.git("update-index", "--skip-worktree", "b/c")
    path = scenario.git_dir / "index"
    index = read_index(path, 40)
    by_name = {one.path: one for one in index.entries}
    blob, other = by_name[b"a"].oid, by_name[b"run.sh"].oid
    sides = [IndexEntry(b"b0", 0o100644, other, UNKNOWN, flags=stage << 12) for stage in (1, 2, 3)]
    updates: dict[bytes, IndexEntry | list[IndexEntry] | None] = {
        b"!first": IndexEntry(b"!first", 0o100755, blob, UNKNOWN),
        b"a": None,
        b"none": None,
        b"b0": sides,
        b"left": IndexEntry(b"left", 0o100644, other, UNKNOWN, extended=SKIP_WORKTREE),
        os.fsencode(LATIN) + b"~": IndexEntry(os.fsencode(LATIN) + b"~", 0o100644, other, UNKNOWN),
        b"\xff\xff": IndexEntry(b"\xff\xff", 0o100644, other, UNKNOWN),
    }
    changed = index.changed(updates)
    path.write_bytes(write_index(changed, 40))
    wanted = [one for one in index.entries if one.path not in updates]
    wanted += [entry for new in updates.values() for entry in (new if isinstance(new, list) else [new]) if entry]
    wanted.sort(key=lambda one: (one.path, one.stage))
    assert changed.entries == read_index(path, 40).entries == wanted
    lines = [f"{one.mode:o} {one.oid.decode()} {one.stage}\t{os.fsdecode(one.path)}" for one in wanted]
    assert scenario.git("ls-files", "--stage", "-z").split("\0")[:-1] == lines
    assert scenario.git("ls-files", "-v", "b/c", "left").splitlines() == ["S b/c", "S left"]
    version_now = struct.unpack_from(">L", path.read_bytes(), 4)
    assert version_now == (3,)
    path.write_bytes(write_index(changed.changed({b"b/c": None, b"left": None}), 40))
    assert struct.unpack_from(">L", path.read_bytes(), 4) == (2,), "nothing is marked any more"
    assert not changed.changed(dict.fromkeys(one.path for one in wanted)).entries
    scenario.fsck()
