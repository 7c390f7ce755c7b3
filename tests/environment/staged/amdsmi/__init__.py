"""Stands for AMD's own package: one GPU that tells what the test puts into :data:`TELLS`."""

from __future__ import annotations

import types
from typing import Any


class AmdSmiLibraryException(Exception):
    """An error of the library's, with its number."""

    def __init__(self, err_code: int) -> None:
        super().__init__(err_code)
        self.err_code = abs(err_code)


AmdSmiClkType = types.SimpleNamespace(GFX="gfx")
AmdSmiMemoryType = types.SimpleNamespace(VRAM="vram")
AmdSmiTemperatureType = types.SimpleNamespace(HOTSPOT="hotspot", EDGE="edge")
AmdSmiTemperatureMetric = types.SimpleNamespace(CURRENT="current")

USUAL: dict[str, Any] = {
    "get_processor_handles": ["one"],
    "get_gpu_device_uuid": "a1ff74a1-0000-1000-80cd-0123456789ab",
    "get_gpu_asic_info": {"market_name": "AMD Instinct MI300X", "target_graphics_version": "gfx942"},
    "get_gpu_memory_usage": 20 * 2**30,
    "get_gpu_memory_total": 192 * 2**30,
    "get_gpu_activity": {"gfx_activity": 37, "umc_activity": "N/A"},
    "get_temp_metric": {"hotspot": 61, "edge": 55},
    "get_power_info": {"current_socket_power": 410, "average_socket_power": "N/A", "power_limit": 750},
    "get_clock_info": {"clk": 1320, "max_clk": 2100},
    "get_gpu_total_ecc_count": {"correctable_count": 4, "uncorrectable_count": 0},
    "get_gpu_driver_info": {"driver_name": "amdgpu", "driver_version": "6.12.12"},
    "get_gpu_process_list": [],
}
TELLS = dict(USUAL)
"""Function → what it gives; a number behind ``error`` is raised, and what is not here the library does not have."""

CALLS: list[str] = []


def amdsmi_init() -> None:
    """Opens it."""
    CALLS.append("init")


def amdsmi_shut_down() -> None:
    """Closes it."""
    CALLS.append("shut_down")


def __getattr__(name: str) -> Any:
    function = name.removeprefix("amdsmi_")
    if name == function or function not in TELLS:
        raise AttributeError(name)

    def tell(*of: Any) -> Any:
        found = TELLS[function]
        if isinstance(found, dict) and "error" in found:
            raise AmdSmiLibraryException(found["error"])
        return found[of[1]] if function == "get_temp_metric" else found

    return tell
