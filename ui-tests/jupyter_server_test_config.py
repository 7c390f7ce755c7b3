"""Configures the server that the UI tests talk to: no login, a root folder of its own, this extension only."""

import os

from jupyterlab.galata import configure_jupyter_server

c = get_config()  # noqa: F821 -- traitlets puts it there

configure_jupyter_server(c)
c.ServerApp.port = int(os.environ["MLGIT_UI_PORT"])
c.ServerApp.allow_root = True
# jupytext would save paired notebooks in its own way.
c.ServerApp.jpserver_extensions = {"jupyter_mlgit": True, "jupyterlab_jupytext": False}
c.ServerApp.log_level = "WARN"
c.JupyterMLGit.gpu_pause = float(os.environ.get("MLGIT_UI_GPU_PAUSE", "0.5"))
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.news_url = None
