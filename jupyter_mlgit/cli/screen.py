"""Writes for people: colours on a terminal, and nothing that a branch's name could do to it.

Names, subjects and authors come from repositories, so control characters and those that turn the direction of
writing are made visible before they are printed.
"""

from __future__ import annotations

import os
import unicodedata
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_COLOURS = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "cyan": "36",
    "inverse": "7",
}

# Cc control, Cf format (bidirectional and zero-width ones among them), Cs half a surrogate, Zl and Zp line ends.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def visible(text: str) -> str:
    r"""Writes out every character that would act on a terminal instead of showing, ``\x1b`` for escape."""
    return "".join(_written(one) if unicodedata.category(one) in _UNSEEN else one for one in text)


def _written(character: str) -> str:
    number = ord(character)
    if number < 0x100:  # noqa: PLR2004 -- what two hexadecimal digits hold
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"  # noqa: PLR2004 -- and four


def wants_colour(stream: TextIO, environment: Mapping[str, str] | None = None) -> bool:
    """Tells whether to colour: on a terminal, unless ``NO_COLOR`` is set (no-color.org) or it is a dumb one."""
    environment = os.environ if environment is None else environment
    return stream.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


class Screen:
    """Collects lines for a person."""

    def __init__(self, *, colour: bool, terminal: bool = True) -> None:
        """Takes whether to colour, and whether a person reads along."""
        self._colour = colour
        self.terminal = terminal
        self.content: bytes | None = None
        """What is written as it is, instead of all lines; only for what is no terminal."""
        self._lines: list[str] = []

    def paint(self, text: str, *styles: str) -> str:
        """Makes text visible and colours it."""
        shown = visible(text)
        if not self._colour or not styles or not shown:
            return shown
        codes = ";".join(_COLOURS[style] for style in styles)
        return f"\x1b[{codes}m{shown}\x1b[0m"

    def line(self, *pieces: str) -> None:
        """Adds a line of pieces that are painted already; empty ones leave no gap."""
        self._lines.append(" ".join(piece for piece in pieces if piece))

    def columns(self, rows: Sequence[Sequence[str]], *styles: str) -> None:
        """Adds rows of plain text whose columns stand below each other.

        Args:
            rows: the cells, as many in each row.
            styles: one for each column; an empty one leaves it plain.
        """
        if not rows:
            return
        shown = [[visible(cell) for cell in row] for row in rows]
        widths = [max(len(row[column]) for row in shown) for column in range(len(shown[0]))]
        for row in shown:
            cells = [
                self.paint(cell, *filter(None, [style])) + " " * (width - len(cell))
                for cell, width, style in zip(row, widths, (*styles, *[""] * len(row)), strict=False)
            ]
            self._lines.append("  ".join(cells).rstrip())

    def text(self) -> str:
        """Gives everything, a line end after each line."""
        return "".join(line + "\n" for line in self._lines)
