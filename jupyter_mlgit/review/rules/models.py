"""Layers, estimators and pretrained models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.review.facts import Family

if TYPE_CHECKING:
    from jupyter_mlgit.review.names import Callee

_LAYERS = ("torch.nn.", "keras.layers.", "flax.linen.", "flax.nnx.", "equinox.nn.", "haiku.")
_ESTIMATORS = ("sklearn.", "xgboost.", "lightgbm.", "catboost.", "imblearn.")
_PRETRAINED = ("torchvision.models.", "keras.applications.", "timm.create_model", "segmentation_models_pytorch.")
_CONTAINERS = frozenset(
    "Module ModuleList ModuleDict Sequential Parameter Input InputLayer Layer Pipeline FeatureUnion".split()
)
_NO_ESTIMATORS = (
    "sklearn.metrics",
    "sklearn.pipeline",
    "sklearn.compose",
    "sklearn.utils",
    "sklearn.inspection",
    "sklearn.datasets",
)
_PARAMETERS = {
    "Dropout": ("p",),
    "Linear": ("in_features", "out_features", "bias"),
    "Conv2d": ("in_channels", "out_channels", "kernel_size", "stride", "padding"),
    "Dense": ("units", "activation"),
    "Conv2D": ("filters", "kernel_size", "strides", "padding"),
}
_ADAPTERS = frozenset(("LoraConfig", "PrefixTuningConfig", "PromptTuningConfig", "IA3Config", "AdaLoraConfig"))
_CALLBACKS = {"EarlyStopping": "early stopping"}


def models(callee: Callee) -> Family | None:
    """Recognises what a model is made of."""
    name, full = callee.last, callee.full
    if name in _CALLBACKS:
        return Family("hyperparameter", _CALLBACKS[name])
    if name == "from_pretrained" or any(part in full for part in _PRETRAINED):
        return Family("model", "pretrained model", parameters=("name",))
    if name in _ADAPTERS:
        return Family("model", "adapter")
    if not full:
        return None
    if any(part in full for part in _LAYERS) and name not in _CONTAINERS and ".utils." not in full:
        if name[:1].isupper() or ".functional." in full or "flax" in full:
            keras = "keras" in full
            defaults = () if not keras else (("activation", "None"),)
            rate = ("rate",) if keras and "Dropout" in name else None
            return Family(
                "model", "layer", counted=True, parameters=rate or _PARAMETERS.get(name, ()), defaults=defaults
            )
        return None
    if full.startswith(_ESTIMATORS) and name[:1].isupper() and not full.startswith(_NO_ESTIMATORS):
        return None if name in {"Dataset", "DMatrix", "Pool", *_CONTAINERS} else Family("model", "model")
    return None
