"""Resets, discards and switches where git converts files on their way out, on twins: the same bytes come out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.git.cleaning import lfs_pointer
from jupyter_mlgit.history.discard import DiscardRequest, discard
from jupyter_mlgit.history.reset import ResetRequest, reset
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.undo import RedoRequest, UndoRequest, redo, undo
from jupyter_mlgit.problems import UnsupportedRepository
from tests.git.test_smudging import ATTRIBUTES, KINDS
from tests.git.twins import opened
from tests.history.pictures import everything, switched, working_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenario import Scenario

CONFIGS = [
    {"core.autocrlf": "true"},
    {"core.autocrlf": "input", "core.eol": "crlf"},
    {"core.autocrlf": "false"},
    {"core.eol": "crlf"},
]
OTHER = b" and more\n"
WEIGHTS, BETTER = b"weights\n" * 500, b"better\n" * 500


def two_versions(s: Scenario, config: dict[str, str]) -> Scenario:
    """Makes ``main`` and ``x``, which differ in each kind of content under each attribute, stored as it is."""
    attributes = "".join(f"*.{number} {one}\n" for number, one in enumerate(ATTRIBUTES))
    names = [f"d{number % 2}/{kind}.{number}" for kind in KINDS for number in range(len(ATTRIBUTES))]
    s.write({".git/info/attributes": "* -text !ident !working-tree-encoding\n"})
    for branch, more in (("main", b""), ("x", OTHER)):
        if branch == "x":
            s.branch("x")
        s.commit(
            branch, {".gitattributes": attributes} | {name: KINDS[name[3:].split(".")[0]] + more for name in names}
        )
    (s.path / ".git/info/attributes").unlink()
    for name, value in config.items():
        s.git("config", name, value)
    s.git("rm", "--quiet", "-r", "--cached", ".")
    s.git("reset", "--quiet", "--hard", "main~0")
    s.git("checkout", "--quiet", "--force", "main")
    return s


def never_clean(s: Scenario) -> set[str]:
    """Gives the files that git would store otherwise than they are, even if nobody touches them."""
    found = set()
    for branch in ("x", "main"):
        s.git("switch", "--quiet", "--force", branch)
        for path in s.path.glob("d?/*"):
            path.touch()
        found |= {line.split()[-1] for line in s.git("status", "--porcelain").splitlines()}
    s.git("reset", "--quiet", "--hard")
    return found


def picture(s: Scenario, without: set[str]) -> dict[str, Any]:
    """Gives what a person and git see; of files that are never clean, git's word depends on the clock."""
    status = s.git("status", "--porcelain=v2", "--branch").splitlines()
    return {
        "files": working_files(s.path),
        "index": s.git("ls-files", "--stage"),
        "status": [line for line in status if line.split()[-1] not in without],
        "refs": s.git("for-each-ref", "refs/heads"),
    }


def verb(s: Scenario, act: Callable[..., Any], request: Any) -> Any:
    with opened(s.path) as repo:
        return act(repo, request, Context(now=s.clock.now))


def edit(s: Scenario) -> None:
    """Spoils every third file, with line ends of another kind."""
    for number, path in enumerate(sorted(path for path in s.path.glob("d?/*"))):
        if number % 3 == 0:
            path.write_bytes(b"edited\r\nby hand\n")
        elif number % 30 == 1:
            path.unlink()


ACTS: dict[str, tuple[list[str], Callable[[Scenario], Any]]] = {
    "reset to another": (
        ["reset", "--quiet", "--hard", "x"], lambda s: verb(s, reset, ResetRequest(rev="x", hard=True))
    ),
    "reset of edits": (
        ["reset", "--quiet", "--hard", "HEAD"], lambda s: verb(s, reset, ResetRequest(rev="HEAD", hard=True))
    ),
    "discard": (["restore", "d0", "d1"], lambda s: verb(s, discard, DiscardRequest(paths=["d0", "d1"]))),
    "switch": (["switch", "--quiet", "x"], lambda s: switched(s, "x")),
}  # fmt: skip


@pytest.mark.parametrize("config", CONFIGS, ids=str)
@pytest.mark.parametrize("act", ACTS)
def test_same_bytes_as_git(scenario: Scenario, act: str, config: dict[str, str]) -> None:
    odd = never_clean(two_versions(scenario, config))
    assert len(odd) < len(KINDS) * len(ATTRIBUTES) / 3
    if act != "switch":
        edit(scenario)
    before, twin = picture(scenario, odd), scenario.twin()
    words, ours = ACTS[act]
    twin.git(*words)
    ours(scenario)
    after = picture(scenario, odd)
    assert after == picture(twin, odd)
    verb(scenario, undo, UndoRequest())
    assert picture(scenario, odd) == before
    verb(scenario, redo, RedoRequest())
    assert picture(scenario, odd) == after
    scenario.fsck()


