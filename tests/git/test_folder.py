"""Reads and writes below one folder, while others plant links, save files and pull folders away."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import stat
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git.folder import Folder, OnDisk
from jupyter_mlgit.git.open_folder import open_to_read
from jupyter_mlgit.problems import StateChanged

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenario import Scenario

ROUNDS = 5000


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """Gives a folder, beside another one that must never be reached from it."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/canary").write_text("canary")
    (tmp_path / "top").mkdir()
    return tmp_path / "top"


@pytest.fixture
def folder(top: Path) -> Folder:
    """Gives the same, opened."""
    return Folder(top, 40)


def write(
    folder: Folder, path: bytes, content: bytes, *, symlink: bool, executable: bool, expected: OnDisk | None
) -> os.stat_result | None:
    """Writes one file as an act writes many."""
    staged = folder.stage(path, [content], symlink=symlink, mode=0o777 if executable else 0o666, exact=False)
    try:
        folder.sync_staged([staged])
        return folder.put(staged, expected)
    finally:
        folder.unstage(staged)


def put(folder: Folder, path: bytes, content: bytes, *, symlink: bool = False, executable: bool = False) -> None:
    write(folder, path, content, symlink=symlink, executable=executable, expected=folder.read(path))


def names(top: Path) -> list[str]:
    return sorted(str(path.relative_to(top)) for path in top.rglob("*"))


@pytest.mark.parametrize("length", [40, 64])
def test_names_bytes_as_git_does(scenario: Scenario, length: int) -> None:
    scenario.write({"a": b"content\r\n\0", "empty": b""})
    (scenario.path / "link").symlink_to("no/where")
    folder = Folder(scenario.path, length)
    for name in ("a", "empty"):
        on_disk = folder.read(name.encode())
        assert on_disk is not None
        if length == 40:
            assert on_disk.oid == scenario.git("hash-object", "--no-filters", name).encode()
        assert len(on_disk.oid or b"") == length
    link = folder.read(b"link")
    assert link is not None
    if length == 40:
        assert link.oid == scenario.git("hash-object", "--stdin", stdin="no/where").encode()
    missing = [folder.read(name) for name in (b"b", b"a/b", b"no/such/folder", b"link/x")]
    assert missing == [None] * 4
    above = folder.read(b".git")
    assert above is not None
    assert above.is_folder
    assert above.oid is None


