"""Brings working files back from the index; what they held is backed up first, so that *Undo* brings it back.

What no commit has goes away only where that is asked for: untracked files, and files that are new in the index with
their entries. What git ignores never goes.

A notebook and its jupytext text go back together where both are tracked and changed, and go away together where both
are new: jupytext takes the sources from the text, and refuses to open a notebook that is newer and differs.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from jupyter_mlgit.git.file_plan import LARGEST_BACKUP, Planner
from jupyter_mlgit.git.folder import folders_above
from jupyter_mlgit.git.locked_index import LockedIndex
from jupyter_mlgit.git.named_paths import inside
from jupyter_mlgit.git.object_size import object_size
from jupyter_mlgit.git.objects import TreeEntry
from jupyter_mlgit.git.reset_plan import attributes_first, put_back
from jupyter_mlgit.git.status import StatusCache
from jupyter_mlgit.git.tree_changes import GITLINK
from jupyter_mlgit.journal.acts import acting, perform
from jupyter_mlgit.journal.effects import AffectedFile, affected_entries, affected_files
from jupyter_mlgit.journal.file_work import FileWork
from jupyter_mlgit.journal.known_filters import known_filters
from jupyter_mlgit.journal.pairs import Pairs
from jupyter_mlgit.journal.records import new_record
from jupyter_mlgit.problems import BadName, WouldOverwrite
from jupyter_mlgit.values import Value, argument, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_mlgit.git.file_steps import Step
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.git.status import Change, Status
    from jupyter_mlgit.journal.context import Context


class DiscardRequest(Value):
    """Asks to bring working files back from the index."""

    paths: Annotated[
        list[str],
        Meta(
            min_length=1,
            description="Files, or folders with all that is tracked in them (and all that is new, with ``new``), below "
            "the top folder.",
            extra=argument(positional=True, metavar="PATH", is_path=True),
        ),
    ]
    alone: Annotated[
        bool, Meta(description="Leave the other half of a jupytext pair as it is, though jupytext may bring it back.")
    ] = False
    new: Annotated[
        bool,
        Meta(
            description="Let go, too, what no commit has: untracked files that are not ignored, and files that are new "
            "in the index, with their entries."
        ),
    ] = False
    dry_run: Annotated[bool, Meta(description="Say what would happen and change nothing.")] = False


class NotDiscarded(Value):
    """A path that stays as it is."""

    path: str
    reason: str


class Discarded(Value):
    """The working files that are as in the index again, or gone where no commit has them."""

    files: list[AffectedFile]
    index: list[str]
    """The paths whose index entries go: files that are new in the index."""
    refused: list[NotDiscarded]
    stamps: dict[str, str]
    """For each path that changes, something that is another one when index or file, before or after, is: whether a
    preview still holds."""
    staged: dict[str, str]
    """The same for what the index has of each of them, and of the other halves of their pairs: it tells what was staged
    since a preview apart from what was saved."""
    backup: str | None
    """The commit that holds what the files held; null in a dry run, and where nothing was lost."""
    operation: str | None
    """The act, for undo; null when nothing was changed."""


def discard(repo: Repository, request: DiscardRequest, context: Context) -> Discarded:
    """Brings files back from the index; those that cannot be are named, with the reason.

    Raises:
        BadRequest: if a path is not inside the repository.
        WouldOverwrite: naming what stands where a file has to come back and cannot be backed up: it is too large, or a
            running program writes to it.
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
    wanted = {inside(path): path for path in request.paths}
    with LockedIndex(repo, lock=not request.dry_run) as index:
        run = known_filters(repo)
        planner = Planner(repo, index, run)
        looking = StatusCache(repo, most=None if request.new and b"" in wanted else 0, run=run, index=index.index)
        status = looking.full()
        new = _NewFiles(looking, status, wanted) if request.new else None
        going = {path for path in new.known if _is_in(path.rstrip(b"/"), wanted)} if new else set()
        changed = {one.path for one in status.changes if one.worktree_change or one.conflict}
        chosen = {path for path in changed if _is_in(path, wanted)} - going
        pairs = Pairs(planner.top)
        if not request.alone:
            going |= {other for path in going for other in pairs.others(path) if new and new.has(other)}
            tracked = {path for path in changed - (new.known if new else set()) if index.entry(path) is not None}
            chosen |= _other_halves(pairs, chosen, tracked)
        # What goes may have attributes by which the others would be converted.
        refused = _plan_away(planner, going)
        refused += _plan_back(planner, [one for one in status.changes if one.path in chosen])
        for name in index.assumed_unchanged():
            entry = index.entry(name)
            if entry is not None and entry.mode != GITLINK and name not in chosen | going and _is_in(name, wanted):
                put_back(planner, name, TreeEntry(name, entry.mode, entry.oid))
        nothing = [raw for raw in wanted if raw and not _knows(index, raw, going)]
        refused += [_unknown(planner, looking, raw, wanted[raw]) for raw in nothing]
        files = FileWork(planner, planner.finish(go_over=True))
        steps = [one for one in files.plan.steps if one.file is not None or one.index is not None]
        affected = affected_files(repo, files)
        staged = _staged(planner, pairs, [one.path for one in steps])
        done = None
        if steps and not request.dry_run:
            record = new_record(context.now, context.source, _title(steps, going), "discard")
            done = perform(repo, context, record, files=files)
        return Discarded(
            files=affected,
            index=affected_entries(files.plan),
            refused=refused,
            stamps={visible(one.path): _stamp((one.index, one.file)) for one in steps},
            staged=staged,
            backup=done.backup if done else None,
            operation=done.id if done else None,
        )


