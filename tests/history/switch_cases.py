"""Tells of states that a repository may be in when somebody switches from ``main`` to ``x``.

A case takes the repository of :func:`two_branches` and adds what its name says. The real git judges it; ``refuses``
names the product's answer where git would go on, or another one where both refuse.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, NamedTuple

from tests.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Story = Callable[[Scenario], object]

LATIN = os.fsdecode(b"caf\xe9-\xff.txt")


class Case(NamedTuple):
    """One state."""

    story: Story
    refuses: str | None = None
    """The code of the refusal where git goes on, or where it isn't would-overwrite."""

    @property
    def name(self) -> str:
        """What the test is called."""
        return self.story.__name__


def two_branches(root: Path, object_format: str = "sha1") -> Scenario:
    """Makes ``main`` and ``x``, which differ in every way that files can, and stays on ``main``."""
    scenario = Scenario(root, object_format=object_format).commit(
        "base",
        {
            "a.txt": "one\n",
            "same.txt": "same\n",
            "gone.txt": "going\n",
            "train.py": "print()\n",
            "deep/down/below.txt": "below\n",
            "deep/same.txt": "same\n",
            "only/in/main.txt": "main\n",
            "becomes-folder": "file\n",
            "becomes-file/inner.txt": "inner\n",
            "folder-link/one.txt": "one\n",
            "Grün ü.txt": "ü\n",
            LATIN: "latin\n",
            "windows.txt": "one\r\ntwo\r\n",
            "notebook.ipynb": '{"cells": []}\n',
            ".gitignore": "*.log\n",
        },
    )
    top = scenario.path
    (top / "link").symlink_to("a.txt")
    (top / "file-link").write_text("a file\n")
    scenario.commit("links", {}).branch("x")
    for name in ("gone.txt", "becomes-folder", "file-link", "link"):
        (top / name).unlink()
    for name in ("only", "becomes-file", "folder-link"):
        shutil.rmtree(top / name)
    (top / "train.py").chmod(0o755)
    (top / "file-link").symlink_to("somewhere/else")
    (top / "folder-link").symlink_to("deep")
    (top / "link").write_text("a file now\n")
    (top / "a.txt").rename(top / "renamed.txt")
    scenario.commit(
        "other",
        {
            "a.txt": "two\n",
            "new.txt": "new\n",
            "new/in/folders.txt": "new\n",
            "deep/down/below.txt": "changed\n",
            "becomes-folder/inner/most.txt": "inner\n",
            "becomes-file": "a file now\n",
            "Grün ü.txt": "üü\n",
            LATIN: "latin one\n",
            "windows.txt": "one\r\nthree\r\n",
            "notebook.ipynb": '{"cells": [1]}\n',
            "results.log2": "x\n",
        },
    )
    return scenario.checkout("main")


def clean(s: Scenario) -> None: ...


def edited_file_that_is_alike_on_both(s: Scenario) -> None:
    s.write({"same.txt": "edited\n", "deep/same.txt": "edited\n"})


def edited_file_that_differs(s: Scenario) -> None:
    s.write({"a.txt": "edited\n"})


def edited_file_that_goes(s: Scenario) -> None:
    s.write({"gone.txt": "edited\n"})


def edited_to_what_the_target_has(s: Scenario) -> None:
    s.write({"a.txt": "two\n"})


def staged_edit_alike_on_both(s: Scenario) -> None:
    s.write({"same.txt": "staged\n"}).git("add", "same.txt")
    s.write({"same.txt": "staged and edited\n"})


def staged_edit_that_differs(s: Scenario) -> None:
    s.write({"a.txt": "staged\n"}).git("add", "a.txt")


def staged_edit_taken_back_on_disk(s: Scenario) -> None:
    s.write({"a.txt": "staged\n"}).git("add", "a.txt")
    s.write({"a.txt": "one\n"})


def staged_equal_to_target(s: Scenario) -> None:
    s.write({"a.txt": "two\n"}).git("add", "a.txt")


def staged_equal_to_target_and_edited(s: Scenario) -> None:
    s.write({"a.txt": "two\n", "new.txt": "new\n"}).git("add", "a.txt", "new.txt")
    s.write({"a.txt": "edited\n", "new.txt": "edited\n"})


def staged_new_file_that_comes_otherwise(s: Scenario) -> None:
    s.write({"new.txt": "mine\n"}).git("add", "new.txt")


def staged_new_file_deleted_on_disk(s: Scenario) -> None:
    s.write({"new.txt": "mine\n"}).git("add", "new.txt")
    (s.path / "new.txt").unlink()


def staged_new_file_elsewhere(s: Scenario) -> None:
    s.write({"mine.txt": "mine\n", "deep/mine.txt": "mine\n"}).git("add", ".")


def intent_to_add_elsewhere(s: Scenario) -> None:
    s.write({"mine.txt": "mine\n"}).git("add", "--intent-to-add", "mine.txt")


def intent_to_add_in_the_way(s: Scenario) -> None:
    s.write({"new.txt": "mine\n"}).git("add", "--intent-to-add", "new.txt")


