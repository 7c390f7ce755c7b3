"""Collects what the repository's logs say of branch names: which commit a name held, when, and how we know.

A name's last tip often stands only in the *old* column of HEAD's log, in the line that left the branch. So HEAD's
log of every worktree is cut into stretches (``stretches.py``), and all positions in one are its branch's. The logs
that branches have themselves, and the words of merges, say the rest.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from jupyter_mlgit.git.objects import Oid
from jupyter_mlgit.git.reflog import head_logs, is_zero, read_log, read_log_file, refs_with_logs
from jupyter_mlgit.git.refs import HEADS, REMOTES, is_oid
from jupyter_mlgit.journal.stretches import RENAMED, Placed, Stretch, cut, in_order
from jupyter_mlgit.values import visible

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_mlgit.git.reflog import LogEntry
    from jupyter_mlgit.git.refs import Head
    from jupyter_mlgit.git.repository import Repository

Evidence = Literal["pinned", "left", "rebased", "merged", "renamed", "config", "dangling", "created-from", "fetched"]

_ARRIVED = re.compile(rb"checkout: moving from |(?:rebase|pull)\b.*: returning to |rebase: checkout ")
_FORWARD = re.compile(
    rb"commit(?: \((?:initial|merge|cherry-pick|rebase)\))?: |cherry-pick: |revert: |merge |pull\b[^(]*: "
)
_REBASED = re.compile(rb"rebase|pull\b.*\((?:finish|abort)\): ")
_MERGED = re.compile(rb"merge (\S+(?: \S+)*): (Fast-forward|Merge made by)")
_MERGE_SUBJECT = re.compile(
    rb"(?:commit \(merge\): )?Merge branch(?:es)? ('[^']+'(?:(?:, | and )'[^']+')*)(?: into .*)?\Z"
)
_QUOTED = re.compile(rb"'([^']+)'")
_CREATED = re.compile(rb"branch: Created from (\S+)\Z")
_NO_NAME = re.compile(rb"[~^:]|@\{|\A(?:HEAD|FETCH_HEAD|ORIG_HEAD|-|@)\Z|\A[0-9a-f]{7,64}\Z")


@dataclass(frozen=True)
class Sighting:
    """One commit that a name is known to have held."""

    name: bytes
    """The branch's short name."""
    tip: Oid
    time: int
    """Seconds since the epoch; never earlier than the line before it in the same log."""
    zone: int
    order: int
    """Position among the sightings of one log; later is newer where times are equal."""
    evidence: Evidence
    why: str
    """The line of the log that says so, in words."""
    amended: bool = False
    """Whether the name left this commit by ``commit --amend``."""
    log: str = ""
    """The log that says so; orders compare only within one."""
    noticed: float | None = None
    """When the loss was noticed, for a pin; seconds since the epoch."""


@dataclass(frozen=True)
class Renaming:
    """A branch's change of name."""

    new: bytes
    time: int
    order: int
    log: str


@dataclass
class Evidences:
    """All that the logs say."""

    sightings: list[Sighting] = field(default_factory=list)
    detached: list[Sighting] = field(default_factory=list)
    """Commits that HEAD left without a branch."""
    renamed: dict[bytes, list[Renaming]] = field(default_factory=dict)
    """Old name → what became of it."""
    skipped: int = 0
    """Lines that are not a reflog's."""


@dataclass(frozen=True)
class OwnLog:
    """What a branch's own log says of it, from its making on."""

    begins: int
    tips: frozenset[bytes]

    def denies(self, tip: bytes, time: int) -> bool:
        """Tells whether the branch can't have been at a commit, for its own log would say so."""
        return bool(self.tips) and time >= self.begins and tip not in self.tips


