"""The verbs ``live`` and ``summary``: the GPUs and their last minutes, for a panel and for the status bar.

Only a server keeps watch, and only while somebody looks: each request prolongs that for :data:`LEASE` seconds. After
a new reading the server tells so by an event (``environment-changed``), which holds no figure; whoever wants them asks
with the number of the last reading that they have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from jupyter_mlgit.environment.desk import desk_of
from jupyter_mlgit.environment.doctor import known_of
from jupyter_mlgit.environment.evidence import Finding
from jupyter_mlgit.environment.history import History, Ring
from jupyter_mlgit.environment.leased import LEASE
from jupyter_mlgit.environment.machine import Gpus, Unusable
from jupyter_mlgit.environment.poller import read_once
from jupyter_mlgit.values import Value, moment

if TYPE_CHECKING:
    from jupyter_mlgit.environment.gpus import Gpu
    from jupyter_mlgit.journal.context import Context


class LiveRequest(Value):
    """Looks at the GPUs from now on."""

    after: Annotated[
        Annotated[int, Meta(ge=0)] | None,
        Meta(description="The last reading that one has; otherwise all that are kept."),
    ] = None


class Live(Value):
    """The newest reading, and those before it."""

    reading: int
    """Its number."""
    read_at: str
    pause: float
    """Seconds between two readings; 0 where nobody keeps watch, as no server runs."""
    lease: float
    """Seconds after this answer at which the watch ends, unless it is asked again."""
    machine: Gpus
    history: History


class SummaryRequest(Value):
    """Asks for what a status bar shows."""

    kernel: Annotated[str | None, Meta(description="The kernel in use, by its specification's name.")] = None


class GpuBrief(Value):
    """The figures of one GPU that is in order."""

    index: int
    slice: int | None
    name: str | None
    utilization: int | None
    memory_used: int | None
    memory_total: int | None


class Summary(Value):
    """What a status bar shows."""

    gpus: list[GpuBrief]
    """Slices instead of a GPU that is cut into them."""
    read_at: str
    reason: Unusable | None
    """Why there is no GPU."""
    lost: int
    """How many GPUs no longer answer."""
    lease: float
    kernel: str | None
    """The kernel that was asked about, as people know it."""
    probed: bool
    """Whether that kernel has been asked before; only ``doctor`` asks it, so that nothing is started by a look."""
    cuda_available: bool | None
    finding: Finding | None
    """What is most wrong with it; null where nothing is, or nothing is known."""


def show_live(request: LiveRequest, context: Context) -> Live:
    """Gives the newest reading, and watches on for some seconds."""
    desk = desk_of(context)
    if desk is None:
        found, ring = read_once(), Ring()
        ring.add(0, found)
        return Live(
            reading=1, read_at=moment(context.now), pause=0, lease=0, machine=found, history=ring.since(None, 0)
        )
    view = desk.gpus.look(request.after)
    return Live(
        reading=view.number,
        read_at=moment(view.at),
        pause=view.pause,
        lease=LEASE,
        machine=view.found,
        history=view.history,
    )


def show_summary(request: SummaryRequest, context: Context) -> Summary:
    """Gives what is known without starting a program, and watches the GPUs on for some seconds.

    Raises:
        BadRequest: if there is no kernel of that name.
    """
    desk = desk_of(context)
    view = None if desk is None else desk.gpus.look()
    at, found = (context.now, read_once()) if view is None else (view.at, view.found)
    known = None if request.kernel is None else known_of(request.kernel, found, context)
    whole = {(one.index, one.slice) for one in found.gpus if one.slices}
    return Summary(
        gpus=[_brief(one) for one in found.gpus if one.state == "ok" and (one.index, one.slice) not in whole],
        read_at=moment(at),
        reason=found.reason,
        lost=sum(one.state == "lost" for one in found.gpus),
        lease=0 if desk is None else LEASE,
        kernel=None if known is None else known.display_name,
        probed=known is not None and known.probed_at is not None,
        cuda_available=None if known is None else known.cuda_available,
        finding=None if known is None else next((one for one in known.findings if one.severity != "note"), None),
    )


def _brief(gpu: Gpu) -> GpuBrief:
    return GpuBrief(
        index=gpu.index,
        slice=gpu.slice,
        name=gpu.name,
        utilization=gpu.utilization,
        memory_used=gpu.memory_used,
        memory_total=gpu.memory_total,
    )
