"""Tells what differs between HEAD, the index and the working files: what ``git status --porcelain=v2`` tells.

HEAD is compared with the index by the trees that the index knows, the index with the working files by one walk. Nothing
is written, the index's times neither: that would race with whoever holds its lock.

What was found is kept. Where the system tells which files have changed since (``folder_news.py``), only those are
looked at again; that is possible while index, HEAD, settings and rules are what they were, and otherwise everything is
looked at anew.

Differences from git: a submodule is compared by its commit alone, whatever is modified inside; ``status.renames`` set
to ``copies`` finds renames; and see ``file_status.py`` on filters.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.git.cleaning import Cleaning
from jupyter_mlgit.git.conversions import Conversions
from jupyter_mlgit.git.file_status import FileStatus
from jupyter_mlgit.git.folder_news import FolderNews
from jupyter_mlgit.git.ignore import read_rules, rules_outside
from jupyter_mlgit.git.index import read_index
from jupyter_mlgit.git.index_changes import index_changes
from jupyter_mlgit.git.renames import SAME, Rename, Side, find_renames, rename_limit
from jupyter_mlgit.git.submodules import layout_of
from jupyter_mlgit.git.tracked import INTENT, Tracked
from jupyter_mlgit.git.worktree_scan import Found, Scan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jupyter_mlgit.git.cleaning import Filter
    from jupyter_mlgit.git.file_status import Remembered
    from jupyter_mlgit.git.index import Index
    from jupyter_mlgit.git.objects import Oid, TreeEntry
    from jupyter_mlgit.git.repository import Repository

MOST_IN_FOLDER = 100
"""Files that a folder, untracked as a whole, is shown with one by one."""

MOST_AT_ONCE = 300
"""Changed names that are looked at one by one; beyond that a walk through everything is faster."""

_RULES = frozenset({b".gitignore", b".gitattributes"})
_SETTINGS = (
    ("core", "fileMode"), ("core", "symlinks"), ("core", "checkStat"), ("core", "trustCtime"), ("core", "ignoreCase"),
    ("core", "precomposeUnicode"), ("core", "autocrlf"), ("core", "excludesFile"), ("core", "attributesFile"),
    ("core", "sparseCheckout"), ("sparse", "expectFilesOutsideOfPatterns"), ("diff", "ignoreSubmodules"),
    ("status", "renames"), ("diff", "renames"), ("status", "renameLimit"), ("diff", "renameLimit"),
)  # fmt: skip


class Change(NamedTuple):
    """One tracked file that differs somewhere."""

    path: bytes
    head: Side | None
    """What HEAD has; in a rename, under the old name."""
    staged: Side | None
    """What the index has; None for a name that it is only intended to add."""
    index_change: str
    """How HEAD and index differ, as git's letter: ``A``, ``M``, ``D``, ``R``, ``T``; empty when they don't."""
    worktree_change: str
    """How index and working file differ."""
    mode: int
    """What the working file would be staged with; 0 where it is gone."""
    conflict: int
    """In a conflict the stages that there are: 1 for the base, 2 for ours, 4 for theirs, added up."""
    old_path: bytes | None
    score: int
    """In a rename the likeness in percent, otherwise 0."""
    unknown: bool
    """Whether the working file counts as changed only because a filter would have to be started to tell."""


class Status(NamedTuple):
    """Everything that differs."""

    changes: tuple[Change, ...]
    """By path."""
    untracked: dict[bytes, int]
    """Untracked files by path, see :class:`~jupyter_mlgit.git.worktree_scan.Found`."""


class StatusCache:
    """One repository's status, and what makes the next one fast; use it under the repository's lock."""

    def __init__(
        self,
        repo: Repository,
        *,
        most: int | None = MOST_IN_FOLDER,
        run: Filter | None = None,
        index: Index | None = None,
    ) -> None:
        """Reads nothing yet.

        Args:
            repo: the repository, with working files.
            most: files that a folder, untracked as a whole, is shown with one by one; None shows all of them, and 0
                none, as ``git status`` does by default.
            run: knows filters that can be done in this process.
            index: what the first look goes by, where the caller has just read it, and holds its lock or only previews.
        """
        self._repo = repo
        self._given = index
        self._top = os.fsencode(repo.top)
        self._most = most
        self._run = run
        self._index_stamp: object = None
        self._stamp: tuple[object, ...] | None = None
        self._tracked: Tracked | None = None
        self._staged: tuple[object, dict[bytes, Change]] = (None, {})
        self._found = Found({}, {})
        self._remembered: dict[bytes, Remembered] = {}
        self._news: FolderNews | None = None
        self._linked: set[bytes] = set()
        self._held = 0
        self._files: FileStatus | None = None

    def watch(self) -> None:
        """Relies from now on on what the system tells of changes, as far as it does; see ``folder_news.py``."""
        if self._news is None:
            self._news = FolderNews(self._top)

    def now(self) -> Status:
        """Looks at what has changed, as the system tells, or at everything where it doesn't; see :meth:`full`."""
        news = self._news
        if news is None:
            return self.full()
        changed = news.changed()
        try:
            found = self.full() if changed is None else self.refresh(changed)
        except BaseException:
            news.doubt()
            raise
        if news.is_deaf:
            news.close()
            self._news = None
        return found

    def full(self) -> Status:
        """Looks at everything.

        Raises:
            UnsupportedRepository: for a sparse index.
            DamagedRepository: if index or HEAD cannot be read.
            MissingObject: if a tree that is needed is not there.
        """
        with self._repo.config.held():
            stamp = self._stamp_now()
            if self._stamp is not None and self._stamp[1:] != stamp[1:]:
                self._remembered.clear()  # a filter that is done here has settings of its own
            tracked = self._read_index()
            tree = self._head_tree()
            scan = self._scan(tracked, self._most)
            self._found, self._linked = scan.everything(), scan.linked
            self._files = scan.files if self._held else None
            for path in self._remembered.keys() - tracked.places.keys():
                del self._remembered[path]
            # What has changed meanwhile is seen the next time: the stamp is older than what was read.
            self._stamp = None if self._index_stamp is None else stamp
            return self._put_together(tracked, tree)

    def refresh(self, changed: Iterable[bytes]) -> Status:
        """Looks again at what may have changed; the result is that of :meth:`full`.

        Args:
            changed: the names of files and folders, below the top, that were written, made or removed since; a folder
                stands for all that is below it.
        """
        with self._repo.config.held():
            names = {name.strip(b"/") for name in changed}
            rules = any(not name or name.rpartition(b"/")[2] in _RULES for name in names)
            tracked = self._tracked
            # What these hold can change without anything having happened in a folder that was listed.
            always = {path.rstrip(b"/") for path in self._found.untracked if path.endswith(b"/")}
            always |= self._linked
            if tracked is not None:
                always |= tracked.submodules
            too_many = len(names) + len(always) > MOST_AT_ONCE
            if tracked is None or rules or too_many or self._stamp != self._stamp_now():
                return self.full()
            heard = {root for root in (self._root(tracked, name) for name in names) if root is not None}
            roots = heard | always
            for root in sorted(roots):
                if any(root[:place] in roots for place in _places(root)):
                    continue
                if self._look_again(tracked, root) and root in heard:
                    return self.full()  # nobody tells which file it is that has two names now
            return self._put_together(tracked, self._head_tree())

    def against(self, tree: Oid | None) -> Status:
        """Tells what differs between another tree than HEAD's, the index and the working files, as :meth:`now` does."""
        self.now()
        assert self._tracked is not None  # noqa: S101 -- every look reads the index
        with self._repo.config.held():
            return self._put_together(self._tracked, tree)

    def cleaned(self, path: bytes, content: bytes) -> bytes | None:
        """Gives what git would stage of a working file; None where only a program that is not started could tell.

        Args:
            path: its name below the top.
            content: its bytes.
        """
        if self._held:
            self._files = self._files or self._scan(self._read_index(), self._most).files
            return self._files.cleaned(path, content)
        with self._repo.config.held():
            return self._scan(self._read_index(), self._most).files.cleaned(path, content)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Looks at index, settings and attributes once for all files that are cleaned within the block."""
        with self._repo.config.held():
            self._held += 1
            try:
                yield
            finally:
                self._held -= 1
                self._files = None

    def untracked_in(self, names: Iterable[bytes]) -> set[bytes]:
        """Names all untracked files with some names or below them, a repository of its own with a slash at its end.

        It goes by the index that the last look at everything has read, and looks at nothing else.

        Args:
            names: files and folders below the top, but not the top itself.
        """
        tracked = self._tracked
        assert tracked is not None  # noqa: S101 -- every look reads the index
        found: set[bytes] = set()
        with self._repo.config.held():
            for name in names:
                end = self._end_of_way(tracked, name)
                if end == name:
                    found.update(self._scan(tracked, None).below(name).untracked)
                elif end is not None:
                    found.add(end + b"/")
        return found

    def _end_of_way(self, tracked: Tracked, name: bytes) -> bytes | None:
        """Gives a name that real folders lead to, or the repository of its own in which it lies; None for others."""
        parts = name.split(b"/")
        if any(tracked.is_git(part) for part in parts):
            return None
        for number in range(1, len(parts)):
            above = b"/".join(parts[:number])
            if not _is_folder(self._top + b"/" + above):
                return None
            if layout_of(self._top + b"/" + above) is not None:
                return above
        return name

    def is_unmodified(self, path: bytes) -> bool:
        """Tells whether a tracked working file is still what the index had at the last look at everything."""
        with self._repo.config.held():
            if self._tracked is None:
                return False
            self._look_again(self._tracked, path)
            return path not in self._found.looks

    def _look_again(self, tracked: Tracked, root: bytes) -> bool:
        """Looks at what has one name, and below it; gives whether anything there has a second name."""
        inside = root + b"/"
        for known in (self._found.looks, self._found.untracked):
            for path in [one for one in known if one == root or one.startswith(inside)]:
                del known[path]
        scan = self._scan(tracked, self._most)
        found = scan.below(root)
        self._linked |= scan.linked
        self._found.looks.update(found.looks)
        self._found.untracked.update(found.untracked)
        return scan.has_links

    def _root(self, tracked: Tracked, name: bytes) -> bytes | None:
        """Gives what has to be looked at for one name: itself, or a folder above it that is no plain tracked one."""
        parts = name.split(b"/")
        for number, part in enumerate(parts):
            if tracked.is_git(part):
                return b"/".join(parts[:number]) or None
            here = b"/".join(parts[: number + 1])
            if here in self._found.looks or here in self._found.untracked or here in tracked.submodules:
                return here
            if not tracked.holds(here) or not _is_folder(self._top + b"/" + here):
                return here
        return name

    def _scan(self, tracked: Tracked, most: int | None) -> Scan:
        conversions = Conversions(self._repo, lambda folder: self._attributes_in(tracked, folder))
        cleaning = Cleaning(self._repo, conversions, tracked.content, self._run)
        files = FileStatus(self._repo, self._top, cleaning, self._remembered)
        follow = None if self._news is None else self._news.follow
        return Scan(self._top, tracked, files, rules_outside(self._repo), most, follow)

    def _attributes_in(self, tracked: Tracked, folder: bytes) -> bytes | None:
        """Gives a folder's attributes: those of the working tree or, where there are none, the index's."""
        path = folder + b"/.gitattributes" if folder else b".gitattributes"
        content = read_rules(self._top + b"/" + path, follow=False)
        return tracked.content(path) if content is None else content

    def _stamp_now(self) -> tuple[object, ...]:
        """Gives what changes when everything has to be looked at anew: the index, and all settings and rules."""
        config = self._repo.config
        files = [self._repo.common_dir / "info" / "exclude", self._repo.common_dir / "info" / "attributes"]
        base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "git"
        files += [base / "ignore", base / "attributes"]
        named = (config.get("core", "excludesFile"), config.get("core", "attributesFile"))
        files += [self._repo.top / Path(os.fsdecode(name)).expanduser() for name in named if name]
        settings = [config.get(*one) for one in _SETTINGS]
        settings += [config.get("filter", name, b"nbstripout") for name in ("extraKeys", "keepMetadataKeys")]
        return self._index_stamp_now(), settings, tuple(config.local()), tuple(_stamp(path) for path in files)

    def _index_stamp_now(self) -> object:
        try:
            with (self._repo.git_dir / "index").open("rb") as stream:
                status = os.fstat(stream.fileno())
                stream.seek(max(0, status.st_size - self._repo.hex_length // 2))
                return _times(status), stream.read()
        except OSError:
            return None

    def _read_index(self) -> Tracked:
        if self._given is not None:
            self._tracked, self._given = Tracked(self._repo, self._given), None
            return self._tracked  # without a stamp, so that it is read the next time
        stamp = (self._index_stamp_now(), tuple(self._repo.config.get(*one) for one in _SETTINGS))
        if self._tracked is None or stamp[0] is None or self._index_stamp != stamp:
            index = read_index(self._repo.git_dir / "index", self._repo.hex_length)
            self._tracked = Tracked(self._repo, index)
            self._index_stamp = stamp
        return self._tracked

    def _head_tree(self) -> Oid | None:
        head = self._repo.refs.head().oid
        return None if head is None else self._repo.objects.commit(head).tree

    def _put_together(self, tracked: Tracked, tree: Oid | None) -> Status:
        key = (tracked, tree)  # itself, since its address may be the next one's
        if self._staged[0] != key:
            self._staged = (key, self._compare_with_head(tracked, tree))
        found = self._staged[1].copy()
        looks = self._found.looks
        renamed = self._renamed_in_worktree(tracked)
        gone = {rename.source for rename in renamed.values()}
        for path, look in looks.items():
            if path in gone:
                continue
            rename = renamed.get(path)
            side = tracked.side(rename.source if rename else path) if rename or look.change != "A" else None
            letter = "R" if rename else look.change
            if (one := found.get(path)) is None:
                one = Change(path, side, side, "", letter, look.mode, 0, None, 0, look.unknown)
            else:
                one = one._replace(
                    staged=side or one.staged, worktree_change=letter, mode=look.mode, unknown=look.unknown
                )
            if rename:
                one = one._replace(old_path=rename.source, score=rename.score * 100 // SAME)
            found[path] = one
        for path, stages in tracked.conflicts.items():
            found[path] = _change(path, None, None)._replace(conflict=stages)
        changes = tuple(found[path] for path in sorted(found))
        return Status(changes, dict(sorted(self._found.untracked.items())))

    def _compare_with_head(self, tracked: Tracked, tree: Oid | None) -> dict[bytes, Change]:
        found: dict[bytes, Change] = {}
        went, came = [], []
        for path, head in index_changes(tracked.index, self._repo.objects, tree).items():
            if path in tracked.conflicts:
                continue
            old = None if head is None else _side(path, head)
            new = None if tracked.marks.get(path, 0) & INTENT else tracked.side(path)
            if old is None and new is None:
                continue
            if old is None and new is not None:
                came.append(new)
            elif old is not None and new is None:
                went.append(old)
            found[path] = _change(path, old, new)
        limit = rename_limit(self._repo.config)
        if limit is None or not went or not came:
            return found
        for path, (source, score) in find_renames(sorted(went), sorted(came), self._stored, limit).items():
            old = found.pop(source).head
            found[path] = _change(path, old, found[path].staged)._replace(
                index_change="R", old_path=source, score=score * 100 // SAME
            )
        return found

    def _renamed_in_worktree(self, tracked: Tracked) -> dict[bytes, Rename]:
        """Finds files that were renamed on disk, the new name made known with ``git add --intent-to-add``."""
        limit = rename_limit(self._repo.config)
        came = sorted(path for path, look in self._found.looks.items() if look.change == "A")
        if not came or limit is None:
            return {}
        went = sorted(path for path, look in self._found.looks.items() if look.change == "D")
        files = self._scan(tracked, self._most).files
        sides = []
        contents: dict[bytes, bytes] = {}
        for path in came:
            status = os.lstat(self._top + b"/" + path)
            content = files.content(path, status)
            if content is not None:
                contents[path] = content
                name = (files.name_of(path, status) or b"").hex().encode()
                sides.append(Side(path, self._found.looks[path].mode, name))
        gone = [side for side in map(tracked.side, went) if side is not None and side.path not in tracked.marks]
        return find_renames(gone, sides, lambda side: contents.get(side.path) or self._stored(side), limit)

    def _stored(self, side: Side) -> bytes | None:
        try:
            return self._repo.objects.raw(side.oid)[1]
        except KeyError:
            return None


def _places(path: bytes) -> list[int]:
    return [place for place, code in enumerate(path) if code == ord("/")]


def _change(path: bytes, head: Side | None, staged: Side | None) -> Change:
    letter = ""
    if head is None or staged is None:
        letter = "" if head is staged else "D" if staged is None else "A"
    elif (head.mode, head.oid) != (staged.mode, staged.oid):
        letter = "T" if head.mode & 0o170000 != staged.mode & 0o170000 else "M"
    mode = 0 if staged is None else staged.mode
    return Change(path, head, staged, letter, "", mode, 0, None, 0, unknown=False)


def _side(path: bytes, entry: TreeEntry) -> Side:
    return Side(path, entry.mode, entry.oid)


def _is_folder(path: bytes) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False


def _stamp(path: Path) -> object:
    try:
        return _times(path.stat())
    except OSError:
        return None


def _times(status: os.stat_result) -> tuple[int, ...]:
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino
