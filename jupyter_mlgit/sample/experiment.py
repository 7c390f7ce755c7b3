"""Holds the settings that one state of the sample project was run with, and the figures that came out."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """What the files of the project say at one commit.

    ``accuracy`` is what ``train.py`` printed with these settings and torch 2.13 on a processor; ``pace`` and
    ``seconds`` are told, not measured. Making the sample needs no torch.
    """

    optimizer: str = "SGD"
    learning_rate: float = 0.1
    epochs: int = 20
    hidden: int = 32
    dropout: float = 0.0
    noise: float = 0.0
    compiled: bool = False
    matmul_precision: str | None = None
    schedule: str | None = None
    warmup: int = 0
    early_stopping: int | None = None
    metrics_file: str | None = None
    seed: int = 0
    accuracy: float = 0.943
    pace: float = 0.16
    seconds: float = 41.3

    def losses(self) -> list[float]:
        """Gives the loss after each epoch: falling at ``pace`` towards a floor, with a small ripple."""
        floor = max(0.02, 1.2 * (1 - self.accuracy))
        steps = range(self.epochs)
        return [floor + 0.69 * math.exp(-self.pace * t) + 0.012 * math.sin(2.4 * t + self.seed) for t in steps]
