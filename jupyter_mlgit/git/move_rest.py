"""Finishes an interrupted move of the working files, or rolls it back; may itself be interrupted and done again.

What was written since the interruption is the person's: it stays, and shows as an edit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.git.move_checks import same_side
from jupyter_mlgit.git.move_plan import MovePlan, Step, kept_move
from jupyter_mlgit.git.worktree import Move

if TYPE_CHECKING:
    from jupyter_mlgit.git.objects import Oid
    from jupyter_mlgit.git.repository import Repository


def rest_of_move(repo: Repository, old: Oid | None, new: Oid | None, *, arrived: bool) -> Move | None:
    """Gives what is left to do of an interrupted move, or of taking it back; None when that is nothing.

    Args:
        repo: the repository, locked by the caller.
        old: the commit to come from.
        new: the commit to go to.
        arrived: whether HEAD is there already; where no plan is left, index and files then are as well.

    Raises:
        DamagedRepository: if its plan cannot be read.
    """
    found = kept_move(repo, old, new)
    if found is not None:
        return RestOfMove(repo, found[0], forward=found[1])
    return None if arrived else Move(repo, old, new)


class RestOfMove(Move):
    """What is left to do of a move, in one direction or the other."""

    def __init__(self, repo: Repository, plan: MovePlan, *, forward: bool) -> None:
        """Takes the plan that the move has kept."""
        super().__init__(repo, *((plan.old, plan.new) if forward else (plan.new, plan.old)))
        self._plan = plan
        self._forward = forward

    def note(self) -> None:
        """Leaves the plan as it is: it serves until the move is settled."""

    def look(self) -> list[bytes]:
        """Decides what to do about every file of the plan."""
        self._tidy()
        for step in self._plan.steps:
            self._settle(step)
        return []

    def _settle(self, step: Step) -> None:
        side = step.new if self._forward else step.old
        on_disk = self.on_disk(step.path)
        wanted = side if self._forward or step.was_there else None
        if on_disk is not None and on_disk.is_folder:
            on_disk = None  # looked into like every folder in the way
        known = on_disk is None or self.holds(on_disk, step.old) or self.holds(on_disk, step.new)
        if known and not self.holds(on_disk, wanted):
            self.write(step.path, wanted, on_disk)
        elif known and wanted is None:
            self.write(step.path, None, None)  # for the folders that were made for it
        entry = self.entry(step.path)
        if same_side(entry, step.old) or same_side(entry, step.new):
            self.stage(step.path, side, on_disk if self.holds(on_disk, side) else None)

    def _tidy(self) -> None:
        """Removes the files that were moved aside, as far as the repository has their bytes."""
        for path in self.leftovers([step.path for step in self._plan.steps]):
            on_disk = self.on_disk(path)
            if on_disk is not None and on_disk.oid is not None and self.repo.objects.contains(on_disk.oid):
                self.write(path, None, on_disk)
