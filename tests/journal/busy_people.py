"""What several processes do to one repository at once: two that act, editors that save, and a terminal.

Each reports what was acknowledged to it; the test says whether all of that is still there.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from jupyter_mlgit.git.repository import open_repository
from jupyter_mlgit.history.branches import BranchCreateRequest, BranchDeleteRequest, create_branch, delete_branch
from jupyter_mlgit.history.discard import DiscardRequest, discard
from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.history.switch import SwitchRequest, switch_branch
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.journal.unfinished import RecoverRequest, settle_unfinished
from jupyter_mlgit.problems import Problem, UnfinishedOperation
from tests.scenario import Clock, isolated_environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILES = 4
"""How many files each editor has at a time; two of the first are committed, and two are nobody's."""

BRANCHES = ("main", "exp/one", "packed")

# Only what touches no file that an editor has: git itself may go over what is saved in just that moment.
TERMINAL = (
    ("add", "--all"),
    ("commit", "--allow-empty", "--message", "work {number}"),
    ("checkout", "--quiet", "-b", "t{number}"),
    ("commit", "--allow-empty", "--all", "--message", "more {number}"),
    ("branch", "--quiet", "-D", "t{earlier}"),
    ("add", "--all"),
    ("checkout", "--quiet", "--detach"),
    ("commit", "--allow-empty", "--message", "detached {number}"),
    ("pack-refs", "--all"),
    ("gc", "--quiet", "--prune=now"),
)


class Report(NamedTuple):
    """What one process has to say at the end."""

    done: int
    last: dict[str, str]
    """An editor's files and what it has saved there last."""
    failed: list[str]


def act(path: Path, seed: int, count: int, give_up: float, results: Any) -> None:
    """Acts at random until that many acts were done."""
    chosen = random.Random(seed)  # noqa: S311 -- nothing is kept secret with it
    done, failed, until = 0, [], time.monotonic() + give_up
    while done < count and time.monotonic() < until:
        try:
            done += _act_once(path, seed, chosen)
        except Problem:  # refused: something is locked, or was saved meanwhile
            continue
        except Exception as error:  # noqa: BLE001 -- the parent judges
            failed.append(repr(error))
    results.put(Report(done, {}, failed))


def _act_once(path: Path, seed: int, chosen: random.Random) -> int:
    name = f"a{seed}/{chosen.randrange(3)}"
    acts: list[tuple[int, Callable[..., Any], Any]] = [
        (4, reset, ResetRequest(rev=chosen.choice(["HEAD", "HEAD~1", *BRANCHES]), hard=True, allow_pushed=True)),
        (1, reset, ResetRequest(rev="HEAD~1", mixed=True, allow_pushed=True)),
        (1, reset, ResetRequest(rev="HEAD~1", soft=True, allow_pushed=True)),
        (3, switch_branch, SwitchRequest(name=chosen.choice(BRANCHES))),
        (3, discard, DiscardRequest(paths=["."])),
        (4, undo, UndoRequest()),
        (2, redo, RedoRequest()),
        (1, create_branch, BranchCreateRequest(name=name, force=True)),
        (1, delete_branch, BranchDeleteRequest(name=name)),
    ]
    ((_, verb, request),) = chosen.choices(acts, [one[0] for one in acts])
    repo = open_repository(path)
    try:
        context = Context(now=time.time(), source="panel")
        try:
            verb(repo, request, context)
        except UnfinishedOperation:
            settle_unfinished(repo, RecoverRequest(roll_back=True), context)
    finally:
        repo.close()
    return 1


def save(path: Path, seed: int, is_over: Any, results: Any) -> None:
    """Saves files of its own, beside and over them or in place, until it is over.

    A file that an act has taken is never saved again: what was saved there last has to come back, or be in a backup.
    """
    chosen = random.Random(seed)  # noqa: S311 -- as above
    last: dict[str, str] = {}
    names = [f"e{seed}/{number}" for number in range(FILES)]
    failed, done = [], 0
    # A person does not save all the time, and acts are to have a chance.
    while not is_over.wait(chosen.random() * 0.2):
        place = chosen.randrange(FILES)
        if names[place] in last and _now(path / names[place]) != last[names[place]]:
            names[place] = f"e{seed}/{place}-{done}"
        name, content = names[place], f"{names[place]} {done} {chosen.random()}\n"
        try:
            is_saved = _beside(path / name, content) if chosen.random() < 0.5 else _in_place(path / name, content)
        except (FileNotFoundError, NotADirectoryError, FileExistsError):
            is_saved = False
        except OSError as error:
            failed.append(repr(error))
            is_saved = False
        if is_saved:
            last[name] = content
            done += 1
        else:
            last.pop(name, None)  # what was there before may have been cut off by this
    results.put(Report(done, last, failed))


def _now(path: Path) -> str | None:
    try:
        return path.read_text()
    except OSError:
        return None


def _beside(path: Path, content: str) -> bool:
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_name(f".~{path.name}-{os.getpid()}.log")
    temporary.write_text(content)
    temporary.replace(path)
    return True


def _in_place(path: Path, content: str) -> bool:
    """Gives whether the file still has its name when all is written; otherwise nobody could read what was saved."""
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as stream:
        stream.write(content)
        stream.flush()
        written = os.fstat(stream.fileno())
    return os.path.samestat(path.stat(), written)


def work_in_the_terminal(path: Path, is_over: Callable[[], bool]) -> list[str]:
    """Runs git without pause; gives the commits that it has acknowledged."""
    environment = isolated_environment(Clock())
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        environment.pop(name)
    commits, number = [], 0
    while not is_over():
        number += 1
        words = TERMINAL[number % len(TERMINAL)]
        line = [word.format(number=number, earlier=number - 2) for word in words]
        command = ["git", "-c", "core.abbrev=40", *line]
        done = subprocess.run(command, cwd=path, env=environment, capture_output=True, check=False, text=True)
        told = re.match(r"\[.* ([0-9a-f]{40})\]", done.stdout)
        if line[0] == "commit" and done.returncode == 0 and told:
            commits.append(told[1])
    return commits
