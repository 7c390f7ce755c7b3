"""Looks and dry runs, in every kind of repository: not one byte, mode or time of it changes, nor of the home folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.api.routes import ROUTES, Route, load
from jupyter_mlgit.history.branches import BranchCreateRequest, BranchDeleteRequest, create_branch, delete_branch
from jupyter_mlgit.history.switch import SwitchRequest, switch_branch
from jupyter_mlgit.journal.undo import UndoRequest, undo
from jupyter_mlgit.problems import Problem
from jupyter_mlgit.recovery.pinning import PinRequest, pin_deleted
from tests.api.test_reads import fingerprint
from tests.git.twins import ours

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.scenario import Scenario

READS: dict[str, list[dict[str, Any]]] = {
    "preview": [{"branch": "lost"}, {"branch": "moved"}, {"branch": "nothing"}],
    "deleted": [{}, {"all": True}, {"n": 1}],
    "diff": [{}, {"staged": True}, {"revisions": ("HEAD",), "untracked": True}, {"revisions": ("main...topic",)}],
    "check": [{}, {"staged": True}, {"revisions": ("main...topic",)}],
    "patch": [
        {},
        {"staged": True},
        {"revisions": ("HEAD",), "untracked": True},
        {"revisions": ("HEAD",), "mail": True},
    ],
    "overview": [{"revisions": ("main...topic",)}, {"untracked": True}, {"revisions": ("HEAD^!",), "files": False}],
    "file-sides": [{"path": "one.txt"}, {"path": "new.txt", "untracked": True}],
    "output": [{"path": "one.txt", "side": "new", "cell": 0, "n": 1, "mime": "text/plain"}],
    "timeline": [{}, {"ref": "main"}, {"ref": "topic", "n": 1}, {"ref": "nothing"}],
}
"""Words for the verbs that want some, or that do other things with them."""

DRY_RUNS: dict[str, list[dict[str, Any]]] = {
    "restore": [
        {"branch": "lost"},
        {"branch": "lost", "as_": "other"},
        {"branch": "lost", "switch": True},
        {"branch": "moved", "move": True},
    ],
    "pin": [{"branch": "lost"}, {"all": True}, {"all": True, "lost": True}],
    "unpin": [{"branch": "lost"}],
    "undo": [{}],
    "redo": [{}],
    "branch-create": [{"name": "new", "start": "topic"}, {"name": "topic", "start": "main", "force": True}],
    "branch-delete": [{"name": "topic"}, {"name": "topic", "force": True}],
    "branch-rename": [{"old": "topic", "new": "new"}, {"old": "topic", "new": "moved", "force": True}],
    "switch": [{"name": "topic"}, {"name": "main"}, {"create": "new"}, {"name": "HEAD", "detach": True}],
    "reset": [{"rev": "topic", mode: True} for mode in ("soft", "mixed", "hard")],
    "discard": [{"paths": ["."]}],
    "backup": [{}, {"reason": "before-run"}],
    "backup-restore": [{"id": "kept"}, {"id": "kept", "paths": ["one.txt"]}, {"id": "kept", "files_only": True}],
}


def lived_in(story: Scenario) -> Scenario:
    """Gives a repository in which a branch was deleted, one overwritten, and work is under way."""
    story.commit("one").branch("moved").commit("two").checkout("main").branch("topic").commit("three")
    story.branch("lost").commit("four").checkout("main").delete_branch("lost").move_branch("moved", "main")
    story.write({"one.txt": "backed up\n"})
    story.git("update-ref", "refs/mlgit/backup/kept", story.git("stash", "create"))
    return story.write({"one.txt": "edited within the index's own second\n", "new.txt": "untracked\n"})


def bare(story: Scenario) -> Scenario:
    clone = story.clone("bare.git", "--bare")
    clone.git("config", "core.logAllRefUpdates", "true")
    clone.git("update-ref", "-m", "push", "refs/heads/lost", story.tip("topic"))
    clone.git("update-ref", "-d", "refs/heads/lost")
    return clone


def acted(story: Scenario) -> Scenario:
    ours(story, create_branch, BranchCreateRequest(name="done", start="topic"))
    ours(story, delete_branch, BranchDeleteRequest(name="done"))
    ours(story, undo, UndoRequest())
    ours(story, create_branch, BranchCreateRequest(name="second", start="topic"))
    return story


def interrupted(story: Scenario) -> Scenario:
    acted(story)
    (story.git_dir / "mlgit/unfinished.json").write_text("{")
    return story


def left_a_lock(story: Scenario) -> Scenario:
    (acted(story).git_dir / "mlgit/locks/0011").write_text("")
    return story


def emptied(story: Scenario) -> Scenario:
    (story.git_dir / "refs/heads/moved").write_bytes(b"")
    return story


def beheaded(story: Scenario) -> Scenario:
    (story.git_dir / "HEAD").write_bytes(b"")
    return story


def linked(story: Scenario) -> Scenario:
    return story.worktree_add("linked", "-b", "side").inside("linked")


STATES: dict[str, Callable[[Scenario], Scenario]] = {
    "never acted in": lambda story: story,
    "acted in": acted,
    "packed": lambda story: story.gc(),
    "detached": lambda story: story.checkout("--detach"),
    "unborn": lambda story: story.checkout("--orphan", "empty"),
    "linked": linked,
    "bare": bare,
    "shallow": lambda story: story.clone("shallow", "--depth=1", "--no-single-branch").branch("topic", at="HEAD"),
    "interrupted": interrupted,
    "with a lock left behind": left_a_lock,
    "with an emptied ref": emptied,
    "with a damaged HEAD": beheaded,
}


@pytest.fixture(params=STATES)
def story(scenario: Scenario, request: pytest.FixtureRequest) -> Scenario:
    return STATES[request.param](lived_in(scenario))


def look(story: Scenario, home: Path, route: Route, words: dict[str, Any]) -> Problem | None:
    """Runs a verb and demands that nothing has changed, whatever it said."""
    before = fingerprint(story.root), fingerprint(home)
    said = None
    verb = load(route)
    try:
        ours(story, verb.run, verb.request(**words))
    except Problem as problem:
        said = problem
    after = fingerprint(story.root), fingerprint(home)
    changed = [
        {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
        for old, new in zip(before, after, strict=True)
    ]
    assert changed == [set(), set()], (route.verb, words)
    return said


def test_every_look_leaves_everything_as_it_was(story: Scenario, isolated: Path) -> None:
    for route in ROUTES:
        if route.method == "GET" and route.of == "repository":
            for words in READS.get(route.verb, [{}]):
                look(story, isolated, route, words)


def test_every_dry_run_leaves_everything_as_it_was(story: Scenario, isolated: Path) -> None:
    for route in ROUTES:
        for words in DRY_RUNS.get(route.verb, []) if route.method == "POST" else []:
            look(story, isolated, route, {**words, "dry_run": True})


def test_dry_runs_say_what_they_are_asked(scenario: Scenario, isolated: Path) -> None:
    """Else the tests above would hold for nothing but refusals."""
    story = lived_in(scenario)
    ours(story, pin_deleted, PinRequest(branch="lost"))
    ours(acted(story), undo, UndoRequest())
    refused = {
        (route.verb, problem.code)
        for route in ROUTES
        for words in (DRY_RUNS.get(route.verb, []) if route.method == "POST" else [])
        if (problem := look(story, isolated, route, {**words, "dry_run": True}))
    }
    assert not refused


def test_every_act_with_a_dry_run_is_in_the_table() -> None:
    acts = {route.verb for route in ROUTES if "dry_run" in load(route).request.__struct_fields__}
    assert acts == DRY_RUNS.keys()


def test_dry_run_of_a_switch_needs_no_lock(scenario: Scenario) -> None:
    """A look beside a running git must not end in "somebody holds the index"."""
    story = lived_in(scenario)
    (story.git_dir / "index.lock").touch()
    said = ours(story, switch_branch, SwitchRequest(name="topic", dry_run=True))
    assert [one.effect for one in said.files] == ["created", "kept"]
    assert not (story.git_dir / "mlgit").exists()
