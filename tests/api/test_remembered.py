"""The list of repositories that a person has opened."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.api import remembered
from jupyter_mlgit.api.remembered import list_path, read_remembered, remember
from jupyter_mlgit.git.repository import open_repository
from tests.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86_400.0


def test_nothing_is_remembered_at_first() -> None:
    assert read_remembered() == []


def test_a_repository_is_remembered_once_a_day(scenario: Scenario) -> None:
    repo = open_repository(scenario.path)
    assert remember(repo, now=10 * DAY)
    assert not remember(repo, now=10.5 * DAY)
    assert read_remembered() == [scenario.path]
    assert remember(repo, now=12 * DAY)
    assert read_remembered() == [scenario.path]


def test_those_not_opened_for_longest_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 2)
    repos = [open_repository(Scenario(tmp_path, name).path) for name in "abc"]
    for day, repo in enumerate([*repos[:2], repos[0], repos[2]]):
        remember(repo, now=day * 2 * DAY)
    assert read_remembered() == [tmp_path / "a", tmp_path / "c"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"repositories": 1}', b"\xff\xfe", b'{"repositories": [{}]}'])
def test_a_list_that_cannot_be_read_is_an_empty_one_and_is_written_anew(scenario: Scenario, content: bytes) -> None:
    list_path().parent.mkdir(parents=True)
    list_path().write_bytes(content)
    assert read_remembered() == []
    assert remember(open_repository(scenario.path))
    assert read_remembered() == [scenario.path]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions of this kind are POSIX's")
def test_a_folder_that_cannot_be_made_fails_nobody(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    occupied = scenario.root / "occupied"
    occupied.write_text("a file, no folder")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(occupied))
    assert not remember(open_repository(scenario.path))


def test_several_at_once_lose_nobody(tmp_path: Path) -> None:
    repos = [open_repository(Scenario(tmp_path, f"r{n}").path) for n in range(8)]
    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(remember, repos))
    assert set(read_remembered()) == {repo.top for repo in repos}
