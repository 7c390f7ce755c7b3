"""Carries an interrupted act to its end, or takes it back; both may be interrupted and done again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from jupyter_mlgit.git.durable import cannot_write
from jupyter_mlgit.git.locks import repository_lock, sweep
from jupyter_mlgit.git.refs import short_name
from jupyter_mlgit.journal.backup import forget_backup
from jupyter_mlgit.journal.file_work import rest_of
from jupyter_mlgit.journal.observed import observe_locked
from jupyter_mlgit.journal.plan import forget_plan, mend_logs, read_plan
from jupyter_mlgit.journal.records import FileRecord, HeadRecord, Record, RefRecord, SettingRecord, append_record
from jupyter_mlgit.journal.seen import remember_act
from jupyter_mlgit.journal.writing import head_directory, head_is, oid, write
from jupyter_mlgit.problems import StateChanged
from jupyter_mlgit.values import visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context
    from jupyter_mlgit.journal.plan import Plan


def settle(repo: Repository, context: Context, *, finish: bool) -> tuple[Record, list[str], list[str]]:
    """Finishes an interrupted act or rolls it back.

    Returns:
        the act, those of its branches, settings and hooks that something else has changed since, which stay as they
        are, and those of its files.

    Raises:
        StateChanged: if nothing is unfinished.
        Problem: if it cannot be written.
    """
    repo.require_writable()
    with repository_lock(repo.ours):
        sweep(repo.ours, repo.staging)
        plan = read_plan(repo)
        if plan is None:
            raise StateChanged("Nothing is unfinished here any more.", "Look at the operations to see how it ended.")
        try:
            moved, files = carry_on(repo, plan, context.now, finish=finish)
            if finish:
                append_record(repo, plan.record)
                remember_act(repo, plan.record, context.now)
            forget_plan(repo)
            if not finish and not files:
                forget_backup(repo, plan.record.id, context.now)
            observe_locked(repo, context)
        except OSError as error:
            raise cannot_write(repo.common_dir, error) from error
        return plan.record, moved, [visible(one) for one in files]


def carry_on(repo: Repository, plan: Plan, now: float, *, finish: bool) -> tuple[list[str], list[bytes]]:
    """Does those parts of an act, or of taking it back, that are not done yet.

    Returns:
        what something else has changed since, by its names, and files apart; it stays as it is, a ref with its log.
        Of such a file only the backup has what it was before the act: it must not be forgotten.

    Raises:
        Problem: if it cannot be written.
        OSError: the same.
    """
    record = plan.record if finish else inverse(plan.record)
    refs, moved = [], []
    for ref in record.refs:
        current = repo.refs.read(ref.raw)
        if current == oid(ref.old):
            refs.append(ref)
        elif current != oid(ref.new):
            moved.append(ref)
    heads = []
    for head in record.heads:
        if not head_directory(repo, head).is_dir():
            continue
        if head_is(repo, head, head.old):
            heads.append(head)
    theirs = {ref.name for ref in moved}
    notes = [note for note in plan.logs if note.target not in theirs]
    mend_logs(repo, notes, finished=finish, only_going=True)
    with rest_of(repo, record, plan.record.id, finish=finish) as files:
        _, left = write(repo, msgspec.structs.replace(record, refs=refs, heads=heads), {}, now, None, files)
    mend_logs(repo, notes, finished=finish)
    return [short_name(ref.raw) for ref in moved] + left, [] if files is None else list(files.left)


def inverse(record: Record) -> Record:
    """Gives the act that takes this one back: every before and after exchanged."""
    return msgspec.structs.replace(
        record,
        refs=[RefRecord(name=one.name, old=one.new, new=one.old) for one in record.refs],
        heads=[
            HeadRecord(
                directory=one.directory,
                old=one.new,
                new=one.old,
                old_commit=one.new_commit,
                new_commit=one.old_commit,
            )
            for one in record.heads
        ],
        sections=[one.inverse() for one in record.sections],
        git_files=[one.inverse() for one in record.git_files],
        settings=[
            SettingRecord(section=one.section, name=one.name, old=one.new, new=one.old) for one in record.settings
        ],
        files=[FileRecord(folder=one.folder, name=one.name, old=one.new, new=one.old) for one in record.files],
    )
