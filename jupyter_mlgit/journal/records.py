"""Keeps the operation log: one JSON line for each act, in ``.git/mlgit/operations.jsonl``.

A line is written only when its act is done. The last line may be cut off by a crash; it is passed over, and the act
it would have told of is in ``unfinished.json`` still.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from jupyter_mlgit.git.durable import append_durably, write_durably
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Source


T = TypeVar("T")

SNAPSHOT = "backup"
"""The kind of an act that keeps a copy of everything and changes nothing, so that there is nothing to take back."""


class RefRecord(Value, forbid_unknown_fields=False):
    """One ref before and after; the name is kept so that any bytes survive JSON."""

    name: str
    old: str | None
    new: str | None

    @property
    def raw(self) -> bytes:
        """The full name as git has it."""
        return os.fsencode(self.name)


class HeadRecord(Value, forbid_unknown_fields=False):
    """One worktree's HEAD before and after."""

    directory: str
    """Relative to the common directory; "." is the main worktree's."""
    old: str
    """The full name of a branch, or a commit when detached."""
    new: str
    old_commit: str | None = None
    """The commit that was checked out, when index and working files move too."""
    new_commit: str | None = None
    """The commit that they move to; None as well for a branch without commits."""

    @property
    def moves_files(self) -> bool:
        """Whether index and working files move; otherwise only the branch's name changes."""
        return self.old_commit is not None or self.new_commit is not None


class RegionRecord(Value, forbid_unknown_fields=False):
    """One place of a section in the configuration file, with its very bytes; see ``git/config_regions.py``."""

    text: str
    start: int
    before: str
    rest: int
    after: str


class SectionRecord(Value, forbid_unknown_fields=False):
    """One ``[branch "name"]`` section before and after; None where there is none."""

    name: str
    old: list[tuple[str, str]] | None
    new: list[tuple[str, str]] | None
    old_regions: list[RegionRecord] = []
    """How it was written, comments and all; kept as the act is carried out."""
    new_regions: list[RegionRecord] = []
    """How it is written when it comes back."""

    def inverse(self) -> SectionRecord:
        """Exchanges the sides."""
        return SectionRecord(
            name=self.name,
            old=self.new,
            new=self.old,
            old_regions=self.new_regions,
            new_regions=self.old_regions,
        )


class SettingRecord(Value, forbid_unknown_fields=False):
    """One variable of the repository's configuration before and after, such as ``gc.reflogExpire``."""

    section: str
    name: str
    old: list[str]
    """Its values in their order, the last of which counts; none where it is not set."""
    new: list[str]


class FileState(Value, forbid_unknown_fields=False):
    """What a hook's file is at one time."""

    content: str
    """The digest of its content, by which that is kept; see ``journal/hook_files.py``."""
    mode: int
    """Its permissions, or 0o120000 for a link, whose content is where it leads."""


class FileRecord(Value, forbid_unknown_fields=False):
    """One hook's file before and after; None where there is none."""

    folder: str
    """The folder of the hooks, relative to the common directory."""
    name: str
    old: FileState | None
    new: FileState | None


class GitFileRecord(Value, forbid_unknown_fields=False):
    """One small file of git's own before and after, such as ``MERGE_HEAD``; None where there is none."""

    file: str
    """A name below the common directory such as ``ORIG_HEAD`` or ``worktrees/x/MERGE_MSG``."""
    old: str | None
    new: str | None

    def inverse(self) -> GitFileRecord:
        """Exchanges the sides."""
        return GitFileRecord(file=self.file, old=self.new, new=self.old)


class StashedRecord(Value, forbid_unknown_fields=False):
    """A stash whose edits have gone from the working files onto the list, or from there into the files."""

    commit: str
    words: str
    """What the list calls it."""
    head: str
    """The commit that was checked out."""
    directory: str | None
    """The administrative folder of the worktree whose files changed; None where that is not known."""
    time: int
    """When it was put on the list; seconds since the epoch."""
    kept: list[str] = []
    """The paths whose staged changes index and files have kept, as with ``--keep-index``: there the edits leave what is
    staged, and not what HEAD has."""


class StashRecord(Value, forbid_unknown_fields=False):
    """The stash list before and after: its commits, oldest first."""

    old: list[str]
    new: list[str]
    edits: StashedRecord | None = None
    """The stash whose edits moved as well, by the terminal; of an act of ours the steps tell."""
    head: str | None = None
    """Of an act of ours, the commit that was checked out: its steps are edits of that."""


