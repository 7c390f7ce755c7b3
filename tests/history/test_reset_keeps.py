"""Keeps what only a reset knows of: files out of the index, commits without a name, merges that are given up."""

from __future__ import annotations

import os
import zlib
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.object_writer import ObjectWriter
from jupyter_mlgit.git.objects import Oid
from jupyter_mlgit.history.discard import DiscardRequest, discard
from jupyter_mlgit.history.status import StatusRequest, read_status
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.problems import BadRequest, DamagedRepository, UnfinishedOperation, WouldOverwrite
from tests.git.twins import opened
from tests.history.pictures import everything
from tests.history.test_reset import act, picture, take_back

if TYPE_CHECKING:
    from tests.scenario import Scenario


def forget(s: Scenario) -> None:
    """Lets git forget all that no ref keeps."""
    s.expire_all()
    s.gc("--quiet", "--prune=now")


def test_a_file_that_was_taken_out_of_the_index_comes_back(scenario: Scenario) -> None:
    scenario.commit("base", {"f": "1\n"}).write({"f": "work of three days\n"})
    scenario.git("rm", "--quiet", "--cached", "f")
    before = picture(scenario)
    assert act(scenario, "HEAD").backup is not None
    forget(scenario)
    take_back(scenario)
    assert picture(scenario) == before


def test_commits_of_a_detached_head_stay(scenario: Scenario) -> None:
    scenario.commit("base", {"f": "1\n"}).checkout("--quiet", "--detach")
    scenario.commit("nameless", {"f": "2\n"})
    tip, before = scenario.tip(), picture(scenario)
    act(scenario, "HEAD~1")
    forget(scenario)
    assert scenario.exists(tip)
    take_back(scenario)
    assert picture(scenario) == before


@pytest.mark.parametrize("words", [("merge", "--no-commit"), ("cherry-pick",)], ids=" ".join)
def test_what_was_being_merged_stays(scenario: Scenario, words: tuple[str, ...]) -> None:
    scenario.commit("base", {"f": "1\n"}).branch("x").commit("theirs", {"f": "2\n"})
    theirs = scenario.tip()
    scenario.checkout("main").commit("ours", {"f": "3\n"})
    scenario.try_git(*words, "x")
    scenario.delete_branch("x")
    before = picture(scenario)
    act(scenario, "HEAD")
    forget(scenario)
    assert scenario.exists(theirs)
    take_back(scenario)
    assert picture(scenario) == before
    scenario.write({"f": "both\n"}).git("add", "f")
    scenario.git("commit", "--quiet", "--no-edit")


def test_edits_that_a_merge_has_put_aside_stop_a_reset(scenario: Scenario) -> None:
    scenario.commit("base", {"f": "1\n", "k": "1\n"}).branch("x").commit("theirs", {"f": "2\n"})
    scenario.checkout("main").commit("ours", {"f": "3\n"}).write({"k": "work\n"})
    scenario.try_git("merge", "--autostash", "x")
    untouched = everything(scenario.root)
    with pytest.raises(UnfinishedOperation, match="autostash"):
        act(scenario, "HEAD")
    assert everything(scenario.root) == untouched
    scenario.git("merge", "--abort")
    assert (scenario.path / "k").read_text() == "work\n"


def test_a_merge_on_a_detached_head_can_be_given_up(scenario: Scenario) -> None:
    scenario.commit("base", {"f": "1\n"}).branch("x").commit("theirs", {"f": "2\n"})
    scenario.checkout("--quiet", "--detach", "main").commit("ours", {"f": "3\n"})
    scenario.try_git("merge", "x")
    before = picture(scenario)
    act(scenario, "HEAD")
    assert picture(scenario)["merging"] == []
    take_back(scenario)
    assert picture(scenario) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everywhere")
def test_a_folder_that_cannot_be_read_stops_nothing(scenario: Scenario) -> None:
    scenario.commit("base", {"f": "1\n"}).write({"f": "2\n", "data/secret": "s\n"})
    (scenario.path / "data").chmod(0)
    with opened(scenario.path) as repo:
        assert read_status(repo, StatusRequest(), Context(now=scenario.clock.now)).changes[0].path == "f"
    act(scenario, "HEAD")
    (scenario.path / "data").chmod(0o755)
    assert (scenario.path / "f").read_text() == "1\n"


