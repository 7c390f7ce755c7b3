"""Measures the status beside ``git status``, on the files of a generated repository, checked out for the purpose.

Usage: ``python -m benchmarks.files``. What is called "cold" begins with the opening of the repository, in this process,
as a server does that; what is called "one file" is what a watcher has noted, with everything else known already.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measuring import Comparison, compare, seconds, show
from jupyter_mlgit.git.repository import Repository, find_layout
from jupyter_mlgit.git.status import StatusCache

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = 20_000
IN_FOLDER = 50
STATUS = ("status", "--porcelain=v2", "-z", "--untracked-files=all")


def working_tree(home: Path | None = None) -> Path:
    """Gives the path of a repository with that many files, all committed, and makes it where there is none yet."""
    path = (home or Path(tempfile.gettempdir()) / "mlgit-benchmarks") / f"files-{FILES}"
    if (path / ".git" / "generated").exists():
        return path
    for number in range(FILES):
        place = path / f"package{number % 20}" / f"module{number // IN_FOLDER}" / f"file{number % IN_FOLDER}.py"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"print({number})\n")
    _git(path, "init", "--quiet")
    _git(path, "add", "--all")
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    _git(path, *who, "commit", "--quiet", "--message", "files")
    (path / ".git" / "generated").touch()
    return path


def comparisons(path: Path) -> Iterator[Comparison]:
    """Yields what is measured on the working tree at ``path``."""
    time.sleep(2)  # until no file is as young as the index any more, which both sides would have to read
    _git(path, "status")
    yield Comparison(
        "status, cold", partial(seconds, partial(_cold, path)), partial(seconds, partial(_git, path, *STATUS)), 2.0
    )
    repo = Repository(find_layout(path))
    cache = StatusCache(repo)
    cache.note(None)
    cache.now()
    name = next(path.glob("package0/*/*.py")).relative_to(path)
    changed = partial(_change, path / name)
    yield Comparison(
        "status after one file was changed",
        partial(_one, cache, name, changed),
        partial(_timed_after, changed, path),
        0.3,
    )
    yield Comparison(
        "status, everything anew", partial(seconds, cache.full), partial(seconds, partial(_git, path, *STATUS)), 2.0
    )
    (path / name).write_text("print(0)\n")
    repo.close()


def _cold(path: Path) -> None:
    repo = Repository(find_layout(path))
    StatusCache(repo).full()
    repo.close()


def _change(path: Path) -> None:
    path.write_text(f"print({time.time_ns()})\n")


def _one(cache: StatusCache, name: Path, change: partial[None]) -> float:
    change()
    cache.note([str(name).encode()])
    return seconds(cache.now)


def _timed_after(change: partial[None], path: Path) -> float:
    change()
    return seconds(partial(_git, path, *STATUS))


def _git(path: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", "-C", str(path), *arguments], check=True, capture_output=True).stdout


def main() -> None:
    """Measures and prints."""
    for comparison in comparisons(working_tree()):
        print(show(compare(comparison, 9)), flush=True)


if __name__ == "__main__":
    main()
