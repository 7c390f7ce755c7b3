"""Lists what was done, newest first, and says of each act whether it can be undone, and why not.

An act is undone by putting every ref back to where it was. That is possible as long as nothing has moved those refs
since, the commits are still there, and no branch that is checked out would move under its working files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from jupyter_mlgit.git.file_steps import steps_path
from jupyter_mlgit.git.objects import Oid
from jupyter_mlgit.git.refs import REMOTES, Head, short_name
from jupyter_mlgit.journal.backup import backup_ref
from jupyter_mlgit.journal.file_work import here
from jupyter_mlgit.journal.hook_files import hook_path, is_hook
from jupyter_mlgit.journal.leaving import files_under_way, kinds_in_the_way, under_way
from jupyter_mlgit.journal.pins import local_time, section_of
from jupyter_mlgit.journal.records import (
    SNAPSHOT,
    FileRecord,
    FileState,
    HeadRecord,
    Record,
    RefRecord,
    SettingRecord,
    StashRecord,
    raw,
    read_records,
    setting_of,
)
from jupyter_mlgit.journal.seen import STASH
from jupyter_mlgit.journal.stashes import list_without, on_list
from jupyter_mlgit.journal.writing import oid
from jupyter_mlgit.values import Value, argument, visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.reach import Reach
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context


class RefChange(Value):
    """One ref before and after an act."""

    name: str
    """The full name, for example ``refs/heads/exp/lr-3e4``."""
    old: str | None
    """The object before; null where there was none."""
    new: str | None
    """The object after; null where there is none."""


class Operation(Value):
    """One act, by this product or by the terminal."""

    id: str
    when: str
    title: str
    """The act and its object, for example ``Delete branch exp/lr-3e4``."""
    kind: str
    source: Literal["panel", "cli", "terminal"]
    undoable: bool
    reason: str | None
    """Why it cannot be undone; null when it can."""
    undone: bool
    """Whether it has been taken back."""
    moves_files: bool
    """Whether index or working files change when it is taken back or done again."""
    refs: list[RefChange]
    backup: bool
    """Whether files were backed up by it, or before it; ``backups`` lists them under the same id."""


class OperationsRequest(Value):
    """Asks for the newest acts."""

    n: Annotated[
        int, Meta(ge=1, le=1000, description="How many at the most.", extra=argument(flag="-n", metavar="COUNT"))
    ] = 50


class Operations(Value):
    """What was done, newest first, and what Undo and Redo would do now."""

    operations: list[Operation]
    undo: str | None
    """The id of the act that Undo would take back; null when there is none."""
    redo: str | None
    """The id of the act that Redo would do again; null when there is none."""


def list_operations(repo: Repository, request: OperationsRequest, context: Context) -> Operations:
    """Gives the newest acts with what can be done about each."""
    del context
    records = read_records(repo)
    state = State(repo, records)
    newest = records[::-1][: request.n]
    undo, redo = next_undo(state), next_redo(state)
    return Operations(
        operations=[state.describe(record) for record in newest],
        undo=undo.id if undo and state.waits_for(undo) is None else None,
        redo=redo.id if redo and state.waits_for(redo) is None else None,
    )


class State:
    """The repository as it is, for judging many acts at once."""

    def __init__(self, repo: Repository, records: list[Record]) -> None:
        """Reads refs and HEADs once."""
        self.repo = repo
        self.records = records
        self.by_id = {record.id: record for record in records}
        self.refs: dict[bytes, Oid] = repo.refs.all()
        self.head = repo.refs.head()
        worktrees = repo.refs.worktrees()
        self.checked_out = {tree.head.ref for tree in worktrees if tree.head.ref}
        self.under_way = {ref for tree in worktrees for ref in repo.refs.under_way(tree.directory)}
        self.settings: dict[tuple[str, str], list[str]] = {}
        """Settings that are no longer what the configuration says, while acts are taken back in thought."""
        self.files: dict[tuple[str, str], FileState | None] = {}
        """The same of hooks, by folder and name."""
        self.sections: dict[str, list[tuple[str, str]] | None] = {}
        """The same of branches' settings, by short name."""
        self.stashes = on_list(repo, self.refs)
        self._remote: Reach | None = None
        self._half_done = files_under_way(repo)
        self._of_terminal = of_terminal(records)
        self.undone: dict[str, str | None] = {}
        """Act → the undo that took it back, or None when it was done again."""
        for record in records:
            if record.undoes:
                self.undone[record.undoes] = record.id
            elif record.redoes:
                self.undone[record.redoes] = None

    def is_undone(self, record: Record) -> bool:
        """Tells whether the act has been taken back and not been done again."""
        return self.undone.get(record.id) is not None

    def obstacle(self, record: Record) -> str | None:
        """Says why this act cannot be taken back now, in one sentence; None when it can."""
        if record.kind == SNAPSHOT:
            return "It keeps a copy and changed nothing, so there is nothing to take back."
        if record.undoes or record.redoes:
            return "Undo and Redo are taken back by each other."
        if self.is_undone(record):
            return "It has been undone already."
        return self.blocked(record)

    def waits_for(self, record: Record) -> str | None:
        """Says what has to be finished before this act can be taken back or done again; None where nothing has."""
        kinds = kinds_in_the_way(record, self.head.ref, self._half_done, of_terminal=record.id in self._of_terminal)
        return under_way(kinds[0]) if kinds else None

    def blocked(self, record: Record) -> str | None:
        """Says what stands between the refs as they are and as they were before this act."""
        if not (record.undoes or record.changes):
            return "It changed nothing that is kept track of."
        if record.stashes is not None:
            return self._stash_blocked(record, record.stashes)
        elsewhere = self._files_elsewhere(record)
        if elsewhere is not None:
            return elsewhere
        left = next((reason for reason in (self._left(record, head) for head in record.heads) if reason), None)
        if left is not None:
            return left
        for setting in record.settings:
            if self._setting(setting) != setting.new:
                return f"{setting.section}.{setting.name} has changed since."
        for file in record.files:
            if not self._is_new(file):
                return f"The hook {file.name} has changed since."
        for one in record.sections:
            if self._section(one.name) != (one.new or None):
                return f"The settings of {visible(raw(one.name))} have changed since."
        return next((reason for reason in (self._held(record, ref) for ref in record.refs) if reason), None)

    def take_back(self, record: Record) -> None:
        """Goes on as if the act had been taken back, to see whether those before it could be, too."""
        if record.stashes is not None:
            self.stashes = list_without(record.stashes, self.stashes)
            self.refs.pop(STASH, None)
            if self.stashes:
                self.refs[STASH] = Oid(self.stashes[-1].encode())
            return
        for ref in record.refs:
            self.refs.pop(ref.raw, None)
            if ref.old is not None:
                self.refs[ref.raw] = Oid(ref.old.encode())
            if ref.raw == self.head.ref:
                self.head = Head(ref.raw, oid(ref.old))
        renamed = renaming(record)
        if renamed is not None and raw(renamed[1]) in self.checked_out:
            self.checked_out = self.checked_out - {raw(renamed[1])} | {raw(renamed[0])}
            if self.head.ref == raw(renamed[1]):
                self.head = Head(raw(renamed[0]), self.refs.get(raw(renamed[0])))
        for head in record.heads:
            if head.moves_files:
                before = raw(head.old)
                branch = before if before.startswith(b"refs/") else None
                self.checked_out = self.checked_out - {raw(head.new)} | ({branch} if branch else set())
                self.head = Head(branch, oid(head.old_commit))
        for setting in record.settings:
            self.settings[setting.section, setting.name] = setting.old
        for file in record.files:
            self.files[file.folder, file.name] = file.old
        for one in record.sections:
            self.sections[one.name] = one.old or None

    def _stash_blocked(self, record: Record, act: StashRecord) -> str | None:
        """Says why the stash list cannot be what it was before an act, with what was put on it since."""
        then = list_without(act, self.stashes)
        if then == self.stashes:
            return "The stash list is so already."
        if not all(self.repo.objects.contains(one.encode()) for one in then if one not in self.stashes):
            return "What the stash held is gone from this repository."
        edits = act.edits
        if record.worktree is not None and act.head is not None and self.head.oid != oid(act.head):
            return "Something else has been checked out or committed since."
        if edits is None or record.worktree is not None:
            return self._files_elsewhere(record)
        if edits.directory is None:
            return "It is not known which worktree's files it changed."
        if edits.directory != here(self.repo):
            return "It changed the files of another worktree. Undo it there."
        if self.head.oid != oid(edits.head):
            return "Something else has been checked out or committed since."
        return None

    def _section(self, name: str) -> list[tuple[str, str]] | None:
        return self.sections[name] if name in self.sections else section_of(self.repo, raw(name))

    def _setting(self, setting: SettingRecord) -> list[str]:
        key = (setting.section, setting.name)
        return self.settings[key] if key in self.settings else setting_of(self.repo, *key)

    def _is_new(self, file: FileRecord) -> bool:
        """Tells whether a hook is what the act has made of it."""
        key = (file.folder, file.name)
        if key in self.files:
            return self.files[key] == file.new
        path = hook_path(self.repo, file)
        try:
            return path is not None and is_hook(path, file.new)
        except OSError:
            return False

    def _held(self, record: Record, ref: RefRecord) -> str | None:
        """Says why this ref cannot be put back."""
        name, shown = ref.raw, short_name(ref.raw)
        if self.refs.get(name) != (ref.new.encode() if ref.new else None):
            return f"{shown} has changed since."
        if ref.old is not None and not self.repo.objects.contains(ref.old.encode()):
            return f"The commits that {shown} held are gone from this repository."
        renamed = renaming(record)
        follows = renamed is not None and raw(renamed[1]) == name
        if name in self.under_way:
            return f"{shown} is being rebased or bisected."
        if name in self.checked_out and ref.new is not None and not follows and not self._moves_here(record, ref):
            return f"{shown} is checked out elsewhere, or would be taken away under its files."
        if self._is_pushed(record, ref):
            return f"{shown} has been pushed since. Revert the commits instead."
        if ref.old is not None and ref.new is None:
            going = {one.raw for one in record.refs if one.new is not None}
            taken = self._in_the_way(name, self.refs.keys() - going)
            if taken:
                return f"{taken} now stands where {shown} was."
        return None

    def _moves_here(self, record: Record, ref: RefRecord) -> bool:
        """Tells whether the branch is checked out here alone, so that its files can go back with it."""
        if ref.raw != self.head.ref:
            return False
        others = [tree for tree in self.repo.refs.worktrees() if tree.directory != self.repo.git_dir]
        alone = not any(tree.head.ref == ref.raw for tree in others)
        if ref.old is None:
            return alone and any(one.new == ref.name and one.directory == here(self.repo) for one in record.heads)
        return record.worktree == here(self.repo) if record.worktree is not None else alone

    def _is_pushed(self, record: Record, ref: RefRecord) -> bool:
        """Tells whether commits that were made here, and would go, have been pushed."""
        if not keeps_files(record) or ref.old is None or ref.new is None:
            return False
        if self._remote is None:
            remotes = [tip for name, tip in self.refs.items() if name.startswith(REMOTES)]
            self._remote = self.repo.graph.reachable_from(remotes)
        going = self.repo.graph.reachable_from([ref.old.encode()]).unique(ref.new.encode(), 50)
        return any(self._remote.contains(one) for one in going)

    def _moves_files(self, record: Record) -> bool:
        moved = any(one.raw == self.head.ref and one.old and one.new for one in record.refs)
        follows = moved and not keeps_files(record)
        stashed = record.stashes is not None and record.stashes.edits is not None
        return follows or stashed or record.worktree is not None or any(head.moves_files for head in record.heads)

    def _files_elsewhere(self, record: Record) -> str | None:
        """Says why the files that this act changed cannot go back here."""
        left = next((head.directory for head in record.heads if head.moves_files), None)
        if (record.worktree or left or here(self.repo)) != here(self.repo):
            return "It changed the files of another worktree. Undo it there."
        if record.worktree is None:
            return None
        if record.has_steps and not steps_path(self.repo, record.id).exists():
            return "What it did to the files is no longer kept; it was too long ago."
        moved = set() if record.heads or record.stashes else {one.raw for one in record.refs}
        if moved and self.head.ref not in moved:
            return f"{short_name(record.refs[0].raw)}, whose files it changed, is not checked out any more."
        return None

    def _left(self, record: Record, head: HeadRecord) -> str | None:
        """Says why what a switch has left cannot be checked out again."""
        if head.moves_files and not self._stands_at(record, head):
            return "Something else has been checked out or committed since."
        others = (tree for tree in self.repo.refs.worktrees() if tree.directory != self.repo.git_dir)
        if record.source == "terminal" and any(
            raw(head.old) in {tree.head.ref, *self.repo.refs.under_way(tree.directory)} for tree in others
        ):
            return f"{short_name(raw(head.old))} is checked out in another worktree."
        if head.moves_files and head.old_commit and not self.repo.objects.contains(head.old_commit.encode()):
            return "The commit that was checked out before is gone from this repository."
        return None

    def _stands_at(self, record: Record, head: HeadRecord) -> bool:
        """Tells whether this worktree is where a switch has put it, and where it came from is unmoved."""
        now = self.head
        if here(self.repo) != head.directory or now.oid != oid(head.new_commit):
            return False
        at = now.ref if now.ref is not None else now.oid
        back = raw(head.old)
        if at != raw(head.new) or not back.startswith(b"refs/"):
            return at == raw(head.new)
        # A branch that the act took away comes back where it was.
        changed = next((one for one in record.refs if one.name == head.old), None)
        return self.refs.get(back) == oid(head.old_commit if changed is None else changed.new)

    def describe(self, record: Record) -> Operation:
        """Gives the act as it is shown."""
        reason = self.obstacle(record) or self.waits_for(record)
        return Operation(
            id=record.id,
            when=local_time(record.when),
            title=visible(raw(record.title)),
            kind=record.kind,
            source=record.source if record.source in ("panel", "cli") else "terminal",  # type: ignore[arg-type]
            undoable=reason is None,
            reason=reason,
            undone=self.is_undone(record),
            moves_files=self._moves_files(record),
            refs=changes(record),
            backup=backup_ref(record.id) in self.refs,
        )

    @staticmethod
    def _in_the_way(name: bytes, existing: set[bytes]) -> str | None:
        for other in existing:
            if other.startswith((name + b"/",)) or name.startswith(other + b"/"):
                return short_name(other)
        return None


