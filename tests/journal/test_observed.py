"""Lets the terminal do what it likes to refs, and demands that the next look has pinned and told all that was lost."""

from __future__ import annotations

import json
import multiprocessing
import os
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git.repository import open_repository
from jupyter_mlgit.history.branches import BranchDeleteRequest, BranchRenameRequest, delete_branch, rename_branch
from jupyter_mlgit.journal.acts import acting
from jupyter_mlgit.journal.context import Context, Settings
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.operations import OperationsRequest, list_operations
from jupyter_mlgit.journal.pins import read_pins
from jupyter_mlgit.journal.undo import UndoRequest, undo
from jupyter_mlgit.journal.unfinished import RecoverRequest, settle_unfinished
from jupyter_mlgit.problems import ReadOnly
from tests.git.twins import opened, ours
from tests.journal.faults import killed_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_mlgit.journal.pins import Pin
    from tests.scenario import Scenario


def look(story: Scenario, **settings: Any) -> list[str]:
    """Looks as the server does; gives the titles of what was noticed."""
    story.clock.tick()
    with opened(story.path) as repo:
        records = observe(repo, Context(now=story.clock.now, settings=Settings(**settings)))
    return [record.title for record in records]


def pins(story: Scenario) -> list[Pin]:
    with opened(story.path) as repo:
        return list(read_pins(repo))


def pinned(story: Scenario) -> set[str]:
    return set(story.git("for-each-ref", "--format=%(objectname)", "refs/mlgit/pins").split())


def stamps(story: Scenario) -> dict[str, tuple[int, int, int]]:
    found = {str(path): path.stat() for path in story.git_dir.rglob("*")}
    return {path: (status.st_mtime_ns, status.st_size, status.st_ino) for path, status in found.items()}


LOSSES: dict[str, tuple[Callable[[Scenario], object], str, list[str]]] = {
    "branch -D": (lambda s: s.delete_branch("exp/one"), "exp/one", ["Delete branch exp/one"]),
    "branch -D of a packed one": (lambda s: s.delete_branch("packed"), "packed", ["Delete branch packed"]),
    "update-ref -d": (
        lambda s: s.git("update-ref", "-d", "refs/heads/exp/one"),
        "exp/one",
        ["Delete branch exp/one"],
    ),
    "the file removed by hand": (
        lambda s: (s.git_dir / "refs/heads/exp/one").unlink(),
        "exp/one",
        ["Delete branch exp/one"],
    ),
    "branch -f": (lambda s: s.move_branch("exp/one", "main"), "exp/one", ["Move branch on exp/one"]),
    "branch -M over it": (
        lambda s: s.rename_branch("packed", "exp/one", force=True),
        "exp/one",
        ["Delete branch packed", "Move branch on exp/one"],
    ),
    "reset --hard": (
        lambda s: s.checkout("exp/one").reset("main~1"),
        "exp/one",
        ["Switch to exp/one", "Reset on exp/one"],
    ),
    "commit --amend": (
        lambda s: s.checkout("exp/one").amend("better"),
        "exp/one",
        ["Switch to exp/one", "Amend: better on exp/one"],
    ),
    "rebase": (lambda s: s.checkout("exp/one").rebase("main"), "exp/one", ["Switch to exp/one", "Rebase on exp/one"]),
    "push --force from a clone": (
        lambda s: s.clone("clone").checkout("packed").git("push", "-q", "--force", "origin", "HEAD:exp/one"),
        "exp/one",
        ["Move branch on exp/one"],
    ),
}


@pytest.mark.parametrize(("lose", "name", "titles"), LOSSES.values(), ids=LOSSES)
def test_what_a_branch_lost_is_pinned_at_once(
    story: Scenario, lose: Callable[[Scenario], object], name: str, titles: list[str]
) -> None:
    tip = story.tip(name)
    assert look(story) == []
    lose(story)
    assert look(story) == titles
    assert tip in pinned(story)
    story.expire_all()
    assert story.exists(tip)
    story.fsck()
    assert look(story) == []


