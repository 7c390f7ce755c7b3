"""Answers what an act on a branch has to know first: is it there, is its name free, does somebody work on it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from jupyter_mlgit.git.objects import MissingObject, Oid
from jupyter_mlgit.git.ref_transaction import require_free
from jupyter_mlgit.git.refs import HEADS, REMOTES, TAGS
from jupyter_mlgit.problems import BranchCheckedOut, BranchExists, BranchNotFound, DamagedRepository, ProtectedBranch
from jupyter_mlgit.values import visible

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from jupyter_mlgit.git.objects import Commit
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context

MOST_SHOWN = 250
"""Characters of a name that are said back to a person."""


def existing(repo: Repository, name: str) -> tuple[bytes, Oid]:
    """Gives a branch's full name and tip.

    A name with bytes that are no text cannot be typed; it is found by what is shown of it, if that is unmistakable.

    Raises:
        BranchNotFound: if there is no such branch.
    """
    refs = repo.refs.all()
    # Half a character of UTF-16 is no byte of any name.
    ref = HEADS + name.encode("utf-8", "surrogateescape" if _is_bytes(name) else "replace")
    alike = [other for other in refs if other.startswith(HEADS) and visible(other.removeprefix(HEADS)) == name]
    if ref not in refs and len(alike) == 1:
        ref = alike[0]
    if ref not in refs:
        shown = name if len(name) <= MOST_SHOWN else name[:MOST_SHOWN] + "…"
        raise BranchNotFound(f"There is no branch '{shown}' here.", "List them: jupyter mlgit branches.")
    return ref, refs[ref]


def _is_bytes(name: str) -> bool:
    try:
        name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


def require_name(repo: Repository, ref: bytes, *, force: bool, going: bytes | None = None) -> Oid | None:
    """Checks that a branch may be made; with ``force`` gives the tip of the one whose place it takes.

    Args:
        repo: the repository.
        ref: the branch's full name.
        force: whether it may take another's place.
        going: a branch that goes in the same act, and is in nobody's way.

    Raises:
        BranchExists: if the name is taken; ``suggestion`` names a free one.
        BranchCheckedOut: if somebody works on the one whose place it would take.
    """
    refs = repo.refs.all()
    if force and ref in refs:
        require_at_rest(repo, ref)
        return refs[ref]
    try:
        require_free({name for name in refs if name != going}, ref)
    except BranchExists as problem:
        free = visible(_free_name(refs.keys() - {going}, ref).removeprefix(HEADS))
        raise BranchExists(problem.message, f"Choose another name, for example {free}.", suggestion=free) from problem
    return None


def _free_name(existing: AbstractSet[bytes], wanted: bytes) -> bytes:
    """Gives a name like a new branch's that is free: with a number, or without the folder that is in the way."""
    flat = HEADS + wanted.removeprefix(HEADS).replace(b"/", b"-")
    for start in (wanted, flat):
        for candidate in [start, *(b"%s-%d" % (start, number) for number in range(2, 100))]:
            with contextlib.suppress(BranchExists):
                require_free(set(existing), candidate)
                return candidate
    return flat


def require_at_rest(repo: Repository, ref: bytes) -> None:
    """Checks that no worktree has the branch checked out, and none is in the middle of rebasing or bisecting it.

    Raises:
        BranchCheckedOut: naming the worktree.
    """
    shown = visible(ref.removeprefix(HEADS))
    for tree in repo.refs.worktrees():
        if tree.head.ref == ref:
            here = tree.directory == repo.git_dir
            raise BranchCheckedOut(
                f"'{shown}' is checked out {'here' if here else f'in {tree.path}'}.",
                "Switch to another branch there first.",
                worktree=tree.path,
            )
        if ref in repo.refs.under_way(tree.directory):
            raise BranchCheckedOut(
                f"'{shown}' is being rebased or bisected in {tree.path}.",
                "Finish that there, or give it up, then repeat the act.",
                worktree=tree.path,
            )


def require_unprotected(repo: Repository, ref: bytes, context: Context) -> None:
    """Checks that a branch's name is not protected.

    Raises:
        ProtectedBranch: if it is.
    """
    shown = visible(ref.removeprefix(HEADS))
    if context.settings.is_protected(repo, shown):
        raise ProtectedBranch(
            f"'{shown}' is protected and is not deleted here.",
            "Change git's setting mlgit.protectedBranch, or delete it in a terminal if you really mean it.",
        )


def found_nowhere_else(repo: Repository, ref: bytes, tip: Oid) -> tuple[bool, list[Commit]]:
    """Gives the commits that only this branch has, newest first, and whether all of them are there with their trees."""
    others = [oid for name, oid in repo.refs.all().items() if name != ref and name.startswith((HEADS, REMOTES, TAGS))]
    reach = repo.graph.reachable_from(others)
    found = []
    for oid in reach.unique(tip):
        try:
            found.append(repo.objects.commit(oid))
            if not repo.objects.contains(found[-1].tree):
                return False, found
        except (MissingObject, DamagedRepository):
            return False, found
    return repo.objects.contains(tip) and not reach.gaps(tip), found
