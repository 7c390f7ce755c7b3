"""Finds what the name at the beginning of a revision stands for: a ref, an abbreviated object, a line of a log.

The order is git's: a full object name, then refs in the order of gitrevisions(7), then ``describe`` output, then an
abbreviation. So a branch called ``deadbeef`` wins over an object that begins so.
"""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING, Final

from jupyter_mlgit.git.approxidate import parse_time
from jupyter_mlgit.git.objects import Oid
from jupyter_mlgit.git.reflog import is_zero, read_log
from jupyter_mlgit.git.refs import HEADS, is_oid, is_valid_name
from jupyter_mlgit.git.upstream import upstream_of
from jupyter_mlgit.problems import BadRevision

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository

_RULES: Final = (b"%s", b"refs/%s", b"refs/tags/%s", b"refs/heads/%s", b"refs/remotes/%s", b"refs/remotes/%s/HEAD")
_PSEUDO_REF: Final = re.compile(rb"[A-Z_]*HEAD|AUTO_MERGE")
_AT: Final = re.compile(rb"(.*?)@\{([^{}]+)\}", re.DOTALL)
_EARLIER: Final = re.compile(rb"@\{-(\d{1,9})\}(.*)", re.DOTALL)
_DESCRIBED: Final = re.compile(rb".*-g([0-9a-fA-F]{4,64})", re.DOTALL)
_ABBREVIATED: Final = re.compile(rb"[0-9a-fA-F]{4,64}")
_MOVING: Final = b"checkout: moving from "
_CANDIDATES: Final = 10
_HINT: Final = "Name a branch, a tag or a commit, such as main, v1.0, HEAD~2 or 1a2b3c4."


def find_named(repo: Repository, name: bytes, wanted: bytes | None) -> Oid:
    """Gives the object that a name without ``~``, ``^`` or ``:`` stands for.

    Args:
        repo: the repository.
        name: such as ``main``, ``@``, ``main@{2}``, ``1a2b3c4`` or ``v1.0-3-g1a2b3c4``.
        wanted: the kind that an ambiguous abbreviation should have (``b"commit"`` or ``b"tree"``), or None.

    Raises:
        BadRevision: if it names nothing, or more than one thing.
        DamagedRepository: for a HEAD that cannot be read.
    """
    if len(name) == repo.hex_length and is_oid(name.lower()):
        return Oid(name.lower())
    name = with_earlier_branch(repo, name)
    at = _AT.fullmatch(name)
    if at:
        return _at(repo, at[1], at[2], name)
    ref = find_ref(repo, b"HEAD" if name == b"@" else name)
    if ref is not None:
        return ref[1]
    described = _DESCRIBED.fullmatch(name)
    found = _abbreviated(repo, described[1], b"commit") if described else None
    if found is None and _ABBREVIATED.fullmatch(name):
        found = _abbreviated(repo, name, wanted)
    if found is None:
        raise BadRevision(f"'{_shown(name)}' names no branch, tag or commit of this repository.", _HINT)
    return found


def find_ref(repo: Repository, name: bytes) -> tuple[bytes, Oid] | None:
    """Gives the full name and object of the ref that git takes a short name for, or None."""
    for rule in _RULES:
        full = rule.replace(b"%s", name)
        if full.startswith(b"refs/"):
            oid = repo.refs.read(full) if is_valid_name(full) else None
        elif full == b"HEAD":
            oid = repo.refs.head_of(repo.git_dir).oid
        else:
            oid = _pseudo_ref(repo, full)
        if oid is not None:
            return full, oid
    return None


def _pseudo_ref(repo: Repository, name: bytes) -> Oid | None:
    if not _PSEUDO_REF.fullmatch(name):
        return None
    try:
        words = (repo.git_dir / os.fsdecode(name)).read_bytes().split(None, 1)
    except OSError:
        return None
    return Oid(words[0]) if words and len(words[0]) == repo.hex_length and is_oid(words[0]) else None


def with_earlier_branch(repo: Repository, name: bytes) -> bytes:
    """Gives a name whose ``@{-N}`` at the beginning is what was checked out N switches ago.

    Raises:
        BadRevision: if HEAD's log tells of fewer switches.
    """
    earlier = _EARLIER.fullmatch(name)
    if not earlier:
        return name
    number = int(earlier[1])
    lines = [entry.message for entry in read_log(repo, b"HEAD").entries if entry.message.startswith(_MOVING)]
    if not 0 < number <= len(lines):
        raise BadRevision(
            f"HEAD's log tells of {len(lines)} switches, so there is no '{_shown(name)}'.",
            "See the timeline for what HEAD was on.",
        )
    return lines[-number][len(_MOVING) :].partition(b" to ")[0] + earlier[2]


