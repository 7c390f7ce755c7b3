"""Puts the GPUs' figures on Jupyter's own ``/metrics``, for Prometheus.

Nothing is read before somebody scrapes. Jupyter collects on its event loop, and a driver that hangs would hang that:
so what no panel has just read is read in a thread that ends with the reading, and never waited for: a scrape gets what
was read last, with its age, and begins the next reading. Labels name GPUs; notebooks only where the settings allow.
"""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jupyter_mlgit.environment.desk import Desk
    from jupyter_mlgit.environment.machine import Gpus

OLDEST = 300.0
"""Seconds after which a reading is no longer told."""

_FIGURES = (
    ("memory_used_bytes", "Memory in use.", "memory_used", 1.0),
    ("memory_total_bytes", "Memory that there is.", "memory_total", 1.0),
    ("utilization_ratio", "Part of the last moment in which anything ran on it.", "utilization", 0.01),
    ("temperature_celsius", "Temperature.", "temperature", 1.0),
    ("power_watts", "Power that it draws.", "power", 1.0),
)


class Scrapes:
    """What Prometheus' registry asks at each scrape."""

    def __init__(self, desk: Callable[[], Desk | None], *, notebooks: bool) -> None:
        """Reads nothing yet.

        Args:
            desk: gives what watches, where somebody has looked before.
            notebooks: whether they may be named.
        """
        self._desk = desk
        self._notebooks = notebooks
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._last: tuple[float, Gpus] | None = None

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Names nothing beforehand: the registry would collect to find out."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Gives the figures of each GPU that has them."""
        found = self._read()
        if found is None:
            return
        at, gpus = found
        age = GaugeMetricFamily("mlgit_gpu_reading_age_seconds", "How old the figures of the GPUs are.")
        age.add_metric([], max(0.0, time.monotonic() - at))
        yield age
        labels = ["gpu", "slice", "uuid"]
        for name, words, field, scale in _FIGURES:
            family = GaugeMetricFamily(f"mlgit_gpu_{name}", words, labels=labels)
            for gpu in gpus.gpus:
                value = getattr(gpu, field)
                if value is not None:
                    family.add_metric(_labels(gpu.index, gpu.slice, gpu.uuid), value * scale)
            yield family
        lost = GaugeMetricFamily("mlgit_gpu_lost", "Whether the GPU no longer answers.", labels=labels)
        for gpu in gpus.gpus:
            lost.add_metric(_labels(gpu.index, gpu.slice, gpu.uuid), float(gpu.state == "lost"))
        yield lost
        if self._notebooks:
            yield _by_notebook(gpus)

    def _read(self) -> tuple[float, Gpus] | None:
        from jupyter_mlgit.environment.poller import read_once

        desk = self._desk()
        watched = None if desk is None else desk.gpus.newest()
        if watched is not None:
            return _of_now(watched)

        def read() -> None:
            try:
                found = read_once()
                with self._lock:
                    self._last = (time.monotonic(), found)
            finally:
                with self._lock:
                    self._thread = None

        with self._lock:
            last = self._last
            if self._thread is None:
                self._thread = threading.Thread(target=read, name="mlgit-metrics", daemon=True)
                self._thread.start()
        return _of_now(last)


@contextlib.contextmanager
def scraped(scrapes: Scrapes) -> Iterator[None]:
    """Has the registry that Jupyter serves ask, until the end of the block."""
    REGISTRY.register(scrapes)
    try:
        yield
    finally:
        REGISTRY.unregister(scrapes)


def _of_now(found: tuple[float, Gpus] | None) -> tuple[float, Gpus] | None:
    return found if found is not None and time.monotonic() - found[0] < OLDEST else None


def _by_notebook(gpus: Gpus) -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        "mlgit_notebook_gpu_memory_bytes",
        "Memory that the processes of a notebook's kernel hold.",
        labels=["gpu", "slice", "notebook", "kernel"],
    )
    held: dict[tuple[str, str, str, str], int] = {}
    for one in gpus.processes:
        if one.notebook is not None and one.memory is not None:
            key = (str(one.gpu), "" if one.slice is None else str(one.slice), one.notebook, one.kernel or "")
            held[key] = held.get(key, 0) + one.memory
    for key, memory in held.items():
        family.add_metric(list(key), memory)
    return family


def _labels(index: int, number: int | None, uuid: str | None) -> list[str]:
    return [str(index), "" if number is None else str(number), uuid or ""]
