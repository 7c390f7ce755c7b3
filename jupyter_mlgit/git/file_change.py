"""Carries out the steps of an act: working files first, then the index.

Everything has been looked at before, under the index's lock, and what would be lost has been backed up. All new
content is written beside its place and made durable before the first file goes. A file that is replaced or removed is
moved aside and looked at once more, so that what another program has saved meanwhile is put back instead of lost.
Symbolic links get their place last, so that no later file can be written through one.
"""

from __future__ import annotations

import contextlib
import errno
import stat
from collections import deque
from typing import TYPE_CHECKING

from jupyter_mlgit.git.durable import AT_ONCE, cannot_write
from jupyter_mlgit.git.folder import Folder, OnDisk, Staged
from jupyter_mlgit.git.index import Stat
from jupyter_mlgit.git.move_checks import missing_content
from jupyter_mlgit.git.objects import MissingObject

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_mlgit.git.file_steps import FileSide, Step
    from jupyter_mlgit.git.locked_index import LockedIndex
    from jupyter_mlgit.git.repository import Repository


def carry_out(repo: Repository, index: LockedIndex, steps: list[Step], seen: dict[bytes, OnDisk | None]) -> None:
    """Writes working files and index.

    Args:
        repo: the repository, with a worktree.
        index: the index, locked; it is replaced and released.
        steps: what to do; every blob of their after side is an object of the repository.
        seen: path → what stands there, as it was when the steps were made.

    Raises:
        StateChanged: if another program has written one of the files since; some may be done by then.
        ReadOnly: if a write fails; some may be done by then.
        DamagedRepository: if content cannot be read.
    """
    change = _FileChange(repo, seen)
    try:
        with change.top.walking():
            change.write_files(steps)
        entries = {step.path: step.index[1] for step in steps if step.index is not None}
        stats = {step.path: stat for step in steps if step.clean[1] and (stat := change.stat_of(step.path)) is not None}
        if entries or stats:
            index.replace(entries, stats)
        else:
            index.release()
    except OSError as error:
        raise cannot_write(change.top.path, error) from error


class _FileChange:
    def __init__(self, repo: Repository, seen: dict[bytes, OnDisk | None]) -> None:
        assert repo.worktree is not None  # noqa: S101 -- the plan was made for one
        self.top = Folder(repo.worktree, repo.hex_length)
        self._repo = repo
        self._seen = seen
        self._stats: dict[bytes, Stat] = {}

    def stat_of(self, path: bytes) -> Stat | None:
        """Gives the status of a file that was written, or that was there."""
        if path in self._stats:
            return self._stats[path]
        on_disk = self._seen.get(path)
        return None if on_disk is None or on_disk.is_folder else Stat.of(on_disk.status)

    def write_files(self, steps: Iterable[Step]) -> None:
        """Removes, replaces and makes the working files."""
        going, making = [], []
        for step in steps:
            if step.file is not None:
                if step.file[1] is None:
                    going.append(step.path)
                else:
                    making.append((step.path, step.file[1]))
        making.sort(key=lambda one: (one[1].is_link, one[0]))
        first, late = self._stage(making)
        staged = deque(first)
        try:
            for path in going:
                self.top.remove(path, self._file(path))
            # What a file stood in the way of can be staged only now that it has gone.
            more, impossible = self._stage(late)
            staged.extend(more)
            if impossible:
                raise NotADirectoryError(errno.ENOTDIR, "a file stands in the way of a folder", impossible[0][0])
            staged = deque(sorted(staged, key=lambda one: stat.S_ISLNK(one.status.st_mode)))
            while staged:
                self._put(staged[0])
                staged.popleft()
        finally:
            for one in staged:
                with contextlib.suppress(OSError):
                    self.top.unstage(one)
        self.top.sync([*going, *(path for path, _ in making)])

    def _stage(self, making: list[tuple[bytes, FileSide]]) -> tuple[list[Staged], list[tuple[bytes, FileSide]]]:
        """Writes files beside their places, durably; gives those that cannot be yet apart."""
        done: list[Staged] = []
        late = []
        try:
            for start in range(0, len(making), AT_ONCE):
                batch: list[Staged] = []
                try:
                    for path, side in making[start : start + AT_ONCE]:
                        try:
                            batch.append(self._stage_one(path, side))
                        except NotADirectoryError:
                            late.append((path, side))
                finally:
                    done += [one._replace(descriptor=-1) for one in batch]
                    self.top.sync_staged(batch)
        except BaseException:
            for one in done:
                with contextlib.suppress(OSError):
                    self.top.unstage(one)
            raise
        return done, late

    def _stage_one(self, path: bytes, side: FileSide) -> Staged:
        mode = side.mode if side.exact else 0o777 if side.mode & 0o100 else 0o666
        content = self._repo.objects.blocks(side.oid)
        try:
            return self.top.stage(path, content, symlink=side.is_link, mode=mode, exact=side.exact)
        except MissingObject as error:
            raise missing_content(path.decode("utf-8", "replace"), error) from error

    def _put(self, staged: Staged) -> None:
        written = self.top.put(staged, self._file(staged.path))
        self._stats.pop(staged.path, None)
        if written is not None:
            self._stats[staged.path] = Stat.of(written)
        else:
            self._seen.pop(staged.path, None)

    def _file(self, path: bytes) -> OnDisk | None:
        on_disk = self._seen.get(path)
        return None if on_disk is None or on_disk.is_folder else on_disk
