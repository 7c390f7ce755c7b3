"""Finds out what a person wants checked out: a branch, one that only remotes have, a new one, or a commit.

The rules are those of git-switch(1): a name that no branch has becomes a new branch where exactly one remote has it,
and what follows a remote branch is called as it is called there, however many slashes the remote's own name has.
"""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from jupyter_mlgit.git.refs import HEADS, REMOTES, branch_ref
from jupyter_mlgit.git.revision_names import find_ref, with_earlier_branch
from jupyter_mlgit.git.revisions import resolve_commit
from jupyter_mlgit.git.upstream import remote_branch, remote_branches_called
from jupyter_mlgit.history.branch_checks import existing, require_name
from jupyter_mlgit.history.new_branch import section_for
from jupyter_mlgit.journal.pins import section_of
from jupyter_mlgit.journal.records import SectionRecord, text
from jupyter_mlgit.journal.switching import Goal, on_branch
from jupyter_mlgit.problems import (
    BadRequest,
    BadRevision,
    BranchCheckedOut,
    BranchExists,
    BranchNotFound,
    UnsupportedRepository,
)
from jupyter_mlgit.values import visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.objects import Oid
    from jupyter_mlgit.git.repository import Repository


def find_goal(
    repo: Repository, name: str | None, create: str | None, *, detach: bool, track: bool, force: bool = False
) -> Goal:
    """Gives what is to be checked out.

    Args:
        repo: the repository.
        name: a branch, or where a new branch begins, or a commit to detach at; ``-`` is what was checked out before.
        create: the new branch.
        detach: whether no branch is to be checked out.
        track: whether a new branch follows where it begins; without ``create`` it is called as it is there.
        force: whether the new branch may take the place of one of that name.

    Raises:
        BadRequest: for words that do not go together.
        BranchNotFound: if there is no such branch, or several remotes have one; ``candidates`` names these.
        BadRevision: if the start names no commit.
        BadName: if the new name is not valid.
        BranchExists: if the new name is taken.
        BranchCheckedOut: if somebody works on the branch whose place it would take.
        UnsupportedRepository: where no commit is there yet that a branch could begin at.
    """
    if detach and (create is not None or track):
        raise BadRequest("A new branch and no branch at all were asked for at once.", "Choose one.")
    wanted = None if name is None else _without_dash(repo, name)
    if create is not None:
        return _created(repo, branch_ref(create), wanted, track=track, force=force)
    if detach:
        return Goal(resolve_commit(repo, wanted or b"HEAD"), None, wanted or b"HEAD")
    if wanted is None:
        raise BadRequest("No branch was named.", "Name one, or ask for a new one with --create.")
    if track:
        return _tracking(repo, wanted)
    try:
        return on_branch(*existing(repo, text(wanted) or ""))
    except BranchNotFound as problem:
        return _guessed(repo, wanted, problem)


def _without_dash(repo: Repository, name: str) -> bytes:
    try:
        wanted = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        wanted = name.encode("utf-8", "replace")  # half a character of UTF-16 is no byte of any name
    return with_earlier_branch(repo, b"@{-1}" if name == "-" else wanted)


def _created(repo: Repository, ref: bytes, start: bytes | None, *, track: bool, force: bool) -> Goal:
    if start is None and repo.refs.head().oid is None:
        raise UnsupportedRepository(
            "There is no commit yet that a branch could begin at.",
            "Commit something first, or let git name the branch that the first commit will be on:"
            f" git switch -c {shlex.quote(visible(ref.removeprefix(HEADS)))}.",
        )
    begin = start or b"HEAD"
    tip = resolve_commit(repo, begin)
    moves = _place_for(repo, ref, force=force)
    found = find_ref(repo, begin)
    if track and (found is None or not found[0].startswith((HEADS, REMOTES))):
        raise BadRequest(f"'{visible(begin)}' is no branch that another one could follow.", "Leave --track away.")
    goal = Goal(tip, ref, ref.removeprefix(HEADS), begin, moves=moves, stays=start is None)
    return _made(repo, ref, begin, goal, track=track)


