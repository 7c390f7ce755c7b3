"""Maps each problem to its HTTP status, and adds the problems that only a server has.

Nothing else in the package knows a status: the feature modules raise a :class:`Problem`, the interface
switches on its code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.api.encoding import encode
from jupyter_mlgit.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator


class NotAuthorized(Problem):
    """The person is not logged in, or may not do this on this server."""

    code = "not-authorized"


class Busy(Problem):
    """Too many requests wait for the same repository."""

    code = "busy"


class TookTooLong(Problem):
    """A read did not end before its deadline."""

    code = "took-too-long"


class InternalError(Problem):
    """A fault of this package: the log has the details under the id that the person sees."""

    code = "internal-error"


STATUS = {
    "bad-request": 400,
    "not-authorized": 403,
    "outside-server-root": 403,
    "untrusted-repository": 403,
    "protected-branch": 403,
    "not-a-repository": 404,
    "backup-not-found": 404,
    "branch-not-found": 404,
    "branch-exists": 409,
    "branch-checked-out": 409,
    "unmerged-branch": 409,
    "unfinished-operation": 409,
    "would-overwrite": 409,
    "no-undo": 409,
    "pushed-commits": 409,
    "hook-rejected": 409,
    "tip-gone": 410,
    "state-changed": 412,
    "too-large": 413,
    "notebook-invalid": 422,
    "tool-missing": 422,
    "unsupported-repository": 422,
    "damaged-repository": 422,
    "bad-revision": 422,
    "no-common-commit": 422,
    "bad-name": 422,
    "path-outside-repository": 422,
    "ref-locked": 423,
    "index-locked": 423,
    "repository-busy": 423,
    "busy": 429,
    "internal-error": 500,
    "took-too-long": 503,
    "read-only": 507,
}
"""Code to HTTP status. 507 says that the store takes no writes, which is what a read-only one comes to."""

REFUSED = 422
"""The status of a code that a later problem brings without a line above."""


def status_of(problem: Problem) -> int:
    """Gives the HTTP status under which a problem is sent."""
    return STATUS.get(problem.code, REFUSED)


def encode_problem(problem: Problem) -> bytes:
    """Writes the body ``{"problem": {"code", "message", "hint", …}}``."""
    return encode({"problem": problem.body()})


def problem_kinds() -> list[type[Problem]]:
    """Lists every kind of problem that the contract knows, in the order of their codes."""
    known = {kind for kind in _below(Problem) if kind.__module__ in (__name__, Problem.__module__)}
    return sorted(known, key=lambda kind: kind.code)


def _below(kind: type[Problem]) -> Iterator[type[Problem]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)
