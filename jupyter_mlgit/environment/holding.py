"""Says whose the processes are that a driver names, and what each holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.environment.nvml import Note
from jupyter_mlgit.environment.processes import Owner
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jupyter_mlgit.environment.gpus import Gpu
    from jupyter_mlgit.environment.processes import Processes

IN_A_CONTAINER = (
    "In a container the driver's numbers of processes may be the host's, so it is not said whose they are. What your "
    "running kernels hold they tell themselves."
)


class GpuProcess(Value):
    """A process that has memory on a GPU, or has opened it to compute."""

    gpu: int
    """The index of the GPU."""
    slice: int | None
    pid: int | None
    """Null where it is not yours, or in a container, where the number may be the host's."""
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


def held_on(
    gpu: Gpu, told: Iterable[tuple[int, int | None]], processes: Processes, notes: list[Note]
) -> Iterator[GpuProcess]:
    """Yields the processes on a GPU.

    Args:
        gpu: the GPU, or the slice of one.
        told: their numbers by the driver, and the bytes that each holds.
        processes: tells whose a process is.
        notes: why somebody is not named is added here, once.
    """
    for pid, memory in told:
        ours = processes.are_ours()
        if not ours and all(one.reason != IN_A_CONTAINER for one in notes):
            notes.append(Note(figure="processes", reason=IN_A_CONTAINER))
        holder = processes.holder(pid) if ours else None
        yours = holder is not None and holder.owner == "you"
        yield GpuProcess(
            gpu=gpu.index,
            slice=gpu.slice,
            pid=pid if yours else None,
            memory=memory,
            owner="unknown" if holder is None else holder.owner,
            command=holder.command if holder else None,
            notebook=holder.notebook if holder else None,
            kernel=holder.kernel if holder else None,
            kernel_pid=holder.kernel_pid if holder else None,
        )
