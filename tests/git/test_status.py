"""Tells what has changed in states that people get into; ``git status`` is the judge."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.index import read_index, write_index
from jupyter_mlgit.git.objects import MissingObject
from jupyter_mlgit.git.repository import open_repository
from jupyter_mlgit.git.status import StatusCache
from jupyter_mlgit.problems import UnsupportedRepository
from tests.git.status_judge import by_git, ours
from tests.git.twins import opened
from tests.history.pictures import everything
from tests.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jupyter_mlgit.git.status import Status

OLD = 10**18
CRLF = b"one\r\ntwo\r\n"


def looked(scenario: Scenario, most: int | None = None) -> Status:
    repo = open_repository(scenario.path)
    try:
        return StatusCache(repo, most=most).full()
    finally:
        repo.close()


def settled(scenario: Scenario) -> Scenario:
    """Waits until no file is as young as the index: then git, and we, take times and sizes for the whole truth."""
    scenario.git("update-index", "--refresh")
    while time.time() < (scenario.git_dir / "index").stat().st_mtime + 1.1:
        time.sleep(0.05)
    scenario.git("update-index", "--force-write-index")
    return scenario


def require_same(scenario: Scenario) -> list[str]:
    found = ours(looked(scenario), len(scenario.git("hash-object", "--stdin", stdin="")))
    assert found == by_git(scenario)
    return found


def merge_of(kind: str) -> Callable[[Scenario], None]:
    """Gives a story that ends in one kind of conflict, or with one that git shows as several."""

    def story(s: Scenario) -> None:
        s.commit("base", {"a": "1\n2\n3\n4\n5\n", "other": "1\n"}).branch("x")
        theirs, our = {
            "both-modified": ({"a": "theirs\n"}, {"a": "ours\n"}),
            "deleted-by-them": (None, {"a": "ours\n"}),
            "deleted-by-us": ({"a": "theirs\n"}, None),
            "both-added": ({"n": "theirs\n"}, {"n": "ours\n"}),
            "renamed-twice": ("b", "c"),
        }[kind]
        for side, branch in ((theirs, "x"), (our, "main")):
            s.checkout(branch)
            if side is None:
                s.git("rm", "--quiet", "a")
            elif isinstance(side, str):
                s.git("mv", "a", side)
            s.commit(f"on {branch}", side if isinstance(side, dict) else {})
        assert s.try_git("merge", "x").returncode == 1

    return story


def sparse(s: Scenario) -> None:
    s.commit("base", {"in/a": "1\n", "out/b": "1\n", "c": "1\n"}).git("sparse-checkout", "set", "--cone", "in")


def sparse_with_a_file_that_is_there(s: Scenario) -> None:
    sparse(s)
    s.write({"out/b": "edited\n", "out/new": "1\n"})


def skipped_with_a_file_that_is_there(s: Scenario) -> None:
    s.commit("base", {"a": "1\n", ".gitignore": "*.log\n"})
    s.git("update-index", "--skip-worktree", "a", ".gitignore")
    s.write({"a": "edited\n", "x.log": ""})
    (s.path / ".gitignore").unlink()


def submodule_that_moved(s: Scenario) -> None:
    inner = Scenario(s.root, "inner", clock=s.clock).commit("one")
    s.commit("base").git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.path), "sub")
    s.commit("with it", {})
    s.inside("repo/sub").commit("two")


def unborn(s: Scenario) -> None:
    s.write({"a": "1\n", "b": "1\n", "c": "1\n"}).git("add", "a", "b")
    s.write({"b": "2\n"})


def changed_back_under_the_same_times(s: Scenario) -> None:
    settled(s.commit("base", {"a": "1\n", "b": "1\n"}))
    s.write({"a": "2\n"})
    os.utime(s.path / "a", ns=(OLD, OLD))


def index_without_nanoseconds(s: Scenario) -> None:
    s.commit("base", {"a": "1\n", "b": "1\n"})
    os.utime(s.path / "a", ns=(OLD, OLD))
    settled(s)
    os.utime(s.path / "a", ns=(OLD + 7, OLD + 7))


def converted(s: Scenario) -> None:
    s.commit("base", {"a.txt": CRLF, "b.txt": "one\ntwo\n", ".gitattributes": "*.txt text\n"})
    s.write({"a.txt": CRLF, "b.txt": CRLF})


def folders_that_links_have_replaced(s: Scenario) -> None:
    s.commit("base", {"d/a": "1\n", "e/a": "1\n"})
    (s.path / "d").rename(s.root / "elsewhere")
    (s.path / "d").symlink_to(s.root / "elsewhere")


STORIES = [
    *(
        merge_of(kind)
        for kind in ("both-modified", "deleted-by-them", "deleted-by-us", "both-added", "renamed-twice")
    ),
    sparse, sparse_with_a_file_that_is_there, skipped_with_a_file_that_is_there, submodule_that_moved, unborn,
    changed_back_under_the_same_times, index_without_nanoseconds, converted, folders_that_links_have_replaced,
]  # fmt: skip


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_same_as_git(tmp_path: Path, story: Callable[[Scenario], None], object_format: str) -> None:
    scenario = Scenario(tmp_path, object_format=object_format)
    if story is submodule_that_moved and object_format == "sha256":
        return
    story(scenario)
    require_same(scenario)


def test_looking_changes_nothing(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n", "b/c": "1\n"}).write({"a": "2\n", "new": "1\n"})
    os.utime(scenario.path / "b/c", ns=(OLD, OLD))
    before = everything(scenario.root)
    assert [change.path for change in looked(scenario).changes] == [b"a"]
    assert everything(scenario.root) == before


def test_a_full_folder_is_one_line(scenario: Scenario) -> None:
    scenario.commit("base", {"code/a": "1\n"})
    scenario.write({f"data/{number % 3}/{number}": "1\n" for number in range(8)})
    scenario.write({f"code/{number}": "1\n" for number in range(8)} | {"few/a": "1\n", "few/b": "1\n"})
    assert list(looked(scenario, most=7).untracked.items()) == [
        *((b"code/%d" % number, 0) for number in range(8)),
        (b"data/", 8),
        (b"few/a", 0),
        (b"few/b", 0),
    ]
    assert b"data/0/0" in looked(scenario, most=8).untracked


def test_full_folders_are_kept_up_to_date(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n"}).write({f"data/{number}": "1\n" for number in range(5)})
    repo = open_repository(scenario.path)
    cache = StatusCache(repo, most=4)
    assert cache.full().untracked == {b"data/": 5}
    (scenario.path / "data/3").unlink()
    assert len(cache.refresh([b"data/3"]).untracked) == 4
    scenario.write({"data/deep/er/x": "1\n"})
    assert cache.refresh([b"data/deep/er/x"]).untracked == {b"data/": 5}
    scenario.write({".gitignore": "data/\n"})
    assert cache.refresh([b".gitignore"]).untracked == {b".gitignore": 0}
    repo.close()


def test_only_what_has_changed_is_looked_at(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n", "b": "1\n"})
    repo = open_repository(scenario.path)
    cache = StatusCache(repo)
    cache.full()
    scenario.write({"a": "22\n", "b": "22\n"})
    assert [change.path for change in cache.refresh([b"a"]).changes] == [b"a"]
    assert [change.path for change in cache.refresh([b"b"]).changes] == [b"a", b"b"]
    scenario.git("add", "a")
    (scenario.path / "b").write_text("1\n")
    assert [(one.path, one.index_change) for one in cache.refresh([]).changes] == [(b"a", "M")], "the index is another"
    repo.close()


def test_a_file_that_was_read_is_not_read_again(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyter_mlgit.git import file_status

    settled(scenario.commit("base", {"a": "1\n", "b": "1\n"}))
    for name in "ab":
        os.utime(scenario.path / name, ns=(OLD, OLD))
    repo = open_repository(scenario.path)
    cache = StatusCache(repo)
    read: list[bytes] = []
    name_of = file_status.FileStatus._name_of  # noqa: SLF001 -- what reads a file

    def counted(files: file_status.FileStatus, path: bytes, *circumstances: object) -> object:
        read.append(path)
        return name_of(files, path, *circumstances)  # type: ignore[arg-type]

    monkeypatch.setattr(file_status.FileStatus, "_name_of", counted)
    assert cache.full().changes == ()
    assert sorted(read) == [b"a", b"b"]
    cache.full()
    assert len(read) == 4, "a moment ago they were changed, and could be again"
    monkeypatch.setattr(file_status, "_SETTLED", 0)
    cache.full()
    cache.full()
    assert len(read) == 6
    (scenario.path / "a").write_text("2\n")
    os.utime(scenario.path / "a", ns=(OLD, OLD))
    assert [change.path for change in cache.full().changes] == [b"a"]
    repo.close()


def test_a_filter_is_never_started(scenario: Scenario) -> None:
    scenario.write({".gitattributes": "*.ipynb filter=strip\n"})
    scenario.commit("base", {"a.ipynb": "clean\n", "b.ipynb": "clean\n"})
    settled(scenario)
    scenario.git("config", "filter.strip.clean", "touch started; tr A-Z a-z")
    scenario.write({"a.ipynb": "CLEAN\n", "b.ipynb": "clean\n"})
    (change,) = looked(scenario).changes
    assert (change.path, change.worktree_change, change.unknown) == (b"a.ipynb", "M", True)
    assert not (scenario.path / "started").exists()
    repo = open_repository(scenario.path)
    known = StatusCache(repo, run=lambda _command, _path, content: content.lower())
    assert known.full().changes == ()
    repo.close()
    assert scenario.git("status", "--porcelain", "--untracked-files=no") == ""
    assert (scenario.path / "started").exists(), "git does start it"


def test_an_index_that_cannot_be_read_is_a_problem(scenario: Scenario) -> None:
    scenario.commit("base", {"only/a": "1\n", "other/b": "1\n"})
    scenario.git("sparse-checkout", "set", "--cone", "--sparse-index", "only")
    with pytest.raises(UnsupportedRepository):
        looked(scenario)


def test_a_branch_that_moves_is_seen(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n"}).commit("more", {"a": "2\n"})
    repo = open_repository(scenario.path)
    cache = StatusCache(repo)
    assert cache.full().changes == ()
    scenario.git("update-ref", "HEAD", "HEAD~")
    assert [one.index_change for one in cache.refresh([]).changes] == ["M"]
    assert ours(cache.full()) == by_git(scenario)
    repo.close()


def test_an_edit_that_no_time_and_no_size_shows(scenario: Scenario) -> None:
    """Within the second in which the index was written; later git itself notes in the index that it may be so."""
    path = scenario.path / "a"
    for attempt in range(50):
        scenario.write({"a": f"1{attempt:03}\n"}).git("add", "a")
        before = path.stat()
        path.write_text(f"2{attempt:03}\n")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        if path.stat().st_ctime_ns // 10**9 == before.st_ctime_ns // 10**9:
            break
    scenario.git("diff", "--no-patch")
    assert [line[:4] for line in require_same(scenario)] == ["1 AM"]


def test_an_entry_without_a_size_is_compared_by_content(scenario: Scenario) -> None:
    settled(scenario.commit("base", {"a": "1\n", "b": "1\n", "empty": ""}))
    path = scenario.git_dir / "index"
    entries = {one.path: one._replace(stat=one.stat._replace(size=0)) for one in read_index(path, 40).entries}
    path.write_bytes(write_index(read_index(path, 40).changed(entries), 40))
    assert require_same(scenario) == []
    scenario.write({"b": "2\n", "empty": "1\n"})
    assert len(require_same(scenario)) == 2


def test_what_is_staged_after_a_look_that_failed(scenario: Scenario) -> None:
    """The index that was read then is gone, and the next one may lie in memory where the first one lay."""
    scenario.commit("base", {"a": "1\n"})
    head = scenario.git_dir / "refs/heads/main"
    with opened(scenario.path) as repo:
        cache = StatusCache(repo, most=None)
        for number in range(20):
            cache.full()
            tip = head.read_text()
            scenario.write({"a": f"{number} of those that fail\n"}).git("add", "a")
            head.write_text("1" * 40 + "\n")
            with pytest.raises(MissingObject):
                cache.full()
            head.write_text(tip)
            scenario.write({f"new {number}": "1\n"}).git("add", f"new {number}")
            assert ours(cache.full()) == by_git(scenario)


def test_a_folder_that_was_a_file_for_a_while(scenario: Scenario) -> None:
    scenario.commit("base", {"d/a": "1\n", "d/b": "1\n"})
    repo = open_repository(scenario.path)
    cache = StatusCache(repo, most=None)
    cache.full()
    (scenario.path / "d").rename(scenario.root / "aside")
    scenario.write({"d": "1\n"})
    assert ours(cache.refresh([b"d"])) == by_git(scenario)
    (scenario.path / "d").unlink()
    (scenario.root / "aside").rename(scenario.path / "d")
    assert ours(cache.refresh([b"d/a"])) == by_git(scenario) == [], "not told of all that came back with it"
    repo.close()


def test_the_file_that_leads_to_the_git_directory_is_nobodys(scenario: Scenario) -> None:
    scenario.commit("one").worktree_add("linked", "-b", "side")
    linked = scenario.inside("linked").write({"new/folder/.git": "gitdir: nowhere\n", "new/mine": "1\n"})
    assert require_same(linked) != []
