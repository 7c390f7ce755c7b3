"""Tests the opt-in hook with no server running: whatever the terminal takes away outlives every clean-up by git."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.trust import set_trust
from jupyter_mlgit.history.branches import BranchDeleteRequest, delete_branch
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.problems import (
    BadRequest,
    PathOutsideRepository,
    ReadOnly,
    WouldOverwrite,
)
from jupyter_mlgit.recovery.protection import Setup, SetupRequest, hook_state, set_up
from jupyter_mlgit.recovery.restore import RestoreRequest, restore_deleted_branch
from tests.recovery.verdicts import context, listed, names, opened, row_of
from tests.scenario import Clock, Scenario

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_mlgit.recovery.deleted_branches import DeletedBranch

OWN = "#!/bin/sh\n{}\n"


@pytest.fixture
def story(tmp_path: Path) -> Scenario:
    """Gives a repository of yesterday: the hook asks the machine's clock, so the story must lie before it."""
    return Scenario(tmp_path / "work", clock=Clock(int(time.time()) - 86_400)).commit("base")


@pytest.fixture
def guarded(story: Scenario) -> Scenario:
    """Gives one with the hook installed."""
    done = setup(story, hook=True)
    assert (done.hook, done.chained) == ("installed", False)
    return story


def setup(story: Scenario, *, hook: bool | None) -> Setup:
    """Installs or removes the hook."""
    with opened(story) as repo:
        return set_up(repo, SetupRequest(hook=hook), context(story))


def noticed(story: Scenario, name: str, kind: str = "deleted") -> DeletedBranch:
    """Lets git forget all that it can, then looks with a server for the first time."""
    story.expire_all()
    with opened(story) as repo:
        observe(repo, context(story))
    return row_of(story, name, kind)


def own_hook(story: Scenario, script: str) -> Path:
    """Gives the repository a hook of its own."""
    path = story.common_dir / "hooks" / "reference-transaction"
    path.parent.mkdir(exist_ok=True)
    path.write_text(OWN.format(script))
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("packed", [False, True])
def test_deleted_branch_outlives_everything(guarded: Scenario, *, packed: bool) -> None:
    guarded.remote().push().branch("exp/x").commit("b").push().commit("c", {"train.ipynb": "{}"})
    guarded.git("config", "branch.exp/x.description", "An = experiment\n\nin 'two' lines\n")
    tip, log = guarded.tip(), guarded.git("reflog", "show", "--format=%H %gs", "exp/x")
    guarded.checkout("main")
    if packed:
        guarded.git("pack-refs", "--all", "--prune")
    guarded.delete_branch("exp/x").push("origin", "--delete", "exp/x")
    row = noticed(guarded, "exp/x")
    assert (row.tip, row.state, row.pinned, row.evidence) == (tip, "recoverable", True, "pinned")
    assert (row.upstream, row.unique_commits, row.notebooks) == ("origin/exp/x", 2, ["train.ipynb"])
    with opened(guarded) as repo:
        done = restore_deleted_branch(repo, RestoreRequest(branch="exp/x"), context(guarded))
    assert (done.tip, done.upstream_restored) == (tip, "origin/exp/x")
    assert guarded.git("config", "branch.exp/x.description") == "An = experiment\n\nin 'two' lines"
    assert guarded.git("config", "branch.exp/x.merge") == "refs/heads/exp/x"
    assert guarded.git("reflog", "show", "--format=%H %gs", "exp/x").split("\n", 1)[1] == log
    guarded.fsck()


def test_branch_that_left_no_trace_at_all(guarded: Scenario) -> None:
    tip = guarded.git("commit-tree", "-m", "dangling", "-p", "main", "main^{tree}")
    guarded.branch("x", tip).delete_branch("x")
    assert noticed(guarded, "x").tip == tip


def test_hard_reset(guarded: Scenario) -> None:
    guarded.branch("x").commit("b").commit("c")
    tip = guarded.tip()
    guarded.reset("main")
    row = noticed(guarded, "x", "overwritten")
    assert (row.tip, row.pinned, row.unique_commits) == (tip, True, 2)


