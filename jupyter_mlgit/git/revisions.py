"""Turns what a person calls a revision into an object, as ``git rev-parse --verify`` does (gitrevisions(7)).

A revision is read from its end: ``main@{2}^2~3^{tree}`` is the tree of the third ancestor of … of a name. The names
themselves are for ``revision_names``. Each step gives an object or raises ``BadRevision``.
"""

from __future__ import annotations

import os
import re
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final

from jupyter_mlgit.git.index import read_index
from jupyter_mlgit.git.objects import MissingObject, Oid
from jupyter_mlgit.git.revision_names import find_named
from jupyter_mlgit.problems import BadRevision

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_mlgit.git.repository import Repository

LONGEST: Final = 10_000
"""Bytes of a revision."""
MOST_STEPS: Final = 200
"""Steps of a revision: each is a call within a call."""

_STEP: Final = re.compile(rb"(.*)([~^])(\d{0,9})", re.DOTALL)
_PEEL: Final = re.compile(rb"(.*)\^\{([^{}]*|/.*)\}", re.DOTALL)
_STAGED: Final = re.compile(rb":(?:([0-3]):)?(.+)", re.DOTALL)
_KINDS: Final = frozenset({b"commit", b"tree", b"blob", b"tag"})
_HINT: Final = "Name a branch, a tag or a commit, such as main, v1.0, HEAD~2 or 1a2b3c4."


def resolve(repo: Repository, text: str | bytes) -> Oid:
    """Gives the object that a revision names.

    A full object name is given back as it is, whether or not the object is there, as git does.

    Args:
        repo: the repository.
        text: such as ``main``, ``HEAD~2``, ``v1.0^{tree}``, ``@{yesterday}``, ``main:train.py`` or ``:/typo``.

    Raises:
        BadRevision: if it names nothing, or more than one thing.
    """
    return _resolve(repo, _as_bytes(text), None)


def resolve_commit(repo: Repository, text: str | bytes) -> Oid:
    """Gives the commit that a revision names, tags followed.

    Raises:
        BadRevision: if it names nothing, something other than a commit, or a commit that is gone.
    """
    name = _as_bytes(text)
    return _peel(repo, _resolve(repo, name, b"commit"), b"commit", name)


def _as_bytes(text: str | bytes) -> bytes:
    try:
        name = os.fsencode(text)
    except UnicodeEncodeError as error:
        raise BadRevision("A text with half a character in it names no revision.", _HINT) from error
    if len(name) > LONGEST or name.count(b"~") + name.count(b"^") > MOST_STEPS:
        raise BadRevision(f"'{_shown(name[:40])}…' is longer than any revision that is read here.", _HINT)
    return name


def _resolve(repo: Repository, text: bytes, wanted: bytes | None) -> Oid:
    if text.startswith(b":/"):
        tips = [*repo.refs.all().values(), repo.refs.head().oid]
        return _find_by_message(repo, [tip for tip in tips if tip], text[2:], text)
    staged = _STAGED.fullmatch(text)
    if staged:
        return _in_index(repo, int(staged[1] or 0), staged[2], text)
    colon = _colon(text)
    if colon is not None:
        tree = _peel(repo, _resolve(repo, text[:colon], b"tree"), b"tree", text[:colon])
        return _in_tree(repo, tree, text[colon + 1 :], text)
    peel = _PEEL.fullmatch(text)
    if peel:
        return _apply_peel(repo, peel[1], peel[2], text)
    step = _STEP.fullmatch(text)
    if step:
        start = _peel(repo, _resolve(repo, step[1], b"commit"), b"commit", step[1])
        number = int(step[3]) if step[3] else 1
        return _ancestor(repo, start, number, text) if step[2] == b"~" else _parent(repo, start, number, text)
    if not text:
        raise BadRevision("An empty text names no revision.", _HINT)
    return find_named(repo, text, wanted)


def _colon(text: bytes) -> int | None:
    depth = 0
    for place, byte in enumerate(text):
        if byte == ord("{"):
            depth += 1
        elif byte == ord("}"):
            depth -= 1
        elif byte == ord(":") and depth <= 0:
            return place
    return None


def _apply_peel(repo: Repository, name: bytes, what: bytes, text: bytes) -> Oid:
    if what.startswith(b"/"):
        start = _peel(repo, _resolve(repo, name, b"commit"), b"commit", name)
        return start if what == b"/" else _find_by_message(repo, [start], what[1:], text)
    wanted = what if what in _KINDS else None
    if wanted is None and what not in (b"", b"object"):
        raise BadRevision(f"'{_shown(text)}' ends in braces that mean nothing to git.", _HINT)
    oid = _resolve(repo, name, wanted if wanted in (b"commit", b"tree") else None)
    if what == b"object":
        _kind(repo, oid, text)
        return oid
    return _peel(repo, oid, wanted, text)


