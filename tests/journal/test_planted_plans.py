"""Plants notes of interrupted acts that lead elsewhere, as an unpacked repository may hold; nothing outside changes."""

from __future__ import annotations

import contextlib
import itertools
import json
import shutil
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.history.branches import BranchCreateRequest, BranchDeleteRequest, create_branch, delete_branch
from jupyter_mlgit.history.switch import SwitchRequest, switch_branch
from jupyter_mlgit.journal.context import Context
from jupyter_mlgit.journal.observed import observe
from jupyter_mlgit.journal.unfinished import RecoverRequest, settle_unfinished, show_unfinished
from jupyter_mlgit.problems import Problem
from tests.git.twins import opened, ours
from tests.journal.faults import killed_at
from tests.recovery.verdicts import folder_digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.scenario import Scenario

ZERO = "0" * 40
LINE = "0 1 Eve <eve@example.org> 1760000000 +0000\tplanted\n"


@pytest.fixture
def outside(story: Scenario) -> Path:
    """Gives a folder beside the repository that looks like one's home and like a git directory, with everything in."""
    folder = story.root / "outside"
    for name in ("refs/heads", "logs/refs/heads", "objects", "heads"):
        (folder / name).mkdir(parents=True)
    for name in ("HEAD", "logs/HEAD", "logs/refs/heads/main", "refs/heads/main", "heads/main", ".bashrc", "config"):
        (folder / name).write_text("ref: refs/heads/main\n" if name == "HEAD" else "mine\n")
    return folder


def record(**parts: Any) -> dict[str, Any]:
    """Gives the record of an act that has changed nothing yet."""
    plain: dict[str, Any] = {"id": "abc123", "when": 1.0, "title": "Planted", "kind": "branch-create", "source": "cli"}
    return plain | {"refs": [], "heads": [], "sections": [], "settings": [], "logs": {}} | parts


def log(file: str, **parts: Any) -> dict[str, Any]:
    """Gives the note of a log that gets a line at its end."""
    return {"file": file, "size": 5, "added": LINE, "whole": False, "saved": None} | parts


def plant(story: Scenario, record: dict[str, Any], *logs: dict[str, Any]) -> None:
    """Writes the note as a crash would have left it."""
    folder = story.common_dir / "mlgit"
    folder.mkdir(exist_ok=True)
    (folder / "unfinished.json").write_text(json.dumps({"record": record, "logs": logs}))


def settle_both_ways(story: Scenario, *, left: Callable[[], object]) -> list[Problem | None]:
    """Finishes, and rolls back from where it began; demands that what is ``left`` stays as it was."""
    outcomes: list[Problem | None] = []
    before, kept = left(), story.common_dir / "mlgit"
    spare = story.root / "spare"
    shutil.copytree(kept, spare, symlinks=True)
    for finish in (True, False):
        shutil.rmtree(kept)
        shutil.copytree(spare, kept, symlinks=True)
        try:
            ours(story, settle_unfinished, RecoverRequest(finish=finish, roll_back=not finish))
            outcomes.append(None)
        except Problem as problem:
            outcomes.append(problem)
        assert left() == before
        assert not list(story.root.rglob("*.lock"))
    shutil.rmtree(spare)
    return outcomes


def everything(story: Scenario) -> Callable[[], object]:
    """Gives what looks at all around the repository and in it, but for our own folder."""

    def look() -> object:
        own = str(story.common_dir.relative_to(story.root) / "mlgit")
        return folder_digest(story.root, without=[own, "spare"])

    return look


ELSEWHERE = [
    "../../outside/.bashrc",
    "logs/../config",
    "logs/refs/../../config",
    "logs/refs/heads/../../../../../outside/.bashrc",
    "worktrees/../logs/../config",
    "worktrees/../../logs/HEAD",
    "config",
    "hooks/post-commit",
    "HEAD",
    "refs/heads/main",
    "worktrees/x/HEAD",
    "logs/HEAD/../../config",
    "logs/refs/",
    "./logs/HEAD",
    "//logs/HEAD",
    "",
    "\0",
]


@pytest.mark.parametrize("file", [*ELSEWHERE, "ABSOLUTE"], ids=repr)
@pytest.mark.parametrize("whole", [False, True])
def test_log_that_lies_elsewhere(story: Scenario, outside: Path, file: str, *, whole: bool) -> None:
    file = str(outside / "logs/HEAD") if file == "ABSOLUTE" else file
    plant(story, record(), log(file, whole=whole))
    assert None not in settle_both_ways(story, left=everything(story))


