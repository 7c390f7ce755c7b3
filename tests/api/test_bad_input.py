"""What is broken, forbidden, locked or hostile gives its code and two sentences, on both sides.

The sides are the server and the command line. Nothing changes, nothing of the repository's is run, and nobody sees
a traceback.
"""

from __future__ import annotations

import errno
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.api.routes import ROUTES
from jupyter_mlgit.cli import main
from tests.api.queries import NEEDED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.scenario import Scenario

READS = [route for route in ROUTES if route.method == "GET" and route.verb not in NEEDED]
MISSING = "1" * 40


@dataclass(frozen=True)
class Asked:
    """One verb, as both sides ask it."""

    method: str
    path: str
    body: dict[str, Any]
    words: tuple[str, ...]


DELETED = Asked("GET", "recovery/deleted-branches", {}, ("deleted",))
STATUS = Asked("GET", "status", {}, ("status",))
BRANCHES = Asked("GET", "branches", {}, ("branches",))
RESTORE = Asked("POST", "recovery/deleted-branches/restore", {"branch": "exp/one"}, ("restore", "exp/one"))
DELETE = Asked("POST", "branches/delete", {"name": "exp/two"}, ("branch-delete", "exp/two"))
CREATE = Asked("POST", "branches/create", {"name": "new"}, ("branch-create", "new"))


def creating(name: str) -> Asked:
    """Asks for a branch of this name."""
    return Asked("POST", "branches/create", {"name": name}, ("branch-create", "--", name))


@pytest.fixture
def story(story: Scenario) -> Scenario:
    """Adds a branch that was deleted, and one that lives."""
    return story.branch("exp/two").commit("third").checkout("main").delete_branch("exp/one")


@pytest.fixture
def both(ask: Any, story: Scenario, capsys: pytest.CaptureFixture[str]) -> Any:
    """Asks the server and the command line the same; gives the code that both gave, None for success."""

    async def both(asked: Asked) -> str | None:
        answer = await ask(asked.method, asked.path, asked.body, **(asked.body if asked.method == "GET" else {}))
        assert answer.status != 500, answer.body
        capsys.readouterr()
        status = main(["-C", str(story.path), "--json", *asked.words])
        out, err = capsys.readouterr()
        told = json.loads(out)
        assert err == ""
        assert "Traceback" not in out + str(answer.body)
        code = told.get("problem", {}).get("code")
        assert status == (0 if code is None else 2 if code == "bad-request" else 1)
        if answer.code is not None:
            problem = answer.body["problem"]
            assert problem["message"].endswith(".")
            assert problem["hint"]
            assert code == answer.code
        given: str | None = answer.code
        return given

    return both


def refs(story: Scenario) -> dict[str, bytes]:
    """Gives every file that holds a ref, its log or a setting."""
    folder = story.path / ".git"
    kept = ("HEAD", "packed-refs", "config", "index", "refs/heads", "refs/tags", "logs")
    found = {}
    for name in kept:
        place = folder / name
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.is_file() and not path.name.endswith(".lock"):
                found[str(path.relative_to(folder))] = path.read_bytes()
    return found


def _no_repository(story: Scenario) -> None:
    (story.path / ".git").rename(story.path / "git")


def _corrupt_head(story: Scenario) -> None:
    (story.path / ".git" / "HEAD").write_bytes(b"\0\xff not a head")


def _corrupt_packed_refs(story: Scenario) -> None:
    (story.path / ".git" / "packed-refs").write_bytes(b"# pack-refs with: peeled\nzzz refs/heads/x\n\0\xff\n")


def _corrupt_config(story: Scenario) -> None:
    (story.path / ".git" / "config").write_bytes(b"[core\nrepositoryformatversion = 0\n")


def _reftable(story: Scenario) -> None:
    story.git("config", "core.repositoryFormatVersion", "1")
    story.git("config", "extensions.refStorage", "reftable")


def _unknown_extension(story: Scenario) -> None:
    story.git("config", "core.repositoryFormatVersion", "1")
    story.git("config", "extensions.noSuchThing", "true")


