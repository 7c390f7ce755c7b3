"""Shows what a deleted branch holds, and brings it back: ref, log, settings.

Restoring makes a branch and never moves one unless that is asked for: a name that is taken is refused with a free one
offered, so the branch that is checked out stays where it is. Whoever comes second finds the branch there and is told.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta

from jupyter_mlgit.git.objects import MissingObject, Oid
from jupyter_mlgit.git.ref_transaction import free_name, require_free
from jupyter_mlgit.git.refs import HEADS, branch_ref, is_valid_name
from jupyter_mlgit.git.revisions import resolve_commit
from jupyter_mlgit.git.tree_changes import TreeChange, tree_changes
from jupyter_mlgit.journal.acts import Words, acting, perform
from jupyter_mlgit.journal.records import RefRecord, SectionRecord, new_record, text
from jupyter_mlgit.journal.switching import check_switch, on_branch, switch
from jupyter_mlgit.problems import BadName, BadRequest, BranchExists, BranchNotFound, TipGone
from jupyter_mlgit.recovery.deleted_branches import DeletedBranch, describe
from jupyter_mlgit.recovery.found import Found
from jupyter_mlgit.recovery.move_back import move_back, no_way_back, require_movable
from jupyter_mlgit.recovery.rows import DRY_RUN, NAME_OR_ID, SHORT, choose, sound_tip
from jupyter_mlgit.recovery.settings_left import kept_log, kept_section, upstream_of
from jupyter_mlgit.recovery.stash_list import put_back, require_stash, stashed
from jupyter_mlgit.recovery.tips import Tips, tips_of
from jupyter_mlgit.values import Value, argument, moment, visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context

MOST_COMMITS = 100
MOST_FILES = 300
GITLINK = 0o160000
"""The mode of a submodule in a tree."""

_IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp", ".tif", ".tiff")
_BINARIES = (".pt", ".pth", ".bin", ".npy", ".npz", ".pkl", ".h5", ".onnx", ".safetensors", ".zip", ".gz", ".parquet")

_AT = Meta(description="Another commit that the branch once held.", extra=argument(metavar="SHA"))


class PreviewRequest(Value):
    """Asks what a deleted branch holds."""

    branch: Annotated[str, NAME_OR_ID]
    at: Annotated[str | None, _AT] = None


class PreviewCommit(Value):
    """One commit that would come back."""

    id: str
    subject: str
    author: str
    authored: str


class PreviewFile(Value):
    """One file that differs from where the branch left the one that is checked out."""

    path: str
    change: str
    """``added``, ``modified`` or ``deleted``."""
    kind: str
    """``notebook``, ``image``, ``binary``, ``submodule`` or ``text``, by its name and mode."""


class BranchPreview(Value):
    """What a deleted branch holds and what restoring it would do."""

    branch: DeletedBranch
    tip: str
    commits: list[PreviewCommit]
    """Found nowhere else, newest first; where there are none, the tip alone."""
    more_commits: int
    """How many more there are than are listed."""
    files: list[PreviewFile]
    more_files: int
    name: str
    """The branch that restoring would make."""
    taken: bool
    """Whether that name is taken or in conflict."""
    suggestion: str
    """A name that is free."""


class RestoreRequest(Value):
    """Asks to bring a deleted branch back."""

    branch: Annotated[str, NAME_OR_ID]
    at: Annotated[str | None, _AT] = None
    as_: Annotated[str | None, Meta(description="Another name for it.", extra=argument(flag="--as", metavar="NEW"))] = (
        None
    )
    switch: Annotated[bool, Meta(description="Check it out afterwards.")] = False
    stash: Annotated[bool, Meta(description="Put a dropped stash back on the stash list instead.")] = False
    move: Annotated[
        bool,
        Meta(
            description="Move an overwritten branch back to where it was instead; where it is now is pinned.",
            extra=argument(flag="--move-back"),
        ),
    ] = False
    dry_run: Annotated[bool, DRY_RUN] = False


class Restored(Value):
    """What came back."""

    branch: str
    """The branch; for a stash that is on the list again ``stash@{0}``, or where it is there."""
    tip: str
    created: bool
    """Whether something was made; false when it was there already with the same tip, and when a branch was moved."""
    moved_from: str | None
    """Where a branch was before it was moved back; null when none was moved."""
    stashed: bool
    """Whether this is a stash on the stash list rather than a branch."""
    upstream_restored: str | None
    """Its upstream, such as ``origin/main``; null when none was left."""
    commits: int
    """How many commits were found nowhere else."""
    switched: bool
    operation: str | None
    """The act, for undo; null when nothing was changed."""


def preview_deleted_branch(repo: Repository, request: PreviewRequest, context: Context) -> BranchPreview:
    """Shows the commits and files that restoring would bring back.

    Raises:
        BranchNotFound: if no such row is there.
        TipGone: if its commits are no longer in the repository.
    """
    del context
    tips = tips_of(repo)
    found = choose(repo, tips, request.branch)
    tip = sound_tip(repo, tips, found, request.at)
    unique = tips.live.unique(tip)
    files = sorted(_files(repo, tips, tip), key=lambda file: file.path)
    ref = _default_ref(tips, found, tip)
    free = free_name(set(tips.refs), ref)
    return BranchPreview(
        branch=describe(tips, found),
        tip=tip.decode(),
        commits=[_commit(tips, oid) for oid in unique[:MOST_COMMITS] or [tip]],
        more_commits=max(0, len(unique) - MOST_COMMITS),
        files=files[:MOST_FILES],
        more_files=max(0, len(files) - MOST_FILES),
        name=visible(ref.removeprefix(HEADS)),
        taken=free != ref,
        suggestion=visible(free.removeprefix(HEADS)),
    )


def restore_deleted_branch(repo: Repository, request: RestoreRequest, context: Context) -> Restored:
    """Makes the branch again, with its log and settings as far as they are left.

    Raises:
        BranchNotFound: if no such row is there.
        TipGone: if its commits are no longer in the repository.
        BranchExists: if the name is taken by another commit; ``suggestion`` names a free one.
        BranchCheckedOut: if a branch is to be moved that somebody works on.
        BadName: if the new name is not valid.
        BadRequest: if the row is not what the options are for, or there is nothing to move a branch back to.
        BadRevision: if ``at`` names no commit, or one that the branch never held.
    """
    beside = [word for word, given in (("--as", request.as_), ("--switch", request.switch)) if given]
    if request.stash and request.at:
        beside.append("--at")
    if (request.stash and request.move) or ((request.stash or request.move) and beside):
        raise BadRequest(
            f"{'--stash' if request.stash else '--move-back'} makes no branch, so it goes with no other option.",
            "Leave one of the options away.",
        )
    if request.dry_run:
        repo.require_writable()
        return _restore(repo, request, context)
    with acting(repo, context):
        return _restore(repo, request, context)


def _restore(repo: Repository, request: RestoreRequest, context: Context) -> Restored:
    tips = tips_of(repo)
    try:
        found = choose(repo, tips, request.branch)
    except BranchNotFound:
        there = _already_there(repo, tips, request, context)
        if there is None:
            raise
        return there
    if request.stash:
        require_stash(found)
    ref = require_movable(repo, found) if request.move else None
    tip = sound_tip(repo, tips, found, request.at)
    if request.stash:
        return _stash(tips, tip, None if request.dry_run else put_back(repo, tip, context))
    if ref is None:
        return _make(tips, found, tip, request, context)
    before = tips.refs[ref]
    if before == tip:
        return _was_there(repo, ref, tip, request, context)
    return _restored(
        ref.removeprefix(HEADS),
        tip,
        moved_from=before.decode(),
        commits=tips.live.count_unique(tip),
        operation=None if request.dry_run else move_back(repo, ref, tip, context),
    )


def _make(tips: Tips, found: Found, tip: Oid, request: RestoreRequest, context: Context) -> Restored:
    repo = tips.repo
    ref = branch_ref(request.as_) if request.as_ else _default_ref(tips, found, tip)
    if not is_valid_name(ref):
        raise BadName("The branch's old name is not one that git allows.", "Restore it under another name.")
    short = ref.removeprefix(HEADS)
    section = kept_section(repo, found.name) if found.name is not None else None
    if tips.refs.get(ref) == tip:
        return _was_there(repo, ref, tip, request, context)
    try:
        require_free(set(tips.refs), ref)
    except BranchExists as problem:
        free = visible(free_name(set(tips.refs), ref).removeprefix(HEADS))
        hint = f"Restore it under another name, for example {free}{_or_back(repo, found, ref, tip)}."
        raise BranchExists(problem.message, hint, suggestion=free) from problem
    if request.switch:
        check_switch(repo, on_branch(ref, tip))
    operation = None
    if not request.dry_run:
        name = text(short) or ""
        present = repo.config.values("branch", short)
        record = new_record(
            context.now,
            context.source,
            f"Restore branch {name}",
            "restore",
            refs=[RefRecord(name=text(ref) or "", old=None, new=tip.decode())],
            sections=[SectionRecord(name=name, old=None, new=section)] if section and not present else [],
        )
        log = kept_log(repo, found.name, tip) if found.name is not None else None
        words = Words(message=b"branch: Created from " + tip, log=log)
        operation = perform(repo, context, record, {record.refs[0].name: words}).id
        if request.switch:
            switch(repo, on_branch(ref, tip), context)
    return _restored(
        short,
        tip,
        created=True,
        upstream_restored=upstream_of(section or []),
        commits=tips.live.count_unique(tip),
        switched=request.switch and not request.dry_run,
        operation=operation,
    )


def _or_back(repo: Repository, found: Found, ref: bytes, tip: Oid) -> str:
    """Gives the rest of a sentence: how an overwritten branch of that name goes back instead."""
    if found.kind != "overwritten" or found.name is None or ref != HEADS + found.name:
        return ""
    if repo.refs.head().ref == ref:
        return f", or move it back, and its files with it: jupyter mlgit reset --hard {tip[:7].decode()}"
    return f", or move it back: jupyter mlgit restore {visible(found.name)} --move-back"


def _already_there(repo: Repository, tips: Tips, request: RestoreRequest, context: Context) -> Restored | None:
    """Answers for what somebody else has brought back meanwhile, known by its name or by the id that its row had."""
    wanted = request.branch
    if request.stash:
        start = os.fsencode(wanted) if len(wanted) >= SHORT else None
        on_list = (
            tip
            for tip in stashed(repo)
            if Found.id_for("stash", None, tip) == wanted or (start is not None and tip.startswith(start))
        )
        tip = next(on_list, None)
        return None if tip is None else _stash(tips, tip, None, created=False)
    for ref, tip in tips.refs.items():
        short = ref.removeprefix(HEADS)
        ids = [Found.id_for(kind, short, tip) for kind in ("deleted", "overwritten")]
        if not ref.startswith(HEADS) or wanted not in (visible(short), os.fsdecode(short), *ids):
            continue
        # An id says which commit was meant; a name says it only together with --at.
        meant = tip if request.at is None else resolve_commit(repo, request.at)
        if request.move and (meant != tip or (request.at is None and wanted not in ids)):
            raise no_way_back(short)
        return _was_there(repo, ref, tip, request, context) if meant == tip else None
    return None


def _stash(tips: Tips, tip: Oid, operation: str | None, *, created: bool = True) -> Restored:
    """Answers for a stash; its number counts from the newest."""
    number = 0 if created else stashed(tips.repo)[::-1].index(tip)
    count = tips.live.count_unique(tip)
    stash = b"stash@{%d}" % number
    return _restored(stash, tip, created=created, stashed=True, commits=count, operation=operation)


def _was_there(repo: Repository, ref: bytes, tip: Oid, request: RestoreRequest, context: Context) -> Restored:
    """Answers when the branch is there already; nothing is made, but it may still be checked out."""
    operation = None
    if request.switch and repo.refs.head().ref != ref:
        check_switch(repo, on_branch(ref, tip))
        operation = None if request.dry_run else switch(repo, on_branch(ref, tip), context).record.id
    return _restored(ref.removeprefix(HEADS), tip, switched=operation is not None, operation=operation)


def _restored(name: bytes, tip: Oid, **facts: Any) -> Restored:  # noqa: ANN401 -- the fields of the answer
    nothing: dict[str, Any] = {
        "created": False, "moved_from": None, "stashed": False, "upstream_restored": None, "commits": 0,
        "switched": False, "operation": None,
    }  # fmt: skip
    return Restored(branch=visible(name), tip=tip.decode(), **{**nothing, **facts})


def _default_ref(tips: Tips, found: Found, tip: Oid) -> bytes:
    """Gives the branch that a row comes back as when no other name is asked for."""
    if found.name is None:
        word = b"stash-" if found.kind == "stash" else b"restored-"
        return HEADS + word + tip[:SHORT]
    remote, slash, short = found.name.partition(b"/")
    from_remote = (
        slash and remote in tips.remotes and not any(one.evidence in ("pinned", "config") for one in found.sightings)
    )
    return HEADS + (short if from_remote else found.name)


def _commit(tips: Tips, oid: bytes) -> PreviewCommit:
    commit = tips.repo.objects.commit(oid)
    return PreviewCommit(
        id=oid.decode(),
        subject=visible(commit.subject),
        author=visible(commit.author.name),
        authored=moment(commit.author.time, commit.author.zone),
    )


def _files(repo: Repository, tips: Tips, tip: Oid) -> list[PreviewFile]:
    """Gives the files that differ from where the branch left what is checked out."""
    base = repo.graph.merge_base(tips.head, tip) if tips.head else None
    try:
        old = repo.objects.commit(base).tree if base else None
        changes = list(tree_changes(repo.objects, old, repo.objects.commit(tip).tree))
    except MissingObject as error:
        raise TipGone(
            "Some files of these commits are no longer in this repository.",
            "Look for them in another clone or in a backup.",
        ) from error
    return [_file(change) for change in changes]


def _file(change: TreeChange) -> PreviewFile:
    entry = change.new or change.old
    mode = entry.mode if entry else 0
    path = change.path.decode("utf-8", "replace")
    kind = "submodule" if mode == GITLINK else _kind(path.lower())
    word = "modified" if change.old and change.new else "added" if change.new else "deleted"
    return PreviewFile(path=path, change=word, kind=kind)


def _kind(path: str) -> str:
    if path.endswith(".ipynb"):
        return "notebook"
    if path.endswith(_IMAGES):
        return "image"
    return "binary" if path.endswith(_BINARIES) else "text"
