"""Takes locks against the real git and against ourselves; a foreign one is named and left, a dead one of ours goes."""

from __future__ import annotations

import errno
import multiprocessing
import os
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git import locks
from jupyter_mlgit.git.durable import append_durably, write_durably
from jupyter_mlgit.git.locks import LockedFile, left_behind, repository_lock, sweep, sweep_locks
from jupyter_mlgit.problems import IndexLocked, Locked, ReadOnly, RepositoryBusy
from tests.journal.faults import killed_at

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    return tmp_path / "ours" / "locks"


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits for held locks as often, but not as long."""
    monkeypatch.setattr(time, "sleep", lambda _: None)


def test_file_is_replaced_at_once_and_nothing_is_left(tmp_path: Path, staging: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    lock = LockedFile(path, staging)
    lock.write(b"new")
    assert path.read_text() == "old"
    assert (tmp_path / "file.lock").read_bytes() == b"new"
    lock.commit()
    lock.abort()
    assert path.read_text() == "new"
    assert not (tmp_path / "file.lock").exists()
    assert not list(staging.iterdir())


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize(("name", "kind"), [("main", Locked), ("index", IndexLocked)])
def test_foreign_lock_is_named_with_age_and_holder_and_left(
    tmp_path: Path, staging: Path, name: str, kind: type[Locked]
) -> None:
    held = tmp_path / f"{name}.lock"
    with held.open("w") as stream:
        stream.write("theirs")
        stream.flush()
        os.utime(held, (time.time() - 100, time.time() - 100))
        with pytest.raises(kind) as caught:
            LockedFile(tmp_path / name, staging)
    assert type(caught.value) is kind
    assert caught.value.details == {"path": str(held)}
    (age,) = re.findall(r"(\d+) seconds old", caught.value.message)
    assert int(age) >= 100
    if sys.platform == "linux":
        assert f"process {os.getpid()}" in caught.value.message
    assert held.read_text() == "theirs"
    assert not list(staging.iterdir())


def test_lock_is_waited_for_about_two_seconds(tmp_path: Path, staging: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = tmp_path / "file.lock"
    held.touch()
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    with pytest.raises(Locked):
        LockedFile(tmp_path / "file", staging)
    assert 0.5 < sum(slept) < 3


def test_lock_that_is_given_back_in_time_is_taken(
    tmp_path: Path, staging: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = tmp_path / "file.lock"
    held.touch()
    monkeypatch.setattr(time, "sleep", lambda _: held.unlink())
    LockedFile(tmp_path / "file", staging).abort()


def hold(directory: Path, ready: Any, done: Any) -> None:
    with repository_lock(directory):
        ready.set()
        done.wait(60)


def test_two_acts_are_kept_apart(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    ready, done = spawn.Event(), spawn.Event()
    other = spawn.Process(target=hold, args=(tmp_path / "ours", ready, done))
    other.start()
    assert ready.wait(60)
    try:
        with pytest.raises(RepositoryBusy), repository_lock(tmp_path / "ours"):
            pass
    finally:
        done.set()
        other.join(60)
    with repository_lock(tmp_path / "ours"):
        pass


def test_lock_of_a_killed_process_is_swept_and_others_are_not(tmp_path: Path, staging: Path) -> None:
    foreign = tmp_path / "foreign.lock"
    foreign.write_text("theirs")
    names = [tmp_path / "deep" / "a", tmp_path / "b"]

    def crash() -> None:
        for name in names:
            LockedFile(name, staging).write(b"half")
        os.replace(tmp_path / "never", tmp_path / "there")  # noqa: PTH105 -- the call that kills

    number = 1
    while not all(name.with_name(f"{name.name}.lock").exists() for name in names):
        assert killed_at(number, crash)
        sweep_locks(staging) if number % 2 else None
        number += 1
    # Somebody's lock may have come in the place of ours after a person removed it.
    (tmp_path / "b.lock").unlink()
    (tmp_path / "b.lock").write_text("theirs")
    sweep_locks(staging)
    assert not (tmp_path / "deep" / "a.lock").exists()
    assert (tmp_path / "b.lock").read_text() == "theirs"
    assert foreign.read_text() == "theirs"
    assert not list(staging.iterdir())


def test_note_that_leads_elsewhere_removes_nothing(tmp_path: Path, staging: Path) -> None:
    """A planted note must not be able to have any file removed."""
    staging.mkdir(parents=True)
    precious = tmp_path / "precious.txt"
    precious.write_text("mine")
    other = tmp_path / "other.lock"
    other.write_text("mine")
    (staging / "0011").write_text("")
    (staging / "0011.path").write_bytes(os.fsencode(precious))
    (staging / "0022").write_text("")
    (staging / "0022.path").write_bytes(os.fsencode(other))
    (staging / "0033.path").write_bytes(b"\0\xff")
    os.link(precious, staging / "0044")
    (staging / "0044.path").write_bytes(os.fsencode(precious))
    linked = tmp_path / "linked.lock"
    linked.symlink_to(precious)
    os.link(precious, staging / "0055")
    (staging / "0055.path").write_bytes(os.fsencode(linked))
    sweep_locks(staging)
    assert precious.read_text() == "mine"
    assert linked.is_symlink()
    assert other.read_text() == "mine"
    assert not list(staging.iterdir())


def test_files_half_written_are_swept(staging: Path) -> None:
    ours = staging.parent
    (ours / "logs").mkdir(parents=True)
    for name in ("observed.json.12.7f.tmp", "logs/a-0.12.7f.tmp"):
        (ours / name).write_text("half")
    (ours / "observed.json").write_text("{}")
    sweep(ours, staging)
    assert [path.name for path in ours.rglob("*") if path.is_file()] == ["observed.json"]


def test_locks_left_behind_are_noticed_after_a_while(tmp_path: Path, staging: Path) -> None:
    assert not left_behind(staging)
    lock = LockedFile(tmp_path / "file", staging)
    assert not left_behind(staging)
    for entry in staging.iterdir():
        os.utime(entry, (time.time() - locks.STALE - 1,) * 2)
    assert left_behind(staging)
    lock.abort()


def cannot_link(*_: object) -> None:
    raise OSError(errno.EPERM, "Operation not permitted")


def test_without_hard_links_git_still_sees_the_lock(
    scenario: Any, staging: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario.commit("one")
    head = scenario.git_dir / "refs/heads/main"
    monkeypatch.setattr(os, "link", cannot_link)
    lock = LockedFile(head, staging)
    lock.write(head.read_bytes())
    assert "main.lock" in scenario.try_git("commit", "--allow-empty", "-m", "two").stderr
    lock.commit()
    scenario.commit("three")


def test_folder_that_git_removes_meanwhile_is_made_again(tmp_path: Path, staging: Path) -> None:
    lock = LockedFile(tmp_path / "refs" / "heads" / "a" / "b", staging)
    lock.write(b"x")
    lock.commit()
    assert (tmp_path / "refs/heads/a/b").read_bytes() == b"x"


@pytest.mark.parametrize("links", [True, False])
def test_lock_that_was_taken_away_is_not_renamed(
    tmp_path: Path, staging: Path, monkeypatch: pytest.MonkeyPatch, *, links: bool
) -> None:
    """Somebody removed it by hand, and another program took it."""
    if not links:
        monkeypatch.setattr(os, "link", cannot_link)
    path = tmp_path / "file"
    path.write_text("old")
    for end in ("commit", "abort"):
        lock = LockedFile(path, staging)
        lock.write(b"ours")
        (tmp_path / "file.lock").unlink()
        (tmp_path / "file.lock").write_text("theirs")
        if end == "commit":
            with pytest.raises(Locked, match="taken away"):
                lock.commit()
        else:
            lock.abort()
        assert path.read_text() == "old"
        assert (tmp_path / "file.lock").read_text() == "theirs"
        (tmp_path / "file.lock").unlink()
    assert not list(staging.iterdir())


@pytest.mark.parametrize("end", ["commit", "abort"])
def test_lock_that_has_only_gone_is_told_and_nothing_is_made(tmp_path: Path, staging: Path, end: str) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    lock = LockedFile(path, staging)
    lock.write(b"ours")
    (tmp_path / "file.lock").unlink()
    if end == "commit":
        with pytest.raises(Locked, match="taken away"):
            lock.commit()
    lock.abort()
    assert path.read_text() == "old"
    assert not (tmp_path / "file.lock").exists()
    assert not list(staging.iterdir())


def test_link_in_place_of_the_lock_is_not_taken_for_ours(tmp_path: Path, staging: Path) -> None:
    """A symbolic link to what we have staged has its content, and is somebody's all the same."""
    path = tmp_path / "file"
    path.write_text("old")
    lock = LockedFile(path, staging)
    lock.write(b"ours")
    staged = next(one for one in staging.iterdir() if not one.suffix)
    (tmp_path / "file.lock").unlink()
    (tmp_path / "file.lock").symlink_to(staged)
    with pytest.raises(Locked, match="taken away"):
        lock.commit()
    assert (tmp_path / "file.lock").is_symlink()
    assert path.read_text() == "old"


