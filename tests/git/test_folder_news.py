"""Demands that no change is missed, and that whatever casts doubt on that is said."""

from __future__ import annotations

import gc
import os
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git import folder_news
from jupyter_mlgit.git.repository import open_repository
from jupyter_mlgit.git.status import StatusCache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jupyter_mlgit.git.folder_news import FolderNews
    from jupyter_mlgit.git.repository import Repository
    from tests.scenario import Scenario

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")

FILES = {"a": "1\n", "d/a": "1\n", "d/e/f": "1\n", ".gitignore": "*.log\nbuild/\n", "build/kept": "1\n"}


class Watching:
    """A repository's status that relies on the news."""

    def __init__(self, repo: Repository) -> None:
        """Looks once."""
        self.cache = StatusCache(repo, most=3)
        self.anew = StatusCache(repo, most=3)
        self.fully = 0
        full = self.cache.full

        def counted() -> Any:
            self.fully += 1
            return full()

        self.cache.full = counted  # type: ignore[method-assign]
        self.cache.watch()
        self.cache.now()

    @property
    def news(self) -> FolderNews | None:
        """What the system is asked with."""
        return self.cache._news  # noqa: SLF001 -- nobody else needs it

    def demand_right(self, *, fully: bool) -> None:
        """Demands that nothing is missed, and says whether everything may be looked at for that."""
        before = self.fully
        assert self.cache.now() == self.anew.full()
        assert (self.fully > before) is fully


@pytest.fixture
def watching(scenario: Scenario) -> Iterator[Watching]:
    """Gives a status that has been looked at once."""
    scenario.commit("base", FILES)
    scenario.git("add", "--force", "build/kept")
    scenario.commit("kept")
    repo = open_repository(scenario.path)
    yield Watching(repo)
    repo.close()


def new_folders(top: Path) -> None:
    (top / "n/o/p").mkdir(parents=True)
    (top / "n/o/p/q").write_text("1\n")


def with_its_old_times(top: Path) -> None:
    path = top / "a"
    status = path.stat()
    path.write_text("2\n")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def beside_and_over_it(top: Path) -> None:
    (top / ".~a").write_text("new\n")
    (top / ".~a").replace(top / "a")


CHANGES: dict[str, tuple[Callable[[Path], object], bool]] = {
    "written": (lambda top: (top / "d/a").write_text("2\n"), False),
    "written beside and over it": (beside_and_over_it, False),
    "written with its old times": (with_its_old_times, False),
    "made a program": (lambda top: (top / "d/e/f").chmod(0o755), False),
    "removed": (lambda top: (top / "d/e/f").unlink(), False),
    "a new file": (lambda top: (top / "d/new").write_text("1\n"), False),
    "an ignored file": (lambda top: (top / "d/x.log").write_text("1\n"), False),
    "new folders": (new_folders, False),
    "a file in an ignored folder": (lambda top: (top / "build/kept").write_text("2\n"), False),
    "a folder that was renamed": (lambda top: (top / "d").rename(top / "other"), True),
    "other rules": (lambda top: (top / ".gitignore").write_text("d/\n"), True),
    "the git directory alone": (lambda top: (top / ".git/description").write_text("1\n"), False),
    "nothing": (lambda _: None, False),
}


@pytest.mark.parametrize(("change", "fully"), CHANGES.values(), ids=CHANGES)
def test_nothing_is_missed(
    watching: Watching, scenario: Scenario, change: Callable[[Path], object], *, fully: bool
) -> None:
    watching.demand_right(fully=False)
    change(scenario.path)
    watching.demand_right(fully=fully)
    scenario.write({"d/e/f": "3\n", "n/o/p/q": "2\n", "other/e/f": "4\n"})
    watching.demand_right(fully=False)
    (scenario.path / "a").unlink()
    watching.demand_right(fully=False)


def test_what_is_in_a_folder_that_was_moved_in_and_out_is_followed(watching: Watching, scenario: Scenario) -> None:
    outside = scenario.root / "outside"
    (scenario.path / "d").rename(outside)
    watching.demand_right(fully=True)
    (outside / "a").write_text("elsewhere\n")
    outside.rename(scenario.path / "back")
    watching.demand_right(fully=True)
    (scenario.path / "back/a").unlink()
    watching.demand_right(fully=False)


