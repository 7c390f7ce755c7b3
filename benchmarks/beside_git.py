"""Says what is measured beside the git command line, on one repository.

Ours runs in this process, as it does in a server, on a repository that stays open; git is started anew each time, as a
person or another extension would. What is called "first" runs in a fresh process and counts from the opening on.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any

from benchmarks.measuring import Comparison, seconds
from jupyter_mlgit.api.routes import ROUTES, load
from jupyter_mlgit.git.repository import Repository, find_layout
from jupyter_mlgit.git.upstream import upstream_of
from jupyter_mlgit.journal.context import Context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ELSEWHERE = ("--not", "--branches", "--remotes", "--tags")
SOME_PAIRS = 20


def comparisons(path: Path) -> Iterator[Comparison]:
    """Yields what is measured on the repository at ``path``."""
    cache = Path(tempfile.mkdtemp(prefix="mlgit-benchmark-"))
    repo = Repository(find_layout(path), cache)
    git = partial(_git, path)
    listed = [branch.tip for branch in ask(repo, "deleted").branches if branch.state == "recoverable"]

    def deleted_by_git() -> None:
        git("reflog")
        git("for-each-ref")
        for tip in listed:
            git("rev-list", "--count", tip, *ELSEWHERE)

    timed_git: Callable[[], float] = partial(seconds, deleted_by_git)
    yield Comparison(f"deleted, warm ({len(listed)} listed)", _timed(ask, repo, "deleted"), timed_git, 1.0)
    yield Comparison("deleted, first after opening", partial(first, path, cache), timed_git, 2.0)
    yield Comparison("deleted, first ever", partial(first, path, None), timed_git, 2.0)
    track = ("for-each-ref", "refs/heads", "--format=%(refname) %(upstream:track)")
    yield Comparison("branches with ahead and behind", _timed(ask, repo, "branches"), _timed(git, *track), 1.0)
    yield Comparison("timeline, first page", _timed(ask, repo, "timeline"), _timed(git, "reflog"), 0.3)
    yield from _of_the_graph(repo, git)
    repo.close()


def ask(repo: Repository, verb: str) -> Any:  # noqa: ANN401 -- each verb has its own result
    """Runs a verb that only reads, with its default request."""
    loaded = load(next(route for route in ROUTES if route.verb == verb and route.method == "GET"))
    return loaded.run(repo, loaded.request(), Context(now=time(), source="panel"))


def first(path: Path, cache: Path | None) -> float:
    """Gives the seconds from opening a repository to the list of deleted branches, in a new process."""
    with tempfile.TemporaryDirectory() as empty:
        arguments = [sys.executable, "-m", "benchmarks.first", str(path), str(cache or empty)]
        done = subprocess.run(arguments, capture_output=True, check=True, text=True)
    return float(done.stdout)


def _of_the_graph(repo: Repository, git: Callable[..., bytes]) -> Iterator[Comparison]:
    graph, refs, head = repo.graph, repo.refs.all(), repo.refs.head().oid
    if head is None:
        return
    everything = refs.values()
    branches = [name for name in refs if name.startswith(b"refs/heads/")]
    upstreams = [(refs[name], refs.get(upstream_of(repo, name[11:]) or b"", head)) for name in branches]
    pairs = sorted(upstreams, key=lambda pair: graph.ahead_behind(*pair)[1])[-SOME_PAIRS:]
    texts = [(one.decode(), other.decode()) for one, other in pairs]

    def each(question: Callable[[bytes, bytes], object]) -> None:
        for one, other in pairs:
            question(one, other)

    def each_by_git(*words: str) -> None:
        for one, other in texts:
            git(*(word.format(one, other) for word in words))

    yield Comparison(
        "count all commits of HEAD",
        _timed(lambda: graph.reachable_from([]).count_unique(head)),
        _timed(git, "rev-list", "--count", "HEAD"),
        0.7,
    )
    yield Comparison(
        f"ahead and behind, the {len(pairs)} farthest pairs",
        _timed(each, graph.ahead_behind),
        _timed(each_by_git, "rev-list", "--left-right", "--count", "{}...{}"),
        0.7,
    )
    yield Comparison(
        f"merge base, the {len(pairs)} farthest pairs",
        _timed(each, graph.merge_base),
        _timed(each_by_git, "merge-base", "{}", "{}"),
        0.7,
    )
    yield Comparison(
        "unreachable commits",
        _timed(graph.unreachable_commits, everything),
        _timed(git, "fsck", "--unreachable", "--no-reflogs", "--connectivity-only", "--no-progress"),
        1.0,
    )


def _timed(work: Callable[..., object], *arguments: object) -> Callable[[], float]:
    return partial(seconds, partial(work, *arguments))


def _git(path: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", "-C", str(path), *arguments], check=True, capture_output=True).stdout
