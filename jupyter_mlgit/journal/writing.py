"""Writes an act's refs, HEADs, files and settings, in an order that never leaves HEAD on a branch that is not there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_mlgit.git.config_edit import SectionChange, ValueChange, change_config
from jupyter_mlgit.git.log_changes import RefUpdate, line_of, of_head, of_renaming, of_update
from jupyter_mlgit.git.objects import Oid
from jupyter_mlgit.git.ref_transaction import RefTransaction, point_head
from jupyter_mlgit.git.refs import HEADS
from jupyter_mlgit.journal.git_files import require_as_seen, write_git_files
from jupyter_mlgit.journal.leaving import require_free_to_leave
from jupyter_mlgit.journal.records import HeadRecord, Record, raw
from jupyter_mlgit.problems import StateChanged
from jupyter_mlgit.values import visible

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jupyter_mlgit.git.log_changes import LogChange
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.file_work import FileWork
    from jupyter_mlgit.journal.records import RefRecord


@dataclass(frozen=True)
class Words:
    """What an act writes into the log of one ref."""

    message: bytes = b""
    log: bytes | None = None
    """A log that comes back with the ref."""
    line: bool = True
    """Whether a line is added at all."""
    old: Oid | None = None
    """The line's old column, where git writes another than the ref's old value."""


SILENT = Words(line=False)


@dataclass(frozen=True)
class Notes:
    """What is told while an act is written, so that it can be taken back."""

    plan: Callable[[list[LogChange]], None]
    """Called with all that comes into the logs, when everything has been checked and before the first byte is
    written."""
    locked: Callable[[list[RefUpdate]], None]
    """Called when some of the refs have been locked and nothing of them has been written."""


def write(
    repo: Repository,
    record: Record,
    words: dict[str, Words],
    now: float,
    notes: Notes | None,
    files: FileWork | None = None,
) -> None:
    """Locks, compares, and writes.

    Where HEAD does not move, working files and index are written while the refs are locked, and before these.

    Args:
        repo: the repository, locked by the caller.
        record: the act.
        words: ref name → what its log says; a ref that is not named gets no line.
        now: seconds since the epoch.
        notes: who is told; None while an interrupted act is settled, whose logs are mended apart.
        files: what becomes of index and working files.

    Raises:
        Problem: if something is not as the record says, or cannot be written; parts may be done by then.
    """
    settling = notes is None
    updates = [_update(one, words.get(one.name, SILENT)) for one in record.refs]
    if notes is not None:
        for head in record.heads:
            _require_at(repo, head)
        require_as_seen(repo, record.git_files)
    pending = [] if notes is None else [_planned(repo, record, updates, words, now)]
    for phase in _phases(record, updates):
        if phase is None:
            _announce(notes, pending)
            if files is not None:
                files.commit()
            _point_heads(repo, record, words, now, settling=settling)
            continue
        with RefTransaction(repo, phase, now, settling=settling) as transaction:
            _announce(notes, pending)
            if notes is not None:
                notes.locked(phase)
            if files is not None and not record.heads:
                files.commit()
            transaction.commit()
    change_config(repo, _config_changes(record), settling=settling)
    write_git_files(repo, record.git_files, settling=settling)


def _phases(record: Record, updates: list[RefUpdate]) -> list[list[RefUpdate] | None]:
    """Gives the refs that are changed together, in order; None is the turn of the working files and HEAD."""
    making = [one for one in updates if one.new is not None]
    going = [one for one in updates if one.new is None]
    phases: list[list[RefUpdate] | None]
    if any(_clash(one.name, other.name) for one in making for other in going):
        phases = [going, making, None]
    elif record.heads:
        phases = [making, None, going]
    else:
        phases = [updates, None]
    return [phase for phase in phases if phase is None or phase]


def _announce(notes: Notes | None, pending: list[list[LogChange]]) -> None:
    if notes is not None and pending:
        notes.plan(pending.pop())


def head_directory(repo: Repository, head: HeadRecord) -> Path:
    """Gives the folder of the worktree whose HEAD the record speaks of."""
    return repo.common_dir if head.directory == "." else repo.common_dir / head.directory


def head_is(repo: Repository, head: HeadRecord, target: str) -> bool:
    """Tells whether that HEAD names this branch or, detached, this commit."""
    found = repo.refs.head_of(head_directory(repo, head))
    return (found.ref or found.oid) == raw(target)


def oid(value: str | None) -> Oid | None:
    """Gives a record's object name as git has it."""
    return None if value is None else Oid(value.encode())


def _update(ref: RefRecord, said: Words) -> RefUpdate:
    return RefUpdate(ref.raw, oid(ref.old), oid(ref.new), said.message, said.log, said.line, said.old)


def _planned(
    repo: Repository, record: Record, updates: list[RefUpdate], words: dict[str, Words], now: float
) -> list[LogChange]:
    found = [change for update in updates for change in of_update(repo, update, now)]
    return found + [change for head in record.heads for change in _head_log(repo, record, head, words, now)]


def _head_log(
    repo: Repository, record: Record, head: HeadRecord, words: dict[str, Words], now: float
) -> list[LogChange]:
    message = words.get(head.new, SILENT).message
    directory = head_directory(repo, head)
    if head.moves_files:
        return of_head(repo, directory, line_of(repo, oid(head.old_commit), oid(head.new_commit), message, now))
    tip = next((oid(one.new) for one in record.refs if one.name == head.new), None)
    return of_renaming(repo, directory, tip, message, now)


def _point_heads(repo: Repository, record: Record, words: dict[str, Words], now: float, *, settling: bool) -> None:
    for head in record.heads:
        if settling and head_is(repo, head, head.new):
            continue
        changes = [] if settling else _head_log(repo, record, head, words, now)
        point_head(repo, head_directory(repo, head), raw(head.old), raw(head.new), changes)


def _require_at(repo: Repository, head: HeadRecord) -> None:
    if not head_is(repo, head, head.old):
        raise StateChanged("Something else has been checked out meanwhile.", "Look again, then repeat the act.")
    if head.moves_files:
        require_free_to_leave(repo, raw(head.new))
        for name, commit in ((head.old, head.old_commit), (head.new, head.new_commit)):
            if name.startswith("refs/") and repo.refs.read(raw(name)) != oid(commit):
                raise StateChanged(
                    f"'{visible(raw(name).removeprefix(HEADS))}' has moved meanwhile.",
                    "Look again, then repeat the act.",
                )


def _config_changes(record: Record) -> list[SectionChange | ValueChange]:
    found: list[SectionChange | ValueChange] = []
    for one in record.sections:
        values = None if one.new is None else [(raw(name), raw(value)) for name, value in one.new]
        old = None if one.old is None else [(raw(name), raw(value)) for name, value in one.old]
        written = None if one.new_text is None else raw(one.new_text)
        found.append(SectionChange(b"branch", raw(one.name), values, old, written))
    for setting in record.settings:
        value = None if setting.new is None else raw(setting.new)
        old_value = None if setting.old is None else raw(setting.old)
        found.append(ValueChange(setting.section.encode(), setting.name.encode(), value, old_value))
    return found


def _clash(one: bytes, other: bytes) -> bool:
    return one.startswith(other + b"/") or other.startswith(one + b"/")
