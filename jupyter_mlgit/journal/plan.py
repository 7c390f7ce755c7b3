"""Keeps what an act will do, before its first byte is written: the record, and every line that goes into a log.

The plan is ``.git/mlgit/unfinished.json`` for as long as the act is under way. Appending to a log is the one step
that cannot simply be done again, so the plan says how long each log was and what comes to its end.
"""

from __future__ import annotations

import contextlib
import os
import re
from typing import TYPE_CHECKING

from jupyter_mlgit.git import platforms
from jupyter_mlgit.git.durable import append_durably, sync_directory, write_durably
from jupyter_mlgit.git.locks import LockedFile, between_acts
from jupyter_mlgit.git.log_changes import remove_empty_parents, remove_log, replace_log
from jupyter_mlgit.git.refs import is_valid_name
from jupyter_mlgit.journal.git_files import is_known
from jupyter_mlgit.journal.hook_files import hook_path
from jupyter_mlgit.journal.records import Record, decode, encode, raw, read_records, saved_log, text
from jupyter_mlgit.problems import DamagedRepository
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from jupyter_mlgit.git.log_changes import LogChange
    from jupyter_mlgit.git.repository import Repository

UNFINISHED = "unfinished.json"

_WORN = "finished.json"
"""The last plan, whose place on the disk the next one takes: where a disk is told of what is freed, as in many virtual
machines, removing a file takes a millisecond (SQLite keeps its journal for that reason, too: journal_mode=PERSIST)."""

_IN_LOGS = re.compile(r"(?:worktrees/[^/]+/)?logs/(?:HEAD|refs/.+)", re.DOTALL)
_WORKTREE = re.compile(r"\.|worktrees/(?!\.\.?\Z)[^/]+", re.DOTALL)


class LogNote(Value, forbid_unknown_fields=False):
    """One log before and after an act."""

    file: str
    """Relative to the common directory."""
    size: int | None
    """Bytes before; None where there was none."""
    added: str | None
    """What comes to its end; None when the log goes."""
    whole: bool = False
    """Whether that takes the place of what the log holds."""
    saved: str | None = None
    """The file in ``.git/mlgit/logs`` that holds a log which goes or is replaced."""

    @property
    def target(self) -> str:
        """The file of the ref, or the HEAD, whose log it is."""
        return self.file.replace("logs/", "", 1)


class Plan(Value, forbid_unknown_fields=False):
    """An act and its logs."""

    record: Record
    logs: list[LogNote] = []


def save_plan(repo: Repository, record: Record, changes: Iterable[LogChange]) -> None:
    """Writes down what is about to happen.

    Raises:
        OSError: if it cannot be written.
    """
    notes = []
    for change in changes:
        file = str(change.path.relative_to(repo.common_dir))
        size = change.path.stat().st_size if change.path.is_file() else None
        saved = record.logs.get(file.removeprefix("logs/"))
        notes.append(LogNote(file=file, size=size, added=text(change.added), whole=change.whole, saved=saved))
    write_durably(repo.ours / UNFINISHED, encode(Plan(record=record, logs=notes)), worn=repo.ours / _WORN)


def read_plan(repo: Repository) -> Plan | None:
    """Gives the act that was interrupted, or None; one that was logged is done, whatever came after.

    Raises:
        DamagedRepository: if the plan cannot be read.
    """
    path = repo.ours / UNFINISHED
    try:
        # A planted pipe would hold us up; it is as good as a note that cannot be read.
        content = path.read_bytes() if path.is_file() or not path.exists() else b""
        plan: Plan = decode(content, Plan)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise DamagedRepository(
            f"{path}, the note of an interrupted act, cannot be read.",
            "Compare 'git reflog' and 'git branch' with what you expect, then remove that file.",
        ) from error
    if not _stays_inside(repo, plan):
        # We never write such a note: somebody wants us to write elsewhere.
        raise DamagedRepository(
            f"{path} names files outside this repository, or outside its hooks as this worktree sees them.",
            "If another worktree has hooks of its own, settle the act there. Otherwise remove that file: nobody but "
            "this extension should have written it, and it never writes such a one.",
        )
    return None if is_logged(repo, plan.record) else plan


def planned_logs(repo: Repository, record: Record) -> list[LogNote]:
    """Gives what an act has written into the logs, while its plan is there still; nothing for another act's plan."""
    path = repo.ours / UNFINISHED
    try:
        plan: Plan = decode(path.read_bytes() if path.is_file() else b"", Plan)
    except (OSError, ValueError):
        return []
    return plan.logs if plan.record.id == record.id else []


