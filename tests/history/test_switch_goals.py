"""Switches to what is no local branch: new ones, those that only remotes have, commits; git on a twin says how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from jupyter_mlgit.git import file_plan
from jupyter_mlgit.git.trust import set_trust
from jupyter_mlgit.history.branches import BranchesRequest, list_branches
from jupyter_mlgit.journal.operations import OperationsRequest, list_operations
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import (
    BranchExists,
    BranchNotFound,
    Problem,
    UnsupportedRepository,
    UntrustedRepository,
    WouldOverwrite,
)
from jupyter_mlgit.recovery.deleted_branches import DeletedRequest, find_deleted_branches
from tests.git.twins import opened
from tests.history.pictures import everything, picture, same_zone, switched, working_files
from tests.journal.carried import act
from tests.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

zone = pytest.fixture(autouse=True)(same_zone)


def told(s: Scenario) -> Scenario:
    """Makes ``main`` and ``x``, with two remotes that have branches, and edits to be carried along."""
    s.commit("base", {"a": "1\n", "same": "1\n"}).tag("v1").branch("x").commit("other", {"a": "2\n"})
    for ref in ("origin/exp/y", "origin/both", "team/fork/both", "team/fork/exp/lr-3e4", "origin/v1"):
        s.git("update-ref", f"refs/remotes/{ref}", "x")
    for name in ("origin", "team/fork"):
        s.git("config", f"remote.{name}.url", "nowhere")
        s.git("config", f"remote.{name}.fetch", f"+refs/heads/*:refs/remotes/{name}/*")
    s.checkout("main").write({"same": "edited\n", "mine": "mine\n", "staged": "staged\n"})
    s.git("add", "staged")
    return s


def whole(s: Scenario) -> dict[str, Any]:
    """Gives the picture with the configuration."""
    return picture(s) | {"config": (s.common_dir / "config").read_bytes()}


def plain(_: Scenario) -> None: ...


def config(*pairs: str) -> Callable[[Scenario], None]:
    def story(s: Scenario) -> None:
        for pair in pairs:
            s.git("config", *pair.split("="))

    return story


def left_settings(s: Scenario) -> None:
    s.git("config", "branch.exp/y.description", "left by one that is gone")


def on_x(s: Scenario) -> None:
    s.git("switch", "--quiet", "x")


def before_detached(s: Scenario) -> None:
    s.git("switch", "--quiet", "--detach", "x")
    s.git("switch", "--quiet", "main")


def unresolved(s: Scenario) -> None:
    """Has conflicts that a stash has left."""
    s.git("stash", "--quiet")
    s.commit("mine", {"same": "mine\n"})
    s.try_git("stash", "pop")


class Goal(NamedTuple):
    """One way to ask, in git's words and in ours."""

    words: str
    asked: dict[str, Any]
    story: Callable[[Scenario], object] = plain


GOALS = [
    Goal("x", {"name": "x"}),
    Goal("-c new", {"create": "new"}),
    Goal("-c new", {"create": "new"}, unresolved),
    Goal("-c new x", {"create": "new", "name": "x"}),
    Goal("-c new HEAD", {"create": "new", "name": "HEAD"}),
    Goal("-c deep/er/new v1", {"create": "deep/er/new", "name": "v1"}),
    Goal("-c new -", {"create": "new", "name": "-"}, on_x),
    Goal("-c new origin/exp/y", {"create": "new", "name": "origin/exp/y"}),
    Goal("-c new origin/exp/y", {"create": "new", "name": "origin/exp/y"}, config("branch.autoSetupMerge=simple")),
    Goal("-c new --track x", {"create": "new", "name": "x", "track": True}),
    Goal("-c new --track origin/both", {"create": "new", "name": "origin/both", "track": True}),
    Goal("-C new", {"force_create": "new"}),
    Goal("-C new x", {"force_create": "new", "name": "x"}),
    Goal("-C new --track origin/both", {"force_create": "new", "name": "origin/both", "track": True}),
    Goal("exp/y", {"name": "exp/y"}),
    Goal("exp/y", {"name": "exp/y"}, left_settings),
    Goal("exp/y", {"name": "exp/y"}, config("branch.autoSetupRebase=always")),
    Goal("exp/y", {"name": "exp/y"}, config("branch.autoSetupMerge=false")),
    Goal("exp/lr-3e4", {"name": "exp/lr-3e4"}),
    Goal("both", {"name": "both"}, config("checkout.defaultRemote=team/fork")),
    Goal("--track origin/exp/y", {"name": "origin/exp/y", "track": True}),
    Goal("--track remotes/origin/exp/y", {"name": "remotes/origin/exp/y", "track": True}),
    Goal("--track origin/exp/y", {"name": "origin/exp/y", "track": True}, config("branch.autoSetupMerge=false")),
    Goal("-c exp/lr-3e4 --track team/fork/exp/lr-3e4",
         {"create": "exp/lr-3e4", "name": "team/fork/exp/lr-3e4", "track": True}),
    Goal("--detach x", {"name": "x", "detach": True}),
    Goal("--detach v1", {"name": "v1", "detach": True}),
    Goal("--detach x~1", {"name": "x~1", "detach": True}),
    Goal("--detach", {"detach": True}),
    Goal("--detach -", {"name": "-", "detach": True}, before_detached),
    Goal("-", {"name": "-"}, on_x),
    Goal("@{-1}", {"name": "@{-1}"}, on_x),
]  # fmt: skip

