"""Opens repositories in every layout that git knows, and demands a clear problem for those that we cannot read."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git.repository import Repository, find_layout, open_repository
from jupyter_mlgit.history.branches import (
    BranchDeleteRequest,
    BranchesRequest,
    delete_branch,
    list_branches,
)
from jupyter_mlgit.history.status import Status, StatusRequest, read_status
from jupyter_mlgit.journal.acts import acting
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.problems import (
    DamagedRepository,
    NotARepository,
    Problem,
    UnsupportedRepository,
    UntrustedRepository,
)
from tests.git.twins import opened, ours
from tests.scenario import Scenario
from tests.snapshots import difference, taken

if TYPE_CHECKING:
    from collections.abc import Callable

STRANGER = 54_321

as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files to another user"
)
as_anybody_else = pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0, reason="root reads everything, whatever the permissions say"
)


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    return scenario.commit("one").branch("x").commit("two").checkout("main")


def status(story: Scenario) -> Status:
    found: Status = ours(story, read_status, StatusRequest())
    return found


def require_as_git(path: Path, story: Scenario) -> None:
    """Demands that from a path the same repository is found as git finds from there."""
    place = story.try_git(
        "-C", str(path), "rev-parse", "--absolute-git-dir", "--git-common-dir", "--is-bare-repository"
    )
    git_dir, common_dir, bare = place.stdout.splitlines()
    top = story.try_git("-C", str(path), "rev-parse", "--show-toplevel").stdout.strip()
    with opened(path) as repo:
        assert repo.git_dir == Path(git_dir).resolve()
        assert repo.common_dir == (path / common_dir).resolve()
        assert repo.bare is (bare == "true")
        assert str(repo.worktree or "") == top
        head = repo.refs.head()
        assert (head.oid or b"").decode() == story.try_git(
            "-C", str(path), "rev-parse", "-q", "--verify", "HEAD"
        ).stdout.strip()
        named = story.try_git("-C", str(path), "symbolic-ref", "-q", "HEAD").stdout.strip()
        assert (head.ref or b"").decode() == named


def test_worktree_and_the_folders_and_files_in_it(story: Scenario) -> None:
    story.write({"deep/down/file": ""})
    for name in (".", "deep/down"):
        require_as_git(story.path / name, story)
    assert find_layout(story.path / "deep/down/file").git_dir == story.git_dir


def test_path_through_a_link(story: Scenario) -> None:
    link = story.root / "link"
    link.symlink_to(story.path)
    with opened(link) as repo:
        assert repo.worktree == story.path


def test_unborn_detached_and_shallow(story: Scenario) -> None:
    story.checkout("--detach", "x")
    require_as_git(story.path, story)
    assert (status(story).branch, status(story).head) == (None, story.tip("x"))
    shallow = story.clone("shallow", "--depth=1")
    require_as_git(shallow.path, story)
    assert status(shallow).shallow
    unborn = Scenario(story.root, "unborn")
    require_as_git(unborn.path, story)
    assert (status(unborn).branch, status(unborn).head) == ("main", None)
    orphan = story.checkout("--orphan", "new")
    assert (status(orphan).branch, status(orphan).head) == ("new", None)


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_both_object_formats(tmp_path: Path, object_format: str) -> None:
    story = Scenario(tmp_path / "work", object_format=object_format).commit("one").branch("x").commit("two")
    require_as_git(story.path, story)
    with opened(story.path) as repo:
        head = repo.refs.head().oid
        assert head is not None
        assert len(head) == repo.hex_length == (40 if object_format == "sha1" else 64)
        assert repo.objects.commit(head).subject == b"two"
    story.git("gc", "--quiet")
    story.checkout("main")
    ours(story, delete_branch, BranchDeleteRequest(name="x"))
    story.fsck()


def test_linked_worktrees(story: Scenario) -> None:
    story.worktree_add("tree", "x").git("worktree", "add", "-q", "--detach", str(story.root / "loose"))
    for name in ("tree", "loose"):
        require_as_git(story.root / name, story)
    with opened(story.root / "tree") as repo:
        assert repo.refs.head().ref == b"refs/heads/x"
        trees = {tree.path: tree.head.ref for tree in repo.refs.worktrees()}
    assert trees == {
        str(story.path): b"refs/heads/main",
        str(story.root / "tree"): b"refs/heads/x",
        str(story.root / "loose"): None,
    }


def test_submodule(story: Scenario) -> None:
    story.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(story.path), "sub")
    require_as_git(story.path / "sub", story)


def test_separate_git_directory(story: Scenario) -> None:
    story.git("init", "-q", "--separate-git-dir", str(story.root / "elsewhere"))
    require_as_git(story.path, story)


def test_worktree_somewhere_else(story: Scenario) -> None:
    other = story.root / "other"
    shutil.copytree(story.path, other, ignore=shutil.ignore_patterns(".git"))
    story.git("config", "core.worktree", "../../other")
    with opened(story.path) as repo:
        assert repo.worktree == other


def test_bare_repository_with_its_worktrees_beside_it(story: Scenario) -> None:
    """A layout that many like: ``.bare`` and a ``.git`` file that leads there, and worktrees next to it."""
    project = story.root / "project"
    project.mkdir()
    story.git("clone", "-q", "--bare", str(story.path), str(project / ".bare"))
    (project / ".git").write_text("gitdir: ./.bare\n")
    story.git("-C", str(project), "worktree", "add", "-q", "x")
    for path in (project, project / "x"):
        require_as_git(path, story)


def test_bare_repository_that_is_named_itself(story: Scenario) -> None:
    bare = story.clone("copy.git", "--bare")
    require_as_git(bare.path, story)
    assert status(bare).bare
    with pytest.raises(NotARepository):
        find_layout(bare.path / "refs")


def test_bare_repository_in_a_worktree_is_not_opened(story: Scenario) -> None:
    """It could have been planted there, with settings that name programs (git's t0035)."""
    story.clone("copy.git", "--bare")
    embedded = story.path / "data" / "embedded"
    embedded.parent.mkdir()
    shutil.move(story.root / "copy.git", embedded)
    for path in (embedded, embedded / "refs" / "heads"):
        assert find_layout(path).worktree == story.path


def test_git_directory_is_no_place_to_open(story: Scenario) -> None:
    story.worktree_add("tree", "x")
    for path in (".git", ".git/refs/heads", ".git/worktrees/tree", ".git/objects"):
        with pytest.raises(NotARepository):
            find_layout(story.path / path)
    bare = story.clone("copy.git", "--bare")
    bare.git("worktree", "add", "-q", str(story.root / "of bare"), "x")
    with pytest.raises(NotARepository):
        find_layout(bare.path / "worktrees" / "of bare")


def test_no_repository(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing" / "too"):
        with pytest.raises(NotARepository):
            find_layout(path)


def test_ceiling_is_not_passed(story: Scenario) -> None:
    inside = story.path / "a" / "b"
    inside.mkdir(parents=True)
    assert find_layout(inside, ceiling=story.path).worktree == story.path
    with pytest.raises(NotARepository):
        find_layout(inside, ceiling=story.path / "a")


def test_objects_of_another_repository(story: Scenario) -> None:
    story.git("clone", "-q", "--shared", str(story.path), str(story.root / "sharing"))
    with opened(story.root / "sharing") as repo:
        assert repo.objects.commit(story.tip("x").encode()).subject == b"two"


UNSUPPORTED: dict[str, list[tuple[str, str]]] = {
    "reftable": [("core.repositoryFormatVersion", "1"), ("extensions.refStorage", "reftable")],
    "unknown extension": [("core.repositoryFormatVersion", "1"), ("extensions.quantum", "true")],
    "both object formats at once": [("core.repositoryFormatVersion", "1"), ("extensions.compatObjectFormat", "sha256")],
    "unknown object format": [("core.repositoryFormatVersion", "1"), ("extensions.objectFormat", "md5")],
    "format 2": [("core.repositoryFormatVersion", "2")],
    "format nonsense": [("core.repositoryFormatVersion", "soon")],
    "object format without version": [("extensions.objectFormat", "sha256")],
}


@pytest.mark.parametrize("wanted", UNSUPPORTED.values(), ids=UNSUPPORTED)
def test_format_that_we_cannot_read_is_told(story: Scenario, wanted: list[tuple[str, str]]) -> None:
    config = story.git_dir / "config"
    text = config.read_text()
    for name, value in wanted:
        section, _, key = name.partition(".")
        text += f"[{section}]\n\t{key} = {value}\n"
    config.write_text(text)
    with pytest.raises(UnsupportedRepository) as caught:
        open_repository(story.path)
    assert caught.value.hint
    if "compat" not in str(wanted):  # git 2.39 doesn't know that one and would refuse it by its name
        assert story.try_git("status").returncode != 0


@pytest.mark.parametrize("extension", ["noop = 1", "preciousObjects = true", "partialClone = origin", "quantum = 1"])
@pytest.mark.parametrize("version", [0, 1])
def test_extension_that_changes_nothing_for_us_is_no_obstacle(story: Scenario, extension: str, version: int) -> None:
    config = story.git_dir / "config"
    config.write_text(f"[core]\n\trepositoryformatversion = {version}\n[extensions]\n\t{extension}\n")
    if story.try_git("status").returncode:
        with pytest.raises(UnsupportedRepository):
            open_repository(story.path)
    else:
        require_as_git(story.path, story)


def test_format_of_the_person_is_not_the_repositorys(story: Scenario, isolated: Path) -> None:
    with (isolated / ".gitconfig").open("a") as stream:
        stream.write("[core]\n\tbare = true\n\trepositoryformatversion = 7\n[extensions]\n\tquantum = 1\n")
    require_as_git(story.path, story)


def test_settings_that_cannot_be_read_are_told_and_nothing_changes(story: Scenario) -> None:
    git_dir = story.git_dir
    (git_dir / "config").write_text("nonsense ]\n")
    before = taken(git_dir)
    for verb, request in ((list_branches, BranchesRequest()), (delete_branch, BranchDeleteRequest(name="x"))):
        with pytest.raises(DamagedRepository, match="config") as caught:
            ours(story, verb, request)
        assert caught.value.hint
    assert not difference(before, taken(git_dir))


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 41, b"nonsense\n", b"ref: refs/heads/nothing\n", b"ref: ../../x\n", b"1" * 40]
)
def test_one_broken_ref_is_not_the_end_of_all(story: Scenario, content: bytes) -> None:
    (story.git_dir / "refs/heads/broken").write_bytes(content)
    with opened(story.path) as repo:
        assert {b"refs/heads/main", b"refs/heads/x"} <= repo.refs.all().keys()
        if content != b"1" * 40:
            assert repo.refs.read(b"refs/heads/broken") is None
    listed = ours(story, list_branches, BranchesRequest())
    assert {"main", "x"} <= {branch.name for branch in listed.branches}
    assert story.tip("x")


