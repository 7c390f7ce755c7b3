"""Asks for the figures of one device, and keeps why some are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_mlgit.environment.nvml import FUNCTION_NOT_FOUND, GPU_IS_LOST, NOT_SUPPORTED, Note, NotTold

if TYPE_CHECKING:
    from jupyter_mlgit.environment.nvml import Nvml

Device = Any
"""A handle of NVML's."""


class Figures:
    """The figures of one device, and why some are missing."""

    def __init__(self, nvml: Nvml, device: Device) -> None:
        self.notes: list[Note] = []
        self.lost = False
        self._nvml = nvml
        self._device = device

    def ask(self, figure: str, *functions: tuple[Any, ...]) -> Any:  # noqa: ANN401 -- whatever it is
        """Asks until a function knows; gives None where none does.

        Args:
            figure: what the note is about.
            functions: name of the function, and what it takes behind the device; the later ones are for older drivers.
        """
        reason = NotTold(NOT_SUPPORTED)
        for name, *arguments in functions:
            try:
                return self._nvml.ask(name, self._device, *arguments)
            except NotTold as error:
                reason = error
                self.lost |= error.number == GPU_IS_LOST
                if error.number != FUNCTION_NOT_FOUND:
                    break
        self.notes.append(Note(figure=figure, reason=reason.reason))
        return None

    def number(self, figure: str, *functions: tuple[Any, ...], scale: float = 1) -> float | None:
        """Asks for a number and divides it."""
        found = self.ask(figure, *functions)
        return None if found is None else found / scale

    def leave_out(self, reason: str, *figures: str) -> None:
        """Notes that these are not asked for."""
        self.notes += [Note(figure=one, reason=reason) for one in figures]
