"""A torch that computes nothing: it keeps the books of a GPU that is not there, for tests and stories.

What it says of itself stands in the variable STAGED_TORCH, as JSON: version, cuda, hip, archs, available, devices.
A notebook takes memory with ``torch.cuda.hold(mib)`` and lets it go with ``torch.cuda.drop(mib)``, which stays in the
cache; ``torch.cuda.empty_cache()`` gives that back. More than ``torch.cuda.LIMIT`` MiB are out of memory.
"""

import json
import os
from types import SimpleNamespace

from torch import cuda

_SAID = {
    "version": "2.9.0+cu128",
    "cuda": "12.8",
    "hip": None,
    "archs": "sm_80 sm_90",
    **json.loads(os.environ.get("STAGED_TORCH", "{}")),
}

__version__ = _SAID["version"]
version = SimpleNamespace(cuda=_SAID["cuda"], hip=_SAID["hip"])
backends = SimpleNamespace(cudnn=SimpleNamespace(version=lambda: 91002))
_C = SimpleNamespace(_cuda_getArchFlags=lambda: _SAID["archs"])
OutOfMemoryError = cuda.OutOfMemoryError


class Tensor:
    """As much of one as the test on the GPU asks for."""

    def __init__(self, side: int, device: str) -> None:
        """Keeps what is asked for."""
        self.side, self.device = side, device

    def __matmul__(self, other: "Tensor") -> "Tensor":
        """Multiplies matrices of ones."""
        return Tensor(self.side, self.device)

    def sum(self) -> "Tensor":
        """Adds the product up."""
        return self

    def item(self) -> float:
        """Gives that as a number."""
        return float(self.side**3)


def ones(rows: int, columns: int, device: str = "cpu") -> Tensor:  # noqa: ARG001 -- they are square here
    """Makes a matrix of ones.

    Raises:
        RuntimeError: as torch does where it sees no GPU.
    """
    if device.startswith("cuda"):
        cuda.init()
        device = "cuda:0"
    return Tensor(rows, device)
