"""The books of the GPU that is not there; numbers of memory are MiB here and bytes in what torch tells."""

import json
import os
from types import SimpleNamespace

LIMIT = 24 * 1024
_MIB = 2**20
_said = json.loads(os.environ.get("STAGED_TORCH", "{}"))
_books = {"allocated": 0, "reserved": 0, "peak_allocated": 0, "peak_reserved": 0, "ooms": 0, "retries": 0}
_initialized = False
nccl = SimpleNamespace(version=lambda: (2, 27, 5))


class OutOfMemoryError(RuntimeError):
    """Says that there is no more."""


def is_available() -> bool:
    return bool(_said.get("available", True))


def is_initialized() -> bool:
    return _initialized


def _is_in_bad_fork() -> bool:
    return bool(_said.get("badFork", False))


def device_count() -> int:
    return int(_said.get("devices", 1))


def get_device_name(device: object = None) -> str:  # noqa: ARG001 -- they are all the same
    return "NVIDIA Stub 24GB"


def get_device_properties(device: int) -> SimpleNamespace:
    return SimpleNamespace(uuid=str(device))


def init() -> None:
    """Begins to use CUDA."""
    global _initialized  # noqa: PLW0603 -- as in torch
    if not is_available():
        raise RuntimeError(_said.get("error", "No CUDA GPUs are available"))
    _initialized = True


def hold(mib: int) -> None:
    """Takes memory, from the cache first."""
    init()
    books = _books
    if books["allocated"] + mib > LIMIT:
        books["ooms"] += 1
        books["retries"] += 1
        raise OutOfMemoryError(f"CUDA out of memory. Tried to allocate {mib / 1024:.2f} GiB.")
    books["allocated"] += mib
    books["reserved"] = max(books["reserved"], books["allocated"])
    books["peak_allocated"] = max(books["peak_allocated"], books["allocated"])
    books["peak_reserved"] = max(books["peak_reserved"], books["reserved"])


def drop(mib: int) -> None:
    """Lets memory go into the cache."""
    _books["allocated"] = max(0, _books["allocated"] - mib)


def empty_cache() -> None:
    """Gives the cache back to the driver."""
    _books["reserved"] = _books["allocated"]


def memory_stats(device: int = 0) -> dict[str, int]:
    """Tells as torch does; nothing before CUDA is used."""
    if not _initialized:
        return {}
    books = _books if device == 0 else dict.fromkeys(_books, 0)
    return {
        "allocated_bytes.all.current": books["allocated"] * _MIB,
        "allocated_bytes.all.peak": books["peak_allocated"] * _MIB,
        "reserved_bytes.all.current": books["reserved"] * _MIB,
        "reserved_bytes.all.peak": books["peak_reserved"] * _MIB,
        "num_ooms": books["ooms"],
        "num_alloc_retries": books["retries"],
    }
