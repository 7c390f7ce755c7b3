"""Keeps which repositories a person trusts to run what their own configuration and hooks name.

Trust is stored outside the repository and holds for exactly what would have run when it was given: a hook or a
filter that changes afterwards asks again.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_core.paths import jupyter_data_dir

from jupyter_mlgit.git.config import as_flag
from jupyter_mlgit.git.durable import cannot_write, write_durably
from jupyter_mlgit.git.locks import repository_lock
from jupyter_mlgit.problems import Locked, RepositoryBusy
from jupyter_mlgit.values import visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository

HOOK = "reference-transaction"
"""The name of the hook that we install (githooks(5))."""

HOOK_MARK = b"# jupyter_mlgit: keeps deleted branches"
"""The second line of every hook that we install; it alone proves nothing, since anybody can write it."""

EARLIER_HOOKS = frozenset({"5cb6a4314cebc1ade5aea6bf34fe47743b36751b66511b479d70079ae9f89d26"})
"""The SHA-256 of each hook that we installed before; whoever changes the script adds what it was."""

CHAINED = ".before-mlgit"
"""What a hook that was there before ours is renamed to; ours calls it."""

AFTER_CHECKOUT = "post-checkout"
"""The name of the hook that a switch runs when it is done (githooks(5))."""

_PROGRAMS = {
    "core": ("fsmonitor", "sshcommand", "gitproxy", "editor", "pager", "askpass", "alternaterefscommand"),
    "credential": ("helper",),
    "diff": ("external", "command", "textconv"),
    "difftool": ("cmd",),
    "filter": ("clean", "smudge", "process"),
    "gpg": ("program", "defaultkeycommand"),
    "interactive": ("difffilter",),
    "merge": ("driver",),
    "mergetool": ("cmd",),
    "pager": (),
    "remote": ("uploadpack", "receivepack", "vcs"),
    "sequence": ("editor",),
    "submodule": ("update",),
    "trailer": ("command", "cmd"),
    "web": ("browser",),
}
"""Section → names whose values git runs (git-config(1)); of ``pager`` every name is one."""


@dataclass(frozen=True)
class Program:
    """Something that the repository names and git would run."""

    what: str
    where: str
    here: bool = False
    """Whether acts here run it, too; everything else only git runs."""


@cache
def our_hook() -> bytes:
    """Gives the hook that we install."""
    return resources.files("jupyter_mlgit.git").joinpath(f"{HOOK}.sh").read_bytes()


def is_ours(hook: bytes) -> bool:
    """Tells whether a ``reference-transaction`` hook is ours to the byte, now or earlier; such a one needs no trust."""
    return hook == our_hook() or hashlib.sha256(hook).hexdigest() in EARLIER_HOOKS


def is_marked(hook: bytes) -> bool:
    """Tells whether a hook was ours, edited since or not: by its second line, as a text may quote our mark anywhere."""
    return hook.split(b"\n", 2)[1:2] == [HOOK_MARK]


def would_run(repo: Repository) -> list[Program]:
    """Gives the hooks and programs that this repository names, by name."""
    hooks = hook_files(repo)
    chains = any(_is_our_hook(hook) for hook in hooks)
    here = {HOOK, AFTER_CHECKOUT, *([HOOK + CHAINED] if chains else [])}
    found = [Program(f"hook {hook.name}", str(hook), hook.name in here) for hook in hooks if not _is_our_hook(hook)]
    where = str(repo.config.path)
    for section, subsection, name, value in repo.config.local():
        if _runs(section.decode("ascii", "replace"), name.decode("ascii", "replace"), value):
            parts = (section, subsection, name) if subsection is not None else (section, name)
            found.append(Program(visible(b".".join(parts) + b" = " + value), where))
    return found


def _is_our_hook(hook: Path) -> bool:
    return hook.name == HOOK and is_ours(_content(hook))


def _runs(section: str, name: str, value: bytes) -> bool:
    if not value or as_flag(value) is not None:
        return False  # core.fsmonitor and pager.* may also be switched on or off
    if section == "submodule":
        return name == "update" and value.startswith(b"!")
    return section == "pager" or name in _PROGRAMS.get(section, ())


def hook_files(repo: Repository) -> list[Path]:
    """Gives the hooks that git would run: executable, and not a sample."""
    directory = hooks_directory(repo)
    try:
        return sorted(entry for entry in directory.iterdir() if entry.suffix != ".sample" and os.access(entry, os.X_OK))
    except OSError:
        return []


def hooks_directory(repo: Repository) -> Path:
    """Gives the folder that git looks for hooks in (git-config(1), core.hooksPath)."""
    named = repo.config.get("core", "hooksPath")
    if named is None:
        return repo.common_dir / "hooks"
    return (repo.worktree or repo.git_dir) / Path(os.fsdecode(named)).expanduser()


def is_trusted(repo: Repository) -> bool:
    """Tells whether the person has trusted what would run now."""
    return _stored().get(str(repo.common_dir)) == fingerprint(repo)


def set_trust(repo: Repository, *, trusted: bool) -> None:
    """Remembers or forgets the trust in what would run now; two processes at once forget nothing of each other's.

    Raises:
        Locked: if another process is at it for longer than about two seconds.
        ReadOnly: if it cannot be written down.
    """
    place = _store()
    try:
        with repository_lock(place.parent.resolve()):
            stored = _stored()
            if trusted:
                stored[str(repo.common_dir)] = fingerprint(repo)
            else:
                stored.pop(str(repo.common_dir), None)
            write_durably(place, json.dumps(stored, indent=1, sort_keys=True).encode())
    except RepositoryBusy as busy:
        raise Locked(
            f"Another process is writing down which repositories are trusted, in {place}.",
            "Wait a moment and try again.",
            path=str(place),
        ) from busy
    except OSError as error:
        raise cannot_write(place, error) from error


def trusted_repositories() -> list[str]:
    """Gives the common directories of all repositories that are trusted."""
    return sorted(_stored())


def fingerprint(repo: Repository) -> str:
    """Gives a text that changes with whatever would run: its names, and the bytes of hooks."""
    digest = hashlib.sha256()
    for hook in hook_files(repo):
        digest.update(str(hook).encode("utf-8", "surrogateescape") + b"\0" + _content(hook) + b"\0")
    digest.update("\0".join(f"{one.what}@{one.where}" for one in would_run(repo)).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.is_file() else b""  # reading a planted pipe would hold the server up
    except OSError:
        return b""


def _store() -> Path:
    return Path(jupyter_data_dir()) / "mlgit" / "trust.json"


def _stored() -> dict[str, str]:
    try:
        stored = json.loads(_store().read_bytes())
    except (OSError, ValueError):
        return {}
    return stored if isinstance(stored, dict) else {}
