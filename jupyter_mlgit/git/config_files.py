"""Reads configuration files with what they include, under the conditions that git knows (git-config(1), INCLUDES)."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_mlgit.git.config_syntax import ConfigSyntaxError, Variable, parse
from jupyter_mlgit.git.wildcards import matches
from jupyter_mlgit.problems import DamagedRepository

MOST_BYTES = 32 * 2**20
"""No person's configuration is larger; a planted device or disk image would be."""

DEEPEST = 10
"""Files that may include one another, as in git."""

MOST_FILES = 1000


Stamp = tuple[str, int, int, int]


def stamp(path: Path) -> Stamp:
    """Gives what changes with a file: its name, time, size and number."""
    try:
        status = path.stat()
    except OSError:
        return (str(path), 0, -1, 0)
    return (str(path), status.st_mtime_ns, status.st_size, status.st_ino)


@dataclass
class Reading:
    """One pass over the files of a repository."""

    git_dir: Path
    remotes: list[bytes] = field(default_factory=list)
    """The URLs that ``hasconfig:remote.*.url:`` is held against, from an earlier pass."""
    consulted: list[Path] = field(default_factory=list)
    """Every file whose change could change the outcome, found or not."""
    stamps: list[Stamp] = field(default_factory=list)
    """What each of them looked like just before it was read."""
    asks_for_remotes: bool = False

    def consult(self, path: Path) -> None:
        """Notes a file, as it is before it is read: what is written in between shows as a change."""
        self.consulted.append(path)
        self.stamps.append(stamp(path))

    def read(self, path: Path, *, required: bool = False, depth: int = 0) -> list[Variable]:
        """Gives a file's variables in their order, those of included files in the place of the inclusion.

        Args:
            path: the file; a missing one is empty.
            required: whether one that may not be read is a problem instead of empty.
            depth: how many files have included one another so far.

        Raises:
            DamagedRepository: if a file cannot be parsed, or files include one another in a circle.
        """
        return self.expand(self.read_own(path, required=required), path, depth)

    def expand(self, variables: list[Variable], path: Path, depth: int = 0) -> list[Variable]:
        """Puts the variables of included files in the place of the inclusion; see :meth:`read`."""
        found: list[Variable] = []
        for one in variables:
            found.append(one)
            target = self._included(one, path)
            if target is None:
                continue
            if depth >= DEEPEST or len(self.consulted) > MOST_FILES:
                raise DamagedRepository(
                    f"The configuration file {path} includes itself or too many others.",
                    "Remove one of the 'include.path' settings.",
                )
            found += self.read(target, depth=depth + 1)
        return found

    def read_own(self, path: Path, *, required: bool = False) -> list[Variable]:
        """Gives a file's own variables; see :meth:`read`."""
        self.consult(path)
        try:
            content = _content(path)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return []
        except OSError as error:
            if not required and isinstance(error, PermissionError):
                return []
            raise DamagedRepository(
                f"The configuration file {path} cannot be read: {error.strerror or error}.", "Check its permissions."
            ) from error
        try:
            return parse(content)[1]
        except ConfigSyntaxError as error:
            raise DamagedRepository(
                f"The configuration file {path} cannot be read: {error}.",
                "Mend that line in an editor; 'git config --list' names it too.",
            ) from error

    def _included(self, one: Variable, path: Path) -> Path | None:
        """Gives the file that this variable includes, if its condition holds."""
        section, subsection, name = one.key
        if name != b"path" or not one.value:
            return None
        plain = section == b"include" and subsection is None
        if not plain and not (section == b"includeif" and subsection and self._holds(subsection, path)):
            return None
        return path.parent / expanded(os.fsdecode(one.value))

    def _holds(self, condition: bytes, path: Path) -> bool:
        kind, _, rest = os.fsdecode(condition).partition(":")
        if kind in ("gitdir", "gitdir/i"):
            return self._is_at(rest, path, ignoring_case=kind.endswith("/i"))
        if kind == "onbranch":
            head = self.git_dir / "HEAD"
            self.consult(head)
            try:
                branch = os.fsdecode(head.read_bytes().strip())
            except OSError:
                return False
            pattern = rest + "**" if rest.endswith("/") else rest
            prefix = "ref: refs/heads/"
            return branch.startswith(prefix) and matches(pattern, branch[len(prefix) :])
        if kind == "hasconfig" and rest.startswith("remote.*.url:"):
            self.asks_for_remotes = True
            pattern = rest.partition(":")[2]
            return any(matches(pattern, os.fsdecode(url)) for url in self.remotes)
        return False

    def _is_at(self, pattern: str, path: Path, *, ignoring_case: bool) -> bool:
        if pattern.startswith("~/"):
            pattern = os.path.realpath(expanded("~")) + pattern[1:]
        elif pattern.startswith("./"):
            pattern = os.path.realpath(path.parent) + pattern[1:]
        elif not Path(pattern).is_absolute():
            pattern = "**/" + pattern
        if pattern.endswith("/"):
            pattern += "**"
        places = (os.path.realpath(self.git_dir), str(self.git_dir))
        return any(matches(pattern, place, ignoring_case=ignoring_case) for place in places)


def expanded(path: str) -> Path:
    """Reads a ``~`` at the beginning as the home folder, where there is one."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def _content(path: Path) -> bytes:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode) or status.st_size > MOST_BYTES:
        raise FileNotFoundError(path)
    return path.read_bytes()
