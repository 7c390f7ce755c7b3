"""Meets other programs in the middle of a switch: held locks, moved refs, saved files, and crashes followed by work."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git import file_steps
from jupyter_mlgit.git.status import Status, StatusCache
from jupyter_mlgit.journal import acts
from jupyter_mlgit.problems import IndexLocked, StateChanged, UnfinishedOperation, WouldOverwrite
from tests.history.pictures import everything, picture, same_zone, switched
from tests.journal.carried import carried, settle
from tests.journal.faults import killed_at

if TYPE_CHECKING:
    from tests.scenario import Scenario

zone = pytest.fixture(autouse=True)(same_zone)


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    """Gives ``main`` and ``x``, with work on ``main`` that a switch carries along."""
    return carried(scenario)


def test_a_held_index_is_waited_for_and_left(story: Scenario) -> None:
    (story.git_dir / "index.lock").write_text("somebody else's")
    before = everything(story.root)
    with pytest.raises(IndexLocked):
        switched(story, "x")
    assert everything(story.root) == before


def without_objects(story: Scenario) -> dict[str, str]:
    """Gives all files but the index's lock, which the act holds, and objects, which a backup makes young again."""
    found = everything(story.root).items()
    return {name: said for name, said in found if not name.endswith("index.lock") and "/objects" not in name}


@pytest.mark.parametrize(
    "words",
    [
        ("symbolic-ref", "HEAD", "refs/heads/y"),
        ("update-ref", "refs/heads/main", "x"),
        ("update-ref", "refs/heads/x", "main"),
        ("update-ref", "-d", "refs/heads/x"),
        ("update-ref", "--no-deref", "HEAD", "main"),
    ],
    ids=" ".join,
)
def test_what_moves_meanwhile_wins(story: Scenario, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    story.branch("y", at="main")
    real = acts.perform
    moved: list[dict[str, str]] = []

    def perform(*arguments: Any, **named: Any) -> Any:
        story.git(*words)
        moved.append(without_objects(story))
        return real(*arguments, **named)

    monkeypatch.setattr("jupyter_mlgit.journal.switching.perform", perform)
    with pytest.raises(StateChanged):
        switched(story, "x")
    assert without_objects(story) == moved[0]


@pytest.mark.parametrize("name", ["a", "gone/b", "new/c"])
def test_what_is_saved_while_files_are_written_stays(
    story: Scenario, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    real = file_steps.keep_steps

    def saving(*arguments: Any) -> None:
        real(*arguments)
        story.write({name: "three days\n"})

    before = picture(story)
    monkeypatch.setattr("jupyter_mlgit.journal.backup.keep_steps", saving)
    with pytest.raises(StateChanged):
        switched(story, "x")
    after = picture(story)
    assert after["files"].pop(name) == ("file", b"three days\n")
    before["files"].pop(name, None)
    assert {**after, "status": 0} == {**before, "status": 0}
    story.fsck()


def interrupted(story: Scenario) -> None:
    """Kills a switch when some of its files are written."""
    for number in range(1, 200):
        assert killed_at(number, lambda: switched(story, "x"))
        if (story.path / "new/c").exists() and (story.path / "a").read_text() == "2\n":
            return
        if (story.common_dir / "mlgit/unfinished.json").exists():
            settle(story, finish=False)
    pytest.fail("the switch was over before it was halfway")


@pytest.mark.parametrize("finish", [True, False], ids=["finish", "roll back"])
def test_what_is_written_after_a_crash_stays(story: Scenario, *, finish: bool) -> None:
    interrupted(story)
    story.write({"a": "three days\n", "gone/b": "three days\n", "new/mine": "mine\n"})
    with pytest.raises(UnfinishedOperation):
        switched(story, "x")
    settle(story, finish=finish)
    assert story.current() == ("x" if finish else "main")
    status = story.git("status", "--porcelain", "--untracked-files=all").splitlines()
    gone = "?? gone/b" if finish else " M gone/b"
    assert sorted(status) == sorted([" M a", gone, " M same", "M  staged", "?? mine", "?? new/mine"])
    assert (story.path / "a").read_text() == (story.path / "gone/b").read_text() == "three days\n"
    assert not list(story.path.rglob(".mlgit-*"))
    story.fsck()


@pytest.mark.parametrize("finish", [True, False], ids=["finish", "roll back"])
def test_what_is_staged_after_a_crash_stays(story: Scenario, *, finish: bool) -> None:
    interrupted(story)
    (story.git_dir / "index.lock").unlink()
    story.write({"a": "three days\n"}).git("add", "a")
    settle(story, finish=finish)
    assert story.git("show", ":a") == "three days"
    assert sorted(story.git("status", "--porcelain").splitlines()) == [" M same", "?? mine", "M  a", "M  staged"]


@pytest.mark.parametrize("finish", [True, False], ids=["finish", "roll back"])
def test_only_known_bytes_are_tidied_away(story: Scenario, *, finish: bool) -> None:
    interrupted(story)
    story.write({f".mlgit-{'0' * 16}.old": "three days\n", f".mlgit-{'1' * 16}.old": "1\n"})
    settle(story, finish=finish)
    assert [path.name for path in story.path.rglob(".mlgit-*")] == [f".mlgit-{'0' * 16}.old"]


def test_a_crash_is_settled_in_its_own_worktree(story: Scenario) -> None:
    story.worktree_add("linked", "-b", "y", "main")
    linked = story.inside("linked")
    interrupted(linked)
    files = {name: text for name, text in everything(story.path).items() if "/.git/" not in name}
    with pytest.raises(UnfinishedOperation, match="linked"):
        settle(story, finish=False)
    assert {name: text for name, text in everything(story.path).items() if "/.git/" not in name} == files
    settle(linked, finish=True)
    assert linked.current() == "x"
    assert linked.git("status", "--porcelain") == ""


def test_a_crash_in_a_worktree_that_is_gone_holds_nobody_up(story: Scenario) -> None:
    story.worktree_add("linked", "-b", "y", "main")
    interrupted(story.inside("linked"))
    shutil.rmtree(story.root / "linked")
    story.git("worktree", "prune")
    settle(story, finish=False)
    switched(story, "x")
    assert (story.path / "new/c").is_file()


def test_what_is_saved_after_the_look_at_everything_is_in_the_way(
    story: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = StatusCache.full

    def full(self: StatusCache) -> Status:
        found = real(self)
        story.write({"a": "saved meanwhile\n"})
        return found

    monkeypatch.setattr(StatusCache, "full", full)
    with pytest.raises(WouldOverwrite) as refusal:
        switched(story, "x")
    assert ": a." in str(refusal.value)
    assert (story.path / "a").read_text() == "saved meanwhile\n"
    assert story.current() == "main"
    assert story.try_git("switch", "-q", "x").returncode != 0