def test_permissions_of_the_old_file_stay(tmp_path: Path, staging: Path) -> None:
    for mode in (0o600, 0o640, 0o664):
        path = tmp_path / f"{mode:o}"
        path.write_text("secret")
        path.chmod(mode)
        lock = LockedFile(path, staging)
        lock.write(b"new")
        lock.commit()
        assert path.stat().st_mode & 0o777 == mode


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere; the faults of the crash matrix stand for it")
def test_folder_without_permission_is_told(tmp_path: Path, staging: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    with pytest.raises(ReadOnly):
        LockedFile(closed / "file", staging)


@pytest.mark.parametrize("write", [append_durably, write_durably])
def test_link_is_not_followed(tmp_path: Path, write: Any) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    link = tmp_path / "link"
    link.symlink_to(victim)
    try:
        write(link, b"data")
    except OSError as error:
        assert error.errno == errno.ELOOP  # noqa: PT017 -- replacing the link is as good
    assert victim.read_text() == "mine"


def test_worn_file_gives_its_place(tmp_path: Path) -> None:
    worn, path = tmp_path / "worn", tmp_path / "a"
    worn.write_text("something longer")
    place = worn.stat().st_ino
    write_durably(path, b"short", worn=worn)
    assert path.read_bytes() == b"short"
    assert path.stat().st_ino == place
    assert not worn.exists()


@pytest.mark.parametrize("plant", [os.link, os.symlink])
def test_nobody_elses_file_is_worn(tmp_path: Path, plant: Any) -> None:
    victim, worn, path = tmp_path / "victim", tmp_path / "worn", tmp_path / "a"
    victim.write_text("mine")
    plant(victim, worn)
    write_durably(path, b"ours", worn=worn)
    assert path.read_bytes() == b"ours"
    assert victim.read_text() == "mine"


def test_half_a_line_does_not_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log"
    path.write_text("one\n")
    real = os.write
    calls = []

    def full(descriptor: int, data: bytes) -> int:
        calls.append(1)
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, bytes(data)[:3])

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space"):
        append_durably(path, b"second line\n")
    assert path.read_text() == "one\n"


