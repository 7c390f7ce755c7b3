"""Tests that a deleted branch comes back whole, and that nothing else changes with it."""

from __future__ import annotations

import os
from typing import Any

import pytest

from jupyter_mlgit.history.branches import BranchCreateRequest, BranchDeleteRequest, create_branch, delete_branch
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import BadName, BadRevision, BranchExists, BranchNotFound, TipGone
from jupyter_mlgit.recovery.restore import (
    BranchPreview,
    PreviewRequest,
    Restored,
    RestoreRequest,
    preview_deleted_branch,
    restore_deleted_branch,
)
from tests.recovery.verdicts import context, folder_digest, listed, names, opened, row_of
from tests.scenario import Scenario


@pytest.fixture
def lost(story: Scenario) -> Scenario:
    """Gives a repository that has lost ``x`` of two commits."""
    story.branch("x").commit("b").commit("c", {"train.ipynb": "{}", "plot.png": b"\x89PNG"})
    return story.tag("keep-id").delete_branch("x").commit("meanwhile")


@pytest.fixture
def tip(lost: Scenario) -> str:
    """Gives the commit that ``x`` was at, and takes the tag away that told it."""
    found = lost.tip("keep-id")
    lost.git("tag", "-d", "keep-id")
    return found


def restore(story: Scenario, branch: str, **words: Any) -> Restored:
    """Restores as the command line would, one minute later."""
    story.clock.tick()
    with opened(story) as repo:
        return restore_deleted_branch(repo, RestoreRequest(branch=branch, **words), context(story))


def preview(story: Scenario, branch: str, **words: Any) -> BranchPreview:
    """Previews as the panel would."""
    with opened(story) as repo:
        return preview_deleted_branch(repo, PreviewRequest(branch=branch, **words), context(story))


def demand_sound(story: Scenario) -> None:
    """Demands that git finds nothing wrong and goes on as if it had done the act itself."""
    story.fsck()
    story.git("reflog")
    story.git("for-each-ref")
    here = story.current()
    story.switch("--detach").checkout("-")
    assert story.current() == here
    assert story.git("status", "--porcelain") == ""


def test_same_name(lost: Scenario, tip: str) -> None:
    head = lost.tip()
    done = restore(lost, "x")
    assert (done.branch, done.tip, done.created, done.commits, done.switched) == ("x", tip, True, 2, False)
    assert done.operation is not None
    assert lost.branches() == {"main": head, "x": tip}
    assert (lost.current(), lost.tip()) == ("main", head)
    assert lost.git("reflog", "show", "--format=%H %gs", "x") == f"{tip} branch: Created from {tip}"
    assert names(listed(lost)) == []
    demand_sound(lost)
    lost.switch("x").commit("goes on").switch("main")
    lost.fsck()


def test_by_the_id_of_its_row(lost: Scenario, tip: str) -> None:
    assert restore(lost, row_of(lost, "x").id).tip == tip


def test_by_the_beginning_of_its_tip(lost: Scenario, tip: str) -> None:
    assert restore(lost, tip[:10]).branch == "x"


def test_twice_is_no_error_and_changes_nothing(lost: Scenario, tip: str) -> None:
    row = row_of(lost, "x")
    restore(lost, "x")
    for wanted in ("x", row.id):
        again = restore(lost, wanted)
        assert (again.branch, again.tip, again.created, again.operation) == ("x", tip, False, None)
    assert lost.git("reflog", "show", "--format=%gs", "x").count("\n") == 0


def test_same_tip_already_there_under_the_name_asked_for(lost: Scenario, tip: str) -> None:
    lost.branch("y", tip)
    done = restore(lost, "x", as_="y")
    assert (done.branch, done.created, done.operation) == ("y", False, None)
    assert "x" not in lost.branches()


def test_name_taken_by_another_commit(lost: Scenario, tip: str) -> None:
    lost.branch("x", "main")
    row = row_of(lost, "x", "overwritten")
    before = lost.branches()
    with pytest.raises(BranchExists) as raised:
        restore(lost, "x")
    assert raised.value.code == "branch-exists"
    assert lost.branches() == before
    suggestion = raised.value.details["suggestion"]
    shown = preview(lost, "x")
    assert (shown.taken, shown.name, shown.suggestion) == (True, "x", suggestion)
    assert restore(lost, row.id, as_=suggestion).tip == tip
    assert lost.branches() == before | {suggestion: tip}
    demand_sound(lost)


