"""Runs the repository's own ``reference-transaction`` and ``post-checkout`` hooks, when the person has trusted them.

The first may veto or mirror a change of refs, the second does what a checkout lacks (githooks(5)). In a repository that
is not trusted nothing of its own runs, and since a change behind a hook's back would break what it is there for, the
act is refused and the hook named. The hook that we install ourselves is passed over: our acts pin by themselves.

Hooks may lie among the files that an act writes. So a hook runs only while it is what it was when the act began, at the
same place and to the byte; one that the act itself has brought or changed does not run, whoever trusted the one before.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlgit.git import platforms
from jupyter_mlgit.git.refs import OURS
from jupyter_mlgit.git.trust import CHAINED, HOOK, hooks_directory, is_ours, is_trusted
from jupyter_mlgit.problems import HookRejected, UntrustedRepository

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jupyter_mlgit.git.repository import Repository

CHANGED = "It was not run: it has been changed meanwhile, and nobody has trusted what it is now."
"""What is said of a hook that is no longer what it was when the act began."""

TIMEOUT = 60
"""Seconds that a hook may take; git itself would wait for ever, and the person with it."""


NOT_RUN = 126
"""What a shell gives for a command that it could not run."""

MOST_WORDS = 500
"""Bytes of a hook's output that are shown."""


class RefHook:
    """The hook of one transaction; does nothing where there is none."""

    def __init__(
        self, repo: Repository, updates: Sequence[tuple[bytes | None, bytes | None, bytes]], *, settling: bool = False
    ) -> None:
        """Looks for the hook.

        Args:
            repo: the repository.
            updates: old value, new value and name of each ref; None stands for "nothing".
            settling: whether the hook has been asked already, before the act was interrupted. If the act has brought
                another one by then, that must not be in the way of taking it back: it is told nothing.

        Raises:
            UntrustedRepository: if there is one that nobody has trusted.
        """
        self._repo = repo
        # What we pin for the person is no business of the repository's, and must not hang on its consent.
        theirs = [one for one in updates if not one[2].startswith(OURS)]
        self._lines = b"".join(b"%s %s %s\n" % (old or repo.zero, new or repo.zero, name) for old, new, name in theirs)
        self._path = _foreign_hook(repo) if theirs else None
        self._seen = None if self._path is None else _seen(self._path)
        if self._path is not None and settling and not is_trusted(repo):
            self._path = None
        if self._path is not None:
            _require_trusted(repo, self._path)

    def prepared(self) -> None:
        """Asks the hook before anything changes.

        Raises:
            HookRejected: with what the hook printed, if it says no.
        """
        if self._path is None:
            return
        status, output = self._run("prepared")
        if status:
            raise HookRejected(
                f"The hook {self._path} refused the change: {output or f'it ended with status {status}'}.",
                "Do what the hook asks for, then repeat the act.",
            )

    def committed(self) -> None:
        """Tells the hook that the change is done, unless that has changed it; its answer changes nothing."""
        self._run("committed")

    def aborted(self) -> None:
        """Tells the hook that the change was dropped; its answer changes nothing."""
        self._run("aborted")

    def _run(self, state: str) -> tuple[int, str]:
        if self._path is None:
            return 0, ""
        if _seen(self._path) != self._seen:
            return NOT_RUN, CHANGED
        return _called(self._repo, self._path, [state.encode()], self._lines)


class HookSaid(NamedTuple):
    """What a hook has answered."""

    status: int
    output: str


class AfterHook:
    """A hook that git runs when an act is done; does nothing where there is none."""

    def __init__(self, repo: Repository, name: str) -> None:
        """Looks for the hook.

        Raises:
            UntrustedRepository: if there is one that nobody has trusted.
        """
        self._repo = repo
        self._path = hooks_directory(repo) / name
        self._seen = _seen(self._path)
        if self._seen is not None:
            _require_trusted(repo, self._path)

    def run(self, *words: bytes) -> HookSaid | None:
        """Runs it with its arguments, or says that the act has changed it; the act is done, whatever it answers."""
        now = _seen(self._path)
        if now is None:
            return None
        if now != self._seen:
            return HookSaid(NOT_RUN, CHANGED)
        return HookSaid(*_called(self._repo, self._path, words, b""))


def _require_trusted(repo: Repository, hook: Path) -> None:
    if not is_trusted(repo):
        raise UntrustedRepository(
            f"This act would run the repository's own hook {hook}, and the repository is not trusted.",
            "Read the hook; if it is fine, trust the repository: jupyter mlgit trust.",
            wouldRun=[{"what": f"hook {hook.name}", "where": str(hook)}],
        )


def _seen(hook: Path) -> tuple[Path, bytes] | None:
    """Gives where a hook really lies and the digest of its bytes; None where git would run none."""
    if not os.access(hook, os.X_OK) or not hook.is_file():
        return None
    try:
        content = hook.read_bytes()
    except OSError:
        content = b""  # a program may be run and not read, but a file that git has written can be read
    return hook.resolve(), hashlib.sha256(content).digest()


def _called(repo: Repository, hook: Path, words: Sequence[bytes], lines: bytes) -> tuple[int, str]:
    """Runs a hook as git does: in the worktree, with ``GIT_DIR`` set; gives its status and what it printed."""
    # A file takes the output: a pipe would stay open for as long as something that the hook has left running.
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as given:
        given.write(lines)
        given.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603 -- a trusted hook, by its path, without a shell
                [os.fsencode(hook), *words],
                stdin=given,
                stdout=said,
                stderr=subprocess.STDOUT,
                cwd=repo.top,
                env={**os.environ, "GIT_DIR": str(repo.git_dir)},
                start_new_session=True,
            )
        except OSError as error:
            return 1, str(error.strerror)
        try:
            status = process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            platforms.kill_group(process.pid)
            process.wait()
            return 1, f"it did not answer within {TIMEOUT} seconds"
        said.seek(0)
        return status, said.read(MOST_WORDS).decode("utf-8", "replace").strip()


def _foreign_hook(repo: Repository) -> Path | None:
    path = hooks_directory(repo) / HOOK
    if not os.access(path, os.X_OK) or not path.is_file():
        return None
    if not is_ours(path.read_bytes()):
        return path
    before = path.with_name(path.name + CHAINED)
    return before if os.access(before, os.X_OK) else None