def test_settings_of_a_lost_branch_are_kept(story: Scenario) -> None:
    look(story)
    story.delete_branch("exp/one")
    look(story)
    kept = [one for one in pins(story) if one.name == "refs/heads/exp/one"]
    assert kept[0].section == [("remote", "origin"), ("merge", "refs/heads/main")]
    ours(story, undo, UndoRequest())
    assert story.git("config", "branch.exp/one.merge") == "refs/heads/main"


def test_steps_forward_are_told_and_not_pinned(story: Scenario) -> None:
    look(story)
    story.checkout("exp/one").commit("e3").checkout("main").merge("packed", "--no-edit").branch("new")
    assert look(story) == [
        "Switch to exp/one", "Commit: e3 on exp/one", "Switch to main", "Merge on main",
        "Create branch new and switch to it",
    ]  # fmt: skip
    assert not pinned(story)


def test_renaming_is_one_operation(story: Scenario) -> None:
    look(story)
    story.rename_branch("exp/one", "exp/two").rename_branch("exp/two", "exp/three")
    assert look(story) == ["Delete branch exp/one", "Create branch exp/three"]
    story.rename_branch("exp/three", "exp/one")
    assert look(story) == ["Rename branch exp/three to exp/one"]


def test_nothing_is_written_where_nothing_has_changed(story: Scenario) -> None:
    look(story)
    before = stamps(story)
    for _ in range(3):
        assert look(story) == []
    assert before == stamps(story)


def test_branch_that_came_and_went_between_two_looks_is_found(story: Scenario) -> None:
    look(story)
    story.branch("short").commit("s1").commit("s2")
    tip = story.tip("short")
    story.delete_branch("short")
    look(story)
    story.branch("short").commit("other").checkout("main").delete_branch("short").branch("more", at="main")
    look(story)
    assert tip in pinned(story)


def test_stashes_are_pinned_as_they_go(story: Scenario) -> None:
    for number in range(3):
        story.write({"base.txt": f"work {number}\n"}).stash(f"stash {number}")
    stashes = story.git("rev-list", "--walk-reflogs", "refs/stash").split()
    look(story)
    story.stash_drop("stash@{1}")
    look(story)
    assert pinned(story) == {stashes[1]}
    story.git("stash", "pop", "--quiet")
    look(story)
    assert pinned(story) == set(stashes[:2])
    story.git("stash", "clear")
    look(story)
    assert pinned(story) == set(stashes)
    assert {one.reason for one in pins(story)} == {"stash"}
    story.expire_all()
    for stash in stashes:
        story.git("stash", "show", "-p", "--include-untracked", stash)


def test_pruned_remote_branches_are_pinned_unless_something_holds_them(story: Scenario) -> None:
    story.checkout("exp/one").push().checkout("packed").push().checkout("main")
    tip = story.tip("exp/one")
    story.delete_branch("exp/one")
    look(story)
    story.git("push", "-q", "origin", "--delete", "exp/one", "packed")
    look(story)
    assert story.try_git("rev-parse", "-q", "--verify", "origin/exp/one").returncode
    assert pinned(story) == {tip}
    assert [one.name for one in pins(story)][-1] == "refs/remotes/origin/exp/one"


def test_our_own_acts_are_told_once(story: Scenario) -> None:
    look(story)
    ours(story, delete_branch, BranchDeleteRequest(name="exp/one"))
    ours(story, rename_branch, BranchRenameRequest(old="main", new="trunk"))
    assert look(story) == []
    listed = ours(story, list_operations, OperationsRequest()).operations
    assert [(one.title, one.source) for one in listed] == [
        ("Rename branch main to trunk", "cli"),
        ("Delete branch exp/one", "cli"),
    ]