@pytest.mark.parametrize("other", ["x/y", "x/y/z"])
def test_name_is_a_folder_now(lost: Scenario, tip: str, other: str) -> None:
    lost.branch(other, "main")
    with pytest.raises(BranchExists) as raised:
        restore(lost, "x")
    suggestion = raised.value.details["suggestion"]
    assert restore(lost, "x", as_=suggestion).tip == tip
    assert lost.tip(f"refs/heads/{suggestion}") == tip
    demand_sound(lost)


@pytest.mark.parametrize("packed", [False, True])
def test_folder_of_the_name_is_a_branch_now(story: Scenario, *, packed: bool) -> None:
    story.branch("a/b/c").commit("b")
    tip = story.tip()
    story.delete_branch("a/b/c").branch("a", "main")
    if packed:
        story.git("pack-refs", "--all")
    with pytest.raises(BranchExists) as raised:
        restore(story, "a/b/c")
    suggestion = raised.value.details["suggestion"]
    assert restore(story, "a/b/c", as_=suggestion).tip == tip
    assert story.tip(f"refs/heads/{suggestion}") == tip
    demand_sound(story)


def test_empty_folders_of_deleted_refs_are_not_in_the_way(lost: Scenario, tip: str) -> None:
    lost.branch("x/y/z", "main").delete_branch("x/y/z")
    (lost.common_dir / "refs/heads/x/y/z").mkdir(parents=True)
    (lost.common_dir / "logs/refs/heads/x/y/z").mkdir(parents=True)
    assert restore(lost, "x").tip == tip
    demand_sound(lost)


def test_under_another_name(lost: Scenario, tip: str) -> None:
    done = restore(lost, "x", as_="exp/again")
    assert (done.branch, done.tip, done.created) == ("exp/again", tip, True)
    assert lost.tip("exp/again") == tip
    assert "x" not in lost.branches()


@pytest.mark.parametrize("bad", ["a..b", "-x", "HEAD", "a b", "x.lock", "", "a\u202eb", "a\nb", "/x", "x/"])
def test_bad_new_name(lost: Scenario, tip: str, bad: str) -> None:
    before = lost.branches()
    if bad:
        with pytest.raises(BadName):
            restore(lost, tip, as_=bad)
        assert lost.branches() == before


def test_earlier_version(story: Scenario) -> None:
    story.branch("x").commit("first")
    first = story.tip()
    story.delete_branch("x").branch("x").commit("second").delete_branch("x")
    shown = preview(story, "x", at=first[:12])
    assert (shown.tip, [commit.subject for commit in shown.commits]) == (first, ["first"])
    done = restore(story, "x", at=first[:12])
    assert (done.branch, done.tip) == ("x", first)
    demand_sound(story)


def test_commit_that_is_none(lost: Scenario, tip: str) -> None:
    for nothing in ("0" * 40, "no-such-name", f"{tip}^{{tree}}"):
        with pytest.raises(BadRevision):
            restore(lost, "x", at=nothing)


def test_unknown_name(lost: Scenario) -> None:
    for nothing in ("nothing", "", "abcdef0", "\udcff", "x\0"):
        with pytest.raises(BranchNotFound):
            restore(lost, nothing)


def test_tip_that_is_gone(lost: Scenario, tip: str) -> None:
    log = (lost.git_dir / "logs" / "HEAD").read_bytes()
    row = row_of(lost, "x")
    lost.expire_all()
    (lost.git_dir / "logs" / "HEAD").write_bytes(log)
    assert row_of(lost, "x").state == "gone"
    for wanted in ("x", row.id, tip):
        for act in (restore, preview):
            with pytest.raises(TipGone) as raised:
                act(lost, wanted)
            assert raised.value.code == "tip-gone"
    assert "x" not in lost.branches()


def test_settings_come_back_from_what_git_left(story: Scenario) -> None:
    story.remote().push().branch("x").commit("b").push()
    story.git("config", "branch.x.description", "An experiment")
    story.checkout("main")
    story.git("update-ref", "-d", "refs/heads/x")
    done = restore(story, "x")
    assert done.upstream_restored == "origin/x"
    assert story.git("rev-parse", "--abbrev-ref", "x@{upstream}") == "origin/x"
    assert story.git("config", "branch.x.description") == "An experiment"


