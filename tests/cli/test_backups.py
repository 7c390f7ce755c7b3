"""Backs up, lists and brings back on the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.cli.test_text import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Told
    from tests.scenario import Scenario


def test_there_and_back(tell: Callable[..., Told], story: Scenario) -> None:
    assert "nothing to back up" in say(tell, "backup")
    assert "There are no backups" in say(tell, "backups")
    story.write({"first.txt": "mine\n", "new.ipynb": "{}\n"})
    story.inside(f"{story.path.name}/nested").commit("its own")
    foreseen = say(tell, "backup", "--dry-run")
    assert "this is what would happen" in foreseen
    assert "Bring it back" not in foreseen
    told = say(tell, "backup", "-m", "before lunch")
    assert "Backed up 2 files" in told
    assert "nested/ is not in it: It is a repository of its own." in told
    assert "Nothing has changed since the backup" in say(tell, "backup")
    status, out, _ = tell("backups", "--json")
    (found,) = json.loads(out)["backups"]
    assert (status, found["title"], found["reason"]) == (0, "Back up 2 files: before lunch", "on-demand")
    listed = say(tell, "backups", "-n", "1")
    assert "first.txt  modified   5 bytes" in listed
    assert "new.ipynb  untracked  3 bytes" in listed
    story.write({"first.txt": "wrecked\n"})
    (story.path / "new.ipynb").unlink()
    assert "new.ipynb  created" in say(tell, "backup-restore", found["id"], "--dry-run")
    told = say(tell, "backup-restore", found["id"][:6], "first.txt", "nothing")
    assert "first.txt  overwritten" in told
    assert "nothing stays: The backup does not hold it." in told
    assert (story.path / "first.txt").read_text() == "mine\n"
    say(tell, "backup-restore", found["id"])
    assert "the files are as in the backup" in say(tell, "backup-restore", found["id"])
    assert "Back up 2 files" in say(tell, "operations")
    say(tell, "undo")
    say(tell, "undo")
    assert (story.path / "first.txt").read_text() == "wrecked\n"
    assert not (story.path / "new.ipynb").exists()


def test_pages_and_acts(tell: Callable[..., Told], story: Scenario) -> None:
    for number in range(7):
        story.write({f"{number}.txt": "new\n"})
        say(tell, "backup")
    story.write({"first.txt": "mine\n"})
    say(tell, "reset", "--hard")
    told = say(tell, "backups", "-n", "2")
    assert "before: Hard reset to" in told
    assert " and 2 more files" in told
    assert "6 older ones: --after" in told
    status, _, err = tell("backup-restore", "nothing")
    assert status == 1
    assert "There is no backup 'nothing' here." in err


def test_a_damaged_one_is_named(tell: Callable[..., Told], story: Scenario) -> None:
    story.write({"first.txt": "mine\n"})
    say(tell, "backup")
    tree = story.git("rev-parse", story.git("for-each-ref", "--format=%(objectname)^{tree}", "refs/mlgit/backup"))
    (story.common_dir / "objects" / tree[:2] / tree[2:]).unlink()
    assert "It cannot be read" in say(tell, "backups")
