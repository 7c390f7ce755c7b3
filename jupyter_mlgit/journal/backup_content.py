"""Says what a backup holds, by the commits that it is made of.

Only the trees that differ are read: the working files against HEAD, the index against HEAD, and the two small trees of
untracked files and of conflicts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jupyter_mlgit.git.tree_changes import tree_changes

if TYPE_CHECKING:
    from jupyter_mlgit.git.commits import Commit
    from jupyter_mlgit.git.objects import Oid
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.git.tree_edit import Side

ACT, ASKED, RUN = b"Before: ", b"Backup on demand", b"Backup before a kernel run"
"""How a backup's subject begins, by why it was made."""

Changes = dict[bytes, "Side | None"]
"""Path → mode and blob, or None where there is no file; against HEAD."""


@dataclass
class Content:
    """What a backup holds that HEAD did not have."""

    head: Oid | None
    """What HEAD was; None before the first commit."""
    files: Changes = field(default_factory=dict)
    """Working files that git knows."""
    untracked: Changes = field(default_factory=dict)
    index: Changes = field(default_factory=dict)
    conflicts: Changes = field(default_factory=dict)
    """The sides of conflicts, each path behind its stage and a slash."""

    @property
    def stages(self) -> dict[bytes, dict[int, Side]]:
        """The sides of conflicts by path and stage."""
        found: dict[bytes, dict[int, Side]] = {}
        for name, side in self.conflicts.items():
            stage, _, path = name.partition(b"/")
            if side is not None and stage in (b"1", b"2", b"3"):
                found.setdefault(path, {})[int(stage)] = side
        return found

    @property
    def paths(self) -> list[bytes]:
        """All names, each once."""
        return sorted(self.files.keys() | self.untracked.keys() | self.index.keys() | self.stages.keys())


def content_of(repo: Repository, backup: Oid) -> Content:
    """Reads what a backup holds.

    Raises:
        MissingObject: if a part of it is not there.
        DamagedRepository: if a part of it cannot be read.
        TooLarge: if it is larger than anything that is made here.
    """
    commit = repo.objects.commit
    files = commit(backup)
    head, index, *beside = _parents(repo, files)
    content = Content(head=head)
    base = None if head is None else commit(head).tree
    content.files = _changes(repo, base, files.tree)
    if index is not None:
        content.index = _changes(repo, base, commit(index).tree)
    for one in beside:
        if one is not None:
            found = commit(one)
            part = content.conflicts if found.subject.startswith(b"conflicts") else content.untracked
            part.update(_changes(repo, None, found.tree))
    return content


def head_of(repo: Repository, backup: Oid) -> Oid | None:
    """Gives the commit that a backup is of; None for one from before the first commit.

    Raises:
        MissingObject: if a part of it is not there.
        DamagedRepository: if a part of it cannot be read.
    """
    return _parents(repo, repo.objects.commit(backup))[0]


def _parents(repo: Repository, files: Commit) -> list[Oid | None]:
    """Gives HEAD, which a backup before the first commit does not have, the index and the rest."""
    parents: list[Oid | None] = [*files.parents]
    if len(files.parents) > 1 and list(repo.objects.commit(files.parents[1]).parents) == [files.parents[0]]:
        return parents
    return [None, *parents] if parents else [None, None]


def _changes(repo: Repository, old: Oid | None, new: Oid) -> Changes:
    return {
        one.path: None if one.new is None else (one.new.mode, one.new.oid)
        for one in tree_changes(repo.objects, old, new)
    }