def _future_format(story: Scenario) -> None:
    story.git("config", "core.repositoryFormatVersion", "99")


def _lock_ref(story: Scenario) -> None:
    (story.path / ".git" / "refs" / "heads" / "exp").mkdir(exist_ok=True)
    (story.path / ".git" / "refs" / "heads" / "exp" / "one.lock").touch()


CASES = [
    (_no_repository, STATUS, "not-a-repository"),
    (_corrupt_head, RESTORE, "damaged-repository"),
    (_corrupt_packed_refs, CREATE, "damaged-repository"),
    (_corrupt_packed_refs, DELETE, "damaged-repository"),
    (_corrupt_config, STATUS, "damaged-repository"),
    (_reftable, DELETED, "unsupported-repository"),
    (_unknown_extension, DELETED, "unsupported-repository"),
    (_future_format, DELETED, "unsupported-repository"),
    (_lock_ref, RESTORE, "ref-locked"),
]


@pytest.mark.parametrize(
    ("spoil", "asked", "code"),
    CASES,
    ids=[f"{spoil.__name__.strip('_')}-{asked.words[0]}" for spoil, asked, _ in CASES],
)
async def test_what_cannot_be_used_gives_its_code(
    both: Any, story: Scenario, spoil: Callable[[Scenario], None], asked: Asked, code: str
) -> None:
    spoil(story)
    before = refs(story)
    assert await both(asked) == code
    assert refs(story) == before


def _damage_reflog(story: Scenario) -> None:
    with (story.path / ".git" / "logs" / "HEAD").open("ab") as log:
        log.write(b"\xff\0 no line of a log\n" + b"0" * 40 + b" short\n")


def _empty_ref(story: Scenario) -> None:
    (story.path / ".git" / "refs" / "heads" / "empty").write_bytes(b"")


def _ref_to_nothing(story: Scenario) -> None:
    (story.path / ".git" / "refs" / "heads" / "nothing").write_text(MISSING + "\n")


def _ref_to_itself(story: Scenario) -> None:
    (story.path / ".git" / "refs" / "heads" / "loop").write_text("ref: refs/heads/loop\n")


def _empty_index(story: Scenario) -> None:
    (story.path / ".git" / "index").write_bytes(b"")


def _corrupt_index(story: Scenario) -> None:
    (story.path / ".git" / "index").write_bytes(b"DIRC\0\0\0\x02\xff\xff\xff\xff garbage")


def _empty_object(story: Scenario) -> None:
    tip = story.tip("exp/two")
    place = story.path / ".git" / "objects" / tip[:2] / tip[2:]
    place.chmod(0o644)
    place.write_bytes(b"")


def _corrupt_object(story: Scenario) -> None:
    tip = story.tip("exp/two")
    place = story.path / ".git" / "objects" / tip[:2] / tip[2:]
    place.chmod(0o644)
    place.write_bytes(b"\x78\x9c garbage")


def _missing_object(story: Scenario) -> None:
    tip = story.tip("exp/two")
    (story.path / ".git" / "objects" / tip[:2] / tip[2:]).unlink()


def _corrupt_commit_graph(story: Scenario) -> None:
    story.git("commit-graph", "write", "--reachable")
    place = story.path / ".git" / "objects" / "info" / "commit-graph"
    place.chmod(0o644)
    place.write_bytes(place.read_bytes()[:40] + b"\xff" * 64)


def _unknown_bytes_in_a_name(story: Scenario) -> None:
    place = os.fsencode(story.path / ".git" / "refs" / "heads") + b"/caf\xe9"
    with open(place, "wb") as file:  # noqa: PTH123 -- a name that is no text
        file.write(story.tip("main").encode() + b"\n")


SPOILED = [
    *(_damage_reflog, _empty_ref, _ref_to_nothing, _ref_to_itself, _empty_index, _corrupt_index),
    *(_corrupt_head, _corrupt_packed_refs),
    *(_empty_object, _corrupt_object, _missing_object, _corrupt_commit_graph, _unknown_bytes_in_a_name),
]


