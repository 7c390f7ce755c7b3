"""Writes an act's refs, HEADs, files and settings, in an order that never leaves HEAD on a branch that is not there."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_mlgit.git.config_edit import SectionChange, ValueChange, change_config
from jupyter_mlgit.git.log_changes import RefUpdate, line_of, of_head, of_renaming, of_update
from jupyter_mlgit.git.objects import Oid
from jupyter_mlgit.git.ref_transaction import RefTransaction, point_head
from jupyter_mlgit.git.refs import HEADS
from jupyter_mlgit.journal.leaving import require_free_to_leave
from jupyter_mlgit.journal.records import HeadRecord, Record, raw
from jupyter_mlgit.problems import StateChanged, UnfinishedOperation
from jupyter_mlgit.values import visible

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from jupyter_mlgit.git.log_changes import LogChange
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.git.worktree import Move
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


def write(
    repo: Repository,
    record: Record,
    words: dict[str, Words],
    now: float,
    before_writing: Callable[[list[LogChange]], None] | None,
) -> None:
    """Locks, compares, and writes.

    Args:
        repo: the repository, locked by the caller.
        record: the act.
        words: ref name → what its log says; a ref that is not named gets no line.
        now: seconds since the epoch.
        before_writing: called with all that comes into the logs when everything has been checked, and before the first
            byte is written; None while an interrupted act is settled, whose logs are mended apart.

    Raises:
        Problem: if something is not as the record says, or cannot be written; parts may be done by then.
    """
    settling = before_writing is None
    updates = [_update(one, words.get(one.name, SILENT)) for one in record.refs]
    making = [one for one in updates if one.new is not None]
    going = [one for one in updates if one.new is None]
    if any(_clash(one.name, other.name) for one in making for other in going):
        phases = [going, making, None]
    elif record.heads:
        phases = [making, None, going]
    else:
        phases = [updates, None]
    pending: list[tuple[Callable[[list[LogChange]], None], list[LogChange]]] = []

    def announce() -> None:
        if pending:
            tell, changes = pending.pop()
            tell(changes)

    with _prepared_move(repo, record, settling=settling) as move:
        if before_writing is not None:
            for head in record.heads:
                _require_at(repo, head)
            pending.append((before_writing, _planned(repo, record, updates, words, now)))
        for phase in phases:
            if phase:
                with RefTransaction(repo, phase, now, settling=settling) as transaction:
                    announce()
                    transaction.commit()
            elif phase is None and record.heads:
                announce()
                _point_heads(repo, record, words, now, move, settling=settling)
    announce()
    change_config(repo, _config_changes(record))


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


def _point_heads(
    repo: Repository, record: Record, words: dict[str, Words], now: float, move: Move | None, *, settling: bool
) -> None:
    for head in record.heads:
        if move is not None and head.moves_files:
            move.commit()
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


def _require_here(repo: Repository, head: HeadRecord) -> None:
    if head_directory(repo, head) != repo.git_dir:
        places = [one.path for one in repo.refs.worktrees() if one.directory == head_directory(repo, head)]
        raise UnfinishedOperation(
            f"The interrupted act concerns the files in {places[0] if places else 'another worktree'}.",
            "Finish it or roll it back there.",
        )


def _prepared_move(repo: Repository, record: Record, *, settling: bool) -> AbstractContextManager[Move | None]:
    """Checks and locks the index and working files, where the act moves them."""
    for head in record.heads:
        if head.moves_files:
            from jupyter_mlgit.git.move_rest import rest_of_move
            from jupyter_mlgit.git.worktree import Move

            _require_here(repo, head)
            old, new = oid(head.old_commit), oid(head.new_commit)
            if not settling:
                return Move(repo, old, new)
            return rest_of_move(repo, old, new, arrived=head_is(repo, head, head.new)) or contextlib.nullcontext()
    return contextlib.nullcontext()


def _config_changes(record: Record) -> list[SectionChange | ValueChange]:
    found: list[SectionChange | ValueChange] = []
    for one in record.sections:
        values = None if one.new is None else [(raw(name), raw(value)) for name, value in one.new]
        found.append(SectionChange(b"branch", raw(one.name), values))
    for setting in record.settings:
        value = None if setting.new is None else raw(setting.new)
        found.append(ValueChange(setting.section.encode(), setting.name.encode(), value))
    return found


def _clash(one: bytes, other: bytes) -> bool:
    return one.startswith(other + b"/") or other.startswith(one + b"/")