def test_settings_and_log_come_back_from_a_pin(story: Scenario) -> None:
    story.remote().push().branch("x").commit("b").push().commit("c")
    story.git("config", "branch.x.description", 'Says "hi"\n\ttwice; # really')
    log = story.git("reflog", "show", "--format=%H %gD %gs", "--date=iso", "x")
    story.checkout("main")
    with opened(story) as repo:
        delete_branch(repo, BranchDeleteRequest(name="x"), context(story))
    assert story.try_git("config", "branch.x.merge").returncode == 1
    story.expire_all()
    row = row_of(story, "x")
    assert (row.evidence, row.pinned, row.upstream, row.pushed) == ("pinned", True, "origin/x", False)
    done = restore(story, "x")
    assert done.upstream_restored == "origin/x"
    assert story.git("rev-parse", "--abbrev-ref", "x@{upstream}") == "origin/x"
    assert story.git("config", "branch.x.description") == 'Says "hi"\n\ttwice; # really'
    assert story.git("reflog", "show", "--format=%H %gD %gs", "--date=iso", "x").split("\n", 1)[1] == log
    demand_sound(story)


def test_settings_of_what_the_terminal_deleted_come_back_when_it_was_watched(story: Scenario) -> None:
    story.remote().push().branch("x").commit("b").push()
    tip = story.tip()
    with opened(story) as repo:
        observe(repo, context(story))
        story.delete_branch("x")
        observe(repo, context(story))
    story.push("origin", "--delete", "x").expire_all()
    row = row_of(story, "x")
    assert (row.tip, row.evidence, row.state, row.pinned) == (tip, "pinned", "recoverable", True)
    assert restore(story, "x").upstream_restored == "origin/x"
    assert story.git("config", "branch.x.merge") == "refs/heads/x"


def test_remote_branch_comes_back_as_a_local_one(story: Scenario) -> None:
    story.remote().push().branch("topic").commit("b").push("origin", "topic")
    tip = story.tip()
    story.checkout("main").checkout("origin/topic").checkout("main").delete_branch("topic")
    story.git("reflog", "delete", "--rewrite", "HEAD@{2}")
    story.push("origin", "--delete", "topic")
    done = restore(story, "origin/topic")
    assert (done.branch, done.tip) == ("topic", tip)


def test_lost_commits_and_stashes_get_names(story: Scenario) -> None:
    story.checkout("--detach").commit("aside")
    aside = story.tip()
    story.checkout("main").write({"base.txt": "changed"}).stash()
    stash = story.tip("stash@{0}")
    story.stash_drop()
    rows = {row.kind: row for row in listed(story, everything=True)}
    assert restore(story, rows["lost"].id).branch == f"restored-{aside[:7]}"
    assert restore(story, rows["stash"].id).branch == f"stash-{stash[:7]}"
    assert story.branches() == {
        "main": story.tip("main"), f"restored-{aside[:7]}": aside, f"stash-{stash[:7]}": stash
    }  # fmt: skip
    demand_sound(story)


def test_overwritten_branch_comes_back_beside_itself(story: Scenario) -> None:
    story.branch("x").commit("b")
    tip = story.tip()
    story.reset("main")
    with pytest.raises(BranchExists) as raised:
        restore(story, "x")
    suggestion = raised.value.details["suggestion"]
    assert suggestion == preview(story, "x").suggestion
    restore(story, "x", as_=suggestion)
    assert story.branches() == {"main": story.tip("main"), "x": story.tip("main"), suggestion: tip}
    assert story.current() == "x"


def test_deleted_from_under_head_comes_back_to_it(story: Scenario) -> None:
    story.branch("x").commit("b")
    tip = story.tip()
    story.git("update-ref", "-d", "refs/heads/x")
    assert restore(story, "x").tip == tip
    assert (story.current(), story.tip()) == ("x", tip)
    story.fsck()
    assert story.git("status", "--porcelain") == ""
    assert story.git("reflog", "-1", "--format=%H") == tip


