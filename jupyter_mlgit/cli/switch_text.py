"""Tells what is checked out now, what was carried along to it, and what was left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.cli.files_text import MOST, show_files
from jupyter_mlgit.cli.wording import count, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_mlgit.cli.screen import Screen
    from jupyter_mlgit.history.switch import Switched


def show_switched(screen: Screen, done: Switched) -> None:
    """Writes what is checked out, and what became of working files and commits."""
    if done.branch is None:
        screen.line(screen.paint("On no branch; HEAD is at"), screen.paint(short(done.tip), "cyan"))
    else:
        follows = f"follows {done.upstream}" if done.upstream else ""
        moved = f"was at {short(done.moved_from)}, which is kept" if done.moved_from else ""
        notes = ", ".join(note for note in ("made just now" if done.created else "", moved, follows) if note)
        screen.line(
            screen.paint("On branch"), screen.paint(done.branch, "bold", "green"),
            screen.paint(short(done.tip), "cyan"), screen.paint(f"[{notes}]" if notes else "", "dim"),
        )  # fmt: skip
    changed = [one for one in done.files if one.effect != "kept"]
    aside = set(done.set_aside)
    if changed:
        screen.line(screen.paint(f"{count(len(changed), 'file')} changed with it.", "dim"))
    endangered = [one for one in changed if one.effect == "endangered" and one.path not in aside]
    show_files(screen, endangered)
    if endangered and done.operation is not None:
        screen.line(screen.paint("What they held is kept: jupyter mlgit undo", "dim"))
    if done.set_aside:
        screen.line(screen.paint("In the way, and taken into a backup:" if done.backup else "In the way:"))
        _show_paths(screen, done.set_aside)
    if done.set_aside and done.backup is not None:
        again = f"jupyter mlgit backup-restore {done.operation}"
        screen.line(screen.paint(f"Bring them back here with: {again}; undo goes back to before the switch.", "dim"))
    kept = [one.path for one in done.files if one.effect == "kept"]
    if kept:
        screen.line(screen.paint("Edits carried along:"))
        _show_paths(screen, kept)
    _show_left(screen, done)
    if done.hook is not None and (done.hook.status or done.hook.output):
        ended = f"The hook post-checkout ended with status {done.hook.status}." if done.hook.status else ""
        screen.line(screen.paint(ended, "yellow"), screen.paint(done.hook.output))


def _show_paths(screen: Screen, paths: Sequence[str]) -> None:
    screen.columns([("", path) for path in paths[:MOST]], "", "yellow")
    if len(paths) > MOST:
        screen.line(screen.paint(f" and {count(len(paths) - MOST, 'more file')}", "dim"))


def _show_left(screen: Screen, done: Switched) -> None:
    left = len(done.commits_left) + done.more_left
    if left:
        screen.line(screen.paint(f"{count(left, 'commit')} left behind that nothing else has, and pinned:"))
        screen.columns([("", short(one.id), one.subject) for one in done.commits_left[:MOST]], "", "cyan", "")
        screen.line(screen.paint("Find them again with: jupyter mlgit deleted --all", "dim"))
