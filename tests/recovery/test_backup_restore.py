"""Brings files back from backups, all or some: to the byte, after a backup of what stands there, and undone at will."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git import file_plan
from jupyter_mlgit.git.file_steps import steps_path
from jupyter_mlgit.history.discard import DiscardRequest, discard
from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import BackupNotFound, BadRequest, WouldOverwrite
from jupyter_mlgit.recovery.backup_restore import BackupRestored, BackupRestoreRequest, restore_backup
from jupyter_mlgit.recovery.backups import BackupsRequest, list_backups
from jupyter_mlgit.recovery.snapshot import BackedUp, BackupRequest, back_up_now
from tests.git.test_file_change import begun, clean, conflict, dirty, in_the_way
from tests.git.twins import opened, ours
from tests.history.pictures import everything, working_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenario import Scenario


def saved(s: Scenario) -> str:
    done: BackedUp = ours(s, back_up_now, BackupRequest())
    assert done.id is not None
    return done.id


def act(s: Scenario, backup: str, *paths: str, **asked: Any) -> BackupRestored:
    done: BackupRestored = ours(s, restore_backup, BackupRestoreRequest(id=backup, paths=list(paths), **asked))
    return done


def picture(s: Scenario) -> dict[str, Any]:
    return {
        "files": working_files(s.path),
        "index": s.git("ls-files", "--stage"),
        "status": s.git("status", "--porcelain=v2", "--branch", "-uall"),
        "refs": s.git("for-each-ref", "refs/heads"),
        "log": s.git("reflog", "show", "--format=%H %gs", "HEAD"),
        "differs": s.git("diff-files", "--name-only"),
    }


def effects(done: BackupRestored) -> dict[str, str]:
    return {one.path: one.effect for one in done.files}


def wreck(s: Scenario) -> None:
    """Has other work in every file that differed, staged and not, and lacks some."""
    changed = [line[3:] for line in s.git("status", "--porcelain", "-uall").splitlines()]
    for number, name in enumerate(changed):
        path = s.path / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.parent.is_dir():
            path.unlink(missing_ok=True)
        if number % 3 and path.parent.is_dir():
            s.write({name: "wrecked\n"})
            if number % 2:
                s.git("add", "--", name)


@pytest.mark.parametrize("after", [clean, wreck])
@pytest.mark.parametrize("state", [dirty, in_the_way, conflict])
def test_the_whole_backup_brings_everything_back(
    scenario: Scenario, state: Callable[[Scenario], None], after: Callable[[Scenario], None]
) -> None:
    state(begun(scenario))
    then = picture(scenario)
    backup = saved(scenario)
    if after is clean:
        scenario.git("reset", "-q", "--hard")
        scenario.git("clean", "-q", "-f", "-d")
        then["log"] = picture(scenario)["log"]
    after(scenario)
    before = picture(scenario)
    foreseen = act(scenario, backup, dry_run=True)
    assert picture(scenario) == before
    done = act(scenario, backup)
    assert (foreseen.files, foreseen.index, foreseen.refused) == (done.files, done.index, done.refused)
    now = picture(scenario)
    new = now["files"].keys() - then["files"].keys()  # what has come since is nobody's business
    assert {name: one for name, one in now["files"].items() if name not in new} == then["files"]
    assert (now["index"], now["refs"], now["log"]) == (then["index"], then["refs"], then["log"])
    ours(scenario, undo, UndoRequest())
    assert picture(scenario) == before
    ours(scenario, redo, RedoRequest())
    assert picture(scenario) == now
    assert act(scenario, backup).operation is None
    scenario.fsck()


def test_named_files_come_back_alone_and_the_index_stays(scenario: Scenario) -> None:
    dirty(begun(scenario))
    backup = saved(scenario)
    shutil.rmtree(scenario.path / "new")
    scenario.write({"both": "wrecked\n", "edited": "wrecked\n"}).git("add", "edited")
    before, entries = working_files(scenario.path), scenario.git("ls-files", "--stage")
    done = act(scenario, backup, "both", "new")
    assert effects(done) == {"both": "overwritten", "new/staged": "created"}
    assert (done.index, done.refused) == ([], [])
    now = working_files(scenario.path)
    assert (now["both"][1], now["new/staged"][1]) == (b"and edited\n", b"n\n")
    assert {name: one for name, one in now.items() if name not in ("both", "new/staged")} == {
        name: one for name, one in before.items() if name != "both"
    }
    assert scenario.git("ls-files", "--stage") == entries
    assert scenario.git("show", f"{done.backup}:both") == "wrecked"
    ours(scenario, undo, UndoRequest())
    assert working_files(scenario.path) == before


def test_an_untracked_file_is_backed_up_before_it_is_gone_over(scenario: Scenario) -> None:
    begun(scenario).write({"mine": "untracked\n"})
    backup = saved(scenario)
    scenario.write({"mine": "other work\n"})
    done = act(scenario, backup, "mine")
    assert effects(done) == {"mine": "endangered"}
    assert scenario.git("show", f"{done.backup}^3:mine") == "other work"
    ours(scenario, undo, UndoRequest())
    assert (scenario.path / "mine").read_text() == "other work\n"


def test_files_only_leaves_the_index(scenario: Scenario) -> None:
    dirty(begun(scenario))
    then = working_files(scenario.path)
    backup = saved(scenario)
    scenario.git("reset", "-q", "--hard")
    entries = scenario.git("ls-files", "--stage")
    done = act(scenario, backup, files_only=True)
    assert done.index == []
    assert scenario.git("ls-files", "--stage") == entries
    assert working_files(scenario.path) == then


def test_only_the_whole_backup_deletes(scenario: Scenario) -> None:
    dirty(begun(scenario))
    backup = saved(scenario)
    scenario.git("checkout", "--quiet", "HEAD", "--", "deleted", "removed")
    done = act(scenario, backup, "deleted")
    assert ([one.path for one in done.refused], done.operation) == (["deleted"], None)
    assert "whole backup" in done.refused[0].reason
    done = act(scenario, backup)
    assert effects(done) == {"deleted": "overwritten", "removed": "overwritten"} | effects(done)
    assert not (scenario.path / "deleted").exists()
    assert not (scenario.path / "removed").exists()


def test_what_was_only_staged(scenario: Scenario) -> None:
    """The file was put back to what HEAD has after its staging; the backup's steps know that."""
    begun(scenario).write({"staged": "staged\n"}).git("add", "staged")
    scenario.write({"staged": "1\n"})
    backup = saved(scenario)
    scenario.git("reset", "--quiet")
    scenario.write({"staged": "wrecked\n"})
    done = act(scenario, backup)
    assert (effects(done), done.index) == ({"staged": "overwritten"}, ["staged"])
    assert scenario.git("status", "--porcelain") == "MM staged"
    assert (scenario.path / "staged").read_text() == "1\n"
    with opened(scenario.path) as repo:
        steps_path(repo, backup).unlink()
    scenario.git("reset", "--quiet")
    scenario.write({"staged": "wrecked\n"})
    assert act(scenario, backup).index == ["staged"]
    assert (scenario.path / "staged").read_text() == "wrecked\n"  # without them nothing is guessed