class Record(Value, forbid_unknown_fields=False):
    """One act, with all that is needed to take it back."""

    id: str
    when: float
    title: str
    kind: str
    source: str
    refs: list[RefRecord]
    heads: list[HeadRecord] = []
    sections: list[SectionRecord] = []
    settings: list[SettingRecord] = []
    files: list[FileRecord] = []
    git_files: list[GitFileRecord] = []
    worktree: str | None = None
    """The administrative folder, relative to the common directory, of the worktree whose index or files change; their
    steps are kept under the act's id. None where no act of ours has anything to do with them."""
    has_steps: bool = True
    """False where nothing has become of them, as in a soft reset; nothing is kept then that could grow old."""
    backup: str | None = None
    """The commit that holds what the act took from them; None where HEAD had it all."""
    logs: dict[str, str] = {}
    """Ref name → file in ``.git/mlgit/logs`` that holds the log which the act removed."""
    stashes: StashRecord | None = None
    """What became of the stash list, where stashes were taken from it or come back; the ref is its newest one."""
    undoes: str | None = None
    """The act that this one took back."""
    redoes: str | None = None
    """The act that this one did again."""

    @property
    def changes(self) -> bool:
        """Whether there is anything to take back.

        A reset to where everything is already has nothing, and the observer tells of acts that are only worth knowing.
        """
        moved = any(one.old != one.new for one in self.refs)
        ended = any(one.file.rpartition("/")[2] != "ORIG_HEAD" for one in self.git_files)
        here = self.worktree is not None and self.has_steps
        left = any((one.old, one.old_commit) != (one.new, one.new_commit) for one in self.heads)
        of_refs = moved or left or self.sections or self.stashes is not None
        return bool(of_refs or ended or here or self.settings or self.files)


def new_record(now: float, source: Source, title: str, kind: str, **parts: Any) -> Record:  # noqa: ANN401
    """Makes a record with an id of its own; ``parts`` are the fields of :class:`Record`."""
    parts.setdefault("refs", [])
    return Record(id=secrets.token_hex(6), when=now, title=title, kind=kind, source=source, **parts)


def text(raw: bytes | None) -> str | None:
    """Turns git's bytes into text that JSON carries, whatever they are; :func:`raw` turns it back."""
    return None if raw is None else os.fsdecode(raw)


def raw(carried: str) -> bytes:
    """Gives the bytes that :func:`text` has turned into text."""
    return os.fsencode(carried)


def setting_of(repo: Repository, section: str, name: str) -> list[str]:
    """Gives all values of a variable in the repository's own configuration, as a record keeps them."""
    wanted = name.lower().encode()
    return [os.fsdecode(value) for key, value in repo.config.values(section, None) if key.lower() == wanted]


def encode(record: Value) -> bytes:
    """Writes a value as one line of JSON; names that are not UTF-8 are carried as escapes."""
    import json

    return json.dumps(msgspec.to_builtins(record), ensure_ascii=True).encode() + b"\n"


def decode(line: bytes, kind: type[Any]) -> Any:  # noqa: ANN401 -- it gives what the caller names
    """Reads what :func:`encode` wrote.

    Raises:
        ValueError: if the line is not that.
    """
    import json

    return msgspec.convert(json.loads(line), kind)


_cache: dict[Path, tuple[tuple[int, int, int], bytes, list[Any]]] = {}
"""When a file was written, its size and number; its lines, without one that has no end; and what they say."""


def read_records(repo: Repository) -> list[Record]:
    """Gives all acts, oldest first; unreadable lines are passed over."""
    return read_lines(repo.ours / "operations.jsonl", Record)


def read_lines(path: Path, kind: type[T]) -> list[T]:
    """Gives the values in a file of one JSON line each; unreadable lines are passed over.

    The list is shared between callers and must not be changed. It is kept until the file changes.
    """
    try:
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        known, whole, found = _cache.get(path, (None, b"", []))
        if known == stamp:
            return found
        content = path.read_bytes() if stat.S_ISREG(status.st_mode) else b""
    except OSError:
        return []
    # Lines are added far more often than a file is written anew, and reading what they say is what takes the time.
    known_lines, found = (whole, [*found]) if content.startswith(whole) else (b"", [])
    for line in content[len(known_lines) :].splitlines():
        with contextlib.suppress(ValueError):
            found.append(decode(line, kind))
    if not content or content.endswith(b"\n"):
        _cache[path] = (stamp, content, found)
    return found


def append_record(repo: Repository, record: Record) -> None:
    """Adds an act that is done.

    Raises:
        OSError: if it cannot be written.
    """
    append_lines(repo.ours / "operations.jsonl", encode(record))


def append_lines(path: Path, lines: bytes) -> None:
    """Adds whole lines to a file of ours, behind a last one that a crash may have cut off.

    Raises:
        OSError: if they cannot be written.
    """
    if path.exists() and path.stat().st_size:
        with path.open("rb") as stream:
            stream.seek(-1, os.SEEK_END)
            if stream.read(1) != b"\n":
                lines = b"\n" + lines
    append_durably(path, lines)


def save_log(repo: Repository, record_id: str, number: int, content: bytes) -> str:
    """Keeps a reflog that an act is about to remove; gives the file's name."""
    name = f"{record_id}-{number}"
    write_durably(repo.ours / "logs" / name, content)
    return name


def saved_log(repo: Repository, name: str) -> bytes | None:
    """Gives a log that :func:`save_log` kept, or None when it is gone."""
    path = repo.ours / "logs" / name
    if "/" in name or name.startswith(".") or path.is_symlink() or not path.is_file():
        return None  # a planted link or pipe is no log of ours
    try:
        return path.read_bytes()
    except OSError:
        return None
