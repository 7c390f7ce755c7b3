"""Takes acts back and does them again: one mechanism for every kind of act.

Undoing writes each ref, branch setting and HEAD back to what the act's record says was there before. It is an act
itself, with a record of its own; redoing undoes that. Several acts go back all or none: the whole chain is planned on
imagined files before the first of them changes anything, and what fails later is taken back.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from jupyter_mlgit.git.file_plan import FilePlan, require_free
from jupyter_mlgit.journal.acts import Words, acting, heads_on, perform, switch_message, words_from_logs
from jupyter_mlgit.journal.chains import acts_before, done_since, undone_until
from jupyter_mlgit.journal.effects import AffectedFile, Effects
from jupyter_mlgit.journal.file_work import FileWork, back_from, here, planning
from jupyter_mlgit.journal.git_files import NOTES, merge_file
from jupyter_mlgit.journal.imagined import Imagined
from jupyter_mlgit.journal.leaving import require_nothing_under_way
from jupyter_mlgit.journal.operations import (
    Operation,
    RefChange,
    State,
    keeps_files,
    next_redo,
    next_undo,
    of_terminal,
    renaming,
)
from jupyter_mlgit.journal.records import (
    SNAPSHOT,
    GitFileRecord,
    Record,
    StashRecord,
    new_record,
    raw,
    read_records,
)
from jupyter_mlgit.journal.settling import inverse
from jupyter_mlgit.journal.stash_files import plan_edits
from jupyter_mlgit.journal.stashes import keep_dropped, list_without, log_of, on_list, ref_of
from jupyter_mlgit.journal.switching import moving
from jupyter_mlgit.journal.writing import oid
from jupyter_mlgit.problems import BadRequest, NoUndo, Problem, UnfinishedOperation
from jupyter_mlgit.values import Value, argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context

Way = Literal["undo", "redo"]


class UndoRequest(Value):
    """Asks to take back the newest act, one act, or all acts after one or from one on."""

    id: Annotated[
        str | None, Meta(description="The act to take back; without it, the newest.", extra=argument(positional=True))
    ] = None
    to: Annotated[
        str | None,
        Meta(description="Take back everything that was done after this act.", extra=argument(metavar="ID")),
    ] = None
    before: Annotated[
        str | None,
        Meta(description="Take back this act and everything that was done after it.", extra=argument(metavar="ID")),
    ] = None
    dry_run: Annotated[bool, Meta(description="Say what would happen and change nothing.")] = False


class RedoRequest(Value):
    """Asks to do again what was undone last, or everything that was undone up to one act."""

    id: Annotated[
        str | None,
        Meta(description="The act to do again; without it, the last undone.", extra=argument(positional=True)),
    ] = None
    to: Annotated[
        str | None,
        Meta(
            description="Do again, one after the other, what was undone last, until this act is done again.",
            extra=argument(metavar="ID"),
        ),
    ] = None
    dry_run: Annotated[bool, Meta(description="Say what would happen and change nothing.")] = False


class Undone(Value):
    """What was taken back or done again, and where refs and files are now."""

    operations: list[Operation]
    """In the order in which they are taken back, newest first, or done again."""
    refs: list[RefChange]
    """Each ref before all of it and after."""
    index: list[str]
    """The paths whose index entries change."""
    files: list[AffectedFile]
    """The working files that change."""
    operation: str | None
    """The act of undoing itself, the last of several; null in a dry run."""


def undo(repo: Repository, request: UndoRequest, context: Context) -> Undone:
    """Takes back one act, or every act after or from one on, newest first; all of them or none.

    Raises:
        NoUndo: if there is nothing to take back, or it cannot be; the message says why.
        WouldOverwrite: naming the files that have been changed since.
        UnfinishedOperation: in the middle of a merge, rebase, cherry-pick, revert or bisect.
        BadRequest: if more than one of ``id``, ``to`` and ``before`` was asked for.
    """
    if request.dry_run:
        return _foreseen(repo, _to_undo(repo, request))
    with acting(repo, context):
        return _carry_out(repo, context, _to_undo(repo, request), "undo")


def redo(repo: Repository, request: RedoRequest, context: Context) -> Undone:
    """Does again what was undone last, or all that was undone up to one act; all of it or none.

    Raises:
        NoUndo: if there is nothing to do again, or it cannot be; the message says why.
        WouldOverwrite: naming the files that have been changed since.
        BadRequest: if both ``id`` and ``to`` were asked for.
    """
    if request.dry_run:
        return _foreseen(repo, _to_redo(repo, request))
    with acting(repo, context):
        return _carry_out(repo, context, _to_redo(repo, request), "redo")


def _to_undo(repo: Repository, request: UndoRequest) -> list[Record]:
    """Gives the acts to take back, newest first, after it is certain that all of their refs can be.

    Raises:
        NoUndo: if one of them cannot.
    """
    _require_one(request.id, request.to, request.before)
    state = State(repo, read_records(repo))
    wanted = _asked_for(state, request)
    for record in wanted:
        reason = state.obstacle(record)
        if reason:
            raise NoUndo(
                f"'{record.title}' cannot be undone: {reason}",
                "What it took away is kept: look in Recovery, or restore it under another name.",
                **_where(record, wanted),
            )
        state.take_back(record)
    return wanted


def _asked_for(state: State, request: UndoRequest) -> list[Record]:
    chosen = request.to or request.before or request.id
    if chosen is not None and chosen not in state.by_id:
        raise _unknown(chosen)
    if request.to is not None:
        return done_since(state.records, request.to)
    if request.before is not None:
        return acts_before(state.records, request.before)
    newest = state.by_id[request.id] if request.id is not None else next_undo(state)
    if newest is None:
        raise _nothing(state)
    return [newest]


def _nothing(state: State) -> NoUndo:
    """Names the newest act that stands, and why it has to."""
    for record in reversed(state.records):
        if not (record.undoes or record.redoes or record.kind == SNAPSHOT or state.is_undone(record)):
            return NoUndo(
                f"'{record.title}' cannot be undone: {state.blocked(record)}",
                "The operations say of the others why not; deleted branches stand in Recovery.",
                operation=record.id,
            )
    return NoUndo(
        "There is nothing here that can be undone.",
        "Everything has been undone already; deleted branches stand in Recovery."
        if state.records
        else "No act is known yet: what the terminal did counts from the first look on. "
        "Deleted branches stand in Recovery.",
    )


def _to_redo(repo: Repository, request: RedoRequest) -> list[Record]:
    """Gives the acts of undoing to take back, newest first."""
    _require_one(request.id, request.to)
    state = State(repo, read_records(repo))
    chosen = request.to or request.id
    if chosen is not None and chosen not in state.by_id:
        raise _unknown(chosen)
    record = state.by_id[chosen] if chosen is not None else next_redo(state)
    if record is None:
        raise NoUndo("There is nothing here that can be done again.", "Redo works right after an undo.")
    undoing = state.by_id.get(state.undone.get(record.id) or "")
    if undoing is None:
        raise NoUndo(f"'{record.title}' has not been undone.", "Only what was undone can be done again.")
    wanted = [undoing] if request.to is None else undone_until(state.records, undoing)
    for one in wanted:
        reason = state.blocked(one)
        if reason:
            title = state.by_id[one.undoes or ""].title
            raise NoUndo(
                f"'{title}' cannot be done again: {reason}",
                "Repeat it by hand where you still want it.",
                **_where(one, wanted),
            )
        state.take_back(one)
    return wanted


def _carry_out(repo: Repository, context: Context, records: list[Record], way: Way) -> Undone:
    """Takes acts back, or acts of undoing, one after the other."""
    if len(records) > 1:
        _foreseen(repo, records)
    effects, written, terminal = Effects(repo), list[Record](), of_terminal(read_records(repo))
    for record, leaves in _leaving(records):
        try:
            with _files_back(repo, record, repo.refs.head().ref, lock=True, leaves=leaves) as files:
                new = _opposite(repo, record, context, way)
                if new.stashes is not None:
                    keep_dropped(repo, new.stashes, context.now)
                require_nothing_under_way(repo, new, repo.refs.head().ref, of_terminal=record.id in terminal)
                effects.add(new, files)
                written.append(perform(repo, context, new, _words(repo, new, record), files))
        except BaseException as error:
            _go_on_as_before(repo, context, written, way, error)
            raise
    return _answer(repo, records, effects, written[-1].id if written else None)


def _go_on_as_before(repo: Repository, context: Context, written: list[Record], way: Way, error: BaseException) -> None:
    """Takes the first acts of a chain back after the next one has failed."""
    by_id = {one.id: one for one in read_records(repo)}
    try:
        for one in reversed(written):
            if way == "undo":
                _carry_out(repo, context, [one], "redo")
            else:
                _carry_out(repo, context, [by_id[one.redoes or ""]], "undo")
    except Problem as second:
        raise UnfinishedOperation(
            f"Only a part was done ({error}), and it could not be taken back yet ({second}).",
            "Free some space or mend the permissions; then the operations show what is undone: go on from there.",
        ) from second


def _foreseen(repo: Repository, records: list[Record]) -> Undone:
    """Says what taking acts back would do, each on what the one before would leave.

    Raises:
        Problem: as when they are taken back.
    """
    state, imagined, effects = State(repo, read_records(repo)), Imagined(repo), Effects(repo)
    terminal = of_terminal(state.records)
    for record, leaves in _leaving(records):
        new = inverse(record)
        if record.stashes is not None:
            new.refs[:] = [ref_of(state.refs, list_without(record.stashes, state.stashes))]
        with (
            _naming(record, records),
            _files_back(repo, record, state.head.ref, lock=False, imagined=imagined, leaves=leaves) as files,
        ):
            require_nothing_under_way(repo, new, state.head.ref, imagined.git_files, of_terminal=record.id in terminal)
            effects.add(new, files)
            if files is not None:
                imagined.carry_out(files.plan)
        imagined.git_files |= {one.file.rpartition("/")[2]: one.new is not None for one in new.git_files}
        state.take_back(record)
    return _answer(repo, records, effects, None)


def _answer(repo: Repository, records: list[Record], effects: Effects, operation: str | None) -> Undone:
    state = State(repo, read_records(repo))
    return Undone(
        operations=[state.describe(state.by_id[record.undoes or record.id]) for record in records],
        refs=[RefChange(name=name, old=old, new=new) for name, old, new in effects.refs()],
        index=effects.entries(),
        files=effects.files(),
        operation=operation,
    )


@contextlib.contextmanager
def _naming(record: Record, records: list[Record]) -> Iterator[None]:
    """Says of a refusal which of several acts is refused."""
    try:
        yield
    except Problem as problem:
        if len(records) == 1:
            raise
        message = f"Not all of it can go back: '{record.title}' is in the way. {problem.message}"
        raise type(problem)(message, problem.hint, **(problem.details | _where(record, records))) from problem


def _where(record: Record, records: list[Record]) -> dict[str, str]:
    """Names the act where a chain stops, for whoever would rather go back as far as that."""
    return {} if len(records) == 1 else {"operation": record.undoes or record.id}


def _leaving(records: list[Record]) -> Iterator[tuple[Record, bool]]:
    """Gives each act of a chain with whether what is checked out will be left for something else later on."""
    for place, record in enumerate(records, 1):
        yield record, any(one.kind == "switch" for one in records[place:])


@contextlib.contextmanager
def _files_back(
    repo: Repository,
    record: Record,
    head: bytes | None,
    *,
    lock: bool,
    imagined: Imagined | None = None,
    leaves: bool = False,
) -> Iterator[FileWork | None]:
    """Plans the files for taking an act back: its own steps, or for the terminal's a move of what is checked out.

    The edits of a stash come back from it, or leave for it. What a commit held stays staged on its branch, but does not
    come along where that is left.
    """
    renamed = renaming(record)
    # HEAD goes back with the name, to the commit that it is at, though another branch comes back under the new one.
    follows = renamed is not None and raw(renamed[1]) == head
    moved = None if follows else next((one for one in record.refs if one.raw == head and one.old and one.new), None)
    left = next((one for one in record.heads if one.moves_files), None)
    there, then = (left.new_commit, left.old_commit) if left else (moved.new, moved.old) if moved else (None, None)
    stashed = record.stashes.edits if record.stashes is not None else None
    if record.worktree is None and record.stashes is not None and stashed is not None:
        with planning(repo, lock=lock, imagined=imagined) as planner:
            comes = stashed.commit in record.stashes.new
            kept = {raw(path) for path in stashed.kept}
            plan = plan_edits(planner, stashed.commit.encode(), oid(stashed.head), bring=comes, kept=kept)
            require_free(plan)
            yield FileWork(planner, plan)
    elif record.worktree is not None or there is None:
        with back_from(repo, record, lock=lock, imagined=imagined) as files:
            yield files
    elif keeps_files(record) and not leaves:
        with planning(repo, lock=lock, imagined=imagined) as planner:
            yield FileWork(planner, FilePlan())
    else:
        # Of the terminal's acts no steps are known, only the commits.
        with moving(repo, oid(there), oid(then), lock=lock, meet=True, imagined=imagined) as files:
            yield files


def _opposite(repo: Repository, record: Record, context: Context, kind: Way) -> Record:
    """Makes the act that puts everything back to where it was before this one."""
    lower = record.title[:1].lower() + record.title[1:]
    title = f"Undo: {lower}" if kind == "undo" else f"Redo: {record.title.removeprefix('Undo: ')}"
    back = inverse(record)
    renamed = renaming(back)
    # HEAD follows a renamed branch from wherever it is checked out now, which need not be where it was then.
    heads = back.heads if renamed is None else heads_on(repo, *renamed)
    of = {"undoes": record.id} if kind == "undo" else {"redoes": record.undoes}
    refs, stashes = back.refs, None
    if record.stashes is not None:
        known = repo.refs.all()
        now = on_list(repo, known)
        at = repo.refs.head().oid
        then = list_without(record.stashes, now)
        stashes = StashRecord(old=now, new=then, head=None if at is None else at.decode())
        refs = [ref_of(known, stashes.new)]
    return new_record(
        context.now,
        context.source,
        title,
        kind,
        refs=refs,
        heads=heads,
        sections=back.sections,
        settings=back.settings,
        files=back.files,
        git_files=_notes(repo, back),
        stashes=stashes,
        **of,
    )


def _notes(repo: Repository, back: Record) -> list[GitFileRecord]:
    """Gives what becomes of git's own notes; those for a commit here are not for one elsewhere, whoever made them."""
    # ORIG_HEAD is a mark for the person, and may have been set anew since.
    found = [one for one in back.git_files if not one.file.endswith("ORIG_HEAD")]
    if not any(head.moves_files and head.directory == here(repo) for head in back.heads):
        return found
    prefix = "" if here(repo) == "." else f"{here(repo)}/"
    coming = {one.file.removeprefix(prefix): None if one.new is None else raw(one.new) for one in found}
    names = dict.fromkeys([*NOTES, *coming])
    changes = [merge_file(repo, name, coming.get(name)) for name in names]
    return [one for one in changes if one is not None]


