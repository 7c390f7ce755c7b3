"""Lets resets, discards and undoing fail, and be killed, at the changes of the disk: no byte of anybody's is lost.

The default run tries a few instants of each story, always the same; ``make crash`` tries every one, each time with
another of the reasons for which a disk refuses.
"""

from __future__ import annotations

import shutil
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import pytest

from jupyter_mlgit.history.discard import DiscardRequest, discard
from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from tests.git.test_file_change import begun, clean, conflict, in_the_way
from tests.git.test_file_change import dirty as staged
from tests.git.twins import opened
from tests.journal.crashing import (
    ALL,
    Trial,
    Verb,
    begin,
    fail_everywhere,
    here_and_there,
    kill_everywhere,
    kill_settling,
    without_waiting,
)
from tests.scenario import Clock, Scenario

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jupyter_mlgit.git.repository import Repository

POINTS = 8
"""How many of each story the default run tries."""


def dirty(s: Scenario) -> None:
    """Has edits of every kind, and none of them staged."""
    s.write({"edited": "mine\n", "both": "work of three days\n", "mine": "untracked\n", "folder/one": "mine\n"})
    (s.path / "deleted").unlink()
    (s.path / "program").chmod(0o755)
    for name in ("link", "turned"):
        (s.path / name).unlink()
    (s.path / "link").symlink_to("elsewhere")
    s.write({"turned/deep/mine": "mine\n"})


def converted(s: Scenario) -> None:
    """Has edits among files that git writes with other line ends than the commits have."""
    dirty(s)
    s.git("config", "core.autocrlf", "true")


def detached(s: Scenario) -> None:
    """Stands on a commit that no branch has."""
    s.checkout("--detach").commit("nameless", {"both": "3\n", "new": "3\n"})


def in_a_merge(s: Scenario) -> None:
    """Is in a merge with a conflict, and has edits elsewhere."""
    conflict(s)
    s.write({"edited": "work of three days\n", "folder/one": "mine\n"})


def many(s: Scenario) -> None:
    """Has so many edits that their backup goes into a pack."""
    s.write({f"many/{number}": "1\n" for number in range(40)}).commit("many")
    s.write({f"many/{number}": f"mine {number}\n" for number in range(40)})


def carried(s: Scenario) -> None:
    """Has edits, staged and not, where undoing does not come."""
    s.write({"staged": "mine\n", "uncached": "mine\n"}).git("add", "staged")
    s.write({"staged": "and edited\n"})


def beside(s: Scenario) -> None:
    """Has untracked files in the folders that undoing makes and removes."""
    s.write({"folder/mine": "untracked\n", "gone/mine": "untracked\n"})


def resetting(mode: str, repo: Repository, context: Context) -> None:
    reset(repo, ResetRequest(rev="HEAD~1", **{mode: True}), context)


def discarding(repo: Repository, context: Context) -> None:
    discard(repo, DiscardRequest(paths=["."]), context)


def discarding_new(repo: Repository, context: Context) -> None:
    discard(repo, DiscardRequest(paths=["."], new=True), context)


def take_back(repo: Repository, context: Context) -> None:
    undo(repo, UndoRequest(), context)


def do_again(repo: Repository, context: Context) -> None:
    redo(repo, RedoRequest(), context)


hard, mixed, soft = (partial(resetting, mode) for mode in ("hard", "mixed", "soft"))


class Story(NamedTuple):
    """One act in one state."""

    name: str
    state: str
    build: Callable[[Scenario], None]
    act: Verb
    back: Verb
    before: tuple[Verb, ...] = ()
    """What the product does first."""


def after_the_terminal(state: Callable[[Scenario], None], s: Scenario) -> None:
    """Has left a commit by git's own hard reset, which the product has noticed."""
    _notice(begun(s))
    s.git("reset", "--quiet", "--hard", "HEAD~1")
    _notice(s)
    state(s)


