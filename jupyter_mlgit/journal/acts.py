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

from jupyter_mlgit.git.durable import cannot_write
from jupyter_mlgit.git.locks import repository_lock, sweep
from jupyter_mlgit.git.refs import HEADS, OURS
from jupyter_mlgit.journal.observed import observe_locked, remember_act
from jupyter_mlgit.journal.pins import Pin, pin
from jupyter_mlgit.journal.plan import forget_plan, is_interrupted, is_logged, read_plan, save_plan
from jupyter_mlgit.journal.records import HeadRecord, Record, append_record, raw, save_log, saved_log
from jupyter_mlgit.journal.settling import carry_on
from jupyter_mlgit.journal.writing import Words, write
from jupyter_mlgit.problems import Problem, UnfinishedOperation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context

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


def perform(repo: Repository, context: Context, record: Record, words: dict[str, Words] | None = None) -> Record:
    """Carries out an act and writes it into the operation log; the caller is inside :func:`acting`.

    Args:
        repo: the repository.
        context: who and when.
        record: the act, with every ref, HEAD and section before and after.
        words: ref name → what its log says; a ref that is not named gets no line.

    Returns:
        the record as it was logged.

    Raises:
        Problem: with the repository as it was before.
    """
    try:
        record = _keep_what_goes(repo, record, words or {}, context.now)
        kept = record
        write(repo, kept, words or {}, context.now, lambda changes: save_plan(repo, kept, changes))
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


def _keep_what_goes(repo: Repository, record: Record, words: dict[str, Words], now: float) -> Record:
    """Pins the tips and saves the logs that the act takes away or replaces."""
    pins: list[Pin] = []
    logs = dict(record.logs)
    sections = {one.name: one.old for one in record.sections}
    renamed = next((one.name for one in record.refs if record.kind == "branch-rename" and one.new is None), None)
    for number, ref in enumerate(record.refs):
        if ref.old is None:
            continue
        going = ref.new is None
        path = repo.refs.log_path(ref.raw)
        replaced = ref.name in words and words[ref.name].log is not None
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
                reason="overwritten" if not going else "renamed" if renamed == ref.name else "deleted",
                section=sections.get(ref.name.removeprefix("refs/heads/")),
                log=logs.get(ref.name),
            )
        )
    pin(repo, pins, now)
    return msgspec.structs.replace(record, logs=logs)


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
    except (OSError, Problem) as second:
        raise UnfinishedOperation(
            f"The act failed ({error}) and could not be taken back yet.",
            "Free some space or mend the permissions, then run: jupyter mlgit recover --roll-back.",
        ) from second
    return False


def switch_message(old: str, new: str) -> bytes:
    """Gives git's words for a change of what is checked out; a branch is named short, a commit in full."""
    return b"checkout: moving from %s to %s" % (raw(old).removeprefix(HEADS), raw(new).removeprefix(HEADS))
