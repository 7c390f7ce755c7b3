"""THE table: each verb once, with its function, its body, its result and who may use it.

The REST API, ``jupyter mlgit …``, ``openapi.json`` and through it the TypeScript types all come from here.
A row names its function and its two types instead of importing them, so that reading the table loads neither
dulwich nor any feature: a server that nobody asks for git starts as fast as before. :func:`load` fetches
them on the first use.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_mlgit.values import Value

Method = Literal["GET", "POST"]


@dataclass(frozen=True)
class Route:
    """One verb.

    Attributes:
        verb: its name on the command line; a GET and a POST of one name are one command there.
        method: GET for what only reads, POST for an act.
        path: its path below ``<base_url>/mlgit/``.
        run: ``module:function``; the function takes the opened repository, the request and the context.
        of: what it is about; a function that is about the machine takes no repository.
        request: the name of the request's type in that module.
        result: the name of the result's type in that module.
        summary: one sentence for the help text and the API's description.
        resource: what the server's Authorizer is asked about.
        command_line: False for a verb that makes sense in a server only.
        asks: whether a person at a terminal is asked before, and a script says ``--yes``.
        watches: whether it is asked again and again while somebody looks, which is no work of a person's: a server that
            nobody works in may be ended all the same.
        option: the option that chooses this row on the command line; without one, the words that are given do.
    """

    verb: str
    method: Method
    path: str
    run: str
    request: str
    result: str
    summary: str
    resource: Literal["mlgit", "mlgit-destructive"] = "mlgit"
    command_line: bool = True
    option: str | None = None
    asks: bool = False
    of: Literal["repository", "machine"] = "repository"
    watches: bool = False

    @property
    def action(self) -> Literal["read", "write"]:
        """Gives the action that the server's Authorizer is asked about."""
        return "read" if self.method == "GET" else "write"


@dataclass(frozen=True)
class Verb:
    """A row's function and types, loaded."""

    run: Callable[..., Any]
    request: type[Value]
    result: type[Value]


_DELETED = "jupyter_mlgit.recovery.deleted_branches"
_RESTORE = "jupyter_mlgit.recovery.restore"
_PINNING = "jupyter_mlgit.recovery.pinning"
_TIMELINE = "jupyter_mlgit.recovery.timeline"
_RETENTION = "jupyter_mlgit.recovery.retention"
_SNAPSHOT = "jupyter_mlgit.recovery.snapshot"
_BACKUPS = "jupyter_mlgit.recovery.backups"
_BACKUP_RESTORE = "jupyter_mlgit.recovery.backup_restore"
_PROTECTION = "jupyter_mlgit.recovery.protection"
_BRANCHES = "jupyter_mlgit.history.branches"
_SWITCH = "jupyter_mlgit.history.switch"
_LOG = "jupyter_mlgit.history.log"
_RESET = "jupyter_mlgit.history.reset"
_DISCARD = "jupyter_mlgit.history.discard"
_STATUS = "jupyter_mlgit.history.status"
_TRUST = "jupyter_mlgit.history.trust"
_DIFF = "jupyter_mlgit.review.diff"
_CHECK = "jupyter_mlgit.review.check"
_PATCHES = "jupyter_mlgit.review.patches"
_OVERVIEW = "jupyter_mlgit.review.overview"
_FILE_SIDES = "jupyter_mlgit.review.file_sides"
_OPERATIONS = "jupyter_mlgit.journal.operations"
_UNDO = "jupyter_mlgit.journal.undo"
_UNFINISHED = "jupyter_mlgit.journal.unfinished"
_WATCHING = "jupyter_mlgit.api.watching"
_DOCTOR = "jupyter_mlgit.environment.doctor"
_LIVE = "jupyter_mlgit.environment.live"
_MACHINE = "jupyter_mlgit.environment.current"
_RUNNING = "jupyter_mlgit.environment.running"
_TRIAL = "jupyter_mlgit.environment.trial"
_VOLUME = "jupyter_mlgit.environment.volume"

