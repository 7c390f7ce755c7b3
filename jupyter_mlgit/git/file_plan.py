"""Makes the steps of an act: looks at the index and the working files, and says what each of them is to become.

Nothing is changed. What stands in the way (an untracked file, a folder with files in it) is either named, for an act
that refuses to go over it, or becomes a step of its own, for one that backs it up.
"""

from __future__ import annotations

import contextlib
import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from jupyter_mlgit.git import platforms
from jupyter_mlgit.git.both_ways import BothWays, Contents
from jupyter_mlgit.git.file_steps import FileSide, IndexSide, Sides, Step
from jupyter_mlgit.git.folder import Folder, OnDisk
from jupyter_mlgit.git.index import SKIP_WORKTREE, STAGE, UNKNOWN, Stat
from jupyter_mlgit.git.move_checks import require_blob
from jupyter_mlgit.git.objects import MissingObject, Oid, TreeEntry
from jupyter_mlgit.git.safe_names import require_safe_path, require_told_apart
from jupyter_mlgit.git.tree_changes import GITLINK, SYMLINK
from jupyter_mlgit.git.tree_files import TreeFiles
from jupyter_mlgit.problems import UnsupportedRepository, WouldOverwrite
from jupyter_mlgit.values import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from jupyter_mlgit.git.cleaning import Filter
    from jupyter_mlgit.git.locked_index import LockedIndex
    from jupyter_mlgit.git.repository import Repository

Effect = Literal["created", "overwritten", "deleted", "kept", "endangered"]

LARGEST_BACKUP = 100 * 10**6
"""Bytes of an untracked file that is backed up; a larger one is never overwritten."""

_NAMED = 5
"""Files that a sentence names."""


class FileEffect(NamedTuple):
    """What becomes of one working file."""

    path: bytes
    effect: Effect


@dataclass
class FilePlan:
    """All steps of an act, and what they rest on."""

    steps: list[Step] = field(default_factory=list)
    seen: dict[bytes, OnDisk | None] = field(default_factory=dict)
    """What stood under each name when it was looked at."""
    contents: Contents = field(default_factory=Contents)
    """New files' bytes that no commit has, such as those with other line ends."""
    effects: list[FileEffect] = field(default_factory=list)
    in_the_way: list[bytes] = field(default_factory=list)
    """Files with work that would be lost; the act must not be carried out while there are any."""
    set_aside: list[bytes] = field(default_factory=list)
    """Files with work that was in the way, and that the act goes over once it is backed up."""


