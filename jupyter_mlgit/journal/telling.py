"""Tells what the terminal did between two looks, act by act, in the order in which it was done.

The lines that HEAD's log has gained are gone through: each says where HEAD was for certain. Branches are brought
there by the steps of their own logs, so a commit comes between the checkouts where it was made. What no line of HEAD
tells is put in by its time. Whatever the logs say, or don't: each act begins where the one before it has ended, and
the last ends at what is there now, so taking all of them back leads to what was seen before.
"""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

from jupyter_mlgit.git.reflog import is_zero, read_log
from jupyter_mlgit.git.refs import HEADS, is_valid_name, short_name
from jupyter_mlgit.journal.branch_steps import Step, movement, steps_of, told_by
from jupyter_mlgit.journal.head_lines import HeadLine, left_from, new_lines
from jupyter_mlgit.journal.records import HeadRecord, Record, RefRecord, SectionRecord, new_record, raw
from jupyter_mlgit.journal.stretches import MOVING, REBASE_CHECKOUT, REBASE_START, RENAMED, RETURNING

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.seen import Seen

BRANCHES = "refs/heads/"

_SHORT = 7

_AT_ONCE = 1
"""Seconds between the lines of ``checkout -b`` in the branch's log and in HEAD's, at the most."""


def told(repo: Repository, before: Seen, after: Seen, now: float) -> list[Record]:
    """Turns the differences between two looks into operations of the terminal, oldest first."""
    telling = _Telling(repo, before, after, now)
    for line in new_lines(repo, before, after):
        telling.follow(line)
    telling.end()
    return [record for _, record in sorted(telling.acts, key=lambda one: one[0])]


def gone_and_made(before: Seen, after: Seen) -> tuple[dict[str, str], dict[str, str]]:
    """Gives the branches that are no longer there, and those that are new, with their tips."""
    gone = {name: tip for name, tip in before.refs.items() if name not in after.refs and name.startswith(BRANCHES)}
    made = {name: tip for name, tip in after.refs.items() if name not in before.refs and name.startswith(BRANCHES)}
    return gone, made


