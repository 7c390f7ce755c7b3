"""What is brought into a kernel: it answers in one line, whatever torch or a person's own code does there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from jupyter_mlgit.environment.examination import PHRASES
from jupyter_mlgit.environment.kernel_line import NAME, _expression
from tests.environment.stage import TORCH

SHELL = """
import builtins, json, sys, types
shell = types.SimpleNamespace(execution_count=3)
sys.modules["IPython"] = types.SimpleNamespace(get_ipython=lambda: shell)
"""


def told(lines: str, **variables: str) -> Any:
    """Gives what is printed by a few lines, behind which ``ask()`` asks as a kernel is asked."""
    code = f"{SHELL}\nfirst = {_expression()}\ndef ask(): return json.loads(repr(builtins.{NAME}))\n{lines}"
    environment = {**os.environ, "PYTHONPATH": str(TORCH), **variables}
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment, cwd="/"
    )
    return json.loads(done.stdout)


def test_before_anything_is_imported() -> None:
    assert told("print(json.dumps(ask()))", CUDA_VISIBLE_DEVICES="1") == {
        "count": 3,
        "version": None,
        "madeFor": None,
        "initialized": False,
        "devices": [],
        "variable": "1",
        "firstVariable": "1",
        "badFork": False,
        "failure": None,
    }


def test_of_a_torch_that_has_not_begun_nothing_is_called() -> None:
    lines = "import torch\ndef no(*_): raise SystemError\ntorch.cuda.memory_stats = torch.cuda.device_count = no\n"
    answer = told(f"{lines}print(json.dumps(ask()))")
    assert (answer["version"], answer["initialized"], answer["devices"]) == ("2.9.0+cu128", False, [])
    assert answer["madeFor"] == "CUDA 12.8"


@pytest.mark.parametrize(
    ("version", "of_c", "made_for"),
    [
        ("cuda=None, hip='6.4'", "", "ROCm 6.4"),
        ("cuda=None, xpu='20250101'", "", "XPU 20250101"),
        ("cuda=None", "_has_mps=True", "MPS"),
        ("cuda=None", "", None),
    ],
)
def test_what_torch_was_made_for(version: str, of_c: str, made_for: str | None) -> None:
    lines = f"import torch\ntorch.version = types.SimpleNamespace({version})\ntorch._C = types.SimpleNamespace({of_c})"
    assert told(f"{lines}\nprint(json.dumps(ask()))")["madeFor"] == made_for


def test_intels_gpus_keep_an_account_of_their_own() -> None:
    lines = (
        "import torch, types\n"
        "stats = {'allocated_bytes.all.current': 7, 'reserved_bytes.all.current': 9}\n"
        "torch.xpu = types.SimpleNamespace(is_initialized=lambda: True, device_count=lambda: 1,\n"
        "    memory_stats=lambda number: stats, get_device_properties=lambda number: None)\n"
    )
    answer = told(f"{lines}print(json.dumps(ask()))")
    assert [(one["kind"], one["allocated"], one["reserved"]) for one in answer["devices"]] == [("xpu", 7, 9)]
    assert answer["initialized"]
    answer = told(f"{lines}del torch.xpu.memory_stats\nprint(json.dumps(ask()))")
    assert (answer["initialized"], answer["devices"]) == (False, [])


def test_of_each_gpu_what_torch_holds() -> None:
    lines = "import torch, os\ntorch.cuda.hold(5)\nos.environ['CUDA_VISIBLE_DEVICES'] = '0'\nprint(json.dumps(ask()))"
    answer = told(lines, STAGED_TORCH='{"devices": 2}', CUDA_VISIBLE_DEVICES="0,1")
    assert [one["allocated"] for one in answer["devices"]] == [5 * 2**20, 0]
    assert (answer["variable"], answer["firstVariable"]) == ("0", "0,1")


@pytest.mark.parametrize(
    "lines",
    [
        "sys.modules['torch'] = None",
        "sys.modules['torch'] = types.SimpleNamespace()",
        "sys.modules['torch'] = types.SimpleNamespace(__version__='2')",
        "sys.last_value = ValueError('CUDA out of memory')",
        "sys.last_value = 7",
    ],
)
def test_what_is_half_there_is_not_there(lines: str) -> None:
    answer = told(f"{lines}\nprint(json.dumps(ask()))")
    assert (answer["version"], answer["failure"]) == (None, None)


def test_a_torch_that_fails_is_told_as_such() -> None:
    lines = "sys.modules['torch'] = types.SimpleNamespace(__version__='2', cuda=7)\nprint(json.dumps(ask()))"
    assert told(lines) == {"error": "AttributeError"}


def test_a_failure_is_told_until_another_cell_has_been_run() -> None:
    words = f"secret\nCaught: {PHRASES['fork']}. To use CUDA\nmore secrets"
    answers = told(
        f"answers = [ask()['failure']]\nsys.last_value = RuntimeError({words!r})\n"
        "answers += [ask()['failure'], ask()['failure']]\nshell.execution_count = 4\nanswers += [ask()['failure']]\n"
        f"sys.last_value = RuntimeError({PHRASES['ptx']!r})\nanswers += [ask()['failure']]\nprint(json.dumps(answers))"
    )
    fork = {"code": "fork", "words": f"Caught: {PHRASES['fork']}. To use CUDA"}
    assert answers == [None, fork, fork, None, {"code": "ptx", "words": PHRASES["ptx"]}]


def test_what_ipython_knows_of_the_last_cell_is_put_back() -> None:
    lines = "shell.last_execution_succeeded = False\nshell.last_execution_result = 'theirs'\n"
    again = f"{_expression()}\nshell.last_execution_succeeded = True\nshell.last_execution_result = 'ours'\n"
    told_of = "print(json.dumps([shell.last_execution_result, shell.last_execution_succeeded, back.before]))"
    assert told(f"{lines}{again}back = builtins.{NAME}.put_back()\n{told_of}") == ["theirs", False, {}]
