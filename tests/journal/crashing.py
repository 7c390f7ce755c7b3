"""Lets one act fail, and be killed, at any change of the disk, on as many copies of one repository as wanted.

A byte counts as kept when the file stands in the working tree under whatever name, or when git has it as an object.
After settling, files, index, HEAD, refs and logs are as before the act or as after it, every commit that was there
is held by a ref, nothing of ours lies about, and where the act has come to pass, it can still be taken back.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git.folder import Folder
from jupyter_mlgit.git.index import Stat, read_index
from jupyter_mlgit.git.repository import Repository
from jupyter_mlgit.journal.acts import acting
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.git_files import MERGE_FILES
from jupyter_mlgit.journal.plan import is_interrupted
from jupyter_mlgit.journal.unfinished import RecoverRequest, settle_unfinished
from jupyter_mlgit.problems import Problem, UnfinishedOperation
from tests.git.twins import opened
from tests.history.pictures import working_files
from tests.journal.faults import REMOVING, Fault, injected, killed_at
from tests.scenario import Scenario
from tests.tally import TALLY

if TYPE_CHECKING:
    from pathlib import Path

Verb = Callable[[Repository, Context], object]
Picture = dict[str, Any]

ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.EDQUOT)
EACH = os.environ.get("MLGIT_CRASH") == "each"
"""Whether every point is tried with every one of these errors, which takes hours."""
ALL = EACH or os.environ.get("MLGIT_CRASH") == "all"
"""Whether every point is tried, as ``make crash`` does; otherwise a few of each story."""


def picture(repo: Repository) -> Picture:
    """Gives all that a person and git see, without asking git a thousand times."""
    index = read_index(repo.git_dir / "index", repo.hex_length)
    logs = {str(path): path.read_bytes() for path in (repo.common_dir / "logs").rglob("*") if path.is_file()}
    assert repo.worktree is not None
    merge_files = {name: repo.git_dir / name for name in MERGE_FILES}
    return {
        "files": working_files(repo.worktree),
        "index": [(one.path, one.mode, one.oid, one.flags, one.extended) for one in index.entries],
        "head": (repo.git_dir / "HEAD").read_bytes(),
        "refs": {name: oid for name, oid in repo.refs.all().items() if not name.startswith(b"refs/mlgit/")},
        "logs": {name: content for name, content in logs.items() if "mlgit" not in name.split("/logs/")[1]},
        "merge": {name: path.read_bytes() for name, path in merge_files.items() if path.is_file()},
    }


def without_marks(found: Picture) -> Picture:
    """Leaves out what an undo does not take back: lines in logs, and ORIG_HEAD, which is a mark for the person."""
    merge = {name: content for name, content in found["merge"].items() if name != "ORIG_HEAD"}
    return {name: part for name, part in found.items() if name != "logs"} | {"merge": merge}


class Copy:
    """A copy of a folder that is made like the original again and again; only what differs is touched."""

    def __init__(self, source: Path, target: Path) -> None:
        """Copies once."""
        self._source, self._target = source, target
        shutil.copytree(source, target, symlinks=True)
        self._known = dict(self._look())

    def restore(self) -> None:
        """Makes it like the original."""
        found = dict(self._look())
        for name in sorted(found, reverse=True):
            if found[name] != self._known.get(name):
                path = self._target / name
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
        for name in sorted(self._known):
            path = self._target / name
            if found.get(name) == self._known[name] and os.path.lexists(path):
                continue
            if (self._source / name).is_dir() and not (self._source / name).is_symlink():
                path.mkdir(exist_ok=True)
                shutil.copystat(self._source / name, path)
            else:
                path.unlink(missing_ok=True)
                shutil.copy2(self._source / name, path, follow_symlinks=False)
            self._known[name] = _stamp(path.lstat())

    def _look(self) -> list[tuple[str, tuple[int, ...]]]:
        return [(str(path.relative_to(self._target)), _stamp(path.lstat())) for path in self._target.rglob("*")]


def _stamp(status: os.stat_result) -> tuple[int, ...]:
    if stat.S_ISDIR(status.st_mode):
        return (status.st_mode,)
    times = (status.st_mtime_ns, status.st_ctime_ns)
    return (status.st_mode, status.st_ino, status.st_size, status.st_nlink, *times)


@dataclass
class Trial:
    """An act on a fresh copy of one repository, as often as wanted."""

    template: Scenario
    act: Verb
    back: Verb | None = None
    """Takes the act back."""
    old: Picture = field(default_factory=dict)
    new: Picture = field(default_factory=dict)
    bytes_before: set[bytes] = field(default_factory=set)
    commits_before: set[bytes] = field(default_factory=set)
    points: int = 0

    def __post_init__(self) -> None:
        """Looks how it is before the act and after it."""
        shutil.rmtree(self.place.parent, ignore_errors=True)
        self._copy = Copy(self.template.root, self.place.parent)
        self.old = self.picture()
        self.bytes_before = on_disk(self.place) | {entry[2] for entry in self.old["index"]}
        scenario = Scenario(self.place.parent)
        head = ["HEAD"] if scenario.exists("HEAD") else []  # a branch may have no commit yet
        self.commits_before = {line.encode() for line in scenario.git("rev-list", "--all", *head).split()}
        self.do()
        self.new = self.picture()
        assert self.old != self.new
        self.require_taken_back()

    @property
    def place(self) -> Path:
        """Where the act takes place; always the same, since locks may name it."""
        return self.template.root.with_name("tried") / "repo"

    def do(self) -> None:
        """Carries the act out once."""
        with opened(self.place) as repo:
            self.act(repo, Context(now=self.template.clock.now + 60))

    def settle(self, *, finish: bool) -> None:
        """Finishes or rolls back."""
        request = RecoverRequest(finish=finish, roll_back=not finish)
        with opened(self.place) as repo:
            settle_unfinished(repo, request, Context(now=self.template.clock.now + 120))

    def is_interrupted(self) -> bool:
        """Tells whether something has to be settled."""
        with opened(self.place) as repo:
            return is_interrupted(repo)

    def picture(self) -> Picture:
        """Gives how it looks now."""
        with opened(self.place) as repo:
            return picture(repo)

    def calls(self, *, killing: bool) -> int:
        """Counts the changes of the disk that the act makes."""
        self._copy.restore()
        with injected(Fault(at=0, killing=killing)) as fault:
            self.do()
        return fault.calls

    def killed(self, number: int, *, finish: bool) -> bool:
        """Kills the act before its N-th change and settles it; gives whether there was anything to settle."""
        self._copy.restore()
        assert killed_at(number, self.do), "the act was over before"
        self.require_bytes()
        interrupted = self.is_interrupted()
        with self._counted():
            if interrupted:
                with pytest.raises(UnfinishedOperation):
                    self.do()
                self.settle(finish=finish)
                self.require(self.new if finish else self.old)
            else:
                self.require(self.old, self.new)
        return interrupted

    def settling_killed(self, number: int, then: int, *, first: bool, second: bool) -> bool:
        """Kills the act, then the settling of it, and settles once more, perhaps the other way.

        Args:
            number: the change of the disk before which the act is killed.
            then: the one before which the settling is.
            first: whether that settling finishes the act; otherwise it rolls back.
            second: the same of the settling that comes through.

        Returns:
            whether both were killed.
        """
        self._copy.restore()
        assert killed_at(number, self.do), "the act was over before"
        if not self.is_interrupted() or not killed_at(then, lambda: self.settle(finish=first)):
            return False
        self.require_bytes()
        with self._counted():
            if self.is_interrupted():
                self.settle(finish=second)
                self.require(self.new if second else self.old)
            else:
                self.require(self.new if first else self.old)
        return True

    def failing(self, number: int, error: int, *, lasting: bool) -> bool:
        """Lets the N-th change fail, or all from then on; gives whether there were so many."""
        self._copy.restore()
        fault = Fault(at=number, number=error, lasting=lasting)
        with self._counted():
            try:
                with injected(fault):
                    self.do()
            except UnfinishedOperation as refused:
                assert lasting, "what failed once only can be taken back at once"
                require_words(refused)
                self.require_bytes()
                finish = number % 2 == 0
                self.settle(finish=finish)
                self.require(self.new if finish else self.old)
            except Problem:
                if not lasting and fault.met not in REMOVING:
                    lying = [*(self.place / ".git/objects").rglob("mlgit-*")]
                    assert not lying, lying
                self.require(self.old)
            else:
                self.require(self.new)
        return fault.fired

    def require_bytes(self) -> None:
        """Demands that whatever was on disk or staged before is on disk still, or an object of git's."""
        with opened(self.place) as repo:
            missing = {oid for oid in self.bytes_before if not repo.objects.contains(oid)}
        assert missing <= on_disk(self.place), missing - on_disk(self.place)

    def require(self, *wanted: Picture) -> None:
        """Demands one of these states, an index that tells the truth, and that the next act would work."""
        self.require_bytes()
        with opened(self.place) as repo:
            with acting(repo, Context(now=self.template.clock.now + 180)):
                pass
            reachable = repo.graph.reachable_from([*repo.refs.all().values(), *filter(None, [repo.refs.head().oid])])
            assert all(map(reachable.contains, self.commits_before))
        self._require_nothing_left()
        found = self.picture()
        assert found in wanted, [differing(one, found) for one in wanted]
        for entry in read_index(self.place / ".git/index", 40).entries:
            there = Folder(self.place, 40).read(entry.path)
            if there is not None and there.oid != entry.oid and entry.stat == Stat.of(there.status):
                # Then it has other line ends, and is what git would store.
                at = Scenario(self.place.parent)
                assert at.git("hash-object", "--", os.fsdecode(entry.path)).encode() == entry.oid
        if self.points % 10 == 0:
            self._require_whole()
        if found == self.new:
            self.require_taken_back()

    def require_taken_back(self) -> None:
        """Demands that the act, which has come to pass, can be taken back."""
        if self.back is not None:
            with opened(self.place) as repo:
                self.back(repo, Context(now=self.template.clock.now + 240))
            found, wanted = without_marks(self.picture()), without_marks(self.old)
            assert found == wanted, differing(wanted, found)

    def _require_nothing_left(self) -> None:
        git_dir = self.place / ".git"
        lying = [*git_dir.glob("mlgit/unfinished*"), *git_dir.glob("mlgit/locks/*")]
        for ending in ("*.lock", "*.tmp", ".mlgit-*"):
            lying += self.place.rglob(ending)
        assert not lying, lying

    def _require_whole(self) -> None:
        """Asks git itself, which would keep every byte even if it forgot all logs and cleaned up now."""
        scenario = Scenario(self.place.parent)
        scenario.fsck()
        held = {
            line[:40].encode()
            for line in scenario.git("rev-list", "--objects", "--all", "--indexed-objects").splitlines()
        }
        assert self.bytes_before <= held | on_disk(self.place)

    def _counted(self) -> _Counted:
        self.points += 1
        return _Counted()


