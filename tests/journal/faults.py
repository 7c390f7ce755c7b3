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

    from typing_extensions import Self

SYNCING = ("fsync",)
WRITING = ("write", "link", "symlink", "replace", "rename", "mkdir", "ftruncate", "fchmod", "chmod")
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
    met: str = ""
    """The call that failed."""

    @property
    def fired(self) -> bool:
        """Whether its turn has come."""
        return self.met != ""

    def meets(self, name: str) -> None:
        """Counts a call; raises or kills when it is its turn."""
        self.calls += 1
        if self.calls == self.at and self.killing:
            os.kill(os.getpid(), signal.SIGKILL)
        due = self.calls >= self.at and name not in REMOVING if self.lasting else self.calls == self.at
        if due and not self.killing:
            self.met = self.met or name
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
        real_path_open, real_fdopen = Path.open, os.fdopen

        def guarded_path_open(path: Path, mode: str = "r", *rest: Any, **named: Any) -> Any:
            if set(mode) & set("wax+"):
                fault.meets("open")
                return _Stream(fault, real_path_open(path, mode, *rest, **named))
            return real_path_open(path, mode, *rest, **named)

        def guarded_fdopen(descriptor: int, mode: str = "r", *rest: Any, **named: Any) -> Any:
            stream = real_fdopen(descriptor, mode, *rest, **named)
            return _Stream(fault, stream) if set(mode) & set("wax+") else stream

        patch.setattr(Path, "open", guarded_path_open)
        patch.setattr(os, "fdopen", guarded_fdopen)
        yield fault


class _Stream:
    """A file that Python collects writes for: some reach the disk only as it is closed, which may fail, too."""

    def __init__(self, fault: Fault, stream: Any) -> None:
        self._fault, self._stream, self._waits = fault, stream, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def write(self, data: bytes) -> Any:
        self._fault.meets("write")
        self._waits = True
        return self._stream.write(data)

    def flush(self) -> None:
        self._fault.meets("write")
        self._stream.flush()
        self._waits = False

    def close(self) -> None:
        waits, self._waits = self._waits, False
        try:
            if waits:
                self._fault.meets("write")
        finally:
            self._stream.close()


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
