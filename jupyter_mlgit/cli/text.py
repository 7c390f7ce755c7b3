"""Tells a result to a person; one function for each type of result, found by the type's name.

The types are named rather than imported, so that a command loads no feature but its own.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_mlgit.cli.screen import Screen
    from jupyter_mlgit.values import Value

SHOWN_BY = {
    "BackedUp": "backups_text:show_backed_up",
    "BackupRestored": "backups_text:show_restored",
    "Backups": "backups_text:show_backups",
    "BranchDeleted": "history_text:show_branch_deleted",
    "BranchActed": "history_text:show_branch_acted",
    "Branches": "history_text:show_branches",
    "BranchPreview": "recovery_text:show_preview",
    "Checked": "check_text:show_checked",
    "DeletedBranches": "recovery_text:show_deleted",
    "Diff": "diff_text:show_diff",
    "Discarded": "files_text:show_discarded",
    "Doctored": "environment_text:show_doctored",
    "GpuTest": "environment_text:show_gpu_test",
    "Gpus": "environment_text:show_gpus",
    "Log": "files_text:show_log",
    "Operations": "journal_text:show_operations",
    "Patch": "patch_text:show_patch",
    "Pinned": "recovery_text:show_pinned",
    "RepositoryVolume": "environment_text:show_volume",
    "Reset": "files_text:show_reset",
    "Restored": "recovery_text:show_restored",
    "Retention": "recovery_text:show_retention",
    "SampleResult": "sample:show_sample",
    "Setup": "recovery_text:show_setup",
    "Status": "history_text:show_status",
    "Switched": "switch_text:show_switched",
    "Timeline": "recovery_text:show_timeline",
    "Trust": "history_text:show_trust",
    "Unpinned": "recovery_text:show_unpinned",
    "Undone": "journal_text:show_undone",
    "Unfinished": "journal_text:show_unfinished",
}
"""Each type of result with the ``module:function`` of this package that tells it."""


def show(screen: Screen, result: Value, request: Value | None) -> None:
    """Writes a result on the screen.

    Args:
        screen: where to.
        result: what a verb gave.
        request: what it was asked; a dry run is told as one.
    """
    module, _, function = SHOWN_BY[type(result).__name__].partition(":")
    if getattr(request, "dry_run", False):
        screen.line(screen.paint("Nothing is changed; this is what would happen:", "dim"))
    getattr(import_module(f"jupyter_mlgit.cli.{module}"), function)(screen, result)
