"""Reads what the GPUs of this machine do now, NVIDIA's and AMD's, and which notebook holds how much of their memory."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from jupyter_mlgit.environment.absence import absence
from jupyter_mlgit.environment.amd import driver_of, processes_of, read_amd
from jupyter_mlgit.environment.container import look_around
from jupyter_mlgit.environment.gpus import Gpu, machine_memory, read_gpus
from jupyter_mlgit.environment.health import NO_FAULTS_KNOWN
from jupyter_mlgit.environment.holding import GpuProcess, held_on
from jupyter_mlgit.environment.nvml import FUNCTION_NOT_FOUND, SEE_YOURSELF, Note, NotTold
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_mlgit.environment.amd import Amd
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


class Gpus(Value):
    """The GPUs of this machine."""

    available: bool
    """Whether there is one that answers."""
    reason: Unusable | None
    driver: str | None
    """The version of NVIDIA's driver."""
    amd_driver: str | None
    """That of AMD's."""
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
    held: list[GpuProcess] = []
    for gpu, device in found:
        # Of a GPU that is cut into slices these tell of their own.
        if device is not None and processes is not None and not gpu.slices:
            held += _held(gpu, partial(_running, nvml, device), processes, notes)
    return Gpus(
        available=any(gpu.state == "ok" for gpu, _ in found),
        reason=None if found else _no_gpu(),
        driver=driver,
        amd_driver=None,
        cuda_driver=None if cuda is None else f"{cuda // 1000}.{cuda % 1000 // 10}",
        gpus=[gpu for gpu, _ in found],
        processes=sorted(held, key=lambda one: -(one.memory or 0)),
        notes=notes,
    )


def with_amd(found: Gpus, amd: Amd, processes: Processes | None) -> Gpus:
    """Adds AMD's GPUs.

    Args:
        found: NVIDIA's, or why there are none.
        amd: the library, open.
        processes: as in :func:`read_machine`.
    """
    notes = list(found.notes)
    try:
        read = list(read_amd(amd, 1 + max((gpu.index for gpu in found.gpus), default=-1)))
    except NotTold as error:
        return msgspec.structs.replace(found, notes=[*notes, Note(figure="amd", reason=error.reason)])
    if not read:
        return found
    if found.reason is not None and found.reason.fix is not None:
        notes.append(Note(figure="nvidia", reason=found.reason.message))
    held = list(found.processes)
    for gpu, device in read:
        if processes is not None:
            held += _held(gpu, partial(processes_of, amd, device), processes, notes)
    return msgspec.structs.replace(
        found,
        available=True,
        reason=None,
        amd_driver=driver_of(amd, read[0][1]),
        gpus=[*found.gpus, *(gpu for gpu, _ in read)],
        processes=sorted(held, key=lambda one: -(one.memory or 0)),
        notes=notes,
    )


def of_nvidia(found: Gpus) -> Gpus:
    """Leaves out AMD's GPUs: of these NVIDIA's driver and torch's CUDA know nothing."""
    return msgspec.structs.replace(found, gpus=[gpu for gpu in found.gpus if gpu.maker == "nvidia"])


def _held(
    gpu: Gpu, ask: Callable[[], list[tuple[int, int | None]]], processes: Processes, notes: list[Note]
) -> list[GpuProcess]:
    try:
        return list(held_on(gpu, ask(), processes, notes))
    except NotTold as error:
        notes.append(Note(figure="processes", reason=f"GPU {gpu.index}: {error.reason}"))
        return []


def _unheard(_index: int, _device: Device | None) -> Told:
    return NO_FAULTS_KNOWN


def _running(nvml: Nvml, device: Device) -> list[tuple[int, int | None]]:
    """Gives the processes that compute; asking for those that draw stops the driver for milliseconds."""
    try:
        found = nvml.ask("nvmlDeviceGetComputeRunningProcesses", device)
    except NotTold as error:
        if error.number != FUNCTION_NOT_FOUND:
            raise
        found = nvml.ask("nvmlDeviceGetComputeRunningProcesses_v2", device)
    return [(one.pid, one.usedGpuMemory) for one in found]


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
        available=False,
        reason=reason,
        driver=driver,
        amd_driver=None,
        cuda_driver=None,
        gpus=[],
        processes=[],
        notes=notes or [],
    )
