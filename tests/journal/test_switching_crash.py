"""Lets a switch fail, and be killed, at changes of the disk: no byte is lost, and it is done or undone."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.history.switch import SwitchRequest, switch_branch
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from tests.history.pictures import switched
from tests.journal.crashing import (
    ALL,
    Trial,
    begin,
    fail_everywhere,
    here_and_there,
    kill_everywhere,
    kill_settling,
    without_waiting,
)
from tests.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context

POINTS = 40
"""How many points of each story are tried without ``make crash``."""


def carrying(s: Scenario) -> None:
    """Leaves work of every kind that a switch carries along, beside every kind of change that it makes."""
    s.commit(
        "base", {"edited": "1\n", "gone/deep": "1\n", "deleted": "1\n", "kept": "1\n", "file": "1\n", "equal": "1\n"}
    )
    (s.path / "link").symlink_to("edited")
    s.commit("link", {"same": "1\n", "staged": "1\n", "uncached": "1\n"}).branch("x")
    for name in ("link", "file"):
        (s.path / name).unlink()
    shutil.rmtree(s.path / "gone")
    (s.path / "gone").symlink_to("file")
    (s.path / "edited").chmod(0o755)
    s.commit(
        "other", {"edited": "2\n", "new/one": "2\n", "deleted": "2\n", "equal": "2\n", "file/in": "2\n", "link": "2\n"}
    )
    s.checkout("main")
    s.write({"same": "work of three days\n", "mine": "mine\n", "equal": "2\n", "staged": "staged\n"})
    s.git("add", "equal", "staged")
    s.write({"equal": "work of three days\n", "staged": "and edited\n"})
    s.git("rm", "--quiet", "--cached", "uncached")
    (s.path / "deleted").unlink()


def unborn(s: Scenario) -> None:
    """Stands on a branch without a commit."""
    s.commit("base", {"a": "1\n", "d/b": "1\n"}).branch("x").checkout("--orphan", "empty")
    s.git("rm", "-r", "--quiet", "--force", ".")
    s.write({"staged": "staged\n", "mine": "mine\n"}).git("add", "staged")


def nameless(s: Scenario) -> None:
    """Leaves a commit that no branch has."""
    s.commit("base", {"a": "1\n"}).branch("x").commit("other", {"a": "2\n"}).checkout("--detach", "main")
    s.commit("nameless", {"a": "3\n", "new": "3\n"})


def going_over(s: Scenario) -> None:
    """Goes over what is ignored, and over what a folder of ignored files is in the way of."""
    s.commit("base", {"a": "1\n"}).branch("x").commit("other", {"a": "2\n", "run": "2\n", "out": "2\n"})
    s.checkout("main")
    s.write(
        {
            ".gitignore": "run\nout\n",
            "run": "work of three days\n",
            "out/deep/one": "precious\n",
            "out/two": "precious\n",
        }
    )


def tracking(s: Scenario) -> None:
    """Makes a branch that only a remote has, in the place of settings that another one has left."""
    s.commit("base", {"a": "1\n"}).branch("elsewhere").commit("other", {"a": "2\n", "new/b": "2\n"})
    s.checkout("main")
    s.git("remote", "add", "origin", "nowhere")
    s.git("update-ref", "refs/remotes/origin/x", "elsewhere")
    s.git("branch", "--quiet", "-D", "elsewhere")
    s.git("config", "branch.x.description", "what it is for")
    s.write({"mine": "mine\n"})


def submodules(s: Scenario) -> None:
    """Lets one submodule come and another one go; their folders are empty, as in a clone."""
    base = s.commit("base", {"a": "1\n"}).tip()
    s.branch("x").checkout("main")
    for branch, name in (("main", "going"), ("x", "deep/coming")):
        s.checkout(branch)
        s.git("update-index", "--add", "--cacheinfo", f"160000,{base},{name}")
        s.git("commit", "--quiet", "-m", name)
        (s.path / name).mkdir(parents=True, exist_ok=True)
    s.checkout("main")
    (s.path / "going").mkdir(exist_ok=True)


def setting_aside(s: Scenario) -> None:
    """Has work of every kind in the way, which is backed up and gone over."""
    carrying(s)
    s.write({"edited": "work of three days\n", "new/one": "mine\n", "link-to": "mine\n"}).git("add", "edited")
    s.write({"edited": "and edited\n", "deleted": "staged\n"}).git("add", "deleted")
    (s.path / "file").unlink()
    s.write({"file/mine": "mine\n", "file/in": "mine\n"})


def undoing(s: Scenario) -> None:
    """Has switched before, and takes that back."""
    carrying(s)
    s.git("restore", "--staged", "--worktree", "equal")
    switched(s, "x")


STORIES = [carrying, unborn, nameless, going_over, tracking, submodules, undoing, setting_aside]


def switch(repo: Repository, context: Context) -> None:
    switch_branch(repo, SwitchRequest(name="x"), context)


def switch_over(repo: Repository, context: Context) -> None:
    switch_branch(repo, SwitchRequest(name="x", back_up=True), context)


def take_back(repo: Repository, context: Context) -> None:
    undo(repo, UndoRequest(), context)


def do_again(repo: Repository, context: Context) -> None:
    redo(repo, RedoRequest(), context)


@pytest.fixture(autouse=True)
def _disk(monkeypatch: pytest.MonkeyPatch) -> None:
    without_waiting(monkeypatch)


@pytest.fixture(params=STORIES, ids=lambda story: story.__name__)
def trial(request: pytest.FixtureRequest, tmp_path: Path) -> Trial:
    scenario = Scenario(tmp_path / "template")
    begin(scenario, request.param)
    if request.param is undoing:
        return Trial(scenario, take_back, do_again)
    if request.param is setting_aside:
        return Trial(scenario, switch_over, take_back)
    return Trial(scenario, switch, None if request.param is unborn else take_back)


def test_no_instant_loses_a_byte(trial: Trial, request: pytest.FixtureRequest) -> None:
    start = [story.__name__ for story in STORIES].index(request.node.callspec.id)
    if ALL:
        kill_settling(trial, 12, start)
        kill_everywhere(trial)
        fail_everywhere(trial, lasting=False, start=start)
        fail_everywhere(trial, lasting=True, start=start + 2)
    else:
        here_and_there(trial, POINTS, start)
        kill_settling(trial, 2, start)
