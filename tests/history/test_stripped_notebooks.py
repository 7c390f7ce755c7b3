"""Notebooks that nbstripout cleans: their outputs are on disk and in no commit, and no act takes them by the way."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.status import StatusCache
from jupyter_mlgit.history.discard import DiscardRequest, discard
from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.history.status import StatusRequest, read_status
from jupyter_mlgit.journal.known_filters import known_filters
from jupyter_mlgit.journal.undo import UndoRequest
from jupyter_mlgit.journal.undo import undo as take_back
from tests.git.twins import opened
from tests.history.pictures import working_files
from tests.history.test_conversions import verb

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scenario import Scenario


def notebook(source: str, *outputs: str) -> bytes:
    """Gives a notebook as Jupyter saves it, after a run where there are outputs."""
    texts = [{"name": "stdout", "output_type": "stream", "text": [one]} for one in outputs]
    cell: dict[str, object] = {
        "cell_type": "code", "execution_count": 7 if outputs else None, "id": "0", "metadata": {}, "outputs": texts,
        "source": [source],
    }  # fmt: skip
    whole = {"cells": [cell], "metadata": {"mine": 1}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, sort_keys=True).encode() + b"\n"


RUN = notebook("train()", "three days of output\n")


@pytest.fixture
def stripped(scenario: Scenario) -> Scenario:
    """Gives two commits, and the notebook of the second after a run; git has not been told of it."""
    scenario.commit(
        "base", {".gitattributes": "*.ipynb filter=nbstripout\n", "n.ipynb": notebook("load()"), "f": "1\n"}
    )
    scenario.commit("train", {"n.ipynb": notebook("train()"), "f": "2\n"})
    scenario.git("config", "filter.nbstripout.clean", f'"{sys.executable}" -m nbstripout')
    scenario.git("config", "filter.nbstripout.smudge", "cat")
    scenario.git("config", "filter.nbstripout.required", "true")
    return scenario.write({"n.ipynb": RUN})


def on_disk(s: Scenario) -> bytes:
    return (s.path / "n.ipynb").read_bytes()


def test_outputs_survive_a_reset_and_a_discard(stripped: Scenario) -> None:
    stripped.write({"f": "edited\n"})
    os.utime(stripped.path / "n.ipynb", (stripped.clock.now, stripped.clock.now))
    assert verb(stripped, discard, DiscardRequest(paths=["n.ipynb"])).files == []
    done = verb(stripped, reset, ResetRequest(rev="HEAD", hard=True))
    assert [one.path for one in done.files] == ["f"]
    assert on_disk(stripped) == RUN
    assert stripped.git("status", "--porcelain") == ""
    verb(stripped, take_back, UndoRequest())
    assert (on_disk(stripped), (stripped.path / "f").read_text()) == (RUN, "edited\n")


def test_another_source_is_backed_up_and_brought(stripped: Scenario) -> None:
    before = working_files(stripped.path)
    done = verb(stripped, reset, ResetRequest(rev="HEAD~1", hard=True))
    assert (on_disk(stripped), done.backup is not None) == (notebook("load()"), True)
    stripped.expire_all().gc("--quiet", "--prune=now")
    verb(stripped, take_back, UndoRequest())
    assert working_files(stripped.path) == before


def test_an_edited_source_is_discarded_with_its_outputs(stripped: Scenario) -> None:
    stripped.write({"n.ipynb": notebook("edited()", "output\n")})
    before = working_files(stripped.path)
    assert [one.path for one in verb(stripped, discard, DiscardRequest(paths=["."])).files] == ["n.ipynb"]
    assert on_disk(stripped) == notebook("train()")
    verb(stripped, take_back, UndoRequest())
    assert working_files(stripped.path) == before


def test_the_status_knows_the_clean_form(stripped: Scenario) -> None:
    """As git does: a file as large as before is compared by its clean form."""
    stripped.git("add", "n.ipynb")
    os.utime(stripped.path / "n.ipynb", (stripped.clock.now, stripped.clock.now))
    assert stripped.git("status", "--porcelain") == ""
    assert verb(stripped, read_status, StatusRequest()).changes == ()
    stripped.write({"n.ipynb": RUN.replace(b"train", b"TRAIN")})
    (change,) = verb(stripped, read_status, StatusRequest()).changes
    assert (change.path, change.worktree, change.unsure) == ("n.ipynb", "modified", False)


def test_settings_of_the_filter_that_change_count_at_once(stripped: Scenario) -> None:
    stripped.git("add", "n.ipynb")
    times = stripped.clock.now
    os.utime(stripped.path / "n.ipynb", (times, times))
    with opened(stripped.path) as repo:
        status = StatusCache(repo, run=known_filters(repo))
        assert status.full().changes == ()
        stripped.git("config", "filter.nbstripout.extrakeys", "metadata.mine")
        assert [one.path for one in status.full().changes] == [b"n.ipynb"]


def test_a_command_that_is_more_than_nbstripout_is_not_known(stripped: Scenario, tmp_path: Path) -> None:
    stripped.git("add", "n.ipynb")
    canary = tmp_path / "started"
    stripped.git("config", "filter.nbstripout.clean", f"nbstripout; touch {canary}")
    os.utime(stripped.path / "n.ipynb", (stripped.clock.now, stripped.clock.now))
    (change,) = verb(stripped, read_status, StatusRequest()).changes
    assert change.unsure
    (refused,) = verb(stripped, discard, DiscardRequest(paths=["n.ipynb"])).refused
    assert refused.path == "n.ipynb"
    assert on_disk(stripped) == RUN
    assert not canary.exists()