def _place_for(repo: Repository, ref: bytes, *, force: bool) -> Oid | None:
    """Gives where the branch is whose place a new one takes; None where the name is free."""
    short = visible(ref.removeprefix(HEADS))
    if force and ref == repo.refs.head().ref:
        raise BranchCheckedOut(f"'{short}' is checked out here.", "Move it with: jupyter mlgit reset.")
    try:
        return require_name(repo, ref, force=force)
    except BranchExists as problem:
        if ref not in repo.refs.all():
            raise
        hint = (
            f"Switch to it, choose another name, for example {problem.details.get('suggestion')}, "
            "or let the new one take its place: --force-create."
        )
        raise BranchExists(problem.message, hint, **problem.details) from problem


def _tracking(repo: Repository, name: bytes) -> Goal:
    """Gives the goal for a remote branch: the branch that the remote fetches it from, under its own name."""
    found = find_ref(repo, name) or _shown_as(repo, name)
    if found is None:
        raise BadRevision(
            f"'{visible(name)}' names no branch of this repository.", "List them: jupyter mlgit branches --remotes."
        )
    source = remote_branch(repo, found[0])
    if source is None or not source[1].startswith(HEADS):
        raise BadRequest(
            f"'{visible(name)}' is not fetched from just one remote.", "Say what the new branch is called: --create."
        )
    ref = branch_ref(text(source[1].removeprefix(HEADS)) or "")
    try:
        require_name(repo, ref, force=False)
    except BranchExists as problem:
        short = visible(ref.removeprefix(HEADS))
        hint = f"Switch to it, or choose another name: --create, for example {problem.details.get('suggestion')}."
        raise BranchExists(f"There is a branch '{short}' here already.", hint, **problem.details) from problem
    start = name if find_ref(repo, name) else found[0]
    return _made(repo, ref, start, Goal(found[1], ref, ref.removeprefix(HEADS), start), track=True)


def _shown_as(repo: Repository, name: bytes) -> tuple[bytes, Oid] | None:
    """Finds a remote branch whose name is no text by what is shown of it."""
    alike = [
        (ref, oid)
        for ref, oid in repo.refs.all().items()
        if ref.startswith(REMOTES) and visible(ref.removeprefix(REMOTES)) == text(name)
    ]
    return alike[0] if len(alike) == 1 else None


def _guessed(repo: Repository, name: bytes, missing: BranchNotFound) -> Goal:
    """Gives the goal for a branch that only remotes have."""
    head = repo.refs.head()
    if head.oid is None and head.ref == HEADS + name:
        raise UnsupportedRepository(
            f"You are on '{visible(name)}' already: it comes into being with its first commit.",
            "Commit something, or switch to another branch.",
        ) from missing
    if _is_revision(repo, name):
        raise BranchNotFound(
            f"'{visible(name)}' is a commit and no branch.",
            "Check it out with --detach, or begin a branch there: --create NAME.",
        ) from missing
    if not repo.config.flag("checkout", "guess", default=True):
        raise missing
    found = remote_branches_called(repo, name)
    chosen = [ref for remote, ref in found if remote == repo.config.get("checkout", "defaultRemote")]
    if len(found) > 1 and not chosen:
        names = [visible(ref.removeprefix(REMOTES)) for _, ref in found]
        raise BranchNotFound(
            f"There is no branch '{visible(name)}' here, and several remotes have one: {', '.join(names)}.",
            f"Say which: --track {names[0]}.",
            candidates=names,
        ) from missing
    if not found:
        raise missing
    start = chosen[0] if len(found) > 1 else found[0][1]
    ref = branch_ref(text(name) or "")
    require_name(repo, ref, force=False)
    tip = resolve_commit(repo, start)
    return _made(repo, ref, start, Goal(tip, ref, name, start), track=False)


def _is_revision(repo: Repository, name: bytes) -> bool:
    try:
        resolve_commit(repo, name)
    except BadRevision:
        return False
    return True


def _made(repo: Repository, ref: bytes, start: bytes, goal: Goal, *, track: bool) -> Goal:
    """Adds the settings that the new branch gets."""
    short = ref.removeprefix(HEADS)
    before, after = section_of(repo, short), section_for(repo, short, start, follow=track)
    section = None if before == after else SectionRecord(name=text(short) or "", old=before, new=after)
    return replace(goal, section=section)
