"""Does random things to a repository with the real git, and remembers what each branch name really held.

A wandering is a list of steps; each step is a number for what to do and three for the details, so that hypothesis can
make a failing one shorter. What git refuses is passed over.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.scenario import Clock, Scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

NAMES = ("a", "exp/b", "to", "c0ffee" * 6 + "c0ff")
Step = tuple[int, int, int, int]


class StoppedClock(Clock):
    """Stands still: everything happens in one second, as in a script."""

    def tick(self, seconds: int = 60) -> None:
        """Does nothing."""


@dataclass(frozen=True)
class Trace:
    """One line of a log that says what a name held."""

    time: int
    order: int
    tip: str
    log: Path


def _is_after(trace: Trace, renamed: list[Trace]) -> bool:
    """Tells whether a trace is surely newer than all renamings; two logs of one second can't be compared."""
    here = [one for one in renamed if one.log == trace.log]
    return all(trace.order > one.order for one in here) and all(
        trace.time > one.time or one.time in {told.time for told in here} for one in renamed if one.log != trace.log
    )


class Wandering:
    """A repository under random steps, with the truth about it."""

    def __init__(self, root: Path, *, stopped: bool = False) -> None:
        """Begins with one commit on main."""
        self.main = Scenario(root, clock=StoppedClock() if stopped else None).commit("base")
        self.linked: Scenario | None = None
        self.held: dict[str, set[str]] = defaultdict(set)
        """Every commit that each name was ever at."""
        self.last: dict[str, str] = {}
        """Where each name that is gone was last; names that were renamed are not among them."""
        self._count = 0
        self._renamed: str | None = None
        self._look({})

    def go(self, steps: Iterable[Step], after_each: Callable[[], object] = lambda: None) -> None:
        """Takes the steps."""
        doings = (
            self._commit, self._commit, self._commit, self._amend, self._make, self._move, self._check_out,
            self._check_out, self._check_out_new, self._check_out_new, self._check_out_anew, self._detach, self._back,
            self._delete, self._delete, self._delete, self._delete, self._remove, self._rename, self._rename_over,
            self._merge, self._merge_no_ff, self._rebase, self._rebase_other, self._reset, self._add_worktree,
            self._remove_worktree, self._tag, self._stash, self._unstash, self._orphan, self._pack,
        )  # fmt: skip
        for number, *details in steps:
            before = self.main.branches()
            self.main.clock.tick()
            doings[number % len(doings)](*details)
            self._look(before)
            after_each()

    def _look(self, before: dict[str, str]) -> None:
        now = self.main.branches()
        for name, tip in now.items():
            self.held[name].add(tip)
            self.last.pop(name, None)
        for name, tip in before.items():
            if name not in now and name != self._renamed:
                self.last[name] = tip
        self._renamed = None

    # Where and what

    def _place(self, detail: int) -> Scenario:
        return self.linked if self.linked and detail % 3 == 0 else self.main

    def _name(self, detail: int) -> str:
        return NAMES[detail % len(NAMES)]

    def _new_name(self, detail: int) -> str:
        there = self.main.branches()
        free = [name for name in NAMES if name not in there] or list(NAMES)
        return free[detail % len(free)]

    def _revision(self, detail: int) -> str:
        choices = ["main", "HEAD", "HEAD~1", "main~1", *NAMES, *(f"{name}~1" for name in NAMES)]
        wanted = choices[detail % len(choices)]
        spelled = f"refs/heads/{wanted}" if wanted.removesuffix("~1") in NAMES else wanted
        found = self.main.try_git("rev-parse", "--verify", "--quiet", spelled).stdout.strip()
        return found or self.main.tip("main" if "main" in self.main.branches() else "HEAD")

    def _branch_word(self, detail: int) -> str:
        """Gives a branch that is there, as a person types it; main less often than the others."""
        names = sorted(self.main.branches()) + [name for name in NAMES if name in self.main.branches()]
        return names[detail % len(names)] if names else "main"

    # Steps

    def _commit(self, a: int, b: int, c: int) -> None:
        self._count += 1
        place = self._place(a)
        place.write({f"f{self._count}.txt": f"{self._count} {b} {c}"})
        place.try_git("add", "--all")
        place.try_git("commit", "--quiet", "-m", f"commit {self._count}")

    def _amend(self, a: int, b: int, c: int) -> None:
        self._count += 1
        self._place(a).try_git("commit", "--quiet", "--amend", "--allow-empty", "-m", f"amended {self._count} {b} {c}")

    def _make(self, a: int, b: int, _: int) -> None:
        self.main.try_git("branch", "--no-track", self._new_name(a), self._revision(b))

    def _move(self, a: int, b: int, _: int) -> None:
        if self._name(a) in self.main.branches():
            self.main.try_git("branch", "--force", "--no-track", self._name(a), self._revision(b))

    def _check_out(self, a: int, b: int, _: int) -> None:
        self._place(b).try_git("checkout", "--quiet", self._branch_word(a), "--")

    def _check_out_new(self, a: int, b: int, c: int) -> None:
        self._place(c).try_git("checkout", "--quiet", "--no-track", "-b", self._new_name(a), self._revision(b))

    def _check_out_anew(self, a: int, b: int, c: int) -> None:
        self._place(c).try_git("checkout", "--quiet", "--no-track", "-B", self._name(a), self._revision(b))

    def _detach(self, a: int, b: int, _: int) -> None:
        self._place(b).try_git("checkout", "--quiet", "--detach", self._branch_word(a))

    def _back(self, a: int, _: int, __: int) -> None:
        self._place(a).try_git("checkout", "--quiet", "-")

    def _delete(self, a: int, b: int, _: int) -> None:
        name = self._branch_word(a)
        if self.main.current() == name and b % 4:
            self.main.try_git("checkout", "--quiet", self._branch_word(b), "--")
        if name != "main":
            self.main.try_git("branch", "-D", "--", name)

    def _remove(self, a: int, b: int, _: int) -> None:
        if b % 2 == 0:
            self.main.try_git("update-ref", "-d", f"refs/heads/{self._name(a)}")

    def _rename(self, a: int, b: int, c: int) -> None:
        self._rename_by("-m", self._name(a), self._name(b), self._place(c))

    def _rename_over(self, a: int, b: int, c: int) -> None:
        self._rename_by("-M", self._name(a), self._name(b), self._place(c))

    def _rename_by(self, how: str, old: str, new: str, place: Scenario) -> None:
        if old != new and place.try_git("branch", how, old, new).returncode == 0:
            self._renamed = old
            self.held[new] |= self.held[old]  # its log comes along

    def _merge(self, a: int, b: int, _: int) -> None:
        place = self._place(b)
        if place.try_git("merge", "--quiet", self._branch_word(a)).returncode:
            place.try_git("merge", "--abort")

    def _merge_no_ff(self, a: int, b: int, _: int) -> None:
        place = self._place(b)
        if place.try_git("merge", "--quiet", "--no-ff", self._branch_word(a)).returncode:
            place.try_git("merge", "--abort")

    def _rebase(self, a: int, b: int, _: int) -> None:
        place = self._place(b)
        # Of a detached HEAD that is rebased the log doesn't tell that it was detached.
        if place.current() and place.try_git("rebase", "--quiet", self._branch_word(a)).returncode:
            place.try_git("rebase", "--abort")

    def _rebase_other(self, a: int, b: int, _: int) -> None:
        words = ("rebase", "--quiet", self._branch_word(a), self._branch_word(b))
        if self.main.current() and self.main.try_git(*words).returncode:
            self.main.try_git("rebase", "--abort")

    def _reset(self, a: int, b: int, _: int) -> None:
        self._place(b).try_git("reset", "--quiet", "--hard", self._revision(a))

    def _add_worktree(self, a: int, b: int, _: int) -> None:
        if self.linked is None:
            words = [self._branch_word(a)] if b % 2 else ["-b", self._name(a)]
            if self.main.try_git("worktree", "add", "--quiet", str(self.main.root / "w"), *words).returncode == 0:
                self.linked = self.main.inside("w")

    def _remove_worktree(self, a: int, _: int, __: int) -> None:
        if self.linked is not None and a % 2:
            self.main.git("worktree", "remove", "--force", str(self.linked.path))
            self.linked = None

    def _tag(self, a: int, b: int, _: int) -> None:
        if b % 3:
            self.main.try_git("tag", f"v{a % 3}", self._revision(b))
        else:
            self.main.try_git("tag", "-d", f"v{a % 3}")

    def _stash(self, a: int, _: int, __: int) -> None:
        self.main.write({"stashed.txt": str(a)})
        self.main.try_git("stash", "push", "--quiet", "--include-untracked")

    def _unstash(self, a: int, _: int, __: int) -> None:
        self.main.try_git("stash", ("pop", "drop", "clear")[a % 3])
        self.main.try_git("reset", "--quiet", "--hard")

    def _orphan(self, a: int, b: int, _: int) -> None:
        # From a detached HEAD this leaves the same lines in the log as from the branch that it began at.
        if b % 3 == 0 and self.main.current():
            self.main.try_git("checkout", "--quiet", "--orphan", self._name(a))
            self._commit(1, a, b)

    def _pack(self, a: int, _: int, __: int) -> None:
        self.main.git("pack-refs", "--all")
        if a % 2:
            self.main.gc("--prune=now")

    # What the logs say

    def traces(self, name: str) -> list[Trace]:
        """Gives what the raw logs say of a name, oldest first; only what follows its last renaming.

        A word after ``to`` is only as typed: it counts when some other line says that it is a branch.
        """
        certain: list[Trace] = []
        typed: list[Trace] = []
        renamed: list[Trace] = []
        quoted = re.escape(name)
        for path in [*self._head_logs(), *self._branch_logs()]:
            own = "refs/heads" in str(path)
            for order, line in enumerate(path.read_text(errors="surrogateescape").splitlines()):
                stamp, _, message = line.partition("\t")
                old, new, *_, seconds, _ = stamp.split(" ")
                at = Trace(int(seconds), order, new, path)
                if message.startswith(f"Branch: renamed refs/heads/{name} to "):
                    renamed.append(at)
                if own:
                    if message == f"branch: Created from {name}":
                        certain.append(at)
                    continue
                if re.match(rf"checkout: moving from \S+ to {quoted}\Z|rebase: checkout {quoted}\Z", message):
                    typed.append(at)
                if tip := self._said(quoted, old, new, message):
                    certain.append(replace(at, tip=tip))
        found = [trace for trace in certain + (typed if certain else []) if trace.tip.strip("0")]
        return sorted((one for one in found if _is_after(one, renamed)), key=lambda one: (one.time, one.order))

    def _said(self, quoted: str, old: str, new: str, message: str) -> str | None:
        if re.match(rf"checkout: moving from {quoted} to ", message) and not message[27:].startswith(f"{old} "):
            return old
        if re.match(
            rf"rebase \((?:finish|abort)\): returning to refs/heads/{quoted}\Z"
            rf"|Branch: renamed refs/heads/\S+ to refs/heads/{quoted}\Z|merge {quoted}: Fast-forward\Z",
            message,
        ):
            return new
        if re.match(rf"merge {quoted}: Merge made by ", message):
            return self.main.try_git("rev-parse", "--verify", "--quiet", f"{new}^2").stdout.strip() or None
        return None

    def _head_logs(self) -> list[Path]:
        directory = self.main.common_dir
        return [path for path in (directory / "logs/HEAD", *directory.glob("worktrees/*/logs/HEAD")) if path.is_file()]

    def _branch_logs(self) -> list[Path]:
        return [path for path in (self.main.common_dir / "logs/refs/heads").rglob("*") if path.is_file()]
