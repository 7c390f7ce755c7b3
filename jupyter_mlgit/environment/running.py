"""The verb ``kernels``: what each kernel that runs in this server holds by torch's own account, beside the driver's.

A POST although it changes nothing: to answer it, a kernel evaluates a few lines of ours between two cells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from jupyter_mlgit.environment.diagnosis import Finding
from jupyter_mlgit.environment.poller import LEASE
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from jupyter_mlgit.journal.context import Context

RISES = 8
"""Cell ends in a row at which more was allocated than at the one before, from where on it looks like a leak."""

Silence = Literal["not-asked", "busy", "no-torch", "not-python", "remote", "no-answer", "unreadable"]


class RunningRequest(Value):
    """Looks at the running kernels from now on."""


class Unasked(Value):
    """Why torch's figures are missing, or not of this moment."""

    code: Silence
    """``busy``: figures come when its cell ends; ``no-torch``: it has not imported torch."""
    reason: str


class TorchDevice(Value):
    """What torch holds on one GPU, by its own account."""

    device: int
    """Torch's number of it, which ``CUDA_VISIBLE_DEVICES`` may make another than the driver's."""
    uuid: str | None
    """The driver's name of it, as in ``live``; null where this torch does not tell."""
    allocated: int
    """Bytes in tensors that are alive."""
    reserved: int
    """Bytes that torch has taken from the driver, to use or to keep."""
    peak_allocated: int
    peak_reserved: int
    ooms: int
    """How often it had to say that memory is exhausted."""
    retries: int
    """How often it emptied its cache and tried again."""


class TorchMemory(Value):
    """What torch said when it was asked last."""

    read_at: str
    version: str | None
    initialized: bool
    """Whether it has begun to use CUDA; before that it holds nothing."""
    devices: list[TorchDevice]
    allocated: int
    """All devices together, as below."""
    reserved: int


class CellEnd(Value):
    """What torch held when a cell had ended."""

    at: str
    allocated: int
    reserved: int


class RunningKernel(Value):
    """A kernel that runs in this server."""

    id: str
    name: str
    """The name of its specification."""
    display_name: str | None
    path: str | None
    """Of its notebook or console, as it is now; null for a kernel without one."""
    kind: str | None
    """``notebook``, ``console`` or ``file``."""
    pid: int | None
    state: str
    """``idle``, ``busy``, ``starting``, ``dead``, …"""
    torch: TorchMemory | None
    """Null where torch was never asked, or not imported."""
    unasked: Unasked | None
    """Why that is null, or old."""
    gpu_memory: int | None
    """What the driver says that its processes hold, all GPUs together; null where it does not tell."""
    cache: int | None
    """Reserved and not allocated: ``torch.cuda.empty_cache()`` gives it back."""
    overhead: int | None
    """Held and not reserved by torch: the CUDA context and libraries, and what other processes of the kernel hold."""
    rises: int
    """At how many cell ends in a row, the newest included, more was allocated than at the one before."""
    risen: int
    """By how many bytes in these."""
    leaks: bool
    """Whether that looks like a leak."""
    cell_ends: list[CellEnd]
    """The last ones while somebody looked, the oldest first."""
    findings: list[Finding]
    """What is wrong in this process and cannot be seen from outside."""


class Running(Value):
    """The kernels that run in this server."""

    kernels: list[RunningKernel]
    lease: float
    """Seconds after this answer at which the watch ends, unless it is asked again."""
    rises: int
    """From how many rises on it looks like a leak."""


def show_running(request: RunningRequest, context: Context) -> Running:  # noqa: ARG001 -- every verb takes them
    """Gives what is known of each kernel, and watches on for some seconds."""
    return Running(kernels=[], lease=LEASE, rises=RISES)