@pytest.mark.parametrize(
    ("link", "target", "file"),
    [
        ("logs/HEAD", ".bashrc", "logs/HEAD"),
        ("logs/refs/heads/main", ".bashrc", "logs/refs/heads/main"),
        ("logs/refs/heads", "logs/refs/heads", "logs/refs/heads/main"),
        ("logs/refs/heads/in", "", "logs/refs/heads/in/.bashrc"),
        ("logs/refs", "", "logs/refs/heads/main"),
        ("logs", "logs", "logs/HEAD"),
        ("worktrees", "", "worktrees/heads/logs/HEAD"),
        ("worktrees/x", "", "worktrees/x/logs/HEAD"),
    ],
)
@pytest.mark.parametrize("how", ["longer", "gone", "whole"])
def test_log_behind_a_link(story: Scenario, outside: Path, link: str, target: str, file: str, how: str) -> None:
    place = story.common_dir / link
    if place.is_dir():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(outside / target)
    (story.common_dir / "mlgit/logs").mkdir(parents=True)
    (story.common_dir / "mlgit/logs/kept").write_text("mine\n")
    parts: dict[str, dict[str, Any]] = {"longer": {}, "gone": {"added": None}, "whole": {"whole": True}}
    plant(story, record(), log(file, saved="kept", **parts[how]))
    settle_both_ways(story, left=lambda: folder_digest(outside))


@pytest.mark.parametrize("saved", ["../../config", "../../../../outside/.bashrc", "ABSOLUTE", "LINK", ".."])
def test_saved_log_is_read_from_our_own_folder_only(story: Scenario, outside: Path, saved: str) -> None:
    ours_ = story.common_dir / "mlgit/logs"
    ours_.mkdir(parents=True)
    (ours_ / "link").symlink_to(outside / ".bashrc")
    saved = {"ABSOLUTE": str(outside / ".bashrc"), "LINK": "link"}.get(saved, saved)
    (story.common_dir / "logs/refs/heads/main").unlink()
    plant(story, record(), log("logs/refs/heads/main", whole=True, saved=saved))
    settle_both_ways(story, left=lambda: folder_digest(outside))
    for path in (story.common_dir / "logs").rglob("*"):
        if path.is_file():
            assert "mine" not in path.read_text()
            assert "[core]" not in path.read_text()


@pytest.mark.parametrize(
    "name",
    [
        "refs/heads/../../config",
        "refs/heads/../../../../outside/.bashrc",
        "../outside/.bashrc",
        "config",
        "HEAD",
        "hooks/post-commit",
        "refs/heads/a\nb",
        "refs/heads/",
        "",
        "ABSOLUTE",
    ],
    ids=repr,
)
@pytest.mark.parametrize("gone", [False, True])
def test_ref_that_is_none(story: Scenario, outside: Path, name: str, *, gone: bool) -> None:
    name = str(outside / ".bashrc") if name == "ABSOLUTE" else name
    tip = story.tip()
    ref = {"name": name, "old": tip, "new": None} if gone else {"name": name, "old": None, "new": tip}
    plant(story, record(refs=[ref]))
    settle_both_ways(story, left=everything(story))


@pytest.mark.parametrize("id_", ["../../config", "../../../outside/config", "ABSOLUTE", "", ".", "a/b", "\0"], ids=repr)
def test_act_whose_id_is_none(story: Scenario, outside: Path, id_: str) -> None:
    """Some of what an act keeps is in files named after it."""
    id_ = str(outside / "config") if id_ == "ABSOLUTE" else id_
    head = {"directory": ".", "old": "refs/heads/main", "new": "refs/heads/packed"}
    head |= {"oldCommit": story.tip("main"), "newCommit": story.tip("packed")}
    plant(story, record(id=id_, heads=[head], worktree="."))
    settle_both_ways(story, left=lambda: folder_digest(outside))


@pytest.mark.parametrize(
    "directory",
    ["..", "../..", "worktrees/..", "worktrees/.", "worktrees/x/..", "worktrees/", "", "ABSOLUTE", "refs", "LINK"],
)
@pytest.mark.parametrize("files", [False, True])
def test_head_of_another_repository(story: Scenario, outside: Path, directory: str, *, files: bool) -> None:
    if directory == "LINK":
        (story.common_dir / "worktrees").mkdir()
        (story.common_dir / "worktrees/x").symlink_to(outside)
    directory = {"ABSOLUTE": str(outside), "LINK": "worktrees/x"}.get(directory, directory)
    head = {"directory": directory, "old": "refs/heads/main", "new": "refs/heads/packed"}
    if files:
        head |= {"oldCommit": story.tip("main"), "newCommit": story.tip("packed")}
    plant(story, record(heads=[head]))
    settle_both_ways(story, left=everything(story))


