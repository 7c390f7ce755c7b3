"""The extension as the server sees it: cheap to load, below the base URL, adjustable, and gone when it stops."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import jupyter_mlgit
from jupyter_mlgit.api.routes import ROUTES

if TYPE_CHECKING:
    from jupyter_mlgit.extension import JupyterMLGit
    from tests.scenario import Scenario

MOST = 0.1
"""What the extension may add to a server's start, as a part of the time that the server's own code takes to load."""

LOADING = """
import json, sys, time
start = time.process_time()
import jupyter_server.serverapp, jupyter_server.extension.application
before = set(sys.modules)
begin = time.process_time()
import jupyter_mlgit
(point,) = jupyter_mlgit._jupyter_server_extension_points()
from jupyter_mlgit.api.handler import make_handlers
from jupyter_mlgit.api.routes import ROUTES
make_handlers(ROUTES, None)
print(json.dumps([(time.process_time() - begin) / (begin - start), sorted(set(sys.modules) - before)]))
"""


def test_loading_it_is_quick_and_loads_nothing_heavy() -> None:
    parts = []
    for _ in range(3):
        words = [sys.executable, "-c", LOADING]
        done = subprocess.run(words, capture_output=True, check=True, env=dict(os.environ))
        part, modules = json.loads(done.stdout)
        parts.append(part)
        assert not {"dulwich", "watchdog", "torch", "jupytext", "nbformat", "nbstripout"} & set(modules)
    assert min(parts) < MOST


def test_jupyter_finds_both_halves() -> None:
    (point,) = jupyter_mlgit._jupyter_server_extension_points()  # noqa: SLF001 -- the name is Jupyter's
    assert point["app"].name == "jupyter_mlgit"
    assert jupyter_mlgit._jupyter_labextension_paths() == [  # noqa: SLF001 -- the name is Jupyter's
        {"src": "labextension", "dest": "jupyter-mlgit"}
    ]


async def test_the_routes_lie_below_the_base_url(
    ask: Any, story: Scenario, http_server_client: Any, jp_base_url: str, jp_auth_header: dict[str, str]
) -> None:
    del story
    assert jp_base_url != "/"
    assert (await ask("GET", "status")).status == 200
    bare = await http_server_client.fetch("/mlgit/status?repository=repo", headers=jp_auth_header, raise_error=False)
    assert bare.code == 404


async def test_every_row_of_the_table_is_mounted(extension: JupyterMLGit) -> None:
    mounted = {pattern for pattern, *_ in extension.handlers}
    assert mounted == {f"/mlgit/{route.path}" for route in ROUTES}


async def test_each_path_has_a_class_of_its_own_with_only_its_own_methods(extension: JupyterMLGit) -> None:
    classes = {pattern: handler for pattern, handler, *_ in extension.handlers}
    assert len(set(classes.values())) == len(classes)
    methods = [vars(classes[f"/mlgit/{route.path}"])[route.method.lower()] for route in ROUTES]
    assert len({id(method) for method in methods}) == len(ROUTES)


@pytest.mark.parametrize("settings", [{"allowed_roots": ["~/elsewhere"], "pin_days": 7}])
async def test_settings_are_taken(extension: JupyterMLGit) -> None:
    assert extension.make_settings().pin_days == 7
    assert extension.repositories.roots[1] == Path.home() / "elsewhere"


async def test_an_act_on_a_state_that_has_moved_is_refused(
    ask: Any, story: Scenario, jp_auth_header: dict[str, str]
) -> None:
    seen = (await ask("GET", "status")).body["stateToken"]
    story.checkout("main").commit("meanwhile")
    headers = {**jp_auth_header, "If-Match": f'"{seen}"'}
    answer = await ask("POST", "branches/create", {"name": "new"}, headers=headers)
    assert (answer.status, answer.code) == (412, "state-changed")
    assert "new" not in story.branches()
    headers["If-Match"] = f'W/"{answer.body["problem"]["stateToken"]}"'
    assert (await ask("POST", "branches/create", {"name": "new"}, headers=headers)).status == 200
    headers["If-Match"] = "*"
    assert (await ask("POST", "branches/create", {"name": "newer"}, headers=headers)).status == 200


async def test_stopping_lets_go_of_every_repository(ask: Any, extension: JupyterMLGit, story: Scenario) -> None:
    story.gc()
    await ask("POST", "watch")
    await ask("GET", "recovery/deleted-branches")
    await extension.stop_extension()
    assert extension.vigil.watched() == []
    # Whatever is asked after that is still answered.
    assert (await ask("GET", "status")).status == 200
