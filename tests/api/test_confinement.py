"""Sixty ways to write a path that leads out, and the parts of a repository that can."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.api.confinement import is_inside
from jupyter_mlgit.api.repositories import Repositories
from jupyter_mlgit.problems import BadRequest, NotARepository, OutsideServerRoot, Problem
from tests.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

LEADING_OUT = [
    "..", "../", "../..", "../secret", "../../etc", "repo/../..", "repo/../../secret", "./..", "./../secret",
    "repo/./../../secret", "repo//../..//secret", "..//", "../.", "repo/..", "a/b/../../../secret",
    "/", "//", "/etc", "/etc/passwd", "///etc", "//server/share", "/repo", "~", "~/secret", "~root",
    "\\", "..\\", "..\\secret", "repo\\..\\..\\secret", "\\secret", "\\\\server\\share", "repo/..\\..",
    "C:", "C:\\", "C:/", "C:secret", "c:/secret", "file:///etc", "http://example.org/repo", "ssh://host/repo",
    "%2e%2e", "%2e%2e/secret", "..%2fsecret", "%2e%2e%2fsecret", "%2E%2E%5Csecret", "%252e%252e%252fsecret", "%2fetc",
    "repo/%2e%2e/%2e%2e/secret", "%00", "repo%00",
    "...", "....", ".. ", ".. /secret", " ..", "repo/.. /..", "..\t/", "\u2025", "\u2025/secret",
    "\uff0e\uff0e", "\uff0e\uff0e/secret", "\uff0e\uff0e\uff0fsecret", ".\uff0e/secret", "\u2024\u2024/secret",
    "\u2026",
]  # fmt: skip

NO_PATHS = ["\0", "repo\0", "repo\0/../secret", "..\0", "a" * 5000, "x/" * 3000, "\ud800", "repo/\udcff"]

ELSEWHERE = ["no-such-folder", "re", "repo-secret", ".hidden", ".hidden/repo", "repo/.git", "repo/.git/refs", "empty"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Gives a server's root with a repository in it, and one beside it whose name begins in the same way."""
    served = tmp_path / "data"
    Scenario(served, "repo").commit("first", {"sub/file.txt": "1"})
    Scenario(served, ".hidden").commit("first")
    (served / "empty").mkdir()
    Scenario(tmp_path, "data-secret").commit("first")
    Scenario(tmp_path, "secret").commit("first")
    return served


@pytest.fixture
def below(root: Path) -> Repositories:
    """Gives the repositories below that root."""
    return Repositories(str(root))


@pytest.mark.parametrize("asked", LEADING_OUT)
def test_no_spelling_leads_out(below: Repositories, root: Path, asked: str) -> None:
    with pytest.raises(Problem) as caught:
        below.find(asked)
    assert caught.value.code in ("outside-server-root", "not-a-repository")
    # Nothing of what lies outside may be found in the answer either.
    assert str(root.parent) not in str(caught.value.body())


@pytest.mark.parametrize("asked", NO_PATHS)
def test_what_is_no_path_is_a_bad_request(below: Repositories, asked: str) -> None:
    with pytest.raises(Problem) as caught:
        below.find(asked)
    assert isinstance(caught.value, BadRequest | NotARepository)


@pytest.mark.parametrize("asked", ELSEWHERE)
def test_a_folder_without_a_repository_is_told_as_such(below: Repositories, asked: str) -> None:
    with pytest.raises(NotARepository):
        below.find(asked)


@pytest.mark.parametrize("asked", ["repo", "repo/", "./repo", "repo/.", "repo//sub", "repo/sub", "repo/sub/file.txt"])
def test_a_folder_in_a_repository_finds_it(below: Repositories, root: Path, asked: str) -> None:
    assert below.find(asked).top == root / "repo"


def test_the_same_repository_is_opened_once(below: Repositories) -> None:
    assert below.find("repo") is below.find("repo/sub")


