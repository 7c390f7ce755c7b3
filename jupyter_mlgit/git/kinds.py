"""Says what kind of file it is, by its name and, where that says nothing, by its first bytes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from jupyter_mlgit.git import platforms

if TYPE_CHECKING:
    from pathlib import Path

Kind = Literal["notebook", "text", "image", "binary", "submodule", "folder"]

_IMAGES = frozenset((b"png", b"jpg", b"jpeg", b"gif", b"svg", b"webp", b"bmp", b"tif", b"tiff", b"ico", b"avif"))
_BINARIES = frozenset(
    b"""
    pt pth ckpt safetensors onnx pkl pickle joblib npy npz h5 hdf5 parquet feather arrow db sqlite zip gz bz2
    xz zst tar tgz 7z whl jar so o a dll dylib exe pyc class wasm bin pdf docx xlsx pptx mp3 mp4 wav ogg flac
    avi mov mkv webm ttf woff woff2 tfrecord pb gguf mat
    """.split()
)
_TEXTS = frozenset(
    b"""
    py pyi md txt json jsonl yaml yml toml cfg ini csv tsv xml html css js jsx ts tsx c h cc cpp hpp cu cuh
    java go rs rb sh r rmd jl sql tex rst ipy lock log env qmd
    """.split()
)
_FIRST = 8000
"""Bytes in which git looks for a NUL."""


def kind_of(top: Path, path: bytes) -> Kind:
    """Gives a file's kind; one that is gone and has no telling name counts as text."""
    return kind_by_name(path) or ("binary" if _holds_nul(os.fsencode(top) + b"/" + path) else "text")


def is_binary(content: bytes) -> bool:
    """Tells by a file's beginning that it is no text, as git does."""
    return content.find(b"\0", 0, _FIRST) >= 0


def kind_by_name(path: bytes) -> Kind | None:
    """Gives the kind that a file's ending tells, if it tells any."""
    _, dot, ending = path.rpartition(b"/")[2].lower().rpartition(b".")
    ending = ending if dot else b""
    if ending == b"ipynb":
        return "notebook"
    if ending in _IMAGES:
        return "image"
    if ending in _BINARIES:
        return "binary"
    return "text" if ending in _TEXTS else None


def _holds_nul(place: bytes) -> bool:
    try:
        descriptor = os.open(place, os.O_RDONLY | platforms.NO_FOLLOW | platforms.NO_WAIT)
    except OSError:
        return False
    try:
        return b"\0" in os.read(descriptor, _FIRST)
    except OSError:
        return False
    finally:
        os.close(descriptor)
