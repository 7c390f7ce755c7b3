"""Plans a reset: the index, and with ``--hard`` the working files, become what a commit has (git-reset(1)).

Unlike git, a hard reset leaves a file alone that git itself calls unmodified, as a notebook whose outputs a clean
filter takes out: what the filter hides is the person's too. What a hard reset goes over is planned as steps, and so
backed up, untracked files in the way included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.git.file_plan import is_file, skipped, tracked
from jupyter_mlgit.git.index import ASSUME_VALID
from jupyter_mlgit.git.objects import TreeEntry
from jupyter_mlgit.git.tree_changes import GITLINK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jupyter_mlgit.git.file_plan import Planner
    from jupyter_mlgit.git.file_steps import Sides
    from jupyter_mlgit.git.sparse import SparseCheckout


def plan_mixed(
    planner: Planner, coming: Mapping[bytes, TreeEntry | None], sparse: SparseCheckout | None = None
) -> None:
    """Plans that the index becomes what a commit has; no working file changes.

    Args:
        planner: collects the steps.
        coming: path → what the commit has, for every path in which the index differs from it.
        sparse: what is checked out; None for everything. A new file beyond that counts as left out.
    """
    left_out = _left_out(planner, coming, sparse)
    for path, target in coming.items():
        _stage(planner, path, target, left_out)
        if target is not None and is_file(target):
            # What still is what the index has now need not be read to see that it is not what the commit has.
            entry = planner.index.entry(path)
            other = entry is not None and entry.oid != target.oid and planner.is_untouched(path)
            planner.set_clean(path, before=False, after=not other and planner.is_clean(path, target))


def plan_hard(
    planner: Planner,
    coming: Mapping[bytes, TreeEntry | None],
    dirty: Iterable[bytes],
    sparse: SparseCheckout | None = None,
) -> None:
    """Plans that index and working files become what a commit has.

    Args:
        planner: collects the steps.
        coming: path → what the commit has, for every path in which the index differs from it.
        dirty: the tracked paths whose working file may differ from the index.
        sparse: what is checked out; None for everything. A new file beyond that is not written.

    Raises:
        Problem: where a file cannot be written, as in :class:`~jupyter_mlgit.git.file_plan.Planner`.
    """
    left_out = _left_out(planner, coming, sparse)
    for path, target in coming.items():
        _stage(planner, path, target, left_out)
    for path in sorted({*coming, *dirty} - left_out.keys(), key=attributes_first):
        target = coming[path] if path in coming else _indexed(planner, path)
        sides = planner.index.sides(path)
        file = planner.file(path)
        if path in coming and _is_guarded(planner, path, sides, sparse):
            planner.plan.in_the_way.append(path)
            continue
        was_module = bool(sides) and sides[0].mode == GITLINK
        if target is not None and not is_file(target):
            if file is not None:
                planner.set_file(path, None)
            planner.set_folder(path, after=True)
            continue
        if was_module:
            planner.set_folder(path, after=False)
        if target is None:
            if file is not None and sides and not was_module:
                planner.set_file(path, None)
        elif not (skipped(sides) and file is None and (sparse is not None or path not in coming)):
            put_back(planner, path, target, exact=path in coming)


def put_back(planner: Planner, path: bytes, target: TreeEntry, *, exact: bool = False) -> None:
    """Plans that a working file becomes what the index has, or will have.

    Args:
        planner: collects the steps.
        path: the file.
        target: what it becomes.
        exact: whether it becomes a program or none even where permissions are not looked at (``core.fileMode``).
    """
    if not planner.keeps(path, target):
        wanted, file = planner.checked_out(path, target), planner.file(path)
        other = exact and file is not None and not wanted.is_link and (file.mode ^ wanted.mode) & 0o100
        if other or not planner.holds(file, wanted):
            planner.set_file(path, wanted)
    planner.set_clean(path, before=False, after=True)


def attributes_first(path: bytes) -> tuple[bool, bytes]:
    """Sorts paths so that those files are planned first that say what becomes of the others."""
    return path.rpartition(b"/")[2] != b".gitattributes", path


def _is_guarded(planner: Planner, path: bytes, sides: Sides, sparse: SparseCheckout | None) -> bool:
    """Tells whether a file has edits and is marked as one that git must not look at; git goes over no such file."""
    looks = sparse is not None and not sparse.mark(there=True)
    if not (skipped(sides) and not looks) and not any(one.flags & ASSUME_VALID for one in sides):
        return False
    entry = TreeEntry(path, sides[0].mode, sides[0].oid)
    return is_file(entry) and planner.file(path) is not None and not planner.is_as_written(path, entry)


def _left_out(
    planner: Planner, coming: Mapping[bytes, TreeEntry | None], sparse: SparseCheckout | None
) -> dict[bytes, int]:
    """Gives the new files that lie beyond a sparse checkout, with the marks that their entries get."""
    if sparse is None:
        return {}
    new = [path for path, target in coming.items() if is_file(target) and not planner.index.sides(path)]
    return {path: sparse.mark(there=planner.look(path) is not None) for path in new if not sparse.has(path)}


def _stage(planner: Planner, path: bytes, target: TreeEntry | None, left_out: Mapping[bytes, int]) -> None:
    before = planner.index.sides(path)
    extended = before[0].extended if skipped(before) else left_out.get(path, 0)
    planner.set_index(path, tracked(target, extended=extended))


def _indexed(planner: Planner, path: bytes) -> TreeEntry | None:
    entry = planner.index.entry(path)
    return None if entry is None else TreeEntry(path, entry.mode, entry.oid)
