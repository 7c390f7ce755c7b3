"""Checks out another branch or a commit, in git's words, and makes the branch where that is asked for.

Edits in files that both sides have alike are carried along, as git does; anything else refuses with the files named,
or is taken into a backup first where that is asked for.
Ignored files in the way, which git overwrites without a word, are backed up first. Leaving a detached HEAD pins the
commits that nothing else has; they stand in the answer, and in Recovery from then on.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from jupyter_mlgit.git.refs import HEADS, OURS, REMOTES
from jupyter_mlgit.git.upstream import tracking_ref, upstream_of
from jupyter_mlgit.history.reset import CommitLeft, commit_left
from jupyter_mlgit.history.switch_target import find_goal
from jupyter_mlgit.journal.acts import acting
from jupyter_mlgit.journal.effects import AffectedFile
from jupyter_mlgit.journal.records import raw, text
from jupyter_mlgit.journal.switching import Done, Planned, check_switch, switch
from jupyter_mlgit.problems import BadRequest, Problem, WouldOverwrite
from jupyter_mlgit.values import Value, argument, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context
    from jupyter_mlgit.journal.switching import Goal

MOST_LEFT = 200
"""Commits that are listed as left behind."""


class SwitchRequest(Value):
    """Asks to check out a branch or a commit."""

    name: Annotated[
        str | None,
        Meta(
            description="The branch, also one that only a remote has; - for the one before. With --create or --detach: "
            "the branch, tag or commit to begin at, HEAD without one.",
            extra=argument(positional=True),
        ),
    ] = None
    create: Annotated[
        str | None, Meta(description="Make this branch and check it out.", extra=argument(short="-c", metavar="NEW"))
    ] = None
    force_create: Annotated[
        str | None,
        Meta(
            description="The same, also where a branch is called so already: it moves, and its commits are pinned.",
            extra=argument(short="-C", metavar="NEW"),
        ),
    ] = None
    detach: Annotated[bool, Meta(description="Check the commit out and be on no branch.")] = False
    track: Annotated[
        bool,
        Meta(description="Let the new branch follow what it begins at, and without --create be called the same."),
    ] = False
    back_up: Annotated[
        bool,
        Meta(description="Take work that is in the way into a backup and go over it. Undo brings it back, too."),
    ] = False
    in_the_way: Annotated[
        list[str] | None,
        Meta(
            description="With --back-up: a file that may be gone over, as it was named; where work in others is in the "
            "way by now, refuse and name all of them. Without it, whatever is in the way.",
            extra=argument(metavar="PATH", is_path=True),
        ),
    ] = None
    dry_run: Annotated[bool, Meta(description="Say what would happen and change nothing.")] = False


class HookAnswer(Value):
    """What the repository's own hook said after the switch, which is done whatever that was."""

    status: int
    """Its exit status; 0 when all was well."""
    output: str
    """The beginning of what it printed."""


class Switched(Value):
    """What is checked out now."""

    branch: str | None
    """Null when a commit is checked out and no branch."""
    tip: str
    created: bool
    """Whether the branch has been made."""
    moved_from: str | None
    """Where the branch was, if a new one took its place; that is pinned, and Undo brings it back."""
    upstream: str | None
    """What the branch follows, for example ``origin/main``."""
    files: list[AffectedFile]
    """The working files that change; ``kept`` are those whose edits are carried along."""
    set_aside: list[str]
    """The files with work that was in the way; with ``back_up`` it is in the backup now. Empty otherwise."""
    backup: str | None
    """The commit that holds what the act took from index and working files; null where HEAD had it all, and in a dry
    run. ``backups`` lists it under the operation's id."""
    commits_left: list[CommitLeft]
    """The commits that only the detached HEAD had, newest first. They are pinned, and found in Recovery."""
    more_left: int
    """How many more there are than are listed."""
    hook: HookAnswer | None
    """Null where the repository has no ``post-checkout`` hook, and in a dry run."""
    operation: str | None
    """The act, for undo; null when nothing was changed."""