def _notice(s: Scenario) -> None:
    with opened(s.path) as repo:
        observe(repo, Context(now=s.clock.now))
    s.clock.tick()


def after_a_stash(words: tuple[str, ...], s: Scenario) -> None:
    """Has pushed a stash in the terminal, and popped it where that is said; the product has noticed each."""
    s.commit("base", {"edited": "1\n", "both": "1\n", "gone": "1\n"})
    _notice(s)
    s.write({"both": "staged\n", "new": "new\n"}).git("add", ".")
    s.write({"both": "work of three days\n", "edited": "mine\n", "deep/mine": "untracked\n"})
    (s.path / "gone").unlink()
    s.stash()
    _notice(s)
    if words:
        s.git("stash", *words)
        _notice(s)


def stories() -> list[Story]:
    """Gives all that can happen; a soft reset in a conflict, and a discard where all is clean, are refused."""
    found = []
    states = {"clean": clean, "dirty": dirty, "staged": staged, "in the way": in_the_way, "conflict": in_a_merge}
    for name, state in (states | {"detached": detached, "converted": converted, "many": many}).items():
        build = partial(_two, state)
        found.append(Story(f"hard, {name}", name, build, hard, take_back))
        found.append(Story(f"undo, {name}", name, build, take_back, do_again, (hard,)))
        if name == "many":
            continue
        found.append(Story(f"redo, {name}", name, build, do_again, take_back, (hard, take_back)))
        found.append(Story(f"mixed, {name}", name, build, mixed, take_back))
        if state is not in_a_merge:
            found.append(Story(f"soft, {name}", name, build, soft, take_back))
        if state not in (clean, detached):
            found.append(Story(f"discard, {name}", name, build, discarding, take_back))
        if state is staged:
            found.append(Story(f"discard new, {name}", name, build, discarding_new, take_back))
    terminal = {"clean": clean, "staged": carried, "untracked": beside}
    for name, state in terminal.items():
        found.append(
            Story(
                f"undo of the terminal's, {name}",
                f"{name} after the terminal",
                partial(after_the_terminal, state),
                take_back,
                do_again,
            )
        )
    pop = ("pop", "--quiet", "--index")
    for name, words in {"pushed": (), "popped": pop}.items():
        build = partial(after_a_stash, words)
        found.append(Story(f"undo of the terminal's stash, {name}", name, build, take_back, do_again))
    return found


def _two(state: Callable[[Scenario], None], s: Scenario) -> None:
    state(begun(s))


STORIES = stories()


@pytest.fixture(autouse=True)
def _disk(monkeypatch: pytest.MonkeyPatch) -> None:
    without_waiting(monkeypatch)


@pytest.fixture(scope="module")
def built() -> dict[str, Scenario]:
    """Keeps each state as it was built first, by its name."""
    return {}


@pytest.fixture(params=STORIES, ids=[story.name for story in STORIES])
def trial(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    built: dict[str, Scenario],
) -> Trial:
    story: Story = request.param
    if story.state not in built:
        built[story.state] = Scenario(tmp_path_factory.mktemp("built"))
        begin(built[story.state], story.build)
    shutil.copytree(built[story.state].root, tmp_path / "template", symlinks=True)
    scenario = Scenario(tmp_path / "template", clock=Clock(built[story.state].clock.now))
    for verb in story.before:
        scenario.clock.tick()
        with opened(scenario.path) as repo:
            verb(repo, Context(now=scenario.clock.now))
    return Trial(scenario, story.act, story.back)


def test_no_instant_loses_a_byte(trial: Trial, request: pytest.FixtureRequest) -> None:
    start = [one.name for one in STORIES].index(request.node.callspec.id)
    if ALL:
        kill_settling(trial, 12, start)
        kill_everywhere(trial)
        fail_everywhere(trial, lasting=False, start=start)
        fail_everywhere(trial, lasting=True, start=start + 2)
    else:
        here_and_there(trial, POINTS, start)
        kill_settling(trial, 1, start)
