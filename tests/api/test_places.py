"""What a changed file means, and where changes are reported at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_mlgit.api.places import Places, can_be_watched, tells_everything

MAIN = Places(Path("/r"), Path("/r"), Path("/r/.git"), Path("/r/.git"))
LINKED = Places(Path("/w"), Path("/w"), Path("/r/.git/worktrees/w"), Path("/r/.git"))


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("/r/.git/HEAD", "head"),
        ("/r/.git/ORIG_HEAD", "head"),
        ("/r/.git/MERGE_HEAD", "head"),
        ("/r/.git/rebase-merge", "head"),
        ("/r/.git/refs/heads/exp/one", "refs"),
        ("/r/.git/refs/stash", "refs"),
        ("/r/.git/packed-refs", "refs"),
        ("/r/.git/worktrees/w/HEAD", "refs"),
        ("/r/.git/index", "index"),
        ("/r/.git/config", "config"),
        ("/r/.git/refs/mlgit/pins/1", "operations"),
        ("/r/.git/mlgit/operations.jsonl", "operations"),
        ("/r/notes.ipynb", "files"),
        ("/r/deep/er/notes.ipynb", "files"),
        ("/r/.gitignore", "files"),
        # What says nothing to a person.
        ("/r", None),
        ("/r/.git", None),
        ("/r/.git/index.lock", None),
        ("/r/.git/refs/heads/exp/one.lock", None),
        ("/r/.git/mlgit/lock", None),
        ("/r/.git/mlgit/locks", None),
        ("/r/.git/mlgit/locks/0f3c", None),
        ("/r/.git/refs/heads/lock", "refs"),
        ("/r/.git/mlgit/observed.json.12.tmp", None),
        ("/r/.git/FETCH_HEAD", None),
        ("/r/.git/objects/ab/cdef", None),
        ("/r/.git/logs/HEAD", None),
        ("/r/node_modules/x.js", None),
        ("/r/deep/.ipynb_checkpoints/notes.ipynb", None),
        ("/r/sub/.git/HEAD", None),
        ("/elsewhere/HEAD", None),
        ("/r-sibling/notes.ipynb", None),
    ],
)
def test_a_path_means(path: str, change: str | None) -> None:
    assert MAIN.change(path) == change


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("/r/.git/worktrees/w/HEAD", "head"),
        ("/r/.git/worktrees/w/index", "index"),
        ("/r/.git/HEAD", "head"),
        ("/r/.git/refs/heads/x", "refs"),
        ("/w/notes.ipynb", "files"),
        ("/r/notes.ipynb", None),
    ],
)
def test_a_linked_worktree_has_a_head_and_an_index_of_its_own(path: str, change: str | None) -> None:
    assert LINKED.change(path) == change


MOUNTS = """\
22 1 0:21 / / rw,relatime - ext4 /dev/sda1 rw
23 22 0:22 / /home rw,relatime shared:1 - nfs4 server:/home rw
24 23 0:23 / /home/ada/local rw - ext4 /dev/sdb1 rw
25 22 0:24 / /mnt/with\\040blank rw - fuse.sshfs host:/ rw
26 22 0:25 / /share rw - ext4 /dev/sdc1 rw
27 22 0:26 / /share rw - cifs //server/share rw
28 22 0:27 / /overlay rw - overlay overlay rw
a line that is none
"""


@pytest.mark.parametrize(
    ("path", "watched"),
    [
        ("/work", True),
        ("/home/ada/work", False),
        ("/home", False),
        ("/home/ada/local/work", True),
        ("/homework", True),
        ("/mnt/with blank/work", False),
        ("/share/work", False),
        ("/overlay/work", True),
    ],
)
def test_changes_are_reported_by_local_file_systems_alone(tmp_path: Path, path: str, *, watched: bool) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    assert can_be_watched(Path(path), mounts) is watched


def test_without_a_table_of_mounts_everything_is_watched(tmp_path: Path) -> None:
    assert can_be_watched(Path("/work"), tmp_path / "none")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/work", True),
        ("/home/ada/work", False),
        ("/home/ada/local", True),
        ("/overlay", True),
        ("/mnt/with blank", False),
    ],
)
def test_everything_is_told_by_well_known_file_systems_alone(tmp_path: Path, path: str, *, told: bool) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    assert tells_everything(Path(path), mounts) is told
    mounts.write_text(MOUNTS.replace("ext4", "newfs").replace("overlay", "other"))
    assert not tells_everything(Path(path), mounts)
    assert not tells_everything(Path(path), tmp_path / "none")
