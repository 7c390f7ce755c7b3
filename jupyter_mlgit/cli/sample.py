"""``jupyter mlgit sample DIR``: the one command that asks for no repository, since it makes one."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlgit.cli.arguments import Parser, add_fields
from jupyter_mlgit.cli.examples import example_of
from jupyter_mlgit.cli.wording import short

if TYPE_CHECKING:
    from jupyter_mlgit.cli.screen import Screen
    from jupyter_mlgit.sample.history import SampleResult


def make_sample(words: list[str]) -> SampleResult:
    """Makes the sample project in the folder that the words name.

    Raises:
        UsageError: if they name none.
        Problem: if it cannot be made there.
    """
    from jupyter_mlgit.sample import history

    parser = Parser(
        prog="jupyter mlgit sample",
        description="Makes a sample project with deleted branches, to try everything on.",
        epilog=example_of("sample"),
        allow_abbrev=False,
    )
    add_fields(parser, [history.SampleRequest])
    given = parser.parse_args(words)
    return history.make_sample(Path(given.directory), now=time.time())


def show_sample(screen: Screen, made: SampleResult) -> None:
    """Tells what there is to find."""
    screen.line(screen.paint("Made a sample project in"), screen.paint(made.directory, "bold"))
    screen.line(screen.paint("This is lost in it:"))
    rows = [("", lost.name or "(no name)", short(lost.tip), lost.how) for lost in made.lost]
    screen.columns(rows, "", "yellow", "cyan", "dim")
    screen.line(screen.paint(f"Try: jupyter mlgit -C {made.directory} deleted --all"))
