"""Plans a switch from one commit to another: the two-tree merge of git-read-tree(1), and never over work.

What both commits have alike is carried along, edited and staged as it is. Everything else has to be what the commit
that is left has, in the index and on disk; otherwise the file is named as being in the way. Ignored files, which git
goes over without a word, become steps, and so are backed up. Submodules are not looked into: their entries change, and
an empty folder comes or goes.
"""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.git.file_plan import skipped, tracked
from jupyter_mlgit.git.folder import folders_above
from jupyter_mlgit.git.index import ASSUME_VALID, SKIP_WORKTREE
from jupyter_mlgit.git.safe_names import require_safe_path
from jupyter_mlgit.git.tree_changes import GITLINK

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from jupyter_mlgit.git.file_plan import Planner
    from jupyter_mlgit.git.file_steps import FileSide, Sides
    from jupyter_mlgit.git.objects import TreeEntry
    from jupyter_mlgit.git.sparse import SparseCheckout
    from jupyter_mlgit.git.tree_changes import TreeChange


def _never(path: bytes) -> bool:
    del path
    return False


class Way(NamedTuple):
    """What a move may do beside following the two commits."""

    meet: bool = False
    """Whether a file may be ahead of the index, where the commit to go to has it already; git stops there."""
    ignored: Callable[[bytes], bool] = _never
    """Tells which untracked files may be gone over."""
    unmodified: Callable[[bytes], bool] = _never
    """Tells which files git calls unmodified now; they may hold bytes that no commit has, as outputs behind a filter.

    It is asked after the file was read for the plan, so that an edit saved before that is seen.
    """
    sparse: SparseCheckout | None = None
    """What is checked out; None for everything."""
    set_aside: bool = False
    """Whether work that is in the way is backed up and gone over; what is in a submodule never is."""


def plan_switch(planner: Planner, changes: Collection[TreeChange], way: Way) -> None:
    """Plans index and working files; what is in the way is collected in the plan.

    Args:
        planner: collects the steps.
        changes: the files in which the two commits differ, by path.
        way: what may be gone over.

    Raises:
        Problem: where a file cannot be written, as in :class:`~jupyter_mlgit.git.file_plan.Planner`.
    """
    for one in changes:
        if not _plan_one(planner, one, way):
            planner.plan.in_the_way.append(one.path)
    _drop_clashing(planner, changes, way)


def _plan_one(planner: Planner, one: TreeChange, way: Way) -> bool:
    path, old, new = one.path, one.old, one.new
    sides = planner.index.sides(path)
    for side in (old, new):
        if side is not None:
            require_safe_path(path, side.mode)
    if _same(sides, new):
        # The index is there already, and the file on disk stays; but git would take an untracked one for one to go.
        return bool(sides) or way.set_aside or not _untracked(planner, path, way)
    if GITLINK in (old and old.mode, new and new.mode):
        return _same(sides, old) and _plan_submodule(planner, one, sides, way)
    staged = not _same(sides, old)
    if staged and (not way.set_aside or any(side.mode == GITLINK for side in sides)):
        return False
    if staged:
        planner.plan.set_aside.append(path)
    stays_out = new is not None and way.sparse is not None and not way.sparse.has(path)
    wanted = None if new is None or stays_out else planner.checked_out(path, new)
    on_disk = planner.look(path)
    if old is None and stays_out and way.sparse is not None:
        # Nothing takes the place of what stands there, so it stays, whoever made it.
        planner.set_index(path, tracked(new, extended=way.sparse.mark(there=on_disk is not None)))
        return True
    there = on_disk is not None and not on_disk.is_folder
    is_taken = on_disk.is_folder if on_disk is not None else not way.meet and _is_below_a_file(planner, path)
    if is_taken and sides and not way.set_aside and not (on_disk is None and skipped(sides)):
        return False  # git goes on where the file alone is gone, and stops where another has its folder's place
    if there and way.meet and new is not None and planner.is_clean(path, new):
        planner.set_index(path, tracked(new))
        planner.set_clean(path, before=False, after=True)
        return True
    free = there and not staged and (way.ignored(path) if old is None else _is_clean(planner, path, old, sides, way))
    if there and not free and not way.set_aside:
        return False
    if there and not free and not staged:
        planner.plan.set_aside.append(path)
    planner.set_index(path, tracked(new, extended=_extended(sides, way, stays_out=stays_out)))
    if there or wanted is not None:
        _plan_file(planner, path, wanted)
        planner.set_clean(path, before=free and old is not None, after=wanted is not None)
    return True


