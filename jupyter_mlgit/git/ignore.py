"""Says which untracked files git passes over: gitignore(5), ``.git/info/exclude`` and ``core.excludesFile``.

The rules of one folder stand over those of the folders above it, and the last rule that matches decides. Below an
ignored folder nothing is looked at, so nothing there can be taken back in; whoever walks has to stop there.
"""

from __future__ import annotations

import contextlib
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.git.wildmatch import translate, translate_name

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository

NAME = b".gitignore"
LARGEST = 100 * 2**20
"""Bytes of a file of rules that is read, as in git."""

_SPECIAL = re.compile(rb"[*?\[\\]")
_ENDING = re.compile(rb"\*(\.[^.*?\[\\]+)")


class Rule(NamedTuple):
    """One line."""

    pattern: bytes
    """Without ``!`` and without the slash at its end."""
    takes_back: bool
    for_folders: bool
    line: int


class Table:
    """The rules of one file that hold for files, or for folders: the common kinds need no regular expression."""

    def __init__(self, rules: list[Rule], *, folds_case: bool) -> None:
        """Sorts the rules; a rule's number is its place in the list."""
        self._folds_case = folds_case
        self._exact: dict[bytes, int] = {}
        self._exact_paths: dict[bytes, int] = {}
        self._endings: dict[bytes, int] = {}
        names, paths = [], []
        for number, rule in enumerate(rules):
            pattern = rule.pattern.lower() if folds_case and not _SPECIAL.search(rule.pattern) else rule.pattern
            ending = _ENDING.fullmatch(pattern)
            if b"/" in pattern and not _SPECIAL.search(pattern):
                self._exact_paths[pattern.removeprefix(b"/")] = number
            elif b"/" in pattern:
                paths.append((number, translate(pattern.removeprefix(b"/"), b"r%d" % number)))
            elif ending:
                self._endings[ending[1].lower() if folds_case else ending[1]] = number
            elif _SPECIAL.search(pattern):
                names.append((number, translate_name(pattern, b"r%d" % number)))
            elif pattern:
                self._exact[pattern] = number
        self._names, self._paths = self._combined(names), self._combined(paths)

    def last(self, name: bytes, path: bytes) -> int:
        """Gives the number of the last rule that matches, or -1.

        Args:
            name: the file's own name.
            path: its path from the folder that the rules are for.
        """
        if self._folds_case:
            name, path = name.lower(), path.lower()
        found = max(self._exact.get(name, -1), self._exact_paths.get(path, -1))
        if self._endings:
            dot = name.rfind(b".")
            if dot >= 0:
                found = max(found, self._endings.get(name[dot:], -1))
        for expression, text in ((self._names, name), (self._paths, path)):
            match = expression.fullmatch(text) if expression else None
            if match is not None and match.lastgroup:
                found = max(found, int(match.lastgroup[1:]))
        return found

    def _combined(self, rules: list[tuple[int, bytes]]) -> re.Pattern[bytes] | None:
        """Puts rules side by side, the last one first, each in a group that tells its number."""
        if not rules:
            return None
        flags = re.IGNORECASE if self._folds_case else 0
        return re.compile(b"|".join(b"(?P<n%d>%s)" % one for one in reversed(rules)), flags)


class RuleFile:
    """One file of rules."""

    def __init__(self, content: bytes, folder: bytes, *, folds_case: bool) -> None:
        """Reads the rules.

        Args:
            content: the file's bytes.
            folder: the folder that they are for; the top folder is the empty name.
            folds_case: whether upper and lower case are the same here.
        """
        self.rules = parse_rules(content)
        self._cut = len(folder) + 1 if folder else 0
        self._files: Table | None = None
        self._folders: Table | None = None
        self._folds_case = folds_case

    def verdict(self, path: bytes, name: bytes, *, is_folder: bool) -> Rule | None:
        """Gives the rule that decides about a file below the folder, or None."""
        if is_folder:
            if self._folders is None:
                self._folders = Table(self.rules, folds_case=self._folds_case)
            table = self._folders
        else:
            if self._files is None:
                unless = Rule(b"", takes_back=False, for_folders=False, line=0)
                some = [unless if rule.for_folders else rule for rule in self.rules]
                self._files = Table(some, folds_case=self._folds_case)
            table = self._files
        number = table.last(name, path[self._cut :])
        return None if number < 0 else self.rules[number]


