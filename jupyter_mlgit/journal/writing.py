"""Writes an act's refs, HEADs, files and settings, in an order that never leaves HEAD on a branch that is not there.

All that can be locked is locked and compared before the act's plan is written: refs, index, settings. Only then are
the logs that go kept, because nobody else adds to them any more.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from jupyter_mlgit.git.config_edit import Change, ConfigTransaction, SectionChange, ValueChange
from jupyter_mlgit.git.config_regions import Region
from jupyter_mlgit.git.log_changes import RefUpdate, line_of, of_head, of_renaming, of_update
from jupyter_mlgit.git.objects import Oid
from jupyter_mlgit.git.pack_writer import release_packs
from jupyter_mlgit.git.ref_transaction import RefTransaction, point_head
from jupyter_mlgit.git.refs import HEADS
from jupyter_mlgit.journal.git_files import require_as_seen, write_git_files
from jupyter_mlgit.journal.hook_files import in_order, put_hook, require_unchanged
from jupyter_mlgit.journal.leaving import require_free_to_leave
from jupyter_mlgit.journal.plan import save_plan
from jupyter_mlgit.journal.records import HeadRecord, Record, RegionRecord, SectionRecord, raw, saved_log, text
from jupyter_mlgit.journal.running_gc import hold_against_gc
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
    log_of: str | None = None
    """The ref that goes in this act and leaves its log to this one."""
    line: bool = True
    """Whether a line is added at all."""
    old: Oid | None = None
    """The line's old column, where git writes another than the ref's old value."""
    head_message: bytes | None = None
    """What HEAD's log says, where that is on this ref from now on and the ref's own log says something else."""


SILENT = Words(line=False)


def write(
    repo: Repository,
    record: Record,
    words: dict[str, Words],
    now: float,
    keep: Callable[[Record], Record] | None,
    files: FileWork | None = None,
) -> tuple[Record, list[str]]:
    """Locks, compares, and writes.

    Where HEAD does not move, working files and index are written while the refs are locked, and before these.

    Args:
        repo: the repository, locked by the caller.
        record: the act.
        words: ref name → what its log says; a ref that is not named gets no line.
        now: seconds since the epoch.
        keep: called when everything has been locked and compared, and before the plan is written: it pins what goes
            and gives the record with the logs that it has kept. None while an interrupted act is settled, whose logs
            are mended apart.
        files: what becomes of index and working files.

    Returns:
        the record as it was planned, and, while settling, the settings and hooks that somebody has changed since; they
        stay as they are.

    Raises:
        Problem: if something is not as the record says, or cannot be written; parts may be done by then.
    """
    settling = keep is None
    with contextlib.ExitStack() as held:
        if not settling:
            for head in record.heads:
                _require_at(repo, record, head)
            require_as_seen(repo, record.git_files)
        steps, together = _steps(repo, record, words, now, settling=settling)
        for transaction in together:
            held.enter_context(transaction)
        config = held.enter_context(ConfigTransaction(repo, _config_changes(record), settling=settling))
        if keep is not None:
            for file in record.files:
                require_unchanged(repo, file)
            record = keep(_with_regions(record, config))
            words = {name: _with_moved_log(repo, record, said) for name, said in words.items()}
            updates = {one.raw: _update(one, words.get(one.name, SILENT)) for one in record.refs}
            for step in steps:
                if step is not None:
                    step.updates = [updates[one.name] for one in step.updates]
            save_plan(repo, record, _planned(repo, record, list(updates.values()), words, now))
        # Only now: pins have been made, which release the packs of their own.
        tips = [*(one.new for one in record.refs), *(one.new_commit for one in record.heads)]
        hold_against_gc(repo, {one.encode() for one in tips if one is not None})
        held.callback(release_packs, repo.common_dir / "objects" / "pack")
        for step in steps:
            if step is not None and step not in together:
                held.enter_context(step)
            if files is not None and (step is None or not record.heads):
                files.commit()
            if step is None:
                _point_heads(repo, record, words, now, settling=settling)
            else:
                step.commit()
        hooks = [one.name for one in in_order(record.files) if not put_hook(repo, one, settling=settling)]
        config.commit()
        write_git_files(repo, record.git_files, settling=settling)
        return record, config.left + [f"hook {name}" for name in hooks]


def _steps(
    repo: Repository, record: Record, words: dict[str, Words], now: float, *, settling: bool
) -> tuple[list[RefTransaction | None], list[RefTransaction]]:
    """Gives the refs in the order in which they are written, None for the HEADs, and those that are locked at once.

    A name and a folder of that name cannot be locked at the same time.
    """
    updates = [_update(one, words.get(one.name, SILENT)) for one in record.refs]
    making = [one for one in updates if one.new is not None]
    going = [one for one in updates if one.new is None]
    clashing = any(_clash(one.name, other.name) for one in making for other in going)
    if clashing:
        phases = [going, making, None]
    elif record.heads:
        phases = [making, None, going]
    else:
        phases = [updates, None]
    steps = [None if one is None else RefTransaction(repo, one, now, settling=settling) for one in phases if one != []]
    transactions = [one for one in steps if one is not None]
    return steps, transactions[:1] if clashing else transactions


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
    said = words.get(head.new, SILENT)
    message = said.message if said.head_message is None else said.head_message
    directory = head_directory(repo, head)
    if head.moves_files:
        if head.old == head.new:
            return []  # of a detached HEAD that stays where it is, git's log says nothing
        return of_head(repo, directory, line_of(repo, oid(head.old_commit), oid(head.new_commit), message, now))
    tip = next((oid(one.new) for one in record.refs if one.name == head.new), None)
    return of_renaming(repo, directory, tip, message, now)


def _point_heads(repo: Repository, record: Record, words: dict[str, Words], now: float, *, settling: bool) -> None:
    for head in record.heads:
        if settling and head_is(repo, head, head.new):
            continue
        changes = [] if settling else _head_log(repo, record, head, words, now)
        point_head(repo, head_directory(repo, head), raw(head.old), raw(head.new), changes)


def _require_at(repo: Repository, record: Record, head: HeadRecord) -> None:
    if not head_is(repo, head, head.old):
        raise StateChanged("Something else has been checked out meanwhile.", "Look again, then repeat the act.")
    if head.moves_files:
        require_free_to_leave(repo, raw(head.new), [one.file for one in record.git_files])
        changing = {one.name for one in record.refs}  # these are compared under their own locks
        for name, commit in ((head.old, head.old_commit), (head.new, head.new_commit)):
            if name.startswith("refs/") and name not in changing and repo.refs.read(raw(name)) != oid(commit):
                raise StateChanged(
                    f"'{visible(raw(name).removeprefix(HEADS))}' has moved meanwhile.",
                    "Look again, then repeat the act.",
                )


def _with_moved_log(repo: Repository, record: Record, said: Words) -> Words:
    """Takes over the log that another ref leaves, as it was kept under its lock."""
    kept = record.logs.get(said.log_of or "")
    return said if kept is None else replace(said, log=saved_log(repo, kept))


def _with_regions(record: Record, config: ConfigTransaction) -> Record:
    """Keeps how the sections that change are written now."""
    sections = [
        msgspec.structs.replace(
            one,
            old_regions=[
                RegionRecord(
                    text=text(found.text) or "",
                    start=found.start,
                    before=found.before,
                    rest=found.rest,
                    after=found.after,
                )
                for found in config.regions.get((b"branch", raw(one.name)), [])
            ],
        )
        for one in record.sections
    ]
    return msgspec.structs.replace(record, sections=sections)


def _config_changes(record: Record) -> list[Change]:
    found: list[Change] = [
        SectionChange(b"branch", raw(one.name), _values(one.new), _values(one.old), _regions(one))
        for one in record.sections
    ]
    for setting in record.settings:
        old, new = tuple(map(raw, setting.old)), tuple(map(raw, setting.new))
        found.append(ValueChange(setting.section.encode(), setting.name.encode(), new, old))
    return found


def _values(carried: list[tuple[str, str]] | None) -> list[tuple[bytes, bytes]] | None:
    return None if carried is None else [(raw(name), raw(value)) for name, value in carried]


def _regions(section: SectionRecord) -> tuple[Region, ...]:
    kept = section.new_regions
    return tuple(Region(raw(one.text), one.start, one.before, one.rest, one.after) for one in kept)


def _clash(one: bytes, other: bytes) -> bool:
    return one.startswith(other + b"/") or other.startswith(one + b"/")
