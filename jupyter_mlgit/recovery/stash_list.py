"""Puts a dropped stash back on the stash list, as ``git stash store`` does.

The list is the log of ``refs/stash``: its newest line is ``stash@{0}``. Undo brings that log back as it was, since a
further line in it would be a further stash; so the act writes the log whole, which lets the journal keep the old one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.git.reflog import read_log
from jupyter_mlgit.journal.acts import Words, perform
from jupyter_mlgit.journal.records import RefRecord, new_record
from jupyter_mlgit.journal.seen import STASH
from jupyter_mlgit.problems import BadRequest
from jupyter_mlgit.values import visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.objects import Oid
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context
    from jupyter_mlgit.recovery.found import Found

SHORT = 7


def stashed(repo: Repository) -> list[Oid]:
    """Gives the stashes that are on the list, oldest first."""
    return [entry.new for entry in read_log(repo, STASH).entries] if repo.refs.read(STASH) else []


def require_stash(found: Found) -> None:
    """Checks that a row is a dropped stash.

    Raises:
        BadRequest: if it is something else.
    """
    if found.kind != "stash":
        shown = visible(found.name) if found.name is not None else found.tip[:SHORT].decode()
        raise BadRequest(f"'{shown}' is not a dropped stash.", "Restore it as a branch: leave --stash away.")


def put_back(repo: Repository, tip: Oid, context: Context) -> str:
    """Makes a stash the newest of the list; gives the act's id. The caller is inside ``acting``.

    Raises:
        Problem: with everything as it was.
    """
    old = repo.refs.read(STASH)
    path = repo.refs.log_path(STASH)
    before = path.read_bytes() if path.is_file() else b""
    record = new_record(
        context.now,
        context.source,
        f"Put stash {tip[:SHORT].decode()} back",
        "stash",
        refs=[RefRecord(name=STASH.decode(), old=old.decode() if old else None, new=tip.decode())],
    )
    words = Words(message=repo.objects.commit(tip).subject, log=before)
    return perform(repo, context, record, {STASH.decode(): words}).id