SECOND_NAMES: dict[str, str] = {
    "beside it": "second",
    "below": "d/second",
    "one that is ignored": "second.log",
    "in a new folder": "new/second",
    "a tracked one's": "d/a",
    "outside, and the file looked at since": "../second",
}


@pytest.mark.parametrize("name", SECOND_NAMES.values(), ids=SECOND_NAMES)
def test_what_is_written_under_a_name_that_a_file_was_given_since(
    watching: Watching, scenario: Scenario, name: str
) -> None:
    second = scenario.path / name
    second.parent.mkdir(exist_ok=True)
    second.unlink(missing_ok=True)
    os.link(scenario.path / "a", second)
    if name.startswith(".."):
        (scenario.path / "a").touch()
    watching.demand_right(fully=True)
    second.write_text("2\n")
    assert (scenario.path / "a").read_text() == "2\n"
    assert b"a" in {one.path for one in watching.anew.full().changes}
    assert watching.cache.now() == watching.anew.full()


def test_a_file_with_two_names_is_looked_at_each_time(watching: Watching, scenario: Scenario) -> None:
    os.link(scenario.path / "a", scenario.root / "second")
    scenario.git("reset", "--quiet")
    scenario.write({"d/a": "2\n"}).git("add", "d/a")
    watching.demand_right(fully=True)
    (scenario.root / "second").write_text("2\n")
    watching.demand_right(fully=False)


def test_folders_that_are_shown_as_one_are_counted_each_time(watching: Watching, scenario: Scenario) -> None:
    scenario.write({f"many/{name}/{name}": "1\n" for name in "abcde"})
    watching.demand_right(fully=False)
    for name in "abc":
        (scenario.path / "many" / name / name).unlink()
    watching.demand_right(fully=False)
    scenario.git("init", "--quiet", "nested")
    scenario.git("-C", "nested", "commit", "--quiet", "--allow-empty", "-m", "1")
    watching.demand_right(fully=False)
    (scenario.path / "nested/.git/HEAD").unlink()
    (scenario.path / "nested/file").write_text("1\n")
    watching.demand_right(fully=False)


def test_a_queue_that_has_run_over_says_so(
    watching: Watching, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = os.read
    overflow = [struct.pack("iIII", -1, 0x4000, 0, 0)]
    monkeypatch.setattr(os, "read", lambda *words: overflow.pop() if overflow else read(*words))
    scenario.write({"a": "2\n"})
    watching.demand_right(fully=True)
    watching.demand_right(fully=False)


def test_what_is_mounted_is_noticed(watching: Watching, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text("another table\n")
    monkeypatch.setattr(folder_news, "_MOUNTS", mounts)
    watching.demand_right(fully=True)
    watching.demand_right(fully=False)
    mounts.unlink()
    watching.demand_right(fully=True)
    assert watching.news is None


def test_another_folder_in_its_place_is_noticed(watching: Watching, scenario: Scenario) -> None:
    scenario.twin().path.rename(scenario.root / "other")
    scenario.path.rename(scenario.root / "old")
    (scenario.root / "other").rename(scenario.path)
    scenario.write({"d/a": "2\n"})
    watching.demand_right(fully=True)


@pytest.mark.parametrize("limit", ["8\n", "0\n", "much\n"])
def test_where_a_folder_cannot_be_followed_everything_is_looked_at(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    scenario.commit("base", FILES)
    (tmp_path / "limit").write_text(limit)
    monkeypatch.setattr(folder_news, "_LIMIT", tmp_path / "limit")
    repo = open_repository(scenario.path)
    watching = Watching(repo)
    assert watching.news is None
    scenario.write({"d/e/f": "2\n"})
    watching.demand_right(fully=True)
    repo.close()


def test_a_look_that_failed_is_made_up_for(
    watching: Watching, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario.write({"a": "2\n"})
    with monkeypatch.context() as patch:
        patch.setattr(StatusCache, "_look_again", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            watching.cache.now()
    watching.demand_right(fully=True)


def test_the_queue_is_closed_with_its_repository(scenario: Scenario) -> None:
    scenario.commit("base", FILES)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        repo = open_repository(scenario.path)
        cache = StatusCache(repo)
        cache.watch()
        cache.now()
        repo.close()
        del repo, cache
    gc.collect()
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1