REFUSED = [
    (Goal("-", {"name": "-"}, before_detached), "branch-not-found"),
    (Goal("-", {"name": "-"}), None),
    (Goal("v1", {"name": "v1"}), "branch-not-found"),
    (Goal("both", {"name": "both"}), "branch-not-found"),
    (Goal("exp/y", {"name": "exp/y"}, config("checkout.guess=false")), "branch-not-found"),
    (Goal("nowhere", {"name": "nowhere"}), "branch-not-found"),
    (Goal("-c x", {"create": "x"}), "branch-exists"),
    (Goal("-c x/y", {"create": "x/y"}), "branch-exists"),
    (Goal("-C x/y", {"force_create": "x/y"}), "branch-exists"),
    (Goal("-C a..b", {"force_create": "a..b"}), "bad-name"),
    (Goal("-C x nowhere", {"force_create": "x", "name": "nowhere"}), "bad-revision"),
    (Goal("-C new --detach", {"force_create": "new", "detach": True}), "bad-request"),
    (Goal("-C new -c other", {"force_create": "new", "create": "other"}), "bad-request"),
    (Goal("-c a..b", {"create": "a..b"}), "bad-name"),
    (Goal("-c new nowhere", {"create": "new", "name": "nowhere"}), "bad-revision"),
    (Goal("-c new --track v1", {"create": "new", "name": "v1", "track": True}), "bad-request"),
    (Goal("-c new --detach", {"create": "new", "detach": True}), "bad-request"),
    (Goal("--track origin/nowhere", {"name": "origin/nowhere", "track": True}), "bad-revision"),
    (Goal("--detach nowhere", {"name": "nowhere", "detach": True}), "bad-revision"),
    (Goal("", {}), "bad-request"),
]


def called(goal: Goal) -> str:
    return f"{goal.words} {getattr(goal.story, '__name__', '')}"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return told(Scenario(tmp_path_factory.mktemp("built") / "work"))


def copied(built: Scenario, root: Path) -> Scenario:
    twin = built.twin()
    twin.root.rename(root)
    return Scenario(root, twin.path.name, clock=twin.clock)


@pytest.mark.parametrize("goal", GOALS, ids=called)
def test_same_as_git(goal: Goal, built: Scenario, tmp_path: Path) -> None:
    ours = copied(built, tmp_path / "ours")
    goal.story(ours)
    theirs = ours.twin()
    ours.clock.tick()
    theirs.clock.tick()
    was = whole(ours)
    before = everything(ours.root)
    theirs.git("switch", "--quiet", *goal.words.split())
    told = switched(ours, **goal.asked, dry_run=True)
    assert everything(ours.root) == before
    done = switched(ours, **goal.asked)
    after = whole(ours)
    assert after == whole(theirs)
    assert (done.branch, done.tip, done.created) == (ours.current(), ours.tip(), told.created)
    assert (done.files, done.upstream) == (told.files, told.upstream)
    assert done.upstream == (ours.try_git("rev-parse", "--abbrev-ref", "@{u}").stdout.strip() or None)
    assert done.operation is not None
    assert [one.title for one in act(ours, list_operations, OperationsRequest()).operations if one.source == "panel"]
    act(ours, undo, UndoRequest())
    assert without_head_log(whole(ours)) == without_head_log(was)
    act(ours, redo, RedoRequest())
    assert {**whole(ours), "logs": None} == {**after, "logs": None}
    ours.fsck()


def without_head_log(found: dict[str, Any]) -> dict[str, Any]:
    return {**found, "logs": {name: log for name, log in found["logs"].items() if name != "HEAD"}}


