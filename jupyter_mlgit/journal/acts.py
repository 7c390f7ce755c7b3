"""The one write path: lock, check, look around, pin, note, write, log.

Every change that this product makes to refs, branch settings, HEAD or hooks goes through :func:`perform`. Before the
first byte changes, all refs and settings are locked and compared, what would be lost is pinned and kept, and
``unfinished.json`` says what is about to happen; a crash at any instant leaves either nothing done or that note, from
which ``settling.py`` finishes or rolls back. After an error everything is as it was.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from jupyter_mlgit.git.durable import cannot_write
from jupyter_mlgit.git.locks import repository_lock, sweep
from jupyter_mlgit.git.reflog import without_gone
from jupyter_mlgit.git.refs import HEADS, OURS
from jupyter_mlgit.journal.backup import back_up, forget_backup, keep_backup
from jupyter_mlgit.journal.file_work import here
from jupyter_mlgit.journal.git_files import NAME_COMMITS
from jupyter_mlgit.journal.observed import observe_locked
from jupyter_mlgit.journal.pins import Pin, pin
from jupyter_mlgit.journal.plan import forget_plan, is_interrupted, is_logged, read_plan
from jupyter_mlgit.journal.records import (
    HeadRecord,
    Record,
    append_record,
    raw,
    read_records,
    save_log,
    saved_log,
    text,
)
from jupyter_mlgit.journal.seen import remember_act
from jupyter_mlgit.journal.settling import carry_on
from jupyter_mlgit.journal.writing import Words, write
from jupyter_mlgit.problems import Locked, Problem, UnfinishedOperation
from jupyter_mlgit.values import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context
    from jupyter_mlgit.journal.file_work import FileWork
    from jupyter_mlgit.journal.plan import Plan

MOST_NAMED = 5
"""How many files a message names."""

PATIENCE = 5
"""How often a lock is waited for once more, about two seconds each, before a rollback is put off."""

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
                interrupted=True,
            )
        try:
            observe_locked(repo, context)
            yield
        except OSError as error:
            raise cannot_write(Path(os.fsdecode(error.filename)) if error.filename else repo.ours, error) from error


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
        if files is not None:
            record = _back_up(repo, record, files, context)
        record, _ = write(
            repo,
            _as_it_was_written(repo, record),
            said,
            context.now,
            lambda found: _keep_what_goes(repo, found, said, context.now),
            files,
        )
        append_record(repo, record)
    except BaseException as error:
        done = _take_back(repo, record, context, error)
        if not done or not isinstance(error, Exception):
            if isinstance(error, OSError):
                raise cannot_write(repo.common_dir, error) from error
            raise
    # The act is done; the next look does what cannot be done now.
    with contextlib.suppress(OSError):
        remember_act(repo, record, context.now)
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
    return {
        name: Words(log=without_gone(repo, log), line=False)
        for name, log in saved.items()
        if log is not None and name not in going
    }


def _as_it_was_written(repo: Repository, record: Record) -> Record:
    """Lets settings that come back look as they did when an act of ours took them away, comments and all."""
    sections = []
    for one in record.sections:
        kept = one.new_regions
        if one.new and not kept:
            known = (old for done in reversed(read_records(repo)) for old in done.sections if old.name == one.name)
            kept = next((old.old_regions for old in known if old.old == one.new and old.old_regions), [])
        sections.append(msgspec.structs.replace(one, new_regions=kept))
    return msgspec.structs.replace(record, sections=sections)


def _keep_what_goes(repo: Repository, record: Record, words: dict[str, Words], now: float) -> Record:
    """Pins the tips and saves the logs that the act takes away or replaces; the refs are locked."""
    pins: list[Pin] = []
    logs = dict(record.logs)
    sections = {one.name: one.old for one in record.sections}
    # By its shape and not by its kind: undoing or redoing a renaming is one as well.
    made = {one.new for one in record.refs}
    renamed = {one.name for one in record.refs if one.new is None and one.old in made}
    for number, ref in enumerate(record.refs):
        if ref.old is None:
            continue
        going = ref.new is None
        path = repo.refs.log_path(ref.raw)
        said = words.get(ref.name)
        replaced = said is not None and (said.log is not None or said.log_of is not None)
        if (going or replaced) and path.is_file():
            logs[ref.name] = save_log(repo, record.id, number, path.read_bytes())
        if ref.raw.startswith(OURS):
            continue  # a pin that a person takes away is not to come back by that
        if not going and repo.graph.is_ancestor(ref.old.encode(), (ref.new or "").encode()):
            continue
        pins.append(
            Pin(
                tip=ref.old,
                name=ref.name,
                when=now,
                reason="overwritten" if not going else "renamed" if ref.name in renamed else "deleted",
                section=sections.get(ref.name.removeprefix("refs/heads/")),
                log=logs.get(ref.name),
            )
        )
    pins += [Pin(tip=tip, name=None, when=now, reason="asked") for tip in _nameless(repo, record)]
    pin(repo, pins, now)
    return msgspec.structs.replace(record, logs=logs)


def _nameless(repo: Repository, record: Record) -> list[str]:
    """Gives the commits that only a detached HEAD has, or a merge that is given up."""
    found = [
        head.old_commit
        for head in record.heads
        if head.old_commit is not None
        and not head.old.startswith("refs/")
        and not (head.new_commit and repo.graph.is_ancestor(head.old_commit.encode(), head.new_commit.encode()))
    ]
    for file in record.git_files:
        if file.file.rpartition("/")[2] in NAME_COMMITS:
            found += (file.old or "").split()
    return found


def _back_up(repo: Repository, record: Record, files: FileWork, context: Context) -> Record:
    """Keeps what the act takes from index and working files, and its steps."""
    saving = back_up(repo, files.plan, files.top, record.title, context.now, files.planner.index)
    keep_backup(repo, record.id, saving, files.plan.steps, context.now)
    has_steps = bool(files.plan.steps)
    return msgspec.structs.replace(record, worktree=here(repo), has_steps=has_steps, backup=text(saving.commit))


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
            left = _roll_back(repo, plan, context)
            forget_plan(repo)
            if left:
                _tell_of(error, left)
                return False
        forget_backup(repo, record.id, context.now)
    except (OSError, Problem) as second:
        raise UnfinishedOperation(
            f"The act failed ({_said(error)}) and could not be taken back yet ({_said(second)}).",
            "Free some space or mend the permissions, then run: jupyter mlgit recover --roll-back.",
            interrupted=True,
        ) from second
    return False


def _said(error: BaseException) -> str:
    """Gives the words of an error, without the Python around a file's name."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror if error.filename is None else f"{os.fsdecode(error.filename)}: {error.strerror}"
    return str(error) or type(error).__name__


def _tell_of(error: BaseException, left: list[bytes]) -> None:
    """Says with an error which files are not as before the act, since somebody wrote them meanwhile."""
    if isinstance(error, Problem):
        names = [visible(one) for one in left]
        shown = ", ".join(names[:MOST_NAMED]) + (" and others" if len(names) > MOST_NAMED else "")
        error.message += f" What {shown} held before is in a backup."
        error.hint += " 'jupyter mlgit backups' lists it, and backup-restore brings it back."
        error.details["left"] = names


def _roll_back(repo: Repository, plan: Plan, context: Context) -> list[bytes]:
    """Takes back what has been done; a terminal that is at work all the time may hold a lock again and again.

    Returns:
        the files that somebody has written since, which stay as they are.
    """
    for left in range(PATIENCE, -1, -1):
        try:
            return carry_on(repo, plan, context.now, finish=False)[1]
        except Locked:
            if not left:
                raise
    return []


def switch_message(old: str, new: str) -> bytes:
    """Gives git's words for a change of what is checked out; a branch is named short, a commit in full."""
    return b"checkout: moving from %s to %s" % (raw(old).removeprefix(HEADS), raw(new).removeprefix(HEADS))
