"""The problems a person can meet. Each has a stable code, one sentence on what happened, one on what to do.

::

    Problem
    ├── NotARepository            not-a-repository
    ├── OutsideServerRoot         outside-server-root
    ├── UntrustedRepository       untrusted-repository
    ├── HookRejected              hook-rejected
    ├── UnsupportedRepository     unsupported-repository
    ├── DamagedRepository         damaged-repository
    ├── ReadOnly                  read-only
    ├── Locked                    index-locked, ref-locked, repository-busy
    ├── StateChanged              state-changed
    ├── UnfinishedOperation       unfinished-operation
    ├── BadRevision               bad-revision
    ├── BadName                   bad-name
    ├── BadRequest                bad-request
    ├── BranchNotFound            branch-not-found
    ├── BranchExists              branch-exists
    ├── BranchCheckedOut          branch-checked-out
    ├── ProtectedBranch           protected-branch
    ├── UnmergedBranch            unmerged-branch
    ├── TipGone                   tip-gone
    ├── WouldOverwrite            would-overwrite
    ├── NoUndo                    no-undo
    ├── PushedCommits             pushed-commits
    ├── NotebookInvalid           notebook-invalid
    ├── PathOutsideRepository     path-outside-repository
    ├── ToolMissing               tool-missing
    └── TooLarge                  too-large

The user interface switches on ``code``; nobody matches on the message.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Problem(Exception):
    """A refusal or failure that a person is told of. The repository is as it was before."""

    code: ClassVar[str] = "problem"

    def __init__(self, message: str, hint: str, **details: Any) -> None:  # noqa: ANN401 -- any JSON value
        """Keeps the two sentences and whatever the interface needs to offer a way on.

        Args:
            message: one full sentence on what happened.
            hint: one full sentence on what to do.
            details: JSON values that the interface may use, for example ``suggestion="exp-2"``.
        """
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details

    def body(self) -> dict[str, Any]:
        """Gives the body that REST and ``--json`` print under ``problem``."""
        return {"code": self.code, "message": self.message, "hint": self.hint, **self.details}


class NotARepository(Problem):
    """No git repository holds this path."""

    code = "not-a-repository"


class OutsideServerRoot(Problem):
    """The repository, or a part of it, lies outside the folder that the server may show."""

    code = "outside-server-root"


class UntrustedRepository(Problem):
    """The repository belongs to somebody else, or the act would run what its own config names."""

    code = "untrusted-repository"


class UnsupportedRepository(Problem):
    """The repository uses a format that this package cannot read."""

    code = "unsupported-repository"


class DamagedRepository(Problem):
    """A file of the repository cannot be read as git writes it."""

    code = "damaged-repository"


class ReadOnly(Problem):
    """The file system or its permissions do not let us write."""

    code = "read-only"


class Locked(Problem):
    """Somebody else holds the lock of a ref or of the repository."""

    code = "ref-locked"


class IndexLocked(Locked):
    """Somebody else holds ``index.lock``."""

    code = "index-locked"


class RepositoryBusy(Locked):
    """Another act of this product is under way in the repository."""

    code = "repository-busy"


class StateChanged(Problem):
    """The repository moved between the preview and the act."""

    code = "state-changed"


class UnfinishedOperation(Problem):
    """Something is half done: an act of ours (then ``interrupted`` is set), or a merge or the like of git's."""

    code = "unfinished-operation"


class BadRevision(Problem):
    """A revision names nothing."""

    code = "bad-revision"


class NoCommonCommit(BadRevision):
    """Two commits have no commit in common, so that neither has left the other."""

    code = "no-common-commit"


class BadName(Problem):
    """A name that git or this product does not allow for a branch."""

    code = "bad-name"


class BadRequest(Problem):
    """The request's words or body are not what the verb takes."""

    code = "bad-request"


class BranchNotFound(Problem):
    """There is no such branch, deleted or live."""

    code = "branch-not-found"


class BackupNotFound(Problem):
    """There is no such backup, or it has been forgotten."""

    code = "backup-not-found"


class BranchExists(Problem):
    """The name is taken, or it conflicts with another branch's folder."""

    code = "branch-exists"


class BranchCheckedOut(Problem):
    """The branch is checked out here or in a linked worktree."""

    code = "branch-checked-out"


class ProtectedBranch(Problem):
    """The branch's name is on the list of protected names."""

    code = "protected-branch"


class UnmergedBranch(Problem):
    """The branch holds commits that are found nowhere else and force was not asked for."""

    code = "unmerged-branch"


class TipGone(Problem):
    """The commits of a deleted branch are no longer in the repository."""

    code = "tip-gone"


class WouldOverwrite(Problem):
    """The act would overwrite work that is not committed."""

    code = "would-overwrite"


class PushedCommits(Problem):
    """Commits that others may have would be left behind."""

    code = "pushed-commits"


class NoUndo(Problem):
    """There is nothing to undo or redo, or it cannot be undone any more."""

    code = "no-undo"


class PathOutsideRepository(Problem):
    """A path leaves the repository."""

    code = "path-outside-repository"


class NotebookInvalid(Problem):
    """A file is called a notebook and is none."""

    code = "notebook-invalid"


class ToolMissing(Problem):
    """Something that is not installed is needed."""

    code = "tool-missing"


class TooLarge(Problem):
    """Something is larger than the limit that protects the server."""

    code = "too-large"


class HookRejected(Problem):
    """A hook of the repository said no."""

    code = "hook-rejected"
