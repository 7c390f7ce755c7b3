"""Revisions mean what ``git rev-parse --verify`` says they mean."""

from __future__ import annotations

import re
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.approxidate import parse_time
from jupyter_mlgit.git.revisions import resolve, resolve_commit
from jupyter_mlgit.problems import BadRevision
from tests.git.histories import git, seeded

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_mlgit.git.repository import Repository
    from tests.git.conftest import OpenRepository
    from tests.scenario import Scenario

NAMES = [
    *["HEAD", "@", "main", "heads/main", "refs/heads/main", "v1", "tags/v1", "light", "exp/a", "origin/main", "origin"],
    *["both", "deadbeef", "ORIG_HEAD", "stash", "stash@{0}", "nothing", "FETCH_HEAD", "x..y", "-x", "", "../../HEAD"],
    *["HEAD~", "HEAD~2", "HEAD~0", "HEAD^", "HEAD^0", "HEAD^1", "HEAD^2", "HEAD^3", "HEAD~99", "HEAD^^", "HEAD~1^~1"],
    *["main^2~1", "v1^{}", "v1^{commit}", "v1^{tree}", "v1^{tag}", "v1^{blob}", "v1^{object}", "main^{tag}", "main^{}"],
    *["main^{odd}", "@^{tree}", "@~1^{tree}", "main^{tree}:data", "main:", "main:data", "main:data/a.txt", "main:none"],
    *["main:data/a.txt/b", ":data/a.txt", ":0:data/a.txt", ":2:data/a.txt", ":none", "v1:data/a.txt", "main:./data"],
    *[
        "HEAD^{/second}",
        "HEAD^{/!-m}",
        "HEAD^{/nowhere}",
        ":/third",
        ":/^fir",
        ":/nowhere",
        ":/!x",
        "HEAD^{/}",
        ":/!!a",
    ],
    *["@{0}", "@{1}", "@{2}", "@{99}", "HEAD@{1}", "HEAD@{3}", "main@{0}", "main@{1}", "main@{99}", "main@{1}~1"],
    *["@{-1}", "@{-2}", "@{-99}", "@{-1}~1", "@{-1}@{0}", "@{u}", "@{upstream}", "main@{u}", "main@{UPSTREAM}"],
    *["exp/a@{u}", "local@{u}", "nothing@{u}", "nothing@{1}", "v1@{1}", "@@{0}", "@~1", "@{u}~1", "HEAD@{u}"],
    *["main@{2025-10-09 09:00:00 +0000}", "main@{2025-10-09 08:56:00 +0000}", "@{2025-10-09 08:58:10 +0000}"],
    *["HEAD@{2020-01-01 00:00}", "HEAD@{1760000400}", "HEAD@{now}", "main@{2 weeks ago}", "main@{10 years ago}"],
    *[
        "HEAD@{yesterday}",
        "main@{last friday}",
        "v1-3-gHEX7",
        "anything-gHEX9",
        "HEX4",
        "HEX40",
    ],
    *["HEX7", "HEX12", "HEX7~1", "HEX7^{tree}", "0000000", "ABSENT", "HEX", "abc"],
]


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    scenario.commit("first", {"data/a.txt": "1", "b.txt": "2"}).tag("light").commit("second line", {"data/a.txt": "2"})
    scenario.tag("v1", "-a", "-m", "one").branch("exp/a").commit("on a").checkout("main").commit("third", {"c": "3"})
    scenario.merge("exp/a", "-m", "bring a").branch("local").git("branch", "-u", "main")
    scenario.checkout("main").remote().push("-u", "origin", "main").git("remote", "set-head", "origin", "-a")
    scenario.git("branch", "both", "HEAD~1")
    scenario.git("tag", "both", "HEAD")
    scenario.git("branch", "deadbeef", "HEAD~2")
    scenario.commit("fourth").reset("HEAD~1").write({"b.txt": "changed"}).stash().fetch()
    return scenario


def by_git(path: Path, text: str) -> bytes | None:
    """Gives git's answer; None where it refuses."""
    done = subprocess.run(
        ["git", "-C", str(path), "rev-parse", "--verify", "--quiet", "--end-of-options", text],
        capture_output=True,
        check=False,
    )
    return done.stdout.strip() if done.returncode == 0 else None


def by_us(repo: Repository, text: str) -> bytes | None:
    try:
        return resolve(repo, text)
    except BadRevision:
        return None


def test_every_spelling_means_what_it_means_to_git(story: Scenario, open_repository: OpenRepository) -> None:
    repo = open_repository(story.path)
    full = story.tip("HEAD~1")
    wrong = {}
    for name in NAMES:
        text = re.sub(r"HEX(\d+)", lambda found: full[: int(found[1])], name).replace("ABSENT", "e" * 40)
        theirs, ours = by_git(story.path, text), by_us(repo, text)
        if theirs != ours:
            wrong[text] = (theirs, ours)
    assert not wrong


REFUSED = ["nothing", "HEAD~99", "HEAD^3", "main:none", ":none", ":/nowhere", "HEAD@{99}", "@{-99}"]


@pytest.mark.parametrize(
    "text", [*REFUSED, "HEAD@{5 bananas ago}", "@{push}", "exp/a@{u}", ":/(", "main^{odd}", "", "caf\u00e9", "e" * 39]
)
def test_a_refusal_says_what_happened_and_what_to_do(
    story: Scenario, open_repository: OpenRepository, text: str
) -> None:
    with pytest.raises(BadRevision) as caught:
        resolve(open_repository(story.path), text)
    assert caught.value.message.endswith(".")
    assert caught.value.hint.endswith(".")


