"""Shows what differs between two states of the repository, file by file: texts in hunks, notebooks cell by cell.

A file that is too large is named without its content, and given when it is asked for alone. What was compared once is
remembered by both contents, so that a panel may ask again whenever something has changed.
"""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta

from jupyter_mlgit.git.diff import chosen
from jupyter_mlgit.git.folder import Folder
from jupyter_mlgit.git.kinds import Kind, is_binary, kind_by_name
from jupyter_mlgit.git.named_paths import inside
from jupyter_mlgit.git.objects import MissingObject
from jupyter_mlgit.git.tree_changes import GITLINK, SYMLINK
from jupyter_mlgit.journal.status_cache import status_cache
from jupyter_mlgit.notebooks.diff import CellChange, CellCounts, MetadataChange, compare_notebooks
from jupyter_mlgit.notebooks.document import Document, read_document
from jupyter_mlgit.notebooks.text_form import as_text
from jupyter_mlgit.problems import NotebookInvalid, TooLarge, ToolMissing
from jupyter_mlgit.review.checking import Checker
from jupyter_mlgit.review.old_lines import old_lines
from jupyter_mlgit.review.pairing import Pairing
from jupyter_mlgit.review.sides import Comparison, commit_of, find_sides, in_words, read_version, size_of
from jupyter_mlgit.review.warnings import ReviewWarning
from jupyter_mlgit.textdiff.hunks import Hunk, added_in, compare_lines, deleted_in, hunks_of, lines_of
from jupyter_mlgit.values import Value, argument, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jupyter_mlgit.git.diff import FilePair, Version
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.git.status import StatusCache
    from jupyter_mlgit.journal.context import Context

LARGEST_TEXT = 10 * 2**20
"""Bytes of a text that is compared when it is asked for alone."""
LARGEST_NOTEBOOK = 50 * 2**20
"""The same of a notebook."""
TEXT_AT_ONCE = 2**20
"""Bytes of a text that is compared among others."""
NOTEBOOK_AT_ONCE = 5 * 2**20
"""The same of a notebook."""
TOGETHER = 4 * 2**20
"""Bytes that are read before they are compared."""
MOST_AT_ONCE = 300
"""Files that are compared at once; the others are named only."""

ChangeKind = Literal["added", "modified", "deleted", "renamed", "typechanged", "untracked"]


class DiffRequest(Comparison):
    """Asks what differs."""

    paths: Annotated[
        tuple[str, ...],
        Meta(
            description="Only these files and folders.",
            extra=argument(flag="--path", metavar="PATH", many=True, is_path=True),
        ),
    ] = ()
    outputs: Annotated[bool, Meta(description="List cells too of which only the outputs changed.")] = False
    form: Annotated[
        Literal["cells", "text", "raw"],
        Meta(description="Compare notebooks by cells, as the text that jupytext writes, or as the JSON that they are."),
    ] = "cells"
    noise: Annotated[bool, Meta(description="Compare metadata too that programs write by themselves.")] = False
    summary: Annotated[bool, Meta(description="Only count what differs.")] = False
    warnings: Annotated[
        bool | None, Meta(description="Tell what deserves a second look; unless told otherwise, not in a summary.")
    ] = None
    context_lines: Annotated[
        int, Meta(ge=0, le=1000, description="Unchanged lines around a change.", extra=argument(short="-U"))
    ] = 3
    function_context: Annotated[
        bool,
        Meta(
            description="Show the whole of each function, class or section that something changed in.",
            extra=argument(short="-W"),
        ),
    ] = False
    words: Annotated[bool, Meta(description="Mark the words that differ inside lines.")] = False