def test_what_another_program_appends_meanwhile_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log"
    path.write_text("one\n")

    def disturbed(descriptor: int) -> None:
        del descriptor
        with path.open("a") as stream:
            stream.write("theirs\n")
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", disturbed)
    with pytest.raises(OSError, match="Input/output"):
        append_durably(path, b"ours\n")
    assert path.read_text() == "one\nours\ntheirs\n"


def test_short_writes_are_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, bytes(data)[:1]))
    write_durably(tmp_path / "a", b"whole")
    append_durably(tmp_path / "a", b" line\n")
    monkeypatch.undo()
    assert (tmp_path / "a").read_bytes() == b"whole line\n"


def test_git_waits_for_nobody_of_ours_after_an_interruption(scenario: Any, staging: Path) -> None:
    """Ctrl-C in the middle of writing gives every lock back."""
    scenario.commit("one")
    head = scenario.git_dir / "refs/heads/main"
    lock = LockedFile(head, staging)
    with pytest.MonkeyPatch.context() as patch:

        def interrupted(_: int) -> None:
            raise KeyboardInterrupt

        patch.setattr(os, "fsync", interrupted)
        with pytest.raises(KeyboardInterrupt):
            lock.write(b"x")
    lock.abort()
    scenario.commit("two")
    assert subprocess.run(["git", "status"], cwd=scenario.path, capture_output=True, check=False).returncode == 0