def _peel(repo: Repository, oid: Oid, wanted: bytes | None, text: bytes) -> Oid:
    """Follows tags (and a commit to its tree) until the wanted kind; None stands for anything but a tag."""
    for _ in range(100):
        kind = _kind(repo, oid, text)
        if kind == wanted or (wanted is None and kind != b"tag"):
            return oid
        if kind == b"tag":
            oid = Oid(repo.objects.raw(oid)[1].split(b"\n", 1)[0].removeprefix(b"object "))
        elif kind == b"commit" and wanted == b"tree":
            return repo.objects.commit(oid).tree
        else:
            break
    raise BadRevision(f"'{_shown(text)}' names no {(wanted or b'object').decode()}.", _HINT)


def _kind(repo: Repository, oid: Oid, text: bytes) -> bytes:
    kind = repo.objects.kind(oid)
    if kind is None:
        raise BadRevision(
            f"'{_shown(text)}' names the object {oid.decode()}, which is not in this repository.",
            "It may have been removed by 'git gc', or it was never fetched.",
        )
    return kind


def _parent(repo: Repository, commit: Oid, number: int, text: bytes) -> Oid:
    if number == 0:
        return commit
    parents = repo.graph.parents(commit)
    if number > len(parents):
        raise BadRevision(f"'{_shown(text)}' asks for parent {number} of a commit that has {len(parents)}.", _HINT)
    return Oid(parents[number - 1])


def _ancestor(repo: Repository, commit: Oid, number: int, text: bytes) -> Oid:
    oid = commit
    for _ in range(number):
        parents = repo.graph.parents(oid)
        if not parents:
            raise BadRevision(f"'{_shown(text)}' goes back beyond the first commit.", _HINT)
        oid = Oid(parents[0])
    return oid


def _find_by_message(repo: Repository, tips: Iterable[bytes], pattern: bytes, text: bytes) -> Oid:
    wanted = True
    if pattern.startswith(b"!"):
        if pattern[1:2] not in (b"!", b"-"):
            raise BadRevision(f"'{_shown(text)}': after '!' only '-' or a second '!' means something.", _HINT)
        wanted, pattern = pattern[1:2] == b"!", pattern[1 if pattern[1:2] == b"!" else 2 :]
    try:
        expression = re.compile(pattern, re.MULTILINE)
    except re.error as error:
        raise BadRevision(f"'{_shown(text)}' holds a pattern that cannot be read: {error}.", _HINT) from error
    heap: list[tuple[int, int, bytes]] = []
    met: set[bytes] = set()
    waiting = list(tips)
    while waiting or heap:
        for oid in waiting:
            try:
                kind, commit = repo.objects.peel(oid)
            except MissingObject:
                continue
            if kind == b"commit" and commit not in met:
                heappush(heap, (-repo.graph.commit_time(commit), len(met), commit))
                met.add(commit)
        if not heap:
            break
        newest = heappop(heap)[2]
        if bool(expression.search(repo.objects.commit(newest).message)) == wanted:
            return Oid(newest)
        waiting = list(repo.graph.parents(newest))
    raise BadRevision(f"'{_shown(text)}' matches no commit's message.", _HINT)


def _in_tree(repo: Repository, tree: Oid, path: bytes, text: bytes) -> Oid:
    oid = tree
    for name in path.removeprefix(b"./").rstrip(b"/").split(b"/") if path else ():
        kind = repo.objects.kind(oid)
        entries = repo.objects.tree(oid) if kind == b"tree" else []
        found = next((entry.oid for entry in entries if entry.name == name), None)
        if found is None:
            raise BadRevision(f"'{_shown(text)}' names a path that is not in that revision.", _HINT)
        oid = found
    return oid


def _in_index(repo: Repository, stage: int, path: bytes, text: bytes) -> Oid:
    try:
        entries = read_index(repo.git_dir / "index", repo.hex_length).entries
    except OSError as error:
        raise BadRevision(f"'{_shown(text)}' cannot be looked for: the index cannot be read.", _HINT) from error
    found = next((one for one in entries if (one.path, one.stage) == (path, stage)), None)
    if found is None:
        raise BadRevision(f"'{_shown(text)}' names a path that is not in the index.", _HINT)
    return found.oid


def _shown(text: bytes) -> str:
    return text.decode("utf-8", "replace")
