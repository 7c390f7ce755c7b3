"""Keeps what an act would take from the index and the working files, as a commit that no ``git gc`` takes.

A backup has the shape of a stash (git-stash(1)), so plain git can read it: a commit with the working files, whose
parents are HEAD, a commit with the index, and, where there are any, one with the untracked files and one with the
sides of conflicts. It holds only files that the act touches and that HEAD does not have already. A backup that a
person asks for has the same shape, and holds all that HEAD does not have.
"""

from __future__ import annotations

import contextlib
import stat
from functools import partial
from typing import TYPE_CHECKING

from jupyter_mlgit.git.file_steps import keep_steps, steps_path
from jupyter_mlgit.git.identity import committer
from jupyter_mlgit.git.index import STAGE
from jupyter_mlgit.git.log_changes import RefUpdate
from jupyter_mlgit.git.move_checks import missing_content
from jupyter_mlgit.git.object_writer import ObjectWriter
from jupyter_mlgit.git.objects import MissingObject
from jupyter_mlgit.git.open_folder import changed
from jupyter_mlgit.git.pack_writer import release_packs
from jupyter_mlgit.git.ref_transaction import RefTransaction
from jupyter_mlgit.git.refs import OURS
from jupyter_mlgit.git.tree_changes import GITLINK, SYMLINK
from jupyter_mlgit.git.tree_edit import edit_tree
from jupyter_mlgit.git.tree_files import TreeFiles
from jupyter_mlgit.journal.backup_content import ACT, Content
from jupyter_mlgit.journal.records import raw
from jupyter_mlgit.journal.running_gc import collects_garbage
from jupyter_mlgit.problems import DamagedRepository, Problem, TipGone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jupyter_mlgit.git.file_plan import FilePlan
    from jupyter_mlgit.git.file_steps import Step
    from jupyter_mlgit.git.folder import Folder
    from jupyter_mlgit.git.locked_index import LockedIndex
    from jupyter_mlgit.git.objects import Oid
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.backup_content import Changes

BACKUPS = OURS + b"backup/"

_MANY = 20
"""Paths from which on it pays to hash what the index has, and not to read HEAD's folders."""


def backup_ref(record_id: str) -> bytes:
    """Gives the hidden ref that keeps an act's backup."""
    return BACKUPS + record_id.encode()


def keep_backup(repo: Repository, record_id: str, saving: Saving, steps: list[Step], now: float) -> None:
    """Keeps the commit that was written, and the steps of its act, from ``git gc``.

    A gc that looked at the refs before this one was there may still take what it names (git-gc(1), NOTES). So where
    one runs, or has taken something already, all is written once more in a pack, which it leaves alone.

    Raises:
        Problem: if the ref cannot be made.
        OSError: if they cannot be written.
    """
    if steps:
        keep_steps(repo, record_id, steps)
    if saving.commit is not None:
        update = RefUpdate(backup_ref(record_id), None, saving.commit, log_line=False)
        try:
            _make_ref(repo, update, now)
        except TipGone:
            saving.write_again()
            _make_ref(repo, update, now)
    if collects_garbage(repo) or not saving.is_whole():
        saving.write_again()
    release_packs(repo.common_dir / "objects" / "pack")


def _make_ref(repo: Repository, update: RefUpdate, now: float) -> None:
    with RefTransaction(repo, [update], now) as ref:
        ref.commit()


def forget_backup(repo: Repository, record_id: str, now: float) -> None:
    """Takes the backup and the steps of an act away that has not come to pass; what cannot go now will expire."""
    with contextlib.suppress(OSError, Problem):
        forget_backups(repo, [record_id], now)


def kept_files(repo: Repository) -> dict[str, float]:
    """Gives the acts whose steps are kept, by id, and since when; seconds since the epoch."""
    found = {}
    with contextlib.suppress(FileNotFoundError):
        for path in steps_path(repo, "any").parent.iterdir():
            name, _, ending = path.name.partition(".")
            if name.isalnum() and ending == "json.z":
                found[name] = path.stat().st_mtime
    return found


