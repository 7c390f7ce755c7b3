"""Checks out a branch or a commit: index, working files and HEAD, in git's words; nobody's work is lost by it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.git.file_plan import require_free, shortly
from jupyter_mlgit.git.hooks import AfterHook
from jupyter_mlgit.git.ignored_paths import IgnoredPaths
from jupyter_mlgit.git.move_checks import missing_content
from jupyter_mlgit.git.objects import MissingObject
from jupyter_mlgit.git.refs import HEADS
from jupyter_mlgit.git.sparse import sparse_checkout
from jupyter_mlgit.git.status import StatusCache
from jupyter_mlgit.git.switch_plan import Way, plan_switch
from jupyter_mlgit.git.tree_changes import tree_changes
from jupyter_mlgit.git.trust import AFTER_CHECKOUT
from jupyter_mlgit.journal.acts import Words, perform, switch_message
from jupyter_mlgit.journal.effects import AffectedFile, affected_files
from jupyter_mlgit.journal.file_work import FileWork, here, planning
from jupyter_mlgit.journal.git_files import NOTES, merge_file
from jupyter_mlgit.journal.known_filters import known_filters
from jupyter_mlgit.journal.leaving import require_free_to_leave
from jupyter_mlgit.journal.pins import Pin, pin
from jupyter_mlgit.journal.records import HeadRecord, Record, RefRecord, SectionRecord, new_record, text
from jupyter_mlgit.problems import WouldOverwrite
from jupyter_mlgit.values import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.git.file_plan import FilePlan, Planner
    from jupyter_mlgit.git.hooks import HookSaid
    from jupyter_mlgit.git.objects import Oid
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.git.tree_changes import TreeChange
    from jupyter_mlgit.journal.context import Context
    from jupyter_mlgit.journal.imagined import Imagined


@dataclass(frozen=True)
class Goal:
    """What is to be checked out."""

    tip: Oid
    ref: bytes | None
    """The branch's full name; None to be on no branch."""
    named: bytes
    """What HEAD's log calls it."""
    start: bytes | None = None
    """For a branch that is made: what it begins at, as its log says it."""
    moves: Oid | None = None
    """Where that branch is before, if it is there already and gives its place."""
    section: SectionRecord | None = None
    """The settings that such a branch gets; None where they don't change."""
    stays: bool = False
    """Whether index and working files aren't even looked at, since nothing else than HEAD was asked for."""
    set_aside: bool = False
    """Whether work that is in the way is backed up and gone over."""
    in_the_way: frozenset[str] | None = None
    """The only files of which that is wanted, as they were shown; None for whatever is in the way."""


class Planned(NamedTuple):
    """What a switch does to the working files."""

    files: list[AffectedFile]
    """Those that change, and those with edits that it carries along."""
    set_aside: list[str]
    """Those with work that is in the way, and is backed up and gone over."""


class Done(NamedTuple):
    """A switch that has been carried out."""

    record: Record
    planned: Planned
    hook: HookSaid | None
    """What the repository's own ``post-checkout`` hook said; None where it has none."""


def on_branch(ref: bytes, tip: Oid) -> Goal:
    """Gives the goal to check out a branch that exists, or will by then."""
    return Goal(tip, ref, ref.removeprefix(HEADS))


def check_switch(repo: Repository, goal: Goal) -> Planned:
    """Says what a switch would do.

    Raises:
        BranchCheckedOut: if another worktree has the branch checked out.
        UnfinishedOperation: in the middle of a merge, rebase, cherry-pick, revert or bisect.
        WouldOverwrite: naming the files with work that would be lost, or that is in the way and was not named.
        UnsupportedRepository: where files would need a filter or other line ends.
        UntrustedRepository: if a hook of the repository would have to run that nobody has trusted.
    """
    require_free_to_leave(repo, goal.ref or goal.tip)
    AfterHook(repo, AFTER_CHECKOUT)
    with _going(repo, goal, lock=False) as (files, kept):
        return _planned(repo, goal, files, kept)


def _planned(repo: Repository, goal: Goal, files: FileWork, kept: list[AffectedFile]) -> Planned:
    aside = [visible(path) for path in sorted(set(files.plan.set_aside))]
    if goal.in_the_way is not None and not goal.in_the_way.issuperset(aside):
        more = [path for path in aside if path not in goal.in_the_way]
        raise WouldOverwrite(
            f"Work in more files is in the way by now: {shortly(more)}. Nothing was changed.",
            "Look at it, then back up and switch again, or leave it.",
            files=aside,
            backUp=True,
        )
    return Planned([*affected_files(repo, files), *kept], aside)


