"""Remembers how refs, HEADs and the stash list were when we last looked, in ``.git/mlgit/observed.json``.

An act of ours takes note of itself here, by its record and by the lines that its plan has for the logs, so that the
next look doesn't take it for the terminal's.
"""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

import msgspec

from jupyter_mlgit.git.durable import write_durably
from jupyter_mlgit.git.reflog import head_logs, parse_log
from jupyter_mlgit.git.refs import HEADS, OURS
from jupyter_mlgit.journal.pins import section_of
from jupyter_mlgit.journal.plan import planned_logs
from jupyter_mlgit.journal.records import Record, decode, encode, raw, text
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_mlgit.git.repository import Repository

STASH = b"refs/stash"

_TRIES = 5


class Seen(Value, forbid_unknown_fields=False):
    """The refs as they were when we last looked."""

    refs: dict[str, str]
    sections: dict[str, list[tuple[str, str]]] = {}
    """Branch's short name → its settings, so that they can come back with it."""
    stash_log: str = ""
    """The log of the stash, which is its list; a dropped one leaves no trace there."""
    heads: dict[str, str] = {}
    """Each worktree's administrative folder, as a record has it → the full name of the branch that is checked out, or
    the commit; in the middle of a rebase or bisection the branch that it is about."""
    under_way: list[str] = []
    """The worktrees in the middle of a rebase or bisection."""
    detached: list[str] = []
    """The commits that worktrees have checked out without a branch; removing a worktree takes its log along."""
    logs: dict[str, int] = {}
    """How long HEAD's log is in each worktree, in bytes: a branch may come and go between two looks."""
    when: float = 0
    """When these refs were written down; seconds since the epoch."""

    @property
    def stashes(self) -> list[str]:
        """The commits on the stash list, oldest first."""
        return [entry.new.decode() for entry in parse_log(raw(self.stash_log)).entries]

    def same(self, other: Seen) -> bool:
        """Tells whether nothing has changed between the two looks."""
        return msgspec.structs.replace(self, when=0) == msgspec.structs.replace(other, when=0)


def see(repo: Repository, now: float) -> Seen:
    """Gives the refs as they are now; what git is just writing is waited for, as far as that takes no time."""
    lengths, seen = _lengths(repo), _see(repo, now)
    for _ in range(_TRIES):
        # git locks HEAD, writes its log and then the ref: between the two, the log says what is not yet so.
        if lengths == seen.logs and not any(
            (directory / "HEAD.lock").exists() for directory in repo.refs.worktree_directories()
        ):
            break
        lengths, seen = _lengths(repo), _see(repo, now)
    return seen


def _lengths(repo: Repository) -> dict[str, int]:
    return {str(path): path.stat().st_size for path in head_logs(repo) if path.is_file()}


def _see(repo: Repository, now: float) -> Seen:
    refs = repo.refs.all()
    sections = {}
    for short in repo.config.subsections("branch"):
        values = section_of(repo, short)
        if values and HEADS + short in refs:
            sections[text(short) or ""] = values
    trees = [tree for tree in repo.refs.worktrees() if tree.head.ref or tree.head.oid]
    heads, under_way = {}, []
    for tree in trees:
        place = place_of(repo, tree.directory)
        about = sorted(repo.refs.under_way(tree.directory)) if not tree.head.ref else []
        heads[place] = text(about[0] if about else tree.head.ref or tree.head.oid) or ""
        if about:
            under_way.append(place)
    return Seen(
        refs={os.fsdecode(name): oid.decode() for name, oid in refs.items() if not name.startswith(OURS)},
        sections=sections,
        stash_log=stash_log(repo) if STASH in refs else "",
        heads=heads,
        under_way=under_way,
        detached=sorted({tree.head.oid.decode() for tree in trees if not tree.head.ref and tree.head.oid}),
        logs=_lengths(repo),
        when=now,
    )


def stash_log(repo: Repository) -> str:
    """Gives the log of the stash as text that JSON carries; empty where there is none."""
    path = repo.refs.log_path(STASH)
    try:
        return text(path.read_bytes()) or "" if path.is_file() else ""  # a planted pipe would hold us up
    except OSError:
        return ""


def place_of(repo: Repository, directory: Path) -> str:
    """Gives a worktree's administrative folder as records have it."""
    return "." if directory == repo.common_dir else str(directory.relative_to(repo.common_dir))


def read_seen(repo: Repository) -> Seen | None:
    """Gives how the refs were when we last looked; None when we never did."""
    path = repo.ours / "observed.json"
    if not path.is_file():
        return None  # a planted pipe would hold us up
    try:
        seen: Seen = decode(path.read_bytes(), Seen)
    except (OSError, ValueError):
        return None
    return seen if math.isfinite(seen.when) else None


def remember(repo: Repository, seen: Seen) -> None:
    """Keeps how the refs are now, for the next look."""
    write_durably(repo.ours / "observed.json", encode(seen))


def remember_act(repo: Repository, record: Record, now: float) -> None:
    """Takes an act of ours into account, so that the next look doesn't find it; its plan is still there.

    Only what the record says: what the terminal did meanwhile is still to be noticed.
    """
    seen = read_seen(repo)
    if seen is None:
        return
    refs, sections, heads = dict(seen.refs), dict(seen.sections), dict(seen.heads)
    for ref in record.refs:
        if ref.raw.startswith(OURS):
            continue  # never looked at
        refs.pop(ref.name, None)
        if ref.new is not None:
            refs[ref.name] = ref.new
    for section in record.sections:
        sections.pop(section.name, None)
        if section.new:
            sections[section.name] = section.new
    for head in record.heads:
        if head.directory in heads:
            heads[head.directory] = head.new
    logs, stashes = _with_own_lines(repo, record, seen)
    kept = msgspec.structs.replace(
        seen, refs=refs, sections=sections, heads=heads, logs=logs, stash_log=stashes, when=now
    )
    remember(repo, kept)


def _with_own_lines(repo: Repository, record: Record, seen: Seen) -> tuple[dict[str, int], str]:
    """Gives how long HEAD's logs are, and the stash's log, with what the act has written there."""
    logs, stashes = dict(seen.logs), seen.stash_log
    for note in planned_logs(repo, record):
        path = str(repo.common_dir / note.file)
        if note.target == STASH.decode():
            stashes = (note.added or "") if note.whole or note.added is None else stashes + note.added
        elif note.added is not None and not note.whole and logs.get(path, 0) == (note.size or 0):
            # Where the terminal was quicker, the next look has to begin before its lines.
            logs[path] = (note.size or 0) + len(raw(note.added))
    return logs, stashes
