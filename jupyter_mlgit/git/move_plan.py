"""Keeps what a move of the working files is about to do, so that it can be finished or rolled back after a crash.

Only the files that the move touches stand in it, with what they were: everything else is the person's, and stays as
it is whichever way the move is settled.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jupyter_mlgit.git.durable import write_durably
from jupyter_mlgit.git.objects import Oid, TreeEntry
from jupyter_mlgit.git.safe_names import require_safe_path
from jupyter_mlgit.problems import DamagedRepository

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_mlgit.git.repository import Repository


@dataclass(frozen=True)
class Step:
    """One file of a move."""

    path: bytes
    old: TreeEntry | None
    new: TreeEntry | None
    was_there: bool
    """Whether the file was on disk; a person may have deleted it before."""


@dataclass(frozen=True)
class MovePlan:
    """All files of one move, and the commits that it goes from and to."""

    old: Oid | None
    new: Oid | None
    steps: list[Step]


def keep_move(repo: Repository, plan: MovePlan) -> None:
    """Writes the plan down before the first file is changed.

    Raises:
        OSError: if it cannot be written.
    """
    steps = [[os.fsdecode(one.path), _pair(one.old), _pair(one.new), one.was_there] for one in plan.steps]
    content = {"old": _text(plan.old), "new": _text(plan.new), "steps": steps}
    write_durably(_path(repo), json.dumps(content, ensure_ascii=True).encode())


def kept_move(repo: Repository, old: Oid | None, new: Oid | None) -> tuple[MovePlan, bool] | None:
    """Gives the plan of the move between two commits and whether it goes from the first to the second.

    None when there is none: then no file has been changed.

    Raises:
        DamagedRepository: if it cannot be read.
    """
    path = _path(repo)
    try:
        content = json.loads(path.read_bytes())
        steps = [_step(*one) for one in content["steps"]]
        plan = MovePlan(_oid(content["old"]), _oid(content["new"]), steps)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedRepository(
            f"{path}, the list of files that an interrupted act has been changing, cannot be read.",
            "Compare your files with 'git status', then remove it and .git/mlgit/unfinished.json.",
        ) from error
    if (plan.old, plan.new) == (old, new):
        return plan, True
    return (plan, False) if (plan.old, plan.new) == (new, old) else None


def forget_move(repo: Repository) -> None:
    """Removes the plan of a move that has come to its end."""
    _path(repo).unlink(missing_ok=True)


def _path(repo: Repository) -> Path:
    return repo.ours / "unfinished-files.json"


def _pair(entry: TreeEntry | None) -> list[Any] | None:
    return None if entry is None else [entry.mode, entry.oid.decode()]


def _step(path: str, old: list[Any] | None, new: list[Any] | None, was_there: bool) -> Step:  # noqa: FBT001 -- as they stand in the file
    raw = os.fsencode(path)
    require_safe_path(raw, 0)
    return Step(raw, _entry(raw, old), _entry(raw, new), was_there)


def _entry(path: bytes, pair: list[Any] | None) -> TreeEntry | None:
    return None if pair is None else TreeEntry(path.rpartition(b"/")[2], int(pair[0]), Oid(pair[1].encode()))


def _text(oid: Oid | None) -> str | None:
    return None if oid is None else oid.decode()


def _oid(text: str | None) -> Oid | None:
    return None if text is None else Oid(text.encode())
