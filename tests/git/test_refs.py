"""Holds refs, HEADs, logs, objects and names against what git says of them."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_mlgit.git.identity import committer
from jupyter_mlgit.git.objects import MissingObject, parse_signature
from jupyter_mlgit.git.ref_transaction import free_name, require_free
from jupyter_mlgit.git.reflog import head_logs, is_zero, parse_line, parse_log, read_log, refs_with_logs
from jupyter_mlgit.git.refs import is_valid_name, short_name
from jupyter_mlgit.problems import BranchExists, DamagedRepository
from tests.git.twins import in_zone, opened

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scenario import Scenario


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    scenario.commit("one").remote().push()
    scenario.branch("packed").commit("p").tag("light").tag("heavy", "-m", "words").checkout("main")
    scenario.git("pack-refs", "--all")
    scenario.branch("loose", at="main")
    scenario.move_branch("packed", "main").git("symbolic-ref", "refs/heads/link", "refs/heads/loose")
    scenario.git("update-ref", "refs/notes/commits", "main")
    return scenario.worktree_add("tree", "-b", "elsewhere")


def test_refs_are_gits(story: Scenario) -> None:
    lines = story.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    with opened(story.path) as repo:
        ours = repo.refs.all()
        assert {f"{name.decode()} {oid.decode()}" for name, oid in ours.items()} == set(lines)
        for name, oid in ours.items():
            assert repo.refs.read(name) == oid
        assert repo.refs.read(b"refs/heads/nothing") is None


def test_change_is_seen_at_once(story: Scenario) -> None:
    with opened(story.path) as repo:
        for words in (
            ("branch", "-f", "loose", "packed~0"),
            ("branch", "-D", "packed"),
            ("branch", "new/one"),
            ("pack-refs", "--all"),
            ("tag", "-d", "heavy"),
        ):
            story.git(*words)
            lines = story.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
            assert {f"{name.decode()} {oid.decode()}" for name, oid in repo.refs.all().items()} == set(lines), words


def test_refs_of_one_worktree_are_its_own(story: Scenario) -> None:
    tree = story.inside("tree")
    tree.git("update-ref", "refs/worktree/mine", "HEAD")
    tree.git("update-ref", "refs/bisect/bad", "HEAD")
    for place in (story, tree):
        lines = place.git("for-each-ref", "--format=%(refname)").splitlines()
        with opened(place.path) as repo:
            assert {name.decode() for name in repo.refs.all()} == set(lines)


def test_links_in_a_circle_end(story: Scenario) -> None:
    story.git("symbolic-ref", "refs/heads/a", "refs/heads/b")
    story.git("symbolic-ref", "refs/heads/b", "refs/heads/a")
    with opened(story.path) as repo:
        assert repo.refs.read(b"refs/heads/a") is None
        assert b"refs/heads/a" not in repo.refs.all()


@settings(max_examples=400, derandomize=True)
@given(name=st.text(st.sampled_from("ab/.@{}~^:?*[\\ \t\x7f-é").map(str), max_size=7))
def test_names_are_those_that_git_allows(name: str) -> None:
    full = f"refs/heads/{name}"
    git = subprocess.run(["git", "check-ref-format", full], capture_output=True, check=False)
    assert is_valid_name(full.encode()) is (git.returncode == 0)


def test_names_are_said_as_people_say_them() -> None:
    names = [b"refs/heads/a/b", b"refs/tags/v1", b"refs/remotes/origin/x", b"refs/notes/commits", b"refs/heads/\xff"]
    assert [short_name(name) for name in names] == ["a/b", "v1", "origin/x", "refs/notes/commits", "\ufffd"]


def test_free_name_is_free() -> None:
    existing = {
        b"refs/heads/a",
        b"refs/heads/a-restored",
        b"refs/heads/b/c",
        *(b"refs/heads/d-restored-%d" % n for n in range(99)),
    }
    existing |= {b"refs/heads/d", b"refs/heads/d-restored"}
    found = {name: free_name(existing, b"refs/heads/" + name) for name in (b"a", b"a/x", b"b", b"b/c/d", b"d", b"new")}
    assert found[b"a"] == b"refs/heads/a-restored-2"
    assert found[b"a/x"] == b"refs/heads/a-x"
    assert found[b"new"] == b"refs/heads/new"
    for name in found.values():
        require_free(existing, name)
    with pytest.raises(BranchExists):
        require_free(existing, b"refs/heads/b")


def test_logs_are_gits(story: Scenario) -> None:
    story.checkout("loose").commit("l1").amend("l2").reset("HEAD~1").checkout("main")
    names = [
        "refs/heads/elsewhere",
        "refs/heads/loose",
        "refs/heads/main",
        "refs/heads/packed",
        "refs/remotes/origin/main",
    ]
    with opened(story.path) as repo:
        for name in ("HEAD", *names):
            lines = story.git("log", "--walk-reflogs", "--format=%H %gs", name).splitlines()
            log = read_log(repo, name.encode())
            assert [f"{one.new.decode()} {one.message.decode()}" for one in reversed(log.entries)] == lines
            assert log.skipped == 0
        assert {name.decode() for name in refs_with_logs(repo)} >= set(names)
        assert [path.is_file() for path in head_logs(repo)] == [True, True]


WHO = b"Ada <ada@example.org>"
OLD, NEW = b"1" * 40, b"2" * 40


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"nonsense",
        OLD + b" " + NEW,
        OLD + b" " + NEW + b" " + WHO,
        OLD + b" " + NEW + b" " + WHO + b" soon +0000\tx",
        OLD + b" " + NEW[:-1] + b" " + WHO + b" 1 +0000\tx",
        OLD[:39] + b"g " + NEW + b" " + WHO + b" 1 +0000\tx",
        b"1" * 64 + b" " + NEW + b" " + WHO + b" 1 +0000\tx",
        b"\0" * 100,
    ],
    ids=repr,
)
def test_line_that_is_none_is_skipped_and_counted(line: bytes) -> None:
    good = OLD + b" " + NEW + b" " + WHO + b" 1700000000 -0330\tcommit: x\n"
    assert parse_line(line) is None
    log = parse_log(good + line + b"\n" + good)
    assert len(log.entries) == 2
    assert log.skipped == (1 if line else 0)
    assert (log.entries[0].time, log.entries[0].zone) == (1_700_000_000, -210)


def test_line_without_words_is_one() -> None:
    entry = parse_line(OLD + b" " + b"0" * 40 + b" " + WHO + b" 1700000000 +0000")
    assert entry is not None
    assert entry.message == b""
    assert is_zero(entry.new)


@settings(max_examples=300, derandomize=True)
@given(data=st.binary(max_size=300))
def test_no_log_is_too_broken(data: bytes) -> None:
    lines = [line for line in data.split(b"\n") if line]
    log = parse_log(data)
    assert len(log.entries) + log.skipped == len(lines)


def test_objects_are_gits(story: Scenario) -> None:
    names = [line.split() for line in story.git("cat-file", "--batch-check", "--batch-all-objects").splitlines()]
    story.git("repack", "-adq")
    with opened(story.path) as repo:
        for oid, kind, size in names:
            found, data = repo.objects.raw(oid.encode())
            assert (found.decode(), len(data)) == (kind, int(size))
            assert repo.objects.kind(oid.encode()) == kind.encode()
        tip = story.tip("packed").encode()
        assert repo.objects.peel(story.tip("heavy").encode()) == (b"commit", story.tip("heavy^{commit}").encode())
        commit = repo.objects.commit(tip)
        assert [commit.tree.decode(), *(one.decode() for one in commit.parents)] == story.git(
            "log", "-1", "--format=%T %P", "packed"
        ).split()
        rows = [
            f"{entry.mode:06o} {entry.oid.decode()}\t{entry.name.decode()}" for entry in repo.objects.tree(commit.tree)
        ]
        assert rows == [line.replace(" blob", "") for line in story.git("ls-tree", "packed").splitlines()]
        for wrong in (b"1" * 40, b"12", b""):
            assert not repo.objects.contains(wrong)
            with pytest.raises(MissingObject):
                repo.objects.raw(wrong)


def test_objects_are_found_through_a_repack(story: Scenario) -> None:
    tip = story.tip("main").encode()
    with opened(story.path) as repo:
        assert repo.objects.contains(tip)
        for _ in range(3):
            story.commit("more").git("gc", "--quiet", "--prune=now")
            assert repo.objects.raw(tip)[0] == b"commit"
            assert repo.objects.contains(story.tip("main").encode())


@pytest.mark.parametrize("content", [b"", b"nonsense", b"x\x9c\x03\x00\x00\x00\x00\x01"])
def test_damaged_object_is_told(story: Scenario, content: bytes) -> None:
    oid = story.tip("main")
    path = story.git_dir / "objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    path.write_bytes(content)
    with opened(story.path) as repo, pytest.raises(DamagedRepository, match=oid):
        repo.objects.commit(oid.encode())


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"Ada",
        b"Ada <a@b>",
        b"Ada <a@b> x",
        b"Ada <a@b> 1 +00",
        b"<> 1 +0000",
        b"Ada <a@b 1 +0000",
        b"A <b> -5 -0330",
    ],
)
def test_signature_is_read_as_far_as_it_goes(line: bytes) -> None:
    found = parse_signature(line)
    assert isinstance(found.time, int)
    assert -24 * 60 < found.zone < 24 * 60


@pytest.mark.parametrize("zone", ["+0000", "+0200", "-0330", "+0545", "-1200"])
@pytest.mark.parametrize(
    ("name", "email"),
    [("Ada Example", "ada@example.org"), (" .Ada, <L.>;", "<ada>@example.org\n"), ('"Åda"', "'a'"), ("A\tB", " x ")],
)
def test_who_acts_is_written_as_git_writes_it(
    story: Scenario, isolated: Path, monkeypatch: pytest.MonkeyPatch, zone: str, name: str, email: str
) -> None:
    monkeypatch.setenv("GIT_COMMITTER_NAME", name)
    monkeypatch.setenv("GIT_COMMITTER_EMAIL", email)
    story.clock.zone = zone
    environment = {"GIT_COMMITTER_NAME": name, "GIT_COMMITTER_EMAIL": email}
    expected = story.git("var", "GIT_COMMITTER_IDENT", env=environment)
    with opened(story.path) as repo, in_zone(zone):
        assert committer(repo.config, float(story.clock.now)).decode() == expected
    assert isolated.is_dir()


def test_identity_is_looked_for_where_git_looks(story: Scenario) -> None:
    now = time.time()
    with opened(story.path) as repo:
        assert committer(repo.config, now).startswith(b"Ada Example <ada@example.org> ")
        story.git("config", "user.name", "Local")
        assert committer(repo.config, now).startswith(b"Local <ada@example.org> ")
        story.git("config", "committer.name", "Committer")
        assert committer(repo.config, now).startswith(b"Committer <ada@example.org> ")


def test_nobody_is_somebody_at_this_machine(story: Scenario, isolated: Path) -> None:
    (isolated / ".gitconfig").write_text("")
    with opened(story.path) as repo:
        who, _, rest = committer(repo.config, 0).partition(b" <")
        assert who
        assert b"@" in rest
