"""The server extension: its settings, the routes of the table below ``/mlgit/``, and the watcher."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from jupyter_server.extension.application import ExtensionApp
from traitlets import Bool, Float, Integer, List, Unicode, default

from jupyter_mlgit.api.events import SCHEMA_FILE
from jupyter_mlgit.api.handler import Serving, make_handlers
from jupyter_mlgit.api.lanes import Lanes
from jupyter_mlgit.api.machine_watch import SCHEMA_FILE as MACHINE_SCHEMA_FILE
from jupyter_mlgit.api.machine_watch import MachineWatch
from jupyter_mlgit.api.metrics import Scrapes, scraped
from jupyter_mlgit.api.remembered import cache_path
from jupyter_mlgit.api.repositories import Repositories
from jupyter_mlgit.api.routes import ROUTES
from jupyter_mlgit.api.vigil import Vigil

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

    from jupyter_mlgit.journal.context import Host, Settings


class JupyterMLGit(ExtensionApp):
    """Brings deleted branches back, and keeps what the terminal deletes, for as long as the server runs."""

    name = "jupyter_mlgit"
    load_other_extensions = True

    allowed_roots: List[str] = List(
        Unicode(),
        help="Folders outside the server's root in which repositories, or parts of them such as the main "
        "repository of a linked worktree, may lie.",
    ).tag(config=True)

    protected_branches: List[str] = List(
        Unicode(), help="Names of branches that are never deleted through the panel; * stands for any text."
    ).tag(config=True)

    pin_days = Integer(90, min=1, help="For how many days the commits of a deleted branch are kept.").tag(config=True)

    requests_at_once = Integer(
        4, min=1, help="How many repositories are worked on at the same time, each in a thread."
    ).tag(config=True)

    requests_waiting = Integer(32, min=1, help="How many requests may wait for one repository.").tag(config=True)

    deadline = Float(60.0, min=1, help="Seconds after which a request that only reads is given up.").tag(config=True)

    gpu_pause = Float(
        3.0, min=0.1, help="Seconds between two looks at the GPUs and at running kernels, while somebody watches them."
    ).tag(config=True)

    gpu_metrics = Bool(
        default_value=False,
        help="Whether the GPUs' figures are on Jupyter's /metrics, for Prometheus; each scrape then asks the driver.",
    ).tag(config=True)

    gpu_metrics_by_notebook = Bool(
        default_value=False, help="Whether /metrics names notebooks, with the memory that their kernels hold on GPUs."
    ).tag(config=True)

    @default("protected_branches")
    def _default_protected_branches(self) -> list[str]:
        return ["main", "master", "develop", "release/*"]

    def initialize_settings(self) -> None:
        """Makes what all handlers share."""
        app = cast("ServerApp", self.serverapp)  # jupyter_server links it before it calls this
        contents = app.contents_manager
        self.root = getattr(contents, "root_dir", "") or app.root_dir
        self.repositories = Repositories(
            self.root,
            allowed_roots=self.allowed_roots,
            allow_hidden=contents.allow_hidden,
            cache_dir=cache_path(),
        )
        self.lanes = Lanes(threads=self.requests_at_once, waiting=self.requests_waiting, deadline=self.deadline)
        self.vigil = Vigil(self.repositories, self.lanes, self.make_settings, app.event_logger, self.log)
        self.machine = MachineWatch(app, self.gpu_pause)
        self.open = contextlib.ExitStack()
        if self.gpu_metrics:
            scrapes = Scrapes(self.machine.known_desk, notebooks=self.gpu_metrics_by_notebook)
            self.open.enter_context(scraped(scrapes))
        if app.event_logger is not None:
            app.event_logger.register_event_schema(SCHEMA_FILE)
            app.event_logger.register_event_schema(MACHINE_SCHEMA_FILE)

    def initialize_handlers(self) -> None:
        """Mounts the routes; the server puts its ``base_url`` before them."""
        serving = Serving(self.repositories, self.lanes, self.make_settings, self.make_host, self.vigil.acted)
        self.handlers.extend(make_handlers(ROUTES, serving))

    def make_settings(self) -> Settings:
        """Gives the settings that verbs are handed."""
        from jupyter_mlgit.journal.context import Settings

        return Settings(protected=tuple(self.protected_branches), pin_days=self.pin_days)

    def make_host(self) -> Host:
        """Gives what verbs about the machine are handed."""
        from jupyter_mlgit.journal.context import Host

        kernels = cast("ServerApp", self.serverapp).kernel_spec_manager
        return Host(folder=Path(self.root), kernels=kernels, desk=self.machine.desk)

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:  # noqa: ANN401, ARG002 -- the server's own signature
        self.vigil.start()

    async def stop_extension(self) -> None:
        """Ends the watches."""
        self.open.close()
        await self.machine.stop()
        await self.vigil.stop()
        self.repositories.forget()
