"""Lists what was backed up, newest first: on demand, before a kernel run, and before acts that took something.

A page reads only the backups that stand on it, and of each only the trees that differ from the commit it was made on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from msgspec import Meta

from jupyter_mlgit.git.object_size import object_size
from jupyter_mlgit.git.objects import MissingObject, Oid
from jupyter_mlgit.git.tree_changes import GITLINK
from jupyter_mlgit.journal.backup import BACKUPS
from jupyter_mlgit.journal.backup_content import ACT, RUN, content_of
from jupyter_mlgit.journal.pins import DAY, local_time
from jupyter_mlgit.journal.records import SNAPSHOT, raw, read_records
from jupyter_mlgit.problems import BackupNotFound, DamagedRepository, TooLarge
from jupyter_mlgit.values import Value, argument, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.git.tree_edit import Side
    from jupyter_mlgit.journal.backup_content import Content
    from jupyter_mlgit.journal.context import Context
    from jupyter_mlgit.journal.records import Record

MOST_FILES = 200
"""Files that are listed of each backup on a page."""

MOST_OF_ONE = 5000
"""Files that are listed of a backup that is asked for by its id."""

_SHORTEST = 4
"""Digits of an id that name a backup."""

Reason = Literal["on-demand", "before-run", "before-act"]


class BackupsRequest(Value):
    """Asks for backups, newest first."""

    id: Annotated[
        str | None,
        Meta(description="Only this one, with all of its files.", extra=argument(positional=True)),
    ] = None
    n: Annotated[
        int, Meta(ge=1, le=100, description="How many at the most.", extra=argument(flag="-n", metavar="COUNT"))
    ] = 20
    after: Annotated[
        str | None, Meta(description="Go on behind this backup, the last of the page before.", extra=argument())
    ] = None


class BackupFile(Value):
    """One file that a backup holds."""

    path: str
    kind: Literal["modified", "untracked", "deleted", "staged", "conflicted"]
    """``staged`` is one of which it holds only what was staged; ``deleted`` one that had been taken away."""
    staged: bool
    """Whether it holds what was staged of it, too."""
    size: int | None
    """Bytes; null where there is no content, and where its size cannot be told."""


class Backup(Value):
    """One backup."""

    id: str
    """The operation's that made it, or before which it was made."""
    commit: str
    """Shaped as a stash is: ``git stash apply`` and ``git show`` read it."""
    when: str
    reason: Reason
    title: str
    """What it was called, or the act before which it was made."""
    head: str | None
    """The commit that was checked out; null before the first one."""
    files: list[BackupFile]
    more_files: int
    """How many more there are than are listed."""
    bytes: int | None
    """All files that are listed together, uncompressed."""
    kept_until: str | None
    """When it may be forgotten; null when it is kept for ever."""
    damaged: str | None
    """Why its files cannot be listed; null when they can."""


class Backups(Value):
    """A page of backups, newest first."""

    backups: list[Backup]
    more: int
    """How many older ones there are."""


class Made(NamedTuple):
    """A backup as it is found, before anything of it is read."""

    id: str
    commit: Oid
    when: float
    record: Record | None


def list_backups(repo: Repository, request: BackupsRequest, context: Context) -> Backups:
    """Gives a page of backups.

    Raises:
        BackupNotFound: if the one that is asked for, or named as the last, is not there.
    """
    if request.id is not None:
        return Backups(backups=[describe(repo, find_backup(repo, request.id), context, MOST_OF_ONE)], more=0)
    found = newest_first(repo)
    start = 0
    if request.after is not None:
        start = found.index(find_backup(repo, request.after)) + 1
    page = found[start : start + request.n]
    return Backups(
        backups=[describe(repo, one, context, MOST_FILES) for one in page],
        more=len(found) - start - len(page),
    )


