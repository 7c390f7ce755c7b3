"""Writes objects, loose and packed, and lets the real git read them."""

from __future__ import annotations

import io
import subprocess
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.object_writer import LOOSE, ObjectWriter
from jupyter_mlgit.git.objects import Oid
from jupyter_mlgit.git.tree_edit import edit_tree
from tests.git.twins import opened

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scenario import Scenario

WHO = b"A U Thor <a@example.com> 1700000000 +0100"
EXPECTED = (1, LOOSE + 1)  # loose, and a pack


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    """Gives a repository with a commit."""
    return scenario.commit("first", {"a": "1\n", "b": "2\n"})


def left_over(story: Scenario) -> list[Path]:
    return list((story.git_dir / "objects").rglob("mlgit-*"))


@pytest.mark.parametrize("expected", EXPECTED)
def test_git_reads_what_was_written(story: Scenario, expected: int) -> None:
    contents = [b"", b"one\n", bytes(range(256)) * 5000, b"one\n"]
    with opened(story.path) as repo, ObjectWriter(repo, expected=expected) as writer:
        names = [writer.blob(content) for content in contents]
        tree = edit_tree(repo.objects, writer, None, {b"a/b": (0o100755, names[1]), b"a.c": (0o100644, names[0])})
        commit = writer.commit(tree, [Oid(story.tip("main").encode())], WHO, "Größe\n".encode())
        writer.finish()
        assert [repo.objects.raw(name) for name in names] == [(b"blob", content) for content in contents]
    for name, content in zip(names, contents, strict=True):
        words = ["git", "cat-file", "blob", name.decode()]
        assert subprocess.run(words, cwd=story.path, capture_output=True, check=True).stdout == content
    assert story.git("ls-tree", "-r", commit.decode()).split() == [
        "100644", "blob", names[0].decode(), "a.c", "100755", "blob", names[1].decode(), "a/b",
    ]  # fmt: skip
    assert story.git("show", "-s", "--format=%an|%s", commit.decode()) == "A U Thor|Größe"
    story.fsck()
    assert not left_over(story)
    assert bool(list((story.git_dir / "objects" / "pack").glob("*.idx"))) == (expected > LOOSE)


@pytest.mark.parametrize("expected", EXPECTED)
def test_what_is_there_is_not_written_again(story: Scenario, expected: int) -> None:
    before = sorted((story.git_dir / "objects").rglob("*"))
    with opened(story.path) as repo, ObjectWriter(repo, expected=expected) as writer:
        for entry in repo.objects.tree(repo.objects.commit(story.tip("main").encode()).tree):
            assert writer.blob(repo.objects.raw(entry.oid)[1]) == entry.oid
        writer.finish()
    assert sorted((story.git_dir / "objects").rglob("*")) == before


@pytest.mark.parametrize("expected", EXPECTED)
def test_nothing_stays_of_what_was_not_finished(story: Scenario, expected: int) -> None:
    before = sorted((story.git_dir / "objects").rglob("*"))
    with opened(story.path) as repo, ObjectWriter(repo, expected=expected) as writer:
        writer.blob(b"never finished")
        with pytest.raises(ValueError, match="5"):
            writer.blob_from(io.BytesIO(b"grows"), 3)
        writer.blob(b"this neither")
    assert sorted((story.git_dir / "objects").rglob("*")) == before


@pytest.mark.parametrize("expected", EXPECTED)
def test_a_file_that_is_being_written_spoils_nothing_else(story: Scenario, expected: int) -> None:
    with opened(story.path) as repo, ObjectWriter(repo, expected=expected) as writer:
        first = writer.blob(b"first")
        with pytest.raises(ValueError, match="5"):
            writer.blob_from(io.BytesIO(b"grows"), 3)
        last = writer.blob_from(io.BytesIO(b"last"), 4)
        writer.finish()
    assert story.git("cat-file", "blob", first.decode()) == "first"
    assert story.git("cat-file", "blob", last.decode()) == "last"
    story.fsck()


def edits(story: Scenario) -> None:
    """Does with git what the test below does with :func:`edit_tree`."""
    story.git("rm", "-q", "gone/only", "folder/one", "file")
    story.write({"file/in": "1\n", "folder/two/deep": "2\n", "other": "3\n"})
    story.git("add", "-A")


def test_edited_tree_is_the_one_that_git_makes(story: Scenario) -> None:
    story.commit("base", {"gone/only": "1\n", "folder/one": "1\n", "folder/stays": "1\n", "file": "1\n", "z": "1\n"})
    base = Oid(story.git("rev-parse", "HEAD^{tree}").encode())
    edits(story)
    expected = story.git("write-tree")
    with opened(story.path) as repo, ObjectWriter(repo, expected=1) as writer:
        changes: dict[bytes, tuple[int, Oid] | None] = {
            name: (0o100644, writer.blob(content))
            for name, content in ((b"file/in", b"1\n"), (b"folder/two/deep", b"2\n"), (b"other", b"3\n"))
        }
        changes |= dict.fromkeys((b"gone/only", b"folder/one", b"not/there", b"folder"))
        assert edit_tree(repo.objects, writer, base, changes).decode() == expected
