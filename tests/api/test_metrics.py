"""The GPUs' figures on Jupyter's own ``/metrics``: only when it is scraped, and with no names that are not allowed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from jupyter_mlgit.api import metrics
from jupyter_mlgit.api.metrics import Scrapes
from tests.environment.samples import GPU, PROCESS, gpus

if TYPE_CHECKING:
    from jupyter_mlgit.environment.machine import Gpus


PATIENCE = 60.0


def reading() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name == "mlgit-metrics"]


def finish() -> None:
    for one in reading():
        one.join(PATIENCE)


def scraped(monkeypatch: pytest.MonkeyPatch, found: Gpus, *, notebooks: bool = False) -> str:
    monkeypatch.setattr("jupyter_mlgit.environment.poller.read_once", lambda: found)
    registry = CollectorRegistry()
    registry.register(Scrapes(lambda: None, notebooks=notebooks))
    assert not reading()
    generate_latest(registry)
    finish()
    told = generate_latest(registry).decode()
    finish()
    return re.sub(r"(?m)^#.*\n|^mlgit_gpu_reading_age.*\n", "", told)


def test_each_figure_that_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    told = scraped(
        monkeypatch,
        gpus(
            GPU(temperature=None, utilization=50),
            GPU(index=1, utilization=None, state="lost", memory_used=None),
            PROCESS(),
        ),
    )
    assert told.splitlines() == [
        'mlgit_gpu_memory_used_bytes{gpu="0",slice="",uuid="GPU-0"} 4096.0',
        'mlgit_gpu_memory_total_bytes{gpu="0",slice="",uuid="GPU-0"} 8192.0',
        'mlgit_gpu_memory_total_bytes{gpu="1",slice="",uuid="GPU-1"} 8192.0',
        'mlgit_gpu_utilization_ratio{gpu="0",slice="",uuid="GPU-0"} 0.5',
        'mlgit_gpu_temperature_celsius{gpu="1",slice="",uuid="GPU-1"} 63.0',
        'mlgit_gpu_power_watts{gpu="0",slice="",uuid="GPU-0"} 212.5',
        'mlgit_gpu_power_watts{gpu="1",slice="",uuid="GPU-1"} 212.5',
        'mlgit_gpu_lost{gpu="0",slice="",uuid="GPU-0"} 0.0',
        'mlgit_gpu_lost{gpu="1",slice="",uuid="GPU-1"} 1.0',
    ]


def test_notebooks_only_where_they_may_be_named_and_no_command_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    found = gpus(GPU(), PROCESS(memory=100), PROCESS(memory=20), PROCESS(notebook=None, command="secret --token 1"))
    told = scraped(monkeypatch, found, notebooks=True)
    assert 'mlgit_notebook_gpu_memory_bytes{gpu="0",kernel="abc",notebook="train.ipynb",slice=""} 120.0' in told
    assert "secret" not in told


def test_a_driver_that_hangs_holds_no_scrape_up(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, asked = threading.Event(), []

    def hang() -> Any:
        asked.append(1)
        answers.wait(120)
        return gpus(GPU())

    monkeypatch.setattr("jupyter_mlgit.environment.poller.read_once", hang)
    scrapes = Scrapes(lambda: None, notebooks=False)
    assert list(scrapes.collect()) == []
    assert list(scrapes.collect()) == []
    assert asked == [1]
    answers.set()
    finish()
    assert len(list(scrapes.collect())) == 7
    finish()


def test_what_is_too_old_is_told_from_neither_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "OLDEST", 0.0)
    assert scraped(monkeypatch, gpus(GPU())) == ""
    desk: Any = SimpleNamespace(gpus=SimpleNamespace(newest=lambda: (0.0, gpus(GPU()))))
    assert list(Scrapes(lambda: desk, notebooks=False).collect()) == []
    assert not reading()


@pytest.mark.parametrize("settings", [{"gpu_metrics": True}])
async def test_they_are_where_jupyter_has_its_own_when_that_is_wished(jp_fetch: Any, ask: Any) -> None:
    assert (await ask("GET", "environment/summary")).status == 200
    told = (await jp_fetch("metrics")).body.decode()
    assert told.count("# TYPE mlgit_gpu_memory_used_bytes gauge") == 1
    assert "kernel_currently_running_total" in told


async def test_otherwise_they_are_not(jp_fetch: Any, ask: Any) -> None:
    assert (await ask("GET", "environment/summary")).status == 200
    assert "mlgit_gpu" not in (await jp_fetch("metrics")).body.decode()


def test_loading_them_reads_nothing() -> None:
    code = (
        "import sys, threading\nfrom jupyter_mlgit.api.metrics import Scrapes, scraped\n"
        "with scraped(Scrapes(lambda: None, notebooks=False)): pass\n"
        "assert 'pynvml' not in sys.modules and 'jupyter_mlgit.environment' not in sys.modules\n"
        "assert threading.active_count() == 1"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=dict(os.environ))