def collect(repo: Repository) -> Evidences:
    """Reads all logs of the repository."""
    found = Evidences()
    stretches: list[Stretch] = []
    refs = repo.refs.all()
    known = {name.removeprefix(HEADS) for name in refs if name.startswith(HEADS)}
    known |= set(repo.config.subsections("branch"))
    heads = {tree.directory: tree.head for tree in repo.refs.worktrees()}
    for path in head_logs(repo):
        log = read_log_file(path)
        # A folder or a link to nowhere in its place is no empty log: something cannot be read, and that is said.
        odd = not log.entries and not log.skipped and os.path.lexists(path) and not path.is_file()
        found.skipped += log.skipped + odd
        pieces = cut(str(path), log.entries)
        _end_here(repo, pieces[-1], heads.get(path.parent.parent))
        for stretch in pieces:
            known.update(name for name in (stretch.left_as, stretch.certain and stretch.opened_as) if name)
        stretches += pieces
    own: dict[bytes, OwnLog] = {}
    for name in refs_with_logs(repo):
        if name.startswith(HEADS):
            short = name.removeprefix(HEADS)
            known.add(short)
            own[short] = _from_own_log(repo, found, name)
    remotes = {*repo.config.subsections("remote"), *(name.split(b"/")[2] for name in refs if name.startswith(REMOTES))}
    for stretch in stretches:
        _from_stretch(repo, found, stretch, known, own)
        _from_remote(found, stretch, remotes, refs)
    return found


def merged_names(message: bytes) -> list[bytes]:
    """Gives the branches that a merge commit's subject names: ``Merge branches 'a' and 'b'``."""
    subject = _MERGE_SUBJECT.match(message)
    return _QUOTED.findall(subject[1]) if subject else []


def _end_here(repo: Repository, stretch: Stretch, head: Head | None) -> None:
    """Notes where HEAD is now as the end of the last stretch."""
    if stretch.end != "here":
        return
    if head is None:
        stretch.left_as = stretch.opened_as if stretch.certain else None
    elif head.ref is None:
        stretch.end = "detached"
    elif head.ref.startswith(HEADS):
        stretch.left_as = head.ref.removeprefix(HEADS)
        stretch.last = head.oid or Oid(repo.zero)


def _from_stretch(
    repo: Repository, found: Evidences, stretch: Stretch, known: set[bytes], own: dict[bytes, OwnLog]
) -> None:
    """Turns one stretch of HEAD's log into sightings."""
    for order, entry in stretch.entries:
        _from_merge(repo, found, stretch.log, order, entry)
        if renamed := RENAMED.match(entry.message):
            _note_renaming(found, renamed, entry, order, stretch.log)
    for name, entries, then in stretch.shares(known):
        before = len(found.sightings)
        _positions(found, name, stretch.log, entries, then)
        if name != stretch.left_as and name in own:
            # HEAD may have been detached when it arrived by this name.
            noted = found.sightings[before:]
            found.sightings[before:] = [one for one in noted if not own[name].denies(one.tip, one.time)]
    if stretch.closing is None:
        return
    order, entry = stretch.closing
    if is_zero(entry.old):
        return
    holder, why = stretch.holder(known), visible(entry.message)
    if stretch.end == "rebased" and holder in own and own[holder].denies(entry.old, entry.time):
        return  # what was rebased was a detached HEAD that had begun at the branch
    if holder is not None:
        evidence: Evidence = "renamed" if RENAMED.match(entry.message) else "left"
        if stretch.end == "rebased":
            evidence = "rebased"
        found.sightings.append(
            Sighting(holder, entry.old, entry.time, entry.zone, order, evidence, why, log=stretch.log)
        )
    elif stretch.end == "detached":
        found.detached.append(Sighting(b"", entry.old, entry.time, entry.zone, order, "left", why, log=stretch.log))


def _from_remote(found: Evidences, stretch: Stretch, remotes: set[bytes], refs: dict[bytes, Oid]) -> None:
    """Notes a remote branch that was checked out by its name and that is gone since."""
    name = stretch.opened_as
    if name is None or stretch.end == "left" or not stretch.entries:
        return
    if name.partition(b"/")[0] in remotes and REMOTES + name not in refs:
        order, entry = stretch.entries[0]
        found.sightings.append(
            Sighting(name, entry.new, entry.time, entry.zone, order, "left", visible(entry.message), log=stretch.log)
        )


