"""Verbs that do next to nothing, on which the generic machinery is tested."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from jupyter_mlgit.api.routes import Route
from jupyter_mlgit.problems import BranchNotFound
from jupyter_mlgit.values import Value, argument

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context

HERE = "tests.api.fake_verbs"


class LookRequest(Value):
    """Asks for what was given, and for where."""

    word: Annotated[str, Meta(description="Any word.", extra=argument(positional=True))] = "nothing"
    max_count: Annotated[int, Meta(ge=1, description="A number.", extra=argument(flag="-n"))] = 3
    every: bool = False
    names: list[str] = []


class Looked(Value):
    """What was given, and where."""

    top: str
    word: str
    max_count: int
    every: bool
    names: list[str]
    source: str
    thread: str


class ActRequest(Value):
    """Asks for an act."""

    name: Annotated[str, Meta(description="A name.", extra=argument(positional=True))]
    dry_run: bool = False


class SetRequest(Value):
    """Asks for a setting."""

    days: Annotated[int, Meta(description="Any number.", extra=argument(metavar="DAYS"))]


class Acted(Value):
    """What was done."""

    name: str
    protected: list[str]


def look(repo: Repository, request: LookRequest, context: Context) -> Looked:
    """Gives back what it was given."""
    return Looked(
        top=str(repo.top),
        word=request.word,
        max_count=request.max_count,
        every=request.every,
        names=request.names,
        source=context.source,
        thread=threading.current_thread().name,
    )


def act(repo: Repository, request: ActRequest, context: Context) -> Acted:
    """Does nothing, or refuses, or fails, by the name that it is given."""
    del repo
    if request.name == "missing":
        message = "There is no branch \x1b[31m<b>missing</b>."
        raise BranchNotFound(message, "Look for it in Recovery.", suggestion="main")
    if request.name.startswith("fault"):
        raise RuntimeError(request.name)
    return Acted(name=request.name, protected=list(context.settings.protected))


def set_days(repo: Repository, request: SetRequest, context: Context) -> Acted:
    """Does nothing."""
    del repo, context
    return Acted(name=str(request.days), protected=[])


LOOK = Route("look", "GET", "fake/look", f"{HERE}:look", "LookRequest", "Looked", "Looks.")
ACT = Route("act", "POST", "fake/act", f"{HERE}:act", "ActRequest", "Acted", "Acts.")
BOTH_READ = Route("both", "GET", "fake/both", f"{HERE}:look", "LookRequest", "Looked", "Looks.")
BOTH_ACT = Route(
    "both", "POST", "fake/both", f"{HERE}:set_days", "SetRequest", "Acted", "Sets.", resource="mlgit-destructive"
)

TABLE = (LOOK, ACT, BOTH_READ, BOTH_ACT)
