"""The verb ``doctor``: what torch sees in each kernel's own interpreter, and if it sees no GPU, why not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from msgspec import Meta

from jupyter_mlgit.environment.container import Volume, look_around, volume_of
from jupyter_mlgit.environment.current import see
from jupyter_mlgit.environment.desk import desk_of
from jupyter_mlgit.environment.diagnosis import diagnose
from jupyter_mlgit.environment.evidence import Evidence, Finding
from jupyter_mlgit.environment.kernels import Kernel, find_kernels
from jupyter_mlgit.environment.machine import of_nvidia
from jupyter_mlgit.environment.probes import Probes, changed
from jupyter_mlgit.environment.probing import NotProbed, Probe, Why
from jupyter_mlgit.values import Value, argument, moment, visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_mlgit.environment.container import Surroundings
    from jupyter_mlgit.environment.desk import Desk
    from jupyter_mlgit.environment.machine import Gpus
    from jupyter_mlgit.environment.probes import Answer
    from jupyter_mlgit.journal.context import Context

DEFAULT = "python3"

AT_ONCE = 2
"""Interpreters that are asked at the same time."""


class DoctorRequest(Value):
    """Asks what torch sees."""

    kernel: Annotated[
        str | None,
        Meta(description="One kernel by its name; otherwise python3.", extra=argument(metavar="NAME")),
    ] = None
    all: Annotated[bool, Meta(description="All Python kernels that are installed.")] = False
    refresh: Annotated[
        bool, Meta(description="Asks again what a server remembers; on the command line every question is new.")
    ] = False


class CheckedRequest(Value):
    """Asks for what is remembered of the kernels that were asked."""


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
    tf32: bool | None
    """From 8.0 on, too."""
    fp8: bool | None
    """From 8.9 on."""
    warnings: list[str]
    """What torch said about CUDA when it was asked whether it sees a GPU, word for word."""


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
    capabilities: list[str]
    """The compute capability of each GPU that it sees; of each of the machine's where it sees none."""
    visible_devices: str | None
    """``CUDA_VISIBLE_DEVICES`` as the kernel has it; null where that is not set."""
    findings: list[Finding]
    """The cause comes first; empty where all is well."""
    probed_at: str | None
    """When its interpreter was asked; null where it was not, or did not answer."""


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


class _Surroundings(NamedTuple):
    """What the kernels of one answer share."""

    gpus: Gpus
    around: Surroundings
    volume: Volume | None


def diagnose_kernels(request: DoctorRequest, context: Context) -> Doctored:
    """Asks each interpreter, which takes as long as importing torch; makes no CUDA context.

    Raises:
        BadRequest: if there is no kernel of that name.
    """
    kernels = list(find_kernels(context.host.kernels, None if request.all else request.kernel or DEFAULT))
    desk = desk_of(context)
    probes = Probes() if desk is None else desk.probes
    shared = _Surroundings(see(context), look_around(), _volume(context.host.folder))

    def view(one: tuple[str, Kernel | NotProbed]) -> KernelView:
        name, kernel = one
        return _view(name, kernel, shared, lambda *asked: probes.get(*asked, refresh=request.refresh))

    # Most of the time each of them waits for a disk; more at once would only push each other out of memory.
    with ThreadPoolExecutor(AT_ONCE) as threads:
        views = list(threads.map(view, kernels))
    return _doctored(views, shared)


def known_of(name: str, gpus: Gpus, context: Context) -> KernelView:
    """Says of a kernel what is remembered, and starts nothing.

    Args:
        name: of its specification.
        gpus: the machine's, as they are now.
        context: of the request.

    Raises:
        BadRequest: if there is no kernel of that name.
    """
    ((name, kernel),) = find_kernels(context.host.kernels, name)
    return _view(name, kernel, _Surroundings(gpus, look_around(), None), partial(_remembered, desk_of(context)))


def show_checked(request: CheckedRequest, context: Context) -> Doctored:  # noqa: ARG001 -- every verb takes them
    """Gives the kernels whose interpreters have answered before; nothing is started. A page that is new asks."""
    desk = desk_of(context)
    gpus = see(context) if desk is None else desk.gpus.look().found
    shared = _Surroundings(gpus, look_around(), _volume(context.host.folder))
    ask = partial(_remembered, desk)
    views = [_view(name, kernel, shared, ask) for name, kernel in find_kernels(context.host.kernels, None)]
    return _doctored([one for one in views if one.probed_at is not None], shared)


def _remembered(desk: Desk | None, *asked: Any) -> Answer:  # noqa: ANN401 -- passed on
    answer = None if desk is None else desk.probes.known(*asked)
    if answer is None:
        raise NotProbed("not-asked", "Its interpreter has not been asked yet.")
    return answer


def _doctored(views: list[KernelView], shared: _Surroundings) -> Doctored:
    return Doctored(
        kernels=views,
        machine=MachineView(
            container=shared.around.container,
            shared_memory=shared.around.shared_memory,
            volume=shared.volume,
            driver=shared.gpus.driver,
        ),
    )


def _volume(folder: Path | None) -> Volume | None:
    try:
        return volume_of((folder or Path.cwd()).resolve())
    except (OSError, RuntimeError):  # the folder is gone, or its links lead in a circle
        return None


def _view(name: str, kernel: Kernel | NotProbed, shared: _Surroundings, ask: Callable[..., Answer]) -> KernelView:
    if isinstance(kernel, NotProbed):
        return _unprobed(name, name, None, kernel)
    python, reason = None, shared.gpus.reason
    driver = "\n".join(
        [
            str(shared.gpus.driver if reason is None else reason.code),
            *(str(gpu.uuid) for gpu in shared.gpus.gpus),
            *(f"{one} {changed(one)}" for one in [*shared.around.devices, *shared.around.amd_devices]),
        ]
    )
    try:
        python = kernel.interpreter
        found, at = ask(python, kernel.variables, driver)
    except NotProbed as error:
        return _unprobed(name, kernel.display_name, python, error)
    torch, shown = found.torch, found.variables.get("CUDA_VISIBLE_DEVICES")
    evidence = Evidence(found, of_nvidia(shared.gpus), shared.around, kernel.display_name)
    return KernelView(
        name=name,
        display_name=kernel.display_name,
        interpreter=visible(found.executable),
        python=found.python,
        unprobed=None,
        torch=_torch(found),
        cuda_available=None if torch is None else torch.available,
        capabilities=evidence.capabilities,
        visible_devices=None if shown is None else visible(shown[:500]),
        findings=diagnose(evidence, shared.volume),
        probed_at=moment(at),
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
        capabilities=[],
        visible_devices=None,
        findings=[],
        probed_at=None,
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
        tf32=min(numbers) >= (8, 0) if numbers else None,
        fp8=min(numbers) >= (8, 9) if numbers else None,
        warnings=torch.warnings,
    )


def _cudnn(number: int) -> str:
    """Writes what cuDNN says of itself, 90100 or 8902, as its version."""
    thousand = 10_000 if number >= 90_000 else 1_000  # noqa: PLR2004 -- from version 9 on
    return f"{number // thousand}.{number % thousand // 100}.{number % 100}"