class _NewFiles:
    """What no commit has: untracked files, and new ones in the index, as far as they have been asked for."""

    def __init__(self, looking: StatusCache, status: Status, wanted: Iterable[bytes]) -> None:
        """Looks at the names that are wanted; what else is untracked may be a hundred thousand files."""
        self._looking = looking
        # Those that are only to be added (git add -N) count in the working tree as new or renamed.
        self.known = {
            one.path for one in status.changes if one.index_change == "A" or one.worktree_change in ("A", "R")
        }
        self.known |= status.untracked.keys() if b"" in wanted else looking.untracked_in(wanted)

    def has(self, path: bytes) -> bool:
        """Tells whether one more file is new."""
        return path in self.known or path in self._looking.untracked_in([path])


def _plan_back(planner: Planner, changes: list[Change]) -> list[NotDiscarded]:
    """Plans that files go back to what the index has; gives those that can't."""
    refused = []
    for change in sorted(changes, key=lambda one: attributes_first(one.path)):
        entry = planner.index.entry(change.path)
        if entry is None:
            reason = "It is in conflict: resolve it first."
        elif entry.mode == GITLINK:
            reason = "It is a submodule: use git there."
        elif change.unknown:
            reason = "A filter that is not run here cleans it: use git."
        else:
            put_back(planner, change.path, TreeEntry(change.path, entry.mode, entry.oid))
            continue
        refused.append(NotDiscarded(path=visible(change.path), reason=reason))
    return refused


def _plan_away(planner: Planner, paths: set[bytes]) -> list[NotDiscarded]:
    """Plans that files go that no commit has, with their index entries; gives those that can't."""
    refused = []
    # The plan looks itself, but refuses as a whole, and not for what is staged.
    writers = planner.writers(paths)
    for path in sorted(paths):
        found = planner.top.status(path)
        sides = planner.index.sides(path)
        if path.endswith(b"/"):
            reason = "It is a repository of its own: remove it yourself."
        elif any(one.mode == GITLINK for one in sides):
            reason = "It is a submodule: use git there."
        elif found and found.st_size > LARGEST_BACKUP and not _is_stored(planner, path, found.st_size):
            reason = f"It is larger than {LARGEST_BACKUP // 10**6} MB, which is not backed up: remove it yourself."
        elif path in writers:
            reason = f"A running program has it open to write to it: {writers[path]}. Stop that first."
        else:
            try:
                if planner.file(path) is not None:
                    planner.set_file(path, None)
            except BadName:
                reason = "Its name is not safe to work with: remove it yourself."
            except WouldOverwrite:
                reason = "It is no plain file, or is being written just now."
            except OSError as error:
                reason = f"It can't be read, and so not be backed up: {error.strerror}."
            else:
                planner.set_index(path, ())
                continue
        refused.append(NotDiscarded(path=visible(path), reason=reason))
    return refused


def _is_stored(planner: Planner, path: bytes, size: int) -> bool:
    """Tells whether the repository has the bytes of a working file, so that no backup has to be made of it."""
    entry = planner.index.entry(path)
    if entry is None or object_size(planner.repo.objects, entry.oid) != size:
        return False
    file = planner.file(path)
    return file is not None and file.oid == entry.oid


def _knows(index: LockedIndex, path: bytes, going: set[bytes]) -> bool:
    """Tells whether a path is, or holds, something that git tracks or that goes."""
    return any(one.rstrip(b"/") == path or one.startswith(path + b"/") for one in (*index.paths, *going))


def _unknown(planner: Planner, looking: StatusCache, raw: bytes, path: str) -> NotDiscarded:
    """Says why a path stays that holds nothing to be brought back or let go."""
    place = planner.repo.top / os.fsdecode(raw)
    untracked = looking.untracked_in([raw])
    own = next((one[:-1] for one in untracked if (raw + b"/").startswith(one)), None)
    if not os.path.lexists(place):
        reason = "there is no such file."
    elif b".git" in raw.split(b"/"):
        reason = "it is git's own."
    elif own == raw:
        reason = "it is a repository of its own: use git there."
    elif own is not None and any(one.mode == GITLINK for one in planner.index.sides(own)):
        reason = f"it lies in the submodule {visible(own)}: use git there."
    elif own is not None:
        reason = f"it lies in {visible(own)}, which is a repository of its own: use git there."
    elif any((planner.repo.top / os.fsdecode(above)).is_symlink() for above in folders_above(raw)):
        reason = "it lies behind a link: name it by where it is."
    elif untracked:
        reason = "git does not track it, so there is nothing to go back to (--new lets it go)."
    elif place.is_dir() and not place.is_symlink():
        reason = "there is nothing in it that git tracks or that is new."
    else:
        reason = "git ignores it, and so does this."
    return NotDiscarded(path=path, reason=reason)


def _title(steps: list[Step], going: set[bytes]) -> str:
    name = visible(steps[0].path)
    if all(one.path in going for one in steps):
        return f"Discard the new file {name}" if len(steps) == 1 else f"Discard {len(steps)} new files"
    return f"Discard changes in {name if len(steps) == 1 else f'{len(steps)} files'}"


def _stamp(what: object) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()[:16]


def _staged(planner: Planner, pairs: Pairs, paths: Iterable[bytes]) -> dict[str, str]:
    names = {other for path in paths for other in (path, *pairs.others(path))}
    return {visible(one): _stamp(planner.index.sides(one)) for one in sorted(names)}


def _is_in(path: bytes, wanted: Iterable[bytes]) -> bool:
    """Tells whether a file is one of these, or in one of these folders."""
    return any(path == one or not one or path.startswith(one + b"/") for one in wanted)


def _other_halves(pairs: Pairs, chosen: set[bytes], may: set[bytes]) -> set[bytes]:
    """Gives those of some files that belong to a pair of one that goes back, or away."""
    return {other for path in chosen & may for other in pairs.others(path)} & may
