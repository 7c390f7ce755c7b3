"""Guesses what was meant by a name that there isn't: another command, a branch that lives, one that was deleted."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from jupyter_mlgit.problems import BranchNotFound, Problem

if TYPE_CHECKING:
    from collections.abc import Collection

    from jupyter_mlgit.api.routes import Route
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context
    from jupyter_mlgit.values import Value

_OF_GIT = {
    "branch": "branches",
    "checkout": "switch",
    "delete": "branch-delete",
    "fsck": "deleted",
    "list": "deleted",
    "reflog": "timeline",
    "rename": "branch-rename",
    "show": "preview",
    "undelete": "restore",
}
"""What git, or a person, calls it."""

_OF_SERVER = {
    "checked": "'jupyter mlgit doctor' asks a kernel what torch sees.",
    "kernels": "'jupyter mlgit gpu' says which notebook holds how much memory, 'jupyter mlgit doctor' what torch sees "
    "in a kernel; what torch holds in a running one is shown in the panel.",
    "live": "'jupyter mlgit gpu' shows what the GPUs do now.",
    "summary": "'jupyter mlgit gpu' shows what the GPUs do now.",
}
"""What a terminal has instead of a verb that only a server has."""

ALIKE = 0.6
"""From which likeness on two names may be meant for each other, of 1."""

_LISTED = frozenset({"restore", "pin", "preview"})
"""Commands that take the name of a deleted branch."""


def verb_meant(word: str, verbs: Collection[str]) -> str | None:
    """Gives the command that was probably meant."""
    of_git = _OF_GIT.get(word.lower())
    if of_git in verbs:
        return of_git
    return _closest(word.lower(), verbs)


def instead_of(verb: str) -> str:
    """Says what to type instead of a verb that only a server has."""
    return _OF_SERVER.get(verb, "Run 'jupyter mlgit --help' for the list of commands.")


def with_suggestion(
    problem: BranchNotFound, route: Route, repo: Repository, request: Value, context: Context
) -> BranchNotFound:
    """Adds to a problem what its name may have meant; gives it as it is where nothing comes close."""
    named = (getattr(request, field, None) for field in ("branch", "name", "old", "ref"))
    word = next((one for one in named if isinstance(one, str) and one), None)
    if word is None or "suggestion" in problem.details:
        return problem
    try:
        live, deleted = _names(repo, context)
    except (Problem, OSError):
        return problem
    if route.verb not in _LISTED and word in deleted:
        hint = f"It was deleted: bring it back with 'jupyter mlgit restore {word}'."
        return BranchNotFound(problem.message, hint, **problem.details)
    names = deleted if route.verb in _LISTED else live
    found = _closest(word, names)
    if found is None:
        return problem
    return BranchNotFound(
        problem.message, f"Did you mean '{found}'? {problem.hint}", **problem.details, suggestion=found
    )


def _closest(word: str, names: Collection[str]) -> str | None:
    return max(
        (name for name in names if _likeness(word, name) >= ALIKE), key=lambda name: _likeness(word, name), default=None
    )


def _likeness(word: str, name: str) -> float:
    """Compares names without the folders that they share: ``exp/a`` is not what ``exp/z`` means."""
    folder = name.rpartition("/")[0]
    shared = len(folder) + 1 if folder and word.startswith(f"{folder}/") else 0
    return SequenceMatcher(None, word[shared:], name[shared:]).ratio()


def _names(repo: Repository, context: Context) -> tuple[list[str], list[str]]:
    from jupyter_mlgit.git.refs import HEADS
    from jupyter_mlgit.recovery.deleted_branches import DeletedRequest, find_deleted_branches
    from jupyter_mlgit.values import visible

    live = [visible(ref.removeprefix(HEADS)) for ref in repo.refs.all() if ref.startswith(HEADS)]
    rows = find_deleted_branches(repo, DeletedRequest(), context).branches
    return live, [row.name for row in rows if row.name is not None]