class FileDiff(Value):
    """One file that differs."""

    path: str
    old_path: str | None
    """Null unless it was renamed."""
    change: ChangeKind
    kind: Kind
    old_mode: int
    """As git counts modes; 0 where the file is not there."""
    new_mode: int
    old_size: int | None
    """Bytes; null where that is not known or the file is not there."""
    new_size: int | None
    added: int | None
    """Lines; null where lines were not compared."""
    deleted: int | None
    hunks: tuple[Hunk, ...]
    """Of a text, or of a notebook that is shown as one."""
    cells: tuple[CellChange, ...]
    """Of a notebook."""
    metadata: tuple[MetadataChange, ...]
    """Of a notebook as a whole."""
    counts: CellCounts | None
    """Of a notebook; null where it is shown as text or not at all."""
    conflict: bool
    """Whether a merge has left it to be resolved; it is compared with our side then."""
    note: str | None
    """Why it is not shown as what it is: a notebook as text, or a filter that is not run here."""
    truncated: str | None
    """Why its content is not here; null when it is. Asked for alone, a file may be larger."""
    content: str
    """Changes whenever what was compared does."""
    warnings: tuple[ReviewWarning, ...] = ()
    """What in it deserves a second look; what only moved to another file of the comparison doesn't."""
    pair: str | None = None
    """A sentence where jupytext pairs it with a file that says something else; null otherwise."""


class Diff(Value):
    """What differs between two states."""

    old: str
    """``index``, ``empty`` or a commit's id."""
    new: str
    """``working files``, ``index`` or a commit's id."""
    files: tuple[FileDiff, ...]
    """By path."""


def show_diff(repo: Repository, request: DiffRequest, context: Context) -> Diff:
    """Shows what differs.

    Raises:
        BadRevision: if a revision names no commit.
        BadRequest: if the words of the request contradict each other, or a path is not inside the repository.
        DamagedRepository: if something that is needed is missing from the repository.
    """
    del context
    status = status_cache(repo)
    with status.held():
        return _shown(repo, status, request)


def _shown(repo: Repository, status: StatusCache, request: DiffRequest) -> Diff:
    sides = find_sides(repo, status, request)
    pairs = chosen(sides.pairs, [inside(path) for path in request.paths])
    alone = len(pairs) == 1 and bool(request.paths)
    wanted = not request.summary if request.warnings is None else request.warnings
    checker = Checker(repo, status, sides.pairs) if wanted else None
    folder = None if repo.bare else Folder(repo.top, repo.hex_length)
    pairing = Pairing(repo, status, sides.new, folder)
    reader = FileReader(repo, status, request, alone=alone, checker=checker, pairing=pairing, folder=folder)
    with folder.walking() if folder else nullcontext():
        found = list(_in_groups(reader, pairs))
    return Diff(old=sides.old, new=sides.new, files=tuple(with_warnings(found, checker) if checker else found))


def _in_groups(reader: FileReader, pairs: list[FilePair]) -> Iterator[FileDiff]:
    """Yields what differs of some files at a time: first all of them are read, then all compared.

    File by file, each of the two throws what the other needs out of the processor's caches, which costs an eighth.
    """
    group: list[ReadFile] = []
    size = 0
    for number, pair in enumerate(pairs):
        read = reader.read(pair, skip=number >= MOST_AT_ONCE)
        if read is None:
            continue
        group.append(read)
        size += len(read.old) + len(read.new)
        if size > TOGETHER:
            yield from map(reader.compare, group)
            group, size = [], 0
    yield from map(reader.compare, group)


def with_warnings(files: Sequence[FileDiff], checker: Checker) -> list[FileDiff]:
    """Adds what was found on the way to deserve a second look, once all files are compared."""
    told = checker.told()
    return [msgspec.structs.replace(one, warnings=told[one.path]) if one.path in told else one for one in files]


class ReadFile(NamedTuple):
    """A file that was read."""

    blank: FileDiff
    """What is known of it so far."""
    old: bytes = b""
    new: bytes = b""
    is_read: bool = True
    """False for one of which nothing more is told."""


