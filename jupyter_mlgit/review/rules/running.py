"""Seeds, precision, devices, modes of the model, gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.review.facts import Family

if TYPE_CHECKING:
    from jupyter_mlgit.review.names import Callee

_SEEDS = frozenset(
    """
    manual_seed manual_seed_all set_seed seed_everything PRNGKey default_rng RandomState use_deterministic_algorithms
    seed_all fix_seed set_random_seed enable_op_determinism set_deterministic seed_torch enable_full_determinism
    """.split()
)
_PRECISION = frozenset(
    """
    autocast GradScaler set_global_policy set_policy set_float32_matmul_precision set_default_dtype set_floatx
    set_default_tensor_type LossScaleOptimizer half bfloat16 double custom_fwd BitsAndBytesConfig
    """.split()
)
_NO_GRADIENT = frozenset("no_grad inference_mode set_grad_enabled enable_grad stop_gradient".split())
_DEVICES = frozenset("DataParallel DistributedDataParallel set_device set_visible_devices device_put".split())


def running(callee: Callee) -> Family | None:
    """Recognises what says how a model runs."""
    name = callee.last
    if name in _SEEDS or callee.full in {"random.seed", "numpy.random.seed", "jax.random.key"}:
        return Family("seed", "seed", parameters=("seed",))
    if name in _NO_GRADIENT:
        return Family("no-grad", "gradients", counted=True)
    if name in _PRECISION and (callee.is_method or not callee.full.startswith("numpy")):
        return Family(
            "precision", "precision", counted=callee.is_method, defaults=(("enabled", "True"), ("#0", "'cuda'"))
        )
    if callee.full in {"torch.device", "tensorflow.device"}:
        return Family("device", "device")
    if name in _DEVICES or (name == "cuda" and callee.is_method):
        return Family("device", "device", counted=True)
    if name in {"train", "eval"} and callee.is_method and "trainer" not in callee.chain[-2].lower():
        return Family(
            "train-eval", "mode of the model", counted=True, parameters=("mode",), defaults=(("mode", "True"),)
        )
    if name in {"detach", "requires_grad_"} and callee.is_method:
        return Family("no-grad", "gradients", counted=True, defaults=(("#0", "True"),))
    return None
