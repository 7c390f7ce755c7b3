"""The verb ``kernels``: what each kernel that runs in this server holds by torch's own account, beside the driver's.

A POST although it changes nothing: to answer it, a kernel evaluates a few lines of ours between two cells.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from jupyter_mlgit.environment.desk import desk_of
from jupyter_mlgit.environment.evidence import Finding
from jupyter_mlgit.environment.examination import examine
from jupyter_mlgit.environment.kernel_watch import Silence
from jupyter_mlgit.environment.leased import LEASE
from jupyter_mlgit.values import Value, moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_mlgit.environment.holding import GpuProcess
    from jupyter_mlgit.environment.kernel_line import Report
    from jupyter_mlgit.environment.kernel_watch import Known
    from jupyter_mlgit.journal.context import Context

RISES = 8
"""Cell ends in a row at which more was allocated than at the one before, from where on it looks like a leak."""

_WORDS: dict[Silence, str] = {
    "not-asked": "It has not been asked yet.",
    "busy": "It computes; it is asked as soon as its cell has ended.",
    "no-torch": "It has not imported torch.",
    "not-python": "It does not run Python.",
    "remote": "It runs elsewhere, behind a gateway.",
    "no-answer": "It was asked and does not answer.",
    "unreadable": "It has answered with something else.",
}


class RunningRequest(Value):
    """Looks at the running kernels from now on."""


class Unasked(Value):
    """Why torch's figures are missing, or not of this moment."""

    code: Silence
    """``busy``: figures come when its cell ends; ``no-torch``: it has not imported torch."""
    reason: str


class TorchDevice(Value):
    """What torch holds on one GPU, by its own account."""

    kind: Literal["cuda", "xpu"]
    """Torch's word for it: ``cuda`` is NVIDIA's and AMD's, ``xpu`` Intel's."""
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
    made_for: str | None
    """What this torch was made to compute on beside the CPU, such as ``CUDA 12.8``; null for nothing."""
    initialized: bool
    """Whether it has begun to use a GPU; before that it holds nothing there."""
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
    """What the driver says that its processes hold, all GPUs together; null where it does not tell
    of each of them."""
    cache: int | None
    """Reserved and not allocated: ``torch.cuda.empty_cache()`` gives it back. Null where that cannot be said."""
    overhead: int | None
    """Held and not reserved by torch: the CUDA context and libraries, and what other processes of the kernel hold.
    Null where the driver's figure is older than torch's and smaller."""
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
    desk = desk_of(context)
    if desk is None:
        return Running(kernels=[], lease=0, rises=RISES)
    known, processes = desk.kernels.look(), desk.gpus.look().found.processes
    return Running(kernels=[_kernel(one, _held(one, processes)) for one in known], lease=LEASE, rises=RISES)


def _kernel(known: Known, held: int | None) -> RunningKernel:
    kernel, report = known.kernel, known.report
    torch = None if report is None or report.version is None else _torch(report, known.at)
    rises, risen = rising([one.allocated for one in known.ends])
    return RunningKernel(
        id=kernel.id,
        name=kernel.name,
        display_name=kernel.display_name,
        path=kernel.path,
        kind=kernel.kind,
        pid=kernel.pid,
        state=kernel.state,
        torch=torch,
        unasked=None if known.silence is None else Unasked(code=known.silence, reason=_WORDS[known.silence]),
        gpu_memory=held,
        cache=None if torch is None else _rest(torch.reserved, torch.allocated),
        overhead=None if torch is None or held is None else _rest(held, torch.reserved),
        rises=rises,
        risen=risen,
        leaks=rises >= RISES,
        cell_ends=[CellEnd(at=moment(one.at), allocated=one.allocated, reserved=one.reserved) for one in known.ends],
        findings=[] if report is None else examine(report, late=known.late),
    )


def _held(known: Known, processes: Sequence[GpuProcess]) -> int | None:
    """Adds up what the driver says that a kernel and its children hold."""
    held = [one.memory for one in processes if one.kernel == known.kernel.id]
    told = [one for one in held if one is not None]
    return sum(told) if told and len(told) == len(held) else None


def _rest(whole: int, part: int) -> int | None:
    """Gives what is left; None where the two were told at different moments and do not fit."""
    return whole - part if whole >= part else None


def rising(allocated: Sequence[int]) -> tuple[int, int]:
    """Counts at how many of the last cell ends there was more than at the one before, and how much that is together."""
    rises = 0
    for before, after in pairwise(reversed(allocated)):
        if after >= before:
            break
        rises += 1
    return rises, allocated[-1] - allocated[-1 - rises] if allocated else 0


def _uuid(told: str | None) -> str | None:
    """Writes a GPU's name as the driver does; torch leaves out what it begins with."""
    return told if told is None or told.startswith(("GPU-", "MIG-")) else f"GPU-{told}"


def _torch(report: Report, at: float) -> TorchMemory:
    return TorchMemory(
        read_at=moment(at),
        version=report.version,
        made_for=report.made_for,
        initialized=report.initialized,
        devices=[
            TorchDevice(
                kind=one.kind,
                device=one.device,
                uuid=_uuid(one.uuid),
                allocated=one.allocated,
                reserved=one.reserved,
                peak_allocated=one.peak_allocated,
                peak_reserved=one.peak_reserved,
                ooms=one.ooms,
                retries=one.retries,
            )
            for one in report.devices
        ],
        allocated=sum(one.allocated for one in report.devices),
        reserved=sum(one.reserved for one in report.devices),
    )
