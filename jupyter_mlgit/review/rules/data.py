"""Transforms, normalisation, loading, shuffling and splitting of data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.review.facts import Family

if TYPE_CHECKING:
    from jupyter_mlgit.review.names import Callee

_MODULES = (
    "torchvision.transforms", "albumentations", "kornia.augmentation", "torchaudio.transforms", "monai.transforms",
    "audiomentations", "imgaug", "tensorflow.image", "sklearn.preprocessing", "sklearn.impute",
    "sklearn.feature_selection", "sklearn.decomposition", "category_encoders", "torch_geometric.transforms",
)  # fmt: skip
_NORMAL = frozenset(
    """
    Normalize normalize Normalization Rescaling StandardScaler MinMaxScaler RobustScaler MaxAbsScaler Normalizer
    QuantileTransformer PowerTransformer per_image_standardization preprocess_input zscore LayerNormalization
    BatchNormalization GroupNormalization UnitNormalization BatchNorm LayerNorm GroupNorm RMSNorm InstanceNorm
    SyncBatchNorm
    LocalResponseNorm weight_norm spectral_norm layer_norm batch_norm AdaptIN SpectralNormalization
    """.split()
)
_TRANSFORMS = frozenset(
    """
    Compose RandomCrop RandomHorizontalFlip RandomVerticalFlip RandomResizedCrop RandomRotation ColorJitter CenterCrop
    Resize ToTensor ToTensorV2 RandomErasing RandomAffine Grayscale GaussianBlur RandAugment AutoAugment
    TrivialAugmentWide
    HorizontalFlip VerticalFlip RandomBrightnessContrast ShiftScaleRotate RandomFlip RandomZoom RandomTranslation
    RandomContrast RandomBrightness Resizing ImageDataGenerator SimpleImputer KNNImputer OneHotEncoder OrdinalEncoder
    LabelEncoder PolynomialFeatures PCA TfidfVectorizer CountVectorizer SelectKBest TruncatedSVD IterativeImputer
    Mixup CutMix pad_sequences StringLookup TextVectorization SpecAugment TargetEncoder
    """.split()
)
_PREPARING_METHODS = frozenset("drop_duplicates dropna fillna clip interpolate ffill bfill rank winsorize".split())
_PREPARING = frozenset(
    "numpy.log1p numpy.clip numpy.log10 numpy.expm1 pandas.get_dummies pandas.cut pandas.qcut".split()
)
_SPLITS = {
    "train_test_split": (),
    "random_split": ("dataset", "lengths", "generator"),
    "KFold": ("n_splits",),
    "StratifiedKFold": ("n_splits",),
    "GroupKFold": ("n_splits",),
    "StratifiedGroupKFold": ("n_splits",),
    "RepeatedKFold": (),
    "RepeatedStratifiedKFold": (),
    "ShuffleSplit": ("n_splits",),
    "StratifiedShuffleSplit": ("n_splits",),
    "GroupShuffleSplit": ("n_splits",),
    "TimeSeriesSplit": ("n_splits",),
    "LeaveOneOut": (),
    "LeaveOneGroupOut": (),
    "PredefinedSplit": (),
    "split_dataset": ("dataset", "left_size", "right_size"),
    "load_dataset": ("path", "name"),
    "image_dataset_from_directory": ("directory",),
    "text_dataset_from_directory": ("directory",),
    "flow_from_directory": ("directory",),
    "Subset": ("dataset", "indices"),
    "SubsetRandomSampler": ("indices",),
}
_SPLIT_DEFAULTS = (("shuffle", "True"), ("stratify", "None"), ("random_state", "None"))
_LOADER = ("dataset", "batch_size", "shuffle", "sampler")
_LOADER_DEFAULTS = (
    ("batch_size", "1"), ("shuffle", "False"), ("drop_last", "False"), ("sampler", "None"), ("batch_sampler", "None"),
)  # fmt: skip


def data(callee: Callee) -> Family | None:
    """Recognises what prepares, loads, shuffles or splits data."""
    name, full = callee.last, callee.full
    if name.endswith("DataLoader") and name[:1].isupper():
        return Family("data-split", "loader", parameters=_LOADER, defaults=_LOADER_DEFAULTS)
    if name in _SPLITS or (name.endswith("train_test_split") and callee.is_method):
        shuffles = (("shuffle", "False"), ("random_state", "None")) if "KFold" in name else _SPLIT_DEFAULTS
        return Family("data-split", "data split", parameters=_SPLITS.get(name, ()), defaults=shuffles)
    if "torchvision.datasets." in full:
        return Family(
            "data-split", "data set", parameters=("root", "train"), defaults=(("train", "True"), ("download", "False"))
        )
    if _is_normal(name, full):
        return Family("normalisation", "normalisation", counted=True)
    if (
        name in _TRANSFORMS
        or any(module in full for module in _MODULES)
        or (full and ".preprocessing." in full and name[:1].isupper())
    ):
        return Family("transform", "transform", counted=True, parameters=_parameters(name))
    if full in _PREPARING:
        return Family("transform", "preparation of the data", counted=True)
    return _method(callee) if callee.is_method else _shuffled(callee)


def prepares(callee: Callee) -> bool:
    """Whether a method prepares a table; it does so only where its result is kept."""
    return callee.is_method and callee.last in _PREPARING_METHODS


def is_composition(callee: Callee) -> bool:
    """Whether it takes transforms in their order."""
    return callee.last in {"Compose", "ReplayCompose", "AugmentationSequential"} or (
        callee.last == "Sequential" and "transforms" in callee.full
    )


def _parameters(name: str) -> tuple[str, ...]:
    return {"RandomCrop": ("size", "padding"), "Resize": ("size", "interpolation")}.get(name, ())


def _is_normal(name: str, full: str) -> bool:
    bare = name.rstrip("123d") if name.endswith("d") else name
    if name == "normalize" and not full:
        return False
    return name in _NORMAL or bare in _NORMAL or (name.startswith("Normalize") and bool(full))


def _method(callee: Callee) -> Family | None:
    name = callee.last
    if name in _PREPARING_METHODS:
        return Family("transform", "preparation of the data", counted=True)
    if name == "shuffle":
        return Family("shuffle", "shuffling", counted=True, parameters=("buffer_size",))
    if name in {"map", "with_transform", "set_transform"}:
        return Family("transform", "mapped function", counted=True)
    if name in {"batch", "padded_batch"}:
        return Family("batch-size", "batches", parameters=("batch_size",), defaults=(("drop_remainder", "False"),))
    if name in {"take", "skip"}:
        return Family("data-split", "part of the data", counted=True)
    if name == "sample":
        return Family("data-split", "sample of the data", counted=True)
    return None


def _shuffled(callee: Callee) -> Family | None:
    if callee.full in {
        "random.shuffle",
        "numpy.random.shuffle",
        "numpy.random.permutation",
        "sklearn.utils.shuffle",
        "torch.randperm",
    }:
        return Family("shuffle", "shuffling", counted=True)
    return None
