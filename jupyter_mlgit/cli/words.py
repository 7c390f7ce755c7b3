"""Takes a command line apart: what stands before the command, which command, and what is left for its own options."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlgit.cli.arguments import UsageError

if TYPE_CHECKING:
    from jupyter_mlgit.api.routes import Route

USAGE = "usage: jupyter mlgit COMMAND … [-C DIR] [--json]"


@dataclass(frozen=True)
class Words:
    """What stands before and around a verb."""

    verb: str | None
    rest: list[str]
    directory: str | None
    json: bool
    wanted: str | None
    """``help`` or ``version`` where the command line asks for that alone."""


def wants_json(argv: list[str]) -> bool:
    """Tells whether ``--json`` stands anywhere before a ``--``."""
    end = argv.index("--") if "--" in argv else len(argv)
    return "--json" in argv[:end]


def split_words(argv: list[str]) -> Words:
    """Takes apart what stands before the verb: only then is it known whose options follow.

    Raises:
        UsageError: for an option that is none.
    """
    end = argv.index("--") if "--" in argv else len(argv)
    directory, rest = _take_directory(argv[:end])
    rest = [word for word in rest if word != "--json"] + argv[end:]
    wanted = None
    while rest and rest[0].startswith("-"):
        word = rest.pop(0)
        if word in ("-h", "--help"):
            wanted = "help"
        elif word == "--version":
            wanted = "version"
        else:
            raise UsageError(f"There is no option '{word}' before a command", USAGE)
    verb = rest.pop(0) if rest and wanted is None else None
    if verb == "help":
        # As git has it: `help restore` is `restore --help`.
        verb, rest, wanted = (rest[0], ["--help"], None) if rest else (None, [], "help")
    return Words(verb, rest, directory, wants_json(argv), wanted)


def _take_directory(words: list[str]) -> tuple[str | None, list[str]]:
    """Takes each ``-C DIR`` out, wherever it stands; a second one counts from the first one on, as in git.

    After ``switch`` it is git's own ``-C BRANCH`` and stays, unless it may just as well be meant for a folder.
    """
    directory: Path | None = None
    rest, left = [], list(words)
    while left:
        word = left.pop(0)
        if not word.startswith("-C"):
            rest.append(word)
            continue
        if not (word[2:] or left):
            raise UsageError("-C needs a folder", USAGE)
        value = word[2:] or left.pop(0)
        if "switch" in [one for one in rest if not one.startswith("-")][:1]:
            if ((directory or Path()) / value).is_dir():
                raise UsageError(
                    f"After 'switch', -C makes a branch, but '{value}' is a folder",
                    f"Write --force-create {value} for the branch, or -C {value} before 'switch' for the folder.",
                )
            rest += ["-C", value]
            continue
        directory = (directory or Path()) / value
    return None if directory is None else str(directory), rest


def overview(routes: tuple[Route, ...]) -> str:
    """Gives the help text that lists every command."""
    verbs: dict[str, str] = {}
    # What the bare verb does; a row with an option of its own comes after it.
    for route in sorted(routes, key=lambda route: bool(route.option)):
        if route.command_line:
            verbs.setdefault(route.verb, route.summary)
    verbs["sample"] = "Makes a sample project with deleted branches, to try everything on."
    width = max(len(verb) for verb in verbs)
    lines = [f"  {verb:<{width}}  {summary}" for verb, summary in verbs.items()]
    return "\n".join(
        [
            USAGE,
            "",
            "Brings back what git branch -D, git reset --hard and their like have taken.",
            "",
            *lines,
            "",
            "  -C DIR      work in DIR instead of the current folder; before 'switch', whose -C is git's own",
            "  --json      print one JSON document, the same as the REST API sends",
            "  --version   print the version",
            "",
            "Exit status: 0 done, 1 refused or failed, 2 wrong usage; COMMAND --help says where it is more than that.",
            "'jupyter mlgit COMMAND --help' explains a command.",
            "",
        ]
    )


def find_version() -> str:
    """Gives the version that is installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("jupyter-mlgit")
    except PackageNotFoundError:
        return "(not installed)"
