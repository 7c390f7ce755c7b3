"""Tells what deserves a second look: one line for each, then how to silence it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.cli.wording import count

if TYPE_CHECKING:
    from jupyter_mlgit.cli.screen import Screen
    from jupyter_mlgit.review.check import Checked
    from jupyter_mlgit.review.warnings import ReviewWarning

_STYLES = {"high": ("bold", "red"), "medium": ("yellow",), "low": ("dim",)}


def show_checked(screen: Screen, found: Checked) -> None:
    """Writes all warnings, and what was not looked into."""
    for warning in found.warnings:
        show_warning(screen, warning)
    for one in found.unread:
        screen.line(screen.paint(f"{one.path}: not looked into, for {one.reason}.", "yellow"))
    for name in found.unknown_rules:
        screen.line(screen.paint(f"mlgit.silencedWarnings names '{name}', which is no rule.", "yellow"))
    told = count(len(found.warnings), "warning") if found.warnings else "No warnings"
    where = count(found.files, "changed file")
    if found.unread:
        where = f"the {found.files - len(found.unread):,} of {where} that could be looked into"
    screen.line(screen.paint(f"{told} in {where}."))
    if found.warnings:
        rule = found.warnings[0].rule
        screen.line(
            screen.paint(
                f"To silence one, write '# mlgit: ignore[{rule}]' on its line or above it;"
                f" for all: git config --add mlgit.silencedWarnings {rule}",
                "dim",
            )
        )
    if found.silenced:
        screen.line(screen.paint(f"Silenced by mlgit.silencedWarnings: {', '.join(found.silenced)}.", "dim"))


def show_warning(screen: Screen, warning: ReviewWarning, indent: str = "", *, with_path: bool = True) -> None:
    """Writes one warning: ``train.ipynb cell 4, line 3: normalisation removed [normalisation]``."""
    places = [f"cell {warning.cell + 1}"] if warning.cell is not None else []
    places += [f"line {warning.line}"] if warning.line is not None else []
    where = " ".join(filter(None, (warning.path if with_path else "", ", ".join(places))))
    head = f"{where}:" if where else ""
    screen.line(
        indent + screen.paint(head or f"{warning.severity}:", *_STYLES[warning.severity]),
        screen.paint(warning.message),
        screen.paint(f"[{warning.rule}]", "dim"),
    )