# A table is read by its rows.
# fmt: off
ROUTES: tuple[Route, ...] = (
    Route("status", "GET", "status",
          f"{_STATUS}:read_status", "StatusRequest", "Status",
          "Shows the branch, its upstream and what is unfinished."),
    Route("deleted", "GET", "recovery/deleted-branches",
          f"{_DELETED}:find_deleted_branches", "DeletedRequest", "DeletedBranches",
          "Lists deleted and overwritten branches, newest first."),
    Route("preview", "GET", "recovery/deleted-branches/preview",
          f"{_RESTORE}:preview_deleted_branch", "PreviewRequest", "BranchPreview",
          "Shows the commits and files of a deleted branch."),
    Route("restore", "POST", "recovery/deleted-branches/restore",
          f"{_RESTORE}:restore_deleted_branch", "RestoreRequest", "Restored",
          "Brings a deleted branch or stash back, or an overwritten branch to where it was."),
    Route("pin", "POST", "recovery/deleted-branches/pin",
          f"{_PINNING}:pin_deleted", "PinRequest", "Pinned",
          "Keeps the commits of a deleted branch, or of all of them, from git gc."),
    Route("unpin", "POST", "recovery/deleted-branches/unpin",
          f"{_PINNING}:unpin_deleted", "UnpinRequest", "Unpinned",
          "Lets git gc have the commits of a deleted branch again.",
          resource="mlgit-destructive"),
    Route("timeline", "GET", "recovery/timeline",
          f"{_TIMELINE}:read_timeline", "TimelineRequest", "Timeline",
          "Shows what happened to HEAD or to a branch, newest first."),
    Route("retention", "GET", "recovery/retention",
          f"{_RETENTION}:read_retention", "RetentionRequest", "Retention",
          "Shows how long lost work is kept, and what that costs on disk."),
    Route("retention", "POST", "recovery/retention",
          f"{_RETENTION}:change_retention", "RetentionChange", "Retention",
          "Sets how long lost work is kept."),
    Route("backup", "POST", "recovery/backup",
          f"{_SNAPSHOT}:back_up_now", "BackupRequest", "BackedUp",
          "Backs up everything that is not committed; changes nothing."),
    Route("backups", "GET", "recovery/backups",
          f"{_BACKUPS}:list_backups", "BackupsRequest", "Backups",
          "Lists the backups and what is in them, newest first."),
    Route("backup-restore", "POST", "recovery/backups/restore",
          f"{_BACKUP_RESTORE}:restore_backup", "BackupRestoreRequest", "BackupRestored",
          "Brings files back from a backup, after a backup of what stands there.",
          resource="mlgit-destructive"),
    Route("setup", "POST", "setup",
          f"{_PROTECTION}:set_up", "SetupRequest", "Setup",
          "Installs or removes the hook that pins deleted branches while no server runs.",
          resource="mlgit-destructive"),
    Route("operations", "GET", "operations",
          f"{_OPERATIONS}:list_operations", "OperationsRequest", "Operations",
          "Lists what was done, newest first."),
    Route("undo", "POST", "operations/undo",
          f"{_UNDO}:undo", "UndoRequest", "Undone",
          "Takes back the last operation, or another one.",
          resource="mlgit-destructive"),
    Route("redo", "POST", "operations/redo",
          f"{_UNDO}:redo", "RedoRequest", "Undone",
          "Does again what was undone.",
          resource="mlgit-destructive"),
    Route("recover", "GET", "operations/unfinished",
          f"{_UNFINISHED}:show_unfinished", "UnfinishedRequest", "Unfinished",
          "Says what a crash has interrupted."),
    Route("recover", "POST", "operations/unfinished",
          f"{_UNFINISHED}:settle_unfinished", "RecoverRequest", "Unfinished",
          "Finishes it or rolls it back.",
          resource="mlgit-destructive"),
    Route("branches", "GET", "branches",
          f"{_BRANCHES}:list_branches", "BranchesRequest", "Branches",
          "Lists the branches and how far they are from their upstream."),
    Route("branch-create", "POST", "branches/create",
          f"{_BRANCHES}:create_branch", "BranchCreateRequest", "BranchActed",
          "Makes a branch."),
    Route("branch-delete", "POST", "branches/delete",
          f"{_BRANCHES}:delete_branch", "BranchDeleteRequest", "BranchDeleted",
          "Deletes a branch, after pinning its commits.",
          resource="mlgit-destructive"),
    Route("branch-rename", "POST", "branches/rename",
          f"{_BRANCHES}:rename_branch", "BranchRenameRequest", "BranchActed",
          "Renames a branch."),
    Route("switch", "POST", "branches/switch",
          f"{_SWITCH}:switch_branch", "SwitchRequest", "Switched",
          "Checks a branch out.",
          resource="mlgit-destructive"),
    Route("log", "GET", "log",
          f"{_LOG}:read_log", "LogRequest", "Log",
          "Lists the commits of a branch, or those that changed a file."),
    Route("reset", "POST", "reset",
          f"{_RESET}:reset", "ResetRequest", "Reset",
          "Moves the branch that is checked out to another commit.",
          resource="mlgit-destructive"),
    Route("discard", "POST", "files/discard",
          f"{_DISCARD}:discard", "DiscardRequest", "Discarded",
          "Brings working files back from the index, after a backup.",
          resource="mlgit-destructive"),
    Route("diff", "GET", "review/diff",
          f"{_DIFF}:show_diff", "DiffRequest", "Diff",
          "Shows what differs: working files, index or commits, notebooks cell by cell."),
    Route("check", "GET", "review/check",
          f"{_CHECK}:check", "CheckRequest", "Checked",
          "Tells what in a change may change the results or should not be committed; the exit status is 1 if any is, "
          "and 4 if none is but not all could be looked into."),
    Route("patch", "GET", "review/patch",
          f"{_PATCHES}:make_patch", "PatchRequest", "Patch",
          "Writes what differs as a patch for git apply, or commits as mail for git am."),
    Route("overview", "GET", "review/overview",
          f"{_OVERVIEW}:give_overview", "OverviewRequest", "Overview",
          "Names the files that differ, and says how both sides stand to each other.",
          command_line=False),
    Route("file-sides", "GET", "review/file",
          f"{_FILE_SIDES}:show_file", "FileSidesRequest", "FileSides",
          "Gives one file as it is on both sides of a comparison.",
          command_line=False),
    Route("output", "GET", "review/output",
          f"{_FILE_SIDES}:show_output", "OutputRequest", "OutputContent",
          "Gives the content of one output of a notebook.",
          command_line=False),
    Route("gpu", "GET", "environment/gpus",
          f"{_MACHINE}:show_gpus", "GpuRequest", "Gpus",
          "Shows what the GPUs do, and which notebook holds how much of their memory.",
          of="machine"),
    Route("live", "GET", "environment/live",
          f"{_LIVE}:show_live", "LiveRequest", "Live",
          "Shows what the GPUs do and did in the last minutes, and watches on for some seconds.",
          of="machine", command_line=False, watches=True),
    Route("summary", "GET", "environment/summary",
          f"{_LIVE}:show_summary", "SummaryRequest", "Summary",
          "Gives the figures of the GPUs in short, and what is known of the kernel in use.",
          of="machine", command_line=False, watches=True),
    Route("kernels", "POST", "environment/kernels",
          f"{_RUNNING}:show_running", "RunningRequest", "Running",
          "Says what each running kernel holds by torch's own account, and watches on for some seconds.",
          of="machine", command_line=False, watches=True),
    Route("gpu-test", "POST", "environment/gpu-test",
          f"{_TRIAL}:try_gpu", "GpuTestRequest", "GpuTest",
          "Computes with a small tensor on the GPU, in a kernel's own Python.",
          of="machine"),
    Route("volume", "GET", "environment/volume",
          f"{_VOLUME}:show_volume", "VolumeRequest", "RepositoryVolume",
          "Says whether the repository lies where it outlives the container."),
    Route("doctor", "POST", "environment/doctor",
          f"{_DOCTOR}:diagnose_kernels", "DoctorRequest", "Doctored",
          "Says what torch sees in a kernel, and if it sees no GPU, why not and what mends it.",
          of="machine"),
    Route("checked", "GET", "environment/checked",
          f"{_DOCTOR}:show_checked", "CheckedRequest", "Doctored",
          "Gives what is remembered of the kernels that were asked, and starts nothing.",
          of="machine", command_line=False, watches=True),
    Route("trust", "GET", "trust",
          f"{_TRUST}:show_trust", "TrustRequest", "Trust",
          "Says whether the repository is trusted and what it would run, and changes nothing.",
          option="--list"),
    Route("trust", "POST", "trust",
          f"{_TRUST}:change_trust", "TrustChange", "Trust",
          "Trusts what the repository would run, from now on, or no longer.",
          resource="mlgit-destructive", asks=True),
    Route("watch", "POST", "watch",
          f"{_WATCHING}:watch", "WatchRequest", "Watching",
          "Begins to watch a repository that a panel has opened.",
          command_line=False),
)
# fmt: on
"""The table itself."""


@cache
def load(route: Route) -> Verb:
    """Imports the module that a row names and takes the function and the types from it."""
    module_name, _, function = route.run.partition(":")
    module = import_module(module_name)
    return Verb(getattr(module, function), getattr(module, route.request), getattr(module, route.result))


def by_path(routes: tuple[Route, ...]) -> dict[str, list[Route]]:
    """Groups rows by path: one path may have a GET and a POST."""
    paths: dict[str, list[Route]] = {}
    for route in routes:
        paths.setdefault(route.path, []).append(route)
    return paths
