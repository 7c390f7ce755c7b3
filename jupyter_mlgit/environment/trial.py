"""The verb ``gpu-test``: computes with a small tensor on the GPU, in a kernel's own Python, when a person asks for it.

It is the one verb that makes a CUDA context: in a process of its own, which is gone when the answer comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from jupyter_mlgit.environment.doctor import DEFAULT, Unprobed
from jupyter_mlgit.environment.evidence import Finding
from jupyter_mlgit.environment.examination import explain
from jupyter_mlgit.environment.kernels import find_kernels
from jupyter_mlgit.environment.probing import NotProbed, Trial, try_out
from jupyter_mlgit.values import Value, argument, visible

if TYPE_CHECKING:
    from jupyter_mlgit.environment.kernels import Kernel
    from jupyter_mlgit.journal.context import Context


class GpuTestRequest(Value):
    """Asks for a test."""

    kernel: Annotated[
        str | None,
        Meta(description="One kernel by its name; otherwise python3.", extra=argument(metavar="NAME")),
    ] = None


class GpuTest(Value):
    """How the test went."""

    kernel: str
    """As people know it."""
    ok: bool
    """Whether the result came from the GPU and was right."""
    device: str | None
    """What it was computed on, such as ``cuda:0``."""
    name: str | None
    """The GPU's name, by torch."""
    seconds: float | None
    """How long the test took without importing torch, the making of the CUDA context included."""
    error: str | None
    """Exactly what torch said; null where it went well or could not be begun."""
    finding: Finding | None
    """What that means, where it is known."""
    unprobed: Unprobed | None
    """Why it could not be begun."""


def try_gpu(request: GpuTestRequest, context: Context) -> GpuTest:
    """Starts the kernel's interpreter once, and waits for it no longer than a minute.

    Raises:
        BadRequest: if there is no kernel of that name.
    """
    ((name, kernel),) = find_kernels(context.host.kernels, request.kernel or DEFAULT)
    if isinstance(kernel, NotProbed):
        return _answer(name, why=kernel)
    return _test(kernel)


def _test(kernel: Kernel) -> GpuTest:
    try:
        return _answer(kernel.display_name, try_out(kernel.interpreter, kernel.variables))
    except NotProbed as error:
        return _answer(kernel.display_name, why=error)


def _answer(kernel: str, found: Trial | None = None, why: NotProbed | None = None) -> GpuTest:
    return GpuTest(
        kernel=kernel,
        ok=found is not None and found.error is None,
        device=None if found is None else found.device,
        name=None if found is None or found.name is None else visible(found.name),
        seconds=None if found is None else found.seconds,
        error=None if found is None else found.error,
        finding=None if found is None or found.error is None else explain(found.error),
        unprobed=None if why is None else Unprobed(code=why.code, reason=why.reason),
    )
