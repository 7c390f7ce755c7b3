"""Runs one command: reads the words, finds the repository like git does, calls the verb, prints what came of it.

Every run first lets the observer look, so that what the terminal did since is pinned and can be undone; the surprise
is therefore that a verb that only reads may write below ``.git/mlgit``, though never anything of git's own.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
import traceback
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlgit.api.routes import ROUTES, load
from jupyter_mlgit.cli.arguments import UsageError
from jupyter_mlgit.cli.screen import Screen, visible, wants_colour
from jupyter_mlgit.cli.words import Words, find_version, overview, split_words, wants_json
from jupyter_mlgit.problems import BadRequest, BranchNotFound, NotARepository, Problem

if TYPE_CHECKING:
    from jupyter_mlgit.api.routes import Route
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context
    from jupyter_mlgit.values import Value

DONE, REFUSED, MISUSED, NOT_ALL, INTERRUPTED = 0, 1, 2, 4, 130
"""Exit statuses. The last one is the shell's own for Ctrl-C, so that a loop of commands ends with it."""


class Interrupted(Problem):
    """The person has ended the command with Ctrl-C."""

    code = "interrupted"


class OutputLost(Exception):
    """What was printed has reached nobody: whoever read it has enough, as ``head`` does, or the disk is full."""


def run(argv: list[str], routes: tuple[Route, ...] = ROUTES) -> int:
    """Runs a command line and gives its exit status; whatever happens, no traceback is shown."""
    _let_streams_escape()
    try:
        return _guarded(argv, routes, as_json=wants_json(argv))
    except OutputLost as lost:
        # Python would complain once more at its end.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(lost.__cause__, BrokenPipeError):
            sys.stderr.write(f"The output could not be written: {lost}.\n")
        return REFUSED


def _guarded(argv: list[str], routes: tuple[Route, ...], *, as_json: bool) -> int:
    try:
        return _run(split_words(argv), routes)
    except UsageError as error:
        return _tell_usage(error, as_json=as_json)
    except SystemExit:  # argparse, after it has printed a help text
        _write("")
        return DONE
    except OutputLost:
        raise
    except BadRequest as problem:
        _tell(problem, as_json=as_json)
        return MISUSED
    except Problem as problem:
        return _tell(problem, as_json=as_json)
    except KeyboardInterrupt:
        _tell(_interrupted(), as_json=as_json)
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 -- the last resort of a program: a sentence for the person, the rest to a file
        return _tell(_fault(error), as_json=as_json)


def _write(text: str | bytes) -> None:
    try:
        if isinstance(text, bytes):
            sys.stdout.buffer.write(text)
        else:
            sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        raise OutputLost(error.strerror or str(error)) from error


def _run(words: Words, routes: tuple[Route, ...]) -> int:
    if words.wanted == "version":
        _write(f"jupyter-mlgit {find_version()}\n")
        return DONE
    if words.wanted == "help":
        _write(overview(routes))
        return DONE
    if words.verb is None:
        if words.json:
            raise UsageError("No command is given", "Run 'jupyter mlgit --help' for the list of commands.")
        sys.stderr.write(overview(routes))
        return MISUSED
    if words.verb == "sample":
        from jupyter_mlgit.cli.sample import make_sample

        return _show(make_sample(words.rest), None, as_json=words.json)
    rows = [route for route in routes if route.verb == words.verb and route.command_line]
    if any(route.verb == words.verb for route in routes) and not rows:
        from jupyter_mlgit.cli.suggestions import instead_of

        raise UsageError(f"'{words.verb}' is asked of a server that runs, and is no command", instead_of(words.verb))
    if not rows:
        from jupyter_mlgit.cli.suggestions import verb_meant

        meant = verb_meant(words.verb, [*(route.verb for route in routes if route.command_line), "sample"])
        guess = f"Did you mean '{meant}'? " if meant else ""
        raise UsageError(
            f"There is no command '{words.verb}'", f"{guess}Run 'jupyter mlgit --help' for the list of commands."
        )
    from jupyter_mlgit.cli.request import read_request

    route, request, yes = read_request(rows, words.rest)
    if route.of == "machine":
        folder = None if words.directory is None else _folder(words.directory)
        return _show(load(route).run(request, _context(folder)), request, as_json=words.json)
    with contextlib.closing(_find(words.directory)) as repo:
        if repo.worktree is not None:
            from jupyter_mlgit.cli.places import from_here

            request = from_here(request, Path(words.directory or "."), repo.worktree)
        if route.asks and not yes:
            from jupyter_mlgit.cli.asking import ask

            ask(repo, request, _context(), as_json=words.json)
        result = _act(route, repo, request)
    return _show(result, request, as_json=words.json)


