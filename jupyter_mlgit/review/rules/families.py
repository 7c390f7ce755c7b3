"""Puts a call into its family, asking the modules beside this one in turn."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from jupyter_mlgit.review.rules.data import data
from jupyter_mlgit.review.rules.models import models
from jupyter_mlgit.review.rules.running import running
from jupyter_mlgit.review.rules.training import training

if TYPE_CHECKING:
    from jupyter_mlgit.review.facts import Family
    from jupyter_mlgit.review.names import Callee

_SPEAKING_ROOTS = frozenset(
    """
    print log logger logging _logger LOG LOGGER warnings writer wandb mlflow plt sns ax axes fig pbar progress tqdm
    console
    neptune tb_writer summary_writer st rich display pprint comet swanlab clearml px go axs
    """.split()
)
_SPEAKING = frozenset(
    """
    log_dict log_metric log_metrics add_scalar add_scalars set_postfix set_description info debug warning write display
    """.split()
)


@lru_cache(maxsize=4096)
def family_of(callee: Callee) -> Family | None:
    """Gives the family of a call; None if no rule speaks of it."""
    for recognise in (running, training, data, models):
        found = recognise(callee)
        if found is not None:
            return found
    return None


@lru_cache(maxsize=4096)
def speaks(callee: Callee) -> bool:
    """Whether a call only says, draws or records something."""
    if callee.full:
        root = callee.full.partition(".")[0]
        return root in {
            "logging",
            "matplotlib",
            "seaborn",
            "plotly",
            "wandb",
            "mlflow",
            "warnings",
            "tqdm",
            "rich",
            "pprint",
            "loguru",
        } and callee.last not in {"tqdm", "trange"}
    if len(callee.chain) == 1:
        return callee.chain[0] in {
            "print",
            "display",
            "pprint",
            "input",
            "log",
            "log_dict",
            "log_metrics",
            "log_metric",
        }
    return callee.chain[0] in _SPEAKING_ROOTS or callee.last in _SPEAKING
