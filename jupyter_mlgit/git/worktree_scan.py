"""Walks the working tree once, and says which tracked files differ from the index and which files are untracked.

Each folder is listed once, and each tracked file looked at once; of a file that nobody tracks only the name
is held against the rules of what is ignored. Folders behind links are not entered, so nothing outside is read.

A folder in which nothing is tracked is *untracked as a whole*; it is shown as one line where it would fill the list.
"""

from __future__ import annotations

import contextlib
import os
import stat
import struct
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.git import platforms
from jupyter_mlgit.git.file_status import GONE
from jupyter_mlgit.git.ignore import NAME, read_rules
from jupyter_mlgit.git.submodules import layout_of
from jupyter_mlgit.git.tracked import INTENT, SKIPPED, VALID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jupyter_mlgit.git.file_status import FileStatus, Look
    from jupyter_mlgit.git.ignore import Ignoring
    from jupyter_mlgit.git.tracked import Tracked

_TIMES, _LONGER_TIMES = struct.Struct(">L4xLL4xLL8xL20xB"), struct.Struct(">L4xLL4xLL8xL32xB")
"""Of an entry: seconds of the ctime, mtime, inode, mode, size and marks."""

_LINKS, _SIZE, _CTIME = 3, 6, 9
"""Places in what ``lstat`` gives: the number of names, the size, and the whole seconds of the ctime."""


class Found(NamedTuple):
    """What a walk has found."""

    looks: dict[bytes, Look]
    """Tracked files that differ, by path."""
    untracked: dict[bytes, int]
    """Untracked files and repositories by path, and folders, whose path ends with a slash, with their files' number.

    A folder is said to hold one file more than are shown where it holds more; a file's own number is 0.
    """


class _Inside:
    """A folder that holds tracked files."""

    def __init__(self, prefix: bytes, rules: Ignoring, above: _Inside | None, *, ignored: bool | None = None) -> None:
        self.prefix = prefix
        self.rules = rules
        """Those of the folder above."""
        self._above = above
        self._ignored = ignored

    def is_ignored(self) -> bool:
        """Tells whether an untracked file in it is passed over; few folders hold one, so few have to be asked."""
        if self._ignored is None:
            above = self._above is not None and self._above.is_ignored()
            self._ignored = above or self.rules.ignores(self.prefix[:-1], is_folder=True)
        return self._ignored


