"""Resets on twins: what git makes of the one, we make of the other, and undo brings every byte back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.history.reset import Reset, ResetRequest, reset
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import (
    BadRequest,
    BadRevision,
    NoUndo,
    Problem,
    PushedCommits,
    UnsupportedRepository,
    WouldOverwrite,
)
from tests.git.test_file_change import begun, clean, conflict, dirty, in_the_way
from tests.git.twins import opened
from tests.history.pictures import everything, working_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tests.scenario import Scenario

STATES = [clean, dirty, in_the_way, conflict]
MODES = ["soft", "mixed", "hard"]


def act(s: Scenario, rev: str, mode: str = "hard", **more: Any) -> Reset:
    with opened(s.path) as repo:
        return reset(repo, ResetRequest(rev=rev, **{mode: True}, **more), Context(now=s.clock.now))


def take_back(s: Scenario) -> None:
    with opened(s.path) as repo:
        undo(repo, UndoRequest(), Context(now=s.clock.now))


def do_again(s: Scenario) -> None:
    with opened(s.path) as repo:
        redo(repo, RedoRequest(), Context(now=s.clock.now))


def picture(s: Scenario) -> dict[str, Any]:
    """Gives what a person and git see."""
    merge = ["MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "AUTO_MERGE", "CHERRY_PICK_HEAD"]
    return {
        "files": working_files(s.path),
        "index": s.git("ls-files", "--stage"),
        "status": s.git("status", "--porcelain=v2", "--branch"),
        "refs": s.git("for-each-ref", "refs/heads"),
        "merging": [name for name in merge if (s.git_dir / name).exists()],
        "differs": s.git("diff-files", "--name-only"),
    }


def logs(s: Scenario) -> list[str]:
    return [s.git("reflog", "show", "--format=%H %gs", name) for name in ("HEAD", "main", "side")]


@pytest.mark.parametrize("target", ["HEAD", "HEAD~1", "side", "v1", "side^{/first}"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("state", STATES)
def test_same_as_git(scenario: Scenario, state: Callable[[Scenario], None], mode: str, target: str) -> None:
    begun(scenario).tag("v1", "main~1", "--annotate", "--message", "tagged")
    state(scenario)
    before, twin = picture(scenario), scenario.twin()
    scenario.clock.tick()
    twin.clock.tick()
    theirs = twin.try_git("reset", "--quiet", f"--{mode}", target)
    untouched = everything(scenario.root)
    if theirs.returncode:
        with pytest.raises(Problem):
            act(scenario, target, mode)
        assert everything(scenario.root) == untouched
        return
    foreseen = act(scenario, target, mode, dry_run=True)
    assert everything(scenario.root) == untouched
    done = act(scenario, target, mode)
    assert (foreseen.files, foreseen.index, foreseen.commits_left) == (done.files, done.index, done.commits_left)
    assert picture(scenario) == picture(twin)
    assert logs(scenario) == logs(twin)
    assert scenario.git("rev-parse", "ORIG_HEAD") == twin.git("rev-parse", "ORIG_HEAD")
    left = twin.git("rev-list", f"{done.head.to}..{done.head.from_}").split()
    assert [one.id for one in done.commits_left] == left
    after = picture(scenario)
    if done.operation is None:
        assert after == before
        with pytest.raises(NoUndo):
            take_back(scenario)
        return
    take_back(scenario)
    assert picture(scenario) == before
    do_again(scenario)
    assert picture(scenario) == after
    take_back(scenario)
    assert picture(scenario) == before
    scenario.fsck()
    scenario.git("checkout", "--quiet", "--force", "side")


def test_the_story(scenario: Scenario) -> None:
    """A commit too many, edits on top, a notebook that is not tracked: a hard reset, gc, and then everything back."""
    scenario.commit("base", {"train.py": "1\n", "model.ipynb": "{}\n"}).commit("simplify", {"train.py": "2\n"})
    scenario.git("rm", "--quiet", "--cached", "model.ipynb")
    scenario.git("commit", "--quiet", "--message", "untrack")
    scenario.write({"train.py": "3\n", "model.ipynb": "three days\n", "staged.py": "s\n"}).git("add", "staged.py")
    before = picture(scenario)
    done = act(scenario, "HEAD~2")
    assert {one.path: one.effect for one in done.files} == {
        "train.py": "overwritten", "model.ipynb": "endangered", "staged.py": "deleted",
    }  # fmt: skip
    assert [one.subject for one in done.commits_left] == ["untrack", "simplify"]
    assert (scenario.path / "model.ipynb").read_text() == "{}\n"
    scenario.expire_all()
    scenario.gc("--quiet", "--prune=now")
    take_back(scenario)
    assert picture(scenario) == before


def test_what_is_edited_since_is_not_gone_over_by_undo(scenario: Scenario) -> None:
    dirty(begun(scenario))
    act(scenario, "HEAD")
    scenario.write({"edited": "new work\n"})
    untouched = everything(scenario.root)
    with pytest.raises(WouldOverwrite) as refusal:
        take_back(scenario)
    assert refusal.value.details == {"files": ["edited"]}
    assert everything(scenario.root) == untouched


def test_files_that_git_does_not_track_and_nothing_touches_stay(scenario: Scenario) -> None:
    begun(scenario).write({"mine": "work\n", ".gitignore": "*.pt\n", "model.pt": "weights\n"})
    act(scenario, "HEAD~1")
    assert (scenario.path / "mine").read_text() == "work\n"
    assert (scenario.path / "model.pt").read_text() == "weights\n"


def test_a_large_untracked_file_is_never_gone_over(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_mlgit.git.file_plan.LARGEST_BACKUP", 10)
    begun(scenario).write({"old": "a checkpoint of many bytes\n"})
    untouched = everything(scenario.root)
    for dry_run in (True, False):
        with pytest.raises(WouldOverwrite) as refusal:
            act(scenario, "HEAD~1", dry_run=dry_run)
        assert refusal.value.details == {"files": ["old"]}
        assert "MB that are backed up" in refusal.value.message
    assert everything(scenario.root) == untouched


def test_permissions_come_back(scenario: Scenario) -> None:
    begun(scenario).write({"old": "secret\n"})
    (scenario.path / "old").chmod(0o600)
    act(scenario, "HEAD~1")
    take_back(scenario)
    assert (scenario.path / "old").stat().st_mode & 0o777 == 0o600


def test_pushed_commits_need_a_word(scenario: Scenario) -> None:
    begun(scenario).remote().push()
    untouched = everything(scenario.root)
    assert [one.pushed for one in act(scenario, "HEAD~1", dry_run=True).commits_left] == [True]
    with pytest.raises(PushedCommits, match="The commit that would be left behind has been pushed"):
        act(scenario, "HEAD~1")
    assert everything(scenario.root) == untouched
    act(scenario, "HEAD~1", allow_pushed=True)
    act(scenario, "HEAD")


def merged(s: Scenario) -> Scenario:
    s.branch("side").commit("s1", {"s": "1"}).commit("s2", {"s": "2"}).checkout("main")
    return s.commit("m1", {"m": "1"}).merge("side").commit("m2", {"m": "2"})


@pytest.mark.parametrize(
    ("grow", "to", "command"),
    [
        (lambda s: s.commit("a", {"a": "2"}).commit("b", {"b": "1"}), "HEAD~2", "git revert --no-edit [0-9a-f]"),
        (merged, "HEAD~2", "git revert --no-edit -m 1"),
        (merged, "HEAD~3", "git revert --no-edit -m 1"),
        (merged, "side", "git merge --ff-only"),
        (lambda s: s.commit("a", {"a": "2"}).commit("nothing", {}), "HEAD~2", "git merge --ff-only"),
        (lambda s: s.branch("x").commit("x1", {"x": "1"}).checkout("main").commit("b", {"b": "1"}), "x", "git merge"),
    ],
    ids=["line", "merge", "below-merge", "side", "empty", "apart"],
)
def test_the_command_instead_goes_back(
    scenario: Scenario, grow: Callable[[Scenario], Scenario], to: str, command: str
) -> None:
    """It is what the shell makes of it that counts: afterwards the branch has the target's files, and goes on."""
    grow(scenario.commit("base", {"a": "1"})).remote().push("origin", "main")
    was, wanted = scenario.tip(), scenario.tip(f"{to}^{{tree}}")
    foreseen = act(scenario, to, dry_run=True)
    assert foreseen.instead is not None
    assert re.match(command, foreseen.instead)
    with pytest.raises(PushedCommits) as refusal:
        act(scenario, to)
    assert foreseen.instead in refusal.value.hint
    scenario.git("-c", f"alias.go=!{foreseen.instead}", "go")
    assert scenario.tip("HEAD^{tree}") == wanted
    assert scenario.git("merge-base", was, "HEAD").strip() == was
    assert scenario.git("status", "--porcelain") == ""
    scenario.git("push", "origin", "main")
    scenario.fsck()


