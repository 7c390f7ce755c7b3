"""Takes pictures of a repository with its working files, so that two can be compared to the last byte."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from typing import TYPE_CHECKING, Any

from jupyter_mlgit.git.repository import open_repository
from jupyter_mlgit.history.switch import Switched, SwitchRequest, switch_branch
from jupyter_mlgit.journal.context import Context

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from tests.scenario import Scenario


def same_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Puts this process into the scenarios' time zone, so that reflogs can be compared whole."""
    monkeypatch.setenv("TZ", "UTC-2")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def switched(scenario: Scenario, name: str | None = None, **asked: Any) -> Switched:
    """Switches with the product, at the time at which git would do it."""
    repo = open_repository(scenario.path)
    try:
        request = SwitchRequest(name=name, **asked)
        return switch_branch(repo, request, Context(now=scenario.clock.now, source="panel"))
    finally:
        repo.close()


def working_files(top: Path) -> dict[str, tuple[str, bytes]]:
    """Gives every working file's kind and bytes; empty folders do not count, as git has none."""
    paths = {str(path.relative_to(top)): path for path in top.rglob("*") if path.is_symlink() or not path.is_dir()}
    return {name: _kind_and_bytes(path) for name, path in paths.items() if name.split("/")[0] != ".git"}


def picture(scenario: Scenario) -> dict[str, Any]:
    """Gives all that git and a person see: files, index, HEAD, every ref and every reflog."""
    git_dir, common = scenario.git_dir, scenario.common_dir
    refs = scenario.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    logs = [git_dir / "logs/HEAD", *sorted((common / "logs/refs").rglob("*"))]
    return {
        "files": working_files(scenario.path),
        "index": scenario.git("ls-files", "--stage", "-z"),
        "flags": scenario.git("ls-files", "-t", "-v", "-z"),
        "head": (git_dir / "HEAD").read_bytes(),
        "refs": [line for line in refs if not line.startswith("refs/mlgit/")],
        "logs": {log.name: log.read_bytes() for log in logs if log.is_file()},
        "status": scenario.git("status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all"),
    }


def without_logs(scenario: Scenario) -> dict[str, Any]:
    """Gives a picture without the reflogs, which an act and its undo both lengthen."""
    return {name: part for name, part in picture(scenario).items() if name != "logs"}


def everything(*tops: Path) -> dict[str, str]:
    """Gives a digest of each file and its times, ``.git`` included, without what the product notes for itself."""
    found = {}
    for top in tops:
        for path in sorted(top.rglob("*")):
            name = path.relative_to(top.parent)
            if "mlgit" not in name.parts:
                status = path.lstat()
                content = hashlib.sha256(_kind_and_bytes(path)[1]).hexdigest()
                times = "" if stat.S_ISDIR(status.st_mode) else f"{status.st_mtime_ns} {status.st_ino}"
                found[str(name)] = f"{status.st_mode:o} {times} {content}"
    return found


def _kind_and_bytes(path: Path) -> tuple[str, bytes]:
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        return "link", os.fsencode(path.readlink())
    if not stat.S_ISREG(status.st_mode):
        return "other", b""
    return "program" if status.st_mode & stat.S_IXUSR else "file", path.read_bytes()
