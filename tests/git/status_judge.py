"""Puts git's status and ours into the same words: the lines of ``git status --porcelain=v2``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_mlgit.git.status import Change, Status
    from tests.scenario import Scenario

CONFLICTS = {1: "DD", 2: "AU", 3: "UD", 4: "UA", 5: "DU", 6: "AA", 7: "UU"}
WORDS = ("status", "--porcelain=v2", "-z", "--no-ahead-behind")


def by_git(scenario: Scenario, *words: str) -> list[str]:
    """Gives git's lines; of a submodule only whether its commit moved, of a conflict only which stages there are."""
    env = {"GIT_OPTIONAL_LOCKS": "0"}
    pieces = scenario.git(*WORDS, *(words or ("--untracked-files=all",)), env=env).split("\0")
    found = []
    while pieces:
        line = pieces.pop(0)
        kind = line[:1]
        if kind == "1":
            fields = line.split(" ", 8)
            if fields[2][0] == "S" and fields[2][1] == "." and fields[1] == ".M":
                continue  # only modified inside, which we don't look at
            found.append(" ".join(["1", fields[1], fields[2][0], *fields[3:]]))
        elif kind == "2":
            fields = line.split(" ", 9)
            fields[2] = fields[2][0]
            found.append(" ".join(fields) + " <- " + pieces.pop(0))
        elif kind == "u":
            fields = line.split(" ", 10)
            found.append(f"u {fields[1]} {fields[10]}")
        elif kind == "?":
            found.append(line)
    return found


def ours(status: Status, length: int = 40) -> list[str]:
    """Gives our lines."""
    # git names what is in conflict behind the rest.
    tracked = [_line(change, length) for change in sorted(status.changes, key=lambda one: one.conflict > 0)]
    return tracked + [f"? {os.fsdecode(path)}" for path in status.untracked]


def _line(change: Change, length: int) -> str:
    path = os.fsdecode(change.path)
    if change.conflict:
        return f"u {CONFLICTS[change.conflict]} {path}"
    head, staged = change.head, change.staged
    modes = [0 if side is None else side.mode for side in (head, staged)]
    names = ["0" * length if side is None else side.oid.decode() for side in (head, staged)]
    letters = (change.index_change or ".") + (change.worktree_change or ".")
    kind = "S" if 0o160000 in (*modes, change.mode) else "N"
    told = f"{letters} {kind} {modes[0]:06o} {modes[1]:06o} {change.mode:06o} {names[0]} {names[1]}"
    if change.old_path is None:
        return f"1 {told} {path}"
    return f"2 {told} R{change.score} {path} <- {os.fsdecode(change.old_path)}"
