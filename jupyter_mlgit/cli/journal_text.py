"""Tells what was done, undone and interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.cli.files_text import show_files
from jupyter_mlgit.cli.wording import ago, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_mlgit.cli.screen import Screen
    from jupyter_mlgit.journal.operations import Operation, Operations, RefChange
    from jupyter_mlgit.journal.undo import Undone
    from jupyter_mlgit.journal.unfinished import Unfinished


def show_operations(screen: Screen, done: Operations) -> None:
    """Writes one line for each, and what Undo and Redo would do."""
    if not done.operations:
        screen.line(screen.paint("Nothing has been done here since this extension first looked."))
    screen.columns(
        [(one.id, ago(one.when), one.source, one.title, _state(one)) for one in done.operations],
        *("cyan", "dim", "dim", "", "dim"),
    )
    titles = {one.id: one.title for one in done.operations}
    for word, wanted in (("undo", done.undo), ("redo", done.redo)):
        if wanted is not None:
            screen.line(screen.paint(f"jupyter mlgit {word}: {titles.get(wanted) or f'an older act, {wanted}'}", "dim"))


def _state(operation: Operation) -> str:
    if operation.undone:
        return "undone"
    if operation.kind in ("undo", "redo"):
        return ""  # the last lines say which of the two goes on from here
    return "" if operation.undoable else operation.reason or "cannot be undone"


def show_undone(screen: Screen, undone: Undone) -> None:
    """Writes what was taken back or done again, and where the refs are now."""
    if not undone.operations:
        screen.line(screen.paint("Nothing stands between: there is nothing to do."))
    for operation in undone.operations:
        word = "Undone:" if operation.undone or undone.operation is None else "Done again:"
        screen.line(screen.paint(word, "green"), screen.paint(operation.title, "bold"))
    _show_refs(screen, undone.refs)
    show_files(screen, undone.files)


def show_unfinished(screen: Screen, found: Unfinished) -> None:
    """Writes what was interrupted, or what was made of it."""
    if found.title is None:
        screen.line(screen.paint("Nothing is unfinished."))
        return
    word = "Settled:" if found.settled else "Interrupted:"
    screen.line(
        screen.paint(word, "green" if found.settled else "yellow"),
        screen.paint(found.title, "bold"),
        screen.paint(ago(found.when), "dim"),
    )
    _show_refs(screen, found.refs)
    if found.files:
        screen.line(screen.paint(f"Changed meanwhile, and left as they are: {', '.join(found.files)}", "yellow"))
    if found.backup is not None:
        screen.line(screen.paint(f"What they held before: jupyter mlgit backup-restore {found.backup}"))
    if not found.settled:
        screen.line(screen.paint("Finish it with --finish, or take it back with --roll-back."))


def _show_refs(screen: Screen, refs: Sequence[RefChange]) -> None:
    screen.columns([("", ref.name, short(ref.old), "\u2192", short(ref.new)) for ref in refs], "", "", "dim")
