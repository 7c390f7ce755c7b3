"""Takes a repository's refs, logs, settings and files in, so that two moments or two twins can be compared."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.scenario import Scenario

OURS = ("refs/mlgit", "logs/refs/mlgit", "mlgit")

Snapshot = dict[str, bytes | None]
"""Path in the git directory → content; None for a folder."""


def taken(common_dir: Path, root: Path | None = None) -> Snapshot:
    """Gives HEADs, refs, packed refs, logs and settings byte for byte, without what is this product's own.

    Folders are in it, too: git stumbles over an empty one where it wants a file, and over a lock that stays.

    Args:
        common_dir: the repository's git directory.
        root: a folder whose path is left out of the contents, so that twins are alike.
    """
    found: Snapshot = {}
    for directory, folders, files in os.walk(common_dir):
        folders[:] = [name for name in folders if _name(common_dir, directory, name) not in (*OURS, "objects", "hooks")]
        for name in folders:
            found[_name(common_dir, directory, name)] = None
        for name in files:
            path = _name(common_dir, directory, name)
            if path.startswith(("refs/", "logs/", "worktrees/")) or name.endswith(".lock") or "/" not in path:
                found[path] = Path(directory, name).read_bytes().replace(os.fsencode(root or "\0"), b"ROOT")
    for name in ("index", "COMMIT_EDITMSG", "ORIG_HEAD", "FETCH_HEAD", "gc.pid", "description"):
        found.pop(name, None)
    return {path: content for path, content in found.items() if not path.endswith(("/gitdir", "/commondir", "/index"))}


def difference(old: Snapshot, new: Snapshot) -> dict[str, tuple[bytes | str | None, bytes | str | None]]:
    """Gives what is not the same in two snapshots, for a message that says it."""
    missing = "missing"
    return {
        path: (old.get(path, missing), new.get(path, missing))
        for path in sorted(old.keys() | new.keys())
        if old.get(path, missing) != new.get(path, missing)
    }


def meaning(snapshot: Snapshot) -> Snapshot:
    """Gives what git makes of a snapshot: a ref is the same, packed or loose, and an empty folder is nothing."""
    found: Snapshot = {
        path: content for path, content in snapshot.items() if content is not None and path != "packed-refs"
    }
    for line in (snapshot.get("packed-refs") or b"").splitlines():
        oid, _, name = line.partition(b" ")
        if not line.startswith((b"#", b"^")) and not name.startswith(b"refs/mlgit/"):
            found.setdefault(os.fsdecode(name), oid + b"\n")
    return found


def said(scenario: Scenario) -> list[str]:
    """Gives what git says of the repository, with the place where it lies left out."""
    asked = [
        ("fsck", "--full", "--strict", "--no-dangling"),
        ("reflog", "--format=%H %gd %gs"),
        ("branch", "--all", "-vv", "--no-abbrev"),
        ("for-each-ref", "refs/heads", "refs/remotes", "refs/tags", "refs/stash"),
        ("config", "--local", "--list"),
        ("status", "--porcelain=v2", "--branch"),
    ]
    answers = [scenario.try_git(*words) for words in asked]
    return [f"{done.returncode} {done.stdout}{done.stderr}".replace(str(scenario.root), "ROOT") for done in answers]


def files(scenario: Scenario) -> dict[str, bytes]:
    """Gives the working files."""
    return {
        str(path.relative_to(scenario.path)): path.read_bytes()
        for path in sorted(scenario.path.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(scenario.path).parts
    }


def _name(top: Path, directory: str, name: str) -> str:
    return str(Path(directory, name).relative_to(top))
