"""Reads large objects in pieces: the same bytes, no more memory than a few of them, and damage is noticed."""

from __future__ import annotations

import random
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git import objects
from jupyter_mlgit.git.object_size import object_size
from jupyter_mlgit.git.objects import MissingObject
from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.undo import UndoRequest, undo
from jupyter_mlgit.problems import DamagedRepository
from tests.git.twins import opened
from tests.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

MIB = 2**20


def checkpoint(size: int) -> bytes:
    """Makes bytes that cannot be squeezed."""
    return random.Random(1).randbytes(size)  # noqa: S311 -- the same each time


def pack(scenario: Scenario, how: str) -> None:
    if how == "packed":
        scenario.git("repack", "-adq", "--window=0")
    elif how == "delta":
        scenario.git("repack", "-adfq", "--window=10")


@pytest.mark.parametrize(
    ("how", "object_format"), [("loose", "sha1"), ("packed", "sha1"), ("delta", "sha1"), ("delta", "sha256")]
)
def test_every_size_and_way_of_storing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, object_format: str
) -> None:
    monkeypatch.setattr(objects, "LARGE", 16)
    scenario = Scenario(tmp_path, object_format=object_format)
    base = checkpoint(3 * MIB)
    contents = [b"", b"x" * 15, b"x" * 16, b"x" * 127, base[:70_000], base, base + b"more", bytes(5 * MIB)]
    scenario.commit("all", {f"f{number}": content for number, content in enumerate(contents)})
    pack(scenario, how)
    with opened(scenario.path) as repo:
        for number, content in enumerate(contents):
            oid = scenario.git("rev-parse", f"HEAD:f{number}").encode()
            assert b"".join(repo.objects.blocks(oid)) == content
            assert repo.objects.kind(oid) == b"blob"
            assert object_size(repo.objects, oid) == len(content)
        tree = scenario.git("rev-parse", "HEAD^{tree}").encode()
        assert repo.objects.kind(tree) == b"tree"
        gone = b"1" * len(tree)
        assert repo.objects.kind(gone) is None
        with pytest.raises(MissingObject):
            list(repo.objects.blocks(gone))


@pytest.mark.parametrize("how", ["loose", "packed"])
def test_reset_and_undo_hold_a_few_pieces_only(scenario: Scenario, how: str) -> None:
    content = checkpoint(48 * MIB)
    scenario.commit("base", {"train.py": "1\n"}).commit("checkpoint", {"model.pt": content})
    pack(scenario, how)
    scenario.write({"model.pt": content[::-1]})
    with opened(scenario.path) as repo:
        tracemalloc.start()
        try:
            reset(repo, ResetRequest(rev="HEAD~", hard=True), Context(now=scenario.clock.now))
            assert not (scenario.path / "model.pt").exists()
            undo(repo, UndoRequest(), Context(now=scenario.clock.now))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert (scenario.path / "model.pt").read_bytes() == content[::-1]
    assert peak < 24 * MIB
    scenario.fsck()


@pytest.mark.parametrize("where", [0.0, 0.5, 1.0])
def test_damage_changes_nothing(scenario: Scenario, where: float) -> None:
    content = checkpoint(20 * MIB)
    scenario.commit("base", {"model.pt": content}).commit("next", {"model.pt": "small\n"})
    oid = scenario.git("rev-parse", "HEAD~:model.pt")
    path = scenario.common_dir / "objects" / oid[:2] / oid[2:]
    stored = bytearray(path.read_bytes())
    stored[int(where * (len(stored) - 1))] ^= 0xFF
    path.chmod(0o600)
    path.write_bytes(stored)
    with opened(scenario.path) as repo, pytest.raises(DamagedRepository):
        reset(repo, ResetRequest(rev="HEAD~", hard=True), Context(now=scenario.clock.now))
    assert (scenario.path / "model.pt").read_text() == "small\n"
    assert scenario.git("status", "--porcelain") == ""


def test_packed_by_gc_while_it_is_read(scenario: Scenario) -> None:
    content = checkpoint(20 * MIB)
    scenario.commit("base", {"model.pt": content})
    oid = scenario.git("rev-parse", "HEAD:model.pt").encode()
    with opened(scenario.path) as repo:
        blocks = repo.objects.blocks(oid)
        first = next(blocks)
        scenario.git("gc", "-q", "--prune=now")
        assert first + b"".join(blocks) == content
        assert b"".join(repo.objects.blocks(oid)) == content


@pytest.mark.parametrize("damaged", ["loose", "pack", "loose, the other a delta", "both"])
def test_a_damaged_copy_hides_no_sound_one(scenario: Scenario, damaged: str) -> None:
    content = checkpoint(17 * MIB)
    after = content + b"more" if "delta" in damaged else b"small\n"
    scenario.commit("base", {"model.pt": content}).commit("next", {"model.pt": after})
    oid = scenario.git("rev-parse", "HEAD~:model.pt")
    path = scenario.common_dir / "objects" / oid[:2] / oid[2:]
    loose = path.read_bytes()
    pack(scenario, "delta" if "delta" in damaged else "packed")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(loose)
    packed = next((scenario.common_dir / "objects/pack").glob("*.pack"))
    for one, spoilt in ((path, damaged != "pack"), (packed, damaged in {"pack", "both"})):
        if spoilt:
            stored = bytearray(one.read_bytes())
            stored[len(stored) // 2] ^= 0xFF
            one.chmod(0o600)
            one.write_bytes(stored)
    with opened(scenario.path) as repo:
        assert repo.objects.contains(oid.encode()) == (damaged != "both")
        blocks = repo.objects.blocks(oid.encode())
        if damaged == "both":
            with pytest.raises(DamagedRepository):
                next(blocks)
        else:
            assert b"".join(blocks) == content
            reset(repo, ResetRequest(rev="HEAD~", hard=True), Context(now=scenario.clock.now))
            assert (scenario.path / "model.pt").read_bytes() == content


def test_small_ones_are_read_at_once_and_kept(scenario: Scenario) -> None:
    scenario.commit("all", {"small": "one\n", "large": checkpoint(MIB), "packed": "two\n", "damaged": "three\n"})
    small, large, packed, damaged = (
        scenario.git("rev-parse", f"HEAD:{name}").encode() for name in ("small", "large", "packed", "damaged")
    )
    broken = scenario.path / ".git/objects" / damaged[:2].decode() / damaged[2:].decode()
    broken.chmod(0o644)
    broken.write_bytes(broken.read_bytes()[:-6])
    with opened(scenario.path) as repo:
        assert [repo.objects.small(oid) for oid in (large, damaged, b"1" * 40, b"../../../x")] == [None] * 4
        assert repo.objects.small(small) == b"one\n"
        made = scenario.git(
            "pack-objects", "-q", ".git/objects/pack/pack", stdin=f"{small.decode()}\n{packed.decode()}\n"
        )
        assert made
        scenario.git("prune-packed", "-q")
        assert repo.objects.small(packed) is None
        assert repo.objects.raw(packed, keep=True) == (b"blob", b"two\n")
        assert [repo.objects.small(oid) for oid in (small, packed)] == [b"one\n", b"two\n"]
