"""Holds what an act makes of index and working files from the plan to the end, with the index locked in between."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from jupyter_mlgit.git.back_plan import plan_rest, plan_steps
from jupyter_mlgit.git.file_change import carry_out
from jupyter_mlgit.git.file_plan import FilePlan, Planner, require_free
from jupyter_mlgit.git.file_steps import kept_steps
from jupyter_mlgit.git.locked_index import LockedIndex
from jupyter_mlgit.problems import NoUndo, UnfinishedOperation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jupyter_mlgit.git.file_steps import Step
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.imagined import Imagined
    from jupyter_mlgit.journal.records import Record


class FileWork:
    """One act's index and working files."""

    def __init__(
        self, planner: Planner, plan: FilePlan, steps: list[Step] | None = None, left: Sequence[bytes] = ()
    ) -> None:
        """Takes a plan that is finished; the index stays locked until :meth:`commit`.

        Args:
            planner: what made it.
            plan: what is left to do.
            steps: the whole act, where a part of it is done already.
            left: what somebody has changed since that part was done; it stays as it is.
        """
        self.left = left
        self.planner = planner
        self.top = planner.top
        self.plan = plan
        self._repo = planner.repo
        self._index = planner.index
        self._steps = plan.steps if steps is None else steps
        self._is_done = False

    def commit(self) -> None:
        """Writes working files and index, once.

        Raises:
            Problem: if it cannot be done; the journal then knows the way back.
        """
        if not self._is_done:
            self._is_done = True
            carry_out(self._repo, self._index, self.plan.steps, self.plan.seen)
            self._make_room_for_submodules()

    def _make_room_for_submodules(self) -> None:
        """Makes the empty folder of a submodule that has come, and removes that of one that has gone, as git does."""
        for step in self._steps:
            had, has = step.folder
            if has and not had:
                # What somebody has put there meanwhile stays, as one would find it without the submodule.
                with contextlib.suppress(NotADirectoryError, FileExistsError):
                    self.top.make(step.path)
            elif had and not has and (step.file is None or step.file[1] is None):
                self.top.remove(step.path + b"/.", None)


def here(repo: Repository) -> str:
    """Gives the administrative folder of this worktree as records have it."""
    return "." if repo.git_dir == repo.common_dir else str(repo.git_dir.relative_to(repo.common_dir))


@contextlib.contextmanager
def planning(repo: Repository, *, lock: bool = True, imagined: Imagined | None = None) -> Iterator[Planner]:
    """Gives a planner for what is there, with the index locked for the block, or for what is imagined.

    Raises:
        Problem: as for locking and reading the index.
    """
    if imagined is not None:
        yield imagined.planner()
        return
    with LockedIndex(repo, lock=lock) as index:
        yield Planner(repo, index)


@contextlib.contextmanager
def back_from(
    repo: Repository, record: Record, *, lock: bool = True, imagined: Imagined | None = None
) -> Iterator[FileWork | None]:
    """Plans that index and files go back to before an act; None for an act that changed none.

    Args:
        repo: the repository.
        record: the act.
        lock: whether the index is locked for the block; a preview only reads it.
        imagined: index and files to plan on, in place of those that are there.

    Raises:
        NoUndo: if it is no longer known what the act did to them.
        WouldOverwrite: naming what has been changed since.
    """
    if record.worktree is None:
        yield None
        return
    steps = kept_steps(repo, record.id) if record.has_steps else []
    if steps is None or record.worktree != here(repo):
        raise NoUndo(
            f"'{record.title}' cannot be undone here: it changed the files of another worktree."
            if steps is not None
            else f"'{record.title}' cannot be undone: what it did to the files is no longer kept.",
            "Undo it there." if steps is not None else "Look in the backups and in Recovery for what it took away.",
        )
    with planning(repo, lock=lock, imagined=imagined) as planner:
        plan_steps(planner, [step.inverse() for step in steps])
        plan = planner.finish(go_over=False)
        require_free(plan)
        yield FileWork(planner, plan)


@contextlib.contextmanager
def rest_of(repo: Repository, record: Record, steps_of: str, *, finish: bool) -> Iterator[FileWork | None]:
    """Plans what is left to do of an interrupted act's files; None where it has none.

    Args:
        repo: the repository, locked by the caller.
        record: the act.
        steps_of: the id under which its steps are kept.
        finish: whether it is carried to its end; otherwise it is taken back.

    Raises:
        UnfinishedOperation: if the files are those of another worktree.
        DamagedRepository: if the steps cannot be read.
    """
    steps = kept_steps(repo, steps_of) if record.worktree is not None and record.has_steps else None
    directory = repo.common_dir if record.worktree == "." else repo.common_dir / (record.worktree or "")
    if not steps or not directory.is_dir():
        yield None  # a worktree that has been removed since has no files to go back to
        return
    if record.worktree != here(repo):
        places = [one.path for one in repo.refs.worktrees() if one.directory == directory]
        raise UnfinishedOperation(
            f"The interrupted act concerns the files in {places[0] if places else 'another worktree'}.",
            "Finish it or roll it back there.",
        )
    with LockedIndex(repo) as index:
        planner = Planner(repo, index)
        steps = steps if finish else [step.inverse() for step in steps]
        left = plan_rest(planner, steps)
        plan = planner.finish(go_over=False, guarded=False)
        require_free(plan)  # what stands in the way now has come since
        yield FileWork(planner, plan, steps, left)