def _positions(found: Evidences, name: bytes, log: str, entries: list[Placed], then: Oid | None) -> None:
    """Notes where a branch was over some entries of a log.

    Only places that nothing later in the log leads on from are noted: the last one, and those before a move that is
    no step forward.

    Args:
        found: takes the sightings.
        name: the branch.
        log: the file.
        entries: with their positions in the log, oldest first.
        then: where it was after the last entry, when another line says so.
    """
    for index, (order, entry) in enumerate(entries):
        message = entry.message
        why = visible(message)
        evidence: Evidence = "renamed" if RENAMED.match(message) else "rebased" if _REBASED.match(message) else "left"
        if not (_FORWARD.match(message) or _ARRIVED.match(message) or is_zero(entry.old)):
            before = f"before “{why}”" if why else "before its ref was removed"
            amended = message.startswith(b"commit (amend)")
            # Just older than what this entry led to, so that the newer of the two wins.
            found.sightings.append(
                Sighting(name, entry.old, entry.time, entry.zone, order - 1, evidence, before, amended, log)
            )
        following = entries[index + 1][1].old if index + 1 < len(entries) else then
        if following != entry.new and not is_zero(entry.new):
            found.sightings.append(Sighting(name, entry.new, entry.time, entry.zone, order, evidence, why, log=log))


def _from_merge(repo: Repository, found: Evidences, log: str, order: int, entry: LogEntry) -> None:
    """Notes the branches that an entry says were merged, at their tips."""
    if is_zero(entry.new):
        return
    merged = _MERGED.match(entry.message)
    if merged and merged[2] == b"Fast-forward":
        pairs = [(merged[1], entry.new)]
    else:
        names = merged[1].split(b" ") if merged else merged_names(entry.message)
        # An octopus drops the commit it began at when that is an ancestor of the others.
        parents = [parent for parent in repo.graph.parents(entry.new) if parent != entry.old] if names else []
        pairs = list(zip(names, map(Oid, parents), strict=True)) if len(names) == len(parents) else []
    for name, tip in pairs:
        if not _NO_NAME.search(name):
            found.sightings.append(
                Sighting(name, tip, entry.time, entry.zone, order, "merged", visible(entry.message), log=log)
            )


def _from_own_log(repo: Repository, found: Evidences, ref: bytes) -> OwnLog:
    """Notes where a branch's own log says it was, and the branch that it was made from."""
    log = read_log(repo, ref)
    found.skipped += log.skipped
    name, path = ref.removeprefix(HEADS), str(repo.refs.log_path(ref))
    entries: list[Placed] = []
    for order, entry in enumerate(in_order(log.entries)):
        created = _CREATED.match(entry.message)
        if created and not _NO_NAME.search(created[1]):
            source = created[1].removeprefix(HEADS)
            why = f"{visible(name)} was made from it"
            found.sightings.append(
                Sighting(source, entry.new, entry.time, entry.zone, -1, "created-from", why, log=path)
            )
        if renamed := RENAMED.match(entry.message):
            _note_renaming(found, renamed, entry, order, path)
        entries.append((order, entry))
    _positions(found, name, path, entries, None)
    columns = frozenset(tip for _, entry in entries for tip in (entry.old, entry.new))
    return OwnLog(entries[0][1].time if entries else 0, columns)


def _note_renaming(found: Evidences, renamed: re.Match[bytes], entry: LogEntry, order: int, log: str) -> None:
    found.renamed.setdefault(renamed[1], []).append(Renaming(renamed[2], entry.time, order, log))


def fetched_tips(repo: Repository) -> list[tuple[bytes, Oid]]:
    """Gives the branches that ``FETCH_HEAD`` names, with what was fetched of each."""
    path: Path = repo.git_dir / "FETCH_HEAD"
    try:
        lines = path.read_bytes().splitlines() if path.is_file() else []  # a planted pipe would hold us up
    except OSError:
        return []
    pairs = []
    for line in lines:
        oid, _, rest = line.partition(b"\t")
        name = re.search(rb"branch '([^']+)' of ", rest)
        if name and is_oid(oid):
            pairs.append((name[1], Oid(oid)))
    return pairs