@pytest.mark.parametrize(("goal", "code"), REFUSED, ids=lambda one: called(one) if isinstance(one, Goal) else None)
def test_refused_as_by_git(goal: Goal, code: str | None, built: Scenario, tmp_path: Path) -> None:
    ours = copied(built, tmp_path / "ours")
    goal.story(ours)
    if code is None:
        (ours.git_dir / "logs/HEAD").unlink()
        code = "bad-revision"
    if goal.words:
        assert ours.twin().try_git("switch", "--quiet", *goal.words.split()).returncode
    before = everything(ours.root)
    for dry_run in (True, False):
        with pytest.raises(Problem) as refusal:
            switched(ours, **goal.asked, dry_run=dry_run)
        assert refusal.value.code == code
        assert refusal.value.hint.endswith(".")
    assert everything(ours.root) == before


def test_branches_of_remotes_are_listed_when_asked_for(built: Scenario, tmp_path: Path) -> None:
    ours = copied(built, tmp_path / "ours")
    ours.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/both")
    ours.git("update-ref", "refs/remotes/gone/x", "x")
    assert act(ours, list_branches, BranchesRequest()).remotes == []
    listed = act(ours, list_branches, BranchesRequest(remotes=True))
    names = ours.git("for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/remotes").splitlines()
    assert [f"{one.name} {one.tip}" for one in listed.remotes] == [one for one in names if "origin/HEAD" not in one]
    assert listed.remote_count == len(listed.remotes)
    called = {one.name: (one.branch, one.local) for one in listed.remotes}
    assert called["team/fork/exp/lr-3e4"] == ("exp/lr-3e4", False)
    assert called["gone/x"] == (None, False)
    ours.git("branch", "both", "main")
    assert act(ours, list_branches, BranchesRequest(remotes=True)).remotes[1].local


def test_several_remotes_that_have_it_are_named(built: Scenario, tmp_path: Path) -> None:
    with pytest.raises(BranchNotFound) as refusal:
        switched(copied(built, tmp_path / "ours"), "both")
    assert refusal.value.details["candidates"] == ["origin/both", "team/fork/both"]


def test_branch_is_called_as_its_remote_calls_it_however_many_slashes_that_has(built: Scenario, tmp_path: Path) -> None:
    """``git switch --track`` itself takes the first slash for the end of the remote's name."""
    ours = copied(built, tmp_path / "ours")
    done = switched(ours, "team/fork/exp/lr-3e4", track=True)
    assert (done.branch, done.upstream) == ("exp/lr-3e4", "team/fork/exp/lr-3e4")
    assert ours.git("rev-parse", "--abbrev-ref", "@{u}") == "team/fork/exp/lr-3e4"
    assert ours.git("config", "branch.exp/lr-3e4.remote") == "team/fork"
    switched(ours, "main")
    with pytest.raises(BranchExists) as refusal:
        switched(ours, "team/fork/exp/lr-3e4", track=True)
    assert refusal.value.details["suggestion"]


def test_commits_that_a_detached_head_leaves_are_shown_kept_and_found(built: Scenario, tmp_path: Path) -> None:
    ours = copied(built, tmp_path / "ours")
    switched(ours, "x", detach=True)
    for number in range(3):
        ours.commit(f"nameless {number}", {"nameless": f"{number}\n"})
    tip = ours.tip()
    told = switched(ours, "x", dry_run=True)
    assert [one.subject for one in told.commits_left] == ["nameless 2", "nameless 1", "nameless 0"]
    assert switched(ours, "x").commits_left == told.commits_left
    ours.expire_all().gc("--prune=now")
    assert ours.exists(tip)
    rows = act(ours, find_deleted_branches, DeletedRequest(all=True)).branches
    assert tip in {one.tip for one in rows}
    act(ours, undo, UndoRequest())
    assert (ours.current(), ours.tip()) == (None, tip)
    ours.branch("kept")
    assert switched(ours, "x").commits_left == []


def test_linked_worktree_has_switches_of_its_own(built: Scenario, tmp_path: Path) -> None:
    main = copied(built, tmp_path / "ours")
    linked = main.worktree_add("linked", "x").inside("linked")
    before = whole(main)
    for goal in ({"name": "main"}, {"create": "x"}):
        with pytest.raises(Problem) as refusal:
            switched(linked, **goal)
        assert refusal.value.code in ("branch-checked-out", "branch-exists")
    was = whole(linked)
    done = switched(linked, "exp/y")
    assert (done.branch, linked.current(), main.current()) == ("exp/y", "exp/y", "main")
    with pytest.raises(Problem) as refusal:
        switched(main, "exp/y")
    assert refusal.value.code == "branch-checked-out"
    act(linked, undo, UndoRequest())
    assert without_head_log(whole(linked)) == without_head_log(was)
    assert without_head_log(whole(main)) == without_head_log(before) | {"refs": whole(main)["refs"]}
    switched(linked, "v1", detach=True)
    act(linked, undo, UndoRequest())
    assert linked.current() == "x"


