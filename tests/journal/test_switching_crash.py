"""Lets a switch fail, and be killed, at every single change of the disk: no byte is lost, and it is done or undone.

A byte counts as kept when the file stands in the working tree under whatever name, or when git has it as an object.
After settling, files, index, HEAD, refs and logs are as before the act or as after it; nothing of ours lies about.
"""

from __future__ import annotations

import errno
import os
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git.folder import Folder
from jupyter_mlgit.git.index import Stat, read_index
from jupyter_mlgit.history.switch import SwitchRequest, switch_branch
from jupyter_mlgit.journal.acts import acting
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.plan import is_interrupted
from jupyter_mlgit.journal.undo import UndoRequest, undo
from jupyter_mlgit.journal.unfinished import RecoverRequest, settle_unfinished
from jupyter_mlgit.problems import Problem, UnfinishedOperation
from tests.git.twins import opened
from tests.history.pictures import switched, working_files
from tests.journal.faults import Fault, injected, killed_at
from tests.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from jupyter_mlgit.git.repository import Repository

ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.EDQUOT)


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


def undoing(s: Scenario) -> None:
    """Has switched before, and takes that back."""
    carrying(s)
    s.git("restore", "--staged", "--worktree", "equal")
    switched(s, "x")


STORIES = [carrying, unborn, nameless, undoing]


def picture(repo: Repository) -> dict[str, Any]:
    """Gives all that a person and git see, without asking git a thousand times."""
    index = read_index(repo.git_dir / "index", repo.hex_length)
    logs = {str(path): path.read_bytes() for path in (repo.common_dir / "logs").rglob("*") if path.is_file()}
    assert repo.worktree is not None
    return {
        "files": working_files(repo.worktree),
        "index": [(one.path, one.mode, one.oid, one.flags, one.extended) for one in index.entries],
        "head": (repo.git_dir / "HEAD").read_bytes(),
        "refs": {name: oid for name, oid in repo.refs.all().items() if not name.startswith(b"refs/mlgit/")},
        "logs": {name: content for name, content in logs.items() if "mlgit" not in name.split("/logs/")[1]},
    }


@dataclass
class Trial:
    """A switch on a fresh copy of one repository, as often as wanted."""

    template: Scenario
    undoing: bool
    old: dict[str, Any] = field(default_factory=dict)
    new: dict[str, Any] = field(default_factory=dict)
    bytes_before: set[bytes] = field(default_factory=set)
    points: int = 0

    @property
    def place(self) -> Path:
        """Where the act takes place; always the same, since locks may name it."""
        return self.template.root.with_name("tried") / "repo"

    def prepare(self) -> None:
        """Makes the place anew."""
        shutil.rmtree(self.place.parent, ignore_errors=True)
        shutil.copytree(self.template.root, self.place.parent, symlinks=True)

    def act(self) -> None:
        """Carries the act out once."""
        context = Context(now=self.template.clock.now + 60)
        with opened(self.place) as repo:
            if self.undoing:
                undo(repo, UndoRequest(), context)
            else:
                switch_branch(repo, SwitchRequest(name="x"), context)

    def settle(self, *, finish: bool) -> None:
        """Finishes or rolls back."""
        request = RecoverRequest(finish=finish, roll_back=not finish)
        with opened(self.place) as repo:
            settle_unfinished(repo, request, Context(now=self.template.clock.now + 120))

    def is_interrupted(self) -> bool:
        """Tells whether something has to be settled."""
        with opened(self.place) as repo:
            return is_interrupted(repo)

    def picture(self) -> dict[str, Any]:
        """Gives how it looks now."""
        with opened(self.place) as repo:
            return picture(repo)

    def require_bytes(self) -> None:
        """Demands that whatever was on disk or staged before is on disk still, or an object of git's."""
        with opened(self.place) as repo:
            missing = {oid for oid in self.bytes_before if not repo.objects.contains(oid)}
        assert missing <= on_disk(self.place)

    def require(self, *wanted: dict[str, Any]) -> None:
        """Demands one of these states, an index that tells the truth, and that the next act would work."""
        self.require_bytes()
        with opened(self.place) as repo, acting(repo, Context(now=self.template.clock.now + 180)):
            pass
        git_dir = self.place / ".git"
        assert not [*self.place.rglob("*.lock"), *git_dir.glob("mlgit/unfinished*"), *git_dir.glob("mlgit/locks/*")]
        found = self.picture()
        assert found in wanted, [differing(one, found) for one in wanted]
        for entry in read_index(git_dir / "index", 40).entries:
            there = Folder(self.place, 40).read(entry.path)
            assert there is None or entry.stat != Stat.of(there.status) or there.oid == entry.oid
        if self.points % 10 == 0:
            Scenario(self.place.parent).fsck()
        self.points += 1


