"""Writes the files of the sample project: a PyTorch script, two notebooks, a config and a README."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.sample.notebooks import analysis_notebook, analysis_script, training_notebook

if TYPE_CHECKING:
    from jupyter_mlgit.sample.experiment import Experiment

IGNORED = "__pycache__/\n.ipynb_checkpoints/\n*.pt\nruns/\n"

SCRIPT_HEAD = '''"""Trains a small network to tell two interleaved spirals apart. Needs torch and pyyaml."""

import argparse
import math
from dataclasses import dataclass, fields
from pathlib import Path

import torch
import yaml
from torch import nn


@dataclass
class Settings:
    optimizer: str = "SGD"
    learning_rate: float = 0.1
    epochs: int = 20
    hidden: int = 32
    dropout: float = 0.0
    noise: float = 0.0
    seed: int = 0


def spirals(settings, held_out=False, points=500):
    """Gives the points of both spirals, shape (2 * points, 2), and their labels 0 and 1."""
    generator = torch.Generator().manual_seed(settings.seed + (1000 if held_out else 0))
    turn = torch.rand(points, generator=generator).sqrt() * 3 * math.pi
    arm = torch.stack([turn * turn.cos(), turn * turn.sin()], dim=1) / (3 * math.pi)
    inputs = torch.cat([arm, -arm])
    inputs = inputs + settings.noise * torch.randn(inputs.shape, generator=generator)
    inputs = (inputs - inputs.mean(dim=0)) / inputs.std(dim=0)
    return inputs, torch.arange(2).repeat_interleave(points)


def build_model(settings):
    torch.manual_seed(settings.seed)
    return nn.Sequential(
        nn.Linear(2, settings.hidden),
        nn.ReLU(),
        nn.Dropout(settings.dropout),
        nn.Linear(settings.hidden, settings.hidden),
        nn.ReLU(),
        nn.Linear(settings.hidden, 2),
    )

'''

SCRIPT_TAIL = '''
def accuracy(model, data):
    inputs, labels = data
    model.eval()
    with torch.no_grad():
        return (model(inputs).argmax(dim=1) == labels).float().mean().item()


def run(settings):
    """Trains once and gives the accuracy on points that the network has not seen."""
    model = build_model(settings)
    fit(model, spirals(settings), settings)
    return accuracy(model, spirals(settings, held_out=True))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", default="config.yaml", type=Path)
    known = {field.name for field in fields(Settings)}
    chosen = yaml.safe_load(parser.parse_args().config.read_text())
    print(f"accuracy {run(Settings(**{k: v for k, v in chosen.items() if k in known})):.3f}")
'''


def project_files(experiment: Experiment) -> dict[str, str]:
    """Gives every file of the project at one state of the work, by its path."""
    return {
        ".gitignore": IGNORED,
        "README.md": readme(experiment),
        "config.yaml": config(experiment),
        "train.py": SCRIPT_HEAD + _fit(experiment) + SCRIPT_TAIL,
        "train.ipynb": training_notebook(experiment),
        "analysis.ipynb": analysis_notebook(experiment),
        "analysis.py": analysis_script(experiment),
    }


def config(experiment: Experiment) -> str:
    """Writes ``config.yaml``."""
    e = experiment
    optional = {
        "schedule": e.schedule,
        "warmup": e.warmup or None,
        "early_stopping": e.early_stopping,
        "metrics_file": e.metrics_file,
    }
    lines = [
        f"optimizer: {e.optimizer}",
        f"learning_rate: {e.learning_rate}",
        f"epochs: {e.epochs}",
        f"hidden: {e.hidden}",
        f"dropout: {e.dropout}",
        f"noise: {e.noise}",
        f"seed: {e.seed}",
        *(f"{name}: {value}" for name, value in optional.items() if value is not None),
    ]
    return "\n".join(lines) + "\n"


def readme(experiment: Experiment) -> str:
    """Writes the project's README with the latest figure."""
    return (
        "# Two spirals\n\n"
        "A sample project: `python train.py` trains a small network with PyTorch, `train.ipynb` shows the\n"
        "run, `analysis.ipynb` and `analysis.py` are one notebook in two forms (a jupytext pair).\n\n"
        f"Held-out accuracy of the last run: {experiment.accuracy:.1%}.\n"
    )


def _fit(experiment: Experiment) -> str:
    """Writes the training loop, the part of the script that the experiments change."""
    e = experiment
    before, after = [], []
    if e.matmul_precision:
        before.append(f'    torch.set_float32_matmul_precision("{e.matmul_precision}")')
    if e.compiled:
        before.append('    model = torch.compile(model, mode="max-autotune")')
    if e.schedule == "cosine":
        before.append("    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, settings.epochs)")
        after.append("        schedule.step()")
    if e.warmup:
        after.append(
            f"        optimizer.param_groups[0]['lr'] = settings.learning_rate * min(1, (epoch + 1) / {e.warmup})"
        )
    if e.early_stopping:
        after.append(
            f"        if epoch > {e.early_stopping} and losses[-1] > losses[-{e.early_stopping}]:\n            break"
        )
    if e.metrics_file:
        after.append(f'        Path("{e.metrics_file}").open("a").write(f"{{epoch}},{{losses[-1]:.6f}}\\n")')
    lines = [
        "",
        "def fit(model, data, settings):",
        '    """Trains in batches of 16 and gives the last loss of each epoch."""',
        "    optimizer = getattr(torch.optim, settings.optimizer)(model.parameters(), lr=settings.learning_rate)",
        *before,
        "    inputs, labels = data",
        "    losses = []",
        "    for epoch in range(settings.epochs):",
        "        model.train()",
        "        for batch in torch.randperm(len(labels)).split(16):",
        "            optimizer.zero_grad()",
        "            loss = nn.functional.cross_entropy(model(inputs[batch]), labels[batch])",
        "            loss.backward()",
        "            optimizer.step()",
        "        losses.append(loss.item())",
        *after,
        "    return losses",
        "",
    ]
    return "\n".join(lines) + "\n"
