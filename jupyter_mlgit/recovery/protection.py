"""Installs the opt-in hook that pins what the terminal deletes while no server is running.

The hook is git's ``reference-transaction`` (githooks(5)). At ``prepared`` the old ref still resolves: there it pins
the tip and copies the branch's log. An existing hook is kept and called; ours never makes a transaction fail.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from jupyter_mlgit.git.durable import cannot_write, write_durably
from jupyter_mlgit.git.hooks import CHAINED
from jupyter_mlgit.git.trust import HOOK_MARK, hooks_directory
from jupyter_mlgit.journal.acts import acting, perform
from jupyter_mlgit.journal.records import SettingRecord, new_record, text
from jupyter_mlgit.problems import BadRequest, PathOutsideRepository, WouldOverwrite
from jupyter_mlgit.values import Value

if TYPE_CHECKING:
    from pathlib import Path

    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context

HookState = Literal["installed", "absent", "other"]

HOOK = "reference-transaction"


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
        directory = hooks_directory(repo)
        if not any(directory.resolve().is_relative_to(one) for one in (repo.common_dir, repo.top)):
            raise PathOutsideRepository(
                f"git looks for this repository's hooks in {directory}, which other repositories may share.",
                "Take the setting core.hooksPath away, or add our hook there by hand.",
            )
        try:
            if request.hook:
                _install(directory)
            else:
                _remove(directory)
        except OSError as error:
            raise cannot_write(directory, error) from error
        operation = _hide_labels(repo, context) if request.hook else None
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
    return "installed" if HOOK_MARK in content else "other"


def _install(directory: Path) -> None:
    path, chained = directory / HOOK, directory / (HOOK + CHAINED)
    foreign = path.exists() and HOOK_MARK not in path.read_bytes()
    if foreign and chained.exists():
        raise WouldOverwrite(
            f"Two hooks of yours would have to be kept: {path} and {chained}.",
            "Put what both do into one of them, remove the other, and install ours again.",
        )
    new = path.with_name(f"{HOOK}.new-mlgit")
    write_durably(new, resources.files("jupyter_mlgit.recovery").joinpath("reference-transaction.sh").read_bytes())
    new.chmod(0o755)
    if foreign:
        path.replace(chained)
    new.replace(path)


def _remove(directory: Path) -> None:
    path, chained = directory / HOOK, directory / (HOOK + CHAINED)
    if path.exists() and HOOK_MARK in path.read_bytes():
        path.unlink()
        if chained.exists():
            chained.replace(path)


def _hide_labels(repo: Repository, context: Context) -> str | None:
    """Keeps ``refs/mlgit`` out of the decorations of ``git log``, unless the person has set that already."""
    if repo.config.every("log", "excludeDecoration"):
        return None
    setting = SettingRecord(section="log", name="excludeDecoration", old=text(None), new="refs/mlgit/")
    record = new_record(context.now, context.source, "Hide pins in git log", "setup", settings=[setting])
    return perform(repo, context, record).id
