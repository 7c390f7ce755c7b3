"""Shows what an act does to HEAD, the index and the working files: the same for a preview and for the act itself."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from jupyter_mlgit.git.file_plan import is_file
from jupyter_mlgit.git.index_changes import index_changes
from jupyter_mlgit.git.move_checks import missing_content
from jupyter_mlgit.git.objects import MissingObject
from jupyter_mlgit.git.tree_files import TreeFiles
from jupyter_mlgit.journal.file_work import here
from jupyter_mlgit.journal.pairs import Pairs
from jupyter_mlgit.journal.records import raw, text
from jupyter_mlgit.journal.writing import oid
from jupyter_mlgit.values import Value, visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.file_plan import Effect, FilePlan
    from jupyter_mlgit.git.file_steps import FileSide, Sides, Step
    from jupyter_mlgit.git.objects import TreeEntry
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.file_work import FileWork
    from jupyter_mlgit.journal.records import Record


class AffectedFile(Value):
    """What an act makes of one working file."""

    path: str
    effect: Literal["created", "overwritten", "deleted", "kept", "endangered"]
    """``endangered`` is a file that git does not track and that is overwritten or removed, after a backup; ``kept``
    one with edits that stay as they are."""
    edited: bool = False
    """Whether the file holds, before the act, what the commit that is checked out does not have, not even under the
    name that a staged rename took from it: a person's own work.
    Where the act goes over it, that is backed up first."""
    pair: list[str] = []
    """The other files of its jupytext pair, whether they change as well or not: what is open of them has to be read
    anew, since jupytext writes all of them when one is saved."""


class Committed:
    """What HEAD has; the rest is a person's own work."""

    def __init__(self, repo: Repository) -> None:
        """Notes what HEAD is, and reads nothing yet."""
        self._repo = repo
        self._head = repo.refs.head().oid
        self._files: TreeFiles | None = None
        self._moved: dict[bytes, list[TreeEntry]] | None = None
        """What HEAD has where the index has it no more, by its content: a staged rename leads there."""

    def lacks(self, files: FileWork, step: Step) -> bool:
        """Tells whether a step's file is another one, before the act, than git would check out.

        Raises:
            DamagedRepository: if a part of the commit is not there.
        """
        if step.file is None or step.file[0] is None:
            return False
        try:
            if self._files is None:
                objects = self._repo.objects
                tree = objects.commit(self._head).tree if self._head else None
                self._files = TreeFiles(objects, tree, files.planner.index.index)
            entry = self._files.get(step.path)
            if entry is None:
                return not self._is_renamed(files, step)
        except MissingObject as error:
            raise missing_content("A part of the commit", error) from error
        return not is_file(entry) or not files.planner.is_as_written(step.path, entry)

    def _is_renamed(self, files: FileWork, step: Step) -> bool:
        """Tells whether HEAD has a file under a name that it has lost in the index."""
        index = files.planner.index.index
        if self._moved is None:
            objects = self._repo.objects
            tree = objects.commit(self._head).tree if self._head else None
            self._moved = {}
            for path, entry in index_changes(index, objects, tree).items():
                if entry is not None and is_file(entry) and not files.planner.index.sides(path):
                    self._moved.setdefault(entry.oid, []).append(entry)
        held = [side.oid for side in files.planner.index.sides(step.path)]
        candidates = [entry for oid in held for entry in self._moved.get(oid, [])]
        return any(files.planner.is_as_written(step.path, entry) for entry in candidates)


def affected_files(repo: Repository, files: FileWork) -> list[AffectedFile]:
    """Gives the working files that an act changes; asked before it is carried out, for it looks at the disk.

    Raises:
        DamagedRepository: if a part of what is checked out is not there.
    """
    pairs, committed, effects = Pairs(files.top), Committed(repo), files.plan.effects
    edited = {step.path for step in files.plan.steps if committed.lacks(files, step)}
    with files.top.walking():
        return [
            AffectedFile(
                path=visible(one.path), effect=one.effect, edited=one.path in edited, pair=_pair(pairs, one.path)
            )
            for one in effects
        ]