@dataclass
class FileReader:
    """Reads and compares files."""

    repo: Repository
    status: StatusCache
    request: DiffRequest
    alone: bool
    checker: Checker | None = None
    """What looks for warnings on the way."""
    pairing: Pairing | None = None
    """What knows of jupytext's pairs."""
    folder: Folder | None = None
    """The worktree's folder, for a loop that keeps the way to the last file open."""

    def read(self, pair: FilePair, *, skip: bool = False) -> ReadFile | None:
        """Reads a file; gives None if it turns out to be the same on both sides."""
        known = named(pair, untracked=self.request.untracked)
        if skip:
            return self._unread(pair, known, "There are too many files to compare them all at once.")
        if known.kind == "submodule":
            return self._unread(pair, known, None)
        try:
            old, new, as_git = self._contents(pair, self._limit(known.kind))
        except (TooLarge, MissingObject, OSError) as error:
            if self.checker:
                self.checker.add(pair, None)
            return self._unread(pair, known, self._reason(error, known.kind))
        if old == new and not pair.conflict and pair.old and pair.new and pair.old[:2] == pair.new[:2]:
            return None
        if self.checker:
            self.checker.add(pair, (old, new))
        paired = known.kind in ("notebook", "text") and pair.new is not None and not pair.conflict
        blank = _blank(
            known,
            stamp_of(self.repo, pair, self.folder, new),
            pair=self.pairing.notice(pair.path, new) if self.pairing and paired else None,
            note=None if as_git else "A filter of this repository is not run here, so its effect is not shown.",
            sizes=(len(old) if pair.old else None, len(new) if pair.new else None),
        )
        return ReadFile(blank, old, new)

    def compare(self, read: ReadFile) -> FileDiff:
        """Compares what was read of a file."""
        blank, old, new, is_read = read
        if not is_read:
            return blank
        if blank.kind == "notebook" and self.request.form != "raw":
            sides = ((old, blank.old_mode), (new, blank.new_mode))
            try:
                if self.request.form == "text":
                    before, after = (as_text(one).encode() if there else b"" for one, there in sides)
                    return self._as_text(blank, before, after)
                return self._as_notebook(blank, old, new)
            except ToolMissing as error:
                return msgspec.structs.replace(blank, truncated=f"{error.message} {error.hint}")
            except NotebookInvalid as error:
                blank = msgspec.structs.replace(blank, note=error.message)
        if blank.kind == "binary" or is_binary(old) or is_binary(new):
            return msgspec.structs.replace(blank, kind="image" if blank.kind == "image" else "binary")
        return self._as_text(blank, old, new)

    def _contents(self, pair: FilePair, limit: int) -> tuple[bytes, bytes, bool]:
        """Gives both contents, and whether the new one is what git would have."""
        old = read_version(self.repo, self.status, pair.old, limit, self.folder)[0] if pair.old else b""
        if pair.new is None:
            return old, b"", True
        return old, *read_version(self.repo, self.status, pair.new, limit, self.folder)

    def _unread(self, pair: FilePair, known: Named, reason: str | None) -> ReadFile:
        """Gives what is known of a file whose content is not read, and why it isn't; of a submodule, its commits."""
        old, new = (size_of(self.repo, side, self.folder) if side else None for side in (pair.old, pair.new))
        blank = _blank(known, stamp_of(self.repo, pair, self.folder), sizes=(old, new))
        if reason is None:
            blank = self._as_text(blank, commit_line(self.repo, pair.old), commit_line(self.repo, pair.new))
        return ReadFile(msgspec.structs.replace(blank, truncated=reason), is_read=False)

    def _limit(self, kind: Kind) -> int:
        if kind == "notebook":
            return LARGEST_NOTEBOOK if self.alone else NOTEBOOK_AT_ONCE
        return LARGEST_TEXT if self.alone else TEXT_AT_ONCE

    def _reason(self, error: Exception, kind: Kind) -> str:
        if isinstance(error, TooLarge):
            if self.alone:
                return f"{error.message} {error.hint}"
            most = in_words(LARGEST_NOTEBOOK if kind == "notebook" else LARGEST_TEXT)
            return f"{error.message} Ask for it alone, which goes up to {most}, or look at it with git diff."
        if isinstance(error, OSError):
            return f"The working file can't be read: {error.strerror or 'it is gone'}."
        return f"{error}."

    def _as_notebook(self, blank: FileDiff, old: bytes, new: bytes) -> FileDiff:
        before = read_document(old) if blank.old_mode else Document([])
        after = read_document(new) if blank.new_mode else Document([])
        asked = self.request
        found = compare_notebooks(
            before, after, outputs=asked.outputs, noise=asked.noise, summary=asked.summary, words=asked.words
        )
        hunks = [hunk for cell in found.cells for hunk in cell.hunks]
        return msgspec.structs.replace(
            blank,
            added=added_in(hunks),
            deleted=deleted_in(hunks),
            cells=() if self.request.summary else found.cells,
            metadata=found.metadata,
            counts=found.counts,
        )

    def _as_text(self, blank: FileDiff, old: bytes, new: bytes) -> FileDiff:
        one, other = old_lines(self.repo).of(old), lines_of(visible(new))
        if self.request.summary:
            changes = compare_lines(one, other)
            added = sum(change.new_to - change.new_from for change in changes)
            deleted = sum(change.old_to - change.old_from for change in changes)
            return msgspec.structs.replace(blank, added=added, deleted=deleted)
        hunks = hunks_of(
            one,
            other,
            name=blank.path,
            context=self.request.context_lines,
            functions=self.request.function_context,
            words=self.request.words,
        )
        return msgspec.structs.replace(blank, added=added_in(hunks), deleted=deleted_in(hunks), hunks=hunks)


