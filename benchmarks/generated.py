"""Generates the repository that the benchmarks run on, and keeps it between runs.

20,000 files, 20,000 commits with merges, 500 branches of which half follow ``origin/main`` and half their own remote
branch, 50 branches that were deleted after HEAD had left them, and 10,000 lines in the reflog of HEAD. It is written by
one ``git fast-import``, packed by ``git gc``, and is the same on every machine: the random numbers have a fixed seed.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = 4
LONGEST_SIDE = 40
BEGIN = 1_600_000_000
WHO = "Ada Example <ada@example.org>"


@dataclass(frozen=True)
class Size:
    """How large a repository to generate."""

    files: int = 20_000
    commits: int = 20_000
    branches: int = 500
    deleted: int = 50
    reflog_lines: int = 10_000

    def label(self) -> str:
        """Gives the name of the folder that holds a repository of this size."""
        return f"v{VERSION}-{self.files}-{self.commits}-{self.branches}-{self.deleted}-{self.reflog_lines}"


def generated_repository(size: Size, *, commit_graph: bool, home: Path | None = None) -> Path:
    """Gives the path of a repository of this size, and makes it where there is none yet.

    Args:
        size: how many files, commits, branches and reflog lines.
        commit_graph: whether ``objects/info/commit-graph`` is there.
        home: folder that keeps the repositories; the system's temporary folder if not given.
    """
    home = home or Path(tempfile.gettempdir()) / "mlgit-benchmarks"
    path = home / f"{size.label()}-{'graph' if commit_graph else 'plain'}"
    if (path / ".git" / "generated").exists():
        return path
    home.mkdir(parents=True, exist_ok=True)
    twin = home / f"{size.label()}-{'plain' if commit_graph else 'graph'}"
    shutil.rmtree(path, ignore_errors=True)
    if (twin / ".git" / "generated").exists():
        shutil.copytree(twin, path, symlinks=True)
    else:
        _generate(path, size)
    _git(path, "config", "gc.writeCommitGraph", "true" if commit_graph else "false")
    shutil.rmtree(path / ".git/objects/info/commit-graphs", ignore_errors=True)
    (path / ".git/objects/info/commit-graph").unlink(missing_ok=True)
    if commit_graph:
        _git(path, "commit-graph", "write", "--reachable")
    _git(path, "update-index", "-q", "--refresh")
    (path / ".git" / "generated").touch()
    return path


def _git(path: Path, *arguments: str, given: bytes | None = None) -> bytes:
    return subprocess.run(["git", "-C", str(path), *arguments], check=True, capture_output=True, input=given).stdout


def _generate(path: Path, size: Size) -> None:
    path.mkdir()
    _git(path, "init", "-q", "-b", "main")
    _git(path, "config", "user.name", "Ada Example")
    _git(path, "config", "user.email", "ada@example.org")
    _git(path, "config", "gc.auto", "0")
    _git(path, "fast-import", "--quiet", given="".join(_history(size)).encode())
    _git(path, "reset", "-q", "--hard")
    with (path / ".git" / "config").open("a") as config:
        config.write('[remote "origin"]\n\turl = /nowhere\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n')
        for number in range(size.branches):
            merge = "main" if number % 2 else f"exp/{number:03}"
            config.write(f'[branch "exp/{number:03}"]\n\tremote = origin\n\tmerge = refs/heads/{merge}\n')
    _git(path, "gc", "-q", "--prune=now")
    gone = _git(path, "for-each-ref", "--format=%(objectname) %(refname)", "refs/heads/gone").decode().splitlines()
    _write_reflog(path, size, [tuple(line.split()) for line in gone])
    _git(path, "update-ref", "--stdin", given="".join(f"delete {line.split()[1]}\n" for line in gone).encode())


def _write_reflog(path: Path, size: Size, gone: list[tuple[str, ...]]) -> None:
    main = _git(path, "rev-list", "--first-parent", "main").decode().split()[::-1]
    rng = random.Random(5)  # noqa: S311 -- the same repository every time
    commits = max(1, size.reflog_lines - 2 * len(gone))
    main = main[-commits - 1 :]
    leaves_after = {rng.randrange(len(main) // 2, len(main)): entry for entry in gone}
    old, lines = "0" * len(main[0]), []
    for number, new in enumerate(main):
        when = f"{WHO} {BEGIN + 60 * (size.commits + number)} +0100"
        lines.append(f"{old} {new} {when}\tcommit: Step {number}\n")
        old = new
        if number in leaves_after:
            tip, ref = leaves_after[number]
            name = ref.removeprefix("refs/heads/")
            lines.append(f"{new} {tip} {when}\tcheckout: moving from main to {name}\n")
            lines.append(f"{tip} {new} {when}\tcheckout: moving from {name} to main\n")
    (path / ".git" / "logs" / "HEAD").write_text("".join(lines))


def _history(size: Size) -> Iterator[str]:
    rng = random.Random(7)  # noqa: S311 -- as above
    folders = max(1, size.files // 100)
    names = [f"run{n % folders:03}/{n // folders:04}.txt" for n in range(size.files)]
    yield "blob\nmark :1\ndata 6\nstart\n\n"
    yield _commit("refs/heads/main", 2, BEGIN, "Start")
    for name in names:
        yield f"M 100644 :1 {name}\n"
    main, mark = [2], 2
    per_branch = 6
    on_branches = (size.branches + size.deleted) * per_branch
    for number in range(1, size.commits - on_branches):
        mark += 1
        parents = [main[-1]]
        if number % 25 == 0 and number > LONGEST_SIDE:
            side, fork = mark, main[-rng.randint(2, LONGEST_SIDE)]
            yield _commit("refs/heads/side", side, BEGIN + 60 * number - 30, f"Side {number}", [fork])
            yield _change(rng, names, side)
            mark += 1
            parents.append(side)
        yield _commit("refs/heads/main", mark, BEGIN + 60 * number, f"Step {number}", parents)
        yield _change(rng, names, mark)
        main.append(mark)
    yield "reset refs/heads/side\nfrom 0000000000000000000000000000000000000000\n"
    yield f"reset refs/remotes/origin/main\nfrom :{main[-10]}\n\n"
    for number in range(size.branches + size.deleted):
        live = number < size.branches
        ref = f"refs/heads/exp/{number:03}" if live else f"refs/heads/gone/{number:03}"
        parent = main[-rng.randint(1, min(4000, len(main)))]
        for step in range(per_branch):
            mark += 1
            yield _commit(ref, mark, BEGIN + 60 * (size.commits - step), f"Try {number}.{step}", [parent])
            yield _change(rng, names, mark)
            parent = mark
            if live and number % 2 == 0 and step == number % per_branch:
                yield f"reset refs/remotes/origin/exp/{number:03}\nfrom :{mark}\n\n"


def _commit(ref: str, mark: int, when: int, message: str, parents: list[int] | None = None) -> str:
    lines = [f"commit {ref}", f"mark :{mark}", f"committer {WHO} {when} +0100", f"data {len(message)}", message]
    for number, parent in enumerate(parents or []):
        lines.append(f"{'merge' if number else 'from'} :{parent}")
    return "\n".join(lines) + "\n"


def _change(rng: random.Random, names: list[str], mark: int) -> str:
    content = f"value {mark}\n" * 3
    return f"M 100644 inline {rng.choice(names)}\ndata {len(content)}\n{content}\n"