class Scan:
    """One walk."""

    def __init__(
        self,
        top: bytes,
        tracked: Tracked,
        files: FileStatus,
        rules: Ignoring,
        most: int | None,
        follow: Callable[[bytes], None] | None = None,
    ) -> None:
        """Takes what is compared with what.

        Args:
            top: the working tree.
            tracked: what the index has.
            files: compares a file.
            rules: what is ignored, by the rules outside the working tree.
            most: files that a folder, untracked as a whole, is shown with one by one; None shows them all.
            follow: is told of each folder before that is listed.
        """
        self._follow = follow
        self.linked: set[bytes] = set()
        """Tracked files that have a second name (hard links), under which they can change as well."""
        self.has_links = False
        """Whether a file that :meth:`below` came by has a second name, tracked or not."""
        self._notes_links = False
        self._top = top
        self._tracked = tracked
        self.files = files
        self._rules = rules
        self._most = most
        self._missing: dict[bytes, int] = {}
        self._hidden: list[bytes] = []
        self.found = Found({}, {})

    def everything(self) -> Found:
        """Walks the whole tree."""
        self._missing = self._tracked.places.copy()
        self._walk(b"", self._rules)
        self._settle_missing()
        return self.found

    def below(self, path: bytes) -> Found:
        """Walks what has one name, and what lies below it; the folders above it are real ones."""
        self._missing = self._tracked.below(path)
        self._notes_links = True
        rules, ignored = self._rules_above(path)
        try:
            status = os.lstat(self._top + b"/" + path)
        except OSError:
            status = None
        if status is not None:
            self._one(path, status, rules, ignored=ignored)
        self._settle_missing()
        self.has_links |= bool(self.linked)
        return self.found

    def _rules_above(self, path: bytes) -> tuple[Ignoring, bool]:
        """Gives the rules that hold where a path ends, and whether a folder above it is ignored."""
        rules, ignored, here = self._rules, False, b""
        for part in path.split(b"/")[:-1]:
            rules = rules.inside(here, self._rules_in(here, listed=None))
            here = here + b"/" + part if here else part
            ignored = ignored or rules.ignores(here, is_folder=True)
        return rules.inside(here, self._rules_in(here, listed=None)), ignored

    def _rules_in(self, folder: bytes, listed: Iterable[bytes] | None) -> bytes | None:
        path = folder + b"/" + NAME if folder else NAME
        if listed is None or NAME in listed:
            content = read_rules(self._top + b"/" + path, follow=False)
            if content is not None:
                return content
        return self._tracked.skipped_content(path)

    def _one(self, path: bytes, status: os.stat_result, rules: Ignoring, *, ignored: bool) -> None:
        place = self._missing.pop(path, None)
        if stat.S_ISREG(status.st_mode) and status.st_nlink > 1:
            self.has_links = True
            if place is not None:
                self.linked.add(path)
        if place is not None:
            self._compare(path, place, status)
        if not stat.S_ISDIR(status.st_mode):
            if place is None and stat.S_IFMT(status.st_mode) in (stat.S_IFREG, stat.S_IFLNK):
                self._untracked_file(path, rules, ignored=ignored)
        elif self._tracked.holds_exactly(path):
            self._walk(path + b"/", rules, ignored=ignored or rules.ignores(path, is_folder=True))
        elif not self._tracked.is_submodule(path) and not ignored and not rules.ignores(path, is_folder=True):
            self._untracked_folder(path, rules)

    def _walk(self, prefix: bytes, rules: Ignoring, *, ignored: bool = False) -> None:
        """Goes through a folder that holds tracked files, and those below it."""
        pending = [_Inside(prefix, rules, None, ignored=ignored)]
        while pending:
            inside = pending.pop()
            prefix, rules = inside.prefix, inside.rules
            if self._follow is not None:
                self._follow(prefix[:-1])
            try:
                others = self._listed(prefix)
            except FileNotFoundError:
                continue  # it has just gone
            except OSError:
                self._hidden.append(prefix)
                continue
            if not others:
                continue
            rules = rules.inside(prefix[:-1], self._rules_in(prefix[:-1], listed=None))
            for path, entry in others:
                if self._tracked.is_git(entry.name):
                    continue  # a linked worktree has a file of this name
                is_folder = entry.is_dir(follow_symlinks=False)
                if is_folder and self._tracked.holds(path):
                    pending.append(_Inside(path + b"/", rules, inside))
                elif inside.is_ignored():
                    continue
                elif not is_folder and self._is_other(path, entry):
                    self._untracked_file(path, rules, ignored=False)
                elif is_folder and not self._tracked.is_submodule(path) and not rules.ignores(path, is_folder=True):
                    self._untracked_folder(path, rules)

    def _listed(self, prefix: bytes) -> list[tuple[bytes, os.DirEntry[bytes]]]:
        folder = None
        if platforms.CAN_OPEN_BELOW:
            folder = os.open(self._top + b"/" + prefix[:-1], os.O_RDONLY | platforms.DIRECTORY | platforms.NO_FOLLOW)
        try:
            with os.scandir(self._top + b"/" + prefix) as entries:
                return self._compare_listed(folder, prefix, entries)
        finally:
            if folder is not None:
                os.close(folder)

    def _compare_listed(
        self, folder: int | None, prefix: bytes, entries: Iterable[os.DirEntry[bytes]]
    ) -> list[tuple[bytes, os.DirEntry[bytes]]]:
        """Compares a folder's tracked files; gives what else stands in it, and folders that took a file's place."""
        others = []
        tracked = self._tracked
        unpack, body = (_TIMES if tracked.packed.size == 20 else _LONGER_TIMES).unpack_from, tracked.packed.body  # noqa: PLR2004 -- SHA-1's
        second, mask = tracked.second if tracked.trusts_times else 0, tracked.mode_mask
        expected, look = self._missing.pop, os.stat
        above = self._top + b"/" + prefix if folder is None else b""
        for entry in entries:
            name = entry.name
            path = prefix + name
            place = expected(path, None)
            if place is None:
                others.append((path, entry))
                continue
            try:
                status = look(above + name, dir_fd=folder, follow_symlinks=False)  # faster than the entry's own
            except FileNotFoundError:
                self._missing[path] = place
                continue
            if status[_LINKS] > 1:
                self.linked.add(path)
            changed, written, nanos, inode, mode, size, marks = unpack(body, place)
            if not (
                status.st_mtime_ns == written * 1_000_000_000 + nanos
                and status[_SIZE] == size
                and status[_CTIME] == changed
                and status.st_ino & 0xFFFFFFFF == inode
                and written < second  # a file as young as the index may hide an edit
                and not (status.st_mode ^ mode) & mask
                and not marks & 0xF0
                and size  # git takes the size away from an entry that may hide an edit
            ):
                self._compare(path, place, status)
                if stat.S_ISDIR(status.st_mode):
                    others.append((path, entry))
        return others

    def _compare(self, path: bytes, place: int, status: os.stat_result) -> None:
        """Notes in what a tracked file differs that is there."""
        marks = self._tracked.marks.get(path, 0)
        if marks & VALID or (marks & SKIPPED and not self._tracked.looks_at_skipped) or path in self._tracked.conflicts:
            return
        head = self._tracked.packed.head(place)
        if marks & INTENT:
            self.found.looks[path] = self.files.look_at_new(path, head, status)
            return
        look = self.files.look(path, head, status, self._tracked.second)
        if look is not None:
            self.found.looks[path] = look

    def _settle_missing(self) -> None:
        """Says of the tracked files that no folder has listed that they are gone, if they are."""
        for path, place in list(self._missing.items()):
            if path in self._tracked.conflicts or self._tracked.marks.get(path, 0) & (VALID | SKIPPED):
                continue
            if self._tracked.folds_case or any(path.startswith(prefix) for prefix in self._hidden):
                # The file system may know it under another spelling, or a folder may not let itself be listed.
                status, known = self._behind(path)
                if status is not None:
                    self._compare(path, place, status)
                    continue
                if not known:
                    continue
            self.found.looks[path] = GONE

    def _behind(self, path: bytes) -> tuple[os.stat_result | None, bool]:
        """Gives a file's status, if no link leads to it, and whether it is known that there is none."""
        parts = path.split(b"/")
        for count in range(1, len(parts) + 1):
            try:
                status = os.lstat(self._top + b"/" + b"/".join(parts[:count]))
            except (FileNotFoundError, NotADirectoryError):
                return None, True
            except OSError:
                return None, False
            if count == len(parts):
                return status, True
            if not stat.S_ISDIR(status.st_mode):
                return None, True
        return None, True

    def _untracked_file(self, path: bytes, rules: Ignoring, *, ignored: bool) -> None:
        if not ignored and not self._tracked.has(path) and not rules.ignores(path, is_folder=False):
            self.found.untracked[path] = 0

    def _untracked_folder(self, folder: bytes, rules: Ignoring) -> None:
        """Collects what is in a folder that holds nothing tracked, until there is too much of it."""
        if layout_of(self._top + b"/" + folder) is not None:
            if not self._tracked.has(folder):
                self.found.untracked[folder + b"/"] = 0
            return
        collected: dict[bytes, int] = {}
        for path in self._files_in(folder, rules):
            collected[path] = 0
            if self._most is not None and len(collected) > self._most:
                # A file of this name is tracked: git then shows its place as deleted, and what took it not at all.
                collected = {} if self._tracked.has(folder) else {folder + b"/": len(collected)}
                break
        self.found.untracked.update(collected)

    def _files_in(self, folder: bytes, rules: Ignoring) -> Iterable[bytes]:
        pending = [(folder, rules)]
        while pending:
            here, rules = pending.pop()
            if self._follow is not None:
                self._follow(here)
            try:
                with os.scandir(self._top + b"/" + here) as entries:
                    listed = list(entries)
            except OSError:
                continue
            rules = rules.inside(here, self._rules_in(here, {entry.name for entry in listed}))
            for entry in listed:
                path = here + b"/" + entry.name
                with contextlib.suppress(OSError):
                    if self._tracked.is_git(entry.name):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        if rules.ignores(path, is_folder=True):
                            continue
                        if layout_of(self._top + b"/" + path) is not None:
                            yield path + b"/"
                        else:
                            pending.append((path, rules))
                    elif self._is_other(path, entry) and not rules.ignores(path, is_folder=False):
                        yield path

    def _is_other(self, path: bytes, entry: os.DirEntry[bytes]) -> bool:
        if self._notes_links and not self.has_links and entry.is_file(follow_symlinks=False):
            with contextlib.suppress(OSError):
                self.has_links = entry.stat(follow_symlinks=False).st_nlink > 1
        return (entry.is_symlink() or entry.is_file(follow_symlinks=False)) and not self._tracked.has(path)
