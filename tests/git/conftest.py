"""Opens repositories for a test and closes them after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from jupyter_mlgit.git.repository import Repository, find_layout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class OpenRepository(Protocol):
    """Opens the repository at a path."""

    def __call__(self, path: Path, cache_dir: Path | None = None) -> Repository:
        """Opens it; the test's end closes it."""


@pytest.fixture
def open_repository() -> Iterator[OpenRepository]:
    """Gives what opens a repository, as often as the test wants."""
    opened: list[Repository] = []

    def open_it(path: Path, cache_dir: Path | None = None) -> Repository:
        opened.append(Repository(find_layout(path), cache_dir=cache_dir))
        return opened[-1]

    yield open_it
    for repo in opened:
        repo.close()
