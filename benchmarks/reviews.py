"""Says what is measured of differences: many texts beside ``git diff``, and one large notebook.

Ours runs as it does in a server: in this process, on a repository that stays open, and ends with the bytes of the
answer. Each round edits the files anew, so that neither side has seen them; the old side is what it was, and a server
remembers it, but not where a row says that it is the first time. git's answer has no marked words and no warnings; ours
has the latter where a row says so.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from benchmarks.browser import large_notebooks
from benchmarks.measuring import Comparison, Row, seconds
from jupyter_mlgit.git.repository import Repository, find_layout
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.review.diff import DiffRequest, show_diff
from jupyter_mlgit.review.file_sides import FileSidesRequest, show_file

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXTS = 50
LINES = 300


def comparisons() -> Iterator[Comparison]:
    """Yields what is measured beside git."""
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        places = [top / f"package{number % 5}" / f"module{number}.py" for number in range(TEXTS)]
        _write(places, 0)
        _committed(top)
        repo = Repository(find_layout(top))
        edited = 0

        def edit() -> None:
            nonlocal edited
            edited += 1
            _write(places, edited)

        def ours(*, warnings: bool) -> float:
            edit()
            return seconds(partial(_asked, repo, DiffRequest(warnings=warnings)))

        def first() -> float:
            edit()
            anew = Repository(find_layout(top))
            spent = seconds(partial(_asked, anew, DiffRequest(warnings=False)))
            anew.close()
            return spent

        def git() -> float:
            edit()
            return seconds(partial(_git, top, "diff"))

        yield Comparison(f"diff of {TEXTS} texts", partial(ours, warnings=False), git, 1.0)
        yield Comparison(f"diff of {TEXTS} texts, for the first time", first, git)
        yield Comparison(f"diff of {TEXTS} texts, with warnings", partial(ours, warnings=True), git)
        repo.close()


def large_notebook_row(rounds: int) -> Row:
    """Gives how long the server takes for the first look at a large notebook that has run again."""
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        place = top / "large.ipynb"
        old, new = large_notebooks()
        place.write_bytes(old)
        _committed(top)
        place.write_bytes(new)
        size = len(new)
        spent = []
        for _ in range(rounds):
            repo = Repository(find_layout(top))
            spent.append(seconds(partial(_looked_at, repo, place.name)))
            repo.close()
    middle = sorted(spent)[len(spent) // 2]
    return Row(
        f"first diff of a notebook of {size / 10**6:.0f} MB", f"{1000 * middle:8.1f} ms   (server alone)", "", None
    )


def _asked(repo: Repository, request: DiffRequest) -> bytes:
    found = show_diff(repo, request, Context(now=time.time(), source="panel"))
    assert len(found.files) == TEXTS  # noqa: S101 -- it has seen all of them
    return msgspec.json.encode(found)


def _looked_at(repo: Repository, path: str) -> bytes:
    found = show_file(repo, FileSidesRequest(path=path), Context(now=time.time(), source="panel"))
    assert found.diff is not None  # noqa: S101 -- it differs
    return msgspec.json.encode(found)


def _write(places: list[Path], edited: int) -> None:
    for number, place in enumerate(places):
        place.parent.mkdir(exist_ok=True)
        lines = [_line(number, line) for line in range(LINES)]
        if edited:
            for line in range(number % 7, LINES, 40):
                lines[line] = f"    value_{line} = changed({edited}, {line})\n"
            lines[120:120] = [f"    inserted_{edited}_{line} = {line}\n" for line in range(5)]
            del lines[200:204]
        place.write_text("".join(lines))


def _line(number: int, line: int) -> str:
    return f"def function_{line}(x):\n" if line % 12 == 0 else f"    value_{line} = step(x, {number}, {line})\n"


def _committed(top: Path) -> None:
    _git(top, "init", "--quiet", "--initial-branch=main")
    _git(top, "config", "user.name", "Ada Example")
    _git(top, "config", "user.email", "ada@example.org")
    _git(top, "add", "--all")
    _git(top, "commit", "--quiet", "--message", "files")


def _git(top: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", "-C", str(top), *arguments], check=True, capture_output=True).stdout
