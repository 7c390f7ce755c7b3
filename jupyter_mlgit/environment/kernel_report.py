"""Runs in a person's kernel, and says in JSON what torch holds there; handed over as text, for Python 3.8 and later.

It is brought in between two cells, by an expression that a silent request asks for, and leaves one object among the
builtins, whose ``repr`` is the answer. From then on the kernel's control thread can be asked for that while a cell
runs (``richInspectVariables``). A request to execute would not do then, not even in a subshell: it would call what
draws figures at a cell's end, forbid ``input()`` to the cell that runs, and have the kernel called idle.

torch is never imported here, and nothing of it is called before the person's own code has begun to use CUDA.
"""

from __future__ import annotations

import builtins
import json
import os
import sys
from typing import Any

NAME = "_mlgit_report"

PHRASES: dict[str, str] = globals().get("PHRASES", {})
"""What torch says when something has gone wrong on a GPU: handed over by whoever brings this in."""


SEEN: dict[str, int | None] = {}
"""The exception that was told of last, by its number, and how many cells had been run then."""


KEPT = ("last_execution_result", "last_execution_succeeded")


def ipython() -> Any:  # noqa: ANN401 -- the person's shell, or none
    """Gives what runs the person's cells; None where that is something else."""
    return getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()


MAKERS = (("cuda", "CUDA"), ("hip", "ROCm"), ("xpu", "XPU"))


def made_for(torch: Any) -> str | None:  # noqa: ANN401 -- the module
    """Names what torch was made to compute on beside the CPU, without a call; None for nothing."""
    version = getattr(torch, "version", None)
    for name, words in MAKERS:
        number = getattr(version, name, None)
        if number:
            return f"{words} {number}"[:100]
    return "MPS" if getattr(getattr(torch, "_C", None), "_has_mps", False) else None


def devices(kind: str, module: Any) -> list[dict[str, Any]]:  # noqa: ANN401 -- the module
    """Asks torch for its own account of each GPU; the person's code has begun to use them.

    Args:
        kind: ``cuda`` for NVIDIA's and AMD's, ``xpu`` for Intel's; for Apple's torch keeps no such account.
        module: torch's, of that name.
    """
    told = []
    for number in range(module.device_count()):
        stats = module.memory_stats(number)
        try:
            uuid = getattr(module.get_device_properties(number), "uuid", None)
        except Exception:  # noqa: BLE001 -- a GPU that is lost has none
            uuid = None
        told.append(
            {
                "kind": kind,
                "device": number,
                "uuid": None if uuid is None else str(uuid),
                "allocated": stats.get("allocated_bytes.all.current", 0),
                "reserved": stats.get("reserved_bytes.all.current", 0),
                "peakAllocated": stats.get("allocated_bytes.all.peak", 0),
                "peakReserved": stats.get("reserved_bytes.all.peak", 0),
                "ooms": stats.get("num_ooms", 0),
                "retries": stats.get("num_alloc_retries", 0),
            }
        )
    return told


def failure(count: int | None) -> dict[str, str] | None:
    """Finds what the person's last exception says of the GPU; nothing else of it is told.

    Args:
        count: how many cells have been run; once there are more than when it was first seen, it is over.
    """
    error = getattr(sys, "last_value", None) or getattr(sys, "last_exc", None)
    if not isinstance(error, RuntimeError):
        return None
    if SEEN.get("error") != id(error):
        SEEN.update(error=id(error), count=count)
    if SEEN["count"] != count:
        return None
    words = str(error)[:20000]
    for code, phrase in PHRASES.items():
        if phrase in words:
            line = next(line for line in words.splitlines() if phrase in line)
            return {"code": code, "words": line[:300]}
    return None


def first_variable() -> str | None:
    """Gives what ``CUDA_VISIBLE_DEVICES`` was when the kernel was started, where the system tells that."""
    name = b"CUDA_VISIBLE_DEVICES="
    try:
        with open("/proc/self/environ", "rb") as file:  # noqa: PTH123 -- pathlib may not be loaded in the kernel
            words = [word for word in file.read().split(b"\0") if word.startswith(name)]
    except OSError:
        return None
    return words[0][len(name) :].decode("utf-8", "replace")[:500] if words else None


def figures() -> dict[str, Any]:
    """Gives all that there is to say."""
    shell = ipython()
    count = getattr(shell, "execution_count", None)
    told: dict[str, Any] = {
        "count": count,
        "version": None,
        "madeFor": None,
        "initialized": False,
        "devices": [],
        "variable": os.environ.get("CUDA_VISIBLE_DEVICES", "")[:500] if "CUDA_VISIBLE_DEVICES" in os.environ else None,
        "firstVariable": first_variable(),
        "badFork": False,
        "failure": failure(count),
    }
    torch = sys.modules.get("torch")
    # A module that is still being imported has neither.
    version, cuda = getattr(torch, "__version__", None), getattr(torch, "cuda", None)
    if version is None or cuda is None:
        return told
    told["version"] = str(version)[:100]
    told["madeFor"] = made_for(torch)
    told["badFork"] = bool(getattr(cuda, "_is_in_bad_fork", bool)())
    intels = getattr(torch, "xpu", None)
    # Older ones of Intel's keep no account.
    for kind, module in [("cuda", cuda), *([("xpu", intels)] if hasattr(intels, "memory_stats") else [])]:
        if module.is_initialized():
            told["initialized"] = True
            told["devices"] += devices(kind, module)
    return told


class Report:
    """Says, whenever it is shown, what torch holds at that moment."""

    def __init__(self) -> None:
        """Notes what IPython thinks of the person's last cell, before it thinks so of the request that brings us in."""
        shell = ipython()
        self.before = {name: getattr(shell, name) for name in KEPT if hasattr(shell, name)}

    def put_back(self) -> Report:
        """Puts that back, when the request has been run."""
        shell, before = ipython(), self.before
        self.before = {}
        for name, value in before.items():
            setattr(shell, name, value)
        return self

    def __repr__(self) -> str:
        """Gives it in one line, or what went wrong."""
        try:
            return json.dumps(figures())
        except Exception as error:  # noqa: BLE001 -- whatever a version of torch, or a person's own, does
            return json.dumps({"error": type(error).__name__})


report = Report()
setattr(builtins, NAME, report)
