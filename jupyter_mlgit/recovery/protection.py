"""Installs the opt-in hook that pins what the terminal deletes while no server is running.

The hook is git's ``reference-transaction`` (githooks(5)). At ``prepared`` the old ref still resolves: there it pins
the tip and copies the branch's log. An existing hook is kept and called; ours never makes a transaction fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from jupyter_mlgit.git.trust import CHAINED, HOOK, hooks_directory, is_marked, is_ours, our_hook
from jupyter_mlgit.journal.acts import acting, perform
from jupyter_mlgit.journal.hook_files import LINK, hook_record, own_hook, read_hook
from jupyter_mlgit.journal.records import FileRecord, SettingRecord, new_record, setting_of
from jupyter_mlgit.problems import BadRequest, WouldOverwrite
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context

HookState = Literal["installed", "absent", "other"]

_EXECUTABLE = 0o755
_LABELS = "refs/mlgit/"


class SetupRequest(Value):
    """Asks to install or remove the hook."""

    hook: Annotated[
        bool | None,
        Meta(description="Pin what the terminal deletes while no server runs; --no-hook takes the hook away."),
    ] = None


class Setup(Value):
    """What is set up now."""

    hook: HookState
    path: str
    chained: bool
    """Whether a hook that was there before is called as well."""
    operation: str | None
    """The act, for undo; null when nothing was changed."""


def set_up(repo: Repository, request: SetupRequest, context: Context) -> Setup:
    """Installs or removes the hook, and hides or shows the pins' labels in ``git log``; one act, which Undo takes back.

    Raises:
        BadRequest: if neither is asked for.
        PathOutsideRepository: if other repositories may share the hooks.
        WouldOverwrite: if there are two hooks already.
        ReadOnly: if the hook cannot be written.
    """
    if request.hook is None:
        raise BadRequest("Nothing to set up was named.", "Say --hook to install the hook, or --no-hook to remove it.")
    operation = None
    with acting(repo, context):
        path = own_hook(repo, HOOK)
        files = _to_install(repo, path) if request.hook else _to_remove(repo, path)
        settings = _labels(repo, hidden=request.hook)
        if files or settings:
            done = (
                f"{'Install' if request.hook else 'Remove'} the pinning hook"
                if files
                else f"{'Hide' if request.hook else 'Show'} pins in git log"
            )
            record = new_record(context.now, context.source, done, "setup", files=files, settings=settings)
            operation = perform(repo, context, record).id
    return Setup(
        hook=hook_state(repo),
        path=str(path),
        chained=_chained(path).exists(),
        operation=operation,
    )


def hook_state(repo: Repository) -> HookState:
    """Tells whether our hook is in place."""
    try:
        found = read_hook(hooks_directory(repo) / HOOK)
    except OSError:
        return "other"
    if found is None:
        return "absent"
    return "installed" if found[1] != LINK and is_ours(found[0]) else "other"


def _to_install(repo: Repository, path: Path) -> list[FileRecord]:
    """Gives what becomes of the files; a hook of the repository's own goes where ours calls it."""
    files = [hook_record(repo, path, (our_hook(), _EXECUTABLE))]
    own, chained = read_hook(path), _chained(path)
    if own is not None and not _was_ours(own):
        if read_hook(chained) is not None:
            raise WouldOverwrite(
                f"Two hooks of yours would have to be kept: {path} and {chained}.",
                "Put what both do into one of them, remove the other, and install ours again.",
            )
        files.append(hook_record(repo, chained, own))
    return [one for one in files if one is not None]


def _to_remove(repo: Repository, path: Path) -> list[FileRecord]:
    found = read_hook(path)
    if found is None or not _was_ours(found):
        return []
    own = read_hook(_chained(path))
    files = [hook_record(repo, path, own), hook_record(repo, _chained(path), None)]
    return [one for one in files if one is not None]


def _chained(path: Path) -> Path:
    return path.with_name(HOOK + CHAINED)


def _was_ours(found: tuple[bytes, int]) -> bool:
    """Tells whether a hook is ours, edited or not: under the name that ours calls, it would call itself for ever."""
    content, mode = found
    return mode != LINK and is_marked(content)


def _labels(repo: Repository, *, hidden: bool) -> list[SettingRecord]:
    """Keeps ``refs/mlgit`` out of the decorations of ``git log``, or no longer; what else the person hides stays so."""
    old = setting_of(repo, "log", "excludeDecoration")
    new = [one for one in old if one != _LABELS]
    if hidden:
        known = repo.config.every("log", "excludeDecoration")
        new = old if _LABELS.encode() in known else [*old, _LABELS]
    return [SettingRecord(section="log", name="excludeDecoration", old=old, new=new)] if old != new else []