def test_a_head_on_no_branch_takes_nothing_from_what_was_pushed(scenario: Scenario) -> None:
    begun(scenario).remote().push().checkout("--quiet", "--detach", "main")
    foreseen = act(scenario, "HEAD~1", dry_run=True)
    assert ([one.pushed for one in foreseen.commits_left], foreseen.pushed_left) == ([True], 0)
    assert act(scenario, "HEAD~1").head == foreseen.head
    assert scenario.tip() == scenario.tip("main~1")


def test_pushed_commits_below_many_others_need_a_word_too(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_mlgit.history.reset.MOST_LEFT", 2)
    begun(scenario).remote().push()
    for number in range(3):
        scenario.commit(f"mine {number}")
    foreseen = act(scenario, "HEAD~4", "soft", dry_run=True)
    assert (len(foreseen.commits_left), foreseen.more_left, foreseen.pushed_left) == (2, 2, 1)
    with pytest.raises(PushedCommits, match="1 of the 4"):
        act(scenario, "HEAD~4", "soft")


def test_detached_head_moves_alone(scenario: Scenario) -> None:
    begun(scenario).checkout("--quiet", "--detach", "main")
    before, twin = picture(scenario), scenario.twin()
    scenario.clock.tick()
    twin.clock.tick()
    act(scenario, "HEAD~1")
    twin.git("reset", "--quiet", "--hard", "HEAD~1")
    assert picture(scenario) == picture(twin)
    assert logs(scenario) == logs(twin)
    take_back(scenario)
    assert picture(scenario) == before


def test_bad_input(scenario: Scenario) -> None:
    with pytest.raises(UnsupportedRepository, match="no commit yet"):
        act(scenario, "HEAD")
    begun(scenario)
    for rev in ("no-such", "HEAD:edited", "HEAD^{tree}", "", "-x"):
        with pytest.raises(BadRevision):
            act(scenario, rev)
    with pytest.raises(BadRequest):
        act(scenario, "HEAD", soft=True)
