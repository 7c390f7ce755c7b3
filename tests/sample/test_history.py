"""Checks that the sample project is a project, and that what its story lost is really lost and really there."""

from __future__ import annotations

import json
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.problems import ReadOnly, WouldOverwrite
from jupyter_mlgit.sample.history import SampleResult, make_sample
from jupyter_mlgit.sample.terminal import GitMissing
from tests.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

Made = tuple[Scenario, SampleResult]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    root = tmp_path_factory.mktemp("sample")
    result = make_sample(root / "project", now=time.time())
    return Scenario(root, "project"), result


def test_repository_is_whole_and_ready_to_work_in(made: Made) -> None:
    sample, result = made
    sample.fsck()
    assert sample.current() == "main"
    assert result.branches == ["exp/adam", "exp/cosine-schedule", "main"]
    assert sample.git("rev-list", "--left-right", "--count", "main...origin/main") == "2\t1"
    assert sample.git("status", "--porcelain").splitlines() == [" M .gitignore", "?? docs/"]
    assert sample.git("stash", "list") == ""


def test_every_loss_is_reachable_from_no_branch_and_still_in_the_repository(made: Made) -> None:
    sample, result = made
    for lost in result.lost:
        assert sample.git("cat-file", "-t", lost.tip) == "commit", lost.how
        assert lost.name not in result.branches or lost.name == "exp/cosine-schedule"
        merged = lost.name == "feature/requirements"
        assert bool(sample.git("branch", "--contains", lost.tip)) == merged, lost.how


def test_branch_of_the_story_touches_the_notebook_and_keeps_its_upstream_setting(made: Made) -> None:
    sample, result = made
    (tip,) = [lost.tip for lost in result.lost if lost.name == "exp/torch-compile-opt"]
    assert sample.git("rev-list", "--count", tip, "--not", "--branches", "--remotes") == "4"
    assert "train.ipynb" in sample.git("diff", "--name-only", f"main...{tip}").splitlines()
    assert sample.git("config", "branch.exp/torch-compile-opt.merge") == "refs/heads/main"
    assert f"{tip} HEAD@{{1}}" in sample.git("reflog", "--no-abbrev", "-n", "2", "HEAD")


def test_traces_differ_as_the_ways_of_losing_do(made: Made) -> None:
    sample, result = made
    logged = sample.git("reflog", "--no-abbrev", "HEAD")
    tips = {lost.name: lost.tip for lost in result.lost}
    assert tips["exp/augment"] in logged
    assert "rebase (finish): returning to refs/heads/exp/dropout" in logged
    assert "renamed refs/heads/wip/metrics to refs/heads/exp/metrics-csv" in logged
    assert tips["feature/early-stopping"] == sample.tip("origin/feature/early-stopping")
    for name in ("exp/lr-sweep", "exp/warmup", "exp/two-gpus"):
        assert tips[name] not in logged
    assert sample.git("rev-list", "--parents", "-n", "1", tips[None]).count(" ") == 2


def test_calendar_spans_three_weeks_and_ends_before_now(made: Made) -> None:
    sample, result = made
    tips = [lost.tip for lost in result.lost]
    dates = sorted(int(date) for date in sample.git("log", "--format=%ct", "--all", *tips).split())
    assert 20 * 86400 < dates[-1] - dates[0] < 22 * 86400
    assert dates[-1] < time.time()


def test_scripts_compile_and_notebooks_are_valid(made: Made) -> None:
    import nbformat

    sample, result = made
    for name in ("train.py", "analysis.py"):
        for revision in ("main", *(lost.tip for lost in result.lost)):
            compile(sample.git("show", f"{revision}:{name}"), name, "exec")
    for name in ("train.ipynb", "analysis.ipynb"):
        nbformat.validate(json.loads(sample.git("show", f"main:{name}")), version=4, version_minor=5)


def test_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(WouldOverwrite, match="is not empty"):
        make_sample(tmp_path, now=time.time())
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_missing_git_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitMissing, match="git is not installed"):
        make_sample(tmp_path / "project", now=time.time())


def test_unwritable_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ReadOnly, match="can't be written"):
        make_sample(tmp_path / "file" / "project", now=time.time())


def test_settings_of_the_machine_have_no_say(tmp_path: Path, isolated: Path) -> None:
    (isolated / ".gitconfig").write_text(f"[core]\n\thooksPath = {tmp_path}\n[commit]\n\tgpgSign = true\n")
    (tmp_path / "pre-commit").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "pre-commit").chmod(0o755)
    make_sample(tmp_path / "project", now=time.time())
    done = subprocess.run(
        ["git", "log", "-1", "--format=%an"], cwd=tmp_path / "project", capture_output=True, check=True
    )
    assert done.stdout == b"Jonas Lindqvist\n"
