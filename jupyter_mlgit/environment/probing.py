"""Runs the probe with a kernel's own interpreter, and believes nothing of what comes back but its shape.

The interpreter is somebody else's program: it may hang, flood, print what it likes or be no Python at all. It gets a
folder of its own, a time, and a process group that is ended with it.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Why = Literal["not-python", "remote", "wrapper", "missing", "failed", "timed-out"]

PATIENCE = 20.0
"""Seconds until an interpreter is given up; to import torch takes up to three, and on a cold disk many more."""

LARGEST = 256 * 1024
"""Bytes of output that are looked at."""

_PYTHON = re.compile(r"(?:python|pypy)[0-9.]*(?:\.exe)?$")
_OWN_PYTHON = re.compile(rf"python(?:{sys.version_info[0]}(?:\.{sys.version_info[1]})?)?$")

Text = Annotated[str, Meta(max_length=4000)]


class _Told(msgspec.Struct, frozen=True, kw_only=True):
    """What comes from outside; fields that are not known are passed over."""


class Device(_Told, frozen=True, kw_only=True):
    """One GPU as libcuda shows it to this kernel."""

    name: Text | None
    capability: Annotated[str, Meta(pattern=r"^\d+\.\d+$")] | None


class Driver(_Told, frozen=True, kw_only=True):
    """What libcuda says."""

    library: Text | None
    """The name under which it was found; None where it was not."""
    init: int | None
    """What ``cuInit`` gave; 0 is well."""
    version: int | None
    """1000 times the major version of CUDA and 10 times the minor one."""
    devices: Annotated[list[Device], Meta(max_length=256)]


class Torch(_Told, frozen=True, kw_only=True):
    """What torch says of itself."""

    error: Text | None
    """Why it cannot be imported."""
    version: Text | None = None
    cuda: Text | None = None
    hip: Text | None = None
    xpu: Text | None = None
    mps: bool = False
    cudnn: int | None = None
    nccl: Text | None = None
    archs: Annotated[list[Text], Meta(max_length=100)] = []
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
    driver: Driver
    torch: Torch | None
    """None where it is not installed."""


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
    mark = f"mlgit-{secrets.token_hex(8)}:"
    environment = {**os.environ, **variables, "PYTHONIOENCODING": "utf-8"}
    # An empty folder: a torch.py in the folder of a notebook is not the one that is meant.
    with tempfile.TemporaryDirectory(prefix="mlgit-probe-") as folder:
        command = [python, "-c", _script(), mark]
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
    try:
        return msgspec.json.decode(line[len(mark) :], type=Probe)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotProbed("failed", f"{python} has answered with something else.") from error


def _listen(process: subprocess.Popen[bytes], patience: float) -> tuple[bytes, bool]:
    """Reads the end of what a process says, and ends it with all that it has started when its time is over."""
    kept = bytearray()
    pipe = process.stdout
    assert pipe is not None  # noqa: S101 -- it was asked for

    def read() -> None:
        with contextlib.suppress(OSError, ValueError):
            while block := os.read(pipe.fileno(), 2**16):
                kept.extend(block)
                del kept[:-LARGEST]

    reader = threading.Thread(target=read, name="mlgit-probe", daemon=True)
    reader.start()
    try:
        process.wait(patience)
        in_time = True
    except subprocess.TimeoutExpired:
        in_time = False
    _end(process)
    reader.join(1)
    # What has left the group may still hold the other end; then the thread stays with it.
    if not reader.is_alive():
        pipe.close()
    return bytes(kept), in_time


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends what is left of a process and its children."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


@cache
def _script() -> str:
    return (files("jupyter_mlgit.environment") / "probe.py").read_text("utf-8")
