"""Gives the attributes of each file (gitattributes(5)): what ``cleaning.py`` and ``smudging.py`` go by."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from dulwich.attrs import Pattern
from dulwich.wildmatch import MalformedPattern

from jupyter_mlgit.git.config import as_flag
from jupyter_mlgit.problems import UnsupportedRepository

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_mlgit.git.repository import Repository

    Value = bytes | bool | None
    Attributes = dict[bytes, Value]
    Rule = tuple[Pattern, list[tuple[bytes, Value]]]

_BUILT_IN: dict[bytes, list[tuple[bytes, Value]]] = {b"binary": [(b"diff", False), (b"merge", False), (b"text", False)]}
MOST_STARS = 4
"""Groups of stars in a pattern; people write two or three."""

_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"[ \t]*(.*)')
_ESCAPE = re.compile(rb"\\([0-3][0-7]{2}|.)")
_ESCAPED = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


class Conversions:
    """The attributes that hold for one checkout."""

    def __init__(self, repo: Repository, in_folder: Callable[[bytes], bytes | None]) -> None:
        """Reads the attributes outside the tree; those inside are read folder by folder when asked.

        Args:
            repo: the repository.
            in_folder: gives the content of a folder's ``.gitattributes`` as git would read it at the checkout; the
                top folder is the empty name.
        """
        self._asked: tuple[bytes | None, Attributes] = (None, {})
        self._rules_for: dict[bytes, list[Rule]] = {}
        """For the files of each folder that was asked for, the strongest rule first."""
        self._in_folder = in_folder
        self._folds_case = repo.config.flag("core", "ignoreCase")
        self._macros: dict[bytes, list[tuple[bytes, Value]]] = _BUILT_IN.copy()
        outside = [] if _is_set("GIT_ATTR_NOSYSTEM") else [Path("/etc/gitattributes")]
        self._first = [rule for path in [*outside, _global_file(repo)] for rule in self._rules(_content(path), b"")]
        self._below = {b"": self._rules(in_folder(b""), b"")}
        self._last = self._rules(_content(repo.common_dir / "info" / "attributes"), b"")

    def attributes(self, path: bytes) -> Attributes:
        """Gives a file's attributes; the last rule that says anything about one is the one that holds."""
        if self._asked[0] != path:
            self._asked = path, self._look_up(path)
        return self._asked[1]

    def _look_up(self, path: bytes) -> Attributes:
        folder = path.rpartition(b"/")[0]
        rules = self._rules_for.get(folder)
        if rules is None:
            rules = self._rules_for[folder] = self._strongest_first(folder)
        if not rules:
            return {}
        asked = path.lower() if self._folds_case else path
        found: Attributes = {}
        for pattern, values in rules:
            if pattern.match(asked):
                self._fill(found, values)
        return found

    def _strongest_first(self, folder: bytes) -> list[Rule]:
        parts = folder.split(b"/") if folder else []
        folders = [b"/".join(parts[:count]) for count in range(len(parts) + 1)]
        for one in folders:
            if one not in self._below:
                self._below[one] = self._rules(self._in_folder(one), one)
        return [*self._first, *(rule for one in folders for rule in self._below[one]), *self._last][::-1]

    def _fill(self, found: Attributes, values: list[tuple[bytes, Value]]) -> None:
        for name, value in reversed(values):
            if name not in found:
                found[name] = value
                if value is True and name in self._macros:
                    self._fill(found, self._macros[name])

    def _rules(self, content: bytes | None, folder: bytes) -> list[Rule]:
        found = []
        for line in (content or b"").removeprefix(b"\xef\xbb\xbf").split(b"\n"):
            pattern, values = _parse(line)
            if pattern.startswith(b"[attr]"):
                if not folder:
                    self._macros[pattern.removeprefix(b"[attr]")] = values
            elif pattern and not pattern.startswith(b"!"):
                _require_simple(pattern)
                with contextlib.suppress(MalformedPattern, re.error):
                    if self._folds_case:
                        found.append((Pattern(pattern.lower(), folder.lower()), values))
                    else:
                        found.append((Pattern(pattern, folder), values))
        return found


def _require_simple(pattern: bytes) -> None:
    """Refuses a pattern that takes minutes to match: each star more makes it many times slower.

    Raises:
        UnsupportedRepository: naming it.
    """
    if len(re.findall(rb"\*+", pattern)) > MOST_STARS:
        raise UnsupportedRepository(
            f"The pattern {pattern.decode('utf-8', 'replace')!a} in the attributes has too many stars.",
            "Use 'git switch' in a terminal.",
        )


def _parse(line: bytes) -> tuple[bytes, list[tuple[bytes, Value]]]:
    """Takes a line apart: a pattern, quoted as C does where it holds blanks, and attributes."""
    line = line.strip(b" \t\r")
    quoted = _QUOTED.fullmatch(line)
    if quoted:
        pattern, rest = _ESCAPE.sub(_unescape, quoted[1]), quoted[2]
    else:
        pattern, _, rest = line.replace(b"\t", b" ").partition(b" ")
    return (b"", []) if pattern.startswith(b"#") else (pattern, [_value(word) for word in rest.split()])


def _unescape(found: re.Match[bytes]) -> bytes:
    code = found[1]
    return bytes([int(code, 8)]) if len(code) > 1 else _ESCAPED.get(code, code)


def _value(word: bytes) -> tuple[bytes, Value]:
    if word[:1] in (b"!", b"-"):
        return word[1:], None if word.startswith(b"!") else False
    name, equals, value = word.partition(b"=")
    return name, value if equals else True


def _is_set(variable: str) -> bool:
    return as_flag(os.fsencode(os.environ.get(variable, "false"))) is not False


def _global_file(repo: Repository) -> Path:
    named = repo.config.get("core", "attributesFile")
    if named is not None:
        return Path(os.fsdecode(named)).expanduser()
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "git" / "attributes"


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
