"""Reads what each GPU, and each slice of one (MIG), does now.

A figure that cannot be had is null, with a note that says why; it is never 0. Memory that the GPU shares with the
machine (Grace, Jetson) is the machine's own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from jupyter_mlgit.environment.figures import Device, Figures
from jupyter_mlgit.environment.health import NO_FAULTS_KNOWN, Fault, Retiring, faults_of, health_of
from jupyter_mlgit.environment.nvml import FUNCTION_NOT_FOUND, NO_PERMISSION, NOT_SUPPORTED, Note, NotTold
from jupyter_mlgit.environment.xids import Since
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.environment.nvml import Nvml
    from jupyter_mlgit.environment.xids import Told

MachineMemory = Callable[[], tuple[int, int] | None]
"""Gives the machine's own memory in bytes, used and total."""

FaultsOf = Callable[[int, "Device | None"], "Told"]

_MEMORY_V2 = 0x02000028
_CLOCK_SM = 1
_SENSOR = 0

Slowed = Literal["power-limit", "hardware", "heat", "power-brake"]

_SLOWED: dict[int, Slowed] = {
    0x04: "power-limit",
    0x08: "hardware",
    0x20: "heat",
    0x40: "heat",
    0x80: "power-brake",
}
"""Bit → what slows it down (nvmlClocksEventReasons); being idle, and clocks that somebody has set, are no reasons."""


class Gpu(Value):
    """One GPU, or one slice of a GPU (MIG), as its driver tells."""

    maker: Literal["nvidia", "amd"]
    index: int
    """The number among the GPUs of this machine, NVIDIA's first; of a slice, that of its GPU."""
    slice: int | None
    """The number among the slices of the GPU; null for a whole GPU."""
    uuid: str | None
    name: str | None
    state: Literal["ok", "lost", "no-access"]
    """``lost`` no longer answers, until the machine is restarted; ``no-access`` may not be asked."""
    memory_used: int | None
    """Bytes; what the driver keeps for itself is not counted, as in nvidia-smi."""
    memory_total: int | None
    """Bytes."""
    unified: bool
    """Whether the memory is the machine's own."""
    utilization: int | None
    """Percent of the last moment in which anything ran on it."""
    temperature: int | None
    """Degrees Celsius."""
    power: float | None
    """Watts."""
    power_limit: float | None
    """Watts."""
    clock: int | None
    """MHz of its processors."""
    clock_limit: int | None
    """MHz."""
    slowed_by: list[Slowed] | None
    """What keeps it below its clock now; empty where nothing does."""
    memory_errors: int | None
    """Errors of its memory (ECC) since it was started that could not be corrected."""
    corrected_errors: int | None
    """Those that were corrected: many of them in a short time announce others."""
    retired: int | None
    """Rows of its memory (on older GPUs pages) that were taken out of use for good."""
    retiring: Retiring | None
    """Whether another one waits for a reset to be taken out of use, or could not be."""
    faults: list[Fault] | None
    """What the driver has reported of it (Xid), the oldest first."""
    faults_since: Since | None
    """``day``: all of the last day; ``look``: only since somebody looks, as Linux' log may not be read."""
    capability: str | None
    """The compute capability, for example ``9.0``."""
    slices: bool | None
    """Whether it is cut into slices (MIG); only these can be used then."""
    notes: list[Note]
    """Why a figure is null."""


def read_gpus(nvml: Nvml, machine_memory: MachineMemory, faults: FaultsOf) -> Iterator[tuple[Gpu, Any]]:
    """Yields every GPU and, after it, its slices, each with NVML's handle.

    Args:
        nvml: the library, open.
        machine_memory: gives the machine's own memory in bytes, used and total.
        faults: tells what is known of a GPU's faults, by its number and its handle.

    Raises:
        NotTold: if not even their number can be had.
    """
    for index in range(nvml.ask("nvmlDeviceGetCount")):
        try:
            device = nvml.ask("nvmlDeviceGetHandleByIndex", index)
        except NotTold as error:
            yield _unreachable(index, error, faults(index, None)), None
            continue
        gpu = _read(nvml, device, index, None, machine_memory, faults(index, device))
        yield gpu, device
        if gpu.slices:
            yield from _slices(nvml, device, index, machine_memory)


def _slices(
    nvml: Nvml,
    device: Device,
    index: int,
    machine_memory: MachineMemory,
) -> Iterator[tuple[Gpu, Any]]:
    try:
        count = nvml.ask("nvmlDeviceGetMaxMigDeviceCount", device)
    except NotTold:
        return
    for number in range(count):
        # Most of the places for slices are empty.
        with contextlib.suppress(NotTold):
            part = nvml.ask("nvmlDeviceGetMigDeviceHandleByIndex", device, number)
            yield _read(nvml, part, index, number, machine_memory, NO_FAULTS_KNOWN), part


