"""Reads commits that dulwich refuses and git shows: odd headers, encodings, people and time stamps."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.objects import parse_signature
from jupyter_mlgit.history.branches import BranchDeleteRequest, delete_branch
from jupyter_mlgit.problems import DamagedRepository
from jupyter_mlgit.recovery.deleted_branches import DeletedRequest, find_deleted_branches
from jupyter_mlgit.recovery.restore import RestoreRequest, restore_deleted_branch
from tests.git.twins import opened, ours

if TYPE_CHECKING:
    from tests.scenario import Scenario

WHO = "A <a@b> 1700000000 +0100"
PEOPLE = f"author {WHO}\ncommitter {WHO}\n"

# What stands behind the lines of the tree and the parent; {parent} and {tree} are filled in.
ODD: dict[str, str] = {
    "header that nobody knows": PEOPLE + "x-odd some\n continued\nHG:extra y\n\nx\n",
    "signature with headers in it": PEOPLE + "gpgsig -----BEGIN\n \n tree {parent}\n parent {parent}\n -----END\n\nx\n",
    "merged tag": PEOPLE + "mergetag object {parent}\n type commit\n tag v\n tagger A <a@b> 5 +0000\n \n x\n\nx\n",
    "merged tag that is none": PEOPLE + "mergetag nonsense\n\nx\n",
    "zone in words": "author A <a@b> 1700000000 UTC\ncommitter A <a@b> 1700000000 MEST\n\nx\n",
    "zone of no clock": "author A <a@b> 1700000000 +51800\ncommitter A <a@b> 1700000000 +9999\n\nx\n",
    "fraction of a second": "author A <a@b> 1700000000.5 +0000\ncommitter A <a@b> 1700000000.5 +0000\n\nx\n",
    "time of no calendar": "author A <a@b> 99999999999999999999 +0000\ncommitter A <a@b> 99999999999999 +0000\n\nx\n",
    "time before all": "author A <a@b> -5 +0000\ncommitter A <a@b> -99999999999999 +0000\n\nx\n",
    "no time": "author A <a@b>\ncommitter A <a@b>\n\nx\n",
    "no address": "author A 1700000000 +0000\ncommitter A\n\nx\n",
    "no committer": f"author {WHO}\n\nx\n",
    "nobody": "\nx\n",
    "two authors": f"author {WHO}\nauthor B <b@c> 1700000001 +0000\ncommitter {WHO}\ncommitter C <c@d> 5 +0000\n\nx\n",
    "parent behind the people": PEOPLE + "parent {tree}\n\nx\n",
    "no end of the headers": PEOPLE,
    "line ends of Windows": PEOPLE + "\nfirst\r\nsecond\r\n\r\nbody\r\n",
    "blank lines first": PEOPLE + "\n\n  \n first \nsecond\n \nbody\n",
    "declared encoding": PEOPLE.replace("A", "Andr\udce9") + "encoding ISO-8859-1\n\ncaf\udce9 \udce0 la\n",
    "encoding of Windows": PEOPLE + "encoding CP1252\n\n5 \udc80\n",
    "Japanese": PEOPLE + "encoding Shift_JIS\n\n" + os.fsdecode("日本語".encode("shift_jis")) + "\n",
    "encoding that is a lie": PEOPLE + "encoding EUC-JP\n\ncaf\udce9 x\n",
    "encoding that nobody knows": PEOPLE + "encoding X-NONE\n\ncaf\udce9\n",
    "encoding that was not declared": PEOPLE + "\ncaf\udce9\n",
}


def committed(story: Scenario, rest: str) -> str:
    """Writes a commit that says this on top of main, whatever git thinks of it, and gives its id."""
    tree, parent = story.tip("main^{tree}"), story.tip("main")
    text = f"tree {tree}\nparent {parent}\n" + rest.replace("{tree}", tree).replace("{parent}", parent)
    words = ["git", "hash-object", "-t", "commit", "-w", "--literally", "--stdin"]
    done = subprocess.run(words, cwd=story.path, input=os.fsencode(text), capture_output=True, check=True)
    return done.stdout.decode().strip()


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    return scenario.commit("base")


@pytest.mark.parametrize("rest", ODD.values(), ids=ODD)
def test_odd_commit_is_read_as_git_reads_it(story: Scenario, rest: str) -> None:
    oid = committed(story, rest)
    found = []
    for packed in (False, True):
        if packed:
            story.git("update-ref", "refs/heads/odd", oid)
            story.git("repack", "-adq")
        with opened(story.path) as repo:
            found.append(repo.objects.commit(oid.encode()))
    assert found[0] == found[1], "a packed commit is another one"
    commit = found[0]
    git = story.git("log", "-1", "--format=%T%x00%P%x00%an%x00%at%x00%ct%x00%s", oid).split("\0")
    assert [commit.tree.decode(), *(one.decode() for one in commit.parents)] == git[:2]
    assert os.fsdecode(commit.subject) == git[5]
    if "<" in rest:
        assert os.fsdecode(commit.author.name) == git[2]
    for ours_, theirs in ((commit.author.time, git[3]), (commit.committer.time, git[4])):
        if theirs and len(theirs) < 19 and "." not in theirs:
            assert ours_ == int(theirs)
    assert all(abs(one.zone) < 24 * 60 for one in (commit.author, commit.committer))


@pytest.mark.parametrize("rest", ODD.values(), ids=ODD)
def test_branch_of_an_odd_commit_is_found_and_restored(story: Scenario, rest: str) -> None:
    oid = committed(story, rest)
    story.git("update-ref", "refs/heads/odd", oid)
    ours(story, delete_branch, BranchDeleteRequest(name="odd"))
    (row,) = ours(story, find_deleted_branches, DeletedRequest()).branches
    assert (row.name, row.tip, row.state, row.unique_commits) == ("odd", oid, "recoverable", 1)
    ours(story, restore_deleted_branch, RestoreRequest(branch="odd"))
    assert story.tip("odd") == oid


@pytest.mark.parametrize("text", [b"", b"no commit", b"parent 12\n\nx", b"author A <a@b> 1 +0000\n\nx"])
def test_commit_without_a_tree_is_damaged(story: Scenario, text: bytes) -> None:
    words = ["git", "hash-object", "-t", "commit", "-w", "--literally", "--stdin"]
    done = subprocess.run(words, cwd=story.path, input=text, capture_output=True, check=True)
    with opened(story.path) as repo, pytest.raises(DamagedRepository):
        repo.objects.commit(done.stdout.strip())


@pytest.mark.parametrize("parent", [b"../" * 13 + b"x", b"nonsense", b"\xff" * 40, b"", b"Z" * 40])
def test_parent_that_is_no_object_is_missing(story: Scenario, parent: bytes) -> None:
    oid = committed(story, PEOPLE + "\nx\n")
    text = f"tree {story.tip('main^{tree}')}\nparent ".encode() + parent + f"\n{PEOPLE}\nx\n".encode()
    words = ["git", "hash-object", "-t", "commit", "-w", "--literally", "--stdin"]
    done = subprocess.run(words, cwd=story.path, input=text, capture_output=True, check=True)
    with opened(story.path) as repo:
        assert repo.objects.commit(done.stdout.strip()).parents == (parent,)
        assert not repo.objects.contains(parent)
        assert repo.graph.is_missing(parent)
        assert repo.graph.reachable_from([]).gaps(done.stdout.strip()) == [parent]
        assert repo.graph.reachable_from([]).gaps(oid.encode()) == []


def test_huge_time_is_no_reason_to_stop() -> None:
    assert parse_signature(b"A <a@b> " + b"9" * 5000 + b" +0000").time == 0
