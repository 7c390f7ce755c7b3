"""The verb ``volume``: whether a repository lies where it outlives the container."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.environment.container import Lasting, is_container, volume_of
from jupyter_mlgit.environment.diagnosis import of_volume
from jupyter_mlgit.environment.evidence import Finding
from jupyter_mlgit.values import Value, visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context

_ORDER: tuple[Lasting, ...] = ("no", "unknown", "yes")


class VolumeRequest(Value):
    """Asks where the repository lies."""


class RepositoryVolume(Value):
    """Where a repository lies."""

    container: bool
    lasts: Lasting
    """``no`` goes with the container; ``yes`` does not lie in its own layer, or no container is seen."""
    mount: str | None
    """The folder in which its file system is mounted; null where the system does not tell."""
    kind: str | None
    """The kind of file system, such as ``ext4`` or ``overlay``."""
    finding: Finding | None
    """What to do about it; null where nothing has to be done."""


def show_volume(repo: Repository, request: VolumeRequest, context: Context) -> RepositoryVolume:  # noqa: ARG001 -- every verb takes three
    """Looks into the system's table of mounts; nothing of the repository is read."""
    places = [repo.git_dir, *([] if repo.worktree is None else [repo.worktree])]
    # What is committed lies in one place, what is not in the other: the one that lasts least is the one to speak of.
    worst = min(map(volume_of, places), key=lambda one: _ORDER.index("unknown" if one is None else one.lasts))
    return RepositoryVolume(
        container=is_container(),
        lasts="unknown" if worst is None else worst.lasts,
        mount=None if worst is None else visible(worst.mount),
        kind=None if worst is None else worst.kind,
        finding=next(iter(of_volume(worst)), None),
    )