class _Counted:
    def __enter__(self) -> None:
        TALLY.points += 1

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        TALLY.passed += kind is None


def require_words(problem: Problem) -> None:
    """Demands sentences without the Python around a file's name."""
    assert "b'" not in problem.message + problem.hint


def kill_everywhere(trial: Trial) -> None:
    """Kills the act before each change of the disk, and settles it both ways."""
    interrupted = 0
    for number in range(1, trial.calls(killing=True) + 1):
        for finish in (True, False):
            if not trial.killed(number, finish=finish):
                break
            interrupted += 1
    assert interrupted > 10


def kill_settling(trial: Trial, steps: int, start: int = 0) -> None:
    """Kills the act at some instants, and its settling at every change of the disk or at some, in all directions."""
    deadly = trial.calls(killing=True)
    for turn in range(steps):
        number = 1 + int((turn + start) * 0.618_033_988_75 % 1 * deadly)
        for then in range(1, 500) if ALL else (2 + (turn + start) % 9, 14 + (turn + start) % 7):
            ways = (turn + start) % 4 if not ALL else then % 4
            if not trial.settling_killed(number, then, first=ways < 2, second=ways % 2 == 0):
                break


def fail_everywhere(trial: Trial, *, lasting: bool, start: int = 0) -> None:
    """Lets each change of the disk fail, in turn for this reason and that; another ``start`` begins with another."""
    number = 1
    while all(trial.failing(number, error, lasting=lasting) for error in _reasons(number + start)):
        number += 1
    assert number > 20


