"""Takes acts back and does them again: one mechanism for every kind of act.

Undoing writes each ref, branch setting and HEAD back to what the act's record says was there before. It is an act
itself, with a record of its own; redoing undoes that.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from jupyter_mlgit.git.file_plan import FilePlan, Planner
from jupyter_mlgit.git.locked_index import LockedIndex
from jupyter_mlgit.journal.acts import Words, acting, heads_on, perform, switch_message, words_from_logs
from jupyter_mlgit.journal.effects import AffectedFile, affected_entries, affected_files
from jupyter_mlgit.journal.file_work import FileWork, back_from
from jupyter_mlgit.journal.leaving import require_nothing_under_way
from jupyter_mlgit.journal.operations import (
    Operation,
    RefChange,
    State,
    changes,
    keeps_files,
    next_redo,
    next_undo,
    renaming,
)
from jupyter_mlgit.journal.records import Record, new_record, read_records
from jupyter_mlgit.journal.settling import inverse
from jupyter_mlgit.journal.switching import moving
from jupyter_mlgit.journal.writing import oid
from jupyter_mlgit.problems import NoUndo
from jupyter_mlgit.values import Value, argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context


class UndoRequest(Value):
    """Asks to take back the newest act, one act, or all acts after one."""

    id: Annotated[
        str | None, Meta(description="The act to take back; without it, the newest.", extra=argument(positional=True))
    ] = None
    to: Annotated[
        str | None,
        Meta(description="Take back everything that was done after this act.", extra=argument(metavar="ID")),
    ] = None
    dry_run: Annotated[bool, Meta(description="Say what would happen and change nothing.")] = False


class RedoRequest(Value):
    """Asks to do again what was undone last."""

    id: Annotated[
        str | None,
        Meta(description="The act to do again; without it, the last undone.", extra=argument(positional=True)),
    ] = None
    dry_run: Annotated[bool, Meta(description="Say what would happen and change nothing.")] = False


class Undone(Value):
    """What was taken back or done again, and where refs and files are now."""

    operations: list[Operation]
    refs: list[RefChange]
    index: list[str]
    """The paths whose index entries change."""
    files: list[AffectedFile]
    """The working files that change."""
    operation: str | None
    """The act of undoing itself; null in a dry run."""


def undo(repo: Repository, request: UndoRequest, context: Context) -> Undone:
    """Takes back one act or, with ``to``, every act after one, newest first; all of them or none.

    Raises:
        NoUndo: if there is nothing to take back, or it cannot be; the message says why.
        WouldOverwrite: naming the files that have been changed since.
        UnfinishedOperation: in the middle of a merge, rebase, cherry-pick, revert or bisect.
    """
    if request.dry_run:
        return _preview(repo, _to_undo(repo, request), done_again=False)
    with acting(repo, context):
        done: list[Operation] = []
        told = _Told()
        for record in _to_undo(repo, request):
            try:
                _take_back(repo, record, context, told)
            except BaseException:
                for one in reversed(told.written):
                    _do_again(repo, one, context, _Told())
                raise
            done.append(State(repo, read_records(repo)).describe(record))
        return told.undone(done, told.written[-1].id if told.written else None)


def redo(repo: Repository, request: RedoRequest, context: Context) -> Undone:
    """Does again what was undone last.

    Raises:
        NoUndo: if there is nothing to do again, or it cannot be; the message says why.
        WouldOverwrite: naming the files that have been changed since.
    """
    if request.dry_run:
        return _preview(repo, [_to_redo(State(repo, read_records(repo)), request)], done_again=True)
    with acting(repo, context):
        state = State(repo, read_records(repo))
        record = _to_redo(state, request)
        told = _Told()
        written = _do_again(repo, state.by_id[state.undone[record.id] or ""], context, told)
        return told.undone([State(repo, read_records(repo)).describe(record)], written.id)


class _Told:
    """Collects what several acts do, for one answer."""

    def __init__(self) -> None:
        self.written: list[Record] = []
        self._refs: list[RefChange] = []
        self._index: list[str] = []
        self._files: list[AffectedFile] = []

    def add(self, record: Record, files: FileWork | None) -> None:
        self._refs += changes(record)
        if files is not None:
            self._index += affected_entries(files.plan)
            self._files += affected_files(files.plan)

    def undone(self, operations: list[Operation], operation: str | None) -> Undone:
        return Undone(operations=operations, refs=self._refs, index=self._index, files=self._files, operation=operation)


def _to_undo(repo: Repository, request: UndoRequest) -> list[Record]:
    """Gives the acts to take back, newest first, after it is certain that all of them can be.

    Raises:
        NoUndo: if one of them cannot.
    """
    state = State(repo, read_records(repo))
    wanted = _asked_for(state, request)
    for record in wanted:
        reason = state.obstacle(record)
        if reason:
            raise NoUndo(
                f"'{record.title}' cannot be undone: {reason}",
                "What it took away is kept: look in Recovery, or restore it under another name.",
            )
        state.take_back(record)
    return wanted


def _asked_for(state: State, request: UndoRequest) -> list[Record]:
    if request.to is not None:
        ids = [record.id for record in state.records]
        if request.to not in ids:
            raise _unknown(request.to)
        later = state.records[ids.index(request.to) + 1 :]
        return [record for record in reversed(later) if not (record.undoes or record.redoes or state.is_undone(record))]
    if request.id is not None:
        record = state.by_id.get(request.id)
        if record is None:
            raise _unknown(request.id)
        return [record]
    newest = next_undo(state)
    if newest is None:
        raise NoUndo(
            "There is nothing here that can be undone.",
            "The operations say of each act why not; deleted branches stand in Recovery.",
        )
    return [newest]


def _to_redo(state: State, request: RedoRequest) -> Record:
    record = state.by_id.get(request.id) if request.id else next_redo(state)
    if record is None:
        if request.id:
            raise _unknown(request.id)
        raise NoUndo("There is nothing here that can be done again.", "Redo works right after an undo.")
    undoing = state.by_id.get(state.undone.get(record.id) or "")
    if undoing is None:
        raise NoUndo(f"'{record.title}' has not been undone.", "Only what was undone can be done again.")
    reason = state.blocked(undoing)
    if reason:
        raise NoUndo(f"'{record.title}' cannot be done again: {reason}", "Repeat it by hand where you still want it.")
    return record


def _take_back(repo: Repository, record: Record, context: Context, told: _Told) -> None:
    title = f"Undo: {_lower(record.title)}"
    new = _opposite(repo, record, context, title, "undo")
    require_nothing_under_way(repo, new)
    with _files_back(repo, record, lock=True) as files:
        told.add(new, files)
        told.written.append(perform(repo, context, new, _words(repo, new, record, title), files))


def _do_again(repo: Repository, undoing: Record, context: Context, told: _Told) -> Record:
    title = f"Redo: {undoing.title.removeprefix('Undo: ')}"
    new = _opposite(repo, undoing, context, title, "redo")
    require_nothing_under_way(repo, new)
    with _files_back(repo, undoing, lock=True) as files:
        told.add(new, files)
        return perform(repo, context, new, _words(repo, new, undoing, title), files)


@contextlib.contextmanager
def _files_back(repo: Repository, record: Record, *, lock: bool) -> Iterator[FileWork | None]:
    """Plans the files for taking an act back: its own steps, or for the terminal's a move of what is checked out."""
    head = repo.refs.head().ref
    moved = next((one for one in record.refs if one.raw == head and one.old and one.new), None)
    if record.worktree is not None or moved is None:
        with back_from(repo, record, lock=lock) as files:
            yield files
    elif keeps_files(record):
        with LockedIndex(repo, lock=lock) as index:
            yield FileWork(Planner(repo, index), FilePlan())
    else:
        with moving(repo, oid(moved.new), oid(moved.old), lock=lock, meet=True) as files:
            yield files