@pytest.mark.parametrize("packed", [False, True])
def test_ref_that_a_power_cut_has_emptied(story: Scenario, *, packed: bool) -> None:
    story.branch("x").commit("b")
    if packed:
        story.git("pack-refs", "--all")
        story.commit("c")
    tip = story.tip()
    story.checkout("main")
    log = (story.common_dir / "logs/refs/heads/x").read_bytes()
    (story.common_dir / "refs/heads/x").write_bytes(b"")
    assert story.try_git("rev-parse", "x").returncode
    assert restore(story, "x").tip == tip
    assert story.tip("x") == tip
    assert (story.common_dir / "logs/refs/heads/x").read_bytes().startswith(log)
    demand_sound(story)


def test_in_a_bare_repository(story: Scenario) -> None:
    story.branch("x").commit("b").checkout("main")
    story.git("clone", "--quiet", "--bare", str(story.path), str(story.root / "bare.git"))
    bare = story.inside("bare.git")
    tip = bare.tip("x")
    bare.delete_branch("x")
    assert restore(bare, tip, as_="x").created
    assert bare.tip("x") == tip
    assert not (bare.path / "logs/refs/heads/x").exists()
    bare.fsck()


def test_from_a_linked_worktree(lost: Scenario, tip: str) -> None:
    lost.worktree_add("linked", "-b", "other")
    linked = lost.inside("linked")
    assert restore(linked, "x").tip == tip
    assert lost.branches()["x"] == tip
    assert (linked.current(), lost.current()) == ("other", "main")
    lost.fsck()


def test_name_that_is_not_utf8(story: Scenario) -> None:
    name = os.fsdecode(b"caf\xe9")
    story.branch(name).commit("b")
    tip = story.tip()
    story.delete_branch(name)
    done = restore(story, row_of(story, "caf\ufffd").id)
    assert (done.branch, done.tip) == ("caf\ufffd", tip)
    assert story.branches()[name] == tip
    story.fsck()


def test_sha256(tmp_path: Any) -> None:
    story = Scenario(tmp_path / "work", object_format="sha256").commit("base").branch("x").commit("b")
    tip = story.tip()
    story.delete_branch("x")
    assert restore(story, "x").tip == tip
    demand_sound(story)


def test_switching_as_well(lost: Scenario, tip: str) -> None:
    done = restore(lost, "x", switch=True)
    assert (done.switched, lost.current(), lost.tip()) == (True, "x", tip)
    assert lost.git("status", "--porcelain") == ""
    demand_sound(lost)


@pytest.mark.parametrize("words", [{}, {"as_": "y"}, {"switch": True}, {"at": "HEAD~1"}])
def test_dry_run_changes_nothing(lost: Scenario, tip: str, words: dict[str, Any]) -> None:
    # To look at the files as a switch would, the index is locked, and locks are staged in a folder of ours.
    staging = ["repo/.git/mlgit"] if "switch" in words else []
    before = folder_digest(lost.root, without=staging)
    done = restore(lost, "x", dry_run=True, **words)
    shown = preview(lost, "x")
    assert folder_digest(lost.root, without=staging) == before
    assert not [path for path in (lost.git_dir / "mlgit").rglob("*") if path.is_file()]
    assert (done.operation, done.switched, shown.tip) == (None, False, tip)
    assert done.created
    assert done.branch == words.get("as_", "x")


@pytest.mark.usefixtures("tip")
def test_refusal_changes_nothing(lost: Scenario) -> None:
    lost.branch("x", "main")
    with pytest.raises(BranchExists):
        restore(lost, "x")
    kept = ("mlgit/lock",)
    before = folder_digest(lost.common_dir, without=kept)
    with pytest.raises(BranchExists):
        restore(lost, "x")
    assert folder_digest(lost.common_dir, without=kept) == before


def test_preview_shows_commits_and_files(lost: Scenario, tip: str) -> None:
    shown = preview(lost, "x")
    assert [commit.subject for commit in shown.commits] == ["c", "b"]
    assert [commit.id for commit in shown.commits] == lost.git("rev-list", tip, "--not", "--all").split()
    assert (shown.more_commits, shown.more_files, shown.taken, shown.name) == (0, 0, False, "x")
    assert {(file.path, file.change, file.kind) for file in shown.files} == {
        ("b.txt", "added", "text"), ("plot.png", "added", "image"), ("train.ipynb", "added", "notebook")
    }  # fmt: skip
    assert shown.branch == row_of(lost, "x")


