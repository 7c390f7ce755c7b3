"""Holds the rules of the house that no linter knows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 500
VAGUE = {"common", "helper", "helpers", "manager", "misc", "util", "utils"}
GENERATED = {ROOT / "src/api/schema.ts"}


def written(*patterns: str) -> list[Path]:
    """Lists the project's own files, without what was generated or installed."""
    found = (path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file())
    built = (ROOT / "jupyter_mlgit/labextension", ROOT / "src/node_modules", ROOT / "ui-tests/node_modules")
    return sorted(path for path in found if path not in GENERATED and not any(path.is_relative_to(b) for b in built))


PYTHON = written("jupyter_mlgit/**/*.py", "tests/**/*.py", "benchmarks/**/*.py", "maintenance/**/*.py")
SCRIPT = written("src/**/*.ts", "src/**/*.tsx", "ui-tests/**/*.ts", "style/**/*.css")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PYTHON + SCRIPT, ids=name_of)
def test_file_is_short_enough_to_be_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LIMIT


@pytest.mark.parametrize("path", PYTHON + SCRIPT, ids=name_of)
def test_name_says_what_is_inside(path: Path) -> None:
    words = set(re.findall(r"[a-z]+", re.sub(r"([A-Z])", r"-\1", path.stem).lower()))
    assert not words & VAGUE


@pytest.mark.parametrize("path", written("src/**/*.ts", "src/**/*.tsx"), ids=name_of)
def test_markup_is_never_made_of_text(path: Path) -> None:
    unsafe = ("innerHTML", "outerHTML", "insertAdjacentHTML", "dangerouslySetInnerHTML", "document.write")
    text = path.read_text(encoding="utf-8")
    assert not [word for word in unsafe if word in text]


@pytest.mark.parametrize("path", written("jupyter_mlgit/**/*.py"), ids=name_of)
def test_porcelain_of_dulwich_is_not_imported(path: Path) -> None:
    assert not re.search(r"^\s*(from|import)\s.*\bporcelain\b", path.read_text(encoding="utf-8"), re.MULTILINE)


def test_lock_file_names_no_host() -> None:
    lock = (ROOT / "yarn.lock").read_text(encoding="utf-8")
    assert not re.search(r"__archiveUrl|https?://", lock)
    assert "registry" not in (ROOT / ".yarnrc.yml").read_text(encoding="utf-8").lower()


def test_tests_stand_where_their_modules_stand() -> None:
    found = written("tests/*/**/test_*.py")
    folders = {path.parent.relative_to(ROOT / "tests") for path in found}
    assert folders
    modules = (ROOT / "jupyter_mlgit", ROOT)
    assert not [str(folder) for folder in folders if not any((place / folder).is_dir() for place in modules)]
