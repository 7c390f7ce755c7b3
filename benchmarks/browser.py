"""Measures in a browser, with the stories' own JupyterLab: the wait for a large notebook, and long tasks of a scroll.

Chromium tells a task that takes longer than 50 ms; the screen stands still for so long.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measuring import Row
from benchmarks.rerun_notebooks import afternoon, notebook, written

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGE = 15 * 10**6
_ROOT = Path(__file__).parents[1]
_COMMAND = ("jlpm", "playwright", "test", "--config", "ui-tests/measurements.config.ts")
_MARK = "measured "


def large_notebooks() -> tuple[bytes, bytes]:
    """Gives a notebook of 15 MB, most of it pictures, and what an afternoon made of it."""
    picture = LARGE * 3 // 4 // 50
    old = notebook(600, picture=picture)
    return written(old), written(afternoon(old, picture=picture))


def browser_rows() -> Iterator[Row]:
    """Yields what was measured; says so where there is no browser."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in zip(("old.ipynb", "new.ipynb"), large_notebooks(), strict=True):
            (Path(folder) / name).write_bytes(content)
        environment = {**os.environ, "MLGIT_MEASURED_NOTEBOOKS": folder}
        done = subprocess.run(_COMMAND, cwd=_ROOT, env=environment, capture_output=True, text=True, check=False)
    told = [json.loads(line.partition(_MARK)[2]) for line in done.stdout.splitlines() if line.startswith(_MARK)]
    found: dict[str, dict[str, Any]] = {one["name"]: one for one in told}
    if done.returncode:
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        yield Row("in a browser", " ".join(lines[-1:]) or done.stderr[-200:].strip(), "", good=False)
    if one := found.get("notebook"):
        name = f"a notebook of {one['bytes'] / 10**6:.0f} MB, click to screen"
        yield Row(name, f"{one['milliseconds']:8.1f} ms", "≤ 1000 ms", one["milliseconds"] <= 1000)  # noqa: PLR2004 -- the goal
    if one := found.get("scrolling"):
        measured = f"{one['longest']:8.1f} ms   ({one['frames']} steps, {one['long']} tasks over 100 ms)"
        yield Row(f"scrolling {one['files']:,} files, longest task", measured, "≤ 100 ms", one["long"] == 0)
