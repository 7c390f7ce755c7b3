"""Shows what an act does to HEAD, the index and the working files: the same for a preview and for the act itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from jupyter_mlgit.values import Value, visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.file_plan import FilePlan


class AffectedFile(Value):
    """What an act makes of one working file."""

    path: str
    effect: Literal["created", "overwritten", "deleted", "kept", "endangered"]
    """``endangered`` is a file that git does not track and that is overwritten or removed, after a backup; ``kept``
    one with edits that stay as they are."""


def affected_files(plan: FilePlan) -> list[AffectedFile]:
    """Gives the working files that a plan changes."""
    return [AffectedFile(path=visible(one.path), effect=one.effect) for one in plan.effects]


def affected_entries(plan: FilePlan) -> list[str]:
    """Gives the paths whose index entries a plan changes."""
    return [visible(step.path) for step in plan.steps if step.index is not None]
