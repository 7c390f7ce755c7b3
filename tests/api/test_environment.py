"""The verbs about the machine, as a server offers them: by its own kernels, and of the folder that it shows."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

DOCTOR = "environment/doctor"


@pytest.fixture
def jp_server_config(jp_server_config: dict[str, Any]) -> dict[str, Any]:
    """Allows one kernel."""
    return {**jp_server_config, "KernelSpecManager": {"allowed_kernelspecs": ["ml"]}}


@pytest.fixture
def kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Installs a kernel of which nothing can be told, and one that is not allowed."""
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    for name in ("ml", "other"):
        folder = tmp_path / "share/kernels" / name
        folder.mkdir(parents=True)
        (folder / "kernel.json").write_text(
            json.dumps({"argv": ["conda", sys.executable], "display_name": name, "language": "python"})
        )


@pytest.fixture
def root(jp_root_dir: Path) -> str:
    """Gives the server's folder, without links."""
    return str(jp_root_dir.resolve())


@pytest.mark.usefixtures("kernels")
async def test_the_kernels_are_those_of_the_server(ask: Any) -> None:
    answer = await ask("POST", DOCTOR, {"all": True})
    (kernel,) = answer.body["kernels"]
    assert (kernel["name"], kernel["unprobed"]["code"]) == ("ml", "wrapper")
    answer = await ask("POST", DOCTOR, {"kernel": "other"})
    assert (answer.status, answer.code) == (400, "bad-request")


@pytest.mark.usefixtures("kernels")
async def test_the_folder_is_the_one_that_the_server_shows(ask: Any, root: str) -> None:
    answer = await ask("POST", DOCTOR, {"kernel": "ml"})
    assert answer.body["machine"]["volume"]["path"] == root


async def test_what_starts_programs_is_not_a_look(ask: Any) -> None:
    answer = await ask("GET", DOCTOR)
    assert (answer.status, answer.code) == (405, "bad-request")