def _stays_inside(repo: Repository, plan: Plan) -> bool:
    """Tells whether all that a plan names lies in the repository; a link on the way could lead anywhere."""
    record = plan.record
    logs = [note.file for note in plan.logs]
    places = [*(head.directory for head in record.heads), record.worktree or "."]
    return (
        all(_IN_LOGS.fullmatch(log) and ".." not in log.split("/") for log in logs)
        and all(map(_WORKTREE.fullmatch, places))
        and all(ref.name.startswith("refs/") and is_valid_name(ref.raw) for ref in record.refs)
        and all(map(is_known, record.git_files))
        and all(hook_path(repo, file) for file in record.files)
        and not any(_is_behind_link(repo.common_dir, name) for name in (*logs, *places))
        and not any(_is_behind_link(repo.common_dir, one.file) for one in record.git_files)
    )


def _is_behind_link(folder: Path, name: str) -> bool:
    parts = name.split("/")
    return any(folder.joinpath(*parts[:count]).is_symlink() for count in range(1, len(parts) + 1))


def is_interrupted(repo: Repository) -> bool:
    """Tells a holder of the lock whether an act has been cut off and not been settled."""
    try:
        return read_plan(repo) is not None
    except DamagedRepository:
        return True


def left_plan(repo: Repository) -> Plan | None:
    """Gives the act that was interrupted to whoever doesn't hold the lock; the plan of one under way is none.

    Raises:
        DamagedRepository: if the plan cannot be read.
    """
    if not (repo.ours / UNFINISHED).exists():
        return None
    with between_acts(repo.ours) as nobody_acts:
        return read_plan(repo) if nobody_acts else None


def waits_to_be_settled(repo: Repository) -> bool:
    """Tells the same as :func:`is_interrupted` to whoever doesn't hold the lock."""
    try:
        return left_plan(repo) is not None
    except DamagedRepository:
        return True


def is_logged(repo: Repository, record: Record) -> bool:
    """Tells whether the operation log has the act, which makes it done."""
    return any(one.id == record.id for one in read_records(repo))


def forget_plan(repo: Repository) -> None:
    """Drops the plan of an act that is settled.

    Raises:
        OSError: if it cannot be removed.
    """
    with contextlib.suppress(FileNotFoundError):
        (repo.ours / UNFINISHED).replace(repo.ours / _WORN)
        sync_directory(repo.ours)


def mend_logs(repo: Repository, notes: list[LogNote], *, finished: bool, only_going: bool = False) -> None:
    """Makes every log what it is after the act, or before it; may be done again at any time.

    Lines that another program has written since are left where they are.

    Args:
        repo: the repository, locked by the caller.
        notes: the logs.
        finished: whether the act is carried to its end; otherwise it is taken back.
        only_going: whether only those logs are looked at that end up missing, to make room for others.

    Raises:
        OSError: if a log cannot be written.
        Locked: if somebody else holds a ref.
    """
    for note in notes:
        goes = note.added is None if finished else note.size is None
        if goes or not only_going:
            with _held(repo, repo.common_dir / note.target):
                _mend(repo, repo.common_dir / note.file, note, finished=finished)


@contextlib.contextmanager
def _held(repo: Repository, target: Path) -> Iterator[None]:
    """Keeps git from the log of a ref, by the ref's lock."""
    if any(parent.is_file() for parent in target.parents if repo.common_dir in parent.parents):
        yield  # another ref stands where this one's folder would be, so nobody can be writing this one
        return
    lock = LockedFile(target, repo.staging)
    try:
        yield
    finally:
        lock.abort()
        remove_empty_parents(target, repo.common_dir / "refs")


def _mend(repo: Repository, path: Path, note: LogNote, *, finished: bool) -> None:
    content = path.read_bytes() if path.is_file() else None
    added = None if note.added is None else raw(note.added)
    before = saved_log(repo, note.saved) if note.saved is not None and note.size is not None else None
    if added is None or note.whole:
        now, then = (before, added) if finished else (added, before)
        if content != then and (content == now or content is None):
            _put(repo, path, then)
        return
    tail = (content or b"")[note.size or 0 :]
    if not added.startswith(tail):
        return
    if finished and tail != added:
        append_durably(path, added[len(tail) :])
    elif not finished and note.size is None:
        remove_log(repo, path)
    elif not finished and tail:
        _cut(path, note.size or 0)


def _put(repo: Repository, path: Path, content: bytes | None) -> None:
    if content is None:
        remove_log(repo, path)
    else:
        replace_log(repo, path, content)


def _cut(path: Path, size: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | platforms.NO_FOLLOW)
    try:
        os.ftruncate(descriptor, size)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
