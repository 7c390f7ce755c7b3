"""Installs the opt-in hook that pins what the terminal deletes while no server is running.

The hook is git's ``reference-transaction`` (githooks(5)). At ``prepared`` the old ref still resolves: there it pins
the tip and copies the branch's log. An existing hook is kept and called; ours never makes a transaction fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from jupyter_mlgit.git.hooks import CHAINED
from jupyter_mlgit.git.trust import HOOK, hooks_directory, is_ours, our_hook
from jupyter_mlgit.journal.acts import acting, perform
from jupyter_mlgit.journal.git_files import hook_file, read_hook
from jupyter_mlgit.journal.records import SettingRecord, new_record
from jupyter_mlgit.problems import BadRequest, WouldOverwrite
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context
    from jupyter_mlgit.journal.records import GitFileRecord

HookState = Literal["installed", "absent", "other"]


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


def set_up(repo: Repository, request: SetupRequest, context: Context) -> Setup:
    """Installs or removes the hook, and hides the pins' labels from ``git log``.

    Raises:
        BadRequest: if neither is asked for.
        ReadOnly: if the hook cannot be written.
    """
    if request.hook is None:
        raise BadRequest("Nothing to set up was named.", "Say --hook to install the hook, or --no-hook to remove it.")
    with acting(repo, context):
        files = _files(repo, install=request.hook)
        settings = _hidden_labels(repo) if request.hook else []
        operation = None
        if files or settings:
            title = "Install the hook" if request.hook else "Remove the hook"
            record = new_record(context.now, context.source, title, "setup", git_files=files, settings=settings)
            operation = perform(repo, context, record).id
    directory = hooks_directory(repo)
    return Setup(
        hook=hook_state(repo),
        path=str(directory / HOOK),
        chained=(directory / (HOOK + CHAINED)).exists(),
        operation=operation,
    )


def hook_state(repo: Repository) -> HookState:
    """Tells whether our hook is in place."""
    try:
        content = (hooks_directory(repo) / HOOK).read_bytes()
    except OSError:
        return "absent"
    return "installed" if is_ours(content) else "other"


def _files(repo: Repository, *, install: bool) -> list[GitFileRecord]:
    """Gives what becomes of the hook, and of one that was there before.

    Raises:
        WouldOverwrite: if a second hook of the person's would have to be kept.
        PathOutsideRepository: if git looks for hooks elsewhere.
        UnsupportedRepository: if the hook is a link.
    """
    present, chained = read_hook(repo, HOOK), read_hook(repo, HOOK + CHAINED)
    foreign = present is not None and not is_ours(present[0])
    wanted: list[GitFileRecord | None] = []
    if not install:
        if present is not None and not foreign:
            wanted = [hook_file(repo, HOOK, chained), hook_file(repo, HOOK + CHAINED, None)]
    elif foreign:
        if chained is not None:
            path = hooks_directory(repo) / HOOK
            raise WouldOverwrite(
                f"Two hooks of yours would have to be kept: {path} and {path}{CHAINED}.",
                "Put what both do into one of them, remove the other, and install ours again.",
            )
        wanted = [hook_file(repo, HOOK + CHAINED, present), hook_file(repo, HOOK, (our_hook(), 0o755))]
    else:
        wanted = [hook_file(repo, HOOK, (our_hook(), 0o755))]
    return [one for one in wanted if one is not None]


def _hidden_labels(repo: Repository) -> list[SettingRecord]:
    """Keeps ``refs/mlgit`` out of the decorations of ``git log``, unless the person has set that already."""
    if repo.config.every("log", "excludeDecoration"):
        return []
    return [SettingRecord(section="log", name="excludeDecoration", old=None, new="refs/mlgit/")]
