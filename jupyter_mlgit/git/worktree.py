"""Moves the working files and the index from one commit to another, as ``git switch`` does, and never over work.

All files are checked before the first is written (the two-tree table of git-read-tree(1)). A file is replaced or
removed only when its very bytes are in the object database, so nothing that was on disk is lost; one that differs,
or an untracked one in the way, refuses the whole act. Symbolic links are written last.
"""

from __future__ import annotations

import contextlib
import stat
from typing import TYPE_CHECKING

from jupyter_mlgit.git import platforms
from jupyter_mlgit.git.conversions import Conversions
from jupyter_mlgit.git.durable import cannot_write, sync_file
from jupyter_mlgit.git.folder import Folder, OnDisk
from jupyter_mlgit.git.index import UNKNOWN, Index, IndexEntry, Stat, read_index, write_index
from jupyter_mlgit.git.locks import LockedFile
from jupyter_mlgit.git.move_checks import missing_content, require_blob, require_plain, require_possible, same_side
from jupyter_mlgit.git.move_plan import MovePlan, Step, keep_move
from jupyter_mlgit.git.objects import MissingObject
from jupyter_mlgit.git.safe_names import require_told_apart
from jupyter_mlgit.git.tree_changes import SYMLINK, TreeChange, tree_changes
from jupyter_mlgit.problems import UnsupportedRepository, WouldOverwrite

if TYPE_CHECKING:
    from typing_extensions import Self

    from jupyter_mlgit.git.objects import Oid, TreeEntry
    from jupyter_mlgit.git.repository import Repository