def forget_backups(repo: Repository, ids: Iterable[str], now: float) -> None:
    """Takes backups and steps away.

    Raises:
        Problem: if a ref cannot be removed.
        OSError: if steps cannot.
    """
    ids = list(ids)
    found = [(backup_ref(one), repo.refs.read(backup_ref(one))) for one in ids]
    updates = [RefUpdate(name, commit, None) for name, commit in found if commit is not None]
    if updates:
        with RefTransaction(repo, updates, now) as transaction:
            transaction.commit()
    for one in ids:
        steps_path(repo, one).unlink(missing_ok=True)


def back_up(
    repo: Repository, plan: FilePlan, top: Folder, title: str, now: float, index: LockedIndex | None = None
) -> Saving:
    """Writes the commit; the caller makes the ref, with :func:`keep_backup`, before anything else changes.

    Args:
        repo: the repository.
        plan: what is about to happen; the bytes in its ``contents`` are written as well.
        top: the worktree's top folder.
        title: the act, in words.
        now: seconds since the epoch.
        index: what may have the same folders as HEAD.

    Returns:
        the backup, without a commit where HEAD has everything that goes.

    Raises:
        StateChanged: if a file has been written since the plan was made.
        DamagedRepository: if what is staged cannot be read.
        OSError: if it cannot be written, as on a full disk; nothing has changed then.
    """
    saving = Saving(repo, plan, index)
    saving.write(top, ACT + raw(title) if saving.has_bytes else None, now)
    return saving


