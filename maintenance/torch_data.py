"""Renews the dated data of the doctor: ``jupyter_mlgit/environment/data/torch.json``.

Usage::

    python -m maintenance.torch_data --release 2.15=FILE … --drivers FILE

Each FILE is one that a maintainer has fetched, or an address of it. ``--release`` takes what the Python package index
gives as JSON for one version of torch: its ``requires_dist`` names CUDA, cuDNN and NCCL of the wheel that one gets
without naming an index, and ``requires_python`` the oldest Python. ``--drivers`` takes NVIDIA's ``releases.json`` of
the drivers for data centres. What these do not tell (the other kinds of wheels, their architectures, the newest Python,
the floors and pairs of drivers) stays as it is and has to be looked up in the sources that the file names; the script
says what is missing. The day of the data becomes today's.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PLACE = Path(__file__).parents[1] / "jupyter_mlgit/environment/data/torch.json"

_PINNED = re.compile(r"^([A-Za-z0-9_.-]+?)(?:\[[^\]]*\])?\s*\(?==\s*([0-9][0-9.]*)")
_OLDEST_PYTHON = re.compile(r">=\s*(\d+\.\d+)")
_LIBRARIES = {
    "cuda": re.compile(r"^(?:nvidia-cuda-runtime(?:-cu\d+)?|cuda-toolkit)$"),
    "cudnn": re.compile(r"^nvidia-cudnn(?:-cu\d+)?$"),
    "nccl": re.compile(r"^nvidia-nccl(?:-cu\d+)?$"),
}
_DRIVER = re.compile(r"^\d{3,4}(?:\.\d{1,4}){1,2}$")


def main(arguments: Sequence[str] | None = None) -> int:
    """Renews the file and says what is still to be looked up."""
    parser = argparse.ArgumentParser(prog="python -m maintenance.torch_data", description=__doc__.splitlines()[0])
    parser.add_argument("--release", action="append", default=[], metavar="VERSION=FILE", help="torch, as JSON")
    parser.add_argument("--drivers", metavar="FILE", help="NVIDIA's releases.json")
    parser.add_argument("--data", type=Path, default=PLACE, help="the file that is renewed")
    chosen = parser.parse_args(arguments)
    data = json.loads(chosen.data.read_text("utf-8"))
    for word in chosen.release:
        wanted, _, place = word.partition("=")
        add_release(data, wanted, json.loads(fetched(place)))
    if chosen.drivers is not None:
        data["newestDrivers"] = newest_drivers(json.loads(fetched(chosen.drivers)))
    data["asOf"] = dt.datetime.now(tz=dt.timezone.utc).date().isoformat()
    chosen.data.write_text(written(data), "utf-8")
    for line in missing(data):
        sys.stdout.write(f"look up: {line}\n")
    return 0


def fetched(place: str) -> bytes:
    """Reads a file, or what an address gives."""
    if place.startswith("https://"):
        with urlopen(place, timeout=60) as answer:  # noqa: S310 -- the line above
            return bytes(answer.read())
    return Path(place).read_bytes()


def add_release(data: dict[str, Any], wanted: str, told: dict[str, Any]) -> None:
    """Takes over what the index tells of one version of torch.

    Args:
        data: what is renewed, changed in place.
        wanted: the version as it is named there, such as ``2.15``.
        told: the index's JSON.

    Raises:
        ValueError: if it tells of something else.
    """
    info = told["info"]
    if info["name"] != "torch" or not str(info["version"]).startswith(f"{wanted}."):
        raise ValueError(f"this is {info['name']} {info['version']}, not torch {wanted}")
    found = dict(libraries(info.get("requires_dist") or []))
    known = data["releases"].get(wanted, {"python": [None, None], "cuda": []})
    oldest = _OLDEST_PYTHON.search(info.get("requires_python") or "")
    cuda = None if "cuda" not in found else ".".join(found["cuda"].split(".")[:2])
    data["releases"][wanted] = {
        "python": [known["python"][0] if oldest is None else oldest[1], known["python"][1]],
        "cuda": sorted({*known["cuda"], *([cuda] if cuda else [])}, key=numbers),
        "default": cuda,
        "cudnn": found.get("cudnn"),
        "nccl": found.get("nccl"),
    }
    data["releases"] = {name: data["releases"][name] for name in sorted(data["releases"], key=numbers, reverse=True)}


def libraries(requirements: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yields which of NVIDIA's libraries a wheel pins, and to which version."""
    for one in requirements:
        pinned = _PINNED.match(one)
        for library, name in _LIBRARIES.items():
            if pinned is not None and name.match(pinned[1]):
                yield library, pinned[2]


def newest_drivers(told: dict[str, Any]) -> dict[str, str]:
    """Gives the newest driver of each branch; what is no driver is passed over."""
    found = {}
    for branch, of in told.items():
        entries = of.get("driver_info", []) if isinstance(of, dict) else []
        versions = [str(one.get("release_version")) for one in entries if isinstance(one, dict)]
        known = [one for one in versions if _DRIVER.match(one)]
        if branch.isdecimal() and known:
            found[branch] = max(known, key=numbers)
    return {branch: found[branch] for branch in sorted(found, key=int)}


def missing(data: dict[str, Any]) -> Iterator[str]:
    """Names what the sources do not tell and the doctor needs."""
    made = {wheel["cuda"] for wheel in data["wheels"].values()}
    for name, release in data["releases"].items():
        if release["python"][1] is None:
            yield f"the newest Python that torch {name} is made for"
        if release["default"] is not None and release["default"] not in made:
            yield f"the architectures of the wheels for CUDA {release['default']} (torch {name})"
        for cuda in release["cuda"]:
            if cuda not in data["pairedDrivers"]:
                yield f"the driver that came with CUDA {cuda} (torch {name})"
            if cuda.partition(".")[0] not in data["driverFloors"]:
                yield f"the oldest driver for CUDA {cuda.partition('.')[0]}"


def numbers(version: str) -> tuple[int, ...]:
    """Gives a version's numbers, to be compared."""
    return tuple(map(int, re.findall(r"\d+", version)))


def written(data: dict[str, Any]) -> str:
    """Writes the data so that one kind of wheel, and one release, is one line: differences are to be read."""
    parts = []
    for name, value in data.items():
        rows = value.items() if isinstance(value, dict) else ()
        if isinstance(value, dict) and any(isinstance(row, dict) for _, row in rows):
            lines = ",\n".join(f"    {json.dumps(key)}: {json.dumps(row)}" for key, row in rows)
            parts.append(f"  {json.dumps(name)}: {{\n{lines}\n  }}")
        else:
            parts.append(f"  {json.dumps(name)}: " + json.dumps(value, indent=2).replace("\n", "\n  "))
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    sys.exit(main())
