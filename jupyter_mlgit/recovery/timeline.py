"""Reads the reflog of HEAD or of a branch as a story: newest first, page by page, a rebase as one entry."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec
from msgspec import Meta

from jupyter_mlgit.git.objects import MissingObject
from jupyter_mlgit.git.reflog import LogEntry, is_zero, read_log
from jupyter_mlgit.git.refs import HEADS, is_valid_name
from jupyter_mlgit.journal.file_work import here
from jupyter_mlgit.journal.records import raw, read_records
from jupyter_mlgit.journal.seen import STASH
from jupyter_mlgit.journal.stash_files import head_of
from jupyter_mlgit.problems import BadRequest, BranchNotFound, DamagedRepository
from jupyter_mlgit.values import Value, argument, moment, visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context
    from jupyter_mlgit.journal.records import Record

_REBASING = re.compile(
    rb"(?:rebase|pull)\b[^:]*"
    rb"(?:\((?:start|pick|reword|edit|squash|fixup|continue|merge|label|reset)\)|: fast-forward\Z)"
)
_REBASE_START = re.compile(rb"(?:rebase|pull)\b[^:]*\(start\)")
_REBASED = re.compile(rb"(?:rebase|pull)\b[^:]*\((?:finish|abort)\)")
_CAME_FROM = re.compile(rb"checkout: moving from (?P<left>\S+) to |Branch: renamed (?P<renamed>refs/heads/\S+) to ")
_STASHED = b"reset: moving to HEAD"
_MOST_STASHES = 50
_PLACE = re.compile(r"[0-9]{1,12}\Z")
_ACTIONS = (
    (b"commit (amend)", "amend"),
    (b"commit", "commit"),
    (b"checkout", "checkout"),
    (b"reset", "reset"),
    (b"rebase", "rebase"),
    (b"merge", "merge"),
    (b"pull", "pull"),
    (b"cherry-pick", "cherry-pick"),
    (b"revert", "revert"),
    (b"clone", "clone"),
    (b"Branch: renamed", "rename"),
    (b"branch", "branch"),
    (b"mlgit", "undo"),
)


class TimelineRequest(Value):
    """Asks for a page of a reflog."""

    n: Annotated[
        int, Meta(ge=1, le=1000, description="How many entries.", extra=argument(flag="-n", metavar="COUNT"))
    ] = 50
    ref: Annotated[str, Meta(description="HEAD or a branch.", extra=argument(metavar="REF"))] = "HEAD"
    after: Annotated[str | None, Meta(description="The 'next' of the page before.", extra=argument(metavar="NEXT"))] = (
        None
    )


class TimelineStep(Value):
    """One line of the reflog within an entry."""

    when: str
    old: str | None
    new: str | None
    message: str


class TimelineEntry(Value):
    """One thing that happened to the ref."""

    when: str
    ref: str
    old: str | None
    """Null where there was nothing before."""
    new: str | None
    """Null where there is nothing after."""
    action: str
    """``commit``, ``amend``, ``checkout``, ``reset``, ``rebase``, ``merge``, ``undo`` and so on, or ``update``. It is
    ``stash`` where that is known to be behind the reset that git logs."""
    message: str
    """git's own words; of a stash those of its list."""
    operation: str | None
    """The operation that the log of operations has for it."""
    steps: list[TimelineStep]
    """The lines of a rebase, oldest first; empty for everything else."""


class Timeline(Value):
    """A page of a reflog, newest first."""

    entries: list[TimelineEntry]
    skipped: int
    """Lines that could not be read."""
    next: str | None
    """Where the next page goes on; null at the end."""


def read_timeline(repo: Repository, request: TimelineRequest, context: Context) -> Timeline:
    """Gives a page of a ref's story.

    Raises:
        BranchNotFound: if there is neither such a ref nor a log of it.
        BadRequest: if ``after`` is not what an earlier page gave.
    """
    del context
    ref = _ref(repo, request.ref)
    log = read_log(repo, ref)
    end = len(log.entries)
    if request.after is not None:
        if not _PLACE.match(request.after) or int(request.after) > end:
            raise BadRequest("'after' does not name a place in this log.", "Begin again with the first page.")
        end = int(request.after)
    acts = _Acts(repo, ref)
    stashed = _stashed(repo, log.entries) if ref == b"HEAD" else {}
    entries: list[TimelineEntry] = []
    shown = visible(ref.removeprefix(HEADS))
    # The newer lines are gone through as well: the moves of HEAD are told apart by their order.
    place = len(log.entries)
    while place > 0 and len(entries) < request.n:
        start = max(_begin(log.entries, place), end if place > end else 0)
        lines = log.entries[start:place]
        operation = acts.behind(lines[0], lines[-1])
        if place <= end:
            push = stashed.get(start)
            entries.append(_entry(shown, lines, operation) if push is None else _pushed(shown, lines[0], push))
        place = start
    return Timeline(entries=entries, skipped=log.skipped, next=str(place) if place else None)


