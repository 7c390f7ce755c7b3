"""Changes refs as git does: all locked and compared first, then written, with both reflogs and git's own words.

Every ref of a transaction is locked before the first is changed. A ref is compared with the value that the caller
has acted upon, so a second person, tab or terminal loses the race instead of its commits. Order and file names are
those of git's files backend (git-update-ref(1), refs/files-backend.c), so both may work at the same time.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from jupyter_mlgit.git.durable import cannot_write, make_folder, sync_directory
from jupyter_mlgit.git.hooks import RefHook
from jupyter_mlgit.git.locks import LockedFile
from jupyter_mlgit.git.log_changes import LogChange, RefUpdate, of_update, remove_empty_parents
from jupyter_mlgit.git.refs import HEADS, is_valid_name, short_name
from jupyter_mlgit.problems import BadName, BranchExists, StateChanged, TipGone, UnsupportedRepository

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from typing_extensions import Self

    from jupyter_mlgit.git.repository import Repository


class RefTransaction:
    """Locks at :meth:`prepare`, writes at :meth:`commit`; use it as a context manager so that locks go again."""

    def __init__(self, repo: Repository, updates: Sequence[RefUpdate], now: float, *, settling: bool = False) -> None:
        """Keeps what is to be done; nothing is touched yet.

        Args:
            repo: the repository, whose lock the caller holds.
            updates: at most one for each ref.
            now: seconds since the epoch, for the reflog.
            settling: whether this finishes or takes back an act that a hook has been asked about already.
        """
        self.settling = settling
        self.repo = repo
        self.updates = updates
        self.now = now
        self._locks: dict[bytes, LockedFile] = {}
        self._packed: LockedFile | None = None
        # Some keep the file elsewhere; git follows the link, too (refs/packed-backend.c).
        self._packed_path = (repo.common_dir / "packed-refs").resolve()
        self._hook: RefHook | None = None
        self._logs = repo.common_dir / "logs" / "refs"
        self._made_room: list[tuple[Path, Path]] = []

    def __enter__(self) -> Self:
        """Prepares."""
        try:
            self.prepare()
        except BaseException:
            self.abort()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        """Gives back every lock that is still held."""
        self.abort()

    def prepare(self) -> None:
        """Takes all locks and compares all old values; changes nothing.

        Raises:
            StateChanged: if a ref is not where the caller saw it.
            BranchExists: if a name is in the way as a file or a folder.
            Locked: if somebody else holds a lock.
            ReadOnly: if nothing can be written.
            UntrustedRepository: if a hook of the repository would have to run, and nothing is being settled.
        """
        updates = [(one.old, one.new, one.name) for one in self.updates]
        hook = self._hook = RefHook(self.repo, updates, settling=self.settling)
        made = [update for update in self.updates if update.new is not None and update.old is None]
        existing = set(self.repo.refs.all()) if made else set()
        going = {one.name for one in self.updates if one.new is None}
        for update in self.updates:
            if not is_valid_name(update.name):
                raise BadName(f"'{short_name(update.name)}' is not a valid ref name.", "Choose another name.")
            if update in made:
                require_free(existing - going, update.name)
        self._require_objects()
        for update in sorted(self.updates, key=lambda one: one.name):
            path = self.repo.refs.path(update.name)
            self._require_plain(path, update.name)
            self._make_room(path, update)
            self._locks[update.name] = LockedFile(path, self.repo.staging)
            if update.new is not None:
                self._locks[update.name].write(update.new + b"\n")
        if any(update.new is None for update in self.updates):
            self._packed = LockedFile(self._packed_path, self.repo.staging)
        for update in self.updates:
            now = self.repo.refs.read(update.name)
            if now != update.old:
                shown = short_name(update.name)
                raise StateChanged(
                    f"'{shown}' has moved meanwhile: it is {_shown(now)} and was {_shown(update.old)}.",
                    "Look at it again, then repeat the act if you still want it.",
                )
        if not self.settling:
            hook.prepared()

    def _require_plain(self, path: Path, name: bytes) -> None:
        """Refuses what a link would lead out of the repository, and a ref that only names another."""
        for place in (path, self.repo.refs.log_path(name)):
            folder = place.parent.resolve()
            if not any(folder.is_relative_to(one) for one in (self.repo.common_dir, self.repo.git_dir)):
                raise UnsupportedRepository(
                    f"{place.parent} is a link that leads out of the repository.", "Use git itself for this act."
                )
        if self.repo.refs.is_symbolic(name):
            raise UnsupportedRepository(
                f"'{short_name(name)}' only stands for another branch (it is a symbolic ref).",
                "Use 'git symbolic-ref' in a terminal.",
            )

    def _require_objects(self) -> None:
        """Makes sure that no ref comes to name what is not there: git itself fails in such a repository."""
        for new in {update.new for update in self.updates if update.new is not None}:
            if not self.repo.objects.is_on_disk(new):
                raise TipGone(
                    f"The commit {new[:7].decode()} is no longer in this repository: git has cleaned it up.",
                    "Look for it in another clone or in a backup.",
                )

    def commit(self) -> None:
        """Writes logs and refs and gives the locks back; every step can be repeated after a crash.

        Raises:
            TipGone: if git has cleaned up meanwhile what a ref is to name; nothing is changed then.
            ReadOnly: if a write fails; what was changed by then is put right by the journal.
        """
        self._require_objects()
        try:
            for update in self.updates:
                for change in of_update(self.repo, update, self.now):
                    change.carry_out(self.repo)
            self._drop_from_packed()
            for update in self.updates:
                if update.new is not None:
                    self._locks[update.name].commit()
                else:
                    self._delete(self._locks[update.name])
        except OSError as error:
            raise cannot_write(self.repo.common_dir / "refs", error) from error
        self._locks.clear()
        if self._hook is not None:
            self._hook.committed()
        self.abort()

    def abort(self) -> None:
        """Gives back the locks, and removes the folders that were made for them."""
        if self._locks and self._hook is not None:
            self._hook.aborted()
        for lock in self._locks.values():
            lock.abort()
        self._locks.clear()
        if self._packed is not None:
            self._packed.abort()
            self._packed = None
        for path, refs in self._made_room:
            remove_empty_parents(path, refs)
        self._made_room.clear()

    def _make_room(self, path: Path, update: RefUpdate) -> None:
        """Removes empty folders where the ref's file goes; git leaves them behind."""
        if update.new is None:
            self._made_room.append((path, self.repo.common_dir / "refs"))
            return
        places = (path, self.repo.common_dir / "refs"), (self.repo.refs.log_path(update.name), self._logs)
        for place, refs in places:
            if place.is_dir():
                _remove_empty(place)
            if place.is_dir() or any(
                parent.is_file() for parent in place.parents if self.repo.common_dir in parent.parents
            ):
                raise BranchExists(
                    f"'{short_name(update.name)}' cannot be made: {place} is in the way.",
                    "Choose another name.",
                )
            self._made_room.append((place, refs))
        make_folder(path.parent)

    def _drop_from_packed(self) -> None:
        if self._packed is None:
            return
        going = {update.name for update in self.updates if update.new is None}
        if going & self.repo.refs.packed().keys():
            kept: list[bytes] = []
            dropping = False
            for line in self._packed_path.read_bytes().splitlines(keepends=True):
                if not line.startswith(b"^"):
                    dropping = line.rstrip(b"\n").partition(b" ")[2] in going
                if not dropping:
                    kept.append(line)
            self._packed.write(b"".join(kept))
            self._packed.commit()
            self._packed = None

    def _delete(self, lock: LockedFile) -> None:
        if not lock.path.is_dir():  # a packed ref may have an empty folder where its file would be
            lock.path.unlink(missing_ok=True)
        sync_directory(lock.path.parent)
        lock.abort()
        remove_empty_parents(lock.path, self.repo.common_dir / "refs")


