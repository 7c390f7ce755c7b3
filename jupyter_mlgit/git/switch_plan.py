"""Plans a switch from one commit to another: the two-tree merge of git-read-tree(1), and never over work.

What both commits have alike is carried along, edited and staged as it is. Everything else has to be what the commit
that is left has, in the index and on disk; otherwise the file is named as being in the way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.git.file_plan import is_file, skipped, tracked
from jupyter_mlgit.git.safe_names import require_safe_path
from jupyter_mlgit.problems import UnsupportedRepository

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_mlgit.git.file_plan import Planner
    from jupyter_mlgit.git.tree_changes import TreeChange


def plan_switch(planner: Planner, changes: Iterable[TreeChange], *, meet: bool = False) -> None:
    """Plans index and working files; what is in the way is collected in the plan.

    Args:
        planner: collects the steps.
        changes: the files in which the two commits differ.
        meet: whether a file may be ahead of the index, where the commit to go to has it already; git stops there.

    Raises:
        UnsupportedRepository: where a submodule differs, or a sparse checkout leaves the file out.
        Problem: where a file cannot be written, as in :class:`~jupyter_mlgit.git.file_plan.Planner`.
    """
    for one in changes:
        if not _plan_one(planner, one, meet=meet):
            planner.plan.in_the_way.append(one.path)


def _plan_one(planner: Planner, one: TreeChange, *, meet: bool) -> bool:
    path, shown = one.path, one.path.decode("utf-8", "replace")
    sides = planner.index.sides(path)
    for side in (one.old, one.new):
        if side is not None:
            require_safe_path(path, side.mode)
    if any(side is not None and not is_file(side) for side in (one.old, one.new)):
        raise UnsupportedRepository(f"The submodule {shown} differs between the two commits.", "Use 'git switch'.")
    if skipped(sides):
        raise UnsupportedRepository("Some files are left out of this checkout.", "Use 'git switch' in a terminal.")
    if [side[:2] for side in sides] == [side[:2] for side in tracked(one.new)]:
        # The index is there already, and the file on disk stays; but git would take an untracked one for one to go.
        return bool(sides) or planner.file(path) is None
    wanted = None if one.new is None else planner.checked_out(path, one.new)
    if [side[:2] for side in sides] != [side[:2] for side in tracked(one.old)]:
        return False
    on_disk = planner.look(path)
    there = on_disk is not None and not on_disk.is_folder
    if there and meet and one.new is not None and planner.is_clean(path, one.new):
        planner.set_index(path, tracked(one.new))
        planner.set_clean(path, before=False, after=True)
        return True
    if there and (one.old is None or not planner.is_as_written(path, one.old)):
        return False
    if on_disk is not None and on_disk.is_folder and sides:
        return False
    planner.set_index(path, tracked(one.new))
    if there or one.new is not None:
        planner.set_file(path, wanted)
        planner.set_clean(path, before=there, after=one.new is not None)
    return True