def test_pipe_in_place_of_a_ref_holds_nobody_up(story: Scenario) -> None:
    for name in ("refs/heads/pipe", "refs/tags/pipe"):
        os.mkfifo(story.git_dir / name)
    with opened(story.path) as repo:
        assert b"refs/heads/pipe" not in repo.refs.all()
        assert repo.refs.read(b"refs/heads/pipe") is None


@pytest.mark.parametrize("text", ["", "nonsense", "gitdir: ", "gitdir: /nowhere", "gitdir: \0", "gitdir: .."])
def test_git_file_that_leads_nowhere(story: Scenario, text: str) -> None:
    place = story.root / "place"
    place.mkdir()
    (place / ".git").write_text(text)
    with pytest.raises(DamagedRepository):
        find_layout(place)


def test_worktree_whose_repository_is_gone(story: Scenario) -> None:
    story.worktree_add("tree", "x")
    shutil.rmtree(story.git_dir)
    with pytest.raises(DamagedRepository, match="does not lead to a git directory"):
        find_layout(story.root / "tree")


@as_anybody_else
@pytest.mark.parametrize("name", ["config", "HEAD", "packed-refs", "refs/heads", "objects", ""])
def test_what_may_not_be_read_is_told(story: Scenario, name: str) -> None:
    story.git("pack-refs", "--all")
    closed = story.path / ".git" / name
    closed.chmod(0)
    try:
        for verb, request in ((read_status, StatusRequest()), (list_branches, BranchesRequest())):
            with contextlib.suppress(Problem):  # anything else that is raised fails the test
                ours(story, verb, request)
    finally:
        closed.chmod(0o755)


