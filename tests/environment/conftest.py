"""Gives machines with GPUs that are not there: NVIDIA's library, built by the test from a few lines of C."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.environment.stage import build

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def built(folder: Path, *options: str, source: str = "nvml_stub.c", name: str = "libnvidia-ml.so.1") -> Path:
    """Builds a library into a folder."""
    build(folder, *options, source=source, name=name)
    return folder


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Gives the folder of a library as drivers have it today."""
    return built(tmp_path_factory.mktemp("nvml") / "now")


@pytest.fixture(scope="session")
def old_driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Gives that of a driver which lacks the newer functions."""
    return built(tmp_path_factory.mktemp("nvml") / "old", "-DOLD_DRIVER")


@pytest.fixture(scope="session")
def cuda(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Gives the folder of a libcuda."""
    return built(tmp_path_factory.mktemp("cuda") / "now", source="cuda_stub.c", name="libcuda.so.1")


def said(library: Path, stub: str, *words: str) -> str:
    environment = {**os.environ, "LD_LIBRARY_PATH": str(library), "NVML_STUB": stub}
    command = [sys.executable, "-m", "jupyter_mlgit.cli", "gpu", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout


@pytest.fixture
def gpu(driver: Path) -> Callable[..., Any]:
    """Gives a function that runs ``jupyter mlgit gpu --json`` where the library answers as it is told."""

    def tell(stub: str = "", library: Path = driver) -> Any:
        return json.loads(said(library, stub, "--json"))

    return tell


@pytest.fixture
def spoken(driver: Path) -> Callable[[str], str]:
    """Gives one that does the same for people."""
    return lambda stub: said(driver, stub)