def _blank(
    known: Named,
    stamp: str,
    *,
    sizes: tuple[int | None, int | None],
    pair: str | None = None,
    note: str | None = None,
) -> FileDiff:
    """Gives what is known of a file before its contents are compared."""
    return FileDiff(
        path=known.path,
        old_path=known.old_path,
        change=known.change,
        kind=known.kind,
        old_mode=known.old_mode,
        new_mode=known.new_mode,
        conflict=known.conflict,
        old_size=sizes[0],
        new_size=sizes[1],
        added=None,
        deleted=None,
        hunks=(),
        cells=(),
        metadata=(),
        counts=None,
        note=note,
        truncated=None,
        content=stamp,
        pair=pair,
    )


class Named(NamedTuple):
    """What names and modes alone say of a file."""

    path: str
    old_path: str | None
    change: ChangeKind
    kind: Kind
    old_mode: int
    new_mode: int
    conflict: bool


def named(pair: FilePair, *, untracked: bool) -> Named:
    """Says what can be said of a file that was not read.

    Args:
        pair: both sides of it.
        untracked: whether untracked files are compared, too.
    """
    old, new = pair.old, pair.new
    return Named(
        path=visible(pair.path),
        old_path=visible(old.path) if old and new and old.path != new.path else None,
        change=change_of(pair, untracked=untracked and new is not None and new.oid is None),
        kind=kind_of(pair),
        old_mode=old.mode if old else 0,
        new_mode=new.mode if new else 0,
        conflict=pair.conflict,
    )


def kind_of(pair: FilePair) -> Kind:
    """Says by names and modes what a file is."""
    modes = {version.mode for version in (pair.old, pair.new) if version}
    if GITLINK in modes:
        return "submodule"
    return "text" if SYMLINK in modes else kind_by_name(pair.path) or "text"


def change_of(pair: FilePair, *, untracked: bool) -> ChangeKind:
    """Says what became of a file.

    Args:
        pair: both sides of it.
        untracked: whether one that only the new side has is not tracked.
    """
    if pair.old is None:
        return "untracked" if untracked else "added"
    if pair.new is None:
        return "deleted"
    if pair.old.path != pair.new.path:
        return "renamed"
    return "modified" if pair.old.mode & 0o170000 == pair.new.mode & 0o170000 else "typechanged"


def stamp_of(repo: Repository, pair: FilePair, folder: Folder | None = None, read: bytes | None = None) -> str:
    """Gives what changes with either side's content; of a working file that was not read, whenever it is written.

    Args:
        repo: the repository.
        pair: both sides of the file.
        folder: the worktree's folder, for a loop that keeps the way to the last file open.
        read: the content of the new side, if it was read.
    """
    parts = []
    for version in (pair.old, pair.new):
        if version is None:
            parts.append("-")
        elif version.oid is not None:
            parts.append(f"{version.mode:o}:{version.oid.decode()}")
        elif version.mode == GITLINK:
            # Its folder stays as it is when its commit changes.
            parts.append(f"{version.mode:o}:{(commit_of(repo, version) or b'').decode()}")
        elif read is not None and version is pair.new:
            parts.append(f"{version.mode:o}:{hashlib.sha1(read, usedforsecurity=False).hexdigest()}")
        else:
            now = (folder or Folder(repo.top, repo.hex_length)).status(version.path)
            times = now and (now.st_mode, now.st_mtime_ns, now.st_ctime_ns, now.st_size, now.st_ino)
            parts.append(":".join(map(str, times)) if times else "-")
    return " ".join(parts)


def commit_line(repo: Repository, version: Version | None) -> bytes:
    """Gives what git shows of a submodule."""
    commit = version and commit_of(repo, version)
    return b"Subproject commit %s\n" % commit if commit else b""
