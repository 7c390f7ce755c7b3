"""Shows what a deleted branch holds, and brings it back: ref, log, settings.

Restoring makes a branch and never moves one: a name that is taken is refused with a free one offered, so the branch
that is checked out stays where it is. Whoever comes second finds the branch there and is told so.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from jupyter_mlgit.git.objects import MissingObject, Oid
from jupyter_mlgit.git.ref_transaction import free_name, require_free
from jupyter_mlgit.git.refs import HEADS, branch_ref, is_valid_name
from jupyter_mlgit.git.revisions import resolve_commit
from jupyter_mlgit.git.tree_changes import TreeChange, tree_changes
from jupyter_mlgit.journal.acts import Words, acting, perform
from jupyter_mlgit.journal.pins import Pin, pin
from jupyter_mlgit.journal.records import RefRecord, SectionRecord, new_record, text
from jupyter_mlgit.journal.switching import check_switch, switch
from jupyter_mlgit.problems import BadName, BranchExists, BranchNotFound, TipGone
from jupyter_mlgit.recovery.deleted_branches import DeletedBranch, describe, find_all
from jupyter_mlgit.recovery.found import Found
from jupyter_mlgit.recovery.settings_left import kept_log, kept_section, upstream_of
from jupyter_mlgit.recovery.tips import Tips, tips_of
from jupyter_mlgit.values import Value, argument, moment, visible

if TYPE_CHECKING:
    from jupyter_mlgit.git.repository import Repository
    from jupyter_mlgit.journal.context import Context

MOST_COMMITS = 100
MOST_FILES = 300
SHORT = 7
"""Digits of a commit's id that are enough to name it."""
GITLINK = 0o160000
"""The mode of a submodule in a tree."""

_IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp", ".tif", ".tiff")
_BINARIES = (".pt", ".pth", ".bin", ".npy", ".npz", ".pkl", ".h5", ".onnx", ".safetensors", ".zip", ".gz", ".parquet")

_NAME_OR_ID = Meta(description="The deleted branch's name, or the id of its row.", extra=argument(positional=True))
_AT = Meta(description="Another commit that the branch once held.", extra=argument(metavar="SHA"))


class PreviewRequest(Value):
    """Asks what a deleted branch holds."""

    branch: Annotated[str, _NAME_OR_ID]
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

    branch: Annotated[str, _NAME_OR_ID]
    at: Annotated[str | None, _AT] = None
    as_: Annotated[str | None, Meta(description="Another name for it.", extra=argument(flag="--as", metavar="NEW"))] = (
        None
    )
    switch: Annotated[bool, Meta(description="Check it out afterwards.")] = False
    dry_run: Annotated[bool, Meta(description="Say what would happen and change nothing.")] = False


class Restored(Value):
    """The branch that came back."""

    branch: str
    tip: str
    created: bool
    """False when the branch was there already with the same tip."""
    upstream_restored: str | None
    """Its upstream, such as ``origin/main``; null when none was left."""
    commits: int
    """How many commits were found nowhere else."""
    switched: bool
    operation: str | None
    """The act, for undo; null when nothing was changed."""


class PinRequest(Value):
    """Asks to keep a deleted branch's commits from garbage collection."""

    branch: Annotated[str, _NAME_OR_ID]


class Pinned(Value):
    """The commits that are safe now."""

    tip: str
    days: int | None
    """How long the pin stays; null for ever."""