@pytest.mark.parametrize("spoil", SPOILED, ids=lambda spoil: spoil.__name__.strip("_"))
async def test_every_read_lives_with_what_is_damaged_elsewhere(
    ask: Any, both: Any, story: Scenario, spoil: Callable[[Scenario], None]
) -> None:
    spoil(story)
    before = refs(story)
    for route in READS:
        if not route.command_line:
            assert (await ask("GET", route.path, {})).code in (None, "damaged-repository")
            continue
        words = (route.verb, *([route.option] if route.option else []))
        assert await both(Asked("GET", route.path, {}, words)) in (None, "damaged-repository")
    assert await both(DELETED) is None
    assert refs(story) == before


@pytest.mark.parametrize("spoil", [_damage_reflog, _empty_ref, _ref_to_nothing, _missing_object, _empty_index])
async def test_a_branch_is_restored_next_to_what_is_damaged(
    ask: Any, story: Scenario, spoil: Callable[[Scenario], None]
) -> None:
    spoil(story)
    answer = await ask("POST", RESTORE.path, RESTORE.body)
    assert (answer.status, answer.body["branch"]) == (200, "exp/one")


NAMES = [
    "-x", "--force", "HEAD", "a..b", "a b", "a~1", "a^", "a:b", "a?", "a*", "a[b", "a\\b", "a.lock", ".a", "a/", "/a",
    "a//b", "a@{b", "a.", "../../config", "a\nb", "a\x1b[31mb", "a\x7fb", "a\u202eb", "a\u2066b", "a\u200bb",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
async def test_a_name_that_git_or_we_do_not_allow_is_refused(both: Any, story: Scenario, name: str) -> None:
    before = refs(story)
    assert await both(creating(name)) == "bad-name"
    assert refs(story) == before


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (Asked("POST", RESTORE.path, {"branch": "no-such"}, ("restore", "no-such")), "branch-not-found"),
        (Asked("POST", DELETE.path, {"name": "no-such"}, ("branch-delete", "no-such")), "branch-not-found"),
        (Asked("POST", DELETE.path, {"name": "main"}, ("branch-delete", "main")), "branch-checked-out"),
        (creating("exp/two"), "branch-exists"),
        (creating("exp"), "branch-exists"),
        (
            Asked("POST", CREATE.path, {"name": "n", "start": "no-such"}, ("branch-create", "n", "no-such")),
            "bad-revision",
        ),
        (Asked("POST", "operations/undo", {"id": "no-such"}, ("undo", "no-such")), "no-undo"),
        (Asked("POST", "operations/redo", {}, ("redo",)), "no-undo"),
        (Asked("GET", "recovery/timeline", {"ref": "no-such"}, ("timeline", "--ref", "no-such")), "branch-not-found"),
    ],
)
async def test_what_is_not_there_or_not_allowed_gives_its_code(
    both: Any, story: Scenario, asked: Asked, code: str
) -> None:
    before = refs(story)
    assert await both(asked) == code
    assert refs(story) == before


