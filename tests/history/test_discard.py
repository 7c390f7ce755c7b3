"""Brings working files back from the index, as ``git restore`` does, and takes that back."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING
from unittest.mock import ANY

import pytest

from jupyter_mlgit.history.discard import Discarded, DiscardRequest, discard
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.problems import BadRequest
from tests.git.test_file_change import begun, conflict, dirty, in_the_way
from tests.git.twins import opened
from tests.history.pictures import everything, working_files
from tests.history.test_reset import do_again, picture, take_back
from tests.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable


def act(s: Scenario, *paths: str, **asked: bool) -> Discarded:
    with opened(s.path) as repo:
        return discard(repo, DiscardRequest(paths=list(paths), **asked), Context(now=s.clock.now))


@pytest.mark.parametrize("paths", [["."], ["edited", "deleted"], ["both"], ["folder"], ["program", "link", "turned"]])
@pytest.mark.parametrize("state", [dirty, in_the_way])
def test_same_as_git(scenario: Scenario, state: Callable[[Scenario], None], paths: list[str]) -> None:
    state(begun(scenario))
    before, twin = picture(scenario), scenario.twin()
    foreseen = act(scenario, *paths, dry_run=True)
    assert picture(scenario) == before
    done = act(scenario, *paths)
    assert foreseen.files == done.files
    twin.git("restore", "--", *paths)
    assert picture(scenario) == picture(twin)
    if done.operation is not None:
        take_back(scenario)
        assert picture(scenario) == before
    scenario.fsck()


def test_what_has_nothing_to_go_back_to_is_named(scenario: Scenario) -> None:
    conflict(begun(scenario))
    scenario.write({"mine": "work\n"})
    files = working_files(scenario.path)
    done = act(scenario, "mine", "both", "no-such")
    assert sorted(one.path for one in done.refused) == ["both", "mine", "no-such"]
    assert "no such file" in next(one.reason for one in done.refused if one.path == "no-such")
    assert (done.files, done.operation) == ([], None)
    assert working_files(scenario.path) == files


def new(s: Scenario) -> None:
    """Has files that no commit has, of every kind, and edits beside them."""
    s.write({"staged": "1\n", "both": "1\n", "lost": "1\n", "meant": "1\n", "edited": "mine\n"})
    s.git("add", "staged", "both", "lost")
    s.git("add", "--intent-to-add", "meant")
    (s.path / "lost").unlink()
    s.write({"both": "2\n", "mine": "1\n", "deep/er/one": "1\n", "deep/two": "2\n", "run.log": "1\n", "empty": ""})
    (s.path / "mine").chmod(0o755)
    (s.path / "link").symlink_to("nowhere")


NEW = ["staged", "both", "lost", "meant", "mine", "empty", "link", "deep"]


def away(s: Scenario, *names: str) -> None:
    """Does with git what letting new files go means."""
    s.git("rm", "--force", "--quiet", "--cached", "--ignore-unmatch", "-r", "--", *names)
    s.git("clean", "--force", "--quiet", "-d", "--", *names)


@pytest.mark.parametrize("names", [[name] for name in NEW] + [NEW])
def test_what_no_commit_has_goes_and_comes_back(scenario: Scenario, names: list[str]) -> None:
    new(scenario.commit("first", {"edited": "1\n", ".gitignore": "*.log\n"}))
    before, twin = picture(scenario), scenario.twin()
    foreseen = act(scenario, *names, new=True, dry_run=True)
    assert picture(scenario) == before
    done = act(scenario, *names, new=True)
    assert (foreseen.files, foreseen.index, foreseen.stamps) == (done.files, done.index, done.stamps)
    assert done.refused == []
    away(twin, *names)
    assert picture(scenario) == picture(twin)
    take_back(scenario)
    assert picture(scenario) == before
    do_again(scenario)
    assert picture(scenario) == picture(twin)
    scenario.fsck()


def test_everything_goes_back_and_what_is_ignored_stays(scenario: Scenario) -> None:
    new(scenario.commit("first", {"edited": "1\n", ".gitignore": "*.log\n"}))
    before = picture(scenario)
    done = act(scenario, ".", new=True)
    assert scenario.git("status", "--porcelain") == ""
    assert sorted(working_files(scenario.path)) == [".gitignore", "edited", "run.log"]
    assert done.index == ["both", "lost", "meant", "staged"]
    take_back(scenario)
    assert picture(scenario) == before


def test_new_files_go_only_when_that_is_asked_for(scenario: Scenario) -> None:
    new(scenario.commit("first", {"edited": "1\n", ".gitignore": "*.log\n"}))
    act(scenario, "mine", "both", "deep")
    assert (scenario.path / "mine").exists()
    assert (scenario.path / "both").read_text() == "1\n"
    assert (scenario.path / "deep/er/one").exists()


def test_without_a_commit_all_files_are_new(scenario: Scenario) -> None:
    scenario.write({"staged": "1\n", "mine": "1\n"}).git("add", "staged")
    before = picture(scenario)
    act(scenario, "staged", "mine", new=True)
    assert working_files(scenario.path) == {}
    assert scenario.git("status", "--porcelain") == ""
    take_back(scenario)
    assert picture(scenario) == before


def test_what_can_not_be_brought_back_does_not_go(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_mlgit.history.discard.LARGEST_BACKUP", 10)
    scenario.commit("first", {"edited": "1\n", ".gitignore": "*.log\n"})
    scenario.write({"large": "x" * 11, "small": "x" * 10, "run.log": "1\n"})
    scenario.git("init", "--quiet", "inner")
    Scenario(scenario.path, "inner").commit("theirs")
    done = act(scenario, "large", "small", "inner", "run.log", new=True)
    assert [one.path for one in done.files] == ["small"]
    assert {one.path: one.reason.partition(":")[0] for one in done.refused} == {
        "large": "It is larger than 0 MB, which is not backed up",
        "inner/": "It is a repository of its own",
        "run.log": "git ignores it, and so does this.",
    }
    assert (scenario.path / "large").exists()
    assert (scenario.path / "inner" / ".git").exists()


def test_what_is_large_is_measured_whatever_the_index_has(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_mlgit.history.discard.LARGEST_BACKUP", 10)
    scenario.commit("first").write({"meant": "x" * 11, "grown": "1\n", "stored": "x" * 11})
    scenario.git("add", "--intent-to-add", "meant")
    scenario.git("add", "grown", "stored")
    scenario.write({"grown": "x" * 11})
    before = picture(scenario)
    done = act(scenario, "meant", "grown", "stored", new=True)
    assert sorted(one.path for one in done.refused) == ["grown", "meant"]
    assert not (scenario.path / "stored").exists()
    take_back(scenario)
    assert picture(scenario) == before


def test_what_a_running_program_writes_to_stays_and_so_does_its_folder(scenario: Scenario) -> None:
    scenario.commit("first", {}).write({"runs/x/train.log": "1\n", "runs/x/notes": "1\n", "runs/y/notes": "1\n"})
    (scenario.path / "runs" / "x" / "deep").mkdir()
    scenario.write({"runs/x/deep/more": "1\n"})
    program = "log = open('../train.log', 'a'); print('ready', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=scenario.path / "runs" / "x" / "deep",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as training:
        assert training.stdin is not None
        assert training.stdout is not None
        training.stdout.readline()
        before = picture(scenario)
        done = act(scenario, "runs", new=True)
        assert [(one.path, str(training.pid) in one.reason) for one in done.refused] == [("runs/x/train.log", True)]
        assert sorted(working_files(scenario.path)) == ["runs/x/train.log"]
        assert (scenario.path / "runs" / "x" / "deep").is_dir()
        assert not (scenario.path / "runs" / "y").exists()
        training.stdin.write("\n")
        training.stdin.flush()
    take_back(scenario)
    assert picture(scenario) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_can_not_be_read_stays_and_keeps_no_other(scenario: Scenario) -> None:
    scenario.commit("first").write({"mine": "1\n", "secret": "1\n", "staged": "1\n"}).git("add", "staged")
    for name in ("secret", "staged"):
        (scenario.path / name).chmod(0)
    done = act(scenario, ".", new=True)
    assert [one.path for one in done.files] == ["mine"]
    assert [one.path for one in done.refused] == ["secret", "staged"]
    assert all(one.reason.startswith("It can't be read") for one in done.refused)
    assert scenario.git("diff", "--cached", "--name-only") == "staged"
    assert (scenario.path / "secret").stat().st_size == len("1\n")


def test_a_private_folder_is_not_made_anew_as_a_public_one(scenario: Scenario) -> None:
    scenario.commit("first").write({"mine/key": "1\n"})
    (scenario.path / "mine").chmod(0o700)
    act(scenario, "mine/key", new=True)
    take_back(scenario)
    assert stat.S_IMODE((scenario.path / "mine").stat().st_mode) == 0o700


def test_what_goes_converts_nothing(scenario: Scenario) -> None:
    scenario.commit("first", {"a.txt": "1\n2\n"}).write({"a.txt": "mine\n", ".gitattributes": "*.txt text eol=crlf\n"})
    act(scenario, ".", new=True)
    assert (scenario.path / "a.txt").read_bytes() == b"1\n2\n"
    assert scenario.git("status", "--porcelain") == ""


def test_one_odd_file_keeps_no_other(scenario: Scenario) -> None:
    scenario.commit("first").write({"a\\..\\b": "1\n", "pipe": "1\n", "mine": "1\n"})
    scenario.git("add", "pipe")
    (scenario.path / "pipe").unlink()
    os.mkfifo(scenario.path / "pipe")
    done = act(scenario, ".", new=True)
    assert [one.path for one in done.files] == ["mine"]
    assert {one.path: one.reason.partition(",")[0].partition(":")[0] for one in done.refused} == {
        "a\\..\\b": "Its name is not safe to work with",
        "pipe": "It is no plain file",
    }


def test_nothing_is_new_behind_a_link_or_in_another_repository(scenario: Scenario) -> None:
    scenario.commit("first")
    Scenario(scenario.path, "sub").commit("theirs")
    scenario.git("-c", "advice.addEmbeddedRepo=false", "add", "sub")
    scenario.commit("with a submodule", {}).git("init", "--quiet", "inner")
    scenario.write({"inner/mine": "1\n", "sub/mine": "1\n", "real/mine": "1\n"})
    (scenario.path / "link").symlink_to("real")
    expected = {
        ".git/config": "it is git's own.",
        "inner/mine": "it lies in inner, which is a repository of its own: use git there.",
        "link/mine": "it lies behind a link: name it by where it is.",
        "sub/mine": "it lies in the submodule sub: use git there.",
    }
    for kind in (True, False):
        done = act(scenario, *expected, new=kind)
        assert (done.files, done.operation) == ([], None)
        assert {one.path: one.reason for one in done.refused} == expected
    (refused,) = act(scenario, "inner").refused
    assert refused.reason == "it is a repository of its own: use git there."


def test_a_new_submodule_stays(scenario: Scenario) -> None:
    scenario.commit("first")
    Scenario(scenario.path, "inner").commit("theirs")
    scenario.git("-c", "advice.addEmbeddedRepo=false", "add", "inner")
    done = act(scenario, "inner", new=True)
    assert [(one.path, done.operation) for one in done.refused] == [("inner", None)]


def test_a_stamp_tells_each_other_content(scenario: Scenario) -> None:
    scenario.commit("first", {"a": "1\n", "b": "1\n"}).write({"a": "mine\n", "b": "mine\n"})
    seen = act(scenario, "a", "b", dry_run=True).stamps
    assert act(scenario, "a", "b", dry_run=True).stamps == seen
    scenario.write({"a": "other\n"})
    now = act(scenario, "a", "b", dry_run=True).stamps
    assert (now["a"] != seen["a"], now["b"] == seen["b"]) == (True, True)
    scenario.write({"a": "mine\n", "b": "staged\n"}).git("add", "b")
    scenario.write({"b": "mine\n"})
    staged = act(scenario, "a", "b", dry_run=True).stamps
    assert (staged["a"] == seen["a"], staged["b"] != seen["b"]) == (True, True)


def test_what_is_staged_is_told_apart_from_what_is_saved(scenario: Scenario) -> None:
    scenario.commit("first", {"a": "1\n"}).write({"a": "mine\n", "new": "mine\n"}).git("add", "new")
    seen = act(scenario, ".", new=True, dry_run=True)
    scenario.write({"a": "saved\n", "new": "saved\n"})
    saved = act(scenario, ".", new=True, dry_run=True)
    assert (saved.stamps["new"] != seen.stamps["new"], saved.staged) == (True, seen.staged)
    scenario.git("add", "new")
    assert act(scenario, ".", new=True, dry_run=True).staged == {"a": seen.staged["a"], "new": ANY}
    assert act(scenario, ".", new=True).staged["new"] != seen.staged["new"]


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", "a/../../b"])
def test_paths_outside_are_refused(scenario: Scenario, path: str) -> None:
    dirty(begun(scenario))
    untouched = everything(scenario.root)
    with pytest.raises(BadRequest):
        act(scenario, path)
    assert everything(scenario.root) == untouched
