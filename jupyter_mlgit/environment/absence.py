"""Says why NVIDIA's driver is not there, in one verdict for whoever asks: the panel, ``gpu`` and the doctor alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from jupyter_mlgit.environment.container import Surroundings

_AMDS_DRIVER = "/dev/kfd"
"""What a program computes with on AMD's GPUs; what only draws (``/dev/dri``) may be of any maker."""


class Absence(NamedTuple):
    """Why there is no driver, and what to do about it."""

    rule: str
    message: str
    fix: str | None = None
    """None where nothing is wrong: not every machine has a GPU."""
    command: str | None = None


def absence(around: Surroundings) -> Absence:
    """Gives the reason that fits the machine; what lies deeper comes first."""
    if around.wsl:
        return Absence(
            "wsl-driver",
            "Below Windows (WSL) the driver is that of Windows, and it is not seen here.",
            "Update NVIDIA's driver in Windows, install none in Linux, and have WSL start anew (in Windows):",
            "wsl --shutdown",
        )
    if around.container and not around.devices and _AMDS_DRIVER in around.amd_devices:
        return Absence("no-driver", "This container has AMD's GPUs, and none of NVIDIA's.")
    if around.container and not around.devices:
        return Absence(
            "container-without-gpu",
            "This container was started without a GPU.",
            "Start it with the host's GPU. Where Docker refuses that, the host lacks NVIDIA's container toolkit or has "
            "not set it up ('sudo nvidia-ctk runtime configure --runtime=docker', then restart Docker):",
            "docker run --gpus all …",
        )
    if around.container:
        return Absence(
            "container-without-libraries",
            "This container has the GPU's devices and not the driver's libraries.",
            "Start it with these capabilities of the driver's:",
            "docker run --gpus all -e NVIDIA_DRIVER_CAPABILITIES=compute,utility …",
        )
    if around.pci:
        return Absence(
            "no-driver", "NVIDIA's driver is not installed.", "Install NVIDIA's driver, then restart the machine."
        )
    if around.amd_pci:
        return Absence("no-driver", "This machine has no GPU of NVIDIA's, and one of AMD's.")
    if around.bus:
        return Absence("no-driver", "This machine has no NVIDIA GPU.")
    return Absence("no-driver", "There is no NVIDIA driver on this machine.")