def _show(result: Value, request: Value | None, *, as_json: bool) -> int:
    if as_json:
        _print_json(result)
    else:
        from jupyter_mlgit.cli.text import show

        screen = Screen(colour=wants_colour(sys.stdout), terminal=sys.stdout.isatty())
        show(screen, result, request)
        _write(screen.text() if screen.content is None else screen.content)
    # All that was named was refused, something deserves a second look, or a test failed: a script must hear of it.
    refused = getattr(result, "refused", None) and not getattr(result, "files", None)
    failed = getattr(result, "ok", None) is False
    if refused or failed or getattr(result, "warnings", None):
        return REFUSED
    return NOT_ALL if getattr(result, "unread", None) else DONE


def _find(directory: str | None) -> Repository:
    from jupyter_mlgit.api.remembered import cache_path
    from jupyter_mlgit.git.repository import open_repository

    named = os.environ.get("GIT_DIR") if directory is None else None
    start = Path(named or directory or ".")
    if named and start.name == ".git":
        start = start.parent
    try:
        return open_repository(_folder(start), cache_dir=cache_path())
    except (OSError, ValueError) as error:
        raise NotARepository("The folder cannot be opened.", "Check its name and its permissions.") from error


def _folder(named: str | Path) -> Path:
    try:
        folder = Path(named).absolute()
        if not folder.is_dir():
            raise NotARepository(f"There is no folder {folder}.", "Give a folder that there is after -C.")
    except (OSError, ValueError) as error:
        raise NotARepository("The folder cannot be opened.", "Check its name and its permissions.") from error
    return folder


def _act(route: Route, repo: Repository, request: Value) -> Value:
    from jupyter_mlgit.api.remembered import remember

    context = _context()
    with repo.lock:
        _look(repo, context)
        remember(repo, context.now)
        try:
            result: Value = load(route).run(repo, request, context)
        except BranchNotFound as problem:
            from jupyter_mlgit.cli.suggestions import with_suggestion

            raise with_suggestion(problem, route, repo, request, context) from problem
    return result


def _context(folder: Path | None = None) -> Context:
    from jupyter_mlgit.api.settings import read_settings
    from jupyter_mlgit.journal.context import Context, Host

    return Context(now=time.time(), source="cli", settings=read_settings(), host=Host(folder=folder))


def _look(repo: Repository, context: Context) -> None:
    from jupyter_mlgit.journal.observed import observe

    # Looking is a service; a repository that cannot be written, or is busy, is still shown.
    with contextlib.suppress(Problem, OSError):
        observe(repo, context)


def _tell_usage(error: UsageError, *, as_json: bool) -> int:
    message = f"{str(error)[:1].upper()}{str(error)[1:]}".rstrip(".") + "."
    if as_json:
        _print_json({"problem": BadRequest(message, error.usage).body()})
    else:
        sys.stderr.write(f"{visible(message)}\n{error.usage}\n")
    return MISUSED


def _tell(problem: Problem, *, as_json: bool) -> int:
    if as_json:
        _print_json({"problem": problem.body()})
    else:
        screen = Screen(colour=wants_colour(sys.stderr))
        screen.line(screen.paint("Refused:", "bold", "red"), screen.paint(problem.message))
        screen.line(screen.paint(problem.hint))
        sys.stderr.write(screen.text())
    return REFUSED


def _interrupted() -> Problem:
    return Interrupted(
        "The command was interrupted.",
        "What it had not done is not done; 'jupyter mlgit recover' says whether something was cut off.",
    )


def _fault(error: Exception) -> Problem:
    from jupyter_mlgit.api.problems import InternalError
    from jupyter_mlgit.api.remembered import list_path

    fault = uuid.uuid4().hex[:12]
    place = list_path().with_name("faults.log")
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("a", encoding="utf-8", errors="backslashreplace") as log:
            log.write(f"{fault}\n{''.join(traceback.format_exception(error))}\n")
    return InternalError(
        f"This program met a fault of its own ({type(error).__name__}).",
        f"Look for {fault} in {place} and report what stands there.",
        errorId=fault,
    )


def _print_json(value: object) -> None:
    from jupyter_mlgit.api.encoding import encode

    _write(encode(value).decode() + "\n")


def _let_streams_escape() -> None:
    """A terminal that can't show a character gets it escaped instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
