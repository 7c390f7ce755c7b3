"""Backs up index and working files when a person asks for it, or before a kernel runs; nothing of them changes.

What is saved is what HEAD does not have: everything staged, changed or in conflict, and untracked files that are not
ignored. What a filter hides from git, as a notebook's outputs, counts as changed, since it is work, too; so does what
differs in a file that git is told not to look at (git-update-index(1), ``--assume-unchanged``, ``--skip-worktree``).

The commit and its ref come before the operation that tells of them: a backup that a crash has cut off from it is still
listed. The index is read and not locked: a backup must not depend on what else is at work.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from jupyter_mlgit.git.conversions import Conversions
from jupyter_mlgit.git.file_plan import LARGEST_BACKUP, Planner, as_file, skipped
from jupyter_mlgit.git.file_steps import Step
from jupyter_mlgit.git.index import ASSUME_VALID, INTENT_TO_ADD, SKIP_WORKTREE
from jupyter_mlgit.git.locked_index import LockedIndex
from jupyter_mlgit.git.objects import MissingObject, TreeEntry
from jupyter_mlgit.git.status import StatusCache
from jupyter_mlgit.git.tree_changes import GITLINK
from jupyter_mlgit.journal.acts import acting, perform
from jupyter_mlgit.journal.backup import Saving, forget_backup, keep_backup
from jupyter_mlgit.journal.backup_content import ASKED, RUN
from jupyter_mlgit.journal.pins import DAY
from jupyter_mlgit.journal.records import SNAPSHOT, new_record, text
from jupyter_mlgit.problems import Problem, StateChanged, WouldOverwrite
from jupyter_mlgit.recovery.backups import MOST_FILES, BackupFile, files_of, newest_first
from jupyter_mlgit.values import Value, argument, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.git.file_steps import FileSide, Sides
    from jupyter_mlgit.git.objects import Oid
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context

NOTEBOOK = b".ipynb"

TRIES = 3
"""How often it is tried while something, such as a training run, goes on writing files."""


class BackupRequest(Value):
    """Asks for a backup of everything that is not committed."""

    message: Annotated[
        Annotated[str, Meta(max_length=200)] | None,
        Meta(description="What to call it.", extra=argument(flag="-m", metavar="TEXT")),
    ] = None
    reason: Annotated[Literal["on-demand", "before-run"], Meta(description="Why it is made.")] = "on-demand"
    dry_run: Annotated[bool, Meta(description="Say what would be saved and change nothing.")] = False


class NotBackedUp(Value):
    """A file that is not in a backup."""

    path: str
    reason: str


class BackedUp(Value):
    """A backup that was made, or the one that holds all of it already."""

    id: str | None
    """By which it is listed and restored; null when there is nothing to save, and in a dry run."""
    commit: str | None
    """Shaped as a stash is: ``git stash apply`` and ``git show`` read it."""
    created: bool
    """False when nothing has changed since the newest backup, which is the one that is named."""
    files: list[BackupFile]
    """What is saved; empty when everything is as in the last commit."""
    more_files: int
    """How many more there are than are listed."""
    skipped: list[NotBackedUp]
    operation: str | None
    """The act; null when none was made."""


def back_up_now(repo: Repository, request: BackupRequest, context: Context) -> BackedUp:
    """Saves what HEAD does not have.

    Raises:
        UnsupportedRepository: in a bare repository, and with a sparse index.
        DamagedRepository: if what is staged cannot be read.
        StateChanged: if another program saves the files again and again.
        UnfinishedOperation: if an earlier act was interrupted.
    """
    if request.dry_run:
        repo.require_writable()
        return _back_up(repo, request, context)
    with acting(repo, context):
        for _ in range(TRIES - 1):
            with contextlib.suppress(StateChanged):
                return _back_up(repo, request, context)
        return _back_up(repo, request, context)


def _back_up(repo: Repository, request: BackupRequest, context: Context) -> BackedUp:
    with LockedIndex(repo, lock=False) as index:
        planner = Planner(repo, index)
        left = _look(planner)
        saving = Saving(repo, planner.plan)
        content = saving.content
        done: tuple[str, Oid, bool] | None = None
        if content.paths and not request.dry_run:
            done = _save(repo, request, saving, planner, context)
        sizes = {path: one.status.st_size for path, one in planner.plan.seen.items() if one is not None}
        files = files_of(repo, content, MOST_FILES, sizes)
        return BackedUp(
            id=done[0] if done else None,
            commit=done[1].decode() if done else None,
            created=done is not None and done[2],
            files=files,
            more_files=len(content.paths) - len(files),
            skipped=left,
            operation=done[0] if done is not None and done[2] else None,
        )


def _save(
    repo: Repository, request: BackupRequest, saving: Saving, planner: Planner, context: Context
) -> tuple[str, Oid, bool]:
    """Gives the backup's id and commit, and whether it is a new one."""
    newest = next(iter(newest_first(repo)), None)
    # One that is older may be forgotten long before a new one would be.
    like = newest if newest is not None and 0 <= context.now - newest.when < DAY else None
    why = RUN if request.reason == "before-run" else ASKED
    said = " ".join((request.message or "").split())
    subject = why + (b": " + said.encode("utf-8", "surrogateescape") if said else b"")
    saving.write(planner.top, subject, context.now, like=None if like is None else like.commit)
    commit = saving.commit
    assert commit is not None  # noqa: S101 -- there is a subject
    if like is not None and commit == like.commit:
        return like.id, commit, False
    record = new_record(context.now, context.source, _title(saving, request, said), SNAPSHOT, backup=text(commit))
    try:
        keep_backup(repo, record.id, saving, planner.plan.steps, context.now)
        perform(repo, context, record)
    except BaseException:
        forget_backup(repo, record.id, context.now)
        raise
    return record.id, commit, True


