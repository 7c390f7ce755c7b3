"""The verb ``doctor``: what torch sees in each kernel's own interpreter, and if it sees no GPU, why not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from jupyter_mlgit.environment.container import Volume, look_around, volume_of
from jupyter_mlgit.environment.diagnosis import Evidence, Finding, diagnose
from jupyter_mlgit.environment.kernels import Kernel, find_kernels
from jupyter_mlgit.environment.machine import GpuRequest, Gpus, show_gpus
from jupyter_mlgit.environment.probing import NotProbed, Probe, Why, probe
from jupyter_mlgit.values import Value, argument, visible

if TYPE_CHECKING:
    from jupyter_mlgit.environment.container import Surroundings
    from jupyter_mlgit.journal.context import Context

DEFAULT = "python3"


class DoctorRequest(Value):
    """Asks what torch sees."""

    kernel: Annotated[
        str | None,
        Meta(description="One kernel by its name; otherwise python3.", extra=argument(metavar="NAME")),
    ] = None
    all: Annotated[bool, Meta(description="All Python kernels that are installed.")] = False


class TorchView(Value):
    """What torch says of itself in one interpreter."""

    version: str | None
    cuda: str | None
    """The CUDA that it was made with; null for one that was made without."""
    cudnn: str | None
    nccl: str | None
    archs: list[str]
    """The kinds of GPU that it holds code for."""
    bf16: bool | None
    """Whether the GPUs compute in bfloat16, from compute capability 8.0 on; null where none is seen."""
    fp8: bool | None
    """From 8.9 on."""


class Unprobed(Value):
    """Why nothing is known of a kernel."""

    code: Why
    reason: str


class KernelView(Value):
    """What one kernel has to compute with."""

    name: str
    display_name: str
    interpreter: str | None
    """The Python that it runs; null where that is not known."""
    python: str | None
    """Its version."""
    unprobed: Unprobed | None
    torch: TorchView | None
    """Null where torch is not installed, or nothing is known."""
    cuda_available: bool | None
    """``torch.cuda.is_available()`` in that interpreter."""
    findings: list[Finding]
    """The cause comes first; empty where all is well."""


class MachineView(Value):
    """What the kernels share."""

    container: bool
    shared_memory: int | None
    """Bytes of ``/dev/shm``."""
    volume: Volume | None
    """Where the folder lies that the server or the command works in."""
    driver: str | None


class Doctored(Value):
    """The kernels, and what is wrong with each."""

    kernels: list[KernelView]
    machine: MachineView


def diagnose_kernels(request: DoctorRequest, context: Context) -> Doctored:
    """Asks each interpreter once, which takes as long as importing torch; makes no CUDA context.

    Raises:
        BadRequest: if there is no kernel of that name.
    """
    kernels = list(find_kernels(context.host.kernels, None if request.all else request.kernel or DEFAULT))
    gpus, around = show_gpus(GpuRequest(), context), look_around()
    volume = _volume(context.host.folder)
    return Doctored(
        kernels=[_view(name, kernel, gpus, around, volume) for name, kernel in kernels],
        machine=MachineView(
            container=around.container, shared_memory=around.shared_memory, volume=volume, driver=gpus.driver
        ),
    )


def _volume(folder: Path | None) -> Volume | None:
    try:
        return volume_of((folder or Path.cwd()).resolve())
    except (OSError, RuntimeError):  # the folder is gone, or its links lead in a circle
        return None


def _view(name: str, kernel: Kernel | NotProbed, gpus: Gpus, around: Surroundings, volume: Volume | None) -> KernelView:
    if isinstance(kernel, NotProbed):
        return _unprobed(name, name, None, kernel)
    python = None
    try:
        python = kernel.interpreter
        found = probe(python, kernel.variables)
    except NotProbed as error:
        return _unprobed(name, kernel.display_name, python, error)
    torch = found.torch
    return KernelView(
        name=name,
        display_name=kernel.display_name,
        interpreter=visible(found.executable),
        python=found.python,
        unprobed=None,
        torch=_torch(found),
        cuda_available=None if torch is None else torch.available,
        findings=diagnose(Evidence(found, gpus, around, kernel.display_name), volume),
    )


def _unprobed(name: str, display_name: str, python: str | None, why: NotProbed) -> KernelView:
    return KernelView(
        name=name,
        display_name=display_name,
        interpreter=python,
        python=None,
        unprobed=Unprobed(code=why.code, reason=why.reason),
        torch=None,
        cuda_available=None,
        findings=[],
    )


def _torch(found: Probe) -> TorchView | None:
    torch = found.torch
    if torch is None or torch.error is not None:
        return None
    numbers = [tuple(map(int, one.capability.split("."))) for one in found.driver.devices if one.capability]
    return TorchView(
        version=torch.version,
        cuda=torch.cuda,
        cudnn=None if torch.cudnn is None else _cudnn(torch.cudnn),
        nccl=torch.nccl,
        archs=torch.archs,
        bf16=min(numbers) >= (8, 0) if numbers else None,
        fp8=min(numbers) >= (8, 9) if numbers else None,
    )


def _cudnn(number: int) -> str:
    """Writes what cuDNN says of itself, 90100 or 8902, as its version."""
    thousand = 10_000 if number >= 90_000 else 1_000  # noqa: PLR2004 -- from version 9 on
    return f"{number // thousand}.{number % thousand // 100}.{number % 100}"