def differing(wanted: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """Gives what is not alike in two pictures."""
    told: dict[str, Any] = {}
    for part, one in wanted.items():
        other = found[part]
        if one != other and isinstance(one, dict):
            told[part] = {
                name: (one.get(name), other.get(name)) for name in one | other if one.get(name) != other.get(name)
            }
        elif one != other:
            told[part] = (one, other)
    return told


def on_disk(top: Path) -> set[bytes]:
    """Names the bytes of every working file as git would."""
    folder = Folder(top, 40)
    found = [folder.read(os.fsencode(name)) for name in working_files(top)]
    return {one.oid for one in found if one is not None and one.oid is not None}


@pytest.fixture(autouse=True)
def _disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves out the waiting for the disk, which a killed process doesn't need, and writes in two pieces."""
    monkeypatch.setattr(os, "fsync", os.fstat)
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:-20] if len(data) > 40 else data))


@pytest.fixture(params=STORIES, ids=lambda story: story.__name__)
def trial(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Trial]:
    scenario = Scenario(tmp_path / "template")
    story: Callable[[Scenario], None] = request.param
    story(scenario)
    scenario.git("repack", "-adq")
    for name in ("hooks", "info", "branches"):
        shutil.rmtree(scenario.git_dir / name, ignore_errors=True)
    with opened(scenario.path) as repo, acting(repo, Context(now=scenario.clock.now)):
        pass
    one = Trial(scenario, undoing=story is undoing)
    one.prepare()
    one.old = one.picture()
    one.bytes_before = on_disk(one.place) | {entry[2] for entry in one.old["index"]}
    one.act()
    one.new = one.picture()
    assert one.old != one.new
    yield one
    print(f"{one.points} points, {one.points} passed")  # noqa: T201 -- the figure that the crash matrix is judged by


def test_killed_at_every_change_of_the_disk(trial: Trial) -> None:
    interrupted = 0
    for number in range(1, 10_000):
        for finish in (True, False):
            trial.prepare()
            if not killed_at(number, trial.act):
                assert interrupted > 10
                return
            trial.require_bytes()
            if trial.is_interrupted():
                interrupted += 1
                with pytest.raises(UnfinishedOperation):
                    trial.act()
                trial.settle(finish=finish)
                trial.require(trial.new if finish else trial.old)
            else:
                trial.require(trial.old, trial.new)
                break


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
def test_failing_at_every_change_of_the_disk(trial: Trial, *, lasting: bool) -> None:
    for number in range(1, 10_000):
        trial.prepare()
        fault = Fault(at=number, number=ERRORS[number % len(ERRORS)], lasting=lasting)
        try:
            with injected(fault):
                trial.act()
        except UnfinishedOperation:
            trial.require_bytes()
            finish = number % 2 == 0
            trial.settle(finish=finish)
            trial.require(trial.new if finish else trial.old)
        except Problem:
            trial.require(trial.old)
        else:
            trial.require(trial.new)
            if not fault.fired:
                break
    assert trial.points > 20
