"""Tells whose repository this is, by git's ``safe.directory`` rule.

A repository that belongs to another user is shown and never written to: git itself refuses even that, since its
configuration may name programs. We run none of them, so reading is safe (git-config(1), safe.directory;
CVE-2022-24765).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from jupyter_mlgit.git.config_files import expanded

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_mlgit.git.config import Config


def foreign_owner(paths: list[Path], config: Config) -> str | None:
    """Says in one sentence why this repository is read-only, or None when it is the person's own.

    Args:
        paths: the worktree, the git directory and, where there is one, the ``.git`` file.
        config: where protected ``safe.directory`` entries are looked up.
    """
    for path in paths:
        owner = _owner(path)
        if owner is None or owner in _own_ids():
            continue
        if not _declared_safe(paths[0], config):
            return f"{path} belongs to another user (id {owner})."
    return None


def _owner(path: Path) -> int | None:
    if os.name == "nt":
        return None
    try:
        return path.lstat().st_uid
    except OSError:
        return None


def _own_ids() -> set[int]:
    own = {os.geteuid()}
    sudo = os.environ.get("SUDO_UID", "")
    if 0 in own and sudo.isdigit():
        own.add(int(sudo))
    return own


def _declared_safe(top: Path, config: Config) -> bool:
    safe = False
    for value in config.protected("safe", "directory"):
        text = os.fsdecode(value)
        if not text:
            safe = False  # an empty value clears the list, as git documents
        elif text == "*" or expanded(text) == top or (text.endswith("/*") and str(top).startswith(text[:-1])):
            safe = True
    return safe