def keeps_files(record: Record) -> bool:
    """Tells whether an act was a commit, whose undo leaves index and working files as they are."""
    return record.kind in ("commit", "amend") and not record.title.startswith(("Cherry-pick", "Revert"))


def renaming(record: Record) -> tuple[str, str] | None:
    """Gives the branch's full name before and after, if the act gives a branch another name."""
    for one, other in (record.refs, record.refs[::-1]) if len(record.refs) == 2 else ():  # noqa: PLR2004 -- a pair
        if one.old is not None and one.old == other.new and (one.new is None or other.old is None):
            return one.name, other.name
    return None


def changes(record: Record) -> list[RefChange]:
    """Gives an act's refs as they are shown."""
    return [RefChange(name=visible(ref.raw), old=ref.old, new=ref.new) for ref in record.refs]


def of_terminal(records: list[Record]) -> set[str]:
    """Gives the ids of what the terminal did, and of the acts that took it back or did it again."""
    found = {one.id for one in records if one.source == "terminal"}
    return found | {one.id for one in records if {one.undoes, one.redoes} & found}


def next_undo(state: State) -> Record | None:
    """Gives the newest act that can be taken back."""
    for record in reversed(state.records):
        if state.obstacle(record) is None:
            return record
    return None


def next_redo(state: State) -> Record | None:
    """Gives the act whose undo came last, unless something new was done since."""
    for record in reversed(state.records):
        if record.undoes:
            if state.undone.get(record.undoes) == record.id:
                return state.by_id.get(record.undoes) if state.blocked(record) is None else None
        elif not record.redoes and record.source != "terminal" and record.kind != SNAPSHOT and record.changes:
            return None
    return None