class _Acts:
    """The acts of the log of operations, as the lines of one ref's reflog find them."""

    def __init__(self, repo: Repository, ref: bytes) -> None:
        self._of_head = ref == b"HEAD"
        self._branch = repo.refs.head().ref if self._of_head else ref
        """What the ref's moves are recorded under: for HEAD, the branch that was checked out at the time."""
        self._moves: dict[tuple[bytes | None, str | None, str | None], list[Record]] = {}
        """By name, and by where it came from and went to; the newest last. HEAD's own have no name."""
        place = here(repo) if self._of_head else None
        for record in read_records(repo):
            for change in record.refs:
                self._moves.setdefault((change.raw, change.old, change.new), []).append(record)
            for head in record.heads:
                if head.directory == place:
                    self._moves.setdefault((None, head.old_commit, head.new_commit), []).append(record)

    def behind(self, first: LogEntry, last: LogEntry) -> str | None:
        """Gives the act behind an entry; the entries are asked for from the newest on.

        A ref comes by the same commits again and again. An act of ours has the line's time; one of the terminal is
        noticed after it.
        """
        old, new = _shown(first.old), _shown(last.new)
        found = self._newest(None, old, new, last.time) or self._newest(self._branch, old, new, last.time)
        came = _CAME_FROM.match(first.message) if self._of_head else None
        if came:
            self._branch = came["renamed"] or HEADS + came["left"]
        return found

    def _newest(self, name: bytes | None, old: str | None, new: str | None, time: int) -> str | None:
        records = self._moves.get((name, old, new), [])
        for place in reversed(range(len(records))):
            record = records[place]
            if time == int(record.when) or (time < record.when and record.source == "terminal"):
                return records.pop(place).id
        return None


class _Push(NamedTuple):
    """A stash that was made where HEAD's log has a reset to where HEAD is."""

    time: int
    head: bytes
    words: str
    operation: str | None


def _stashed(repo: Repository, entries: list[LogEntry]) -> dict[int, _Push]:
    """Finds the lines that ``git stash`` has left in HEAD's log: it resets to where HEAD is, once the stash is made."""
    found: dict[int, _Push] = {}
    places = [place for place, one in enumerate(entries) if one.message == _STASHED and one.old == one.new]
    for push in _pushes(repo) if places else ():
        fits = (one for one in places if entries[one].new == push.head and entries[one].time >= push.time)
        place = next((one for one in fits if one not in found), None)
        if place is not None:
            found[place] = push
    return found


def _pushes(repo: Repository) -> list[_Push]:
    """Gives the stashes that were pushed here, oldest first: those on the list, and those that an act is known of."""
    known: dict[str, _Push] = {}
    if len(repo.refs.worktrees()) <= 1:
        for entry in read_log(repo, STASH).entries[-_MOST_STASHES:]:
            with contextlib.suppress(MissingObject, DamagedRepository):
                if head := head_of(repo, entry.new):
                    known[entry.new.decode()] = _Push(entry.time, head, visible(entry.message), None)
    for record in read_records(repo):
        edits = record.stashes.edits if record.stashes is not None else None
        if record.kind == "stash-push" and edits is not None and edits.directory == here(repo):
            known[edits.commit] = _Push(edits.time, edits.head.encode(), visible(raw(edits.words)), record.id)
    return sorted(known.values(), key=lambda one: one.time)


def _ref(repo: Repository, name: str) -> bytes:
    if name == "HEAD":
        return b"HEAD"
    given = name.encode("utf-8", "surrogateescape") if _is_text(name) else b""
    for ref in (HEADS + given, given, b"refs/" + given, b"refs/remotes/" + given):
        is_ref = ref.startswith(b"refs/") and is_valid_name(ref)
        if is_ref and (repo.refs.read(ref) is not None or repo.refs.log_path(ref).is_file()):
            return ref
    # A name with bytes that are no text is known by how it is shown, where that is unmistakable.
    alike = [ref for ref in repo.refs.all() if ref.startswith(HEADS) and visible(ref.removeprefix(HEADS)) == name]
    if len(alike) == 1:
        return alike[0]
    raise BranchNotFound(f"There is no branch '{name}' here.", "Choose one of: jupyter mlgit branches.")


def _is_text(name: str) -> bool:
    """Tells whether a name stands for bytes at all; half a UTF-16 character does not."""
    try:
        name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


def _begin(entries: list[LogEntry], end: int) -> int:
    """Finds where the entry that ends before ``end`` begins: a rebase takes all its lines.

    Between its start and its finish stand also the commits that a person made while it had stopped.
    """
    last = entries[end - 1].message
    finished = bool(_REBASED.match(last))
    if not (finished or _REBASING.match(last)):
        return end - 1
    together = end - 1
    whole = True
    for start in range(end - 2, -1, -1):
        message = entries[start].message
        if _REBASED.match(message) or message.startswith(b"checkout: "):
            break
        whole = whole and bool(_REBASING.match(message))
        if whole:
            together = start
        elif not finished:
            break
        if _REBASE_START.match(message):
            return start
    return together


def _entry(shown: str, lines: list[LogEntry], operation: str | None) -> TimelineEntry:
    first, last = lines[0], lines[-1]
    return TimelineEntry(
        when=moment(last.time, last.zone),
        ref=shown,
        old=_shown(first.old),
        new=_shown(last.new),
        action=next((word for start, word in _ACTIONS if last.message.startswith(start)), "update"),
        message=visible(last.message),
        operation=operation,
        steps=[_step(line) for line in lines] if len(lines) > 1 else [],
    )


def _pushed(shown: str, line: LogEntry, push: _Push) -> TimelineEntry:
    entry = _entry(shown, [line], push.operation)
    return msgspec.structs.replace(entry, action="stash", message=push.words)


def _step(line: LogEntry) -> TimelineStep:
    return TimelineStep(
        when=moment(line.time, line.zone), old=_shown(line.old), new=_shown(line.new), message=visible(line.message)
    )


def _shown(oid: bytes) -> str | None:
    return None if is_zero(oid) else oid.decode()
