"""Moves the working files between commits that mean harm, are broken, or race with a person's editor."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from jupyter_mlgit.git.objects import Oid
from jupyter_mlgit.journal.switching import moving
from jupyter_mlgit.problems import DamagedRepository, Problem, StateChanged, UnsupportedRepository, WouldOverwrite
from tests.history.pictures import everything, switched, working_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.journal.file_work import FileWork
    from tests.git.conftest import OpenRepository
    from tests.scenario import Scenario

FILE, PROGRAM, LINK, FOLDER, MODULE = "100644", "100755", "120000", "40000", "160000"


class Entry(NamedTuple):
    """One name in a tree that is written byte for byte, whatever git would say to it."""

    mode: str
    name: bytes
    content: str | list[Entry]


def tree(s: Scenario, entries: list[Entry]) -> str:
    raw = b""
    for one in entries:
        if isinstance(one.content, list):
            oid = tree(s, one.content)
        elif one.mode == MODULE:
            oid = one.content
        else:
            oid = s.git("hash-object", "-w", "--stdin", stdin=one.content)
        raw += one.mode.encode() + b" " + one.name + b"\0" + bytes.fromhex(oid)
    return s.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=os.fsdecode(raw))


def plant(s: Scenario, entries: list[Entry]) -> None:
    """Makes a branch ``evil`` of a tree."""
    listing = [Entry(FILE, b"a", "1\n"), *entries]
    commit = s.git("commit-tree", "-m", "evil", tree(s, sorted(listing, key=lambda one: one.name)))
    s.git("update-ref", "refs/heads/evil", commit)


def file(name: bytes) -> list[Entry]:
    """Gives one file; the slashes in its name are folders."""
    first, slash, rest = name.partition(b"/")
    return [Entry(FOLDER, first, file(rest)) if slash else Entry(FILE, first, "evil\n")]


BAD_NAMES = [
    b".git", b".git/config", b".GIT/config", b".Git/hooks/post-checkout", b"git~1/config", b"GIT~1/config", b".git./x",
    b".git /x", b".git . /x", b".git::$INDEX_ALLOCATION/x", b"d/.git/config", b"..", b"../outside/x", b".", b"./x",
    b"d/../x", b".g\xe2\x80\x8cit/config", b"\xef\xbb\xbf.git/config", b".gi\xe2\x80\xaet/config", b"a\\..\\..\\x",
    b".git\\config", b"d\\.git\\config", b"...", b"d/./x",
]  # fmt: skip

EVIL_TREES = {
    "name with a slash": [Entry(FILE, b"../outside/x", "evil\n")],
    "absolute name": [Entry(FILE, b"/etc/evil", "evil\n")],
    "empty name": [Entry(FILE, b"", "evil\n")],
    "empty folder name": [Entry(FOLDER, b"", [Entry(FILE, b"x", "evil\n")])],
    "same name twice": [Entry(FILE, b"b", "1\n"), Entry(FILE, b"b", "2\n")],
    "link and folder of one name": [Entry(LINK, b"d", "../outside"), *file(b"d/x")],
    "file and folder of one name": [Entry(FILE, b"d", "1\n"), *file(b"d/x")],
    "link that shadows a folder in it": [Entry(LINK, b"d/x", "/etc")],
    "gitmodules as a link": [Entry(LINK, b".gitmodules", "../outside/canary")],
    "blob that is a folder": [Entry(FOLDER, b"d", "no tree")],
    **{f"name {name!a}": file(name) for name in BAD_NAMES},
}


@pytest.mark.parametrize("name", EVIL_TREES)
def test_evil_commit_is_refused_before_any_write(scenario: Scenario, name: str) -> None:
    outside = scenario.root / "outside"
    outside.mkdir()
    (outside / "canary").write_text("canary")
    scenario.commit("base", {"a": "1\n", "d/same": "1\n"})
    plant(scenario, EVIL_TREES[name])
    before = everything(scenario.root)
    with pytest.raises(Problem) as refusal:
        switched(scenario, "evil")
    assert refusal.value.code in ("bad-name", "damaged-repository", "unsupported-repository")
    assert everything(scenario.root) == before


@pytest.mark.parametrize("mode", [MODULE, "10644"])
def test_submodule_that_nobody_announced_is_an_empty_folder_as_in_git(scenario: Scenario, mode: str) -> None:
    """A mode that is nothing is a submodule to git."""
    scenario.commit("base", {"a": "1\n"})
    plant(scenario, [Entry(mode, b"deep", "1" * 40 if mode == MODULE else "1\n")])
    twin = scenario.twin()
    twin.git("switch", "--quiet", "evil")
    switched(scenario, "evil")
    assert scenario.git("ls-files", "--stage") == twin.git("ls-files", "--stage")
    assert {path.name for path in scenario.path.iterdir() if path.is_dir()} == {".git", "deep"}
    assert not list((scenario.path / "deep").iterdir())
    switched(scenario, "main")
    assert not (scenario.path / "deep").exists()


def test_names_that_are_only_odd_are_fine(scenario: Scenario) -> None:
    odd = ["con", "2026-01-01T12:00:00.ipynb", "-rf", "$(id)", "a b ", "git", ".gitx", "git~2", ".github/x", "..x"]
    scenario.commit("base", {"a": "1\n"}).branch("x").commit("odd", dict.fromkeys(odd, "1\n")).checkout("main")
    switched(scenario, "x")
    assert set(odd) < set(working_files(scenario.path))
    assert scenario.git("status", "--porcelain") == ""


@pytest.mark.parametrize(
    "twins", [(b"Model.pt", b"model.pt"), (b"D/x", b"d/y"), (b"D", b"d/y"), ("ü".encode(), "u\u0308".encode())]
)
def test_twins_of_a_file_system_that_folds_case(scenario: Scenario, twins: tuple[bytes, bytes]) -> None:
    scenario.commit("base", {"a": "1\n"})
    plant(scenario, [entry for name in twins for entry in file(name)])
    twin = scenario.twin()
    scenario.git("config", "core.ignoreCase", "true")
    before = everything(scenario.root)
    with pytest.raises(UnsupportedRepository):
        switched(scenario, "evil")
    assert everything(scenario.root) == before
    switched(twin, "evil")
    assert len(working_files(twin.path)) == 3


def loose(s: Scenario, revision: str) -> Path:
    oid = s.tip(revision)
    return s.common_dir / "objects" / oid[:2] / oid[2:]


@pytest.mark.parametrize("revision", ["x", "x^{tree}", "x:d", "x:a", "main:a", "main:gone", "x:d/new"])
@pytest.mark.parametrize("damage", ["missing", "empty", "garbage"])
def test_what_cannot_be_read_refuses_the_switch(scenario: Scenario, revision: str, damage: str) -> None:
    """Of what goes, the working file may be the only copy; of what comes, there must be one."""
    scenario.commit("base", {"a": "1\n", "gone": "1-\n", "d/b": "1\n"}).branch("x")
    (scenario.path / "gone").unlink()
    scenario.commit("other", {"a": "2\n", "d/b": "2\n", "d/new": "2+\n"}).checkout("main")
    path = loose(scenario, revision)
    path.chmod(0o644)
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(b"" if damage == "empty" else path.read_bytes()[:-4] + b"\0\0\0\0")
    before = everything(scenario.root)
    with pytest.raises(DamagedRepository):
        switched(scenario, "x")
    assert everything(scenario.root) == before


def test_a_branch_that_names_no_commit_is_refused(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n"})
    (scenario.common_dir / "refs/heads/x").write_text(scenario.tip("HEAD:a") + "\n")
    with pytest.raises(DamagedRepository):
        switched(scenario, "x")


@contextlib.contextmanager
def moved(scenario: Scenario, open_repository: OpenRepository) -> Iterator[FileWork]:
    """Gives a move from ``main`` to ``x``, planned and with the index locked."""
    scenario.commit("base", {"a": "1\n", "gone": "1\n"}).branch("x")
    (scenario.path / "gone").unlink()
    scenario.commit("other", {"a": "2\n", "new": "2\n"}).checkout("main")
    repo = open_repository(scenario.path)
    repo.ours.mkdir()
    with moving(repo, Oid(scenario.tip("main").encode()), Oid(scenario.tip("x").encode())) as files:
        yield files


@pytest.mark.parametrize("name", ["a", "gone", "new"])
def test_what_is_saved_between_check_and_write_stays(
    scenario: Scenario, open_repository: OpenRepository, name: str
) -> None:
    with moved(scenario, open_repository) as move:
        scenario.write({name: "three days of work\n"})
        with pytest.raises(StateChanged):
            move.commit()
    assert (scenario.path / name).read_text() == "three days of work\n"
    assert not (scenario.git_dir / "index.lock").exists()
    assert not list(scenario.path.glob(".mlgit-*"))


def test_links_get_their_place_last(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario.commit("base", {"a": "1\n"}).branch("x")
    (scenario.path / "0").symlink_to("a")
    scenario.commit("other", {"a": "2\n", "new": "2\n"}).checkout("main")
    link = os.link
    placed: list[bytes | str] = []

    def watched(source: Any, target: Any, **folders: Any) -> None:
        placed.append(target)
        link(source, target, **folders)

    monkeypatch.setattr(os, "link", watched)
    switched(scenario, "x")
    assert [name for name in placed if name in (b"0", b"a", b"new")] == [b"a", b"new", b"0"]


def test_the_index_is_locked_from_the_look_to_the_end(scenario: Scenario, open_repository: OpenRepository) -> None:
    with moved(scenario, open_repository) as move:
        scenario.write({"mine": "mine\n"})
        assert "index.lock" in scenario.try_git("add", "mine").stderr
        move.commit()
        scenario.git("add", "mine")
    assert [one.path for one in move.plan.effects] == [b"a", b"gone", b"new"]
    assert scenario.git("ls-files") == "a\nmine\nnew"


def test_what_is_relied_upon_is_made_durable_first(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut must not take both the working file and the object, which git has not made durable."""
    scenario.commit("base", {"a": "1\n", "gone": "1\n"}).branch("x")
    (scenario.path / "gone").unlink()
    scenario.commit("other", {"a": "2\n", "new": "2\n"}).checkout("main")
    relied_upon = {str(loose(scenario, revision)) for revision in ("main:a", "main:gone")}
    rename, fsync = os.rename, os.fsync
    synced: list[str] = []
    renamed: list[set[str]] = []

    def watched_fsync(file: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{file}").readlink()))
        fsync(file)

    def watched_rename(*names: Any, **folders: Any) -> None:
        if folders:  # a working file that is moved aside
            renamed.append(set(synced))
        rename(*names, **folders)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "rename", watched_rename)
    switched(scenario, "x")
    assert relied_upon <= renamed[0]
    assert {str(scenario.path), str(scenario.git_dir)} <= set(synced)


