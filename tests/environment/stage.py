"""Sets the stage for machines that are not there: a driver of a few lines of C, and a torch of a few of Python.

A server that is started with :attr:`Stage.variables` finds them. What the driver tells stands in a file, which may be
written anew while the server runs (:meth:`Stage.gpus`); as long as there is none, there is no driver. A kernel ``ml``
(:meth:`Stage.kernel`) has the torch, as it is told to be.

From Playwright the same is ``ui-tests/drivers/stagedMachine.ts``, which runs this module as a program.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TORCH = HERE / "staged"
LIBRARIES = {"libnvidia-ml.so.1": "nvml_stub.c", "libcuda.so.1": "cuda_stub.c"}
HOST_NAMESPACE = "pid:[4026531836]"


def obstacle() -> str | None:
    """Says why a stage cannot be set here; None where it can."""
    if sys.platform != "linux":
        return "the libraries are built for Linux"
    if shutil.which("cc") is None:
        return "there is no C compiler (cc)"
    try:
        own = Path("/proc/self/ns/pid").readlink()
    except OSError:
        return "/proc does not tell of namespaces"
    # What the driver says of processes is not joined to notebooks where its numbers are another namespace's.
    return None if str(own) == HOST_NAMESPACE else "processes have numbers of their own here, as in a container"


def build(folder: Path, *options: str, source: str, name: str) -> None:
    """Builds a library; its name is written into it, so that a process that has loaded it finds it by that."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["cc", "-shared", "-fPIC", "-w", f"-Wl,-soname,{name}", *options, "-o", str(folder / name)]
    subprocess.run([*command, str(HERE / source)], check=True, capture_output=True)


@dataclass(frozen=True)
class Stage:
    """A folder with the libraries, and the files that say what they tell."""

    folder: Path

    @classmethod
    def set_in(cls, folder: Path) -> Stage:
        """Builds the libraries into a folder; there is no GPU yet."""
        for name, source in LIBRARIES.items():
            build(folder / "lib", source=source, name=name)
        return cls(folder)

    @property
    def variables(self) -> dict[str, str]:
        """What a server needs to find them."""
        before = os.environ.get("LD_LIBRARY_PATH")
        return {
            "LD_LIBRARY_PATH": str(self.folder / "lib") + (f":{before}" if before else ""),
            "NVML_STUB_FILE": str(self.folder / "nvml"),
            "CUDA_STUB_FILE": str(self.folder / "cuda"),
        }

    def gpus(self, words: str | None, cuda: str = "version=12080") -> None:
        """Says what the driver tells from now on.

        Args:
            words: as nvml_stub.c knows them, such as ``count=1 used=20480 pid0=4711 mem0=19000``; None is no driver.
            cuda: the same for libcuda.
        """
        for name, text in (("nvml", words), ("cuda", None if words is None else cuda)):
            if text is None:
                (self.folder / name).unlink(missing_ok=True)
                continue
            new = self.folder / f"{name}.new"
            new.write_text(text)
            new.replace(self.folder / name)

    def kernel(self, kernels: Path, torch: dict[str, Any] | None = None, name: str = "ml") -> None:
        """Installs a kernel that has the torch.

        Args:
            kernels: the folder of kernels, such as ``$JUPYTER_DATA_DIR/kernels``.
            torch: what it says of itself, see ``staged/torch/__init__.py``.
            name: the kernel's.
        """
        place = kernels / name
        place.mkdir(parents=True, exist_ok=True)
        spec = {
            "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": name,
            "language": "python",
            "env": {"PYTHONPATH": str(TORCH), "STAGED_TORCH": json.dumps(torch or {})},
        }
        (place / "kernel.json").write_text(json.dumps(spec))


def main() -> None:
    """Sets a stage in a folder and prints, as JSON, why that cannot be done or which variables a server needs."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    why = obstacle()
    variables = {} if why is not None else Stage.set_in(folder).variables
    sys.stdout.write(
        json.dumps({"obstacle": why, "variables": variables, "torch": str(TORCH), "python": sys.executable})
    )


if __name__ == "__main__":
    main()