class _Telling:
    """Where branches and HEADs are, as far as it has been told."""

    def __init__(self, repo: Repository, before: Seen, after: Seen, now: float) -> None:
        self.acts: list[tuple[float, Record]] = []
        """With their times; what is put in elsewhere by its time comes behind what has the same."""
        self._repo, self._before, self._after, self._now = repo, before, after, now
        self._at = {name: tip for name, tip in before.refs.items() if name.startswith(BRANCHES)}
        self._goal = {name: tip for name, tip in after.refs.items() if name.startswith(BRANCHES)}
        self._heads: dict[str, tuple[str | None, str | None]] = {
            place: (name, None) if name.startswith("refs/") else (None, name) for place, name in before.heads.items()
        }
        """Each worktree's branch, or its commit where it has none."""
        gone, made = gone_and_made(before, after)
        self._renamed = {new: old for old, new in _renamed(repo, gone, made)}
        self._steps = {name: self._steps_to_come(name) for name in self._goal if name not in self._renamed}
        self._visited: dict[str, float] = {}
        """When HEAD's log last spoke of a branch."""
        self._made: dict[str, float] = {}
        self._rebasing: set[str] = set()

    def follow(self, line: HeadLine) -> None:
        """Goes on by one line of a HEAD's log."""
        place, entry, on = line
        message, time = entry.message, self._time(entry.time)
        if renamed := RENAMED.match(message):
            self._rename(os.fsdecode(HEADS + renamed[1]), os.fsdecode(HEADS + renamed[2]), line)
        elif REBASE_START.match(message):
            self._rebasing.add(place)
        elif returning := RETURNING.match(message):
            self._rebasing.discard(place)
            back = os.fsdecode(HEADS + returning[1])
            if back in self._at:
                self._arrive(place, back, self._at[back], time)
            self._arrive(place, back, entry.new.decode(), time)
        elif checkout := MOVING.match(message) or REBASE_CHECKOUT.match(message):
            self._rebasing.discard(place)
            if MOVING.match(message) and not is_zero(entry.old):
                self._arrive(place, _text(left_from(entry, on)), entry.old.decode(), time)
            typed = os.fsdecode(HEADS + checkout[checkout.lastindex or 1])
            name = _text(on)
            if name is not None and name != typed:  # a rebase came next, and returned to another branch
                name = typed if typed in self._at or typed in self._goal else None
            self._arrive(place, name, entry.new.decode(), time, entry.message)
        elif place not in self._rebasing and entry.old != entry.new and not is_zero(entry.new):
            self._move_on(line)

    def end(self) -> None:
        """Goes on to what is there now."""
        for place, name in self._after.heads.items():
            if place not in self._heads:
                continue
            if not name.startswith("refs/"):
                self._arrive(place, None, name, self._now)
            elif name in self._goal:
                self._bring_all(self._heads[place][0])
                self._arrive(place, name, None, self._now)
                self._bring_all(name)
        for new in list(self._renamed):
            self._rename_first(new, math.inf if self._renamed[new] in self._visited else -math.inf)
        for name in [name for name in self._at if name not in self._goal]:
            self._delete(name, math.inf if name in self._visited else -math.inf)
        for name in self._goal:
            self._bring_all(name)

    def _move_on(self, line: HeadLine) -> None:
        """Goes on by a line that has moved what is checked out: a commit, a reset, a merge."""
        place, entry, on = line
        old, new, time = entry.old.decode(), entry.new.decode(), self._time(entry.time)
        if on is None:
            self._arrive(place, None, old, time)
            self._arrive(place, None, new, time, entry.message)
            return
        name = os.fsdecode(on)
        # HEAD may have been put on another branch without a line; then this one was not that branch's.
        if told_by(self._repo, name, entry.new) and (is_zero(entry.old) or self._comes_by(name, old)):
            if not is_zero(entry.old):
                self._arrive(place, name, old, time)
            self._arrive(place, name, new, time, entry.message)

    def _comes_by(self, name: str, commit: str) -> bool:
        return self._at.get(name) == commit or any(step.new == commit for step in self._steps.get(name, []))

    def _arrive(self, place: str, name: str | None, commit: str | None, time: float, words: bytes = b"") -> None:
        """Tells how a HEAD came to a branch at a commit (None: wherever that is), or to a commit without a branch."""
        if place not in self._heads or (name is not None and not is_valid_name(raw(name))):
            return
        if name is not None:
            self._rename_first(name, time)
        branch, at = self._heads[place]
        old = self._at.get(branch) if branch is not None else at
        if name is not None:
            to_come = self._steps.get(name) or []
            self._bring(name, commit or self._at.get(name) or (to_come[0].new if to_come else None), time, words)
            commit = self._at.get(name)
            self._visited[name] = time
        if branch is not None:
            self._visited[branch] = time
            if branch == name:
                return
        self._heads[place] = (name, None) if name is not None else (None, commit)
        if old is None or commit is None or (branch, old) == (name, commit):
            return  # a branch without commits is no act to take back
        head = HeadRecord(directory=place, old=branch or old, new=name or commit, old_commit=old, new_commit=commit)
        if name is None:
            kind, title = movement(words)
            moved = branch is None and kind != "ref-update"
            title = f"{title} on no branch" if moved else f"Check out {commit[:_SHORT]}"
            self._tell(time, title, kind if moved else "switch", head=head)
        elif self.acts and self._just_made(name, commit, time):
            _, made = self.acts.pop()
            title = f"Create branch {_short(name)} and switch to it"
            self._tell(time, title, "switch", made.refs, head)
        else:
            self._tell(time, f"Switch to {_short(name)}", "switch", head=head)

    def _just_made(self, name: str, commit: str, time: float) -> bool:
        made = [RefRecord(name=name, old=None, new=commit)]
        return self.acts[-1][1].refs == made and time - self._made.get(name, -math.inf) <= _AT_ONCE

    def _bring(self, name: str, commit: str | None, time: float, words: bytes = b"") -> None:
        """Tells how a branch came to a commit: by the steps that its log has, or else at once."""
        old = self._at.get(name)
        if commit is None or commit == old:
            return
        steps = self._steps.get(name, [])
        count = next((number for number, step in enumerate(steps, 1) if step.new == commit), 0)
        if not count or steps[0].old != old:
            kind, title = movement(words) if old is not None else ("branch-create", "Create branch")
            self._step(name, Step(old, commit, time, kind, title), time)
            return
        self._steps[name] = steps[count:]
        for step in steps[:count]:
            self._step(name, step, time)

    def _bring_all(self, name: str | None) -> None:
        """Tells how a branch came to where it is now, each step at its time."""
        if name is None or name not in self._goal:
            return
        steps = self._steps.pop(name, [])
        if steps and steps[0].old == self._at.get(name) and steps[-1].new == self._goal[name]:
            for step in steps:
                self._step(name, step, max(self._time(step.time), self._visited.get(name, 0)))
        self._bring(name, self._goal[name], self._now)

    def _step(self, name: str, step: Step, time: float) -> None:
        self._at[name] = step.new
        on = f" {_short(name)}" if step.old is None else f" on {_short(name)}"
        if step.old is None:
            self._made[name] = step.time
            for other in [other for other in self._at if _clash(name, other) and other not in self._goal]:
                self._delete(other, time)
        title = step.title + on + ("" if step.whole else ", the last of several moves")
        self._tell(time, title, step.kind, [RefRecord(name=name, old=step.old, new=step.new)])

    def _delete(self, name: str, time: float) -> None:
        refs = [RefRecord(name=name, old=self._at.pop(name), new=None)]
        self._tell(time, f"Delete branch {_short(name)}", "branch-delete", refs)

    def _rename(self, old: str, new: str, line: HeadLine) -> None:
        """Goes on by a line of a branch's new name."""
        tip = line.entry.new if is_zero(line.entry.old) else line.entry.old
        if old not in self._at or new in self._at or not self._comes_by(old, tip.decode()):
            return  # the second line for the same, or one over another branch
        time = self._time(line.entry.time)
        self._bring(old, tip.decode(), time)
        self._renamed[new] = old
        self._rename_first(new, time)

    def _rename_first(self, new: str, time: float) -> None:
        """Tells of a renaming, if that is how a branch was made and it has not been told."""
        old = self._renamed.pop(new, None)
        if old is None or old not in self._at:
            return
        tip = self._at.pop(old)
        self._at[new] = tip
        self._steps.pop(old, None)
        self._steps[new] = self._steps_to_come(new)
        self._heads = {
            place: (new, None) if branch == old else (branch, at) for place, (branch, at) in self._heads.items()
        }
        self._visited[new] = time
        refs = [RefRecord(name=old, old=tip, new=None), RefRecord(name=new, old=None, new=tip)]
        self._tell(time, f"Rename branch {_short(old)} to {_short(new)}", "branch-rename", refs)

    def _time(self, logged: float) -> float:
        """Gives the time of a line; what is there now is newer than all of them, whatever the clock says."""
        return min(logged, self._now)

    def _steps_to_come(self, name: str) -> list[Step]:
        old, tip = self._at.get(name), self._goal.get(name)
        return [] if tip is None or old == tip else steps_of(self._repo, name, old, tip, self._now)

    def _tell(
        self, time: float, title: str, kind: str, refs: list[RefRecord] | None = None, head: HeadRecord | None = None
    ) -> None:
        changed = refs or []
        record = new_record(
            self._now,
            "terminal",
            title,
            kind,
            refs=changed,
            heads=[] if head is None else [head],
            sections=_sections(self._before, self._after, changed),
        )
        self.acts.append((time, record))