def test_a_repository_without_files_in_the_way_is_left_whole(scenario: Scenario) -> None:
    scenario.commit("base", {"models": "a file\n"})
    (scenario.path / "models").unlink()
    scenario.git("rm", "--quiet", "--cached", "models")
    scenario.commit("gone")
    scenario.git("init", "--quiet", "--bare", "models/store")
    untouched = everything(scenario.root)
    with pytest.raises(WouldOverwrite):
        act(scenario, "HEAD~1")
    assert everything(scenario.root) == untouched


@pytest.mark.parametrize("path", ["", ".."])
def test_nothing_is_discarded_for_a_name_that_is_none(scenario: Scenario, path: str) -> None:
    scenario.commit("base", {"f": "1\n", "..dots": "1\n"}).write({"f": "2\n", "..dots": "2\n"})
    untouched = everything(scenario.root)
    with opened(scenario.path) as repo, pytest.raises(BadRequest):
        discard(repo, DiscardRequest(paths=[path]), Context(now=scenario.clock.now))
    assert everything(scenario.root) == untouched
    with opened(scenario.path) as repo:
        done = discard(repo, DiscardRequest(paths=["..dots"]), Context(now=scenario.clock.now))
    assert [one.path for one in done.files] == ["..dots"]


@pytest.mark.parametrize(
    "content", [b"{}", b"[1]", b"[[1,2,3,4]]", b"[" * 100_000, b"not json"], ids=lambda one: one[:8]
)
def test_damaged_steps_are_told_of(scenario: Scenario, content: bytes) -> None:
    scenario.commit("base", {"f": "1\n"}).write({"f": "2\n"})
    done = act(scenario, "HEAD")
    path = scenario.common_dir / "mlgit" / "files" / f"{done.operation}.json.z"
    path.write_bytes(zlib.compress(content))
    untouched = everything(scenario.root)
    with pytest.raises(DamagedRepository):
        take_back(scenario)
    assert everything(scenario.root) == untouched


def test_missing_content_is_named_and_changes_nothing(scenario: Scenario) -> None:
    scenario.commit("base", {"f": "1\n"}).commit("next", {"f": "2\n"})
    oid = scenario.git("rev-parse", "HEAD~:f")
    (scenario.common_dir / "objects" / oid[:2] / oid[2:]).unlink()
    untouched = everything(scenario.root)
    with pytest.raises(DamagedRepository, match=rf": the object {oid} is missing\.$"):
        act(scenario, "HEAD~")
    assert everything(scenario.root) == untouched


def test_a_backup_does_not_rely_on_what_is_borrowed(scenario: Scenario) -> None:
    scenario.commit("base", {"f": "1\n"})
    borrower = scenario.clone("borrower", "--shared")
    oid = scenario.git("hash-object", "-w", "--stdin", stdin="work\n")
    with opened(borrower.path) as repo, ObjectWriter(repo, expected=1) as writer:
        assert writer.blob(b"work\n") == Oid(oid.encode())
        writer.finish()
    scenario.gc("--quiet", "--prune=now")
    assert borrower.git("cat-file", "blob", oid) == "work"


def test_an_edit_within_one_tick_of_the_clock_is_seen(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """It keeps size and times, as a write through a memory map may."""
    scenario.commit("base", {"f": "1\n"}).write({"f": "2\n"})
    real = os.rename

    def editing(source: bytes, target: bytes, **folders: int) -> None:
        if source == b"f" and folders:
            times = (scenario.path / "f").stat()
            (scenario.path / "f").write_text("3\n")
            os.utime(scenario.path / "f", ns=(times.st_atime_ns, times.st_mtime_ns))
        real(source, target, **folders)

    monkeypatch.setattr(os, "rename", editing)
    with pytest.raises(Exception, match="written by another program"):
        act(scenario, "HEAD")
    assert (scenario.path / "f").read_text() == "3\n"
