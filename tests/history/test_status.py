"""Reads the status as a person and as a program would."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.cli.history_text import show_status
from jupyter_mlgit.cli.screen import Screen
from jupyter_mlgit.git.folder_news import FolderNews
from jupyter_mlgit.history.status import Status, StatusRequest, read_status, state_token
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.status_cache import status_cache
from tests.git.twins import opened
from tests.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jupyter_mlgit.history.changes import StatusChange


def read(scenario: Scenario) -> Status:
    with opened(scenario.path) as repo:
        return read_status(repo, StatusRequest(), Context(now=scenario.clock.now))


def told(scenario: Scenario) -> str:
    screen = Screen(colour=False)
    show_status(screen, read(scenario))
    return screen.text().partition("\n")[2]


def brief(changes: tuple[StatusChange, ...]) -> list[tuple[Any, ...]]:
    return [(one.path, one.index, one.worktree, one.conflict, one.kind) for one in changes]


def at_work(s: Scenario) -> Scenario:
    """Leaves something of everything behind."""
    s.commit("base", {"a.py": "1\n", "b.py": "1\n", "c.py": "1\n", "old.ipynb": "1\n2\n3\n", "gone.txt": "1\n"})
    s.git("mv", "old.ipynb", "new.ipynb")
    s.write({"a.py": "2\n", "b.py": "2\n"}).git("add", "a.py")
    s.write({"a.py": "3\n", "plot.png": b"\x89PNG", "weights.pt": b"\0", "run": "text", "odd": b"\0"})
    (s.path / "gone.txt").unlink()
    (s.path / "c.py").unlink()
    (s.path / "c.py").symlink_to("b.py")
    s.write({f"data/{number}.csv": "1\n" for number in range(101)})
    s.git("init", "--quiet", "nested")
    return s


def test_everything_that_differs(scenario: Scenario) -> None:
    assert brief(read(at_work(scenario)).changes) == [
        ("a.py", "modified", "modified", None, "text"),
        ("b.py", None, "modified", None, "text"),
        ("c.py", None, "typechanged", None, "text"),
        ("data/", None, "untracked", None, "folder"),
        ("gone.txt", None, "deleted", None, "text"),
        ("nested/", None, "untracked", None, "submodule"),
        ("new.ipynb", "renamed", None, None, "notebook"),
        ("odd", None, "untracked", None, "binary"),
        ("plot.png", None, "untracked", None, "image"),
        ("run", None, "untracked", None, "text"),
        ("weights.pt", None, "untracked", None, "binary"),
    ]


def test_it_reads_like_a_list_of_things_to_do(scenario: Scenario) -> None:
    at_work(scenario)
    assert told(scenario).splitlines()[1:] == [
        "",
        "Staged:",
        "  modified  a.py",
        "  renamed   old.ipynb → new.ipynb",
        "",
        "Changed, not staged:",
        "  modified    a.py",
        "  modified    b.py",
        "  other type  c.py",
        "  deleted     gone.txt",
        "",
        "Untracked:",
        "  data/ (many files)",
        "  nested/",
        "  odd",
        "  plot.png",
        "  run",
        "  weights.pt",
    ]


def test_conflicts_come_first(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n", "b": "1\n"}).branch("x").commit("theirs", {"a": "2\n"})
    scenario.git("rm", "--quiet", "b")
    scenario.commit("gone", {}).checkout("main").commit("ours", {"a": "3\n", "b": "3\n"})
    scenario.try_git("merge", "x")
    assert brief(read(scenario).changes) == [
        ("a", None, None, "both-modified", "text"),
        ("b", None, None, "deleted-by-them", "text"),
    ]
    assert told(scenario).splitlines()[1:] == [
        "Unfinished: merge",
        "",
        "In conflict:",
        "  both modified    a",
        "  deleted by them  b",
    ]


def test_nothing_has_changed(scenario: Scenario) -> None:
    scenario.commit("base")
    assert read(scenario).changes == ()
    assert told(scenario).splitlines()[-1] == "Nothing has changed."


def test_a_bare_repository_has_no_files(tmp_path: Path) -> None:
    status = read(Scenario(tmp_path, "bare.git", bare=True))
    assert (status.bare, status.changes, status.changes_unknown) == (True, (), None)


def test_what_cannot_be_told_is_said(scenario: Scenario) -> None:
    scenario.commit("base", {"only/a": "1\n", "other/b": "1\n"})
    scenario.git("sparse-checkout", "set", "--cone", "--sparse-index", "only")
    status = read(scenario)
    assert status.branch == "main"
    assert "sparse index" in (status.changes_unknown or "")
    assert "sparse index" in told(scenario)


def edit(s: Scenario) -> None:
    s.write({"a": "22\n"})


def edit_again(s: Scenario) -> None:
    s.write({"b": "33\n"})


def same_size_again(s: Scenario) -> None:
    s.write({"b": "3\n"})


def new_file(s: Scenario) -> None:
    s.write({"n": "1\n"})


def another_untracked(s: Scenario) -> None:
    s.write({"untracked": "2\n"})


def stage(s: Scenario) -> None:
    s.git("add", "b")


def executable(s: Scenario) -> None:
    (s.path / "a").chmod(0o755)


def remove(s: Scenario) -> None:
    (s.path / "untracked").unlink()


def commit(s: Scenario) -> None:
    s.git("commit", "--quiet", "--all", "--message", "second")


def branch(s: Scenario) -> None:
    s.git("branch", "other")
    s.git("symbolic-ref", "HEAD", "refs/heads/other")


def detach(s: Scenario) -> None:
    s.git("checkout", "--quiet", "--detach")


def lose_the_index(s: Scenario) -> None:
    (s.git_dir / "index").unlink()


IN_FILES = [edit, edit_again, same_size_again, new_file, another_untracked, executable, remove]
IN_GIT = [stage, commit, branch, detach, lose_the_index]


@pytest.mark.parametrize("act", [*IN_FILES, *IN_GIT])
def test_the_token_changes_with_every_change(scenario: Scenario, act: Callable[[Scenario], None]) -> None:
    scenario.commit("base", {"a": "1\n", "b": "1\n"}).write({"b": "2\n", "untracked": "1\n"})
    with opened(scenario.path) as repo:
        before = state_token(repo)
        assert read_status(repo, StatusRequest(), Context(now=0)).state_token == before
        act(scenario)
        assert state_token(repo) != before
        assert read_status(repo, StatusRequest(), Context(now=0)).state_token == state_token(repo)


def test_the_token_stays_while_nothing_changes(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n"}).write({"a": "2\n"})
    before = read(scenario).state_token
    os.utime(scenario.path, ns=(1, 1))
    scenario.write({".git/COMMIT_EDITMSG": "some other text\n"})
    assert read(scenario).state_token == before


def test_the_token_relies_on_no_news(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario.commit("base", {"a": "1\n"})
    with opened(scenario.path) as repo:
        status_cache(repo).watch()
        read_status(repo, StatusRequest(), Context(now=0))
        monkeypatch.setattr(FolderNews, "changed", lambda _: set())
        shown = read_status(repo, StatusRequest(), Context(now=0))
        scenario.write({"a": "2\n"})
        assert state_token(repo) != shown.state_token


def test_the_token_stays_when_the_same_index_is_written_again(scenario: Scenario) -> None:
    index = scenario.commit("base", {"a": "1\n"}).write({"a": "2\n"}).git_dir / "index"
    before = read(scenario).state_token
    content = index.read_bytes()
    index.unlink()
    index.write_bytes(content)
    assert read(scenario).state_token == before


def test_the_token_changes_with_an_index_that_has_no_checksum(scenario: Scenario) -> None:
    """As git writes it with ``index.skipHash``: only the entries differ, and the size doesn't."""
    index = scenario.commit("base", {"a": "1\n"}).git_dir / "index"

    def write(content: bytes) -> None:
        new = index.with_name("index.new")
        new.write_bytes(content[:-20] + bytes(20))
        new.replace(index)

    content = index.read_bytes()
    write(content)
    before = read(scenario).state_token
    assert read(scenario).state_token == before
    other = bytearray(content)
    other[12 + 40] ^= 0xFF  # the first byte of the first entry's object name
    write(bytes(other))
    assert read(scenario).state_token != before
