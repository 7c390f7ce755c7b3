"""Brings files back from a backup, all of them or some; what that goes over is backed up first, so Undo takes it back.

The whole backup brings back what was there then: files are written, those that had been deleted are deleted again, and
what was staged is staged, unless the index is to stay. Named files are only ever written.

The surprise: the steps that are kept beside a backup know more than its commits do: a file's exact permissions, and
of a path with nothing but a staged change, whether its working file was as in HEAD or was not looked at.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from jupyter_mlgit.git.file_plan import Planner, as_file, skipped, tracked
from jupyter_mlgit.git.file_steps import FileSide, IndexSide, Sides, Step, kept_steps
from jupyter_mlgit.git.index import INTENT_TO_ADD
from jupyter_mlgit.git.locked_index import LockedIndex
from jupyter_mlgit.git.move_checks import missing_content
from jupyter_mlgit.git.objects import MissingObject, TreeEntry
from jupyter_mlgit.git.tree_changes import GITLINK
from jupyter_mlgit.git.tree_files import TreeFiles
from jupyter_mlgit.journal.acts import acting, perform
from jupyter_mlgit.journal.backup_content import Content, content_of
from jupyter_mlgit.journal.effects import AffectedFile, affected_entries, affected_files
from jupyter_mlgit.journal.file_work import FileWork
from jupyter_mlgit.journal.records import new_record, raw
from jupyter_mlgit.problems import BadRequest, DamagedRepository
from jupyter_mlgit.recovery.backups import find_backup
from jupyter_mlgit.values import Value, argument, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.git.tree_edit import Side
    from jupyter_mlgit.journal.context import Context
    from jupyter_mlgit.journal.records import Record
    from jupyter_mlgit.recovery.backups import Made


class BackupRestoreRequest(Value):
    """Asks to bring files back from a backup."""

    id: Annotated[str, Meta(description="The backup, see 'backups'.", extra=argument(positional=True))]
    paths: Annotated[
        list[str],
        Meta(
            description="Only these files, or folders with all that it holds of them; without any, the whole backup.",
            extra=argument(positional=True, metavar="PATH", is_path=True),
        ),
    ] = []
    files_only: Annotated[bool, Meta(description="Leave the index as it is.")] = False
    dry_run: Annotated[bool, Meta(description="Say what would happen and change nothing.")] = False


class NotRestored(Value):
    """A path that stays as it is."""

    path: str
    reason: str


class BackupRestored(Value):
    """What bringing files back does to the index and the working files."""

    id: str
    """The backup that they come from."""
    index: list[str]
    """The paths whose index entries change."""
    files: list[AffectedFile]
    """The working files that change; empty when they are as in the backup already."""
    refused: list[NotRestored]
    backup: str | None
    """The commit that holds what was gone over; null where nothing was lost, and in a dry run."""
    operation: str | None
    """The act, for undo; null when nothing was changed."""


def restore_backup(repo: Repository, request: BackupRestoreRequest, context: Context) -> BackupRestored:
    """Brings files back; those that cannot be are named, with the reason.

    Raises:
        BackupNotFound: if there is no such backup.
        BadRequest: if a path is not inside the repository.
        WouldOverwrite: naming what cannot be backed up before it is gone over.
        DamagedRepository: if the backup cannot be read.
        UnsupportedRepository: in a bare repository.
        IndexLocked: if another program is at work on the index.
        StateChanged: if another program saved one of the files meanwhile.
    """
    if request.dry_run:
        repo.require_writable()
        return _restore(repo, request, context)
    with acting(repo, context):
        return _restore(repo, request, context)


def _restore(repo: Repository, request: BackupRestoreRequest, context: Context) -> BackupRestored:
    made = find_backup(repo, request.id)
    with LockedIndex(repo, lock=not request.dry_run) as index:
        restoring = _Restoring(Planner(repo, index), made)
        try:
            if request.paths:
                restoring.some(request.paths)
            else:
                restoring.whole(with_index=not request.files_only)
            files = FileWork(restoring.planner, restoring.planner.finish(go_over=True))
        except MissingObject as error:
            raise missing_content("A part of the backup", error) from error
        affected = affected_files(repo, files)
        changed = files.plan.effects or affected_entries(files.plan)
        done: Record | None = None
        if changed and not request.dry_run:
            record = new_record(context.now, context.source, _title(files), "backup-restore")
            done = perform(repo, context, record, files=files)
        return BackupRestored(
            id=made.id,
            index=affected_entries(files.plan),
            files=affected,
            refused=restoring.refused,
            backup=done.backup if done else None,
            operation=done.id if done else None,
        )


def _title(files: FileWork) -> str:
    names = [one.path for one in files.plan.effects]
    what = os.fsdecode(names[0]) if len(names) == 1 else f"{len(names)} files" if names else "what was staged"
    return f"Restore {what} from a backup"


class _Restoring:
    """Plans what of one backup comes back."""

    def __init__(self, planner: Planner, made: Made) -> None:
        repo = planner.repo
        self.planner = planner
        self.refused: list[NotRestored] = []
        self._content: Content = content_of(repo, made.commit)
        self._stages = self._content.stages
        self._staging: dict[bytes, Sides] = {}
        head = repo.refs.head().oid
        self._head = TreeFiles(repo.objects, None if head is None else repo.objects.commit(head).tree)
        try:
            steps = kept_steps(repo, made.id)
        except DamagedRepository:
            steps = None  # the commits alone will do
        self._steps: dict[bytes, Step] = {step.path: step for step in steps or ()}

    def some(self, paths: Iterable[str]) -> None:
        """Plans that the named files come back, and nothing else changes."""
        for path in paths:
            named = self._named(path)
            if not named:
                self._refuse(path, "The backup does not hold it.")
            for name in named:
                known, side = self._file(name)
                if side is not None:
                    self._write(name, side)
                elif name == raw(path) or len(named) == 1:
                    self._refuse(
                        visible(name),
                        "It had been deleted by then; only restoring the whole backup deletes it."
                        if known
                        else "The backup holds only what was staged of it; restore the whole backup for that.",
                    )

    def whole(self, *, with_index: bool) -> None:
        """Plans that everything in the backup is as it was then."""
        if with_index:
            self._stage_all()
        for path in self._content.paths:
            known, side = self._file(path)
            if side is not None:
                self._write(path, side)
            elif known and self.planner.file(path) is not None:
                self.planner.set_file(path, None)
            if with_index:
                self._note_clean(path, side if known else self.planner.file(path))

    def _named(self, path: str) -> list[bytes]:
        """Gives what the backup holds of a name: itself, or what is in the folder."""
        name = os.path.normpath(path) if path else ".."
        if name == ".." or name.startswith(("/", "../")) or "\0" in name:
            raise BadRequest(
                f"{path or 'An empty path'} is not inside this repository.", "Name a path below its top folder."
            )
        asked = raw(name)
        found = [one for one in self._content.paths if asked in (one, b".") or one.startswith(asked + b"/")]
        # A name with bytes that are no text is known by how it is shown.
        return found or [one for one in self._content.paths if visible(one) == path]

    def _refuse(self, path: str, reason: str) -> None:
        self.refused.append(NotRestored(path=path, reason=reason))

    def _file(self, path: bytes) -> tuple[bool, FileSide | None]:
        """Tells whether it is known what the working file was, and gives it."""
        content = self._content
        step = self._steps.get(path)
        exact = None if step is None or step.file is None else step.file[0]
        for part in (content.untracked, content.files):
            if path in part:
                side = part[path]
                return True, None if side is None else _refined(side, exact)
        return step is not None and step.file is not None, exact

    def _write(self, path: bytes, side: FileSide) -> None:
        if side.mode == GITLINK:
            self._refuse(visible(path), "It is a submodule: use git there.")
        elif not self.planner.holds(self.planner.file(path), side):
            self.planner.set_file(path, side)

    def _stage_all(self) -> None:
        """Plans the entries of the index: what was staged then, and HEAD's where nothing was."""
        planner = self.planner
        wanted: dict[bytes, Sides] = {}
        for path in self._content.paths:
            before = planner.index.sides(path)
            extended = before[0].extended if skipped(before) else 0
            if path in self._stages:
                stages = sorted(self._stages[path].items())
                wanted[path] = tuple(IndexSide(mode, oid, stage << 12) for stage, (mode, oid) in stages)
            elif path in self._content.index:
                side = self._content.index[path]
                wanted[path] = () if side is None else tracked(TreeEntry(path, *side), extended=extended)
            elif self._was_unstaged(path) and not any(one.extended & INTENT_TO_ADD for one in before):
                wanted[path] = tracked(self._head.get(path), extended=extended)
        left = {path for path in planner.index.paths if wanted.get(path, True)}
        left |= {path for path, sides in wanted.items() if sides}
        folders = {path[:place] for path in left for place, letter in enumerate(path) if letter == ord("/")}
        for path, sides in wanted.items():
            above = any(path[:place] in left for place, letter in enumerate(path) if letter == ord("/"))
            if sides and (path in folders or above):
                self._refuse(visible(path), "It is not staged again: a folder, or a file for one, is staged there now.")
            else:
                self._staging[path] = sides
                planner.set_index(path, sides)

    def _was_unstaged(self, path: bytes) -> bool:
        """Tells whether it is known that nothing was staged of a path that has nothing staged in the backup."""
        step = self._steps.get(path)
        return step is not None and step.index is not None

    def _note_clean(self, path: bytes, file: FileSide | None) -> None:
        """Lets the index know the file's times where it is just what is staged."""
        sides = self._staging[path] if path in self._staging else self.planner.index.sides(path)
        if file is not None and len(sides) == 1 and not sides[0].flags and sides[0].mode != GITLINK:
            entry = TreeEntry(path, sides[0].mode, sides[0].oid)
            self.planner.set_clean(path, before=False, after=self.planner.holds(file, as_file(entry)))


def _refined(side: Side, exact: FileSide | None) -> FileSide:
    """Gives a file the permissions that it had, where they are known."""
    file = as_file(TreeEntry(b"", *side))
    same = exact is not None and exact.oid == file.oid and exact.is_link == file.is_link
    same = same and exact is not None and bool(exact.mode & 0o100) == bool(file.mode & 0o100)
    return exact if exact is not None and same else file