def _opposite(repo: Repository, record: Record, context: Context, title: str, kind: Literal["undo", "redo"]) -> Record:
    """Makes the act that puts everything back to where it was before this one."""
    back = inverse(record)
    renamed = renaming(back)
    # HEAD follows a renamed branch from wherever it is checked out now, which need not be where it was then.
    heads = back.heads if renamed is None else heads_on(repo, *renamed)
    of = {"undoes": record.id} if kind == "undo" else {"redoes": record.undoes}
    return new_record(
        context.now,
        context.source,
        title,
        kind,
        refs=back.refs,
        heads=heads,
        sections=back.sections,
        settings=back.settings,
        files=back.files,
        # ORIG_HEAD is a mark for the person, and may have been set anew since.
        git_files=[one for one in back.git_files if not one.file.endswith("ORIG_HEAD")],
        **of,
    )


def _words(repo: Repository, new: Record, kept: Record, title: str) -> dict[str, Words]:
    """Brings a ref's own log back where it was kept; otherwise git's words for a new branch are used."""
    words = words_from_logs(repo, new, kept)
    for ref in new.refs:
        if ref.name in words and words[ref.name].log is not None:
            continue
        if ref.old is None and ref.new is not None:
            words[ref.name] = Words(message=f"branch: Created from {ref.new}".encode())
        elif ref.new is not None:
            words[ref.name] = Words(message=f"mlgit: {title}".encode("utf-8", "surrogateescape"))
    for head in new.heads:
        if head.moves_files:
            words[head.new] = Words(message=switch_message(head.old, head.new))
            continue
        message = f"Branch: renamed {head.old} to {head.new}".encode("utf-8", "surrogateescape")
        known = words.get(head.new, Words(line=False))
        words[head.new] = replace(known, message=message)
    return words


def _preview(repo: Repository, records: list[Record], *, done_again: bool) -> Undone:
    state = State(repo, read_records(repo))
    told = _Told()
    for number, record in enumerate(records):
        taken = state.by_id[state.undone[record.id] or ""] if done_again else record
        # What lies behind the first act to go back can be planned only once that has gone.
        if number == 0:
            with _files_back(repo, taken, lock=False) as files:
                told.add(inverse(taken), files)
        else:
            told.add(inverse(taken), None)
    return told.undone([state.describe(record) for record in records], None)


def _unknown(wanted: str) -> NoUndo:
    return NoUndo(f"There is no operation '{wanted}' here.", "List them: jupyter mlgit operations.")


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]
