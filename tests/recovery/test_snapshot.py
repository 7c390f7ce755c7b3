"""Backs up everything that is not committed: nothing changes, and the real git reads all of it."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.journal.backup import Saving
from jupyter_mlgit.journal.operations import OperationsRequest, list_operations
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import NoUndo, StateChanged, UnfinishedOperation, UnsupportedRepository
from jupyter_mlgit.recovery import snapshot
from jupyter_mlgit.recovery.backup_restore import BackupRestoreRequest, restore_backup
from jupyter_mlgit.recovery.backups import BackupsRequest, list_backups
from jupyter_mlgit.recovery.retention import RetentionRequest, read_retention
from jupyter_mlgit.recovery.snapshot import BackedUp, BackupRequest, back_up_now
from tests.git.test_file_change import begun, conflict, dirty, in_the_way
from tests.git.twins import ours
from tests.history.pictures import everything, working_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenario import Scenario


def act(s: Scenario, **asked: Any) -> BackedUp:
    found: BackedUp = ours(s, back_up_now, BackupRequest(**asked))
    return found


def show(s: Scenario, what: str) -> bytes:
    return subprocess.run(["git", "show", what], cwd=s.path, capture_output=True, check=True).stdout


def kinds(done: BackedUp) -> dict[str, tuple[str, bool]]:
    return {one.path: (one.kind, one.staged) for one in done.files}


@pytest.mark.parametrize("state", [dirty, in_the_way, conflict])
def test_nothing_changes_and_every_byte_is_kept(scenario: Scenario, state: Callable[[Scenario], None]) -> None:
    state(begun(scenario))
    before, files = everything(scenario.root), working_files(scenario.path)
    done = act(scenario)
    assert {name: one for name, one in everything(scenario.root).items() if ".git/objects" not in name} == {
        name: one for name, one in before.items() if ".git/objects" not in name
    }
    assert done.created
    scenario.fsck()
    scenario.git("reset", "-q", "--hard")
    scenario.git("clean", "-q", "-f", "-d")
    scenario.expire_all()
    for path, (_, content) in files.items():
        digest = scenario.git("hash-object", "--stdin", stdin=content.decode())
        assert scenario.exists(digest), path


@pytest.mark.parametrize("state", [dirty, in_the_way])
def test_git_stash_applies_it(scenario: Scenario, state: Callable[[Scenario], None]) -> None:
    state(begun(scenario))
    files, entries = working_files(scenario.path), scenario.git("ls-files", "--stage")
    done = act(scenario)
    assert done.commit is not None
    scenario.git("reset", "-q", "--hard")
    scenario.git("clean", "-q", "-f", "-d")
    scenario.git("stash", "apply", "--quiet", "--index", done.commit)
    assert scenario.git("ls-files", "--stage") == entries
    assert working_files(scenario.path) == files


def test_says_what_it_holds_of_each_file(scenario: Scenario) -> None:
    begun(scenario).write({"edited": "mine\n", "staged": "staged\n", "new": "n\n", "both": "staged\n", "ignored": "i"})
    scenario.git("add", "staged", "both")
    scenario.write({"both": "edited\n", ".git/info/exclude": "ignored\n", "Übung ☃.ipynb": "{}"})
    (scenario.path / "deleted").unlink()
    (scenario.path / "program").chmod(0o755)
    (scenario.path / "points").symlink_to("nowhere")
    done = act(scenario)
    assert kinds(done) == {
        "edited": ("modified", False),
        "staged": ("modified", True),
        "both": ("modified", True),
        "new": ("untracked", False),
        "deleted": ("deleted", False),
        "program": ("modified", False),
        "points": ("untracked", False),
        "Übung ☃.ipynb": ("untracked", False),
    }
    sizes = {one.path: one.size for one in done.files}
    assert (sizes["both"], sizes["deleted"], sizes["points"]) == (7, None, 7)
    assert show(scenario, f"{done.commit}:both") == b"edited\n"
    assert show(scenario, f"{done.commit}^2:both") == b"staged\n"
    assert show(scenario, f"{done.commit}^3:Übung ☃.ipynb") == b"{}"
    assert scenario.git("ls-tree", f"{done.commit}", "program").startswith("100755")
    assert scenario.git("ls-tree", f"{done.commit}^3", "points").startswith("120000")
    assert scenario.git("log", "-1", "--format=%s", str(done.commit)) == "Backup on demand"
    listed = ours(scenario, list_backups, BackupsRequest(id=done.id)).backups[0]
    assert sorted(listed.files, key=lambda one: one.path) == sorted(done.files, key=lambda one: one.path)
    assert (listed.reason, listed.title, listed.damaged) == ("on-demand", "Back up 8 files", None)


def test_says_that_there_is_nothing_to_save(scenario: Scenario) -> None:
    begun(scenario)
    done = act(scenario)
    assert (done.id, done.created, done.files, done.operation) == (None, False, [], None)
    assert scenario.git("for-each-ref", "refs/mlgit") == ""
    assert ours(scenario, list_operations, OperationsRequest()).operations == []


def test_makes_no_second_one_of_the_same(scenario: Scenario) -> None:
    dirty(begun(scenario))
    first = act(scenario, message="before\nlunch")
    again = act(scenario, reason="before-run")
    assert (again.id, again.commit, again.created, again.operation) == (first.id, first.commit, False, None)
    scenario.write({"edited": "more\n"})
    third = act(scenario, reason="before-run")
    assert third.created
    titles = [one.title for one in ours(scenario, list_backups, BackupsRequest()).backups]
    count = len(first.files)
    assert titles == [f"Back up {count} files before a kernel run", f"Back up {count} files: before lunch"]
    subjects = [scenario.git("log", "-1", "--format=%s", str(one.commit)) for one in (first, third)]
    assert subjects == ["Backup on demand: before lunch", "Backup before a kernel run"]
    assert ours(scenario, read_retention, RetentionRequest()).backups == 2


def test_an_old_one_of_the_same_does_not_count(scenario: Scenario) -> None:
    """It would be forgotten long before the new one."""
    dirty(begun(scenario))
    first = act(scenario)
    scenario.clock.now += 2 * 86_400
    again = act(scenario)
    assert again.created
    assert again.id != first.id


def test_a_file_that_is_deleted_and_nothing_else(scenario: Scenario) -> None:
    begun(scenario)
    (scenario.path / "edited").unlink()
    done = act(scenario)
    assert kinds(done) == {"edited": ("deleted", False)}
    assert scenario.try_git("cat-file", "-e", f"{done.commit}:edited").returncode != 0


def test_large_files_are_skipped_and_notebooks_are_not(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(scenario).write({"weights.bin": "x" * 101, "train.ipynb": "{" + "x" * 101, "edited": "y" * 101})
    monkeypatch.setattr(snapshot, "LARGEST_BACKUP", 100)
    scenario.inside(f"{scenario.path.name}/nested").commit("its own")
    os.mkfifo(scenario.path / "pipe")
    (scenario.path / "staged").unlink()
    os.mkfifo(scenario.path / "staged")
    done = act(scenario)
    assert kinds(done) == {"train.ipynb": ("untracked", False), "edited": ("modified", False)}
    assert [one.path for one in done.skipped] == ["nested/", "staged", "weights.bin"]
    assert "repository of its own" in done.skipped[0].reason
    assert "larger than" in done.skipped[2].reason


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_cannot_be_read_is_named(scenario: Scenario) -> None:
    begun(scenario).write({"secret": "mine\n", "edited": "mine\n"})
    (scenario.path / "secret").chmod(0)
    done = act(scenario)
    assert ([one.path for one in done.skipped], list(kinds(done))) == (["secret"], ["edited"])


def test_outputs_that_a_filter_hides_are_kept(scenario: Scenario) -> None:
    scenario.git("config", "filter.clean.clean", "sed /output/d")
    scenario.commit(
        "base", {".gitattributes": "*.ipynb filter=clean\n", "a.ipynb": "source\noutput\n", "b.ipynb": "s\n"}
    )
    assert scenario.git("status", "--porcelain") == ""
    done = act(scenario)
    assert kinds(done) == {"a.ipynb": ("modified", False)}
    assert show(scenario, f"{done.commit}:a.ipynb") == b"source\noutput\n"


def test_a_name_that_is_only_intended_to_be_added(scenario: Scenario) -> None:
    begun(scenario).write({"new": "mine\n"}).git("add", "--intent-to-add", "new")
    done = act(scenario)
    assert kinds(done) == {"new": ("untracked", False)}
    scenario.write({"new": "wrecked\n"})
    restored = ours(scenario, restore_backup, BackupRestoreRequest(id=str(done.id)))
    assert [one.path for one in restored.files] == ["new"]
    assert scenario.git("status", "--porcelain") == " A new"


def test_renamed_and_untracked_in_the_end(scenario: Scenario) -> None:
    begun(scenario).git("mv", "edited", "renamed")
    scenario.git("rm", "--quiet", "--cached", "uncached")
    done = act(scenario)
    assert kinds(done) == {"edited": ("deleted", True), "renamed": ("modified", True), "uncached": ("staged", True)}
    assert [one.size for one in done.files if one.path == "uncached"] == [None]


def test_detached_unborn_and_in_a_merge(scenario: Scenario) -> None:
    scenario.write({"new": "before the first commit\n"})
    unborn = act(scenario)
    assert show(scenario, f"{unborn.commit}^2:new") == b"before the first commit\n"
    scenario.fsck()
    (scenario.path / "new").unlink()
    assert [one.path for one in ours(scenario, restore_backup, BackupRestoreRequest(id=str(unborn.id))).files] == [
        "new"
    ]
    conflict(begun(scenario))
    done = act(scenario)
    assert kinds(done)["both"] == ("conflicted", False)
    assert {show(scenario, f"{done.commit}^3:{stage}/both") for stage in (1, 2, 3)} == {b"1\n", b"2\n", b"side\n"}
    scenario.git("merge", "--abort")
    scenario.checkout("--detach").write({"edited": "mine\n"})
    assert kinds(act(scenario)) == {"edited": ("modified", False)}
    scenario.fsck()


def test_in_a_sparse_checkout_nothing_counts_as_deleted(scenario: Scenario) -> None:
    begun(scenario).git("sparse-checkout", "set", "--no-cone", "/edited")
    scenario.write({"edited": "mine\n"})
    assert kinds(act(scenario)) == {"edited": ("modified", False)}


def test_a_lock_of_the_index_is_not_waited_for(scenario: Scenario) -> None:
    dirty(begun(scenario))
    (scenario.git_dir / "index.lock").touch()
    assert act(scenario).created


def test_refused_where_there_are_no_files_or_an_act_was_cut_off(scenario: Scenario) -> None:
    begun(scenario)
    bare = scenario.clone("bare.git", "--bare")
    with pytest.raises(UnsupportedRepository):
        act(bare)
    scenario.write({"edited": "mine\n", ".git/mlgit/unfinished.json": "{"})
    with pytest.raises(UnfinishedOperation):
        act(scenario)


def test_a_dry_run_says_the_same(scenario: Scenario) -> None:
    dirty(begun(scenario))
    foreseen = act(scenario, dry_run=True)
    done = act(scenario)
    assert (foreseen.files, foreseen.skipped) == (done.files, done.skipped)
    assert (foreseen.id, foreseen.created, foreseen.operation) == (None, False, None)


def test_is_an_operation_that_stands_in_nobodys_way(scenario: Scenario) -> None:
    begun(scenario).write({"edited": "mine\n"})
    before = working_files(scenario.path)
    first = ours(scenario, reset, ResetRequest(rev="HEAD", hard=True)).operation
    scenario.write({"made later": "1\n"})
    kept = act(scenario)
    listed = ours(scenario, list_operations, OperationsRequest())
    newest = listed.operations[0]
    assert (newest.id, newest.kind, newest.title) == (kept.operation, "backup", "Back up made later")
    assert (newest.undoable, newest.backup) == (False, True)
    assert "nothing to take back" in (newest.reason or "")
    assert listed.undo == first
    with pytest.raises(NoUndo):
        ours(scenario, undo, UndoRequest(id=kept.id))
    ours(scenario, undo, UndoRequest())
    assert working_files(scenario.path) == before | {"made later": ("file", b"1\n")}
    scenario.write({"made later": "2\n"})
    act(scenario)
    listed = ours(scenario, list_operations, OperationsRequest())
    assert (listed.undo, listed.redo) == (None, first)
    ours(scenario, redo, RedoRequest())
    assert working_files(scenario.path)["edited"] == ("file", b"2\n")


def test_undoing_to_an_earlier_act_passes_over_backups(scenario: Scenario) -> None:
    dirty(begun(scenario))
    before = working_files(scenario.path)
    marked = act(scenario)
    ours(scenario, reset, ResetRequest(rev="HEAD", hard=True))
    scenario.write({"made later": "1\n"})
    act(scenario)
    ours(scenario, undo, UndoRequest(to=str(marked.operation)))
    assert working_files(scenario.path) == before | {"made later": ("file", b"1\n")}


@pytest.mark.parametrize("times", [2, 3])
def test_a_file_that_is_saved_meanwhile_is_looked_at_again(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    dirty(begun(scenario))
    write, left = Saving.write, list(range(times))

    def meanwhile(*given: Any, **named: Any) -> Any:
        if left:
            scenario.write({"edited": f"saved just now: {left.pop()}\n"})
        return write(*given, **named)

    monkeypatch.setattr(Saving, "write", meanwhile)
    if times == snapshot.TRIES:
        with pytest.raises(StateChanged):
            act(scenario)
        assert scenario.git("for-each-ref", "refs/mlgit") == ""
    else:
        assert show(scenario, f"{act(scenario).commit}:edited") == b"saved just now: 0\n"


def test_many_files_go_into_one_pack(scenario: Scenario) -> None:
    begun(scenario).write({f"many/{number}": f"{number}\n" for number in range(300)})
    done = act(scenario)
    assert (len(done.files), done.more_files) == (200, 100)
    assert len(list((scenario.common_dir / "objects/pack").glob("*.pack"))) == 1
    listed = ours(scenario, list_backups, BackupsRequest(id=done.id)).backups[0]
    assert (len(listed.files), listed.more_files, listed.bytes) == (300, 0, 10 * 2 + 90 * 3 + 200 * 4)


@pytest.mark.parametrize("mark", ["--assume-unchanged", "--skip-worktree"])
def test_what_git_must_not_look_at_is_saved(scenario: Scenario, mark: str) -> None:
    scenario.commit("base", {"config": "theirs\n", "same": "1\n", "gone": "1\n"})
    scenario.git("update-index", mark, "config", "same", "gone")
    scenario.write({"config": "mine\n"})
    (scenario.path / "gone").unlink()
    assert scenario.git("status", "--porcelain") == ""
    done = act(scenario)
    assert kinds(done) == {"config": ("modified", False)}
    assert show(scenario, f"{done.commit}:config") == b"mine\n"
    scenario.fsck()


def test_what_a_filter_hides_in_any_file_is_saved(scenario: Scenario) -> None:
    scenario.git("config", "filter.secret.clean", "sed s/mine/theirs/")
    scenario.commit("base", {".gitattributes": "*.cfg filter=secret\n", "a.cfg": "theirs\n", "same.cfg": "1\n"})
    scenario.write({"a.cfg": "mine\n"}).git("add", "a.cfg")
    assert scenario.git("status", "--porcelain") == ""
    done = act(scenario)
    assert kinds(done) == {"a.cfg": ("modified", False)}
    assert show(scenario, f"{done.commit}:a.cfg") == b"mine\n"
