"""Tells of GPUs that failed: those that no longer answer, and what the driver wrote into Linux' own log (Xid).

A line of that log may name a process of somebody else's: nothing of it is told but the number and the GPU's place on
the bus. In a container, and for most people, the log cannot be read; then there is nothing to say.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.environment.evidence import Finding

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_mlgit.environment.evidence import Evidence

_XID = re.compile(rb"NVRM: Xid \(PCI:([0-9a-fA-F:.]{4,16})\): (\d{1,4})\b")
_WHEN = re.compile(rb"\d{1,4},\d{1,20},(\d{1,18}),")
"""Before each record: its priority, its number, and when it was written, in microseconds since Linux was started."""

_SPAN = 86_400
"""Seconds after which a fault is no longer told of."""

_LARGEST = 2**20
_RECORDS = 20_000
"""Records of the kernel's log that are looked at; it holds a few thousand."""

_FAULTS: dict[int, tuple[str, str]] = {
    48: ("its memory had an error that could not be corrected", "Reset the GPU or restart the machine."),
    62: ("its own processor stopped", "Restart the machine."),
    63: ("a row of its memory was taken out of use", "Reset the GPU when it is free, so that the row is replaced."),
    64: ("a row of its memory could not be taken out of use", "Reset the GPU; if it comes back, have it replaced."),
    74: ("a link to another GPU (NVLink) failed", "Reset the GPUs; if it comes back, have the link looked at."),
    79: ("it has fallen off the bus", "Restart the machine; if it comes back, look at power, heat and seating."),
    92: ("its memory had many errors that were corrected", "Watch it; if there are more, have it looked at."),
    94: ("its memory had an error that ended one program", "Start that program again; reset the GPU when it is free."),
    95: ("its memory had an error that ended all programs", "Reset the GPU or restart the machine."),
    119: ("the driver's part on the GPU (GSP) no longer answers", "Reset the GPU or restart the machine."),
    120: ("the driver's part on the GPU (GSP) failed", "Reset the GPU or restart the machine."),
}
"""Number → what it means, what to do (NVIDIA's catalogue of Xid errors); the others mostly are a program's fault."""


class Xid(NamedTuple):
    """One entry of the driver's in the log."""

    number: int
    place: str
    """Of the GPU, on the bus."""


def gpu_fault(evidence: Evidence) -> Finding | None:
    """Says which GPU failed, and what the driver wrote of it."""
    lost = [f"GPU {gpu.index}" for gpu in evidence.gpus.gpus if gpu.state == "lost"]
    known = [one for one in evidence.around.xids if one.number in _FAULTS]
    if not lost and not known:
        return None
    last = known[-1] if known else None
    meaning, fix = (
        ("it no longer answers", "Restart the machine. What the driver wrote of it into Linux' log:")
        if last is None
        else _FAULTS[last.number]
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


def read_xids(root: Path) -> list[Xid]:
    """Gives what the driver wrote in the last day, the oldest first; nothing where that cannot be read."""
    found = []
    oldest = _uptime(root) - _SPAN
    for line in b"\n".join(_records(root / "dev/kmsg")).splitlines():
        match, when = _XID.search(line), _WHEN.match(line)
        if match is not None and (when is None or int(when[1]) / 1e6 >= oldest):
            found.append(Xid(int(match[2]), match[1].decode("ascii").lower()))
    return list(dict.fromkeys(found))


def _uptime(root: Path) -> float:
    try:
        return float((root / "proc/uptime").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0.0


def _records(path: Path) -> list[bytes]:
    """Reads the log without waiting for more; each read of the device gives one record (dev-kmsg in Linux' ABI)."""
    records: list[bytes] = []
    # One that was overwritten while it was read is an error, too, and no reason to go on for ever.
    with contextlib.suppress(OSError):
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            if stat.S_ISCHR(os.fstat(file).st_mode):
                while len(records) < _RECORDS:
                    records.append(os.read(file, 8192))
            else:
                records = [os.read(file, _LARGEST)]
        finally:
            os.close(file)
    return records
