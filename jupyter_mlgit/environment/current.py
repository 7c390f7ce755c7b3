"""The verb ``gpu``: what the GPUs do now. In a server one thread alone asks the driver, for whoever wants to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.environment.desk import desk_of
from jupyter_mlgit.environment.machine import Gpus  # noqa: TC001 -- the table of routes looks for it here
from jupyter_mlgit.environment.poller import read_once
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from jupyter_mlgit.journal.context import Context


class GpuRequest(Value):
    """Asks what the GPUs do."""


def show_gpus(request: GpuRequest, context: Context) -> Gpus:  # noqa: ARG001 -- every verb takes them
    """Looks once at every GPU. Nothing is started on it, and no CUDA context is made."""
    return see(context)


def see(context: Context) -> Gpus:
    """Does the same for other verbs; a driver that hangs keeps no thread but the one that always asks it."""
    desk = desk_of(context)
    return read_once() if desk is None else desk.gpus.look(anew=True).found