def affected_entries(plan: FilePlan) -> list[str]:
    """Gives the paths whose index entries a plan changes."""
    return [visible(step.path) for step in plan.steps if step.index is not None]


class Effects:
    """Adds up what several acts do one after the other: each thing as it is before all of them, and after."""

    def __init__(self, repo: Repository) -> None:
        """Begins with no act, and with what is checked out."""
        self._committed = Committed(repo)
        self._here = here(repo)
        self._head = self._head_was = repo.refs.head()
        self._detached = self._head.ref is None
        self._refs: dict[str, tuple[str | None, str | None]] = {}
        self._index: dict[bytes, tuple[Sides, Sides]] = {}
        self._files: dict[bytes, tuple[FileSide | None, FileSide | None]] = {}
        self._endangered: set[bytes] = set()
        self._edited: set[bytes] = set()
        self._pairs: dict[bytes, list[str]] = {}

    def add(self, record: Record, files: FileWork | None = None) -> None:
        """Adds an act that comes after those so far; one without files leaves index and files as they are."""
        for ref in record.refs:
            self._refs[ref.name] = (self._refs.get(ref.name, (ref.old, None))[0], ref.new)
        self._move_head(record)
        if files is None:
            return
        pairs = Pairs(files.top)
        for step in files.plan.steps:
            if step.index is not None:
                self._index[step.path] = (self._index.get(step.path, step.index)[0], step.index[1])
            if step.file is not None:
                if step.path not in self._files and self._committed.lacks(files, step):
                    self._edited.add(step.path)
                self._files[step.path] = (self._files.get(step.path, step.file)[0], step.file[1])
                if step.path not in self._pairs:
                    self._pairs[step.path] = _pair(pairs, step.path)
        self._endangered |= {one.path for one in files.plan.effects if one.effect == "endangered"}

    def _move_head(self, record: Record) -> None:
        """Follows what is checked out here."""
        head = self._head
        for one in record.heads:
            if one.directory == self._here:
                ref = raw(one.new) if one.new.startswith("refs/") else None
                head = replace(head, ref=ref, oid=oid(one.new_commit) if one.moves_files else head.oid)
        moved = [one for one in record.refs if one.raw == head.ref]
        self._head = replace(head, oid=oid(moved[0].new)) if moved else head
        self._detached |= head.ref is None

    def refs(self) -> list[tuple[str, str | None, str | None]]:
        """Gives the refs that change: name, before, after; HEAD as well where it is on no branch before or after."""
        old, new = text(self._head_was.oid), text(self._head.oid)
        head = [("HEAD", old, new)] if self._detached and old != new else []
        return head + [(visible(os.fsencode(name)), old, new) for name, (old, new) in self._refs.items() if old != new]

    def entries(self) -> list[str]:
        """Gives the paths whose index entries change."""
        return [visible(path) for path, (old, new) in sorted(self._index.items()) if old != new]

    def files(self) -> list[AffectedFile]:
        """Gives the working files that change."""
        return [
            AffectedFile(
                path=visible(path),
                effect=self._effect(path, old, new),
                edited=path in self._edited,
                pair=self._pairs.get(path, []),
            )
            for path, (old, new) in sorted(self._files.items())
            if not _same(old, new)
        ]

    def _effect(self, path: bytes, old: FileSide | None, new: FileSide | None) -> Effect:
        if old is None:
            return "created"
        if path in self._endangered:
            return "endangered"
        return "deleted" if new is None else "overwritten"


def _pair(pairs: Pairs, path: bytes) -> list[str]:
    return [visible(one) for one in pairs.others(path)]


def _same(one: FileSide | None, other: FileSide | None) -> bool:
    """Tells whether two files are alike in their bytes and in being programs."""
    if one is None or other is None:
        return one is other
    return (one.oid, one.is_link, bool(one.mode & 0o100)) == (other.oid, other.is_link, bool(other.mode & 0o100))
