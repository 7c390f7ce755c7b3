"""Looks around on the machine: is this a container, which devices and how much shared memory it has, what will last.

One sign alone proves no container: a virtual machine may have been made from an image with ``/.dockerenv`` in it.
Everything is read below one folder, by default ``/``, so that a test can lay out another machine.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Literal, NamedTuple

from jupyter_mlgit.environment.xids import Xid, read_xids
from jupyter_mlgit.values import Value

HOST_NAMESPACE = "pid:[4026531836]"
"""The number of the first PID namespace is fixed in Linux (PROC_PID_INIT_INO in proc_ns.h)."""

_MARKED = re.compile(r"docker|kubepods|containerd|libpod|lxc")
_NVIDIA, _AMD = "0x10de", "0x1002"
_GRAPHICS = ("0x03", "0x12")
"""Classes of the PCI bus: what draws, and what only computes."""
_ANONYMOUS = re.compile(r"/volumes/[0-9a-f]{64}/_data")

Lasting = Literal["yes", "no", "unknown"]


class Volume(Value):
    """Where a folder lies."""

    path: str
    mount: str
    """The folder in which its file system is mounted."""
    kind: str
    """The kind of file system, such as ``ext4`` or ``overlay``."""
    lasts: Lasting
    """``no`` goes with the container; ``yes`` does not lie in its own layer, or no container is seen."""


class Surroundings(NamedTuple):
    """What the files of a machine say of it."""

    container: bool
    devices: list[str]
    """NVIDIA's devices in ``/dev``."""
    pci: bool
    """Whether there is a GPU of NVIDIA's on the bus, usable or not."""
    wsl: bool
    """Whether Linux runs below Windows."""
    shared_memory: int | None
    """Bytes of ``/dev/shm``; None where there is none."""
    driver_module: bool
    """Whether the driver's module is loaded into Linux."""
    amd_devices: list[str]
    """AMD's devices in ``/dev``."""
    amd_pci: bool
    """Whether there is a GPU of AMD's on the bus."""
    xids: list[Xid]
    """What NVIDIA's driver wrote into Linux' log."""
    bus: bool
    """Whether the bus can be looked at, so that no GPU on it means that there is none."""

    @property
    def has_gpu(self) -> bool:
        """Whether there is a sign of a GPU that torch could use, or no way to tell."""
        on_bus = self.pci or self.amd_pci or not self.bus
        return on_bus or self.wsl or bool(self.devices or self.amd_devices)


def look_around(root: Path = Path("/"), *, log: bool = True) -> Surroundings:
    """Reads what there is; what cannot be read counts as not there.

    Args:
        root: the folder in which the machine's files lie.
        log: whether Linux' log is read, too, which takes long where it is full.
    """
    dev = root / "dev"
    devices = [*dev.glob("nvidia*"), *dev.glob("dxg")] if dev.is_dir() else []
    return Surroundings(
        container=is_container(root),
        devices=sorted(f"/dev/{one.name}" for one in devices),
        pci=_on_bus(root, _NVIDIA),
        wsl="microsoft" in _read(root / "proc/version").lower(),
        shared_memory=_size(dev / "shm"),
        driver_module=(root / "proc/driver/nvidia/version").exists(),
        amd_devices=sorted(f"/dev/{one.relative_to(dev)}" for one in [*dev.glob("kfd"), *dev.glob("dri/renderD*")]),
        amd_pci=_on_bus(root, _AMD),
        xids=read_xids(root) if log else [],
        bus=(root / "sys/bus/pci/devices").is_dir(),
    )


def _on_bus(root: Path, vendor: str) -> bool:
    return any(
        _read(one / "vendor").strip() == vendor and _read(one / "class").startswith(_GRAPHICS)
        for one in (root / "sys/bus/pci/devices").glob("*")
    )


def is_container(root: Path = Path("/")) -> bool:
    """Tells whether this is a container: by a mark of one, and by its processes or files being apart."""
    marked = (
        (root / ".dockerenv").exists()
        or (root / "run/.containerenv").exists()
        or bool(_MARKED.search(_read(root / "proc/1/cgroup")))
        or bool(_MARKED.search(_read(root / "proc/self/mountinfo")))
    )
    return marked and (_has_own_processes(root) or _kind_of_root(root) == "overlay")


def volume_of(path: Path, root: Path = Path("/")) -> Volume | None:
    """Says where a folder lies, and whether it lasts; None where Linux does not tell (proc(5), mountinfo)."""
    wanted = path.absolute()
    best: tuple[Path, str, str] | None = None
    for mount, kind, source in _mounts(root):
        here = Path(mount)
        if wanted.is_relative_to(here) and (best is None or len(here.parts) >= len(best[0].parts)):
            best = (here, kind, source)
    if best is None:
        return None
    where, kind, source = best
    lasts: Lasting = "yes"
    if is_container(root):
        gone = (
            (kind == "overlay" and where == Path("/"))
            or kind in ("tmpfs", "ramfs")
            or "kubernetes.io~empty-dir" in source
            or bool(_ANONYMOUS.search(source))
        )
        lasts = "no" if gone else "unknown" if where == Path("/") else "yes"
    return Volume(path=str(wanted), mount=str(where), kind=kind, lasts=lasts)


def _has_own_processes(root: Path) -> bool:
    try:
        return str((root / "proc/self/ns/pid").readlink()) != HOST_NAMESPACE
    except OSError:
        return False


def _kind_of_root(root: Path) -> str | None:
    return next((kind for mount, kind, _ in _mounts(root) if mount == "/"), None)


def _mounts(root: Path) -> list[tuple[str, str, str]]:
    """Gives each mount's folder, its kind of file system, and the folder in that which is mounted."""
    found = []
    for line in _read(root / "proc/self/mountinfo").splitlines():
        before, _, after = line.partition(" - ")
        fields, rest = before.split(" "), after.split(" ")
        if len(fields) > 4 and rest:  # noqa: PLR2004 -- the fields that proc(5) promises
            found.append((_unescaped(fields[4]), rest[0], _unescaped(fields[3])))
    return found


def _unescaped(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def _size(folder: Path) -> int | None:
    try:
        found = os.statvfs(folder)
    except (OSError, AttributeError):
        return None
    return found.f_frsize * found.f_blocks


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
