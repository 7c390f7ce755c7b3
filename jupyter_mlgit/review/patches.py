"""Writes what differs as a patch that ``git apply`` takes, or commits as messages that ``git am`` takes.

A patch is bytes, not text: it holds files in any encoding, and applied to the old side it gives the new one exactly.
Only a cleaned one doesn't: it compares notebooks without their outputs, to be read rather than applied.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from jupyter_mlgit.git.diff import between_trees, chosen
from jupyter_mlgit.git.mail import losses, mail
from jupyter_mlgit.git.named_paths import inside
from jupyter_mlgit.git.objects import MissingObject, Oid
from jupyter_mlgit.git.patch import Side, file_patch
from jupyter_mlgit.git.tree_changes import GITLINK, SYMLINK
from jupyter_mlgit.journal.status_cache import status_cache
from jupyter_mlgit.notebooks.stripping import stripping
from jupyter_mlgit.problems import BadRequest, DamagedRepository, StateChanged, TooLarge, UnsupportedRepository
from jupyter_mlgit.review.sides import Comparison, commit_of, find_commits, find_sides, read_version
from jupyter_mlgit.values import Value, argument

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_mlgit.git.diff import FilePair, Version
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.git.status import StatusCache
    from jupyter_mlgit.journal.context import Context

LARGEST_FILE = 50 * 2**20
"""Bytes of a file that a patch is written of."""
LARGEST_PATCH = 100 * 2**20
"""Bytes of a patch."""
MOST_COMMITS = 1000
"""Commits that become messages."""

_HINT = "Name fewer files with --path, or fewer commits."


class PatchRequest(Comparison):
    """Asks for what differs as a patch."""

    paths: Annotated[
        tuple[str, ...],
        Meta(
            description="Only these files and folders.",
            extra=argument(flag="--path", metavar="PATH", many=True, is_path=True),
        ),
    ] = ()
    mail: Annotated[bool, Meta(description="One message for each commit of A..B, for git am; merges are left out.")] = (
        False
    )
    cleaned: Annotated[
        bool, Meta(description="Compare notebooks without their outputs: to be read, as it may not apply.")
    ] = False


class Patch(Value):
    """A patch."""

    old: str
    """``index``, ``empty`` or a commit's id."""
    new: str
    """``working files``, ``index`` or a commit's id."""
    name: str
    """What a file that holds it may be called."""
    patch: bytes
    """In base64, since a patch has the encodings of all the files in it."""
    files: int
    """How many differ, in all commits together."""
    commits: int
    """Messages in it; 0 unless it was asked for as mail."""
    notes: tuple[str, ...]
    """What ``git am`` can't take from a message, and what was left out."""


def make_patch(repo: Repository, request: PatchRequest, context: Context) -> Patch:
    """Writes a patch.

    Raises:
        BadRevision: if a revision names no commit.
        BadRequest: if the words of the request contradict each other, or a path is not inside the repository.
        DamagedRepository: if something that is needed is missing from the repository.
        StateChanged: if a working file can't be read.
        TooLarge: if a file or the patch is too large.
        UnsupportedRepository: if a file has a filter that is not run here.
    """
    del context
    writer = _Writer(repo, status_cache(repo), request)
    try:
        return writer.messages() if request.mail else writer.differences()
    except MissingObject as error:
        raise DamagedRepository(f"{error}.", "Fetch it again, or look for it in another clone.") from error


