"""The safety net and the reviewing desk for machine-learning work in JupyterLab."""

from __future__ import annotations

from typing import Any


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-mlgit"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    # Imported here: whoever imports the package for its command line needs no server.
    from jupyter_mlgit.extension import JupyterMLGit

    return [{"module": "jupyter_mlgit", "app": JupyterMLGit}]
