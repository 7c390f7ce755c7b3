"""A library knows only the GPUs that there were when it was opened: it is opened anew when that may have changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SCRIPT = """
import json, pathlib, sys
from jupyter_mlgit.environment import poller
from jupyter_mlgit.environment.processes import Processes
from jupyter_mlgit.environment.xids import FaultWatch

words, listed = map(pathlib.Path, sys.argv[1:3])
poller._DRIVERS_LIST, poller.NONE_PAUSE = listed, 0
poller.FaultWatch = lambda nvml, **more: FaultWatch(nvml, listed, **more)  # where there is no log
reader = poller.Reader(Processes)
for step in json.loads(sys.argv[3]):
    for place in step.get("plugged", []):
        (listed / place).mkdir()
    if "words" in step:
        words.write_text(step["words"])
    found = reader.read()
    faults = [[fault.number for fault in gpu.faults or []] for gpu in found.gpus]
    told = faults if step.get("faults") else [len(found.gpus), None if found.reason is None else found.reason.code]
    print(json.dumps(told))
reader.end()
"""


@pytest.fixture
def read(driver: Path, tmp_path: Path) -> Callable[..., list[Any]]:
    """Gives a function that reads once after each step, and gives how many GPUs there were and why there was none."""
    listed = tmp_path / "gpus"
    listed.mkdir()
    environment = {**os.environ, "LD_LIBRARY_PATH": str(driver), "NVML_STUB_FILE": str(tmp_path / "words")}

    def run(*steps: dict[str, Any]) -> list[Any]:
        command = [sys.executable, "-c", SCRIPT, str(tmp_path / "words"), str(listed), json.dumps(steps)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run


def test_one_that_is_plugged_in_is_seen(read: Callable[..., list[Any]]) -> None:
    assert read(
        {"words": "fixed=1 count=1", "plugged": ["0000:01:00.0"]},
        {"words": "fixed=1 count=2"},  # the library that is open does not see it
        {"plugged": ["0000:02:00.0"]},
    ) == [[1, None], [1, None], [2, None]]


def test_a_driver_that_is_loaded_anew_is_opened_anew(read: Callable[..., list[Any]]) -> None:
    not_initialized = 1
    assert read(
        {"words": "fixed=1 count=1"},
        {"words": f"fixed=1 count=2 nvmlDeviceGetCount={not_initialized}"},
        {"words": "fixed=1 count=2"},
        {"words": "nvmlInit=18 nvmlDeviceGetCount=999"},  # and is another one now, which this process has not loaded
        {},
        {"words": "count=1"},
    ) == [[1, None], [0, "nvml-error"], [2, None], [0, "nvml-error"], [0, "versions-differ"], [1, None]]


def test_what_was_heard_of_one_that_is_lost_stays_when_the_library_is_opened_anew(
    read: Callable[..., list[Any]],
) -> None:
    lost = "0:nvmlDeviceGetHandleByIndex=15"
    assert read(
        {"words": "count=2 xids=0", "faults": True},
        {"words": f"count=2 xids=1 {lost}", "faults": True},
        {"faults": True},
        {"faults": True},
        {
            "words": "count=2 xids=1",
            "plugged": ["0000:02:00.0"],
            "faults": True,
        },  # another GPU may have that number now
    ) == [[[], []], [[79], []], [[79], []], [[79], []], [[], []]]