FILES = [
    "../outside/.bashrc",
    "a/../../outside/.bashrc",
    "ABSOLUTE",
    ".git/config",
    ".git/hooks/post-commit",
    ".GIT/config",
    "git~1/config",
    ".git./config",
    ".git::$INDEX_ALLOCATION/config",
    ".g\u200cit/config",
    "a/.git/config",
    "a\\..\\..\\outside\\.bashrc",
    "link/.bashrc",
    "",
    ".",
    "a//b",
    "a\0b",
]


def rewritten(folder: Path, old: str, new: str) -> None:
    """Puts another path into everything that an interrupted act has noted, packed or not."""
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        content = path.read_bytes()
        packed = content[:1] == b"\x78"
        text = zlib.decompress(content) if packed else content
        text = text.replace(json.dumps(old).encode(), json.dumps(new).encode())
        path.write_bytes(zlib.compress(text) if packed else text)


def cut_off(story: Scenario) -> Scenario:
    """Gives a copy in which a switch was killed as soon as it had written the first file."""
    trial = story.root / "trial"
    for call in itertools.count(1):
        shutil.copytree(story.path, trial, symlinks=True)
        assert killed_at(call, lambda: ours(story.inside("trial"), switch_branch, SwitchRequest(name="x")))
        victim = trial / "victim"
        if victim.exists() and victim.read_text() == "theirs\n":
            break
        shutil.rmtree(trial)
    cut = story.inside("trial")
    shutil.rmtree(cut.common_dir / "mlgit/locks")
    (cut.git_dir / "index.lock").unlink()
    return cut


def test_file_that_lies_elsewhere(story: Scenario, outside: Path) -> None:
    """A real switch is cut off in its midst; then its notes are made to name other files than it changed."""
    story.commit("files", {"victim": "mine\n"}).branch("x").commit("theirs", {"victim": "theirs\n"}).checkout("main")
    (story.path / "link").symlink_to(outside)
    cut = cut_off(story)
    ours_, real = cut.common_dir / "mlgit", story.root / "real"
    shutil.copytree(ours_, real)
    hooks = [path.name for path in (cut.git_dir / "hooks").iterdir()]
    config = (cut.git_dir / "config").read_bytes()
    for path in FILES:
        shutil.rmtree(ours_)
        shutil.copytree(real, ours_)
        rewritten(ours_, "victim", str(outside / ".bashrc") if path == "ABSOLUTE" else path)
        settle_both_ways(cut, left=lambda: folder_digest(outside))
        assert (cut.git_dir / "config").read_bytes() == config, path
        assert [path.name for path in (cut.git_dir / "hooks").iterdir()] == hooks, path
    shutil.rmtree(ours_)
    shutil.copytree(real, ours_)
    ours(cut, settle_unfinished, RecoverRequest(roll_back=True))
    assert (cut.path / "victim").read_text() == "mine\n"


@pytest.mark.parametrize("name", ["unfinished.json", "operations.jsonl", "pins.jsonl", "observed.json", "hook.log"])
def test_file_of_ours_that_is_a_link_is_never_written_through(story: Scenario, outside: Path, name: str) -> None:
    plant(story, record())
    note = story.common_dir / "mlgit" / name
    (outside / name).write_bytes(note.read_bytes() if note.exists() else b"")
    note.unlink(missing_ok=True)
    note.symlink_to(outside / name)
    before = folder_digest(outside)
    acts: list[tuple[Callable[..., Any], Any]] = [
        (settle_unfinished, RecoverRequest(finish=True)),
        (lambda repo, _, context: observe(repo, context), None),
        (create_branch, BranchCreateRequest(name="new")),
        (delete_branch, BranchDeleteRequest(name="exp/one", force=True)),
    ]
    for verb, request in acts:
        with contextlib.suppress(Problem):
            ours(story, verb, request)
        assert folder_digest(outside) == before
    story.fsck()


def test_refused_note_holds_acts_up_and_says_which_file_to_remove(story: Scenario) -> None:
    plant(story, record(), log("../../outside/.bashrc"))
    for verb, request in (
        (show_unfinished, None),
        (settle_unfinished, RecoverRequest(finish=True)),
        (settle_unfinished, RecoverRequest(roll_back=True)),
        (create_branch, BranchCreateRequest(name="new")),
    ):
        with pytest.raises(Problem) as raised:
            ours(story, verb, request)
        assert raised.value.code in ("damaged-repository", "unfinished-operation")
    # Looking goes on meanwhile: the terminal's losses are pinned.
    with opened(story.path) as repo:
        assert observe(repo, Context(now=story.clock.now)) == []
    (story.common_dir / "mlgit/unfinished.json").unlink()
    ours(story, create_branch, BranchCreateRequest(name="new"))
    assert "new" in story.branches()