def test_a_repository_made_anew_in_the_same_place_is_another_one(below: Repositories, root: Path) -> None:
    first = below.find("repo")
    # Kept until the new one is there, so that it cannot get the same inode.
    shutil.move(root / "repo", root / "old")
    Scenario(root, "repo").commit("other")
    assert below.find("repo") is not first


def test_the_root_itself_may_be_the_repository(root: Path) -> None:
    assert Repositories(str(root / "repo")).find("").top == root / "repo"
    assert Repositories(str(root / "repo")).find(".").top == root / "repo"


def test_a_repository_that_begins_above_the_root_is_not_opened(root: Path) -> None:
    with pytest.raises(NotARepository) as caught:
        Repositories(str(root / "repo" / "sub")).find("")
    assert "allowed_roots" in caught.value.hint


def test_repositories_side_by_side_are_named(root: Path) -> None:
    (root / "none").mkdir()
    with pytest.raises(NotARepository) as caught:
        Repositories(str(root)).find("")
    named = caught.value.details["repositories"]
    assert "repo" in named
    assert all((root / name / ".git").exists() and not name.startswith(".") for name in named)


def test_a_repository_that_begins_above_the_root_is_opened_where_that_is_allowed(root: Path) -> None:
    allowed = Repositories(str(root / "repo" / "sub"), allowed_roots=[str(root / "repo")])
    repo = allowed.find("")
    assert repo.top == root / "repo"
    assert allowed.name_of(repo.top) == ""


def test_hidden_folders_are_shown_where_the_server_shows_them(root: Path) -> None:
    assert Repositories(str(root), allow_hidden=True).find(".hidden").top == root / ".hidden"
    with pytest.raises(NotARepository):
        Repositories(str(root), allow_hidden=True).find("repo/.git")


def test_a_link_that_leads_out_is_refused(below: Repositories, root: Path) -> None:
    (root / "link").symlink_to(root.parent / "secret")
    for asked in ("link", "link/", "link/sub", "repo/../link"):
        with pytest.raises(OutsideServerRoot):
            below.find(asked)


def test_a_link_that_leads_out_is_followed_where_that_is_allowed(root: Path) -> None:
    (root / "link").symlink_to(root.parent / "secret")
    allowed = Repositories(str(root), allowed_roots=[str(root.parent / "secret")])
    repo = allowed.find("link")
    assert repo.top == root.parent / "secret"
    assert allowed.name_of(repo.top) == "link"


def test_a_link_that_stays_inside_is_followed(below: Repositories, root: Path) -> None:
    (root / "link").symlink_to(root / "repo")
    repo = below.find("link/sub")
    assert repo.top == root / "repo"
    assert below.name_of(repo.top) == "repo"


def _git_file(root: Path) -> None:
    (root / "empty" / ".git").write_text(f"gitdir: {root.parent / 'secret' / '.git'}\n")


def _relative_git_file(root: Path) -> None:
    (root / "empty" / ".git").write_text("gitdir: ../../secret/.git\n")


def _git_link(root: Path) -> None:
    (root / "empty" / ".git").symlink_to(root.parent / "secret" / ".git")


def _git_file_link(root: Path) -> None:
    (root.parent / "canary").write_text("gitdir: canary")
    (root / "empty" / ".git").symlink_to(root.parent / "canary")


def _common_dir(root: Path) -> None:
    shutil.copytree(root / "repo" / ".git", root / "empty" / ".git")
    (root / "empty" / ".git" / "commondir").write_text(f"{root.parent / 'secret' / '.git'}\n")


def _alternates(root: Path) -> None:
    shutil.copytree(root / "repo" / ".git", root / "empty" / ".git")
    (root / "empty" / ".git" / "objects" / "info").mkdir(exist_ok=True)
    place = root / "empty" / ".git" / "objects" / "info" / "alternates"
    place.write_text(f"# a comment\n{root.parent / 'secret' / '.git' / 'objects'}\n")


