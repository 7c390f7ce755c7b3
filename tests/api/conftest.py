"""Starts a server with the extension in it, and asks it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from jupyter_server.auth import AllowAllAuthorizer

from jupyter_mlgit.api.routes import ROUTES
from tests.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from jupyter_server.serverapp import ServerApp
    from tornado.httpclient import HTTPResponse

    from jupyter_mlgit.extension import JupyterMLGit

Config = dict[str, Any]

ABOUT_THE_MACHINE = {route.path for route in ROUTES if route.of == "machine"}
"""What is asked without a repository."""


@dataclass
class Answer:
    """What the server sent."""

    status: int
    body: Any
    headers: Any

    @property
    def code(self) -> str | None:
        """The problem's code, if it is one."""
        return self.body["problem"]["code"] if isinstance(self.body, dict) and "problem" in self.body else None


@pytest.fixture
def authorizer() -> type:
    """Gives the class that decides who may do what; tests put others in its place."""
    return AllowAllAuthorizer


@pytest.fixture
def settings() -> Config:
    """Gives the extension's settings; tests put others in their place."""
    return {}


@pytest.fixture
def jp_server_config(authorizer: type, settings: Config) -> Config:
    """Gives pytest-jupyter the server's configuration."""
    return {
        "ServerApp": {
            "jpserver_extensions": {"jupyter_mlgit": True},
            "authorizer_class": authorizer,
            "allow_unauthenticated_access": False,
            "terminals_enabled": False,
            "reraise_server_extension_failures": True,
        },
        "JupyterMLGit": settings,
    }


@pytest.fixture
def extension(jp_serverapp: ServerApp) -> JupyterMLGit:
    """Gives the extension in the running server."""
    (app,) = jp_serverapp.extension_manager.extension_apps["jupyter_mlgit"]
    return app  # type: ignore[no-any-return]  # jupyter_server is typed in part


@pytest.fixture
def story(jp_root_dir: Path) -> Scenario:
    """Gives a small repository ``repo`` below the server's root."""
    return Scenario(jp_root_dir, "repo").commit("first").branch("exp/one").commit("second").checkout("main")


@pytest.fixture
def ask(
    jp_serverapp: ServerApp, http_server_client: Any, jp_auth_header: dict[str, str], jp_base_url: str
) -> Callable[..., Awaitable[Answer]]:
    """Gives the function that all requests of a test go through."""
    del jp_serverapp

    async def ask(
        method: str,
        path: str,
        body: Any = None,  # any JSON value, or bytes that are sent as they are
        /,
        *,
        repository: str | None = "repo",
        query: str | None = None,
        headers: dict[str, str] | None = None,
        **parameters: str,
    ) -> Answer:
        machine = path in ABOUT_THE_MACHINE and repository == "repo"
        words = parameters | ({} if repository is None or machine else {"repository": repository})
        options: dict[str, Any] = {"method": method, "headers": jp_auth_header if headers is None else headers}
        if method == "POST":
            options["body"] = body if isinstance(body, bytes) else json.dumps({} if body is None else body)
        address = f"{jp_base_url}mlgit/{path}?{urlencode(words) if query is None else query}"
        response: HTTPResponse = await http_server_client.fetch(
            address, request_timeout=300, connect_timeout=300, raise_error=False, **options
        )
        text = response.body.decode()
        return Answer(response.code, json.loads(text) if text else None, response.headers)

    return ask
