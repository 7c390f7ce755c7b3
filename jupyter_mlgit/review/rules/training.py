"""Optimizers, schedulers and losses, and the steps of a training loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.review.facts import Family

if TYPE_CHECKING:
    from jupyter_mlgit.review.names import Callee

_ADAM = (("lr", "0.001"), ("betas", "[0.9, 0.999]"), ("eps", "1e-08"), ("amsgrad", "False"))
_TORCH_DEFAULTS: dict[str, tuple[tuple[str, str], ...]] = {
    "Adam": (*_ADAM, ("weight_decay", "0")),
    "AdamW": (*_ADAM, ("weight_decay", "0.01")),
    "SGD": (("momentum", "0"), ("dampening", "0"), ("weight_decay", "0"), ("nesterov", "False")),
    "RMSprop": (("lr", "0.01"), ("alpha", "0.99"), ("momentum", "0"), ("weight_decay", "0"), ("centered", "False")),
}
_OPTIMIZERS = frozenset(
    """
    Adam AdamW SGD RMSprop RMSProp Adagrad Adadelta Adamax Nadam NAdam RAdam Lion LAMB Lamb Adafactor LBFGS Ftrl Rprop
    ASGD SparseAdam Ranger FusedAdam DeepSpeedCPUAdam Adam8bit AdamW8bit PagedAdamW PagedAdamW8bit PagedAdamW32bit SGDW
    AdaBelief AdaBound Novograd Shampoo Muon Prodigy DAdaptAdam ScheduleFreeAdamW SAM Yogi QHAdam Lookahead
    """.split()
)
_OPTAX = frozenset(
    """
    adam adamw sgd lamb lion rmsprop adagrad adafactor adabelief yogi radam novograd adamax nadam noisy_sgd fromage
    chain clip clip_by_global_norm add_decayed_weights apply_every MultiSteps multi_transform lookahead
    """.split()
)
_SCHEDULES = frozenset(
    """
    CosineAnnealingWarmRestarts ReduceLROnPlateau ExponentialDecay CosineDecay CosineDecayRestarts
    PiecewiseConstantDecay
    PolynomialDecay InverseTimeDecay LearningRateScheduler CosineLRScheduler StepLRScheduler SequentialLR get_scheduler
    create_scheduler create_scheduler_v2 cosine_decay_schedule exponential_decay constant_schedule linear_schedule
    join_schedules piecewise_constant_schedule polynomial_schedule warmup_cosine_decay_schedule
    warmup_exponential_decay_schedule cosine_onecycle_schedule sgdr_schedule LinearWarmupCosineAnnealingLR
    """.split()
)
_SCHEDULE_PARAMETERS = {
    "StepLR": ("optimizer", "step_size", "gamma", "last_epoch"),
    "MultiStepLR": ("optimizer", "milestones", "gamma", "last_epoch"),
    "ExponentialLR": ("optimizer", "gamma", "last_epoch"),
    "CosineAnnealingLR": ("optimizer", "t_max", "eta_min", "last_epoch"),
    "LambdaLR": ("optimizer", "lr_lambda", "last_epoch"),
    "OneCycleLR": ("optimizer", "max_lr", "total_steps"),
    "ReduceLROnPlateau": ("optimizer", "mode", "factor", "patience"),
    "ExponentialDecay": ("learning_rate", "decay_steps", "decay_rate"),
    "CosineDecay": ("learning_rate", "decay_steps", "alpha"),
    "cosine_decay_schedule": ("learning_rate", "decay_steps", "alpha"),
}
_LOSSES = frozenset(
    """
    cross_entropy binary_cross_entropy binary_cross_entropy_with_logits nll_loss mse_loss l1_loss smooth_l1_loss
    huber_loss
    kl_div ctc_loss triplet_margin_loss cosine_embedding_loss margin_ranking_loss poisson_nll_loss gaussian_nll_loss
    hinge_embedding_loss multilabel_margin_loss soft_margin_loss softmax_cross_entropy
    softmax_cross_entropy_with_integer_labels sigmoid_binary_cross_entropy l2_loss squared_error
    sparse_categorical_crossentropy categorical_crossentropy binary_crossentropy mean_squared_error mean_absolute_error
    softmax_cross_entropy_with_logits sparse_softmax_cross_entropy_with_logits sigmoid_cross_entropy_with_logits
    BinaryCrossentropy CategoricalCrossentropy SparseCategoricalCrossentropy MeanSquaredError MeanAbsoluteError Huber
    KLDivergence LogCosh Poisson CosineSimilarity Hinge BinaryFocalCrossentropy CategoricalFocalCrossentropy
    """.split()
)
_STEPS = {
    "zero_grad": "optimizer",
    "backward": "optimizer",
    "unscale_": "precision",
    "apply_gradients": "optimizer",
}


def training(callee: Callee) -> Family | None:
    """Recognises an optimizer, a scheduler, a loss, or a step of the loop."""
    name, full = callee.last, callee.full
    if name in _OPTIMIZERS or (full.startswith("optax.") and name in _OPTAX):
        return _optimizer(name, full)
    if name in _SCHEDULES or (name.endswith("LR") and len(name) > 2 and not name.isupper()) or _is_schedule(name, full):  # noqa: PLR2004 -- more than "LR"
        return Family("scheduler", "scheduler", parameters=_SCHEDULE_PARAMETERS.get(name, ("optimizer",)))
    if _is_loss(callee):
        parameters = ("weight",) if full.startswith("torch.nn.") and name.endswith("Loss") else ()
        return Family(
            "loss", "loss", parameters=parameters, defaults=(("reduction", "'mean'"), ("label_smoothing", "0"))
        )
    if name.startswith("clip_grad") and (callee.is_method or callee.full):
        return Family("optimizer", "gradient clipping", counted=True, parameters=("parameters", "max_norm"))
    if name in _STEPS and callee.is_method:
        return Family(_STEPS[name], "gradient step", counted=True)
    if name == "step" and callee.is_method:
        return _step(callee.chain[-2])
    return None


def _step(on: str) -> Family | None:
    low = on.lower()
    if any(part in low for part in ("sched", "plateau", "warmup", "cosine", "lr_")):
        return Family("scheduler", "scheduler step", counted=True)
    return (
        Family("optimizer", "optimizer step", counted=True)
        if low.startswith("opt") or low.endswith("optimizer")
        else None
    )


def _optimizer(name: str, full: str) -> Family:
    if full.startswith("optax."):
        return Family("optimizer", "optimizer", parameters=("learning_rate",))
    if "keras" in full:
        return Family(
            "optimizer",
            "optimizer",
            parameters=("learning_rate",),
            defaults=(("learning_rate", "0.001"),) * (name != "SGD"),
        )
    return Family("optimizer", "optimizer", parameters=("params", "lr"), defaults=_TORCH_DEFAULTS.get(name, ()))


def _is_schedule(name: str, full: str) -> bool:
    return ".schedules." in full or (name.startswith("get_") and ("schedule" in name)) or name.endswith("LRScheduler")


def _is_loss(callee: Callee) -> bool:
    name, full = callee.last, callee.full
    if ".metrics." in full or full.startswith(("torchmetrics", "sklearn.metrics")):
        return False
    if name.endswith("Loss") and name[:1].isupper():
        return True
    if not full:
        return False
    return name in _LOSSES or (name.endswith("_loss") and not full.startswith("sklearn"))
