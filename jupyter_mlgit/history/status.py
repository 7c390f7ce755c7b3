"""Says where the repository stands: branch, upstream, what is unfinished, what has changed, and a token for all that.

The token is taken from a look at every file, even while a watcher says what has changed: an act that compares it must
not rely on news that is still on its way.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Literal

from jupyter_mlgit.git.objects import MissingObject
from jupyter_mlgit.git.refs import HEADS, REMOTES
from jupyter_mlgit.git.upstream import upstream_of
from jupyter_mlgit.history.changes import StatusChange, changed_files, fingerprint
from jupyter_mlgit.journal.plan import waits_to_be_settled
from jupyter_mlgit.journal.status_cache import status_cache
from jupyter_mlgit.problems import Problem
from jupyter_mlgit.values import Value, visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.git.status import Status as Files
    from jupyter_mlgit.journal.context import Context

Kind = Literal["cherry-pick", "revert", "merge", "rebase", "bisect", "interrupted"]

_MARKS: tuple[tuple[str, Kind], ...] = (
    ("rebase-merge", "rebase"),
    ("rebase-apply", "rebase"),
    ("MERGE_HEAD", "merge"),
    ("CHERRY_PICK_HEAD", "cherry-pick"),
    ("REVERT_HEAD", "revert"),
    ("BISECT_LOG", "bisect"),
)


class StatusRequest(Value):
    """Asks where the repository stands."""


class UnfinishedKind(Value):
    """What was begun here and is not finished."""

    kind: Kind
    """``interrupted`` is an act of ours that a crash has cut off."""


class Status(Value):
    """Where the repository stands."""

    root: str
    branch: str | None
    """Null when HEAD is detached."""
    head: str | None
    """Null when the branch has no commit yet."""
    upstream: str | None
    ahead: int | None
    """Null without an upstream."""
    behind: int | None
    unfinished: UnfinishedKind | None
    bare: bool
    shallow: bool
    read_only: str | None
    """Why nothing may be changed here; null when it may."""
    changes: tuple[StatusChange, ...]
    """What is staged, changed, in conflict or untracked, by path."""
    changes_unknown: str | None
    """Why it cannot be told what has changed; null when it can."""
    state_token: str
    """Changes whenever HEAD, the index or one of the changed files does; acts take it as ``If-Match``."""


def read_status(repo: Repository, request: StatusRequest, context: Context) -> Status:
    """Says where the repository stands.

    Raises:
        DamagedRepository: if HEAD cannot be read.
    """
    del request, context
    head = repo.refs.head()
    short = head.ref.removeprefix(HEADS) if head.ref else None
    upstream = upstream_of(repo, short) if short is not None else None
    tip = repo.refs.read(upstream) if upstream else None
    ahead, behind = repo.graph.ahead_behind(head.oid, tip) if head.oid and tip else (None, None)
    files, unknown = _files(repo, anew=False)
    return Status(
        root=str(repo.top),
        branch=None if short is None else visible(short),
        head=head.oid.decode() if head.oid else None,
        upstream=visible(upstream.removeprefix(REMOTES).removeprefix(HEADS)) if upstream else None,
        ahead=ahead,
        behind=behind,
        unfinished=None if (kind := unfinished_kind(repo)) is None else UnfinishedKind(kind=kind),
        bare=repo.bare,
        shallow=(repo.common_dir / "shallow").exists(),
        read_only=repo.read_only,
        changes=() if files is None else changed_files(repo, files),
        changes_unknown=unknown,
        state_token=_token(repo, files),
    )


def _files(repo: Repository, *, anew: bool) -> tuple[Files | None, str | None]:
    """Looks at the files; gives what was found, or why nothing can be said."""
    if repo.bare:
        return None, None
    cache = status_cache(repo)
    try:
        return cache.full() if anew else cache.now(), None
    except MissingObject as error:
        return None, f"The object {error.oid.decode('ascii', 'replace')} is missing from this repository."
    except Problem as error:
        return None, error.message


def state_token(repo: Repository) -> str:
    """Gives a text that changes whenever HEAD, its commit, the index or a changed file does."""
    return _token(repo, _files(repo, anew=True)[0])


def _token(repo: Repository, files: Files | None) -> str:
    head = repo.refs.head()
    digest = hashlib.sha256((head.ref or b"") + b"\0" + (head.oid or b"") + b"\0")
    try:
        with (repo.git_dir / "index").open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(max(0, size - repo.hex_length // 2))
            checksum = stream.read()
            digest.update(b"%d\0" % size + checksum)
            if not checksum.strip(b"\0"):
                # With index.skipHash git writes no checksum; each time that it writes, it makes another file.
                written = os.fstat(stream.fileno())
                digest.update(b"%d %d" % (written.st_mtime_ns, written.st_ino))
    except OSError:
        digest.update(b"no index")
    digest.update(b"" if files is None else fingerprint(repo, files))
    return digest.hexdigest()[:32]


def unfinished_kind(repo: Repository) -> Kind | None:
    """Gives what was begun here and is not finished; None where there is nothing."""
    if waits_to_be_settled(repo):
        return "interrupted"
    return next((kind for name, kind in _MARKS if (repo.git_dir / name).exists()), None)
