"""Tells what an act does to HEAD, the index and the working files, and lists commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.cli.wording import ago, count, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_mlgit.cli.screen import Screen
    from jupyter_mlgit.history.discard import Discarded
    from jupyter_mlgit.history.log import Log
    from jupyter_mlgit.history.reset import Reset
    from jupyter_mlgit.journal.effects import AffectedFile
    from jupyter_mlgit.recovery.backup_restore import BackupRestored

MOST = 20
"""Files that are listed; of more, the number is told."""

_WORDS = {"endangered": "not tracked by git; goes, and is backed up"}


def show_reset(screen: Screen, done: Reset) -> None:
    """Writes the three columns of a reset one below the other."""
    screen.line(
        screen.paint("HEAD", "bold"), screen.paint(short(done.head.from_), "cyan"), "\u2192",
        screen.paint(short(done.head.to), "cyan"),
    )  # fmt: skip
    if done.gives_up is not None:
        screen.line(screen.paint(f"The {done.gives_up} that is under way ends with it.", "yellow"))
    left = len(done.commits_left) + done.more_left
    if left:
        screen.line(screen.paint(f"{count(left, 'commit')} left behind, and pinned:"))
        screen.columns(
            [("", short(one.id), one.subject, "pushed" if one.pushed else "") for one in done.commits_left[:MOST]],
            *("", "cyan", "", "yellow"),
        )
    if done.pushed_left and done.operation is None:
        screen.line(screen.paint(f"{done.pushed_left} of them pushed: refused without --allow-pushed.", "yellow"))
    if done.instead and done.operation is None:
        screen.line(screen.paint(f"To go back with new commits instead: {done.instead}", "dim"))
    entries, files = len(done.index), len(done.files)
    told = f"{count(entries, 'entry', 'entries')} changed" if entries else "stays as it is"
    screen.line(screen.paint("Index", "bold"), screen.paint(told))
    told = f"{count(files, 'file')} changed" if files else "stay as they are"
    screen.line(screen.paint("Working files", "bold"), screen.paint(told))
    show_files(screen, done.files)
    show_backup(screen, done)


def show_discarded(screen: Screen, done: Discarded) -> None:
    """Writes which files are as in the index again or gone, and which are not."""
    if not (done.files or done.index or done.refused):
        screen.line(screen.paint("No working file differs from the index there."))
    show_files(screen, done.files)
    if done.index:
        screen.line(screen.paint(f"No longer in the index: {count(len(done.index), 'new file')}"))
    for one in done.refused:
        screen.line(screen.paint(f"{one.path} stays:", "yellow"), screen.paint(one.reason))
    show_backup(screen, done)


def show_files(screen: Screen, files: Sequence[AffectedFile]) -> None:
    """Writes one line for each file."""
    screen.columns([("", one.path, _told(one)) for one in files[:MOST]], "", "", "yellow")
    if len(files) > MOST:
        screen.line(screen.paint(f" and {count(len(files) - MOST, 'more file')}", "dim"))


def _told(one: AffectedFile) -> str:
    words = _WORDS.get(one.effect, one.effect)
    return (
        f"{words}; its edits are backed up first" if one.edited and one.effect in ("overwritten", "deleted") else words
    )


def show_log(screen: Screen, found: Log) -> None:
    """Writes one line for each commit."""
    for one in found.commits:
        names = f"({', '.join(one.refs)})" if one.refs else ""
        screen.line(
            screen.paint(short(one.id), "cyan"), screen.paint(names, "green"), screen.paint(one.subject),
            screen.paint(f"{one.author}, {ago(one.committed)}", "dim"),
        )  # fmt: skip
    if not found.commits:
        screen.line(screen.paint("There are no commits."))
    elif found.more:
        screen.line(screen.paint(f"More: --after {found.commits[-1].id}", "dim"))


def show_backup(screen: Screen, done: Reset | Discarded | BackupRestored) -> None:
    """Writes where what an act went over is kept: the backup is listed under the act's own id."""
    if done.backup is not None:
        told = f"What went is kept: jupyter mlgit undo (or later: jupyter mlgit backup-restore {done.operation})"
        screen.line(screen.paint(told, "dim"))