class Ignoring:
    """The rules that hold in one folder."""

    def __init__(self, files: tuple[RuleFile, ...], *, folds_case: bool) -> None:
        """Takes the files of rules, the strongest first, and whether upper and lower case are the same."""
        self._files = files
        self._folds_case = folds_case

    def inside(self, folder: bytes, content: bytes | None) -> Ignoring:
        """Gives the rules that hold in a folder below, or in this one once its own file is read.

        Args:
            folder: its path from the top.
            content: its ``.gitignore``, if it has one.
        """
        if not content:
            return self
        file = _rule_file(content, folder, folds_case=self._folds_case)
        return Ignoring((file, *self._files), folds_case=self._folds_case)

    def verdict(self, path: bytes, *, is_folder: bool) -> Rule | None:
        """Gives the rule that decides about a file or folder, or None; what lies above it is not asked for."""
        name = path.rpartition(b"/")[2]
        for file in self._files:
            rule = file.verdict(path, name, is_folder=is_folder)
            if rule is not None:
                return rule
        return None

    def ignores(self, path: bytes, *, is_folder: bool) -> bool:
        """Tells whether an untracked file, or folder, is passed over."""
        rule = self.verdict(path, is_folder=is_folder)
        return rule is not None and not rule.takes_back


@lru_cache(maxsize=500)
def _rule_file(content: bytes, folder: bytes, *, folds_case: bool) -> RuleFile:
    """Remembers files of rules: making regular expressions of them takes longer than to ask them."""
    return RuleFile(content, folder, folds_case=folds_case)


def parse_rules(content: bytes) -> list[Rule]:
    """Reads lines as git does: a blank at the end counts only behind a backslash, a ``#`` only at the beginning."""
    found = []
    for number, whole in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        line = whole
        if not line or line.startswith(b"#"):
            continue
        line = _without_blanks(line.removesuffix(b"\r").partition(b"\0")[0])
        takes_back = line.startswith(b"!")
        pattern = line[1:] if takes_back else line
        for_folders = pattern.endswith(b"/")
        found.append(Rule(pattern[:-1] if for_folders else pattern, takes_back, for_folders, number))
    return found


def _without_blanks(line: bytes) -> bytes:
    kept = line.rstrip(b" ")
    behind = len(kept) - len(kept.rstrip(b"\\"))
    # The last of an odd number of backslashes belongs to the blank behind it.
    return line[: len(kept) + 1] if behind % 2 and len(kept) < len(line) else kept


def rules_outside(repo: Repository) -> Ignoring:
    """Gives the rules that hold in the whole repository and don't stand in it."""
    folds_case = repo.config.flag("core", "ignoreCase")
    places = [repo.common_dir / "info" / "exclude", _global_file(repo)]
    files = [_rule_file(content, b"", folds_case=folds_case) for content in map(read_rules, places) if content]
    return Ignoring(tuple(files), folds_case=folds_case)


def read_rules(path: Path | bytes, *, follow: bool = True) -> bytes | None:
    """Reads a file of rules; None where there is none, or it is too large.

    Args:
        path: where it lies.
        follow: whether it may be a link; one in the working tree may not.
    """
    flags = os.O_RDONLY | (0 if follow else getattr(os, "O_NOFOLLOW", 0)) | getattr(os, "O_NONBLOCK", 0)
    with contextlib.suppress(OSError):
        descriptor = os.open(path, flags)
        with os.fdopen(descriptor, "rb") as stream:
            # A read of so many bytes would take as much memory at once, however short the file is.
            return stream.read() if os.fstat(descriptor).st_size <= LARGEST else None
    return None


def _global_file(repo: Repository) -> Path:
    named = repo.config.get("core", "excludesFile")
    if named is not None:
        return repo.top / Path(os.fsdecode(named)).expanduser()
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "git" / "ignore"
