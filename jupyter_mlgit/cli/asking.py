"""Asks before an act that lets a repository's own programs run from then on.

What would run is always told first. A person at a terminal answers; a script says ``--yes``. Nothing holds the
repository's lock meanwhile, so what would run is looked at once more after the answer.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from jupyter_mlgit.cli.history_text import show_programs
from jupyter_mlgit.cli.screen import Screen, wants_colour
from jupyter_mlgit.git import trust as stored
from jupyter_mlgit.history.trust import TrustChange, TrustRequest, show_trust
from jupyter_mlgit.problems import Problem, StateChanged

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context
    from jupyter_mlgit.values import Value


class NotConfirmed(Problem):
    """The person has not said yes, or there is nobody to ask."""

    code = "not-confirmed"


def ask(repo: Repository, request: Value, context: Context, *, as_json: bool) -> None:
    """Tells what would run and asks whether it may.

    Args:
        repo: the repository.
        request: the act; only one that gives trust is asked about.
        context: the circumstances.
        as_json: whether nothing but one document may be printed, so that nobody can be asked.

    Raises:
        NotConfirmed: unless the answer is yes.
        StateChanged: if something else would run by the time of the answer.
        UntrustedRepository: if the repository belongs to somebody else.
    """
    if not isinstance(request, TrustChange) or request.withdraw:
        return
    repo.require_writable()
    seen = stored.fingerprint(repo)
    found = show_trust(repo, TrustRequest(), context)
    if found.trusted or not found.would_run:
        return
    programs = [{"what": one.what, "where": one.where} for one in found.would_run]
    if not as_json:
        screen = Screen(colour=wants_colour(sys.stderr))
        screen.line(screen.paint("This would run from then on, with every act that it is there for:"))
        show_programs(screen, found.would_run)
        sys.stderr.write(screen.text())
    if as_json or not sys.stdin.isatty():
        raise NotConfirmed(
            "Nothing is trusted yet: nobody has said yes to what would run.",
            "Look at it with 'jupyter mlgit trust --list', then repeat this with --yes.",
            wouldRun=programs,
        )
    sys.stderr.write("Trust this repository? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise NotConfirmed(
            "Nothing is trusted.", "Repeat this and answer y once you want it to run.", wouldRun=programs
        )
    if stored.fingerprint(repo) != seen:
        raise StateChanged("What would run has changed meanwhile.", "Look at it again: jupyter mlgit trust --list.")
