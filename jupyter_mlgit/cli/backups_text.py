"""Tells what was backed up, what backups there are, and what came back from one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.cli.files_text import MOST, show_backup, show_files
from jupyter_mlgit.cli.wording import ago, count, size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_mlgit.cli.screen import Screen
    from jupyter_mlgit.recovery.backup_restore import BackupRestored
    from jupyter_mlgit.recovery.backups import Backup, BackupFile, Backups
    from jupyter_mlgit.recovery.snapshot import BackedUp

_REASONS = {"on-demand": "on demand", "before-run": "before a kernel run", "before-act": "before"}
_FEW = 5
"""Files that are listed of each of several backups."""


def show_backed_up(screen: Screen, done: BackedUp) -> None:
    """Writes what was saved, and what was not."""
    total = count(len(done.files) + done.more_files, "file")
    if not done.files:
        screen.line(screen.paint("There is nothing to back up: everything is as in the last commit."))
    elif done.created:
        screen.line(
            screen.paint("Backed up", "green"), screen.paint(total, "bold"), screen.paint(done.id or "", "cyan")
        )
    elif done.id is not None:
        screen.line(
            screen.paint("Nothing has changed since the backup"), screen.paint(done.id, "cyan"),
            screen.paint(f"of {total}."),
        )  # fmt: skip
    _show_files(screen, done.files, MOST, done.more_files)
    for one in done.skipped:
        screen.line(screen.paint(f"{one.path} is not in it:", "yellow"), screen.paint(one.reason))
    if done.id is not None:
        screen.line(screen.paint(f"Bring it back: jupyter mlgit backup-restore {done.id}", "dim"))


def show_backups(screen: Screen, found: Backups) -> None:
    """Writes each backup with its files."""
    most = MOST if len(found.backups) == 1 else _FEW
    for one in found.backups:
        screen.line(
            screen.paint(one.id, "cyan"), screen.paint(ago(one.when), "dim"), screen.paint(_why(one), "bold"),
            screen.paint("" if one.bytes is None else f"({size(one.bytes)})", "dim"),
        )  # fmt: skip
        if one.damaged is not None:
            screen.line(screen.paint(f"  {one.damaged}", "yellow"))
        _show_files(screen, one.files, most, one.more_files)
    if not found.backups:
        screen.line(screen.paint("There are no backups. Make one: jupyter mlgit backup"))
    elif found.more:
        screen.line(screen.paint(f"{found.more} older ones: --after {found.backups[-1].id}", "dim"))


def show_restored(screen: Screen, done: BackupRestored) -> None:
    """Writes what came back, and what did not."""
    if not done.files and not done.index:
        screen.line(screen.paint("Nothing changes: the files are as in the backup."))
    if done.index:
        screen.line(
            screen.paint("Index", "bold"), screen.paint(f"{count(len(done.index), 'entry', 'entries')} changed")
        )
    show_files(screen, done.files)
    for one in done.refused:
        screen.line(screen.paint(f"{one.path} stays:", "yellow"), screen.paint(one.reason))
    show_backup(screen, done)


def _why(one: Backup) -> str:
    return f"{_REASONS[one.reason]}: {one.title}" if one.reason == "before-act" else one.title


def _show_files(screen: Screen, files: Sequence[BackupFile], most: int, more: int) -> None:
    screen.columns(
        [("", one.path, _kind(one), "" if one.size is None else size(one.size)) for one in files[:most]],
        *("", "", "yellow", "dim"),
    )
    left = len(files[most:]) + more
    if left:
        screen.line(screen.paint(f" and {count(left, 'more file')}", "dim"))


def _kind(one: BackupFile) -> str:
    return f"staged, {one.kind}" if one.staged and one.kind != "staged" else one.kind