@pytest.mark.parametrize("words", [["branch", "--force", "x", "main"], ["update-ref", "refs/heads/x", "main"]])
def test_branch_that_was_moved(guarded: Scenario, words: list[str]) -> None:
    guarded.branch("x").commit("b")
    tip = guarded.tip()
    guarded.checkout("main").git(*words)
    assert noticed(guarded, "x", "overwritten").tip == tip


def test_rebase_and_amend(guarded: Scenario) -> None:
    guarded.branch("x").commit("b")
    before = guarded.tip()
    guarded.checkout("main").commit("c").checkout("x").rebase("main")
    assert noticed(guarded, "x", "overwritten").tip == before
    draft = guarded.tip()
    guarded.amend("better")
    guarded.expire_all()
    assert draft in guarded.git("for-each-ref", "--format=%(objectname)", "refs/mlgit/pins").split()


def test_victim_of_a_renaming(guarded: Scenario) -> None:
    guarded.branch("victim").commit("theirs")
    tip = guarded.tip()
    guarded.checkout("main").branch("x").commit("ours").rename_branch("x", "victim", force=True)
    assert noticed(guarded, "victim", "overwritten").tip == tip


def test_victim_of_a_renaming_that_has_no_log(guarded: Scenario) -> None:
    guarded.branch("victim").commit("theirs")
    tip = guarded.tip()
    (guarded.common_dir / "logs/refs/heads/victim").unlink()
    guarded.checkout("main").branch("x").commit("ours").rename_branch("x", "victim", force=True)
    assert noticed(guarded, "victim", "overwritten").tip == tip
    assert guarded.git("for-each-ref", "--format=%(objectname)", "refs/mlgit/pins").split() == [tip]


def stashes(story: Scenario, count: int) -> list[str]:
    """Puts changes away several times; gives the commits, newest first."""
    for number in range(count):
        story.write({"work.txt": f"{number}\n"}).stash(f"work {number}")
    return story.git("stash", "list", "--format=%H").split()


@pytest.mark.parametrize("packed", [False, True])
def test_stashes_that_are_cleared(guarded: Scenario, *, packed: bool) -> None:
    tips = stashes(guarded, 3)
    if packed:
        guarded.git("pack-refs", "--all")
        assert guarded.git("for-each-ref", "refs/mlgit") == ""
    guarded.clock.tick()
    guarded.git("stash", "clear")
    guarded.expire_all()
    with opened(guarded) as repo:
        observe(repo, context(guarded))
    rows = {row.tip: (row.kind, row.state, row.evidence) for row in listed(guarded, everything=True)}
    assert rows == dict.fromkeys(tips, ("stash", "recoverable", "pinned"))
    guarded.git("stash", "apply", tips[1])
    assert (guarded.path / "work.txt").read_text() == "1\n"
    guarded.fsck()


def test_last_stash_that_is_dropped(guarded: Scenario) -> None:
    (tip,) = stashes(guarded, 1)
    guarded.stash_drop()
    guarded.expire_all()
    with opened(guarded) as repo:
        observe(repo, context(guarded))
    (row,) = listed(guarded, everything=True)
    assert (row.kind, row.tip, row.pinned) == ("stash", tip, True)


def test_putting_work_away_pins_nothing(guarded: Scenario) -> None:
    stashes(guarded, 3)
    guarded.git("pack-refs", "--all")
    guarded.gc()
    assert guarded.git("for-each-ref", "refs/mlgit") == ""


@pytest.mark.parametrize("packed", [False, True])
def test_renaming_is_no_deletion(guarded: Scenario, *, packed: bool) -> None:
    guarded.branch("a").commit("b")
    if packed:
        guarded.git("pack-refs", "--all")
    guarded.rename_branch("a", "b").checkout("main").rename_branch("b", "c")
    with opened(guarded) as repo:
        observe(repo, context(guarded))
    assert listed(guarded) == []
    tip = guarded.tip("c")
    guarded.delete_branch("c")
    assert noticed(guarded, "c").tip == tip


def test_going_forward_and_packing_pin_nothing(guarded: Scenario) -> None:
    guarded.branch("x").commit("b").commit("c").checkout("main").merge("x").commit("d").tag("v1")
    guarded.git("pack-refs", "--all")
    guarded.gc()
    assert guarded.git("for-each-ref", "refs/mlgit") == ""
    assert not (guarded.common_dir / "mlgit" / "hook.log").exists()