def _at(repo: Repository, name: bytes, what: bytes, text: bytes) -> Oid:
    lowered = what.lower()
    if lowered in (b"u", b"upstream"):
        return _upstream(repo, name, text)
    if lowered == b"push":
        raise BadRevision(
            f"'{_shown(text)}' depends on how git is set up to push, which is not read here.",
            "Name the remote branch itself, such as origin/main.",
        )
    ref, current = _logged_ref(repo, name, text)
    if what.isdigit() and len(what) <= 8:  # noqa: PLR2004 -- longer numbers are seconds since the epoch
        return _nth(repo, ref, current, int(what), text)
    try:
        moment = parse_time(os.fsdecode(what), time.time())
    except ValueError as error:
        raise BadRevision(
            f"'{_shown(text)}' holds a time that cannot be read: {error}.",
            "Write it as 2024-05-01 12:00, or as '3 days ago'.",
        ) from error
    return _at_time(repo, ref, current, moment, text)


def _upstream(repo: Repository, name: bytes, text: bytes) -> Oid:
    branch = repo.refs.head().ref if name in (b"", b"@", b"HEAD") else HEADS + name
    target = upstream_of(repo, branch.removeprefix(HEADS)) if branch else None
    oid = repo.refs.read(target) if target else None
    if oid is None:
        raise BadRevision(
            f"'{_shown(text)}' names nothing: that branch follows no remote branch.",
            "Set one with 'git branch --set-upstream-to', or fetch from the remote first.",
        )
    return oid


def _logged_ref(repo: Repository, name: bytes, text: bytes) -> tuple[bytes, Oid]:
    if not name:
        head = repo.refs.head()
        if head.oid is not None:
            return head.ref or b"HEAD", head.oid
    else:
        short = b"HEAD" if name == b"@" else name
        for rule in _RULES:
            full = rule.replace(b"%s", short)
            found = find_ref(repo, full) if full.startswith(b"refs/") or full == b"HEAD" else None
            if found is not None and found[0] == full and repo.refs.log_path(full).is_file():
                return found
    raise BadRevision(f"'{_shown(text)}' names nothing: there is no log of such a ref.", _HINT)


def _nth(repo: Repository, ref: bytes, current: Oid, number: int, text: bytes) -> Oid:
    entries = read_log(repo, ref).entries
    if number == 0:
        return entries[-1].new if entries else current
    if number > len(entries) or is_zero(entries[-number].old):
        raise BadRevision(
            f"'{_shown(text)}': the log of {_shown(ref)} has only {len(entries)} entries.",
            "See the timeline for what it holds.",
        )
    return entries[-number].old


def _at_time(repo: Repository, ref: bytes, current: Oid, moment: int, text: bytes) -> Oid:
    entries = read_log(repo, ref).entries
    if not entries:
        raise BadRevision(f"'{_shown(text)}': the log of {_shown(ref)} is empty.", "See the timeline.")
    for place, entry in enumerate(reversed(entries)):
        if entry.time <= moment:
            return entry.new if place or entry.time == moment else current
    # Before the log begins, git answers with the oldest thing it knows.
    return entries[0].new if is_zero(entries[0].old) else entries[0].old


def _abbreviated(repo: Repository, prefix: bytes, wanted: bytes | None) -> Oid | None:
    found = sorted(repo.objects.with_prefix(prefix.lower()))
    if len(found) > 1 and wanted is not None:
        right = [oid for oid in found if _leads_to(repo, oid, wanted)]
        found = right or found
    if len(found) > 1:
        shown = [oid.decode() for oid in found[:_CANDIDATES]]
        raise BadRevision(
            f"'{_shown(prefix)}' is the beginning of {len(found)} objects.",
            f"Write more digits: {', '.join(name[: len(prefix) + 8] for name in shown)}.",
            candidates=shown,
        )
    return found[0] if found else None


def _leads_to(repo: Repository, oid: Oid, wanted: bytes) -> bool:
    try:
        kind, _ = repo.objects.peel(oid)
    except KeyError:
        return False
    return kind == wanted or (wanted == b"tree" and kind == b"commit")


def _shown(text: bytes) -> str:
    return text.decode("utf-8", "replace")
