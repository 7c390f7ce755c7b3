"""Says what is measured beside ``git status`` and ``git reset``, on a working tree of 20,000 files.

What is called "cold" begins with the opening of the repository, in this process, as a server does that; "after one file
was changed" relies on what the system tells of changes, with everything else known already. A reset counts with its
backup, and with what makes it outlive a power cut; git's own does without either.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measuring import Comparison, seconds
from jupyter_mlgit.git.repository import Repository, find_layout
from jupyter_mlgit.git.status import StatusCache
from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.undo import UndoRequest, undo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

IN_FOLDER = 15
CHANGED = 1_000
NEW = "new"
"""A tag, since the branch moves with each reset."""

STATUS = ("--no-optional-locks", "status", "--porcelain=v2", "-z", "--untracked-files=all")


def working_tree(files: int, home: Path | None = None) -> Path:
    """Gives a repository with that many files and two commits, ``old`` and ``new``, which differ in 1,000 of them."""
    path = (home or Path(tempfile.gettempdir()) / "mlgit-benchmarks") / f"working-tree-{files}"
    if (path / ".git" / "generated").exists() and _git(path, "tag", "--list", NEW):
        _git(path, "reset", "--quiet", "--hard", NEW)
        return path
    shutil.rmtree(path, ignore_errors=True)
    for number in range(files):
        module, rest = divmod(number, IN_FOLDER)
        place = path / f"package{module % 20}" / f"module{module}" / f"file{rest}.py"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"print({number})\n" * 20)
    _git(path, "init", "--quiet", "--initial-branch=main")
    _git(path, "config", "user.name", "Ada Example")
    _git(path, "config", "user.email", "ada@example.org")
    _git(path, "config", "gc.auto", "0")
    _commit(path, "files")
    _git(path, "branch", "old")
    for place in _some(path):
        place.write_text(place.read_text() + "print('changed')\n")
    _commit(path, "changed")
    _git(path, "tag", NEW)
    _git(path, "gc", "--quiet")
    (path / ".git" / "generated").touch()
    return path


def comparisons(path: Path) -> Iterator[Comparison]:
    """Yields what is measured on the working tree at ``path``."""
    yield from _of_the_status(path)
    yield from _of_resets(path)


def _of_the_status(path: Path) -> Iterator[Comparison]:
    _settle(path)
    by_git = partial(seconds, partial(_git, path, *STATUS))
    yield Comparison("status, cold", partial(seconds, partial(_cold, path)), by_git, 2.0)
    repo = Repository(find_layout(path))
    cache = StatusCache(repo)
    yield Comparison("status, everything anew", partial(seconds, cache.full), by_git, 2.0)
    cache.watch()
    cache.now()
    place = _some(path)[0]

    def after_a_change(status: Callable[[], object]) -> float:
        place.write_text(f"print({time.time_ns()})\n")
        return seconds(status)

    ours, theirs = partial(after_a_change, cache.now), partial(after_a_change, partial(_git, path, *STATUS))
    yield Comparison("status after one file was changed", ours, theirs, 0.3)
    repo.close()
    _git(path, "reset", "--quiet", "--hard")


def _of_resets(path: Path) -> Iterator[Comparison]:
    """Both sides begin at ``new`` with a clean tree, or with work in 1,000 files, and go to ``old``."""
    repo = Repository(find_layout(path))

    def begin(*, dirty: bool) -> None:
        _git(path, "reset", "--quiet", "--hard", NEW)
        for place in _some(path) if dirty else []:
            place.write_text(f"work {time.time_ns()}\n" * 20)
        _settle(path)
        # As the server does when it hears that a ref has moved: the reset of the terminal is in our log by then.
        observe(repo, Context(now=time.time()))

    def ours(mode: str, *, dirty: bool = False) -> float:
        begin(dirty=dirty)
        return seconds(partial(_reset, repo, mode))

    def git(mode: str, *, dirty: bool = False) -> float:
        begin(dirty=dirty)
        return seconds(partial(_git, path, "reset", "--quiet", f"--{mode}", "old"))

    def undone(mode: str) -> float:
        begin(dirty=False)
        _reset(repo, mode)
        _settle(path)
        return seconds(partial(undo, repo, UndoRequest(), Context(now=time.time())))

    for mode, goal in (("soft", 1.5), ("mixed", 1.5), ("hard", 3.0)):
        yield Comparison(f"reset --{mode}, {CHANGED:,} files differ", partial(ours, mode), partial(git, mode), goal)
    over_work = f"reset --hard over work in {CHANGED:,} files"
    yield Comparison(over_work, partial(ours, "hard", dirty=True), partial(git, "hard", dirty=True), 3.0)
    yield Comparison("undo of a hard reset, beside the reset", partial(undone, "hard"), partial(ours, "hard"), 2.0)
    repo.close()
    _git(path, "reset", "--quiet", "--hard", NEW)


def _cold(path: Path) -> None:
    repo = Repository(find_layout(path))
    StatusCache(repo).full()
    repo.close()


def _reset(repo: Repository, mode: str) -> None:
    reset(repo, ResetRequest(rev="old", **{mode: True}), Context(now=time.time()))


def _some(path: Path) -> list[Path]:
    """Gives the files that are changed, from all folders."""
    found = sorted(path.glob("package*/*/*.py"))
    return found[:: max(1, len(found) // CHANGED)][:CHANGED]


def _settle(path: Path) -> None:
    """Waits until no file is as young as the index any more, which both sides would have to read."""
    time.sleep(1.1)
    _git(path, "update-index", "-q", "--refresh", check=False)


def _commit(path: Path, message: str) -> None:
    _git(path, "add", "--all")
    _git(path, "commit", "--quiet", "--message", message)


def _git(path: Path, *arguments: str, check: bool = True) -> bytes:
    return subprocess.run(["git", "-C", str(path), *arguments], check=check, capture_output=True).stdout
