"""Reads git's configuration: system, global and repository files, and those they include.

Reading runs nothing. What a program's name in it would run is for ``trust.py`` and the person to judge.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlgit.git.config_files import Reading, Stamp, expanded, stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.git.config_syntax import Variable

Key = tuple[bytes, bytes | None, bytes]
Stamps = tuple[Stamp, ...]

_TRUE = (b"true", b"yes", b"on")
_FALSE = (b"false", b"no", b"off", b"")
_UNITS = {b"k": 2**10, b"m": 2**20, b"g": 2**30}


def global_files() -> list[Path]:
    """Gives the files that git reads before a repository's own, weakest first (git-config(1), FILES)."""
    files: list[Path] = []
    if as_flag(os.fsencode(os.environ.get("GIT_CONFIG_NOSYSTEM", "false"))) is not True:
        files.append(Path(os.environ.get("GIT_CONFIG_SYSTEM", "/etc/gitconfig")))
    named = os.environ.get("GIT_CONFIG_GLOBAL")
    if named is not None:
        return [*files, Path(named)]
    home = expanded("~")
    base = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    return [*files, base / "git" / "config", home / ".gitconfig"]


def as_flag(value: bytes) -> bool | None:
    """Reads a boolean as git does, numbers included; None when it is none."""
    text = value.lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    number = as_number(text)
    return None if number is None else number != 0


def as_number(value: bytes) -> int | None:
    """Reads a whole number as git does, with ``k``, ``m`` or ``g`` behind it; None when it is none."""
    text = value.strip().lower()
    factor = _UNITS.get(text[-1:], 1)
    try:
        return int(text[:-1] if factor > 1 else text) * factor
    except ValueError:
        return None


