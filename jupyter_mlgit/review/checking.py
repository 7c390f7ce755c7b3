"""Looks at the files of a comparison for what deserves a second look, and remembers what both contents of each said.

A file is asked about one at a time, but whether something only moved is seen in all of them: where something went or
came, the other sources of the comparison are looked at too. All of it is remembered, so that it costs once.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING

from jupyter_mlgit.git.kinds import kind_by_name
from jupyter_mlgit.git.objects import MissingObject
from jupyter_mlgit.git.tree_changes import GITLINK, SYMLINK
from jupyter_mlgit.notebooks.document import read_document
from jupyter_mlgit.problems import NotebookInvalid, TooLarge
from jupyter_mlgit.review.differences import moved_between
from jupyter_mlgit.review.reading import Cells, FileChange
from jupyter_mlgit.review.sides import read_version, size_of
from jupyter_mlgit.review.warnings import LARGE_FILE, RULES, Examined, ReviewWarning, examine
from jupyter_mlgit.values import visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.diff import FilePair, Version
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.git.status import StatusCache

LARGEST_SOURCE = 200_000
"""Bytes of a text, or of the code of a notebook, that is looked into."""
LARGEST_NOTEBOOK = 50 * 2**20
"""Bytes of a notebook, outputs and all."""
REMEMBERED = 500
"""Files of which it is remembered what they said."""
MOST_OTHERS = 300
"""Sources of the same comparison that are looked at for where something went."""

_UNPARSED = "it is no Python of our day, now or before"

_SOURCES = (b".py", b".pyw", b".ipynb")

Contents = tuple[bytes, bytes]
"""A file on both sides; nothing where it is not there."""


class Checker:
    """Looks at the files of one comparison."""

    def __init__(self, repo: Repository, status: StatusCache, pairs: list[FilePair]) -> None:
        """Keeps what is compared, and all files that differ, for what only moved between them."""
        self.unread: dict[str, str] = {}
        """Sources that could not be looked into, each with the reason."""
        self._repo, self._status, self._pairs = repo, status, pairs
        self._found: dict[bytes, Examined] = {}

    @cached_property
    def settings(self) -> tuple[frozenset[str], tuple[str, ...]]:
        """The rules that ``mlgit.silencedWarnings`` silences, and what it names that is no rule."""
        named = {visible(value).strip() for value in self._repo.config.every("mlgit", "silencedWarnings")} - {""}
        return frozenset(named & RULES.keys()), tuple(sorted(named - RULES.keys()))

    def add(self, pair: FilePair, contents: Contents | None) -> None:
        """Looks at a file.

        Args:
            pair: the file.
            contents: its content on both sides; None where it is too large or can't be read.
        """
        self._found[pair.path] = self._examined(pair, contents)

    def read_and_add(self, pair: FilePair) -> None:
        """Reads a file and looks at it."""
        self.add(pair, self._read(pair))

    def told(self) -> dict[str, tuple[ReviewWarning, ...]]:
        """Gives what there is to tell of the files that were looked at, by path."""
        silenced, _ = self.settings
        moved = self._moved() if any(name for one in self._found.values() for name, _ in one.warnings) else frozenset()
        return {visible(path): told for path, one in self._found.items() if (told := one.told(moved, silenced))}

    def _moved(self) -> frozenset[str]:
        examined = [one.moves for one in self._found.values()]
        others = [one for one in self._pairs if one.path not in self._found and one.path.endswith(_SOURCES)]
        examined += [self._examined(pair, self._read(pair)).moves for pair in others[:MOST_OTHERS]]
        return moved_between(examined)

    def _read(self, pair: FilePair) -> Contents | None:
        if kind_by_name(pair.path) in {"binary", "image"}:
            return None
        most = LARGEST_NOTEBOOK if kind_by_name(pair.path) == "notebook" else LARGEST_SOURCE
        sides = (pair.old, pair.new)
        try:
            old, new = (read_version(self._repo, self._status, side, most)[0] if side else b"" for side in sides)
        except (TooLarge, MissingObject, OSError):
            return None
        return old, new

    def _examined(self, pair: FilePair, contents: Contents | None) -> Examined:
        if pair.new is not None and pair.new.mode in {GITLINK, SYMLINK}:
            return Examined((), ())
        size = self._size(pair)
        memory = _memory(self._repo)
        sides = enumerate((pair.old, pair.new))
        key = (pair.path, size, *((place, _name(one, contents and contents[place])) for place, one in sides if one))
        known = memory.pop(key, None)
        if known is None:
            change, reason = _change(pair, contents, size)
            examined = examine(change)
            known = examined, reason if examined.is_parsed else _UNPARSED
        memory[key] = known
        while len(memory) > REMEMBERED:
            memory.popitem(last=False)
        found, reason = known
        if pair.path.endswith(_SOURCES):
            if contents is None:
                reason = self._why_not_read(pair)
            if reason is not None:
                self.unread[visible(pair.path)] = reason
        return found

    def _why_not_read(self, pair: FilePair) -> str:
        sizes = [size_of(self._repo, side) for side in (pair.old, pair.new) if side]
        if None in sizes:
            return "it can't be read"
        return _too_large(pair, max(size or 0 for size in sizes))

    def _size(self, pair: FilePair) -> int | None:
        """Gives how large a file has become; None if it was too large before."""
        before = size_of(self._repo, pair.old) if pair.old else None
        if pair.new is None or (before is not None and before >= LARGE_FILE):
            return None
        return size_of(self._repo, pair.new)


def _memory(repo: Repository) -> OrderedDict[tuple[object, ...], tuple[Examined, str | None]]:
    known = repo.memory.get("warnings")
    if not isinstance(known, OrderedDict):
        known = repo.memory["warnings"] = OrderedDict()
    return known


def _name(version: Version, content: bytes | None) -> bytes:
    """Gives what another content has another of; nothing where it was not read."""
    if content is None:
        return b""
    return version.oid or blake2b(content, digest_size=20).digest()


def _too_large(pair: FilePair, size: int) -> str:
    if kind_by_name(pair.path) == "notebook":
        return f"it has {size / 2**20:,.0f} MB, and {LARGEST_NOTEBOOK // 2**20} MB are the limit"
    return f"it has {size / 1000:,.0f} kB, and {LARGEST_SOURCE // 1000} kB are the limit"


def _change(pair: FilePair, contents: Contents | None, size: int | None) -> tuple[FileChange, str | None]:
    """Gives what is looked into of a file, or with a blank one why nothing is, where that can be said of it."""
    path = visible(pair.path)
    blank = FileChange(path, None, None, size=size)
    if contents is None or kind_by_name(pair.path) in {"binary", "image"}:
        return blank, None
    old = contents[0] if pair.old else None
    new = contents[1] if pair.new else None
    if kind_by_name(pair.path) == "notebook":
        try:
            before, after = _code(old), _code(new)
        except NotebookInvalid:
            return blank, "it is no valid notebook, now or before"
        code = max(_length(before), _length(after))
        if code > LARGEST_SOURCE:
            return blank, f"it has {code / 1000:,.0f} kB of code, and {LARGEST_SOURCE // 1000} kB are the limit"
        return blank._replace(old_cells=before, new_cells=after), None
    longest = max(len(old or b""), len(new or b""))
    if longest > LARGEST_SOURCE:
        return blank, _too_large(pair, longest)
    return blank._replace(old=_text(old), new=_text(new)), None


def _text(content: bytes | None) -> str | None:
    return None if content is None else visible(content)


def _code(content: bytes | None) -> Cells | None:
    """Gives the code of a notebook of Python; of another language, none."""
    if content is None:
        return None
    document = read_document(content)
    if (document.language or "python").lower() not in {"python", "ipython"}:
        return ()
    return [(index, cell.source) for index, cell in enumerate(document.cells) if cell.kind == "code"]


def _length(cells: Cells | None) -> int:
    return sum(len(source) for _, source in cells or ())
