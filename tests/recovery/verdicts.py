"""Asks the product what is deleted in a scenario, and the real git whether each answer is true."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from jupyter_mlgit.git.repository import open_repository
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.recovery.deleted_branches import DeletedBranch, DeletedRequest, find_deleted_branches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from jupyter_mlgit.git.repository import Repository
    from tests.scenario import Scenario

LIVE = ("--not", "--branches", "--remotes", "--tags")


@contextmanager
def opened(scenario: Scenario) -> Iterator[Repository]:
    """Opens a scenario's repository anew, so that nothing is known from an earlier look, and closes it."""
    repo = open_repository(scenario.path)
    try:
        yield repo
    finally:
        repo.close()


def context(scenario: Scenario, **parts: Any) -> Context:
    """Gives a context at the scenario's time."""
    return Context(now=scenario.clock.now, **parts)


def listed(scenario: Scenario, *, everything: bool = False) -> list[DeletedBranch]:
    """Lists what can be restored and demands that every figure in the list is git's."""
    with opened(scenario) as repo:
        rows = find_deleted_branches(repo, DeletedRequest(all=everything), context(scenario)).branches
    for row in rows:
        if row.state == "recoverable":
            judge(scenario, row)
    names = [(row.kind, row.name, row.tip) for row in rows]
    assert len(set(names)) == len(names), "something is listed twice"
    live = scenario.branches()
    assert not [row.name for row in rows if row.kind == "deleted" and row.name in live]
    return rows


def skipped(scenario: Scenario) -> int:
    """Gives how many lines of logs the product could not read."""
    with opened(scenario) as repo:
        return find_deleted_branches(repo, DeletedRequest(), context(scenario)).skipped


def row_of(scenario: Scenario, name: str | None, kind: str = "deleted", *, everything: bool = False) -> DeletedBranch:
    """Gives the one row of a name; fails when there is none or more than one."""
    rows = listed(scenario, everything=everything)
    found = [row for row in rows if (row.name, row.kind) == (name, kind)]
    assert len(found) == 1, [(row.kind, row.name, row.tip[:7], row.evidence) for row in rows]
    return found[0]


def names(rows: Iterable[DeletedBranch], kind: str = "deleted") -> list[str | None]:
    """Gives the names of the rows of one kind, in the list's order."""
    return [row.name for row in rows if row.kind == kind]


def judge(scenario: Scenario, row: DeletedBranch) -> None:
    """Demands that a row's figures are what git counts."""
    git = scenario.git
    since = [] if scenario.try_git("rev-parse", "--verify", "--quiet", "HEAD").returncode else ["^HEAD"]
    assert row.commits == int(git("rev-list", "--count", row.tip, *since)), f"commits of {row.name}"
    unique = git("rev-list", row.tip, *LIVE).split()
    assert row.unique_commits == len(unique), f"unique commits of {row.name}"
    assert row.notebooks == _notebooks(scenario, unique), f"notebooks of {row.name}"
    remotes = git("remote") or git("for-each-ref", "refs/remotes")
    holders = git("for-each-ref", "--contains", row.tip, "refs/remotes")
    assert row.pushed == (bool(holders) if remotes else None), f"{row.name} pushed"
    assert row.subject == git("log", "-1", "--format=%s", row.tip)
    pins = git("for-each-ref", "--contains", row.tip, "refs/mlgit/pins")
    assert row.pinned == bool(pins)


def folder_digest(folder: Path, *, without: Iterable[str] = ()) -> dict[str, str]:
    """Gives every file below a folder with a digest of its content and mode, to see that nothing changes.

    Args:
        folder: such as ``.git``.
        without: first parts of paths that may change.
    """
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if not name.startswith(tuple(without)):
            content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            found[name] = f"{path.lstat().st_mode:o} {hashlib.sha256(content).hexdigest()}"
    return found


def _notebooks(scenario: Scenario, commits: list[str]) -> list[str]:
    if not commits:
        return []
    changed = scenario.git(
        "log", "--no-walk", "--diff-merges=first-parent", "--no-renames", "--name-only", "--format=", "-z", *commits
    )
    return sorted({name for name in changed.split("\0") if name.endswith(".ipynb")})
