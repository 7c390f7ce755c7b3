"""Damages any file that git or this product keeps, in any way: what comes is an answer or a problem, nothing else.

Each example is a copy of one small repository, with one file changed as failing disks, half written files and spiteful
people change them. Some of the damage hurts nobody; what git itself says of the repository does not matter here.
"""

from __future__ import annotations

import shutil
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_mlgit.git.revisions import resolve
from jupyter_mlgit.history.branches import (
    BranchCreateRequest,
    BranchDeleteRequest,
    BranchesRequest,
    BranchRenameRequest,
    create_branch,
    delete_branch,
    list_branches,
    rename_branch,
)
from jupyter_mlgit.history.status import StatusRequest, read_status
from jupyter_mlgit.history.switch import SwitchRequest, switch_branch
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.operations import OperationsRequest, list_operations
from jupyter_mlgit.journal.undo import UndoRequest, undo
from jupyter_mlgit.problems import DamagedRepository, Problem
from jupyter_mlgit.recovery.deleted_branches import DeletedRequest, find_deleted_branches
from jupyter_mlgit.recovery.restore import (
    PreviewRequest,
    RestoreRequest,
    preview_deleted_branch,
    restore_deleted_branch,
)
from jupyter_mlgit.recovery.retention import RetentionRequest, read_retention
from jupyter_mlgit.recovery.timeline import TimelineRequest, read_timeline
from tests.git.twins import opened, ours
from tests.scenario import START, Scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jupyter_mlgit.git.repository import Repository

