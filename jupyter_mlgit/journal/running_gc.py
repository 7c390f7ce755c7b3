"""Keeps from a running ``git gc`` what no ref held when it began: it has chosen already what it will take.

git-gc(1) warns of this race in its notes. A ref that is made meanwhile would name nothing in the end, and every later
``git gc`` would stop at it. So what only the new ref holds is written once more, in a pack that gc leaves alone.
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from jupyter_mlgit.git.object_writer import ObjectWriter
from jupyter_mlgit.git.objects import MissingObject, Oid
from jupyter_mlgit.git.tree_changes import FOLDER, GITLINK
from jupyter_mlgit.problems import DamagedRepository

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_mlgit.git.repository import Repository

_GC_AGE = 12 * 3600
"""Seconds for which git takes ``gc.pid`` for that of a running gc."""


def collects_garbage(repo: Repository) -> bool:
    """Tells whether ``git gc`` runs; it leaves a file behind when it is killed, and passes over it after half a day."""
    try:
        age = time.time() - (repo.common_dir / "gc.pid").stat().st_mtime
    except OSError:
        return False
    return age < _GC_AGE


def hold_against_gc(repo: Repository, tips: Iterable[bytes]) -> None:
    """Writes once more what only these tips hold, if a gc runs; the caller makes the refs and releases the packs.

    What has gone already, or cannot be read, is left to whoever makes the refs.

    Raises:
        OSError: if it cannot be written.
    """
    if not collects_garbage(repo):
        return
    live = [*repo.refs.all().values(), *(tree.head.oid for tree in repo.refs.worktrees() if tree.head.oid)]
    for tip in tips:
        with (
            contextlib.suppress(MissingObject, DamagedRepository),
            ObjectWriter(repo, expected=0, packed=True) as writer,
        ):
            _hold(repo, writer, Oid(tip), live)
            writer.finish()


def _hold(repo: Repository, writer: ObjectWriter, tip: Oid, live: list[Oid]) -> None:
    objects = repo.objects
    kind, data = objects.raw(tip)
    while kind == b"tag":
        writer.hold(tip, kind)
        tip = Oid(data.split(b"\n", 1)[0].removeprefix(b"object "))
        kind, data = objects.raw(tip)
    held: set[Oid] = set()
    if kind != b"commit":
        _hold_tree(repo, writer, tip, held) if kind == b"tree" else writer.hold(tip)
        return
    alone = repo.graph.reachable_from(live).unique(tip)
    below = {parent for oid in alone for parent in objects.commit(oid).parents}
    for oid in below.difference(alone):
        _hold_tree(repo, None, objects.commit(oid).tree, held)
    for one in alone:
        writer.hold(Oid(one), b"commit")
        _hold_tree(repo, writer, objects.commit(one).tree, held)


def _hold_tree(repo: Repository, writer: ObjectWriter | None, tree: Oid, held: set[Oid]) -> None:
    """Adds a folder with all that is in it and not held already; without a writer, others hold it."""
    waiting = [(tree, FOLDER)]
    while waiting:
        oid, mode = waiting.pop()
        if oid in held or mode == GITLINK:
            continue
        held.add(oid)
        if writer is not None:
            writer.hold(oid, b"tree" if mode == FOLDER else b"blob")
        if mode == FOLDER:
            waiting += [(one.oid, one.mode) for one in repo.objects.tree(oid)]