def test_an_edit_that_hides_in_the_clock_stays_visible(scenario: Scenario) -> None:
    """The edit keeps size and time; only the index's own age makes git look into the file."""
    scenario.git("config", "core.trustCtime", "false")
    scenario.commit("base", {"a": "1\n", "same": "old\n"}).branch("x").commit("other", {"a": "2\n"}).checkout("main")
    moment = 1_700_000_000 * 10**9
    for text in ("old\n", "new\n"):
        scenario.path.joinpath("same").write_text(text)
        os.utime(scenario.path / "same", ns=(moment, moment))
        if text == "old\n":
            scenario.git("add", "same")
    os.utime(scenario.git_dir / "index", ns=(moment, moment))
    twin = scenario.twin()
    assert twin.git("status", "--porcelain") == " M same"
    switched(scenario, "x")
    assert scenario.git("status", "--porcelain") == " M same"


def test_what_did_not_change_is_not_looked_at_again(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n", "same": "1\n"}).branch("x").commit("other", {"a": "2\n"}).checkout("main")
    os.utime(scenario.path / "same", (1_700_000_000, 1_700_000_000))
    scenario.git("update-index", "--refresh")

    def stat_of(name: str) -> str:
        return scenario.git("ls-files", "--debug", name)

    before = stat_of("same")
    switched(scenario, "x")
    assert stat_of("same") == before
    assert scenario.git("diff-files") == "", "the stat data of what was written is right as well"


def test_pipes_and_sockets_in_the_way_are_no_files(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n"}).branch("x").commit("other", {"a": "2\n", "new": "2\n"}).checkout("main")
    os.mkfifo(scenario.path / "new")
    with pytest.raises(WouldOverwrite) as refusal:
        switched(scenario, "x")
    assert refusal.value.details == {"files": ["new"]}


def test_a_refusal_names_every_file(scenario: Scenario) -> None:
    files = {f"f{number}": "1\n" for number in range(9)}
    scenario.commit("base", files).branch("x").commit("other", dict.fromkeys(files, "2\n")).checkout("main")
    scenario.write(dict.fromkeys(files, "mine\n"))
    with pytest.raises(WouldOverwrite) as refusal:
        switched(scenario, "x")
    assert refusal.value.details == {"files": sorted(files), "backUp": True}
    assert "f4 and 4 more" in refusal.value.message
