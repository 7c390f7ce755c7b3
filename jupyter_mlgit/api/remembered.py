"""Remembers which repositories a person has opened, in the panel or on the command line, across restarts.

A running server watches them all, so that a branch deleted in a terminal is pinned while nobody looks. The list
lies in Jupyter's data folder of the person, never in a repository; a running server notices when the command line
adds to it, because it watches that file too.
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from jupyter_core.paths import jupyter_data_dir

from jupyter_mlgit.problems import Problem
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository

MOST = 200
"""How many repositories are remembered; those not opened for longest are forgotten first."""

_DAY = 86_400


class Remembered(Value):
    """A repository that was opened.

    Attributes:
        top: its top folder, an absolute path.
        opened: when it was opened last, seconds since the epoch, exact to a day.
    """

    top: str
    opened: float


class RememberedList(Value):
    """The file's content, the one opened last at the end."""

    repositories: tuple[Remembered, ...] = ()


def list_path() -> Path:
    """Gives the file's place."""
    return Path(jupyter_data_dir()) / "mlgit" / "repositories.json"


def cache_path() -> Path:
    """Gives the folder for what can be computed again, beside it."""
    return list_path().parent / "cache"


def read_remembered() -> list[Path]:
    """Gives the top folders, whether they are still there or not; a list that cannot be read is an empty one."""
    return [Path(one.top) for one in _read()]


def remember(repo: Repository, now: float | None = None) -> bool:
    """Adds a repository to the list, quietly: being remembered must never be why an act fails.

    Args:
        repo: the repository that was opened.
        now: seconds since the epoch; None is the present.

    Returns:
        True if the list was written, False if it stands there already or could not be written.
    """
    from jupyter_mlgit.git.durable import write_durably
    from jupyter_mlgit.git.locks import repository_lock

    now = time.time() if now is None else now
    top = str(repo.top)
    if any(one.top == top and one.opened > now - _DAY for one in _read()):
        return False
    with contextlib.suppress(Problem, OSError, UnicodeError):
        place = list_path()
        place.parent.mkdir(parents=True, exist_ok=True)
        with repository_lock(place.parent):
            others = [one for one in _read() if one.top != top]
            kept = RememberedList(repositories=(*others, Remembered(top=top, opened=now))[-MOST:])
            write_durably(place, msgspec.json.encode(kept))
            return True
    return False


def _read() -> tuple[Remembered, ...]:
    try:
        return msgspec.json.decode(list_path().read_bytes(), type=RememberedList).repositories
    except (OSError, msgspec.MsgspecError, UnicodeError):
        return ()
