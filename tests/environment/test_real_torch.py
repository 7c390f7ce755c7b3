"""A real torch, made for the CPU, in an environment of its own: what we ask of torch is there and answers as we expect.

``make test`` sets that up in ``.make/torch``; ``make test TORCH=`` does without, and these tests are skipped.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from jupyter_mlgit.environment.container import look_around
from jupyter_mlgit.environment.diagnosis import diagnose
from jupyter_mlgit.environment.evidence import Evidence
from jupyter_mlgit.environment.examination import PHRASES
from jupyter_mlgit.environment.kernel_line import _expression
from jupyter_mlgit.environment.probing import Probe, probe, try_out
from jupyter_mlgit.environment.wheels import wheels
from tests.environment.samples import GPU, gpus

PLACE = Path(__file__).resolve().parents[2] / ".make/torch"
PYTHON = PLACE / "bin/python"
pytestmark = pytest.mark.skipif(
    not (PLACE / "installed").exists(), reason="no real torch is set up: make .make/torch/installed"
)


@pytest.fixture(scope="module")
def found() -> Probe:
    """Asks it once."""
    answer = probe(str(PYTHON), {}, patience=120)
    assert answer.torch is not None
    if answer.torch.cuda is not None:
        pytest.skip(f"torch {answer.torch.version} is made with CUDA {answer.torch.cuda}, not for the CPU only")
    return answer


def run(lines: str) -> Any:
    done = subprocess.run([str(PYTHON), "-c", lines], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def test_the_probe_reads_what_there_is(found: Probe) -> None:
    torch = found.torch
    assert torch is not None
    assert (torch.error, torch.available, torch.hip, torch.archs, torch.warnings) == (None, False, None, [], [])
    assert (torch.version or "")[:2] == "2."
    assert torch.xpu_available is False
    assert Path(torch.path or "").is_relative_to(PYTHON.parents[1])
    assert Path(torch.path or "").with_name("version.py").is_file()
    assert any(torch.path and Path(torch.path).is_relative_to(place) for place in found.places)


def test_the_verdict_is_that_it_is_for_the_cpu_only(found: Probe) -> None:
    (cause, *_) = diagnose(Evidence(found, gpus(GPU()), look_around()._replace(container=False), "ml"))
    assert (cause.rule, cause.severity) == ("cpu-only-torch", "problem")
    assert (cause.command or "").startswith(f"{PYTHON} -m pip install --upgrade --force-reinstall torch --index-url ")


def test_the_test_on_the_gpu_gives_its_own_words() -> None:
    tried = try_out(str(PYTHON), {}, patience=120)
    assert tried.error == "AssertionError: Torch not compiled with CUDA enabled"


def test_a_kernel_says_what_it_holds_without_initializing_anything() -> None:
    told = run(f"import torch, json; print(repr({_expression()}))")
    assert (told["initialized"], told["devices"], told["badFork"], told["failure"]) == (False, [], False, None)
    assert told["version"].startswith("2.")
    # What is asked of one that has begun to use CUDA is there, by these names.
    assert run("import torch, json; print(json.dumps([torch.cuda.memory_stats(), torch.cuda.is_initialized()]))") == [
        {},
        False,
    ]


def test_torch_is_not_imported_by_being_asked() -> None:
    assert run(f"import json, sys; repr({_expression()}); print(json.dumps('torch' in sys.modules))") is False


def test_our_data_is_what_torch_says_of_its_own_builds() -> None:
    told = run(
        "import json, torch; table = getattr(torch.cuda, 'PYTORCH_RELEASES_CODE_CC', {});"
        "print(json.dumps({cuda: sorted(of['x86_64']) for cuda, of in table.items()}))"
    )
    ours = {wheel.cuda: sorted(int(one.replace(".", "")) for one in wheel.archs) for wheel in wheels().values()}
    both = told.keys() & ours.keys()
    assert both or not told
    assert {cuda: ours[cuda] for cuda in both} == {cuda: told[cuda] for cuda in both}


def test_what_torch_says_of_forks_is_what_is_looked_for() -> None:
    place = run("import json, torch.cuda; print(json.dumps(torch.cuda.__file__))")
    assert PHRASES["fork"] in Path(place).read_text()