async def test_names_that_would_act_on_a_screen_are_carried_as_they_are_and_shown_escaped(
    ask: Any, story: Scenario, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "exp/\u202egnp<img src=x onerror=alert(1)>".replace(" ", "_")
    story.branch(name).commit("\x1b[31m<script>").checkout("main").delete_branch(name)
    answer = await ask("GET", DELETED.path)
    assert answer.body["branches"][0]["name"] == name
    assert answer.headers["Content-Type"].startswith("application/json")
    capsys.readouterr()
    assert main(["-C", str(story.path), "deleted"]) == 0
    out = capsys.readouterr().out
    assert "\u202e" not in out
    assert "\x1b" not in out
    assert "exp/\\u202egnp" in out


async def test_what_is_about_the_machine_takes_no_repository(ask: Any) -> None:
    assert (await ask("GET", "environment/gpus")).status == 200
    answer = await ask("GET", "environment/gpus", query="repository=repo")
    assert (answer.status, answer.code) == (400, "bad-request")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
async def test_a_repository_of_somebody_else_is_shown_and_not_touched(both: Any, story: Scenario) -> None:
    os.chown(story.path, 12345, 12345)
    os.chown(story.path / ".git", 12345, 12345)
    before = refs(story)
    for asked in (STATUS, DELETED, BRANCHES):
        assert await both(asked) is None
    for asked in (RESTORE, DELETE, CREATE):
        assert await both(asked) == "untrusted-repository"
    assert refs(story) == before
    assert not (story.path / ".git" / "mlgit").exists()


@pytest.mark.parametrize("failure", [errno.EROFS, errno.EACCES, errno.ENOSPC, errno.EDQUOT])
async def test_where_nothing_can_be_written_reading_works_and_acts_are_refused(
    both: Any, story: Scenario, monkeypatch: pytest.MonkeyPatch, failure: int
) -> None:
    before = refs(story)
    real_open, real_mkdir = os.open, os.mkdir

    def guard(path: Any, flags: int, *rest: Any, **named: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and os.fsdecode(path).startswith(str(story.path)):
            raise OSError(failure, os.strerror(failure), path)
        return real_open(path, flags, *rest, **named)

    def guard_mkdir(path: Any, *rest: Any, **named: Any) -> None:
        if os.fsdecode(path).startswith(str(story.path)):
            raise OSError(failure, os.strerror(failure), path)
        real_mkdir(path, *rest, **named)

    monkeypatch.setattr(os, "open", guard)
    monkeypatch.setattr(os, "mkdir", guard_mkdir)
    for asked in (STATUS, DELETED, BRANCHES):
        assert await both(asked) is None
    for asked in (RESTORE, DELETE, CREATE):
        assert await both(asked) == "read-only"
    monkeypatch.undo()
    assert refs(story) == before


async def test_while_another_act_is_under_way_acts_are_refused(both: Any, story: Scenario) -> None:
    from jupyter_mlgit.git.locks import repository_lock

    with repository_lock(story.path / ".git" / "mlgit"):
        assert await both(DELETED) is None
        assert await both(RESTORE) == "repository-busy"
    assert await both(RESTORE) is None


def _hostile(story: Scenario, canary: Path) -> None:
    """Names a program wherever git would look for one."""
    run = f"touch {canary}"
    for name in (
        *("core.fsmonitor", "core.sshCommand", "core.editor", "core.pager", "core.askPass", "gpg.program"),
        *("filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "diff.evil.command", "diff.evil.textconv"),
        *("merge.evil.driver", "sequence.editor", "credential.helper", "core.alternateRefsCommand"),
    ):
        story.git("config", name, run)
    story.git("config", "include.path", str(story.path / "included"))
    story.write(
        {"included": f"[core]\n\tfsmonitor = {run}\n", ".gitattributes": "* filter=evil diff=evil merge=evil\n"}
    )
    hooks = story.path / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in (
        "reference-transaction",
        "post-checkout",
        "pre-commit",
        "post-commit",
        "post-rewrite",
        "post-index-change",
    ):
        (hooks / name).write_text(f"#!/bin/sh\n{run}\n")
        (hooks / name).chmod(0o755)


async def test_nothing_that_the_repository_names_is_run(ask: Any, story: Scenario, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    _hostile(story, canary)
    bodies: dict[str, dict[str, Any]] = {
        "restore": {"branch": "exp/one"},
        "pin": {"branch": "exp/one"},
        "reset": {"rev": "HEAD", "soft": True},
        "discard": {"paths": ["."]},
        "backup-restore": {"id": "0123456789ab"},
        "unpin": {"branch": "exp/one"},
        "branch-create": {"name": "new"},
        "branch-rename": {"old": "new", "new": "newer"},
        "branch-delete": {"name": "newer"},
        "switch": {"name": "exp/two"},
        "retention": {"reflog": 30},
    }
    for route in ROUTES:
        # To be asked whether to trust it is not to trust it; that act alone is left out.
        if route.method == "GET":
            answer = await ask("GET", route.path, **NEEDED.get(route.verb, {}))
        elif route.verb in ("trust", "setup"):
            continue
        else:
            answer = await ask("POST", route.path, bodies.get(route.verb, {}))
        assert answer.status != 500, answer.body
        assert not canary.exists(), route