def point_head(repo: Repository, directory: Path, old: bytes, target: bytes, changes: list[LogChange]) -> None:
    """Makes a worktree's HEAD name a branch or a commit.

    Args:
        repo: the repository, whose lock the caller holds.
        directory: the worktree's administrative folder.
        old: the branch's full name, or the commit, that HEAD names now.
        target: the branch's full name, or the commit to detach at.
        changes: what HEAD's log says of it.

    Raises:
        StateChanged: if HEAD names something else.
        Locked: if somebody else holds HEAD's lock.
        ReadOnly: if it cannot be written.
    """
    lock = LockedFile(directory / "HEAD", repo.staging)
    try:
        head = repo.refs.head_of(directory)
        if (head.ref or head.oid) != old:
            raise StateChanged("Something else has been checked out meanwhile.", "Look again, then repeat the act.")
        lock.write((b"ref: %s\n" if target.startswith(b"refs/") else b"%s\n") % target)
        for change in changes:
            change.carry_out(repo)
        lock.commit()
    except OSError as error:
        raise cannot_write(lock.path, error) from error
    finally:
        lock.abort()


def require_free(existing: set[bytes], name: bytes) -> None:
    """Checks that a ref may be made beside those that exist.

    Raises:
        BranchExists: if it exists, or if one of the two would have to be a file and a folder at once.
    """
    if name in existing:
        raise BranchExists(f"There is already a branch '{short_name(name)}'.", "Choose another name.")
    for other in existing:
        if other.startswith(name + b"/") or name.startswith(other + b"/"):
            raise BranchExists(
                f"'{short_name(name)}' cannot stand beside '{short_name(other)}': git would need one name to be both "
                "a file and a folder.",
                "Choose another name, or rename the other branch first.",
            )


def free_name(existing: set[bytes], wanted: bytes) -> bytes:
    """Gives the first name like ``wanted`` that may be made: with ``-restored``, then ``-restored-2`` and so on."""
    candidates = [wanted, wanted + b"-restored"]
    candidates += [b"%s-restored-%d" % (wanted, number) for number in range(2, 100)]
    flat = HEADS + wanted.removeprefix(HEADS).replace(b"/", b"-")
    candidates += [flat, flat + b"-restored", *[b"%s-restored-%d" % (flat, number) for number in range(2, 100)]]
    for candidate in candidates:
        with contextlib.suppress(BranchExists):
            require_free(existing, candidate)
            return candidate
    return candidates[-1]


def _shown(oid: bytes | None) -> str:
    return oid[:7].decode() if oid else "gone"


def _remove_empty(directory: Path) -> None:
    # Not by os.walk: before Python 3.12 each folder within a folder is a call within a call.
    folders = [os.fspath(directory)]
    for folder in folders:
        with contextlib.suppress(OSError), os.scandir(folder) as listing:
            folders += [entry.path for entry in listing if entry.is_dir(follow_symlinks=False)]
    for folder in reversed(folders):
        with contextlib.suppress(OSError):
            os.rmdir(folder)  # noqa: PTH106 -- os.scandir gives strings