def newest_first(repo: Repository) -> list[Made]:
    """Gives all backups; of those whose act is logged nothing but the ref is read."""
    records = {one.id: (number, one) for number, one in enumerate(read_records(repo))}
    found: list[tuple[float, int, Made]] = []
    for ref, commit in repo.refs.all().items():
        name = ref.removeprefix(BACKUPS).decode("ascii", "replace")
        if not ref.startswith(BACKUPS) or not name.isalnum():
            continue
        number, record = records.get(name, (-1, None))
        try:
            when = record.when if record is not None else repo.objects.commit(commit).committer.time
        except (MissingObject, DamagedRepository):
            when = 0
        found.append((when, number, Made(name, commit, when, record)))
    return [made for _, _, made in sorted(found, key=lambda one: one[:2], reverse=True)]


def find_backup(repo: Repository, wanted: str) -> Made:
    """Finds a backup by its id or its commit, or by the beginning of one of them.

    Raises:
        BackupNotFound: if there is none, or more than one.
    """
    found = newest_first(repo)
    exact = [one for one in found if wanted in (one.id, one.commit.decode())]
    if len(wanted) >= _SHORTEST and not exact:
        exact = [one for one in found if one.id.startswith(wanted) or one.commit.decode().startswith(wanted)]
    if len(exact) != 1:
        raise BackupNotFound(
            f"There is no backup '{visible(raw(wanted))}' here." if not exact else f"'{wanted}' names several backups.",
            "List them: jupyter mlgit backups.",
        )
    return exact[0]


def describe(repo: Repository, made: Made, context: Context, most: int) -> Backup:
    """Gives a backup as it is shown."""
    content, damaged, subject = None, None, b""
    try:
        subject = repo.objects.commit(made.commit).subject
        content = content_of(repo, made.commit)
    except (MissingObject, DamagedRepository, TooLarge) as error:
        damaged = f"It cannot be read: {error}."
    files = [] if content is None else files_of(repo, content, most)
    days = context.settings.pin_days_in(repo)
    return Backup(
        id=made.id,
        commit=made.commit.decode(),
        when=local_time(made.when),
        reason=_reason(made.record, subject),
        title=_title(made.record, subject),
        head=content.head.decode() if content is not None and content.head is not None else None,
        files=files,
        more_files=0 if content is None else len(content.paths) - len(files),
        bytes=None if damaged else sum(one.size or 0 for one in files),
        kept_until=None if days is None else local_time(made.when + days * DAY),
        damaged=damaged,
    )


def files_of(
    repo: Repository, content: Content, most: int, sizes: Mapping[bytes, int] | None = None
) -> list[BackupFile]:
    """Gives the files that a backup holds, by path.

    Args:
        repo: the repository.
        content: what the backup holds.
        most: how many at the most.
        sizes: the sizes of working files, for a backup that is not written yet.
    """
    stages = content.stages
    found = []
    for path in content.paths[:most]:
        staged = path in content.index
        side: Side | None
        kind: Literal["modified", "untracked", "deleted", "staged", "conflicted"]
        if path in content.untracked:
            kind, side = "untracked", content.untracked[path]
        elif path in content.files:
            side = content.files[path]
            kind = "conflicted" if path in stages else "deleted" if side is None else "modified"
        else:
            kind, side = ("conflicted", None) if path in stages else ("staged", content.index.get(path))
        size = None
        if side is not None and side[0] != GITLINK:
            known = sizes if sizes is not None and kind != "staged" else {}
            size = known[path] if path in known else object_size(repo.objects, side[1])
        found.append(BackupFile(path=visible(path), kind=kind, staged=staged, size=size))
    return found


def _reason(record: Record | None, subject: bytes) -> Reason:
    if subject.startswith(RUN):
        return "before-run"
    is_act = record.kind != SNAPSHOT if record is not None else subject.startswith(ACT)
    return "before-act" if is_act else "on-demand"


def _title(record: Record | None, subject: bytes) -> str:
    return visible(raw(record.title) if record is not None else subject.removeprefix(ACT))