def _plan_file(planner: Planner, path: bytes, wanted: FileSide | None) -> None:
    """Plans a working file, unless it is by chance what it is to be: then undo has nothing to ask of it either."""
    file = planner.file(path)
    # git makes it a program, or none, even where it does not look at permissions (core.fileMode).
    other = file is not None and wanted is not None and not wanted.is_link and (file.mode ^ wanted.mode) & 0o100
    if other or not planner.holds(file, wanted):
        planner.set_file(path, wanted)


def _untracked(planner: Planner, path: bytes, way: Way) -> bool:
    """Tells whether something that git neither tracks nor passes over stands under a name, below it or above it."""
    on_disk = planner.look(path)
    if on_disk is not None and not on_disk.is_folder:
        return not way.ignored(path)
    if on_disk is not None:
        return any(not (planner.index.sides(one) or way.ignored(one)) for one in planner.top.files_below(path))
    above = planner.top.file_above(path)
    return above is not None and not way.ignored(above)


def _is_below_a_file(planner: Planner, path: bytes) -> bool:
    """Tells whether a file, and no link, stands where this path needs a folder."""
    above = planner.top.file_above(path)
    on_disk = None if above is None else planner.top.read(above)
    return on_disk is not None and not stat.S_ISLNK(on_disk.status.st_mode)


def _drop_clashing(planner: Planner, changes: Collection[TreeChange], way: Way) -> None:
    """Takes entries away that cannot stand in one index with those that come, as git does where no file is there."""
    known = {one.path for one in changes}
    # What stays a file in both commits can only clash with work that is set aside.
    coming = {one.path for one in changes if one.new is not None and (one.old is None or way.set_aside)}
    clashing = {above for path in coming for above in folders_above(path) if planner.index.sides(above)}
    if coming:
        clashing |= {path for path in planner.index.paths if not coming.isdisjoint(folders_above(path))}
    for path in clashing - known:
        planner.set_index(path, ())


def _plan_submodule(planner: Planner, one: TreeChange, sides: Sides, way: Way) -> bool:
    """Plans what comes as a submodule or was one; a folder that holds anything stays, whatever it is."""
    path, old, new = one.path, one.old, one.new
    file = planner.file(path)
    if new is not None and new.mode != GITLINK:
        # git would remove the submodule with all that is in it.
        if file is not None or planner.top.files_below(path):
            return False
        planner.set_file(path, planner.checked_out(path, new))
        planner.set_clean(path, before=False, after=True)
    elif new is not None and file is not None:
        if old is None or old.mode == GITLINK or not _is_clean(planner, path, old, sides, way):
            return False
        planner.set_file(path, None)
        planner.set_clean(path, before=True, after=False)
    planner.set_index(path, tracked(new))
    planner.set_folder(path, after=new is not None and new.mode == GITLINK)
    return True


def _is_clean(planner: Planner, path: bytes, old: TreeEntry, sides: Sides, way: Way) -> bool:
    if planner.is_as_written(path, old):
        return True
    # Of a file that is assumed to be unchanged, or left out, git's own word says nothing.
    marked = any(one.flags & ASSUME_VALID or one.extended for one in sides)
    return bool(sides) and not marked and way.unmodified(path)


def _extended(sides: Sides, way: Way, *, stays_out: bool) -> int:
    """Gives the mark of a file that is left out; without a sparse checkout it stays as a person has set it."""
    if way.sparse is not None:
        return SKIP_WORKTREE if stays_out else 0
    return sides[0].extended & SKIP_WORKTREE if skipped(sides) else 0


def _same(sides: Sides, entry: TreeEntry | None) -> bool:
    return [side[:2] for side in sides] == [side[:2] for side in tracked(entry)]
