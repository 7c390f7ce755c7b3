"""Computes on the GPU in a kernel's own Python when that is asked for, and tells exactly what torch said."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.cli import main
from jupyter_mlgit.cli.environment_text import show_gpu_test
from jupyter_mlgit.cli.screen import Screen
from jupyter_mlgit.environment import probing
from jupyter_mlgit.environment.trial import GpuTestRequest, try_gpu
from jupyter_mlgit.journal.context import Context
from tests.environment.stage import TORCH, Stage

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_mlgit.environment.trial import GpuTest


@pytest.fixture
def kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Gives the folder in which kernels are installed."""
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    return tmp_path / "share/kernels"


def tried(kernels: Path, torch: dict[str, Any] | None = None) -> GpuTest:
    Stage(kernels).kernel(kernels, torch)
    return try_gpu(GpuTestRequest(kernel="ml"), Context(now=0))


def spoken(found: GpuTest) -> str:
    screen = Screen(colour=False)
    show_gpu_test(screen, found)
    return screen.text()


def test_one_that_computes(kernels: Path) -> None:
    found = tried(kernels)
    assert (found.kernel, found.ok, found.device, found.name) == ("ml", True, "cuda:0", "NVIDIA Stub 24GB")
    assert (found.error, found.finding, found.unprobed) == (None, None, None)
    assert spoken(found).startswith("ml computes on cuda:0 NVIDIA Stub 24GB: ")


@pytest.mark.parametrize(
    ("error", "rule"),
    [
        ("No CUDA GPUs are available", None),
        ("CUDA error: the provided PTX was compiled with an unsupported toolchain.\nMore.", "driver-older-than-code"),
        ("CUDA error: no kernel image is available for execution on the device", "no-code-for-gpu"),
    ],
)
def test_one_that_does_not_says_exactly_why(kernels: Path, error: str, rule: str | None) -> None:
    found = tried(kernels, {"available": False, "error": error})
    assert (found.ok, found.error) == (False, f"RuntimeError: {error}")
    assert (None if found.finding is None else found.finding.rule) == rule
    assert "ml cannot compute on the GPU." in spoken(found)


def test_a_result_that_is_wrong_is_no_success(kernels: Path, tmp_path: Path) -> None:
    liar = (TORCH / "torch/__init__.py").read_text().replace("self.side**3", "7")
    (tmp_path / "liar/torch").mkdir(parents=True)
    (tmp_path / "liar/torch/__init__.py").write_text(liar)
    (tmp_path / "liar/torch/cuda.py").write_text((TORCH / "torch/cuda.py").read_text())
    Stage(kernels).kernel(kernels)
    place = kernels / "ml/kernel.json"
    place.write_text(place.read_text().replace(str(TORCH), str(tmp_path / "liar")))
    found = try_gpu(GpuTestRequest(kernel="ml"), Context(now=0))
    assert (found.ok, found.error) == (False, "The product of two matrices came out as 7.0 instead of 262144.0.")


def test_one_that_cannot_be_begun(kernels: Path) -> None:
    (kernels / "ml").mkdir(parents=True)
    spec = {"argv": ["conda", "run", sys.executable], "display_name": "ml", "language": "python"}
    (kernels / "ml/kernel.json").write_text(json.dumps(spec))
    found = try_gpu(GpuTestRequest(kernel="ml"), Context(now=0))
    assert found.unprobed is not None
    assert (found.ok, found.unprobed.code) == (False, "wrapper")
    assert spoken(found).startswith("ml was not tested: ")


def test_one_that_hangs_is_ended(kernels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "slow/torch").mkdir(parents=True)
    (tmp_path / "slow/torch/__init__.py").write_text("import time\ntime.sleep(600)")
    Stage(kernels).kernel(kernels)
    place = kernels / "ml/kernel.json"
    place.write_text(place.read_text().replace(str(TORCH), str(tmp_path / "slow")))
    monkeypatch.setattr(probing.try_out, "__kwdefaults__", {"patience": 0.5})
    found = try_gpu(GpuTestRequest(kernel="ml"), Context(now=0))
    assert found.unprobed is not None
    assert found.unprobed.code == "timed-out"


def test_a_script_hears_that_it_failed(kernels: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tried(kernels, {"available": False, "error": "No CUDA GPUs are available"})
    assert main(["gpu-test", "--kernel", "ml"]) == 1
    assert "cannot compute" in capsys.readouterr().out
    tried(kernels)
    assert main(["gpu-test", "--kernel", "ml"]) == 0
