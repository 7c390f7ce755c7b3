"""Reads what NVIDIA's GPUs on this machine do now, and which notebook holds how much of their memory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_mlgit.environment.absence import absence
from jupyter_mlgit.environment.container import look_around
from jupyter_mlgit.environment.gpus import Gpu, machine_memory, read_gpus
from jupyter_mlgit.environment.health import NO_FAULTS_KNOWN
from jupyter_mlgit.environment.nvml import FUNCTION_NOT_FOUND, SEE_YOURSELF, Note, NotTold
from jupyter_mlgit.environment.processes import Owner
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.environment.figures import Device
    from jupyter_mlgit.environment.nvml import NoNvml, Nvml
    from jupyter_mlgit.environment.processes import Processes
    from jupyter_mlgit.environment.xids import FaultWatch, Told


class Unusable(Value):
    """Why there is nothing to see."""

    code: str
    """``no-library``, ``driver-not-loaded``, ``versions-differ``, ``unknown-error``, ``no-gpu``, ``nvml-error``, or
    ``fault`` where ours is to blame."""
    message: str
    fix: str | None
    """What to do about it; null where nothing is wrong, as not every machine has a GPU."""
    command: str | None
    """What to type for that; null where typing mends nothing."""


class GpuProcess(Value):
    """A process that has memory on a GPU, or has opened it to compute."""

    gpu: int
    """The index of the GPU."""
    slice: int | None
    pid: int | None
    """Null where it is not yours, or the number is one of another container."""
    memory: int | None
    """Bytes; null where the driver does not tell."""
    owner: Owner
    command: str | None
    notebook: str | None
    """The path of the notebook whose kernel it belongs to, as it was when the kernel was started."""
    kernel: str | None
    """The kernel's id; null also for a process that a kernel has left behind."""
    kernel_pid: int | None
    """The process of the kernel itself, which may be another one: a worker's memory counts as its kernel's."""


class Gpus(Value):
    """The GPUs of this machine."""

    available: bool
    """Whether there is one that answers."""
    reason: Unusable | None
    driver: str | None
    """The version of NVIDIA's driver."""
    cuda_driver: str | None
    """The newest CUDA that the driver knows, for example ``12.4``; not the one that torch brings along."""
    gpus: list[Gpu]
    processes: list[GpuProcess]
    """Those that hold most come first."""
    notes: list[Note]
    """Why a figure is null, or a list shorter than it should be."""


def read_machine(nvml: Nvml, processes: Processes | None, faults: FaultWatch | None = None) -> Gpus:
    """Reads everything once.

    Args:
        nvml: the library, open.
        faults: what is known of the GPUs' faults; None has looked for none.
        processes: tells whose a process is; None asks for no processes, which drivers are slow to list.
    """
    notes: list[Note] = []

    def ask(figure: str, function: str) -> Any:  # noqa: ANN401 -- whatever it is
        try:
            return nvml.ask(function)
        except NotTold as error:
            notes.append(Note(figure=figure, reason=error.reason))
            return None

    driver, cuda = ask("driver", "nvmlSystemGetDriverVersion"), ask("cudaDriver", "nvmlSystemGetCudaDriverVersion")
    found: list[tuple[Gpu, Any]] = []
    try:
        if faults is not None:
            faults.take_in()
        found = list(read_gpus(nvml, machine_memory, _unheard if faults is None else faults.of))
    except NotTold as error:
        return _none(
            Unusable(code="nvml-error", message=error.reason, fix=SEE_YOURSELF, command="nvidia-smi"), driver, notes
        )
    held = [
        one
        for gpu, device in found
        if device is not None and processes is not None
        for one in _held(nvml, gpu, device, processes, notes)
    ]
    return Gpus(
        available=any(gpu.state == "ok" for gpu, _ in found),
        reason=None if found else _no_gpu(),
        driver=driver,
        cuda_driver=None if cuda is None else f"{cuda // 1000}.{cuda % 1000 // 10}",
        gpus=[gpu for gpu, _ in found],
        processes=sorted(held, key=lambda one: -(one.memory or 0)),
        notes=notes,
    )


def _held(nvml: Nvml, gpu: Gpu, device: Device, processes: Processes, notes: list[Note]) -> Iterator[GpuProcess]:
    if gpu.slices:
        return  # the slices tell of their own
    try:
        found = _running(nvml, device)
    except NotTold as error:
        notes.append(Note(figure="processes", reason=f"GPU {gpu.index}: {error.reason}"))
        return
    ours = processes.are_ours()
    if found and not ours:
        reason = "In a container the driver's numbers of processes are not those that the container has."
        if all(one.reason != reason for one in notes):
            notes.append(Note(figure="processes", reason=reason))
    for one in found:
        holder = processes.holder(one.pid) if ours else None
        yours = holder is not None and holder.owner == "you"
        yield GpuProcess(
            gpu=gpu.index,
            slice=gpu.slice,
            pid=one.pid if yours else None,
            memory=one.usedGpuMemory,
            owner="unknown" if holder is None else holder.owner,
            command=holder.command if holder else None,
            notebook=holder.notebook if holder else None,
            kernel=holder.kernel if holder else None,
            kernel_pid=holder.kernel_pid if holder else None,
        )


def _unheard(_: Device) -> Told:
    return NO_FAULTS_KNOWN


def _running(nvml: Nvml, device: Device) -> list[Any]:
    """Gives the processes that compute; asking for those that draw stops the driver for milliseconds."""
    try:
        return list(nvml.ask("nvmlDeviceGetComputeRunningProcesses", device))
    except NotTold as error:
        if error.number != FUNCTION_NOT_FOUND:
            raise
        return list(nvml.ask("nvmlDeviceGetComputeRunningProcesses_v2", device))


def _no_gpu() -> Unusable:
    return Unusable(
        code="no-gpu",
        message="NVIDIA's driver is running and finds no GPU.",
        fix="In a container, start it with '--gpus all'; otherwise see whether the bus has one:",
        command="lspci -d 10de:",
    )


def nothing(error: NoNvml, root: Path = Path("/")) -> Gpus:
    """Tells of a machine whose library does not work.

    Args:
        error: what the library said.
        root: the folder in which the machine's files lie.
    """
    if error.code == "no-library":
        why = absence(look_around(root, log=False))
        return _none(Unusable(code=error.code, message=why.message, fix=why.fix, command=why.command))
    return _none(Unusable(code=error.code, message=error.reason, fix=error.fix, command=error.command))


def _none(reason: Unusable, driver: str | None = None, notes: list[Note] | None = None) -> Gpus:
    return Gpus(
        available=False, reason=reason, driver=driver, cuda_driver=None, gpus=[], processes=[], notes=notes or []
    )