def test_what_the_terminal_did_during_our_act_is_not_overlooked(story: Scenario) -> None:
    """An act of ours must not take note of refs that it didn't touch, as if they had been seen before."""
    tip = story.tip("packed")
    with opened(story.path) as repo:
        observe(repo, Context(now=story.clock.now))
        real = repo.refs.worktrees

        def worktrees_while_the_terminal_acts() -> Any:
            if "packed" in story.branches():
                story.git("branch", "-D", "packed")
            return real()

        repo.refs.worktrees = worktrees_while_the_terminal_acts  # type: ignore[method-assign]
        delete_branch(repo, BranchDeleteRequest(name="exp/one"), Context(now=story.clock.now))
    assert look(story) == ["Delete branch packed"]
    assert tip in pinned(story)


def test_pins_go_after_their_time(story: Scenario) -> None:
    look(story)
    story.delete_branch("exp/one")
    look(story, pin_days=10)
    assert len(pinned(story)) == 1
    story.clock.tick(11 * 86_400)
    story.branch("new", at="main")
    look(story, pin_days=10)
    assert pinned(story), "one look may be by a wrong clock"
    story.clock.tick(86_400)
    story.branch("newer", at="main")
    look(story, pin_days=10)
    assert not pinned(story)
    assert not pins(story)


def test_a_clock_that_is_wrong_for_a_moment_takes_no_pin(story: Scenario) -> None:
    look(story)
    story.delete_branch("exp/one")
    look(story, pin_days=10)
    for days in (400, -400, 2):
        story.clock.tick(days * 86_400)
        story.branch(f"at{days}", at="main")
        look(story, pin_days=10)
        assert pinned(story)


@pytest.mark.parametrize(
    ("value", "days", "kept"),
    [
        ("never", 1000, True),
        ("30", 31, False),
        ("30.days", 29, True),
        ("8.weeks.ago", 50, True),
        ("2 weeks", 15, False),
    ],
)
def test_pin_expiry_is_read_as_git_reads_times(story: Scenario, value: str, days: int, *, kept: bool) -> None:
    story.git("config", "mlgit.pinExpire", value)
    look(story)
    story.delete_branch("exp/one")
    look(story)
    for name, waited in (("new", days), ("newer", 1)):
        story.clock.tick(waited * 86_400)
        story.branch(name, at="main")
        look(story)
    assert bool(pinned(story)) is kept


DAMAGE = [
    b"",
    b"{",
    b"null\n",
    b"[1, 2]\n",
    b'{"refs": 3}\n',
    b"\xff\xfe\x00",
    b'{"refs": {"refs/heads/main": null}}\n',
]


@pytest.mark.parametrize("damage", DAMAGE, ids=repr)
def test_damaged_memory_is_begun_anew(story: Scenario, damage: bytes) -> None:
    look(story)
    (story.git_dir / "mlgit/observed.json").write_bytes(damage)
    assert look(story) == []
    story.delete_branch("exp/one")
    assert look(story) == ["Delete branch exp/one"]


@pytest.mark.parametrize("damage", DAMAGE, ids=repr)
@pytest.mark.parametrize("name", ["operations.jsonl", "pins.jsonl"])
def test_damaged_lines_cost_only_themselves(story: Scenario, name: str, damage: bytes) -> None:
    look(story)
    story.delete_branch("exp/one")
    look(story)
    path = story.git_dir / "mlgit" / name
    path.write_bytes(damage + b"\n" + path.read_bytes() + damage)
    story.delete_branch("packed")
    assert look(story) == ["Delete branch packed"]
    listed = ours(story, list_operations, OperationsRequest()).operations
    assert [one.title for one in listed] == ["Delete branch packed", "Delete branch exp/one"]
    assert {one.name for one in pins(story)} == {"refs/heads/exp/one", "refs/heads/packed"}


def test_hook_notes_that_are_damaged_are_passed_over(story: Scenario) -> None:
    look(story)
    tip = story.tip("exp/one")
    note = f"12 {tip} refs/heads/old - - deleted\n".encode()
    (story.git_dir / "mlgit/hook.log").write_bytes(b"\xff\n1 2 3\n\n" + note + b"x" * 50)
    look(story)
    assert [(one.name, one.tip) for one in pins(story)] == [("refs/heads/old", tip)]
    assert not list((story.git_dir / "mlgit").glob("hook.log*"))