def _alternates_of_alternates(root: Path) -> None:
    _alternates(root)
    (root / "empty" / ".git" / "objects" / "info" / "alternates").write_text("../../../repo/.git/objects\n")
    (root / "repo" / ".git" / "objects" / "info").mkdir(exist_ok=True)
    (root / "repo" / ".git" / "objects" / "info" / "alternates").write_text("../../../../secret/.git/objects\n")


def _linked_part(name: str) -> Any:
    def build(root: Path) -> None:
        shutil.copytree(root / "repo" / ".git", root / "empty" / ".git")
        part = root / "empty" / ".git" / name
        shutil.rmtree(part) if part.is_dir() else part.unlink(missing_ok=True)
        part.symlink_to(root.parent / "secret" / ".git" / name)

    build.__name__ = f"_linked_{name}"
    return build


def _work_tree(root: Path) -> None:
    shutil.copytree(root / "repo" / ".git", root / "empty" / ".git")
    with (root / "empty" / ".git" / "config").open("a") as config:
        config.write(f"[core]\n\tworktree = {root.parent / 'secret'}\n")


@pytest.mark.parametrize(
    "build",
    [
        *(
            _git_file,
            _relative_git_file,
            _git_link,
            _git_file_link,
            _common_dir,
            _alternates,
            _alternates_of_alternates,
        ),
        *(_linked_part(name) for name in ("refs", "objects", "HEAD", "config", "logs", "packed-refs", "index")),
        _work_tree,
    ],
    ids=lambda build: build.__name__.strip("_"),
)
def test_no_part_of_a_repository_may_lie_outside(below: Repositories, root: Path, build: Any) -> None:
    build(root)
    with pytest.raises(OutsideServerRoot) as caught:
        below.find("empty")
    assert "allowed_roots" in caught.value.hint
    assert str(root.parent) not in str(caught.value.body())


def test_a_linked_worktree_of_a_repository_inside_is_opened(below: Repositories, root: Path) -> None:
    Scenario(root, "repo").worktree_add("linked", "-b", "side")
    assert below.find("linked").top == root / "linked"


def test_a_worktree_of_a_repository_outside_is_opened_where_that_is_allowed(root: Path) -> None:
    Scenario(root.parent, "secret").worktree_add("data/linked", "-b", "side")
    with pytest.raises(OutsideServerRoot):
        Repositories(str(root)).find("linked")
    allowed = Repositories(str(root), allowed_roots=[str(root.parent / "secret")])
    assert allowed.find("linked").top == root / "linked"


def test_a_git_folder_that_is_none_is_passed_over(root: Path) -> None:
    (root / "repo" / "sub" / ".git").mkdir()
    assert Repositories(str(root)).find("repo/sub").top == root / "repo"


def test_a_sibling_whose_name_begins_alike_lies_outside() -> None:
    roots = [Path("/data")]
    assert is_inside(Path("/data"), roots)
    assert is_inside(Path("/data/x"), roots)
    assert not is_inside(Path("/data-secret"), roots)
    assert not is_inside(Path("/"), roots)


def test_nothing_outside_is_opened_while_looking(below: Repositories, root: Path) -> None:
    _alternates(root)
    (root / "link").symlink_to(root.parent / "secret")
    with opened_files() as opened:
        for asked in (*LEADING_OUT, "link", "empty"):
            with pytest.raises(Problem):
                below.find(asked)
    assert str(root / "empty" / ".git" / "objects" / "info" / "alternates") in opened
    assert [path for path in opened if str(root.parent / "secret") in path or "data-secret" in path] == []


_listening: list[list[str]] = []


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if _listening and event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], str | bytes | Path):
        _listening[-1].append(os.fsdecode(arguments[0]))


# An audit hook hears of every file that Python opens, by whatever way; it cannot be taken away again.
sys.addaudithook(_hear)


@contextlib.contextmanager
def opened_files() -> Iterator[list[str]]:
    """Gives the files that are opened meanwhile."""
    _listening.append([])
    try:
        yield _listening[-1]
    finally:
        _listening.pop()