def here_and_there(trial: Trial, most: int, start: int) -> None:
    """Tries a few points of every kind, spread over the whole act; another ``start`` chooses others."""
    deadly, fallible = trial.calls(killing=True), trial.calls(killing=False)
    for turn in range(most):
        # The golden section spreads any number of points evenly, and a different start leaves none out for long.
        spot = (turn + start) * 0.618_033_988_75 % 1
        if turn % 2 == 0:
            trial.killed(1 + int(spot * deadly), finish=turn % 4 == 0)
        else:
            number = 1 + int(spot * fallible)
            trial.failing(number, _reasons(turn + start)[0], lasting=turn % 4 == 1)


def _reasons(number: int) -> tuple[int, ...]:
    return ERRORS if EACH else (ERRORS[number % len(ERRORS)],)


def begin(scenario: Scenario, story: Callable[[Scenario], None]) -> None:
    """Builds what a trial starts from, small: one pack, and none of git's samples."""
    story(scenario)
    scenario.git("repack", "-adq")
    for name in ("hooks", "info", "branches"):
        shutil.rmtree(scenario.git_dir / name, ignore_errors=True)
    with opened(scenario.path) as repo, acting(repo, Context(now=scenario.clock.now)):
        pass


def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves out the waiting for the disk, which a killed process doesn't need, and writes in two pieces."""
    monkeypatch.setattr(os, "fsync", os.fstat)
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:-20] if len(data) > 40 else data))


def differing(wanted: Picture, found: Picture) -> Picture:
    """Gives what is not alike in two pictures."""
    told: Picture = {}
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
