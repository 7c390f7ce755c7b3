"""Holds the list of branches and the acts on them against the real git: names, upstreams, refusals."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_mlgit.git.refs import branch_ref
from jupyter_mlgit.git.upstream import upstream_of
from jupyter_mlgit.history.branches import (
    Branch,
    BranchCreateRequest,
    BranchDeleted,
    BranchDeleteRequest,
    Branches,
    BranchesRequest,
    BranchRenameRequest,
    create_branch,
    delete_branch,
    list_branches,
    rename_branch,
)
from jupyter_mlgit.journal.context import Settings
from jupyter_mlgit.problems import (
    BadName,
    BadRevision,
    BranchCheckedOut,
    BranchExists,
    BranchNotFound,
    Problem,
    ProtectedBranch,
    UnmergedBranch,
)
from tests.git.twins import compare, opened, ours
from tests.snapshots import difference, taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.scenario import Scenario

FORMAT = "%(refname:short)%00%(objectname)%00%(upstream:short)%00%(upstream:track)%00%(worktreepath)%00%(HEAD)"


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    """Gives a repository with a remote, tracking branches of every kind and a linked worktree."""
    scenario.commit("base").remote().push()
    scenario.branch("ahead").push().commit("a1").commit("a2").checkout("main")
    scenario.branch("behind").commit("b1").push().reset("HEAD~1").checkout("main")
    scenario.branch("apart").commit("c1").push().reset("HEAD~1").commit("c2").checkout("main")
    scenario.branch("gone").commit("g1").push().checkout("main")
    scenario.git("update-ref", "-d", "refs/remotes/origin/gone")
    scenario.branch("local").commit("l1").checkout("main")
    scenario.git("branch", "--track", "on-local", "local")
    scenario.worktree_add("tree", "-b", "elsewhere")
    return scenario.commit("m1")


def listed(story: Scenario) -> list[Branch]:
    found: Branches = ours(story, list_branches, BranchesRequest())
    return found.branches


def as_git_says(story: Scenario) -> list[tuple[Any, ...]]:
    rows = []
    for line in story.git("for-each-ref", f"--format={FORMAT}", "refs/heads").splitlines():
        name, tip, upstream, track, worktree, head = line.split("\0")
        ahead, behind = None, None
        if upstream and track != "[gone]":
            ahead, behind = (
                int(next((part.split()[1] for part in track.strip("[]").split(", ") if part.startswith(word)), "0"))
                for word in ("ahead", "behind")
            )
        rows.append((name, tip, upstream or None, ahead, behind, worktree or None, head == "*"))
    return rows


def as_we_say(story: Scenario) -> list[tuple[Any, ...]]:
    return [
        (one.name, one.tip, one.upstream, one.ahead, one.behind, one.worktree, one.current) for one in listed(story)
    ]


def test_list_is_gits(story: Scenario) -> None:
    assert as_we_say(story) == as_git_says(story)
    assert [one.name for one in listed(story) if one.protected] == ["main"]
    story.git("pack-refs", "--all")
    assert as_we_say(story) == as_git_says(story)


@pytest.mark.parametrize(
    "spec",
    [
        "+refs/heads/*:refs/elsewhere/*",
        "refs/heads/ahead:refs/remotes/mine/one",
        "+refs/heads/a*d:refs/remotes/origin/x-*-y",
        "^refs/heads/ahead",
    ],
)
def test_upstream_is_where_the_remote_is_fetched_to(story: Scenario, spec: str) -> None:
    story.git("config", "remote.origin.fetch", spec)
    with opened(story.path) as repo:
        found = upstream_of(repo, b"ahead")
    expected = story.git("for-each-ref", "--format=%(upstream)", "refs/heads/ahead")
    assert (found or b"").decode() == expected


STARTS = [
    "main",
    "HEAD",
    "origin/main",
    "remotes/origin/ahead",
    "refs/heads/local",
    "local",
    "main~1",
    "on-local",
    "v1",
]


@pytest.mark.parametrize(
    ("merge", "rebase"),
    [
        *((merge, "never") for merge in ("true", "false", "simple", "1")),
        *((merge, rebase) for merge in ("always", "inherit") for rebase in ("always", "remote", "local")),
    ],
)
def test_upstream_of_a_new_branch_is_gits(story: Scenario, merge: str, rebase: str) -> None:
    story.tag("v1").git("config", "branch.autoSetupMerge", merge)
    story.git("config", "branch.autoSetupRebase", rebase)
    twin = story.twin()
    for number, start in enumerate(STARTS):
        name = start.rpartition("/")[2] if merge == "simple" and number % 2 else f"new{number}"
        name = f"new/{number}" if name in (*story.branches(), "HEAD") else name
        ours(story, create_branch, BranchCreateRequest(name=name, start=start))
        twin.clock.tick()
        twin.git("branch", "--quiet", name, *([] if start == "HEAD" else [start]))
    compare(story, twin)


def test_name_that_two_remotes_are_fetched_into_gets_no_upstream(story: Scenario) -> None:
    story.git("config", "remote.other.url", "elsewhere")
    story.git("config", "remote.other.fetch", "+refs/heads/*:refs/remotes/origin/*")
    ours(story, create_branch, BranchCreateRequest(name="new", start="origin/main"))
    assert story.try_git("config", "branch.new.remote").returncode == 1


def test_settings_left_behind_take_the_new_upstream(story: Scenario) -> None:
    story.git("config", "branch.new.remote", "elsewhere")
    story.git("config", "branch.new.description", "kept")
    ours(story, create_branch, BranchCreateRequest(name="new", start="origin/ahead"))
    assert story.git("config", "--get-regexp", r"^branch\.new\.").splitlines() == [
        "branch.new.description kept",
        "branch.new.remote origin",
        "branch.new.merge refs/heads/ahead",
    ]


def rebasing(story: Scenario) -> None:
    story.checkout("local").write({"base.txt": "x\n"}).commit("conflict", {"base.txt": "x\n"}).checkout("main")
    story.commit("other", {"base.txt": "y\n"}).checkout("local")
    assert story.try_git("rebase", "main").returncode == 1


def bisecting(story: Scenario) -> None:
    story.checkout("ahead")
    story.git("bisect", "start", "HEAD", "main~1")


DELETIONS_REFUSED: dict[str, tuple[Callable[[Scenario], object], str, type[Problem], str]] = {
    "current": (lambda s: s.checkout("local"), "local", BranchCheckedOut, "checked out here"),
    "elsewhere": (lambda s: s, "elsewhere", BranchCheckedOut, "checked out in"),
    "being rebased": (rebasing, "local", BranchCheckedOut, "rebased or bisected"),
    "being bisected": (bisecting, "ahead", BranchCheckedOut, "rebased or bisected"),
    "protected": (lambda s: s.checkout("local"), "main", ProtectedBranch, "protected"),
    "missing": (lambda s: s, "nothing", BranchNotFound, "no branch 'nothing'"),
    "a tag": (lambda s: s.tag("v1"), "v1", BranchNotFound, "no branch 'v1'"),
    "a remote branch": (lambda s: s, "origin/main", BranchNotFound, "no branch"),
    "above the branches": (lambda s: s, "../tags/v1", BranchNotFound, "no branch"),
}


@pytest.mark.parametrize(("then", "name", "kind", "says"), DELETIONS_REFUSED.values(), ids=DELETIONS_REFUSED)
@pytest.mark.parametrize("dry_run", [True, False])
def test_deletion_is_refused(
    story: Scenario, then: Callable[[Scenario], object], name: str, kind: type[Problem], says: str, *, dry_run: bool
) -> None:
    then(story)
    before = taken(story.common_dir)
    with pytest.raises(kind) as caught:
        ours(story, delete_branch, BranchDeleteRequest(name=name, dry_run=dry_run))
    assert says in caught.value.message
    assert not difference(before, taken(story.common_dir))


@pytest.mark.parametrize(
    ("config", "setting", "name", "refused"),
    [
        ([], ("main", "release/*"), "release/1.0", True),
        ([], ("main", "release/*"), "release/1.0/rc", True),
        ([], ("main",), "master", False),
        ([], (), "release/1.0", False),
        (["keep-*"], ("main",), "keep-this", True),
        (["keep-*"], ("release/*",), "release/1.0", False),
        (["[rs]elease/*", "x"], (), "release/1.0", True),
    ],
)
def test_protected_names_are_patterns(
    story: Scenario, config: list[str], setting: tuple[str, ...], name: str, *, refused: bool
) -> None:
    story.branch(name, at="main")
    for pattern in config:
        story.git("config", "--add", "mlgit.protectedBranch", pattern)
    request = BranchDeleteRequest(name=name, force=True)
    if refused:
        with pytest.raises(ProtectedBranch):
            ours(story, delete_branch, request, settings=Settings(protected=setting))
        renaming = BranchRenameRequest(old="local", new=name, force=True)
        with pytest.raises(ProtectedBranch):
            ours(story, rename_branch, renaming, settings=Settings(protected=setting))
    else:
        ours(story, delete_branch, request, settings=Settings(protected=setting))
        assert name not in story.branches()


def test_unmerged_branch_goes_with_the_list_of_what_only_it_has(story: Scenario) -> None:
    unique = story.git("rev-list", "local", "--not", "main", "ahead", "behind", "apart", "gone", "--remotes").split()
    story.git("branch", "-D", "on-local")
    preview: BranchDeleted = ours(story, delete_branch, BranchDeleteRequest(name="local", dry_run=True))
    assert "local" in story.branches()
    deleted: BranchDeleted = ours(story, delete_branch, BranchDeleteRequest(name="local"))
    assert [one.id for one in deleted.commits] == unique
    assert [one.subject for one in deleted.commits] == ["l1"]
    assert (preview.unique_commits, preview.operation) == (deleted.unique_commits, None)
    story.expire_all()
    assert story.exists(unique[0])


def test_long_list_is_cut_and_counted(story: Scenario) -> None:
    lines = [f"commit refs/heads/long\ncommitter A <a@b.c> {n} +0000\ndata 1\nx\n" for n in range(130)]
    story.git("fast-import", "--quiet", stdin="".join(lines))
    deleted: BranchDeleted = ours(story, delete_branch, BranchDeleteRequest(name="long"))
    assert deleted.unique_commits == 130
    assert len(deleted.commits) == 100


@pytest.mark.parametrize("what", ["^{commit}", "^{tree}", "~1"])
def test_branch_with_missing_commits_goes_only_when_asked_twice(story: Scenario, what: str) -> None:
    story.checkout("local").commit("l2").checkout("main").git("branch", "-D", "on-local")
    oid = story.git("rev-parse", f"local{what}")
    (story.git_dir / "objects" / oid[:2] / oid[2:]).unlink()
    before = taken(story.common_dir)
    with pytest.raises(UnmergedBranch, match="missing from this repository"):
        ours(story, delete_branch, BranchDeleteRequest(name="local"))
    assert not difference(before, taken(story.common_dir))
    ours(story, delete_branch, BranchDeleteRequest(name="local", force=True))
    assert "local" not in story.branches()


NAMES_REFUSED: dict[str, tuple[str, type[Problem], str | None]] = {
    "taken": ("local", BranchExists, "local-2"),
    "below another": ("local/x", BranchExists, "local-x"),
    "above another": ("x", BranchExists, "x-2"),
    "no name": ("", BadName, None),
    "a dash in front": ("-x", BadName, None),
    "HEAD": ("HEAD", BadName, None),
    "dots": ("a..b", BadName, None),
    "a lock": ("x.lock", BadName, None),
    "a line end": ("a\nb", BadName, None),
    "right to left": ("a\u202eb", BadName, None),
    "zero width": ("a\u200bb", BadName, None),
    "an escape": ("a\x1b[31mb", BadName, None),
    "out of the branches": ("../../config", BadName, None),
    "no text": ("a\udcffb", BadName, None),
}


@pytest.mark.parametrize(("name", "kind", "suggestion"), NAMES_REFUSED.values(), ids=NAMES_REFUSED)
def test_name_is_refused(story: Scenario, name: str, kind: type[Problem], suggestion: str | None) -> None:
    story.branch("x/y", at="main")
    before = taken(story.common_dir)
    for verb, request in (
        (create_branch, BranchCreateRequest(name=name)),
        (create_branch, BranchCreateRequest(name=name, dry_run=True)),
        (rename_branch, BranchRenameRequest(old="ahead", new=name)),
        (rename_branch, BranchRenameRequest(old="ahead", new=name, dry_run=True)),
    ):
        with pytest.raises(kind) as caught:
            ours(story, verb, request)
        assert caught.value.details.get("suggestion") == suggestion
        if suggestion is not None:
            assert story.try_git("check-ref-format", "--branch", suggestion).returncode == 0
    assert not difference(before, taken(story.common_dir))


def test_branch_that_somebody_works_on_is_not_moved_or_replaced(story: Scenario) -> None:
    before = taken(story.common_dir)
    for verb, request in (
        (create_branch, BranchCreateRequest(name="main", start="local", force=True)),
        (create_branch, BranchCreateRequest(name="elsewhere", start="local", force=True)),
        (rename_branch, BranchRenameRequest(old="local", new="elsewhere", force=True)),
    ):
        with pytest.raises(BranchCheckedOut):
            ours(story, verb, request)
    assert not difference(before, taken(story.common_dir))


def test_branch_in_the_middle_of_a_rebase_keeps_its_name(story: Scenario) -> None:
    rebasing(story)
    with pytest.raises(BranchCheckedOut):
        ours(story, rename_branch, BranchRenameRequest(old="local", new="other"))
    story.git("rebase", "--abort")
    assert story.current() == "local"


def test_renaming_to_the_same_name_is_nothing(story: Scenario) -> None:
    before = taken(story.common_dir)
    for force in (False, True):
        acted = ours(story, rename_branch, BranchRenameRequest(old="local", new="local", force=force))
        assert acted.operation is None
    assert not difference(before, taken(story.common_dir))


def test_start_that_is_no_commit_is_refused(story: Scenario) -> None:
    for start in ("nothing", "main:base.txt", "main^{tree}", "--all", ""):
        with pytest.raises(BadRevision):
            ours(story, create_branch, BranchCreateRequest(name="new", start=start))
    assert "new" not in story.branches()


def test_name_with_bytes_that_are_no_text_can_be_deleted(story: Scenario) -> None:
    story.git("update-ref", "refs/heads/caf\udce9", "main")
    shown = next(one.name for one in listed(story) if one.name.startswith("caf"))
    assert shown == "caf\ufffd"
    ours(story, delete_branch, BranchDeleteRequest(name=shown))
    assert not [name for name in story.branches() if name.startswith("caf")]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Gives a repository in which names are tried; git expands @{-1} only inside of one."""
    path = tmp_path_factory.mktemp("names")
    subprocess.run(["git", "init", "--quiet", path], check=True)
    yield path
    shutil.rmtree(path)


PARTS = ["a", "B", "é", "λ", "/", "//", ".", "..", "-", "@", "@{", "{", "}", "~", "^", ":", "?", "*", "[", "]", "\\"]
PARTS += [" ", ".lock", "lock", "HEAD", "$(id)", "`id`", "<b>", "'", '"', "\t", "\x7f", "\x01", "heads", "refs", "main"]


@settings(max_examples=400, derandomize=True)
@given(name=st.lists(st.sampled_from(PARTS), min_size=1, max_size=6).map("".join))
def test_names_are_those_that_git_allows(empty: Path, name: str) -> None:
    git = subprocess.run(["git", "check-ref-format", "--branch", name], cwd=empty, capture_output=True, check=False)
    try:
        ref = branch_ref(name)
    except BadName:
        # Stricter than git in one case only: what is short for something else is no name of its own.
        assert git.returncode or git.stdout.rstrip(b"\n") != name.encode()
    else:
        assert git.returncode == 0
        assert ref == b"refs/heads/" + git.stdout.rstrip(b"\n")
