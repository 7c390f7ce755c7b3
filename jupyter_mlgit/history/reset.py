"""Moves the branch that is checked out to another commit, and index and working files with it where that is asked for.

``soft`` moves the branch, ``mixed`` the index too, ``hard`` the working files as well (git-reset(1)). The preview is
the act itself without its last step, so both always say the same. What a hard reset goes over is backed up first,
untracked files in the way included.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from jupyter_mlgit.git.file_plan import Planner, require_free
from jupyter_mlgit.git.index_changes import index_changes
from jupyter_mlgit.git.locked_index import LockedIndex
from jupyter_mlgit.git.move_checks import missing_content
from jupyter_mlgit.git.objects import MissingObject
from jupyter_mlgit.git.refs import REMOTES
from jupyter_mlgit.git.reset_plan import plan_hard, plan_mixed
from jupyter_mlgit.git.revisions import resolve_commit
from jupyter_mlgit.git.sparse import sparse_checkout
from jupyter_mlgit.git.status import StatusCache
from jupyter_mlgit.history.instead import instead_of_reset
from jupyter_mlgit.history.status import unfinished_kind
from jupyter_mlgit.journal.acts import Words, acting, perform
from jupyter_mlgit.journal.effects import AffectedFile, affected_entries, affected_files
from jupyter_mlgit.journal.file_work import FileWork, here
from jupyter_mlgit.journal.git_files import files_that_end, merge_file
from jupyter_mlgit.journal.known_filters import known_filters
from jupyter_mlgit.journal.leaving import require_free_to_leave
from jupyter_mlgit.journal.records import HeadRecord, RefRecord, new_record, text
from jupyter_mlgit.problems import BadRequest, PushedCommits, UnfinishedOperation, UnsupportedRepository
from jupyter_mlgit.values import Value, argument, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.git.objects import Oid
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context
    from jupyter_mlgit.journal.records import Record

Mode = Literal["soft", "mixed", "hard"]

MOST_LEFT = 200
"""Commits that are listed as left behind."""

_GIVEN_UP: dict[str, Literal["merge", "cherry-pick", "revert"]] = {
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
}
"""The files that a reset takes away, and what ends with each."""

_WAYS_OUT = {"rebase": "git rebase --abort", "bisect": "git bisect reset"}


class ResetRequest(Value):
    """Asks to move the branch that is checked out."""

    rev: Annotated[
        str, Meta(description="Where to: a branch, tag or commit.", extra=argument(positional=True, metavar="REV"))
    ] = "HEAD"
    soft: Annotated[bool, Meta(description="Leave index and working files as they are.")] = False
    mixed: Annotated[bool, Meta(description="Leave working files as they are; this is the default.")] = False
    hard: Annotated[bool, Meta(description="Take index and working files along; what goes is backed up.")] = False
    allow_pushed: Annotated[bool, Meta(description="Leave commits behind that have been pushed already.")] = False
    dry_run: Annotated[bool, Meta(description="Say what would happen and change nothing.")] = False

    @property
    def mode(self) -> Mode:
        """The mode that was chosen.

        Raises:
            BadRequest: if several were.
        """
        if self.soft + self.mixed + self.hard > 1:
            raise BadRequest("More than one of soft, mixed and hard was asked for.", "Choose one.")
        return "soft" if self.soft else "hard" if self.hard else "mixed"


class Moved(Value):
    """Where HEAD was and is."""

    from_: str
    to: str


class CommitLeft(Value):
    """A commit that the branch no longer has."""

    id: str
    subject: str
    pushed: bool
    """Whether a remote branch has it."""


class Reset(Value):
    """What a reset does to HEAD, the index and the working files."""

    mode: Mode
    head: Moved
    commits_left: list[CommitLeft]
    """Newest first."""
    more_left: int
    """How many more there are than are listed."""
    pushed_left: int
    """How many of all these have been pushed; leaving them behind needs ``allowPushed``. 0 where no branch moves."""
    instead: str | None
    """A command for the terminal that goes back with new commits and no forced push; null where none was pushed."""
    index: list[str]
    """The paths whose index entries change."""
    files: list[AffectedFile]
    gives_up: Literal["merge", "cherry-pick", "revert"] | None
    """What is under way and ends with it, as it does with git's own reset; null for anything else."""
    backup: str | None
    """The commit that holds what index and working files lost; null where nothing was lost, and in a dry run."""
    operation: str | None
    """The act, for undo; null in a dry run, and where everything was so already."""


def reset(repo: Repository, request: ResetRequest, context: Context) -> Reset:
    """Moves the branch, or a detached HEAD.

    Raises:
        BadRevision: if the revision names no commit.
        PushedCommits: if pushed commits would be left behind, and that was not allowed; a dry run only marks them.
        UnfinishedOperation: for a soft reset in the middle of a merge, or with conflicts; on no branch also while a
            rebase or a bisection is under way.
        WouldOverwrite: naming files that cannot be backed up, and edited ones that git must not look at.
        UnsupportedRepository: where files would have to be converted in a way that is not done here.
        IndexLocked: if another program is at work on the index.
        StateChanged: if another program moved the branch or saved one of the files meanwhile.
    """
    if request.dry_run:
        repo.require_writable()
        return _reset(repo, request, context)
    with acting(repo, context):
        return _reset(repo, request, context)