class Saving:
    """What of a plan's paths is to be kept, and the commit that keeps it."""

    def __init__(self, repo: Repository, plan: FilePlan, index: LockedIndex | None = None) -> None:
        """Compares the paths of a plan with HEAD; writes nothing yet.

        Args:
            repo: the repository.
            plan: what is about to happen.
            index: what may have the same folders as HEAD, which then need not be read.
        """
        self._repo = repo
        self._plan = plan
        self._head = repo.refs.head().oid
        self._tree = repo.objects.commit(self._head).tree if self._head else None
        known = index.index if index is not None and len(plan.steps) > _MANY else None
        self._in_head = TreeFiles(repo.objects, self._tree, known)
        self.content = Content(head=self._head)
        self.commit: Oid | None = None
        """The commit, once it is written; None where HEAD has everything."""
        self._written: frozenset[Oid] = frozenset()
        self._again: Callable[[], object] | None = None
        self._relied: set[Oid] = set()
        for step in plan.steps:
            self._add(step)

    @property
    def has_bytes(self) -> bool:
        """Whether anything would be lost that HEAD does not have; a file that is gone has nothing to lose."""
        # One by one: a path may go from the index and still have a file with bytes.
        kept = (self.content.files, self.content.untracked, self.content.index, self.content.conflicts)
        return any(side is not None for part in kept for side in part.values())

    def _add(self, step: Step) -> None:
        """Notes what of one path is to be kept."""
        content = self.content
        entry = self._in_head.get(step.path)
        known = None if entry is None else (entry.mode, entry.oid)
        staged = step.index[0] if step.index is not None else ()
        if step.file is not None:
            before = step.file[0]
            if before is None:
                if known is not None:
                    content.files[step.path] = None
            elif known == (_in_tree(before.mode), before.oid):
                self._relied.add(before.oid)
            else:
                kept = content.files if staged or known else content.untracked
                kept[step.path] = (_in_tree(before.mode), before.oid)
        if step.index is None:
            return
        if not staged and known is not None:
            content.index[step.path] = None
        for one in staged:
            if one.flags & STAGE:
                content.conflicts[b"%d/%s" % ((one.flags & STAGE) >> 12, step.path)] = (one.mode, one.oid)
            elif known != (one.mode, one.oid):
                content.index[step.path] = (one.mode, one.oid)

    def is_whole(self) -> bool:
        """Tells whether all that was written is still there."""
        self._repo.objects.refresh()
        return all(self._repo.objects.own_file(oid) is not None for oid in self._written)

    def write_again(self) -> None:
        """Writes the same objects once more, all of them in one pack.

        Raises:
            Problem: as :func:`back_up`.
        """
        if self._again is not None:
            self._again()

    def write(
        self, top: Folder, subject: bytes | None, now: float, *, like: Oid | None = None, packed: bool = False
    ) -> None:
        """Writes all objects and makes them durable.

        Args:
            top: the worktree's top folder.
            subject: what the commit says; None writes no commit.
            now: seconds since the epoch.
            like: an earlier backup, which is taken instead of a new one that would hold the same.
            packed: whether all objects have to be in a pack of their own.

        Raises:
            Problem: as :func:`back_up`.
        """
        content = self.content
        going = content.files | content.untracked
        staged = [one[1] for one in (*content.index.values(), *content.conflicts.values()) if one and one[0] != GITLINK]
        expected = len(going) + len(self._plan.contents) + len(staged)
        try:
            with ObjectWriter(self._repo, expected=expected, packed=packed) as writer:
                for oid in self._relied:
                    writer.rely_on(oid)
                for one in self._plan.contents.values():
                    writer.blob(one)
                for path, side in going.items():
                    if side is not None:
                        _keep_file(writer, top, path, side[1])
                for oid in staged:
                    writer.hold(oid)
                self.commit = self._commits(writer, subject, now, like) if subject is not None else None
                writer.finish()
                self._written = writer.names
        except MissingObject as error:
            if packed:
                raise missing_content("What is staged", error) from error
            # What was there already, and named by nothing, has been taken by a "git gc" while we relied on it.
            self.write(top, subject, now, like=like, packed=True)
            return
        self._again = partial(self.write, top, subject, now, like=like, packed=True)

    def _commits(self, writer: ObjectWriter, subject: bytes, now: float, like: Oid | None) -> Oid:
        who = committer(self._repo.config, now)
        words = subject.removeprefix(ACT)
        head = [self._head] if self._head else []
        content = self.content

        def tree(changes: Changes, base: Oid | None) -> Oid:
            return edit_tree(self._repo.objects, writer, base, changes)

        beside = [(tree(content.index, self._tree), head, b"index before: ")]
        if content.untracked:
            beside.append((tree(content.untracked, None), [], b"untracked files before: "))
        if content.conflicts:
            beside.append((tree(content.conflicts, None), [], b"conflicts before: "))
        files = tree(content.files, self._tree)
        if like is not None and self._holds(like, files, [one for one, _, _ in beside]):
            return like
        parents = [writer.commit(one, above, who, what + words + b"\n") for one, above, what in beside]
        return writer.commit(files, [*head, *parents], who, subject + b"\n")

    def _holds(self, commit: Oid, files: Oid, beside: list[Oid]) -> bool:
        """Tells whether an earlier backup has just these trees, on the same HEAD."""
        commits = self._repo.objects.commit
        head = [self._head] if self._head else []
        try:
            found = commits(commit)
            above, rest = list(found.parents[: len(head)]), found.parents[len(head) :]
            return found.tree == files and above == head and [commits(one).tree for one in rest] == beside
        except (MissingObject, DamagedRepository):
            return False


def _keep_file(writer: ObjectWriter, top: Folder, path: bytes, expected: Oid) -> None:
    """Adds a working file's bytes, if they are still those that were looked at."""
    try:
        with top.reading(path) as (stream, size):
            oid = writer.blob_from(stream, size)
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise changed(path) from error
    if oid != expected:
        raise changed(path)


def _in_tree(mode: int) -> int:
    """Gives the mode that a tree has for a file on disk."""
    if stat.S_ISLNK(mode):
        return SYMLINK
    return 0o100755 if mode & 0o100 else 0o100644
