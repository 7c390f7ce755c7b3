"""Watches what an act makes durable: after it nothing waits in memory, and no name leads to content that does."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.git.twins import opened, ours
from tests.journal.test_crash_matrix import (
    Act,
    changing_retention,
    creating,
    deleting,
    deleting_with_comments,
    installing_the_hook_before_another,
    moving,
    removing_the_hook_before_another,
    renaming_into_its_own_folder,
    renaming_over_another,
    renaming_the_current,
    restoring,
    undoing_a_deletion,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.scenario import Scenario

Place = tuple[int, int]

ACTS: list[Act] = [
    restoring,
    deleting,
    deleting_with_comments,
    installing_the_hook_before_another,
    renaming_the_current,
    renaming_into_its_own_folder,
    renaming_over_another,
    creating,
    moving,
    undoing_a_deletion,
    changing_retention,
    removing_the_hook_before_another,
]


@dataclass
class Disk:
    """What a power cut would take at this moment."""

    contents: set[Place] = field(default_factory=set)
    """Files with bytes that are not on the disk."""
    names: dict[Place, str] = field(default_factory=dict)
    """Folders with names that are not on the disk, and one such name."""
    too_early: list[str] = field(default_factory=list)
    """Names that were given to files before these were on the disk."""


def place(target: Any) -> Place:
    status = os.fstat(target) if isinstance(target, int) else Path(target).stat()
    return status.st_dev, status.st_ino


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """Follows every write, name and fsync."""
    found = Disk()
    write, fsync, replace, unlink, mkdir, open_ = os.write, os.fsync, os.replace, os.unlink, os.mkdir, os.open

    def note_name(path: Any) -> None:
        name = os.fspath(path)
        if "/mlgit/locks" not in name and not name.endswith((".lock", ".tmp")):
            found.names[place(Path(name).parent)] = name

    def watched_write(descriptor: int, data: bytes) -> int:
        found.contents.add(place(descriptor))
        return write(descriptor, data)

    def watched_fsync(descriptor: int) -> None:
        fsync(descriptor)
        found.contents.discard(place(descriptor))
        found.names.pop(place(descriptor), None)

    def watched_replace(source: Any, target: Any) -> None:
        if place(source) in found.contents:
            found.too_early.append(os.fspath(target))
        replace(source, target)
        note_name(target)

    def watched_unlink(path: Any, **named: Any) -> None:
        unlink(path, **named)
        note_name(path)

    def watched_mkdir(path: Any, *rest: Any) -> None:
        mkdir(path, *rest)
        note_name(path)

    def watched_open(path: Any, flags: int, *rest: Any, **named: Any) -> int:
        is_new = bool(flags & os.O_CREAT) and not os.path.lexists(path)
        descriptor = open_(path, flags, *rest, **named)
        if is_new:
            note_name(path)
        return descriptor

    for name, watched in (
        ("write", watched_write),
        ("fsync", watched_fsync),
        ("replace", watched_replace),
        ("unlink", watched_unlink),
        ("mkdir", watched_mkdir),
        ("open", watched_open),
    ):
        monkeypatch.setattr(os, name, watched)
    yield found
    monkeypatch.undo()


@pytest.mark.parametrize("prepare", ACTS, ids=lambda act: act.__name__)
def test_act_is_on_the_disk_when_it_is_acknowledged(
    story: Scenario, prepare: Act, request: pytest.FixtureRequest
) -> None:
    verb = prepare(story)
    with opened(story.path):
        pass
    disk: Disk = request.getfixturevalue("disk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(story, "git", None)  # git's own writing is not what is watched
        ours(story, verb.func, verb.keywords["request"])
    assert not disk.too_early
    gone = {where for where, name in disk.names.items() if not Path(name).parent.is_dir()}
    lost = {name for where, name in disk.names.items() if where not in gone and not name.endswith("/mlgit/lock")}
    assert lost == set()
    kept = {place(path) for path in (story.path / ".git").rglob("*") if path.is_file()}
    assert not disk.contents & kept
