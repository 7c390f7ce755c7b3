"""Reads refs: loose files, packed-refs and the HEAD of every worktree.

A loose ref that holds no object name (a power cut leaves files of zero bytes) is not an error of the whole
repository: it is listed as broken, and recovery offers its last good tip. Nor are lines of ``packed-refs`` that are no
refs, or a HEAD that names nothing: what is left is read, :meth:`Refs.damage` says what was passed over, and the
repository is shown and not written to (``Repository.read_only``).
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_mlgit.git.objects import Oid
from jupyter_mlgit.problems import BadName, DamagedRepository

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_PART = 240
"""Bytes between two slashes of a new name: file systems take 255, and a lock's ``.lock`` has to fit."""
LONGEST = 1000
_MOST_PART, _MOST = 250, 3000
"""Longer names have never been those of a file, and asking the system about one is an error of its own."""

HEADS = b"refs/heads/"
TAGS = b"refs/tags/"
REMOTES = b"refs/remotes/"
OURS = b"refs/mlgit/"
PER_WORKTREE = (b"refs/bisect/", b"refs/worktree/", b"refs/rewritten/")

_HEX = re.compile(rb"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")
_FORBIDDEN = re.compile(rb"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(?:/|\Z)|\.\Z|/\Z|\A/|\A\.")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


@dataclass(frozen=True)
class Head:
    """Where HEAD points."""

    ref: bytes | None
    """The full name of the branch, or None when detached."""
    oid: Oid | None
    """The commit, or None when the branch is unborn."""


@dataclass(frozen=True)
class Worktree:
    """A linked worktree's administrative folder and what it has checked out."""

    directory: Path
    """``.git/worktrees/NAME`` (or the main worktree's git directory)."""
    path: str
    """The folder that a person works in, as far as git recorded it."""
    head: Head


def is_oid(text: bytes) -> bool:
    """Tells whether this is a full object name in lower-case hexadecimal."""
    return bool(_HEX.match(text))


def is_valid_name(name: bytes) -> bool:
    """Tells whether git accepts this full ref name (git-check-ref-format(1)), and file systems do."""
    if b"/" not in name or _FORBIDDEN.search(name):
        return False
    return len(name) <= _MOST_PART or (len(name) <= _MOST and max(map(len, name.split(b"/"))) <= _MOST_PART)


def branch_ref(name: str) -> bytes:
    """Gives the full ref name for a branch that is to be made.

    Stricter than git where a name could be mistaken: no leading dash, not HEAD, and no control, bidirectional or
    zero-width characters, and no longer than a file system takes.

    Raises:
        BadName: naming what is wrong.
    """
    hint = "Choose another name: letters, digits, dots, dashes and single slashes are always fine."
    parts = name.encode("utf-8", "surrogatepass").split(b"/")
    if max(map(len, parts)) > LONGEST_PART or len(HEADS) + len(name.encode("utf-8", "surrogatepass")) > LONGEST:
        raise BadName(f"The name '{_plain(name[:40])}…' is too long for a file system.", "Choose a shorter name.")
    if any(unicodedata.category(char) in _INVISIBLE for char in name):
        raise BadName(f"The name {_plain(name)} holds characters that cannot be seen.", hint)
    ref = HEADS + os.fsencode(name)
    if not name or name.startswith("-") or name == "HEAD" or not is_valid_name(ref):
        raise BadName(f"'{name}' is not a name that git allows for a branch.", hint)
    return ref


def _plain(name: str) -> str:
    return "".join(f"\\u{ord(char):04x}" if unicodedata.category(char) in _INVISIBLE else char for char in name)


def short_name(ref: bytes) -> str:
    """Gives a ref's name as people say it: without ``refs/heads/``, ``refs/tags/`` or ``refs/remotes/``."""
    for prefix in (HEADS, TAGS, REMOTES):
        if ref.startswith(prefix):
            return ref[len(prefix) :].decode("utf-8", "replace")
    return ref.decode("utf-8", "replace")


def _leads_out(name: bytes) -> bool:
    """Tells whether git refuses the whole file for a line's name; others that are not valid it passes over."""
    first, *parts = name.split(b"/")
    return first != b"refs" or not parts or bool({b"", b".", b".."} & set(parts))