class Planner:
    """Collects the steps of one act while the index is locked."""

    def __init__(self, repo: Repository, index: LockedIndex, run: Filter | None = None) -> None:
        """Begins with no step.

        Args:
            repo: the repository.
            index: its index, locked.
            run: knows filters that can be done in this process.

        Raises:
            UnsupportedRepository: in a bare repository, and where files cannot be written safely.
        """
        if repo.worktree is None:
            raise UnsupportedRepository("A bare repository has no working files.", "Use a clone with a worktree.")
        if not platforms.CAN_OPEN_BELOW:
            raise UnsupportedRepository("Working files are not written on this system.", "Use git in a terminal.")
        self.repo = repo
        self.index = index
        self.top = Folder(repo.worktree, repo.hex_length)
        self.plan = FilePlan()
        self._trusts_mode = repo.config.flag("core", "fileMode", default=True)
        self._index: dict[bytes, tuple[Sides, Sides]] = {}
        self._files: dict[bytes, tuple[FileSide | None, FileSide | None]] = {}
        self._clean: dict[bytes, tuple[bool, bool]] = {}
        self._folders: dict[bytes, tuple[bool, bool]] = {}
        self._run = run
        self._writers: dict[platforms.Identity, str | None] = {}
        self._made = Contents()
        self._coming: Mapping[bytes, TreeEntry | None] = {}
        self._files_follow = False
        self._now: BothWays | None = None
        self._then: BothWays | None = None

    def expect(self, coming: Mapping[bytes, TreeEntry | None], *, files: bool = True) -> None:
        """Says what the index is going to have, since attributes come from there (gitattributes(5)).

        Args:
            coming: path → what it will have, for every path that changes.
            files: whether the working files follow; otherwise their own attributes go first.
        """
        self._coming = coming
        self._files_follow = files
        self._then = None

    def look(self, path: bytes) -> OnDisk | None:
        """Gives what stands under a name."""
        if path not in self.plan.seen:
            self.plan.seen[path] = self.top.read(path)
        return self.plan.seen[path]

    def file(self, path: bytes) -> FileSide | None:
        """Gives the working file of a name; None where there is none, or a folder.

        Raises:
            UnsupportedRepository: for what is neither a file nor a link nor a folder, and a file that is being written.
        """
        on_disk = self.look(path)
        if on_disk is None or on_disk.is_folder:
            return None
        if on_disk.oid is None:
            shown = path.decode("utf-8", "replace")
            raise WouldOverwrite(
                f"{shown} is no plain file, or is being written just now.", "Look at it, then repeat the act.",
                files=[shown],
            )  # fmt: skip
        return FileSide(on_disk.status.st_mode, Oid(on_disk.oid), exact=True)

    def writers(self, paths: Iterable[bytes]) -> dict[bytes, str]:
        """Names for each of some files a running program that has it open to write to, where the system tells.

        All of the plan's are asked for at once as far as possible: it costs a look at every open file of the machine.
        """
        there = {}
        for path in paths:
            on_disk = self.plan.seen.get(path)
            status = self.top.status(path) if on_disk is None else on_disk.status
            if status is not None and stat.S_ISREG(status.st_mode):
                there[path] = platforms.identity(status)
        unknown = set(there.values()) - self._writers.keys()
        found = platforms.writers_of(unknown)
        self._writers |= {one: found.get(one) for one in unknown}
        return {path: writer for path, one in there.items() if (writer := self._writers[one]) is not None}

    def holds(self, file: FileSide | None, side: FileSide | TreeEntry | None) -> bool:
        """Tells whether two files are the same, byte for byte and as programs."""
        if file is None or side is None:
            return file is None and side is None
        return file.oid == side.oid and self._is_same_kind(file, side)

    def _is_same_kind(self, file: FileSide, side: FileSide | TreeEntry) -> bool:
        if file.is_link != stat.S_ISLNK(side.mode):
            return False
        return file.is_link or not self._trusts_mode or bool(file.mode & 0o100) == bool(side.mode & 0o100)

    def is_clean(self, path: bytes, target: TreeEntry) -> bool:
        """Tells whether git, once the act is done, would store the working file as just what ``target`` is."""
        file, on_disk = self.file(path), self.look(path)
        if file is None or on_disk is None or not self._is_same_kind(file, target):
            return False
        return self._ways_then().stored(path, on_disk, self.top) == target.oid

    def is_untouched(self, path: bytes) -> bool:
        """Tells whether a working file looks, by its times and size, as when the index took its entry from it."""
        entry = self.index.entry(path)
        if entry is None or entry.stat == UNKNOWN or self.index.index.may_hide_edits(entry):
            return False
        try:
            return Stat.of(os.lstat(os.fsencode(self.top.path) + b"/" + path)) == entry.stat
        except OSError:
            return False

    def keeps(self, path: bytes, target: TreeEntry) -> bool:
        """Tells whether a working file is a commit's and holds more than that: what a filter takes out of it."""
        return self._ways_then().hides(path) and self.is_clean(path, target)

    def is_as_written(self, path: bytes, old: TreeEntry) -> bool:
        """Tells whether a working file has the very bytes that git has written for a commit, or those of the commit."""
        file = self.file(path)
        if self.holds(file, as_file(old)):
            return True
        if file is None or not self._is_same_kind(file, old):
            return False
        if self._now is None:
            self._now = BothWays(self.repo, self._attributes_now, self._staged_now, self._run)
        with contextlib.suppress(UnsupportedRepository):
            return self._now.written(path, old) == file.oid
        return False

    def checked_out(self, path: bytes, target: TreeEntry) -> FileSide:
        """Gives the working file that git makes of what a commit has.

        Raises:
            UnsupportedRepository: where it would have to be converted in a way that is not done here.
            DamagedRepository: if the content is not there.
        """
        ways = self._ways_then()
        ways.require_no_large_file(path, target, self.look(path), self.top)
        oid = ways.written(path, target)
        make = ways.made.maker(oid)
        if make is not None:
            self._made.add(oid, make)
        return as_file(target)._replace(oid=oid)

    def _ways_then(self) -> BothWays:
        if self._then is None:
            self._then = BothWays(self.repo, self._attributes_then, self._staged_then, self._run)
        return self._then

    def _attributes_then(self, folder: bytes) -> bytes | None:
        """Gives the attributes after the act: the file's as it is planned, or else the index's, or those on disk."""
        path = _attributes_file(folder)
        if path in self._files:
            after = self._files[path][1]
            return self._staged_then(path) if after is None else self._content(after.oid)
        on_disk = self.top.content(path)
        if on_disk is None or (self._files_follow and (path in self._coming or self.index.sides(path))):
            return self._staged_then(path)
        return on_disk

    def _staged_then(self, path: bytes) -> bytes | None:
        if path in self._index:
            entry = next((one for one in self._index[path][1] if not one.flags & STAGE), None)
            return None if entry is None else self._content(entry.oid)
        if path in self._coming:
            target = self._coming[path]
            return None if target is None else self._content(target.oid)
        return self._staged_now(path)

    def _attributes_now(self, folder: bytes) -> bytes | None:
        on_disk = self.top.content(_attributes_file(folder))
        return self._staged_now(_attributes_file(folder)) if on_disk is None else on_disk

    def _staged_now(self, path: bytes) -> bytes | None:
        entry = self.index.entry(path)
        return None if entry is None else self._content(entry.oid)

    def _content(self, oid: Oid) -> bytes | None:
        if oid in self.plan.contents:
            return self.plan.contents[oid]
        with contextlib.suppress(MissingObject):
            return self.repo.objects.raw(oid)[1]
        return None

    def set_index(self, path: bytes, after: Sides) -> None:
        """Plans the entries of a name."""
        before = self.index.sides(path)
        if before != after:
            for one in after:
                require_safe_path(path, one.mode)
            self._index[path] = (before, after)

    def set_file(self, path: bytes, after: FileSide | None) -> None:
        """Plans the working file of a name.

        Raises:
            BadName: if the name could reach outside the worktree or into ``.git``.
            DamagedRepository: if the content is not there.
            UnsupportedRepository: for a link where the file system has none.
        """
        require_safe_path(path, 0 if after is None else after.mode)
        make = None if after is None or after.is_link else self._made.maker(after.oid)
        if after is not None and make is not None:
            self.plan.contents.add(after.oid, make)
        elif after is not None:
            if after.is_link and not self.repo.config.flag("core", "symlinks", default=True):
                shown = path.decode("utf-8", "replace")
                raise UnsupportedRepository(
                    f"{shown} is a link, and this repository has none (core.symlinks).", "Use git in a terminal."
                )
            require_blob(self.repo, path, TreeEntry(path, after.mode, after.oid))
        self._files[path] = (self.file(path), after)
        if path.rpartition(b"/")[2] == b".gitattributes":
            self._then = None

    def set_clean(self, path: bytes, *, before: bool, after: bool) -> None:
        """Notes whether the working file is what the index has, before and after."""
        self._clean[path] = (before, after)

    def set_folder(self, path: bytes, *, after: bool) -> None:
        """Plans the folder of a submodule: an empty one is made, and one that is empty goes."""
        require_safe_path(path, GITLINK)
        on_disk, sides = self.look(path), self.index.sides(path)
        before = on_disk is not None and on_disk.is_folder and any(one.mode == GITLINK for one in sides)
        self._folders[path] = (before, after)

    def finish(self, *, go_over: bool | Callable[[bytes], bool], guarded: bool = True) -> FilePlan:
        """Looks at what stands in the way, and gives the plan.

        Args:
            go_over: whether what is in the way is removed, after it has been backed up; or which files are.
            guarded: whether the plan is refused for files that a backup cannot save. Not so for what a crash has cut
                off, which was asked then and has its backup, nor for a plan that only answers a question.

        Raises:
            WouldOverwrite: for what cannot be backed up: a repository of its own, a file that is too large, and one
                that a running program writes to, since what comes later would be in no file and in no backup.
        """
        self._clear_the_way(go_over=go_over)
        if self.repo.config.flag("core", "ignoreCase"):
            made = [path for path, (_, after) in self._files.items() if after is not None]
            require_told_apart(made, [*self.index.paths, *self._index])
        plan = self.plan
        for path in sorted(self._index.keys() | self._files.keys() | self._clean.keys() | self._folders.keys()):
            file, clean = self._files.get(path), self._clean.get(path, (False, False))
            folder = self._folders.get(path, (False, False))
            plan.steps.append(Step(path, self._index.get(path), file, clean, folder))
            if file is not None:
                plan.effects.append(FileEffect(path, self._effect(path, *file)))
        if guarded:
            endangered = [one.path for one in plan.effects if one.effect == "endangered"]
            self._require_not_too_large(endangered)
            self._require_not_written_to([*endangered, *plan.set_aside, *self._never_committed()])
        return plan

    def _never_committed(self) -> list[bytes]:
        """Gives the files that go though the index has them, and that no commit here has: they are as good as new."""
        going = [one.path for one in self.plan.effects if one.effect in ("deleted", "overwritten")]
        if not going:
            return []
        head = self.repo.refs.head().oid
        tree = None if head is None else self.repo.objects.commit(head).tree
        committed = TreeFiles(self.repo.objects, tree, self.index.index)
        return [path for path in going if committed.get(path) is None]

    def _effect(self, path: bytes, before: FileSide | None, after: FileSide | None) -> Effect:
        if before is None:
            return "created"
        if not self.index.sides(path):
            return "endangered"
        return "deleted" if after is None else "overwritten"

    def _clear_the_way(self, *, go_over: bool | Callable[[bytes], bool]) -> None:
        going = {path for path, (_, after) in self._files.items() if after is None}
        making = [path for path, (_, after) in self._files.items() if after is not None]
        folders = [path for path, (_, after) in self._folders.items() if after]
        for path in [*making, *folders]:
            there = self.plan.seen.get(path)
            if there is not None and not there.is_folder:
                continue
            above = self.top.file_above(path)
            # What lies in a submodule's folder stands in nobody's way.
            below = [] if path in self._folders and path not in making else self.top.files_below(path)
            for other in [*below, *([] if above is None else [above])]:
                if other in going:
                    continue
                if not (go_over(other) if callable(go_over) else go_over):
                    self.plan.in_the_way.append(other)
                    continue
                if b".git" in other.split(b"/") or self.top.is_bare_repository(other):
                    shown = path.decode("utf-8", "replace")
                    raise WouldOverwrite(
                        f"A repository of its own stands where {shown} has to go.", "Move it away first.", files=[shown]
                    )
                going.add(other)
                self.set_file(other, None)

    def _require_not_too_large(self, paths: Iterable[bytes]) -> None:
        large = []
        for path in paths:
            on_disk = self.plan.seen.get(path)
            if on_disk is not None and on_disk.status.st_size > LARGEST_BACKUP:
                large.append(path.decode("utf-8", "replace"))
        if large:
            raise WouldOverwrite(
                f"Larger than the {LARGEST_BACKUP // 10**6} MB that are backed up, and not tracked by git:"
                f" {', '.join(large[:5])}.",
                "Move it away first, then repeat the act.",
                files=large,
            )

    def _require_not_written_to(self, paths: Iterable[bytes]) -> None:
        writers = {visible(path): writer for path, writer in sorted(self.writers(paths).items())}
        if writers:
            first = next(iter(writers))
            shown = ", ".join(f"{path} ({writer})" for path, writer in list(writers.items())[:5])
            raise WouldOverwrite(
                f"A running program has {first} open to write to it: {writers[first]}."
                if len(writers) == 1
                else f"Running programs have {len(writers)} files open to write to them: {shown}.",
                "Stop it first, or move the file away, where the program goes on writing to it; then repeat the act.",
                files=list(writers),
            )


