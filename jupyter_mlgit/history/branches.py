"""Lists, makes, renames and deletes branches.

A deletion pins the tip first, so an unmerged branch may simply go: what is found nowhere else is listed in the
answer, and Undo brings ref, log and settings back. Branches that are checked out anywhere, and protected names, stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from jupyter_mlgit.git.main_branch import main_branch
from jupyter_mlgit.git.refs import HEADS, REMOTES, branch_ref
from jupyter_mlgit.git.revisions import resolve_commit
from jupyter_mlgit.git.upstream import upstream_of
from jupyter_mlgit.history.branch_checks import (
    existing,
    found_nowhere_else,
    require_at_rest,
    require_name,
    require_unprotected,
)
from jupyter_mlgit.history.new_branch import section_for
from jupyter_mlgit.history.remote_branches import RemoteBranch, last_commit, remote_branches, remote_names
from jupyter_mlgit.journal.acts import Words, acting, heads_on, perform
from jupyter_mlgit.journal.pins import section_of
from jupyter_mlgit.journal.records import RefRecord, SectionRecord, new_record, text
from jupyter_mlgit.problems import UnmergedBranch
from jupyter_mlgit.values import Value, argument, visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.objects import Oid
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context

MOST_COMMITS = 100

_NAME = Meta(description="The branch.", extra=argument(positional=True))
_DRY = Meta(description="Say what would happen and change nothing.")


class Branch(Value):
    """One local branch."""

    name: str
    tip: str
    subject: str | None
    """Null when its commit is missing."""
    when: str | None
    upstream: str | None
    """For example ``origin/main``; null when none is set."""
    ahead: int | None
    """Commits that the upstream does not have; null without an upstream or when it is gone."""
    behind: int | None
    worktree: str | None
    """The folder in which it is checked out."""
    current: bool
    """Whether it is checked out here."""
    protected: bool


class BranchesRequest(Value):
    """Asks for the branches."""

    remotes: Annotated[bool, Meta(description="The branches of remotes, too, as they were last fetched.")] = False


class Branches(Value):
    """The branches by name."""

    branches: list[Branch]
    remotes: list[RemoteBranch]
    """Empty where they were not asked for."""
    remote_count: int
    """How many branches of remotes there are."""
    main: str | None
    """The branch that others begin at and go back to, such as ``main`` or ``origin/main``; null if none is known."""


class BranchCreateRequest(Value):
    """Asks for a new branch."""

    name: Annotated[str, _NAME]
    start: Annotated[
        str, Meta(description="The commit it begins at.", extra=argument(positional=True, metavar="REV"))
    ] = "HEAD"
    force: Annotated[bool, Meta(description="Move the branch there if it exists; its old tip is kept.")] = False
    dry_run: Annotated[bool, _DRY] = False


class BranchDeleteRequest(Value):
    """Asks to delete a branch."""

    name: Annotated[str, _NAME]
    force: Annotated[bool, Meta(description="Even when its commits cannot be kept for undo.")] = False
    dry_run: Annotated[bool, _DRY] = False


class BranchRenameRequest(Value):
    """Asks to rename a branch."""

    old: Annotated[str, _NAME]
    new: Annotated[str, Meta(description="Its new name.", extra=argument(positional=True))]
    force: Annotated[bool, Meta(description="Take the place of a branch of that name; its tip is kept.")] = False
    dry_run: Annotated[bool, _DRY] = False


class BranchActed(Value):
    """The branch that was made or renamed."""

    branch: str
    tip: str
    operation: str | None
    """The act, for undo; null in a dry run."""


class UniqueCommit(Value):
    """A commit that is found nowhere else."""

    id: str
    subject: str


class BranchDeleted(Value):
    """The branch that is gone, and what went with it."""

    branch: str
    tip: str
    unique_commits: int
    """Commits that no other branch, remote branch or tag has; they are pinned."""
    commits: list[UniqueCommit]
    """The first hundred of them, newest first."""
    operation: str | None


def list_branches(repo: Repository, request: BranchesRequest, context: Context) -> Branches:
    """Gives the local branches with their upstreams, and those of remotes."""
    refs = repo.refs.all()
    names = sorted(name for name in refs if name.startswith(HEADS))
    with repo.config.held():
        upstreams = {name: upstream_of(repo, name.removeprefix(HEADS)) for name in names}
        protected = {name for name in names if context.settings.is_protected(repo, visible(name.removeprefix(HEADS)))}
        main = main_branch(repo, refs)
    pairs = [(name, refs[up]) for name, up in upstreams.items() if up in refs]
    counts = repo.graph.ahead_behind_many([(refs[name], tip) for name, tip in pairs])
    distance = {name: count for (name, _), count in zip(pairs, counts, strict=True)}
    places = {tree.head.ref: tree.path for tree in repo.refs.worktrees() if tree.head.ref}
    current = repo.refs.head().ref
    found = []
    for name in names:
        short = visible(name.removeprefix(HEADS))
        ahead, behind = distance.get(name, (None, None))
        subject, when = last_commit(repo, refs[name])
        upstream = upstreams[name]
        found.append(
            Branch(
                name=short,
                tip=refs[name].decode(),
                subject=subject,
                when=when,
                upstream=visible(upstream.removeprefix(REMOTES).removeprefix(HEADS)) if upstream else None,
                ahead=ahead,
                behind=behind,
                worktree=places.get(name),
                current=name == current,
                protected=name in protected,
            )
        )
    remotes = remote_branches(repo, refs) if request.remotes else []
    return Branches(
        branches=found,
        remotes=remotes,
        remote_count=len(remote_names(repo, refs)),
        main=None if main is None else visible(main.removeprefix(HEADS).removeprefix(REMOTES)),
    )


def create_branch(repo: Repository, request: BranchCreateRequest, context: Context) -> BranchActed:
    """Makes a branch, with the upstream that git would set for where it begins.

    Raises:
        BadName: if the name is not valid.
        BadRevision: if the start names no commit.
        BranchExists: if the name is taken; ``suggestion`` names a free one.
        BranchCheckedOut: if it would move a branch that somebody works on.
    """
    ref = branch_ref(request.name)
    short = ref.removeprefix(HEADS)
    tip = resolve_commit(repo, request.start)
    if request.dry_run:
        repo.require_writable()
        require_name(repo, ref, force=request.force)
        return BranchActed(branch=request.name, tip=tip.decode(), operation=None)
    with acting(repo, context):
        old = require_name(repo, ref, force=request.force)
        start = _start(repo, request.start)
        before = section_of(repo, short)
        after = before if old else section_for(repo, short, start)
        record = new_record(
            context.now,
            context.source,
            f"{'Move' if old else 'Create'} branch {text(short)}",
            "branch-move" if old else "branch-create",
            refs=[RefRecord(name=text(ref) or "", old=text(old), new=tip.decode())],
            sections=[SectionRecord(name=text(short) or "", old=before, new=after)] if after != before else [],
        )
        said = b"branch: Reset to " if old else b"branch: Created from "
        done = perform(repo, context, record, {record.refs[0].name: Words(message=said + start)})
    return BranchActed(branch=visible(short), tip=tip.decode(), operation=done.id)


def delete_branch(repo: Repository, request: BranchDeleteRequest, context: Context) -> BranchDeleted:
    """Deletes a branch after its tip is pinned; the answer lists what is found nowhere else.

    Raises:
        BranchNotFound: if there is no such branch.
        BranchCheckedOut: if somebody works on it, here or in another worktree.
        ProtectedBranch: if its name is protected.
        UnmergedBranch: if its commits are not there to be kept and force was not asked for.
    """
    if request.dry_run:
        repo.require_writable()
        return _delete(repo, request, context)
    with acting(repo, context):
        return _delete(repo, request, context)


def rename_branch(repo: Repository, request: BranchRenameRequest, context: Context) -> BranchActed:
    """Renames a branch with its log and settings; every worktree that has it checked out follows.

    Raises:
        BranchNotFound: if there is no such branch.
        BadName: if the new name is not valid.
        BranchExists: if the new name is taken; ``suggestion`` names a free one.
        BranchCheckedOut: if it is being rebased, or if somebody works on the branch whose place it would take.
        ProtectedBranch: if the branch whose place it would take is protected.
    """
    new = branch_ref(request.new)
    if request.dry_run:
        repo.require_writable()
        old, tip = existing(repo, request.old)
        _check_renaming(repo, old, new, request, context)
        return BranchActed(branch=visible(new.removeprefix(HEADS)), tip=tip.decode(), operation=None)
    with acting(repo, context):
        old, tip = existing(repo, request.old)
        if old == new:
            return BranchActed(branch=visible(new.removeprefix(HEADS)), tip=tip.decode(), operation=None)
        victim = _check_renaming(repo, old, new, request, context)
        old_short, new_short = (text(ref.removeprefix(HEADS)) or "" for ref in (old, new))
        moved = section_of(repo, old.removeprefix(HEADS))
        there = section_of(repo, new.removeprefix(HEADS))
        sections = [
            SectionRecord(name=old_short, old=moved, new=None),
            SectionRecord(name=new_short, old=there, new=moved),
        ]
        old_name, new_name = text(old) or "", text(new) or ""
        record = new_record(
            context.now,
            context.source,
            f"Rename branch {old_short} to {new_short}",
            "branch-rename",
            refs=[
                RefRecord(name=old_name, old=tip.decode(), new=None),
                RefRecord(name=new_name, old=text(victim), new=tip.decode()),
            ],
            heads=heads_on(repo, old_name, new_name),
            sections=sections if moved else [],
        )
        message = b"Branch: renamed %s to %s" % (old, new)
        words = {new_name: Words(message=message, log_of=old_name, old=tip)}
        done = perform(repo, context, record, words)
    return BranchActed(branch=visible(new.removeprefix(HEADS)), tip=tip.decode(), operation=done.id)


def _delete(repo: Repository, request: BranchDeleteRequest, context: Context) -> BranchDeleted:
    ref, tip = existing(repo, request.name)
    short = ref.removeprefix(HEADS)
    require_at_rest(repo, ref)
    require_unprotected(repo, ref, context)
    kept, unique = found_nowhere_else(repo, ref, tip)
    if not kept and not request.force:
        raise UnmergedBranch(
            f"Some commits of '{visible(short)}' are missing from this repository, so the branch could not be brought "
            "back.",
            "Ask for it with --force if it is of no use any more.",
        )
    operation = None
    if not request.dry_run:
        section = section_of(repo, short)
        record = new_record(
            context.now,
            context.source,
            f"Delete branch {text(short)}",
            "branch-delete",
            refs=[RefRecord(name=text(ref) or "", old=tip.decode(), new=None)],
            sections=[SectionRecord(name=text(short) or "", old=section, new=None)] if section else [],
        )
        operation = perform(repo, context, record).id
    return BranchDeleted(
        branch=visible(short),
        tip=tip.decode(),
        unique_commits=len(unique),
        commits=[UniqueCommit(id=one.id.decode(), subject=visible(one.subject)) for one in unique[:MOST_COMMITS]],
        operation=operation,
    )


def _check_renaming(
    repo: Repository, old: bytes, new: bytes, request: BranchRenameRequest, context: Context
) -> Oid | None:
    if old == new:
        return None
    for tree in repo.refs.worktrees():
        if old in repo.refs.under_way(tree.directory):
            require_at_rest(repo, old)
    victim = require_name(repo, new, force=request.force, going=old)
    if victim is not None:
        require_unprotected(repo, new, context)
    return victim


def _start(repo: Repository, start: str) -> bytes:
    """Gives what a new branch begins at as git says it: where nothing else was asked for, the current branch."""
    head = repo.refs.head().ref
    if start == "HEAD" and head is not None and head.startswith(HEADS):
        return head.removeprefix(HEADS)
    return start.encode("utf-8", "surrogateescape")
