"""Reads what tells of a GPU's health: its memory's errors (ECC), what of it is out of use, reports of the driver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from jupyter_mlgit.environment.nvml import FUNCTION_NOT_FOUND, NOT_SUPPORTED, NotTold
from jupyter_mlgit.environment.xids import CATALOGUE, Since, Told
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from jupyter_mlgit.environment.figures import Figures

_CORRECTED, _CORRECTED_NOT, _SINCE_START = 0, 1, 0
_BY_MANY_CORRECTED, _BY_ONE_NOT_CORRECTED = 0, 1
"""Why a page was taken out of use (nvmlPageRetirementCause_t)."""

Retiring = Literal["no", "waiting", "failed"]


class Fault(Value):
    """Something that the driver has reported of a GPU."""

    number: int
    """That of NVIDIA's catalogue of Xid errors."""
    message: str | None
    """What it means; null for those that mostly are a program's own fault."""
    fix: str | None


class Health(NamedTuple):
    """The figures; those that cannot be had are None."""

    uncorrected: int | None
    corrected: int | None
    retired: int | None
    retiring: Retiring | None
    faults: list[Fault] | None
    since: Since | None


NO_FAULTS_KNOWN = Told(None, None, NotTold(NOT_SUPPORTED).reason)


def health_of(figures: Figures, told: Told) -> Health:
    """Reads the health of a whole GPU.

    Args:
        figures: asks for it, and keeps why something is missing.
        told: what is known of its faults.
    """
    retired, retiring = _retired(figures)
    if told.numbers is None:
        figures.leave_out(told.reason, "faults")
    return Health(
        uncorrected=figures.ask("memoryErrors", ("nvmlDeviceGetTotalEccErrors", _CORRECTED_NOT, _SINCE_START)),
        corrected=figures.ask("correctedErrors", ("nvmlDeviceGetTotalEccErrors", _CORRECTED, _SINCE_START)),
        retired=retired,
        retiring=retiring,
        faults=faults_of(told),
        since=told.since,
    )


def faults_of(told: Told) -> list[Fault] | None:
    """Says what the faults of a GPU mean; None where none can be known."""
    if told.numbers is None:
        return None
    known = ((number, *CATALOGUE.get(number, (None, None))) for number in told.numbers)
    return [Fault(number=number, message=message, fix=fix) for number, message, fix in known]


def _retired(figures: Figures) -> tuple[int | None, Retiring | None]:
    """Asks for rows (from Ampere on), or else for pages."""
    rows = figures.ask("retired", ("nvmlDeviceGetRemappedRows",))
    if rows is not None:
        corrected, uncorrected, waiting, failed = rows
        return corrected + uncorrected, "failed" if failed else "waiting" if waiting else "no"
    note = figures.notes.pop()
    if note.reason not in (NotTold(NOT_SUPPORTED).reason, NotTold(FUNCTION_NOT_FOUND).reason):
        figures.notes.append(note)
        return None, None
    pages = 0
    for cause in (_BY_MANY_CORRECTED, _BY_ONE_NOT_CORRECTED):
        found = figures.ask("retired", ("nvmlDeviceGetRetiredPages", cause))
        if found is None:
            return None, None
        pages += len(found)
    waits = figures.ask("retiring", ("nvmlDeviceGetRetiredPagesPendingStatus",))
    return pages, None if waits is None else "waiting" if waits else "no"