class Move:
    """One move of index and working files: :meth:`prepare` checks and locks, :meth:`commit` writes."""

    def __init__(self, repo: Repository, old: Oid | None, new: Oid | None) -> None:
        """Names the two commits; nothing is looked at yet.

        Args:
            repo: the repository, locked by the caller.
            old: the commit that is checked out; None for an unborn branch.
            new: the commit to go to; None only when a move from an unborn branch is rolled back.

        Raises:
            UnsupportedRepository: in a bare repository.
        """
        if repo.worktree is None:
            raise UnsupportedRepository("A bare repository has no working files.", "Use a clone with a worktree.")
        if not platforms.CAN_OPEN_BELOW:
            raise UnsupportedRepository("Working files are not written on this system.", "Use 'git switch'.")
        self.repo = repo
        self.old = old
        self.new = new
        self.files: list[TreeChange] = []
        """The working files that change, by path."""
        self.steps: list[Step] = []
        self._top = Folder(repo.worktree, repo.hex_length)
        self._trusts_mode = repo.config.flag("core", "fileMode", default=True)
        self._lock: LockedFile | None = None
        self._index = Index(2, [], [], 0)
        self._entries: dict[bytes, IndexEntry] = {}
        self._writes: dict[bytes, tuple[TreeEntry | None, OnDisk | None]] = {}
        """What is written and what it replaces."""
        self._staged: dict[bytes, TreeEntry | None] = {}
        """What becomes of the index's entries."""
        self._stats: dict[bytes, Stat] = {}

    def __enter__(self) -> Self:
        """Prepares."""
        try:
            self.prepare()
        except BaseException:
            self.abort()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        """Gives the index's lock back if it is still held."""
        self.abort()

    def prepare(self) -> None:
        """Locks the index and checks every file; changes nothing.

        Raises:
            WouldOverwrite: naming every file with work that is not committed.
            UnsupportedRepository: where files would have to be converted, and for submodules and sparse checkouts.
            DamagedRepository: if a file's content is not in the repository.
            BadName: if a file's name could reach outside the worktree or into ``.git``.
            IndexLocked: if somebody else holds the index.
            ReadOnly: if a file cannot be read.
        """
        path = self.repo.git_dir / "index"
        self._lock = LockedFile(path, self.repo.staging)
        try:
            self._index = read_index(path, self.repo.hex_length)
            if self.repo.config.flag("core", "sparseCheckout"):
                raise UnsupportedRepository("This is a sparse checkout.", "Use 'git switch' in a terminal.")
            if any(entry.stage for entry in self._index.entries):
                raise WouldOverwrite(
                    "There are conflicts that are not resolved.", "Resolve them first, or give the merge up."
                )
            self._entries = {entry.path: entry for entry in self._index.entries}
            in_the_way = self.look()
            in_the_way += self._folders_in_the_way()
        except OSError as error:
            raise cannot_write(self._top.path, error) from error
        except MissingObject as error:
            raise missing_content("A part of the commit", error) from error
        if in_the_way:
            names = [name.decode("utf-8", "replace") for name in sorted(set(in_the_way))]
            shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")  # noqa: PLR2004
            raise WouldOverwrite(
                f"Work that is not committed would be overwritten: {shown}.",
                "Commit it, stash it or move it away, then repeat the act.",
                files=names,
            )

    def commit(self) -> None:
        """Writes files, then the index.

        Raises:
            StateChanged: if another program has written one of the files since :meth:`prepare`.
            ReadOnly: if a write fails; :class:`~jupyter_mlgit.git.move_rest.RestOfMove` then knows how to go back.
        """
        if self._lock is None:
            return
        try:
            self.note()
            self._make_durable()
            for path, (new, before) in self._writes.items():
                if new is None:
                    self._top.remove(path, before)
            making = [(path, new, before) for path, (new, before) in self._writes.items() if new is not None]
            for path, new, before in sorted(making, key=lambda one: one[1].mode == SYMLINK):
                self._put(path, new, before)
            self._top.sync(self._writes)
            self._lock.write(write_index(self._new_index(), self.repo.hex_length))
            self._lock.commit()
        except OSError as error:
            raise cannot_write(self._top.path, error) from error
        self._lock = None

    def abort(self) -> None:
        """Gives the index's lock back."""
        if self._lock is not None:
            self._lock.abort()
            self._lock = None

    def note(self) -> None:
        """Writes down what the move is about to do."""
        keep_move(self.repo, MovePlan(self.old, self.new, self.steps))

    def look(self) -> list[bytes]:
        """Decides what to do about every file; gives those with work that would be lost."""
        objects = self.repo.objects
        trees = [objects.commit(one).tree if one else None for one in (self.old, self.new)]
        changes = sorted(tree_changes(objects, *trees), key=lambda one: one.path)
        coming = {one.path: one.new for one in changes}
        conversions = Conversions(self.repo, lambda folder: self._attributes_in(folder, coming))
        for one in changes:
            require_possible(self.repo, one, self._entries.get(one.path))
        in_the_way = [one.path for one in changes if not self._check(one, conversions)]
        if self.repo.config.flag("core", "ignoreCase"):
            made = [one.path for one in self.files if one.new is not None]
            require_told_apart(made, [*self._entries, *coming])
        return in_the_way

    def write(self, path: bytes, new: TreeEntry | None, on_disk: OnDisk | None) -> None:
        """Plans a file's replacement, making or removal."""
        self._writes[path] = (new, None if on_disk is None or on_disk.is_folder else on_disk)

    def stage(self, path: bytes, new: TreeEntry | None, known: OnDisk | None = None) -> None:
        """Plans an index entry's change, with the file that is known to hold just that."""
        self._staged[path] = new
        if known is not None:
            self._stats[path] = Stat.of(known.status)

    def entry(self, path: bytes) -> IndexEntry | None:
        """Gives what the index has under a name."""
        return self._entries.get(path)

    def on_disk(self, path: bytes) -> OnDisk | None:
        """Gives what stands under a name."""
        return self._top.read(path)

    def holds(self, on_disk: OnDisk | None, side: TreeEntry | None) -> bool:
        """Tells whether what is on disk is, byte for byte, what a commit has."""
        if on_disk is None or side is None:
            return on_disk is None and side is None
        mode = on_disk.status.st_mode
        if on_disk.oid != side.oid or stat.S_ISLNK(mode) != (side.mode == SYMLINK):
            return False
        return side.mode == SYMLINK or not self._trusts_mode or bool(mode & 0o100) == bool(side.mode & 0o100)

    def leftovers(self, paths: list[bytes]) -> list[bytes]:
        """Gives the files that a killed process of ours has moved aside near these."""
        return list(self._top.leftovers(paths))

    def _check(self, one: TreeChange, conversions: Conversions) -> bool:
        """Decides what to do about one file; False when work would be lost."""
        entry = self._entries.get(one.path)
        on_disk = self._top.read(one.path)
        if same_side(entry, one.new):
            # The index is there already and the file on disk stays as it is, unless it is untracked and git, which
            # takes it for one to be removed, would stop.
            return entry is not None or on_disk is None or on_disk.is_folder
        if one.new is not None:
            require_plain(one.path, conversions)
        folder = entry is None and on_disk is not None and on_disk.is_folder  # looked into later
        if not same_side(entry, one.old) or not (on_disk is None or folder or self.holds(on_disk, one.old)):
            return False
        if one.old is not None and on_disk is not None:
            require_blob(self.repo, one.path, one.old)
        if one.new is not None:
            require_blob(self.repo, one.path, one.new)
        there = on_disk is not None and not folder
        if there or one.new is not None:
            self.write(one.path, one.new, on_disk)
            self.files.append(one)
        self.stage(one.path, one.new)
        self.steps.append(Step(one.path, one.old, one.new, was_there=there))
        return True

    def _attributes_in(self, folder: bytes, coming: dict[bytes, TreeEntry | None]) -> bytes | None:
        """Gives the attributes that git would go by: the index's that is to be, or else the file's on disk."""
        path = folder + b"/.gitattributes" if folder else b".gitattributes"
        entry = coming[path] if path in coming else self._entries.get(path)
        if entry is not None:
            return self.repo.objects.raw(entry.oid)[1]
        return None if path in coming else self._top.content(path)

    def _folders_in_the_way(self) -> list[bytes]:
        """Finds folders with files that stay, and files that stay, where the other kind has to go."""
        going = {path for path, (new, _) in self._writes.items() if new is None}
        found = []
        for path, (new, _) in self._writes.items():
            if new is None:
                continue
            found += [below for below in self._top.files_below(path) if below not in going]
            blocking = self._top.file_above(path)
            if blocking is not None and blocking not in going:
                found.append(blocking)
        return found

    def _put(self, path: bytes, new: TreeEntry, before: OnDisk | None) -> None:
        try:
            content = self.repo.objects.raw(new.oid)[1]
        except MissingObject as error:
            raise missing_content(path.decode("utf-8", "replace"), error) from error
        symlink, executable = new.mode == SYMLINK, bool(new.mode & 0o100)
        written = self._top.write(path, content, symlink=symlink, executable=executable, expected=before)
        if written is not None:
            self._stats[path] = Stat.of(written)

    def _make_durable(self) -> None:
        """Sees to it that the copies which are relied upon outlive a power cut; git does not, by default."""
        for step in self.steps:
            if step.old is not None and step.was_there:
                name = step.old.oid.decode()
                path = self.repo.common_dir / "objects" / name[:2] / name[2:]
                with contextlib.suppress(FileNotFoundError):
                    sync_file(path)

    def _new_index(self) -> Index:
        updates: dict[bytes, IndexEntry | None] = {}
        for path, new in self._staged.items():
            known = self._stats.get(path, UNKNOWN)
            updates[path] = None if new is None else IndexEntry(path, new.mode, new.oid, known)
        return self._index.smudged().changed(updates)
