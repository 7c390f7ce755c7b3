"""Chooses the torch that fits a driver and a GPU, by dated data: ``data/torch.json``."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBERS = re.compile(r"\d+")
_ARCH = re.compile(r"(sm|compute)_(\d+)(\d)[a-z]?$")


class Wheel(msgspec.Struct, frozen=True):
    """A kind of torch on the index of its makers."""

    cuda: str
    archs: list[str]


class _Floor(msgspec.Struct, frozen=True):
    linux: str
    windows: str


class Release(msgspec.Struct, frozen=True):
    """A version of torch, such as 2.9."""

    python: tuple[str, str | None]
    """The oldest and the newest Python that it is made for."""
    cuda: list[str]
    """Those that it is made with."""
    default: str | None
    """The one that it has where no index is named."""
    cudnn: str | None
    nccl: str | None


class Data(msgspec.Struct, frozen=True, rename="camel"):
    """What is known of drivers and wheels, as of a day; ``python -m maintenance.torch_data`` renews it."""

    as_of: str
    sources: list[str]
    driver_floors: dict[str, _Floor]
    """By CUDA's major version, the oldest driver that runs anything made with it."""
    paired_drivers: dict[str, str]
    """By CUDA's version, the driver for Linux that came with it and knows all of its code."""
    newest_drivers: dict[str, str]
    """By branch, the newest driver for data centres."""
    wheels: dict[str, Wheel]
    releases: dict[str, Release]


def version(text: str) -> tuple[int, ...]:
    """Gives the numbers of a version, to be compared."""
    return tuple(map(int, _NUMBERS.findall(text)))


def driver_floor(cuda: str) -> str | None:
    """Gives the oldest driver for Linux that runs programs made with this CUDA; None for one that is not known."""
    floor = _data().driver_floors.get(cuda.partition(".")[0])
    return None if floor is None else floor.linux


def wheels() -> dict[str, Wheel]:
    """Gives the kinds of torch that are known, by the name of their index."""
    return _data().wheels


def as_of() -> str:
    """Gives the day of the data."""
    return _data().as_of


def paired_driver(cuda: str) -> str | None:
    """Gives the driver for Linux that came with this CUDA; None for one that is not known."""
    return _data().paired_drivers.get(".".join(cuda.split(".")[:2]))


def wheel_for(driver_cuda: int | None, capabilities: Sequence[str], python: str | None = None) -> str | None:
    """Gives the newest kind of torch, such as ``cu126``, that runs on this driver and has code for these GPUs.

    Args:
        driver_cuda: the newest CUDA that the driver knows, as libcuda says it; None where there is no driver.
        capabilities: of all GPUs; none where they are not known.
        python: the version of the interpreter; None where that does not matter.

    Returns:
        None where no kind is known to fit.
    """
    made = {cuda for one in _data().releases.values() if python is None or _runs_in(one, python) for cuda in one.cuda}
    for name, wheel in sorted(_data().wheels.items(), key=lambda one: version(one[1].cuda), reverse=True):
        major = version(wheel.cuda)[0]
        if wheel.cuda not in made:
            continue
        if (driver_cuda is None or major <= driver_cuda // 1000) and all(
            runs_on(one, [f"sm_{arch.replace('.', '')}" for arch in wheel.archs]) for one in capabilities
        ):
            return name
    return None


def _runs_in(release: Release, python: str) -> bool:
    oldest, newest = release.python
    wanted = version(python)[:2]
    return version(oldest) <= wanted and (newest is None or wanted <= version(newest))


def runs_on(capability: str, archs: Sequence[str]) -> bool:
    """Tells whether there is code for a GPU: of its own generation and no newer, or some that the driver can translate.

    Args:
        capability: such as ``8.9``.
        archs: what torch holds, such as ``sm_86`` and ``compute_90``.
    """
    wanted = version(capability)
    for arch in archs:
        found = _ARCH.match(arch)
        if found is None:
            continue
        has = (int(found[2]), int(found[3]))
        if has <= wanted and (found[1] == "compute" or has[0] == wanted[0]):
            return True
    return False


@cache
def _data() -> Data:
    content = (files("jupyter_mlgit.environment") / "data/torch.json").read_bytes()
    return msgspec.json.decode(content, type=Data)
