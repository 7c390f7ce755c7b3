"""Plans that a stash's edits come into the index and the working files, as undo of a push, or leave them, as of a pop.

A stash is a commit with the working files, whose parents are HEAD, a commit with the index and, where there are any,
one with the untracked files (git-stash(1)). Between the two states no byte is lost, for the stash has all of them; what
is neither of both is in the way. The surprise: without ``--index`` a pop stages new files only, so that an entry of the
index may be the stash's or HEAD's. And with ``--keep-index`` a push leaves what is staged in both, from where a pop
comes to the same end: which of the two it was is seen only between push and pop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.git.file_plan import tracked
from jupyter_mlgit.git.move_checks import missing_content
from jupyter_mlgit.git.objects import MissingObject, Oid
from jupyter_mlgit.git.tree_changes import GITLINK, tree_changes
from jupyter_mlgit.git.tree_files import TreeFiles
from jupyter_mlgit.journal.file_work import planning
from jupyter_mlgit.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Collection

    from jupyter_mlgit.git.file_plan import FilePlan, Planner
    from jupyter_mlgit.git.file_steps import Sides
    from jupyter_mlgit.git.objects import TreeEntry
    from jupyter_mlgit.git.repository import Repository

_PARENTS = (2, 3)


class _Edit(NamedTuple):
    """One path of a stash; None where there is nothing."""

    base: TreeEntry | None
    staged: TreeEntry | None
    file: TreeEntry | None


def head_of(repo: Repository, stash: bytes) -> Oid | None:
    """Gives the commit that was checked out when a stash was made; None for a commit that is none.

    Raises:
        MissingObject: if it is not there.
        DamagedRepository: if it cannot be read.
    """
    parents = repo.objects.commit(Oid(stash)).parents
    return parents[0] if len(parents) in _PARENTS else None


def plan_edits(
    planner: Planner,
    stash: bytes,
    head: Oid | None,
    *,
    bring: bool,
    kept: Collection[bytes] = (),
    guarded: bool = True,
) -> FilePlan:
    """Plans index and files; what is in the way is named in the plan.

    Args:
        planner: collects the steps.
        stash: the stash's commit.
        head: the commit that is checked out; edits that it has are none any more, and do not leave.
        bring: whether its edits come; otherwise they leave.
        kept: the paths at which what is staged stays, in the index and as the file, when they leave.
        guarded: whether it is refused for files that a backup cannot save, as an act is.

    Raises:
        Problem: where a file cannot be written, as in :class:`~jupyter_mlgit.git.file_plan.Planner`.
    """
    try:
        edits = _edits_of(planner.repo, stash)
        committed = _files_of(planner.repo, head)
        planner.expect({path: one.staged if bring else one.base for path, one in edits.items()})
        for path, one in sorted(edits.items()):
            is_edit = bring or _is_entry(committed.get(path), one.base)
            moved = _bring(planner, path, one) if bring else _take(planner, path, one, kept=path in kept)
            if not (is_edit and moved):
                planner.plan.in_the_way.append(path)
    except MissingObject as error:
        raise missing_content("A part of the stash", error) from error
    return planner.finish(go_over=False, guarded=guarded)


def are_in_files(repo: Repository, stash: bytes, kept: Collection[bytes] = ()) -> bool | None:
    """Tells whether the working files hold just what a stash does, as edits; None where nobody can tell.

    That is so where they hold some other edits there, or what the stash has as something that is committed by now; and
    where the push has kept all of it.

    Args:
        repo: the repository.
        stash: the stash's commit.
        kept: the paths at which the push has kept what was staged.
    """
    try:
        if head_of(repo, stash) is None:
            return None
        with planning(repo, lock=False) as planner:
            plan = plan_edits(planner, stash, repo.refs.head().oid, bring=False, kept=kept, guarded=False)
            if not plan.in_the_way:
                return True if plan.effects else None if kept else False
            edits = _edits_of(repo, stash).items()
            clean = all(_is(planner, path, one.staged if path in kept else one.base) for path, one in edits)
            return False if clean else None
    except (Problem, MissingObject, OSError):
        return None


def kept_by(repo: Repository, stash: bytes) -> list[bytes]:
    """Gives the paths of a stash that was just pushed at which index and files have what is staged in it.

    Raises:
        MissingObject: if a part of it is not there.
        DamagedRepository: if it cannot be read.
        OSError: if a file cannot be read.
        Problem: where files cannot be looked at.
    """
    with planning(repo, lock=False) as planner:
        edits = sorted(_edits_of(repo, stash).items())
        return [path for path, one in edits if not _is_entry(one.staged, one.base) and _is_kept(planner, path, one)]


def _is_kept(planner: Planner, path: bytes, edit: _Edit) -> bool:
    """Tells it for one path; where the file was not stashed it may hold more than what is staged."""
    is_same = _is_entry(edit.staged, edit.file)
    return _same(planner.index.sides(path), edit.staged) and (is_same or _is(planner, path, edit.staged))


def _edits_of(repo: Repository, stash: bytes) -> dict[bytes, _Edit]:
    """Gives the paths in which a stash differs from HEAD as it was, in the index or in the working files."""
    objects = repo.objects
    commit = objects.commit(Oid(stash))
    base, index, *untracked = (objects.commit(one).tree for one in commit.parents)
    edits: dict[bytes, _Edit] = {}
    for one in tree_changes(objects, base, index):
        edits[one.path] = _Edit(one.old, one.new, one.old)
    for one in tree_changes(objects, base, commit.tree):
        known = edits.get(one.path)
        edits[one.path] = _Edit(one.old, one.old if known is None else known.staged, one.new)
    for tree in untracked:
        for one in tree_changes(objects, None, tree):
            edits[one.path] = _Edit(None, None, one.new)
    return edits


def _files_of(repo: Repository, head: Oid | None) -> TreeFiles:
    return TreeFiles(repo.objects, None if head is None else repo.objects.commit(head).tree)


def _is_entry(one: TreeEntry | None, other: TreeEntry | None) -> bool:
    return one == other if one is None or other is None else (one.mode, one.oid) == (other.mode, other.oid)


def _bring(planner: Planner, path: bytes, edit: _Edit) -> bool:
    sides = planner.index.sides(path)
    if _same(sides, edit.staged) and edit.staged == edit.file != edit.base:
        return True  # the index kept it (--keep-index, or another path was named), and so did the file, or has more
    free = _same(sides, edit.base) or _same(sides, edit.staged)
    if _is_submodule(edit) or not free or not (_is(planner, path, edit.base) or _is(planner, path, edit.staged)):
        return False
    _move(planner, path, edit.staged, edit.file)
    return True


def _take(planner: Planner, path: bytes, edit: _Edit, *, kept: bool) -> bool:
    sides = planner.index.sides(path)
    if kept and _is_entry(edit.staged, edit.file):
        return True  # neither the push nor the pop has touched it
    if kept:
        if _is_submodule(edit) or not _same(sides, edit.staged) or not _is(planner, path, edit.file):
            return False
        _move(planner, path, edit.staged, edit.staged)
        return True
    known = [edit.base, edit.staged, *([edit.file] if edit.base is None else [])]
    if _is_submodule(edit) or not any(_same(sides, one) for one in known) or not _is(planner, path, edit.file):
        return False
    _move(planner, path, edit.base, edit.base)
    return True


def _move(planner: Planner, path: bytes, entry: TreeEntry | None, file: TreeEntry | None) -> None:
    stays = _is(planner, path, file)
    if stays and _same(planner.index.sides(path), entry):
        return
    planner.set_index(path, tracked(entry))
    if not stays:
        planner.set_file(path, None if file is None else planner.checked_out(path, file))
    planner.set_clean(path, before=False, after=file is not None and file == entry)


def _is(planner: Planner, path: bytes, entry: TreeEntry | None) -> bool:
    """Tells whether a working file is what git has written for an entry; a folder is no file."""
    on_disk = planner.look(path)
    if entry is None:
        return on_disk is None or on_disk.is_folder
    return on_disk is not None and not on_disk.is_folder and planner.is_as_written(path, entry)


def _is_submodule(edit: _Edit) -> bool:
    return any(one is not None and one.mode == GITLINK for one in edit)


def _same(sides: Sides, entry: TreeEntry | None) -> bool:
    return [side[:2] for side in sides] == [side[:2] for side in tracked(entry)]
