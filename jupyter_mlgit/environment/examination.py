"""Says what is wrong inside a kernel that runs, where nothing can be seen of it from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.environment.evidence import Finding

if TYPE_CHECKING:
    from jupyter_mlgit.environment.kernel_line import Code, Report

_FAILURES: dict[Code, tuple[str, str, str, str, str | None]] = {
    "fork": (
        "Cannot re-initialize CUDA in forked subprocess",
        "forked-after-cuda",
        "A process was forked after CUDA had been initialized, and cannot use it.",
        "Have processes started anew instead of forked, before the first of them is:",
        'torch.multiprocessing.set_start_method("spawn", force=True)',
    ),
    "ptx": (
        "the provided PTX was compiled with an unsupported toolchain",
        "driver-older-than-code",
        "The driver is too old for the code that torch brings (PTX): within one major version of CUDA this may happen.",
        "Update the driver of the host to the one that belongs to torch's CUDA, or install a torch for an older CUDA.",
        None,
    ),
    "no-image": (
        "no kernel image is available for execution",
        "no-code-for-gpu",
        "This torch, or an extension of it, has no code for this GPU.",
        "Install the torch that the doctor names:",
        "jupyter mlgit doctor",
    ),
    "illegal-access": (
        "an illegal memory access was encountered",
        "failed-on-gpu",
        "A program on the GPU read or wrote outside of its memory; nothing can be computed in this kernel any more.",
        "Restart the kernel and run again with CUDA_LAUNCH_BLOCKING=1, which shows the line that did it.",
        None,
    ),
    "launch-failure": (
        "unspecified launch failure",
        "failed-on-gpu",
        "A program on the GPU failed; nothing can be computed in this kernel any more.",
        "Restart the kernel; if it comes back, see what the driver wrote into Linux' log:",
        "sudo dmesg | grep 'NVRM: Xid'",
    ),
    "uncorrectable-memory": (
        "uncorrectable ECC error encountered",
        "gpu-fault",
        "The GPU's memory had an error that could not be corrected (Xid 48, 94 or 95).",
        "Restart the kernel; if it comes back, reset the GPU or restart the machine, and tell who looks after it.",
        None,
    ),
    "device-assert": (
        "device-side assert triggered",
        "failed-on-gpu",
        "A check on the GPU failed, most often an index or a class out of range; the kernel has to be restarted.",
        "Restart the kernel and run again with CUDA_LAUNCH_BLOCKING=1, which shows the line that did it.",
        None,
    ),
    "out-of-memory": (
        "CUDA out of memory",
        "out-of-memory",
        "The GPU's memory was not enough.",
        "Shut down the kernels that hold memory and are not needed, or have one that keeps cached memory give it back:",
        "torch.cuda.empty_cache()",
    ),
}
"""Code → the words of torch's that it is known by, rule, sentence, fix, what to type for that."""

PHRASES: dict[Code, str] = {code: words for code, (words, *_) in _FAILURES.items()}


def explain(words: str) -> Finding | None:
    """Says what an error of torch's means, where its words are known."""
    for code, phrase in PHRASES.items():
        if phrase in words:
            return _finding(code, next(line for line in words.splitlines() if phrase in line)[:300])
    return None


def _finding(code: Code, evidence: str) -> Finding:
    _, rule, message, fix, command = _FAILURES[code]
    return Finding(rule=rule, severity="problem", message=message, evidence=[evidence], fix=fix, command=command)


def examine(report: Report, *, late: bool) -> list[Finding]:
    """Gives what is wrong, the most serious first.

    Args:
        report: what the kernel said.
        late: whether ``CUDA_VISIBLE_DEVICES`` was seen to change after CUDA had been initialized.
    """
    found = []
    if report.failure is not None:
        found.append(_finding(report.failure.code, report.failure.words))
    if report.bad_fork and all(one.rule != "forked-after-cuda" for one in found):
        found.append(_finding("fork", "torch.cuda says that this process was forked from one that used CUDA"))
    return [*found, *_set_too_late(report, late=late)]


def _set_too_late(report: Report, *, late: bool) -> list[Finding]:
    """Compares the variable with what torch sees: it is read once, when CUDA is initialized."""
    devices = [one for one in report.devices if one.kind == "cuda"]
    if not report.initialized or not devices or report.variable == report.first_variable:
        return []
    names = [one for one in (report.variable or "").split(",") if one.strip()]
    if not late and (report.variable is None or len(names) == len(devices)):
        return []
    was = "not set" if report.first_variable is None else report.first_variable
    return [
        Finding(
            rule="variable-set-too-late",
            severity="problem",
            message="CUDA_VISIBLE_DEVICES was changed after CUDA had been initialized, and has no effect.",
            evidence=[
                f"CUDA_VISIBLE_DEVICES={report.variable or ''}, and {was} when the kernel was started",
                f"torch uses {len(devices)} GPUs",
            ],
            fix="Restart the kernel and set the variable before the first call of torch.cuda.",
            command=None,
        )
    ]