def switch(repo: Repository, goal: Goal, context: Context) -> Done:
    """Checks a branch or commit out; the caller is inside ``acting``.

    Commits that only a detached HEAD held are pinned before it is left.

    Raises:
        Problem: with everything as it was, as for :func:`check_switch`.
    """
    require_free_to_leave(repo, goal.ref or goal.tip)
    hook = AfterHook(repo, AFTER_CHECKOUT)
    head = repo.refs.head()
    with _going(repo, goal) as (files, kept):
        planned = _planned(repo, goal, files, kept)
        if head.ref is None and head.oid is not None:
            pin(repo, [Pin(tip=head.oid.decode(), name=None, when=context.now, reason="asked")], context.now)
        old, new = text(head.ref or head.oid) or "", text(goal.ref or goal.tip) or ""
        tip = goal.tip.decode()
        moved = HeadRecord(directory=here(repo), old=old, new=new, old_commit=text(head.oid), new_commit=tip)
        made = [] if goal.start is None else [RefRecord(name=new, old=text(goal.moves), new=tip)]
        sections = [] if goal.section is None else [goal.section]
        # What a stash that was applied or a squashed merge has left is not meant for a commit elsewhere; git drops it.
        ended = [merge_file(repo, name, None) for name in NOTES]
        record = new_record(
            context.now,
            context.source,
            _title(goal),
            "switch",
            heads=[moved],
            refs=made,
            sections=sections,
            git_files=[one for one in ended if one is not None],
        )
        words = {new: Words(message=switch_message(old, text(goal.named) or ""))}
        if goal.start is not None:
            begun = b"branch: Reset to " if goal.moves else b"branch: Created from "
            words[new] = Words(message=begun + goal.start, head_message=words[new].message)
        done = perform(repo, context, record, words, files)
    return Done(done, planned, hook.run(head.oid or repo.zero, goal.tip, b"1"))


def _title(goal: Goal) -> str:
    if goal.ref is None:
        return f"Check out {goal.tip[:7].decode()}"
    name = text(goal.ref.removeprefix(HEADS))
    if goal.start is None:
        return f"Switch to {name}"
    return f"{'Move' if goal.moves else 'Create'} branch {name} and switch to it"


@contextlib.contextmanager
def _going(repo: Repository, goal: Goal, *, lock: bool = True) -> Iterator[tuple[FileWork, list[AffectedFile]]]:
    """Plans what git does, going over ignored files too; gives the files with edits that stay as well."""
    with _naming_what_is_missing(), planning(repo, lock=lock) as planner:
        if goal.stays:
            yield FileWork(planner, planner.finish(go_over=False)), []
            return
        # The status is a walk through all files; git does the same one.
        status = StatusCache(repo, most=0, run=known_filters(repo))
        changes = status.full().changes
        modified = {one.path for one in changes if one.worktree_change or one.conflict}
        ignored, index = IgnoredPaths(repo, planner.index), planner.index
        way = Way(
            ignored=lambda path: not index.sides(path) and ignored.has(path),
            unmodified=lambda path: path not in modified and status.is_unmodified(path),
            sparse=sparse_checkout(repo),
            set_aside=goal.set_aside,
        )
        plan = _moved(repo, planner, (repo.refs.head().oid, goal.tip), way)
        taken = {one.path for one in plan.effects} | {one.path for one in plan.steps if one.index is not None}
        edited = [one.path for one in changes if (one.worktree_change or one.index_change) and one.path not in taken]
        yield FileWork(planner, plan), [AffectedFile(path=visible(path), effect="kept", edited=True) for path in edited]


@contextlib.contextmanager
def moving(
    repo: Repository,
    old: Oid | None,
    new: Oid | None,
    *,
    lock: bool = True,
    meet: bool = False,
    imagined: Imagined | None = None,
) -> Iterator[FileWork]:
    """Plans that index and working files go from one commit to another, and nobody's work with them.

    Args:
        repo: the repository.
        old: the commit that is checked out; None for an unborn branch.
        new: the commit to go to.
        lock: whether the index is locked for the block; a preview only reads it.
        meet: whether a file may be there already while the index is not, as after a mixed reset.
        imagined: index and files to plan on, in place of those that are there.

    Raises:
        WouldOverwrite: naming every file with work that is not committed.
        UnsupportedRepository: where files would have to be converted in a way that is not done here.
        DamagedRepository: if a file's content is not in the repository.
        BadName: if a file's name could reach outside the worktree or into ``.git``.
        IndexLocked: if somebody else holds the index.
        ReadOnly: if a file cannot be read.
    """
    with _naming_what_is_missing(), planning(repo, lock=lock, imagined=imagined) as planner:
        yield FileWork(planner, _moved(repo, planner, (old, new), Way(meet=meet, sparse=sparse_checkout(repo))))


def _moved(repo: Repository, planner: Planner, commits: tuple[Oid | None, Oid | None], way: Way) -> FilePlan:
    if planner.index.in_conflict():
        raise WouldOverwrite("There are conflicts that are not resolved.", "Resolve them first, or give the merge up.")
    trees = [repo.objects.commit(one).tree if one else None for one in commits]
    changes: list[TreeChange] = sorted(tree_changes(repo.objects, *trees), key=lambda one: one.path)
    planner.expect({one.path: one.new for one in changes})
    plan_switch(planner, changes, way)

    def go_over(path: bytes) -> bool:
        if way.ignored(path):
            return True
        if way.set_aside:
            planner.plan.set_aside.append(path)
        return way.set_aside

    plan = planner.finish(go_over=go_over)
    require_free(plan)
    return plan


@contextlib.contextmanager
def _naming_what_is_missing() -> Iterator[None]:
    try:
        yield
    except MissingObject as error:
        raise missing_content("A part of the commit", error) from error
