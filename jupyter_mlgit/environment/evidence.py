"""What a rule of the doctor is given, and what it gives."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Literal, NamedTuple

from jupyter_mlgit.environment.wheels import wheel_for
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from jupyter_mlgit.environment.container import Surroundings
    from jupyter_mlgit.environment.machine import Gpus
    from jupyter_mlgit.environment.probing import Probe, Torch


class Finding(Value):
    """One thing that is wrong, or deserves a look."""

    rule: str
    severity: Literal["problem", "warning", "note"]
    message: str
    evidence: list[str]
    fix: str | None
    """What to do about it, in a sentence; null where there is nothing to mend."""
    command: str | None
    """What to type for that, to copy as it is; ``…`` stands for what was there before. Null where typing mends
    nothing."""


class Evidence(NamedTuple):
    """All that is known of one kernel and its machine."""

    probe: Probe
    gpus: Gpus
    around: Surroundings
    kernel: str

    @property
    def torch(self) -> Torch | None:
        """What torch says; None where it is not installed or cannot be imported."""
        torch = self.probe.torch
        return None if torch is None or torch.error is not None else torch

    @property
    def has_gpu(self) -> bool:
        """Whether there is a GPU that torch could use, as far as can be told."""
        return bool(self.gpus.gpus or self.probe.driver.devices) or self.around.has_gpu

    @property
    def capabilities(self) -> list[str]:
        """Those of all GPUs, by the kernel's own view or else the machine's."""
        own = [one.capability for one in self.probe.driver.devices if one.capability]
        return own or [one.capability for one in self.gpus.gpus if one.capability]


def driver_evidence(evidence: Evidence) -> list[str]:
    """Names the driver, where there is one."""
    if evidence.gpus.driver is None:
        return []
    return [f"driver {evidence.gpus.driver}, CUDA up to {evidence.gpus.cuda_driver or 'unknown'}"]


def install(evidence: Evidence, *, anew: bool = False) -> str:
    """Gives the command that installs a torch which fits the driver and the GPUs, or the CPU where there are none."""
    probe = evidence.probe
    kind = wheel_for(probe.driver.version, evidence.capabilities, probe.python) if evidence.capabilities else None
    if not evidence.has_gpu:
        kind = "cpu"
    again = " --upgrade --force-reinstall" if anew else ""
    where = f" --index-url https://download.pytorch.org/whl/{kind}" if kind else ""
    return f"{quote(probe.executable)} -m pip install{again} torch{where}"
