"""What a server keeps of its machine from one request to the next; a command keeps nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.environment.kernel_watch import KernelWatch
from jupyter_mlgit.environment.poller import Poller
from jupyter_mlgit.environment.probes import Probes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Literal

    from jupyter_mlgit.environment.kernel_watch import ServerKernel
    from jupyter_mlgit.journal.context import Context

    News = Literal["gpus", "kernels"]


class Desk:
    """The watches over GPUs and running kernels, and what interpreters have said."""

    def __init__(
        self, tell: Callable[[News], None], kernels: Callable[[], Sequence[ServerKernel]], pause: float
    ) -> None:
        """Begins with nothing: no thread, no library.

        Args:
            tell: is called in any thread when there is something new to see.
            kernels: gives the kernels that run in the server; is called in a thread.
            pause: seconds between two looks.
        """
        self.probes = Probes()
        self.gpus = Poller(lambda: tell("gpus"), pause=pause)
        self.kernels = KernelWatch(lambda: tell("kernels"), kernels, pause=pause)

    def stop(self) -> None:
        """Ends the watches for good."""
        self.kernels.stop()
        self.gpus.stop()


def desk_of(context: Context) -> Desk | None:
    """Gives the server's; None where a command runs."""
    desk = None if context.host.desk is None else context.host.desk()
    return desk if isinstance(desk, Desk) else None