def large_files(s: Scenario) -> Scenario:
    """Has pointers of Git LFS in two commits, of other weights each, and the weights of the second on disk."""
    s.commit("base", {".gitattributes": "*.pt filter=lfs -text\n", "m.pt": lfs_pointer(WEIGHTS)})
    s.commit("better", {"m.pt": lfs_pointer(BETTER)})
    for name in ("clean", "smudge", "process"):
        s.git("config", f"filter.lfs.{name}", f"git-lfs {name}")
    s.git("config", "filter.lfs.required", "true")
    return s.write({"m.pt": BETTER})


def status_without_lfs(s: Scenario) -> str:
    """Lets git look at the bytes as they are."""
    words = ["filter.lfs.process=", "filter.lfs.clean=cat", "filter.lfs.required=false"]
    return s.git(*(part for one in words for part in ("-c", one)), "status", "--porcelain")


@pytest.mark.parametrize("largest", [10, 2**20])
def test_a_large_file_is_what_its_pointer_says(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch, largest: int
) -> None:
    for module in ("both_ways", "file_status"):
        monkeypatch.setattr(f"jupyter_mlgit.git.{module}.LARGEST", largest)
    large_files(scenario)
    os.utime(scenario.path / "m.pt", (scenario.clock.now, scenario.clock.now))
    for rev, paths in (("HEAD", ["."]), ("HEAD", ["m.pt"])):
        assert verb(scenario, reset, ResetRequest(rev=rev, hard=True)).files == []
        assert verb(scenario, discard, DiscardRequest(paths=paths)).files == []
    assert (scenario.path / "m.pt").read_bytes() == BETTER
    assert status_without_lfs(scenario) == "", "git need not ask Git LFS: the index knows the file's times"


@pytest.mark.parametrize("on_disk", [BETTER, b"trained\n", b"weights\n" * 500 + b"and edits"], ids=len)
def test_no_pointer_is_written_over_a_large_file(scenario: Scenario, on_disk: bytes) -> None:
    large_files(scenario).write({"m.pt": on_disk})
    untouched = everything(scenario.root)
    with pytest.raises(UnsupportedRepository, match="Git LFS") as refusal:
        verb(scenario, reset, ResetRequest(rev="HEAD~1", hard=True))
    assert refusal.value.details == {"files": ["m.pt"]}
    assert everything(scenario.root) == untouched


def test_the_large_file_of_the_target_stays(scenario: Scenario) -> None:
    large_files(scenario).write({"m.pt": WEIGHTS})
    done = verb(scenario, reset, ResetRequest(rev="HEAD~1", hard=True))
    assert (done.index, done.files) == (["m.pt"], [])
    assert (scenario.path / "m.pt").read_bytes() == WEIGHTS
    verb(scenario, undo, UndoRequest())
    assert (scenario.path / "m.pt").read_bytes() == WEIGHTS


@pytest.mark.parametrize("before", [None, lfs_pointer(BETTER), b""], ids=["absent", "pointer", "empty"])
def test_a_pointer_is_written_where_there_is_none_or_another(scenario: Scenario, before: bytes | None) -> None:
    large_files(scenario)
    if before is None:
        (scenario.path / "m.pt").unlink()
    else:
        scenario.write({"m.pt": before})
    files = working_files(scenario.path)
    verb(scenario, reset, ResetRequest(rev="HEAD~1", hard=True))
    assert (scenario.path / "m.pt").read_bytes() == lfs_pointer(WEIGHTS)
    assert status_without_lfs(scenario) == ""
    verb(scenario, undo, UndoRequest())
    assert working_files(scenario.path) == files


def test_a_filter_that_is_not_run_here_is_refused(scenario: Scenario) -> None:
    scenario.commit("base", {".gitattributes": "*.bin filter=f\n", "a.bin": "1\n", "b": "1\n"})
    scenario.commit("more", {"a.bin": "2\n", "b": "2\n"}).git("config", "filter.f.smudge", "tr a-z A-Z")
    untouched = everything(scenario.root)
    with pytest.raises(UnsupportedRepository, match="the filter 'f'"):
        verb(scenario, reset, ResetRequest(rev="HEAD~1", hard=True))
    assert everything(scenario.root) == untouched


def test_attributes_come_and_go_with_the_act(scenario: Scenario) -> None:
    """What a file becomes is said by the attributes of the commit to go to, or by those that are put back with it."""
    scenario.commit("base", {"a": "1\n", ".gitattributes": "a eol=crlf\n", "d/-a": "1\n"})
    scenario.commit("less", {"a": "2\n", ".gitattributes": "", "d/-a": "2\n", "d/.gitattributes": "* eol=crlf\n"})
    twin = scenario.twin()
    twin.git("reset", "--quiet", "--hard", "HEAD~1")
    verb(scenario, reset, ResetRequest(rev="HEAD~1", hard=True))
    assert picture(scenario, set()) == picture(twin, set())
    scenario.write({"a": "edited\n", ".gitattributes": "a -text\n"})
    verb(scenario, discard, DiscardRequest(paths=["a", ".gitattributes"]))
    assert picture(scenario, set()) == picture(twin, set())
    scenario.write({"a": "edited\n", ".gitattributes": "a -text\n"})
    verb(scenario, discard, DiscardRequest(paths=["a"]))
    assert (scenario.path / "a").read_bytes() == b"1\n", "the attributes that stay hold"
