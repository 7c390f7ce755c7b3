"""Asks NVIDIA's management library, one figure at a time; each may be unavailable on its own, and then says why.

No CUDA context is made by that. The surprise of the binding: what a driver lacks shows only when it is called, and for
functions that have several versions in an error of its own, which is no ``NVMLError``. The numbers are those of
nvmlReturn_t in NVML's API reference.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from types import ModuleType

    from typing_extensions import Self

NOT_SUPPORTED: Final = 3
NO_PERMISSION: Final = 4
NOT_FOUND: Final = 6
DRIVER_NOT_LOADED: Final = 9
LIBRARY_NOT_FOUND: Final = 12
FUNCTION_NOT_FOUND: Final = 13
GPU_IS_LOST: Final = 15
VERSIONS_DIFFER: Final = 18
UNKNOWN: Final = 999

SEE_YOURSELF: Final = "See what NVIDIA's own program says in a terminal:"

_NOT_STARTED: Final = {
    DRIVER_NOT_LOADED: (
        "driver-not-loaded",
        "NVIDIA's driver is installed and not loaded.",
        "Load it. Where that fails, its kernel module has to be built for this Linux (DKMS) or signed for Secure Boot:",
        "sudo modprobe nvidia",
    ),
    LIBRARY_NOT_FOUND: (
        "no-library",
        "libnvidia-ml was not found.",
        None,  # what is to be done hangs on the machine (absence.py)
        None,
    ),
    VERSIONS_DIFFER: (
        "versions-differ",
        "NVIDIA's library and the driver that is running are of different versions, as after an update.",
        "Restart Jupyter, and if that does not help, the machine; in a container, remove the image's own libnvidia-ml.",
        None,
    ),
    UNKNOWN: (
        "unknown-error",
        "NVIDIA's driver does not answer (NVML error 999).",
        "Make a container that had a GPU before anew; otherwise see what the driver wrote into Linux' log:",
        "sudo dmesg | grep NVRM",
    ),
}
"""Code of the error → a stable code of ours, what it means, what to do, what to type for that."""

_NOT_TOLD: Final = {
    NOT_SUPPORTED: "This GPU does not report it.",
    NO_PERMISSION: "The driver tells it to administrators only.",
    FUNCTION_NOT_FOUND: "This version of the driver cannot tell it.",
    GPU_IS_LOST: "The GPU no longer answers; the machine has to be restarted.",
    UNKNOWN: "The driver does not answer (NVML error 999).",
}


class Note(Value):
    """Why a figure is null."""

    figure: str
    reason: str


class NoNvml(Exception):
    """NVML cannot be used here."""

    def __init__(self, code: str, reason: str, fix: str | None, command: str | None = None) -> None:
        """Keeps a stable code, two sentences, and what to type."""
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.fix = fix
        self.command = command


class NotTold(Exception):
    """One figure cannot be had."""

    def __init__(self, number: int) -> None:
        """Keeps NVML's number of the error; one of AMD's library that means nothing to NVML is negative."""
        super().__init__(number)
        self.number = number

    @property
    def reason(self) -> str:
        """Gives a sentence for people."""
        by = "NVML" if self.number >= 0 else "amdsmi"
        return _NOT_TOLD.get(self.number, f"The driver gives no answer ({by} error {abs(self.number)}).")


class Nvml:
    """The library, as long as it is in use.

    pynvml keeps it loaded to the end of the process: when the driver was updated meanwhile, only a restart of the
    server brings the library that fits.
    """

    def __init__(self) -> None:
        """Does nothing yet."""
        self._library: ModuleType | None = None

    def __enter__(self) -> Self:
        """Opens the library.

        Raises:
            NoNvml: if there is none, or it does not work.
        """
        # Not every machine has a use for it, and it takes 20 ms.
        import pynvml

        try:
            pynvml.nvmlInit()
        except pynvml.NVMLError as error:
            raise no_nvml(error.value) from error
        except pynvml.NVMLLibraryMismatchError as error:
            raise no_nvml(FUNCTION_NOT_FOUND) from error
        self._library = pynvml
        return self

    def __exit__(self, *exception: object) -> None:
        """Closes it."""
        library, self._library = self._library, None
        if library is not None:
            with contextlib.suppress(library.NVMLError, library.NVMLLibraryMismatchError):
                library.nvmlShutdown()

    def ask(self, function: str, *arguments: Any) -> Any:  # noqa: ANN401 -- whatever the function gives
        """Calls a function of the library.

        Args:
            function: its name in NVML's API, without a version.
            arguments: what it takes.

        Raises:
            NotTold: if the driver does not tell.
        """
        library = self._library
        assert library is not None  # noqa: S101 -- the caller has opened it
        try:
            return getattr(library, function)(*arguments)
        except library.NVMLError as error:
            raise NotTold(error.value) from error
        except library.NVMLLibraryMismatchError as error:
            raise NotTold(FUNCTION_NOT_FOUND) from error
        except UnicodeDecodeError as error:
            raise NotTold(UNKNOWN) from error


def no_nvml(number: int) -> NoNvml:
    """Says what an error of the library's means when it comes at its start."""
    known = _NOT_STARTED.get(number)
    if known is not None:
        return NoNvml(*known)
    return NoNvml(
        "nvml-error",
        f"NVIDIA's driver does not answer (NVML error {number}).",
        SEE_YOURSELF,
        "nvidia-smi",
    )