@pytest.mark.parametrize("length", [1, 3])
def test_a_file_that_is_written_while_it_is_read_has_no_name(
    folder: Folder, top: Path, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    (top / "a").write_bytes(b"one")

    class Digest:
        def __init__(self, _: bytes) -> None: ...

        def update(self, _: bytes) -> None:
            (top / "a").write_bytes(b"x" * length)
            os.utime(top / "a", (1, 1))

        def hexdigest(self) -> str:
            return "never"

    monkeypatch.setattr(folder, "_digest", Digest)
    on_disk = folder.read(b"a")
    assert on_disk is not None
    assert on_disk.oid is None


def test_a_pipe_is_not_waited_for(folder: Folder, top: Path) -> None:
    os.mkfifo(top / "pipe")
    on_disk = folder.read(b"pipe")
    assert on_disk is not None
    assert on_disk.oid is None
    assert folder.content(b"pipe") is None


@pytest.mark.parametrize(("most", "content"), [(99, b"beginning and end"), (10, None)])
def test_a_file_that_grows_before_it_is_read_is_not_cut_off(
    folder: Folder, top: Path, monkeypatch: pytest.MonkeyPatch, most: int, content: bytes | None
) -> None:
    (top / "a").write_bytes(b"beginning")

    def grown(*place: Any) -> int:
        with (top / "a").open("ab") as file:
            file.write(b" and end")
        return open_to_read(*place)

    monkeypatch.setattr("jupyter_mlgit.git.folder.open_to_read", grown)
    assert folder.load(b"a", most)[1] == content


def test_loads_a_file_up_to_a_size(folder: Folder, top: Path) -> None:
    (top / "file").write_bytes(b"four")
    (top / "link").symlink_to("../outside/canary")
    (top / "way").symlink_to("../outside")
    os.mkfifo(top / "pipe")
    for name, content in ((b"file", b"four"), (b"link", b"../outside/canary")):
        status, found = folder.load(name, len(content))
        assert (status.st_ino, found) == (os.lstat(top / name.decode()).st_ino, content)
        assert folder.load(name, len(content) - 1)[1] is None
    assert folder.load(b"pipe", 10)[1] == b""
    for name in (b"way/canary", b"gone", b"file/x", b""):
        with pytest.raises(OSError, match="Errno"):
            folder.load(name, 10_000)


def test_makes_and_replaces(folder: Folder, top: Path) -> None:
    put(folder, b"a/b/c.txt", b"one")
    put(folder, b"a/b/c.txt", b"two", executable=True)
    put(folder, b"link", b"a/b", symlink=True)
    put(folder, b"a/b/c.txt", b"three")
    put(folder, b"link", b"a", symlink=True)
    assert (top / "a/b/c.txt").read_bytes() == b"three"
    assert not (top / "a/b/c.txt").stat().st_mode & stat.S_IXUSR
    assert (top / "link").readlink().name == "a"
    put(folder, b"link", b"no link any more")
    assert (top / "link").read_bytes() == b"no link any more"
    assert names(top) == ["a", "a/b", "a/b/c.txt", "link"]


def test_tells_what_was_written(folder: Folder, top: Path) -> None:
    written = write(folder, b"a", b"one", symlink=False, executable=True, expected=None)
    assert written == (top / "a").lstat()
    assert stat.S_IMODE((top / "a").stat().st_mode) & 0o700 == 0o700


def test_empty_folders_make_room_and_full_ones_do_not(folder: Folder, top: Path) -> None:
    (top / "a/b/c").mkdir(parents=True)
    write(folder, b"a", b"file", symlink=False, executable=False, expected=None)
    assert (top / "a").read_bytes() == b"file"
    (top / "d/e").mkdir(parents=True)
    (top / "d/e/mine").write_text("mine")
    with pytest.raises(OSError, match="not empty"):
        write(folder, b"d", b"file", symlink=False, executable=False, expected=None)
    assert (top / "d/e/mine").read_text() == "mine"


def test_removes_with_the_folders_that_get_empty(folder: Folder, top: Path) -> None:
    for name in (b"a/b/c", b"a/d", b"e/f/g"):
        put(folder, name, b"x")
    folder.remove(b"a/b/c", folder.read(b"a/b/c"))
    folder.remove(b"e/f/g", folder.read(b"e/f/g"))
    assert names(top) == ["a", "a/d"]


def test_the_folder_that_we_stand_in_stays(folder: Folder, top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(folder, b"a/b/c", b"x")
    monkeypatch.chdir(top / "a/b")
    folder.remove(b"a/b/c", folder.read(b"a/b/c"))
    assert names(top) == ["a", "a/b"]


def save(path: Path) -> None:
    """Saves as an editor does: a new file takes the old one's place."""
    path.with_name("saving").write_text("three days of work")
    path.with_name("saving").rename(path)


def append(path: Path) -> None:
    with path.open("a") as stream:
        stream.write("three days of work")


@pytest.mark.parametrize("spoil", [save, append])
@pytest.mark.parametrize("act", ["write", "remove"])
def test_what_was_saved_since_the_look_stays(
    folder: Folder, top: Path, spoil: Callable[[Path], None], act: str
) -> None:
    put(folder, b"d/a", b"one")
    expected = folder.read(b"d/a")
    spoil(top / "d/a")
    if act == "write":
        with pytest.raises(StateChanged):
            write(folder, b"d/a", b"two", symlink=False, executable=False, expected=expected)
    else:
        with pytest.raises(StateChanged):
            folder.remove(b"d/a", expected)
    assert (top / "d/a").read_text().endswith("three days of work")
    assert names(top) == ["d", "d/a"]


def test_the_same_bytes_saved_again_are_the_same(folder: Folder, top: Path) -> None:
    put(folder, b"a", b"one")
    expected = folder.read(b"a")
    (top / "again").write_bytes(b"one")
    (top / "again").rename(top / "a")
    write(folder, b"a", b"two", symlink=False, executable=False, expected=expected)
    assert (top / "a").read_bytes() == b"two"
    expected = folder.read(b"a")
    (top / "a").chmod(0o755)
    with pytest.raises(StateChanged):
        folder.remove(b"a", expected)
    assert names(top) == ["a"]


def test_what_came_since_the_look_stays(folder: Folder, top: Path) -> None:
    for symlink in (True, False):
        (top / "a").write_text("mine")
        with pytest.raises(StateChanged):
            write(folder, b"a", b"target", symlink=symlink, executable=False, expected=None)
        assert (top / "a").read_text() == "mine"
    assert names(top) == ["a"]


def test_what_went_since_the_look_is_told(folder: Folder, top: Path) -> None:
    put(folder, b"a", b"one")
    expected = folder.read(b"a")
    (top / "a").unlink()
    with pytest.raises(StateChanged):
        write(folder, b"a", b"two", symlink=False, executable=False, expected=expected)
    with pytest.raises(StateChanged):
        folder.remove(b"a", expected)
    assert names(top) == []


def test_without_hard_links(folder: Folder, top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", none)
    test_makes_and_replaces(folder, top)
    (top / "mine").write_text("mine")
    with pytest.raises(StateChanged):
        write(folder, b"mine", b"two", symlink=False, executable=False, expected=None)
    assert (top / "mine").read_text() == "mine"


def test_links_on_the_way_lead_nowhere(folder: Folder, top: Path) -> None:
    (top / "d").symlink_to("../outside")
    assert folder.read(b"d/canary") is None
    assert folder.content(b"d/canary") is None
    assert folder.file_above(b"d/canary") == b"d"
    with pytest.raises(NotADirectoryError):
        write(folder, b"d/canary", b"x", symlink=False, executable=False, expected=None)
    with pytest.raises(NotADirectoryError):
        folder.remove(b"d/canary", Folder(top.parent / "outside", 40).read(b"canary"))
    assert folder.files_below(b"d") == []
    assert names(top.parent / "outside") == ["canary"]
    assert (top.parent / "outside/canary").read_text() == "canary"


def test_a_link_that_comes_while_we_walk_leads_nowhere(folder: Folder, top: Path) -> None:
    put(folder, b"d/a", b"x")
    put(folder, b"e/f/a", b"x")
    with folder.walking():
        assert folder.content(b"d/a") == b"x"
        (top / "d").rename(top / "moved")
        (top / "d").symlink_to("../outside")
        write(folder, b"d/b", b"y", symlink=False, executable=False, expected=None)
        assert folder.content(b"e/f/a") == b"x"
        with pytest.raises(NotADirectoryError):
            write(folder, b"d/c", b"z", symlink=False, executable=False, expected=None)
    assert names(top.parent / "outside") == ["canary"]
    assert names(top) == ["d", "e", "e/f", "e/f/a", "moved", "moved/a", "moved/b"]


def test_a_folder_that_goes_while_we_walk_is_made_anew(folder: Folder, top: Path) -> None:
    put(folder, b"d/e/a", b"x")
    with folder.walking():
        folder.remove(b"d/e/a", folder.read(b"d/e/a"))
        assert names(top) == []
        put(folder, b"d/e/b", b"y")
        put(folder, b"d/c", b"z")
        with folder.walking():
            assert folder.names(b"d") == {b"c", b"e"}
        assert folder.names(b"") == {b"d"}
        assert folder.names(b"d/c") == folder.names(b"no") == set()
    assert names(top) == ["d", "d/c", "d/e", "d/e/b"]


def test_walking_lets_go_of_every_folder(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    put(folder, b"d/e/a", b"x")
    opened: set[int] = set()
    open_, close = os.open, os.close

    def opening(*arguments: Any, **options: Any) -> int:
        opened.add(descriptor := open_(*arguments, **options))
        return descriptor

    def closing(descriptor: int) -> None:
        opened.discard(descriptor)
        close(descriptor)

    monkeypatch.setattr(os, "open", opening)
    monkeypatch.setattr(os, "close", closing)
    with contextlib.suppress(NotADirectoryError), folder.walking():
        assert folder.status(b"d/e/a") is not None
        assert len(opened) == 3
        write(folder, b"d/e/a/b", b"x", symlink=False, executable=False, expected=None)
        pytest.fail("A file has no files in it.")
    assert opened == set()


def test_many_are_durable_when_it_returns(folder: Folder, top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are made so by several threads; the failure of one is the failure of all."""
    paths = [b"d%d/file" % number for number in range(250)]
    synced: set[str] = set()
    monkeypatch.setattr(os, "fsync", lambda one: synced.add(str(Path(f"/proc/self/fd/{one}").readlink())))
    staged = [folder.stage(path, [b"x"], symlink=False, mode=0o666, exact=False) for path in paths]
    folder.sync_staged(staged)
    assert synced == {str(top / os.fsdecode(one.path.rpartition(b"/")[0] + b"/" + one.name)) for one in staged}
    synced.clear()
    folder.sync(paths)
    assert synced == {str(top), *(str(top / os.fsdecode(path.rpartition(b"/")[0])) for path in paths)}
    failing = iter([*[False] * 100, True])

    def failed(_: int) -> None:
        if next(failing, False):
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", failed)
    with pytest.raises(OSError, match="Input/output"):
        folder.sync(paths)


def test_a_folder_that_turns_into_a_link_and_back_leads_nowhere(folder: Folder, top: Path) -> None:
    """Another thread swaps the folder on the way for a link to the outside, as fast as it can."""
    (top / "d").mkdir()
    (top / "link").symlink_to("../outside")
    stop = threading.Event()

    def swap() -> None:
        steps = [("d", "hidden"), ("link", "d"), ("d", "link"), ("hidden", "d")]
        while not stop.is_set():
            for old, new in steps:
                with contextlib.suppress(OSError):  # the writer makes folders, too
                    (top / old).rename(top / new)
            if (top / "hidden").is_dir():
                shutil.rmtree(top / "hidden", ignore_errors=True)

    thread = threading.Thread(target=swap)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    thread.start()
    outcomes = set()
    try:
        for number in range(ROUNDS):
            try:
                write(folder, b"d/%d" % number, b"x", symlink=number % 2 == 0, executable=False, expected=None)
            except (OSError, StateChanged) as error:
                outcomes.add(type(error).__name__)
            else:
                outcomes.add("written")
    finally:
        stop.set()
        thread.join()
        sys.setswitchinterval(interval)
    assert names(top.parent / "outside") == ["canary"]
    assert (top.parent / "outside/canary").read_text() == "canary"
    assert "written" in outcomes


def test_what_a_killed_process_left_is_found(folder: Folder, top: Path) -> None:
    put(folder, b"d/a", b"x")
    for name in (".mlgit-0123456789abcdef.new", ".mlgit-0123456789abcdef.old", ".mlgit-mine.new", "mine.old"):
        (top / "d" / name).write_text("left")
    assert list(folder.leftovers([b"d/a", b"d/b", b"gone/c"])) == [b"d/.mlgit-0123456789abcdef.old"]
    assert names(top) == ["d", "d/.mlgit-0123456789abcdef.old", "d/.mlgit-mine.new", "d/a", "d/mine.old"]


def test_nothing_is_half_written(folder: Folder, top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(folder, b"a", b"one")
    expected = folder.read(b"a")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    for name in ("open", "write", "fsync", "rename"):
        with monkeypatch.context() as patched:
            patched.setattr(os, name, full)
            with pytest.raises(OSError, match="No space"):
                write(folder, b"a", b"two", symlink=False, executable=False, expected=expected)
        assert (top / "a").read_bytes() == b"one"
        assert names(top) == ["a"]


def test_files_below_and_above(folder: Folder, top: Path) -> None:
    for name in (b"d/a", b"d/e/b", b"f"):
        put(folder, name, b"x")
    put(folder, b"d/link", b"e", symlink=True)
    assert sorted(folder.files_below(b"d")) == [b"d/a", b"d/e/b", b"d/link"]
    assert folder.files_below(b"f") == folder.files_below(b"no") == []
    assert folder.file_above(b"f/x/y") == b"f"
    assert folder.file_above(b"d/link/x") == b"d/link"
    assert folder.file_above(b"d/a") is folder.file_above(b"no/x") is None
    assert isinstance(folder.read(b"d"), OnDisk)
    assert top.is_dir()


@pytest.mark.parametrize("begun", [0, 3])
def test_where_no_thread_can_be_begun_the_rest_is_done_without(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, begun: int
) -> None:
    """As while the server stops, which waits for the act that is under way."""
    left = iter(range(begun))
    submit = ThreadPoolExecutor.submit

    def submitted(*arguments: Any) -> Any:
        if next(left, None) is None:
            raise RuntimeError("cannot schedule new futures after interpreter shutdown")
        return submit(*arguments)

    synced: list[str] = []
    monkeypatch.setattr(ThreadPoolExecutor, "submit", submitted)
    monkeypatch.setattr(os, "fsync", lambda one: synced.append(str(Path(f"/proc/self/fd/{one}").readlink())))
    staged = [folder.stage(b"%d" % number, [b"x"], symlink=False, mode=0o666, exact=False) for number in range(20)]
    folder.sync_staged(staged)
    assert len(synced) == len(set(synced)) == 20


def test_a_way_that_is_deep_is_not_kept_open(folder: Folder, top: Path) -> None:
    """Each folder of it would hold a descriptor, and the server has others to open."""
    deep = b"/".join([b"d"] * 200)
    put(folder, deep + b"/a", b"x")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (max(int(one.name) for one in Path("/proc/self/fd").iterdir()) + 50, limits[1])
    )
    try:
        with folder.walking():
            assert folder.content(deep + b"/a") == b"x"
            put(folder, deep + b"/b", b"y")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert (top / os.fsdecode(deep) / "b").read_bytes() == b"y"
