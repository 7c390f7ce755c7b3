"""Finds the settings (``[branch "name"]``) and the log that a deleted branch has left behind."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from jupyter_mlgit.git.reflog import without_gone
from jupyter_mlgit.git.refs import HEADS
from jupyter_mlgit.journal.pins import read_pins, section_of
from jupyter_mlgit.journal.records import saved_log

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository

Section = list[tuple[str, str]]


def kept_section(repo: Repository, name: bytes) -> Section | None:
    """Gives a branch's settings: those still in the config file, else those kept when it was deleted."""
    present = section_of(repo, name)
    if present:
        return present
    full = os.fsdecode(HEADS + name)
    for pin in reversed(read_pins(repo)):
        if pin.name == full and pin.section:
            return pin.section
    return None


def kept_log(repo: Repository, name: bytes, tip: bytes) -> bytes | None:
    """Gives the log that was kept when the branch was deleted at this tip."""
    full = os.fsdecode(HEADS + name)
    for pin in reversed(read_pins(repo)):
        if pin.name == full and pin.tip.encode() == tip and pin.log:
            log = saved_log(repo, pin.log)
            return None if log is None else without_gone(repo, log)
    return None


def upstream_of(section: Section) -> str | None:
    """Gives the upstream that settings name, such as ``origin/main``; None when they name none."""
    values = {key.lower(): value for key, value in section}
    remote, merge = values.get("remote"), values.get("merge")
    if not remote or not merge:
        return None
    short = merge.removeprefix("refs/heads/")
    return short if remote == "." else f"{remote}/{short}"
