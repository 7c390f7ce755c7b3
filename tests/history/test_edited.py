"""Says of each file that an act goes over whether it holds a person's own work; git is asked what it has of it."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.cli import main
from tests.git.test_file_change import begun, clean, conflict, dirty, in_the_way
from tests.history import test_discard, test_reset

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenario import Scenario


def own_work(s: Scenario) -> set[str]:
    """Gives the files whose bytes, or whose being a program or a link, HEAD does not have."""
    lines = s.git("ls-tree", "-r", "-z", "HEAD").split("\0")
    known = {
        path: (mode, oid) for mode, _, oid, path in (line.replace("\t", " ", 1).split(" ", 3) for line in lines[:-1])
    }
    found = set()
    for path in s.path.rglob("*"):
        name, status = path.relative_to(s.path).as_posix(), path.lstat()
        if name.split("/")[0] == ".git" or stat.S_ISDIR(status.st_mode):
            continue
        if path.is_symlink():
            side = ("120000", s.git("hash-object", "--stdin", stdin=str(path.readlink())))
        else:
            side = ("100755" if status.st_mode & 0o100 else "100644", s.git("hash-object", "--", name))
        if known.get(name) != side:
            found.add(name)
    return found


@pytest.mark.parametrize("target", ["HEAD", "HEAD~1", "side"])
@pytest.mark.parametrize("state", [clean, dirty, in_the_way, conflict])
def test_reset_tells_edits_from_what_is_committed(
    scenario: Scenario, state: Callable[[Scenario], None], target: str
) -> None:
    state(begun(scenario))
    edited = own_work(scenario)
    foreseen = test_reset.act(scenario, target, dry_run=True)
    done = test_reset.act(scenario, target)
    gone = [one for one in done.files if one.effect != "created"]
    assert {one.path for one in gone if one.edited} == {one.path for one in gone if one.path in edited}
    assert not any(one.edited for one in done.files if one.effect == "created")
    assert foreseen.files == done.files
    # There is a backup exactly where something goes, of the index or of the files.
    assert (done.backup is not None) or not any(one.edited for one in gone)


@pytest.mark.parametrize("state", [dirty, in_the_way])
def test_discard_tells_them_too(scenario: Scenario, state: Callable[[Scenario], None]) -> None:
    state(begun(scenario))
    edited = own_work(scenario)
    gone = [one for one in test_discard.act(scenario, ".").files if one.effect != "created"]
    assert gone
    assert {one.path for one in gone if one.edited} == {one.path for one in gone if one.path in edited}


def test_what_git_converts_is_no_edit(scenario: Scenario) -> None:
    scenario.commit("first", {".gitattributes": "*.txt text eol=crlf\n", "one.txt": "a\n"})
    scenario.commit("second", {"one.txt": "b\n", "two.txt": "a\n"})
    (scenario.path / "two.txt").unlink()
    scenario.git("checkout", "--", "two.txt")
    assert (scenario.path / "two.txt").read_bytes() == b"a\r\n"
    scenario.write({"one.txt": "mine\r\n"})
    done = test_reset.act(scenario, "HEAD~1")
    assert [(one.path, one.effect, one.edited) for one in done.files] == [
        ("one.txt", "overwritten", True),
        ("two.txt", "deleted", False),
    ]


def test_the_command_line_says_it(scenario: Scenario, capsys: pytest.CaptureFixture[str]) -> None:
    scenario.commit("first", {"a": "1\n", "b": "1\n", "c": "1\n"}).commit(
        "second", {"a": "2\n", "b": "2\n", "d": "2\n"}
    )
    scenario.write({"a": "mine\n", "d": "mine\n", "c": "mine\n"})
    place = ["-C", str(scenario.path)]
    assert main([*place, "reset", "--hard", "HEAD~1", "--dry-run"]) == 0
    told = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    assert told[1:] == [  # the first line is the commit that is left
        ["a", "overwritten; its edits are backed up first"],
        ["b", "overwritten"],
        ["c", "overwritten; its edits are backed up first"],
        ["d", "deleted; its edits are backed up first"],
    ]
    assert main([*place, "reset", "--hard", "HEAD~1"]) == 0
    assert main([*place, "undo", "--json"]) == 0
    files = json.loads(capsys.readouterr().out.splitlines()[-1])["files"]
    assert not any(one["edited"] for one in files)
    assert (scenario.path / "a").read_text() == "mine\n"


def test_a_staged_rename_is_no_edit(scenario: Scenario) -> None:
    scenario.commit("first", {"keep": "0\n"}).commit("second", {"a": "1\n", "b": "2\n", "c": "3\n"})
    for old, new in ("ax", "by", "cz"):
        scenario.git("mv", old, new)
    scenario.write({"y": "mine\n"})
    scenario.write({"z": "staged\n"}).git("add", "z")
    with_edits = {one.path for one in test_reset.act(scenario, "HEAD~1").files if one.edited}
    assert with_edits == {"y", "z"}


def test_a_chain_that_goes_back_tells_what_stands_there_first(
    scenario: Scenario, capsys: pytest.CaptureFixture[str]
) -> None:
    def say(*words: str) -> Any:
        assert main(["-C", str(scenario.path), *words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    scenario.commit("first", {"a": "1\n"}).write({"a": "earlier\n"})
    backup = say("backup")["id"]
    scenario.write({"a": "later\n"})
    first = say("discard", "a")["operation"]
    say("backup-restore", backup)
    foreseen = say("undo", "--before", first, "--dry-run")["files"]
    assert [(one["path"], one["effect"], one["edited"]) for one in foreseen] == [("a", "overwritten", True)]
    assert say("undo", "--before", first)["files"] == foreseen
    assert (scenario.path / "a").read_text() == "later\n"
