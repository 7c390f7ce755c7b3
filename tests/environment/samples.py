"""GPUs and processes as a driver may tell of them, with only those figures named that a test is about."""

from __future__ import annotations

from typing import Any

from jupyter_mlgit.environment.gpus import Gpu
from jupyter_mlgit.environment.holding import GpuProcess
from jupyter_mlgit.environment.machine import Gpus


def GPU(**figures: Any) -> Gpu:  # noqa: N802 -- stands for a value, not for an act
    """Gives a GPU that is in order."""
    usual: dict[str, Any] = {
        "maker": "nvidia", "index": 0, "slice": None, "uuid": "GPU-0", "name": "Stub", "state": "ok",
        "memory_used": 4096, "memory_total": 8192, "unified": False, "utilization": 41, "temperature": 63,
        "power": 212.5, "power_limit": 300.0, "clock": 1410, "clock_limit": 1980, "slowed_by": [], "memory_errors": 0,
        "corrected_errors": 0, "retired": 0, "retiring": "no", "faults": [], "faults_since": "day",
        "capability": "9.0", "slices": False, "notes": [],
    }  # fmt: skip
    told = {**usual, **figures}
    if "uuid" not in figures:
        told["uuid"] = f"GPU-{told['index']}" if told["slice"] is None else f"MIG-{told['index']}-{told['slice']}"
    return Gpu(**told)


def PROCESS(**figures: Any) -> GpuProcess:  # noqa: N802 -- the same
    """Gives a process of a notebook's kernel."""
    usual: dict[str, Any] = {
        "gpu": 0, "slice": None, "pid": 4711, "memory": 1024, "owner": "you", "command": "python",
        "notebook": "train.ipynb", "kernel": "abc", "kernel_pid": 4711,
    }  # fmt: skip
    process = {**usual, **figures}
    if process["notebook"] is None:
        process["kernel"] = process["kernel_pid"] = None
    return GpuProcess(**process)


def gpus(*of: Gpu | GpuProcess) -> Gpus:
    """Gives a machine with these."""
    return Gpus(
        available=True,
        reason=None,
        driver="550.54.14",
        amd_driver=None,
        cuda_driver="12.4",
        gpus=[one for one in of if isinstance(one, Gpu)],
        processes=[one for one in of if isinstance(one, GpuProcess)],
        notes=[],
    )
