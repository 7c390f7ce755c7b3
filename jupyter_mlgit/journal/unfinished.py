"""Shows and settles an act that a crash has interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from jupyter_mlgit.git.refs import short_name
from jupyter_mlgit.journal.backup import backup_ref
from jupyter_mlgit.journal.operations import RefChange, changes
from jupyter_mlgit.journal.pins import local_time
from jupyter_mlgit.journal.plan import left_plan
from jupyter_mlgit.journal.records import raw
from jupyter_mlgit.journal.settling import inverse, settle
from jupyter_mlgit.problems import BadRequest
from jupyter_mlgit.values import Value, visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context


class UnfinishedRequest(Value):
    """Asks what was interrupted."""


class RecoverRequest(Value):
    """Asks to finish what was interrupted, or to roll it back."""

    finish: Annotated[bool, Meta(description="Do what is left of the interrupted act.")] = False
    roll_back: Annotated[bool, Meta(description="Take back what the interrupted act had done.")] = False


class Unfinished(Value):
    """The act that was interrupted, or what was made of it."""

    title: str | None
    """Null when nothing is unfinished."""
    when: str | None
    refs: list[RefChange]
    """Where the refs were before the act and should be after; after settling, what has been made of them."""
    missing: list[str]
    """The branches that are not as they should be: not yet, or because something else has moved them since.

    After settling also the settings and hooks that something else has changed since.
    """
    files: list[str]
    """After settling, the files that somebody has changed since the act began; they stay as they are."""
    backup: str | None
    """The backup, for backup-restore, that holds what those files were before; null when there are none."""
    settled: bool


def show_unfinished(repo: Repository, request: UnfinishedRequest, context: Context) -> Unfinished:
    """Says what was interrupted, if anything was."""
    del request, context
    plan = left_plan(repo)
    if plan is None:
        return Unfinished(title=None, when=None, refs=[], missing=[], files=[], backup=None, settled=True)
    record = plan.record
    current = {ref.name: repo.refs.read(ref.raw) for ref in record.refs}
    missing = [
        short_name(ref.raw) for ref in record.refs if current[ref.name] != (ref.new.encode() if ref.new else None)
    ]
    return Unfinished(
        title=visible(raw(record.title)),
        when=local_time(record.when),
        refs=changes(record),
        missing=missing,
        files=[],
        backup=None,
        settled=False,
    )


def settle_unfinished(repo: Repository, request: RecoverRequest, context: Context) -> Unfinished:
    """Finishes or rolls back; exactly one of the two has to be asked for.

    Raises:
        BadRequest: if both or neither is.
        StateChanged: if nothing is unfinished.
    """
    if request.finish == request.roll_back:
        raise BadRequest("Either finishing it or rolling it back has to be asked for.", "Choose one of the two.")
    record, moved, files = settle(repo, context, finish=request.finish)
    shown = record if request.finish else inverse(record)
    return Unfinished(
        title=visible(raw(record.title)),
        when=local_time(record.when),
        refs=changes(shown),
        missing=moved,
        files=files,
        backup=record.id if files and repo.refs.read(backup_ref(record.id)) else None,
        settled=True,
    )
