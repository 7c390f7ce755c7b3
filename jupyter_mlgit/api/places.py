"""Knows which files of a repository say that something changed, and on which file systems that can be watched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository

Change = Literal["refs", "head", "index", "files", "config", "operations"]

NEVER_WATCHED = frozenset(
    {".git", ".ipynb_checkpoints", "__pycache__", "node_modules", ".venv", "venv", ".tox", ".mypy_cache"}
    | {".pytest_cache", ".ruff_cache", ".jupyter_cache", ".virtual_documents"}
)
"""Folders of a working tree that nobody keeps in git and that change all the time."""

# Where inotify and FSEvents don't hear of what another machine, or the host of a container, does.
_REMOTE = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "beegfs", "gpfs", "sshfs"}
    | {"virtiofs", "vboxsf", "prl_fs", "vmhgfs", "davfs", "ocfs2", "gfs2", "drvfs", "fakeowner"}
)

_LOCAL = frozenset(
    {"ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "bcachefs", "jfs", "reiserfs", "tmpfs", "overlay"}
)

_MEANING: dict[str, Change] = {
    "HEAD": "head",
    **dict.fromkeys(("rebase-merge", "rebase-apply", "sequencer", "BISECT_LOG", "BISECT_START"), "head"),
    "packed-refs": "refs",
    "index": "index",
    "config": "config",
    "config.worktree": "config",
    "mlgit": "operations",
}
"""What a name in the git directory stands for."""

_MEANINGLESS = {("mlgit", "lock"), ("mlgit", "locks"), ("FETCH_HEAD",)}
"""What comes and goes with acts that are refused, too, and with fetches."""


@dataclass(frozen=True)
class Places:
    """Where a repository's parts lie."""

    top: Path
    worktree: Path | None
    git_dir: Path
    common_dir: Path

    @classmethod
    def of(cls, repo: Repository) -> Places:
        """Takes them from an open repository."""
        return cls(repo.top, repo.worktree, repo.git_dir, repo.common_dir)

    def change(self, path: str) -> Change | None:
        """Says what a changed file means, or None when it means nothing to a person.

        Args:
            path: the file's absolute path.
        """
        for git_dir in (self.git_dir, self.common_dir):
            parts = _below(path, git_dir)
            if parts is not None:
                return _in_git_dir(parts)
        parts = _below(path, self.worktree) if self.worktree else None
        if not parts or not NEVER_WATCHED.isdisjoint(parts):
            return None
        return "files"


def can_be_watched(path: Path, mounts: Path = Path("/proc/self/mountinfo")) -> bool:
    """Tells whether the system reports every change below a folder.

    Args:
        path: an absolute, resolved path.
        mounts: the table of mounted file systems, see proc(5); without one, as on macOS, the answer is yes.
    """
    kind = _file_system(path, mounts)
    return kind is None or (kind not in _REMOTE and not (kind == "fuse" or kind.startswith("fuse.")))


def tells_everything(path: Path, mounts: Path = Path("/proc/self/mountinfo")) -> bool:
    """Tells whether below a folder no change is kept from us, so that nothing has to be looked at without one.

    That is more than being reported sooner or later: only file systems that are known for it count.

    Args:
        path: an absolute, resolved path.
        mounts: as for :func:`can_be_watched`; without one the answer is no.
    """
    return _file_system(path, mounts) in _LOCAL


def _file_system(path: Path, mounts: Path) -> str | None:
    """Gives the kind of file system that a folder lies on; None where there is no table of them."""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return None
    nearest, kind = "", ""
    for line in lines:
        mount, _, rest = line.partition(" - ")
        fields = mount.split(" ")
        if len(fields) > 4 and rest:  # noqa: PLR2004 -- the mount point is the fifth field
            point = fields[4].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
            # A later line is mounted over an earlier one of the same place.
            if len(point) >= len(nearest) and _holds(point, str(path)):
                nearest, kind = point, rest.split(" ")[0]
    return kind


def _holds(folder: str, path: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _below(path: str, folder: Path) -> tuple[str, ...] | None:
    try:
        return Path(path).relative_to(folder).parts
    except ValueError:
        return None


def _in_git_dir(parts: tuple[str, ...]) -> Change | None:
    if not parts or parts[-1].endswith((".lock", ".tmp")) or parts[:2] in _MEANINGLESS:
        return None
    first = parts[0]
    if first == "refs":
        return "operations" if parts[1:2] == ("mlgit",) else "refs"
    if first == "worktrees":
        return "refs" if parts[-1] == "HEAD" else None
    if first.endswith("_HEAD"):
        return "head"
    return _MEANING.get(first)
