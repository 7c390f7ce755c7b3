"""Keeps what an act would take from the index and the working files, as a commit that no ``git gc`` takes.

A backup has the shape of a stash (git-stash(1)), so plain git can read it: a commit with the working files, whose
parents are HEAD, a commit with the index, and, where there are any, one with the untracked files and one with the
sides of conflicts. It holds only files that the act touches and that HEAD does not have already.
"""

from __future__ import annotations

import contextlib
import stat
from typing import TYPE_CHECKING

from jupyter_mlgit.git.file_steps import steps_path
from jupyter_mlgit.git.identity import committer
from jupyter_mlgit.git.index import STAGE
from jupyter_mlgit.git.log_changes import RefUpdate
from jupyter_mlgit.git.move_checks import missing_content
from jupyter_mlgit.git.object_writer import ObjectWriter
from jupyter_mlgit.git.objects import MissingObject
from jupyter_mlgit.git.open_folder import changed
from jupyter_mlgit.git.ref_transaction import RefTransaction
from jupyter_mlgit.git.refs import OURS
from jupyter_mlgit.git.tree_changes import GITLINK, SYMLINK
from jupyter_mlgit.git.tree_edit import edit_tree
from jupyter_mlgit.journal.records import raw
from jupyter_mlgit.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_mlgit.git.file_plan import FilePlan
    from jupyter_mlgit.git.file_steps import Step
    from jupyter_mlgit.git.folder import Folder
    from jupyter_mlgit.git.objects import Oid, TreeEntry
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.git.tree_edit import Side

BACKUPS = OURS + b"backup/"


def backup_ref(record_id: str) -> bytes:
    """Gives the hidden ref that keeps an act's backup."""
    return BACKUPS + record_id.encode()


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


_Changes = dict[bytes, "Side | None"]


def back_up(repo: Repository, plan: FilePlan, top: Folder, title: str, now: float) -> Oid | None:
    """Writes the commit; the caller makes the ref before anything else changes.

    Args:
        repo: the repository.
        plan: what is about to happen; the bytes in its ``contents`` are written as well.
        top: the worktree's top folder.
        title: the act, in words.
        now: seconds since the epoch.

    Returns:
        the backup; None where HEAD has everything that goes.

    Raises:
        StateChanged: if a file has been written since the plan was made.
        DamagedRepository: if what is staged cannot be read.
        OSError: if it cannot be written, as on a full disk; nothing has changed then.
    """
    saving = _Saving(repo)
    for step in plan.steps:
        saving.add(step)
    return saving.write(plan, top, title, now)


class _Saving:
    def __init__(self, repo: Repository) -> None:
        self._repo = repo
        self._head = repo.refs.head().oid
        self._tree = repo.objects.commit(self._head).tree if self._head else None
        self._folders: dict[bytes, dict[bytes, TreeEntry]] = {}
        self._files: _Changes = {}
        self._untracked: _Changes = {}
        self._index: _Changes = {}
        self._conflicts: _Changes = {}
        self._relied: set[Oid] = set()

    def add(self, step: Step) -> None:
        """Notes what of one path is to be kept."""
        known = self._in_head(step.path)
        staged = step.index[0] if step.index is not None else ()
        if step.file is not None:
            before = step.file[0]
            if before is None:
                if known is not None:
                    self._files[step.path] = None
            elif known == (_in_tree(before.mode), before.oid):
                self._relied.add(before.oid)
            else:
                kept = self._files if staged or known else self._untracked
                kept[step.path] = (_in_tree(before.mode), before.oid)
        if step.index is None:
            return
        if not staged and known is not None:
            self._index[step.path] = None
        for one in staged:
            if one.flags & STAGE:
                self._conflicts[b"%d/%s" % ((one.flags & STAGE) >> 12, step.path)] = (one.mode, one.oid)
            elif known != (one.mode, one.oid):
                self._index[step.path] = (one.mode, one.oid)

    def write(self, plan: FilePlan, top: Folder, title: str, now: float) -> Oid | None:
        """Writes all objects and makes them durable."""
        going = self._files | self._untracked
        # One by one: a path may go from the index and still have a file with bytes.
        kept = (going, self._index, self._conflicts)
        any_bytes = any(side is not None for part in kept for side in part.values())
        expected = len(going) + len(plan.contents)
        try:
            with ObjectWriter(self._repo, expected=expected) as writer:
                for oid in self._relied:
                    writer.rely_on(oid)
                for content in plan.contents.values():
                    writer.blob(content)
                for path, side in going.items():
                    if side is not None:
                        _keep_file(writer, top, path, side[1])
                for side in [*self._index.values(), *self._conflicts.values()]:
                    if side is not None and side[0] != GITLINK:
                        writer.rely_on(side[1])
                commit = self._commits(writer, title, now) if any_bytes else None
                writer.finish()
        except MissingObject as error:
            raise missing_content("What is staged", error) from error
        return commit

    def _commits(self, writer: ObjectWriter, title: str, now: float) -> Oid:
        who = committer(self._repo.config, now)
        parents = [self._head] if self._head else []

        def made(changes: _Changes, base: Oid | None, above: list[Oid], words: bytes) -> Oid:
            return writer.commit(edit_tree(self._repo.objects, writer, base, changes), above, who, words + b"\n")

        words = raw(title)
        parents = [*parents, made(self._index, self._tree, parents, b"index before: " + words)]
        if self._untracked:
            parents = [*parents, made(self._untracked, None, [], b"untracked files before: " + words)]
        if self._conflicts:
            parents = [*parents, made(self._conflicts, None, [], b"conflicts before: " + words)]
        return made(self._files, self._tree, parents, b"Before: " + words)

    def _in_head(self, path: bytes) -> Side | None:
        folder, _, name = path.rpartition(b"/")
        entry = self._folder(folder).get(name)
        return None if entry is None or stat.S_ISDIR(entry.mode) else (entry.mode, entry.oid)

    def _folder(self, path: bytes) -> dict[bytes, TreeEntry]:
        if path not in self._folders:
            if not path:
                tree = self._tree
            else:
                above, _, name = path.rpartition(b"/")
                entry = self._folder(above).get(name)
                tree = entry.oid if entry is not None and stat.S_ISDIR(entry.mode) else None
            self._folders[path] = {one.name: one for one in self._repo.objects.tree(tree)} if tree else {}
        return self._folders[path]


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
