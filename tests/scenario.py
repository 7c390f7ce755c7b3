"""Builds repositories with the real ``git``, one readable line per step.

::

    Scenario(tmp_path).commit("a").branch("x").commit("b").delete_branch("x")

``branch("x")`` checks the new branch out, and ``delete_branch("x")`` leaves it for ``main`` first when it is
the current one, so that a story reads the way a person would tell it. Every step moves a clock of its own by
one minute: dates, ids and reflogs are the same in every run. The surprise: that clock stands in the past, so a
plain ``git gc`` would expire what was logged; ``gc()`` therefore leaves the logs alone and ``expire_all()``
is the step that forgets everything.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

START = 1_760_000_000
"""When a scenario begins: 9 October 2025, 08:53:20 UTC, in seconds since the epoch."""


@dataclass
class Clock:
    """Tells the time that commits and log entries are given."""

    now: int = START
    zone: str = "+0200"

    def tick(self, seconds: int = 60) -> None:
        """Moves the time on."""
        self.now += seconds


class GitFailed(AssertionError):
    """``git`` refused a step of a scenario."""


def isolated_environment(clock: Clock) -> dict[str, str]:
    """Gives the environment in which nothing but the repository and the clock decides what git does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    date = f"@{clock.now} {clock.zone}"
    return kept | {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Ada Example",
        "GIT_AUTHOR_EMAIL": "ada@example.org",
        "GIT_COMMITTER_NAME": "Ada Example",
        "GIT_COMMITTER_EMAIL": "ada@example.org",
        "GIT_AUTHOR_DATE": date,
        "GIT_COMMITTER_DATE": date,
        "GIT_EDITOR": "true",
        "GIT_SEQUENCE_EDITOR": "true",
        "GIT_MERGE_AUTOEDIT": "no",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C.UTF-8",
    }


