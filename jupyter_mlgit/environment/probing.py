"""Runs the probe with a kernel's own interpreter, and believes nothing of what comes back but its shape.

The interpreter is somebody else's program: it may hang, flood, print what it likes or be no Python at all. It gets a
folder of its own, a time, and a process group that is ended with it.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Why = Literal["not-python", "remote", "wrapper", "missing", "failed", "timed-out", "unreadable", "not-asked"]

PATIENCE = 20.0
"""Seconds until an interpreter is given up; to import torch takes up to three, and on a cold disk many more."""

LONG_PATIENCE = 60.0
"""The same for one that computes: the first touch of a GPU may load and compile a lot."""

LARGEST = 256 * 1024
"""Bytes of output that are looked at."""

MERCY = 5.0
"""Seconds in which a process that is killed has to be gone."""

_TICK = 0.02
"""Seconds after which is looked whether a process is over."""

_BLOCK = 2**16

_PYTHON = re.compile(r"(?:python|pypy)[0-9.]*(?:\.exe)?\Z")
_OWN_PYTHON = re.compile(rf"python(?:{sys.version_info[0]}(?:\.{sys.version_info[1]})?)?\Z")

Text = Annotated[str, Meta(max_length=4000)]
Word = Annotated[str, Meta(max_length=40)]
Number = Annotated[int, Meta(ge=0, lt=2**31)]
Version = Annotated[str, Meta(pattern=r"^[0-9]+(\.[0-9]+)*\Z", max_length=20)]


class _Told(msgspec.Struct, frozen=True, kw_only=True):
    """What comes from outside; fields that are not known are passed over."""


class Device(_Told, frozen=True, kw_only=True):
    """One GPU as libcuda shows it to this kernel."""

    name: Text | None
    capability: Annotated[str, Meta(pattern=r"^[0-9]+\.[0-9]+\Z", max_length=20)] | None


class Driver(_Told, frozen=True, kw_only=True):
    """What libcuda says."""

    library: Text | None
    """The name under which it was found; None where it was not."""
    init: Number | None
    """What ``cuInit`` gave; 0 is well."""
    version: Number | None
    """1000 times the major version of CUDA and 10 times the minor one."""
    devices: Annotated[list[Device], Meta(max_length=256)]


class Torch(_Told, frozen=True, kw_only=True):
    """What torch says of itself."""

    error: Text | None
    """Why it cannot be imported."""
    version: Text | None = None
    cuda: Version | None = None
    hip: Text | None = None
    xpu: Text | None = None
    xpu_available: bool | None = None
    mps: bool = False
    mps_built: bool = False
    cudnn: Number | None = None
    nccl: Text | None = None
    archs: Annotated[list[Word], Meta(max_length=100)] = []
    """What it holds code for, such as ``sm_90`` or ``compute_90``."""
    available: bool | None = None
    """``torch.cuda.is_available()``."""
    path: Text | None = None
    warnings: Annotated[list[Text], Meta(max_length=5)] = []


class Probe(_Told, frozen=True, kw_only=True):
    """What an interpreter has to compute with."""

    python: Text
    executable: Text
    variables: dict[str, str | None]
    places: Annotated[list[Text], Meta(max_length=100)] = []
    """The folders in which it looks for modules."""
    driver: Driver
    torch: Torch | None
    """None where it is not installed."""


class Trial(_Told, frozen=True, kw_only=True):
    """How a small tensor did on the GPU."""

    device: Word | None
    name: Text | None
    seconds: Annotated[float, Meta(ge=0)] | None
    error: Text | None
    """What went wrong, in torch's words."""


_T = TypeVar("_T", Probe, Trial)


class NotProbed(Exception):
    """Nothing is known of this interpreter."""

    def __init__(self, code: Why, reason: str) -> None:
        """Keeps a stable code and a sentence."""
        super().__init__(reason)
        self.code = code
        self.reason = reason


def interpreter(argv: Sequence[str]) -> str:
    """Gives the Python that a kernel's command line starts, as jupyter_client understands it.

    Raises:
        NotProbed: if it starts something else, which may start a Python in its turn.
    """
    first = argv[0] if argv else ""
    if _OWN_PYTHON.match(first):
        return sys.executable
    if not _PYTHON.search(Path(first).name):
        raise NotProbed(
            "wrapper",
            f"The kernel is started by {Path(first).name or 'nothing'}, which decides itself which Python runs.",
        )
    return first