def give_away(path: Path) -> None:
    os.lchown(path, STRANGER, STRANGER)


OWNED: dict[str, Callable[[Scenario], Path]] = {
    "worktree": lambda story: story.path,
    "git directory": lambda story: story.git_dir,
    "git file": lambda story: story.worktree_add("tree", "x").root / "tree/.git",
}


@as_root
@pytest.mark.parametrize("part", OWNED.values(), ids=OWNED)
def test_repository_of_another_user_is_read_and_never_written(
    story: Scenario, part: Callable[[Scenario], Path]
) -> None:
    path = part(story)
    top = path.parent if path.name == ".git" and path.is_file() else story.path
    give_away(path)
    assert story.try_git("-C", str(top), "status").returncode != 0
    with opened(top) as repo:
        assert f"belongs to another user (id {STRANGER})" in (repo.read_only or "")
        assert b"refs/heads/x" in repo.refs.all()
        before = taken(repo.common_dir)
        with pytest.raises(UntrustedRepository, match="read-only"), acting(repo, Context(now=story.clock.now)):
            pass
        with pytest.raises(UntrustedRepository):
            delete_branch(repo, BranchDeleteRequest(name="x"), Context(now=story.clock.now))
        assert not difference(before, taken(repo.common_dir))
        assert not repo.ours.exists()