def switch_branch(repo: Repository, request: SwitchRequest, context: Context) -> Switched:
    """Checks out a branch or a commit.

    Raises:
        BadRequest: for words that do not go together.
        BranchNotFound: if there is no such branch, or several remotes have one; ``candidates`` names these.
        BadRevision: if a commit is named that there is not.
        BadName: if the new branch's name is not valid, or a file's name there could reach outside the worktree.
        BranchExists: if the new branch's name is taken.
        BranchCheckedOut: if another worktree has it checked out, or any has the one whose place is taken.
        WouldOverwrite: naming the files with work that would be lost; ``back_up`` is set where that is a way on. With
            ``back_up``, where files are in the way that ``in_the_way`` has not named.
        UnfinishedOperation: in the middle of a merge, rebase, cherry-pick, revert or bisect.
        UnsupportedRepository: where files would have to be converted in a way that is not done here.
        UntrustedRepository: if a hook of the repository would have to run that nobody has trusted.
        DamagedRepository: if a file's content cannot be read.
        IndexLocked: if another program is at work on the index.
        StateChanged: if another program moved a branch or saved one of the files meanwhile.
    """
    if request.dry_run:
        repo.require_writable()
        return _switch(repo, request, context)
    with acting(repo, context):
        return _switch(repo, request, context)


def _switch(repo: Repository, request: SwitchRequest, context: Context) -> Switched:
    goal = _goal(repo, request)
    head = repo.refs.head()
    there = (head.ref or head.oid) == (goal.ref or goal.tip)
    left = [] if there else _left(repo, goal)
    with _offering_a_backup(repo, goal):
        done = None if there or request.dry_run else switch(repo, goal, context)
        planned = done.planned if done is not None else Planned([], []) if there else check_switch(repo, goal)
    return Switched(
        branch=None if goal.ref is None else visible(goal.ref.removeprefix(HEADS)),
        tip=goal.tip.decode(),
        created=goal.start is not None and goal.moves is None,
        moved_from=None if goal.moves in (None, goal.tip) else text(goal.moves),
        upstream=_upstream(repo, goal),
        files=planned.files,
        set_aside=planned.set_aside,
        backup=None if done is None else done.record.backup,
        commits_left=[commit_left(repo, oid, pushed=False) for oid in left[:MOST_LEFT]],
        more_left=max(0, len(left) - MOST_LEFT),
        hook=_answer(done),
        operation=None if done is None else done.record.id,
    )


def _goal(repo: Repository, request: SwitchRequest) -> Goal:
    if request.create is not None and request.force_create is not None:
        raise BadRequest("Two new branches were asked for at once.", "Choose --create or --force-create.")
    force = request.force_create is not None
    new = request.force_create if force else request.create
    goal = find_goal(repo, request.name, new, detach=request.detach, track=request.track, force=force)
    if request.in_the_way is not None and not request.back_up:
        raise BadRequest("Files may be in the way only where they are backed up.", "Add --back-up.")
    named = None if request.in_the_way is None else frozenset(request.in_the_way)
    return replace(goal, set_aside=request.back_up, in_the_way=named)


@contextlib.contextmanager
def _offering_a_backup(repo: Repository, goal: Goal) -> Iterator[None]:
    """Says with a refusal for work in the way whether it can be backed up and gone over."""
    try:
        yield
    except WouldOverwrite as problem:
        if goal.set_aside:
            raise
        with contextlib.suppress(Problem):
            aside = check_switch(repo, replace(goal, set_aside=True)).set_aside
            # A folder in a file's place is named by what it holds, which may be more than the refusal says.
            problem.details["files"] = sorted({*problem.details.get("files", []), *aside})
            problem.hint = "Commit it, or switch with --back-up: it goes into a backup, and Undo brings all of it back."
            problem.details["backUp"] = True
        raise


def _left(repo: Repository, goal: Goal) -> list[bytes]:
    """Gives the commits that no branch, remote branch, tag or other name has once a detached HEAD is left."""
    head = repo.refs.head()
    if head.ref is not None or head.oid is None:
        return []
    kept = [oid for name, oid in repo.refs.all().items() if not name.startswith(OURS)]
    return repo.graph.reachable_from([*kept, goal.tip]).unique(head.oid)


def _upstream(repo: Repository, goal: Goal) -> str | None:
    if goal.ref is None:
        return None
    found: bytes | None = None
    settings = dict(goal.section.new or []) if goal.section is not None else {}
    if "remote" in settings and "merge" in settings:
        found = tracking_ref(repo, raw(settings["remote"]), raw(settings["merge"]))
    elif goal.section is None:
        found = upstream_of(repo, goal.ref.removeprefix(HEADS))
    return None if found is None else visible(found.removeprefix(REMOTES).removeprefix(HEADS))


def _answer(done: Done | None) -> HookAnswer | None:
    if done is None or done.hook is None:
        return None
    return HookAnswer(status=done.hook.status, output=visible(done.hook.output.encode()))
