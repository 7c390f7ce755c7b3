"""Says which files a sparse checkout has (git-sparse-checkout(1), INTERNALS), in cone mode and without.

The patterns are written as in ``.gitignore`` and mean the contrary: what fits is checked out. What no pattern speaks of
is as the folder that it lies in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_mlgit.git.ignore import Ignoring, read_rules
from jupyter_mlgit.git.index import SKIP_WORKTREE

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository


class SparseCheckout:
    """The patterns of one worktree."""

    def __init__(self, patterns: bytes, *, folds_case: bool, expects_files: bool = False) -> None:
        """Takes the file that git keeps them in.

        Args:
            patterns: its content.
            folds_case: whether upper and lower case are the same.
            expects_files: whether files may stand beyond the patterns and still be left out.
        """
        self._expects_files = expects_files
        self._rules = Ignoring((), folds_case=folds_case).inside(b"", patterns)
        self._folders: dict[bytes, bool] = {b"": False}

    def has(self, path: bytes) -> bool:
        """Tells whether a file is checked out."""
        return self._verdict(path, is_folder=False)

    def mark(self, *, there: bool) -> int:
        """Gives the mark of a file that is left out; git takes it away where one stands there all the same."""
        return SKIP_WORKTREE if self._expects_files or not there else 0

    def _verdict(self, path: bytes, *, is_folder: bool) -> bool:
        rule = self._rules.verdict(path, is_folder=is_folder)
        return self._folder(path.rpartition(b"/")[0]) if rule is None else not rule.takes_back

    def _folder(self, path: bytes) -> bool:
        if path not in self._folders:
            self._folders[path] = self._verdict(path, is_folder=True)
        return self._folders[path]


def sparse_checkout(repo: Repository) -> SparseCheckout | None:
    """Gives what a sparse checkout has; None where all files are checked out."""
    if not repo.config.flag("core", "sparseCheckout"):
        return None
    patterns = read_rules(repo.git_dir / "info" / "sparse-checkout")
    if patterns is None:
        return None
    return SparseCheckout(
        patterns,
        folds_case=repo.config.flag("core", "ignoreCase"),
        expects_files=repo.config.flag("sparse", "expectFilesOutsideOfPatterns"),
    )