LOOKS: list[tuple[Callable[..., Any], Any]] = [
    (read_status, StatusRequest()),
    (list_branches, BranchesRequest()),
    (find_deleted_branches, DeletedRequest(all=True)),
    (preview_deleted_branch, PreviewRequest(branch="lost")),
    (read_timeline, TimelineRequest()),
    (read_timeline, TimelineRequest(ref="packed")),
    (read_retention, RetentionRequest()),
    (list_operations, OperationsRequest()),
]
ACTS: list[tuple[Callable[..., Any], Any]] = [
    (restore_deleted_branch, RestoreRequest(branch="lost")),
    (create_branch, BranchCreateRequest(name="new", start="packed~1")),
    (rename_branch, BranchRenameRequest(old="packed", new="other")),
    (delete_branch, BranchDeleteRequest(name="loose")),
    (undo, UndoRequest()),
    (switch_branch, SwitchRequest(name="loose")),
]
REVISIONS = [
    "packed~2",
    "packed^{tree}",
    "HEAD@{1}",
    "HEAD@{yesterday}",
    ":/two",
    "v1^{}",
    "packed:one.txt",
    ":one.txt",
]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Gives a repository with packs, a commit-graph, loose objects, an annotated tag and acts that can be undone."""
    story = Scenario(tmp_path_factory.mktemp("sound") / "work")
    story.commit("one", {"one.txt": "1\n", "sub/file": "f\n"}).branch("packed").commit("two").tag("v1", "-m", "words")
    story.branch("lost").commit("three", {"one.txt": "1\n" * 400}).checkout("packed").commit("four").checkout("main")
    story.merge("packed", "--no-ff").gc().git("commit-graph", "write", "--reachable")
    story.branch("loose").commit("five").checkout("main")
    ours(story, create_branch, BranchCreateRequest(name="done", start="packed"))
    ours(story, delete_branch, BranchDeleteRequest(name="lost"))
    shutil.rmtree(story.git_dir / "hooks", ignore_errors=True)
    yield story.path
    shutil.rmtree(story.root)


def only(folder: Path, pattern: str) -> Path:
    return next(iter(sorted(folder.glob(pattern))))


def loose(git: Path, name: str) -> Path:
    oid = (git / "refs/heads" / name).read_text().strip()
    return git / "objects" / oid[:2] / oid[2:]


FILES: dict[str, Callable[[Path], Path]] = {
    "HEAD": lambda git: git / "HEAD",
    "log of HEAD": lambda git: git / "logs/HEAD",
    "log of a branch": lambda git: git / "logs/refs/heads/packed",
    "loose ref": lambda git: git / "refs/heads/loose",
    "packed-refs": lambda git: git / "packed-refs",
    "config": lambda git: git / "config",
    "commit-graph": lambda git: git / "objects/info/commit-graph",
    "pack index": lambda git: only(git, "objects/pack/*.idx"),
    "pack": lambda git: only(git, "objects/pack/*.pack"),
    "loose object": lambda git: loose(git, "loose"),
    "content of a loose object": lambda git: loose(git, "loose"),
    "index": lambda git: git / "index",
    "operations": lambda git: git / "mlgit/operations.jsonl",
    "observed": lambda git: git / "mlgit/observed.json",
}

places = st.floats(0, 1, exclude_max=True)
pieces = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        [b"\0" * 40, b"\n", b"\xff" * 8, b"\x7f\xff\xff\xff", b"0" * 40, b"f" * 40, b"ref: ", b'"', b"../", b"["]
    ),
)
damages = st.lists(
    st.tuples(st.sampled_from(["flip", "insert", "replace", "cut", "end", "repeat", "zero"]), places, pieces),
    min_size=1,
    max_size=4,
)


def damaged(content: bytes, damage: list[tuple[str, float, bytes]]) -> bytes:
    for kind, where, piece in damage:
        place = int(where * len(content))
        before, after = content[:place], content[place:]
        match kind:
            case "flip":
                content = before + bytes(byte ^ 1 << len(piece) % 8 for byte in after[:1]) + after[1:]
            case "insert":
                content = before + piece + after
            case "replace":
                content = before + piece + after[len(piece) :]
            case "cut":
                content = before + after[len(piece) + 1 :]
            case "end":
                content = before
            case "repeat":
                content = before + after + after
            case _:
                content = before + bytes(len(after))
    return content


def damage_file(path: Path, name: str, damage: list[tuple[str, float, bytes]]) -> None:
    content = path.read_bytes()
    inside = name.startswith("content of")
    content = damaged(zlib.decompress(content) if inside else content, damage)
    path.unlink()
    path.write_bytes(zlib.compress(content) if inside else content)


def say(path: Path, steps: list[Callable[[Repository], object]]) -> list[Problem]:
    """Takes steps in one opened repository and gives the problems that they met."""
    found = []
    try:
        with opened(path) as repo:
            for step in steps:
                try:
                    step(repo)
                except Problem as problem:
                    found.append(problem)
    except Problem as problem:
        found.append(problem)
    return found


def step(verb: Callable[..., Any], request: object) -> Callable[[Repository], object]:
    return lambda repo: verb(repo, request, Context(now=START + 86_400))


def naming(revision: str) -> Callable[[Repository], object]:
    return lambda repo: resolve(repo, revision)


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=6, derandomize=True)
@given(damage=damages)
def test_damage_ends_in_an_answer_or_a_problem(sound: Path, name: str, damage: list[tuple[str, float, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(sound, Path(folder) / "copy", symlinks=True))
        damage_file(FILES[name](copy / ".git"), name, damage)
        said = say(copy, [*(step(*one) for one in LOOKS), *(naming(one) for one in REVISIONS)])
        said += say(copy, [step(*one) for one in ACTS])
    assert all(problem.message and problem.hint for problem in said)


def test_sound_repository_does_all_of_it(sound: Path, tmp_path: Path) -> None:
    """Else the damage would be told of in each example by the first step."""
    copy = Path(shutil.copytree(sound, tmp_path / "copy", symlinks=True))
    assert not say(copy, [*(step(*one) for one in LOOKS), *(naming(one) for one in REVISIONS)])
    assert not say(copy, [step(*one) for one in ACTS])


def test_damaged_pack_can_be_closed_while_its_problem_is_told(sound: Path, tmp_path: Path) -> None:
    """What is told kept a part of the pack open, and closing it ended in an error of its own."""
    copy = Path(shutil.copytree(sound, tmp_path / "copy", symlinks=True))
    pack = FILES["pack"](copy / ".git")
    content = pack.read_bytes()
    pack.unlink()
    pack.write_bytes(content[:12] + bytes(byte ^ 0xFF for byte in content[12:-20]) + content[-20:])
    with opened(copy) as repo:
        tip = repo.refs.packed()[b"refs/heads/packed"]
        with pytest.raises(DamagedRepository) as caught:
            repo.objects.raw(tip)
        assert tip.decode() in caught.value.message
        repo.close()


def test_index_in_which_a_path_is_looked_for_may_be_anything(sound: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(sound, tmp_path / "copy", symlinks=True))
    index = FILES["index"](copy / ".git")
    index.unlink()
    index.write_bytes(b"DIRC")
    with opened(copy) as repo, pytest.raises(Problem):
        resolve(repo, ":one.txt")
    index.unlink()
    index.mkdir()
    with opened(copy) as repo, pytest.raises(Problem):
        resolve(repo, ":one.txt")
