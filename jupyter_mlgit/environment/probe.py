"""Runs in a kernel's own interpreter, and says in one line of JSON what that has to compute with.

It is handed over as text: whatever lies beside it must not be found by ``import``. So it needs nothing but the standard
library of Python 3.8. It makes no CUDA context: ``cuInit`` and ``is_available`` make none (CUDA Driver API, cuInit;
torch.cuda.is_available), while asking torch for a device's name would.
"""

from __future__ import annotations

import ctypes
import importlib.util
import json
import os
import platform
import site
import sys
import warnings
from collections.abc import Callable
from typing import Any


def driver() -> dict[str, Any]:
    """Asks libcuda, as torch will: with the variables of this kernel."""
    found: dict[str, Any] = {"library": None, "init": None, "version": None, "devices": []}
    names = ["nvcuda.dll"] if sys.platform == "win32" else ["libcuda.so.1", "libcuda.so"]
    for name in names:
        try:
            cuda = ctypes.CDLL(name)
        except OSError:
            continue
        found["library"] = name
        break
    else:
        return found
    try:
        found["init"] = cuda.cuInit(0)
        number = ctypes.c_int(0)
        if cuda.cuDriverGetVersion(ctypes.byref(number)) == 0:
            found["version"] = number.value
        if found["init"] == 0 and cuda.cuDeviceGetCount(ctypes.byref(number)) == 0:
            for index in range(number.value):
                found["devices"].append(device(cuda, index))
    except AttributeError:  # something else of that name
        pass
    return found


def device(cuda: ctypes.CDLL, index: int) -> dict[str, Any]:
    """Asks for the name and the compute capability of one device."""
    one, name, value = ctypes.c_int(0), ctypes.create_string_buffer(256), ctypes.c_int(0)
    told: dict[str, Any] = {"name": None, "capability": None}
    if cuda.cuDeviceGet(ctypes.byref(one), index) != 0:
        return told
    if cuda.cuDeviceGetName(name, 256, one) == 0:
        told["name"] = name.value.decode("utf-8", "replace")
    numbers = []
    for attribute in (75, 76):  # CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR
        if cuda.cuDeviceGetAttribute(ctypes.byref(value), attribute, one) == 0:
            numbers.append(value.value)  # noqa: PERF401 -- the call fills it
    if len(numbers) == 2:  # noqa: PLR2004 -- major and minor
        told["capability"] = "{}.{}".format(*numbers)
    return told


def torch_view() -> dict[str, Any] | None:
    """Imports torch, and notes what it says of itself and of the GPU."""
    try:
        if importlib.util.find_spec("torch") is None:
            return None
    except (ImportError, ValueError):
        return None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            import torch

            told: dict[str, Any] = {
                "error": None,
                "version": str(torch.__version__),
                "cuda": torch.version.cuda,
                "hip": getattr(torch.version, "hip", None),
                "xpu": getattr(torch.version, "xpu", None),
                "mps": bool(getattr(getattr(torch.backends, "mps", None), "is_available", bool)()),
                "mps_built": bool(getattr(getattr(torch.backends, "mps", None), "is_built", bool)()),
                "xpu_available": quietly(lambda: bool(torch.xpu.is_available())),
                "cudnn": quietly(torch.backends.cudnn.version),
                "nccl": quietly(lambda: ".".join(map(str, torch.cuda.nccl.version()))),
                "archs": quietly(lambda: torch._C._cuda_getArchFlags().split()) or [],  # noqa: SLF001
                "available": quietly(lambda: bool(torch.cuda.is_available())),
                "path": getattr(torch, "__file__", None),
            }
        except BaseException as error:  # noqa: BLE001 -- a broken installation fails in every way
            return {"error": f"{type(error).__name__}: {error}"[:2000]}
    told["warnings"] = [str(one.message)[:2000] for one in caught if "CUDA" in str(one.message)][:5]
    return told


def quietly(ask: Callable[[], Any]) -> Any:
    """Gives what a function gives; None where it fails."""
    try:
        return ask()
    except BaseException:  # noqa: BLE001 -- a figure that a version of torch does not have
        return None


def main() -> None:
    """Writes the line behind the mark that the caller knows it by."""
    told = {
        "python": platform.python_version(),
        "executable": sys.executable,
        "variables": {
            name: os.environ.get(name)
            for name in (
                "CUDA_VISIBLE_DEVICES",
                "NVIDIA_VISIBLE_DEVICES",
                "LD_LIBRARY_PATH",
                "PYTORCH_NVML_BASED_CUDA_CHECK",
                "HIP_VISIBLE_DEVICES",
                "ROCR_VISIBLE_DEVICES",
            )
        },
        # Also those that are not there yet: a torch may be installed into them.
        "places": [path for path in [*sys.path, quietly(site.getusersitepackages)] if path][:100],
        "driver": driver(),
        "torch": torch_view(),
    }
    # Names of files need not be text; JSON has to be.
    line = "\n" + sys.argv[1] + json.dumps(told, ensure_ascii=False) + "\n"
    sys.stdout.flush()
    sys.stdout.buffer.write(line.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


main()
