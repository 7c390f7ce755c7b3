"""Brings working files back from the index; what they held is backed up first, so that *Undo* brings it back.

A notebook and its jupytext text go back together where both are tracked and changed: jupytext takes the sources from
the text, and refuses to open a notebook that is newer and differs.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from jupyter_mlgit.git.file_plan import Planner
from jupyter_mlgit.git.locked_index import LockedIndex
from jupyter_mlgit.git.objects import TreeEntry
from jupyter_mlgit.git.reset_plan import attributes_first, put_back
from jupyter_mlgit.git.status import StatusCache
from jupyter_mlgit.git.tree_changes import GITLINK
from jupyter_mlgit.journal.acts import acting, perform
from jupyter_mlgit.journal.effects import AffectedFile, affected_files
from jupyter_mlgit.journal.file_work import FileWork
from jupyter_mlgit.journal.known_filters import known_filters
from jupyter_mlgit.journal.pairs import Pairs
from jupyter_mlgit.journal.records import new_record
from jupyter_mlgit.problems import BadRequest
from jupyter_mlgit.values import Value, argument, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context


class DiscardRequest(Value):
    """Asks to bring working files back from the index."""

    paths: Annotated[
        list[str],
        Meta(
            min_length=1,
            description="Files, or folders with all that is tracked in them, below the top folder.",
            extra=argument(positional=True, metavar="PATH", is_path=True),
        ),
    ]
    alone: Annotated[
        bool, Meta(description="Leave the other half of a jupytext pair as it is, though jupytext may bring it back.")
    ] = False
    dry_run: Annotated[bool, Meta(description="Say what would happen and change nothing.")] = False


class NotDiscarded(Value):
    """A path that stays as it is."""

    path: str
    reason: str


class Discarded(Value):
    """The working files that are as in the index again."""

    files: list[AffectedFile]
    refused: list[NotDiscarded]
    backup: str | None
    """The commit that holds what the files held; null in a dry run, and where nothing was lost."""
    operation: str | None
    """The act, for undo; null when nothing was changed."""


def discard(repo: Repository, request: DiscardRequest, context: Context) -> Discarded:
    """Brings files back from the index; those that cannot be are named, with the reason.

    Raises:
        BadRequest: if a path is not inside the repository.
        UnsupportedRepository: where a file would have to be converted in a way that is not done here.
        IndexLocked: if another program is at work on the index.
        StateChanged: if another program saved one of the files meanwhile.
    """
    if request.dry_run:
        repo.require_writable()
        return _discard(repo, request, context)
    with acting(repo, context):
        return _discard(repo, request, context)


def _discard(repo: Repository, request: DiscardRequest, context: Context) -> Discarded:
    wanted = {_inside(path): path for path in request.paths}
    refused: list[NotDiscarded] = []
    with LockedIndex(repo, lock=not request.dry_run) as index:
        run = known_filters(repo)
        planner = Planner(repo, index, run)
        changes = StatusCache(repo, most=0, run=run, index=index.index).full().changes
        changed = [one.path for one in changes if one.worktree_change or one.conflict]
        chosen = {path for path in changed if _is_in(path, wanted)}
        if not request.alone:
            chosen |= _other_halves(planner, index, chosen, changed)
        for change in sorted(changes, key=lambda one: attributes_first(one.path)):
            if change.path not in chosen:
                continue
            entry = index.entry(change.path)
            if entry is None:
                refused.append(NotDiscarded(path=visible(change.path), reason="It is in conflict: resolve it first."))
            elif entry.mode == GITLINK:
                refused.append(NotDiscarded(path=visible(change.path), reason="It is a submodule: use git there."))
            elif change.unknown:
                refused.append(
                    NotDiscarded(path=visible(change.path), reason="A filter that is not run here cleans it: use git.")
                )
            else:
                put_back(planner, change.path, TreeEntry(change.path, entry.mode, entry.oid))
        for name in index.assumed_unchanged():
            entry = index.entry(name)
            if entry is not None and entry.mode != GITLINK and name not in chosen and _is_in(name, wanted):
                put_back(planner, name, TreeEntry(name, entry.mode, entry.oid))
        for raw, path in wanted.items():
            if raw and not any(one == raw or one.startswith(raw + b"/") for one in index.paths):
                there = os.path.lexists(repo.top / os.fsdecode(raw))
                reason = (
                    "git does not track it, so there is nothing to go back to." if there else "there is no such file."
                )
                refused.append(NotDiscarded(path=path, reason=reason))
        files = FileWork(planner, planner.finish(go_over=True))
        affected = affected_files(repo, files)
        done = None
        if files.plan.effects and not request.dry_run:
            names = [visible(one.path) for one in files.plan.effects]
            what = names[0] if len(names) == 1 else f"{len(names)} files"
            record = new_record(context.now, context.source, f"Discard changes in {what}", "discard")
            done = perform(repo, context, record, files=files)
        return Discarded(
            files=affected,
            refused=refused,
            backup=done.backup if done else None,
            operation=done.id if done else None,
        )


def _is_in(path: bytes, wanted: Iterable[bytes]) -> bool:
    """Tells whether a file is one of these, or in one of these folders."""
    return any(path == one or not one or path.startswith(one + b"/") for one in wanted)


def _other_halves(planner: Planner, index: LockedIndex, chosen: set[bytes], changed: list[bytes]) -> set[bytes]:
    """Gives the changed and tracked files that belong to a pair of one that goes back."""
    pairs, may = Pairs(planner.top), {path for path in changed if index.entry(path) is not None}
    return {other for path in chosen & may for other in pairs.others(path)} & may


def _inside(path: str) -> bytes:
    name = os.path.normpath(path) if path else ".."
    if name == ".." or name.startswith(("/", "../")):
        raise BadRequest(
            f"{path or 'An empty path'} is not inside this repository.", "Name a path below its top folder."
        )
    return b"" if name == "." else os.fsencode(name)