def tracked(entry: TreeEntry | None, *, extended: int = 0) -> Sides:
    """Gives the index's side for what a commit has."""
    return () if entry is None else (IndexSide(entry.mode, entry.oid, 0, extended),)


def skipped(sides: Sides) -> bool:
    """Tells whether a sparse checkout leaves this file out."""
    return bool(sides) and bool(sides[0].extended & SKIP_WORKTREE)


def is_file(entry: TreeEntry | None) -> bool:
    """Tells whether a commit has a file or link there, and no submodule."""
    return entry is not None and entry.mode != GITLINK


def as_file(entry: TreeEntry) -> FileSide:
    """Gives the working file for what a commit has, where nothing is converted."""
    return FileSide(SYMLINK if stat.S_ISLNK(entry.mode) else entry.mode, entry.oid)


def _attributes_file(folder: bytes) -> bytes:
    return folder + b"/.gitattributes" if folder else b".gitattributes"


def require_free(plan: FilePlan, also: Iterable[bytes] = ()) -> None:
    """Refuses a plan that would cost somebody's work.

    Raises:
        WouldOverwrite: naming every file.
    """
    found = sorted({*plan.in_the_way, *also})
    if found:
        names = [name.decode("utf-8", "replace") for name in found]
        raise WouldOverwrite(
            f"Work that is not committed would be overwritten: {shortly(names)}.",
            "Commit it, stash it or move it away, then repeat the act.",
            files=names,
        )


def shortly(names: Sequence[str]) -> str:
    """Names the first of some files, and says how many more there are."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