def test_permissions_come_back(scenario: Scenario) -> None:
    begun(scenario).write({"key": "secret\n", "program": "edited\n"})
    (scenario.path / "key").chmod(0o600)
    (scenario.path / "program").chmod(0o755)
    backup = saved(scenario)
    (scenario.path / "key").unlink()
    (scenario.path / "program").chmod(0o644)
    assert effects(act(scenario, backup)) == {"key": "created", "program": "overwritten"}
    assert (scenario.path / "key").stat().st_mode & 0o777 == 0o600
    assert (scenario.path / "program").stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("how", ["reset", "discard"])
def test_the_backup_of_an_act_comes_back_as_well(scenario: Scenario, how: str) -> None:
    dirty(begun(scenario))
    then = working_files(scenario.path)
    request: Any = ResetRequest(rev="HEAD~1", hard=True) if how == "reset" else DiscardRequest(paths=["."])
    lost = ours(scenario, reset if how == "reset" else discard, request)
    found = ours(scenario, list_backups, BackupsRequest()).backups[0]
    assert (found.id, found.commit, found.reason) == (lost.operation, lost.backup, "before-act")
    assert found.title == ("Hard reset to " + scenario.tip()[:7] if how == "reset" else found.title)
    done = act(scenario, found.commit[:10], "both", "edited", "program", "link", "turned")
    assert effects(done).keys() == {"both", "edited", "link", "turned"} | effects(done).keys()
    now = working_files(scenario.path)
    assert {name: now[name] for name in ("both", "edited", "program", "link", "turned")} == {
        name: then[name] for name in ("both", "edited", "program", "link", "turned")
    }
    ours(scenario, undo, UndoRequest())
    assert act(scenario, found.id, "edited").operation is not None