def test_bytes_and_names_that_are_not_utf_8(scenario: Scenario, open_repository: OpenRepository) -> None:
    scenario.commit("a")
    name = b"caf\xe9"
    (scenario.git_dir / "packed-refs").write_bytes(scenario.tip().encode() + b" refs/heads/" + name + b"\n")
    assert resolve(open_repository(scenario.path), name) == scenario.tip().encode()


def test_resolve_commit_follows_tags_and_wants_the_object(story: Scenario, open_repository: OpenRepository) -> None:
    repo = open_repository(story.path)
    assert resolve_commit(repo, "v1") == story.tip("v1^{commit}").encode()
    for text in ("main^{tree}", "main:b.txt", "e" * 40):
        with pytest.raises(BadRevision):
            resolve_commit(repo, text)


def test_an_ambiguous_abbreviation_names_the_candidates(tmp_path: Path, open_repository: OpenRepository) -> None:
    path = tmp_path / "it"
    path.mkdir()
    git(path, "init", "-q", "-b", "main")
    lines = [f"commit refs/heads/main\ncommitter A <a@b> {n} +0000\ndata 1\nx\n" for n in range(700)]
    git(path, "fast-import", "--quiet", given="".join(lines).encode())
    repo = open_repository(path)
    shorts = [oid[:4] for oid in git(path, "rev-list", "--all").decode().split()]
    twice = next(short for short in shorts if shorts.count(short) > 1)
    with pytest.raises(BadRevision) as caught:
        resolve(repo, twice)
    assert len(caught.value.details["candidates"]) == shorts.count(twice)
    for short in shorts[::50]:
        assert by_us(repo, short) == by_git(path, short)
    for short in shorts[::50]:
        assert by_us(repo, short[:3]) == by_git(path, short[:3])


def test_an_abbreviation_that_a_tree_shares_still_means_the_commit(
    tmp_path: Path, open_repository: OpenRepository
) -> None:
    path = tmp_path / "it"
    path.mkdir()
    git(path, "init", "-q", "-b", "main")
    lines = [
        f"commit refs/heads/main\ncommitter A <a@b> {n} +0000\ndata 1\nx\nM 100644 inline f\ndata {len(str(n))}\n{n}\n"
        for n in range(700)
    ]
    git(path, "fast-import", "--quiet", given="".join(lines).encode())
    repo = open_repository(path)
    commits = git(path, "rev-list", "--all").decode().split()
    objects = git(path, "rev-list", "--all", "--objects").decode().split()
    shorts = [name[:4] for name in objects]
    shared = [oid[:4] for oid in commits if shorts.count(oid[:4]) > 1]
    assert shared
    for short in shared:
        for text in (f"{short}^{{commit}}", f"{short}~1", short):
            assert by_us(repo, text) == by_git(path, text)


def test_unborn_and_detached_heads(scenario: Scenario, open_repository: OpenRepository) -> None:
    repo = open_repository(scenario.path)
    for text in ("HEAD", "@", "@{0}", "main"):
        assert by_us(repo, text) is None
    scenario.commit("a").commit("b").checkout("--detach")
    for text in ("HEAD", "@{0}", "@{1}", "@{-1}", "@{u}"):
        assert by_us(repo, text) == by_git(scenario.path, text)


def test_linked_worktrees_have_their_own_names(story: Scenario, open_repository: OpenRepository) -> None:
    path = story.worktree_add("there", "exp/a").inside("there").commit("in the worktree").reset("HEAD~1").path
    repo = open_repository(path)
    for text in ("HEAD", "@{1}", "ORIG_HEAD", "main", "exp/a@{0}"):
        assert by_us(repo, text) == by_git(path, text)


TIMES = """now|yesterday|noon|midnight|tea|2 days ago|2.days.ago|1 month ago|one year ago|3 months 2 days ago|last week
last month|last friday|last tuesday|2 fridays ago|2023-11-01|2023-11-01 12:00|2023-11-01 12:00:30|2023-11-01T12:00:30Z
2023-11-01T12:00:30+0200|2023-11-01 12:00:30 +02:00|1600000000|@1600000000|12:30|yesterday 12:30|yesterday noon|3pm
noon yesterday|3 days|1 hour ago|90 minutes ago|30 seconds ago|2023/11/01|Nov 1 2023|1 Nov 2023|Nov 1|never|2 weeks
Wed Nov 1 12:00:00 2023 +0100|10 years ago|9 months ago|2024-02-30|2023-07-20|2023-07-20 10:00|friday"""


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"])
def test_times_mean_what_they_mean_to_git(scenario: Scenario, monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    rng = seeded(zone)
    wrong = []
    for text in TIMES.replace("\n", "|").split("|"):
        now = rng.choice(
            (1_700_000_000, 1_690_000_000, 1_709_164_800, 1_711_849_500, rng.randrange(15 * 10**8, 2 * 10**9))
        )
        theirs = int(git(scenario.path, "rev-parse", f"--since={text}", now=now).partition(b"=")[2])
        if parse_time(text, now) != theirs:
            wrong.append((text, now, theirs, parse_time(text, now)))
    monkeypatch.undo()
    time.tzset()
    assert not wrong


@pytest.mark.parametrize("text", ["", "garbage", "5 bananas ago", "2023-11-01 25h", "99999-01-01", "yesterday-ish"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="time"):
        parse_time(text, 1_700_000_000)


@pytest.mark.parametrize("text", ["HEAD" + "~0" * 3000, "HEAD" + "^0" * 900, "HEAD" + "^{commit}" * 1000, "a" * 20_000])
def test_endless_revision_is_refused(scenario: Scenario, open_repository: OpenRepository, text: str) -> None:
    repo = open_repository(scenario.commit("one").path)
    with pytest.raises(BadRevision, match="longer than any revision"):
        resolve(repo, text)
    assert resolve(repo, "HEAD" + "~0" * 200) == scenario.tip().encode()
