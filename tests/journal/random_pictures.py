"""Takes a repository apart into single facts, so that an undo can be foretold fact by fact."""

from __future__ import annotations

import hashlib
import os
import stat
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scenario import Scenario

Facts = dict[str, object]
"""What a fact is about, such as ``file d/a`` or ``ref refs/heads/x``, and what it is."""


class FileFact(NamedTuple):
    """A working file."""

    mode: int
    content: bytes
    """Its bytes, or a link's target."""

    @property
    def seen(self) -> tuple[int, bool, bytes]:
        """What git sees of it: of its permissions only whether it is a program."""
        return stat.S_IFMT(self.mode), bool(self.mode & 0o100), self.content

    @property
    def oid(self) -> str:
        """The name that git gives to its bytes."""
        return hashlib.sha1(b"blob %d\0" % len(self.content) + self.content, usedforsecurity=False).hexdigest()


MERGE_FILES = ("MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "AUTO_MERGE")
LONGEST = 300
QUIETLY = {"GIT_OPTIONAL_LOCKS": "0"}


def facts(scenario: Scenario) -> Facts:
    """Gives what an act may change and its undo has to bring back."""
    found: Facts = {"HEAD": (scenario.path / ".git/HEAD").read_bytes()}
    for path in paths_in(scenario.path):
        status = path.lstat()
        content = os.fsencode(path.readlink()) if stat.S_ISLNK(status.st_mode) else path.read_bytes()
        found[f"file {path.relative_to(scenario.path)}"] = FileFact(status.st_mode, content)
    entries: dict[str, list[str]] = {}
    for line in scenario.git("ls-files", "--stage", "-z", env=QUIETLY).split("\0"):
        if line:
            entry, _, name = line.partition("\t")
            entries.setdefault(f"index {name}", []).append(entry)
    found |= entries
    for line in scenario.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines():
        name, _, oid = line.partition(" ")
        if not name.startswith("refs/mlgit/"):
            found[f"ref {name}"] = oid
    for name in MERGE_FILES:
        path = scenario.path / ".git" / name
        if path.exists():
            found[f"merge {name}"] = path.read_bytes()
    return found


def paths_in(top: Path) -> list[Path]:
    """Lists the working files and links."""
    found = []
    for folder, folders, names in os.walk(top):
        if ".git" in folders:
            folders.remove(".git")
        here = top / os.path.relpath(folder, top)
        found += [here / name for name in [*names, *(one for one in folders if (here / one).is_symlink())]]
    return sorted(found)


def whole(scenario: Scenario) -> Facts:
    """Gives all that git and a person see, for a comparison with the twin."""
    found: Facts = {name: is_seen(fact) for name, fact in facts(scenario).items()}
    logs = scenario.path / ".git/logs"
    for path in [logs / "HEAD", *sorted((logs / "refs").rglob("*"))]:
        name = str(path.relative_to(logs))
        if path.is_file() and not name.startswith("refs/mlgit"):
            found[f"log {name}"] = path.read_bytes()
    origin = scenario.path / ".git/ORIG_HEAD"
    found["ORIG_HEAD"] = origin.read_bytes() if origin.exists() else None
    found["config"] = (scenario.path / ".git/config").read_bytes()
    words = ("status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all", "--ignored")
    found["status"] = scenario.git(*words, env=QUIETLY)
    return found


def differing(one: Facts, other: Facts) -> list[str]:
    """Names the facts in which two repositories, or two moments, are not alike."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def told(names: list[str], one: Facts, other: Facts) -> str:
    """Gives facts in both states, for a message."""
    return "\n".join(f"  {name}: {_end(one.get(name))} | {_end(other.get(name))}" for name in names)


def _end(fact: object) -> str:
    return repr(fact)[-LONGEST:]


def lost(scenario: Scenario, before: Facts, now: Facts) -> list[str]:
    """Names files and staged contents whose bytes are nowhere any more, with every reflog forgotten."""
    wanted: dict[str, str] = {}
    still = {fact.oid for fact in now.values() if isinstance(fact, FileFact)}
    for name, fact in before.items():
        if now.get(name) == fact:
            continue
        if isinstance(fact, FileFact):
            wanted[fact.oid] = name
        elif isinstance(fact, list):
            wanted |= {entry.split(" ")[1]: name for entry in fact}
    missing = wanted.keys() - still
    if missing:
        listed = scenario.git("rev-list", "--objects", "--all", "--indexed-objects", env=QUIETLY).splitlines()
        missing = missing - {line.split(" ")[0] for line in listed}
    return sorted(wanted[oid] for oid in missing)


def is_seen(fact: object) -> object:
    """Gives what git sees of a fact."""
    return fact.seen if isinstance(fact, FileFact) else fact