def deleted_on_disk_and_differs(s: Scenario) -> None:
    for name in ("a.txt", "gone.txt", "deep/down/below.txt"):
        (s.path / name).unlink()


def deleted_on_disk_and_alike(s: Scenario) -> None:
    (s.path / "same.txt").unlink()


def deleted_in_index_and_differs(s: Scenario) -> None:
    s.git("rm", "--quiet", "a.txt")


def deleted_in_index_and_goes(s: Scenario) -> None:
    s.git("rm", "--quiet", "gone.txt")


def deleted_in_index_kept_on_disk_and_goes(s: Scenario) -> None:
    s.git("rm", "--quiet", "--cached", "gone.txt")


def deleted_in_index_and_alike(s: Scenario) -> None:
    s.git("rm", "--quiet", "same.txt")


def renamed_in_index_and_alike(s: Scenario) -> None:
    s.git("mv", "same.txt", "moved.txt")
    s.write({"moved.txt": "moved and edited\n"})


def renamed_in_index_and_differs(s: Scenario) -> None:
    s.git("mv", "a.txt", "moved.txt")


def renamed_in_index_as_the_target_has_it(s: Scenario) -> None:
    s.git("mv", "a.txt", "renamed.txt")


def renamed_onto_what_comes_otherwise(s: Scenario) -> None:
    s.git("mv", "same.txt", "new.txt")


def link_changed_on_disk(s: Scenario) -> None:
    (s.path / "link").unlink()
    (s.path / "link").symlink_to("elsewhere")


def mode_changed_on_disk(s: Scenario) -> None:
    (s.path / "a.txt").chmod(0o755)


def mode_changed_on_disk_and_not_trusted(s: Scenario) -> None:
    s.git("config", "core.fileMode", "false")
    (s.path / "a.txt").chmod(0o755)


def touched_only(s: Scenario) -> None:
    for path in s.path.rglob("*.txt"):
        os.utime(path, (1_700_000_000, 1_700_000_000))


def edited_in_the_same_instant(s: Scenario) -> None:
    """Keeps size and times: only the bytes tell."""
    path = s.path / "same.txt"
    status = path.stat()
    path.write_text("SAME\n")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def assumed_unchanged_but_edited(s: Scenario) -> None:
    s.git("update-index", "--assume-unchanged", "a.txt")
    s.write({"a.txt": "edited\n"})


def windows_line_edited(s: Scenario) -> None:
    s.write({"windows.txt": "one\ntwo\n"})


def detached(s: Scenario) -> None:
    s.checkout("--detach", "main~1")
    s.commit("nameless", {"nameless.txt": "1\n"})


def behind_own_branch(s: Scenario) -> None:
    """The target is an ancestor of what is checked out."""
    s.git("branch", "--force", "x", "main~1")


def same_commit(s: Scenario) -> None:
    s.git("branch", "--force", "x", "main")
    s.write({"a.txt": "edited\n", "same.txt": "staged\n"}).git("add", "same.txt")


def packed_and_collected(s: Scenario) -> None:
    s.gc()


def index_of_version_4(s: Scenario) -> None:
    s.git("update-index", "--index-version", "4")


def without_head_log(s: Scenario) -> None:
    s.git("config", "core.logAllRefUpdates", "false")
    (s.git_dir / "logs/HEAD").unlink()


def old_group_writable_mode(s: Scenario) -> None:
    """Holds a mode that only git before 1.0 wrote; it means the same file."""
    listing = s.git("ls-tree", "-z", "x^{tree}").replace("100644 blob", "100664 blob")
    tree = s.git("mktree", "-z", stdin=listing)
    commit = s.git("commit-tree", "-m", "old", "-p", "main", tree)
    s.git("update-ref", "refs/heads/x", commit)


CASES = [
    Case(story)
    for story in (
        clean, edited_file_that_is_alike_on_both, edited_file_that_differs, edited_file_that_goes,
        edited_to_what_the_target_has, staged_edit_alike_on_both, staged_edit_that_differs,
        staged_edit_taken_back_on_disk, staged_equal_to_target, staged_equal_to_target_and_edited,
        staged_new_file_that_comes_otherwise, staged_new_file_deleted_on_disk, staged_new_file_elsewhere,
        intent_to_add_elsewhere, intent_to_add_in_the_way, deleted_on_disk_and_differs, deleted_on_disk_and_alike,
        deleted_in_index_and_differs, deleted_in_index_and_goes, deleted_in_index_kept_on_disk_and_goes,
        deleted_in_index_and_alike, link_changed_on_disk, mode_changed_on_disk, touched_only,
        edited_in_the_same_instant, assumed_unchanged_but_edited, windows_line_edited, detached, behind_own_branch,
        same_commit, packed_and_collected, index_of_version_4, without_head_log, old_group_writable_mode,
        mode_changed_on_disk_and_not_trusted, renamed_in_index_and_alike, renamed_in_index_and_differs,
        renamed_in_index_as_the_target_has_it, renamed_onto_what_comes_otherwise,
    )
]  # fmt: skip