def _title(saving: Saving, request: BackupRequest, said: str) -> str:
    paths = saving.content.paths
    what = os.fsdecode(paths[0]) if len(paths) == 1 else f"{len(paths)} files"
    when = " before a kernel run" if request.reason == "before-run" else ""
    return f"Back up {what}{when}" + (f": {said}" if said else "")


def _look(planner: Planner) -> list[NotBackedUp]:
    """Notes every path that differs, as steps that change nothing; gives those that cannot be kept."""
    status = StatusCache(planner.repo, most=None).full()
    left: list[NotBackedUp] = []
    paths = {name for one in status.changes for name in (one.path, one.old_path) if name is not None}
    paths |= status.untracked.keys() | set(_hidden_from_git(planner, paths))
    for path in sorted(paths):
        reason, file = None, None
        try:
            reason = _obstacle(planner, path)
            file = _file(planner, path) if reason is None else None
        except WouldOverwrite:
            reason = "It is no plain file, or is being written just now."
        except OSError as error:
            reason = f"It cannot be read: {error.strerror}."
        staged = _staged(planner, path)
        if reason is not None:
            left.append(NotBackedUp(path=visible(path), reason=reason))
        if reason is None or staged:
            planner.plan.steps.append(Step(path, (staged, staged), file))
    return left


def _hidden_from_git(planner: Planner, known: set[bytes]) -> Iterator[bytes]:
    """Yields files that git takes for unchanged, since a filter cleans them or it must not look, and HEAD has not."""
    repo, index = planner.repo, planner.index
    conversions = Conversions(repo, lambda folder: _attributes_in(planner, folder))
    for path in index.paths:
        entry = None if path in known else index.entry(path)
        if entry is None or entry.mode == GITLINK:
            continue
        marked = bool(entry.flags & ASSUME_VALID or entry.extended & SKIP_WORKTREE)
        if marked or _is_filtered(conversions, path):
            # Where the stored content cannot be read, that is no reason to save nothing at all.
            with contextlib.suppress(Problem, MissingObject, OSError):
                if not _is_stored(planner, path, TreeEntry(path, entry.mode, entry.oid)):
                    yield path


def _is_filtered(conversions: Conversions, path: bytes) -> bool:
    """Tells whether a filter may hide something; what Git LFS stores of a large file is a checksum of all of it."""
    found = conversions.attributes(path).get(b"filter")
    return bool(found) and (found != b"lfs" or path.endswith(NOTEBOOK))


def _is_stored(planner: Planner, path: bytes, side: TreeEntry) -> bool:
    """Tells whether a file holds no more than git has; a notebook has to be what is stored, byte for byte."""
    file = planner.file(path)
    if file is None or planner.holds(file, as_file(side)):
        return True
    return not path.endswith(NOTEBOOK) and planner.is_as_written(path, side)


def _attributes_in(planner: Planner, folder: bytes) -> bytes | None:
    path = folder + b"/.gitattributes" if folder else b".gitattributes"
    entry = planner.index.entry(path)
    content = planner.top.content(path)
    return planner.repo.objects.raw(entry.oid)[1] if content is None and entry is not None else content


def _obstacle(planner: Planner, path: bytes) -> str | None:
    """Says why an untracked file is not backed up, before it is read."""
    if path.endswith(b"/"):
        return "It is a repository of its own."
    if planner.index.sides(path) or path.endswith(NOTEBOOK):
        return None
    try:
        size = (planner.top.path / os.fsdecode(path)).lstat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return None
    return f"It is larger than {LARGEST_BACKUP // 10**6} MB." if size > LARGEST_BACKUP else None


def _file(planner: Planner, path: bytes) -> tuple[FileSide | None, FileSide | None] | None:
    """Gives a working file as a step has it that leaves it alone; None where git itself expects none."""
    sides = planner.index.sides(path)
    if any(one.mode == GITLINK for one in sides):
        return None
    file = planner.file(path)
    return None if file is None and skipped(sides) else (file, file)


def _staged(planner: Planner, path: bytes) -> Sides:
    """Gives what is staged; a name that is only intended to be added has nothing yet."""
    return tuple(one for one in planner.index.sides(path) if not one.extended & INTENT_TO_ADD)
