"""Makes the N-th call that changes the disk fail, or kills the process there, so that every instant can be tried."""

from __future__ import annotations

import errno
import os
import signal
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SYNCING = ("fsync",)
WRITING = ("write", "link", "symlink", "replace", "rename", "mkdir", "ftruncate", "fchmod")
REMOVING = ("unlink", "rmdir", "remove")
CHANGING = os.O_WRONLY | os.O_RDWR


@dataclass
class Fault:
    """What happens at the N-th call."""

    at: int
    number: int = errno.ENOSPC
    lasting: bool = False
    """Whether the disk stays like this; on a full one files can still be removed."""
    killing: bool = False
    calls: int = 0
    fired: bool = False

    def meets(self, name: str) -> None:
        """Counts a call; raises or kills when it is its turn."""
        self.calls += 1
        if self.calls == self.at and self.killing:
            os.kill(os.getpid(), signal.SIGKILL)
        due = self.calls >= self.at and name not in REMOVING if self.lasting else self.calls == self.at
        if due and not self.killing:
            self.fired = True
            raise OSError(self.number, os.strerror(self.number))


@contextmanager
def injected(fault: Fault) -> Iterator[Fault]:
    """Puts the fault under every way in which the product changes the disk."""
    names = (*WRITING, *REMOVING) if fault.killing else (*SYNCING, *WRITING, *REMOVING)
    with pytest.MonkeyPatch.context() as patch:
        for name in names:
            patch.setattr(os, name, _guarded(fault, name, getattr(os, name)))
        real_open = os.open

        def guarded_open(path: Any, flags: int, *rest: Any, **named: Any) -> int:
            if flags & CHANGING:
                fault.meets("open")
            return real_open(path, flags, *rest, **named)

        patch.setattr(os, "open", guarded_open)
        patch.setattr(Path, "write_bytes", _guarded(fault, "write_bytes", Path.write_bytes))
        yield fault


def _guarded(fault: Fault, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        fault.meets(name)
        return real(*arguments, **named)

    return call


def killed_at(number: int, act: Callable[[], object]) -> bool:
    """Lets another process carry out the act and kills it before its N-th change of the disk.

    Returns:
        whether it got that far; False when the act was over before.
    """
    child = os.fork()
    if child == 0:
        try:
            with injected(Fault(at=number, killing=True)):
                act()
        except BaseException:  # noqa: BLE001 -- nothing may run on in the copy of the test
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the act failed without a fault"
    return False
