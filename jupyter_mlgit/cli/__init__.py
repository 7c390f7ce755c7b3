"""``jupyter mlgit …``: the same verbs as the REST API, for people on SSH."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command line.

    Args:
        argv: the words after the program's name; None takes those of the process.

    Returns:
        0 done, 1 refused or failed, 2 wrong usage, 130 interrupted.
    """
    from jupyter_mlgit.cli.command import run

    return run(sys.argv[1:] if argv is None else list(argv))
