"""The one write path: lock, check, look around, pin, note, write, log.

Every change that this product makes to refs, branch settings or HEAD goes through :func:`perform`. Before the first
byte changes, what would be lost is pinned and kept, all refs are locked and compared, and ``unfinished.json`` says
what is about to happen; a crash at any instant leaves either nothing done or that note, from which ``settling.py``
finishes or rolls back. After an error everything is as it was.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import msgspec

from jupyter_mlgit.git.config_edit import section_text
from jupyter_mlgit.git.durable import cannot_write
from jupyter_mlgit.git.file_steps import keep_steps
from jupyter_mlgit.git.locks import repository_lock, sweep
from jupyter_mlgit.git.log_changes import RefUpdate
from jupyter_mlgit.git.ref_transaction import RefTransaction
from jupyter_mlgit.git.refs import HEADS, OURS, short_name
from jupyter_mlgit.journal.backup import back_up, backup_ref, forget_backup
from jupyter_mlgit.journal.file_work import here
from jupyter_mlgit.journal.observed import observe_locked, remember_act
from jupyter_mlgit.journal.pins import Pin, pin
from jupyter_mlgit.journal.plan import forget_plan, is_interrupted, is_logged, read_plan, save_plan
from jupyter_mlgit.journal.records import HeadRecord, Record, append_record, log_name, raw, save_log, saved_log, text
from jupyter_mlgit.journal.settling import carry_on
from jupyter_mlgit.journal.writing import Notes, Words, write
from jupyter_mlgit.problems import Problem, StateChanged, UnfinishedOperation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.git.log_changes import LogChange
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context
    from jupyter_mlgit.journal.file_work import FileWork

__all__ = ["Words", "acting", "heads_on", "perform", "switch_message", "words_from_logs"]


@contextlib.contextmanager
def acting(repo: Repository, context: Context) -> Iterator[None]:
    """Holds the repository for one act, after what the terminal did has been noticed.

    Raises:
        UntrustedRepository: in somebody else's repository.
        RepositoryBusy: if another act is under way.
        UnfinishedOperation: if an earlier one was interrupted.
        ReadOnly: if nothing can be written here.
    """
    repo.require_writable()
    with repository_lock(repo.ours):
        sweep(repo.ours, repo.staging)
        if is_interrupted(repo):
            raise UnfinishedOperation(
                "An earlier act was interrupted here, by a crash or a full disk.",
                "Finish it or roll it back first: jupyter mlgit recover --finish, or --roll-back.",
            )
        try:
            forget_plan(repo)
            observe_locked(repo, context)
            yield
        except OSError as error:
            raise cannot_write(repo.ours, error) from error


def perform(
    repo: Repository,
    context: Context,
    record: Record,
    words: dict[str, Words] | None = None,
    files: FileWork | None = None,
) -> Record:
    """Carries out an act and writes it into the operation log; the caller is inside :func:`acting`.

    Args:
        repo: the repository.
        context: who and when.
        record: the act, with every ref, HEAD and section before and after.
        words: ref name → what its log says; a ref that is not named gets no line.
        files: what becomes of index and working files; what they lose is backed up first.

    Returns:
        the record as it was logged.

    Raises:
        Problem: with the repository as it was before.
    """
    said = words or {}
    try:
        record = _with_logs_named(repo, record, said)
        _pin_what_goes(repo, record, context.now)
        if files is not None and files.plan.steps:
            record = _back_up(repo, record, files, context)
        kept = record

        def plan(changes: list[LogChange]) -> None:
            _save_logs(repo, kept)
            save_plan(repo, kept, changes)

        notes = Notes(plan, lambda locked: _require_saved(repo, kept, locked))
        write(repo, kept, said, context.now, notes, files)
        append_record(repo, record)
    except BaseException as error:
        done = _take_back(repo, record, context, error)
        if not done or not isinstance(error, Exception):
            if isinstance(error, OSError):
                raise cannot_write(repo.common_dir, error) from error
            raise
    # The act is done; what cannot be written down now is found out at the next look.
    with contextlib.suppress(OSError):
        remember_act(repo, record, context.now)
    with contextlib.suppress(OSError):
        forget_plan(repo)
    return record


def heads_on(repo: Repository, old: str, new: str) -> list[HeadRecord]:
    """Gives how the HEAD of each worktree that is on a branch follows when it gets a new name."""
    return [
        HeadRecord(
            directory="." if tree.directory == repo.common_dir else str(tree.directory.relative_to(repo.common_dir)),
            old=old,
            new=new,
        )
        for tree in repo.refs.worktrees()
        if tree.head.ref == raw(old)
    ]


def words_from_logs(repo: Repository, record: Record, kept: Record) -> dict[str, Words]:
    """Gives the words for refs that come back with the logs that ``kept`` has saved."""
    saved = {ref.name: saved_log(repo, kept.logs[ref.name]) for ref in record.refs if ref.name in kept.logs}
    going = {ref.name for ref in record.refs if ref.new is None}
    return {name: Words(log=log, line=False) for name, log in saved.items() if log is not None and name not in going}


def _with_logs_named(repo: Repository, record: Record, words: dict[str, Words]) -> Record:
    """Names the files for the logs that the act takes away or replaces, and how the settings were written that go."""
    logs = dict(record.logs)
    for number, ref in enumerate(record.refs):
        replaced = ref.name in words and words[ref.name].log is not None
        if ref.old is not None and (ref.new is None or replaced) and repo.refs.log_path(ref.raw).is_file():
            logs[ref.name] = log_name(record.id, number)
    sections = [
        one
        if one.old is None or one.old_text is not None
        else msgspec.structs.replace(one, old_text=text(section_text(repo, b"branch", raw(one.name))))
        for one in record.sections
    ]
    return msgspec.structs.replace(record, logs=logs, sections=sections)


def _pin_what_goes(repo: Repository, record: Record, now: float) -> None:
    """Pins the tips that the act takes away or replaces."""
    pins: list[Pin] = []
    sections = {one.name: one.old for one in record.sections}
    renamed = next((one.name for one in record.refs if record.kind == "branch-rename" and one.new is None), None)
    for ref in record.refs:
        if ref.old is None or ref.raw.startswith(OURS):
            continue  # a pin that a person takes away is not to come back by that
        going = ref.new is None
        if not going and repo.graph.is_ancestor(ref.old.encode(), (ref.new or "").encode()):
            continue
        pins.append(
            Pin(
                tip=ref.old,
                name=ref.name,
                when=now,
                reason="overwritten" if not going else "renamed" if renamed == ref.name else "deleted",
                section=sections.get(ref.name.removeprefix("refs/heads/")),
                log=record.logs.get(ref.name),
            )
        )
    pin(repo, pins, now)


def _save_logs(repo: Repository, record: Record) -> None:
    for name, saved in record.logs.items():
        path = repo.refs.log_path(raw(name))
        if path.is_file():
            save_log(repo, saved, path.read_bytes())


def _require_saved(repo: Repository, record: Record, locked: list[RefUpdate]) -> None:
    """Checks that the logs which go are still as they were saved, now that nobody can add to them.

    Raises:
        StateChanged: if a line has been added meanwhile, by a commit that was taken back at once.
    """
    for update in locked:
        name = text(update.name) or ""
        path = repo.refs.log_path(update.name)
        if name in record.logs and path.is_file() and path.read_bytes() != saved_log(repo, record.logs[name]):
            raise StateChanged(f"The log of '{short_name(update.name)}' has been written meanwhile.", "Repeat the act.")


def _back_up(repo: Repository, record: Record, files: FileWork, context: Context) -> Record:
    """Keeps what the act takes from index and working files, and its steps."""
    commit = back_up(repo, files.plan, files.top, record.title, context.now)
    keep_steps(repo, record.id, files.plan.steps)
    if commit is not None:
        with RefTransaction(repo, [RefUpdate(backup_ref(record.id), None, commit, log_line=False)], context.now) as ref:
            ref.commit()
    return msgspec.structs.replace(record, worktree=here(repo), backup=text(commit))


def _take_back(repo: Repository, record: Record, context: Context, error: BaseException) -> bool:
    """Rolls back an act that failed on its way; gives whether it was done after all.

    Raises:
        UnfinishedOperation: if even that fails; the plan stays for later.
    """
    if is_logged(repo, record):
        return True
    try:
        sweep(repo.ours, repo.staging)
        plan = read_plan(repo)
        if plan is not None:
            carry_on(repo, plan, context.now, finish=False)
            forget_plan(repo)
        forget_backup(repo, record.id, context.now)
    except (OSError, Problem) as second:
        raise UnfinishedOperation(
            f"The act failed ({error}) and could not be taken back yet.",
            "Free some space or mend the permissions, then run: jupyter mlgit recover --roll-back.",
        ) from second
    return False


def switch_message(old: str, new: str) -> bytes:
    """Gives git's words for a change of what is checked out; a branch is named short, a commit in full."""
    return b"checkout: moving from %s to %s" % (raw(old).removeprefix(HEADS), raw(new).removeprefix(HEADS))