def _read(
    nvml: Nvml,
    device: Device,
    index: int,
    number: int | None,
    machine_memory: MachineMemory,
    told: Told,
) -> Gpu:
    figures, whole = Figures(nvml, device), number is None
    ask = figures.ask
    used, total, unified = _memory(figures, machine_memory)
    rates = ask("utilization", ("nvmlDeviceGetUtilizationRates",)) if whole else None
    mode = _mig_mode(nvml, device) if whole else None
    capability = ask("capability", ("nvmlDeviceGetCudaComputeCapability",)) if whole else None
    reasons = None
    if whole:
        reasons = ask(
            "slowedBy",
            ("nvmlDeviceGetCurrentClocksEventReasons",),
            ("nvmlDeviceGetCurrentClocksThrottleReasons",),
        )
    else:
        figures.leave_out(
            "The driver tells it for the whole GPU only.",
            *("utilization", "temperature", "power", "powerLimit", "clock", "clockLimit", "slowedBy"),
            *("memoryErrors", "correctedErrors", "retired", "faults"),
        )
    temperature = (
        ask("temperature", ("nvmlDeviceGetTemperature", _SENSOR), ("nvmlDeviceGetTemperatureV", _SENSOR))
        if whole
        else None
    )
    health = health_of(figures, told) if whole else None
    return Gpu(
        maker="nvidia",
        index=index,
        slice=number,
        uuid=ask("uuid", ("nvmlDeviceGetUUID",)),
        name=ask("name", ("nvmlDeviceGetName",)),
        memory_used=used,
        memory_total=total,
        unified=unified,
        utilization=None if rates is None else rates.gpu,
        temperature=temperature,
        power=figures.number("power", ("nvmlDeviceGetPowerUsage",), scale=1000) if whole else None,
        power_limit=figures.number("powerLimit", ("nvmlDeviceGetEnforcedPowerLimit",), scale=1000) if whole else None,
        clock=ask("clock", ("nvmlDeviceGetClockInfo", _CLOCK_SM)) if whole else None,
        clock_limit=ask("clockLimit", ("nvmlDeviceGetMaxClockInfo", _CLOCK_SM)) if whole else None,
        slowed_by=None if reasons is None else sorted({word for bit, word in _SLOWED.items() if reasons & bit}),
        memory_errors=None if health is None else health.uncorrected,
        corrected_errors=None if health is None else health.corrected,
        retired=None if health is None else health.retired,
        retiring=None if health is None else health.retiring,
        faults=None if health is None else health.faults,
        faults_since=None if health is None else health.since,
        capability=None if capability is None else "{}.{}".format(*capability),
        slices=mode,
        state="lost" if figures.lost else "ok",
        notes=figures.notes,
    )  # fmt: skip


def _memory(figures: Figures, machine_memory: MachineMemory) -> tuple[int | None, int | None, bool]:
    """Gives used and total bytes, and whether they are the machine's."""
    found = figures.ask("memory", ("nvmlDeviceGetMemoryInfo", _MEMORY_V2), ("nvmlDeviceGetMemoryInfo",))
    if found is not None:
        return found.used, found.total, False
    note = figures.notes[-1]
    own = machine_memory() if note.reason == NotTold(NOT_SUPPORTED).reason else None
    if own is None:
        return None, None, False
    figures.notes.remove(note)
    return *own, True


def _mig_mode(nvml: Nvml, device: Device) -> bool | None:
    try:
        return bool(nvml.ask("nvmlDeviceGetMigMode", device)[0])
    except NotTold as error:
        # A GPU that cannot be cut is not cut.
        return False if error.number in (NOT_SUPPORTED, FUNCTION_NOT_FOUND) else None


def _unreachable(index: int, error: NotTold, told: Told) -> Gpu:
    return Gpu(
        maker="nvidia",
        index=index,
        slice=None,
        uuid=None,
        name=None,
        state="no-access" if error.number == NO_PERMISSION else "lost",
        memory_used=None,
        memory_total=None,
        unified=False,
        utilization=None,
        temperature=None,
        power=None,
        power_limit=None,
        clock=None,
        clock_limit=None,
        slowed_by=None,
        memory_errors=None,
        corrected_errors=None,
        retired=None,
        retiring=None,
        faults=faults_of(told),
        faults_since=told.since,
        capability=None,
        slices=None,
        notes=[Note(figure="all", reason=error.reason)],
    )


def machine_memory(proc: Path = Path("/proc")) -> tuple[int, int] | None:
    """Gives the machine's own memory in bytes, used and total; None where there is no ``/proc/meminfo`` (proc(5))."""
    found: dict[str, int] = {}
    try:
        for line in (proc / "meminfo").read_text().splitlines():
            name, _, rest = line.partition(":")
            found[name] = int(rest.split()[0]) * 1024
        return found["MemTotal"] - found["MemAvailable"], found["MemTotal"]
    except (OSError, ValueError, LookupError):
        return None
