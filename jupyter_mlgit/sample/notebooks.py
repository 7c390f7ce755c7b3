"""Writes the sample project's notebooks, cell by cell, as the nbformat 4.5 schema wants them."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from jupyter_mlgit.sample.plot import loss_curve

if TYPE_CHECKING:
    from jupyter_mlgit.sample.experiment import Experiment

Cell = dict[str, Any]


def training_notebook(experiment: Experiment) -> str:
    """Writes ``train.ipynb``: settings, a training run with its log, the loss curve, the result."""
    e = experiment
    losses = e.losses()
    log = "".join(f"epoch {n:2d}  loss {loss:.4f}\n" for n, loss in enumerate(losses, 1) if n % 5 == 0 or n == 1)
    settings = (
        f"settings = Settings(\n    optimizer={e.optimizer!r},\n    learning_rate={e.learning_rate},\n"
        f"    epochs={e.epochs},\n    hidden={e.hidden},\n    dropout={e.dropout},\n    seed={e.seed},\n)"
    )
    model = "model = build_model(settings)"
    if e.matmul_precision:
        model = f'torch.set_float32_matmul_precision("{e.matmul_precision}")\n{model}'
    if e.compiled:
        model += '\nmodel = torch.compile(model, mode="max-autotune")'
    picture = {"image/png": base64.b64encode(loss_curve(losses)).decode(), "text/plain": ["<Figure size 420x260>"]}
    cells = [
        _markdown("intro", "# Two spirals\n\nA small network learns to tell two interleaved spirals apart."),
        _code("imports", 1, "import torch\n\nfrom train import Settings, accuracy, build_model, fit, spirals"),
        _code("settings", 2, settings),
        _code("model", 3, model),
        _code("run", 4, "losses = fit(model, spirals(settings), settings)", [_stream(log)]),
        _code(
            "curve",
            5,
            "import matplotlib.pyplot as plt\n\nplt.plot(losses)\nplt.xlabel('epoch')\nplt.ylabel('loss');",
            [{"output_type": "display_data", "data": picture, "metadata": {}}],
        ),
        _code("result", 6, "accuracy(model, spirals(settings, held_out=True))", [_result(6, f"{e.accuracy:.3f}")]),
        _markdown("notes", f"Held-out accuracy **{e.accuracy:.1%}** after {e.seconds:.1f} s on one GPU."),
    ]
    return _notebook(cells)


def analysis_notebook(experiment: Experiment) -> str:
    """Writes ``analysis.ipynb``, the half of the jupytext pair that keeps outputs."""
    e = experiment
    table = "".join(f"{width:>6} {e.accuracy - 0.4 / width:.3f}\n" for width in (8, 16, e.hidden))
    sources = _analysis_sources(e)
    cells = [
        _markdown("title", sources[0]),
        _code("load", 1, sources[1]),
        _code("table", 2, sources[2], [_stream(table)]),
    ]
    return _notebook(cells, {"jupytext": {"formats": "ipynb,py:percent"}})


def analysis_script(experiment: Experiment) -> str:
    """Writes ``analysis.py``, the same cells in jupytext's percent format."""
    title, *codes = _analysis_sources(experiment)
    commented = "\n".join(f"# {line}".rstrip() for line in title.splitlines())
    head = (
        "# ---\n# jupyter:\n#   jupytext:\n#     formats: ipynb,py:percent\n#     text_representation:\n"
        "#       extension: .py\n#       format_name: percent\n#   kernelspec:\n#     display_name: Python 3\n"
        "#     language: python\n#     name: python3\n# ---\n"
    )
    return f"{head}\n# %% [markdown]\n{commented}\n" + "".join(f"\n# %%\n{code}\n" for code in codes)


def _analysis_sources(experiment: Experiment) -> list[str]:
    """Gives the sources of the pair's cells: one of Markdown, then the code."""
    table = (
        f"for hidden in [8, 16, {experiment.hidden}]:\n"
        "    scores = [run(Settings(hidden=hidden, seed=seed)) for seed in range(3)]\n"
        '    print(f"{hidden:6} {median(scores):.3f}")'
    )
    return [
        "# How wide must the network be?\n\nEach width is trained three times; the median counts.",
        "from statistics import median\n\nfrom train import Settings, run",
        table,
    ]


def _notebook(cells: list[Cell], metadata: dict[str, Any] | None = None) -> str:
    """Wraps cells as Jupyter writes them: one space of indentation, keys sorted, a line end at the end."""
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    language = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python", "version": "3.11.2"}
    body = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": language, **(metadata or {})},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(body, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _markdown(name: str, text: str) -> Cell:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": _lines(text)}


def _code(name: str, count: int, text: str, outputs: list[Cell] | None = None) -> Cell:
    return {
        "cell_type": "code",
        "execution_count": count,
        "id": name,
        "metadata": {},
        "outputs": outputs or [],
        "source": _lines(text),
    }


def _stream(text: str) -> Cell:
    return {"output_type": "stream", "name": "stdout", "text": _lines(text)}


def _result(count: int, text: str) -> Cell:
    return {"output_type": "execute_result", "execution_count": count, "data": {"text/plain": [text]}, "metadata": {}}
