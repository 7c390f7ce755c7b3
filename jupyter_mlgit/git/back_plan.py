"""Plans that an act's files go back to where they were, or, after a crash, on to where they were going."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.git.objects import TreeEntry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_mlgit.git.file_plan import Planner
    from jupyter_mlgit.git.file_steps import Step


def plan_steps(planner: Planner, steps: Iterable[Step]) -> None:
    """Plans the after side of some steps; what has changed since they were recorded is in the way.

    Args:
        planner: collects the steps.
        steps: what is wanted, and what should be there; see :meth:`Step.inverse` for taking an act back.

    Raises:
        Problem: where a file cannot be written, as in :class:`~jupyter_mlgit.git.file_plan.Planner`.
    """
    for step in steps:
        in_the_way = False
        if step.folder[0] != step.folder[1]:
            planner.set_folder(step.path, after=step.folder[1])
        if step.index is not None:
            in_the_way = planner.index.sides(step.path) not in step.index
            planner.set_index(step.path, step.index[1])
        if step.file is not None:
            before, after = step.file
            file = planner.file(step.path)
            if not planner.holds(file, after):
                in_the_way |= not planner.holds(file, before)
                planner.set_file(step.path, after)
            elif file is not None and after is not None and after.exact and (file.mode ^ after.mode) & 0o100:
                planner.set_file(step.path, after)  # also where permissions are not looked at (core.fileMode)
            planner.set_clean(step.path, before=False, after=step.clean[1])
        elif step.clean[1] and step.index is not None and len(step.index[1]) == 1:
            (entry,) = step.index[1]
            still = planner.is_clean(step.path, TreeEntry(step.path, entry.mode, entry.oid))
            planner.set_clean(step.path, before=False, after=still)
        if in_the_way:
            planner.plan.in_the_way.append(step.path)


def plan_rest(planner: Planner, steps: list[Step]) -> list[bytes]:
    """Plans what is left to do of an act that was cut off.

    What is neither as it was nor as it is to be has been changed since, by the person: it stays as it is. So does an
    untracked file that a running program has open to write to by now: it is being changed, and what it held is in the
    act's backup. To refuse instead would leave a repository half done, and closed to every act, for as long as a
    training runs; to go on would lose what comes later.

    Args:
        planner: collects the steps.
        steps: the act's own, or their inverse to roll it back.

    Returns:
        what stays as it is.
    """
    left = []
    paths = [step.path for step in steps]
    aside = list(planner.top.leftovers(paths))
    untracked = [step.path for step in steps if step.file is not None and not planner.index.sides(step.path)]
    written = planner.writers([*aside, *untracked])
    _tidy(planner, [path for path in aside if path not in written])
    left += [path for path in aside if path in written]
    for step in steps:
        if step.folder[0] != step.folder[1]:
            planner.set_folder(step.path, after=step.folder[1])
        if step.index is not None:
            sides = planner.index.sides(step.path)
            if sides == step.index[0]:
                planner.set_index(step.path, step.index[1])
            elif sides != step.index[1]:
                left.append(step.path)
        if step.file is None:
            continue
        before, after = step.file
        on_disk = planner.look(step.path)
        file = None if on_disk is None or on_disk.is_folder or on_disk.oid is None else planner.file(step.path)
        if planner.holds(file, after):
            if after is None:
                planner.set_file(step.path, None)  # for the folders that were made for it
            planner.set_clean(step.path, before=False, after=step.clean[1])
        elif step.path not in written and (on_disk is None or planner.holds(file, before)):
            planner.set_file(step.path, after)
            planner.set_clean(step.path, before=False, after=step.clean[1])
        elif step.path not in left:
            left.append(step.path)
    return left


def _tidy(planner: Planner, aside: list[bytes]) -> None:
    """Removes the files that were moved aside, as far as the repository has their bytes."""
    for path in aside:
        on_disk = planner.look(path)
        if on_disk is not None and on_disk.oid is not None and planner.repo.objects.contains(on_disk.oid):
            planner.set_file(path, None)