def preview_deleted_branch(repo: Repository, request: PreviewRequest, context: Context) -> BranchPreview:
    """Shows the commits and files that restoring would bring back.

    Raises:
        BranchNotFound: if no such row is there.
        TipGone: if its commits are no longer in the repository.
    """
    del context
    tips = tips_of(repo)
    found = _choose(repo, tips, request.branch)
    tip = _tip(repo, tips, found, request.at)
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
        BadName: if the new name is not valid.
    """
    if request.dry_run:
        repo.require_writable()
        return _restore(repo, request, context)
    with acting(repo, context):
        return _restore(repo, request, context)


def pin_deleted_branch(repo: Repository, request: PinRequest, context: Context) -> Pinned:
    """Keeps a deleted branch's commits from garbage collection for as long as pins are kept.

    Raises:
        BranchNotFound: if no such row is there.
        TipGone: if its commits are no longer in the repository.
    """
    with acting(repo, context):
        tips = tips_of(repo)
        found = _choose(repo, tips, request.branch)
        tip = _tip(repo, tips, found, None)
        name = text(HEADS + found.name) if found.name is not None else None
        seen = float(found.sightings[0].time)
        pin(repo, [Pin(tip=tip.decode(), name=name, when=context.now, seen=seen, reason="asked")], context.now)
        return Pinned(tip=tip.decode(), days=context.settings.pin_days_in(repo))


def _restore(repo: Repository, request: RestoreRequest, context: Context) -> Restored:
    tips = tips_of(repo)
    try:
        found = _choose(repo, tips, request.branch)
    except BranchNotFound:
        here = _already_there(tips, request.branch)
        if here is None:
            raise
        return _was_there(repo, *here, request, context)
    tip = _tip(repo, tips, found, request.at)
    ref = branch_ref(request.as_) if request.as_ else _default_ref(tips, found, tip)
    if not is_valid_name(ref):
        raise BadName("The branch's old name is not one that git allows.", "Restore it under another name.")
    shown = visible(ref.removeprefix(HEADS))
    section = kept_section(repo, found.name) if found.name is not None else None
    upstream = upstream_of(section or [])
    unique = tips.live.count_unique(tip)
    if tips.refs.get(ref) == tip:
        return _was_there(repo, ref, tip, request, context)
    try:
        require_free(set(tips.refs), ref)
    except BranchExists as problem:
        free = visible(free_name(set(tips.refs), ref).removeprefix(HEADS))
        raise BranchExists(
            problem.message, f"Restore it under another name, for example {free}.", suggestion=free
        ) from problem
    if request.switch:
        check_switch(repo, ref, tip)
    if request.dry_run:
        return Restored(
            branch=shown, tip=tip.decode(), created=True, upstream_restored=upstream, commits=unique, switched=False,
            operation=None,
        )  # fmt: skip
    short = text(ref.removeprefix(HEADS)) or ""
    present = repo.config.values("branch", ref.removeprefix(HEADS))
    sections = [SectionRecord(name=short, old=None, new=section)] if section and not present else []
    record = new_record(
        context.now,
        context.source,
        f"Restore branch {short}",
        "restore",
        refs=[RefRecord(name=text(ref) or "", old=None, new=tip.decode())],
        sections=sections,
    )
    log = kept_log(repo, found.name, tip) if found.name is not None else None
    words = Words(message=b"branch: Created from " + tip, log=log)
    done = perform(repo, context, record, {record.refs[0].name: words})
    if request.switch:
        switch(repo, ref, tip, context)
    return Restored(
        branch=shown, tip=tip.decode(), created=True, upstream_restored=upstream, commits=unique,
        switched=request.switch, operation=done.id,
    )  # fmt: skip


def _already_there(tips: Tips, wanted: str) -> tuple[bytes, Oid] | None:
    """Finds the branch that somebody else has restored meanwhile, by its name or by the id that its row had."""
    for ref, tip in tips.refs.items():
        short = ref.removeprefix(HEADS)
        if ref.startswith(HEADS) and (
            wanted in (visible(short), os.fsdecode(short)) or Found.id_for("deleted", short, tip) == wanted
        ):
            return ref, tip
    return None


def _was_there(repo: Repository, ref: bytes, tip: Oid, request: RestoreRequest, context: Context) -> Restored:
    """Answers when the branch is there already; nothing is made, but it may still be checked out."""
    operation = None
    if request.switch and repo.refs.head().ref != ref:
        check_switch(repo, ref, tip)
        operation = None if request.dry_run else switch(repo, ref, tip, context).id
    return Restored(
        branch=visible(ref.removeprefix(HEADS)),
        tip=tip.decode(),
        created=False,
        upstream_restored=None,
        commits=0,
        switched=operation is not None,
        operation=operation,
    )


def _choose(repo: Repository, tips: Tips, wanted: str) -> Found:
    """Finds the row that a name, an id or the beginning of a commit's id means."""
    for everything in (False, True):
        rows, _ = find_all(repo, tips, everything=everything)
        by_id = [row for row in rows if row.id == wanted]
        named = [row for row in rows if row.name is not None and wanted in (visible(row.name), os.fsdecode(row.name))]
        named.sort(key=lambda row: row.kind != "deleted")
        by_tip = [row for row in rows if len(wanted) >= SHORT and row.tip.startswith(os.fsencode(wanted))]
        for chosen in (by_id, named, by_tip):
            if chosen:
                return chosen[0]
    raise BranchNotFound(
        f"No deleted branch '{wanted}' is known here.",
        "List what can be restored: jupyter mlgit deleted --all.",
    )


def _tip(repo: Repository, tips: Tips, found: Found, at: str | None) -> Oid:
    """Gives the commit to restore and makes sure that it is whole."""
    tip = found.tip if at is None else resolve_commit(repo, at)
    if tips.is_sound(tip):
        return Oid(tip)
    shown = visible(found.name) if found.name else tip[:7].decode()
    others = [one.tip[:7].decode() for one in found.sightings if tips.is_sound(one.tip)]
    hint = f"An earlier version is left: restore it with --at {others[0]}." if others else ""
    raise TipGone(
        f"The commits of '{shown}' ({tip[:7].decode()}) are no longer in this repository: git has cleaned them up.",
        hint or "Look for them in another clone, in a backup, or in an open notebook.",
    )


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
