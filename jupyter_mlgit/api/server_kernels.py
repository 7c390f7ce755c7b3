"""Says which kernels run in this server, whose notebook each is, and how it is reached."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_async

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

    from jupyter_mlgit.environment.kernel_watch import ServerKernel


async def server_kernels(app: ServerApp) -> list[ServerKernel]:
    """Lists them; runs on the server's loop, to which their managers belong."""
    sessions: dict[str, dict[str, Any]] = {}
    for session in await ensure_async(app.session_manager.list_sessions()):
        sessions.setdefault(session["kernel"]["id"], session)
    kernels: Any = app.kernel_manager
    found = []
    for kernel_id in kernels.list_kernel_ids():
        # One may have ended this very moment, and a manager of somebody else's may have none.
        with contextlib.suppress(Exception):
            found.append(_kernel(kernel_id, kernels.get_kernel(kernel_id), sessions.get(kernel_id, {})))
    return found


def _kernel(kernel_id: str, manager: Any, session: dict[str, Any]) -> ServerKernel:  # noqa: ANN401 -- of any class
    from jupyter_mlgit.environment.kernel_watch import ServerKernel

    try:
        spec = manager.kernel_spec
    except Exception:  # noqa: BLE001 -- it was removed while the kernel runs
        spec = None
    pid = getattr(getattr(manager, "provisioner", None), "pid", None)
    return ServerKernel(
        id=kernel_id,
        name=str(getattr(manager, "kernel_name", "")),
        display_name=getattr(spec, "display_name", None),
        language=getattr(spec, "language", "python"),
        path=session.get("path") or None,
        kind=session.get("type") or None,
        pid=pid if isinstance(pid, int) else None,
        state=str(getattr(manager, "execution_state", "unknown")),
        connection=_connection(manager),
    )


def _connection(manager: Any) -> dict[str, Any] | None:  # noqa: ANN401 -- of any class
    try:
        found = dict(manager.get_connection_info())
    except Exception:  # noqa: BLE001 -- behind a gateway there is none
        return None
    return found if found.get("shell_port") or found.get("transport") == "ipc" else None