def test_generations(guarded: Scenario) -> None:
    tips = []
    for generation in ("first", "second"):
        guarded.branch("x").commit(generation)
        tips.append(guarded.tip())
        guarded.delete_branch("x")
        # The notes tell seconds apart, and no finer.
        note = guarded.common_dir / "mlgit" / "hook.log"
        lines = [line.split(b" ", 1) for line in note.read_bytes().splitlines()]
        if generation == "first":
            note.write_bytes(b"".join(b"%d %s\n" % (int(when) - 5, rest) for when, rest in lines))
    row = noticed(guarded, "x")
    assert (row.tip, [earlier.tip for earlier in row.earlier]) == (tips[1], [tips[0]])


@pytest.mark.parametrize("name", [os.fsdecode(b"caf\xe9"), "größe", "it's-$HOME-`id`", 'a"b', "x;touch${IFS}y", "a%sb"])
def test_any_name(guarded: Scenario, name: str) -> None:
    guarded.branch(name).commit("b")
    tip = guarded.tip()
    guarded.checkout("main").git("config", f"branch.{name}.description", "kept")
    guarded.delete_branch(name)
    guarded.expire_all()
    with opened(guarded) as repo:
        observe(repo, context(guarded))
    (row,) = listed(guarded)
    assert (row.tip, row.name) == (tip, os.fsencode(name).decode("utf-8", "replace"))
    with opened(guarded) as repo:
        restore_deleted_branch(repo, RestoreRequest(branch=row.id), context(guarded))
    assert guarded.branches()[name] == tip
    assert guarded.git("config", f"branch.{name}.description") == "kept"


def test_in_a_linked_worktree_and_from_a_folder_below(guarded: Scenario) -> None:
    guarded.worktree_add("linked", "-b", "other")
    linked = guarded.inside("linked").commit("deep", {"a/b/c.txt": "1"})
    linked.branch("x").commit("b")
    tip = linked.tip()
    linked.checkout("other")
    linked.git("-C", "a/b", "branch", "-D", "x")
    guarded.worktree_remove("linked")
    assert noticed(guarded, "x").tip == tip


def test_in_a_bare_repository(story: Scenario) -> None:
    story.branch("x").commit("b").checkout("main")
    story.git("clone", "--quiet", "--bare", str(story.path), str(story.root / "bare.git"))
    bare = story.inside("bare.git")
    assert setup(bare, hook=True).hook == "installed"
    tip = bare.tip("x")
    bare.git("branch", "-D", "x")
    assert noticed(bare, "x").tip == tip


def test_by_a_push_from_elsewhere(story: Scenario) -> None:
    story.branch("x").commit("b").checkout("main").remote().push("origin", "main", "x")
    tip = story.tip("x")
    central = story.inside("origin.git")
    setup(central, hook=True)
    story.push("origin", "--delete", "x")
    assert noticed(central, "x").tip == tip


def test_hook_of_the_repository_is_kept_and_called(story: Scenario) -> None:
    calls = story.root / "calls"
    own_hook(story, f'echo "$1" >> {calls}; cat >> {calls}')
    with opened(story) as repo:
        assert hook_state(repo) == "other"
        set_trust(repo, trusted=True)
    done = setup(story, hook=True)
    assert (done.hook, done.chained) == ("installed", True)
    assert setup(story, hook=True).chained
    story.branch("x").commit("b")
    tip = story.tip()
    calls.write_text("")
    story.checkout("main").git("branch", "-D", "x")
    told = calls.read_text().splitlines()
    assert "prepared" in told
    assert "committed" in told
    assert [line for line in told if line.endswith(f"{'0' * 40} refs/heads/x")]
    assert noticed(story, "x").tip == tip
    assert setup(story, hook=False).hook == "other"
    assert (story.common_dir / "hooks/reference-transaction").read_text() == OWN.format(
        f'echo "$1" >> {calls}; cat >> {calls}'
    )