def _reset(repo: Repository, request: ResetRequest, context: Context) -> Reset:
    mode, head = request.mode, repo.refs.head()
    if head.oid is None:
        raise UnsupportedRepository("The branch has no commit yet that a reset could leave.", "Commit something first.")
    target = resolve_commit(repo, request.rev)
    if head.ref is None:
        _require_nothing_built_on(repo, target)
    left = repo.graph.reachable_from([target]).unique(head.oid)
    remote = repo.graph.reachable_from(tip for name, tip in repo.refs.all().items() if name.startswith(REMOTES))
    pushed = {oid for oid in left if remote.contains(oid)}
    commits = [commit_left(repo, oid, pushed=oid in pushed) for oid in left[:MOST_LEFT]]
    # A HEAD on no branch takes nothing from what was pushed: there is no branch that would have to be pushed again.
    rewritten = len(pushed) if head.ref is not None else 0
    instead = instead_of_reset(repo, head.oid, target, set(left)) if rewritten else None
    if rewritten and not (request.allow_pushed or request.dry_run):
        raise PushedCommits(
            "The commit that would be left behind has been pushed."
            if len(left) == 1
            else f"{rewritten} of the {len(left)} commits that would be left behind have been pushed.",
            "Repeat this with --allow-pushed and push with --force-with-lease afterwards,"
            f" or go back with new commits instead: {instead}",
        )
    with _planned(repo, mode, target, lock=not request.dry_run) as files:
        affected = affected_files(repo, files)
        gives_up = next((kind for name, kind in _GIVEN_UP.items() if (repo.git_dir / name).exists()), None)
        done: Record | None = None
        if not request.dry_run:
            done = _perform(repo, request, target, files, context)
        return Reset(
            mode=mode,
            head=Moved(from_=head.oid.decode(), to=target.decode()),
            commits_left=commits,
            more_left=max(0, len(left) - MOST_LEFT),
            pushed_left=rewritten,
            instead=instead,
            index=affected_entries(files.plan),
            files=affected,
            gives_up=gives_up,
            backup=done.backup if done else None,
            operation=done.id if done and done.changes else None,
        )


@contextlib.contextmanager
def _planned(repo: Repository, mode: Mode, target: Oid, *, lock: bool) -> Iterator[FileWork]:
    with LockedIndex(repo, lock=lock) as index:
        if mode == "soft" and (index.in_conflict() or (repo.git_dir / "MERGE_HEAD").exists()):
            raise _no_soft_reset(repo)
        if (repo.git_dir / "MERGE_AUTOSTASH").exists():
            raise UnfinishedOperation(
                "The merge that is under way has put your edits aside (--autostash), and a reset would forget them.",
                "Give the merge up in a terminal, which brings them back: git merge --abort.",
            )
        run = known_filters(repo)
        planner = Planner(repo, index, run)
        try:
            with planner.top.walking():
                if mode != "soft":
                    coming = index_changes(index.index, repo.objects, repo.objects.commit(target).tree)
                    planner.expect(coming, files=mode == "hard")
                    if mode == "mixed":
                        plan_mixed(planner, coming, sparse_checkout(repo))
                    else:
                        changes = StatusCache(repo, most=0, run=run, index=index.index).full().changes
                        dirty = [one.path for one in changes if one.worktree_change or one.conflict]
                        dirty += index.assumed_unchanged()
                        plan_hard(planner, coming, dirty, sparse_checkout(repo))
                plan = planner.finish(go_over=mode == "hard")
            require_free(plan)
            yield FileWork(planner, plan)
        except MissingObject as error:
            raise missing_content("A part of the commit", error) from error


def _no_soft_reset(repo: Repository) -> UnfinishedOperation:
    kind = unfinished_kind(repo)
    if kind in _GIVEN_UP.values():
        return UnfinishedOperation(
            f"A soft reset is not possible in the middle of a {kind}.",
            f"Finish the {kind}, or reset hard to give it up.",
        )
    return UnfinishedOperation(
        "A soft reset is not possible while files are in conflict.", "Resolve the conflicts first."
    )


def _require_nothing_built_on(repo: Repository, target: Oid) -> None:
    """Refuses to move a HEAD that is on no branch from under a rebase or a bisection."""
    kind = unfinished_kind(repo)
    if kind in _WAYS_OUT:
        raise UnfinishedOperation(
            f"A {kind} is under way here, and a reset would move what it builds on.",
            f"Finish it, or give it up in a terminal: {_WAYS_OUT[kind]}.",
        )
    require_free_to_leave(repo, target, files_that_end(repo))


def _perform(repo: Repository, request: ResetRequest, target: Oid, files: FileWork, context: Context) -> Record:
    head = repo.refs.head()
    old, new = text(head.oid) or "", text(target) or ""
    git_files = [merge_file(repo, "ORIG_HEAD", old.encode() + b"\n")]
    git_files += [merge_file(repo, name, None) for name in files_that_end(repo)]
    record = new_record(
        context.now,
        context.source,
        f"{request.mode.capitalize()} reset to {new[:7]}",
        "reset",
        refs=[RefRecord(name=text(head.ref) or "", old=old, new=new)] if head.ref else [],
        heads=[] if head.ref else [_detached(repo, old, new)],
        git_files=[one for one in git_files if one is not None],
    )
    said = Words(message=b"reset: moving to " + request.rev.encode("utf-8", "surrogateescape"))
    return perform(repo, context, record, {text(head.ref) or new: said}, files)


def _detached(repo: Repository, old: str, new: str) -> HeadRecord:
    return HeadRecord(directory=here(repo), old=old, new=new, old_commit=old, new_commit=new)


def commit_left(repo: Repository, oid: bytes, *, pushed: bool) -> CommitLeft:
    """Gives a commit that is left behind as it is shown."""
    return CommitLeft(id=oid.decode(), subject=visible(repo.objects.commit(oid).subject), pushed=pushed)