@dataclass
class _Writer:
    """Writes one patch."""

    repo: Repository
    status: StatusCache
    request: PatchRequest
    size: int = 0
    files: int = 0

    def differences(self) -> Patch:
        sides = find_sides(self.repo, self.status, self.request)
        patch = self._patch(sides.pairs)
        name = "staged" if sides.new == "index" else sides.new[:12].replace(" ", "-")
        return Patch(
            old=sides.old, new=sides.new, name=f"{name}.patch", patch=patch, files=self.files, commits=0, notes=()
        )

    def messages(self) -> Patch:
        if self.request.staged or self.request.untracked or not self.request.revisions:
            raise BadRequest("Only commits can be written as mail.", "Name them as A..B.")
        commits = find_commits(self.repo, self.request.revisions)
        old = commits[0]
        new = commits[1] if len(commits) > 1 else self.repo.refs.head().oid
        if new is None:
            raise BadRequest("There is no commit yet.", "Name commits as A..B.")
        found = [(oid, patch) for oid in self._between(old, new) if (patch := self._commit_patch(oid))]
        notes, pieces = [], []
        for number, (oid, patch) in enumerate(found, 1):
            commit = self.repo.objects.commit(oid)
            pieces.append(mail(commit, patch, number, len(found)))
            if lost := losses(commit):
                notes.append(f"Commit {oid[:10].decode()} will not keep {lost} when git am takes it.")
        return Patch(
            old="empty" if old is None else old.decode(),
            new=new.decode(),
            name=f"{new[:12].decode()}.mbox",
            patch=b"".join(pieces),
            files=self.files,
            commits=len(pieces),
            notes=tuple(notes),
        )

    def _between(self, old: Oid | None, new: Oid) -> list[Oid]:
        """Gives the commits of ``old..new`` that are no merges, each behind its parents."""
        wanted = self.repo.graph.reachable_from([old] if old else []).unique(new, MOST_COMMITS + 1)
        if len(wanted) > MOST_COMMITS:
            raise TooLarge(f"These are more than {MOST_COMMITS} commits.", _HINT)
        waiting, done, found = list(wanted), dict.fromkeys(wanted, False), []
        while waiting:
            oid = waiting[-1]
            parents = self.repo.graph.parents(oid)
            before = [parent for parent in parents if done.get(parent) is False]
            if before:
                waiting += before
                continue
            waiting.pop()
            if not done[oid]:
                done[oid] = True
                if len(parents) <= 1:
                    found.append(Oid(oid))
        return found

    def _commit_patch(self, oid: Oid) -> bytes:
        parents = self.repo.graph.parents(oid)
        before = self.repo.objects.commit(parents[0]).tree if parents else None
        return self._patch(between_trees(self.repo, before, self.repo.objects.commit(oid).tree))

    def _patch(self, pairs: Iterable[FilePair]) -> bytes:
        pieces: list[bytes] = []
        how = {"quote_high": self.repo.config.flag("core", "quotePath", default=True), "by_mail": self.request.mail}
        for pair in chosen(pairs, [inside(path) for path in self.request.paths]):
            old, new = (None if one is None else self._side(one) for one in (pair.old, pair.new))
            written = list(file_patch(old, new, likeness=pair.score, **how))
            self.files += bool(written)
            self.size += sum(map(len, written))
            if self.size > LARGEST_PATCH:
                raise TooLarge(f"The patch is larger than {LARGEST_PATCH // 2**20} MB.", _HINT)
            pieces += written
        return b"".join(pieces)

    def _side(self, version: Version) -> Side | None:
        """Reads a file, and names it as git would."""
        place = os.fsencode(self.repo.top) + b"/" + version.path
        if version.mode == GITLINK:
            oid = commit_of(self.repo, version)
            return None if oid is None else Side(version.path, GITLINK, oid, b"Subproject commit %s\n" % oid)
        mode = version.mode
        try:
            content, known = read_version(self.repo, self.status, version, LARGEST_FILE)
            if version.oid is None and self.request.untracked:
                mode = _mode_of(place, mode)
        except OSError as error:
            name = os.fsdecode(version.path)
            raise StateChanged(
                f"{name} can't be read: {error.strerror or 'it is gone'}.", "Look at the status, and ask again."
            ) from error
        if not known:
            raise UnsupportedRepository(
                f"A filter that is not run here decides what git has of {os.fsdecode(version.path)}.",
                "Stage the file with git and ask for --staged, or leave it out.",
            )
        if self.request.cleaned and version.path.endswith(b".ipynb") and mode != SYMLINK:
            content = _STRIP(b"nbstripout", version.path, content) or content
            return Side(version.path, mode, self._name(content), content)
        return Side(version.path, mode, version.oid or self._name(content), content)

    def _name(self, content: bytes) -> bytes:
        digest = hashlib.sha1 if self.repo.hex_length == 40 else hashlib.sha256  # noqa: PLR2004 -- git's names
        return digest(b"blob %d\0" % len(content) + content).hexdigest().encode()


_STRIP = stripping(lambda _: None)


def _mode_of(place: bytes, mode: int) -> int:
    """Gives the mode that an untracked file would be staged with."""
    found = os.lstat(place).st_mode
    if stat.S_ISLNK(found):
        return SYMLINK
    return 0o100755 if found & 0o100 and mode == 0o100644 else mode  # noqa: PLR2004 -- git's modes
