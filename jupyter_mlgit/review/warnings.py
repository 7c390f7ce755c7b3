"""Says what in a change may change the results, or should not be committed, before somebody commits it.

Both versions of a file are read for what they say (their syntax; nothing is run), and what differs is
told: one sentence for each difference, with its rule, its line, and how to silence it. Renaming, formatting, comments,
docstrings, moving and logging change nothing that is read, so they raise nothing.

The surprise: what only moved to another file of the same change is found by looking at all files together, so
``find_all_warnings`` may say less than the sum of ``find_warnings``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.review.differences import Difference, moved_between, without_moves
from jupyter_mlgit.review.facts import Severity
from jupyter_mlgit.review.reading import Cells, FileChange, Reading, read
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

RULES: dict[str, Severity] = {
    "normalisation": "high",
    "transform": "medium",
    "loss": "high",
    "optimizer": "high",
    "scheduler": "medium",
    "learning-rate": "high",
    "batch-size": "medium",
    "seed": "medium",
    "precision": "medium",
    "train-eval": "high",
    "no-grad": "medium",
    "shuffle": "high",
    "data-split": "high",
    "device": "low",
    "model": "medium",
    "hyperparameter": "medium",
    "absolute-path": "low",
    "secret": "high",
    "large-file": "medium",
    "latest-tag": "medium",
    "unpinned-dependency": "low",
}
"""Every rule, with how much it matters."""

LARGE_FILE = 10 * 2**20
"""Bytes from which a file is too big to be kept in git, unless told otherwise."""

_WEAKER: dict[Severity, Severity] = {"high": "medium", "medium": "low", "low": "low"}


class ReviewWarning(Value):
    """Something in a change that deserves a second look."""

    rule: str
    severity: Severity
    path: str
    message: str
    silence: str
    """How to silence it."""

    cell: int | None = None
    """The notebook cell's index, counted from 0; null outside notebooks."""

    line: int | None = None
    """The line in the new version, in the cell for a notebook, counted from 1; for what was removed, where it stood."""

    old_line: int | None = None
    """The line in the old version, for what was there before."""


def find_warnings(
    path: str, old: str | None, new: str | None, *, silenced: Collection[str] = ()
) -> tuple[ReviewWarning, ...]:
    """Compares two versions of a file.

    Args:
        path: the file's path, which says what kind of file it is; a notebook is given as its JSON.
        old: the old version; None for a new file.
        new: the new version; None for a deleted file.
        silenced: rules that say nothing.
    """
    return find_all_warnings([FileChange(path, old, new)], silenced=silenced)


def find_cell_warnings(
    path: str, old: Cells | None, new: Cells | None, *, silenced: Collection[str] = ()
) -> tuple[ReviewWarning, ...]:
    """Compares two versions of a notebook by their code cells; None where the notebook is not there."""
    return find_all_warnings([FileChange(path, None, None, old or (), new)], silenced=silenced)


def find_all_warnings(
    changes: Sequence[FileChange], *, silenced: Collection[str] = (), large: int = LARGE_FILE
) -> tuple[ReviewWarning, ...]:
    """Compares all files of a change; a function that moved from one to another raises nothing.

    Args:
        changes: the files.
        silenced: rules that say nothing.
        large: bytes from which a file is too big.
    """
    examined = [examine(change, large) for change in changes]
    moved = moved_between(one.moves for one in examined)
    found = (told for one in examined for told in one.told(moved, silenced))
    return tuple(sorted(found, key=lambda told: (told.path, told.cell or 0, told.line or 0, told.rule, told.message)))


class Examined(NamedTuple):
    """What one file says, before the other files of its change and the settings are looked at; worth remembering."""

    moves: tuple[Difference, ...]
    """What may only have moved to another file, or from one."""

    warnings: tuple[tuple[str | None, ReviewWarning], ...]
    """Each with the name that it has among what moved."""

    is_parsed: bool = True
    """False for Python of which one version can't be parsed."""

    def told(self, moved: Collection[str], silenced: Collection[str] = ()) -> tuple[ReviewWarning, ...]:
        """Gives what is left to tell.

        Args:
            moved: the names of what only moved between files.
            silenced: rules that say nothing.
        """
        return tuple(one for name, one in self.warnings if name not in moved and one.rule not in silenced)


def examine(change: FileChange, large: int = LARGE_FILE) -> Examined:
    """Looks at one file.

    Args:
        change: the file.
        large: bytes from which it is too big.
    """
    reading = read(change, large)
    found = []
    for difference in without_moves(reading.differences):
        place, end = reading.place(difference)
        if not reading.is_ignored(difference.rule, place, end):
            found.append((difference.moved, _warning(change.path, difference, reading, place)))
    moves = tuple(one for one in reading.differences if one.moved is not None)
    return Examined(moves, tuple(found), reading.is_parsed)


def _warning(path: str, difference: Difference, reading: Reading, line: int | None) -> ReviewWarning:
    severity = RULES[difference.rule]
    here = None if line is None else reading.new_place(line)
    before = None if difference.old_line is None else reading.old_place(difference.old_line)
    where = "on the line or above it, or " if reading.takes_comments and line is not None else ""
    comment = f"# mlgit: ignore[{difference.rule}] " if where else ""
    return ReviewWarning(
        rule=difference.rule,
        severity=_WEAKER[severity] if difference.weak else severity,
        path=path,
        cell=here.cell if here else None,
        line=here.line if here else None,
        old_line=before.line if before else None,
        message=difference.message,
        silence=f"{comment}{where}git config --add mlgit.silencedWarnings {difference.rule}",
    )
