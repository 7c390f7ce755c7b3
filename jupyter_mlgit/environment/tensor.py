"""Runs in a kernel's own interpreter, and says in one line of JSON whether a small tensor comes right from the GPU.

It is handed over as text, like ``probe.py``, and needs nothing but torch and the standard library of Python 3.8.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

SIDE = 64
"""Rows and columns: small enough for any GPU, and enough to run a kernel of cuBLAS."""


def main() -> None:
    """Writes the line behind the mark that the caller knows it by."""
    told: dict[str, Any] = {"device": None, "name": None, "seconds": None, "error": None}
    try:
        compute(told)
    except BaseException as error:  # noqa: BLE001 -- whatever it is, its words are the answer
        told["error"] = f"{type(error).__name__}: {error}"[:4000]
    line = "\n" + sys.argv[1] + json.dumps(told, ensure_ascii=False) + "\n"
    sys.stdout.flush()
    sys.stdout.buffer.write(line.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def compute(told: dict[str, Any]) -> None:
    """Multiplies two matrices on the first device there is, and compares with what comes out by hand."""
    import torch

    backend = getattr(torch, "xpu", None)
    device = "cuda"
    if not torch.cuda.is_available():
        if backend is not None and backend.is_available():
            device = "xpu"
        elif getattr(torch.backends, "mps", None) is not None and torch.backends.mps.is_available():
            device = "mps"
    begin = time.perf_counter()
    ones = torch.ones(SIDE, SIDE, device=device)
    product = ones @ ones
    total = float(product.sum().item())
    told["seconds"] = round(time.perf_counter() - begin, 3)
    told["device"] = str(product.device)
    if device == "cuda":
        told["name"] = str(torch.cuda.get_device_name(product.device))
    if total != float(SIDE**3):
        told["error"] = f"The product of two matrices came out as {total} instead of {float(SIDE**3)}."


main()
