"""Says what is measured of notebooks: their comparison beside nbdime, and git's status behind nbstripout.

nbdime and we get the same two files. We are timed from the bytes on, nbdime from the notebook that it has read
already, both in processor time: all of it is computing, in one thread.

git starts the filter's program for each notebook that it has to look into, as it does for everybody; we do the
same in this process. Each round saves the notebooks anew, with other outputs, so that nothing that was remembered helps
either side; what is committed stays the same, and so must the status: clean. The files keep their size, for git calls
every other one modified without looking into it.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

from benchmarks.files import STATUS
from benchmarks.measuring import Comparison, seconds
from benchmarks.rerun_notebooks import afternoon, notebook, written
from jupyter_mlgit.git.repository import Repository, find_layout
from jupyter_mlgit.journal.status_cache import status_cache
from jupyter_mlgit.notebooks.diff import compare_notebooks
from jupyter_mlgit.notebooks.document import read_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CELLS = 1_000
FILTERED = 50
PEERS = Path(__file__).parents[1] / ".make" / "peers" / "bin" / "python"


def comparisons() -> Iterator[Comparison]:
    """Yields what is measured."""
    yield from _beside_nbdime()
    yield from _behind_nbstripout()


def _beside_nbdime() -> Iterator[Comparison]:
    if not PEERS.exists():
        print("  ✗ nbdime is not there: 'make bench' brings it")
        return
    with tempfile.TemporaryDirectory() as folder, _nbdime() as ask:
        for ids in (True, False):
            old = notebook(CELLS, ids=ids)
            contents = written(old), written(afternoon(old))
            paths = [Path(folder) / f"{side}-{ids}.ipynb" for side in ("old", "new")]
            for path, content in zip(paths, contents, strict=True):
                path.write_bytes(content)
            name = f"diff of {CELLS:,} cells {'with' if ids else 'without'} ids"
            ours = partial(_compare, *contents)
            yield Comparison(name, ours, partial(ask, paths), 0.02, peer="nbdime", within=0.050, rounds=3)


def _compare(old: bytes, new: bytes) -> float:
    """Gives the middle one of five times, as of a server in use: nbdime's turn is so long that all caches forget us."""
    spent = []
    for _ in range(5):
        begin = process_time()
        compare_notebooks(read_document(old), read_document(new))
        spent.append(process_time() - begin)
    return statistics.median(spent)


@contextmanager
def _nbdime() -> Iterator[Callable[[list[Path]], float]]:
    command = [str(PEERS), str(Path(__file__).parent / "nbdime_peer.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None  # noqa: S101 -- both are pipes
        assert process.stdout is not None  # noqa: S101
        told, answers = process.stdin, process.stdout

        def ask(paths: list[Path]) -> float:
            print(json.dumps([str(path) for path in paths]), file=told, flush=True)
            spent, found = json.loads(answers.readline())
            assert found  # noqa: S101 -- it has seen the same difference
            return float(spent)

        yield ask
        told.close()


def _behind_nbstripout() -> Iterator[Comparison]:
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        _git(top, "init", "--quiet", "--initial-branch=main")
        for name, value in (
            ("user.name", "Ada Example"),
            ("user.email", "ada@example.org"),
            ("filter.nbstripout.clean", f'"{sys.executable}" -m nbstripout'),
        ):
            _git(top, "config", name, value)
        (top / ".gitattributes").write_text("*.ipynb filter=nbstripout\n")
        places = [top / f"notebook{number:02}.ipynb" for number in range(FILTERED)]
        saved = 0

        def save() -> None:
            nonlocal saved
            saved += 1
            for number, place in enumerate(places):
                content = notebook(20)
                for cell in content["cells"]:
                    for output in cell.get("outputs", ())[:1]:
                        output["text"].append(f"saved {saved:04} {number}\n")
                place.write_bytes(written(content))

        save()
        _git(top, "add", "--all")
        _git(top, "commit", "--quiet", "--message", "notebooks")
        repo = Repository(find_layout(top))
        status = status_cache(repo)
        save()
        status.full()  # the first one in a process also waits for nbformat to be imported

        def ours() -> float:
            save()
            begin = seconds(status.full)
            assert not status.full().changes  # noqa: S101 -- it is clean
            return begin

        def git() -> float:
            save()
            return seconds(partial(_clean_by_git, top))

        yield Comparison(f"status of {FILTERED} notebooks behind nbstripout", ours, git, 0.02, rounds=3)
        repo.close()


def _clean_by_git(top: Path) -> None:
    assert not _git(top, *STATUS)  # noqa: S101 -- it is clean


def _git(top: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", "-C", str(top), *arguments], check=True, capture_output=True).stdout