def probe(python: str, variables: Mapping[str, str], *, patience: float = PATIENCE) -> Probe:
    """Asks an interpreter what it has.

    Args:
        python: the program.
        variables: what the kernel's specification adds to the environment.
        patience: seconds until it is given up.

    Raises:
        NotProbed: if it does not answer in time, or not with what was asked.
    """
    return _answer(_said(python, variables, "probe.py", patience), Probe, python)


def try_out(python: str, variables: Mapping[str, str], *, patience: float = LONG_PATIENCE) -> Trial:
    """Has an interpreter compute on the GPU.

    Args:
        python: the program.
        variables: what the kernel's specification adds to the environment.
        patience: seconds until it is given up.

    Raises:
        NotProbed: if it does not answer in time, or not with what was asked.
    """
    return _answer(_said(python, variables, "tensor.py", patience), Trial, python)


def _answer(said: bytes, kind: type[_T], python: str) -> _T:
    try:
        return msgspec.json.decode(said, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotProbed("failed", f"{python} has answered with something else.") from error


def _said(python: str, variables: Mapping[str, str], script: str, patience: float) -> bytes:
    """Runs a script of ours with an interpreter and gives the line of JSON that it has written."""
    mark = f"mlgit-{secrets.token_hex(8)}:"
    environment = {**os.environ, **variables, "PYTHONIOENCODING": "utf-8"}
    environment.pop("PYTHONEXECUTABLE", None)  # as jupyter_client does: it would be another program's
    # An empty folder: a torch.py in the folder of a notebook is not the one that is meant.
    with tempfile.TemporaryDirectory(prefix="mlgit-probe-") as folder:
        command = [python, "-c", _script(script), mark]
        try:
            process = subprocess.Popen(  # noqa: S603 -- what a kernel's specification names, without a shell
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise NotProbed(
                "missing", f"{python} cannot be started: {getattr(error, 'strerror', None) or error}."
            ) from error
        said, in_time = _listen(process, patience)
    if not in_time:
        raise NotProbed("timed-out", f"{python} has not answered within {patience:.0f} seconds.")
    line = next((one for one in reversed(said.splitlines()) if one.startswith(mark.encode())), None)
    if line is None:
        raise NotProbed("failed", f"{python} has ended with status {process.returncode} and without an answer.")
    return line[len(mark) :]


def _listen(process: subprocess.Popen[bytes], patience: float) -> tuple[bytes, bool]:
    """Reads the end of what a process says, and ends it with all that it has started when its time is over."""
    kept = bytearray()
    deadline = time.monotonic() + patience
    assert process.stdout is not None  # noqa: S101 -- it was asked for
    with process.stdout as pipe, selectors.DefaultSelector() as ready:
        ready.register(pipe, selectors.EVENT_READ)
        # The pipe's end alone says nothing: a child that has left the group may hold it for ever.
        while not (ended := _has_ended(process)) and (left := deadline - time.monotonic()) > 0:
            _read(ready, kept, min(left, _TICK))
        for _ in range(LARGEST // _BLOCK):  # what is still in the pipe; one that floods it would never let it be empty
            if not _read(ready, kept, 0):
                break
    _end(process)
    return bytes(kept), ended


def _read(ready: selectors.BaseSelector, kept: bytearray, patience: float) -> bool:
    """Adds what there is to what was kept; tells whether there was something."""
    for key, _ in ready.select(patience):
        block = os.read(key.fd, _BLOCK)
        if not block:
            ready.unregister(key.fileobj)
        kept.extend(block)
        del kept[:-LARGEST]
        return bool(block)
    return False


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Tells whether a process is over; where it can be had, its number stays taken until it is waited for."""
    if not hasattr(os, "waitid"):
        return process.poll() is not None
    try:
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None
    except ChildProcessError:  # a server that ignores SIGCHLD leaves nothing to wait for
        return True


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends what is left of a process and its children."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    # One that waits for a disk or a driver that hangs does not even end by SIGKILL.
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(MERCY)


@cache
def _script(name: str) -> str:
    return (files("jupyter_mlgit.environment") / name).read_text("utf-8")