class Scenario:
    """A repository under construction: ``path`` is its working tree, ``root`` the folder around it.

    Linked worktrees, remotes and clones are made in ``root`` beside it, so that ``twin()`` copies them too.
    """

    def __init__(
        self,
        root: Path,
        name: str = "repo",
        *,
        bare: bool = False,
        object_format: str = "sha1",
        clock: Clock | None = None,
    ) -> None:
        """Opens ``root/name``; makes an empty repository with the branch ``main`` when there is none.

        Args:
            root: the folder that holds the repository and everything beside it.
            name: the repository's folder in ``root``.
            bare: makes it without a working tree.
            object_format: ``sha1`` or ``sha256``.
            clock: the clock to share with another scenario.
        """
        self.root = Path(root)
        self.path = self.root / name
        self.clock = clock or Clock()
        if not self.path.exists():
            self.path.mkdir(parents=True)
            kind = ["--bare"] if bare else []
            self.git("init", "--quiet", "--initial-branch=main", f"--object-format={object_format}", *kind)

    # Asking

    def git(self, *words: str, stdin: str | None = None, env: Mapping[str, str] | None = None) -> str:
        """Runs git here and gives what it prints, without the last line ends; raises GitFailed."""
        done = self.try_git(*words, stdin=stdin, env=env)
        if done.returncode != 0:
            message = f"git {' '.join(words)} gave {done.returncode} in {self.path}:\n{done.stdout}{done.stderr}"
            raise GitFailed(message)
        return done.stdout.rstrip("\n")

    def try_git(
        self, *words: str, stdin: str | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs git here and gives the outcome, whatever it is. Undecodable bytes become surrogates."""
        return subprocess.run(
            ["git", *words],
            cwd=self.path,
            env=isolated_environment(self.clock) | dict(env or {}),
            input=stdin,
            stdin=None if stdin is not None else subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )

    def tip(self, name: str = "HEAD") -> str:
        """Gives the full id that a revision names."""
        return self.git("rev-parse", "--verify", "--end-of-options", name)

    def exists(self, revision: str) -> bool:
        """Tells whether git still has what a revision names, with everything that it needs."""
        return self.try_git("rev-list", "--objects", "--quiet", revision, "--").returncode == 0

    def branches(self) -> dict[str, str]:
        """Gives every local branch's full id by its short name."""
        lines = self.git("for-each-ref", "--format=%(objectname) %(refname)", "refs/heads/").splitlines()
        pairs = (line.split(" ", 1) for line in lines)
        return {ref.removeprefix("refs/heads/"): tip for tip, ref in pairs}

    def current(self) -> str | None:
        """Gives the short name of the branch that is checked out; None when HEAD is detached."""
        return self.try_git("symbolic-ref", "--quiet", "--short", "HEAD").stdout.strip() or None

    @property
    def git_dir(self) -> Path:
        """The folder that git keeps this worktree's own files in, ``HEAD`` and its log among them."""
        return Path(self.git("rev-parse", "--absolute-git-dir"))

    @property
    def common_dir(self) -> Path:
        """The folder that all worktrees share: refs, objects, config."""
        return (self.path / self.git("rev-parse", "--git-common-dir")).resolve()

    def fsck(self) -> None:
        """Demands that git finds every object and link whole."""
        self.git("fsck", "--full", "--strict", "--no-dangling", "--no-progress")

    # Committing

    def write(self, files: Mapping[str, str | bytes]) -> Scenario:
        """Writes files into the working tree, folders included, without staging them."""
        for name, content in files.items():
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self

    def commit(self, subject: str, files: Mapping[str, str | bytes] | None = None) -> Scenario:
        """Commits everything in the working tree.

        Args:
            subject: the message.
            files: what to write first, by path; by default one file named after the subject, so that two
                commits with different subjects never conflict.
        """
        self.clock.tick()
        default = {f"{re.sub(r'[^A-Za-z0-9._-]+', '-', subject)[:60]}.txt": f"{subject} at {self.clock.now}\n"}
        self.write(default if files is None else files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", subject)
        return self

    def amend(self, subject: str | None = None) -> Scenario:
        """Replaces the last commit, with what lies in the working tree."""
        self.clock.tick()
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--amend", *(["-m", subject] if subject else ["--no-edit"]))
        return self

    # Branches

    def branch(self, name: str, at: str | None = None) -> Scenario:
        """Makes a branch: here and checked out, or at a revision and left alone."""
        self.clock.tick()
        self.git(*(["checkout", "--quiet", "-b", name] if at is None else ["branch", "--no-track", name, at]))
        return self

    def checkout(self, *words: str) -> Scenario:
        """Runs ``git checkout``."""
        self.clock.tick()
        self.git("checkout", "--quiet", *words)
        return self

    def switch(self, *words: str) -> Scenario:
        """Runs ``git switch``."""
        self.clock.tick()
        self.git("switch", "--quiet", *words)
        return self

    def delete_branch(self, name: str, *, force: bool = True) -> Scenario:
        """Deletes a branch, merged or not; leaves it for ``main`` first when it is checked out here."""
        self.clock.tick()
        if self.current() == name:
            self.git("checkout", "--quiet", "main")
            self.clock.tick()
        self.git("branch", "--quiet", "-D" if force else "-d", "--", name)
        return self

    def rename_branch(self, old: str, new: str, *, force: bool = False) -> Scenario:
        """Renames a branch; with force over another one."""
        self.clock.tick()
        self.git("branch", "-M" if force else "-m", old, new)
        return self

    def move_branch(self, name: str, to: str) -> Scenario:
        """Points a branch that isn't checked out elsewhere, as ``git branch -f`` does."""
        self.clock.tick()
        self.git("branch", "--quiet", "--force", "--no-track", name, to)
        return self

    def merge(self, name: str, *words: str) -> Scenario:
        """Merges a branch into the current one."""
        self.clock.tick()
        self.git("merge", "--quiet", *words, name)
        return self

    def rebase(self, *words: str) -> Scenario:
        """Runs ``git rebase``."""
        self.clock.tick()
        self.git("rebase", "--quiet", *words)
        return self

    def reset(self, to: str, mode: str = "--hard") -> Scenario:
        """Moves the current branch."""
        self.clock.tick()
        self.git("reset", "--quiet", mode, to)
        return self

    def tag(self, name: str, *words: str) -> Scenario:
        """Tags the current commit, or as the words say."""
        self.clock.tick()
        self.git("tag", name, *words)
        return self

    # Stashes

    def stash(self, message: str = "work in progress") -> Scenario:
        """Puts the working tree's changes away, untracked files too."""
        self.clock.tick()
        self.git("stash", "push", "--quiet", "--include-untracked", "--message", message)
        return self

    def stash_drop(self, entry: str = "stash@{0}") -> Scenario:
        """Drops a stash."""
        self.clock.tick()
        self.git("stash", "drop", "--quiet", entry)
        return self

    # Other places

    def inside(self, name: str) -> Scenario:
        """Gives the scenario of another folder in ``root``, a linked worktree or a clone, on the same clock."""
        return Scenario(self.root, name, clock=self.clock)

    def worktree_add(self, name: str, *words: str) -> Scenario:
        """Adds a linked worktree ``root/name``; work there with ``inside(name)``."""
        self.clock.tick()
        self.git("worktree", "add", "--quiet", str(self.root / name), *words)
        return self

    def worktree_remove(self, name: str) -> Scenario:
        """Removes a linked worktree, clean or not."""
        self.clock.tick()
        self.git("worktree", "remove", "--force", str(self.root / name))
        return self

    def remote(self, name: str = "origin") -> Scenario:
        """Makes a bare repository ``root/NAME.git`` and adds it as a remote."""
        Scenario(self.root, f"{name}.git", bare=True, clock=self.clock)
        self.git("remote", "add", name, str(self.root / f"{name}.git"))
        return self

    def push(self, *words: str) -> Scenario:
        """Pushes; without words the current branch to origin, as its upstream."""
        self.clock.tick()
        self.git("push", "--quiet", *(words or ("--set-upstream", "origin", "HEAD")))
        return self

    def fetch(self, *words: str) -> Scenario:
        """Fetches."""
        self.clock.tick()
        self.git("fetch", "--quiet", *words)
        return self

    def clone(self, name: str, *words: str) -> Scenario:
        """Clones this repository to ``root/name`` and gives the clone."""
        self.clock.tick()
        self.git("clone", "--quiet", *words, f"file://{self.path}", str(self.root / name))
        return self.inside(name)

    # Forgetting

    def gc(self, *words: str) -> Scenario:
        """Collects garbage, with every log entry left as it is."""
        never = ("-c", "gc.reflogExpire=never", "-c", "gc.reflogExpireUnreachable=never")
        self.git(*never, "gc", "--quiet", *words)
        return self

    def expire_all(self) -> Scenario:
        """Forgets all logs and deletes every object that no ref holds."""
        self.git("reflog", "expire", "--expire=now", "--expire-unreachable=now", "--all")
        self.git("gc", "--quiet", "--prune=now")
        return self

    def twin(self) -> Scenario:
        """Copies ``root`` with all that is in it and gives this repository's copy, on a clock of its own.

        The real git acts on the twin, the product on the original, and the two are compared.
        """
        root = self.root.with_name(f"{self.root.name}-twin")
        shutil.copytree(self.root, root, symlinks=True)
        for pointer in _files_with_absolute_paths(root):
            text = pointer.read_bytes()
            pointer.write_bytes(text.replace(os.fsencode(self.root) + b"/", os.fsencode(root) + b"/"))
        return Scenario(root, str(self.path.relative_to(self.root)), clock=Clock(self.clock.now, self.clock.zone))


def _files_with_absolute_paths(root: Path) -> list[Path]:
    """Lists the files in which git wrote where a repository lies: its config and its links to others."""
    patterns = ("config", "config.worktree", "worktrees/*/gitdir", "objects/info/alternates")
    folders = [*root.glob("*.git"), *root.glob("*/.git")]
    inside = [path for folder in folders if folder.is_dir() for pattern in patterns for path in folder.glob(pattern)]
    return inside + [folder for folder in folders if folder.is_file()]