class Config:
    """The merged configuration of one repository, read again when one of its files changes."""

    def __init__(self, common_dir: Path, git_dir: Path) -> None:
        """Names the files; nothing is read until a value is asked for."""
        self.path = common_dir / "config"
        self._git_dir = git_dir
        self._stamp: Stamps | None = None
        self._consulted: list[Path] = []
        self._merged: dict[Key, list[bytes]] = {}
        self._protected: dict[Key, list[bytes]] = {}
        self._is_linked = git_dir != common_dir
        self._own: list[Variable] = []
        self._worktree: list[Variable] | None = None
        self._local: list[Variable] = []
        self._held = 0

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Looks at the files once and not again within the block, for a reader that asks thousands of times."""
        self._refresh()
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1

    def get(self, section: str, name: str, subsection: bytes | None = None) -> bytes | None:
        """Gives the strongest value, or None when it is not set; a name without a value is ``true``.

        Raises:
            DamagedRepository: if a file cannot be parsed.
        """
        found = self.every(section, name, subsection)
        return found[-1] if found else None

    def flag(self, section: str, name: str, *, default: bool = False) -> bool:
        """Gives a boolean value as git reads it; what is none counts as not set."""
        value = self.get(section, name)
        found = None if value is None else as_flag(value)
        return default if found is None else found

    def every(self, section: str, name: str, subsection: bytes | None = None) -> list[bytes]:
        """Gives all values of a variable that may stand more than once, the strongest last."""
        self._refresh()
        return list(self._merged.get(_key(section, name, subsection), ()))

    def protected(self, section: str, name: str) -> list[bytes]:
        """Gives the values from outside the repository alone (git's "protected configuration"), the strongest last."""
        self._refresh()
        return list(self._protected.get(_key(section, name, None), ()))

    def subsections(self, section: str) -> Iterator[bytes]:
        """Yields the names in ``[section "name"]`` headers of the repository's own files, in their order."""
        self._refresh()
        seen = set()
        for one in self._local:
            name = one.header.subsection
            if one.header.section == section.lower().encode() and name is not None and name not in seen:
                seen.add(name)
                yield name

    def values(self, section: str, subsection: bytes | None) -> list[tuple[bytes, bytes]]:
        """Gives the variables of ``[section "subsection"]`` (or ``[section]``) in the repository's ``config``."""
        self._refresh()
        wanted = (section.lower().encode(), subsection)
        found = [one for one in self._own if (one.header.section, one.header.subsection) == wanted]
        return [(one.name, _text(one)) for one in found]

    def format(self, section: str, name: str) -> bytes | None:
        """Gives what the repository's ``config`` itself, without includes, says of its format."""
        found = [value for key, value in self.values(section, None) if key.lower() == name.lower().encode()]
        return found[-1] if found else None

    def layout(self, name: str) -> bytes | None:
        """Gives ``core.bare`` or ``core.worktree`` as far as they speak of this worktree (git-worktree(1))."""
        self._refresh()
        if self._is_linked and self._worktree is None:
            return None
        wanted = _key("core", name, None)
        found = [_text(one) for one in [*self._own, *(self._worktree or ())] if one.key == wanted]
        return found[-1] if found else None

    def local(self) -> list[tuple[bytes, bytes | None, bytes, bytes]]:
        """Gives section, subsection, name in lower case and value of all that the repository itself says.

        That is its ``config``, what that includes, and a worktree's own file.
        """
        self._refresh()
        return [(*one.key, _text(one)) for one in self._local]

    def _refresh(self) -> None:
        if self._held and self._stamp is not None:
            return
        if self._stamp is not None and self._stamp == tuple(stamp(path) for path in self._consulted):
            return
        self._stamp = None
        reading = Reading(self._git_dir)
        protected = self._read(reading)
        if reading.asks_for_remotes:
            remotes = [_text(one) for one in [*protected, *self._local] if _is_url(one)]
            reading = Reading(self._git_dir, remotes)
            protected = self._read(reading)
        self._protected = _by_key(protected)
        self._merged = _by_key([*protected, *self._local])
        for key, value in _from_environment():
            for table in (self._protected, self._merged):
                table.setdefault(key, []).append(value)
        self._consulted = reading.consulted
        self._stamp = tuple(reading.stamps)

    def _read(self, reading: Reading) -> list[Variable]:
        """Reads the repository's files and gives what the others say."""
        protected = [one for path in global_files() for one in reading.read(path)]
        self._own = reading.read_own(self.path, required=True)
        self._local = reading.expand(self._own, self.path)
        self._worktree = None
        last = [one.value for one in self._own if one.key == (b"extensions", None, b"worktreeconfig")][-1:]
        if any(value is None or as_flag(value) for value in last):
            path = self._git_dir / "config.worktree"
            self._worktree = reading.read_own(path, required=True)
            self._local = self._local + reading.expand(self._worktree, path)
        return protected


def _key(section: str, name: str, subsection: bytes | None) -> Key:
    return section.lower().encode(), subsection, name.lower().encode()


def _by_key(variables: list[Variable]) -> dict[Key, list[bytes]]:
    found: dict[Key, list[bytes]] = {}
    for one in variables:
        found.setdefault(one.key, []).append(_text(one))
    return found


def _text(one: Variable) -> bytes:
    return b"true" if one.value is None else one.value


def _is_url(one: Variable) -> bool:
    section, subsection, name = one.key
    return section == b"remote" and subsection is not None and name == b"url"


def _from_environment() -> Iterator[tuple[Key, bytes]]:
    """Yields the settings in ``GIT_CONFIG_KEY_0`` and so on (git-config(1), ENVIRONMENT)."""
    count = as_number(os.fsencode(os.environ.get("GIT_CONFIG_COUNT", "0"))) or 0
    for number in range(min(count, 1000)):
        key = os.fsencode(os.environ.get(f"GIT_CONFIG_KEY_{number}", ""))
        section, dot, rest = key.partition(b".")
        subsection, inner, name = rest.rpartition(b".")
        if dot and name:
            value = os.fsencode(os.environ.get(f"GIT_CONFIG_VALUE_{number}", ""))
            yield (section.lower(), subsection if inner else None, name.lower()), value
