"""Says who a process is to the person who looks: which notebook's kernel it belongs to, and whose it is.

A kernel's children count as its own: workers of a DataLoader, what ``torchrun`` or ``!python`` has started. What a
kernel has left behind when it died is known by the notebook's name that it inherited (``JPY_SESSION_NAME``). Nothing
that another user's processes say of themselves is read.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Literal, NamedTuple

from jupyter_mlgit.environment.container import HOST_NAMESPACE
from jupyter_mlgit.values import visible

Owner = Literal["you", "another-user", "unknown"]

_CONNECTION_FILE = re.compile(rb"(?:^|/)kernel-(?:v\d+-\d+-)?([0-9a-zA-Z-]{8,})\.json$")

_DEEPEST = 64
_LONGEST = 200
"""Characters of a command that are told."""


class Holder(NamedTuple):
    """Whose a process is."""

    owner: Owner
    command: str | None = None
    """None for somebody else's."""
    notebook: str | None = None
    """The path that the session had when its kernel was started."""
    kernel: str | None = None
    """The id of the kernel; None for one that has ended."""
    kernel_pid: int | None = None


class _Process(NamedTuple):
    pid: int
    parent: int
    user: int


class Processes:
    """The processes of this machine, each read once."""

    def __init__(self, proc: Path = Path("/proc"), user: int | None = None) -> None:
        """Takes the place of Linux's ``/proc``, and whose processes may be looked into; by default one's own."""
        self._proc = proc
        self._user = os.getuid() if user is None and hasattr(os, "getuid") else user
        self._known: dict[int, _Process | None] = {}
        self._holders: dict[int, Holder] = {}
        self._kernels: dict[int, str | None] = {}

    def are_ours(self) -> bool:
        """Tells whether the numbers that a driver gives are surely those of this ``/proc``.

        In a container they may be the host's, where one that is also that of a kernel here is somebody else's process.
        """
        try:
            return str((self._proc / "self/ns/pid").readlink()) == HOST_NAMESPACE
        except OSError:
            return False

    def holder(self, pid: int) -> Holder:
        """Says whose a process is."""
        if pid not in self._holders:
            self._holders[pid] = self._find(pid)
        return self._holders[pid]

    def _find(self, pid: int) -> Holder:
        found = self._process(pid)
        if found is None:
            return Holder("unknown")
        if found.user != self._user:
            return Holder("another-user")
        command = self._command(pid)
        above: _Process | None = found
        for _ in range(_DEEPEST):
            if above is None or above.user != self._user:
                break
            kernel = self._kernel(above.pid)
            if kernel is not None:
                return Holder("you", command, self._notebook(above.pid), kernel, above.pid)
            above = self._process(above.parent)
        return Holder("you", command, self._notebook(pid))

    def _process(self, pid: int) -> _Process | None:
        if pid not in self._known:
            self._known[pid] = self._read(pid)
        return self._known[pid]

    def _read(self, pid: int) -> _Process | None:
        if pid <= 1:
            return None
        try:
            lines = (self._proc / str(pid) / "status").read_text("utf-8", "replace").splitlines()
            found = dict(line.split(":", 1) for line in lines if ":" in line)
            return _Process(pid, int(found["PPid"]), int(found["Uid"].split()[0]))
        except (OSError, ValueError, LookupError):
            return None

    def _words(self, pid: int, name: str) -> list[bytes]:
        try:
            return (self._proc / str(pid) / name).read_bytes().split(b"\0")
        except OSError:
            return []

    def _command(self, pid: int) -> str | None:
        told = visible(b" ".join(self._words(pid, "cmdline")).strip())
        return told[:_LONGEST] or None

    def _kernel(self, pid: int) -> str | None:
        """Gives the id of the kernel that a process is, by its connection file."""
        if pid not in self._kernels:
            found = (_CONNECTION_FILE.search(word) for word in self._words(pid, "cmdline"))
            self._kernels[pid] = next((match[1].decode() for match in found if match), None)
        return self._kernels[pid]

    def _notebook(self, pid: int) -> str | None:
        name = b"JPY_SESSION_NAME="
        found = (word[len(name) :] for word in self._words(pid, "environ") if word.startswith(name))
        return next((visible(one) for one in found), None) or None