class Refs:
    """The refs of one repository as one worktree sees them; reads only."""

    def __init__(self, common_dir: Path, git_dir: Path, hex_length: int) -> None:
        """Names the places; nothing is read yet."""
        self.common_dir = common_dir
        self.git_dir = git_dir
        self._hex_length = hex_length
        self._packed: dict[bytes, Oid] = {}
        self._packed_stamp: tuple[int, int, int] | None = None
        self._not_packed = 0
        self._loose: dict[bytes, tuple[tuple[int, int, int], bytes]] = {}
        self.broken: set[bytes] = set()
        """Loose refs without an object name, as of the last :meth:`all`."""

    def path(self, name: bytes) -> Path:
        """Gives the file that a loose ref has or would have."""
        base = self.git_dir if name == b"HEAD" or name.startswith(PER_WORKTREE) else self.common_dir
        return base / os.fsdecode(name)

    def log_path(self, name: bytes) -> Path:
        """Gives the file of a ref's log."""
        base = self.git_dir if name == b"HEAD" or name.startswith(PER_WORKTREE) else self.common_dir
        return base / "logs" / os.fsdecode(name)

    def all(self) -> dict[bytes, Oid]:
        """Gives every ref below ``refs/`` with its object, symbolic refs followed; broken ones are left out."""
        self.broken = set()
        fresh: dict[bytes, tuple[tuple[int, int, int], bytes]] = {}
        for base in {self.common_dir, self.git_dir}:
            self._walk(os.fsencode(base / "refs"), b"refs", fresh)
        self._loose = fresh
        # Loose files first, as git does: what is packed meanwhile is then seen twice instead of never.
        found: dict[bytes, bytes] = dict(self.packed())
        symbolic: dict[bytes, bytes] = {}
        for name, (_, value) in fresh.items():
            if value.startswith(b"ref:"):
                symbolic[name] = value[4:].strip()
                found.pop(name, None)
            elif len(value) == self._hex_length and is_oid(value):
                found[name] = value
            else:
                self.broken.add(name)
                found.pop(name, None)
        for name, target in symbolic.items():
            for _ in range(5):
                if target not in symbolic:
                    break
                target = symbolic[target]  # noqa: PLW2901 -- following the chain is the point
            if target in found:
                found[name] = found[target]
        return {name: Oid(value) for name, value in found.items()}

    def packed(self) -> dict[bytes, Oid]:
        """Gives what ``packed-refs`` holds; lines that are not what git writes are left out, see :meth:`damage`."""
        path = self.common_dir / "packed-refs"
        try:
            status = path.stat()
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
            if stamp == self._packed_stamp:
                return self._packed
            content = _read_whole(path)
        except FileNotFoundError:
            self._packed, self._packed_stamp, self._not_packed = {}, None, 0
            return self._packed
        except OSError:
            self._packed, self._packed_stamp, self._not_packed = {}, None, 1
            return self._packed
        packed: dict[bytes, Oid] = {}
        *lines, rest = content.split(b"\n")
        skipped = 1 if rest else 0  # a line without an end may be half a name
        for line in lines:
            if not line or line[:1] in (b"#", b"^"):
                continue
            oid, _, name = line.partition(b" ")
            if len(oid) != self._hex_length or not is_oid(oid) or _leads_out(name):
                skipped += 1
            elif is_valid_name(name):
                packed[name] = Oid(oid)
        self._packed, self._packed_stamp, self._not_packed = packed, stamp, skipped
        return packed

    def damage(self) -> str | None:
        """Says in one sentence what of HEAD and ``packed-refs`` cannot be read and is passed over, or None."""
        self.packed()
        found = []
        if self._not_packed:
            lines = "a line of it is" if self._not_packed == 1 else f"{self._not_packed} lines of it are"
            found.append(f"{self.common_dir / 'packed-refs'} is damaged: {lines} not what git writes.")
        try:
            self.head_of(self.git_dir)
        except DamagedRepository as problem:
            found.append(problem.message)
        return " ".join(found) or None

    def is_symbolic(self, name: bytes) -> bool:
        """Tells whether a ref only names another one."""
        return (_content(self.path(name)) or b"").startswith(b"ref:")

    def target(self, name: bytes) -> bytes | None:
        """Gives the name of the ref that a symbolic one stands for, whether it is there or not; None for others."""
        value = _content(self.path(name)) or b""
        named = value[4:].strip() if value.startswith(b"ref:") else b""
        return named if is_valid_name(named) else None

    def read(self, name: bytes) -> Oid | None:
        """Gives a ref's object, symbolic refs followed, or None when there is none or it is broken."""
        for _ in range(6):
            value = _content(self.path(name))
            if value is None:
                return self.packed().get(name)
            if not value.startswith(b"ref:"):
                return Oid(value) if len(value) == self._hex_length and is_oid(value) else None
            name = value[4:].strip()
            if not is_valid_name(name):
                return None
        return None

    def head(self) -> Head:
        """Tells where HEAD points; one that is damaged (see :meth:`damage`) points nowhere."""
        try:
            return self.head_of(self.git_dir)
        except DamagedRepository:
            return Head(None, None)

    def worktrees(self) -> list[Worktree]:
        """Gives the main worktree's and every linked worktree's HEAD; damaged ones are left out."""
        found = []
        for directory in self.worktree_directories():
            named = _content(directory / "gitdir")
            path = os.fsdecode(named).removesuffix("/.git") if named else str(self.common_dir.parent)
            try:
                found.append(Worktree(directory, path, self.head_of(directory)))
            except DamagedRepository:
                continue
        return found

    def under_way(self, directory: Path) -> set[bytes]:
        """Gives the branches that a worktree is in the middle of rebasing or bisecting, though HEAD is detached."""
        found = set()
        for name in ("rebase-merge/head-name", "rebase-apply/head-name"):
            found.add(_content(directory / name) or b"")
        started_at = _content(directory / "BISECT_START")
        if started_at:
            found.add(started_at if started_at.startswith(HEADS) else HEADS + started_at)
        lines = (_content(directory / "rebase-merge/update-refs") or b"").splitlines()
        return {name for name in (*found, *lines[::3]) if name.startswith(HEADS)}

    def worktree_directories(self) -> list[Path]:
        """Gives the folders that hold a HEAD: the common directory, then one for each linked worktree."""
        linked = self.common_dir / "worktrees"
        try:
            return [self.common_dir, *sorted(entry for entry in linked.iterdir() if entry.is_dir())]
        except OSError:
            return [self.common_dir]

    def head_of(self, directory: Path) -> Head:
        """Tells where the HEAD of a worktree points, by its administrative folder.

        Raises:
            DamagedRepository: if HEAD is missing or holds neither a ref nor an object name.
        """
        value = _content(directory / "HEAD")
        with contextlib.suppress(OSError):
            # The form of git's first years: a link instead of "ref: ...".
            linked = os.fsencode((directory / "HEAD").readlink())
            value = b"ref: " + linked if linked.startswith(b"refs/") else value
        if value is not None and value.startswith(b"ref:"):
            ref = value[4:].strip()
            if ref.startswith(b"refs/") and is_valid_name(ref):
                return Head(ref, self.read(ref))
        elif value is not None and len(value) == self._hex_length and is_oid(value):
            return Head(None, Oid(value))
        raise DamagedRepository(
            f"{directory / 'HEAD'} is damaged: it names neither a branch nor a commit.",
            "Write 'ref: refs/heads/main' (or your branch) into it; the end of its log (logs/HEAD) tells which.",
        )

    def _walk(self, directory: bytes, name: bytes, found: dict[bytes, tuple[tuple[int, int, int], bytes]]) -> None:
        """Reads all files below a folder, however deep; what cannot be read is left out."""
        pending = [(directory, name)]
        while pending:
            here, prefix = pending.pop()
            try:
                with os.scandir(here) as listing:
                    entries = list(listing)
            except OSError:
                continue
            for entry in entries:
                full = prefix + b"/" + entry.name
                if entry.is_dir(follow_symlinks=False):
                    pending.append((entry.path, full))
                elif is_valid_name(full):
                    with contextlib.suppress(OSError):
                        one = self._read_loose(entry, full)
                        if one is not None:
                            found[full] = one

    def _read_loose(self, entry: os.DirEntry[bytes], full: bytes) -> tuple[tuple[int, int, int], bytes] | None:
        """Gives a ref's file with its stamp, from memory when it has not changed."""
        status = entry.stat()
        if not stat.S_ISREG(status.st_mode):
            return None  # reading a planted pipe would hold the server up
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        known = self._loose.get(full)
        if known is not None and known[0] == stamp:
            return known
        with open(entry.path, "rb") as stream:  # noqa: PTH123 -- the path is bytes
            return stamp, stream.read(4096).strip()


def _read_whole(path: Path) -> bytes:
    if not stat.S_ISREG(path.stat().st_mode):
        raise IsADirectoryError(path)
    return path.read_bytes()


def _content(path: Path) -> bytes | None:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return None if path.is_dir() else b""
        return path.read_bytes().strip()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except (OSError, ValueError):
        return b""
