"""Says who acts, when, and by which settings; handed to every verb so that none of them asks the clock."""

from __future__ import annotations

import fnmatch
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from jupyter_mlgit.git.approxidate import parse_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from jupyter_mlgit.git.repository import Repository

Source = Literal["panel", "cli", "terminal"]

PROTECTED = ("main", "master", "develop", "release/*")
PIN_DAYS = 90
_SOME_DAY = 1_700_000_000


@dataclass(frozen=True)
class Settings:
    """What a person may set; a repository's own git configuration (``mlgit.*``) wins over these."""

    protected: tuple[str, ...] = PROTECTED
    """Patterns of branch names that are never deleted through us (git config ``mlgit.protectedBranch``)."""
    pin_days: int = PIN_DAYS
    """Days after which a pin goes (git config ``mlgit.pinExpire``)."""

    def is_protected(self, repo: Repository, name: str) -> bool:
        """Tells whether a branch is on the list of protected names."""
        own = [os.fsdecode(value) for value in repo.config.every("mlgit", "protectedBranch")]
        return any(fnmatch.fnmatchcase(name, pattern) for pattern in own or self.protected)

    def pin_days_in(self, repo: Repository) -> int | None:
        """Gives the days that pins are kept in this repository; None keeps them for ever."""
        own = (repo.config.get("mlgit", "pinExpire") or b"").decode("ascii", "replace").strip().lower()
        if own in ("never", "false"):
            return None
        if not own or own.isdigit():
            return int(own or self.pin_days)
        try:
            return max(1, (_SOME_DAY - parse_time(own, _SOME_DAY)) // 86_400)
        except (ValueError, OverflowError):
            return self.pin_days


class KernelSource(Protocol):
    """Who knows the kernels, as jupyter_client's KernelSpecManager does."""

    def find_kernel_specs(self) -> Iterable[str]:
        """Gives the names of the kernels that there are."""

    def get_kernel_spec(self, kernel_name: str) -> Any:  # noqa: ANN401 -- a manager may be of anybody's
        """Gives a kernel's specification."""


@dataclass(frozen=True)
class Host:
    """What a verb about the machine has to know of whom it works for."""

    folder: Path | None = None
    """The folder that the server shows; None is the one that the process works in."""
    kernels: KernelSource | None = None
    """The server's; None for those that jupyter_client finds."""
    desk: Callable[[], object] | None = None
    """Gives what the server keeps of the machine (``environment.desk.Desk``); None where there is no server."""


@dataclass(frozen=True)
class Context:
    """One act's circumstances."""

    now: float
    """Seconds since the epoch, UTC."""
    source: Source = "cli"
    settings: Settings = field(default_factory=Settings)
    host: Host = Host()
