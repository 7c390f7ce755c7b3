"""Types git commands for the sample project, at a time and in the name of a person of its story.

The real ``git`` is used so that every trace it leaves (logs, config sections, dangling commits) is a true one.
Nothing of the machine's own git settings has a say: no hooks, no signing, no template.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_mlgit.problems import Problem
from jupyter_mlgit.sample.project import project_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jupyter_mlgit.sample.experiment import Experiment

HOUR = 3600
PEOPLE = {"mira": ("Mira Okafor", "mira@example.org"), "jonas": ("Jonas Lindqvist", "jonas@example.org")}


class GitMissing(Problem):
    """The ``git`` executable, which only the sample project needs, is not installed."""

    code = "git-missing"


@dataclass
class Terminal:
    """Somebody's terminal in ``directory``; ``time`` is when the next command is typed."""

    directory: Path
    now: float
    time: float
    person: str = "mira"

    def at(self, hours_ago: float, person: str = "mira") -> Terminal:
        """Moves to a time before now and to a person."""
        self.time, self.person = self.now - hours_ago * HOUR, person
        return self

    def git(self, *words: str, directory: Path | None = None) -> str:
        """Types a git command, a minute after the last one, and gives what it prints.

        Raises:
            GitMissing: git is not installed, or it refused what every git since 2.28 does.
        """
        executable = shutil.which("git")
        if executable is None:
            message = "The sample project is made with git, and git is not installed here."
            raise GitMissing(message, "Install git, for example with: apt-get install git.")
        self.time += 60
        done = subprocess.run(  # noqa: S603 -- the words are this package's own, no shell reads them
            [executable, *words],
            cwd=directory or self.directory,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if done.returncode != 0:
            reason = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no reason given"]
            message = f"git refused to make the sample project: {reason[0]}"
            raise GitMissing(message, f"Run `git {words[0]}` yourself to see more; git 2.28 or newer is needed.")
        return done.stdout.strip()

    def commit(self, subject: str, experiment: Experiment, *paths: str, more: Mapping[str, str] | None = None) -> str:
        """Writes the project's files as one state has them and commits them.

        Args:
            subject: the commit's message.
            experiment: the state.
            paths: which of the project's files to write; all when none is named.
            more: further files, by path.

        Returns:
            The full id of the new commit.
        """
        files = project_files(experiment)
        self.write({path: files[path] for path in (paths or files)} | dict(more or {}))
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", subject)
        return self.git("rev-parse", "HEAD")

    def write(self, files: Mapping[str, str]) -> None:
        """Writes files, folders included."""
        for path, text in files.items():
            target = self.directory / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")

    def _environment(self) -> dict[str, str]:
        name, address = PEOPLE[self.person]
        date = f"@{int(self.time)} +0000"
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        return kept | {
            "GIT_AUTHOR_NAME": name,
            "GIT_AUTHOR_EMAIL": address,
            "GIT_AUTHOR_DATE": date,
            "GIT_COMMITTER_NAME": name,
            "GIT_COMMITTER_EMAIL": address,
            "GIT_COMMITTER_DATE": date,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_EDITOR": "true",
            "GIT_MERGE_AUTOEDIT": "no",
            "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C",
        }