def test_refusal_of_the_repository_s_hook_is_honoured(story: Scenario) -> None:
    story.branch("x").commit("b").checkout("main")
    own_hook(story, '[ "$1" != prepared ] || ! grep -q refs/heads/x')
    with opened(story) as repo:
        set_trust(repo, trusted=True)
    setup(story, hook=True)
    assert story.try_git("branch", "-D", "x").returncode != 0
    assert "x" in story.branches()
    story.branch("y").commit("fine").checkout("main").delete_branch("y")
    assert names(listed(story)) == ["y"]


def test_hook_never_makes_git_fail(guarded: Scenario) -> None:
    ours = guarded.common_dir / "mlgit"
    guarded.branch("x").commit("b").checkout("main").branch("y", "x")
    for path in sorted(ours.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    ours.rmdir()
    ours.write_text("in the way")
    guarded.delete_branch("x")
    ours.unlink()
    empty = guarded.root / "nothing"
    empty.mkdir()
    guarded.git(
        "branch", "-D", "y", env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TMPDIR": str(empty / "no")}
    )
    assert guarded.branches().keys() == {"main"}
    guarded.fsck()


def test_hook_of_ours_is_not_run_by_our_own_acts(guarded: Scenario) -> None:
    guarded.branch("x").commit("b").checkout("main")
    with opened(guarded) as repo:
        delete_branch(repo, BranchDeleteRequest(name="x"), context(guarded))
    assert not (guarded.common_dir / "mlgit" / "hook.log").exists()


def test_pins_are_hidden_in_the_log_and_that_can_be_undone(story: Scenario) -> None:
    done = setup(story, hook=True)
    assert done.operation is not None
    assert story.git("config", "log.excludeDecoration") == "refs/mlgit/"
    story.branch("x").commit("b").delete_branch("x")
    assert "mlgit" not in story.git("log", "--all", "--decorate=full", "--format=%D")
    assert setup(story, hook=True).operation is None
    assert setup(story, hook=False).hook == "absent"
    assert setup(story, hook=False).operation is None
    assert not (story.common_dir / "hooks/reference-transaction").exists()
    assert story.try_git("config", "log.excludeDecoration").returncode == 1


def test_what_a_person_hides_in_the_log_stays_hidden(story: Scenario) -> None:
    story.git("config", "log.excludeDecoration", "refs/tags/old/*")
    setup(story, hook=True)
    assert story.git("config", "--get-all", "log.excludeDecoration").splitlines() == ["refs/tags/old/*", "refs/mlgit/"]
    story.branch("x").commit("b").delete_branch("x")
    assert "mlgit" not in story.git("log", "--all", "--decorate=full", "--format=%D")
    setup(story, hook=False)
    assert story.git("config", "--get-all", "log.excludeDecoration") == "refs/tags/old/*"


def test_hooks_path_is_respected(story: Scenario) -> None:
    story.git("config", "core.hooksPath", ".git/more-hooks")
    done = setup(story, hook=True)
    assert done.hook == "installed"
    assert (story.common_dir / "more-hooks" / "reference-transaction").is_file()
    story.branch("x").commit("b")
    tip = story.tip()
    story.delete_branch("x")
    assert noticed(story, "x").tip == tip


@pytest.mark.parametrize("hook", [True, False])
def test_hooks_that_others_share_are_left_alone(story: Scenario, *, hook: bool) -> None:
    shared = story.root / "shared"
    shared.mkdir()
    story.git("config", "core.hooksPath", str(shared))
    with pytest.raises(PathOutsideRepository):
        setup(story, hook=hook)
    assert list(shared.iterdir()) == []


def test_second_hook_of_the_repository_is_not_overwritten(story: Scenario) -> None:
    first = own_hook(story, "exit 0")
    with opened(story) as repo:
        set_trust(repo, trusted=True)
    setup(story, hook=True)
    first.unlink()
    second = own_hook(story, "exit 0 # second")
    with opened(story) as repo:
        set_trust(repo, trusted=True)
    with pytest.raises(WouldOverwrite):
        setup(story, hook=True)
    assert second.read_text() == OWN.format("exit 0 # second")


def test_nothing_asked_and_nothing_writable(story: Scenario) -> None:
    with pytest.raises(BadRequest):
        setup(story, hook=None)
    (story.common_dir / "hooks").rename(story.common_dir / "hooks-aside")
    (story.common_dir / "hooks").write_text("in the way")
    with pytest.raises(ReadOnly):
        setup(story, hook=True)
