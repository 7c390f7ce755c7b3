"""Says why torch does not see the GPU: the first rule that the evidence fits, and what is wrong beside it.

A rule is a function of the evidence. It gives a finding with what it rests on and what mends it, or None. The order
matters: what lies deeper comes first, as torch's own complaint follows from it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jupyter_mlgit.environment.absence import absence
from jupyter_mlgit.environment.backends import of_amd, other_backend
from jupyter_mlgit.environment.evidence import Finding, driver_evidence, install
from jupyter_mlgit.environment.faults import gpu_fault
from jupyter_mlgit.environment.wheels import as_of, driver_floor, paired_driver, runs_on, version

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_mlgit.environment.container import Volume
    from jupyter_mlgit.environment.evidence import Evidence

    Rule = Callable[[Evidence], Finding | None]

_SMALL_SHARED_MEMORY = 2**30
_NUMBER = re.compile(r"[0-9]+\Z")
_LONGEST_NUMBER = 18
"""Digits that are looked at; Python refuses to read thousands of them."""

_INIT: dict[int, tuple[str, str, str, str | None]] = {
    34: (
        "stub-library",
        "A stub of NVIDIA's library is in use, which only a compiler needs.",
        "Take the folder 'stubs' out of LD_LIBRARY_PATH, then restart the kernel.",
        None,
    ),
    802: (
        "fabric-not-started",
        "The GPUs are linked by a switch whose service is not running.",
        "Start it:",
        "sudo systemctl start nvidia-fabricmanager",
    ),
    803: (
        "versions-differ",
        "The driver's library and the driver that is running are of different versions.",
        "Restart the machine; in a container, take 'cuda-compat' out of LD_LIBRARY_PATH.",
        None,
    ),
    804: (
        "forward-compatibility",
        "A library for forward compatibility (cuda-compat) is in use, which this GPU does not support.",
        "Remove the package cuda-compat, or update the driver of the host.",
        None,
    ),
    999: (
        "memory-module",
        "The driver answers, and its module for memory (nvidia-uvm) does not; so it is after a laptop has slept.",
        "Load that module; where it is loaded and the GPU unused, first take it out ('sudo rmmod nvidia_uvm'):",
        "sudo nvidia-modprobe -c 0 -u",
    ),
}
"""What ``cuInit`` gives → rule, sentence, fix, command (CUDA Driver API, CUresult)."""


def diagnose(evidence: Evidence, volume: Volume | None = None) -> list[Finding]:
    """Gives the cause first, then what is wrong beside it.

    Args:
        evidence: what is known.
        volume: where the work lies; None where that is not known.
    """
    # Where torch computes, the driver is well enough, whatever it looks like; and AMD's GPUs want none of NVIDIA's.
    torch = evidence.torch
    passed_over = _OF_DRIVER if torch is not None and (torch.available or torch.hip) else ()
    rules = (rule for rule in CAUSES if rule not in passed_over)
    cause = next((found for rule in rules if (found := rule(evidence)) is not None), None)
    beside = [found for rule in _BESIDE if (found := rule(evidence)) is not None]
    return [*([] if cause is None else [cause]), *beside, *of_volume(volume)]


def _no_torch(evidence: Evidence) -> Finding | None:
    if evidence.probe.torch is not None:
        return None
    useful = evidence.has_gpu
    return Finding(
        rule="no-torch",
        severity="problem" if useful else "note",
        message=f'torch is not installed for the kernel "{evidence.kernel}".'
        + ("" if useful else " It could compute on the CPU only: this machine has no GPU."),
        evidence=[f"{evidence.probe.executable} finds no module torch"],
        fix="Install it there, or choose a kernel that has it:" if useful else "To have it for the CPU:",
        command=install(evidence),
    )


def _broken_torch(evidence: Evidence) -> Finding | None:
    torch = evidence.probe.torch
    if torch is None or torch.error is None:
        return None
    return Finding(
        rule="broken-torch",
        severity="problem",
        message=f'torch cannot be imported in the kernel "{evidence.kernel}".',
        evidence=[torch.error],
        fix="Install it anew:",
        command=install(evidence, anew=True),
    )


def _cpu_wheel(evidence: Evidence) -> Finding | None:
    torch = evidence.torch
    if torch is None or torch.cuda or torch.hip or torch.xpu or torch.mps:
        return None
    has_gpu = bool(evidence.gpus.gpus) or evidence.around.pci
    return Finding(
        rule="cpu-only-torch",
        severity="problem" if has_gpu else "note",
        message=f'The torch of the kernel "{evidence.kernel}" is made for the CPU only.'
        + ("" if has_gpu else " There is no NVIDIA GPU on this machine either."),
        evidence=[f"torch {torch.version}, made without CUDA", *driver_evidence(evidence)],
        fix="Install one that is made for this machine's GPU:" if has_gpu else None,
        command=install(evidence, anew=True) if has_gpu else None,
    )


def _below_windows(evidence: Evidence) -> Finding | None:
    driver = evidence.probe.driver
    if not evidence.around.wsl or (driver.library is not None and driver.init == 0):
        return None
    told = [f"cuInit: {driver.init}", f"devices: {', '.join(evidence.around.devices) or 'none'}"]
    return _absent(evidence, told)


def _container_without_gpu(evidence: Evidence) -> Finding | None:
    around = evidence.around
    if not around.container or around.devices:
        return None
    return _absent(evidence, ["no /dev/nvidia* in this container", _on_bus(evidence)])


def _container_without_libraries(evidence: Evidence) -> Finding | None:
    if not evidence.around.container or evidence.probe.driver.library is not None:
        return None
    return _absent(evidence, [", ".join(evidence.around.devices), "libcuda.so.1 was not found"])


def _container_lost_gpu(evidence: Evidence) -> Finding | None:
    reason = evidence.gpus.reason
    if not evidence.around.container or reason is None or reason.code != "unknown-error":
        return None
    return Finding(
        rule="container-lost-gpu",
        severity="problem",
        message="This container had a GPU and has lost it, as when the host reloads its services.",
        evidence=[reason.message],
        fix="Make the container anew; to keep it from coming back, see 'systemd' in the container toolkit's manual.",
        command=None,
    )


def _machine_without_driver(evidence: Evidence) -> Finding | None:
    reason = evidence.gpus.reason
    if reason is not None and reason.code in ("driver-not-loaded", "versions-differ"):
        return Finding(
            rule=reason.code,
            severity="problem",
            message=reason.message,
            evidence=["NVML says so"],
            fix=reason.fix,
            command=reason.command,
        )
    if evidence.probe.driver.library is not None:
        return None
    return _absent(evidence, ["libcuda.so.1 was not found", _on_bus(evidence)])


def _absent(evidence: Evidence, told: list[str]) -> Finding:
    found = absence(evidence.around)
    return Finding(
        rule=found.rule,
        severity="note" if found.fix is None else "problem",
        message=found.message,
        evidence=told,
        fix=found.fix,
        command=found.command,
    )


def _on_bus(evidence: Evidence) -> str:
    return "a GPU is on the bus" if evidence.around.pci else "no GPU is on the bus"


def _start_failed(evidence: Evidence) -> Finding | None:
    number = evidence.probe.driver.init
    if number is None or number not in _INIT:
        return None
    rule, message, fix, command = _INIT[number]
    path = evidence.probe.variables.get("LD_LIBRARY_PATH")
    told = [f"cuInit gives {number}", *([f"LD_LIBRARY_PATH={path}"] if path else [])]
    if rule == "memory-module" and "/dev/nvidia-uvm" not in evidence.around.devices:
        told.append("no /dev/nvidia-uvm")
    return Finding(rule=rule, severity="problem", message=message, evidence=told, fix=fix, command=command)


def _hidden(evidence: Evidence) -> Finding | None:
    chosen = evidence.probe.variables.get("CUDA_VISIBLE_DEVICES")
    whole = [one for one in evidence.gpus.gpus if one.slice is None]
    if chosen is None or not whole or evidence.probe.driver.devices:
        return None
    words = [word.strip() for word in chosen.split(",")]
    known = {one.uuid for one in evidence.gpus.gpus}
    if not chosen.strip():
        why = "is empty, which hides every GPU"
    elif len(set(words)) < len(words):
        why = "names a GPU twice, which hides every GPU"
    elif words[0].startswith("-"):
        why = "begins with a negative number, which hides every GPU"
    elif _NUMBER.match(words[0]) and int(words[0][:_LONGEST_NUMBER]) >= len(whole):
        why = f"begins with {words[0]}, and there are {len(whole)} GPUs, counted from 0"
    elif not _NUMBER.match(words[0]) and not any((one or "").startswith(words[0]) for one in known):
        why = "names a GPU that this machine does not have"
    else:
        why = "leaves none"
    return Finding(
        rule="hidden-by-variable",
        severity="problem",
        message=f"CUDA_VISIBLE_DEVICES {why}.",
        evidence=[f"CUDA_VISIBLE_DEVICES={chosen}", f"{len(whole)} GPUs by the driver"],
        fix="Remove the variable from the kernel's specification or from the server's environment, then restart both.",
        command=None,
    )


def _old_driver(evidence: Evidence) -> Finding | None:
    torch, driver = evidence.torch, evidence.gpus.driver
    if torch is None or not torch.cuda:
        return None
    floor, knows = driver_floor(torch.cuda), evidence.probe.driver.version
    too_old = driver is not None and floor is not None and version(driver) < version(floor)
    said = next((one for one in torch.warnings if "too old" in one), None)
    if not too_old and said is None and not (knows and knows // 1000 < version(torch.cuda)[0]):
        return None
    return Finding(
        rule="driver-too-old",
        severity="problem",
        message=f"The driver is too old for CUDA {torch.cuda}, which torch {torch.version} was made with.",
        evidence=[
            *driver_evidence(evidence),
            *([f"CUDA {torch.cuda} wants driver {floor} or newer (as of {as_of()})"] if floor else []),
            *([said] if said else []),
        ],
        fix="Update the driver of the host, or install a torch that it can run:",
        command=install(evidence, anew=True),
    )


def _no_code_for_it(evidence: Evidence) -> Finding | None:
    torch = evidence.torch
    if torch is None or not torch.cuda or not torch.archs:
        return None
    without = [one for one in evidence.capabilities if not runs_on(one, torch.archs)]
    if not without:
        return None
    return Finding(
        rule="no-code-for-gpu",
        severity="problem",
        message=f"torch {torch.version} has no code for a GPU of compute capability {without[0]}.",
        evidence=[f"torch has {', '.join(torch.archs)}", "torch.cuda.is_available() does not look at this"],
        fix="Install one that has:",
        command=install(evidence, anew=True),
    )


def _not_explained(evidence: Evidence) -> Finding | None:
    torch = evidence.torch
    if torch is None or torch.available or torch.hip:
        return None
    return Finding(
        rule="not-explained",
        severity="problem",
        message="torch sees no GPU, and none of the known reasons fits.",
        evidence=[f"cuInit: {evidence.probe.driver.init}", *torch.warnings, *driver_evidence(evidence)],
        fix="Report this with what stands here.",
        command=None,
    )


def _needs_newer_driver(evidence: Evidence) -> Finding | None:
    """Finds what a driver of the same major version cannot do: translate code that is meant for a newer one."""
    torch, knows = evidence.torch, evidence.probe.driver.version
    said = [] if torch is None else [one for one in torch.warnings if "PTX" in one]
    if torch is None or not torch.cuda or not knows:
        return None
    major, minor = (*version(torch.cuda), 0)[:2]
    newer = (knows // 1000, knows % 1000 // 10) < (major, minor)
    compiled = [one for one in torch.archs if one.startswith("sm_")]
    translated = [one for one in evidence.capabilities if torch.archs and not runs_on(one, compiled)]
    if not said and not (newer and translated):
        return None
    return Finding(
        rule="driver-older-than-code",
        severity="problem",
        message=f"torch {torch.version} brings no finished code for this GPU, and the driver is too old to make it.",
        evidence=[
            *driver_evidence(evidence),
            *(f"compute capability {one} by translation (PTX) only" for one in translated),
            *said,
        ],
        fix=f"Update the driver of the host to {paired_driver(torch.cuda) or 'the newest'} or newer, or install a torch"
        " that it can run:",
        command=install(evidence, anew=True),
    )


def _without_figures(evidence: Evidence) -> Finding | None:
    reason, around = evidence.gpus.reason, evidence.around
    if not around.container or reason is None or reason.code != "no-library" or evidence.probe.driver.init != 0:
        return None
    return Finding(
        rule="container-without-utility",
        severity="warning",
        message="This container computes on the GPU and cannot see what it does: the driver's 'utility' is missing.",
        evidence=["libcuda.so.1 works", "libnvidia-ml was not found"],
        fix="Start it with these capabilities of the driver's:",
        command="docker run --gpus all -e NVIDIA_DRIVER_CAPABILITIES=compute,utility …",
    )


def _shared_memory(evidence: Evidence) -> Finding | None:
    size = evidence.around.shared_memory
    if not evidence.around.container or size is None or size >= _SMALL_SHARED_MEMORY:
        return None
    return Finding(
        rule="little-shared-memory",
        severity="warning",
        message="The container has little shared memory: a DataLoader with workers will end with a bus error.",
        evidence=[f"{size // 2**20} MB in /dev/shm"],
        fix="Start the container with more of it (or with '--ipc=host'):",
        command="docker run --shm-size=8g …",
    )


def of_volume(volume: Volume | None) -> list[Finding]:
    """Warns of a folder that goes with its container; None is one of which nothing is known."""
    if volume is None or volume.lasts != "no":
        return []
    return [
        Finding(
            rule="work-goes-with-container",
            severity="warning",
            message="This folder goes with the container: push your commits now, or mount a volume.",
            evidence=[f"{volume.path} lies on {volume.mount} ({volume.kind})"],
            fix="Push them, or start the container with a folder of the host:",
            command='docker run -v "$PWD":/workspace …',
        )
    ]


_OF_DRIVER: tuple[Rule, ...] = (
    _below_windows, _container_without_gpu, _container_without_libraries, _container_lost_gpu,
    _machine_without_driver, _start_failed, _hidden, _old_driver,
)  # fmt: skip
CAUSES: tuple[Rule, ...] = (
    _no_torch, _broken_torch, other_backend, of_amd, _cpu_wheel, *_OF_DRIVER, _no_code_for_it, _needs_newer_driver,
    _not_explained,
)  # fmt: skip
_BESIDE: tuple[Rule, ...] = (gpu_fault, _without_figures, _shared_memory)
