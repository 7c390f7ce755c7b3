"""Tells of GPUs and who holds their memory, and of kernels and why torch sees no GPU in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_mlgit.cli.screen import Screen
    from jupyter_mlgit.environment.doctor import Doctored, KernelView
    from jupyter_mlgit.environment.evidence import Finding
    from jupyter_mlgit.environment.gpus import Gpu
    from jupyter_mlgit.environment.holding import GpuProcess
    from jupyter_mlgit.environment.machine import Gpus, Unusable
    from jupyter_mlgit.environment.trial import GpuTest
    from jupyter_mlgit.environment.volume import RepositoryVolume

UNKNOWN = "n/a"
FULL = 0.9
"""Of its memory, from where on a GPU is marked."""

_SLOWED = {
    "power-limit": "its power limit",
    "hardware": "the hardware's own protection",
    "heat": "heat",
    "power-brake": "the power supply",
}
_FIGURES = {
    "utilization": "use",
    "powerLimit": "power limit",
    "clockLimit": "highest clock",
    "slowedBy": "what slows it down",
    "memoryErrors": "memory errors",
    "correctedErrors": "corrected memory errors",
    "retired": "rows of memory out of use",
    "retiring": "rows of memory that wait for that",
    "faults": "reported faults",
}
"""Figures whose names in a note are not plain words."""
_YES = {True: "yes", False: "no", None: UNKNOWN}
_RETIRING = {
    "waiting": "a row of its memory waits to be taken out of use: reset the GPU when it is free",
    "failed": "a row of its memory could not be taken out of use: have the GPU looked at",
}
_STATE = {"lost": "no longer answers: restart the machine", "no-access": "may not be asked by you"}


def show_gpus(screen: Screen, found: Gpus) -> None:
    """Writes all GPUs, or why there is none."""
    if found.reason is not None:
        screen.line(screen.paint(found.reason.message, "yellow"))
        _mend(screen, "", found.reason)
    if found.driver is not None or (found.gpus and found.amd_driver is None):
        screen.line(screen.paint(f"Driver {found.driver or UNKNOWN}, CUDA up to {found.cuda_driver or UNKNOWN}", "dim"))
    if found.amd_driver is not None:
        screen.line(screen.paint(f"AMD's driver {found.amd_driver}", "dim"))
    for gpu in found.gpus:
        _show(screen, gpu)
        for one in found.processes:
            if (one.gpu, one.slice) == (gpu.index, gpu.slice):
                screen.line(f"    {screen.paint(memory(one.memory).rjust(8))} ", screen.paint(_who(one)))
        for words in _missing(gpu):
            screen.line("   ", screen.paint(words, "dim"))
    for note in found.notes:
        screen.line(screen.paint(note.reason, "dim"))


def show_doctored(screen: Screen, found: Doctored) -> None:
    """Writes what each kernel has, and what is wrong with it."""
    for kernel in found.kernels:
        _show_kernel(screen, kernel)
    if not found.kernels:
        screen.line(screen.paint("There is no Python kernel.", "yellow"))


def show_gpu_test(screen: Screen, found: GpuTest) -> None:
    """Writes how the test on the GPU went."""
    if found.unprobed is not None:
        screen.line(screen.paint(f"{found.kernel} was not tested: {found.unprobed.reason}", "yellow"))
    elif found.ok:
        where = " ".join(one for one in (found.device, found.name) if one)
        screen.line(screen.paint(f"{found.kernel} computes on {where}: {found.seconds:.1f} s", "green"))
    else:
        screen.line(screen.paint(f"{found.kernel} cannot compute on the GPU.", "red"))
        screen.line("   ", screen.paint(found.error or UNKNOWN))
        if found.finding is not None:
            screen.line("   ", screen.paint(found.finding.message, "yellow"))
            _mend(screen, "    ", found.finding)


def show_volume(screen: Screen, found: RepositoryVolume) -> None:
    """Writes whether the repository lasts."""
    if found.finding is None:
        where = f" on {found.mount} ({found.kind})" if found.mount else ""
        if found.lasts == "unknown":
            told = "whether that outlives the container can't be told from inside"
        elif found.container:
            told = "which is not the container's own layer; how long it is kept, whoever mounted it decides"
        else:
            told = "and no sign of a container is seen, with which it would go"
        screen.line(screen.paint(f"The repository lies{where}, {told}."))
        return
    screen.line(screen.paint(found.finding.message, "yellow"))
    for one in found.finding.evidence:
        screen.line("   ", screen.paint(one, "dim"))
    _mend(screen, "    ", found.finding)


def _mend(screen: Screen, before: str, what: Finding | Unusable) -> None:
    """Writes what to do in a sentence, and what to type for that in a line of its own, to be copied."""
    if what.fix is not None:
        screen.line(f"{before}→", screen.paint(what.fix))
    if what.command is not None:
        screen.line(f"{before}    ", screen.paint(what.command, "bold"))


def _show_kernel(screen: Screen, kernel: KernelView) -> None:
    screen.line(screen.paint(kernel.name, "bold"), screen.paint(kernel.interpreter or "", "dim"))
    if kernel.unprobed is not None:
        screen.line("   ", screen.paint(f"Not probed: {kernel.unprobed.reason}", "yellow"))
        return
    torch = kernel.torch
    if torch is not None:
        made = f"CUDA {torch.cuda}" if torch.cuda else "without CUDA"
        sees = {True: "sees a GPU", False: "sees no GPU", None: "does not say whether it sees a GPU"}
        screen.line("   ", screen.paint(f"torch {torch.version}, {made}: {sees[kernel.cuda_available]}"))
    for words in _details(kernel):
        screen.line("   ", screen.paint(words, "dim"))
    for finding in kernel.findings:
        style = {"problem": "red", "warning": "yellow", "note": "dim"}[finding.severity]
        screen.line("   ", screen.paint(finding.message, style), screen.paint(f"[{finding.rule}]", "dim"))
        for one in finding.evidence:
            screen.line("      ", screen.paint(one, "dim"))
        _mend(screen, "    ", finding)


def _details(kernel: KernelView) -> list[str]:
    """Says what torch was made with and for, and what the GPUs can, beside each other."""
    told, torch = [], kernel.torch
    if torch is not None and torch.cuda is not None:
        told = [
            f"cuDNN {torch.cudnn or UNKNOWN} · NCCL {torch.nccl or UNKNOWN}",
            f"made for {' '.join(torch.archs) or UNKNOWN} · capability {_capabilities(kernel)}",
            f"bf16 {_YES[torch.bf16]} · TF32 {_YES[torch.tf32]} · fp8 {_YES[torch.fp8]}",
        ]
    if kernel.visible_devices is not None:
        told.append(f"CUDA_VISIBLE_DEVICES={kernel.visible_devices}")
    if torch is not None:
        told += [f"torch warns: {one}" for one in torch.warnings]
    return told


def _capabilities(kernel: KernelView) -> str:
    return ", ".join(dict.fromkeys(kernel.capabilities)) or UNKNOWN


def _show(screen: Screen, gpu: Gpu) -> None:
    number = f"GPU {gpu.index}" if gpu.slice is None else f"  Slice {gpu.index}.{gpu.slice}"
    name = gpu.name or UNKNOWN
    if gpu.state != "ok":
        screen.line(screen.paint(number, "bold"), screen.paint(f"{name}: {_STATE[gpu.state]}", "red"))
        _reported(screen, gpu)
        return
    full = gpu.memory_used is not None and gpu.memory_total and gpu.memory_used >= FULL * gpu.memory_total
    used = f"{memory(gpu.memory_used)} / {memory(gpu.memory_total)}" + (
        " shared with the machine" if gpu.unified else ""
    )
    screen.line(screen.paint(number, "bold"), screen.paint(name))
    figures = [f"{'! ' if full else ''}{used}"]
    if gpu.slice is None and not gpu.slices:
        figures += [
            _figure(gpu.utilization, "%"),
            _figure(gpu.temperature, "°C"),
            f"{_figure(gpu.power)} / {_figure(gpu.power_limit, 'W')}",
            f"{_figure(gpu.clock)} / {_figure(gpu.clock_limit, 'MHz')}",
        ]
    screen.line("   ", screen.paint(" · ".join(figures), *(["yellow"] if full else [])))
    if gpu.slices:
        screen.line("   ", screen.paint("cut into slices (MIG): only these can be used", "dim"))
    if gpu.slowed_by:
        words = ", ".join(_SLOWED[one] for one in gpu.slowed_by)
        screen.line("   ", screen.paint(f"! slowed down by {words}", "yellow"))
    if gpu.memory_errors:
        screen.line("   ", screen.paint(f"! {gpu.memory_errors} memory errors that could not be corrected", "red"))
    if gpu.retiring in _RETIRING:
        screen.line("   ", screen.paint(f"! {_RETIRING[gpu.retiring]}", "yellow"))
    _reported(screen, gpu)


def _reported(screen: Screen, gpu: Gpu) -> None:
    for fault in gpu.faults or []:
        if fault.message is not None:
            words = f"! the driver reported: {fault.message} (Xid {fault.number}). {fault.fix}"
            screen.line("   ", screen.paint(words, "red"))


def _missing(gpu: Gpu) -> list[str]:
    """Says of figures that are not known why; those with the same reason stand in one line."""
    if gpu.state != "ok" or gpu.slice is not None or gpu.slices:
        return []  # that has been said, or they are not shown
    reasons: dict[str, list[str]] = {}
    for note in gpu.notes:
        reasons.setdefault(note.reason, []).append(_FIGURES.get(note.figure, note.figure))
    return [f"{UNKNOWN}: {', '.join(figures)}. {reason}" for reason, figures in reasons.items()]


def _who(one: GpuProcess) -> str:
    if one.owner != "you":
        return "another user" if one.owner == "another-user" else "a process that cannot be named from here"
    if one.notebook is not None:
        beside = "" if one.kernel_pid in (None, one.pid) else f", by process {one.pid}"
        left = " (its kernel has ended; this process is left)" if one.kernel is None else ""
        return f"{one.notebook}{beside}{left}"
    return f"process {one.pid}: {one.command or UNKNOWN}"


def _figure(value: float | None, unit: str = "") -> str:
    return UNKNOWN if value is None else f"{value:.0f}{' ' if unit else ''}{unit}"


def memory(count: int | None) -> str:
    """Writes bytes as people speak of a GPU's memory: 1 GB is 2**30 bytes there."""
    if count is None:
        return UNKNOWN
    return f"{count / 2**30:.1f} GB" if count >= 2**30 else f"{count / 2**20:.0f} MB"