def further(s: Scenario, files: dict[str, str]) -> None:
    """Puts a commit onto ``x``."""
    s.git("stash", "--quiet", "--include-untracked")
    s.checkout("x").commit("further", files).checkout("main")
    s.git("stash", "pop", "--quiet", "--index")


def test_ignored_file_in_the_way_is_kept_and_brought_back(built: Scenario, tmp_path: Path) -> None:
    ours = copied(built, tmp_path / "ours")
    further(ours, {"run.log": "theirs\n"})
    (ours.common_dir / "info/exclude").write_text("*.log\n")
    ours.write({"run.log": "work of three days\n"})
    before = working_files(ours.path)
    done = switched(ours, "x")
    assert ("run.log", "endangered") in {(one.path, one.effect) for one in done.files}
    assert ("same", "kept") in {(one.path, one.effect) for one in done.files}
    assert working_files(ours.path)["run.log"] == ("file", b"theirs\n")
    assert ours.git("show", f"refs/mlgit/backup/{done.operation}^3:run.log") == "work of three days"
    act(ours, undo, UndoRequest())
    assert working_files(ours.path) == before


def test_ignored_file_that_is_too_large_to_be_kept_stays(
    built: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = copied(built, tmp_path / "ours")
    further(ours, {"model.bin": "theirs\n"})
    (ours.common_dir / "info/exclude").write_text("*.bin\n")
    ours.write({"model.bin": "larger than that\n"})
    monkeypatch.setattr(file_plan, "LARGEST_BACKUP", 10)
    before = everything(ours.root)
    for dry_run in (True, False):
        with pytest.raises(WouldOverwrite) as refusal:
            switched(ours, "x", dry_run=dry_run)
        assert refusal.value.details["files"] == ["model.bin"]
    assert everything(ours.root) == before


def test_notebook_whose_outputs_a_filter_hides_is_kept(built: Scenario, tmp_path: Path) -> None:
    ours = copied(built, tmp_path / "ours")
    ours.git("stash", "--quiet")
    ours.git("config", "filter.strip.clean", "sed s/OUTPUT.*//")
    ours.commit("notebook", {".gitattributes": "*.ipynb filter=strip\n", "n.ipynb": "code\n"})
    ours.branch("y").commit("more", {"n.ipynb": "more code\n"}).checkout("main")
    ours.write({"n.ipynb": "codeOUTPUT of three days\n"}).git("add", "n.ipynb")
    ours.git("update-index", "--really-refresh")
    before = working_files(ours.path)
    try:
        switched(ours, "y")
    except WouldOverwrite:
        # Its times may be those of the index, and then only the filter could tell.
        assert working_files(ours.path) == before
        return
    act(ours, undo, UndoRequest())
    assert working_files(ours.path) == before


HOOK = '#!/bin/sh\necho "$PWD $*" >> hook.log\necho said\nexit 3\n'


def test_hook_runs_once_it_is_trusted_as_git_runs_it(built: Scenario, tmp_path: Path) -> None:
    ours = copied(built, tmp_path / "ours")
    hook = ours.git_dir / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK)
    hook.chmod(0o755)
    theirs = ours.twin()
    before = everything(ours.root)
    with pytest.raises(UntrustedRepository) as refusal:
        switched(ours, "x")
    assert refusal.value.details["wouldRun"] == [{"what": "hook post-checkout", "where": str(hook)}]
    assert everything(ours.root) == before
    with opened(ours.path) as repo:
        set_trust(repo, trusted=True)
    assert switched(ours, "x", dry_run=True).hook is None
    done = switched(ours, "x")
    assert done.hook is not None
    assert (done.hook.status, done.hook.output) == (3, "said")
    assert theirs.try_git("switch", "x").returncode
    expected = (theirs.path / "hook.log").read_text().replace(str(theirs.path), str(ours.path))
    assert (ours.path / "hook.log").read_text() == expected


def test_before_the_first_commit(scenario: Scenario) -> None:
    """What git names anew with it, the refusal gives git's command for; the branch of HEAD is not called missing."""
    before = everything(scenario.root)
    with pytest.raises(UnsupportedRepository) as refusal:
        switched(scenario, create="exp/a$b")
    command = "git switch -c 'exp/a$b'"
    assert command in refusal.value.hint
    with pytest.raises(UnsupportedRepository, match="You are on 'main' already"):
        switched(scenario, "main")
    with pytest.raises(BranchNotFound):
        switched(scenario, "other")
    assert everything(scenario.root) == before
    scenario.git("-c", f"alias.go=!{command}", "go")
    assert scenario.current() == "exp/a$b"
