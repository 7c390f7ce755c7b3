"""The rules for a torch that is not made for NVIDIA: AMD's (ROCm), Intel's (XPU) and Apple's (MPS)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.environment.evidence import Finding, install

if TYPE_CHECKING:
    from jupyter_mlgit.environment.evidence import Evidence

_OF_AMD = ("HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES")
"""What hides AMD's GPUs; torch for ROCm heeds CUDA's variable, too."""


def other_backend(evidence: Evidence) -> Finding | None:
    """Says of Intel's and Apple's that ``torch.cuda`` is none of theirs, and whether they see their own GPU."""
    torch = evidence.torch
    if torch is None or torch.cuda or torch.hip or not (torch.xpu or torch.mps or torch.mps_built):
        return None
    if torch.xpu:
        name, call, sees = "Intel's GPUs", "torch.xpu", torch.xpu_available
        fix = "Install Intel's driver for computing (intel-opencl-icd, libze1), and join the group 'render'."
    else:
        name, call, sees = "Apple's GPU", "torch.backends.mps", torch.mps
        fix = "Use macOS 14 or newer on the machine itself: in a virtual machine or a container this GPU is not there."
    told = [f"torch {torch.version}"]
    if sees is False:
        return Finding(
            rule="other-backend-blind",
            severity="problem",
            message=f"This torch is made for {name}, and sees none.",
            evidence=[*told, f"{call}.is_available() is False"],
            fix=fix,
            command=None,
        )
    return Finding(
        rule="other-backend",
        severity="note",
        message=f"This torch is made for {name} ({call}); that torch.cuda sees nothing is as it should be.",
        evidence=told,
        fix=None,
        command=None,
    )


def of_amd(evidence: Evidence) -> Finding | None:
    """Says why a torch for ROCm sees no GPU."""
    torch, around = evidence.torch, evidence.around
    if torch is None or not torch.hip or torch.available:
        return None
    told = [f"torch {torch.version}, made with ROCm {torch.hip}"]
    variables = {name: evidence.probe.variables.get(name) for name in _OF_AMD}
    hiding = [f"{name}={value}" for name, value in variables.items() if value is not None]
    if not around.amd_pci and (around.pci or evidence.gpus.gpus):
        rule, message, fix, command = (
            "torch-for-another-maker",
            "This torch is made for AMD's GPUs, and the GPU of this machine is NVIDIA's.",
            "Install one that is made for NVIDIA's:",
            install(evidence, anew=True),
        )
    elif "/dev/kfd" not in around.amd_devices and around.container:
        told.append("no /dev/kfd in this container")
        rule, message, fix, command = (
            "container-without-gpu",
            "This container was started without AMD's GPUs.",
            "Start it with their devices:",
            "docker run --device=/dev/kfd --device=/dev/dri --group-add video --group-add render …",
        )
    elif "/dev/kfd" not in around.amd_devices:
        told.append("no /dev/kfd")
        rule, message, fix, command = (
            "no-driver",
            "AMD's driver for computing (amdgpu with ROCm) is not loaded, or there is no GPU that it knows.",
            "Load it:",
            "sudo modprobe amdgpu",
        )
    elif hiding:
        rule, message, fix, command = (
            "hidden-by-variable",
            "A variable chooses which GPUs torch may see, and leaves none.",
            "Remove it from the kernel's specification or from the server's environment, then restart both.",
            None,
        )
    else:
        told.append("/dev/kfd is there")
        rule, message, fix, command = (
            "no-permission",
            "AMD's driver is loaded, and torch may not use it or does not know this GPU.",
            "Join the groups that may use it, then log in anew:",
            'sudo usermod -a -G render,video "$USER"',
        )
    return Finding(rule=rule, severity="problem", message=message, evidence=[*told, *hiding], fix=fix, command=command)
