"""Starts a Jupyter server with the extension as a process of its own, and asks it as browser tabs do."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "tab"  # noqa: S105 -- of a server that lives for a minute
PATIENCE = 120.0
"""Seconds after which what was waited for will not come any more, on however slow a machine."""


class Answer(NamedTuple):
    """What the server sent."""

    status: int
    body: dict[str, Any]

    @property
    def problem(self) -> dict[str, Any]:
        """The problem, or nothing if it is none."""
        found: dict[str, Any] = self.body.get("problem", {})
        return found

    @property
    def code(self) -> str:
        """The problem's code, or nothing."""
        return str(self.problem.get("code", ""))


@dataclass(frozen=True)
class Server:
    """One that runs; safe to ask from several threads."""

    port: int
    log: Path
    process: subprocess.Popen[bytes]

    def ask(self, path: str, body: Any = None, *, state: str | None = None, **query: Any) -> Answer:
        """Asks for something, or with a body for an act.

        Args:
            path: the verb's path below ``mlgit/``.
            body: what is asked for; None reads.
            state: the state in which the repository was seen before the act.
            **query: more words of the address.
        """
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Authorization": f"token {TOKEN}"} | ({} if state is None else {"If-Match": f'"{state}"'})
        address = f"/mlgit/{path}?{urlencode({'repository': 'repo', **query})}"
        with contextlib.closing(connection):
            connection.request(
                "GET" if body is None else "POST", address, None if body is None else json.dumps(body), headers
            )
            response = connection.getresponse()
            return Answer(response.status, json.loads(response.read()))


@contextlib.contextmanager
def running_server(root: Path, home: Path) -> Iterator[Server]:
    """Starts a server on a folder, and ends it.

    Args:
        root: the folder; its repository is ``repo``.
        home: an empty folder for what the server keeps.
    """
    log, runtime = home / "log", home / "runtime"
    places = {"JUPYTER_DATA_DIR": "data", "JUPYTER_CONFIG_DIR": "config", "JUPYTER_RUNTIME_DIR": "runtime"}
    arguments = [
        *[sys.executable, "-m", "jupyter_server", "--allow-root", "--no-browser", "--ServerApp.ip=127.0.0.1"],
        *[f"--ServerApp.root_dir={root}", f"--IdentityProvider.token={TOKEN}", "--ServerApp.terminals_enabled=False"],
        "--ServerApp.jpserver_extensions={'jupyter_mlgit': True}",
    ]
    environment = {**os.environ, **{name: str(home / place) for name, place in places.items()}}
    with log.open("wb") as stream:
        process = subprocess.Popen(arguments, env=environment, stdout=stream, stderr=stream)
    try:
        yield Server(_port(process, runtime / f"jpserver-{process.pid}.json", log), log, process)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _port(process: subprocess.Popen[bytes], told: Path, log: Path) -> int:
    """Gives where it listens, once it does: it takes another port where one is in use, and says so in a file."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError):
            port = int(json.loads(told.read_text())["port"])
            connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            with contextlib.closing(connection):
                connection.request("GET", "/api/status", headers={"Authorization": f"token {TOKEN}"})
                if connection.getresponse().status == 200:
                    return port
        time.sleep(0.05)
    raise AssertionError(log.read_text(errors="replace"))