def test_somebody_elses_repository_is_left_alone(story: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(story.path) as repo:
        monkeypatch.setattr(type(repo), "read_only", property(lambda _: "It belongs to another user."))
        before = sorted(story.git_dir.rglob("*"))
        assert observe(repo, Context(now=story.clock.now)) == []
    assert sorted(story.git_dir.rglob("*")) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere; the faults of the crash matrix stand for it")
def test_read_only_folder_is_told(story: Scenario) -> None:
    story.git_dir.chmod(0o555)
    try:
        with pytest.raises(ReadOnly):
            look(story)
    finally:
        story.git_dir.chmod(0o755)


def test_read_only_file_system_is_told(story: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def refuse(path: Any, flags: int, *rest: Any, **named: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            raise OSError(30, "Read-only file system")
        return real(path, flags, *rest, **named)

    git_dir = story.git_dir
    before = set(git_dir.rglob("*"))
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(ReadOnly, match="Read-only file system"):
        look(story)
    assert set(git_dir.rglob("*")) - before <= {git_dir / "mlgit"}


def test_link_planted_in_place_of_our_folder_is_not_followed(story: Scenario) -> None:
    elsewhere = story.root / "elsewhere"
    elsewhere.mkdir()
    (story.git_dir / "mlgit").symlink_to(elsewhere)
    with pytest.raises(ReadOnly, match="link to somewhere else"):
        look(story)
    assert not list(elsewhere.iterdir())


def test_losses_are_pinned_while_an_act_is_unfinished(story: Scenario) -> None:
    """The repository is read-only for our acts then; the terminal can still delete."""
    look(story)
    tip = story.tip("packed")

    def delete() -> None:
        ours(story, delete_branch, BranchDeleteRequest(name="exp/one"))

    number = 1
    while not (story.git_dir / "mlgit/unfinished.json").exists():
        assert killed_at(number, delete)
        number += 1
    for staged in (story.git_dir / "mlgit/locks").iterdir():
        os.utime(staged, (1, 1))
    look(story)  # locks that the killed process has left would keep git out
    story.git("branch", "-D", "packed")
    for _ in range(2):
        assert look(story) == []
    assert len([one for one in pins(story) if one.tip == tip]) == 1
    story.expire_all()
    assert story.exists(tip)
    ours(story, settle_unfinished, RecoverRequest(finish=True))
    listed = ours(story, list_operations, OperationsRequest()).operations
    assert [one.title for one in listed] == ["Delete branch packed", "Delete branch exp/one"]


def watch(path: Any, now: int, results: Any) -> None:
    repo = open_repository(path)
    found = []
    for _ in range(30):
        try:
            found += [record.title for record in observe(repo, Context(now=now))]
        except Exception as error:  # noqa: BLE001 -- the parent judges
            found.append(repr(error))
    results.put(found)


def test_two_processes_tell_each_thing_once(story: Scenario) -> None:
    for number in range(20):
        story.branch(f"b{number}", at="packed")
    look(story)
    spawn = multiprocessing.get_context("spawn")
    results = spawn.Queue()
    watchers = [spawn.Process(target=watch, args=(story.path, story.clock.now, results)) for _ in range(2)]
    for watcher in watchers:
        watcher.start()
    for number in range(20):
        story.git("branch", "-D", f"b{number}")
    found = [title for _ in watchers for title in results.get(timeout=60)]
    for watcher in watchers:
        watcher.join(60)
    found += look(story)
    assert sorted(found) == sorted(f"Delete branch b{number}" for number in range(20))
    with opened(story.path) as repo, acting(repo, Context(now=story.clock.now)):
        lines = (repo.ours / "operations.jsonl").read_text().splitlines()
    assert len({json.loads(line)["id"] for line in lines}) == len(lines) == 20
