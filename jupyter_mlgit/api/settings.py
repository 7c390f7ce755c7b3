"""Reads the extension's settings where no server runs, so that the command line protects the same branches.

They stand in the person's own Jupyter configuration, ``jupyter_server_config`` or ``jupyter_mlgit_config``, as
``c.JupyterMLGit.protected_branches`` and ``c.JupyterMLGit.pin_days``. Nothing is read from the current folder, which
may be somebody else's repository.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_core.paths import jupyter_config_path

from jupyter_mlgit.journal.context import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("jupyter_server_config", "jupyter_mlgit_config")


def read_settings() -> Settings:
    """Gives the settings; a file that cannot be read, or a value that doesn't fit, counts as not there."""
    found: dict[str, Any] = {}
    for path in _files():
        found.update(_section(path))
    usual = Settings()
    protected, days = found.get("protected_branches"), found.get("pin_days")
    fits = isinstance(protected, list) and all(isinstance(one, str) for one in protected)
    return Settings(
        protected=tuple(protected) if protected is not None and fits else usual.protected,
        pin_days=days if isinstance(days, int) and days > 0 else usual.pin_days,
    )


def _files() -> Iterator[Path]:
    """Yields the files that there are, the strongest last."""
    for folder in reversed(jupyter_config_path()):
        for name in NAMES:
            for suffix in (".py", ".json"):
                path = Path(folder) / (name + suffix)
                if path.is_file():
                    yield path


def _section(path: Path) -> dict[str, Any]:
    # Imported here: most people have no such file, and every command would wait for it.
    from traitlets.config.loader import JSONFileConfigLoader, PyFileConfigLoader

    loader = PyFileConfigLoader if path.suffix == ".py" else JSONFileConfigLoader
    try:
        config = loader(path.name, path=str(path.parent)).load_config()
    except Exception:  # noqa: BLE001 -- the file is a program of the person's: a fault in it must not keep work lost
        return {}
    return dict(config.get("JupyterMLGit", {}))