def _renamed(repo: Repository, gone: dict[str, str], made: dict[str, str]) -> list[tuple[str, str]]:
    """Gives the branches that have another name and have not moved, by the logs of the new ones."""
    pairs = []
    for new_name, tip in made.items():
        for entry in reversed(read_log(repo, os.fsencode(new_name)).entries):
            words = os.fsdecode(entry.message)
            if words.startswith("Branch: renamed ") and words.endswith(f" to {new_name}"):
                old_name = words.removeprefix("Branch: renamed ").removesuffix(f" to {new_name}")
                if gone.get(old_name) == tip:
                    pairs.append((old_name, new_name))
                break
    return pairs


def _sections(before: Seen, after: Seen, refs: list[RefRecord]) -> list[SectionRecord]:
    """Gives the settings of branches that come or go."""
    found = []
    for ref in refs:
        short = ref.name.removeprefix(BRANCHES)
        old, new = before.sections.get(short), after.sections.get(short)
        if old != new and None in (ref.old, ref.new):
            found.append(SectionRecord(name=short, old=old, new=new))
    return found


def _clash(one: str, other: str) -> bool:
    return one.startswith(other + "/") or other.startswith(one + "/")


def _text(name: bytes | None) -> str | None:
    return None if name is None else os.fsdecode(name)


def _short(name: str) -> str:
    return short_name(raw(name))