@as_root
def test_repository_that_is_declared_safe_is_as_ones_own(story: Scenario, isolated: Path) -> None:
    give_away(story.path)
    config = isolated / ".gitconfig"
    text = config.read_text()
    cases: list[tuple[str, Any]] = [
        (f"directory = {story.path}", True),
        ("directory = *", True),
        (f"directory = {story.root}/*", True),
        (f"directory = {story.path}\n\tdirectory =", False),
        (f"directory =\n\tdirectory = {story.path}", True),
        (f"directory = {story.root}", False),
        (f"directory = {story.path}2", False),
        ("directory = ~nobody-of-that-name/x", False),
    ]
    for lines, safe in cases:
        config.write_text(f"{text}[safe]\n\t{lines}\n")
        with opened(story.path) as repo:
            assert (repo.read_only is None) is safe, lines
    config.write_text(text)
    story.git("-c", f"safe.directory={story.path}", "config", "safe.directory", "*")
    with opened(story.path) as repo:
        assert repo.read_only, "a repository must not declare itself safe"


@as_root
def test_sudo_keeps_the_persons_own(story: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    give_away(story.path)
    monkeypatch.setenv("SUDO_UID", str(STRANGER))
    with opened(story.path) as repo:
        assert repo.read_only is None


def test_head_as_a_link(story: Scenario) -> None:
    head = story.git_dir / "HEAD"
    head.unlink()
    head.symlink_to("refs/heads/x")
    require_as_git(story.path, story)


def test_open_repository_is_closed_without_a_trace(story: Scenario) -> None:
    story.git("gc", "--quiet")
    before = open_files()
    for _ in range(5):
        repo = Repository(find_layout(story.path))
        assert repo.objects.commit(story.tip("x").encode()).tree
        repo.close()
    assert open_files() <= before


def open_files() -> int:
    """Counts this process' open files, where the system tells."""
    folder = Path("/proc/self/fd")
    return len([*folder.iterdir()]) if folder.exists() else 0