def test_preview_of_what_is_merged_shows_the_tip(story: Scenario) -> None:
    story.branch("x").commit("b")
    tip = story.tip()
    story.checkout("main").merge("x").delete_branch("x")
    assert [commit.id for commit in preview(story, "x").commits] == [tip]


def test_undo_and_redo(lost: Scenario, tip: str) -> None:
    lost.git("config", "branch.x.description", "left behind")
    done = restore(lost, "x")
    lost.clock.tick()
    with opened(lost) as repo:
        undo(repo, UndoRequest(id=done.operation), context(lost))
    assert "x" not in lost.branches()
    demand_sound(lost)
    assert row_of(lost, "x").tip == tip
    lost.clock.tick()
    with opened(lost) as repo:
        redo(repo, RedoRequest(), context(lost))
    assert lost.branches()["x"] == tip
    assert lost.git("config", "branch.x.description") == "left behind"
    demand_sound(lost)
    lost.expire_all()
    assert lost.branches()["x"] == tip


def test_undo_of_a_restore_keeps_what_was_restored(lost: Scenario, tip: str) -> None:
    done = restore(lost, "x")
    with opened(lost) as repo:
        undo(repo, UndoRequest(id=done.operation), context(lost))
    lost.expire_all()
    row = row_of(lost, "x")
    assert (row.tip, row.pinned, row.state) == (tip, True, "recoverable")


def test_a_name_that_an_undo_took_back_has_no_row_beside_the_old_one(lost: Scenario) -> None:
    done = restore(lost, "x", as_="other")
    with opened(lost) as repo:
        undo(repo, UndoRequest(id=done.operation), context(lost))
    assert names(listed(lost)) == ["x"]


def test_a_name_that_an_undo_took_back_stays_where_no_row_has_its_commit(story: Scenario) -> None:
    story.commit("first words")
    tip = story.tip()
    story.amend("better words")
    with opened(story) as repo:
        done = create_branch(repo, BranchCreateRequest(name="kept", start=tip), context(story))
    story.clock.tick()
    with opened(story) as repo:
        undo(repo, UndoRequest(id=done.operation), context(story))
    assert [(row.name, row.tip) for row in listed(story)] == [("kept", tip)]


def test_what_a_name_held_before_outlives_the_undo_of_its_return(lost: Scenario, tip: str) -> None:
    lost.branch("feat").commit("three days of work")
    work = lost.tip("feat")
    lost.checkout("main").delete_branch("feat").git("checkout", "--quiet", "-b", "twin", tip)
    lost.checkout("main").delete_branch("twin")
    for name, words in (("x", {"as_": "feat"}), ("twin", {})):
        done = restore(lost, name, **words)
        with opened(lost) as repo:
            undo(repo, UndoRequest(id=done.operation), context(lost))
    assert set(names(listed(lost))) == {"feat", "twin", "x"}
    assert row_of(lost, "feat").tip == work


def test_a_commit_that_the_branch_never_held_is_refused(story: Scenario) -> None:
    story.branch("exp/gone").commit("g1").commit("g2").checkout("main").commit("elsewhere").delete_branch("exp/gone")
    before = story.branches()
    with pytest.raises(BadRevision, match="held"):
        restore(story, "exp/gone", at="main")
    assert story.branches() == before


@pytest.mark.parametrize("by_undo", [False, True], ids=["restore", "undo"])
def test_a_log_comes_back_without_what_git_has_cleaned_up(story: Scenario, *, by_undo: bool) -> None:
    story.branch("x").commit("first").commit("second").amend("better").commit("third").checkout("main")
    with opened(story) as repo:
        delete_branch(repo, BranchDeleteRequest(name="x"), context(story))
    story.expire_all()
    story.gc("--quiet", "--prune=now")
    if by_undo:
        with opened(story) as repo:
            undo(repo, UndoRequest(), context(story))
    else:
        restore(story, "x")
    said = story.git("reflog", "show", "--format=%gs", "x").splitlines()
    assert [line for line in said if line.startswith("commit")] == [
        "commit: third", "commit (amend): better", "commit: first",
    ]  # fmt: skip
    story.fsck()
