"""The rule for GPUs that failed: those that no longer answer, and what the driver wrote into Linux' own log (Xid).

In a container, and for most people, the log cannot be read; then there is nothing to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.environment.evidence import Finding
from jupyter_mlgit.environment.xids import CATALOGUE

if TYPE_CHECKING:
    from jupyter_mlgit.environment.evidence import Evidence


def gpu_fault(evidence: Evidence) -> Finding | None:
    """Says which GPU failed, and what the driver wrote of it."""
    lost = [f"GPU {gpu.index}" for gpu in evidence.gpus.gpus if gpu.state == "lost"]
    known = [one for one in evidence.around.xids if one.number in CATALOGUE]
    if not lost and not known:
        return None
    last = known[-1] if known else None
    meaning, fix = (
        ("it no longer answers", "Restart the machine. What the driver wrote of it into Linux' log:")
        if last is None
        else CATALOGUE[last.number]
    )
    return Finding(
        rule="gpu-lost" if lost else "gpu-fault",
        severity="problem" if lost else "warning",
        message=f"{' and '.join(lost) if lost else 'A GPU'} failed: {meaning}.",
        evidence=[
            *(f"{one} no longer answers (NVML)" for one in lost),
            *(f"Xid {one.number} of the GPU at {one.place}" for one in known[-3:]),
        ],
        fix=fix,
        command=None if last is not None else "sudo dmesg | grep NVRM",
    )