def test_after_commits_have_been_made(scenario: Scenario) -> None:
    """What was not staged then is as in the commit of today, not as in that of then."""
    begun(scenario).write({"edited": "mine\n", "staged": "mine\n", "new": "mine\n"}).git("add", "staged")
    backup = saved(scenario)
    scenario.commit("all of it", {"edited": "committed\n"})
    scenario.write({"edited": "staged now\n"}).git("add", "edited")
    act(scenario, backup)
    assert scenario.git("status", "--porcelain") == " M edited"
    assert (scenario.path / "edited").read_text() == "mine\n"
    scenario.fsck()


def test_a_file_where_a_folder_is_now(scenario: Scenario) -> None:
    begun(scenario).write({"mine": "a file\n", "edited": "mine\n"}).git("add", "edited")
    backup = saved(scenario)
    (scenario.path / "mine").unlink()
    scenario.write({"mine/deep/file": "a folder now\n"})
    scenario.git("rm", "--quiet", "--force", "edited")
    scenario.write({"edited/inside": "staged\n"}).git("add", "edited/inside")
    before = picture(scenario)
    done = act(scenario, backup)
    assert effects(done) == {
        "mine": "created", "mine/deep/file": "endangered", "edited": "created", "edited/inside": "deleted",
    }  # fmt: skip
    assert [one.path for one in done.refused] == ["edited"]
    scenario.git("status")
    scenario.fsck()
    ours(scenario, undo, UndoRequest())
    assert picture(scenario) == before


def test_refuses_what_cannot_be_backed_up(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(scenario).write({"mine": "small\n"})
    backup = saved(scenario)
    scenario.write({"mine": "x" * 200})
    monkeypatch.setattr(file_plan, "LARGEST_BACKUP", 100)
    untouched = everything(scenario.root)
    for dry_run in (True, False):
        with pytest.raises(WouldOverwrite) as refused:
            act(scenario, backup, dry_run=dry_run)
        assert refused.value.details["files"] == ["mine"]
    assert everything(scenario.root) == untouched


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", "a/../../b", ""])
def test_paths_outside_are_refused(scenario: Scenario, path: str) -> None:
    dirty(begun(scenario))
    backup = saved(scenario)
    with pytest.raises(BadRequest):
        act(scenario, backup, path)


def test_names_what_it_does_not_hold(scenario: Scenario) -> None:
    dirty(begun(scenario))
    backup = saved(scenario)
    done = act(scenario, backup, "folder/one", "nothing", "mine")
    assert [one.path for one in done.refused] == ["folder/one", "nothing"]
    for wanted in ("", "0123456789ab", "zz", "*"):
        with pytest.raises(BackupNotFound):
            act(scenario, wanted)


def test_a_name_whose_bytes_are_no_text(scenario: Scenario) -> None:
    name = b"odd \xff.txt"
    path = (str(scenario.path).encode() + b"/" + name).decode("utf-8", "surrogateescape")
    begun(scenario)
    with open(path, "wb") as stream:  # noqa: PTH123 -- the name's bytes
        stream.write(b"mine\n")
    backup = saved(scenario)
    with open(path, "wb") as stream:  # noqa: PTH123 -- the same
        stream.write(b"wrecked\n")
    (shown,) = ours(scenario, list_backups, BackupsRequest()).backups[0].files
    assert shown.path == "odd \ufffd.txt"
    assert effects(act(scenario, backup, shown.path)) == {shown.path: "endangered"}
    with open(path, "rb") as stream:  # noqa: PTH123 -- the same
        assert stream.read() == b"mine\n"


def test_in_a_linked_worktree(scenario: Scenario) -> None:
    begun(scenario).worktree_add("linked", "-b", "beside")
    linked = scenario.inside("linked").write({"edited": "there\n"})
    backup = saved(linked)
    linked.write({"edited": "wrecked\n"})
    assert effects(act(linked, backup)) == {"edited": "overwritten"}
    assert (linked.path / "edited").read_text() == "there\n"
    assert (scenario.path / "edited").read_text() == "2\n"