def _words(repo: Repository, new: Record, kept: Record) -> dict[str, Words]:
    """Brings a ref's own log back where it was kept; otherwise git's words for a new branch are used."""
    if new.stashes is not None:
        log = log_of(repo, new.stashes.new, kept)
        return {ref.name: Words(log=log, line=False) for ref in new.refs if ref.new is not None}
    words = words_from_logs(repo, new, kept)
    for ref in new.refs:
        if ref.name in words and words[ref.name].log is not None:
            continue
        if ref.old is None and ref.new is not None:
            words[ref.name] = Words(message=f"branch: Created from {ref.new}".encode())
        elif ref.new is not None:
            words[ref.name] = Words(message=f"mlgit: {new.title}".encode("utf-8", "surrogateescape"))
    for head in new.heads:
        if head.moves_files:
            known = words.get(head.new, Words(line=False))
            words[head.new] = replace(known, head_message=switch_message(head.old, head.new))
            continue
        message = f"Branch: renamed {head.old} to {head.new}".encode("utf-8", "surrogateescape")
        known = words.get(head.new, Words(line=False))
        words[head.new] = replace(known, message=message)
    return words


def _require_one(*ids: str | None) -> None:
    if sum(one is not None for one in ids) > 1:
        raise BadRequest("More than one act was named.", "Name one: the act itself, or how far to go.")


def _unknown(wanted: str) -> NoUndo:
    return NoUndo(f"There is no operation '{wanted}' here.", "List them: jupyter mlgit operations.")
