"""Answers what the finders ask of commits: are they there, who else holds them, what do they touch.

Kept with the open repository for as long as its refs are the same, so that a second look costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.git.objects import MissingObject
from jupyter_mlgit.git.refs import HEADS, REMOTES, TAGS
from jupyter_mlgit.git.tree_changes import tree_changes
from jupyter_mlgit.journal.pins import pinned_tips
from jupyter_mlgit.problems import DamagedRepository, TooLarge

if TYPE_CHECKING:
    from jupyter_mlgit.git.objects import Commit
    from jupyter_mlgit.git.repository import Repository

MOST_COMMITS = 200
"""Commits of one branch that are searched for notebooks one by one."""
MOST_NOTEBOOKS = 20
MOST_FOLDERS = 5_000
"""Folders of one commit that are searched for notebooks."""


class Tips:
    """The repository's commits as seen from its refs of one moment."""

    def __init__(self, repo: Repository) -> None:
        """Reads the refs; everything else is found when it is asked for."""
        self.repo = repo
        self.refs = repo.refs.all()
        self.head = repo.refs.head().oid
        self.stored = repo.objects.stamp()
        live = {oid for name, oid in self.refs.items() if name.startswith((HEADS, REMOTES, TAGS))}
        remote = {oid for name, oid in self.refs.items() if name.startswith(REMOTES)}
        self.remotes = {*repo.config.subsections("remote")}
        self.remotes |= {name.split(b"/")[2] for name in self.refs if name.startswith(REMOTES)}
        self.live = repo.graph.reachable_from(live)
        self.remote = repo.graph.reachable_from(remote)
        self.from_head = repo.graph.reachable_from([self.head] if self.head else [])
        self.pinned = pinned_tips(self.refs)
        self.from_pins = repo.graph.reachable_from(self.pinned)
        self._sound: dict[bytes, bool] = {}
        self._notebooks: dict[bytes, list[str]] = {}

    def commit(self, oid: bytes) -> Commit | None:
        """Gives a commit, or None when it is gone or damaged."""
        try:
            return self.repo.objects.commit(oid)
        except (MissingObject, DamagedRepository):
            return None

    def is_sound(self, tip: bytes) -> bool:
        """Tells whether the tip, its files' tree and all commits found nowhere else are there."""
        known = self._sound.get(tip)
        if known is None:
            known = self._sound[tip] = self._check(tip)
        return known

    def is_live(self, tip: bytes) -> bool:
        """Tells whether a branch, remote branch or tag reaches the commit."""
        return self.live.contains(tip)

    def notebooks(self, tip: bytes) -> list[str]:
        """Gives the notebooks that the tip's unique commits touch, by path."""
        known = self._notebooks.get(tip)
        if known is None:
            known = self._notebooks[tip] = self._touched(tip)
        return known

    def _check(self, tip: bytes) -> bool:
        commit = self.commit(tip)
        try:
            if commit is None or self.repo.objects.kind(commit.tree) != b"tree":
                return False
        except DamagedRepository:
            return False
        return not self.live.gaps(tip)

    def _touched(self, tip: bytes) -> list[str]:
        found: set[str] = set()
        for oid in self.live.unique(tip, limit=MOST_COMMITS):
            commit = self.commit(oid)
            if commit is None:
                continue
            parent = self.commit(commit.parents[0]) if commit.parents else None
            try:
                old = parent.tree if parent else None
                for change in tree_changes(self.repo.objects, old, commit.tree, most=MOST_FOLDERS):
                    if change.path.endswith(b".ipynb"):
                        found.add(change.path.decode("utf-8", "replace"))
            except (MissingObject, DamagedRepository):
                continue
            except TooLarge:
                break
        return sorted(found)[:MOST_NOTEBOOKS]


def tips_of(repo: Repository) -> Tips:
    """Gives the repository's tips, from memory when no ref has moved."""
    known = repo.memory.get("tips")
    now = (repo.refs.all(), repo.refs.head().oid, repo.objects.stamp())
    if isinstance(known, Tips) and (known.refs, known.head, known.stored) == now:
        return known
    fresh = Tips(repo)
    repo.memory["tips"] = fresh
    return fresh
