"""Every result is told in sentences that a person can use."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.cli.conftest import Told
    from tests.scenario import Scenario


def say(tell: Callable[..., Told], *words: str) -> str:
    """Gives what a command that ends well says."""
    status, out, err = tell(*words)
    assert (status, err) == (0, "")
    assert all(line == line.rstrip() for line in out.splitlines())
    return out


def test_status(tell: Callable[..., Told], story: Scenario) -> None:
    assert f"On branch main {story.tip('main')[:7]}" in say(tell, "status")
    story.remote().push().commit("more")
    assert "Upstream origin/main (1 ahead)" in say(tell, "status")
    story.checkout("--detach")
    assert "No branch is checked out; HEAD is at" in say(tell, "status")
    (story.path / ".git" / "MERGE_HEAD").write_text(story.tip("main") + "\n")
    assert "Unfinished: merge" in say(tell, "status")


def test_a_repository_without_a_commit(scenario: Scenario, capsys: pytest.CaptureFixture[str]) -> None:
    from jupyter_mlgit.cli import main

    for verb, told in (
        ("status", "On branch main no commit yet"),
        ("branches", "There are no branches yet."),
        ("deleted", "No deleted branches were found"),
        ("timeline", "Nothing has been logged here."),
        ("operations", "Nothing has been done here"),
    ):
        assert main(["-C", str(scenario.path), verb]) == 0
        assert told in capsys.readouterr().out


def test_branches(tell: Callable[..., Told], story: Scenario) -> None:
    story.branch("exp/two", at="main").worktree_add("linked", "exp/two")
    told = say(tell, "branches")
    assert "* main" in told
    assert "[protected]" in told
    assert "first" in told
    assert f"checked out in {story.root / 'linked'}" in told


def test_preview(tell: Callable[..., Told], story: Scenario) -> None:
    told = say(tell, "preview", "exp/one")
    assert "Commits found nowhere else:" in told
    assert "Try a larger step" in told
    assert "added  train.ipynb" in told
    story.branch("exp/one", at="main")
    assert "is taken" in say(tell, "preview", "exp/one")


def test_restoring_again_says_that_it_is_there(tell: Callable[..., Told]) -> None:
    assert "Restored exp/one at" in say(tell, "restore", "exp/one")
    assert "exp/one is there already" in say(tell, "restore", "exp/one")


def test_restoring_under_another_name(tell: Callable[..., Told], story: Scenario) -> None:
    assert "Restored exp/again" in say(tell, "restore", "exp/one", "--as", "exp/again")
    assert "exp/again" in story.branches()


def test_restoring_with_its_upstream_and_checking_it_out(tell: Callable[..., Told], story: Scenario) -> None:
    say(tell, "restore", "exp/one")
    story.remote().checkout("exp/one").push().commit("not pushed").checkout("main")
    say(tell, "status")
    story.delete_branch("exp/one")
    told = say(tell, "restore", "exp/one", "--switch")
    assert "Its upstream is origin/exp/one again." in told
    assert "It is checked out now." in told
    assert story.current() == "exp/one"
    assert (story.path / "train.ipynb").exists()


def test_a_branch_that_could_not_be_checked_out_is_not_brought_back_either(
    tell: Callable[..., Told], story: Scenario
) -> None:
    story.write({"train.ipynb": "not committed"})
    status, out, err = tell("restore", "exp/one", "--switch")
    assert (status, out) == (1, "")
    assert "train.ipynb" in err
    assert (story.path / "train.ipynb").read_text() == "not committed"
    assert "exp/one" not in story.branches()


def test_pin_and_unpin(tell: Callable[..., Told]) -> None:
    assert "It is kept for 90 days; git gc cannot take it." in say(tell, "pin", "exp/one")
    assert "pinned" in say(tell, "deleted")
    told = say(tell, "unpin", "exp/one")
    assert "Unpinned exp/one" in told
    assert "git gc may take its 1 commit found nowhere else once no log names them any more." in told
    assert "exp/one has no pin of its own." in say(tell, "unpin", "exp/one")


def test_pin_all(tell: Callable[..., Told], story: Scenario) -> None:
    story.branch("exp/two").commit("Go on").delete_branch("exp/two")
    story.write({"first.txt": "changed"}).stash("idea").stash_drop()
    told = say(tell, "pin", "--all")
    assert "exp/one" in told
    assert "All 2 are kept for 90 days; git gc cannot take it." in told
    assert "(no name)" in say(tell, "pin", "--all", "--lost")
    assert "All of it is pinned already" in say(tell, "pin", "--all")
    assert tell("pin")[0] == 2


def test_a_dropped_stash_goes_back_on_the_list(tell: Callable[..., Told], story: Scenario) -> None:
    story.write({"first.txt": "changed"}).stash("idea").stash_drop()
    told = say(tell, "deleted", "--all")
    assert "jupyter mlgit restore ID --stash" in told
    wanted = next(line.split()[0] for line in told.splitlines() if "dropped stash" in line)
    assert "is on the stash list again, as stash@{0}" in say(tell, "restore", wanted, "--stash")
    assert story.git("stash", "list") == "stash@{0}: On main: idea"
    assert "stash@{0} is there already" in say(tell, "restore", wanted, "--stash")


def test_an_overwritten_branch_is_moved_back(tell: Callable[..., Told], story: Scenario) -> None:
    story.branch("exp/two").commit("Go on").switch("main")
    tip = story.tip("exp/two")
    story.move_branch("exp/two", "main")
    assert "jupyter mlgit restore NAME --move-back" in say(tell, "deleted")
    status, _, err = tell("restore", "exp/two")
    assert (status, "jupyter mlgit restore exp/two --move-back" in err) == (1, True)
    assert "exp/two is back at" in say(tell, "restore", "exp/two", "--move-back")
    assert story.tip("exp/two") == tip
    assert "move-back" not in say(tell, "deleted")
    story.commit("Lost").reset("HEAD~1").commit("Another way")
    status, _, err = tell("restore", "main")
    assert status == 1
    assert "There is already a branch 'main'" in err
    assert "jupyter mlgit reset --hard" in err


def test_timeline(tell: Callable[..., Told], story: Scenario) -> None:
    told = say(tell, "timeline", "-n", "1")
    assert "checkout" in told
    assert "Older entries: --after" in told
    story.branch("exp/two").commit("a").commit("b").checkout("main").commit("c").checkout("exp/two").rebase("main")
    assert "rebase" in say(tell, "timeline")


def test_retention(tell: Callable[..., Told], story: Scenario) -> None:
    assert "Pins" in say(tell, "retention")
    say(tell, "retention", "--reflog", "200", "--pins", "30")
    assert story.git("config", "gc.reflogExpire").startswith("200")
    assert "for 30 days" in say(tell, "retention")


def test_setup(tell: Callable[..., Told], story: Scenario) -> None:
    assert "installed" in say(tell, "setup", "--hook")
    assert (story.path / ".git" / "hooks" / "reference-transaction").exists()
    assert "absent" in say(tell, "setup", "--no-hook")


def test_making_renaming_deleting_and_switching(tell: Callable[..., Told], story: Scenario) -> None:
    assert "exp/two is at" in say(tell, "branch-create", "exp/two")
    assert "exp/three is at" in say(tell, "branch-rename", "exp/two", "exp/three")
    assert "On branch exp/three" in say(tell, "switch", "exp/three")
    story.commit("on three")
    assert "1 file changed with it." in say(tell, "switch", "main")
    told = say(tell, "branch-delete", "exp/three")
    assert "Deleted exp/three" in told
    assert "1 commit found nowhere else" in told
    assert "on three" in told
    assert "Undone: Delete branch exp/three" in say(tell, "undo")
    assert "exp/three" in story.branches()


def test_switching_tells_what_is_carried_and_what_is_left(tell: Callable[..., Told], story: Scenario) -> None:
    story.git("update-ref", "refs/remotes/origin/exp/y", "main")
    story.git("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*")
    told = say(tell, "branches", "--remotes")
    assert "origin/exp/y" in told
    assert "origin/exp/y" not in say(tell, "branches")
    name = story.git("ls-files").splitlines()[0]
    story.write({name: "edited\n"})
    told = say(tell, "switch", "exp/y")
    assert "On branch exp/y" in told
    assert "[made just now, follows origin/exp/y]" in told
    assert f"Edits carried along:\n {name}" in told.replace("  ", " ")
    assert "On no branch; HEAD is at" in say(tell, "switch", "--detach")
    story.commit("nameless")
    told = say(tell, "switch", "-")
    assert "1 commit left behind that nothing else has, and pinned:" in told
    assert "nameless" in told
    assert "On branch exp/z" in say(tell, "switch", "-c", "exp/z", "main")


def test_switching_says_how_to_get_past_what_is_in_the_way(tell: Callable[..., Told], story: Scenario) -> None:
    story.branch("exp/y").commit("other", {"first.txt": "theirs\n"}).checkout("main").write({"first.txt": "mine\n"})
    status, _, err = tell("switch", "exp/y")
    assert status == 1
    assert "Commit it, or switch with --back-up" in err
    told = say(tell, "switch", "exp/y", "--back-up")
    assert "In the way, and taken into a backup:\n  first.txt" in told
    (again,) = [line for line in told.splitlines() if "jupyter mlgit backup-restore" in line]
    say(tell, "switch", "main")
    say(tell, "backup-restore", again.partition("backup-restore ")[2].split(";")[0])
    assert (story.path / "first.txt").read_text() == "mine\n"


def test_trust(tell: Callable[..., Told], story: Scenario) -> None:
    assert "It names nothing to run." in say(tell, "trust", "--list")
    hook = story.git_dir / "hooks/post-checkout"
    hook.write_text("#!/bin/sh\n")
    hook.chmod(0o755)
    told = say(tell, "trust", "--list")
    assert "not trusted" in told
    assert "hook post-checkout" in told
    assert "This repository is trusted." in say(tell, "trust", "--yes")
    assert "not trusted" in say(tell, "trust", "--withdraw")


def test_undo_and_redo_are_listed_without_a_reason(tell: Callable[..., Told]) -> None:
    say(tell, "restore", "exp/one")
    say(tell, "undo")
    say(tell, "redo")
    told = say(tell, "operations")
    assert "Undo: " in told
    assert "taken back by each other" not in told


def test_recover(tell: Callable[..., Told]) -> None:
    assert "Nothing is unfinished." in say(tell, "recover")


def test_reset_and_nothing_to_undo(tell: Callable[..., Told], story: Scenario) -> None:
    story.commit("second").remote().push()
    assert "1 of them pushed: refused without --allow-pushed." in say(tell, "reset", "--hard", "HEAD~", "--dry-run")
    assert tell("reset", "--hard", "HEAD~")[0] == 1
    say(tell, "branch-create", "new")
    (newest, *_) = json.loads(tell("operations", "--json")[1])["operations"]
    assert "there is nothing to do" in say(tell, "undo", "--to", newest["id"])
    story.write({"new": "1\n"})
    say(tell, "backup")
    assert f"jupyter mlgit undo: an older act, {newest['id']}" in say(tell, "operations", "-n", "1")


def test_switch_over_an_ignored_file(tell: Callable[..., Told], story: Scenario) -> None:
    story.write({".gitignore": "*.log\n"}).git("add", ".gitignore")
    story.commit("ignore").branch("logged").write({"run.log": "theirs\n"}).git("add", "-f", "run.log")
    story.commit("log").checkout("main").write({"run.log": "mine\n"})
    told = say(tell, "switch", "logged")
    assert "run.log  not tracked by git; goes, and is backed up" in told
    assert "What they held is kept: jupyter mlgit undo" in told
    say(tell, "undo")
    assert (story.path / "run.log").read_text() == "mine\n"


def test_sample(tell: Callable[..., Told], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("sample") / "project"
    told = say(tell, "sample", str(folder))
    assert f"Made a sample project in {folder}" in told
    assert f"Try: jupyter mlgit -C {folder} deleted --all" in told
    made = json.loads(tell("-C", str(folder), "deleted", "--all", "--json")[1])["branches"]
    shown = {one["tip"][:7] for one in made}
    lost = [line.removeprefix("  (no name)").split()[:2] for line in told.splitlines() if line.startswith("  ")]
    assert len(lost) > 5
    assert all(shown & set(words) for words in lost)
